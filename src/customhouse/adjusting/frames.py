"""Adjusted series as rows: CSV, JSON, Arrow, pandas and Polars. Months are days, rates in per cent."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

from customhouse import optional
from customhouse.adjusting import words
from customhouse.adjusting.model import Adjustment
from customhouse.model import Claim
from customhouse.period import Period
from customhouse.query import claim_json
from customhouse.seasons.adjusted import Adjusted
from customhouse.seasons.combine import Composed
from customhouse.seasons.frames import MONTH, PARTS, SERIES, part_columns

_NUMBERS = 12
"""Significant digits in texts: more than any figure has, fewer than would differ from machine to machine."""


def columns(found: Mapping[str, Adjusted]) -> dict[str, list[Any]]:
    """One row a month of a series: series, month, PARTS."""
    return part_columns(found)


def to_csv(found: Mapping[str, Adjusted]) -> str:
    """A header and one line a month of a series; what is not there is empty."""
    page = io.StringIO()
    writer = csv.writer(page, lineterminator="\n")
    made = columns(found)
    writer.writerow(made)
    writer.writerows([_text(cell) for cell in row] for row in zip(*made.values(), strict=True))
    return page.getvalue()


def to_arrow(found: Mapping[str, Adjusted]) -> Any:
    """A `pyarrow.Table` of the same. Raises MissingExtra."""
    pa = optional.module("pyarrow", "making Arrow tables")
    kinds = {SERIES: pa.string(), MONTH: pa.date32()} | dict.fromkeys(PARTS, pa.float64())
    return pa.table(columns(found), schema=pa.schema(list(kinds.items())))


def to_pandas(found: Mapping[str, Adjusted]) -> Any:
    """A `pandas.DataFrame` of the same in Arrow types. Raises MissingExtra."""
    return optional.to_pandas(to_arrow(found))


def to_polars(found: Mapping[str, Adjusted]) -> Any:
    """A `polars.DataFrame` of the same. Raises MissingExtra."""
    return optional.to_polars(to_arrow(found))


def to_json(one: Adjustment, language: str = "en") -> str:
    """One JSON object: what was adjusted and how, the months, January and February as one, claims."""
    result = one.result
    found: dict[str, Any] = {
        "series": words.name(one, language), "unit": one.unit, "slice": one.slice.given(),
        "reporter": one.settings.reporter, **described(result),
        "notes": words.notes(one, language),
        "months": _rows(columns({one.name: result})),
        "january_february": [
            {"period": str(two.period), "original": _finite(two.original), "adjusted": _finite(two.adjusted),
             "growth_percent": _finite(two.growth), "adjusted_growth_percent": _finite(two.adjusted_growth)}
            for two in one.two_months
        ],
        "composed": [_composed(each) for each in one.composed],
    }  # fmt: skip
    if one.claims:
        last = one.growth(Period(one.period.last, one.period.last))
        found["growth"] = claim_json(last) if isinstance(last, Claim) else None
    return json.dumps(found, ensure_ascii=False, indent=2, default=str) + "\n"


def described(result: Adjusted) -> dict[str, Any]:
    """How a series was adjusted, as plain data."""
    return {
        "method": result.method, "model": result.model, "multiplicative": result.multiplicative,
        "windows": {f: {"before": w.before, "during": list(w.during), "after": w.after}
                    for f, w in result.windows.items()},
        "outliers": [{"kind": o.kind, "month": _month(o.month), "t": _finite(o.t)} for o in result.outliers],
        "coefficients": [
            {"name": c.name, "value": _finite(c.value), "error": _finite(c.error), "t": _finite(c.t)}
            for c in result.coefficients
        ],
        "diagnostics": {code: _finite(value) for code, value in result.diagnostics.items()},
    }  # fmt: skip


def _composed(one: Composed) -> dict[str, Any]:
    quality = {
        way: {code: _finite(getattr(measured, code)) for code in measured.__dataclass_fields__}
        for way, measured in one.quality.items()
    }
    return {
        "name": one.name, "parts": {key: one.signs[key] for key in one.parts}, "quality": quality,
        "difference_percent": {
            _month(month): _finite(float(value))
            for month, value in zip(one.months, one.difference, strict=True)
        },
    }


def _rows(made: Mapping[str, Sequence[Any]]) -> list[dict[str, Any]]:
    names = [name for name in made if name != SERIES]
    return [
        {name: _month_of(cell) if name == MONTH else cell for name, cell in zip(names, row, strict=True)}
        for row in zip(*(made[name] for name in names), strict=True)
    ]


def _month(month: int) -> str:
    return str(Period(month, month))


def _month_of(day: Any) -> str:
    return f"{day:%Y-%m}"


def _finite(value: float) -> float | None:
    return None if value != value or abs(value) == float("inf") else float(value)


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    return f"{cell:.{_NUMBERS}g}" if isinstance(cell, float) else str(cell)
