"""Facts in words, Chinese and English: templates of `targeting_reasons.csv` with their places filled.

A place `{name}` is filled by its kind (`_KINDS`); `{name?}` is filled by the template `with_name` where the
fact has that place, and is left out where it has not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from customhouse import interface
from customhouse.errors import TargetingError
from customhouse.model import LANGUAGES
from customhouse.targeting.why.facts import Fact, Scope

_PLACE = re.compile(r"\{(\w+)(\??)\}")
_TABLE = "targeting_reasons"


def sentence(fact: Fact, language: str) -> str:
    """What a fact says. Raises TargetingError for a language, or a code, that there are no words of."""
    said = _filled(_template(fact.code, language), fact.places, language)
    return _filled(_template("together", language), {"text": said}, language) if fact.together else said


def word(code: str, language: str) -> str:
    """The words of a code. Raises TargetingError."""
    return _template(code, language)


def _template(code: str, language: str) -> str:
    if language not in LANGUAGES:
        raise TargetingError(f"{language!r}: no language of reasons; there are {', '.join(LANGUAGES)}")
    try:
        return interface.words(_TABLE)[code][language]
    except KeyError as error:
        raise TargetingError(f"{_TABLE}.csv: no words for {code!r}; add the row") from error


def _filled(template: str, places: Mapping[str, Any], language: str) -> str:
    def fill(match: re.Match[str]) -> str:
        name, optional = match.groups()
        if optional:
            return _filled(_template(f"with_{name}", language), places, language) if name in places else ""
        return _KINDS[name](places[name], language)

    return _PLACE.sub(fill, template)


def _count(value: int, language: str) -> str:
    """So many declarations; in English the words before and after `|` are for one and for several."""
    one, _, many = _template("declarations", language).partition("|")
    return (many if many and value != 1 else one).replace("{n}", _figure(value, language))


def _figure(value: float, language: str) -> str:
    return interface.number(value, language)


def _yuan(value: float, language: str) -> str:
    digits = float(f"{value:.3g}")
    return interface.with_unit(_figure(digits, language), "CNY", language, digits)


def _kilograms(value: float, language: str) -> str:
    digits = float(f"{value:.3g}")
    return _template("kilograms", language).replace("{n}", _figure(digits, language))


def _percent(value: float, language: str) -> str:
    digits = round(100 * value, 1 if value < 0.1 else 0)
    return interface.with_unit(_figure(digits, language), "%", language, digits)


def _tariff(value: float, language: str) -> str:
    """A rate of duty, to a tenth of a percent."""
    digits = round(100 * value, 1)
    return interface.with_unit(_figure(digits, language), "%", language, digits)


def _chance(value: float, language: str) -> str:
    """A probability, to two digits however small."""
    digits = float(f"{100 * value:.2g}")
    return interface.with_unit(_figure(digits, language), "%", language, digits)


def _scope(value: Scope, language: str) -> str:
    """What a figure is of; nothing where it is of all of a trader's declarations."""
    if not value.parts:
        return ""
    said = [_part(part, given, language) for part, given in value.parts]
    return _template("scope", language).replace("{parts}", _template("scope_and", language).join(said))


def _part(part: str, given: str, language: str) -> str:
    words = interface.words(_TABLE)
    code = f"of_{part}" if f"of_{part}" in words else "of_other"
    named = _named(part, given, language)
    return _template(code, language).replace("{column}", part).replace("{value}", named)


def _named(part: str, given: str, language: str) -> str:
    """What a code is called, where the vocabulary has it."""
    kind = {"origin": "partner", "consignment": "partner"}.get(part, part)
    if kind not in ("partner", "regime", "transport", "enterprise"):
        return given
    found = interface.name(given, language, kind)
    return given if found == given.replace("_", " ") else found


def _attribute(value: str, language: str) -> str:
    words = interface.words(_TABLE)
    return _template(f"attribute_{value}", language) if f"attribute_{value}" in words else value


def _partner(value: str, language: str) -> str:
    return _named("origin", value, language)


def _rule(value: Mapping[str, str], language: str) -> str:
    return value[language]


def _text(value: str, language: str) -> str:
    return value


_KINDS: Mapping[str, Callable[[Any, str], str]] = {
    "count": _count, "about": _count, "frauds": _figure, "inspected": _figure, "inspections": _figure,
    "scope": _scope, "rate": _percent,
    "overall": _percent, "low": _percent, "high": _percent,
    "price": _yuan, "weight": _kilograms, "value": _yuan, "duty": _tariff, "due": _yuan,
    "typical_price": _yuan, "typical_weight": _kilograms, "typical_value": _yuan, "typical_duty": _tariff,
    "attribute": _attribute, "origin": _partner, "through": _partner, "chance": _chance, "rule": _rule,
    "text": _text,
}  # fmt: skip
"""How each place is written."""
