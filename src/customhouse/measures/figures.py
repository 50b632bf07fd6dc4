"""Exact figures with what rounding in the tables leaves open, and the arithmetic between them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from customhouse.measures.request import Lacking
from customhouse.model import Claim, changed
from customhouse.period import Period

_DECIMALS = 6
_SCALE = 10**_DECIMALS


@dataclass(frozen=True, slots=True)
class Figure:
    """An exact number, the ends between which it lies, and the level claims that it comes from.

    `high` is None where nothing bounds it. `value` is what the printed cells give when taken as exact.
    The last fields differ from the request's for streaks and records alone.
    """

    value: Fraction
    low: Fraction
    high: Fraction | None
    unit: str
    rule: str
    claims: tuple[Claim, ...]
    text: str = ""
    period: Period | None = None
    base: Period | None = None
    threshold: float | None = None
    note: str | None = None

    @property
    def exact(self) -> bool:
        """Whether it is known that rounding leaves nothing open: then its ends are the value itself."""
        return self.low is self.value and self.high is self.value

    @property
    def top(self) -> Fraction:
        """The upper end of a figure that has one."""
        return self.value if self.high is None else self.high


def minus(one: Figure, other: Figure, unit: str, rule: str) -> Figure:
    """The difference of two figures."""
    value = one.value - other.value
    text = f"{terms(one)} - {terms(other)} = {shown(value)}"
    low = high = value
    if not (one.exact and other.exact):
        low, high = one.low - other.top, one.top - other.low
    return Figure(value, low, high, unit, rule, joined(one, other), steps(one, other, text))


def ratio(one: Figure, other: Figure, unit: str, rule: str, zero: str) -> Figure:
    """The quotient of two figures. Raises Lacking with the words `zero` where the divisor may be 0."""
    if other.low.numerator <= 0 <= other.top.numerator:
        raise Lacking("base", zero)
    value = one.value / other.value
    ends = [value]
    if not (one.exact and other.exact):
        ends = [a / b for a in (one.low, one.top) for b in (other.low, other.top)]
    text = f"{terms(one)} / {terms(other)}"
    return Figure(value, min(ends), max(ends), unit, rule, joined(one, other), steps(one, other, text))


def percent(figure: Figure, rule: str, less: int = 0, unit: str = "%") -> Figure:
    """A quotient in per cent: growth where 1 is taken off, a share where nothing is."""
    def scaled(value: Fraction) -> Fraction:
        return Fraction((value.numerator - less * value.denominator) * 100, value.denominator)

    value = scaled(figure.value)
    text = f"{figure.text}{f' - {less}' if less else ''} = {shown(value)}%"
    low, high = (value, value) if figure.exact else (scaled(figure.low), scaled(figure.top))
    return changed(figure, value=value, low=low, high=high, unit=unit, rule=rule, text=text)


def joined(*figures: Figure) -> tuple[Claim, ...]:
    """The level claims of all figures, each once, in order."""
    if len(figures) == 2 and len(figures[0].claims) == 1:  # to compare costs less than to hash
        first = figures[0].claims
        return (*first, *(claim for claim in figures[1].claims if claim != first[0]))
    return tuple(dict.fromkeys(claim for figure in figures for claim in figure.claims))


def steps(*texts: Figure | str) -> str:
    """Steps of arithmetic one after the other; a level has none of its own."""
    parts = [t.text if isinstance(t, Figure) else t for t in texts]
    return "; ".join(dict.fromkeys(filter(None, parts)))


def terms(figure: Figure) -> str:
    """A figure as a term of further arithmetic."""
    text = shown(figure.value)
    return f"({text})" if text[0] == "-" else text


def shown(value: Fraction) -> str:
    """A number in plain digits: exact to six decimals, more are rounded."""
    if value.denominator == 1:
        return f"{value.numerator:,}"
    scaled, rest = divmod(value.numerator * _SCALE, value.denominator)
    half = 2 * rest - value.denominator
    scaled += half > 0 or (half == 0 and scaled % 2)  # as `round` does
    whole, decimals = divmod(abs(scaled), _SCALE)
    text = f"{whole:,}.{decimals:0{_DECIMALS}d}".rstrip("0").rstrip(".")
    return f"-{text}" if scaled < 0 else text


Measured = Callable[..., Figure]
"""A function of a request and statistics; it raises Lacking."""
