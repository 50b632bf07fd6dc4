"""Units as tables print them: `CNY 10000`, `US$ million`, `Rs. '000`, `10,000 t`, in either language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from itertools import pairwise
from typing import Literal

from customhouse.records import unit_forms, unit_tokens
from customhouse.records.unit_forms import currencies, fillers
from customhouse.records.unit_tokens import Token
from customhouse.vocabulary.tables import rows

__all__ = ["ONE", "Reading", "Unit", "currencies", "fillers", "grams", "is_scale", "parse", "pieces", "read"]

ONE = Decimal(1)
_MOST = Decimal(10) ** 15
_LEAST = 1000


@dataclass(frozen=True, slots=True)
class Unit:
    """What one printed unit is: so many (`scale`) of a currency or unit of quantity; None where unsaid.

    Money without a code is of a currency whose name several share; `family` is that name, also where the
    code is but the likeliest."""

    kind: Literal["money", "quantity", "number"]
    code: str | None
    scale: Decimal
    family: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """A unit as read, and what makes it doubtful: unlike scales that the text says, words next to a
    currency that nobody read where no scale is said, and a word of scale that is another elsewhere."""

    unit: Unit | None
    scales: tuple[Decimal, ...] = ()
    unread: tuple[str, ...] = ()
    doubtful: str = ""

    @property
    def sure(self) -> bool:
        """Whether nothing makes the unit doubtful."""
        return not (self.scales or self.unread or self.doubtful)


@cache
def grams() -> dict[str, Decimal]:
    """The units of mass, each in grams."""
    found = {
        row["code"]: Fraction(row["factor"]) * 1000
        for row in rows("quantity_units")
        if row["measures"] == "mass"
    }
    return {code: Decimal(size.numerator) / size.denominator for code, size in found.items()}


def parse(text: str, lenient: bool = False) -> Unit | None:
    """The unit that a text names, so many of it a power of ten; None where it names none, or where it says
    unlike scales or has words next to a currency that may be a scale.

    `lenient` passes over words that are no units, and takes letters for a currency only where they
    stand like one: VES is also a vessel."""
    found = read(text, lenient)
    return found.unit if found.sure else None


def read(text: str, lenient: bool = False, context: str = "") -> Reading:
    """The unit that a text names, with what makes it doubtful. `context` is text that may tell in what
    language a doubtful word is."""
    tokens = unit_tokens.tokens(text, lenient)
    if not lenient and any(token.kind in ("digits", "unread", "known") for token in tokens):
        return Reading(None)
    if not any(token.kind in ("scale", "number", "money", "quantity") for token in tokens):
        return Reading(None)
    doubtful = _settle(tokens, f"{text} {context}")
    sizes = _sizes(tokens, lenient)
    scale = next(iter(sizes), ONE)
    unit = _unit(tokens, scale)
    if unit is None or not 0 < scale <= _MOST:
        return Reading(None)
    unread = _unread(tokens) if unit.kind == "money" and not sizes else ()
    return Reading(unit, tuple(sizes) if len(sizes) > 1 else (), unread, doubtful)


def pieces(text: str) -> Iterator[tuple[str, str]]:
    """The parts of a text in order: numbers as digits, forms of units in lower case, and other words."""
    for piece in unit_tokens.pieces(text):
        yield piece.what, piece.text


def is_scale(form: str) -> bool:
    """Whether a form of a unit is a scale alone: `millions`."""
    known = unit_forms.forms().get(form)
    return known is not None and known.kind == "scale"


def _settle(tokens: list[Token], text: str) -> str:
    """Makes doubtful scales what the text shows them to be; else the doubtful word."""
    others = {token.size for token in tokens if token.kind == "scale" and token.other is None}
    words = {*re.findall(r"[^\W\d_]+", text.lower())}
    left = ""
    for at, token in enumerate(tokens):
        if token.other is None:
            continue
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        before_scale = after is not None and after.kind == "scale" and not after.apart
        said = {size for word, size in unit_forms.languages().items() if word in words}
        if before_scale or token.other in others or (token.other in said and token.size not in others):
            token.size = token.other
        elif token.size not in others:
            left = token.text
    return left


def _sizes(tokens: list[Token], lenient: bool) -> list[Decimal]:
    """The unlike scales of a text, that next to a currency first. Scales in a row multiply; those that a
    sign, another script or other words part say the same a second time."""
    groups: list[tuple[Decimal, bool]] = []
    last: Token | None = None
    size, near = ONE, False
    for at, token in enumerate(tokens):
        if token.kind == "of":
            continue
        if token.kind == "money" and token.size != 1:
            groups.append((token.size, True))
        if token.kind in ("scale", "number"):
            if last is None or not _multiplies(last, token):
                groups.append((size, near))
                size, near = ONE, False
            size, near = size * token.size, near or unit_tokens.touches(tokens, at, ("money", "quantity"))
            last = token
        else:
            last = None
    groups.append((size, near))
    said = [(size, near) for size, near in groups if size != 1 and (not lenient or near or size >= _LEAST)]
    large = [(size, near) for size, near in said if size >= _LEAST] if lenient else []
    return list(dict.fromkeys(size for size, near in sorted(large or said, key=lambda one: not one[1])))


def _multiplies(first: Token, second: Token) -> bool:
    if second.apart or second.kind == "number":
        return False
    if first.kind == "number":
        return True
    alike = unit_tokens.script(first.text) == unit_tokens.script(second.text)
    return alike and first.size != second.size


def _unread(tokens: list[Token]) -> tuple[str, ...]:
    """The words and numbers next to currencies that may be a scale, for nothing is known of them."""
    found = []
    for at, token in enumerate(tokens):
        if token.kind == "money":
            for back in (True, False):
                beside = unit_tokens.neighbour(tokens, at, back, () if back else ("filler",))
                odd = beside is not None and beside.kind in ("unread", "digits")
                if beside and odd and not unit_tokens.YEAR.fullmatch(beside.text):
                    found.append(beside.text)
    return tuple(dict.fromkeys(found))


def _unit(tokens: list[Token], scale: Decimal) -> Unit | None:
    money = [token for token in tokens if token.kind == "money"]
    counted = {token.code for token in tokens if token.kind == "quantity"}
    if money:
        labels = {token.code for token in tokens if token.kind == "quantity" and token.text in fillers()}
        return None if counted - labels else _money(tokens, money, scale)
    if counted:
        return Unit("quantity", counted.pop(), scale) if len(counted) == 1 else None
    return Unit("number", None, scale)


def _money(tokens: list[Token], money: list[Token], scale: Decimal) -> Unit | None:
    """Money of one currency; a sign that several share is of the one that the text names besides it."""
    named = [token for token in money if token.text not in unit_forms.generic()] or money
    codes = {token.code for token in named if token.code}
    families = {token.family for token in money if token.family}
    if len(codes) > 1 or (not codes and len(families) > 1):
        return None
    if codes:
        code = codes.pop()
        fits = all(not (some := unit_forms.family(name)) or code in some for name in families)
        return Unit("money", code, scale) if fits else None
    name = families.pop()
    if narrowed := _narrowed(tokens):
        return Unit("money", narrowed, scale)
    return Unit("money", unit_forms.default(name), scale, name)


def _narrowed(tokens: list[Token]) -> str | None:
    """The currency that a word behind money or its scale says: `$ thousands (US)`."""
    behind = (
        token.text.lower()
        for before, token in pairwise(tokens)
        if before.kind in ("money", "scale") and token.piece == "word"
    )
    return next((code for word in behind if (code := unit_forms.narrowing().get(word))), None)
