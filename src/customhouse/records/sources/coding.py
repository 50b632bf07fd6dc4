"""Outside codes as codes of ours, with the reason where a row cannot be used."""

from __future__ import annotations

from functools import lru_cache

from customhouse.period import month
from customhouse.records.sources.columns import Found
from customhouse.vocabulary.codes import resolve, single

WORLD = "WLD"
"""The code of the vocabulary for all partners; a table has null in its place."""
_NOT_THEN = frozenset({"not_yet_valid", "obsolete"})


@lru_cache(maxsize=100_000)
def partner(system: str, code: str, at: int) -> Found:
    """A partner by its outside code in a month; the world is no code and no reason.

    A group whose membership is not that of the month (a fixed list of members applied to earlier
    years) is set aside, since its figures are not those of the dated group.
    """
    if not code:
        return None, "partner_missing"
    found = resolve(system, "partner", code, at)
    if found.code is None:
        return None, found.note if found.note in _NOT_THEN else "partner_unknown"
    if found.code == WORLD:
        return None, None
    if found.note in _NOT_THEN and found.code not in single("partner"):
        return None, found.note
    return found.code, None


@lru_cache(maxsize=100_000)
def reporter(system: str, code: str, at: int) -> Found:
    """A reporter by its outside code in a month."""
    found, _ = partner(system, code, at)
    return (found, None) if found else (None, "reporter_unknown")


@lru_cache(maxsize=100_000)
def coded(system: str, dimension: str, code: str, at: int) -> Found:
    """A code of another dimension; a blank and the total are all of it."""
    found = resolve(system, dimension, code, at)
    if found.code is None and code.strip() and found.note != "total":
        return None, f"{dimension}_unknown"
    return found.code, None


def hs_code(code: str) -> Found:
    """An HS code of 2 to 10 digits in pairs; `TOTAL` and a blank mark are all goods."""
    if code.upper() in ("TOTAL", "-", "_T"):
        return None, None
    if code.isascii() and code.isdigit() and len(code) in (2, 4, 6, 8, 10):
        return code, None
    return None, "hs_invalid"


@lru_cache(maxsize=100_000)
def months_of(text: str) -> tuple[int, int] | None:
    """`2025`, `202503`, `2025-03`, `2025-Q1`, `2025-S1`, `2025-M03`, `20250301` or `2025-A1` as months.

    `202552` is a year in the files of two services. None where it is none of these; weeks and days
    are no months.
    """
    text = text.strip().upper().removesuffix(".0")
    year, rest = text[:4], text[4:].removeprefix("-")
    if not (len(year) == 4 and year.isascii() and year.isdigit() and int(year) >= 1000):
        return None
    if rest in ("", "A", "A1", "52"):
        return month(int(year), 1), month(int(year), 12)
    if rest.isascii() and rest.isdigit():
        return _month_of(int(year), rest)
    return _part_of(int(year), rest[0], rest[1:])


def _month_of(year: int, digits: str) -> tuple[int, int] | None:
    number, day = digits[:2], digits[2:]
    if len(number) == 2 and day in ("", "01") and 1 <= int(number) <= 12:
        return month(year, int(number)), month(year, int(number))
    return None


def _part_of(year: int, kind: str, digits: str) -> tuple[int, int] | None:
    """A month, quarter, term or half of a year by its letter and number."""
    length = {"M": 1, "Q": 3, "T": 4, "S": 6, "H": 6, "B": 6}.get(kind)
    if length is None or not (digits.isascii() and digits.isdigit() and len(digits) <= 2):
        return None
    number = int(digits)
    if not 1 <= number <= 12 // length:
        return None
    return month(year, (number - 1) * length + 1), month(year, number * length)
