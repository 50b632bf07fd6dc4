"""A column of scale, proposed where its name and its texts say that it is one."""

from __future__ import annotations

from customhouse.records import printed_units
from customhouse.records.mapping.scales import factor
from customhouse.records.propose import words
from customhouse.records.propose.found import Raw, Roles
from customhouse.records.propose.look import Column, Look
from customhouse.records.propose.proposal import Proposal

_ENOUGH = 0.5
"""The share of different texts that must be scales."""
_COUNTED = ("quantity", "mass")


def scale(look: Look, found: Roles) -> None:
    """Takes the columns of scale; one of words comes before one of numbers."""
    named = [column for column in found.free(look) if words.is_a("column", column.name) == "scale"]
    read = {column.at: _read(column) for column in named}
    ranked = sorted(named, key=lambda column: (-read[column.at][0], _numbers(column) > 0, column.at))
    for column in ranked:
        share, exponents = read[column.at]
        if share < _ENOUGH:
            found.remarks.append(
                f"CHECK scale: column {column.name!r} is named like one of scale, and its texts, such as "
                f"{column.distinct[0]!r}, are none; see whether it multiplies the figures"
            )
        elif "scale" in found.columns:
            found.taken.add(column.at)
        else:
            found.take("scale", column, f"by its name and texts such as {column.distinct[0]!r}")
            found.raw["scale"] = {"column": column.name} | ({"exponents": "yes"} if exponents else {})
            found.remarks += _doubts(column, exponents)


def _read(column: Column) -> tuple[float, bool]:
    """The share of texts that are scales, and whether their numbers are powers."""
    shares = {
        powers: sum(factor(text, powers) is not None for text in column.distinct) / len(column.distinct)
        for powers in (False, True)
    }
    powers = shares[True] > shares[False]
    return shares[powers], powers


def _numbers(column: Column) -> int:
    return sum(text[:1].isdigit() for text in column.distinct)


def _doubts(column: Column, exponents: bool) -> list[str]:
    """What wants checking of a column of scale."""
    either = all(factor(text) and factor(text, True) for text in column.distinct) and _numbers(column)
    found = []
    if exponents:
        found.append(
            f"CHECK scale: the numbers of {column.name!r} are taken as powers of ten, 3 for a thousand; "
            "leave `exponents` out where they are multipliers"
        )
    elif either:
        found.append(
            f"CHECK scale: the numbers of {column.name!r} are taken as multipliers; add `exponents: yes` "
            "where 1 stands for tens"
        )
    if odd := [text for text in column.distinct if factor(text, exponents) is None]:
        found.append(
            f"CHECK scale: {', '.join(map(repr, odd[:8]))} of {column.name!r} cannot be read and their rows "
            "will be set aside; add them to `values`"
        )
    return found


def give(found: Roles, proposed: dict[str, Raw]) -> None:
    """Gives the scale to the values alone, where a table has quantities beside them."""
    values = [spec for spec in proposed.values() if spec.get("measure", "value") == "value"]
    if "scale" in found.raw and values and any(s.get("measure") in _COUNTED for s in proposed.values()):
        scale = found.raw.pop("scale")
        for spec in values:
            spec["scale"] = scale


def beside_units(tables: list[tuple[Look, Roles]], proposal: Proposal) -> None:
    """Says where a unit has a scale of its own, in whose place that of the column stands."""
    for _, found in tables:
        column = found.columns.get("scale")
        units = [found.raw.get("unit"), *(spec.get("unit") for spec in found.raw["figures"].values())]
        read = [printed_units.parse(text) for text in units if isinstance(text, str)]
        if column and any(unit and unit.scale != 1 for unit in read):
            proposal.remarks.append(
                f"CHECK scale: that of {column.name!r} stands in place of the unit's own; "
                "see that it is not meant to be counted on top of it"
            )
