"""What answering needs at hand: the statistics, the language, what was found missing, what is to be noted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from customhouse.describe import fill
from customhouse.factors import measure
from customhouse.measures import Missing, Request, default_whole
from customhouse.measures.ordering import peers
from customhouse.model import DIMENSIONS, HOME, Claim, Dims, Slice
from customhouse.period import Period
from customhouse.query import Answer, Query, run
from customhouse.query.run import Prefetched
from customhouse.vocabulary import entries

WIDENED = ("partner", "region", "enterprise", "regime", "transport", "commodity")
_RANKED = ("partner", "region")
FLOWS = ("exports", "imports")


@dataclass(slots=True)
class Found:
    """An answer in the making: claims in groups as they are to be said together, and the like query.

    `falling` has the streaks that are of a fall.
    """

    query: Query
    groups: list[list[Claim]] = field(default_factory=list)
    table: Answer | None = None
    truth: bool | None = None
    lead: str = ""
    falling: list[Claim] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, *claims: Claim | None) -> None:
        """A group of those claims that there are."""
        group = [claim for claim in claims if claim is not None]
        if group:
            self.groups.append(group)


@dataclass(slots=True)
class Worker:
    """Measures for one question, remembering what the statistics lacked; `reporter` is whose they are."""

    statistics: Prefetched
    language: str
    reporter: str = HOME
    missing: list[tuple[Request, Missing]] = field(default_factory=list)

    def claim(self, name: str, part: Slice, period: Period, **more: Any) -> Claim | None:
        """A measure, or None where the statistics lack it."""
        return self.ask(Request(name, part, period, **more))

    def ask(self, asked: Request) -> Claim | None:
        """The same of a request."""
        found = measure(asked, self.statistics)
        if isinstance(found, Missing):
            self.missing.append((asked, found))
            return None
        return found

    def fill(self, code: str, **places: str) -> str:
        """A sentence in the language of the answer."""
        return fill(code, self.language, **places)

    def table(self, query: Query) -> Answer:
        """The rows of a query. Raises QueryError."""
        return run(query, self.statistics)

    def level(self, part: Slice, period: Period, of: str = "value", **more: Any) -> list[Claim | None]:
        """A level and its growth."""
        unit = more.pop("unit", None)
        about = None if of == "value" else of
        growth = self.claim("growth", part, period, of=about, unit=unit, **more)
        return [self.claim(of, part, period, unit=unit), growth if part.flow != "balance" else None]

    def place(
        self, part: Slice, period: Period, grouped: bool = True, dimension: str | None = None
    ) -> list[Claim | None]:
        """The share in the whole that it is a part of (by one dimension, if told), and its rank there."""
        dims: Dims | None = whole_of(part) if dimension is None else ((dimension, None),)
        if dims is None or part.flow == "balance":
            return []
        found = [self.claim("share", part, period, whole=dims)]
        return [*found, self.rank(part, period, grouped)] if dims[0][0] in _RANKED else found

    def rank(self, part: Slice, period: Period, grouped: bool = True) -> Claim | None:
        """The place among regions or partners; `grouped`: blocs beside countries, as official tables rank."""
        dims = whole_of(part)
        if dims is None or not rankable(dims[0][0], getattr(part, dims[0][0])):
            return None
        asked = Request("rank", part, period, whole=dims, grouped=grouped)
        found = measure(asked, self.statistics)
        if isinstance(found, Missing):
            found = measure(replace(asked, grouped=False), self.statistics)
        return found if isinstance(found, Claim) else None


def whole_of(part: Slice) -> Dims | None:
    """What is dropped for the whole of a part: the first of its dimensions that narrow."""
    narrowing = [d for d in WIDENED if getattr(part, d) is not None]
    if not narrowing:
        return default_whole(part)
    return ((narrowing[0], None),)


def rankable(dimension: str, code: str) -> bool:
    """Whether official tables rank a code: a single one, or one of the groups that stand beside those."""
    if dimension not in _RANKED or "+" in code or code.startswith("!"):
        return False
    table = {"partner": "partners", "region": "regions"}[dimension]
    kind = next((entry.row.get("kind") for entry in entries(table) if entry.code == code), None)
    return kind in ("country", "province") or code in peers(dimension)


def slices(query: Query) -> list[Slice]:
    """The slices of a query: one for each code of its lists."""
    found = [query.slice]
    for dimension, codes in query.each:
        found = [replace(one, **{dimension: code}) for one in found for code in codes]
    return found


def each_flow(query: Query) -> Query:
    """The query for trade as one for trade, exports, imports and their balance."""
    if query.slice.flow != "trade" or "flow" in dict(query.each):
        return query
    return by_flow(query, ("trade", *FLOWS, "balance"))


def by_flow(query: Query, flows: tuple[str, ...]) -> Query:
    """The query with a row for each flow."""
    ask = replace(query.ask, slice=replace(query.slice, flow=None))
    listed = (*(one for one in query.each if one[0] != "flow"), ("flow", flows))
    return replace(query, ask=ask, each=tuple(sorted(listed, key=lambda one: DIMENSIONS.index(one[0]))))


def plain(
    query: Query,
    part: Slice | None = None,
    each: Sequence[tuple[str, tuple[str, ...]]] | None = None,
    **more: Any,
) -> Query:
    """A query of values for the same slice and periods, with what is named changed."""
    ask = Request(
        more.pop("measure", "value"),
        part or query.slice,
        None,
        more.pop("of", None),
        query.ask.unit if query.ask.measure in ("quantity", "price") else None,
        whole=more.pop("whole", None),
    )
    listed = tuple(query.each if each is None else each)
    return replace(
        query, ask=ask, each=listed, by=more.pop("by", ()), top=more.pop("top", None), previous=False, **more
    )
