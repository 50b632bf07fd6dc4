"""The unit that the texts above a table say: a text that says a unit goes before one that names money."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache

from customhouse.records import coding, printed_units, unit_forms
from customhouse.records.printed_units import Reading, Unit
from customhouse.records.propose import words

_PARTS = re.compile("[;\uff1b\u3001]")
"""Between units of values and of quantities: `USD million; tonnes`."""
_COMMAS = re.compile(r",\s|\uff0c")


@dataclass(frozen=True, slots=True)
class Said:
    """A unit, the text that says it, whether the text is there for that, and what makes it doubtful."""

    unit: Unit
    text: str
    labelled: bool
    doubts: tuple[str, ...] = ()

    @property
    def weight(self) -> tuple[bool, bool]:
        """`Unit: ...` before a scale, and a scale before a mere currency."""
        return self.labelled, self.unit.scale != 1

    def denies(self, other: Said) -> bool:
        """Whether another text says a unit that cannot be this one."""
        code, scale = other.unit.code, other.unit.scale
        unlike = bool(code and self.unit.code) and code != self.unit.code
        return (unlike and not other.unit.family) or (scale not in (1, self.unit.scale))


def unit_of(texts: Iterable[str]) -> tuple[Unit | None, str]:
    """The unit that titles say, and the reason; one to check where they disagree or leave a doubt."""
    some = [*texts]
    said = [found for text in some if (found := _said(text, " ".join(some)))]
    if not said:
        return None, ""
    best = max(said, key=lambda one: one.weight)
    unit = best.unit
    if unit.code is None or unit.family:
        money = next((one.unit for one in said if one.unit.code and _is_of(one.unit, unit)), None)
        unit = replace(unit, kind="money", code=money.code, family=money.family) if money else unit
        best = replace(best, unit=unit)
    named = words.unit_text(unit)
    if best.doubts:
        return unit, f"CHECK unit: {named}; {'; '.join(best.doubts)}"
    if other := next((one for one in said if best.denies(one)), None):
        return unit, f"CHECK unit: {named}, as {best.text!r} says; {other.text!r} says otherwise"
    return unit, f"unit: {named}, as the title says"


def _is_of(other: Unit, unit: Unit) -> bool:
    """Whether the currency of another text may be that of a scale alone or of a shared sign."""
    return not unit.family or (not other.family and other.code in unit_forms.family(unit.family))


@cache
def _joined() -> re.Pattern[str]:
    """Between two units of one text: `thousands of US dollars and tonnes`."""
    some = (form for form, code in coding.header_forms("toward") if code == "joined")
    return re.compile(rf"\s(?:/|{'|'.join(map(re.escape, some))})\s", re.I)


def _said(text: str, context: str) -> Said | None:
    for part in (text, *_PARTS.split(text), *_COMMAS.split(text), *_joined().split(text)):
        reading = words.unit_read(part, context)
        if reading.unit:
            return Said(reading.unit, text, words.is_unit_label(text), doubts(part, reading))
    return None


def doubts(text: str, reading: Reading) -> tuple[str, ...]:
    """What makes the unit of a text doubtful, in words."""
    found = []
    if reading.scales:
        both = " and ".join(f"{size.normalize():f}" for size in reading.scales)
        found.append(f"{text!r} says unlike scales, {both}: see which it is")
    if reading.unread:
        some = ", ".join(map(repr, reading.unread))
        found.append(f"{some} beside the currency in {text!r} is not understood: see that it is no scale")
    if reading.doubtful:
        sizes = " or ".join(unit_forms.doubtful_sizes(reading.doubtful))
        found.append(f"{reading.doubtful!r} in {text!r} is {sizes}, by language: see which it is")
    return tuple(found)


def weight_of(texts: Iterable[str]) -> tuple[Unit, str] | None:
    """The unit of mass that a title says all figures are in, and the title; None where one names money."""
    some = [*texts]
    if any(words.unit_in(part) for text in some for part in (text, *_COMMAS.split(text))):
        return None
    for text in some:
        behind = text.replace("\uff1a", ":").rpartition(":")[2]
        for part in (*words.INSIDE.findall(text), behind, *_PARTS.split(text), *_COMMAS.split(text)):
            unit = printed_units.read(part).unit or printed_units.read(part, True).unit
            if unit and unit.code in printed_units.grams() and _is_unit(part, unit):
                return unit, text
    return None


def _is_unit(part: str, unit: Unit) -> bool:
    """Whether a text is a unit as a whole, or says of how many: `in 1000 t`."""
    return printed_units.read(part).unit is not None or unit.scale != 1 or words.is_unit_label(part)
