"""The chart that suits the answer to a query: lines over time, bars of parts, contributions."""

from __future__ import annotations

from collections.abc import Sequence

from customhouse.describe import name
from customhouse.model import DIMENSIONS, Claim
from customhouse.query.answer import Answer, Row
from customhouse.query.table import varying_dimensions
from customhouse.release import charts_theme as theme
from customhouse.web.charts_bars import contributions, ranked
from customhouse.web.charts_model import Chart, Mark
from customhouse.web.charts_times import over_time
from customhouse.web.charts_views import PALETTE
from customhouse.web.words import word

BARS = 20
"""The most bars of a chart; the table has all."""
_DRAWN = ("value", "quantity", "price", "count", "growth", "share", "change", "gap", "contribution",
          "share_change")  # fmt: skip


def of_answer(answer: Answer, language: str, code: str = "answer", title: str = "") -> Chart | None:
    """The chart of an answer; None where one would show nothing, such as of a single figure or of ranks.

    Over time each series has a line, the first six of them; without an axis of time each part has a
    bar, the first twenty. Figures of several units have no chart.
    """
    rows = [row for row in answer.figures if row.ask.period is not None]
    units = {row.claim.unit for row in rows if row.claim}
    if answer.query.ask.measure not in _DRAWN or len(units) != 1:
        return None
    head = title or name(answer.query.ask.measure, language, "measure")
    if len({row.ask.period for row in rows}) > 1:
        return _times(answer, rows, language, code, head)
    return _parts(answer, rows, language, code, head)


def _times(answer: Answer, rows: Sequence[Row], language: str, code: str, title: str) -> Chart | None:
    names = {id(row): _named(answer, row, language) for row in rows}
    kept = list(dict.fromkeys(names.values()))[: len(PALETTE)]
    marks = [_mark(row, names[id(row)]) for row in rows if names[id(row)] in kept]
    colours = {name(flow, language, "flow"): colour for flow, colour in theme.FLOWS.items()}
    return over_time(code, title, marks, language, {n: c for n, c in colours.items() if n in kept})


def _parts(answer: Answer, rows: Sequence[Row], language: str, code: str, title: str) -> Chart | None:
    marks = [_mark(row, _named(answer, row, language)) for row in rows if row.claim is not None][:BARS]
    if len(marks) <= 1:
        return None
    signed = any(mark.claim is not None and mark.claim.value < 0 for mark in marks)
    made = contributions if signed or answer.query.ask.measure == "contribution" else ranked
    return made(code, title, marks, language)


def _mark(row: Row, named: str) -> Mark:
    claim: Claim | None = row.claim
    return Mark(named, claim, row.growth, period=row.ask.period)


def _named(answer: Answer, row: Row, language: str) -> str:
    """What a figure is of: the codes that differ from row to row, else its flow."""
    part = row.ask.slice
    varying = [d for d in varying_dimensions(answer) if d in DIMENSIONS and getattr(part, d)]
    names = [name(getattr(part, d), language, d) for d in varying]
    if not names and part.flow:
        names = [name(part.flow, language, "flow")]
    named = word("separator", language).join(names)
    return named[:1].upper() + named[1:] if language == "en" else named


