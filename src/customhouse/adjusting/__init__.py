"""A series adjusted, as people see it: drawn from a store or a file, worded, tabulated, drawn, written.

    model     the result: the series and its parts, whose it is, January and February as one, claims
    drawing   slices of a store, and parts of sums, as series by month
    files     tables of any format: months and series side by side, or one figure a row
    words     tables and notes in Chinese and English
    frames    rows for CSV, JSON, Parquet, pandas and Polars
    charts    the adjusted series, growth by month, the SI plot
    many      many series in one run: a summary, and what was set aside
    saving    a result to a file, its form by the ending
"""

from customhouse.adjusting.model import Adjustment

__all__ = ["Adjustment"]
