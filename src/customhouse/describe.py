"""A claim in words of either language: one line, or field by field.

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
from customhouse.model import DIMENSIONS, Claim, Derivation, Dims, Slice
from customhouse.period import Period
from customhouse.quantity import Interval
from customhouse.rounding import way

LANGUAGES = ("en", "zh")
SIGNED = ("growth", "change", "share_change", "gap", "contribution")
"""Measures whose figures carry a sign."""
_AGAINST_BASE = ("growth", "change", "share_change", "multiple")
_WHOLE = ("count", "rank", "streak", "record", "direction")
_MOST_DECIMALS = 4
_NARROW = 1e-6
_POWER = re.compile(r"\d+(?:\.\d+)?e\+?\d+")


def describe(claim: Claim, language: str) -> str:
    """One line: what is measured, of what, when, and the figure."""
    return fill("colon", language, what=topic(claim, language), figure=figure(claim, language))


def topic(claim: Claim, language: str) -> str:
    """The same without the figure."""
    return word("separator", language).join([_head(claim, language), *_narrowing(claim, language)])


def figure(claim: Claim, language: str) -> str:
    """The claim's number with its unit, sign and bound; the interval where it was derived."""
    if claim.measure == "direction":
        return word(f"direction_{'growth' if claim.of else 'value'}_{way(claim)}", language)
    if isinstance(claim.origin, Derivation) and not _to_a_point(claim.origin.interval):
        return interval_words(claim.origin.interval, claim.unit, language)
    if claim.measure in SIGNED and claim.bound != "exact" and claim.value:
        bounded = fill(f"bound_{claim.bound}", language, n=_amount(abs(claim.value), claim, language))
        return _fill_for(claim.measure, "rise" if claim.value > 0 else "fall", language, n=bounded)
    plus = "+" if claim.measure in SIGNED and claim.value > 0 else ""
    return fill(f"bound_{claim.bound}", language, n=_amount(claim.value, claim, language, plus))


def _to_a_point(ends: Interval) -> bool:
    """Whether an interval is so narrow that its ends are one figure to a reader."""
    return ends.high - ends.low <= _NARROW * max(abs(ends.low), abs(ends.high))


def facts(claim: Claim, language: str) -> tuple[tuple[str, str], ...]:
    """Every field that is set, as pairs of an interface code (the label) and words."""
    measured = [("measure", claim.measure), ("of", claim.of)]
    pairs = [(label, name(code, language, "measure")) for label, code in measured if code]
    pairs.append(("figure", figure(claim, language)))
    if not (isinstance(claim.origin, Derivation) or _counted_out(claim)):
        pairs.append(("interval", bracket(claim.interval(), claim.unit, language)))
    if claim.bound != "exact":
        pairs.append(("bound", word(f"bound_name_{claim.bound}", language)))
    pairs += [(d, name(code, language, d)) for d, code in claim.slice.given().items()]
    return (*pairs, *_circumstances(claim, language))


def _counted_out(claim: Claim) -> bool:
    """Whether the figure counts whole things to the last one, so that no interval is worth showing."""
    return claim.measure in _WHOLE and claim.bound == "exact" and claim.step <= 1


def _circumstances(claim: Claim, language: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str | None]] = [
        ("subject", claim.slice.subject and name(claim.slice.subject, language, "subject")),
        ("period", period_words(claim.period, language) if claim.period else None),
        ("base", _base(claim, language)),
        ("whole", _dims(claim.whole, language)),
        ("against", _dims(claim.against, language)),
        ("threshold", _threshold(claim, language)),
        ("factor", claim.factor and _choice("factor", claim.factor, language)),
        ("status", claim.status and _choice("status", claim.status, language)),
        ("terms", claim.terms and _choice("terms", claim.terms, language)),
        ("note", claim.note),
    ]
    return [(label, text) for label, text in found if text]


def _base(claim: Claim, language: str) -> str | None:
    if claim.base:
        return period_words(claim.base, language)
    based = claim.measure in _AGAINST_BASE or (claim.measure, claim.of) == ("direction", "growth")
    return word("a_year_earlier", language) if based else None


def _threshold(claim: Claim, language: str) -> str | None:
    """The threshold as a plain number: its unit is not part of the claim format."""
    return None if claim.threshold is None else number(claim.threshold, language)


def _head(claim: Claim, language: str) -> str:
    what = _traded(claim.slice, language)
    for measure in () if claim.measure == "direction" else filter(None, (claim.of, claim.measure)):
        phrase = fill(f"phrase_{measure}", language, what=what) if known(f"phrase_{measure}") else what
        what = phrase if what else name(measure, language, "measure")
    return what


def _traded(part: Slice, language: str) -> str:
    """The flow with its partner, else the subject or partner."""
    partner = part.partner and name(part.partner, language, "partner")
    if part.subject:
        return name(part.subject, language, "subject")
    if partner and known(f"with_partner_{part.flow}"):
        return fill(f"with_partner_{part.flow}", language, partner=partner)
    return name(part.flow, language, "flow") if part.flow else partner or ""


def _narrowing(claim: Claim, language: str) -> list[str]:
    part = claim.slice.given()
    names = [name(part[d], language, d) for d in DIMENSIONS[2:-1] if d in part]
    reporter = claim.slice.reporter and name(claim.slice.reporter, language, "reporter")
    given: list[tuple[str, str | None]] = [
        ("reporter", reporter),
        ("whole", _dims(claim.whole, language)),
        ("against", _dims(claim.against, language)),
        ("factor", claim.factor and _choice("factor", claim.factor, language)),
        ("terms", claim.terms and _choice("terms", claim.terms, language)),
    ]
    names += [fill(f"of_{code}", language, x=x) for code, x in given if x]
    names += [period_words(claim.period, language)] if claim.period else []
    if claim.base:
        names.append(fill("of_base", language, x=period_words(claim.base, language)))
    return names + ([_choice("status", claim.status, language)] if claim.status else [])


def _dims(dims: Dims | None, language: str) -> str | None:
    """Changed dimensions in words; an empty or missing set is None."""
    names = [name(v, language, d) if v else _choice("all", d, language) for d, v in dims or ()]
    return word("separator", language).join(names) or None


def _choice(kind: str, code: str, language: str) -> str:
    return word(f"{kind}_{code}", language) if known(f"{kind}_{code}") else code.replace("_", " ")


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
    return _with_unit(_scaled(f"{opening}{low}, {high}{closing}", scale, language), unit, language, 2)


def interval_words(interval: Interval, unit: str, language: str) -> str:
    """An interval in words: `10.154 to 10.177 trillion yuan`, `at least 3%`."""
    ends = [e for e in (interval.low, interval.high) if math.isfinite(e)]
    if not ends:
        return word("unlimited", language)
    scale = _scale(max(map(abs, ends)), language)
    low, high = _outward(interval, scale)
    form = "range" if len(ends) == 2 else "at_least" if math.isfinite(interval.low) else "at_most"
    if low == high:
        return _with_unit(_scaled(low, scale, language), unit, language, interval.low)
    if form != "range":
        size = _with_unit(_scaled(low if form == "at_least" else high, scale, language), unit, language, 2)
        return fill(form, language, low=size, high=size)
    return _with_unit(_scaled(fill(form, language, low=low, high=high), scale, language), unit, language, 2)


def _outward(interval: Interval, scale: int) -> tuple[str, str]:
    """Both ends in units of `scale`, rounded outward to the digits that their difference or size warrants."""
    sizes = (interval.high - interval.low, abs(interval.low), abs(interval.high))
    least = min((s / scale for s in sizes if 0 < s / scale < math.inf), default=1.0)
    decimals = min(max(0, 1 - math.floor(math.log10(least))), 9)
    ends = ((interval.low, ROUND_FLOOR), (interval.high, ROUND_CEILING))
    return (_end(ends[0], scale, decimals), _end(ends[1], scale, decimals))


def arithmetic(text: str, language: str) -> tuple[str, ...]:
    """The steps of a derivation, one each, with numbers such as `1.02913e+13` in the language's words."""
    steps = filter(None, text.split("; "))
    return tuple(_POWER.sub(lambda found: number(float(found[0]), language), step) for step in steps)


def rule_name(rule: str, language: str) -> str:
    """What a rule of derivation says."""
    return _choice("rule", rule, language)


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


def _amount(value: float, claim: Claim, language: str, prefix: str = "") -> str:
    return _with_unit(prefix + number(value, language, claim.step), claim.unit, language, value)


def _with_unit(digits: str, unit: str, language: str, value: float) -> str:
    counted = name(unit, language, "count")
    named = "unit_unknown" if counted == unit.replace("_", " ") else "unit_counted"
    one, _, many = word(f"unit_{unit}" if known(f"unit_{unit}") else named, language).partition("|")
    return (many if many and abs(value) != 1 else one).replace("{n}", digits).replace("{unit}", counted)


def _fill_for(measure: str, code: str, language: str, **places: str) -> str:
    special = f"{code}_{measure}"
    return fill(special if known(special) else code, language, **places)


def name(code: str, language: str, kind: str | None = None) -> str:
    """What a code is called: an interface word or measure, else as the vocabulary has it."""
    if kind == "measure" and code in words("measures"):
        return words("measures")[code][language]
    if kind == "flow" and known(code):
        return word(code, language)
    return vocabulary.name(code, language, "partner" if kind == "reporter" else kind)


def word(code: str, language: str) -> str:
    """A word of the interface. Raises VocabularyError for a code or language that it lacks."""
    try:
        return words("interface")[code][language]
    except KeyError as error:
        raise VocabularyError(f"interface.csv: no word for {code!r} in {language!r}; add the row") from error


def known(code: str) -> bool:
    """Whether the interface has a word of this code."""
    return code in words("interface")


def fill(code: str, language: str, **places: str) -> str:
    """An interface word with its `{places}` filled."""
    text = word(code, language)
    for place, value in places.items():
        text = text.replace(f"{{{place}}}", value)
    return text


@cache
def words(table: str) -> dict[str, dict[str, str]]:
    """The rows of a word list among the vocabulary's data files, by code."""
    return {row["code"]: row for row in vocabulary.rows(table)}
