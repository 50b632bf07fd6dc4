"""Signs and names that several currencies share, such as `Rs` and `$`: they are of the reporter's own."""

from __future__ import annotations

from dataclasses import replace

from customhouse.records import printed_units, unit_forms
from customhouse.records.printed_units import Unit
from customhouse.records.propose import titles, words
from customhouse.records.propose.found import Raw, Roles
from customhouse.records.propose.look import Column
from customhouse.records.propose.proposal import Proposal

_MANY = 50
"""A column of so many unlike units is one of quantities, and left as it is."""


def settled(unit: Unit, own: str | None) -> tuple[Unit, str]:
    """A unit with the currency that its sign stands for where the reporter's is one of those that share
    it, and what to check: that it was taken so, or that it cannot be told."""
    if unit.kind != "money" or not (unit.family or unit.code is None):
        return unit, ""
    if own in unit_forms.family(unit.family):
        if own == unit.code:
            return replace(unit, family=""), ""
        doubt = f"the {unit.family} is taken to be {own}, that of the reporter or title"
        return replace(unit, code=own, family=""), doubt
    if unit.code is None:
        name = f"the {unit.family}" if len(unit.family) > 1 else "it"
        return unit, f"{name} names a currency that cannot be told; say it, as `unit: USD 1000`"
    if own is None:
        return unit, f"the {unit.family} is taken to be {unit.code}, for no reporter says whose it is"
    return unit, ""


def in_column(found: Roles, column: Column, own: str | None, proposal: Proposal) -> None:
    """Values from a column of units, with those spelled out whose sign is shared; doubts are said."""
    given = found.raw.get("unit")
    values: Raw = dict(given.get("values", {})) if isinstance(given, dict) else {}
    for text in column.distinct[:_MANY]:
        reading = words.unit_read(text) if values else printed_units.read(text, True)
        if reading.unit is None or reading.unit.kind != "money":
            continue
        unit, doubt = settled(reading.unit, own)
        odd = [*titles.doubts(text, reading), *([doubt] if doubt else [])]
        if text in values or (unit.code and (unit.code != reading.unit.code or not reading.sure)):
            values[text] = words.unit_text(unit)
        proposal.remarks += [f"CHECK unit: {words.unit_text(unit)} for {text!r}; {one}" for one in odd]
    found.raw["unit"] = {"column": str(given["column"]) if isinstance(given, dict) else column.name} | (
        {"values": values} if values else {}
    )
