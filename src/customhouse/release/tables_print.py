"""How numbers print in tables: in one power of ten a table, halves away from zero, a sign for none."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from customhouse.release.labels import ABSENT, DASH, MINUS
from customhouse.release.model import Cell

SCALES = {"zh": ((11, 8, 1), (7, 4, 0)), "en": ((11, 9, 2), (7, 6, 2))}
"""From which size on, as a power of ten, amounts print in which power with how many decimals.

Both languages print to the same digit: 102,941.3 hundred millions are 10,294.13 billions.
"""
RATE_DECIMALS = 1
_DIGITS = 15


def rounded(number: float, power: int = 0, decimals: int = 0) -> Fraction:
    """The number in units of ten to the `power`, rounded half away from zero to `decimals`.

    Of the binary number fifteen digits are taken: past them stands noise that would decide halves by chance.
    """
    scaled = Fraction(f"{number:.{_DIGITS}g}") * 10**decimals / Fraction(10) ** power
    whole = int(abs(scaled) + Fraction(1, 2))
    return Fraction(-whole if scaled < 0 else whole, 10**decimals)


def printed(number: float, power: int = 0, decimals: int = 0) -> str:
    """A number as it prints: thousands parted by commas, a true minus sign, no sign on a rounded zero."""
    value = rounded(number, power, decimals)
    units, rest = divmod(int(abs(value) * 10**decimals), 10**decimals)
    text = f"{units:,}" + (f".{rest:0{decimals}d}" if decimals else "")
    return f"{MINUS}{text}" if value < 0 else text


def scale(sizes: Iterable[float], language: str) -> tuple[int, int]:
    """The power of ten that amounts of these sizes print in, and their decimals."""
    largest = max(map(abs, sizes), default=0.0)
    for least, power, decimals in SCALES[language]:
        if largest >= 10.0**least:
            return power, decimals
    return 0, 0


def cell(number: float | None, power: int, decimals: int, measured: str = "") -> Cell:
    """A cell: dashes for exactly nothing, dots for what is not available."""
    if number is None:
        return Cell(None, ABSENT, power, decimals, measured)
    text = DASH if number == 0 else printed(number, power, decimals)
    return Cell(number, text, power, decimals, measured)


def rate(number: float | None) -> Cell:
    """A growth rate or share in per cent; one of exactly 0 is a figure like any other."""
    if number is None:
        return Cell(None, ABSENT, 0, RATE_DECIMALS)
    return Cell(number, printed(number, 0, RATE_DECIMALS), 0, RATE_DECIMALS)
