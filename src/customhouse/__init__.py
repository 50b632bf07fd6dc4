"""customhouse: an open foreign-trade statistics system built around the claim.

    errors      every error, drawn as a tree
    period      months, ranges, the same months a year earlier
    quantity    a printed number and the interval that it allows
    model       the nouns: Slice, Claim, Span, Derivation, Finding
    rounding    what a printed figure leaves open
    vocabulary  code lists and their words in Chinese and English
    groups      who belongs to a bloc, a macro-region or a group of goods, month by month
    statistics  what measures ask of statistics
    engine      DuckDB, or Spark; the one place that knows them
    records     declarations and official tables in: readers, mappings, rules, control totals
    simulate    declarations drawn with the published totals
    store       append-only Parquet by month, a manifest a load
    compiling   a load from files to a committed vintage
    cube        levels of any slice and period, as known on any day
    measures    every measure of the claim format from levels
    seasons     working days, moving holidays, seasonal adjustment
    query       questions in words or options -> figures
    ask         questions in plain words -> prose with its claims, a table, the query
    reader      text -> claims
    prose       claims -> sentences that the reader reads back
    reconcile   do claims agree with one another, and what follows from them
    versions    two versions of a text, claim by claim
    texts       files of texts to claims
    series      all that texts and tables say of one thing, period by period
    adjusting   series free of seasons and holidays, of stores and tables, worded and written
    digest      a short text in each language, written from the claims of an article
    api         read(), read_files() and the Claims that they return, for Python and notebooks
    desk        a store opened for work: load, fetch, query, revisions
    report      a page that shows it all on the text itself
    cli         one thin command per step

The names below load on first use, so that importing the package costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from customhouse.api import Claims, read, read_files
    from customhouse.desk import Desk, Loading, open_store

__version__ = "0.1.0"
__all__ = ["Claims", "Desk", "Loading", "__version__", "open_store", "read", "read_files"]
_DESK = ("Desk", "Loading", "open_store")


def __getattr__(name: str) -> Any:
    if name in __all__:
        from importlib import import_module

        return getattr(import_module("customhouse.desk" if name in _DESK else "customhouse.api"), name)
    raise AttributeError(f"module 'customhouse' has no attribute {name!r}")
