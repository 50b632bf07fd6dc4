"""The figures of a mapping: which columns, of what measure, unit, months and marks."""

from __future__ import annotations

import re
from collections.abc import Iterator

from customhouse.records import coding, printed_units
from customhouse.records.mapping import scales
from customhouse.records.mapping.fiscal import FiscalStyle
from customhouse.records.mapping.keys import Keys, empty, name_of
from customhouse.records.mapping.model import Figure, Scale
from customhouse.records.mapping.parts import DIMENSIONS, LATE, code, condition, period, readable
from customhouse.records.numerals import Marks
from customhouse.records.printed_units import Unit

NUMBER_KEYS = ("decimal", "thousands", "decimals")
_FIGURE_KEYS = (
    "measure",
    "months",
    "unit",
    "scale",
    "period",
    "month",
    "matching",
    "empty",
    "only",
    "but",
    *NUMBER_KEYS,
    *DIMENSIONS,
    "currency",
    "basis",
)
_MEASURES = ("value", "quantity", "mass", "growth")
_MONTHS = ("month", "year_to_date")


def figures(keys: Keys) -> Iterator[Figure]:
    """The columns of figures, with what stands for all of them."""
    if not isinstance(keys.raw.get("figures"), dict) or not keys.raw["figures"]:
        raise keys.wrong(
            "figures", "has no columns", "write `figures:` and under it `COLUMN: {flow: exports}`"
        )
    for column, raw in keys.inside("figures").raw.items():
        for one in raw if isinstance(raw, list) else [raw]:
            own = Keys(one if one != "" else {}, f"{keys.place}, figures, {column}")
            own.only(*_FIGURE_KEYS)
            yield _figure(column, own, keys)


def _figure(column: str, own: Keys, keys: Keys) -> Figure:
    measure = own.choice("measure", _MEASURES) or keys.choice("measure", _MEASURES, "value")
    months = own.choice("months", _MONTHS) or keys.choice("months", _MONTHS, "month")
    fixed = {
        name: code(name, text, own, name)
        for name in (*DIMENSIONS, "currency", "basis")
        if (text := own.text(name))
    }
    unit, unit_column, values = _unit(own if "unit" in own.raw else keys, measure)
    named = own.text("period")
    if named:
        found = period(keys)
        readable(named, found.style if found else FiscalStyle(), own)
    matching = own.choice("matching", ("yes", "no"), "no") == "yes"
    figure = Figure(
        column=column if matching else name_of(column),
        measure=measure,
        months=months,
        unit=unit,
        unit_column=unit_column,
        unit_values=values,
        scale=_scale(own, keys, measure),
        fixed=fixed,
        period=named,
        month=own.number("month", 1, 12),
        pattern=_matching(column, own) if matching else None,
        marks=_marks(own) or _marks(keys),
        decimals=_first(own.number("decimals", 0, 9), keys.number("decimals", 0, 9)),
        empty=empty(own),
        only=condition(own, "only"),
        but=condition(own, "but"),
    )
    if unit and measure in ("quantity", "mass") and unit.kind == "money":
        raise own.wrong("unit", f"is money, and {column!r} is a {measure}", "give a unit such as kg")
    if measure == "mass" and unit and unit.code and unit.code not in printed_units.grams():
        raise own.wrong("unit", f"is {unit.code}, no unit of mass", "give kg, t or g")
    return figure


def _first(own: int | None, common: int | None) -> int | None:
    return common if own is None else own


def _matching(column: str, own: Keys) -> re.Pattern[str]:
    try:
        return re.compile(column)
    except re.error as error:
        raise own.wrong(
            "matching", f"is for patterns, and {column!r} is none ({error})", "correct it"
        ) from error


def _unit(keys: Keys, measure: str) -> tuple[Unit | None, str | None, dict[str, str]]:
    raw = keys.raw.get("unit")
    if raw is None:
        return None, None, {}
    if isinstance(raw, str):
        return unit(raw, keys), None, {}
    own = keys.inside("unit")
    own.only("column", "values")
    column = own.text("column")
    if column is None:
        raise own.wrong("column", "is missing", "name the column that has the unit")
    values = {
        " ".join(text.split()): str(value)
        for text, value in (own.inside("values").raw if "values" in own.raw else {}).items()
    }
    for value in values.values():
        if value != "none":
            unit(value, own)
    return None, name_of(column), values


def unit(text: str, keys: Keys) -> Unit:
    """A unit as a mapping writes it."""
    found = printed_units.parse(text) or _own_unit(text)
    if found is None:
        raise keys.wrong(
            "unit", f"is {text!r}, which names none", "write it as CNY 10000, USD million or 1000 t"
        )
    return found


def _own_unit(text: str) -> Unit | None:
    coded = coding.resolve("unit", ("own", "names"), text, LATE)
    return Unit("quantity", coded.code, printed_units.ONE) if coded.code else None


def _scale(own: Keys, keys: Keys, measure: str) -> Scale | None:
    """The column of scale of a figure; what stands for all figures leaves those in per cent alone."""
    if measure != "growth":
        return scales.scale(own if "scale" in own.raw else keys)
    if scales.scale(own):
        raise own.wrong("scale", "is of a growth, which is in per cent", "leave it out")
    return None


def _marks(keys: Keys) -> Marks | None:
    decimal, thousands = keys.text("decimal"), keys.raw.get("thousands")
    if decimal is None and thousands is None:
        return None
    if decimal is None:
        decimal = "," if thousands == "." else "."
    if thousands is None:
        thousands = "," if decimal == "." else "."
    if decimal not in (".", ",") or thousands not in (".", ",", " ", "'", "") or decimal == thousands:
        raise keys.wrong(
            "decimal",
            f"is {decimal!r} and `thousands` {thousands!r}",
            "give two marks of . and , that differ",
        )
    return Marks(decimal, str(thousands))
