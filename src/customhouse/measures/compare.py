"""A figure read from a text beside the same figure computed from statistics."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum

from customhouse import rounding as rounding_of
from customhouse.measures.door import measure
from customhouse.measures.levels import CURRENCIES, units
from customhouse.measures.request import Missing, Request
from customhouse.model import Claim, Derivation
from customhouse.quantity import Interval, Rounding
from customhouse.statistics import Statistics

MODES: tuple[Rounding, ...] = ("half_up", "truncate")
BASED = ("growth", "change", "multiple", "share_change", "contribution", "gap")
"""Measures that depend on a base, so that they are tried on the first-published and the revised one."""
_DIGITS = 12
_FURTHER = 3


class Verdict(Enum):
    """What statistics say of a figure; the first that fits holds."""

    HOLDS = "holds"
    """The computed figure prints as the text has it."""
    OFF_BY_ROUNDING = "off_by_rounding"
    """Cut off in place of rounded, within one unit of the last digit, or a little beyond the next round
    step of a bound such as `over`."""
    CONTRADICTED = "contradicted"
    """The computed figure is another."""
    NO_STATISTICS = "no_statistics"
    """The statistics lack it, or the text leaves open what is meant."""


_ORDER = list(Verdict)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A verdict with the claim read, the claim computed (or why there is none) and how it was computed.

    `roundings` are the modes of rounding in which the printed figure has the computed one.
    """

    verdict: Verdict
    read: Claim
    computed: Claim | Missing
    request: Request
    roundings: tuple[Rounding, ...] = ()


def compare(read: Claim, statistics: Statistics) -> Comparison:
    """The best verdict on a claim over all that it may mean: its bases, and what words leave open.

    Growth is computed on the revised base and on the base as first published. A rank is sought among
    single codes and groups, a record among the same months and all periods; a number of countries may
    be that of partners or of those with growth. What holds in no reading but may in another that the
    claim format cannot tell (a count under a condition) is `NO_STATISTICS`, no contradiction.
    """
    if read.status is not None:
        return _none(read, Missing("status", f"a {read.status} is no outcome"))
    found = [_compared(read, ask, statistics) for ask in readings(read)]
    best = min(found, key=lambda c: _ORDER.index(c.verdict))
    if best.verdict is Verdict.CONTRADICTED and _open(read):
        return replace(best, verdict=Verdict.NO_STATISTICS)
    return best


def readings(read: Claim) -> Iterator[Request]:
    """The requests that a claim may be the answer to, the likeliest first."""
    ask = Request.of_claim(read)
    yield ask
    if read.measure in BASED or read.of in BASED:
        yield replace(ask, base_known="first")
        yield replace(ask, base_known="first", known="first")
        yield replace(ask, known="first")
    elif read.measure != "record":
        yield replace(ask, known="first")
    if read.measure == "record":
        yield replace(ask, window="all")
        yield replace(ask, below=True)
    if read.measure == "rank":
        yield replace(ask, grouped=True)
    if read.measure == "streak":
        yield replace(ask, below=True)
    if _condition_open(read):
        yield replace(ask, of="growth")


def satisfies(read: Claim, computed: Claim | Missing) -> Verdict:
    """Whether a computed figure is the one that was printed: the interval of its digits in both modes."""
    return _judged(read, computed)[0]


def _judged(read: Claim, computed: Claim | Missing) -> tuple[Verdict, tuple[Rounding, ...]]:
    if isinstance(computed, Missing) or not _same_unit(read, computed):
        return Verdict.NO_STATISTICS, ()
    figure = _clean(_range(computed))
    modes = tuple(mode for mode in MODES if _meet(_clean(allowed(read, mode)), figure))
    if MODES[0] in modes:
        return Verdict.HOLDS, modes
    if modes or any(_meet(_clean(loose), figure) for loose in _loosely(read)):
        return Verdict.OFF_BY_ROUNDING, modes
    if read.measure == "streak" and math.isinf(figure.high) and computed.value < read.value:
        return Verdict.NO_STATISTICS, ()
    return Verdict.CONTRADICTED, ()


def allowed(read: Claim, rounding: Rounding) -> Interval:
    """What the true figure may be, as the printed one says."""
    return rounding_of.allowed(read, rounding, step_of(read))


def step_of(read: Claim) -> float:
    """The unit of the digit that a figure was rounded to; ranks and the like are whole."""
    return 0.0 if read.measure in ("rank", "streak", "record") else rounding_of.rounded_to(read)


def _compared(read: Claim, ask: Request, statistics: Statistics) -> Comparison:
    computed = measure(ask, statistics)
    verdict, modes = _judged(read, computed)
    if read.measure == "record" and verdict is Verdict.CONTRADICTED and _since_some_time(computed):
        verdict = Verdict.NO_STATISTICS
    return Comparison(verdict, read, computed, ask, modes)


def _none(read: Claim, missing: Missing) -> Comparison:
    return Comparison(Verdict.NO_STATISTICS, read, missing, Request.of_claim(read))


def _since_some_time(computed: Claim | Missing) -> bool:
    """Whether a figure that is no record is yet higher than the periods before it: the window is not told."""
    if isinstance(computed, Missing) or computed.base is None or computed.period is None:
        return False
    return computed.base.last < computed.period.first - 12


def _open(read: Claim) -> bool:
    return _condition_open(read) or (read.measure == "streak" and read.threshold is None and read.of is None)


def _condition_open(read: Claim) -> bool:
    """Whether a count of countries may be of those that meet a condition that the claim does not hold."""
    counts = read.measure == "count" or read.of == "count"
    unit = units().get(read.unit)
    return counts and unit is not None and unit.dimension is not None and read.threshold is None


def _loosely(read: Claim) -> Iterator[Interval]:
    """What a figure says at the least: a digit either way; `over`, `nearly` and `about` thrice as wide."""
    size, found = abs(read.value), allowed(read, MODES[0])
    if read.bound == "exact":
        step = step_of(read)
        if step:
            yield Interval(read.value - step, read.value + step, open_low=True, open_high=True)
    elif read.bound == "about":
        slack = found.high - found.low
        yield Interval(found.low - slack, found.high + slack)
    else:
        reach = _FURTHER * (found.high - found.low)
        ends = (size, size + reach) if read.bound == "over" else (max(0.0, size - reach), size)
        beyond = Interval(*ends)
        yield rounding_of.signed(read, beyond)


def _same_unit(read: Claim, computed: Claim) -> bool:
    if read.unit == computed.unit:
        return True
    if read.measure == "price" and read.unit in CURRENCIES:
        return computed.unit == f"{read.unit}/unit"
    return False


def _range(computed: Claim) -> Interval:
    """The ends of a computed figure; a claim that is no derivation stands for itself."""
    if isinstance(computed.origin, Derivation):
        return computed.origin.interval
    return computed.interval() if computed.step else Interval(computed.value, computed.value)


def _meet(one: Interval, other: Interval) -> bool:
    return not one.meet(other).empty


def _clean(ends: Interval) -> Interval:
    """Ends to twelve digits: past them stands the noise of binary fractions."""
    low, high = (float(f"{end:.{_DIGITS}g}") for end in (ends.low, ends.high))
    return Interval(low, high, ends.open_low, ends.open_high)
