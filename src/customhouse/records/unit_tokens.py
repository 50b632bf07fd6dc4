"""The parts of a printed unit one by one: numbers, scales, currencies, and words that are none of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from customhouse.records import unit_forms
from customhouse.records.unit_forms import ONE, Form
from customhouse.vocabulary.lexicon import fold

_NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
_GROUPED = re.compile(r"10{0,2}(?:[ ,.'\u00a0\u2009\u202f]000)+(?!\d)")
"""A power of ten in groups of three noughts: a point or comma in it is no decimal mark."""
_POWER = re.compile(r"10*")
_ZEROS = re.compile(
    r"(?:['`\u2018\u2019\u00b4]|(?<!\d)(?<!\d ),|(?<![\w.,])(?<!\d[ \u00a0\u2009\u202f]))"
    r"(0{3}(?:[ ,.]?000)*)(?:'?s\b)?(?!\d)"
)
"""Noughts that stand for thousands: `US$'000`, `£000`, `000s`."""
_POWERS = re.compile(
    r"(?<![\w.,])(?:10\s?(?:\^|\*\*)\s?|1[eE]\+?)0?([3-9]|1[0-2])(?!\w)|(?<![\w.,])10([³⁶⁹])"
)
"""A power of ten with its exponent: `10^6`, `1E+03`, `10⁶`."""
_RAISED = {"³": 3, "⁶": 6, "⁹": 9}
_NOUGHTS = "\ue000"
"""Stands before a number that was written as noughts alone."""
_MARKS = r"()\[\]{}/;|=:\u2013\u2014\u3001\u3002\u3010\u3011\uff08\uff09\uff0c\uff0f\uff1a\uff1b"
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[A-Za-z]{1,2}(?=\d)")
"""Letters of codes and periods, and of no unit: `2024M01`."""
_IGNORED = re.compile(rf"(?:[\s{_MARKS},.*\-_'\"`\u2019]|[x\u00d7](?=[\s\d]))*")
_APART = re.compile(rf"[{_MARKS}]|,(?!\d)|\s-\s")
"""Signs that part two statements of a unit."""
_WORD = re.compile(r"[^\W\d_]+\.?|\S")
_RUN = re.compile(rf"[^\s\d{_MARKS}.,]+")
YEAR = re.compile(r"(?:19|20)\d\d")
_LEAST = 1000
_WORDY = 3
"""Signs of fewer Latin letters never count alone: `R` and `Ft` are much else."""
_SCRIPTS = (
    (0x0370, 0x03FF),
    (0x0400, 0x04FF),
    (0x0590, 0x05FF),
    (0x0600, 0x06FF),
    (0x0900, 0x0DFF),
    (0x0E00, 0x0E7F),
    (0x1100, 0x11FF),
    (0x3040, 0x30FF),
    (0x3400, 0x9FFF),
    (0xAC00, 0xD7AF),
)
"""The first and last letters of scripts other than Latin."""

What = Literal["number", "form", "word"]
Kind = Literal["number", "digits", "scale", "money", "quantity", "of", "filler", "known", "unread"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text; `apart` says that a sign parts it from what stands before."""

    what: What
    text: str
    apart: bool
    noughts: bool = False


@dataclass(slots=True)
class Token:
    """What a part of a text is as part of a unit."""

    kind: Kind
    text: str
    apart: bool
    piece: What
    size: Decimal = ONE
    code: str = ""
    family: str = ""
    other: Decimal | None = None
    noughts: bool = False


def script(text: str) -> int:
    """Which script the first letter of a text is of; Latin letters and signs are of one."""
    letter = ord(text[:1] or " ")
    return next((at for at, (first, last) in enumerate(_SCRIPTS) if first <= letter <= last), -1)


def pieces(text: str) -> Iterator[Piece]:
    """The parts of a text in order: numbers as digits, forms of units in lower case, and other words."""
    rest = _ZEROS.sub(lambda match: f" {_NOUGHTS}1{re.sub('[^0]', '', match[1])} ", fold(text))
    rest = _BETWEEN_DIGITS.sub(" ", _POWERS.sub(_written_out, rest))
    while True:
        gap = _IGNORED.match(rest)
        skipped = gap[0] if gap else ""
        apart = bool(_APART.search(skipped))
        rest = rest[len(skipped) :]
        if not rest:
            return
        noughts = rest[0] == _NOUGHTS
        rest = rest[1:] if noughts else rest
        if match := _GROUPED.match(rest) or _NUMBER.match(rest):
            grouped = bool(_GROUPED.fullmatch(match[0]))
            digits = re.sub(r"\D", "", match[0]) if grouped else match[0].replace(",", "")
            yield Piece("number", digits, apart, noughts)
            rest = rest[match.end() :]
        elif form := _form(rest):
            yield Piece("form", form, apart)
            rest = rest[len(form) :]
        else:
            token = _word(rest)
            if token:
                yield Piece("word", token, apart)
            rest = rest[len(token) :]


def _written_out(match: re.Match[str]) -> str:
    exponent = int(match[1]) if match[1] else _RAISED[match[2]]
    return f" {_NOUGHTS}1{'0' * exponent} "


def _form(rest: str) -> str | None:
    """The longest form of a unit that a text begins with, not within a word."""
    lower = rest[: unit_forms.longest() + 1].lower()
    for length in range(min(len(lower), unit_forms.longest()), 0, -1):
        form = lower[:length]
        inside = _is_cased(form[-1]) and _is_cased(lower[length : length + 1])
        if not inside and (form in unit_forms.forms() or form in unit_forms.beside()):
            return form
    return None


def _word(rest: str) -> str:
    """The word that a text begins with; what is written without spaces ends before a unit at its end."""
    word = _WORD.match(rest)
    token = word[0] if word else rest[:1]
    if _is_cased(token[0]) or not token[0].isalpha():
        return token
    run = _RUN.match(rest)
    whole = run[0] if run else token
    return next((whole[:at] for at in range(1, len(whole)) if _is_money(whole[at:])), token)


def _is_money(text: str) -> bool:
    """Whether a text is forms of scales and at last one of a currency."""
    known: Form | None = None
    while text:
        form = _form(text)
        if form is None or (known and known.kind == "money"):
            return False
        known = unit_forms.forms().get(form) or unit_forms.beside()[form]
        text = text[len(form) :]
    return known is not None and known.kind == "money" and not (known.beside and len(text) == 1)


def _is_cased(char: str) -> bool:
    """Whether a sign is a letter of a script that parts its words with spaces."""
    return char.lower() != char.upper()


def tokens(text: str, lenient: bool) -> list[Token]:
    """What the parts of a text are as parts of a unit."""
    found = [_token(piece) for piece in pieces(text)]
    for at, token in enumerate(found):
        if token.piece == "form" and token.text in unit_forms.beside():
            _beside(found, at)
        elif token.piece == "word" and _is_currency(found, at, lenient):
            token.kind, token.code = "money", token.text
    for at, token in enumerate(found if lenient else []):
        amount = token.kind == "scale" and _is_amount(found, at)
        if amount or (token.kind == "number" and not _counts(found, at)):
            token.kind = "digits"
    return found


def _token(piece: Piece) -> Token:
    token = Token("unread", piece.text, piece.apart, piece.what, noughts=piece.noughts)
    if piece.what == "number":
        number = Decimal(piece.text)
        power = bool(_POWER.fullmatch(f"{number:f}"))
        token.kind, token.size = ("number", number) if power else ("digits", ONE)
    elif piece.what == "form":
        if known := unit_forms.forms().get(piece.text):
            _take(token, known)
    else:
        token.kind = _of_word(piece.text.lower())
    return token


def _of_word(word: str) -> Kind:
    bare = word.rstrip(".")
    if word in unit_forms.joining() or bare in unit_forms.joining():
        return "of"
    if word in unit_forms.fillers() or bare in unit_forms.fillers():
        return "filler"
    return "known" if bare in unit_forms.known() or not bare[:1].isalpha() else "unread"


def _take(token: Token, known: Form) -> None:
    token.kind = "filler" if known.kind == "nothing" else known.kind
    token.size, token.code, token.family, token.other = known.size, known.code, known.family, known.other


def neighbour(some: list[Token], at: int, back: bool, over: tuple[str, ...] = ()) -> Token | None:
    """What stands beside a part, not counting words that join them; None behind a sign that parts them."""
    step = -1 if back else 1
    while 0 <= at + step < len(some):
        if some[at if back else at + 1].apart:
            return None
        at += step
        if some[at].kind != "of" and some[at].kind not in over:
            return some[at]
    return None


def touches(some: list[Token], at: int, kinds: tuple[str, ...]) -> bool:
    """Whether a part of some kinds stands beside one."""
    beside = (neighbour(some, at, back) for back in (True, False))
    return any(token is not None and token.kind in kinds for token in beside)


def _beside(some: list[Token], at: int) -> None:
    """Settles a form that counts only beside another, or as a text alone."""
    token, known = some[at], unit_forms.beside()[some[at].text]
    if known.kind == "money":
        alone = (not token.text.isascii() or len(token.text) >= _WORDY) and all(
            other is token or other.kind in ("filler", "of") for other in some
        )
        if alone or _is_scaled(some, at):
            _take(token, known)
        return
    near = [neighbour(some, at, back) for back in (True, False)]
    if any(one and (one.kind == "money" or one.text in unit_forms.currencies()) for one in near):
        _take(token, known)


def _is_scaled(some: list[Token], at: int) -> bool:
    near = [neighbour(some, at, back) for back in (True, False)]
    return any(
        one is not None
        and one.size >= _LEAST
        and (one.kind == "scale" or (one.kind == "number" and one.text not in ("", "0")))
        for one in near
    )


def _is_currency(some: list[Token], at: int, lenient: bool) -> bool:
    """Whether letters are a currency's code: in a text at large beside a scale or as a statement alone."""
    if some[at].text not in unit_forms.currencies():
        return False
    if not lenient or any(
        one is not None and (one.kind == "scale" or one.text in unit_forms.beside())
        for one in (neighbour(some, at, back) for back in (True, False))
    ):
        return True
    if some[at].text.lower() in unit_forms.words_too():
        return False
    before = some[at - 1] if at else None
    starts = before is None or some[at].apart or before.kind == "filler"
    ends = at + 1 == len(some) or some[at + 1].apart
    return _is_scaled(some, at) or (starts and ends)


def _is_amount(some: list[Token], at: int) -> bool:
    """Whether a scale is of an amount, and no unit: `5 million`."""
    before = neighbour(some, at, True)
    return before is not None and before.kind == "digits" and not YEAR.fullmatch(before.text)


def _counts(some: list[Token], at: int) -> bool:
    """Whether a power of ten in a text at large is a scale, and not the number of a table."""
    token = some[at]
    if token.noughts:
        return True
    before, after = neighbour(some, at, True, ("money",)), neighbour(some, at, False)
    if before is not None and before.text.lower() in unit_forms.thresholds():
        return False
    if token.size < _LEAST:
        return after is not None and after.kind == "scale" and after.size != 1
    alone = (at == 0 or token.apart) and (at + 1 == len(some) or some[at + 1].apart)
    return alone or touches(some, at, ("money", "quantity", "scale", "filler"))
