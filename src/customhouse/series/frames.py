"""A series as rows, CSV, Arrow, pandas, Polars and JSON: one row a period, or one row a source."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Mapping
from typing import Any

from customhouse import optional
from customhouse.model import CellOrigin, Derivation, Span
from customhouse.quantity import Interval
from customhouse.query import claim_json
from customhouse.series.dates import days
from customhouse.series.model import Point, Series, Source

COLUMNS: Mapping[str, str] = {
    "period": "string", "period_start": "date32", "period_end": "date32",
    "status": "string", "value": "float64", "low": "float64", "high": "float64",
    "low_either": "float64", "high_either": "float64", "unit": "string", "rounding": "string",
    "sources": "int64",
    "first_value": "float64", "first_known_on": "date32", "first_source": "string",
    "latest_value": "float64", "latest_known_on": "date32", "latest_source": "string",
    "revision_low": "float64", "revision_high": "float64", "explained": "string",
    "rule": "string", "arithmetic": "string", "note": "string",
}  # fmt: skip
"""Columns of the rows: one a period. Values are in base units, revisions in per cent (points for rates)."""
SOURCE_COLUMNS: Mapping[str, str] = {
    "period": "string", "period_start": "date32", "period_end": "date32",
    "kind": "string", "source": "string", "known_on": "date32", "vintage": "int64", "role": "string",
    "value": "float64", "bound": "string", "low": "float64", "high": "float64",
    "low_either": "float64", "high_either": "float64", "unit": "string",
    "start": "int64", "end": "int64", "text": "string", "mentions": "int64",
    "rule": "string", "arithmetic": "string",
}  # fmt: skip
"""Columns of the rows of sources: one a source of a period."""


def rows(series: Series, language: str = "en") -> list[dict[str, Any]]:
    """One dictionary a period with COLUMNS."""
    return [_row(point, series.unit, language) for point in series.points]


def source_rows(series: Series) -> list[dict[str, Any]]:
    """One dictionary a source with SOURCE_COLUMNS, by period and then in the order of time."""
    return [_source(point, source) for point in series.points for source in point.sources]


def to_csv(series: Series, sources: bool = False, language: str = "en") -> str:
    """A header and one line a period (or a source); what is not known is empty."""
    columns, found = _table(series, sources, language)
    page = io.StringIO()
    writer = csv.DictWriter(page, list(columns), lineterminator="\n")
    writer.writeheader()
    writer.writerows(found)
    return page.getvalue()


def to_arrow(series: Series, sources: bool = False, language: str = "en") -> Any:
    """A `pyarrow.Table` of the rows. Raises MissingExtra."""
    pa = optional.module("pyarrow", "making Arrow tables")
    columns, found = _table(series, sources, language)
    schema = pa.schema([(name, getattr(pa, kind)()) for name, kind in columns.items()])
    return pa.Table.from_pylist(found, schema=schema)


def to_pandas(series: Series, sources: bool = False) -> Any:
    """A `pandas.DataFrame` of the rows in Arrow types. Raises MissingExtra."""
    return optional.to_pandas(to_arrow(series, sources))


def to_polars(series: Series, sources: bool = False) -> Any:
    """A `polars.DataFrame` of the rows. Raises MissingExtra."""
    return optional.to_polars(to_arrow(series, sources))


def to_json(series: Series, language: str = "en") -> str:
    """One JSON object: what the series is of, and its points with every source, claim and finding."""
    asked = series.ask
    whole = {"of": asked.of, "whole": asked.whole and dict(asked.whole)}
    about = {"measure": asked.measure, **asked.slice.given(), "by": series.by, "unit": series.unit} | {
        k: v for k, v in whole.items() if v
    }
    found = {"series": about, "points": [_json(point, series.unit, language) for point in series.points]}
    return json.dumps(found, ensure_ascii=False, indent=2, default=str) + "\n"


def _table(series: Series, sources: bool, language: str) -> tuple[Mapping[str, str], list[dict[str, Any]]]:
    if sources:
        return SOURCE_COLUMNS, source_rows(series)
    return COLUMNS, rows(series, language)


def _row(point: Point, unit: str, language: str) -> dict[str, Any]:
    row: dict[str, Any] = dict.fromkeys(COLUMNS)
    row |= {"period": str(point.period), **days(point.period), "status": point.status, "unit": unit}
    row |= {"value": point.value, "rounding": point.rounding, "explained": point.explained}
    row |= _ends("", point.interval) | _ends("_either", point.either)
    row["sources"] = sum(source.role == "counts" for source in point.sources)
    for name, source in (("first", point.first), ("latest", point.latest)):
        if source is not None:
            row |= {f"{name}_value": source.claim.value, f"{name}_known_on": source.known_on,
                    f"{name}_source": source.place}
    if point.revision is not None:
        row |= {"revision_low": _short(point.revision.low), "revision_high": _short(point.revision.high)}
    row |= _derivation(next((s for s in point.sources if s.kind == "derived"), None))
    if point.finding is not None:
        row["note"] = point.finding.zh if language == "zh" else point.finding.en
    return row


def _source(point: Point, source: Source) -> dict[str, Any]:
    claim = source.claim
    row: dict[str, Any] = dict.fromkeys(SOURCE_COLUMNS)
    row |= {"period": str(point.period), **days(point.period), "kind": source.kind, "source": source.place}
    row |= {"known_on": source.known_on, "vintage": source.vintage, "role": source.role}
    row |= {"value": claim.value, "bound": claim.bound, "unit": claim.unit, "mentions": source.mentions}
    row |= _ends("", source.ends["half_up"]) | _ends("_either", source.ends["either"])
    if isinstance(claim.origin, Span):
        row |= {"start": claim.origin.start, "end": claim.origin.end, "text": claim.origin.text}
    return row | _derivation(source)


def _derivation(source: Source | None) -> dict[str, Any]:
    origin = source.claim.origin if source is not None else None
    if not isinstance(origin, Derivation):
        return {}
    return {"rule": origin.rule, "arithmetic": origin.arithmetic}


def _ends(name: str, interval: Interval | None) -> dict[str, float | None]:
    """The two ends; an open side and what there is not are empty."""
    if interval is None:
        return {}
    low, high = (end if math.isfinite(end) else None for end in (interval.low, interval.high))
    return {f"low{name}": low, f"high{name}": high}


def _short(value: float) -> float:
    return float(f"{value:.6g}")


def _json(point: Point, unit: str, language: str) -> dict[str, Any]:
    row = {name: value for name, value in _row(point, unit, language).items() if value is not None}
    row["sources"] = [_source_json(point, source) for source in point.sources]
    if point.finding is not None:
        finding = point.finding
        claims = [claim.to_dict() for claim in finding.claims]
        row["finding"] = {"kind": finding.kind, "code": finding.code, "en": finding.en, "zh": finding.zh,
                          "claims": claims}
    return row


def _source_json(point: Point, source: Source) -> dict[str, Any]:
    kept = ("kind", "source", "known_on", "vintage", "role", "mentions", "low", "high")
    told = _source(point, source)
    row = {name: told[name] for name in kept if told[name] is not None}
    claim = claim_json(source.claim)
    if isinstance(source.claim.origin, CellOrigin):
        claim.pop("source", None)
    return row | {"claim": claim}
