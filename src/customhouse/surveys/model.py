"""What surveys give: indices by question and month, with how sure they are and what was set aside."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from customhouse.errors import SurveyError
from customhouse.period import Period

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

Statistic = Literal["diffusion", "balance"]
"""Diffusion: share up plus half the share unchanged, 0 to 100. Balance: share up less share down."""
STATISTICS: tuple[Statistic, ...] = ("diffusion", "balance")
NEUTRAL: Mapping[str, float] = {"diffusion": 50.0, "balance": 0.0}
"""Where as many firms answer up as down."""


@dataclass(frozen=True, slots=True)
class Aside:
    """A row that was not used: where it stands and why, as a code of `survey_words.csv`."""

    place: str
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class Influence:
    """What each answer adds to the sampling error of an index: firm, stratum, and index points.

    The variance of any sum of indices is that of the sums by firm, so that a firm which answers twice, in
    two months or to two questions, is no two firms (linearisation; Särndal, Swensson and Wretman, Model
    Assisted Survey Sampling, 1992, section 5.5).
    """

    firm: Ints
    stratum: Ints
    points: Floats


@dataclass(frozen=True, slots=True)
class Point:
    """One question in one month. Shares in per cent; index, change and standard errors in index points.

    What cannot be had is None: `same` where only an index was given, `change` after a gap,
    `standard_error` without answers of firms or their number. `missing` counts the firms of the panel
    without a usable answer. `flags` are codes of `survey_words.csv`.
    """

    question: str
    month: int
    index: float | None
    up: float | None = None
    same: float | None = None
    down: float | None = None
    change: float | None = None
    standard_error: float | None = None
    change_error: float | None = None
    answers: int | None = None
    missing: int | None = None
    flags: tuple[str, ...] = ()

    @property
    def period(self) -> Period:
        """The month as a period."""
        return Period(self.month, self.month)


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """Values month by month from `first` (a running month number) on, NaN where there is none."""

    name: str
    first: int
    values: Floats

    @classmethod
    def of(cls, name: str, values: Mapping[int, float | None]) -> Line:
        """A line from values by month. Raises SurveyError where there is none."""
        import numpy as np

        there = {month: value for month, value in values.items() if value is not None}
        if not there:
            raise SurveyError(f"{name}: it has no value in any month")
        first, last = min(there), max(there)
        full = [there.get(month, math.nan) for month in range(first, last + 1)]
        return cls(name, first, np.array(full, dtype=np.float64))

    @property
    def months(self) -> range:
        """Its months, as running numbers."""
        return range(self.first, self.first + len(self.values))

    def over(self, months: range) -> Floats:
        """Its values in some months, NaN in those that it does not reach."""
        import numpy as np

        full = np.full(len(months), np.nan)
        low, high = max(months.start, self.first), min(months.stop, self.months.stop)
        if low < high:
            full[low - months.start:high - months.start] = self.values[low - self.first:high - self.first]
        return full


@dataclass(frozen=True, slots=True, eq=False)
class Indices:
    """Indices by question, each question's months in order.

    `rows_in` counts what was read (cells, where each question has a column of its own) and equals
    `rows_used + len(aside)`.
    """

    statistic: Statistic
    points: tuple[Point, ...]
    aside: tuple[Aside, ...] = ()
    rows_in: int = 0
    influences: Mapping[tuple[str, int], Influence] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Point]:
        return iter(self.points)

    @property
    def questions(self) -> tuple[str, ...]:
        """The questions, in the order in which they came."""
        return tuple(dict.fromkeys(point.question for point in self.points))

    @property
    def rows_used(self) -> int:
        """How many rows the indices are made of."""
        return self.rows_in - len(self.aside)

    def of(self, question: str) -> dict[int, Point]:
        """The points of a question by month. Raises SurveyError for one that is not there."""
        found = {point.month: point for point in self.points if point.question == question}
        if not found:
            known = ", ".join(self.questions) or "none"
            raise SurveyError(f"{question}: no such question; there are {known}")
        return found

    def line(self, question: str) -> Line:
        """The index of a question month by month. Raises SurveyError."""
        return Line.of(question, {month: point.index for month, point in self.of(question).items()})

    def plus(self, more: Indices) -> Indices:
        """These and further indices of the same answers, such as a composite of them."""
        return Indices(self.statistic, (*self.points, *more.points), self.aside, self.rows_in,
                       {**self.influences, **more.influences})

    def only(self, questions: Sequence[str]) -> Indices:
        """Some of the questions. Raises SurveyError for one that is not there."""
        kept = tuple(point for question in questions for point in self.of(question).values())
        return Indices(self.statistic, kept, self.aside, self.rows_in, self.influences)
