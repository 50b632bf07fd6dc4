"""Numbers as tables print them: exact, in the marks of any country.

A number is read to a `Decimal` and the unit of its last printed digit, never to a float. Digits may be
full-width or of another script; a negative number has a sign before or after it or stands in brackets;
spaces and apostrophes may group digits anywhere. Which of `.` and `,` is the decimal mark is asked of all
values of a column together (`Sniffer`), for 1.234 alone may be 1234.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache

from customhouse.vocabulary.tables import rows, split

_LONGEST = 64
_EXPONENT = 30
_ENOUGH = 3
"""From so many values that end in `.0`, all of them, a program added it."""
_WHOLE = Decimal(1)
_SPACES = "\u0020\u00a0\u2007\u2009\u202f\u3000"
_FOLD: dict[int, str | int | None] = {ord(c): " " for c in _SPACES}
_FOLD |= {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_FOLD |= {ord(c): "-" for c in "\u2212\u2010\u2011\u2012\u2013\u2014\ufe63"}
_FOLD |= {ord(c): "'" for c in "\u2018\u2019\u02bc\u00b4`"}
_FOLD |= {0x066B: ".", 0x066C: ",", 0x200E: None, 0x200F: None, 0xFEFF: None}


@dataclass(frozen=True, slots=True)
class Marks:
    """The decimal mark and the mark between thousands of a column."""

    decimal: str = "."
    thousands: str = ","


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number and the unit of its last printed digit: 12.50 is 12.5 with a step of 0.01."""

    value: Decimal
    step: Decimal


def fold(text: str) -> str:
    """The text with digits, minus signs, apostrophes and spaces of all kinds as ASCII has them."""
    if not text.isascii():
        text = "".join(map(_digit, text.translate(_FOLD)))
    return text.strip()


def _digit(char: str) -> str:
    if char.isascii() or unicodedata.category(char) != "Nd":
        return char
    return str(unicodedata.decimal(char))


@cache
def empty_marks() -> frozenset[str]:
    """What tables print where there is no figure, folded and in lower case."""
    forms = (
        f
        for row in rows("headers")
        if row["kind"] == "empty"
        for f in (*split(row["en_forms"]), *split(row["zh_forms"]))
    )
    return frozenset(fold(form).lower() for form in forms) | {""}


def is_empty(text: str, more: frozenset[str] = frozenset()) -> bool:
    """Whether a cell of a column of figures has no figure. `more` are a table's own marks, in lower case."""
    if text.isascii() and text.isdigit() and not more:
        return False
    lower = fold(text).lower()
    return lower in empty_marks() or lower in more


@cache
def _pattern(marks: Marks) -> re.Pattern[str]:
    group = "".join(re.escape(c) for c in dict.fromkeys(f"{marks.thousands} '_") if c != marks.decimal)
    whole = (
        rf"\d{{1,3}}(?P<a>[{group}])\d{{3}}(?:(?P=a)\d{{3}})*"
        rf"|\d{{1,2}}(?P<b>[{group}])(?:\d{{2}}(?P=b))+\d{{3}}"
        rf"|\d{{1,4}}(?P<c>[{group}])\d{{4}}(?:(?P=c)\d{{4}})*|\d+"
    )
    point = re.escape(marks.decimal)
    return re.compile(rf"(?P<whole>{whole})?(?:{point}(?P<part>\d*))?(?:[eE](?P<power>[+-]?\d{{1,3}}))?")


def parse(text: str, marks: Marks = Marks(), percent: bool = False) -> Numeral | None:
    """The number that a cell prints, or None where it prints none. `percent` allows a sign % after it."""
    if len(text) > _LONGEST:
        return None
    if text.isascii() and text.isdigit():
        return Numeral(Decimal(text), _WHOLE)
    body, negative = _unsigned(fold(text), percent)
    match = _pattern(marks).fullmatch(body)
    if not match or not (match["whole"] or match["part"]):
        return None
    whole = re.sub(r"\D", "", match["whole"] or "0")
    part, power = match["part"] or "", int(match["power"] or 0)
    if abs(power) > _EXPONENT:
        return None
    value = Decimal(f"{whole}.{part or '0'}").scaleb(power)
    return Numeral(-value if negative else value, Decimal(1).scaleb(power - len(part)))


def _unsigned(text: str, percent: bool) -> tuple[str, bool]:
    """The digits of a number without its signs, and whether it is negative."""
    if percent:
        text = text.removesuffix("%").rstrip()
    negative = False
    if text[:1] == "(" and text[-1:] == ")":
        text, negative = text[1:-1].strip(), True
    text = _without_currency(text)
    for sign in "-+":
        if text[:1] == sign:
            return _without_currency(text[1:].strip()), negative or sign == "-"
        if text[-1:] == sign:
            return text[:-1].strip(), negative or sign == "-"
    return text, negative


def _without_currency(text: str) -> str:
    if text and unicodedata.category(text[0]) == "Sc":
        return text[1:].strip()
    if text and unicodedata.category(text[-1]) == "Sc":
        return text[:-1].strip()
    return text


@dataclass(frozen=True, slots=True)
class Sniffed:
    """What a column's values say of its marks. `marks` is None where they contradict each other."""

    marks: Marks | None
    ambiguous: bool
    whole: bool
    evidence: tuple[str, ...]
    numbers: int


@dataclass(slots=True)
class Sniffer:
    """Counts, value by value, what speaks for either decimal mark; keeps one example of each."""

    votes: dict[str, int] = field(default_factory=lambda: {".": 0, ",": 0})
    open: dict[str, int] = field(default_factory=lambda: {".": 0, ",": 0})
    examples: dict[str, str] = field(default_factory=dict)
    plain: int = 0
    numbers: int = 0
    parts: int = 0
    zero_parts: int = 0

    def add(self, text: str) -> None:
        """Takes one cell into account; cells that are no numbers are passed over."""
        if text.isascii() and text.isdigit():
            self.numbers += 1
            self.plain += len(text) > 3
            return
        body, _ = _unsigned(fold(text), True)
        body = re.sub(r"(?<=\d)[ '_](?=\d)", "", body)
        if len(text) > _LONGEST or not re.fullmatch(r"[\d.,]*\d[.,]?(?:[eE][+-]?\d{1,3})?", body):
            return
        self.numbers += 1
        used = [mark for mark in ".," if mark in body]
        if len(used) == 2:
            mark = max(used, key=body.rindex)
            # Who sets marks between thousands has printed the digits behind the point too.
            self._vote(mark, text, "printed")
        elif used:
            self._single(body, used[0], text)
        elif len(body) > 3:
            self.plain += 1

    def _single(self, body: str, mark: str, text: str) -> None:
        before, _, after = body.partition(mark)
        if mark in after:
            self._vote("." if mark == "," else ",", text)
        elif len(after) != 3 or len(before) > 3 or before[:1] in ("", "0"):
            self._vote(mark, text, after)
        else:
            self.open[mark] += 1
            self.examples.setdefault(f"open {mark}", text.strip())

    def _vote(self, mark: str, text: str, part: str = "") -> None:
        """A vote for a decimal mark; `part` is what stands behind it."""
        self.votes[mark] += 1
        self.parts += part != ""
        self.zero_parts += part == "0"
        self.examples.setdefault(mark, text.strip())

    def result(self) -> Sniffed:
        """The marks that fit all values, and why."""
        whole = _ENOUGH <= self.parts == self.zero_parts and not any(self.open.values())
        marks, ambiguous = self._judge()
        return Sniffed(marks, ambiguous, whole, tuple(self._evidence()), self.numbers)

    def _judge(self) -> tuple[Marks | None, bool]:
        point, comma = self.votes["."] > 0, self.votes[","] > 0
        if point or comma:
            return (None, True) if point and comma else (_with(".") if point else _with(","), False)
        open_marks = [mark for mark in ".," if self.open[mark]]
        if not open_marks:
            return Marks(), False
        if len(open_marks) == 2:
            return None, True
        if self.plain:  # 12345 stands there without a mark, so the mark is none of thousands
            return _with(open_marks[0]), False
        return _with("," if open_marks[0] == "." else "."), True

    def _evidence(self) -> list[str]:
        said = [
            f"{self.votes[m]} with the decimal mark {m!r}, such as {self.examples[m]!r}"
            for m in ".,"
            if self.votes[m]
        ]
        return said + [
            f"{self.open[m]} in which {m!r} may be either, such as {self.examples[f'open {m}']!r}"
            for m in ".,"
            if self.open[m]
        ]


def _with(decimal: str) -> Marks:
    return Marks(decimal, "," if decimal == "." else ".")


def sniff(values: list[str]) -> Sniffed:
    """What all values of a column together say of its marks."""
    sniffer = Sniffer()
    for value in values:
        sniffer.add(value)
    return sniffer.result()
