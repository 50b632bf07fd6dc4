"""Columns of a file of declarations -> the fields of `schema.DECLARATION`, typed; what does not parse is null.

Nothing raises on a bad cell: `checks` sees the null beside the text that was there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import narwhals as nw

from customhouse.errors import MappingError
from customhouse.model import HOME
from customhouse.records.schema import DECLARATION, REQUIRED, Field

LARGEST = 10_000_000_000.0
"""No amount of one line is larger; also what keeps sums within 64 bits."""
SEPARATOR = "\x1f"
_NUMBER = r"^\s*-?[0-9]{1,15}(\.[0-9]*)?\s*$"
_DAY = r"^[12][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
_LONG_MONTHS = (1, 3, 5, 7, 8, 10, 12)


@dataclass(frozen=True, slots=True)
class Intake:
    """How the columns of a source become fields: names, values that stand for all rows, code systems.

    `columns` maps a field to its column (the field's own name where it is left out), `systems` a
    dimension to the code system of its values (our own codes where left out).
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    systems: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    reporter: str = HOME
    currency: str = "CNY"


def parse(frame: nw.LazyFrame[Any], intake: Intake, place: str) -> nw.LazyFrame[Any]:
    """The fields of declarations, `raw` (every column as text) and `had` columns for what did not parse.

    Amounts become whole numbers: `value` hundredths, quantities thousandths, mass grams, as Int64;
    `line` Int64, `date` Date. Raises MappingError where a required field has no column.
    """
    schema = frame.collect_schema()
    sources = {f.name: intake.columns.get(f.name, f.name) for f in DECLARATION}
    for name in REQUIRED:
        if sources[name] not in schema and name not in intake.constants:
            raise MappingError(place, f"no column for {name} (looked for {sources[name]!r})",
                               "name it in a mapping, or see the schema of declarations")
    made: dict[str, nw.Expr] = {}
    for f in DECLARATION:
        column = sources[f.name]
        if column in schema:
            made |= _typed(f, column, schema[column])
        else:
            made[f.name] = _constant(f, intake)
    raw = nw.concat_str(*(nw.col(c).cast(nw.String).fill_null("") for c in schema), separator=SEPARATOR)
    parsed = frame.select(**made, raw=raw)
    return _mapped(parsed, intake)


def month_of(frame: nw.LazyFrame[Any], intake: Intake, place: str) -> nw.Expr:
    """The running number of the month of each line, null where its date tells none (Int32)."""
    column = intake.columns.get("date", "date")
    schema = frame.collect_schema()
    if column not in schema:
        if "date" not in intake.constants:
            raise MappingError(place, f"no column for date (looked for {column!r})", "name it in a mapping")
        when = nw.lit(intake.constants["date"]).cast(nw.Date)
    else:
        when = _day(column) if schema[column] == nw.String else nw.col(column).cast(nw.Date)
    return (when.dt.year().cast(nw.Int64) * 12 + when.dt.month().cast(nw.Int64) - 1).cast(nw.Int32)


def _mapped(frame: nw.LazyFrame[Any], intake: Intake) -> nw.LazyFrame[Any]:
    """Values that a mapping spells otherwise, put in our words."""
    for name, words in intake.values.items():
        chain = nw.col(name)
        for outside, ours in words.items():
            chain = nw.when(nw.col(name) == outside).then(nw.lit(ours)).otherwise(chain)
        frame = frame.with_columns(chain.alias(name))
    return frame


def _constant(f: Field, intake: Intake) -> nw.Expr:
    types = {"text": nw.String, "integer": nw.Int64, "date": nw.Date, "amount": nw.Int64}
    value = intake.constants.get(f.name, intake.currency if f.name == "currency" else None)
    return nw.lit(value).cast(types[f.kind]).alias(f.name)


def _typed(f: Field, column: str, dtype: Any) -> dict[str, nw.Expr]:
    text = dtype == nw.String
    if f.kind == "text":
        stripped = nw.col(column) if text else nw.col(column).cast(nw.String)
        return {f.name: nw.when(stripped != "").then(stripped)}
    if f.kind == "date":
        return {f.name: _day(column) if text else nw.col(column).cast(nw.Date)}
    if f.kind == "integer":
        number = nw.when(nw.col(column).str.contains(r"^\s*[0-9]{1,9}\s*$")).then(nw.col(column).cast(nw.Int64)) \
            if text else nw.col(column).cast(nw.Int64)
        return {f.name: number}
    return _amount(f, column, text)


def _amount(f: Field, column: str, text: bool) -> dict[str, nw.Expr]:
    """Whole hundredths or thousandths, halves up; -1 stands for text that is no number."""
    scale = 100 if f.name.startswith("value") else 1000
    number = nw.when(nw.col(column).str.contains(_NUMBER)).then(nw.col(column).cast(nw.Float64)) \
        if text else nw.col(column).cast(nw.Float64)
    usable = nw.when((number >= 0) & (number <= LARGEST)).then((number * scale + 0.5).floor().cast(nw.Int64))
    blank = nw.col(column).is_null() | (nw.col(column) == "") if text else nw.col(column).is_null()
    too_large = nw.when(number > LARGEST).then(nw.lit(-2)).otherwise(nw.lit(-1)).cast(nw.Int64)
    return {f.name: nw.when(~blank).then(nw.when(usable.is_null()).then(too_large).otherwise(usable))}


def _day(column: str) -> nw.Expr:
    """A day of the calendar written 2025-03-14 or 20250314; months' lengths are looked at before the cast."""
    text = nw.col(column).str.slice(0, 10)
    compact = nw.concat_str(text.str.slice(0, 4), text.str.slice(4, 2), text.str.slice(6, 2), separator="-")
    dashed = nw.when(text.str.contains(r"^[0-9]{8}$")).then(compact).otherwise(text)
    shaped = dashed.str.contains(_DAY)
    year, month, day = (
        nw.when(shaped).then(dashed.str.slice(*part).cast(nw.Int64)) for part in ((0, 4), (5, 2), (8, 2))
    )
    leap = ((year % 4 == 0) & (year % 100 != 0)) | (year % 400 == 0)
    february = nw.when(leap).then(nw.lit(29)).otherwise(nw.lit(28))
    longest = nw.when(month.is_in(_LONG_MONTHS)).then(nw.lit(31)).otherwise(nw.lit(30))
    longest = nw.when(month == 2).then(february).otherwise(longest)
    return nw.when(shaped & (day <= longest)).then(dashed.str.to_datetime(format="%Y-%m-%d").cast(nw.Date))
