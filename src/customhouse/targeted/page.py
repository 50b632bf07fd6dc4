"""An evaluation as one HTML page that needs nothing else, runs no script and asks no network."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from customhouse import look
from customhouse.errors import OutputError
from customhouse.export import save
from customhouse.model import LANGUAGES
from customhouse.release import charts_draw as draw
from customhouse.release.layout import body
from customhouse.release.model import Chart
from customhouse.targeted import charts, charts_model, charts_rows
from customhouse.targeted.alarms import alarms
from customhouse.targeted.summary import money, summary, warnings
from customhouse.targeted.tables import Table, tables
from customhouse.targeted.words import Printer, say
from customhouse.targeting.judging import Evaluation

if TYPE_CHECKING:
    from customhouse.targeting.loop import Run
    from customhouse.targeting.watched import Watched
    from customhouse.targeting.why import Dependence, Importance

SECTIONS = {
    "finds": ("tops", "differences", "found"), "calibration": ("calibration", "amounts"),
    "groups": ("office", "trusted", "seen"), "fairness": ("fairness",), "model": (), "drift": ("drift",),
    "data": ("data",),
}  # fmt: skip
"""The sections of the page in order, with the codes of their tables."""
_GROUPED = ("tops", "differences")
_NARROW = 3
"""Tables of so many columns at the most are as wide as a text."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What stands on the page beside the evaluation: what the model looks at, what was found over time."""

    importance: Sequence[Importance] = ()
    dependence: Sequence[Sequence[Dependence]] = ()
    run: Run | Watched | None = None


def page(
    evaluation: Evaluation, language: str = "en", *, title: str = "",
    importance: Sequence[Importance] = (), dependence: Sequence[Sequence[Dependence]] = (),
    run: Run | Watched | None = None, others: Sequence[tuple[str, str]] = (),
) -> str:  # fmt: skip
    """The page as HTML text in `language` (en or zh).

    `importance` and `dependence` (bins, a sequence a feature) are what the model looks at (`targeting.why`),
    `run` is a loop, or a log's decisions, with their drift; `others` are pairs of a language and the
    address of the page in it. Raises OutputError for another language, MissingExtra without the extra
    `release`.
    """
    to = Printer.of(evaluation, language)
    sections = _numbered(_sections(evaluation, Parts(importance, dependence, run), to))
    style = look.base() + body.style() + body.text_of("page.css") + _file("page.css")
    first, last = (str(day) for day in (evaluation.data.first, evaluation.data.last))
    text: str = _template().render(
        tag=look.LANGUAGE_TAGS[language], style=Markup(style), policy=look.policy(style),
        word=partial(_word, language), title=title or to.word("title"), sections=sections,
        period=to.word("period", first=first, last=last), summary=summary(evaluation, language),
        warnings=warnings(evaluation, language), absent=_absent(evaluation, to),
        others=[(look.LANGUAGE_TAGS[one], say(f"language_{one}", one), address) for one, address in others],
    )  # fmt: skip
    return text


def write_page(
    evaluation: Evaluation, path: str | Path, language: str | None = None, **parts: Any
) -> list[Path]:
    """Write the page, whole or not at all; `parts` are those of `page`.

    Without a language one file each, which link to one another: `report.html` becomes `report.en.html` and
    `report.zh.html`. Raises OutputError, MissingExtra.
    """
    place = Path(path)
    if place.suffix.lower() not in (".html", ".htm"):
        raise OutputError(f"{path}: the report is a page; name it .html")
    if language is not None:
        save(page(evaluation, language, **parts), str(place))
        return [place]
    names = {one: place.with_name(f"{place.stem}.{one}{place.suffix}") for one in LANGUAGES}
    others = {one: [(other, names[other].name) for other in LANGUAGES if other != one] for one in LANGUAGES}
    written = {one: page(evaluation, one, others=others[one], **parts) for one in LANGUAGES}
    for one, text in written.items():
        save(text, str(names[one]))
    return list(names.values())


def _sections(evaluation: Evaluation, parts: Parts, to: Printer) -> Iterator[dict[str, Any]]:
    """The sections that have something to show."""
    by_code = {table.code: table for table in tables(evaluation, to.language)}
    if parts.run is not None and (told := alarms(parts.run, to, charts.about(evaluation, to))):
        by_code[told.code] = told
    for code, names in SECTIONS.items():
        drawn = [chart for chart in _charts(code, evaluation, parts, to) if chart is not None]
        shown = [by_code[name] for name in names if name in by_code]
        if drawn or shown:
            yield {"code": code, "title": to.word(f"section_{code}"), "charts": drawn, "tables": shown}


def _charts(code: str, evaluation: Evaluation, parts: Parts, to: Printer) -> Iterator[Chart | None]:
    if code == "finds":
        there = money(evaluation)
        yield from (charts.gains(evaluation, to, what) for what in (*["revenue"] * there, "fraud"))
        yield from (charts.tops(evaluation, to, one) for one in ("precision", *["revenue_recall"] * there))
    elif code == "calibration":
        yield charts_rows.calibration(evaluation, to)
    elif code == "groups":
        yield charts_rows.groups(evaluation, to)
    elif code == "fairness":
        yield charts_rows.fairness(evaluation, to)
    elif code == "model":
        under = charts.about(evaluation, to)
        yield charts_model.importance(parts.importance, to, under)
        yield from (charts_model.dependence(one, to, n, under) for n, one in enumerate(parts.dependence, 1))
    elif code == "drift" and parts.run is not None:
        yield charts_model.drift(parts.run, to, charts.about(evaluation, to))


def _numbered(sections: Iterator[dict[str, Any]]) -> list[dict[str, Any]]:
    """Sections with their charts drawn, tables and charts numbered through."""
    found, chart, table = [], 0, 0
    for section in sections:
        pictures = [_picture(one, chart + n) for n, one in enumerate(section["charts"], 1)]
        sheets = [_sheet(one, table + n) for n, one in enumerate(section["tables"], 1)]
        chart, table = chart + len(pictures), table + len(sheets)
        found.append(section | {"charts": pictures, "tables": sheets})
    return found


def _picture(chart: Chart, number: int) -> dict[str, Any]:
    drawn = Markup(draw.svg(chart))
    return {"code": chart.code.replace("_", "-"), "number": number, "svg": drawn, "text": chart.text}


def _sheet(table: Table, number: int) -> dict[str, Any]:
    """A table for the template; where rows come in groups a line stands above each."""
    grouped = table.code in _GROUPED
    rows = [
        {"first": grouped and (r == 0 or row[0] != table.rows[r - 1][0]),
         "cells": [{"text": cell, "strong": (r, c) in table.strong} for c, cell in enumerate(row)]}
        for r, row in enumerate(table.rows)
    ]  # fmt: skip
    return {"number": number, "title": table.title, "heads": table.heads, "rows": rows,
            "warnings": table.warnings, "notes": table.notes, "narrow": len(table.heads) <= _NARROW}


def _absent(evaluation: Evaluation, to: Printer) -> list[str]:
    lines = [(to.word(f"what_{one.what}"), to.word(f"absent_{one.what}")) for one in evaluation.absent]
    return [to.word("absent_line", what=what, reason=reason) for what, reason in lines]


def _word(language: str, code: str, **places: str) -> str:
    return say(code, language, **places)


@cache
def _file(name: str) -> str:
    return files("customhouse.targeted").joinpath(name).read_text(encoding="utf-8")


@cache
def _template() -> Any:
    made = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return made.from_string(_file("page.html"))
