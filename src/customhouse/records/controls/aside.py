"""Whether rows that were set aside are what a sum lacks."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence

from customhouse.records.numerals import parse
from customhouse.records.table import SetAside

NARROW = 0.2
"""A gap that is not known better than this could be anything."""
CENTS = 2
"""Powers of ten between the units that tables print and cents, at the least,"""
LARGEST = 12
"""and at the most."""


def makes_up(rows: Sequence[SetAside], gap: float, slack: float) -> bool | None:
    """Whether one of the rows, or a column of all of them, comes to a gap (cents); None without a figure.

    The unit of their figures is not known, only that it is a power of ten of the currency.
    """
    columns: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        for name, text in row.row.items():
            if (number := _number(text)) is not None:
                columns[name].append(number)
    found = [number for numbers in columns.values() for number in (*numbers, sum(numbers))]
    return any(_fits(number, gap, slack) for number in found) if found else None


def _number(text: str) -> float | None:
    numeral = parse(text)
    return float(numeral.value) if numeral is not None and numeral.value > 0 else None


def _fits(number: float, gap: float, slack: float) -> bool:
    power = round(math.log10(gap / number)) if gap > 0 and number > 0 else -1
    near = abs(number * 10.0**power - gap) <= slack
    return CENTS <= power <= LARGEST and near and slack < gap * NARROW
