"""Charts of plain figures over time, where no claims stand behind single ones: indices, adjusted series."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from customhouse.describe import period_words
from customhouse.describe import word as plain_word
from customhouse.period import Period
from customhouse.release import charts_theme as theme
from customhouse.release.charts_axis import Unit, rate
from customhouse.web import charts_views as views
from customhouse.web.charts_model import Cell, Chart
from customhouse.web.words import fill, word

_FEWEST = 2
Figures = Mapping[Period, float]


@dataclass(frozen=True, slots=True)
class Line:
    """A series of a chart: its name, its figures by period, its colour, how its line looks.

    `aside`: it stands in the table alone.
    """

    name: str
    figures: Figures
    colour: str = theme.EXPORTS
    style: Mapping[str, Any] = field(default_factory=dict)
    aside: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """How figures print and are drawn: their unit, as rates with signs, as columns, with which marked."""

    unit: Unit
    rates: bool = False
    columns: bool = False
    ringed: Mapping[Period, str] = field(default_factory=dict)
    """By period what is written above a ring around the figure of the first line."""

    def digits(self, number: float | None, language: str) -> str:
        """A figure as it prints, without its unit."""
        if number is None:
            return word("chart_dots", language)
        return rate(number) if self.rates else self.unit.digits(number)


def figures_over_time(
    code: str, title: str, lines: Sequence[Line], look: Look, language: str, note: str = ""
) -> Chart | None:
    """Lines or columns of figures by period; None where fewer than two periods have one.

    Periods without a figure leave a gap; those before the first and after the last are left out.
    """
    drawn = [line for line in lines if not line.aside]
    known = {period for line in drawn for period in line.figures}
    if len(known) < _FEWEST:
        return None
    periods = _all(known)
    rows = [
        {"period": str(period), "value": _scaled(line.figures.get(period), look.unit), "kind": line.name}
        for line in drawn for period in periods
    ]  # fmt: skip
    hits = [_hit(period, lines, look, language) for period in periods]
    view = views.styled(
        rows, hits, periods, {line.name: line.colour for line in drawn}, language, rates=look.rates,
        columns=look.columns, styles={line.name: line.style for line in drawn},
        ringed=_ringed(drawn[0], look),
    )  # fmt: skip
    told = _told(title, drawn, look, periods, language)
    legend = tuple((line.colour, line.name) for line in drawn) if len(drawn) > 1 else ()
    heads = (plain_word("period", language), *(line.name for line in lines))
    table = tuple(
        (Cell(period_words(period, language)),
         *(Cell(look.digits(line.figures.get(period), language)) for line in lines))
        for period in periods
    )  # fmt: skip
    spec, under = views.specification(rows, view), note or _note(look.unit, periods, language)
    return Chart(code, title, under, told, spec, legend, heads, table, language)


def _all(known: set[Period]) -> list[Period]:
    """The periods in order, months without a figure too; January and February may be one."""
    covered = {month for period in known for month in range(period.first, period.last + 1)}
    single = all(period.months == 1 for period in known)
    first, last = min(covered), max(covered)
    gaps = {Period(m, m) for m in range(first, last + 1) if m not in covered} if single else set()
    return sorted(known | gaps)


def _scaled(number: float | None, unit: Unit) -> float | None:
    return None if number is None else unit.scaled(number)


def _hit(period: Period, lines: Sequence[Line], look: Look, language: str) -> dict[str, Any]:
    """What stands at a period: its name, then a line a series."""
    found = [
        f"{line.name}\t{look.digits(line.figures.get(period), language)}{'%' if look.rates else ''}"
        for line in lines
    ]
    ring = look.ringed.get(period)
    marked = [fill("chart_marked", language, kind=ring)] if ring else []
    return {"period": str(period), "tip": "\n".join([period_words(period, language), *found, *marked])}


def _ringed(line: Line, look: Look) -> list[dict[str, Any]]:
    return [
        {"period": str(period), "value": _scaled(line.figures[period], look.unit), "text": kind}
        for period, kind in sorted(look.ringed.items()) if period in line.figures
    ]  # fmt: skip


def _told(title: str, drawn: Sequence[Line], look: Look, periods: Sequence[Period], language: str) -> str:
    last = max(period for line in drawn for period in line.figures)
    figures = [
        f"{line.name} {look.digits(line.figures[last], language)}" for line in drawn if last in line.figures
    ]
    return fill(
        "chart_over_time_text", language, title=title, note=_note(look.unit, periods, language),
        last=period_words(last, language), figures=word("separator", language).join(figures),
    )  # fmt: skip


def _note(unit: Unit, periods: Sequence[Period], language: str) -> str:
    ends = {"first": period_words(periods[0], language), "last": period_words(periods[-1], language)}
    return fill("chart_span" if unit.words else "chart_span_only", language, unit=unit.words, **ends)
