"""Declarations and outcomes taken in: from files or DataFrames to the columns that targeting works with.

    raw           files as they stand, and their ragged rows
    reading       files as typed columns under our names
    lacking       columns that a file lacks
    kinds         what is a number, a flag, a day
    money         other currencies in yuan
    coded         codes as ours, and what is odd in a row
    declarations  what can be used, what was set aside
    matching      which rows are of one declaration
    told          outcomes as they are told
    notes         what to mind, and where it stands first
    outcomes      what inspections found, beside the declarations
"""
