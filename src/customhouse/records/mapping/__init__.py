"""Mappings: a short YAML file that says how a file of figures is laid out, so that it can be taken in.

    source: Nepal, Department of Customs          # whose figures they are
    files: "*.xlsx"                               # for which files it is meant (a glob, or several)
    reporter: NPL                                 # whose trade
    period: {is: 2075/76, calendar: bs}
    currency: NPR
    sheet: 3_Trade_Balance_Country
    header: 3
    partner: {column: Partner Countries, values: {Total: all}}
    figures:
      Imports (Rs.'000): {flow: imports, unit: NPR 1000}
      Exports (Rs.'000): {flow: exports, unit: NPR 1000}

Every value is text as it stands (`NO` is Norway and `NA` Namibia), and every key is one of these:

`source`, `files`, `name`   whose figures, for which files, the mapping's name (its file's where left out)
`kind`                      `table` (figures; the default) or `declarations` (lines; see below)

How the file is read
`sheet`       a sheet's name, or /pattern/ for all that match; the first where left out
`header`      the row of column names, counted from 1, or several ([3, 4]) whose cells are joined; default 1.
              `none`: there is none, and the columns are called 1, 2, 3. A column without a name beside
              others that have one is called by its place, as (1)
`first`       the first row of data; default the one after the names
`until`       a pattern: the table ends before the first row with a cell that fits whole
`encoding`, `delimiter`   of text, where guessing them is not good enough
`items`       the member of a JSON envelope that has the array
`decimal`, `thousands`    the marks in numbers; asked of all values of a column where left out
`decimals`    how many decimals were really printed, where a program added `.0`
`empty`       marks for `no figure` besides the usual ones (-, …, n.a.)
`dates`       `dmy` or `mdy`, for dates such as 01/02/2024

What the cells are about
`period`      a constant (2024-01), a column's name as {column: NAME}, {year: NAME, month: NAME}, or
              {is: CONSTANT}; {is: 2024, month: NAME} for months of one year, {month: NAME} for months of
              the years that heads of columns are; with these where wanted:
    fill: down            an empty cell repeats the one above
    fill: year            a month without a year is of the year above it in the same column
    whole: [Total, ""]    what stands in place of a month for its whole year; `""` an empty cell
    fiscal: 4             the month in which fiscal years begin: 2023-24, 2023/24 and FY 2023-24 are then
                          2023-04/2024-03, and 2023-24 (April-June) is a part of it. For heads of columns
                          alone, {fiscal: 4}. Without it a fiscal year is refused, unless it says all of its
                          months itself: 2023-24 (April-March)
    named: begin          FY2024 and 2024 are the fiscal year that begins in 2024; that ends in it where
                          left out (`end`)
    calendar: bs          Bikram Sambat, whose fiscal year begins in mid-July; `roc` (113 is 2024),
                          `japanese` (R6, H31) or `buddhist` (2567). Years that say their era need none:
                          令和6年, 民國113年, พ.ศ. 2567
    pattern: PATTERN      with groups year, month, quarter, to
              2011-12 is a month beside 2011-05 and a fiscal year beside 2012-13; beside both, or beside
              2010-11 alone where `fiscal` is left out, its row is set aside
`reporter`, `flow`, `partner`, `hs`, `commodity`, `enterprise`, `region`, `regime`, `transport`,
`currency`, `basis`       a code for all rows, or:
    {column: NAME,        the column
     codes: SYSTEM,       names, own, iso2, iso3, m49, gacc, comext, census, fips, ioc, or several in order
     values: {TEXT: CODE},  read first; the code `all` means the whole dimension, a row of totals
     width: 8,            digits of an HS code; a zero that a spreadsheet took off its front comes back
     name: NAME,          of partners read by codes: the column with their names. A code that stands beside
                          the name of another partner stops the load
     fill: down,          an empty cell repeats the one above
     blank: all}          what an empty cell means; a row with one is set aside where left out
`basis` may also be {imports: CIF, exports: FOB}.

The figures
`figures`     column: {measure, months, flow, unit, ...}, one or a list of several
    measure   value (default), quantity, mass, growth (per cent on the same months a year earlier)
    months    month (default) or year_to_date (from January, or the month of `fiscal`)
    unit      CNY 10000, USD million, 10,000 t, or {column: NAME, values: {TEXT: UNIT}} where rows differ;
              the unit `none` leaves the figure of a row out
    scale     {column: NAME, values: {TEXT: 1000}}, a column that says by how much each row is scaled, in
              words (thousands, million, 万, 亿) or multipliers (1, 1000); with `exponents: yes` its numbers
              are powers of ten (0, 3, 6, 9). A cell stands in place of the unit's own scale, an empty one
              leaves that as it is, and one that cannot be read sets the row aside. Growth has none;
              `none` takes a column out
    period    2024-01, for a column of one period; with `matching: yes` the column is a pattern, and its
              groups year, month and quarter give the period
    month     1 to 12, for a column of one month of the year that the row's period is
    only, but {column, is or like}: the figure stands in those rows alone, or in all but those
    decimal, thousands, decimals, empty    of this column; any dimension (flow: exports) for this column alone
`unit`, `scale`, `months`, `measure`   for all figures that say nothing else

Rows
`totals`      [{column, is, of}]: rows that sum the others over the dimensions `of`
`groups`      [{column, is}]: rows of groups of others, that would count twice; they keep the group's code,
              and are set aside as groups where the vocabulary does not have it
`leave_out`   [{column, is or like, because}]: rows that are set aside
    `is` is a text or several; `like` a pattern that is searched for

`tables`      several tables in one file: a list of mappings, in which the keys above stand for all

Declarations (`kind: declarations`) have `fields` in place of figures: each field of the schema with a
column's name, {is: CONSTANT}, or {column, codes, values} with one system of codes, or `names`. Fields
that targeting alone reads (`declarant_id`, `duty_cny`, `fraud` and the like) are passed over by
statistics. Days are 2025-03-14 or 20250314, numbers have a decimal point and no marks of thousands.
"""

from __future__ import annotations

from customhouse.records.mapping.loading import load, named, parse, shipped
from customhouse.records.mapping.model import (
    Figure,
    Layout,
    Mapping,
    Measure,
    Months,
    Period,
    Source,
    Table,
    Where,
)

__all__ = [
    "Figure",
    "Layout",
    "Mapping",
    "Measure",
    "Months",
    "Period",
    "Source",
    "Table",
    "Where",
    "load",
    "named",
    "parse",
    "shipped",
]
