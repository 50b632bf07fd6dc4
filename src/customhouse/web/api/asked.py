"""A question to the statistics as a request puts it: words, options, and which statistics are meant."""

from __future__ import annotations

import difflib
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from customhouse.cube import sources
from customhouse.factors import FACTORS
from customhouse.model import ADJUSTED, DIMENSIONS
from customhouse.query import AXES, Answer, parse, run
from customhouse.query.assemble import ORDER
from customhouse.query.model import Query
from customhouse.statistics import Concepts, Level, What
from customhouse.statistics import Known as Version
from customhouse.web.api.contract import Parameter
from customhouse.web.problems import Problem, timed_out

if TYPE_CHECKING:
    from customhouse.cube import CellCube, TableCube
    from customhouse.model import Slice
    from customhouse.period import Period
    from customhouse.web.held import HeldDesk

_KNOWN = {"type": "string", "enum": ["latest", "first"]}
_CODE = {"type": "string", "maxLength": 400}
_DIMS = {"type": "string", "maxLength": 200}
Q = Parameter(
    "q", "The question in words, in English or Chinese; options beside it say what it leaves open.",
    {"type": "string", "maxLength": 2000}, "exports to ASEAN by month 2024",
)  # fmt: skip
SLICE = (
    Parameter(
        "flow", "exports, imports, trade or balance, several with commas; re_exports or re_imports.", _CODE,
        "exports",
    ),
    Parameter(
        "partner", "A country (USA), a bloc (ASEAN, by its members of each month), several with commas one "
        "by one, joined with + (%2B in an address) together, or all but one (!USA).", _CODE, "ASEAN",
    ),
    Parameter(
        "commodity", "A group of goods of the vocabulary; see /codes/commodity.", _CODE, "integrated_circuit"
    ),
    Parameter("hs", "An HS code of 2, 4, 6, 8 or 10 digits; several with commas.", _CODE, "8517"),
    Parameter("enterprise", "Kind of enterprise; see /codes/enterprise.", _CODE, "private"),
    Parameter("region", "A province (CN-GD) or macro-region; see /codes/region.", _CODE, "CN-GD"),
    Parameter("regime", "Customs regime; see /codes/regime.", _CODE, "general"),
    Parameter("transport", "Means of transport; see /codes/transport.", _CODE, "water"),
    Parameter("reporter", "Whose trade, where the source has several.", _CODE, "CHN"),
    Parameter(
        "period", "2025, 2025-H1, 2025-Q1, 2025-03 or 2024-01/2025-03, several with commas; "
        "without one, the latest month.", _CODE, "2024",
    ),
)  # fmt: skip
SOURCE = Parameter(
    "source", "Whose figures; may be left out where the store has one source.", _CODE, "declarations"
)
AS_OF = Parameter(
    "as_of", "As the statistics were known on that day.", {"type": "string", "format": "date"}, "2025-04-30"
)
CURRENCY = Parameter("currency", "Values in this currency alone; they are never converted.", _CODE, "CNY")
CONCEPTS = (
    Parameter("system", "General or special trade (IMTS 2010, chapter II).",
              {"type": "string", "enum": ["general", "special"], "default": "general"}),
    Parameter("partner_by", "Partner by origin and last known destination, or by consignment (chapter VI).",
              {"type": "string", "enum": ["origin", "consignment"], "default": "origin"}),
    Parameter("returned", "Re-exports and re-imports: part of exports and imports, or apart (chapter I).",
              {"type": "string", "enum": ["included", "apart"], "default": "included"}),
)  # fmt: skip
KNOWN = Parameter("known", "As last revised, or as first published.", _KNOWN)
WHICH = (SOURCE, AS_OF, CURRENCY, *CONCEPTS)
"""Which statistics: of whom, as known when, in which currency, by which concepts."""
MEASURED = (
    Parameter("measure", "What is measured; two with a comma: growth,quantity.",
              {"type": "array", "items": {"type": "string", "enum": sorted(ORDER)}, "maxItems": 2},
              ["value"]),
    Parameter("by", "Axes: one of time, and parts of trade.",
              {"type": "array", "items": {"type": "string", "enum": list(AXES)}, "maxItems": 4}, ["month"]),
    Parameter("top", "The largest parts alone.", {"type": "integer", "minimum": 1, "maximum": 10000}, 10),
    Parameter("base", "The period to compare with, where not a year earlier; or `previous`.", _CODE,
              "previous"),
    KNOWN,
    Parameter("base_known", "Growth on the base as first published, or as last revised.", _KNOWN),
    Parameter("whole", "The whole of a share, as dimensions that change: partner, or partner=EU.",
              _DIMS, "partner"),
    Parameter("against", "What a gap is against, as dimensions that change: partner=EU.", _DIMS,
              "partner=EU"),
    Parameter("threshold", "The round number that a streak stays above.", {"type": "number"}, 1e11),
    Parameter("below", "Below the threshold; the lowest record.", {"type": "boolean"}),
    Parameter("unit", "The unit of quantities and prices.", _CODE, "t"),
    Parameter("window", "A record among the same months of all years, or among all periods.",
              {"type": "string", "enum": ["same", "all"]}),
    Parameter("factor", "What a contribution to growth comes from, where it is no part of trade.",
              {"type": "string", "enum": list(FACTORS)}, "price"),
    Parameter("terms", "What figures are adjusted for.", {"type": "string", "enum": list(ADJUSTED)},
              "seasonally_adjusted"),
)  # fmt: skip
QUERY = (Q, *SLICE, *MEASURED, *WHICH)
_SINGLE = ("q", "source", "as_of", "currency", "system", "partner_by", "returned")
OPTIONS = frozenset(one.name for one in (*SLICE, *MEASURED))
Options = Mapping[str, Any]
_REMEMBERED = 400
USUAL = Concepts()
"""General trade by origin, with re-exports and re-imports."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for: the words, the options of queries, and which statistics."""

    text: str
    options: Options
    source: str | None = None
    as_of: date | None = None
    currency: str | None = None
    concepts: Concepts = USUAL

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Asked:
        """From the parameters of a request."""
        concepts = Concepts(
            given.get("system", "general"), given.get("partner_by", "origin"),
            given.get("returned", "included"),
        )  # fmt: skip
        options = {name: one for name, one in given.items() if name in OPTIONS}
        which = (given.get("source"), given.get("as_of"), given.get("currency"), concepts)
        return cls(given.get("q", ""), options, *which)

    def query(self, desk: HeldDesk) -> Query:
        """The question understood. Raises QueryError."""
        one_source(desk, self.source, self.as_of)
        return parse(self.text, self.options, latest(desk, self.as_of))


@dataclass(frozen=True, slots=True)
class Known:
    """What every question needs of the manifests: the sources that have figures, and the last month."""

    sources: tuple[str, ...]
    latest: int | None


_KNOWN_ON: dict[tuple[str, str, date | None], Known] = {}


def known_on(desk: HeldDesk, as_of: date | None) -> Known:
    """What was known on a day, worked out once for each state of the store."""
    key = (str(desk.store.path), desk.store.state, as_of)
    found = _KNOWN_ON.get(key)  # two threads may ask
    if found is None:
        if len(_KNOWN_ON) >= _REMEMBERED:
            _KNOWN_ON.clear()
        last = max((v.months()[-1] for v in desk.vintages(as_of) if v.months()), default=None)
        _KNOWN_ON[key] = found = Known(sources(desk.store, as_of), last)
    return found


def latest(desk: HeldDesk, as_of: date | None) -> int | None:
    """The last month of the store as known on a day, from which `last 12 months` counts."""
    return known_on(desk, as_of).latest


def open_statistics(desk: HeldDesk, asked: Asked, wanted: Query | None = None) -> CellCube | TableCube:
    """The statistics that are meant. Raises Problem (422) where they are not there, QueryError."""
    as_of = asked.as_of or (wanted.as_of if wanted else None)
    source = one_source(desk, asked.source, as_of)
    concepts = None if asked.concepts == USUAL else asked.concepts
    money = asked.currency or (wanted.currency if wanted else None)
    usual = desk.statistics(as_of, source, None, concepts)
    if money is None or money == usual.currency:
        return usual
    if money not in usual.currencies:
        there = ", ".join(sorted(usual.currencies))
        raise Problem(
            422, f"currency {money!r}: {source} has values in {there}; choose from them", "parameter"
        )
    return desk.statistics(as_of, source, money, concepts)


def one_source(desk: HeldDesk, wanted: str | None, as_of: date | None) -> str:
    """The source that is meant. Raises Problem (422) where it must be named, or is not there."""
    there = known_on(desk, as_of).sources
    if not there:
        known = [v.known_on for v in desk.vintages() if v.months()]
        when = f"the first figures are of {min(known)}" if known else "the store is empty"
        raise Problem(422, f"as_of: no figures were known then; {when}", "no_statistics")
    if wanted is None and len(there) == 1:
        return there[0]
    if wanted is None:
        raise Problem(422, f"source: there are {', '.join(there)}; name one", "source_needed")
    if wanted not in there:
        near = difflib.get_close_matches(wanted, there, 1)
        meant = f"did you mean {near[0]}?" if near else f"there are {', '.join(there)}"
        raise Problem(422, f"source {wanted[:60]!r}: no figures of this source; {meant}", "parameter")
    return wanted


def answer(desk: HeldDesk, asked: Asked, seconds: float, rows: int) -> Answer:
    """The answer, within a time and a number of figures. Raises Problem (422, 503), QueryError."""
    wanted = asked.query(desk)
    statistics = open_statistics(desk, asked, wanted)
    return run(wanted, Bounded(statistics, seconds, rows))


class Bounded:
    """Statistics that are asked within a time, and for no more than so many figures."""

    def __init__(self, statistics: CellCube | TableCube, seconds: float, rows: int) -> None:
        self._statistics, self._seconds, self._until = statistics, seconds, time.monotonic() + seconds
        self._left, self._most = 4 * rows, rows

    @property
    def currency(self) -> str:
        """See `Statistics.currency`."""
        return self._statistics.currency

    def months(self) -> tuple[int, ...]:
        """See `Statistics.months`."""
        return self._statistics.months()

    def level(
        self, part: Slice, period: Period, what: What = "value", known: Version = "latest"
    ) -> Level | None:
        """See `Statistics.level`. Raises Problem."""
        self._count()
        return self._statistics.level(part, period, what, known)

    def parts(
        self, part: Slice, dimension: str, period: Period, what: What = "value", known: Version = "latest"
    ) -> Mapping[str, Level]:
        """See `Statistics.parts`. Raises Problem."""
        self._count()
        return self._statistics.parts(part, dimension, period, what, known)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._statistics, name)

    def _count(self) -> None:
        self._left -= 1
        if self._left < 0:
            detail = (
                f"The answer has more than {self._most} figures; narrow it, or take its cells from /cells."
            )
            raise Problem(422, detail, "too_many_figures")
        if time.monotonic() > self._until:
            raise timed_out(self._seconds)


SPLITS = tuple(d for d in DIMENSIONS if d != "reporter")
