"""A release made by hand for tests: two languages, figures with their claims, tables and charts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

from customhouse.model import CellOrigin, Claim, Derivation, Slice, Span
from customhouse.period import Period, month
from customhouse.prose import Passage
from customhouse.quantity import Interval
from customhouse.release.charts import release_charts
from customhouse.release.model import Figure, Language, Paragraph, Release, Section
from customhouse.release.tables import release_tables
from statistics_fake import Cell, FakeStatistics

PERIOD = Period.of(2025, 1, 3)
PUBLISHED = date(2025, 4, 14)
HOSTILE = "<script>window.hacked = 1</script><img src=x onerror=\"window.hacked = 2\"> & 'so on'"
EN = (
    "Trade came to 10.3 trillion yuan in the first quarter, up 1.3% on a year earlier.",
    "Exports of 6.13 trillion yuan grew by 6.9%; the share of ASEAN in trade was 16.6%.",
)
ZH = (
    "一季度进出口10.3万亿元，同比增长1.3%。",
    "出口6.13万亿元，增长6.9%；东盟占进出口的16.6%。",
)
PRINTED = {
    "10.3 trillion yuan": ("value", "trade", 10.3e12, "CNY", 1e11),
    "10.3万亿元": ("value", "trade", 10.3e12, "CNY", 1e11),
    "1.3%": ("growth", "trade", 1.3, "%", 0.1),
    "6.13 trillion yuan": ("value", "exports", 6.13e12, "CNY", 1e10),
    "6.13万亿元": ("value", "exports", 6.13e12, "CNY", 1e10),
    "6.9%": ("growth", "exports", 6.9, "%", 0.1),
    "16.6%": ("share", "trade", 16.6, "%", 0.1),
}
_PARTNERS = {"VNM": 9, "DEU": 8, "USA": 11, "JPN": 5, "KOR": 6, "BRA": 3, "RUS": 4, "NGA": 1}
_KINDS = ("private", "foreign_invested", "state_owned")


@cache
def statistics() -> FakeStatistics:
    """Fifteen months of a few partners, enterprises and goods, rising and falling."""
    cells = []
    for at in range(month(2024, 1), month(2025, 3) + 1):
        for place, (partner, size) in enumerate(_PARTNERS.items()):
            for flow, way in (("exports", 3), ("imports", 2)):
                value = size * way * 10**10 * (100 + (at * (place + 2) + way) % 17) // 100
                good = ("85423100", "27090000", "64039900")[(place + way) % 3]
                cells.append(Cell(
                    at, flow, value, quantity=value // 10**6, mass=value // 10**4, partner=partner,
                    commodity=good, enterprise=_KINDS[(place + at) % 3],
                ))  # fmt: skip
    groups = {"mechanical_electrical": ("84", "85"), "crude_oil": ("2709",)}
    return FakeStatistics(tuple(cells), groups=groups)


def figure(text: str, printed: str) -> Figure:
    """A figure of a paragraph, computed from cells."""
    measure, flow, value, unit, step = PRINTED[printed]
    part = Slice(flow=flow, partner="ASEAN") if measure == "share" else Slice(flow=flow)
    start = text.index(printed)
    span = Span("release", start, start + len(printed), printed)
    claim = Claim(measure, value, unit, span, slice=part, period=PERIOD, step=step)
    exact = value * 1.0012
    level = replace(claim, value=exact, origin=CellOrigin("declarations", (1, 2), 40), step=0.0)
    origin: Any = level.origin
    if measure != "value":
        steps = f"{exact} - 1 = {exact}; <b>bold</b>"
        origin = Derivation(measure, (level,), Interval(exact, exact), steps)
    return Figure(claim, replace(level, origin=origin))


def paragraph(text: str, *printed: str) -> Paragraph:
    """A paragraph with the figures that are printed in it."""
    figures = tuple(figure(text, words) for words in printed)
    return Paragraph(Passage(text, tuple(f.printed for f in figures)), figures)


@cache
def release(language: Language, hostile: bool = False) -> Release:
    """The release in a language; with `hostile` all words that come from outside have markup in them."""
    if language == "zh":
        texts, one, two = ZH, ("10.3万亿元", "1.3%"), ("6.13万亿元", "6.9%", "16.6%")
        title, heading, source = "2025年一季度进出口情况", "贸易伙伴", "海关统计（模拟）"
        note = "数据为模拟数据。"
    else:
        texts, one, two = EN, ("10.3 trillion yuan", "1.3%"), ("6.13 trillion yuan", "6.9%", "16.6%")
        title, heading, source = "Foreign trade in the first quarter of 2025", "Partners", "customs (drawn)"
        note = "The data are simulated."
    sections = (
        Section("totals", "", (paragraph(texts[0], *one),), "total", "trend"),
        Section("partners", heading, (paragraph(texts[1], *two),), "partner", "contribution_partner"),
    )
    tables = release_tables(statistics(), PERIOD, language)
    charts = release_charts(statistics(), PERIOD, language, HOSTILE if hostile else source)
    made = Release(title, language, PERIOD, PUBLISHED, source, sections, tables, charts, (note,))
    return _with_markup(made) if hostile else made


def _with_markup(made: Release) -> Release:
    sections = (replace(made.sections[0], heading=HOSTILE), made.sections[1])
    tables = tuple(
        replace(
            table, title=table.title + HOSTILE, stub=HOSTILE, notes=(*table.notes, HOSTILE),
            rows=tuple(replace(row, label=row.label + HOSTILE) for row in table.rows),
        )
        for table in made.tables
    )  # fmt: skip
    charts = tuple(replace(chart, title=HOSTILE, text=HOSTILE) for chart in made.charts)
    return replace(
        made, title=made.title + HOSTILE, source=HOSTILE, sections=sections, tables=tables, charts=charts,
        notes=(HOSTILE,),
    )  # fmt: skip


def releases(hostile: bool = False) -> list[Release]:
    """Both languages."""
    return [release("zh", hostile), release("en", hostile)]
