"""Whether a computed figure is the one that was printed."""

from __future__ import annotations

import math
from collections.abc import Iterator

from customhouse import rounding as rounding_of
from customhouse.check.model import Verdict
from customhouse.measures import Missing
from customhouse.measures.levels import CURRENCIES
from customhouse.model import Claim, Derivation
from customhouse.quantity import Interval, Rounding

MODES: tuple[Rounding, ...] = ("half_up", "truncate")
WHOLE = ("rank", "streak", "record", "direction")
"""Measures whose figures are whole: there is nothing to round."""
_DIGITS = 12
_FURTHER = 3


def satisfies(read: Claim, computed: Claim | Missing) -> Verdict:
    """Whether a computed figure is the one that was printed: the interval of its digits in both modes."""
    return judged(read, computed)[0]


def judged(read: Claim, computed: Claim | Missing) -> tuple[Verdict, tuple[Rounding, ...]]:
    """The verdict, and the modes of rounding in which the printed figure has the computed one."""
    if isinstance(computed, Missing) or not _same_unit(read, computed):
        return Verdict.NO_STATISTICS, ()
    figure = _clean(reach(computed))
    modes = tuple(mode for mode in MODES if _meet(_clean(allowed(read, mode)), figure))
    if _begins_before(read, computed):
        return Verdict.NO_STATISTICS, ()
    if MODES[0] in modes:
        return Verdict.HOLDS, modes
    if modes or any(_meet(_clean(loose), figure) for loose in _loosely(read)):
        return Verdict.OFF_BY_ROUNDING, modes
    return Verdict.CONTRADICTED, ()


def prints(read: Claim, computed: Claim) -> bool:
    """Whether a computed figure, rounded half up, is the printed one: `satisfies` says that it holds."""
    if not _same_unit(read, computed) or _begins_before(read, computed):
        return False
    return _meet(_clean(allowed(read, MODES[0])), _clean(reach(computed)))


def allowed(read: Claim, rounding: Rounding) -> Interval:
    """What the true figure may be, as the printed one says."""
    return rounding_of.allowed(read, rounding, step_of(read))


def step_of(read: Claim) -> float:
    """The unit of the digit that a figure was rounded to; ranks and the like are whole."""
    return 0.0 if read.measure in WHOLE else rounding_of.rounded_to(read)


def reach(computed: Claim) -> Interval:
    """The ends of a computed figure; a claim that is no derivation stands for itself."""
    if isinstance(computed.origin, Derivation):
        return computed.origin.interval
    return computed.interval() if computed.step else Interval(computed.value, computed.value)


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
        further = _FURTHER * (found.high - found.low)
        ends = (size, size + further) if read.bound == "over" else (max(0.0, size - further), size)
        yield rounding_of.signed(read, Interval(*ends))


def _begins_before(read: Claim, computed: Claim) -> bool:
    """Whether a streak may have begun before the statistics do, so that they cannot tell its length."""
    return read.measure == "streak" and math.isinf(reach(computed).high) and computed.value < read.value


def _same_unit(read: Claim, computed: Claim) -> bool:
    if read.unit == computed.unit:
        return True
    if read.measure == "price" and read.unit in CURRENCIES:
        return computed.unit == f"{read.unit}/unit"
    return False


def _meet(one: Interval, other: Interval) -> bool:
    return not one.meet(other).empty


def _clean(ends: Interval) -> Interval:
    """Ends to twelve digits: past them stands the noise of binary fractions."""
    low, high = (float(f"{end:.{_DIGITS}g}") for end in (ends.low, ends.high))
    return Interval(low, high, ends.open_low, ends.open_high)
