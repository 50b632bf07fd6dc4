"""Two figures for what reads as one thing: a slip of the text, or two things not told apart?

An author seldom gives two values of one thing side by side; far more often they are of two things whose
difference the slice does not show. A slip leaves traces: the figures stand in clauses of their own and are
close, or differ by a sign, by a power of ten, by one digit or by digits that changed places.
"""

from __future__ import annotations

import math
from itertools import combinations

from customhouse.model import Claim

ADJACENT = 30
"""Characters of one text within which two figures are taken to be of two things."""
CLOSE_POINTS = 2.0
CLOSE_RATIO = 1.1
LEAST_DIGITS = 3


def likely_distinct(claims: tuple[Claim, ...]) -> bool:
    """Whether figures that clash without any identity between them are likelier two things than a slip."""
    if any(c.measure == "streak" or c.bound not in ("exact", "about") for c in claims):
        return False
    for one, other in combinations(claims, 2):
        if one.span is None or other.span is None or one.span.doc != other.span.doc:
            return False
        if abs(one.span.start - other.span.start) >= ADJACENT and _slip(one, other):
            return False
    return True


def _slip(one: Claim, other: Claim) -> bool:
    a, b = one.value, other.value
    if a == -b or sorted(_digits(a)) == sorted(_digits(b)) or _one_digit_apart(a, b):
        return True
    if one.unit in ("%", "pp"):
        return abs(a - b) <= CLOSE_POINTS
    if a * b <= 0:
        return False
    ratio = max(abs(a), abs(b)) / min(abs(a), abs(b))
    power = round(math.log10(ratio))
    return ratio <= CLOSE_RATIO or power > 0 and abs(ratio / 10.0**power - 1) < 0.05


def _one_digit_apart(a: float, b: float) -> bool:
    """Whether one of three digits or more is another, in numbers of one size."""
    first, second = (f"{abs(value):.6e}".partition("e") for value in (a, b))
    if a * b <= 0 or first[2] != second[2] or min(len(_digits(a)), len(_digits(b))) < LEAST_DIGITS:
        return False
    return sum(x != y for x, y in zip(first[0], second[0], strict=True)) == 1


def _digits(value: float) -> str:
    """The significant digits of a number."""
    return f"{abs(value):.6e}".partition("e")[0].replace(".", "").strip("0")
