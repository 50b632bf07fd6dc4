"""From the sources of a period to its point: what they agree on, who was first, what was revised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from customhouse.model import Claim, Derivation, Finding
from customhouse.period import Period
from customhouse.quantity import Interval
from customhouse.reconcile.derive import CLAIMS
from customhouse.reconcile.network import Var
from customhouse.series.agreeing import agree, best, meet, most, width
from customhouse.series.model import Ends, Mode, Point, Revision, Source
from customhouse.series.net import Aim, Net
from customhouse.series.solving import Solver
from customhouse.series.sourcing import clean, when
from customhouse.series.wanted import RATES

_PLAUSIBLE = 0.05
"""A level that a later text restates by more than this is no revision but an error."""
_PLAUSIBLE_POINTS = 1.0
_NARROWER = 1e-3
"""What follows from identities is told beside a stated figure where it narrows it by this part at least."""
_USEFUL, _USEFUL_POINTS = 0.25, 5.0
"""A gap is filled where the interval is no wider than this part of the level, so many points of a rate."""
_UNIFORM: tuple[Mode, ...] = ("half_up", "truncate")
"""Modes in which all figures are rounded the same way."""


@dataclass(frozen=True, slots=True)
class Bench:
    """What every point is made with; `tables` are the ids of the claims that were computed."""

    aim: Aim
    net: Net
    solver: Solver
    by_claim: dict[int, Source]
    tables: frozenset[int] = frozenset()

    @property
    def rate(self) -> bool:
        """Whether revisions are in percentage points."""
        return self.aim.wanted.ask.measure in RATES


def point(period: Period, var: Var | None, direct: Sequence[Source], bench: Bench) -> Point:
    """The point of a period: `direct` are its texts and tables, in the order in which they were known."""
    given = _superseded(list(direct))
    counting = [s for s in given if s.role == "counts"]
    derived = _derived(period, var, bench, bool(counting)) if var is not None else None
    if not counting:
        return _without(period, given, derived if derived and _useful(derived, bench.rate) else None)
    if derived is not None and not _tells(derived, counting):
        derived = None
    return _with(period, var, given, counting, derived, bench)


def _useful(derived: Source, rate: bool) -> bool:
    """Whether an interval is narrow enough to fill a gap with."""
    ends = derived.interval
    size = max(abs(ends.low), abs(ends.high))
    return ends.high - ends.low <= (_USEFUL_POINTS if rate else _USEFUL * size)


def _without(period: Period, given: list[Source], derived: Source | None) -> Point:
    """A point that no source states."""
    if derived is None:
        return Point(period, "missing", tuple(given))
    return Point(
        period, "derived", (*given, derived), derived.ends["half_up"], derived.ends["either"],
        derived.claim.value, "half_up", derived, derived,
    )


def _with(
    period: Period, var: Var | None, given: list[Source], counting: list[Source], derived: Source | None,
    bench: Bench,
) -> Point:
    """A point that texts or tables state, with what follows beside."""
    everything = [*counting, *([derived] if derived else [])]
    finding = None if meet(everything, "half_up") else _finding(var, everything, bench)
    modes = [m for m in _UNIFORM if finding is None or m not in finding.rounding]
    mode = next((m for m in modes if meet(everything, m) is not None), None)
    if derived is not None and finding is not None and _of_another_base(finding, period):
        given = [*given, replace(derived, role="superseded")]
        return _with(period, var, given, counting, None, bench)
    point = _dated(period, given, counting, derived, bench)
    if mode is None:
        return _disagreeing(point, everything, counting, derived, finding, bench)
    interval = meet(everything, mode)
    assert interval is not None
    return replace(point, interval=interval, rounding=mode, value=best(interval, everything, mode))


def _dated(
    period: Period, given: list[Source], counting: list[Source], derived: Source | None, bench: Bench
) -> Point:
    """A point with its sources in the order of time, before it is known whether they agree."""
    everything = [*counting, *([derived] if derived else [])]
    shown = tuple(sorted([*given, *([derived] if derived else [])], key=when))
    computed = any(s.kind == "table" for s in counting)
    first, latest, revision = _revised(given, derived, bench.rate)
    return Point(period, "computed" if computed else "stated", shown, either=meet(everything, "either"),
                 first=first, latest=latest, revision=revision)


def _disagreeing(
    point: Point, everything: list[Source], counting: list[Source], derived: Source | None,
    finding: Finding | None, bench: Bench,
) -> Point:
    revision = point.revision
    if finding is not None and finding.revision and derived is not None and revision is None:
        low, high = sorted(100.0 * r for r in finding.revision)
        revision = Revision(min(counting, key=when), derived, low, high)
    explained = _explained(finding, everything, point.either, bench.rate)
    interval, agreeing = most(everything, explained == "revision")
    return replace(point, status="conflict", interval=interval, revision=revision, finding=finding,
                   value=best(interval, agreeing, "half_up"), explained=explained,
                   latest=revision.latest if revision else point.latest)


def _of_another_base(finding: Finding, period: Period) -> bool:
    """Whether a conflict is one of a base that was revised, and the period is not that base.

    A figure less recent than the revision, carried forward by growth on the revised base, is out of date.
    """
    rates = [c for c in finding.claims if c.measure == "growth" and c.period is not None]
    bases = [c.base or c.period.year_earlier() for c in rates if c.period is not None]
    return finding.kind == "revision" and not any(base.overlaps(period) for base in bases)


def _superseded(given: list[Source]) -> list[Source]:
    """Texts that agree with an earlier vintage of a table but not with what it was revised to."""
    now = [s for s in given if s.kind == "table" and s.role == "counts"]
    before = [s for s in given if s.kind == "table" and s.role == "superseded"]

    def judged(source: Source) -> Source:
        if source.kind != "text" or source.role != "counts" or not before:
            return source
        late = all(agree(source, table) for table in now)
        return source if late or not any(agree(source, s) for s in before) else \
            replace(source, role="superseded")

    return [judged(source) for source in given]


def _derived(period: Period, var: Var, bench: Bench, stated: bool) -> Source | None:
    """What identities say of a period, as a source known when the last of its claims was.

    Beside stated figures it is what texts alone imply, so that tables of other periods cannot hide that
    texts disagree with them, and told where it is short enough to follow; gaps are filled from all that
    there is.
    """
    found = bench.solver.follows(var, bench.tables) if stated else bench.solver.follows(var)
    claim = found["half_up"]
    if claim is None or not isinstance(claim.origin, Derivation):
        return None
    if stated and len(claim.origin.claims) > CLAIMS:
        return None
    below = [s for c in claim.origin.claims if (s := bench.by_claim.get(id(c)))]
    days = [s.known_on for s in below]
    known = max((d for d in days if d is not None), default=None) if None not in days else None
    places = ", ".join(dict.fromkeys(s.place for s in below if s.place))
    like = bench.aim.wanted.claim(period, bench.aim.unit, None)
    claim = replace(like, value=claim.value, unit=like.unit or claim.unit, origin=claim.origin)
    ends: Ends = {mode: clean(c.interval()) if c is not None else None for mode, c in found.items()}
    return Source(claim, "derived", places, ends, known)


def _tells(derived: Source, stated: Sequence[Source]) -> bool:
    """Whether what follows narrows what is stated, or contradicts it."""
    alone = meet(stated, "half_up")
    if alone is None:
        return True
    both = meet((*stated, derived), "half_up")
    if both is None:
        return True
    return (alone.high - alone.low) - (both.high - both.low) > _NARROWER * (alone.high - alone.low)


def _finding(var: Var | None, sources: Sequence[Source], bench: Bench) -> Finding | None:
    """Why sources of one period cannot all hold."""
    if var is None:
        return None
    claims: list[Claim] = []
    for source in sources:
        origin = source.claim.origin
        below = source.kind == "derived" and isinstance(origin, Derivation)
        claims += origin.claims if below and isinstance(origin, Derivation) else [source.claim]
    return bench.solver.finding(var, claims)


def _explained(
    finding: Finding | None, sources: Sequence[Source], wide: Interval | None, rate: bool
) -> str | None:
    """What would resolve a conflict, where anything does."""
    if (finding is not None and finding.kind == "revision") or _restated(sources, rate):
        return "revision"
    if wide is not None:
        return "rounding"
    return finding.code if finding is not None and finding.kind == "caution" else None


def _restated(sources: Sequence[Source], rate: bool) -> bool:
    """Whether texts of different days differ by no more than figures are revised by."""
    if any(s.kind != "text" or s.claim.bound != "exact" for s in sources):
        return False
    days = {s.known_on for s in sources}
    values = [s.claim.value for s in sources]
    low, high = min(values), max(values)
    near = high - low <= (_PLAUSIBLE_POINTS if rate else _PLAUSIBLE * abs(high))
    return None not in days and len(days) > 1 and near


def _revised(
    given: Sequence[Source], derived: Source | None, rate: bool
) -> tuple[Source | None, Source | None, Revision | None]:
    """The first and the latest source by the day it was known, and how the figure moved between them."""
    some = [s for s in given if s.role != "aside" and s.kind != "derived"]
    dated = [s for s in some if s.known_on is not None]
    if not dated:
        return (_narrowest(some), _narrowest(some), None) if some else (None, None, None)
    if derived is not None and derived.known_on is not None:
        apart = not all(agree(s, derived) for s in dated if s.role == "counts")
        dated += [derived] if apart else []
    days = [when(source) for source in dated]
    first, latest = (_narrowest([s for s in dated if when(s) == day]) for day in (min(days), max(days)))
    return first, latest, _change(first, latest, rate)


def _narrowest(sources: Sequence[Source]) -> Source:
    return min(sources, key=lambda source: width(source.ends["half_up"]))


def _change(first: Source, latest: Source, rate: bool) -> Revision | None:
    """The bounds of a change that rounding does not explain."""
    if agree(first, latest):
        return None
    was, now = first.interval, latest.interval
    if rate:
        ends = (now.low - was.high, now.high - was.low)
    elif was.low <= 0:
        return None
    else:
        ends = (100 * (now.low / was.high - 1), 100 * (now.high / was.low - 1))
    return Revision(first, latest, min(ends), max(ends))
