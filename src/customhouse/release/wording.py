"""The words of a release (release_words.csv) with their places filled, and figures and periods in them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import cache

from customhouse.describe import words
from customhouse.interface import filled
from customhouse.model import HOME, Claim
from customhouse.period import Period
from customhouse.prose import wording as units
from customhouse.prose.naming import named
from customhouse.release.digits import RATES

_TABLE = "release_words"
_SCALES = {"en": (10**12, 10**9, 10**6), "zh": (10**12, 10**8, 10**4)}
"""The powers of ten that have a word, largest first."""
_MOST_DECIMALS = 4


def has(code: str) -> bool:
    """Whether there are words of this code."""
    return code in words(_TABLE)


def fill(code: str, language: str, **places: str) -> str:
    """Words with their `{places}` filled."""
    return filled(words(_TABLE)[code][language], **places)


def amount(claim: Claim, language: str) -> str:
    """The magnitude of a figure with its unit: `10.3 trillion yuan`. Raises WordingError for another unit."""
    code = f"unit_{claim.unit}"
    form = fill(code, language) if has(code) else units.fill(code, language, n="{n}")
    one, _, many = form.partition("|")
    single = abs(claim.value) == 1 or not many
    return (one if single else many).replace("{n}", digits(claim, language, claim.unit not in RATES))


def count(claim: Claim, language: str) -> str:
    """The magnitude of a number of things, without their name."""
    return digits(claim, language, language == "zh" and claim.step > 1)


def digits(claim: Claim, language: str, scaled: bool) -> str:
    """A magnitude to its last digit, zeros too, with a scale word where it has one: `280.0 billion`."""
    size, step = abs(Decimal(repr(claim.value))), Decimal(repr(claim.step))
    fits = (s for s in _SCALES[language] if size >= s and _decimals(step / s) <= _MOST_DECIMALS)
    scale = next(fits, 1) if scaled else 1
    number = f"{size / scale:,.{_decimals(step / scale)}f}"
    number = number if language == "en" else number.replace(",", "")
    return number if scale == 1 else fill(f"scale_{scale}", language, n=number)


def _decimals(step: Decimal) -> int:
    exponent = step.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def joined(texts: Sequence[str], language: str, kind: str = "joined") -> str:
    """Clauses, or `names`, in a list."""
    text, *rest = texts
    for index, more in enumerate(rest):
        place = "more" if index < len(rest) - 1 else "two" if len(rest) == 1 else "last"
        text = fill(f"{kind}_{place}", language, a=text, b=more)
    return text


def owner(reporter: str | None, language: str) -> str:
    """Whose trade it is: `China's`."""
    if reporter in (None, HOME):
        return fill("owner_home", language)
    whose = named(str(reporter), "partner", language)
    return fill("owner_plural" if whose.endswith("s") else "owner_other", language, x=whose)


@cache
def dated(period: Period, language: str, year: bool = True) -> str:
    """A period as it stands in a sentence: `in the first quarter of 2025`; its year may be left out."""
    (start, first), (end, last) = (divmod(m, 12) for m in (period.first, period.last))
    form, places = _form(first, last, start != end)
    code = f"in_{form}" if year or not has(f"short_{form}") else f"short_{form}"
    said = {place: fill(name, language) for place, name in places.items()}
    return fill(code, language, y=str(start), z=str(end), **said)


def _form(first: int, last: int, years: bool) -> tuple[str, dict[str, str]]:
    """The form that suits a period, and the words for its places; months count from 0."""
    length = last - first + 1
    months = {"m": f"month_{first + 1}", "n": f"month_{last + 1}"}
    if years:
        return ("years" if first == 0 and last == 11 else "span"), months
    if length == 12:
        return "year", {}
    if length == 1:
        return "month", months
    if length == 3 and first % 3 == 0:
        return "quarter", {"q": f"ordinal_{first // 3 + 1}"}
    if length == 6 and first % 6 == 0:
        return "half", {"q": f"half_{first // 6 + 1}"}
    if first == 0:
        return ("three_quarters", {}) if length == 9 else ("first", {"n": f"number_{length}"})
    return "months", months
