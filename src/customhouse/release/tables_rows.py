"""Which rows a table has: the groups of official tables, then single codes, the largest first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from customhouse.model import Slice
from customhouse.period import Period
from customhouse.release.tables_scan import Scans
from customhouse.vocabulary import codes, rows

FLOWS = ("trade", "exports", "imports")
_LISTED_ORDER = ("region",)
"""Dimensions whose codes stand in the order of their list, as offices number them, not by size."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row to be: the code it is about (empty: the total), and how deep it is indented."""

    code: str
    depth: int = 0


def listed(table: str) -> tuple[str, ...]:
    """The codes that a table has by `vocabulary/data/release_rows.csv`, in its order."""
    return tuple(row["code"] for row in rows("release_rows") if row["table"] == table)


def flows(scans: Scans, period: Period) -> tuple[str, ...]:
    """Trade, exports and imports; the one of the two alone where the statistics have no other."""
    year = Period(period.last - 11, period.last)
    months = [m for m in scans.months() if year.first <= m <= year.last]
    there = [
        flow for flow in FLOWS[1:]
        if any((level := scans.level(Slice(flow=flow), Period(m, m))) and level.amount for m in months)
    ]  # fmt: skip
    return FLOWS if len(there) != 1 else tuple(there)


def sizes(scans: Scans, dimension: str, period: Period) -> Mapping[str, Fraction]:
    """The size of each single code of a dimension: its trade, or what flow the statistics have."""
    for flow in FLOWS:
        found = scans.parts(Slice(flow=flow), dimension, period)
        if found:
            return {code: level.amount for code, level in found.items()}
    return {}


def lines(scans: Scans, dimension: str, period: Period) -> tuple[Line, ...]:
    """The total, groups that overlap, then single codes with those that are part of a group under it.

    None where the statistics do not break trade down by the dimension, or know one code alone.
    """
    there = sizes(scans, dimension, period)
    if len(there) < 2:
        return ()
    groups = [code for code in listed(dimension) if _traded(scans, dimension, code, period)]
    return (Line(""), *(Line(code) for code in groups), *_tree(dimension, there))


def goods(scans: Scans, flow: str, period: Period) -> tuple[Line, ...]:
    """The main goods of a flow that the statistics have, after the total."""
    found = [c for c in listed(f"{flow}_goods") if _traded(scans, "commodity", c, period, (flow,))]
    return (Line(""), *map(Line, found)) if found else ()


def _traded(
    scans: Scans, dimension: str, code: str, period: Period, flows: Sequence[str] = FLOWS
) -> bool:
    found = (scans.level(Slice(flow=flow, **{dimension: code}), period) for flow in flows)
    return any(level is not None and level.amount for level in found)


def _tree(dimension: str, there: Mapping[str, Fraction]) -> list[Line]:
    """Single codes, those of a group below it; a group of which there is one code alone is left out."""
    under: dict[str, list[str]] = {}
    for code, group in _groups_of(dimension, there).items():
        under.setdefault(group, []).append(code)
    under = {group: inside for group, inside in under.items() if len(inside) > 1 or group in there}
    inside = {code for codes_inside in under.values() for code in codes_inside}
    size = dict(there) | {
        group: there.get(group, Fraction(0)) + sum((there[code] for code in parts), Fraction(0))
        for group, parts in under.items()
    }
    found = []
    for code in _ordered(dimension, [code for code in size if code not in inside], size):
        found.append(Line(code))
        found += [Line(part, 1) for part in _ordered(dimension, under.get(code, ()), size)]
    return found


def _groups_of(dimension: str, there: Iterable[str]) -> dict[str, str]:
    """The group that each code is listed in; groups that take in whole other groups are passed over."""
    table = [row for row in rows("group_members") if row["dimension"] == dimension]
    names = {row["group"] for row in table}
    wide = {row["group"] for row in table if row["member"] in names}
    narrow = [row for row in table if row["group"] not in wide]
    return {row["member"]: row["group"] for row in narrow if row["member"] in there}


def _ordered(dimension: str, found: Iterable[str], size: Mapping[str, Fraction]) -> list[str]:
    """In the order of their list, or the largest first; what is of no named kind stands last."""
    if dimension in _LISTED_ORDER:
        order = {code: at for at, code in enumerate(codes.own_codes(dimension))}
        return sorted(found, key=lambda code: order.get(code, len(order)))
    return sorted(found, key=lambda code: (code == "other", -size[code], code))
