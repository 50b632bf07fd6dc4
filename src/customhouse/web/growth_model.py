"""What the page about growth and its API are made of: plain data, as the worker processes send it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from customhouse.model import Slice
from customhouse.period import Period
from customhouse.statistics import Concepts

Values = tuple[tuple[str, str | int | float], ...]
"""Values to say in a note, by their names."""
By = Literal["year", "month", "chain"]
"""What indices of a month are on: the same month a year earlier, the month before, the first month."""
Numbers = tuple[float | None, ...]
"""Figures by month, None where there is none."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which growth is meant: of a slice in a period, by which statistics as they were known on a day."""

    part: Slice
    period: Period
    source: str
    as_of: date
    currency: str | None
    concepts: Concepts
    by: By = "year"


@dataclass(frozen=True, slots=True)
class Note:
    """Why something is lacking: a code, the reason in English as errors say it, values to say in words."""

    code: str
    text: str
    values: Values = ()


@dataclass(frozen=True, slots=True)
class Days:
    """What working days did to growth, in points of it; `now` and `before` are the days of both periods.

    `per_day` is growth per working day in per cent, `error` the standard error of the points where they come
    from a regression.
    """

    points: float
    now: int
    before: int
    method: str
    per_day: float
    error: float | None
    note: str


@dataclass(frozen=True, slots=True)
class Decomposed:
    """Growth in per cent on a base, in points by factor that add up to it.

    `coverage` is the share of value (0 to 1) that prices and volumes rest on, `imputed` the part of it whose
    quantities are estimated, `grade` A to D how far they are to be trusted. `days` says why where working
    days cannot be told.
    """

    period: Period
    base: Period
    growth: float
    points: tuple[tuple[str, float], ...]
    coverage: float
    imputed: float
    grade: str
    days: Days | Note


@dataclass(frozen=True, slots=True)
class Indexed:
    """Prices, volumes and value of a month on a base that is 100; `lacking` says why where there are none."""

    month: int
    base: Period
    price: float | None
    volume: float | None
    value: float | None
    coverage: float | None
    grade: str
    lacking: str


@dataclass(frozen=True, slots=True)
class Prices:
    """What growth is made of, and prices and volumes month by month; `lacking` has the reasons for gaps."""

    currency: str
    reporter: str
    decomposed: Decomposed | None
    months: tuple[Indexed, ...]
    by: By
    formula: str
    lacking: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """How a series was adjusted, in a language: notes, and diagnostics with headings and a row each."""

    language: str
    notes: tuple[str, ...]
    heads: tuple[str, ...]
    diagnostics: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Season:
    """A series and what seasonal adjustment made of it, month by month from `first`.

    `seasonal` and `si` (season and irregular together) are factors, or amounts where not `multiplicative`.
    `growth` is that of the adjusted series on the month before in per cent, `together` that of January and
    February as one on the two months before, by their first month. `windows` has the festivals of the model
    with the days before, during and after them. All are empty, with the reason, where `lacking`.
    """

    currency: str
    reporter: str
    first: int
    original: Numbers
    adjusted: Numbers = ()
    trend: Numbers = ()
    seasonal: Numbers = ()
    si: Numbers = ()
    growth: Numbers = ()
    together: tuple[tuple[int, float], ...] = ()
    outliers: tuple[tuple[int, str], ...] = ()
    multiplicative: bool = True
    method: str = ""
    model: str = ""
    windows: tuple[tuple[str, tuple[int, ...]], ...] = ()
    diagnostics: tuple[tuple[str, float], ...] = ()
    notes: tuple[tuple[str, Values], ...] = ()
    told: tuple[Told, ...] = ()
    lacking: tuple[Note, ...] = ()

    @property
    def months(self) -> range:
        """The running numbers of the months."""
        return range(self.first, self.first + len(self.original))
