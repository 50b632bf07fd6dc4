"""Charts of figures over time: lines or columns, one series or several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from customhouse.describe import period_words, word
from customhouse.model import Claim
from customhouse.period import Period
from customhouse.release import charts_theme as theme
from customhouse.release.labels import label
from customhouse.web import charts_views as views
from customhouse.web.charts_model import Cell, Chart, Mark, Scale, rate
from customhouse.web.words import fill
from customhouse.web.words import word as web_word

_FEWEST = 2
_FIRST = 3
"""So many series are named with their last figure in the sentence that tells what a chart shows."""
Series = Mapping[str, Mapping[Period, Mark]]


def over_time(
    code: str, title: str, marks: Sequence[Mark], language: str,
    colours: Mapping[str, str] | None = None, columns: bool = False,
) -> Chart | None:  # fmt: skip
    """Lines (or columns) of one or more series by period; None where fewer than two periods have a figure.

    `colours` has those of series by their names; others take theirs in order. Marks of one series
    have one name. Periods stand in order; those without a figure leave a gap, before the first and
    after the last figure they are left out.
    """
    claims = [mark.claim for mark in marks if mark.claim is not None]
    known = {mark.when for mark in marks if mark.claim is not None}
    if len(known) < _FEWEST:
        return None
    scale = Scale.of(claims, language)
    series = _series(marks)
    periods = [when for when in sorted({mark.when for mark in marks}) if min(known) <= when <= max(known)]
    shown = _coloured(series, colours or {})
    rows = [
        {"period": str(period), "value": scale.plotted(found.claim if found else None), "kind": name}
        for name, inside in series.items() for period in periods for found in (inside.get(period),)
    ]  # fmt: skip
    hits = [_hit(period, series, scale, language) for period in periods]
    view = views.over_time(rows, hits, periods, shown, language, rates=scale.rates, columns=columns)
    last = max(claim.period for claim in claims if claim.period)
    note = _note(scale, periods, language)
    told = [f"{name} {scale.told(inside[last])}" for name, inside in series.items() if last in inside]
    text = fill("chart_over_time_text", language, title=title, note=note, last=period_words(last, language),
                figures=word("separator", language).join(told[:_FIRST]))  # fmt: skip
    legend = tuple((colour, name) for name, colour in shown.items()) if len(shown) > 1 else ()
    return Chart(
        code, title, note, text, views.specification(rows, view), legend,
        *_table(series, periods, scale, language), language,
    )  # fmt: skip


def _series(marks: Sequence[Mark]) -> dict[str, dict[Period, Mark]]:
    series: dict[str, dict[Period, Mark]] = {}
    for mark in marks:
        series.setdefault(mark.name, {})[mark.when] = mark
    return series


def _coloured(series: Series, colours: Mapping[str, str]) -> dict[str, str]:
    free = [colour for colour in views.PALETTE if colour not in colours.values()] or list(views.PALETTE)
    rest = [name for name in series if name not in colours]
    given = {name: free[at % len(free)] for at, name in enumerate(rest)}
    if len(series) == 1 and rest:
        given = {rest[0]: theme.EXPORTS}
    return {name: colours.get(name) or given[name] for name in series}


def _hit(period: Period, series: Series, scale: Scale, language: str) -> dict[str, Any]:
    """What stands at a period: its name, then a line a series."""
    found = [(name, inside[period]) for name, inside in series.items() if period in inside]
    lines = [f"{name}\t{_brief(mark, scale)}" for name, mark in found]
    grown = next((mark for _, mark in found if mark.rate and mark.claim), None)
    rest = [fill("chart_brackets", language, on=scale.on(grown))] if grown else []
    return {"period": str(period), "tip": "\n".join([period_words(period, language), *lines, *rest])}


def _brief(mark: Mark, scale: Scale) -> str:
    """The figure with its unit, its growth in brackets."""
    if mark.claim is None:
        return web_word("chart_absent", scale.language)
    amount = scale.amount(mark.claim)
    return label("bar_grown", scale.language, n=amount, growth=rate(mark.rate)) if mark.rate else amount


def _note(scale: Scale, periods: Sequence[Period], language: str) -> str:
    ends = {"first": period_words(periods[0], language), "last": period_words(periods[-1], language)}
    return fill("chart_span" if scale.words else "chart_span_only", language, unit=scale.words, **ends)


def _table(
    series: Series, periods: Sequence[Period], scale: Scale, language: str
) -> tuple[tuple[str, ...], tuple[tuple[Cell, ...], ...]]:
    """A row a period; a column for the figures of each series, and for their growth where there is one."""
    grown = {name for name, inside in series.items() if any(mark.rate for mark in inside.values())}
    heads = [word("period", language)]
    for name in series:
        heads += [name, web_word("chart_growth_head", language)] if name in grown else [name]
    rows = []
    for period in periods:
        cells = [Cell(period_words(period, language))]
        for name, inside in series.items():
            mark = inside.get(period)
            claim: Claim | None = mark.claim if mark else None
            shown = scale.digits(claim) if claim else web_word("chart_dots", language)
            cells.append(Cell(shown, mark.address if mark else ""))
            if name in grown:
                growth = mark.rate if mark else None
                cells.append(Cell(rate(growth) if growth else web_word("chart_dots", language)))
        rows.append(tuple(cells))
    return tuple(heads), tuple(rows)
