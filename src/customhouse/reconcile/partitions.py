"""Which parts make up which whole, as data: `partitions.csv`, the members of blocs, and joined codes.

`least` is the part of the whole that the parts make up at the least: 1 where they exhaust it,
0 where they only do not overlap.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from customhouse.errors import PeriodError
from customhouse.model import Slice
from customhouse.period import Period, parse_month

PARTNER = "partner"
JOINED = ("partner", "region", "commodity")


class Partition(NamedTuple):
    """A dimension's whole (None: all of it), its parts, and how much of it they make up at the least."""

    dimension: str
    whole: str | None
    parts: tuple[str, ...]
    least: float


@cache
def _declared() -> dict[tuple[str, str | None], tuple[Partition, ...]]:
    """Partitions by each code in them, whole and parts."""
    found: dict[tuple[str, str | None], list[Partition]] = defaultdict(list)
    for row in _rows("customhouse.reconcile", "partitions.csv"):
        parts = tuple(row["parts"].split("|"))
        one = Partition(row["dimension"], row["whole"] or None, parts, float(row["least"]))
        for code in (one.whole, *parts):
            found[one.dimension, code].append(one)
    return {k: tuple(v) for k, v in found.items()}


@cache
def _blocs() -> dict[str, tuple[tuple[str, str, str, str], ...]]:
    """Rows (bloc, member, from, to) by bloc and by member."""
    found: dict[str, list[tuple[str, str, str, str]]] = defaultdict(list)
    for row in _rows("customhouse.vocabulary.data", "bloc_members.csv"):
        one = (row["bloc"], row["member"], row["from"], row["to"])
        found[one[0]].append(one)
        found[one[1]].append(one)
    return {k: tuple(v) for k, v in found.items()}


def _rows(package: str, name: str) -> list[dict[str, str]]:
    with (files(package) / name).open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def partitions(part: Slice, period: Period) -> list[Partition]:
    """The partitions that a slice takes part in, as whole or as part."""
    found: list[Partition] = []
    for dimension in ("partner", "enterprise", "region", "regime", "transport", "commodity"):
        code: str | None = getattr(part, dimension)
        found.extend(_declared().get((dimension, code), ()))
        if code is not None:
            found.extend(_written(dimension, code))
            if dimension == PARTNER:
                found.extend(_of_blocs(code, period))
    return found


def _written(dimension: str, code: str) -> list[Partition]:
    """What the code itself says: `A+B` is A and B together, `!A` all but A."""
    if code.startswith("!"):
        return [Partition(dimension, None, (code[1:], code), 1.0)]
    if "+" in code and dimension in JOINED:
        return [Partition(dimension, code, tuple(code.split("+")), 1.0)]
    return []


def _of_blocs(code: str, period: Period) -> list[Partition]:
    blocs = dict.fromkeys(row[0] for row in _blocs().get(code, ()))
    found = (_members(bloc, period) for bloc in blocs)
    return [Partition(PARTNER, bloc, parts, 0.0) for bloc, parts in zip(blocs, found, strict=True) if parts]


@cache
def _members(bloc: str, period: Period) -> tuple[str, ...]:
    """Who was in a bloc for the whole of a period."""
    try:
        return tuple(m for b, m, start, end in _blocs()[bloc] if b == bloc
                     and (not start or parse_month(start) <= period.first)
                     and (not end or parse_month(end) >= period.last))
    except PeriodError:
        return ()
