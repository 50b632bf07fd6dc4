"""Claims of what growth is made of: "prices lowered import growth by 2.6 points"."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from customhouse.errors import PriceError
from customhouse.measures.figures import shown
from customhouse.model import CellOrigin, Claim, Derivation, Slice
from customhouse.period import Period
from customhouse.prices.matched import PARTS
from customhouse.quantity import Interval

_NOTHING = 1e-12
"""Parts of the value this small are what rounding leaves."""


def contribution_claims(
    money: Mapping[str, float], before: Claim, after: Claim, grade: str | None = None
) -> tuple[Claim, ...]:
    """A claim for each part of a change in value: its contribution, in points, to the growth.

    `money`: the parts (price, volume, entry, exit, uncovered) in the unit of `before` and `after`, the
    claims of the value in the base and in the period; the parts have to add up to their difference. Parts
    that are 0 but for rounding make no claim. `grade` is that of the price index, which the note says. Raises
    PriceError.
    """
    if not before.value > 0:
        raise PriceError(f"the value in {before.period} is not above 0; a change from it has no growth")
    change, size = after.value - before.value, max(before.value, abs(after.value))
    if abs(sum(money.values()) - change) > 1e-9 * size:
        raise PriceError(f"the parts add up to {sum(money.values()):,.2f}, the change is {change:,.2f}")
    told = [name for name in PARTS if abs(money.get(name, 0.0)) > _NOTHING * size]
    return tuple(_claim(name, money[name], before, after, grade) for name in told)


def level_claims(
    part: Slice, period: Period, base: Period, values: tuple[float, float], currency: str, items: int,
    source: str = "frame",
) -> tuple[Claim, Claim]:  # fmt: skip
    """The values in the base and in the period as claims about `items` rows of a source."""
    before, after = (
        Claim("value", value, currency, CellOrigin(source, (), items), slice=part, period=when)
        for value, when in zip(values, (base, period), strict=True)
    )
    return before, after


def _claim(name: str, money: float, before: Claim, after: Claim, grade: str | None) -> Claim:
    points = 100 * money / before.value
    period, base = after.period, before.period
    told = f"{_shown(money)} / {_shown(before.value)} = {_shown(points)} pp"
    origin = Derivation("contribution", (after, before), Interval(points, points), told)
    usual = period is not None and period.year_earlier() == base
    note = None if grade is None else f"unit values stand in for prices; the index is of grade {grade}"
    return Claim(
        "contribution", points, "pp", origin, slice=after.slice, period=period,
        base=None if usual else base, factor=name, note=note,
    )  # fmt: skip


def _shown(value: float) -> str:
    return shown(Fraction(value))
