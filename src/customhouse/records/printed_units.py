"""Units as tables print them: `CNY 10000`, `US$ million`, `Rs. '000`, `10,000 t`, in either language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Literal

from customhouse.vocabulary.lexicon import fold
from customhouse.vocabulary.tables import entries, rows, split

ONE = Decimal(1)
_NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
_GROUPED = re.compile(r"10{0,2}(?:[ ,.'\u00a0\u2009\u202f]000)+(?!\d)")
"""A power of ten in groups of three noughts: a point or comma in it is no decimal mark."""
_POWER = re.compile(r"10*")
_ZEROS = re.compile(r"['`\u2018\u2019\u00b4](0{3,})(?!\d)")
_IGNORED = re.compile(r"[\s()\[\]{},.:;/*\-_'\"`x\u00d7]*?(?=[^\s()\[\]{},.:;/*\-_'\"`]|$)")
_SHARED = "?"
"""The code of names that several currencies share, such as pesos."""
_WORD = re.compile(r"[^\W\d_]+\.?|\S")


@dataclass(frozen=True, slots=True)
class Unit:
    """What one printed unit is: so many (`scale`) of a currency or unit of quantity; None where unsaid.

    Money without a code is of a currency whose name several share."""

    kind: Literal["money", "quantity", "number"]
    code: str | None
    scale: Decimal


@cache
def _forms() -> dict[str, tuple[str, str, Decimal]]:
    """Every form of a unit, in lower case: what kind it is, its code and its scale."""
    found: dict[str, tuple[str, str, Decimal]] = {}
    for row in rows("quantity_units"):
        for form in (row["code"], row["en"], row["zh"]):
            found.setdefault(fold(form).lower(), ("quantity", row["code"], Decimal(1)))
    for entry in entries("units"):
        kind = {"scale": "scale", "money": "money", "prefix": "money", "mass": "quantity"}.get(entry.kind)
        if kind is None:
            continue
        scale = Decimal(entry.row["scale"]) if kind == "scale" else Decimal(1)
        for form in (*entry.forms("en"), *entry.forms("zh"), *((entry.code,) if kind != "scale" else ())):
            found.setdefault(fold(form).lower(), (kind, entry.code, scale))
    for form, known in _of_headers():
        found.setdefault(fold(form).lower(), known)
    return found


def _of_headers() -> Iterator[tuple[str, tuple[str, str, Decimal]]]:
    """The scales and currencies of tables in other languages; a currency may have a scale, as `M€` has."""
    for row in rows("headers"):
        if row["kind"] == "scale":
            size = Decimal(row["code"])
            yield from ((form, ("scale", row["code"], size)) for form in split(row["other_forms"]))
        elif row["kind"] == "money":
            code, _, power = row["code"].partition(" ")
            known = ("money", code, Decimal(power or 1))
            for column in ("en_forms", "zh_forms", "other_forms"):
                yield from ((form, known) for form in split(row[column]))


@cache
def currencies() -> frozenset[str]:
    """The codes of ISO 4217, with those that the euro replaced."""
    return frozenset(
        code for row in rows("headers") if row["kind"] == "currency" for code in split(row["en_forms"])
    )


@cache
def grams() -> dict[str, Decimal]:
    """The units of mass, each in grams."""
    found = {
        row["code"]: Fraction(row["factor"]) * 1000
        for row in rows("quantity_units")
        if row["measures"] == "mass"
    }
    return {code: Decimal(size.numerator) / size.denominator for code, size in found.items()}


@cache
def _longest() -> int:
    return max(map(len, _forms()))


@cache
def fillers() -> frozenset[str]:
    """Words that stand around units and say nothing."""
    return frozenset(
        form
        for row in rows("headers")
        if row["kind"] == "word"
        for form in (*split(row["en_forms"]), *split(row["zh_forms"]))
    )


def parse(text: str, lenient: bool = False) -> Unit | None:
    """The unit that a text names, so many of it a power of ten; None where it names none.

    `lenient` passes over words that are no units, and takes letters for a currency only where they
    are one of the common ones: VES is also a vessel."""
    codes: dict[str, str] = {}
    scale, said = Decimal(1), False
    for what, piece in pieces(text):
        if what == "number":
            number = Decimal(piece)
            if _POWER.fullmatch(f"{number:f}"):
                scale, said = scale * number, True
            elif not lenient:
                return None
        elif what == "form":
            kind, code, size = _forms()[piece]
            said = True
            scale *= size
            if kind != "scale" and codes.setdefault(kind, code) != code:
                return None
        elif piece in currencies() and not lenient:
            said = codes.setdefault("money", piece) == piece
        elif not lenient and piece.lower() not in fillers():
            return None
    return _unit(codes, scale) if said and 0 < scale <= Decimal(10) ** 15 else None


def pieces(text: str) -> Iterator[tuple[Literal["number", "form", "word"], str]]:
    """The parts of a text in order: numbers as digits, forms of units in lower case, and other words."""
    rest = _ZEROS.sub(lambda match: f" 1{match[1]} ", fold(text))
    while rest := rest[_start(rest) :]:
        if match := _GROUPED.match(rest) or _NUMBER.match(rest):
            grouped = bool(_GROUPED.fullmatch(match[0]))
            yield "number", re.sub(r"\D", "", match[0]) if grouped else match[0].replace(",", "")
            rest = rest[match.end() :]
        elif form := _form(rest):
            yield "form", form
            rest = rest[len(form) :]
        else:
            word = _WORD.match(rest)
            token = word[0] if word else rest[:1]
            yield "word", token
            rest = rest[len(token) :]


def is_scale(form: str) -> bool:
    """Whether a form of a unit is a scale alone: `millions`."""
    return _forms()[form][0] == "scale"


def _start(rest: str) -> int:
    match = _IGNORED.match(rest)
    return match.end() if match else 0


def _form(rest: str) -> str | None:
    """The longest form of a unit that a text begins with, not within a word."""
    lower = rest[: _longest() + 1].lower()
    for length in range(min(len(lower), _longest()), 0, -1):
        form = lower[:length]
        if form in _forms() and not (_is_cased(form[-1]) and _is_cased(lower[length : length + 1])):
            return form
    return None


def _is_cased(char: str) -> bool:
    """Whether a sign is a letter of a script that parts its words with spaces."""
    return char.lower() != char.upper()


def _unit(codes: dict[str, str], scale: Decimal) -> Unit | None:
    if len(codes) > 1:
        return None
    if "money" in codes:
        return Unit("money", None if codes["money"] == _SHARED else codes["money"], scale)
    if "quantity" in codes:
        return Unit("quantity", codes["quantity"], scale)
    return Unit("number", None, scale)
