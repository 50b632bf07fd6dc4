"""The cube: what a store's cells say of any slice and period, as known on any day.

`open_cube` gives `Statistics` for one source: from cells compiled of declarations (`cellcube`) or
from the figures of official tables (`tablecube`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from customhouse.cube.cellcube import CellCube
from customhouse.cube.tablecube import TableCube
from customhouse.engine import Engine
from customhouse.errors import QueryError, StoreError
from customhouse.model import Slice
from customhouse.period import Period
from customhouse.statistics import Concepts, Level, What
from customhouse.store import Store, Vintage

__all__ = ["CellCube", "Concepts", "Revision", "TableCube", "history", "of_vintages", "open_cube", "sources"]


@dataclass(frozen=True, slots=True)
class Revision:
    """What a figure was from one vintage on; `level` is None where that vintage made it unavailable."""

    vintage: Vintage
    level: Level | None


def sources(store: Store, as_of: date | None = None) -> tuple[str, ...]:
    """The sources that a store has figures of, in the order of their first loads."""
    return tuple(dict.fromkeys(v.source for v in store.vintages(as_of) if v.months()))


def open_cube(
    store: Store,
    engine: Engine,
    as_of: date | None = None,
    source: str | None = None,
    currency: str | None = None,
    concepts: Concepts | None = None,
) -> CellCube | TableCube:
    """The statistics of one source as known on a day (today, where none is given).

    The source may be left out where the store has one. Raises QueryError where it must be named or
    is not there, StoreError where the store is empty.
    """
    vintages = store.vintages(as_of)
    chosen = _source(store, vintages, source, as_of)
    of_source = [v for v in vintages if v.source == chosen]
    cube = of_vintages(store, engine, of_source, currency, concepts)
    if currency and currency != of_source[-1].currency and currency not in cube.currencies:
        there = ", ".join(sorted(cube.currencies))
        raise QueryError(f"{currency}: {chosen} has no values in it; there are {there}")
    return cube


def history(
    store: Store,
    engine: Engine,
    part: Slice,
    period: Period,
    what: What = "value",
    source: str | None = None,
    currency: str | None = None,
    as_of: date | None = None,
) -> tuple[Revision, ...]:
    """What a figure was from each vintage on that changed it, oldest first. Raises as `open_cube` does."""
    vintages = store.vintages(as_of)
    chosen = _source(store, vintages, source, as_of)
    mine = [v for v in vintages if v.source == chosen]
    told: list[Revision] = []
    for upto in range(1, len(mine) + 1):
        level = of_vintages(store, engine, mine[:upto], currency, None).level(part, period, what)
        before = told[-1].level if told else None
        if (level and level.amount) != (before and before.amount):
            told.append(Revision(mine[upto - 1], level))
    return tuple(told)


def of_vintages(
    store: Store,
    engine: Engine,
    vintages: Sequence[Vintage],
    currency: str | None = None,
    concepts: Concepts | None = None,
) -> CellCube | TableCube:
    """The statistics that vintages of one source make up, oldest first. Raises QueryError."""
    if vintages[-1].kind == "declarations":
        return CellCube(store, engine, vintages, currency, concepts or Concepts())
    if concepts and concepts != Concepts():
        raise QueryError(
            f"{vintages[-1].source}: an official table cannot be compiled by another concept; "
            "leave out the options of concepts"
        )
    return TableCube(store, vintages, currency)


def _source(store: Store, vintages: Sequence[Vintage], wanted: str | None, as_of: date | None) -> str:
    known = list(dict.fromkeys(v.source for v in vintages if v.months()))
    if not known and as_of and (first := next((v for v in store.vintages() if v.months()), None)):
        raise QueryError(f"{as_of}: nothing was known yet; the first figures are of {first.known_on}")
    if not known:
        raise StoreError(f"{store.path}: no figures in it; load some with: customhouse load")
    if wanted is None and len(known) == 1:
        return known[0]
    if wanted is None:
        raise QueryError(f"the store has figures of {', '.join(known)}; name one with --source")
    if wanted not in known:
        raise QueryError(f"{wanted}: no figures of this source; the store has {', '.join(known)}")
    return wanted
