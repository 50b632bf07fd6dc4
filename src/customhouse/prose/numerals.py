"""Numbers as a release prints them: digits with a scale word, unit and bound."""

from __future__ import annotations

import math
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from customhouse import vocabulary
from customhouse.errors import WordingError
from customhouse.model import HOME, Claim, Dims
from customhouse.prose.wording import fill, has, marked

SCALES = {"en": (10**12, 10**9, 10**6), "zh": (10**12, 10**8, 10**4)}
"""The powers of ten that have a word, largest first."""
_MOST_DECIMALS = 4
_PLAIN = ("%", "pp", "x")
_LONGEST = 20
_RATES = ("%", "pp", "x", "index")
_WHOLE = ("rank", "period", "1")
_DECIMALS_OF_RATES = 1
_FIGURES = 4
_MOST_RANKS = 1000
_WORLD = "WLD"


def digits(value: float, language: str, scaled: bool = True) -> str:
    """A magnitude with a scale word where it has one: `10.3 trillion`.

    Releases print no zeros at the end (`up 6 percent`), but every other digit. Raises WordingError for a
    number that is not finite or is too long to be read back.
    """
    if not math.isfinite(value):
        raise WordingError(f"{value}: not a number that can be printed")
    size = abs(Decimal(repr(value)))
    scale = _scale(size, language) if scaled else 1
    number = size / scale
    decimals = _decimals(number)
    text = f"{number:,.{decimals}f}" if language == "en" else f"{number:.{decimals}f}"
    if len(text) > _LONGEST:
        raise WordingError(f"{value!r}: too many digits to be printed and read back; round it first")
    return text if scale == 1 else fill(f"scale_{scale}", language, n=text)


def _decimals(number: Decimal) -> int:
    exponent = number.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _scale(size: Decimal, language: str) -> int:
    """The largest scale word that leaves few decimals, else none."""
    for scale in SCALES[language]:
        if size >= scale and _decimals(size / scale) <= _MOST_DECIMALS:
            return scale
    return 1


@cache
def _unit(unit: str, language: str, one: bool) -> str:
    if not has(f"unit_{unit}"):
        raise WordingError(f"{unit!r}: no words for this unit; add it to sentences.csv")
    single, _, many = fill(f"unit_{unit}", language, n="{n}").partition("|")
    return single if one or not many else many


def amount(claim: Claim, language: str, value: float | None = None) -> str:
    """The magnitude of a claim's figure with its unit: `10.3 trillion yuan`, `8.1 percent`."""
    size = abs(claim.value if value is None else value)
    text = digits(size, language, scaled=claim.unit not in _PLAIN)
    unit = claim.unit.partition("/")[0]
    if unit == "CNY" and language == "zh" and claim.slice.reporter in vocabulary.mapping("local_yuan"):
        unit = "CNY_named"
    return _unit(unit, language, size == 1).replace("{n}", text)


def figure(claim: Claim, language: str) -> str:
    """The figure as it stands in a text under way, its bound before it: `more than <170 countries>`.

    What a price is for (`per tonne`) stands after it.
    """
    shown = marked(amount(claim, language))
    per = f"per_{claim.unit.partition('/')[2]}"
    return fill(f"bound_{claim.bound}", language, f=fill(per, language, f=shown) if has(per) else shown)


def whole_number(claim: Claim) -> int:
    """The value of a rank or streak. Raises WordingError where it is no small whole number."""
    number = int(claim.value)
    if number != claim.value or not 0 < number < _MOST_RANKS:
        raise WordingError(f"{claim.value}: a {claim.measure} is a whole number from 1 to {_MOST_RANKS - 1}")
    return number


def ordinal(claim: Claim, language: str) -> str:
    """A rank as it stands in a text under way: `second`, `No. 12`."""
    number = whole_number(claim)
    if has(f"rank_{number}"):
        return marked(fill(f"rank_{number}", language))
    return marked(fill("rank", language, n=str(number)))


def printed(claim: Claim, language: str, figures: int | None = None) -> Claim:
    """A computed claim as it would be printed: rounded half up, its defaults left out.

    Money, masses and counts get `figures` significant digits (four unless told), rates and points one
    decimal; ranks, streaks and small counts are whole. What a format leaves out (the base a year
    earlier, China as the reporter) is left out, and a gap says what it is against.
    """
    step = _step(claim, figures)
    size = abs(Decimal(repr(claim.value)))
    value = float((size / step).quantize(Decimal(1), ROUND_HALF_UP) * step) if step else float(size)
    value = math.copysign(value, claim.value) if value else 0.0
    return canonical(replace(claim, value=value, step=float(step)))


def _step(claim: Claim, figures: int | None) -> Decimal:
    """The unit of the last digit to print."""
    if claim.unit in _RATES:
        return Decimal(1).scaleb(-(_DECIMALS_OF_RATES if figures is None else figures))
    if claim.unit in _WHOLE or not claim.value:
        return Decimal(1)
    size = abs(Decimal(repr(claim.value)))
    step = Decimal(1).scaleb(size.adjusted() + 1 - (figures or _FIGURES))
    return step if claim.measure == "price" else max(step, Decimal(1))


def canonical(claim: Claim) -> Claim:
    """The claim without what the format leaves out, so that reading gives the same fields."""
    part = claim.slice
    if part.reporter == HOME:
        part = replace(part, reporter=None)
    if part.partner == _WORLD:
        part = replace(part, partner=None)
    base = claim.base
    if claim.period and base == claim.period.year_earlier():
        base = None
    against = claim.against
    if claim.measure == "gap" and not against:
        against = _default_against(claim)
    of = None if claim.of == "value" else claim.of
    return replace(claim, slice=part, base=base, against=against, of=of)


def _default_against(claim: Claim) -> Dims | None:
    """What a gap is against where nothing is said: the slice without its one dimension, or all trade."""
    narrowing = claim.slice.narrowing()
    if len(narrowing) == 1:
        return ((narrowing[0], None),)
    return (("flow", "trade"),) if not narrowing and claim.slice.flow in ("exports", "imports") else None
