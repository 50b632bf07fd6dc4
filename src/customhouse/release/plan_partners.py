"""Trade by partner: the largest in their order, blocs, and who moved growth."""

from __future__ import annotations

from customhouse import groups
from customhouse.errors import VocabularyError
from customhouse.measures import Request
from customhouse.period import Period
from customhouse.release import agree
from customhouse.release.facts import Fact, Item, Paragraph, Statement
from customhouse.release.plan_parts import largest, with_flows
from customhouse.release.plan_totals import main_flow
from customhouse.release.survey import Survey
from customhouse.release.topics import topics

_FEWEST = 2
_RANKED = 3
_NEXT = 3
_MOVERS = 12
_LEAST_POINTS = 0.1
_LEAST_GAP = 0.5
_OTHERS = 40


def partners(survey: Survey, period: Period) -> list[Paragraph]:
    """The largest partners, blocs and areas, and contributions to growth."""
    flow = main_flow(survey, period)
    ordered = _ordered(survey, period, flow)
    if flow is None or len(ordered) < _FEWEST:
        return []
    return [
        Paragraph(period, tuple(_largest(survey, period, flow, ordered))),
        Paragraph(period, (*_blocs(survey, period, flow), *_movers(survey, period, flow, ordered))),
    ]


def _ordered(survey: Survey, period: Period, flow: str | None) -> list[str]:
    """Blocs that official tables rank and the single partners in none of them, the largest first."""
    blocs = [code for code in topics("partner", "ranked") if not _member(survey.reporter, code, period)]
    inside = {one for code in blocs for one in _members(code, period)}
    singles = [code for code in largest(survey, period, "partner", flow, _OTHERS) if code not in inside]
    amounts = {code: survey.amount(survey.slice(flow=flow, partner=code), period) for code in blocs}
    there = [code for code in blocs if amounts[code] > 0]
    found = survey.parts(flow, "partner", period) if flow else {}
    amounts |= {code: float(found[code].amount) for code in singles}
    return sorted([*there, *singles], key=lambda code: (-amounts[code], code))


def _largest(survey: Survey, period: Period, flow: str, ordered: list[str]) -> list[Statement]:
    """The first three with their ranks, the first two with their flows, then those that follow."""
    said: list[Statement] = []
    for place, code in enumerate(ordered[:_RANKED]):
        part = survey.slice(flow=flow, partner=code)
        item = survey.item(part, period, "growth", "share", *(("share_change",) if place == 0 else ()))
        if item is None:
            continue
        item, beside = with_flows(survey, period, item, 5.5 - place)
        rank = survey.fact(Request("rank", part, period, grouped=True)) if flow == "trade" else None
        if rank and rank.value == place + 1:
            item = Item((("rank", rank), *item.facts))
        said += [Statement("ranked" if item.get("rank") else "part", (item,), 7.0 - place / 2), *beside]
    items = [item for code in ordered[_RANKED:_RANKED + _NEXT]
             if (item := survey.item(survey.slice(flow=flow, partner=code), period, "growth"))]
    if len(items) > 1:
        said.append(Statement("parts", tuple(items), 3.0))
    return said


def _blocs(survey: Survey, period: Period, flow: str) -> list[Statement]:
    """The large blocs with level and share, then the growth of areas in one sentence."""
    said = []
    whole = survey.growth(survey.slice(flow=flow), period)
    for code in topics("partner", "bloc"):
        part = survey.slice(flow=flow, partner=code)
        item = survey.item(part, period, "growth", "share", "share_change")
        if item:
            gap = agree.gap(survey.gap(part, period, (("partner", None),)), item.get("growth"), whole)
            said.append(Statement("part", (_after_growth(item, gap),), 5.0))
    rates = [fact for code in topics("partner", "area")
             if (fact := survey.growth(survey.slice(flow=flow, partner=code), period))]
    told = [fact for fact in rates if fact.printed.bound == "exact"]
    if len(told) > 1:
        said.append(Statement("growths", tuple(Item((("growth", fact),)) for fact in told), 3.5))
    return said


def _after_growth(item: Item, gap: Fact | None) -> Item:
    """The item with a gap said after its growth, where it is worth saying."""
    if gap is None or abs(gap.value) < _LEAST_GAP:
        return item
    place = 1 + next(i for i, (name, _) in enumerate(item.facts) if name == "growth")
    return Item((*item.facts[:place], ("gap", gap), *item.facts[place:]))


def _movers(survey: Survey, period: Period, flow: str, ordered: list[str]) -> list[Statement]:
    """The two partners that added most to growth, and the one that took most from it."""
    found = [fact for code in ordered[:_MOVERS]
             if (fact := survey.fact(Request("contribution", survey.slice(flow=flow, partner=code), period)))]
    ups = sorted((f for f in found if f.value >= _LEAST_POINTS), key=lambda f: -f.computed.value)[:2]
    downs = sorted((f for f in found if f.value <= -_LEAST_POINTS), key=lambda f: f.computed.value)[:1]
    said: list[Fact] = [*ups, *downs]
    if not said:
        return []
    return [Statement("contributions", tuple(Item((("contribution", fact),)) for fact in said), 4.0)]


def _member(reporter: str | None, bloc: str, period: Period) -> bool:
    return reporter is not None and reporter in _members(bloc, period)


def _members(bloc: str, period: Period) -> frozenset[str]:
    try:
        return groups.members("partner", bloc, period.last).codes
    except VocabularyError:
        return frozenset()
