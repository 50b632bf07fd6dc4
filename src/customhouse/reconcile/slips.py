"""What is found before the network: figures of another kind, slips of wording, streaks that do not join.

A value far below the level of its own slice is no level: it may be so much a minute or a day, an
increase whose "by" became "to", or a slip of scale.
"""

from __future__ import annotations

import math
from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any, NamedTuple

from customhouse.model import Claim, Slice
from customhouse.period import Period
from customhouse.quantity import Interval, Rounding
from customhouse.reconcile.build import with_flow
from customhouse.reconcile.network import Key, Var
from customhouse.reconcile.observe import FAR, Currencies, allowed, doc_of, home, key_of, usable, whole_of

SMALL = 2.5
"""A level may be restated this many times too small and still be meant as a level."""
OTHER = 50.0
"""Beyond this ratio a figure is of another kind."""
NEARBY = 200
"""Characters within which two gaps belong to one comparison."""


class Slip(NamedTuple):
    """A finding without a conflict of bounds: its code, kind, claims, and the numbers that explain it."""

    code: str
    kind: str
    claims: tuple[Claim, ...]
    facts: dict[str, Any]


def misplaced(claims: Iterable[Claim], currencies: Currencies) -> tuple[list[Slip], set[int]]:
    """Figures that cannot be the level they are stated as, and the ids of those to leave out."""
    stated: dict[Key, list[Claim]] = defaultdict(list)
    for claim in claims:
        key = key_of(claim, currencies) if claim.measure in ("value", "quantity") else None
        if key is not None and claim.slice.flow != "balance":
            stated[key].append(claim)
    slips: list[Slip] = []
    out: set[int] = set()
    for key, found in stated.items():
        exact = [c for c in found if c.bound == "exact" and c.value > 0]
        if len(found) < 2 or not exact:
            continue
        level = max(exact, key=lambda c: c.value)
        for claim in found:
            if 0 < claim.value * SMALL < level.value and _far_below(claim, level):
                out.add(id(claim))
                slips.extend(_judged(claim, level, key.period))
    return _first_only(slips), out


def _far_below(claim: Claim, level: Claim) -> bool:
    """Whether a figure is too small for a level whichever way both were rounded."""
    return allowed(claim, "half_up").high * SMALL < allowed(level, "half_up").low


def _judged(claim: Claim, level: Claim, period: Period) -> Iterator[Slip]:
    ratio = level.value / claim.value
    if ratio > OTHER:
        if not _per_time(claim, level, period):
            yield Slip("other_kind", "caution", (claim, level), {"ratio": ratio})
        return
    if math.isclose(math.log10(ratio), round(math.log10(ratio)), abs_tol=1e-9):
        yield Slip("scale", "contradiction", (claim, level), {"ratio": ratio})
        return
    part, whole = allowed(claim, "half_up"), allowed(level, "half_up")
    growth = Interval(100.0 * part.low / (whole.high - part.low), 100.0 * part.high / (whole.low - part.high))
    kind = "contradiction" if claim.bound != "exact" else "caution"
    yield Slip("level_for_change", kind, (claim, level), {"ratio": ratio, "growth": growth})


def _first_only(slips: list[Slip]) -> list[Slip]:
    """One slip for a figure stated again and again."""
    return list({(s.code, s.claims[0].value, s.claims[1].value, s.claims[0].slice): s
                 for s in reversed(slips)}.values())[::-1]


def _per_time(claim: Claim, level: Claim, period: Period) -> bool:
    """Whether the figure is the level divided by the days, hours, minutes or seconds of its period."""
    days = sum(monthrange(m // 12, m % 12 + 1)[1] for m in range(period.first, period.last + 1))
    small, large = allowed(claim, "half_up"), allowed(level, "half_up")
    units = (period.months, days, days * 24, days * 1440, days * 86400)
    return any(large.low / n <= small.high and small.low <= large.high / n for n in units)


def gap_references(claims: Iterable[Claim], currencies: Currencies) -> tuple[list[Slip], set[int]]:
    """Gaps to the growth of a group by name that only its growth by flow would fit.

    The exports or imports of a slice are compared with a group whose growth the same document gives
    for trade alone, and own growth less gap is not that growth. A gap to everything (the same good
    in the whole country) is read by flow without doubt.
    """
    growth: dict[tuple[str | None, Slice, Period], list[Claim]] = defaultdict(list)
    gaps = []
    for claim in claims:
        if not usable(claim) or claim.period is None or (claim.of or "value") not in ("value", "growth"):
            continue
        if claim.measure == "growth" and claim.base is None:
            growth[doc_of(claim), home(claim.slice), claim.period].append(claim)
        elif claim.measure == "gap" and claim.slice.flow in ("exports", "imports") and _named(claim):
            gaps.append(claim)
    found = [hit for gap in gaps if (hit := _misfit(gap, growth))]
    first = {_said(hit.gap): hit for hit in reversed(found)}
    slips = [_merged(group) for group in _together(list(first.values())[::-1])]
    doubted = {_said(c) for s in slips for c in s.claims if c.measure == "gap"}
    return slips, {id(hit.gap) for hit in found if _said(hit.gap) in doubted}


def _said(gap: Claim) -> tuple[Any, ...]:
    """What a gap says, however often it does."""
    return doc_of(gap), home(gap.slice), gap.period, gap.value, gap.against


class _Misfit(NamedTuple):
    gap: Claim
    own: Claim
    overall: Claim
    implied: Interval


def _misfit(gap: Claim, growth: dict[tuple[str | None, Slice, Period], list[Claim]]) -> _Misfit | None:
    part, doc, period = home(gap.slice), doc_of(gap), gap.period
    other = whole_of(gap, part)
    if other is None or period is None:
        return None
    own, by_flow = growth.get((doc, part, period)), growth.get((doc, other, period))
    overall = growth.get((doc, with_flow(other, "trade"), period))
    if not own or by_flow or not overall:
        return None
    mine, wide, total = (allowed(c, "half_up") for c in (own[0], gap, overall[0]))
    implied = Interval(mine.low - wide.high, mine.high - wide.low)
    both = implied.meet(total)
    return None if both.low <= both.high else _Misfit(gap, own[0], overall[0], implied)


def _together(found: list[_Misfit]) -> list[list[_Misfit]]:
    """Misfits of one comparison: exports and imports of one slice in one breath."""
    groups: list[list[_Misfit]] = []
    for hit in found:
        last = groups[-1][-1] if groups else None
        if last and _one_comparison(last, hit):
            groups[-1].append(hit)
        else:
            groups.append([hit])
    return groups


def _one_comparison(a: _Misfit, b: _Misfit) -> bool:
    if a.overall is not b.overall or with_flow(a.gap.slice, None) != with_flow(b.gap.slice, None):
        return False
    return _near(a.gap, b.gap)


def _near(one: Claim, other: Claim) -> bool:
    if one.span is None or other.span is None:
        return False
    return abs(one.span.start - other.span.start) <= NEARBY


def _named(gap: Claim) -> bool:
    """Whether the thing compared with is a group by name and not simply everything."""
    return any(code is not None for _, code in gap.against or ())


def _merged(group: list[_Misfit]) -> Slip:
    claims = {id(c): c for hit in group for c in (hit.own, hit.gap)}
    overall = group[0].overall
    return Slip("gap_reference", "contradiction", (*claims.values(), overall),
                {"pairs": [(h.own, h.gap, h.implied) for h in group], "overall": overall})


def broken_streaks(claims: Iterable[Claim]) -> list[Slip]:
    """Streaks of the same thing that reach one another with lengths that do not agree."""
    groups: dict[tuple[Any, ...], list[tuple[int, Claim]]] = defaultdict(list)
    for claim in claims:
        if claim.measure == "streak" and usable(claim) and claim.period is not None and claim.value >= 1:
            months, over = divmod(claim.period.months, claim.value)
            if not over:
                what = (home(claim.slice), claim.of or "value", claim.threshold, int(months))
                groups[what].append((claim.period.last, claim))
    found = []
    for (*_, threshold, months), streaks in groups.items():
        ordered = sorted(streaks, key=lambda s: s[0])
        for (end, one), (later, two) in pairwise(ordered):
            if not _joins(one, two, (later - end) / months):
                known = threshold is not None or one.of == "growth"
                found.append(Slip("streak", "contradiction" if known else "caution", (one, two),
                                  {"steps": (later - end) // months}))
    return found


def _joins(one: Claim, two: Claim, steps: float) -> bool:
    """Whether a streak goes on as the later one, or broke before the later one began."""
    early, late = (_length(c) for c in (one, two))
    if steps != int(steps) or late.low < steps or (late.low == steps == 0):
        return True
    return early.low + steps <= late.high and late.low <= early.high + steps


def _length(claim: Claim, rounding: Rounding = "half_up") -> Interval:
    if claim.bound == "exact":
        return Interval(claim.value, claim.value)
    return allowed(claim, rounding)


def streak_bounds(claims: Iterable[Claim], known: Mapping[Key, Var],
                  currencies: Currencies) -> Iterator[tuple[Var, Claim, Interval]]:
    """What streaks say of single periods: levels above the threshold, growth above zero."""
    for claim in claims:
        if claim.measure != "streak" or not usable(claim) or claim.period is None or claim.value < 1:
            continue
        months, over = divmod(claim.period.months, int(claim.value))
        unit = currencies.terms(claim)
        if over or claim.bound != "exact" or (unit is None and claim.of != "growth"):
            continue
        ends = range(claim.period.last, claim.period.first, -months)
        found = [_single(claim, Period(last - months + 1, last), unit, known) for last in ends]
        if claim.of == "growth" and found and found[0] and any(c.value < 0 for c in found[0][0].claims):
            continue  # a streak of falls
        yield from (hit for hit in found if hit)


def _single(claim: Claim, period: Period, unit: str | None,
            known: Mapping[Key, Var]) -> tuple[Var, Claim, Interval] | None:
    part = home(claim.slice)
    if claim.of == "growth":
        key = Key("growth", "value", part, unit, period, period.year_earlier())
        span = Interval(0.0, FAR, open_low=True)
    elif claim.of in (None, "value") and claim.threshold is not None:
        key, span = Key("level", "value", part, unit, period), Interval(claim.threshold, FAR)
    else:
        return None
    var = known.get(key)
    return None if var is None else (var, claim, span)
