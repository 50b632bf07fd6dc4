"""The unit of a column of weights: from its head, a column of units or the title, else kilograms."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from customhouse.period import month
from customhouse.records import coding, printed_units, unit_forms
from customhouse.records.printed_units import Unit
from customhouse.records.propose import words
from customhouse.records.propose.found import Raw, Roles
from customhouse.records.propose.look import Look
from customhouse.records.propose.proposal import Proposal

_MOST_WORDS = 5
"""The words of a unit at most: `in thousands of metric tons`."""
_WHEN = month(2020, 1)
_GAP = re.compile(r"[\s_;\uff1b\u3001\uff0c]+")
_KG = "kg"


def mass_in(text: str) -> Unit | None:
    """The unit of mass that a name says, in brackets or as words of their own: `net_weight_tonnes`."""
    parts = [*words.INSIDE.findall(text), text]
    return next((unit for part in parts if (unit := _mass(part) or _of_words(part) or _at_end(part))), None)


def is_weight(name: str) -> bool:
    """Whether a name ends in a unit of mass, or has one in brackets, and names no money: `Exports (t)`."""
    ends = _GAP.split(words.spaced(words.INSIDE.sub(" ", name)).strip())[-1:]
    said = any(_mass(part) for part in (*words.INSIDE.findall(name), *ends))
    unit = words.unit_in(name) if said else None
    return said and (unit is None or unit.kind != "money")


def unit_text(unit: Unit) -> str:
    """A unit of mass as a mapping writes it: `t`, `kg 1000`."""
    return str(unit.code) if unit.scale == 1 else words.unit_text(unit)


def mass(seen: Look, found: Roles, name: str, spec: Raw, proposal: Proposal) -> None:
    """Gives a column of weights its unit."""
    if unit := mass_in(name):
        spec["unit"] = unit_text(unit)
        proposal.remarks.append(f"unit: {spec['unit']}, as {name!r} says")
        return
    column = found.columns.get("quantity_unit")
    counted = any(words.says("measure", other.name) == "quantity" for other in seen.columns)
    if column is not None and not counted and column.distinct and all(map(_mass, column.distinct)):
        spec["unit"] = {"column": column.name}
        return
    scaled = f" {spec['unit']}" if str(spec.get("unit", "")).isdigit() else ""
    if not scaled and (said := next((text for text in seen.title if mass_in(text)), None)):
        spec["unit"] = unit_text(mass_in(said) or Unit("quantity", _KG, printed_units.ONE))
        proposal.remarks.append(f"CHECK unit: {spec['unit']} for {name!r}, as {said!r} says")
        return
    spec["unit"] = _KG + scaled
    many = f"so many times {scaled.strip()} " if scaled else ""
    proposal.remarks.append(f"CHECK unit: {name!r} is taken to be in {many}kilograms")


def _mass(text: str) -> Unit | None:
    """A unit of mass that a text is as a whole."""
    unit = printed_units.parse(text)
    if (unit is None or unit.kind == "money") and (
        code := coding.resolve("unit", ("own", "names"), text, _WHEN).code
    ):
        unit = Unit("quantity", code, printed_units.ONE)
    return unit if unit and unit.code in printed_units.grams() else None


def _of_words(text: str) -> Unit | None:
    found = [word for word in _GAP.split(words.spaced(text)) if word]
    for length in range(min(_MOST_WORDS, len(found)), 0, -1):
        for at in range(len(found) - length, -1, -1):
            if unit := _mass(" ".join(found[at : at + length])):
                return replace(unit, scale=unit.scale * _scale(found[:at]))
    return None


def _scale(before: list[str]) -> Decimal:
    """The scale that words right before a unit say: `thousands of` of `thousands of lbs`."""
    scale = printed_units.ONE
    for word in reversed(before):
        code = words.is_a("scale", word) if word.isascii() else None
        if code is None and word.lower() not in unit_forms.joining():
            break
        scale *= Decimal(code or 1)
    return scale


def _at_end(text: str) -> Unit | None:
    """A unit at the end of a text without spaces between its words."""
    starts = (at for at in range(1, len(text)) if not text[at - 1].isascii() and not text[at].isascii())
    return next((unit for at in starts if (unit := _mass(text[at:]))), None)
