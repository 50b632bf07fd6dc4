"""Answers to questions as files: CSV, Parquet, a workbook, SDMX-CSV."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from customhouse.describe import name, period_words, word
from customhouse.measures import Missing
from customhouse.model import Claim
from customhouse.query import COLUMNS, Answer, Row, describe
from customhouse.query.table import DASH, decimals_of, power_of, unit_words, varying_dimensions
from customhouse.web.api import figures
from customhouse.web.api.asked import Asked, answer, open_statistics
from customhouse.web.api.call import Call
from customhouse.web.jobs.sheets import Sheet, Value
from customhouse.web.problems import Problem
from customhouse.web.words import fill

if TYPE_CHECKING:
    from customhouse.web.held import HeldDesk

_SHEET_ROWS = 20_000
"""Figures of a workbook: it is made in memory."""
_PLAIN = re.compile(r"[^a-z0-9]+")


async def query(call: Call) -> Response:
    """The whole answer as a file. Raises Problem, QueryError."""
    settings = call.counter.settings
    asked = Asked.of(call.given)
    found, totals = await call.counter.quick(_answered, asked, settings.seconds, settings.rows)
    stem = _stem(found)
    if call.form == "csv":
        return call.file(await run_in_threadpool(_csv, found, call.language), f"{stem}.csv")
    if call.form == "parquet":
        return call.file(await run_in_threadpool(_parquet, found, call.language), f"{stem}.parquet")
    if call.form == "sdmx-csv":
        return call.file(await call.counter.quick(_sdmx, found, asked), f"{stem}.sdmx.csv")
    if len(found) > _SHEET_ROWS:
        detail = f"{len(found)} figures: a workbook has {_SHEET_ROWS} at the most; take csv or parquet"
        raise Problem(422, detail, "too_many_figures")
    made = await run_in_threadpool(_sheet, found, asked, totals, call.language)
    return call.file(await call.counter.work("workbook", made), f"{stem}.xlsx")


def _answered(desk: HeldDesk, asked: Asked, seconds: float, rows: int) -> tuple[Answer, list[dict[str, Any]]]:
    """The answer, and what its parts add up to."""
    found = answer(desk, asked, seconds, rows)
    return found, figures.totals(found, open_statistics(desk, asked, found.query))


def _sdmx(desk: HeldDesk, found: Answer, asked: Asked) -> bytes:
    from customhouse.web.api.sdmx_rows import sdmx_csv

    statistics = open_statistics(desk, asked, found.query)
    return sdmx_csv(desk, found, statistics.source, statistics.reporter)


def _stem(found: Answer) -> str:
    """The beginning of a file's name: what was asked, in letters that every system takes."""
    return _PLAIN.sub("-", describe(found.query, "en").lower()).strip("-")[:80] or "figures"


def _csv(found: Answer, language: str) -> str:
    from customhouse.tabular import answer_csv

    return answer_csv(found, language)


def _parquet(found: Answer, language: str) -> bytes:
    import pyarrow.parquet as pq

    out = io.BytesIO()
    pq.write_table(found.to_arrow(language), out)
    return out.getvalue()


def _sheet(found: Answer, asked: Asked, totals: list[dict[str, Any]], language: str) -> Sheet:
    """The answer as statisticians lay a table out."""
    columns = list(_columns(found, language))
    rows = found.rows(language)
    filled = [column for column in COLUMNS if any(row.get(column) is not None for row in rows)]
    data = [tuple(filled), *(tuple(_plain(row.get(column)) for column in filled) for row in rows)]
    return Sheet(
        describe(found.query, language),
        (fill("api_sheet_figures", language), fill("api_sheet_data", language)),
        tuple(_above(found, asked, language)),
        tuple(heading for heading, *_ in columns), tuple(unit for _, unit, *_ in columns),
        tuple(form for _, _, form, _ in columns),
        tuple(tuple(of(row) for *_, of in columns) for row in found.figures),
        tuple(_below(found, totals, language)), tuple(data), language,
    )  # fmt: skip


_Column = tuple[str, str, str, Callable[[Row], Value]]
"""A column: its heading, its unit, its number format, and its value in a row."""


def _columns(found: Answer, language: str) -> Iterator[_Column]:
    claims = [row.claim for row in found.figures if row.claim is not None]
    power, units = power_of(claims, language), dict.fromkeys(claim.unit for claim in claims)
    decimals = decimals_of(claims, power)
    yield word("period", language), "", "", lambda row: _period(row, language)
    for dimension in varying_dimensions(found):
        yield word(dimension, language), "", "", lambda row, d=dimension: _name(row, d, language)  # type: ignore[misc]
    unit = unit_words(next(iter(units)), power, language) if len(units) == 1 else ""
    heading = name(found.query.ask.measure, language, "measure")
    yield heading, unit, _digits(decimals), lambda row: _scaled(row.found, power)
    if len(units) > 1:
        yield word("column_unit", language), "", "", lambda row: row.claim.unit if row.claim else None
    if any(isinstance(row.growth, Claim) for row in found.figures):
        yield name("growth", language, "measure"), "%", "0.0", lambda row: _scaled(row.growth, 0)


def _digits(decimals: int) -> str:
    return "#,##0" + ("." + "0" * decimals if decimals else "")


def _period(row: Row, language: str) -> str:
    period = row.claim.period if row.claim else row.ask.period
    return DASH if period is None else period_words(period, language)


def _name(row: Row, dimension: str, language: str) -> str:
    code = getattr(row.ask.slice, dimension)
    return name(code, language, dimension) if code else DASH


def _scaled(found: Claim | Missing | None, power: int) -> float | None:
    return found.value / 10**power if isinstance(found, Claim) else None


def _above(found: Answer, asked: Asked, language: str) -> Iterator[str]:
    """Whose figures, as known when, by which concepts."""
    numbers = ", ".join(map(str, figures.vintages(found)))
    sources = sorted(figures.sources(found)) or [asked.source or ""]
    yield fill(
        "api_sheet_source", language, source=", ".join(sources), vintages=numbers, currency=found.currency
    )
    day = asked.as_of or found.query.as_of
    yield fill("api_sheet_as_of", language, day=day) if day else fill("api_sheet_latest", language)
    chosen = (asked.concepts.system, asked.concepts.partner, asked.concepts.returned)
    told = [word(f"concept_{one}", language) for one in chosen if one in ("special", "consignment", "apart")]
    yield " ".join(told) or fill("api_sheet_general", language)


def _below(found: Answer, totals: list[dict[str, Any]], language: str) -> Iterator[str]:
    """Whether parts add up, and what is missing."""
    for one in totals:
        if one["adds_up"]:
            yield fill("api_sheet_adds_up", language, period=one["period"])
        elif one["whole"] is not None:
            amounts = {key: f"{one[key]:,.2f}" for key in ("whole", "parts", "rest")}
            yield fill("api_sheet_rest", language, period=one["period"], unit=one["unit"], **amounts)
    for reason in dict.fromkeys(missing.reason for _, missing in found.missing):
        yield fill("not_there", language, why=reason)


def _plain(one: Any) -> Value:
    return one if one is None or isinstance(one, str | float | int) else str(one)
