"""Units as tables print them: `CNY 10000`, `US$ million`, `Rs. '000`, `10,000 t`, in either language."""

from __future__ import annotations

import re
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
_WORD = re.compile(r"[^\W\d_]+\.?|\S")


@dataclass(frozen=True, slots=True)
class Unit:
    """What one printed unit is: so many (`scale`) of a currency or unit of quantity; None where unsaid."""

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
    for row in rows("headers"):
        if row["kind"] == "scale":
            for form in split(row["other_forms"]):
                found.setdefault(fold(form).lower(), ("scale", row["code"], Decimal(row["code"])))
    return found


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
    rest = _ZEROS.sub(lambda match: f" 1{match[1]} ", fold(text))
    while rest := rest[_start(rest) :]:
        if match := _GROUPED.match(rest) or _NUMBER.match(rest):
            grouped = bool(_GROUPED.fullmatch(match[0]))
            digits = re.sub(r"\D", "", match[0]) if grouped else match[0].replace(",", "")
            number, rest = Decimal(digits), rest[match.end() :]
            if _POWER.fullmatch(f"{number:f}"):
                scale, said = scale * number, True
            elif not lenient:
                return None
        elif form := _form(rest):
            kind, code, size = _forms()[form]
            said, rest = True, rest[len(form) :]
            scale *= size
            if kind != "scale" and codes.setdefault(kind, code) != code:
                return None
        else:
            word = _WORD.match(rest)
            token = word[0] if word else rest[:1]
            if token in currencies() and not lenient:
                said = codes.setdefault("money", token) == token
            elif not lenient and token.lower() not in fillers():
                return None
            rest = rest[len(token) :]
    return _unit(codes, scale) if said and 0 < scale <= Decimal(10) ** 15 else None


def _start(rest: str) -> int:
    match = _IGNORED.match(rest)
    return match.end() if match else 0


def _form(rest: str) -> str | None:
    """The longest form of a unit that a text begins with, not within a word."""
    lower = rest[: _longest() + 1].lower()
    for length in range(min(len(lower), _longest()), 0, -1):
        form = lower[:length]
        if form in _forms() and not (form[-1].isascii() and form[-1].isalpha() and _goes_on(lower, length)):
            return form
    return None


def _goes_on(lower: str, length: int) -> bool:
    return lower[length : length + 1].isascii() and lower[length : length + 1].isalpha()


def _unit(codes: dict[str, str], scale: Decimal) -> Unit | None:
    if len(codes) > 1:
        return None
    if "money" in codes:
        return Unit("money", codes["money"], scale)
    if "quantity" in codes:
        return Unit("quantity", codes["quantity"], scale)
    return Unit("number", None, scale)
