"""The headline of the overview in words: each figure, its growth, and what that is compared with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from customhouse.describe import period_words
from customhouse.model import Claim
from customhouse.query.table import MINUS
from customhouse.release.labels import label
from customhouse.web.charts_model import Scale, rate
from customhouse.web.pages.overview_figures import Compared, Headline
from customhouse.web.pages.query_options import pretty
from customhouse.web.words import fill, word


@dataclass(frozen=True, slots=True)
class Line:
    """A figure with what stands beside it. `way` is up, down or empty."""

    period: str
    figure: str
    address: str
    way: str
    growth: str
    compared: str
    revised: str


@dataclass(frozen=True, slots=True)
class Tile:
    """A flow with its figure in the period, and in the year to date where that is another."""

    flow: str
    title: str
    lines: tuple[Line, ...]


def tile(head: Headline, language: str, query: Callable[..., str]) -> Tile:
    """A headline in words; `query` makes the address of a query from its options."""
    found = [_line(one, head.flow, language, query) for one in (head.level, head.to_date) if one]
    return Tile(head.flow, label(f"flow_{head.flow}", language), tuple(found))


def _line(one: Compared, flow: str, language: str, query: Callable[..., str]) -> Line:
    claim, growth = one.claim, one.growth
    assert claim.period
    address = query(flow=flow, period=pretty(claim.period))
    first = fill("overview_first", language, first=amount(one.first, language)) if one.first else ""
    way, told = _growth(growth, language)
    return Line(period_words(claim.period, language), amount(claim, language), address, way, told,
                _compared(one, language), first)  # fmt: skip


def day(one: date | None, language: str) -> str:
    """A day, such that no line ends within it."""
    if one is None:
        return word("chart_dots", language)
    month = word(f"month_{one.month}", language)
    return fill("overview_day", language, y=one.year, m=month, d=one.day)


def amount(claim: Claim, language: str) -> str:
    """A figure with its unit."""
    return Scale.of([claim], language).amount(claim)


def _growth(growth: Claim | None, language: str) -> tuple[str, str]:
    """Which way it went, and by how much, as it prints; no way where it prints as nothing."""
    if growth is None:
        return "", ""
    kind = "growth" if growth.unit == "%" else "change"
    text = f"{rate(growth)}%" if growth.unit == "%" else amount(growth, language)
    way = {"+": "up", MINUS: "down"}.get(text[0], "")
    return way, fill(f"overview_{kind}_{way or 'flat'}", language, n=text.lstrip(f"+{MINUS}"))


def _compared(one: Compared, language: str) -> str:
    """The level that growth rests on, from when it is known, and what it was at first."""
    assert one.claim.period
    base = period_words(one.claim.period.year_earlier(), language)
    if one.base is None:
        return fill("overview_no_base", language, base=base)
    code = "overview_revised" if one.base_first else "overview_unrevised"
    first = amount(one.base_first, language) if one.base_first else ""
    vintage = fill(code, language, day=day(one.base_known, language), first=first)
    return fill("overview_base", language, base=base, value=amount(one.base, language), vintage=vintage)
