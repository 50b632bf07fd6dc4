"""A series: period by period the figure of one thing, with every source of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from customhouse.measures import Request
from customhouse.model import Claim, Finding
from customhouse.period import Period
from customhouse.quantity import Interval

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

Kind = Literal["text", "table", "derived"]
Role = Literal["counts", "superseded", "aside"]
Status = Literal["computed", "stated", "derived", "conflict", "missing"]
Mode = Literal["half_up", "truncate", "either"]
"""How printed figures were rounded: up from a half, cut off, or one does not know which."""
MODES: tuple[Mode, ...] = ("half_up", "truncate", "either")
Ends = Mapping[Mode, Interval | None]


@dataclass(frozen=True, slots=True)
class Stated:
    """A claim that a text states: when the text was published, and the vintage where it came from a store."""

    claim: Claim
    known_on: date | None = None
    vintage: int | None = None

    @property
    def place(self) -> str:
        """The document."""
        return self.claim.span.doc if self.claim.span else ""


@dataclass(frozen=True, slots=True)
class Computed:
    """A figure computed from the statistics of a store as they were from one vintage on.

    `latest` tells whether it is what the source has now; the others were revised.
    """

    claim: Claim
    source: str
    vintage: int
    known_on: date
    latest: bool = True


@dataclass(frozen=True, slots=True)
class Source:
    """One source of a figure: a text with its span, a table with its vintage, or a rule and its claims.

    `ends` has the interval under each mode of rounding, in the unit of the claim. `role` tells whether
    the source counts, was superseded by a later vintage, or was set aside because the figure cannot be
    of this kind. `mentions` is how often the text states it.
    """

    claim: Claim
    kind: Kind
    place: str
    ends: Ends
    known_on: date | None = None
    vintage: int | None = None
    role: Role = "counts"
    mentions: int = 1

    @property
    def interval(self) -> Interval:
        """The interval that half-up rounding allows."""
        found = self.ends["half_up"]
        assert found is not None
        return found


@dataclass(frozen=True, slots=True)
class Revision:
    """How a figure moved from the first source that gave it to the latest one.

    `low` and `high` bound the change: in per cent of the first figure for levels, in percentage points
    for rates.
    """

    first: Source
    latest: Source
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Point:
    """What is known of the figure in one period.

    `interval` is what the sources agree on, rounded by `rounding`; where they do not agree, what most of
    them say (where a revision explains it, the latest). `either` is what they agree on whichever way
    each was rounded, None where nothing is. `value` is the best figure in the interval. `finding` and
    `explained` tell of a conflict and of what would resolve it: `revision`, `rounding`, `vague` or
    `distinct` (two things that the slice does not tell apart).
    """

    period: Period
    status: Status
    sources: tuple[Source, ...] = ()
    interval: Interval | None = None
    either: Interval | None = None
    value: float | None = None
    rounding: Mode = "half_up"
    first: Source | None = None
    latest: Source | None = None
    revision: Revision | None = None
    finding: Finding | None = None
    explained: str | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """The points in order of time. `ask` is the figure without its period, `by` the frequency.

    `unit` is that of all values; `others` counts the figures of the same thing in other units.
    """

    ask: Request
    by: str
    unit: str
    points: tuple[Point, ...] = ()
    others: Mapping[str, int] | None = None

    def __len__(self) -> int:
        return len(self.points)

    def __iter__(self) -> Iterator[Point]:
        return iter(self.points)

    def at(self, period: Period | str) -> Point:
        """The point of a period (`2025-01/2025-03`). Raises KeyError where the series has none."""
        wanted = Period.parse(period) if isinstance(period, str) else period
        for point in self.points:
            if point.period == wanted:
                return point
        raise KeyError(str(wanted))

    def rows(self, language: str = "en") -> list[dict[str, Any]]:
        """One dictionary a period with the columns of `frames.COLUMNS`."""
        from customhouse.series import frames

        return frames.rows(self, language)

    def source_rows(self) -> list[dict[str, Any]]:
        """One dictionary a source of each period, with the columns of `frames.SOURCE_COLUMNS`."""
        from customhouse.series import frames

        return frames.source_rows(self)

    def to_csv(self, sources: bool = False, language: str = "en") -> str:
        """A header and one line a period (or a source)."""
        from customhouse.series import frames

        return frames.to_csv(self, sources, language)

    def to_json(self, language: str = "en") -> str:
        """One JSON object with every source, claim and finding."""
        from customhouse.series import frames

        return frames.to_json(self, language)

    def to_arrow(self, sources: bool = False) -> pyarrow.Table:
        """A `pyarrow.Table`, one row a period (or a source). Raises MissingExtra."""
        from customhouse.series import frames

        found: pyarrow.Table = frames.to_arrow(self, sources)
        return found

    def to_pandas(self, sources: bool = False) -> pandas.DataFrame:
        """A `pandas.DataFrame`, one row a period (or a source). Raises MissingExtra."""
        from customhouse.series import frames

        frame: pandas.DataFrame = frames.to_pandas(self, sources)
        return frame

    def to_polars(self, sources: bool = False) -> polars.DataFrame:
        """A `polars.DataFrame`, one row a period (or a source). Raises MissingExtra."""
        from customhouse.series import frames

        frame: polars.DataFrame = frames.to_polars(self, sources)
        return frame

    def save(self, path: str | Path, sources: bool = False, language: str = "en") -> None:
        """Write to a `.csv`, `.json`, `.parquet`, `.svg`, `.png` or `.html` file, whole or not at all.

        Raises OutputError, MissingExtra.
        """
        from customhouse.series.saving import save

        save(self, Path(path), sources, language)
