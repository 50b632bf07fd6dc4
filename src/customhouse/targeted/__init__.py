"""A ranking judged, as people see it: tables, charts and a page in both languages.

    words    what is said, from `vocabulary/data/targeting_report.csv`, and how figures are printed
    summary  what it comes to, in sentences, and the warnings that hold for every figure
    features what features of a model are called, and how their values are printed
    tables   tables of an evaluation, for the terminal and the page
    charts*  gain curves, tops with intervals, calibration, groups, fairness, what the model looks at, drift
    page     all of it as one HTML page that needs nothing else
"""

from customhouse.targeted.page import page, write_page
from customhouse.targeted.tables import Table, text

__all__ = ["Table", "page", "text", "write_page"]
