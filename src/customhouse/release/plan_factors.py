"""What growth is made of: prices and volumes, working days, and growth freed of seasons.

Said where the statistics bear it: prices and volumes of grade C at least that tell more of growth than they
leave open, entry and exit where they are large, working days where a regression tells them from nothing,
adjusted growth from five years of months on.
"""

from __future__ import annotations

from customhouse.measures import Request
from customhouse.model import SEASONALLY, Derivation
from customhouse.period import Period
from customhouse.release.facts import Fact, Item, Paragraph, Statement
from customhouse.release.survey import Survey

_FLOWS = ("exports", "imports")
_GRADES = "ABC"
_LEAST = 0.1
"""Points below which prices and volumes are not worth saying."""
_LARGE, _CHURN = 1.0, 10.0
"""Points from which goods newly traded, or no longer, are named; beyond the second they come and go by
chance, as where few declarations are known."""
_MONTHS = 60


def made_of(survey: Survey, period: Period) -> list[Paragraph]:
    """Exports and imports: what gave them their growth; of a month, their growth freed of seasons."""
    told = [*_adjusted(survey, period), *_factors(survey, period), *_days(survey, period)]
    return [Paragraph(period, tuple(told))] if told else []


def _adjusted(survey: Survey, period: Period) -> list[Statement]:
    """Growth on the month before, seasonally adjusted."""
    months = survey.statistics.months()
    if period.months != 1 or sum(month <= period.last for month in months) < _MONTHS:
        return []
    asks = [Request("growth", survey.slice(flow=flow), period, base=period.previous(), terms=SEASONALLY)
            for flow in _FLOWS]
    items = [Item((("growth", fact),)) for ask in asks if (fact := survey.fact(ask)) and fact.value]
    return [Statement("adjusted", tuple(items), 5.0)] if items else []


def _factors(survey: Survey, period: Period) -> list[Statement]:
    """What prices and volumes gave to the growth of each flow."""
    found = []
    for flow in _FLOWS:
        price = _points(survey, period, flow, "price")
        volume = _points(survey, period, flow, "volume")
        known = [(name, fact) for name, fact in (("price", price), ("volume", volume))
                 if fact and abs(fact.value) >= _LEAST]
        if known and grade(known[0][1]) in _GRADES:
            item = Item((*known, *_turnover(survey, period, flow)))
            if _tells(item, survey.growth(survey.slice(flow=flow), period)):
                found.append(Statement("factors", (item,), 4.2))
    return found


def _tells(item: Item, growth: Fact | None) -> bool:
    """Whether what is said of growth is more than what is left unsaid of it."""
    points = [fact.computed.value for _, fact in item.facts]
    rest = abs(growth.computed.value - sum(points)) if growth else 0.0
    return rest <= sum(map(abs, points))


def _turnover(survey: Survey, period: Period, flow: str) -> list[tuple[str, Fact]]:
    """What goods newly traded, and those no longer traded, gave to growth, where that is large."""
    facts = [(name, _points(survey, period, flow, name)) for name in ("entry", "exit")]
    if any(fact is None or abs(fact.value) > _CHURN for _, fact in facts):
        return []
    return [(name, fact) for name, fact in facts if fact and abs(fact.value) >= _LARGE]


def grade(fact: Fact) -> str:
    """The grade of what prices and volumes gave, A the best; its claim's note begins with it."""
    return (fact.computed.note or "").removeprefix("grade ")[:1]


def _days(survey: Survey, period: Period) -> list[Statement]:
    """What working days gave to the growth of each flow, where that is surely not nothing."""
    facts = [_points(survey, period, flow, "working_days") for flow in _FLOWS]
    items = [Item((("working_days", fact),)) for fact in facts if fact and _told(fact)]
    return [Statement("days", tuple(items), 3.8)] if items else []


def _told(fact: Fact) -> bool:
    """Whether an estimate is told from nothing, and printed as more than nothing."""
    origin = fact.computed.origin
    if not isinstance(origin, Derivation) or abs(fact.value) < _LEAST:
        return False
    return not origin.interval.low <= 0 <= origin.interval.high


def _points(survey: Survey, period: Period, flow: str, factor: str) -> Fact | None:
    """The points of growth that a factor gave; None where the flow has no growth worth saying."""
    part = survey.slice(flow=flow)
    if survey.growth(part, period) is None:
        return None
    return survey.fact(Request("contribution", part, period, factor=factor))
