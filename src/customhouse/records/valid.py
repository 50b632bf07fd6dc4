"""What is valid in a month: the lists that declared lines are judged by."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from customhouse.period import month as month_number
from customhouse.period import parse_month
from customhouse.records import coding
from customhouse.records.parse import Intake
from customhouse.vocabulary import codes, hs
from customhouse.vocabulary.tables import rows

CODED = ("partner", "consignment", "region", "enterprise", "regime", "transport")
_DIMENSION = {"consignment": "partner"}
_EARLY = "not_yet_valid"


@dataclass(frozen=True, slots=True)
class Valid:
    """What is valid in a month: codes by field, HS headings with the kind of unit, units, currencies."""

    codes: Mapping[str, Mapping[str, str]]
    headings: Mapping[str, str | None]
    units: Mapping[str, hs.Unit]
    currencies: Sequence[str]
    edition: bool = True
    """Whether the edition of the HS then in force is known."""

    @classmethod
    def of(cls, month: int, intake: Intake) -> Valid:
        """The lists as they stand in a month, in the code systems of a source."""
        maps = {}
        for name in CODED:
            dimension = _DIMENSION.get(name, name)
            system = intake.systems.get(dimension, "own")
            single = codes.single(dimension)
            if system == coding.NAMES:
                maps[name] = _named(dimension, month)
                continue
            early = {out for out, note in codes.notes(system, dimension, month).items() if note == _EARLY}
            table = codes.table(system, dimension, month)
            maps[name] = {out: ours for out, ours in table.items() if ours in single and out not in early}
        known = hs.units()
        headings = {code: _measured(code) for code in hs.codes(month)}
        system = intake.systems.get("quantity_unit", intake.systems.get("supplementary_unit", "own"))
        named = _named("unit", month) if system == coding.NAMES else codes.table(system, "unit", month)
        units = {outside: known[ours] for outside, ours in named.items()}
        known_edition = month >= month_number(hs.EDITIONS[0], 1)
        return cls(maps, headings, units, _currencies(month), known_edition)

    def key(self) -> Hashable:
        """The same for months of which the same is valid."""
        lists = tuple((name, *table.items()) for name, table in self.codes.items())
        more = (tuple(of.items()) for of in (self.headings, self.units))
        return lists, *more, tuple(self.currencies), self.edition


@cache
def _named(dimension: str, month: int) -> Mapping[str, str]:
    """Names with the codes in force in a month, as they are written and in capitals; none that two share."""
    known, notes = codes.table("own", dimension, month), codes.notes("own", dimension, month)
    valid = {code for code in known if code in codes.single(dimension) and notes.get(code) != _EARLY}
    found: dict[str, str] = {}
    for form, code in coding.written(dimension):
        if code in valid and coding.by_name(dimension, form) == code:
            found |= dict.fromkeys((form, form.upper(), form.lower()), code)
    return MappingProxyType(found)


@cache
def _measured(code: str) -> str | None:
    standard = hs.unit(code)
    return hs.units()[standard].measures if standard else None


def _currencies(month: int) -> list[str]:
    """The codes of ISO 4217 in use in a month."""
    return [
        row["code"]
        for row in rows("currencies")
        if (not row["from"] or parse_month(row["from"]) <= month)
        and (not row["to"] or month <= parse_month(row["to"]))
    ]
