"""The totals of a period, how they came about within it, records and streaks."""

from __future__ import annotations

import math

from customhouse.measures import Request
from customhouse.model import Derivation
from customhouse.period import Period
from customhouse.release import agree
from customhouse.release.facts import Fact, Item, Paragraph, Statement
from customhouse.release.plan_factors import made_of
from customhouse.release.survey import Survey

FLOWS = ("trade", "exports", "imports")
_EARLIER = 3
"""So many earlier periods make a record worth the name."""
_GROWN = 3
_ABOVE = 4
_LENGTHS = (1, 3, 12)
_FEW = 4


def totals(survey: Survey, period: Period) -> list[Paragraph]:
    """Totals with records and streaks; how they came about."""
    first = [*overview(survey, period, "overview"), *_highest(survey, period), *_runs(survey, period)]
    found = [Paragraph(period, tuple(first))]
    if period.months == 1:
        return [*found, *made_of(survey, period), *_to_date(survey, period)]
    last = _last(period)
    then = [*_course(survey, period), *_latest(survey, last), *_turns(survey, last)]
    return [*found, *made_of(survey, period), Paragraph(last, tuple(then))]


def overview(survey: Survey, period: Period, kind: str) -> list[Statement]:
    """Trade, then exports, imports and the balance; of one flow alone where there is no other."""
    items = {flow: survey.item(survey.slice(flow=flow), period, "growth") for flow in (*FLOWS, "balance")}
    trade, exports, imports, balance = items.values()
    if exports is None or imports is None:
        only = items.get(main_flow(survey, period) or "")
        return [Statement(kind, (only,), 9.0)] if only else []
    agreed = agree.flows(trade, exports, imports, balance)
    if agreed is None:
        return [Statement(kind, (trade,), 9.0)] if trade else []
    if trade is None:
        return [Statement("flows", agreed, 8.0)]
    return [Statement(kind, agreed[:1], 9.0), Statement("flows", agreed[1:], 8.0)]


def _highest(survey: Survey, period: Period) -> list[Statement]:
    """Records for the same period, of trade, or else of exports and imports."""
    if _years_back(survey, period) < _EARLIER:
        return []
    found = {flow: survey.fact(Request("record", survey.slice(flow=flow), period))
             for flow in _flows(survey, period)}
    sure = [fact for fact in found.values() if fact and _surely(fact) and fact.value == 1]
    return [Statement("record", tuple(Item((("record", fact),)) for fact in sure[:2]), 5.0)] if sure else []


def _years_back(survey: Survey, period: Period) -> int:
    """How many years back the statistics have the same months without a gap, down to where they begin."""
    months, years = survey.statistics.months(), 0
    while survey.has(period.shift(-12 * (years + 1))):
        years += 1
    return years if months and period.first - 12 * (years + 1) < months[0] else 0


def _runs(survey: Survey, period: Period) -> list[Statement]:
    """How long trade, else exports or imports, has grown, and how long it has been above a round number."""
    if period.months not in _LENGTHS:
        return []
    parts = [survey.slice(flow=flow) for flow in _flows(survey, period)]
    asks = [Request("streak", part, period, of="growth") for part in parts]
    grown = [fact for ask in asks if (fact := survey.fact(ask)) and _surely(fact) and fact.value >= _GROWN]
    said = [Statement("streak", (Item((("streak", fact),)),), 4.0) for fact in grown[:1]]
    flow = main_flow(survey, period)
    least = _round_below(survey, period, flow)
    above = least and survey.fact(Request("streak", survey.slice(flow=flow), period, threshold=least))
    if above and _surely(above) and above.value >= _ABOVE:
        said.append(Statement("above", (Item((("streak", above),)),), 4.0))
    return said


def _round_below(survey: Survey, period: Period, flow: str | None) -> float | None:
    """The round number of one digit below the value of a flow."""
    amount = survey.amount(survey.slice(flow=flow), period)
    if amount <= 0:
        return None
    unit = 10.0 ** math.floor(math.log10(amount))
    return float(f"{amount // unit * unit:.6g}")


def _surely(fact: Fact) -> bool:
    """Whether the statistics go back far enough, and exactly enough, to leave no doubt."""
    origin = fact.computed.origin
    return isinstance(origin, Derivation) and origin.interval.low == origin.interval.high


def _last(period: Period) -> Period:
    """The last month; of a year the last quarter."""
    return Period(period.last - (2 if period.months == 12 else 0), period.last)


def _pieces(period: Period) -> list[Period]:
    """The months of a short period, the quarters of a long one that has whole ones."""
    step = 1 if period.months <= _FEW else 3
    if period.months % step or (step == 3 and period.first % 3):
        return []
    return [Period(m, m + step - 1) for m in range(period.first, period.last + 1, step)]


def _course(survey: Survey, period: Period) -> list[Statement]:
    """The growth of trade month by month, or quarter by quarter."""
    flow = main_flow(survey, period)
    pieces = _pieces(period)
    facts = [survey.growth(survey.slice(flow=flow), piece) for piece in pieces]
    known = [fact for fact in facts if fact]
    if flow is None or len(known) < len(pieces) or len(known) < 2:
        return []
    return [Statement("course", tuple(Item((("growth", fact),)) for fact in known), 6.0)]


def _latest(survey: Survey, last: Period) -> list[Statement]:
    """The last month or quarter: how its growth differs from that of the one before, and its flows."""
    found = overview(survey, last, "latest")
    if not found or found[0].kind != "latest":
        return found
    head, rest = found[0], found[1:]
    item = head.items[0]
    return [Statement("latest", (_with_change(survey, item, last),), 6.0),
            *(Statement(s.kind, s.items, 5.0) for s in rest)]


def _with_change(survey: Survey, item: Item, last: Period) -> Item:
    """The item with the change of its growth on the period before, where it is that of printed rates."""
    part, growth = item.first.ask.slice, item.get("growth")
    change = survey.change_of_growth(part, last, last.previous())
    agreed = agree.gap(change, growth, survey.growth(part, last.previous()))
    return Item((*item.facts, ("change", agreed))) if agreed else item


def _turns(survey: Survey, last: Period) -> list[Statement]:
    """Exports or imports whose growth changed sign of late; of the main flow the course tells."""
    found = []
    for flow in _flows(survey, last)[1:]:
        part = survey.slice(flow=flow)
        now, before = survey.growth(part, last), survey.growth(part, last.previous())
        if now and before and now.value * before.value < 0:
            kind = "turn_up" if now.value > 0 else "turn_down"
            found.append(Statement(kind, (Item((("growth", before),)), Item((("growth", now),))), 4.5))
    return found


def _to_date(survey: Survey, period: Period) -> list[Paragraph]:
    """The year to date of a month, its flows, and sums that changed sign on the month before."""
    year = Period(period.last // 12 * 12, period.last)
    found = [Paragraph(period, tuple(_turns(survey, period)))]
    if year != period and survey.has(year):
        found.append(Paragraph(year, tuple(overview(survey, year, "to_date"))))
    return found


def main_flow(survey: Survey, period: Period) -> str | None:
    """The flow that parts are said of: trade, or the only one that there is."""
    there = [flow for flow in FLOWS if survey.amount(survey.slice(flow=flow), period)]
    if there[:1] == ["trade"] and len(there) == 2:
        return there[1]  # all trade is of one flow
    return there[0] if there else None


def _flows(survey: Survey, period: Period) -> tuple[str, ...]:
    """Trade, exports and imports, or the only flow that there is."""
    flow = main_flow(survey, period)
    return FLOWS if flow == "trade" else (flow,) if flow else ()


def noted(survey: Survey, period: Period) -> tuple[tuple[str, Period | None], ...]:
    """How growth and rounding are meant, and since when records and streaks are counted."""
    months = survey.statistics.months()
    since = Period(months[0], months[0]) if months else None
    counted = (("note_since", since),) if since and _years_back(survey, period) >= _EARLIER else ()
    return (("note_growth", None), ("note_rounding", None), *counted)
