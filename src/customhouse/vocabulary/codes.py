"""Codes of outside systems as codes of the vocabulary, by the month that they are of.

An outside code is a row of `outside_codes.csv`: what it is read as, from a month to a month, with
a note where that wants saying (`code_notes.csv` has the words). A code that has ended is read as
its successor where there is exactly one.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import chain
from types import MappingProxyType

from customhouse.errors import VocabularyError
from customhouse.period import parse_month
from customhouse.vocabulary.tables import DIMENSION_LISTS, entries, rows

RARE = ("fips", "ioc")
"""FIPS 10-4 of the United States and the codes of Olympic committees: letters like those of ISO 3166."""
SYSTEMS = ("own", "iso2", "iso3", "m49", "gacc", "comext", "census", "unece", *RARE)
"""Our own codes, ISO 3166, M49 with UN Comtrade's, China customs, Eurostat, US Census, UN/ECE, and `RARE`."""
CODED_DIMENSIONS = ("partner", "commodity", "regime", "transport", "region", "enterprise", "unit", "office")
_LISTS = {dimension: table for table, dimension in DIMENSION_LISTS.items()}
_GROUP_KINDS = ("bloc", "region", "world", "macro", "cluster")
_TELLING = 2
"""So many values that ISO 3166 does not have tell a list of `RARE`."""
_NUMBERED = {("m49", "partner"): 3}
"""Systems whose numbers are written with and without leading zeros, and their full width."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a code is read as, None where it is nothing that the vocabulary has; `note` says what was done."""

    code: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class _Stretch:
    """What an outside code is read as from `first` to `last` (running months, None where unbounded)."""

    code: str | None
    first: int | None
    last: int | None
    note: str | None


_Stretches = Mapping[str, tuple[_Stretch, ...]]
_NOTHING = Resolved(None, None)


def resolve(system: str, dimension: str, code: str, month: int) -> Resolved:
    """The vocabulary's code for an outside code in a month (numbered as by `period.month`).

    Case and surrounding space do not matter. A blank is `None` without a note; a code that the
    system does not have is `None` with the note `unknown`. Raises VocabularyError for a system or
    dimension that is no such thing.
    """
    key = code.strip()
    if not key:
        return _NOTHING
    known = _resolved(system, dimension, month)
    found = known.get(key) or known.get(key.upper())
    if found is None and system == "own":
        found = _joined(dimension, key, month)
    return found or Resolved(None, "unknown")


def table(system: str, dimension: str, month: int) -> Mapping[str, str]:
    """All outside codes of a system in a month that are read as a code, for joining. Read-only."""
    return _tables(system, dimension, month)[0]


def notes(system: str, dimension: str, month: int) -> Mapping[str, str]:
    """The outside codes of a system in a month that have a note, those without a code too. Read-only."""
    return _tables(system, dimension, month)[1]


def ended(system: str, dimension: str, code: str, month: int) -> tuple[str | None, int] | None:
    """What a code was last read as while it was valid, and its last month, where that is before a month."""
    stays = _stays(system, dimension, code)
    past = [(stay.code, stay.last) for stay in stays if stay.last is not None and stay.last < month]
    return past[-1] if past else None


def begins(system: str, dimension: str, code: str) -> int | None:
    """The first month of a code, None where it has none or the system does not have it."""
    stays = _stays(system, dimension, code)
    return stays[0].first if stays else None


def lasting(system: str, dimension: str, code: str) -> bool:
    """Whether a code stands in its list without an end."""
    return any(stay.last is None and stay.note != "obsolete" for stay in _stays(system, dimension, code))


def _stays(system: str, dimension: str, code: str) -> tuple[_Stretch, ...]:
    known, key = _stretches(system, dimension), code.strip()
    return known.get(key) or known.get(key.upper()) or ()


def system_of(values: Iterable[str], dimension: str = "partner") -> list[tuple[str, float]]:
    """The systems that the values of a column may be in, likeliest first, with the share that each has.

    Every distinct value that is not blank counts once, a homograph or a renamed code half. Of systems
    with the same share the one with the shorter list comes first: to fit that by chance is harder. One of
    `RARE` has to know some that ISO 3166 does not.
    """
    distinct = {value.strip().upper() for value in values if value.strip()}
    ranked = []
    for system in SYSTEMS:
        known = _stretches(system, dimension)
        if system in RARE and len(distinct & known.keys() - _iso(dimension)) < _TELLING:
            continue
        if hits := [known[value] for value in distinct if value in known]:
            ranked.append((system, sum(map(_weight, hits)) / len(distinct), len(known)))
    ranked.sort(key=lambda found: (-found[1], found[2]))
    return [(system, share) for system, share, _ in ranked]


@cache
def _iso(dimension: str) -> frozenset[str]:
    return frozenset(code for system in ("iso2", "iso3") for code in _stretches(system, dimension))


def _weight(stays: tuple[_Stretch, ...]) -> float:
    return 0.5 if all(stay.note in ("homograph", "renamed") for stay in stays) else 1.0


def nearest(dimension: str, code: str) -> str | None:
    """The code of the vocabulary that was likeliest meant, for messages about an unknown one."""
    wanted = code.strip().upper()
    for system in SYSTEMS:
        for stretch in _stretches(system, dimension).get(wanted, ()):
            if stretch.code:
                return stretch.code
    known = _words(dimension)
    if found := difflib.get_close_matches(wanted, known, 1, 0.6):
        return known[found[0]]
    return None


def own_codes(dimension: str) -> tuple[str, ...]:
    """The codes of the vocabulary in a dimension, groups too, in the order of their lists."""
    return tuple(entry["code"] for entry in _own_rows(dimension))


@cache
def single(dimension: str) -> frozenset[str]:
    """The codes of a dimension that are no groups of others."""
    return frozenset(row["code"] for row in _own_rows(dimension) if row.get("kind") not in _GROUP_KINDS)


@cache
def _tables(system: str, dimension: str, month: int) -> tuple[Mapping[str, str], Mapping[str, str]]:
    found = _resolved(system, dimension, month)
    codes = {outside: resolved.code for outside, resolved in found.items() if resolved.code}
    said = {outside: resolved.note for outside, resolved in found.items() if resolved.note}
    return MappingProxyType(codes), MappingProxyType(said)


@cache
def _resolved(system: str, dimension: str, month: int) -> Mapping[str, Resolved]:
    return {outside: _at(stays, month) for outside, stays in _stretches(system, dimension).items()}


def _at(stays: tuple[_Stretch, ...], month: int) -> Resolved:
    """What the stretch that covers a month says; before the first the code is not yet valid."""
    ended = False
    for stay in stays:
        if stay.first is not None and month < stay.first:
            return Resolved(None, "obsolete") if ended else Resolved(stay.code, "not_yet_valid")
        if stay.last is None or month <= stay.last:
            return Resolved(stay.code, stay.note)
        ended = True
    return Resolved(None, "obsolete")


@cache
def _stretches(system: str, dimension: str) -> _Stretches:
    if system not in SYSTEMS:
        raise VocabularyError(f"{system}: no such code system; one of {', '.join(SYSTEMS)}")
    if dimension not in CODED_DIMENSIONS:
        raise VocabularyError(f"{dimension}: no such dimension; one of {', '.join(CODED_DIMENSIONS)}")
    found: dict[str, tuple[_Stretch, ...]] = {}
    for outside, stretch in _own(dimension) if system == "own" else _outside(system, dimension):
        for written in _writings(system, dimension, outside):
            found[written] = (*found.get(written, ()), stretch)
    return {code: tuple(sorted(stays, key=lambda stay: stay.first or 0)) for code, stays in found.items()}


def _writings(system: str, dimension: str, outside: str) -> tuple[str, ...]:
    width = _NUMBERED.get((system, dimension))
    return (outside, outside.zfill(width)) if width and len(outside) < width else (outside,)


def _outside(system: str, dimension: str) -> Iterator[tuple[str, _Stretch]]:
    if (system, dimension) == ("census", "partner"):
        groups = frozenset(own_codes(dimension)) - single(dimension)
        for row in rows("census_countries"):
            note = "group" if row["iso3"] in groups else None
            yield row["code"], _Stretch(row["iso3"] or None, _month(row["from"]), _month(row["to"]), note)
    for row in rows("outside_codes"):
        if (row["system"], row["dimension"]) == (system, dimension):
            first, last = _month(row["from"]), _month(row["to"])
            yield row["outside"], _Stretch(row["code"] or None, first, last, row["note"] or None)


def _own(dimension: str) -> Iterator[tuple[str, _Stretch]]:
    for row in _own_rows(dimension):
        note = "group" if row.get("kind") in _GROUP_KINDS else None
        first, last = _month(row.get("from")), _month(row.get("to"))
        yield row["code"], _Stretch(row["code"], first, last, note)


def _own_rows(dimension: str) -> Iterator[Mapping[str, str]]:
    if dimension in _LISTS:
        yield from (entry.row for entry in entries(_LISTS[dimension]))
    if dimension == "partner":
        yield from rows("remainders")
    if dimension == "unit":
        yield from rows("quantity_units")
    if dimension == "office":
        yield from ({"code": row["code"]} for row in rows("outside_codes") if row["dimension"] == "office")


def _joined(dimension: str, code: str, month: int) -> Resolved | None:
    """Codes joined with `+`, or all but one: a group where each of its parts is a code."""
    parts = code.removeprefix("!").split("+")
    if parts == [code]:
        return None
    found = [resolve("own", dimension, part, month) for part in parts]
    return Resolved(code, "group") if all(part.code for part in found) else None


@cache
def _words(dimension: str) -> Mapping[str, str]:
    """Codes and English names of a dimension in capitals, with their code."""
    known = list(_own_rows(dimension))
    names = ((row.get("en", "").upper(), row["code"]) for row in known)
    return dict(chain(names, ((row["code"].upper(), row["code"]) for row in known)))


def _month(text: str | None) -> int | None:
    return parse_month(text) if text else None
