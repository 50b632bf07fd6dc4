"""The figures of the overview: what is asked of the statistics, as claims without any words.

Each function runs in the thread of the statistics, in a turn of its own so that others get theirs in
between, and its answer is kept while nothing is loaded.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from customhouse.groups import members
from customhouse.measures import Missing, Request, measure
from customhouse.model import Claim, Slice
from customhouse.period import Period
from customhouse.release.tables_rows import flows as flows_of
from customhouse.release.tables_rows import listed
from customhouse.release.tables_scan import Scans
from customhouse.statistics import Concepts
from customhouse.web.held import HeldDesk
from customhouse.web.pages.overview_memory import kept, memory
from customhouse.web.released import periods

if TYPE_CHECKING:
    from customhouse.cube import CellCube, TableCube

MONTHS = 25
"""How many months the series go back."""
LARGEST = 10
"""So many partners, goods and places are shown, the largest."""
MOVED = 6
"""So many parts that added most to growth are shown, and as many that took from it."""
DIMENSIONS = ("partner", "hs2", "enterprise", "regime", "region", "transport")
"""The ways in which trade may be broken down."""
_SHARED = ("enterprise", "regime", "transport")
_LEAST_POINTS = 0.005
_SCANS = 3
_FLOWS = ("trade", "exports", "imports")


@dataclass(frozen=True, slots=True)
class Which:
    """Which statistics, of which period. `flow` is what partners, goods and changes are of."""

    source: str
    as_of: date | None
    currency: str | None
    concepts: Concepts
    period: Period
    flow: str = "trade"


@dataclass(frozen=True, slots=True)
class Compared:
    """A level with its growth (of the balance: its change) and the level that this rests on.

    `first` and `base_first` are the two levels as first published, where they have been revised since.
    """

    claim: Claim
    growth: Claim | None
    base: Claim | None
    first: Claim | None
    base_first: Claim | None
    base_known: date | None


@dataclass(frozen=True, slots=True)
class Headline:
    """A flow in the period, and from January to its end where that is another."""

    flow: str
    level: Compared
    to_date: Compared | None


@dataclass(frozen=True, slots=True)
class Part:
    """A part by its code, its level or contribution, and its growth."""

    code: str
    claim: Claim
    growth: Claim | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """What the statistics have of a period: flows, dimensions, currencies, and the headline figures."""

    flows: tuple[str, ...]
    dimensions: tuple[str, ...]
    currency: str
    currencies: tuple[str, ...]
    headlines: tuple[Headline, ...]


def scans(desk: HeldDesk, which: Which) -> Scans:
    """The statistics, remembering what they were asked of the last few periods."""
    cube, known = _cube(desk, which, which.currency), memory(desk).scans
    key = (id(cube), which.period)
    if key not in known:
        known[key] = (cube, Scans(cube))
        while len(known) > _SCANS:
            known.popitem(last=False)
    known.move_to_end(key)
    return known[key][1]


def _cube(desk: HeldDesk, which: Which, currency: str | None) -> CellCube | TableCube:
    concepts = None if which.concepts == Concepts() else which.concepts
    return desk.statistics(which.as_of, which.source, currency, concepts)


@kept
def offered(desk: HeldDesk, source: str, as_of: date | None, currency: str | None) -> tuple[Period, ...]:
    """The periods that a source has all of, the last first: tables may have a year and none of its months."""
    cube = desk.statistics(as_of, source, currency)
    return tuple(p for p in periods(cube.months()) if any(cube.level(Slice(flow=f), p) for f in _FLOWS))


@kept
def frame(desk: HeldDesk, which: Which) -> Frame:
    """What the statistics have of the period, and the headline figures."""
    known = scans(desk, which)
    flows = flows_of(known, which.period)
    shown = (*flows, "balance") if len(flows) > 1 else flows
    found = tuple(head for flow in shown if (head := _headline(desk, known, flow, which.period)))
    there = tuple(d for d in DIMENSIONS if any(known.parts(Slice(flow=f), d, which.period) for f in flows))
    currencies = tuple(sorted(_cube(desk, which, None).currencies))
    return Frame(flows, there, known.currency, currencies, found)


def _headline(desk: HeldDesk, known: Scans, flow: str, period: Period) -> Headline | None:
    level = _compared(desk, known, Slice(flow=flow), period)
    if level is None:
        return None
    to_date = Period(period.last // 12 * 12, period.last)
    apart = to_date != period and period.first >= to_date.first
    return Headline(flow, level, _compared(desk, known, Slice(flow=flow), to_date) if apart else None)


def _compared(desk: HeldDesk, known: Scans, part: Slice, period: Period) -> Compared | None:
    claim, before = _value(known, part, period), period.year_earlier()
    if claim is None:
        return None
    change = "change" if part.flow == "balance" else "growth"
    base = _value(known, part, before)
    first, base_first = (_other(known, part, p, now) for p, now in ((period, claim), (before, base)))
    return Compared(claim, _found(known, Request(change, part, period)), base, first, base_first,
                    _day(desk, known, part, before))


def _value(known: Scans, part: Slice, period: Period) -> Claim | None:
    return _found(known, Request("value", part, period))


def _found(known: Scans, ask: Request) -> Claim | None:
    found = measure(ask, known)
    return None if isinstance(found, Missing) else found


def _other(known: Scans, part: Slice, period: Period, now: Claim | None) -> Claim | None:
    """The level as first published, where it was another."""
    first = _found(known, Request("value", part, period, known="first"))
    return first if now and first and first.value != now.value else None


def _day(desk: HeldDesk, known: Scans, part: Slice, period: Period) -> date | None:
    """The day from which the level is known: that of the last load which it is from."""
    level = known.level(part, period)
    if level is None:
        return None
    days = {vintage.number: vintage.known_on for vintage in desk.store.vintages()}
    return max((days[number] for number in level.origin.vintages), default=None)


@kept
def series(desk: HeldDesk, which: Which) -> dict[str, tuple[tuple[Period, Claim | None, Claim | None], ...]]:
    """By flow, each of the last months up to the end of the period with its value and growth."""
    known, last = scans(desk, which), which.period.last
    there = [m for m in known.months() if last - MONTHS < m <= last]
    months = [Period(m, m) for m in range(there[0], last + 1)] if there else []
    return {
        flow: tuple((month, _value(known, Slice(flow=flow), month),
                     _found(known, Request("growth", Slice(flow=flow), month))) for month in months)
        for flow in flows_of(known, which.period)
    }  # fmt: skip


@kept
def largest(desk: HeldDesk, which: Which, axis: str) -> tuple[Part, ...]:
    """The largest single codes along an axis, with their growth."""
    known = scans(desk, which)
    there = known.parts(Slice(flow=which.flow), axis, which.period)
    codes = sorted((c for c in there if c != "other"), key=lambda code: (-there[code].amount, code))
    return _parts(known, which, axis, codes[:LARGEST])


@kept
def blocs(desk: HeldDesk, which: Which) -> tuple[Part, ...]:
    """The blocs of official tables, the largest first; they overlap."""
    known = scans(desk, which)
    there = known.parts(Slice(flow=which.flow), "partner", which.period).keys()
    codes = [c for c in listed("partner") if members("partner", c, which.period.last).codes & there]
    return _by_size(_parts(known, which, "partner", codes))


@kept
def goods(desk: HeldDesk, which: Which) -> tuple[Part, ...]:
    """The main goods of official tables, the largest first; they overlap."""
    flows = ("exports", "imports") if which.flow == "trade" else (which.flow,)
    codes = dict.fromkeys(code for flow in flows for code in listed(f"{flow}_goods"))
    return _by_size(_parts(scans(desk, which), which, "commodity", codes))[:LARGEST]


@kept
def shared(desk: HeldDesk, which: Which) -> dict[str, dict[str, tuple[Part, ...]]]:
    """By dimension and flow all parts, the largest first, where there are at least two."""
    known = scans(desk, which)
    found: dict[str, dict[str, tuple[Part, ...]]] = {}
    for axis in _SHARED:
        for flow in flows_of(known, which.period):
            there = known.parts(Slice(flow=flow), axis, which.period)
            parts = _by_size(_parts(known, replace(which, flow=flow), axis, there))
            if len(parts) > 1:
                found.setdefault(axis, {})[flow] = parts
    return found


@kept
def moved(desk: HeldDesk, which: Which, axis: str) -> tuple[Part, ...]:
    """What added most to growth along an axis and what took most from it, in points, the largest first."""
    known, before = scans(desk, which), which.period.year_earlier()
    now, then = (known.parts(Slice(flow=which.flow), axis, p) for p in (which.period, before))
    if not now or not then:
        return ()
    changes = {
        code: (now[code].amount if code in now else 0) - (then[code].amount if code in then else 0)
        for code in {*now, *then} - {"other"}
    }
    ordered = sorted(changes, key=lambda code: (-changes[code], code))
    ups = [code for code in ordered if changes[code] > 0][:MOVED]
    downs = [code for code in ordered if changes[code] < 0][-MOVED:]
    found = _parts(known, which, axis, [*ups, *downs], "contribution")
    return tuple(part for part in found if abs(part.claim.value) >= _LEAST_POINTS)


def _parts(
    known: Scans, which: Which, axis: str, codes: Iterable[str], what: str = "value"
) -> tuple[Part, ...]:
    dimension = "commodity" if axis.startswith("hs") else axis
    found = []
    for code in codes:
        part = Slice(flow=which.flow, **{dimension: code})
        claim = _found(known, Request(what, part, which.period))
        if claim is not None and claim.value:
            found.append(Part(code, claim, _found(known, Request("growth", part, which.period))))
    return tuple(found)


def _by_size(parts: Sequence[Part]) -> tuple[Part, ...]:
    return tuple(sorted(parts, key=lambda part: (-part.claim.value, part.code)))
