"""Columns of a file of declarations -> the fields of `schema.DECLARATION`, typed; null where none parses.

Nothing raises on a bad cell: `checks` sees the null beside the text that was there.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import narwhals as nw

from customhouse.errors import MappingError
from customhouse.model import HOME
from customhouse.period import month as month_number
from customhouse.records.schema import BEYOND, DECLARATION, FIELDS, REQUIRED, Field

LARGEST = 1_000_000_000_000
"""No amount of one line is larger; also what keeps sums within 64 bits."""
YEARS = (1900, 2099)
"""Days outside these years are no days of a declaration."""
SEPARATOR = "\x1f"
_NUMBER = r"^\s*[-+]?([0-9]{1,40}(\.[0-9]*)?|\.[0-9]+)\s*$"
_DASHED = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ].*)?$"
_COMPACT = r"^[0-9]{8}$"
_DAY = (
    r"^((19|20)[0-9]{2}-("
    r"(0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))"
    r"|(2000|(19|20)(0[48]|[2468][048]|[13579][26]))-02-29)$"
)
"""A day of the calendar between the first and the last of `YEARS`, leap days in leap years."""
_LINE = 999_999_999
_WIDEST = 30
_AT_ONCE = 40
_SAID = "said "
_BINARY = 2.0**53
_SHORTENED = r"^\s*[0-9]+(\.[0-9]+)?[eE]\+[0-9]+\s*$"
UNLIKE = "value_unlike"
OF_FILES = ("cells_beyond", "declaration_garbled", UNLIKE)
"""Rules that lines of some files cannot break: of others there is a column of each, with those that do."""
_LIFTED = 2.0**47
HALF_UP = 1 + 2.0**-51
"""Binary numbers lie next to decimal ones: this lifts 1.005 over the half that it was written as.

Up to 15 digits, which is as many as a binary number holds, amounts are exact.
"""


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


def parse(
    frame: nw.LazyFrame[Any],
    intake: Intake,
    place: str,
    filled: frozenset[str] = frozenset(),
    keep: bool = True,
) -> nw.LazyFrame[Any]:
    """The fields of declarations, and where `keep` every column as it was, which `said` puts together.

    Amounts become whole numbers: `value` hundredths, quantities thousandths, mass grams, as Int64;
    `line` Int64, `date` Date. Columns in `filled` are known to have no blank text. Raises
    MappingError where a required field has no column.
    """
    schema = frame.collect_schema()
    _named(intake, schema, place)
    only_text = all(dtype == nw.String for dtype in schema.dtypes())
    made = _of_file(intake, schema, only_text)
    whole: dict[str, nw.Expr] = {}
    for f in DECLARATION:
        column = column_of(f.name, intake, schema)
        if column is not None:
            plain = column in filled and f.kind == "text" and schema[column] == nw.String and not only_text
            made[f.name] = nw.col(column) if plain else _typed(f, column, schema[column], only_text)
            whole |= {f.name: _whole(f, schema[column])} if f.kind in ("amount", "integer") else {}
        else:
            made[f.name] = _constant(f, intake, place)
    kept = {f"{_SAID}{n}": nw.col(column) for n, column in enumerate(schema) if keep}
    parsed = _mapped(frame.select(**made, **kept), intake)
    parsed = parsed.with_columns(**whole, currency=nw.col("currency").fill_null(intake.currency))
    unlike = _unlike(intake, schema)
    return parsed.with_columns(**unlike) if unlike else parsed


def _of_file(intake: Intake, schema: nw.Schema, only_text: bool) -> dict[str, nw.Expr]:
    """Which lines break those of `OF_FILES` that lines of the file can break by what they say as text."""
    made: dict[str, nw.Expr] = {}
    if BEYOND in schema:
        made["cells_beyond"] = (nw.col(BEYOND).cast(nw.String).str.strip_chars() != "").fill_null(False)
    column = column_of("declaration_id", intake, schema)
    if column is not None and (only_text or schema[column].is_float()):
        text = nw.col(column).cast(nw.String)
        shortened = nw.when(text.str.contains("+", literal=True)).then(text.str.contains(_SHORTENED))
        made["declaration_garbled"] = shortened.otherwise(nw.lit(False))
    return made


def _unlike(intake: Intake, schema: nw.Schema) -> dict[str, nw.Expr]:
    """Which lines have another value than the one that is given for their basis, where a file gives one."""
    given = {"CIF": "value_cif", "FOB": "value_fob"}
    there = {basis: name for basis, name in given.items() if column_of(name, intake, schema) is not None}
    parts = [(nw.col("basis") == b) & (nw.col("value") != nw.col(name)) for b, name in there.items()]
    return {UNLIKE: nw.any_horizontal(*parts, ignore_nulls=True)} if parts else {}


def said(parsed: nw.LazyFrame[Any]) -> nw.Expr:
    """What each line of a parsed frame said: every column as text, in order, blank for null."""
    kept = [name for name in parsed.collect_schema() if name.startswith(_SAID)]
    return nw.concat_str(*(nw.col(name).cast(nw.String).fill_null("") for name in kept), separator=SEPARATOR)


def month_of(frame: nw.LazyFrame[Any], intake: Intake, place: str, today: date) -> nw.Expr:
    """The running number of the month of each line (Int32), null where its date tells none that can be.

    Months after that of `today` tell none: no line of theirs can be accepted.
    """
    schema = frame.collect_schema()
    _named(intake, schema, place)
    column = column_of("date", intake, schema)
    when = _constant(FIELDS["date"], intake, place) if column is None else _date(column, schema[column])
    month = when.dt.year().cast(nw.Int64) * 12 + when.dt.month().cast(nw.Int64) - 1
    return nw.when(month <= month_number(today.year, today.month)).then(month).cast(nw.Int32)


def column_of(name: str, intake: Intake, columns: Collection[str]) -> str | None:
    """The column that a field is read from, in whatever case; None where there is none."""
    wanted = intake.columns.get(name, name)
    alike = (column for column in columns if column.strip().lower() == wanted.lower())
    return wanted if wanted in columns else next(alike, None)


def _named(intake: Intake, schema: nw.Schema, place: str) -> None:
    """Raises MappingError where the intake names no field, or a field that must be there has no column."""
    for name in (*intake.columns, *intake.constants, *intake.values):
        if name not in FIELDS:
            raise MappingError(place, f"{name}: no field of declarations", f"name one of {', '.join(FIELDS)}")
    for name in intake.values:
        if FIELDS[name].kind != "text":
            raise MappingError(
                place, f"{name}: holds no words that could be put otherwise", "leave its values out"
            )
    for name in REQUIRED:
        if column_of(name, intake, schema) is None and name not in intake.constants:
            raise MappingError(
                place,
                f"no column for {name} (looked for {intake.columns.get(name, name)!r})",
                "name it in a mapping, or see the schema of declarations",
            )


def _mapped(frame: nw.LazyFrame[Any], intake: Intake) -> nw.LazyFrame[Any]:
    """Values that a mapping spells otherwise, put in our words; some at a time, since cases nest."""
    for name, words in intake.values.items():
        frame = frame.with_columns(ours_=nw.lit(None).cast(nw.String))
        for start in range(0, len(words), _AT_ONCE):
            chain = nw.col("ours_")
            for outside, ours in list(words.items())[start : start + _AT_ONCE]:
                chain = nw.when(nw.col(name) == outside).then(nw.lit(ours)).otherwise(chain)
            frame = frame.with_columns(ours_=chain)
        frame = frame.with_columns(nw.coalesce("ours_", name).alias(name)).drop("ours_")
    return frame


def _constant(f: Field, intake: Intake, place: str) -> nw.Expr:
    """One value for all lines. Raises MappingError where it is none for its field."""
    value = intake.constants.get(f.name)
    try:
        made = None if value is None else _MADE[f.kind](str(value), _scale(f))
    except (ValueError, ArithmeticError) as error:
        raise MappingError(
            place, f"the constant {value!r} is no {f.kind} for {f.name}", "correct it"
        ) from error
    return nw.lit(made).cast(_TYPES[f.kind]).alias(f.name)


_TYPES: dict[str, Any] = {"text": nw.String, "integer": nw.Int64, "date": nw.Date, "amount": nw.Int64}
_MADE: dict[str, Callable[[str, int], Any]] = {
    "text": lambda text, _: text,
    "integer": lambda text, _: int(text),
    "date": lambda text, _: date.fromisoformat(text),
    "amount": lambda text, scale: int((Decimal(text) * scale).to_integral_value(ROUND_HALF_UP)),
}


def _scale(f: Field) -> int:
    return 100 if f.name.startswith("value") else 1000


def _typed(f: Field, column: str, dtype: Any, strip: bool) -> nw.Expr:
    """A column as its field; `strip`: the file is all text, so that blanks around a value mean nothing."""
    if f.kind == "date":
        return _date(column, dtype)
    if f.kind != "text":
        return _number(column, dtype)
    text = nw.col(column) if dtype == nw.String else nw.col(column).cast(nw.String)
    if dtype.is_float():  # whole numbers are codes, and have no `.0` behind them
        number = nw.col(column)
        whole = (number == number.floor()) & (number.abs() < _BINARY)
        text = nw.when(whole).then(number.cast(nw.Int64).cast(nw.String)).otherwise(text)
    text = text.str.strip_chars() if strip else text
    return nw.when(text != "").then(text)


def _number(column: str, dtype: Any) -> nw.Expr:
    """A column as numbers: decimal or whole ones as they are, others binary; not-a-number for none."""
    if _exact(dtype):
        return nw.col(column)
    if dtype.is_numeric():
        number = nw.col(column).cast(nw.Float64)
        # DuckDB folds is_nan by the least and largest of a file, which leave it out; not so is_finite.
        some = nw.when(~number.cast(nw.String).str.contains("(?i)nan")).then(number)
        return nw.when(number.is_finite()).then(number).otherwise(some)
    text = nw.col(column) if dtype == nw.String else nw.col(column).cast(nw.String)
    number = nw.when(text.str.contains(_NUMBER)).then(text.cast(nw.Float64)).otherwise(nw.lit(float("nan")))
    return nw.when(text.str.strip_chars() != "").then(number)


def _whole(f: Field, dtype: Any) -> nw.Expr:
    """The numbers of a field as whole ones.

    A line number has at most 9 digits, and is null where it is none. Amounts are in hundredths or
    thousandths, halves up; -1 stands for what is no number, -2 for what is too large.
    """
    number, exact = nw.col(f.name), _exact(dtype)
    if f.kind == "integer":
        return nw.when(number.is_between(0, _LINE) & (number == number.floor())).then(number.cast(nw.Int64))
    within, too_large = number.is_between(0, LARGEST), number > LARGEST
    scaled: nw.Expr
    if exact:  # nothing larger is multiplied, lest it overflows
        scaled = (nw.when(within).then(number) * _scale(f)).round(0)
    else:
        scaled = rounded(number, nw.lit(float(_scale(f))))
        too_large = too_large & ~number.is_nan()
    small = nw.when(~number.is_null()).then(nw.lit(-1))
    wrong = nw.when(too_large).then(nw.lit(-2)).otherwise(small)
    return nw.when(within).then(scaled.cast(nw.Int64)).otherwise(wrong.cast(nw.Int64))


def rounded(number: nw.Expr, factor: nw.Expr) -> nw.Expr:
    """A binary number times a factor as a whole one, halves up."""
    product = number * factor
    # Of so large a number the lift would be a unit itself; its halves have more digits than are exact.
    lifted = nw.when(product < _LIFTED).then(product * HALF_UP).otherwise(product)
    return (lifted + 0.5).floor()


def _exact(dtype: Any) -> bool:
    """Whether numbers of a type are multiplied as they are; wider decimals would not fit."""
    return dtype.is_integer() or (dtype.is_decimal() and (dtype.precision or _WIDEST) < _WIDEST)


def _date(column: str, dtype: Any) -> nw.Expr:
    """Days of the calendar; null for all else. Numbers are read as text, such as 20250314."""
    if dtype in (nw.Date, nw.Datetime):
        day = nw.col(column).cast(nw.Date)
        return nw.when(day.dt.year().is_between(*YEARS)).then(day)
    if dtype.is_numeric():
        number = _number(column, dtype)
        return _day(nw.when(number.is_between(0, _LINE)).then(number.cast(nw.Int64)).cast(nw.String))
    return _day(nw.col(column).cast(nw.String).str.strip_chars())


def _day(written: nw.Expr) -> nw.Expr:
    """A day of the calendar written 2025-03-14, with or without a time, or 20250314."""
    compact = nw.concat_str(*(written.str.slice(*part) for part in ((0, 4), (4, 2), (6, 2))), separator="-")
    cut = nw.when(written.str.contains(_DASHED)).then(written.str.slice(0, 10))
    dashed = nw.when(written.str.contains(_COMPACT)).then(compact).otherwise(cut)
    return nw.when(dashed.str.contains(_DAY)).then(dashed.str.to_datetime(format="%Y-%m-%d").cast(nw.Date))
