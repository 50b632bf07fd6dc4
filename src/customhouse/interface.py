"""Words of the interface in either language, and numbers, intervals and periods in them.

The words are data (`vocabulary/data/interface.csv` and `measures.csv`, columns `code,en,zh`);
how they combine is here. `language` is `en` or `zh` throughout.
"""

from __future__ import annotations

import math
import re
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from functools import cache

from customhouse import vocabulary
from customhouse.errors import VocabularyError
from customhouse.period import Period
from customhouse.quantity import Interval

_MOST_DECIMALS = 4
_PLACE = re.compile(r"\{(\w+)\}")
_POWER = re.compile(r"\d+(?:\.\d+)?e\+?\d+")


def word(code: str, language: str) -> str:
    """A word of the interface. Raises VocabularyError for a code or language that it lacks."""
    return say("interface", code, language)


def known(code: str) -> bool:
    """Whether the interface has a word of this code."""
    return code in words("interface")


def fill(code: str, language: str, **places: str) -> str:
    """An interface word with its `{places}` filled."""
    return say("interface", code, language, **places)


def say(table: str, code: str, language: str, /, **places: object) -> str:
    """A word of a word list of the vocabulary (the name of its file) with its `{places}` filled.

    Raises VocabularyError for a code or language that the list lacks.
    """
    try:
        text = words(table)[code][language]
    except KeyError as error:
        raise VocabularyError(f"{table}.csv: no word for {code!r} in {language!r}; add the row") from error
    return filled(text, **places) if places else text


def filled(text: str, /, **places: object) -> str:
    """A text with its `{places}` filled; a place of which nothing is given stays."""
    return _PLACE.sub(lambda found: str(places.get(found[1], found[0])), text)


@cache
def words(table: str) -> dict[str, dict[str, str]]:
    """The rows of a word list among the vocabulary's data files, by code."""
    return {row["code"]: row for row in vocabulary.rows(table)}


def name(code: str, language: str, kind: str | None = None) -> str:
    """What a code is called: an interface word or measure, else as the vocabulary has it."""
    if kind == "measure" and code in words("measures"):
        return words("measures")[code][language]
    if kind == "flow" and known(code):
        return word(code, language)
    return vocabulary.name(code, language, "partner" if kind == "reporter" else kind)


def choice(kind: str, code: str, language: str) -> str:
    """The interface word `kind_code`; the code with spaces for `_` where there is none."""
    return word(f"{kind}_{code}", language) if known(f"{kind}_{code}") else code.replace("_", " ")


def rule_name(rule: str, language: str) -> str:
    """What a rule of derivation says."""
    return choice("rule", rule, language)


def period_words(period: Period, language: str) -> str:
    """`2025 Q1`, `Jan–Feb 2025`, `2020–2024`, or their like in Chinese."""
    (year, first), (end_year, last) = (divmod(m, 12) for m in (period.first, period.last))
    months = {"m": word(f"month_{first + 1}", language), "n": word(f"month_{last + 1}", language)}
    return fill(_period_form(year, first, end_year, last), language, y=str(year), z=str(end_year), **months)


def _period_form(year: int, first: int, end_year: int, last: int) -> str:
    """The interface code of the form that suits; months count from 0."""
    whole_years, length = first == 0 and last == 11, last - first + 1
    if year != end_year:
        return "period_years" if whole_years else "period_span"
    if whole_years or length == 1:
        return "period_year" if whole_years else "period_month"
    for months, form in ((6, "period_half"), (3, "period_quarter")):
        if length == months and first % months == 0:
            return f"{form}_{first // months + 1}"
    return "period_months"


def number(value: float, language: str, step: float = 0.0) -> str:
    """A number with the language's scale words, to the digits of `step` (six digits if 0)."""
    scale = _scale(abs(value), language)
    scaled = _shortest(abs(value)) / scale
    decimals = _decimals(scaled, step / scale)
    if step and scale != 1 and (decimals > _MOST_DECIMALS or _padded(scaled, decimals)):
        scale, scaled, decimals = 1, _shortest(abs(value)), _decimals(_shortest(abs(value)), step)
    digits = f"{scaled.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_EVEN):{_grouping(scaled)}f}"
    return ("\N{MINUS SIGN}" if value < 0 else "") + _scaled(digits, scale, language)


def _grouping(size: Decimal) -> str:
    """The thousands separator, for numbers of five digits or more."""
    return "," if size >= 10_000 else ""


def _padded(scaled: Decimal, decimals: int) -> bool:
    """Whether scaling would print zeros that the source does not have (52.9000 for 529,000)."""
    return decimals > 2 and f"{scaled:.{decimals}f}".endswith("00")


def _decimals(scaled: Decimal, step: float) -> int:
    """How many decimals to print: those of the step, else enough for six digits."""
    if step > 0:
        return min(max(0, round(-math.log10(step))), 12)
    digits = Decimal(f"{scaled:.6g}").normalize().as_tuple().exponent
    return max(0, -digits) if isinstance(digits, int) else 0


def bracket(interval: Interval, unit: str, language: str) -> str:
    """An interval in brackets, round where the end is left out: `[10.25, 10.35) trillion yuan`."""
    if not all(map(math.isfinite, (interval.low, interval.high))):
        return interval_words(interval, unit, language)
    scale = _scale(max(abs(interval.low), abs(interval.high)), language)
    low, high = _outward(interval, scale)
    opening, closing = "(" if interval.open_low else "[", ")" if interval.open_high else "]"
    return with_unit(_scaled(f"{opening}{low}, {high}{closing}", scale, language), unit, language, 2)


def interval_words(interval: Interval, unit: str, language: str) -> str:
    """An interval in words: `10.154 to 10.177 trillion yuan`, `at least 3%`."""
    ends = [e for e in (interval.low, interval.high) if math.isfinite(e)]
    if not ends:
        return word("unlimited", language)
    scale = _scale(max(map(abs, ends)), language)
    low, high = _outward(interval, scale)
    form = "range" if len(ends) == 2 else "at_least" if math.isfinite(interval.low) else "at_most"
    if low == high:
        return with_unit(_scaled(low, scale, language), unit, language, interval.low)
    if form != "range":
        size = with_unit(_scaled(low if form == "at_least" else high, scale, language), unit, language, 2)
        return fill(form, language, low=size, high=size)
    return with_unit(_scaled(fill(form, language, low=low, high=high), scale, language), unit, language, 2)


def _outward(interval: Interval, scale: int) -> tuple[str, str]:
    """Both ends in units of `scale`, rounded outward to the digits that their difference or size warrants."""
    sizes = (interval.high - interval.low, abs(interval.low), abs(interval.high))
    least = min((s / scale for s in sizes if 0 < s / scale < math.inf), default=1.0)
    decimals = min(max(0, 1 - math.floor(math.log10(least))), 9)
    ends = ((interval.low, ROUND_FLOOR), (interval.high, ROUND_CEILING))
    return (_end(ends[0], scale, decimals), _end(ends[1], scale, decimals))


def _end(end: tuple[float, str], scale: int, decimals: int) -> str:
    value, rounding = end
    if not math.isfinite(value):
        return str(value)
    rounded = (_shortest(value) / scale).quantize(Decimal(1).scaleb(-decimals), rounding)
    text = f"{abs(rounded):{_grouping(abs(rounded))}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return ("\N{MINUS SIGN}" if rounded < 0 else "") + text


def _shortest(value: float) -> Decimal:
    """Twelve significant digits: past them stands only the noise of binary fractions."""
    return Decimal(f"{value:.12g}")


def _scale(size: float, language: str) -> int:
    """The largest power of ten not above `size` that has a word in the language, else 1."""
    powers = (10**n for n in range(15, 0, -1))
    return next((p for p in powers if size >= p and known(f"scale_{p}") and word(f"scale_{p}", language)), 1)


def _scaled(digits: str, scale: int, language: str) -> str:
    return digits if scale == 1 else fill(f"scale_{scale}", language, n=digits)


def with_unit(digits: str, unit: str, language: str, value: float) -> str:
    """Digits with their unit, in the plural where `value` is not 1."""
    counted = name(unit, language, "count")
    named = "unit_unknown" if counted == unit.replace("_", " ") else "unit_counted"
    one, _, many = word(f"unit_{unit}" if known(f"unit_{unit}") else named, language).partition("|")
    return (many if many and abs(value) != 1 else one).replace("{n}", digits).replace("{unit}", counted)


def arithmetic(text: str, language: str) -> tuple[str, ...]:
    """The steps of a derivation, one each, with numbers such as `1.02913e+13` in the language's words."""
    steps = filter(None, text.split("; "))
    return tuple(_POWER.sub(lambda found: number(float(found[0]), language), step) for step in steps)
