"""The figures of a query: as rows, as a printed table, as data frames, as JSON with their origin."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from customhouse import optional, vocabulary
from customhouse.measures import Missing, Request
from customhouse.model import DIMENSIONS, LANGUAGES, CellOrigin, Claim, Derivation
from customhouse.period import Period
from customhouse.query import notes
from customhouse.query.model import Query
from customhouse.query.reasons import missing

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

COLUMNS: Mapping[str, str] = {
    "period": "string", "period_start": "date32", "period_end": "date32",
    **{name: "string" for d in DIMENSIONS for name in (d, f"{d}_name")},
    "measure": "string", "of": "string", "value": "float64", "unit": "string",
    "low": "float64", "high": "float64", "growth": "float64", "base": "string", "whole": "string",
    "against": "string", "threshold": "float64", "factor": "string", "terms": "string",
    "note": "string", "missing": "string",
}  # fmt: skip
"""Columns of the rows and frames. Values are in base units, growth in per cent; `missing` says why not."""


@dataclass(frozen=True, slots=True)
class Row:
    """What was asked for, what was found, and for levels the growth beside it."""

    ask: Request
    found: Claim | Missing
    growth: Claim | Missing | None = None

    @property
    def claim(self) -> Claim | None:
        """The claim, where there is one."""
        return self.found if isinstance(self.found, Claim) else None


@dataclass(frozen=True, slots=True)
class Answer:
    """The rows of a query in order. `currency` is that of the statistics."""

    query: Query
    figures: tuple[Row, ...]
    currency: str

    def __len__(self) -> int:
        return len(self.figures)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.figures)

    @property
    def claims(self) -> tuple[Claim, ...]:
        """The figures that there are, as claims with their derivation."""
        return tuple(row.claim for row in self.figures if row.claim is not None)

    @property
    def missing(self) -> tuple[tuple[Request, Missing], ...]:
        """What was asked for and is not in the statistics, with the reason."""
        return tuple((row.ask, row.found) for row in self.figures if isinstance(row.found, Missing))

    def rows(self, language: str = "en") -> list[dict[str, Any]]:
        """One dictionary a figure with COLUMNS; names of codes are in the language."""
        return [_row(row, language) for row in self.figures]

    def table(self, language: str = "en") -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
        """Headings and cells as text: what varies, then the figures as official tables print them."""
        from customhouse.query.table import table

        return table(self, language)

    def to_arrow(self, language: str = "en") -> pyarrow.Table:
        """A `pyarrow.Table` with COLUMNS, one row a figure. Raises MissingExtra."""
        pa = optional.module("pyarrow", "making Arrow tables")
        schema = pa.schema([(name, getattr(pa, kind)()) for name, kind in COLUMNS.items()])
        found: pyarrow.Table = pa.Table.from_pylist(self.rows(language), schema=schema)
        return found

    def to_pandas(self, language: str = "en") -> pandas.DataFrame:
        """A `pandas.DataFrame` with COLUMNS in Arrow types. Raises MissingExtra."""
        return optional.to_pandas(self.to_arrow(language))

    def to_polars(self, language: str = "en") -> polars.DataFrame:
        """A `polars.DataFrame` with COLUMNS. Raises MissingExtra."""
        return optional.to_polars(self.to_arrow(language))

    def to_json(self) -> str:
        """One JSON object: the question in words, and the figures with arithmetic, cells and vintages."""
        from customhouse.query.words import describe

        found = {
            "question": {language: describe(self.query, language) for language in LANGUAGES},
            "as_of": self.query.as_of and self.query.as_of.isoformat(),
            "currency": self.currency,
            "figures": [_figure(row) for row in self.figures],
        }
        return json.dumps(found, ensure_ascii=False, indent=2) + "\n"


def _row(row: Row, language: str) -> dict[str, Any]:
    claim, ask = row.claim, row.ask
    found: dict[str, Any] = dict.fromkeys(COLUMNS)
    period = claim.period if claim else ask.period
    found |= {"period": None if period is None else str(period), "measure": ask.measure, "of": ask.of}
    found |= _days(period)
    for dimension, code in ask.slice.given().items():
        kind = "partner" if dimension == "reporter" else dimension
        found |= {dimension: code, f"{dimension}_name": vocabulary.name(code, language, kind)}
    base = (claim.base if claim else None) or ask.base
    found |= {"base": None if base is None else str(base), "whole": _dims(ask.whole)}
    found |= {"against": _dims(ask.against), "factor": ask.factor, "terms": ask.terms}
    if isinstance(row.growth, Claim):
        found["growth"] = row.growth.value
    if claim is None:
        found["missing"] = missing(row.found, ask, language) if isinstance(row.found, Missing) else None
        return found
    interval = claim.interval()
    ends = {"low": interval.low, "high": interval.high if math.isfinite(interval.high) else None}
    return found | ends | {"value": claim.value, "unit": claim.unit, "note": notes.note(claim, language, ask),
                           "threshold": claim.threshold}


def _days(period: Period | None) -> dict[str, date]:
    """The first and last day of a period."""
    if period is None:
        return {}
    (year, month), (last_year, last_month) = divmod(period.first, 12), divmod(period.last + 1, 12)
    end = date(last_year, last_month + 1, 1) - timedelta(days=1)
    return {"period_start": date(year, month + 1, 1), "period_end": end}


def _dims(dims: tuple[tuple[str, str | None], ...] | None) -> str | None:
    return None if dims is None else json.dumps(dict(dims), ensure_ascii=False, sort_keys=True)


def _figure(row: Row) -> dict[str, Any]:
    """A figure with its origin; or what was asked for and why there is none."""
    if isinstance(row.found, Missing):
        asked = Claim(row.ask.measure, 0.0, row.ask.unit or "", CellOrigin("", (), 0), of=row.ask.of,
                      slice=row.ask.slice, period=row.ask.period, base=row.ask.base, factor=row.ask.factor,
                      terms=row.ask.terms).to_dict()
        months = [str(Period(month, month)) for month in row.found.months]
        kept = {k: v for k, v in asked.items() if k not in ("value", "unit", "bound")}
        return kept | {"missing": {"code": row.found.code, "reason": row.found.reason, "months": months}}
    found = claim_json(row.found)
    if (told := notes.note(row.found, "en", row.ask)) is not None:
        found["note"] = told
    if isinstance(row.growth, Claim):
        found["growth"] = claim_json(row.growth)
    return found


def claim_json(claim: Claim) -> dict[str, Any]:
    """A claim in the claim format with its interval, arithmetic, and the cells that it comes from."""
    found = claim.to_dict()
    if (told := notes.note(claim, "en")) is not None:
        found["note"] = told
    origin = claim.origin
    if isinstance(origin, CellOrigin):
        found |= {"source": origin.source, "vintages": list(origin.vintages), "cells": origin.cells}
    if isinstance(origin, Derivation):
        high = origin.interval.high if math.isfinite(origin.interval.high) else None
        found |= {"low": origin.interval.low, "high": high, "rule": origin.rule}
        found |= {"arithmetic": origin.arithmetic, "from": [claim_json(one) for one in origin.claims]}
    return found
