"""Prices of a slice as rows, CSV, Arrow, pandas, Polars and JSON: one row a period."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

from customhouse import optional
from customhouse.prices.matched import PARTS

if TYPE_CHECKING:
    from customhouse.prices.linking import Row, Terms
    from customhouse.prices.of_slice import Prices

COLUMNS: Mapping[str, str] = {
    "period": "string", "base": "string", "price": "float64", "volume": "float64", "value": "float64",
    "level": "float64", "currency": "string", "coverage": "float64", "imputed": "float64",
    "dispersion": "float64", "grade": "string", "items": "int64", "set_aside": "int64",
    "growth_percent": "float64", **{f"{part}_points": "float64" for part in PARTS},
    "geks": "float64", "exports_price": "float64", "imports_price": "float64", "terms_of_trade": "float64",
    "lacking": "string",
}  # fmt: skip
"""Columns of the rows. Indices have the base as 100; `level` is money; coverage and imputed are shares."""


class Listed(Protocol):
    """What has rows of indices: those of a slice, those of a frame."""

    @property
    def rows(self) -> tuple[Row, ...]:
        """A row a period."""

    @property
    def whole(self) -> Row | None:
        """The row of all periods together."""

    @property
    def terms(self) -> tuple[Terms, ...]:
        """Terms of trade by period."""

    @property
    def currency(self) -> str:
        """The currency of the money."""


def rows(found: Listed) -> list[dict[str, Any]]:
    """One dictionary a period with COLUMNS, the whole period last; what is not known is None."""
    terms = {one.period: one for one in found.terms}
    every = [*found.rows, *([found.whole] if found.whole else [])]
    made = []
    for row in every:
        told = _row(row) | {"currency": found.currency}
        if (one := terms.get(row.period)) is not None:
            told |= {"exports_price": one.exports, "imports_price": one.imports, "terms_of_trade": one.terms}
        made.append({name: _known(told.get(name)) for name in COLUMNS})
    return made


def to_csv(found: Prices) -> str:
    """A header and one line a period; what is not known is empty."""
    page = io.StringIO()
    writer = csv.DictWriter(page, list(COLUMNS), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows(found))
    return page.getvalue()


def to_json(found: Prices) -> str:
    """What was asked for, the rows, and the log of edits, as one object."""
    asked = found.asked
    told = {
        "slice": asked.part.given(), "period": str(asked.period), "by": asked.by, "formula": asked.formula,
        "method": asked.method, "rule": asked.how.rule.method, "imputes": asked.how.impute,
        "currency": found.currency, "rows": rows(found), "edits": edit_rows(found),
    }  # fmt: skip
    if asked.drift:
        told["drift_percent"] = _known(found.drift)
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


def edit_rows(found: Prices) -> list[dict[str, Any]]:
    """One dictionary an edit."""
    return [{name: _known(value) for name, value in row.items()} for row in found.edits.to_pylist()]


def to_arrow(found: Listed) -> Any:
    """A `pyarrow.Table` of the rows."""
    import pyarrow as pa

    schema = pa.schema([(name, getattr(pa, kind)()) for name, kind in COLUMNS.items()])
    return pa.Table.from_pylist(rows(found), schema=schema)


def to_pandas(found: Prices) -> Any:
    """A `pandas.DataFrame` of the rows in Arrow types. Raises MissingExtra."""
    return optional.to_pandas(to_arrow(found))


def to_polars(found: Prices) -> Any:
    """A `polars.DataFrame` of the rows. Raises MissingExtra."""
    return optional.to_polars(to_arrow(found))


def _row(row: Row) -> dict[str, Any]:
    told: dict[str, Any] = {
        "period": str(row.period), "base": str(row.base), "items": row.pairs, "set_aside": row.aside,
        "growth_percent": row.growth, "lacking": row.lacking or None, "grade": row.grade or None,
    }  # fmt: skip
    plain = ("price", "volume", "value", "level", "coverage", "imputed", "dispersion", "geks")
    told |= {name: getattr(row, name) for name in plain}
    return told | {f"{part}_points": points for part, points in row.points.items()}


def _known(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value
