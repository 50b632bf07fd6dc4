"""Rows that people keep in lists (budgets, accredited holders, finds), and days as they write them."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from customhouse.errors import TargetingError
from customhouse.targeting import written

EPOCH = date(1970, 1, 1)
"""The day 0."""


def records(rows: Any, name: str, known: Sequence[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """The rows of a list (mappings, or any DataFrame) as texts, each with its place; what is missing is "".

    Lists within a row are joined by blanks. Raises TargetingError for columns that are not known.
    """
    for number, row in enumerate(_mappings(rows, name), 1):
        place = f"{name}, row {number}"
        if not isinstance(row, Mapping):
            raise TargetingError(f"{place}: no mapping of names to values; give one for each row")
        wrong = [key for key in row if key not in known]
        if wrong:
            near = difflib.get_close_matches(str(wrong[0]), known, 1)
            told = f"no column {', '.join(map(str, wrong))}; "
            told += f"did you mean {near[0]}? There are" if near else "there are"
            raise TargetingError(f"{place}: {told} {', '.join(known)}")
        yield place, {key: _text(value) for key, value in row.items()}


def day_of(value: Any, place: str) -> int:
    """Days since 1970 of a day or moment, of numpy's too, or of a text such as 2025-03-31 or 2025/3/31.

    Raises TargetingError.
    """
    import numpy as np

    try:
        said = str(value).strip() if isinstance(value, (str, np.datetime64)) else None
        day = value if said is None else written.day(said) or datetime.fromisoformat(said)
        return int(day.toordinal()) - EPOCH.toordinal()
    except (ValueError, AttributeError) as error:  # NaT of pandas raises the first
        raise TargetingError(f"{place}: {value!r} is no day; write days as 2025-03-31") from error


def as_day(given: Any) -> int:
    """Days since 1970 of what may be their number already, or else as `day_of`. Raises TargetingError."""
    import numpy as np

    return int(given) if isinstance(given, (int, np.integer)) else day_of(given, "day")


def date_of(day: int) -> date:
    """The day of so many days since 1970."""
    return EPOCH + timedelta(days=int(day))


def shown(day: int) -> str:
    """A day as 2025-03-31."""
    return date_of(day).isoformat()


def _mappings(rows: Any, name: str) -> Iterable[Any]:
    import narwhals as nw

    if isinstance(rows, Iterable) and not hasattr(rows, "columns") and not hasattr(rows, "schema"):
        return rows
    try:
        frame = nw.from_native(rows, eager_only=True)
    except TypeError as error:
        raise TargetingError(f"{name}: no list of rows; give mappings or a DataFrame") from error
    found: Iterable[Any] = frame.iter_rows(named=True)
    return found


def _text(value: Any) -> str:
    if isinstance(value, (set, frozenset)):
        value = sorted(value)
    if isinstance(value, (list, tuple)):
        return " ".join(map(_text, value))
    try:
        if value is None or bool(value != value):
            return ""
    except TypeError:  # NA of pandas
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()
