"""Trade by customs regime, by kind of enterprise and by region."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from customhouse.measures import Request
from customhouse.period import Period
from customhouse.release import agree
from customhouse.release.facts import Item, Paragraph, Statement
from customhouse.release.plan_totals import main_flow
from customhouse.release.survey import Survey
from customhouse.release.topics import topics

_MOST = 3
_PLACES = 5
_LEAST_SHARE = 0.02
_MOST_SHARE = 0.9995
"""Parts smaller or larger than these shares of the total are not named."""


def regimes(survey: Survey, period: Period) -> list[Paragraph]:
    """General trade, processing trade, bonded logistics; the largest with its flows."""
    return [Paragraph(period, tuple(_parts(survey, period, "regime")))]


def enterprises(survey: Survey, period: Period) -> list[Paragraph]:
    """Traders by number, then their trade by ownership."""
    return [Paragraph(period, (*_traders(survey, period), *_parts(survey, period, "enterprise")))]


def regions(survey: Survey, period: Period) -> list[Paragraph]:
    """The large regions, then the places with most trade."""
    said = _parts(survey, period, "region", flows=False)
    flow = main_flow(survey, period)
    singles = largest(survey, period, "region", flow, _PLACES)
    items = [item for code in singles if (item := _item(survey, period, "region", code, flow, "growth"))]
    if len(items) > 1:
        said.append(Statement("places", tuple(items), 4.0))
    return [Paragraph(period, tuple(said))]


def _parts(survey: Survey, period: Period, dimension: str, flows: bool = True) -> list[Statement]:
    """The parts that customs name, or else the largest, by size; the largest first and with its flows."""
    flow = main_flow(survey, period)
    if flow is None:
        return []
    found = _sized(survey, period, dimension, topics(dimension, "main"), flow)
    if len(found) < 2 and dimension != "region":
        found = _sized(survey, period, dimension, largest(survey, period, dimension, flow, _MOST), flow)
    rates = ("growth", "share", "share_change")
    items = [item for code in found if (item := _item(survey, period, dimension, code, flow, *rates))]
    if not items:
        return []
    items = list(agree.split(items))
    beside: list[Statement] = []
    if flows:
        items[0], beside = with_flows(survey, period, items[0], 5.0)
    said = [Statement("part", tuple(items[:1]), 7.0), *beside]
    if items[1:]:
        said.append(Statement("parts", tuple(items[1:]), 6.0))
    return said


def with_flows(survey: Survey, period: Period, item: Item, weight: float) -> tuple[Item, list[Statement]]:
    """A part's trade with its exports and imports (of partners the balance too), in digits that agree."""
    part = item.first.ask.slice
    if part.flow != "trade":
        return item, []
    flows = {flow: survey.item(replace(part, flow=flow), period, "growth")
             for flow in ("exports", "imports", "balance")}
    exports, imports, balance = flows.values()
    if exports is None or imports is None:
        return item, []
    agreed = agree.flows(item, exports, imports, balance if part.partner else None)
    if agreed is None:
        return item, []
    return agreed[0], [Statement("flows", agreed[1:], weight)]


def largest(survey: Survey, period: Period, dimension: str, flow: str | None, most: int) -> list[str]:
    """The single codes with most trade, the largest first; `other` is none."""
    if flow is None:
        return []
    found = survey.parts(flow, dimension, period)
    codes = sorted(found, key=lambda code: (-found[code].amount, code))
    return [code for code in codes if code != "other"][:most]


def _sized(survey: Survey, period: Period, dimension: str, codes: Sequence[str], flow: str) -> list[str]:
    """Of some codes those that matter, the largest first."""
    total = survey.amount(survey.slice(flow=flow), period)
    amounts = {code: survey.amount(survey.slice(flow=flow, **{dimension: code}), period) for code in codes}
    least, most = _LEAST_SHARE * total, _MOST_SHARE * total
    return sorted((c for c in codes if 0 < least <= amounts[c] <= most), key=lambda c: -amounts[c])


def _item(survey: Survey, period: Period, dimension: str, code: str, flow: str | None,
          *names: str) -> Item | None:
    return survey.item(survey.slice(flow=flow, **{dimension: code}), period, *names)


def _traders(survey: Survey, period: Period) -> list[Statement]:
    """How many enterprises traded, and how many of them are private, each with its change and share."""
    everyone = survey.slice(flow="trade")
    private = replace(everyone, enterprise="private")
    ask = Request("count", everyone, period, unit="enterprise")
    all_of_them = survey.fact(ask)
    if all_of_them is None or all_of_them.value <= 0:
        return []
    change = survey.fact(replace(ask, measure="change", of="count"))
    first = Item((("level", all_of_them), *((("change", change),) if change and change.value else ())))
    some = survey.fact(replace(ask, slice=private))
    if some is None or not 0 < some.value < all_of_them.value:
        return [Statement("traders", (first,), 4.0)]
    share = survey.fact(Request("share", private, period, of="count", unit="enterprise"))
    second = Item((("level", some), *((("share", share),) if share else ())))
    return [Statement("traders", (first, second), 4.0)]
