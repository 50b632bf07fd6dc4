"""Two claims side by side: in which fields they say different things, and of what kind the difference is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

from customhouse.measures.levels import units
from customhouse.model import ADJUSTED, DIMENSIONS, HOME, Claim, Dims
from customhouse.period import Period
from customhouse.quantity import Interval, Rounding, round_step
from customhouse.rounding import allowed, rounded_to
from customhouse.versions.model import Aspect
from customhouse.vocabulary import entries

_DIGITS = 12
_MOST_POWER = 12
_AMOUNTS = ("value", "quantity", "price", "count")
_ROUNDED, _CUT = 0.3, 0.05
"""How much rounding and cutting off may take from a figure for it to be the same, less precise."""
_NEAR = 0.002
"""How far two figures may lie apart, as a part of their size, to be the same but for a power of ten."""
_UNCLASSIFIED = "unclassified"


@dataclass(frozen=True, slots=True)
class Said:
    """A claim as it is compared: fields that go without saying are left out, numbers to twelve digits."""

    claim: Claim
    index: int
    what: tuple[str, str | None]
    value: float
    unit: str
    slice: tuple[tuple[str, str], ...]
    period: Period | None
    base: Period | None
    whole: Dims | None
    against: Dims | None
    width: float
    """How much the printed figure leaves open."""
    zeros: float
    """The size of its last digit that is not zero."""

    @property
    def key(self) -> tuple[object, ...]:
        """What two claims share that say exactly the same."""
        return (self.what, self.value, self.unit, self.claim.bound, self.slice, self.period, self.base,
                self.whole, self.against)


def said(claim: Claim, index: int) -> Said:
    """A claim in the form in which it is compared."""
    part = claim.slice
    home = HOME, part.partner
    fields = {d: code for d, code in part.given().items() if d != "reporter" or code not in home}
    if part.subject:
        fields = {"subject": part.subject}
    elif part.commodity:
        fields["commodity"] = _goods(part.commodity)
    base = claim.base
    if base and claim.period and base == claim.period.year_earlier():
        base = None
    what = claim.measure, claim.of if claim.of != "value" else None
    value = _rounded(claim.value)
    return Said(claim, index, what, value, _unit(claim.unit), tuple(sorted(fields.items())), claim.period,
                base, claim.whole or None, claim.against or None, _width(claim), round_step(value))


@cache
def _goods(code: str) -> str:
    """Goods by their HS codes, so that a group is the same as all of its members; else as they are called."""
    listed = {entry.code: entry.row["hs"] for entry in entries("commodities")}
    found = [listed.get(one) for one in code.split("+")]
    return "+".join(sorted({hs for part in found if part for hs in part.split("+")})) if all(found) else code


def _rounded(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}") if math.isfinite(value) else value


def _unit(unit: str) -> str:
    """One name for units that count the same things: firms, companies and enterprises."""
    known = units().get(unit)
    return (known.alias or f"{known.what}:{known.dimension}") if known else unit


def aspects(one: Said, other: Said) -> tuple[Aspect, ...]:
    """Everything in which two claims differ; none where they say the same."""
    numberless = _numberless(one, other)
    if numberless is not None:
        return (*numberless, *_around(one, other))
    found = [] if one.what == other.what else [Aspect("measure")]
    number = _number(one, other)
    if number:
        found.append(number)
    if one.claim.bound != other.claim.bound and (number is None or number.slip not in ("rounded",)):
        found.append(Aspect("bound", _left_out(one.claim.bound != "exact", other.claim.bound != "exact")))
    if one.unit != other.unit:
        found.append(Aspect("unit"))
    return (*found, *_around(one, other))


def _left_out(first: bool, second: bool) -> str:
    """Whether only one of two says something."""
    return "" if first and second else "dropped" if first else "gained"


# --- the number -----------------------------------------------------------------------------------


def _number(one: Said, other: Said) -> Aspect | None:
    """In what two numbers differ; None where they are the same."""
    if one.value == other.value:
        return None
    coarser = _coarser(one, other) if one.unit == other.unit else 0
    if coarser:
        return Aspect("value", "rounded", coarser=coarser)
    if one.value == -other.value:
        return Aspect("value", "sign")
    power = _power(one.value, other.value)
    if power:
        return Aspect("value", "magnitude", power)
    return Aspect("value")


def _coarser(first: Said, second: Said) -> int:
    """Which of two figures is the other one rounded or told vaguely: 1, 2, or 0 for neither."""
    one, other = first.claim, second.claim
    rough, fine, which = (one, other, 1) if first.width > second.width else (other, one, 2)
    if first.width == second.width or fine.bound not in ("exact", rough.bound):
        return _rounder(first, second)
    rounds = (_near(fine, rough, _ROUNDED) and _within(fine, rough, "half_up")
              or _near(fine, rough, _CUT) and _within(fine, rough, "truncate"))
    return which if rounds else _rounder(first, second)


def _rounder(first: Said, second: Said) -> int:
    """Which of two amounts ends in zeros that the other one rounds to, printed or not: 770 beside 773."""
    one, other = first.claim, second.claim
    if one.measure not in _AMOUNTS or one.bound != "exact" or other.bound != "exact":
        return 0
    rough, fine, which = (one, other, 1) if first.zeros > second.zeros else (other, one, 2)
    rounds = abs(fine.value - rough.value) <= max(first.zeros, second.zeros) / 2
    return which if first.zeros != second.zeros and rounds and _near(fine, rough, _CUT) else 0


def _within(fine: Claim, rough: Claim, mode: Rounding) -> bool:
    """Whether a figure is one that prints as the rougher one."""
    ends = _clean(_range(rough, mode))
    return _rounded(fine.value) in ends or ends.meet(own := _clean(_range(fine, mode))) == own


def _near(fine: Claim, rough: Claim, most: float) -> bool:
    """Whether a figure is near what is left of it, unless that says that it is vague: 0.6 is no 1."""
    return rough.bound != "exact" or abs(fine.value - rough.value) <= most * abs(fine.value)


def _range(claim: Claim, mode: Rounding) -> Interval:
    return allowed(claim, mode, rounded_to(claim))


def _width(claim: Claim) -> float:
    ends = _range(claim, "half_up")
    return float(f"{ends.high - ends.low:.6g}")


def _clean(ends: Interval) -> Interval:
    return Interval(_rounded(ends.low), _rounded(ends.high), ends.open_low, ends.open_high)


def _power(one: float, other: float) -> int:
    """The power of ten between two figures with the same digits, else 0."""
    if not one or not other or one * other < 0:
        return 0
    ratio = math.log10(other / one)
    power = round(ratio)
    close = abs(10 ** (ratio - power) - 1) <= _NEAR
    return power if close and 0 < abs(power) <= _MOST_POWER else 0


def _numberless(one: Said, other: Said) -> tuple[Aspect, ...] | None:
    """A direction beside a figure of the same: less precise where the signs agree; None for two of a kind."""
    told = [s.what[0] == "direction" for s in (one, other)]
    if told[0] == told[1]:
        return None
    way, figure = (one, other) if told[0] else (other, one)
    if not goes_with(way.what, figure.what):
        return Aspect("measure"), Aspect("value")
    if way.value * figure.value < 0:
        return (Aspect("value", "sign"),)
    return (Aspect("value", "unnumbered", coarser=1 if told[0] else 2),)


def goes_with(way: tuple[str, str | None], figure: tuple[str, str | None]) -> bool:
    """Whether a figure has the number of which a direction is the sign."""
    if way[1] is None:
        return figure == ("value", None)
    return figure in (("growth", None), ("change", None))


# --- what it is said of -------------------------------------------------------------------------------


def _around(one: Said, other: Said) -> list[Aspect]:
    """In what slice, period and the rest differ."""
    found = [] if one.slice == other.slice else _sliced(dict(one.slice), dict(other.slice))
    if _crossed(one, other):
        pass
    elif one.period != other.period and one.period and other.period:
        found.append(Aspect("period"))
    elif one.base != other.base:
        found.append(Aspect("base", _left_out(one.base is not None, other.base is not None)))
    for field, first, second in (("whole", one.whole, other.whole), ("against", one.against, other.against)):
        if first != second and first and second:
            found.append(Aspect(field))
    if _status(one, other):
        found.append(Aspect("status", _left_out(bool(one.claim.status), bool(other.claim.status))))
    terms = one.claim.terms, other.claim.terms
    if terms[0] != terms[1] and (all(terms) or not {*terms}.isdisjoint(ADJUSTED)):
        found.append(Aspect("terms", _left_out(*map(bool, terms))))
    factors = one.claim.factor, other.claim.factor
    if all(factors) and factors[0] != factors[1]:
        found.append(Aspect("factor"))
    limits = one.claim.threshold, other.claim.threshold
    if None not in limits and limits[0] != limits[1]:
        found.append(Aspect("threshold"))
    return found


def _crossed(one: Said, other: Said) -> bool:
    """Whether the period of one is what the other is compared with: June's rate told beside that of July."""
    return any(a.period and a.period == b.base and a.base is None for a, b in ((one, other), (other, one)))


def _status(one: Said, other: Said) -> bool:
    """Whether one is an outcome and the other is none; of figures only where both say what they are.

    A word such as `target` is read with a figure only where it stands before it.
    """
    states = {one.claim.status, other.claim.status}
    return len(states) == 2 and (None not in states or "direction" in (one.what[0], other.what[0]))


def _sliced(one: dict[str, str], other: dict[str, str]) -> list[Aspect]:
    """The dimensions in which two slices differ; a subject stands for all of them."""
    subjects = one.get("subject"), other.get("subject")
    if any(subjects):
        same = subjects[0] == subjects[1] or _UNCLASSIFIED in subjects
        return [] if same else [Aspect("subject", _left_out(bool(subjects[0]), bool(subjects[1])))]
    return [Aspect(d, _left_out(d in one, d in other)) for d in DIMENSIONS if one.get(d) != other.get(d)]
