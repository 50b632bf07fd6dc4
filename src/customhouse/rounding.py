"""What the printed figure of a claim leaves open, by its digits, its bound and what it measures."""

from __future__ import annotations

from customhouse.model import Claim, Derivation
from customhouse.quantity import Interval, Rounding, interval, round_step

_DOUBLE_DIGIT = 10.0


def allowed(claim: Claim, rounding: Rounding, step: float) -> Interval:
    """What the true figure may be, rounded to `step`; double-digit growth ("over 10") reaches to 100.

    A fourfold increase is 4 times or an increase by 4 times; it may be either.
    """
    if claim.bound == "over" and claim.measure == "growth" and abs(claim.value) == _DOUBLE_DIGIT:
        return signed(claim, Interval(_DOUBLE_DIGIT, 100.0, open_high=True))
    if isinstance(claim.origin, Derivation):
        return claim.origin.interval
    if not step and claim.bound == "exact":
        return Interval(claim.value, claim.value)
    found = interval(claim.value, step, claim.bound, rounding)
    if claim.measure == "multiple" and claim.bound == "exact":
        return Interval(found.low, found.high + 1.0, found.open_low, found.open_high)
    return found


def rounded_to(claim: Claim) -> float:
    """The step of a figure; 529,000 firms are thousands, though all digits are printed."""
    counted = claim.measure in ("count", "quantity") or claim.of in ("count", "quantity")
    zeros = round_step(claim.value)
    if counted and claim.unit not in ("%", "pp", "x") and zeros >= 100.0 * claim.step > 0.0:
        return claim.step if claim.span and "." in claim.span.text else zeros
    return claim.step


def way(claim: Claim) -> str:
    """Where a direction points: `up`, `down`, `level`, or `open` where rounding leaves it so."""
    if isinstance(claim.origin, Derivation) and claim.origin.interval.low < 0 < claim.origin.interval.high:
        return "open"
    return "up" if claim.value > 0 else "down" if claim.value < 0 else "level"


def signed(claim: Claim, size: Interval) -> Interval:
    """An interval of magnitudes with the sign of the claim's figure."""
    return size if claim.value >= 0 else Interval(-size.high, -size.low, size.open_high, size.open_low)
