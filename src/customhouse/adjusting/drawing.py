"""Slices of a store as series by month, adjusted: one, parts of a sum, or one for each code of an axis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from customhouse.adjusting.model import Adjustment
from customhouse.errors import QueryError, SeasonsError
from customhouse.measures import Missing, Request
from customhouse.period import Period
from customhouse.query import Query, describe, parse
from customhouse.query.model import TIMES
from customhouse.query.run import Prefetched, asks
from customhouse.seasons.adjust import adjust
from customhouse.seasons.adjusted import Adjusted
from customhouse.seasons.batch import Failure
from customhouse.seasons.claims import Drawn, drawn
from customhouse.seasons.combine import Composed, compose, indirect_result
from customhouse.seasons.settings import Settings
from customhouse.statistics import Statistics

LEVELS = ("value", "quantity", "price", "count")
WAYS = ("direct", "indirect")
_SIGNS = {"trade": {"exports": 1, "imports": 1}, "balance": {"exports": 1, "imports": -1}}
"""Flows that are made up of others."""


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """One series that a question asks for: the query and the request that it stands for, and its levels."""

    name: str
    query: Query
    ask: Request
    found: Drawn


def question(text: str, options: Mapping[str, object], latest: int | None) -> Query:
    """What is to be adjusted: a level by month. Raises QueryError."""
    if latest is None:
        raise QueryError("the store has no statistics yet; load some first")
    query = parse(text, options, latest)
    if query.ask.measure not in LEVELS or query.ask.of:
        raise QueryError(f"{query.ask.measure}: levels alone are adjusted; ask for {', '.join(LEVELS)}")
    if query.time not in (None, "month"):
        raise QueryError(f"by {query.time}: series are adjusted by month; leave it out")
    if query.top is not None or len(query.periods) > 1:
        raise QueryError("adjust one stretch of months, and all codes of an axis; leave out what cuts them")
    whole = query.periods == (Period(latest, latest),)  # what a question without a period is about
    axes = tuple(axis for axis in query.by if axis not in TIMES)
    return replace(query, by=axes, periods=() if whole else query.periods)


def pieces(query: Query, statistics: Statistics) -> tuple[list[Piece], list[Failure]]:
    """The series of a question, one for each code of its lists and axes, and those without a figure."""
    known = Prefetched(statistics)
    months = known.months()
    span = query.periods[0] if query.periods else Period(months[0], months[-1])
    found: list[Piece] = []
    failures: list[Failure] = []
    for ask in asks(replace(query, periods=(span,)), known):
        single = Query(replace(ask, period=None), (), currency=query.currency)
        name = describe(single, "en")
        levels = drawn(ask, known, name, span)
        if isinstance(levels, Missing):
            failures.append(Failure(name, levels.reason))
        else:
            found.append(Piece(name, single, ask, levels))
    return found, failures


def adjustment(piece: Piece, settings: Settings, currency: str) -> Adjustment:
    """A series of a store adjusted. Raises SeasonsError, MissingExtra."""
    told = settled(settings, piece.found.joined)
    return _made(piece, told, currency, adjust(piece.found.series, told))


def indirect(
    piece: Piece, statistics: Statistics, settings: Settings, currency: str, revisions: int = 0
) -> Adjustment:
    """Trade or the balance adjusted by exports and imports. Raises QueryError for another flow."""
    signs = _SIGNS.get(str(piece.ask.slice.flow))
    if signs is None:
        raise QueryError("by parts: trade and the balance have flows as parts; of others name an axis")
    parts: dict[str, Drawn] = {}
    known, span = Prefetched(statistics), piece.found.series.period
    for flow in signs:
        ask = replace(piece.ask, slice=replace(piece.ask.slice, flow=flow))
        levels = drawn(ask, known, flow, span)
        if isinstance(levels, Missing):
            raise QueryError(f"{flow}: {levels.reason}")
        parts[flow] = levels
    return _composed(piece, parts, signs, settings, currency, revisions)


def summed(
    found: list[Piece], query: Query, statistics: Statistics, settings: Settings, currency: str,
    revisions: int = 0,
) -> Adjustment:
    """The sum of a question's series, adjusted by them. Raises SeasonsError where a part cannot be."""
    parts = {piece.name: piece.found for piece in found}
    whole = replace(query, by=(), each=())
    (sum_of,), _ = pieces(whole, statistics)
    if query.each:
        name = ", ".join(parts)
        sum_of = replace(sum_of, name=name)
    return _composed(sum_of, parts, dict.fromkeys(parts, 1), settings, currency, revisions)


def settled(settings: Settings, joined: tuple[int, ...]) -> Settings:
    """The settings for a series some of whose months hold two: those alone are split. Raises SeasonsError."""
    if joined and settings.together == "refuse":
        months = ", ".join(str(Period(month - 1, month)) for month in joined)
        raise SeasonsError(f"{months}: published together; have the model split them, or give each month")
    if settings.together == "split":
        return replace(settings, split=joined, together="split" if joined else "refuse")
    return settings


def settled_all(
    joined: Mapping[str, tuple[int, ...]], settings: Settings
) -> tuple[dict[str, Settings], list[Failure]]:
    """The same of many series by name, and those that are refused."""
    found: dict[str, Settings] = {}
    refused: list[Failure] = []
    for name, months in joined.items():
        try:
            found[name] = settled(settings, months)
        except SeasonsError as error:
            refused.append(Failure(name, str(error)))
    return found, refused


def _composed(
    piece: Piece, parts: Mapping[str, Drawn], signs: Mapping[str, int], settings: Settings, currency: str,
    revisions: int,
) -> Adjustment:
    joined = tuple(sorted({month for one in parts.values() for month in one.joined}))
    told = settled(settings, joined)
    monthly = {key: one.series for key, one in parts.items()}
    made: Composed = compose(monthly, signs, told, str(piece.ask.slice.flow or piece.name), revisions)
    result = indirect_result(made)
    claims = dict(enumerate(claim for one in parts.values() for claim in one.claims.values()))
    found = _made(piece, told, currency, result)
    return replace(found, composed=(made,), claims=claims, joined=joined)


def _made(piece: Piece, settings: Settings, currency: str, result: Adjusted) -> Adjustment:
    unit = next(iter(piece.found.claims.values())).unit
    return Adjustment(
        result, settings, piece.name, piece.query, piece.ask.slice, unit or currency, piece.found.claims,
        joined=piece.found.joined,
    )
