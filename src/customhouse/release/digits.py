"""How many digits a figure is printed to, so that both languages print the same, and figures agree.

Money and masses are printed to three or four digits: hundredths of a trillion, else tenths or
hundredths of a hundred million, the unit that Chinese releases print in and that a tenth of an English
billion is. Rates are printed to a tenth. Zeros at the end are dropped where both languages drop them.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from customhouse.factors import estimated
from customhouse.model import ADJUSTED, Claim, Derivation
from customhouse.release.facts import Fact, rounded

RATES = ("%", "pp", "x")
_STEPS = ((1e12, 1e10), (1e11, 1e8), (1e9, 1e7), (1e8, 1e6), (1e6, 1e4))
"""From this size on, the unit of the last digit."""
_ENDS = ((1e12, 1e12), (1e9, 1e8), (1e8, 1e6), (1e6, 1e4))
"""From this size on, the unit up to which zeros at the end are dropped in both languages."""
_RATE = 0.1
_FLAT = 0.05
_WHOLE = ("rank", "streak", "record")
_MANY = 100_000
_THOUSAND = 1_000.0
_SMALL = 1e-2
_SLIVER = 0.05
_MILLION, _FINEST = 1e6, 1e2
"""The smallest English scale word, and the unit of its fourth decimal."""
_LEAST = 10
"""Amounts keep two digits at least: 2.0 trillion."""


def usual_step(claim: Claim) -> float:
    """The unit that a computed figure is rounded to where nothing speaks against it."""
    if claim.unit in RATES:
        return _RATE
    if _counted(claim):
        return _THOUSAND if abs(claim.value) >= _MANY else 1.0
    if claim.measure in _WHOLE:
        return 1.0
    size = abs(claim.value)
    return next((step for least, step in _STEPS if size >= least), _SMALL if size < 1 else 1.0)


def printed(computed: Claim, step: float | None = None) -> tuple[Claim, Claim] | None:
    """The claim computed with the unit that it is rounded to, and the claim as the text shall make it.

    None where the rounding of table cells leaves open what the printed digits are.
    """
    wanted = step or usual_step(computed)
    if computed.measure in _WHOLE:
        return replace(computed, step=1.0), _stated(computed, float(round(computed.value)), 1.0)
    if computed.measure == "growth" and abs(computed.value) < _FLAT:
        return replace(computed, step=_RATE), replace(_stated(computed, 0.0, 1.0), bound="about")
    most = _coarsest(computed)
    for unit in (wanted, wanted * 10, wanted * 100):
        unit = float(f"{unit:.12g}")
        if unit <= most and _shows(computed, unit) and _settled(computed, unit):
            value = rounded(computed.value, unit)
            return replace(computed, step=unit), _stated(computed, value, _shown(computed, value, unit))
    return None


def at(fact: Fact, step: float) -> Fact | None:
    """The fact printed to another unit."""
    made = printed(replace(fact.computed, step=0.0), step)
    return None if made is None else replace(fact, computed=made[0], printed=made[1])


def _settled(computed: Claim, step: float) -> bool:
    """Whether all that rounding of the cells leaves open prints alike, but for a sliver at the ends.

    A base that is known from a growth printed to a tenth gives that growth back, to within a tenth.
    """
    value = rounded(computed.value, step)
    if not value:
        return False
    if not isinstance(computed.origin, Derivation) or estimated(computed):
        return True  # how sure an estimate is does not change how it is printed
    ends = computed.origin.interval
    return max(value - ends.low, ends.high - value) <= step * (0.5 + _SLIVER)


def _shown(computed: Claim, value: float, step: float) -> float:
    """The unit of the last digit once zeros at the end are dropped as far as both languages do."""
    if _counted(computed) and computed.unit not in RATES:
        return step
    largest = 1.0 if computed.unit in RATES else min(_coarsest(computed), abs(value) / _LEAST)
    while step * 10 <= largest and not Decimal(repr(value)) % (Decimal(repr(step)) * 10):
        step = float(f"{step * 10:.12g}")
    return step


def _coarsest(computed: Claim) -> float:
    """The coarsest unit that both languages can show by their digits."""
    if computed.unit in RATES:
        return 1.0
    if _counted(computed):
        return _THOUSAND
    return next((end for least, end in _ENDS if abs(computed.value) >= least), 1.0)


def _shows(computed: Claim, unit: float) -> bool:
    """Whether a scale word leaves the unit visible: 8,301,580 has no sign of having been rounded to tens."""
    if computed.unit in RATES or unit <= 1.0 or _counted(computed):
        return True
    return unit >= _FINEST and abs(computed.value) >= _MILLION


def _counted(claim: Claim) -> bool:
    return claim.measure == "count" or claim.of == "count"


def _stated(computed: Claim, value: float, step: float) -> Claim:
    """The claim that a text makes: without what only the computation knows."""
    streak = computed.measure == "streak"
    return replace(
        computed, value=value, step=step, note=None,
        terms=computed.terms if computed.terms in ADJUSTED else None,
        threshold=computed.threshold if streak and computed.of is None else None,
        base=None if computed.measure in ("record", "streak", "rank") else computed.base,
        whole=None if computed.measure == "rank" else computed.whole,
    )
