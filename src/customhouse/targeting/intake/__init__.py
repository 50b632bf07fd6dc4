"""Declarations and outcomes taken in: from files or DataFrames to the columns that targeting works with.

    reading       files as typed columns under our names
    kinds         what is a number, a flag, a day
    money         other currencies in yuan
    coded         codes as ours, and what is odd in a row
    declarations  what can be used, what was set aside
    matching      which rows are of one declaration
    outcomes      what inspections found, beside the declarations
"""
