"""Adjustment at the desk: a slice of a store, the sum of several, or many slices in one run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from customhouse.adjusting import drawing
from customhouse.adjusting.many import Run, run
from customhouse.adjusting.model import Adjustment
from customhouse.errors import QueryError
from customhouse.query import Query
from customhouse.seasons.settings import Settings

if TYPE_CHECKING:
    from customhouse.cube import CellCube, Concepts, TableCube
    from customhouse.desk import Desk
    from customhouse.seasons.batch import Progress


def adjusted(
    desk: Desk, text: str, options: Mapping[str, object], settings: Settings | None, by: str, revisions: int,
    as_of: date | None, source: str | None, concepts: Concepts | None,
) -> Adjustment:
    """The one series that a question is about. Raises QueryError where it is about several."""
    if by not in drawing.WAYS:
        raise QueryError(f"by {by!r}: adjust {' or '.join(drawing.WAYS)}")
    query, statistics, told = _opened(desk, text, options, settings, as_of, source, concepts)
    found, failures = drawing.pieces(query, statistics)
    if not found:
        raise QueryError(f"{failures[0].name}: {failures[0].reason}" if failures else "no figure is there")
    currency = statistics.currency
    several = bool(query.each or query.by)
    if several and by == "direct":
        raise QueryError(
            f"{len(found) + len(failures)} series are asked for; ask for one, or adjust many in one run"
        )
    if several:
        return drawing.summed(found, query, statistics, told, currency, revisions)
    if by == "indirect" or found[0].ask.slice.flow == "balance":
        return drawing.indirect(found[0], statistics, told, currency, revisions)
    return drawing.adjustment(found[0], told, currency)


def many(
    desk: Desk, text: str, options: Mapping[str, object], settings: Settings | None,
    folder: str | Path | None, progress: Progress | None, processes: int | None, as_of: date | None,
    source: str | None, concepts: Concepts | None,
) -> Run:
    """Every series that a question is about: one for each code of its lists and axes."""
    query, statistics, told = _opened(desk, text, options, settings, as_of, source, concepts)
    found, failures = drawing.pieces(query, statistics)
    each, refused = drawing.settled_all({piece.name: piece.found.joined for piece in found}, told)
    series = [piece.found.series for piece in found if piece.name in each]
    return run(series, each, folder, progress, (*failures, *refused), processes, questions=True)


def _opened(
    desk: Desk, text: str, options: Mapping[str, object], settings: Settings | None, as_of: date | None,
    source: str | None, concepts: Concepts | None,
) -> tuple[Query, CellCube | TableCube, Settings]:
    latest = max((m for v in desk.store.vintages(as_of) for m in v.months()), default=None)
    query = drawing.question(text, options, latest)
    statistics = desk.statistics(as_of or query.as_of, source, query.currency, concepts)
    told = settings or Settings(together="split")
    reporter = query.slice.reporter or (statistics.reporter if settings is None else told.reporter)
    return query, statistics, replace(told, reporter=reporter)
