"""The unit that the texts above a table say: a text that says a unit goes before one that names money."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from customhouse.records.printed_units import Unit
from customhouse.records.propose import words

_PARTS = re.compile("[;\uff1b\u3001]")
"""Between units of values and of quantities: `USD million; tonnes`."""


@dataclass(frozen=True, slots=True)
class Said:
    """A unit, the text that says it, and whether the text is there for that."""

    unit: Unit
    text: str
    labelled: bool

    @property
    def weight(self) -> tuple[bool, bool]:
        """`Unit: ...` before a scale, and a scale before a mere currency."""
        return self.labelled, self.unit.scale != 1

    def denies(self, other: Said) -> bool:
        """Whether another text says a unit that cannot be this one."""
        code, scale = other.unit.code, other.unit.scale
        return (bool(code and self.unit.code) and code != self.unit.code) or (
            scale not in (1, self.unit.scale)
        )


def unit_of(texts: Iterable[str]) -> tuple[Unit | None, str]:
    """The unit that titles say, and the reason; one to check where they disagree."""
    said = [found for text in texts if (found := _said(text))]
    if not said:
        return None, ""
    best = max(said, key=lambda one: one.weight)
    unit = best.unit
    if unit.code is None:
        money = next((one.unit for one in said if one.unit.code), None)
        unit = replace(unit, kind="money", code=money.code) if money else unit
        best = replace(best, unit=unit)
    named = words.unit_text(unit)
    if other := next((one for one in said if best.denies(one)), None):
        return unit, f"CHECK unit: {named}, as {best.text!r} says; {other.text!r} says otherwise"
    return unit, f"unit: {named}, as the title says"


def _said(text: str) -> Said | None:
    for part in (text, *_PARTS.split(text)):
        if unit := words.unit_in(part):
            return Said(unit, text, words.is_unit_label(text))
    return None
