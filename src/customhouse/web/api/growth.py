"""GET /prices and /adjusted: what growth is made of, and series without their seasons."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, get_args

from starlette.responses import Response

from customhouse.errors import QueryError
from customhouse.model import LANGUAGES
from customhouse.period import Period
from customhouse.prices import FORMULAS, Method
from customhouse.query import Query, describe, parse
from customhouse.web.api.asked import SLICE, WHICH, Asked, latest, one_source
from customhouse.web.api.call import Call
from customhouse.web.api.contract import PLAIN, Operation, Parameter
from customhouse.web.api.shapes import ref
from customhouse.web.growing import growths
from customhouse.web.growth_model import Season, Wanted
from customhouse.web.problems import timed_out

if TYPE_CHECKING:
    from customhouse.web.held import HeldDesk

BASES = ("year", "average", "month", "chain", "chain_year")
"""What a month is compared with, as `prices.of_slice` names it, which takes long to import."""
_MONTHS = 120
"""So many months have indices in one answer at the most."""
_SLICE = tuple(one for one in SLICE if one.name != "period")
_PERIOD = Parameter(
    "period", "One period, 2025-Q1 or 2024-01/2025-03; without one, the latest month.",
    {"type": "string", "maxLength": 60}, "2025-Q1",
)  # fmt: skip
_BY = Parameter(
    "by", "On a year earlier, last year's average or the month before; or chained by month or year.",
    {"type": "string", "enum": list(BASES), "default": "year"},
)  # fmt: skip
_FORMULA = Parameter(
    "formula", "Of the price index.", {"type": "string", "enum": list(FORMULAS), "default": "fisher"}
)
_METHOD = Parameter(
    "method", "How growth is taken apart into price and volume.",
    {"type": "string", "enum": list(get_args(Method)), "default": "bennet"},
)  # fmt: skip
_PLAIN = re.compile(r"[^a-z0-9]+")


def _form(schema: str) -> tuple[dict[str, Any], Parameter]:
    formats = {"json": ref(schema), "csv": PLAIN}
    return formats, Parameter(
        "format", "Of the answer; by default what Accept says, else JSON.",
        {"type": "string", "enum": list(formats)}, "json",
    )  # fmt: skip


_PRICES, _PRICES_FORM = _form("Prices")
_ADJUSTED, _ADJUSTED_FORM = _form("Adjusted")


async def prices(call: Call) -> Response:
    """Price and volume indices, and growth in points."""
    found = await growths(call.request).rows(_key(call.given))
    if found is None:
        raise timed_out(call.counter.settings.seconds)
    if call.form == "json":
        return call.json(found)
    return call.file(_csv(found["rows"]), f"prices-{_stem(found)}.csv")


async def adjusted(call: Call) -> Response:
    """A series with its adjustment, or with the reason why there is none."""
    wanted, query = await call.counter.quick(_wanted, call.given)
    found = await growths(call.request).season(wanted)
    if found is None:
        raise timed_out(call.counter.settings.seconds)
    day = call.get("as_of")
    told: dict[str, Any] = {
        "question": {to: describe(query, to) for to in LANGUAGES}, "source": wanted.source,
        "as_of": day.isoformat() if day else None, **_told(found),
    }  # fmt: skip
    if call.form == "json":
        return call.json(told)
    return call.file(_csv(told["months"]), f"adjusted-{_stem(told)}.csv")


def _key(given: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    """What is asked for besides its format."""
    return tuple(sorted((name, one) for name, one in given.items() if name not in ("format", "lang")))


def understood(desk: HeldDesk, given: Mapping[str, Any]) -> Query:
    """The one slice and period of a request. Raises QueryError, Problem."""
    asked = Asked.of({name: one for name, one in given.items() if name not in ("by", "formula", "method")})
    one_source(desk, asked.source, asked.as_of)
    query = parse("", {"flow": "imports", **asked.options}, latest(desk, asked.as_of))
    if query.each or len(query.periods) != 1:
        name = query.each[0][0] if query.each else "period"
        raise QueryError(f"{name}: one at a time here; join codes by + (%2B in an address)")
    if query.periods[0].months > _MONTHS:
        raise QueryError(f"period: {_MONTHS} months at the most, here {query.periods[0].months}")
    return query


def _wanted(desk: HeldDesk, given: Mapping[str, Any]) -> tuple[Wanted, Query]:
    asked, query = Asked.of(given), understood(desk, given)
    source = one_source(desk, asked.source, asked.as_of)
    day = asked.as_of or max(v.known_on for v in desk.vintages() if v.source == source)
    part = Wanted(query.slice, query.periods[0], source, day, asked.currency, asked.concepts)
    return part, query


def _told(found: Season) -> dict[str, Any]:
    """The series as JSON has it."""
    outliers = dict(found.outliers)
    none = (None,) * len(found.original)
    made = (found.adjusted, found.trend, found.seasonal, found.si, found.growth)
    lines = (found.original, *(line or none for line in made))
    names = ("original", "adjusted", "trend", "seasonal", "si", "growth_percent")
    months = [
        {"month": str(Period(month, month)), **dict(zip(names, row, strict=True)),
         "outlier": outliers.get(month)}
        for month, *row in zip(found.months, *lines, strict=True)
    ]  # fmt: skip
    return {
        "reporter": found.reporter, "currency": found.currency, "method": found.method or None,
        "model": found.model, "multiplicative": found.multiplicative, "months": months,
        "january_february": [
            {"period": str(Period(first, first + 1)), "growth_percent": grown}
            for first, grown in found.together
        ],
        "windows": {name: list(days) for name, days in found.windows},
        "diagnostics": dict(found.diagnostics),
        "notes": [{"code": code, "values": dict(values)} for code, values in found.notes],
        "lacking": [{"code": note.code, "reason": note.text} for note in found.lacking],
    }  # fmt: skip


def _csv(rows: list[dict[str, Any]]) -> str:
    """A header and one line a row; what is not known is empty."""
    page = io.StringIO()
    writer = csv.DictWriter(page, list(rows[0]) if rows else [], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return page.getvalue()


def _stem(found: Mapping[str, Any]) -> str:
    return _PLAIN.sub("-", found["question"]["en"].lower()).strip("-")[:80]


OPERATIONS = (
    Operation(
        "/prices",
        "prices",
        "Prices and volumes by month, and what growth is made of",
        "Statistics",
        prices,
        _PRICES,
        "Unit value indices with their coverage and grade; growth in points of price, volume, entry, exit "
        "and what is not covered. The whole period stands last.",
        (*_SLICE, _PERIOD, _BY, _FORMULA, _METHOD, *WHICH, _PRICES_FORM),
        errors=(501,),
        example="flow=imports&period=2025-Q1",
    ),
    Operation(
        "/adjusted",
        "adjusted",
        "The value by month without seasons, moving holidays and working days",
        "Statistics",
        adjusted,
        _ADJUSTED,
        "By X-13ARIMA-SEATS, or by STL, which the answer says. It needs three years of months or more; what "
        "is lacking, the answer says.",
        (*_SLICE, *WHICH, _ADJUSTED_FORM),
        errors=(501,),
        example="flow=exports",
    ),
)
