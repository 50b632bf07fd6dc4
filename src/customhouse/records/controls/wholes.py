"""Which rows are the parts of which: partners of the world, members of a bloc, HS levels, nested regimes."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from customhouse.errors import VocabularyError
from customhouse.records.controls.sheet import Bools, Floats, Ints, Sheet, ids
from customhouse.records.table import TABLE_DIMENSIONS
from customhouse.vocabulary.blocs import members
from customhouse.vocabulary.tables import rows as listed

CONTINENTS = ("ASIA", "AFRICA", "EUROPE", "LATAM", "NORTH_AMERICA", "OCEANIA")
NESTED = ("enterprise", "region", "regime", "transport")
GROUPS = ("bloc", "region", "world")
MANY = {"partner": 150, "region": 28, "hs": 90, "regime": 8, "enterprise": 3, "transport": 4}
"""So many parts of everything, at the least, are taken for a list of all of them."""
CLOSED = 0.01
"""Parts this near to their whole in most places are taken for all of it."""
NEARLY_ALL = 0.1
"""A load may lack this share of the parts that are known, or one, and still be meant to have all."""
ROUGH = 1e-3
"""What the members of a part of the world may miss of it."""
REVISED = 0.02
"""What figures of one table may miss of those of another: revisions between the two."""
FAINT = 1e-6
"""What years to date may miss: rows of partners without trade in the last month are left out."""
_PROVINCE = re.compile(r"[A-Z]{2}-[A-Z]{2}")
_CITY = re.compile(r"([A-Z]{2}-[A-Z]{2})-[A-Z]{3}")


class Kind(NamedTuple):
    """How parts make up a whole: by which dimension, of which code (None: of everything), at which level."""

    dimension: str
    whole: str | None
    level: str


@dataclass(frozen=True, slots=True, eq=False)
class Wholes:
    """Whole k stands in row `whole[k]`; `part[j]` is one of the parts of whole `of[j]`.

    `sum[k]` less the value of the whole should be 0 within `slack[k]` (cents) where `complete[k]`.
    """

    kinds: tuple[Kind, ...]
    kind: Ints
    whole: Ints
    of: Ints
    part: Ints
    sum: Floats
    off: Floats
    slack: Floats
    complete: Bools

    def parts(self, number: int) -> Ints:
        """The rows of the parts of one whole."""
        low, high = np.searchsorted(self.of, (number, number + 1))
        return self.part[low:high]


Link = tuple[Kind, Ints, Ints, Ints, Ints]
"""A kind, the rows of wholes and their keys, the rows of parts and theirs."""


def wholes(sheet: Sheet) -> Wholes:
    """All wholes with their parts, in the load and in what is known."""
    rows = sheet.live[~np.isnan(sheet.value[sheet.live])]
    kinds: list[Kind] = []
    found: list[tuple[Ints, Ints, Ints, Ints]] = []
    count = 0
    for kind, whole, whole_key, part, part_key in _links(sheet, rows):
        if not (len(whole) and len(part)):
            continue
        keys, first = np.unique(whole_key, return_index=True)
        at = np.minimum(np.searchsorted(keys, part_key), len(keys) - 1)
        fit = keys[at] == part_key
        used, of = np.unique(at[fit], return_inverse=True)
        found.append((np.full(len(used), len(kinds)), whole[first[used]], of + count, part[fit]))
        kinds.append(kind)
        count += len(used)
    if not found:
        found.append((np.zeros(0, np.int64),) * 4)
    kind_of, whole, of, part = (
        np.concatenate(columns).astype(np.int64) for columns in zip(*found, strict=True)
    )
    order = np.argsort(of, kind="stable")
    return _judged(sheet, tuple(kinds), kind_of, whole, of[order], part[order])


def _judged(sheet: Sheet, kinds: tuple[Kind, ...], kind: Ints, whole: Ints, of: Ints, part: Ints) -> Wholes:
    total = np.bincount(of, sheet.value[part], len(whole)).astype(np.float64)
    size = np.bincount(of, np.abs(sheet.value[part]), len(whole))
    wide = 2 * np.sqrt(np.bincount(of, sheet.step[part] ** 2, len(whole)))
    off = total - sheet.value[whole]
    rough = np.array([one.whole in loose() for one in kinds] or [False], bool)[kind]
    slack: Floats = wide + np.maximum(sheet.step[whole], 1.0) + np.where(rough, ROUGH, 1e-13) * size
    slack += np.where(sheet.last[whole] > sheet.first[whole], FAINT * size, 0.0)
    fresh = np.bincount(of, part < sheet.rows, len(whole)) / np.maximum(
        np.bincount(of, minlength=len(whole)), 1
    )
    mixed = np.where(whole < sheet.rows, fresh < 1, fresh > 0)
    slack += np.where(mixed, REVISED * size, 0.0)
    share = np.abs(off) / np.maximum(np.maximum(np.abs(sheet.value[whole]), size), 1.0)
    count = np.bincount(of, minlength=len(whole))
    side = kind * 2 + (whole < sheet.rows)  # the load may list fewer parts than what is known
    closed = np.bincount(side, share <= CLOSED, 2 * len(kinds))
    near = closed * 2 >= np.bincount(side, minlength=2 * len(kinds))
    full = np.zeros(len(whole), bool)
    for number, one in enumerate(kinds):
        mine = kind == number
        full[mine] = count[mine] >= np.array([_enough(one, int(sheet.last[row])) for row in whole[mine]])
    if len(kinds):
        full |= near[side] | (
            near[kind * 2] & (whole < sheet.rows) & (count >= _listed(kind, whole, count, sheet.rows))
        )
    return Wholes(kinds, kind, whole, of, part, total, off, slack, full)


def _listed(kind: Ints, whole: Ints, count: Ints, rows: int) -> Floats:
    """For each whole how many parts are nearly as many as its kind usually has in what is known."""
    found = np.full(len(whole), np.inf)
    for number in np.unique(kind[whole >= rows]):
        usual = float(np.median(count[(kind == number) & (whole >= rows)]))
        found[kind == number] = usual - max(1.0, NEARLY_ALL * usual)
    return found


def _enough(kind: Kind, month: int) -> int:
    """How many parts show that all are meant to be there."""
    if kind.dimension == "partner" and kind.whole is not None:
        known = len(members(kind.whole, month))
        return max(4, known - max(1, known // 10))
    if kind.level == "continents":
        return len(CONTINENTS) - 1
    return MANY[kind.dimension] if kind.whole is None and kind.dimension in MANY else 10**9


def _links(sheet: Sheet, rows: Ints) -> Iterator[Link]:
    for dimension in ("partner", "hs", *NESTED):
        number = sheet.code[dimension][rows]
        if not (number >= 0).any():
            continue
        rest = [sheet.code[d][rows] for d in ("reporter", "currency", *TABLE_DIMENSIONS) if d != dimension]
        key = ids(*rest, sheet.flow[rows], sheet.first[rows], sheet.last[rows])
        names = sheet.names[dimension]
        if dimension == "partner":
            yield from _partners(sheet, rows, number, key, names)
        elif dimension == "hs":
            yield from _levels(rows, number, key, names)
        else:
            yield from _nested(dimension, rows, number, key, names)


def _partners(sheet: Sheet, rows: Ints, number: Ints, key: Ints, names: tuple[str, ...]) -> Iterator[Link]:
    single = np.array([n not in groups() and "+" not in n and n[:1] != "!" for n in names], bool)
    part = (number >= 0) & single[number]
    world = number < 0
    yield Kind("partner", None, "partners"), rows[world], key[world], rows[part], key[part]
    lands = {n for n in CONTINENTS if n in names}
    if len(lands) >= 3:
        wide = np.array([n in lands or n in _nowhere() for n in names])
        some = (number >= 0) & wide[number]
        yield Kind("partner", None, "continents"), rows[world], key[world], rows[some], key[some]
    for bloc in sorted(set(names) & blocs()):
        mine = number == names.index(bloc)
        fit = part & _member(sheet.last[rows], number, names, bloc, np.unique(sheet.last[rows[mine]]))
        yield Kind("partner", bloc, "members"), rows[mine], key[mine], rows[fit], key[fit]


def _member(last: Ints, number: Ints, names: tuple[str, ...], bloc: str, months: Ints) -> Bools:
    """Which rows are of members of a bloc in their last month."""
    fit = np.zeros(len(last), bool)
    for month in months:
        inside = within(bloc, int(month))
        fit |= (last == month) & np.array([n in inside for n in names], bool)[number]
    return fit


@cache
def within(bloc: str, month: int) -> frozenset[str]:
    """Members, and the remainders that are counted in the group."""
    rest = (row["code"] for row in listed("remainders") if row["group"] == bloc)
    try:
        return members(bloc, month) | frozenset(rest)
    except VocabularyError:
        return frozenset(rest)


@cache
def _nowhere() -> frozenset[str]:
    """Remainders that are in no continent: what the continents leave out of the world."""
    return frozenset(row["code"] for row in listed("remainders") if not row["group"])


@cache
def loose() -> frozenset[str]:
    """Parts of the world whose members differ a little from one office to another."""
    return frozenset(row["code"] for row in listed("partners") if row["kind"] == "region")


@cache
def groups() -> frozenset[str]:
    """Codes of partners that are groups of others."""
    return frozenset(row["code"] for row in listed("partners") if row["kind"] in GROUPS)


@cache
def blocs() -> frozenset[str]:
    """Codes of groups whose members are listed."""
    return frozenset(row["bloc"] for row in listed("bloc_members"))


def _levels(rows: Ints, number: Ints, key: Ints, names: tuple[str, ...]) -> Iterator[Link]:
    """Each level of HS codes that is there as parts of the next shorter one."""
    length = np.array([*(len(n) for n in names), 0])[number]
    sizes = sorted({int(n) for n in np.unique(length)} & {0, 2, 4, 6, 8, 10})
    for short, long in pairwise(sizes):
        stems = {n[:short]: i for i, n in reversed(list(enumerate(names)))}
        stem = (
            np.array([*(stems[n[:short]] for n in names), -1])[number]
            if short
            else np.zeros(len(number), int)
        )
        both = ids(key, stem)
        whole, part = length == short, length == long
        level = f"HS{long}"
        yield (
            Kind("hs", f"HS{short}" if short else None, level),
            rows[whole],
            both[whole],
            rows[part],
            both[part],
        )


def _nested(dimension: str, rows: Ints, number: Ints, key: Ints, names: tuple[str, ...]) -> Iterator[Link]:
    above = {name: parent(dimension, name) for name in names}
    top = np.array([above[n] is not None and above[n] not in names for n in names], bool)
    part = (number >= 0) & top[number]
    whole = number < 0
    yield Kind(dimension, None, dimension), rows[whole], key[whole], rows[part], key[part]
    for code in names:
        inside = np.array([above[n] == code for n in names], bool)
        if inside.any():
            mine, under = number == names.index(code), (number >= 0) & inside[number]
            yield Kind(dimension, code, "inside"), rows[mine], key[mine], rows[under], key[under]


@cache
def parent(dimension: str, code: str) -> str | None:
    """What a code is part of: another code, everything (an empty text), or None for a cut across others."""
    if dimension == "region":
        if found := _CITY.fullmatch(code):
            return found[1]
        if _PROVINCE.fullmatch(code):
            return ""
    return _nesting().get((dimension, code))


@cache
def _nesting() -> dict[tuple[str, str], str]:
    with (files("customhouse.records.controls") / "nesting.csv").open(encoding="utf-8") as stream:
        return {(row["dimension"], row["code"]): row["parent"] for row in csv.DictReader(stream)}
