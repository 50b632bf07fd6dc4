"""The code lists with names, validity and what stands below what; the Harmonized System as a tree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from customhouse import groups, vocabulary
from customhouse.describe import words
from customhouse.errors import VocabularyError
from customhouse.model import LANGUAGES
from customhouse.period import parse_month
from customhouse.vocabulary import hs
from customhouse.vocabulary.codes import nearest
from customhouse.vocabulary.tables import DIMENSION_LISTS, Entry, entries, rows
from customhouse.web.problems import Problem

DIMENSIONS = {dimension: table for table, dimension in DIMENSION_LISTS.items()}
"""The dimensions with groups, and the table of each."""
LISTS = ("flow", *DIMENSIONS, "hs", "measure", "unit", "currency", "reason")
"""The code lists by their names."""
_LEVELS = {0: 2, 2: 4, 4: 6}
"""Digits of the codes right below an HS code of so many."""


@dataclass(frozen=True, slots=True)
class Code:
    """A code with its names, and where it stands; `others` are further words that it is found by."""

    code: str
    en: str
    zh: str
    kind: str = ""
    first: str = ""
    last: str = ""
    parent: str = ""
    hs: str = ""
    others: tuple[str, ...] = ()
    below: bool = False

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it; what it has not is left out."""
        found = {"kind": self.kind, "from": self.first, "to": self.last, "parent": self.parent, "hs": self.hs}
        told: dict[str, Any] = {
            "code": self.code,
            "name": {"en": self.en, "zh": self.zh},
            "group": self.below,
        }
        return told | {name: one for name, one in found.items() if one}


def search(name: str, words: str = "", parent: str | None = None, month: int | None = None) -> Sequence[Code]:
    """The codes of a list that are found by words, those below `parent` alone where one is named.

    Codes that begin so come first, then names that do, then names and other words that have it in them.
    """
    when = month if month is not None else parse_month(f"{hs.EDITIONS[-1]}-01")
    found: Sequence[Code] = _below(name, parent, when) if parent is not None else listed(name)
    if name == "hs" and parent is None:
        found = [one for one in found if hs.listed(one.code, when)] if words else _below("hs", "", when)
    wanted = words.strip().casefold()
    if not wanted:
        return found
    ranked = (
        (rank, place, one) for place, one in enumerate(found) if (rank := _rank(one, wanted)) is not None
    )
    return [one for *_, one in sorted(ranked, key=lambda ranked: ranked[:2])]


def _rank(one: Code, wanted: str) -> int | None:
    """How well a code is what is looked for; None where it is not."""
    if one.code.casefold() == wanted:
        return 0
    names = (one.en.casefold(), one.zh.casefold())
    if one.code.casefold().startswith(wanted):
        return 1
    if any(name.startswith(wanted) for name in names):
        return 2
    if any(wanted in name for name in names):
        return 3
    return 4 if any(wanted in other.casefold() for other in one.others) else None


@cache
def listed(name: str) -> tuple[Code, ...]:
    """All codes of a list, in its order."""
    return tuple(_MAKERS[name]() if name in _MAKERS else _of_dimension(name))


def _of_dimension(dimension: str) -> Iterator[Code]:
    grouped = {row["group"] for row in rows("group_members") if row["dimension"] == dimension}
    blocs = {row["bloc"] for row in rows("bloc_members")}
    for entry in entries(DIMENSIONS[dimension]):
        row = entry.row
        below = entry.code in (blocs if dimension == "partner" else grouped) or bool(row.get("members"))
        yield Code(
            entry.code,
            entry.en,
            entry.zh,
            row.get("kind") or "",
            row.get("from") or "",
            row.get("to") or "",
            row.get("parent") or row.get("mode") or "",
            row.get("hs") or "",
            (*entry.en_forms, *entry.zh_forms),
            below or bool(row.get("hs")),
        )
    if dimension == "partner":
        for row in rows("remainders"):
            yield Code(row["code"], row["en"], row["zh"], "remainder", parent=row["group"])


def _flows() -> Iterator[Code]:
    for entry in entries("flows"):
        if entry.kind == "flow":
            yield _plain(entry)


def _plain(entry: Entry) -> Code:
    return Code(entry.code, entry.en, entry.zh, others=(*entry.en_forms, *entry.zh_forms))


def _measures() -> Iterator[Code]:
    for code, row in words("measures").items():
        yield Code(code, row["en"], row["zh"], row.get("group") or "")


def _units() -> Iterator[Code]:
    for row in rows("quantity_units"):
        yield Code(row["code"], row["en"], row["zh"], row["measures"])


def _currencies() -> Iterator[Code]:
    for row in rows("currencies"):
        en, zh = (vocabulary.name(row["code"], to, "unit") for to in LANGUAGES)
        yield Code(row["code"], en, zh, last=row["to"] or "")


def _reasons() -> Iterator[Code]:
    for row in (*rows("rules"), *rows("reasons")):
        yield Code(row["code"], row["en"], row["zh"], row.get("severity") or "table")


def _hs() -> Iterator[Code]:
    yield from dict.fromkeys(_hs_codes())


def _hs_codes() -> Iterator[Code]:
    for edition in hs.EDITIONS:
        for code in sorted(hs.edition_codes(edition)):
            for digits in (2, 4, 6):
                yield _hs_code(code[:digits])


@cache
def _hs_code(code: str) -> Code:
    """An HS code with its names, as far as a list has them."""
    en, zh = _hs_name(code)
    return Code(
        code,
        en,
        zh,
        ("chapter", "heading", "subheading")[len(code) // 2 - 1],
        parent=code[:-2],
        below=len(code) < 6,
    )


def _hs_name(code: str) -> tuple[str, str]:
    """The names of the goods of a code; the code itself where there are none."""
    entry = hs.named().get(code)
    return (entry.en, entry.zh) if entry else (code, code)


_MAKERS = {
    "flow": _flows,
    "measure": _measures,
    "unit": _units,
    "currency": _currencies,
    "reason": _reasons,
    "hs": _hs,
}


def _below(name: str, parent: str, month: int) -> list[Code]:
    """What stands right below a code. Raises Problem (404) for a code that there is not."""
    if name == "hs":
        return _below_hs(parent, month)
    known = {one.code: one for one in listed(name)}
    if parent and parent not in known:
        raise unknown(name, parent)
    members = _members(name, parent, month) if name in DIMENSIONS and name != "commodity" else set[str]()
    return [one for one in known.values() if one.parent == parent or one.code in members - {parent}]


def _below_hs(parent: str, month: int) -> list[Code]:
    digits = _LEVELS.get(len(parent))
    if digits is None or (parent and not hs.listed(parent, month)):
        raise unknown("hs", parent)
    there = {code[:digits] for code in hs.codes(month) if code.startswith(parent)}
    return [_hs_code(code) for code in sorted(there)]


def _members(dimension: str, code: str, month: int) -> frozenset[str]:
    try:
        return groups.members(dimension, code, month).codes
    except VocabularyError:
        return frozenset()


def unknown(name: str, code: str) -> Problem:
    """A code that a list has not, with the nearest that it has."""
    near = nearest(name, code) if name in DIMENSIONS else None
    meant = f"did you mean {near}?" if near else f"/codes/{name} has all"
    return Problem(404, f"{code[:60]!r}: no such code of {name}; {meant}", "unknown_code")
