"""Rows that were set aside, and whether they are what a sum lacks."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from customhouse.records.numerals import parse
from customhouse.records.table import SetAside

NARROW = 0.2
"""A gap that is not known better than this could be anything."""
CENTS = 2
"""Powers of ten between the units that tables print and cents, at the least,"""
LARGEST = 12
"""and at the most."""


@dataclass(frozen=True, eq=False)
class Aside:
    """The rows of the files of a load that could not be used."""

    rows: Sequence[SetAside]

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def figures(self) -> frozenset[float]:
        """The figures above 0 in them, and what each column of them comes to; read when first asked for."""
        columns: dict[str, list[float]] = defaultdict(list)
        for row in self.rows:
            for name, text in row.row.items():
                numeral = parse(text)
                if numeral is not None and numeral.value > 0:
                    columns[name].append(float(numeral.value))
        return frozenset(one for some in columns.values() for one in (*some, sum(some)))

    def makes_up(self, gap: float, slack: float) -> bool | None:
        """Whether a row, or a column of all of them, comes to a gap (cents); None without a figure.

        The unit of their figures is not known, only that it is a power of ten of the currency.
        """
        return any(_fits(one, gap, slack) for one in self.figures) if self.figures else None


def _fits(number: float, gap: float, slack: float) -> bool:
    power = round(math.log10(gap / number)) if gap > 0 else -1
    near = abs(number * 10.0**power - gap) <= slack
    return CENTS <= power <= LARGEST and near and slack < gap * NARROW
