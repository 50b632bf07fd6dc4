"""The scale of figures from a column of its own: `thousands`, 1000, or 3 for a thousand."""

from __future__ import annotations

import re
from collections.abc import Mapping as Dict
from decimal import Decimal
from functools import cache, lru_cache

from customhouse.records import coding, printed_units
from customhouse.records.mapping.keys import Keys, name_of
from customhouse.records.mapping.model import Scale
from customhouse.records.numerals import fold

_NONE = "none"
_LEAST, _MOST = -9, 15
"""Powers of ten that a figure of trade can be printed in."""
_NUMBER = re.compile(r"[+-]?\d{1,16}(?:\.0)?(?:[eE]\+?\d{1,2})?")
_TENS = re.compile(r"10*")


def factor(text: str, exponents: bool = False) -> Decimal | None:
    """What a cell of a column of scale multiplies by, None where it cannot be read.

    A number is a power of ten written out (1, 1000), or with `exponents` the power alone (0, 3). Words
    are read either way.
    """
    return _factor(_plain(text), exponents)


@lru_cache(maxsize=1000)
def _factor(text: str, exponents: bool) -> Decimal | None:
    if _NUMBER.fullmatch(text):
        return _power(Decimal(text)) if exponents else _multiplier(Decimal(text))
    if known := _words().get(text):
        return known
    unit = printed_units.parse(text)
    spelled = unit is not None and unit.kind == "number" and not (exponents and text[:1].isdigit())
    return unit.scale if unit and spelled else None


def _power(number: Decimal) -> Decimal | None:
    whole = number == number.to_integral_value() and _LEAST <= number <= _MOST
    return Decimal(1).scaleb(int(number)) if whole else None


def _multiplier(number: Decimal) -> Decimal | None:
    printed = f"{number.normalize():f}"
    return Decimal(printed) if _TENS.fullmatch(printed) and len(printed) <= _MOST + 1 else None


@cache
def _words() -> Dict[str, Decimal]:
    return {_plain(form): Decimal(code) for form, code in coding.header_forms("scale")}


def _plain(text: str) -> str:
    return " ".join(fold(text).lower().split())


def of_cell(scale: Scale, text: str, otherwise: Decimal) -> Decimal | None:
    """The scale of a row: that of its cell, or `otherwise` where the cell is empty; None if unreadable."""
    shown = " ".join(text.split())
    if shown in scale.values:
        return scale.values[shown]
    return factor(shown, scale.exponents) if shown else otherwise


def scale(keys: Keys) -> Scale | None:
    """The column of scale as a mapping writes it. Raises MappingError."""
    raw = keys.raw.get("scale")
    if raw is None or raw == _NONE:
        return None
    if isinstance(raw, str):
        raise keys.wrong(
            "scale", f"is {raw!r}", "name a column, as `scale: {column: NAME}`; what all rows have is `unit`"
        )
    own = keys.inside("scale")
    own.only("column", "values", "exponents")
    column = own.text("column")
    if column is None:
        raise own.wrong("column", "is missing", "name the column that has the scale")
    values = own.inside("values").raw if "values" in own.raw else {}
    return Scale(
        name_of(column),
        {name_of(text): _value(str(value), own) for text, value in values.items()},
        own.choice("exponents", ("yes", "no"), "no") == "yes",
    )


def _value(text: str, own: Keys) -> Decimal:
    found = factor(text)
    if found is None:
        raise own.wrong("values", f"has {text!r}, no scale", "give a power of ten or its word, such as 1000")
    return found
