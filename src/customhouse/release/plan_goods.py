"""Trade by goods: groups that customs name, what moved inside them, and bulk goods by quantity and price."""

from __future__ import annotations

from customhouse.period import Period
from customhouse.release.facts import Item, Paragraph, Statement
from customhouse.release.survey import Survey
from customhouse.release.topics import topics

_INSIDE = 4
_BULK = 4
_MOVED = 3.0
"""How much more a yuan of change weighs than a yuan of trade."""
_TONNES = "t"
_NEARLY_ALL = 99.95


def exported(survey: Survey, period: Period) -> list[Paragraph]:
    """Exports by goods."""
    return [Paragraph(period, tuple(_goods(survey, period, "exports")))]


def imported(survey: Survey, period: Period) -> list[Paragraph]:
    """Imports by goods; bulk goods in tonnes with their prices."""
    return [Paragraph(period, (*_goods(survey, period, "imports"), *_bulk(survey, period)))]


def _goods(survey: Survey, period: Period, flow: str) -> list[Statement]:
    said: list[Statement] = []
    rates = ("growth", "share", "share_change")
    for code in topics("commodity", "head", flow):
        head = survey.item(survey.slice(flow=flow, commodity=code), period, *rates)
        if head and not _everything(head):
            said.append(Statement("part", (head,), 6.0))
    inside = _items(survey, period, flow, _weightiest(survey, period, flow))
    if inside:
        said.append(Statement("goods" if said else "parts", inside, 5.0))
    groups = _items(survey, period, flow, topics("commodity", "group", flow), "share")
    if groups:
        said.append(Statement("parts", groups, 4.0))
    return said


def _items(
    survey: Survey, period: Period, flow: str, codes: tuple[str, ...], *names: str
) -> tuple[Item, ...]:
    found = (survey.item(survey.slice(flow=flow, commodity=code), period, "growth", *names) for code in codes)
    return tuple(item for item in found if item and not _everything(item))


def _everything(item: Item) -> bool:
    """Whether a part is all that the statistics have: a share of 100% says nothing."""
    share = item.get("share")
    return share is not None and share.computed.value > _NEARLY_ALL


def _weightiest(survey: Survey, period: Period, flow: str) -> tuple[str, ...]:
    """Goods by their value and how much it changed, those that matter most first."""
    weights = {}
    for code in topics("commodity", "inside", flow):
        part = survey.slice(flow=flow, commodity=code)
        now, before = (survey.amount(part, p) for p in (period, period.year_earlier()))
        if now > 0:
            weights[code] = now + (_MOVED * abs(now - before) if before > 0 else 0.0)
    chosen = sorted(weights, key=lambda code: -weights[code])[:_INSIDE]
    return tuple(sorted(chosen, key=lambda c: -survey.amount(survey.slice(flow=flow, commodity=c), period)))


def _bulk(survey: Survey, period: Period) -> list[Statement]:
    """Bulk imports in tonnes, with the growth of quantity and of price; the largest by value."""
    parts = [survey.slice(flow="imports", commodity=code) for code in topics("commodity", "bulk", "imports")]
    amounts = {part: survey.amount(part, period) for part in parts}
    items = []
    for part in sorted((p for p in parts if amounts[p] > 0), key=lambda p: -amounts[p])[:_BULK]:
        level = survey.level(part, period, "quantity", _TONNES)
        if level is None:
            continue
        rates = {"growth": survey.growth(part, period, "quantity", _TONNES),
                 "price": survey.growth(part, period, "price", f"{survey.currency}/{_TONNES}")}
        items.append(Item((("level", level), *((name, fact) for name, fact in rates.items() if fact))))
    return [Statement("bulk", tuple(items), 4.0)] if items else []
