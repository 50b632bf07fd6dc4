"""GET /revisions, /series, /overview: figures over loads, over time, and at a glance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from customhouse.errors import CustomhouseError
from customhouse.query import Answer, parse, run
from customhouse.web.api import figures
from customhouse.web.api.asked import (
    AS_OF,
    CURRENCY,
    MEASURED,
    SLICE,
    SOURCE,
    WHICH,
    Asked,
    Bounded,
    Q,
    latest,
    open_statistics,
)
from customhouse.web.api.call import Call
from customhouse.web.api.contract import Operation, Parameter
from customhouse.web.api.shapes import LANG, ref

if TYPE_CHECKING:
    from customhouse.web.held import HeldDesk

_FREQUENCY = Parameter(
    "by",
    "The frequency; by default what most figures are by.",
    {"type": "string", "enum": ["month", "quarter", "half", "year", "ytd"]},
    "month",
)
_MEASURE = next(one for one in MEASURED if one.name == "measure")
_OTHER = tuple(one for one in MEASURED if one.name in ("base", "whole"))
_PERIOD = next(one for one in SLICE if one.name == "period")
_PARTS = {"partners": "partner", "goods": "hs2"}
_TOP = 10


async def revisions(call: Call) -> Response:
    """What a figure was from each load on."""
    return call.json(await call.counter.work("revisions", Asked.of(call.given)))


async def series(call: Call) -> Response:
    """All that the store says of one thing, period by period."""
    return call.json(await call.counter.work("series", Asked.of(call.given), call.language))


async def overview(call: Call) -> Response:
    """The headline figures of a period."""
    found = await call.counter.brief(_overview, call.given, call.language, call.counter.settings.seconds)
    return call.json(found)


def _overview(desk: HeldDesk, given: Mapping[str, Any], language: str, seconds: float) -> dict[str, Any]:
    """Totals with growth, the months, the largest partners and goods, as far as the statistics have them."""
    asked = Asked.of({name: one for name, one in given.items() if name not in ("lang",)})
    usual = asked.query(desk)
    bounded = Bounded(open_statistics(desk, asked, usual), seconds, 10_000)
    period = str(usual.periods[0])
    year = f"{usual.periods[0].shift(-12)}".split("/")[0] + "/" + period.split("/")[-1]

    def told(options: dict[str, Any]) -> Answer | None:
        try:
            return run(parse("", options, latest(desk, asked.as_of)), bounded)
        except CustomhouseError:
            return None

    totals = told({"flow": "trade,exports,imports,balance", "period": period})
    found: dict[str, Any] = {
        "period": period,
        "source": bounded.source,
        "currency": bounded.currency,
        "as_of": asked.as_of.isoformat() if asked.as_of else None,
        "basis": figures.basis(bounded, asked.concepts) | {"totals": []},
        "vintages": figures.vintages(totals) if totals else [],
        "totals": _figures(totals, language),
        "months": _figures(told({"flow": "exports,imports", "by": "month", "period": year}), language),
    }
    for name, axis in _PARTS.items():
        options = {"flow": "trade", "by": axis, "top": _TOP, "period": period}
        found[name] = _figures(told(options), language)
    return found


def _figures(found: Answer | None, language: str) -> list[dict[str, Any]]:
    return [] if found is None else [figures.figure(row, language) for row in found.figures if row.claim]


OPERATIONS = (
    Operation(
        "/overview",
        "overview",
        "The headline figures of a period",
        "Statistics",
        overview,
        {"json": ref("Overview")},
        "Trade, exports, imports and the balance with their growth, the months, and the largest partners and "
        "chapters of goods; what the statistics do not have is left out.",
        (_PERIOD, *WHICH, LANG),
        example="period=2025-Q1",
    ),
    Operation(
        "/revisions",
        "revisions",
        "What a figure was from each load on that changed it",
        "Statistics",
        revisions,
        {"json": ref("Revisions")},
        "",
        (Q, *SLICE, _MEASURE, SOURCE, CURRENCY),
        example="q=exports+to+ASEAN+2025-03",
    ),
    Operation(
        "/series",
        "series",
        "All that the store says of one thing, period by period",
        "Statistics",
        series,
        {"json": ref("Series")},
        "From tables and from texts, with every source of each period, the interval that they agree on, and "
        "what identities leave of periods that nobody states.",
        (_MEASURE, *SLICE, *_OTHER, _FREQUENCY, SOURCE, AS_OF, CURRENCY, LANG),
        example="flow=exports&partner=ASEAN&by=quarter",
    ),
)
