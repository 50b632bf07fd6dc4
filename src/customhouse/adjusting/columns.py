"""The columns of a table adjusted: one, their sum by its parts, or each in one run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from customhouse.adjusting.drawing import settled, settled_all
from customhouse.adjusting.files import Column, Table, read
from customhouse.adjusting.many import Run, run
from customhouse.adjusting.model import Adjustment
from customhouse.errors import QueryError
from customhouse.seasons.adjust import adjust
from customhouse.seasons.batch import Failure, Progress
from customhouse.seasons.combine import Composed, added, compose, composed, indirect_result
from customhouse.seasons.settings import Settings

_TRADE = {"exports", "imports"}
_BALANCE = {"exports": 1, "imports": -1}


def adjusted(
    path: str | Path, names: tuple[str, ...], settings: Settings, by: str = "direct", revisions: int = 0,
    folder: str | Path | None = None, processes: int | None = None, progress: Progress | None = None,
) -> Adjustment | Run:
    """The columns of a table, or those of `names`: one by itself, or the sum of several by its parts.

    Without `by` indirect several are a run, as they are with a folder. Raises QueryError for a name that is
    no column, InputError for a table that cannot be read, SeasonsError for a series that cannot be adjusted.
    """
    found = _chosen(read(path), names, str(path))
    if by == "indirect":
        return _sum(found, settings, revisions)
    if folder is None and len(found.columns) + len(found.failures) == 1:
        if found.failures:
            raise QueryError(found.failures[0].reason)
        return _one(found.columns[0], settings)
    told, refused = settled_all({c.series.name: c.joined for c in found.columns}, settings)
    series = [column.series for column in found.columns if column.series.name in told]
    return run(series, told, folder, progress, (*found.failures, *refused), processes)


def _chosen(table: Table, names: tuple[str, ...], path: str) -> Table:
    """The columns of those names, all where none is named. Raises QueryError."""
    there = [*(column.series.name for column in table.columns), *(one.name for one in table.failures)]
    for name in names:
        if name not in there:
            raise QueryError(f"{path}: no column {name!r}; there are {', '.join(there)}")
    if not names:
        return table
    columns = {column.series.name: column for column in table.columns}
    failures = tuple(one for one in table.failures if one.name in names)
    return Table(tuple(columns[name] for name in names if name in columns), failures)


def _one(column: Column, settings: Settings) -> Adjustment:
    told = settled(settings, column.joined)
    return Adjustment(adjust(column.series, told), told, column.series.name, joined=column.joined)


def _sum(table: Table, settings: Settings, revisions: int) -> Adjustment:
    """The columns added up, adjusted by them; the balance too where they are exports and imports."""
    failed: Failure | None = next(iter(table.failures), None)
    if failed is not None:
        raise QueryError(f"{failed.reason}; a sum needs all its parts")
    joined = tuple(sorted({month for column in table.columns for month in column.joined}))
    told = settled(settings, joined)
    parts = {column.series.name: column.series for column in table.columns}
    name = "trade" if parts.keys() == _TRADE else " + ".join(parts)
    made = compose(parts, None, told, name, revisions)
    more: tuple[Composed, ...] = ()
    if parts.keys() == _TRADE:
        balance = added(parts, _BALANCE, "balance")
        more = (composed(made.parts, _BALANCE, balance, None, told, revisions),)
    whole = Adjustment(indirect_result(made), told, name, joined=joined)
    return replace(whole, composed=(made, *more))
