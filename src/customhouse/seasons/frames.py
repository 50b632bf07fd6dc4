"""Frames of pandas and Polars in and out: many series side by side, or one figure a row.

Wide: a column of months (or, in pandas, an index of dates or periods) and a column a series. Long: a row a
month of a series, with columns for the name, the month and the value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from customhouse import optional
from customhouse.errors import CustomhouseError, SeasonsError
from customhouse.seasons.adjusted import Adjusted
from customhouse.seasons.batch import Failure, Many, Progress, adjust_many
from customhouse.seasons.monthly import Monthly
from customhouse.seasons.settings import Settings

MONTH, SERIES, VALUE = "month", "series", "value"
PARTS = (
    "original", "adjusted", "calendar_adjusted", "trend", "seasonal", "irregular", "holiday", "trading",
    "growth_percent",
)
"""Columns of a result, besides the series and the month. Growth is the adjusted one on the month before."""
_LONG = frozenset({SERIES, MONTH, VALUE})


@dataclass(frozen=True, slots=True)
class Framed:
    """What came of a frame: frames of its kind, the results by name, and what was set aside.

    `wide` has a column of months and the adjusted series side by side, `parts` one row a month of a series
    with the columns PARTS, `diagnostics` one row a figure of a series.
    """

    results: Many
    failures: tuple[Failure, ...]
    wide: Any
    parts: Any
    diagnostics: Any


def adjust_frame(
    frame: Any, settings: Settings | None = None, *, month: str | None = None, series: str | None = None,
    value: str | None = None, folder: str | Path | None = None, processes: int | None = None,
    progress: Progress | None = None,
) -> Framed:
    """Adjust the series of a pandas or Polars frame, wide or long.

    `month` names the column of months (dates, periods, or texts such as 2025-03), by default the one called
    so, the index of pandas where it has dates, or the first column; `series` and `value` the columns of a
    long frame, by default those called so where a frame has all three. Series that cannot be read or
    adjusted are set aside. Raises SeasonsError for a frame that is neither, MissingExtra, and as
    `adjust_many` does.
    """
    kind, columns = _columns(frame)
    given, unread = monthly_of(columns, month, series, value)
    results = adjust_many(given, settings, folder, processes, progress)
    failures = (*unread, *results.failures)
    return Framed(
        results, failures, _made(kind, wide_columns(results)), _made(kind, part_columns(results)),
        _made(kind, diagnostic_columns(results)),
    )


def monthly_of(
    columns: Mapping[str, Sequence[Any]], month: str | None = None, series: str | None = None,
    value: str | None = None,
) -> tuple[list[Monthly], list[Failure]]:
    """The series of columns, and those that cannot be read. Raises SeasonsError."""
    for name in filter(None, (month, series, value)):
        if name not in columns:
            raise SeasonsError(f"{name}: no such column; there are {', '.join(columns)}")
    if series or value or columns.keys() >= _LONG:
        at = (series or SERIES, month or MONTH, value or VALUE)
        if lacking := [name for name in at if name not in columns]:
            raise SeasonsError(f"{lacking[0]}: a long frame has columns for series, month and value; name it")
        found = _gathered(*(columns[name] for name in at))
    else:
        key = month or (MONTH if MONTH in columns else next(iter(columns), MONTH))
        found = {name: (columns.get(key, ()), values) for name, values in columns.items() if name != key}
    if not found:
        raise SeasonsError("no series: give a column of months and at least one of values")
    return _read(found)


def wide_columns(results: Mapping[str, Adjusted]) -> dict[str, list[Any]]:
    """Months, and the adjusted series side by side; None where one has no month."""
    found = {name: result.series for name, result in results.items()}
    first = min((one.first for one in found.values()), default=0)
    last = max((one.first + len(one) for one in found.values()), default=0)
    key = MONTH if MONTH not in found else f"{MONTH}_"
    columns: dict[str, list[Any]] = {key: [_day(m) for m in range(first, last)]}
    return columns | {name: [_number(one.at(m)) for m in range(first, last)] for name, one in found.items()}


def part_columns(results: Mapping[str, Adjusted]) -> dict[str, list[Any]]:
    """One row a month of a series: the columns SERIES, MONTH and PARTS."""
    columns: dict[str, list[Any]] = {name: [] for name in (SERIES, MONTH, *PARTS)}
    for name, result in results.items():
        columns[SERIES] += [name] * len(result.months)
        columns[MONTH] += [_day(m) for m in result.months]
        for part, values in parts(result).items():
            columns[part] += [_number(v) for v in values]
    return columns


def parts(result: Adjusted) -> dict[str, Any]:
    """The columns PARTS of a result, as arrays over its months."""
    found = {name: getattr(result, name) for name in ("adjusted", "trend", "seasonal", "irregular", "holiday",
                                                      "trading")}  # fmt: skip
    found |= {"original": result.original.values, "growth_percent": result.growth()}
    found["calendar_adjusted"] = calendar_adjusted(result)
    return {name: found[name] for name in PARTS}


def calendar_adjusted(result: Adjusted) -> Any:
    """The series without moving holidays and working days, its seasonality kept."""
    if result.multiplicative:
        return result.original.values / (result.holiday * result.trading)
    return result.original.values - result.holiday - result.trading


def diagnostic_columns(results: Mapping[str, Adjusted]) -> dict[str, list[Any]]:
    """One row a figure of a series: its code and its value; the method and the model in words."""
    columns: dict[str, list[Any]] = {name: [] for name in (SERIES, "method", "model", "code", VALUE)}
    for name, result in results.items():
        for code, number in result.diagnostics.items():
            for column, cell in zip(columns, (name, result.method, result.model, code, _number(number)),
                                    strict=True):  # fmt: skip
                columns[column].append(cell)
    return columns


def _columns(frame: Any) -> tuple[str, dict[str, list[Any]]]:
    """The kind of a frame and its columns by name. Raises SeasonsError for what is no frame."""
    kind = type(frame).__module__.partition(".")[0]
    if kind == "pandas" and hasattr(frame, "columns"):
        dated = type(frame.index).__name__ in ("DatetimeIndex", "PeriodIndex")
        index = {str(frame.index.name or MONTH): list(frame.index)} if dated else {}
        return kind, index | {str(name): frame[name].tolist() for name in frame.columns}
    if kind == "polars" and hasattr(frame, "collect_schema"):
        frame = frame.collect() if hasattr(frame, "collect") else frame
        return kind, {name: frame[name].to_list() for name in frame.columns}
    raise SeasonsError(f"{type(frame).__name__}: no frame; give a DataFrame of pandas or Polars")


def _made(kind: str, columns: dict[str, list[Any]]) -> Any:
    """A frame of a kind."""
    frames = optional.module(kind, "making frames")
    if kind == "polars":
        return frames.DataFrame(columns, strict=False)
    made = frames.DataFrame(columns)
    dates = next((name for name in columns if name.startswith(MONTH)), None)
    return made if dates is None else made.astype({dates: "datetime64[s]"})


def _gathered(
    names: Sequence[Any], months: Sequence[Any], values: Sequence[Any]
) -> dict[str, tuple[Sequence[Any], Sequence[Any]]]:
    """Rows of a long frame by series."""
    found: dict[str, tuple[list[Any], list[Any]]] = {}
    for name, month, value in zip(names, months, values, strict=True):
        there = found.setdefault("" if name is None else str(name), ([], []))
        there[0].append(month)
        there[1].append(value)
    return dict(found)


def _read(
    found: Mapping[str, tuple[Sequence[Any], Sequence[Any]]]
) -> tuple[list[Monthly], list[Failure]]:
    """Series by their names, and those that are none with the reason."""
    read: list[Monthly] = []
    unread: list[Failure] = []
    for name, (months, values) in found.items():
        try:
            if not name:
                raise SeasonsError("a series without a name; give each one its own")
            read.append(monthly(months, values, name))
        except CustomhouseError as error:
            unread.append(Failure(name, str(error)))
    return read, unread


def monthly(months: Sequence[Any], values: Sequence[Any], name: str) -> Monthly:
    """One series of months and values in any order; empty values are missing. Raises SeasonsError."""
    if len(set(months)) < len(months):
        twice = next(m for m in months if list(months).count(m) > 1)
        raise SeasonsError(f"{name}: {twice} is there twice; keep one of the two")
    return Monthly.of({m: _value(v) for m, v in zip(months, values, strict=True)}, name=name)


def _value(value: Any) -> Any:
    """A number as it is; an empty text and the missing value of pandas are none."""
    empty = isinstance(value, str) and not value.strip()
    return None if empty or type(value).__name__ in ("NAType", "NaTType") else value


def _day(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)


def _number(value: Any) -> float | None:
    number = float(value)
    return None if number != number else number
