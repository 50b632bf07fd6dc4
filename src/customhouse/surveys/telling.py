"""A survey as a table in either language, as CSV and as JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from customhouse.surveys import words
from customhouse.surveys.composite import Weights
from customhouse.surveys.lead import Lead
from customhouse.surveys.leading import Leading
from customhouse.surveys.model import Indices, Point

COLUMNS = (
    "month", "question", "up", "same", "down", "index", "change", "standard_error", "change_error", "answers",
    "missing", "flags",
)  # fmt: skip
"""Columns of every table; CSV has the name of the question after its code."""
_SIGNED = ("change",)
_TENTHS = ("up", "same", "down", "index", "change", "standard_error", "change_error")
_DIGITS = 10


@dataclass(frozen=True, slots=True, eq=False)
class Survey:
    """The indices of a survey with what was made of them."""

    indices: Indices
    composites: Mapping[str, Weights] = field(default_factory=dict)
    leading: Leading | None = None

    @property
    def points(self) -> tuple[Point, ...]:
        """All points, those of the leading index last."""
        return (*self.indices.points, *(_leading_points(self.leading) if self.leading else ()))


def _leading_points(made: Leading) -> Iterator[Point]:
    values = made.index.values.tolist()
    for at, month in enumerate(made.index.months):
        change = values[at] - values[at - 1] if at else None
        yield Point(made.name, month, values[at], change=change)


def rows(survey: Survey, language: str = "en") -> list[dict[str, Any]]:
    """One dictionary a question and month: COLUMNS, with the question's `name` after its code."""
    return [_row(point, language) for point in survey.points]


def _row(point: Point, language: str) -> dict[str, Any]:
    row: dict[str, Any] = {"month": str(point.period), "question": point.question}
    row["name"] = words.name(point.question, language)
    for column in COLUMNS[2:-1]:
        value = getattr(point, column)
        row[column] = float(f"{value:.{_DIGITS}g}") if isinstance(value, float) else value
    row["flags"] = list(point.flags)
    return row


def to_csv(survey: Survey, language: str = "en") -> str:
    """A header and one line a question and month; flags are codes with `|` between them."""
    page = io.StringIO()
    writer = csv.DictWriter(page, [*COLUMNS[:2], "name", *COLUMNS[2:]], lineterminator="\n")
    writer.writeheader()
    writer.writerows(row | {"flags": "|".join(row["flags"])} for row in rows(survey, language))
    return page.getvalue()


def to_json(survey: Survey, language: str = "en") -> str:
    """One JSON object: the indices, what composites and a leading index are made of, what was set aside."""
    found = survey.indices
    made: dict[str, Any] = {"statistic": found.statistic, "indices": rows(survey, language)}
    made["composites"] = [_composite(one) for one in survey.composites.values()]
    made |= {"leading": _leading(survey.leading)} if survey.leading else {}
    made |= {"rows_read": found.rows_in, "rows_used": found.rows_used}
    made["set_aside"] = [
        {"place": one.place, "reason": one.reason, "why": words.word("aside", one.reason, language)}
        for one in found.aside
    ]
    return json.dumps(made, ensure_ascii=False, indent=2) + "\n"


def _composite(weights: Weights) -> dict[str, Any]:
    parts = [
        {"question": question, "weight": part, "reversed": question in weights.reversed}
        for question, part in weights.parts.items()
    ]
    return {"question": weights.name, "weights": parts}


def _leading(made: Leading) -> dict[str, Any]:
    told: dict[str, Any] = {"question": made.name, "method": made.method, "parts": dict(made.parts),
                            "flags": list(made.flags)}
    if made.lead is None:
        return told
    found = made.lead
    told["correlations"] = [
        {"lead_months": one.lag, "correlation": one.value, "standard_error": one.standard_error,
         "months": one.months}
        for one in found.correlations
    ]
    turns = {
        "matched": [
            {"kind": theirs.kind, "reference": str(Point("", theirs.month, None).period),
             "index": str(Point("", ours.month, None).period)}
            for theirs, ours in found.turns
        ],
        "missed": len(found.missed), "extra": len(found.extra),
    }
    return told | {"lead_months": found.months, "turning_points": turns, "median_lead_months": found.turning}


Table = tuple[tuple[str, ...], tuple[str, ...], tuple[tuple[str, ...], ...]]
"""Codes of the columns, headings, rows."""


def table(survey: Survey, language: str = "en") -> Table:
    """The table that is printed: columns that any row fills, numbers to a tenth, flags in words."""
    points = survey.points
    codes = tuple(code for code in COLUMNS if any(_filled(getattr(point, code)) for point in points))
    headings = tuple(words.word("column", code, language) for code in codes)
    return codes, headings, tuple(tuple(_cell(point, code, language) for code in codes) for point in points)


def _filled(value: Any) -> bool:
    return value is not None and value != ()


def _cell(point: Point, code: str, language: str) -> str:
    value = str(point.period) if code == "month" else getattr(point, code)
    if code == "question":
        return words.name(point.question, language)
    if code == "flags":
        return words.listed([words.word("flag", flag, language) for flag in point.flags], language)
    if value is None or code not in _TENTHS:
        return "" if value is None else f"{value:,}" if isinstance(value, int) else str(value)
    shown = f"{value:+.1f}" if code in _SIGNED else f"{value:.1f}"
    return shown.replace("-", "\N{MINUS SIGN}")


def notes(survey: Survey, language: str = "en") -> list[str]:
    """What composites are made of, how a leading index leads, and what was set aside and why."""
    found = survey.indices
    told = [_formula(one, found, language) for one in survey.composites.values()]
    told += _leads(survey.leading, language) if survey.leading else []
    told.append(words.fill("rows", language, n=f"{found.rows_in:,}", used=f"{found.rows_used:,}",
                           aside=f"{len(found.aside):,}"))
    for reason in dict.fromkeys(one.reason for one in found.aside):
        places = [one.place for one in found.aside if one.reason == reason]
        why = words.word("aside", reason, language)
        told.append(words.fill("set_aside", language, n=f"{len(places):,}", why=why, place=places[0]))
    return told


def _formula(weights: Weights, found: Indices, language: str) -> str:
    signs = {False: "weight", True: "opposite" if found.statistic == "balance" else "reversed"}
    parts = [
        words.fill(signs[question in weights.reversed], language, w=f"{100 * part:.4g}",
                   what=words.name(question, language))
        for question, part in weights.parts.items()
    ]
    name = words.name(weights.name, language)
    return words.fill("weights", language, name=name, parts=" + ".join(parts))


def _leads(made: Leading, language: str) -> list[str]:
    name = words.name(made.name, language)
    method = words.word("method", made.method, language)
    flags = [words.word("flag", flag, language) for flag in made.flags]
    told = [words.fill("leading", language, name=name, method=method), *flags]
    if made.lead is None:
        return told
    return [*told, _correlated(made.lead, language), _turned(made.lead, language),
            words.word("say", "revised", language)]


def _correlated(found: Lead, language: str) -> str:
    best = found.best
    code = "lead" if best.lag > 0 else "lags" if best.lag < 0 else "coincides"
    return words.fill(code, language, n=abs(best.lag), r=f"{best.value:.2f}", e=f"{best.standard_error:.2f}",
                      m=best.months)


def _turned(found: Lead, language: str) -> str:
    matched, extra = len(found.turns), len(found.extra)
    if found.turning is None:
        return words.word("say", "no_turns", language)
    return words.fill("turns", language, matched=matched, n=matched + len(found.missed), extra=extra,
                      lead=f"{found.turning:g}".replace("-", "\N{MINUS SIGN}"))
