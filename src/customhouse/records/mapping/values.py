"""Single cells of a table: their periods, codes, units and amounts."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any

from customhouse.errors import PeriodError
from customhouse.records import coding, numerals, printed_units
from customhouse.records.files import Digits
from customhouse.records.mapping import damage, fiscal
from customhouse.records.mapping.fiscal import FiscalStyle
from customhouse.records.mapping.flags import unmarked
from customhouse.records.mapping.model import Source
from customhouse.records.mapping.parts import ALL, LATE
from customhouse.records.numerals import Numeral
from customhouse.records.printed_units import Unit

_Cell = dict[str, Any]


@lru_cache(maxsize=10_000)
def months_of(text: str, typed: bool, style: FiscalStyle) -> tuple[int, int] | None:
    """The months of a period, None where it is none; `typed` says that the file keeps it as a number."""
    try:
        return fiscal.parse(Digits(text) if typed else text, style)
    except PeriodError:
        bare = unmarked(text)
        return months_of(bare, typed, style) if bare != text else None


def code_of(name: str, source: Source, text: str, when: tuple[int, int]) -> tuple[str | None, str | None]:
    """A dimension's code, and what is wrong with it."""
    if source.constant is not None:
        return (None if source.constant == ALL else source.constant), None
    shown = " ".join(text.split())
    code = source.values.get(shown) or (source.blank if not shown else None)
    if code is not None:
        return (None if code == ALL else code), None
    if not shown:
        return None, "missing"
    if name == "hs":
        return _hs(shown, source.width, isinstance(text, Digits))
    if name == "currency":
        return (shown.upper(), None) if shown.upper() in printed_units.currencies() else (None, "unknown")
    # A code that ended within a year is still the code of that year.
    coded = coding.resolve(name, source.codes, shown, when[1])
    if coded.reason and when[0] != when[1]:
        coded = coding.resolve(name, source.codes, shown, when[0])
    if name == "flow" and coded.code not in coding.FLOWS:
        return None, "unknown"
    then = coded.reason in ("obsolete", "not_yet_valid")
    return coded.code, coded.reason if then or coded.reason is None else "unknown"


def _hs(text: str, width: int | None, typed: bool) -> tuple[str | None, str | None]:
    """An HS code; the zero that a spreadsheet took off its front is put back."""
    digits = re.sub(r"[.\s-]", "", numerals.fold(text))
    if not (digits.isascii() and digits.isdigit()) or (digits != text and damage.misleading(text)):
        return None, "invalid"
    if len(digits) + 1 == width or (width is None and typed and len(digits) % 2):
        digits = f"0{digits}"
    valid = len(digits) == width if width else len(digits) in (2, 4, 6, 8, 10)
    return (digits, None) if valid else (None, "invalid")


@lru_cache(maxsize=1000)
def unit_of(text: str, measure: str) -> Unit | None:
    """The unit that a cell names, None where it names none that fits the measure."""
    unit = printed_units.parse(text, lenient=measure == "value")
    if unit is None and measure != "value":
        coded = coding.resolve("unit", ("own", "names"), text, LATE)
        unit = Unit("quantity", coded.code, Decimal(1)) if coded.code else None
    return unit if measure != "mass" or (unit and unit.code in printed_units.grams()) else None


def amounts(measure: str, numeral: Numeral, unit: Unit, step: Decimal) -> _Cell:
    """The fields of a figure as whole numbers; halves are rounded up."""
    if measure == "growth":
        return {"growth_percent": float(numeral.value)}
    amount = numeral.value * unit.scale
    if measure == "value":
        return {"value_cents": _whole(amount * 100), "step_cents": max(_whole(step * unit.scale * 100), 1)}
    if measure == "quantity":
        return {
            "quantity_milli": _whole(amount * 1000),
            "quantity_unit": unit.code if unit.kind == "quantity" else None,
        }
    return {"net_mass_g": _whole(amount * printed_units.grams()[unit.code or "kg"])}


def _whole(amount: Decimal) -> int:
    return int(amount.to_integral_value(ROUND_HALF_UP))
