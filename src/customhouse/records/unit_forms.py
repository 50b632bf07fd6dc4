"""The forms of printed units as the vocabulary has them: scales, currencies, units of quantity, and signs
that several currencies share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Literal

from customhouse.vocabulary.lexicon import fold
from customhouse.vocabulary.tables import entries, rows, split

ONE = Decimal(1)
_SHARED = "?"
"""Begins the code of names that several currencies share, such as pesos."""
_UNITS = ("scale", "money", "prefix", "mass")
_SAYING_OTHER = ("scale", "money", "currency", "empty", "damage", "digit")
"""Kinds of words of tables that are not words that stand around units."""


@dataclass(frozen=True, slots=True)
class Form:
    """What one form is. `family` is of a currency that shares its sign; `beside` says that it counts only
    next to a scale, or, of a scale, next to money; `other` is what a doubtful scale may be instead."""

    kind: Literal["scale", "money", "quantity", "nothing"]
    code: str
    size: Decimal
    family: str = ""
    beside: bool = False
    other: Decimal | None = None


@cache
def forms() -> Mapping[str, Form]:
    """Every form of a unit, in lower case, without those that count only beside another."""
    found: dict[str, Form] = {}
    for form, one in (*_of_printed(), *_of_lists(), *_of_headers()):
        if not one.beside:
            found.setdefault(fold(form).lower(), one)
    return {form: one for form, one in found.items() if form not in beside() or one.kind == "quantity"}


@cache
def beside() -> Mapping[str, Form]:
    """The forms that count only beside another, such as `m` of `EUR m` and `R` of `R million`."""
    return {fold(form).lower(): one for form, one in _of_printed() if one.beside}


@cache
def longest() -> int:
    """The signs of the longest form."""
    return max(map(len, (*forms(), *beside())))


def _of_printed() -> Iterator[tuple[str, Form]]:
    for row in rows("printed_units"):
        some, code = split(row["forms"]), row["code"]
        if row["kind"] in ("scale", "beside"):
            one = Form("scale", code, Decimal(code), beside=row["kind"] == "beside")
        elif row["kind"] == "doubtful":
            other, size = map(Decimal, code.split())
            one = Form("scale", code, size, other=other)
        elif row["kind"] in ("money", "sign"):
            one = _money(code, row["kind"] == "sign")
        elif row["kind"] == "quantity":
            one = Form("quantity", code, ONE)
        elif row["kind"] == "nothing":
            one = Form("nothing", "", ONE)
        else:
            continue
        yield from ((form, one) for form in some)


def _of_lists() -> Iterator[tuple[str, Form]]:
    for row in rows("quantity_units"):
        one = Form("quantity", row["code"], ONE)
        yield from ((form, one) for form in (row["code"], row["en"], row["zh"]))
    for entry in entries("units"):
        if entry.kind not in _UNITS:
            continue
        some = (*entry.forms("en"), *entry.forms("zh"))
        if entry.kind == "scale":
            one = Form("scale", entry.code, Decimal(entry.row["scale"]))
        else:
            one = Form("quantity" if entry.kind == "mass" else "money", entry.code, ONE)
            some = (*some, entry.code)
        yield from ((form, one) for form in some)


def _of_headers() -> Iterator[tuple[str, Form]]:
    """The scales and currencies of tables in other languages."""
    for row in rows("headers"):
        if row["kind"] == "scale":
            one = Form("scale", row["code"], Decimal(row["code"]))
            yield from ((form, one) for form in split(row["other_forms"]))
        elif row["kind"] == "money":
            one = _money(row["code"])
            for column in ("en_forms", "zh_forms", "other_forms"):
                yield from ((form, one) for form in split(row[column]))


def _money(text: str, beside: bool = False) -> Form:
    """Money as a row's code says it: `EUR`, `EUR 1e6` of `M€`, `?peso`."""
    code, _, power = text.rpartition(" ") if text[-1].isdigit() else (text, "", "")
    shared = code.startswith(_SHARED)
    return Form(
        "money", "" if shared else code, Decimal(power or 1), code[1:] or _SHARED if shared else "", beside
    )


@cache
def currencies() -> frozenset[str]:
    """The codes of ISO 4217, with those that the euro replaced."""
    return frozenset(
        code for row in rows("headers") if row["kind"] == "currency" for code in split(row["en_forms"])
    )


@cache
def _printed(kind: str) -> Mapping[str, tuple[str, ...]]:
    return {row["code"]: split(row["forms"]) for row in rows("printed_units") if row["kind"] == kind}


def family(name: str) -> tuple[str, ...]:
    """The currencies that share a sign."""
    return _printed("family").get(name, ())


def default(name: str) -> str | None:
    """The currency that a shared sign stands for where nothing says whose it is."""
    return next(iter(_printed("default").get(name, ())), None)


@cache
def narrowing() -> Mapping[str, str]:
    """Words behind a shared sign that say whose it is: `$ thousands (US)`."""
    return {word: code for code, some in _printed("narrow").items() for word in some}


@cache
def words_too() -> frozenset[str]:
    """Codes of currencies that are words as well."""
    return frozenset(_printed("word_code")[""])


@cache
def joining() -> frozenset[str]:
    """Words between a scale and what it is of."""
    return frozenset(_printed("of")[""])


@cache
def generic() -> frozenset[str]:
    """Words for money that stand behind the currency's own name too: `新臺幣百萬元`."""
    return frozenset(_printed("generic")[""])


@cache
def thresholds() -> frozenset[str]:
    """Words before an amount, which is no unit: `above 1,000 EUR`."""
    return frozenset(_printed("threshold")[""])


@cache
def languages() -> Mapping[str, Decimal]:
    """Words of languages in which a doubtful scale is that."""
    return {word: Decimal(size) for size, some in _printed("language").items() for word in some}


@cache
def fillers() -> frozenset[str]:
    """Words that stand around units and say nothing."""
    return frozenset(
        form
        for row in rows("headers")
        if row["kind"] == "word"
        for form in (*split(row["en_forms"]), *split(row["zh_forms"]))
    )


@cache
def known() -> frozenset[str]:
    """Single words that are no scale, though they stand next to a currency."""
    of_tables = (
        form
        for row in rows("headers")
        if row["kind"] not in _SAYING_OTHER
        for column in ("en_forms", "zh_forms", "other_forms")
        for form in split(row[column])
    )
    found = (word for form in of_tables for word in fold(form).lower().split())
    return frozenset((*found, *fillers(), *_printed("known")[""], *joining()))


def doubtful_sizes(form: str) -> tuple[str, ...]:
    """What a doubtful word of scale may be."""
    one = forms()[form]
    return tuple(f"{size.normalize():f}" for size in (one.other, one.size) if size is not None)


@cache
def currency_of(reporter: str) -> str | None:
    """The currency of a country: of its area, else that by its own letters; None where several begin so."""
    area = next((code for code, some in _printed("area").items() if reporter in some), None)
    letters = next((row["iso2"] for row in rows("partners") if row["code"] == reporter and row["iso2"]), "")
    found = [row["code"] for row in rows("currencies") if row["code"][:2] == letters and not row["to"]]
    return area or (found[0] if letters and len(found) == 1 else None)
