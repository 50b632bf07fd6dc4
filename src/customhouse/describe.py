"""A claim in words of either language: one line, or field by field.

Words, numbers, intervals and periods are those of `interface`, which can be had here too. `language` is `en`
or `zh` throughout.
"""

from __future__ import annotations

from customhouse import vocabulary
from customhouse.interface import (
    arithmetic,
    bracket,
    choice,
    fill,
    interval_words,
    known,
    name,
    number,
    period_words,
    rule_name,
    with_unit,
    word,
    words,
)
from customhouse.model import ADJUSTED, DIMENSIONS, LANGUAGES, Claim, Derivation, Dims, Slice
from customhouse.quantity import Interval
from customhouse.rounding import way

__all__ = [
    "LANGUAGES", "SIGNED", "arithmetic", "bracket", "describe", "facts", "figure", "fill", "interval_words",
    "known", "name", "number", "period_words", "rule_name", "topic", "word", "words",
]  # fmt: skip
SIGNED = ("growth", "change", "share_change", "gap", "contribution")
"""Measures whose figures carry a sign."""
_AGAINST_BASE = ("growth", "change", "share_change", "multiple")
_WHOLE = ("count", "rank", "streak", "record", "direction")
_NARROW = 1e-6


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
        ("factor", claim.factor and choice("factor", claim.factor, language)),
        ("status", claim.status and choice("status", claim.status, language)),
        ("terms", claim.terms and choice("terms", claim.terms, language)),
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
        said = measure == "index" and claim.slice.subject in vocabulary.words("named_indices")
        phrase = fill(f"phrase_{measure}", language, what=what) if known(f"phrase_{measure}") else what
        what = what if said else phrase if what else name(measure, language, "measure")
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
        ("factor", claim.factor and choice("factor", claim.factor, language)),
        ("adjusted" if claim.terms in ADJUSTED else "terms",
         claim.terms and choice("terms", claim.terms, language)),
    ]
    names += [fill(f"of_{code}", language, x=x) for code, x in given if x]
    names += [period_words(claim.period, language)] if claim.period else []
    if claim.base:
        names.append(fill("of_base", language, x=period_words(claim.base, language)))
    return names + ([choice("status", claim.status, language)] if claim.status else [])


def _dims(dims: Dims | None, language: str) -> str | None:
    """Changed dimensions in words; an empty or missing set is None."""
    names = [name(v, language, d) if v else choice("all", d, language) for d, v in dims or ()]
    return word("separator", language).join(names) or None


def _amount(value: float, claim: Claim, language: str, prefix: str = "") -> str:
    return with_unit(prefix + number(value, language, claim.step), claim.unit, language, value)


def _fill_for(measure: str, code: str, language: str, **places: str) -> str:
    special = f"{code}_{measure}"
    return fill(special if known(special) else code, language, **places)
