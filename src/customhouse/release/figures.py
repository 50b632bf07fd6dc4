"""The machine-readable file beside a release: every printed figure with its claim, its arithmetic, its cells.

One JSON object: what the release is, the text of each language, and `figures`. A figure has the claim
that the texts make, where it stands in each (`start` and `end` count characters of the text, which the
Markdown file begins with), the value computed with the interval and the arithmetic, the cells with their
source and vintages, the request that gives it again, and the same as a question to `customhouse query`.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from customhouse.errors import CustomhouseError
from customhouse.factors import measure
from customhouse.measures import Missing, Request
from customhouse.model import CellOrigin, Claim, Derivation, Slice
from customhouse.period import Period
from customhouse.query import Query, describe, parse
from customhouse.release.compose import body
from customhouse.release.model import Figure, Release
from customhouse.statistics import Statistics

FORMAT = "customhouse release 1"
FILE = "figures.json"
_PERIODS = ("period", "base")
_DIMS = ("whole", "against")


@dataclass(frozen=True, slots=True)
class Basis:
    """The statistics that a release is of: what opens them again."""

    source: str
    currency: str
    as_of: date
    reporter: str | None = None


def document(releases: Mapping[str, Release], basis: Basis, statistics: Statistics) -> dict[str, Any]:
    """The file as a JSON object."""
    first = next(iter(releases.values()))
    said = {language: _said(release) for language, release in releases.items()}
    figures = []
    for number, (key, figure) in enumerate(said[first.language].items(), 1):
        texts = {language: _place(mine.get(key)) for language, mine in said.items()}
        figures.append({"id": number, **_claim(figure), **_computed(figure.computed),
                        "request": request_json(figure.ask), "query": _question(figure, statistics),
                        "texts": {language: place for language, place in texts.items() if place}})
    return {
        "format": FORMAT, "period": str(first.period), "published": first.published.isoformat(),
        "source": basis.source, "currency": basis.currency, "as_of": basis.as_of.isoformat(),
        "reporter": basis.reporter, "command": _command(basis),
        "texts": {language: {"title": release.title, "text": body(release).text}
                  for language, release in releases.items()},
        "figures": figures,
    }


def _command(basis: Basis) -> str:
    """How the question of a figure is put to a store."""
    options = f"--source {basis.source} --as-of {basis.as_of} --currency {basis.currency}"
    whose = f" --reporter {basis.reporter}" if basis.reporter else ""
    return f'customhouse query STORE "QUERY" {options}{whose}'


def to_json(found: dict[str, Any]) -> str:
    """The file as text."""
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


_Said = dict[tuple[Request | None, int], Figure]


def _said(release: Release) -> _Said:
    """Each figure by its request and how often that was said before; places count from the text's begin."""
    found: _Said = {}
    times: defaultdict[Request | None, int] = defaultdict(int)
    placed = iter(body(release).claims)
    for section in release.sections:
        for figure in (f for paragraph in section.paragraphs for f in paragraph.figures):
            found[figure.ask, times[figure.ask]] = replace(figure, printed=next(placed))
            times[figure.ask] += 1
    return found


def _place(figure: Figure | None) -> dict[str, Any] | None:
    span = figure.printed.span if figure else None
    return {"start": span.start, "end": span.end, "text": span.text} if span else None


def _claim(figure: Figure) -> dict[str, Any]:
    """The claim as printed; the places of its texts are told apart."""
    row = figure.printed.to_dict()
    for name in ("doc", "start", "end", "text"):
        row.pop(name, None)
    return row | {"step": figure.printed.step}


def _computed(claim: Claim) -> dict[str, Any]:
    """The figure behind it: value, interval, rule, arithmetic, and the cells that it comes from."""
    origin = claim.origin
    levels = origin.claims if isinstance(origin, Derivation) else ()
    ends = claim.interval()
    steps = {"rule": origin.rule, "arithmetic": origin.arithmetic} if isinstance(origin, Derivation) else {}
    return {"computed": {"value": claim.value, "low": ends.low, "high": ends.high, **steps},
            "cells": [_cells(level) for level in levels]}


def _cells(level: Claim) -> dict[str, Any]:
    row = level.to_dict()
    if isinstance(level.origin, CellOrigin):
        row |= {"source": level.origin.source, "vintages": list(level.origin.vintages),
                "cells": level.origin.cells}
    return row


def request_json(ask: Request | None) -> dict[str, Any]:
    """A request as a JSON object: only what differs from the usual."""
    if ask is None:
        return {}
    usual = asdict(Request(ask.measure))
    row = {name: value for name, value in asdict(ask).items() if value != usual[name] or name == "measure"}
    row |= {name: str(getattr(ask, name)) for name in _PERIODS if getattr(ask, name) is not None}
    row |= {name: dict(getattr(ask, name)) for name in _DIMS if getattr(ask, name) is not None}
    return row | {"slice": ask.slice.given()}


def request_of(row: Mapping[str, Any]) -> Request:
    """The request of a JSON object. Raises KeyError, TypeError, ValueError or PeriodError for any other."""
    fields = dict(row) | {"slice": Slice(**row["slice"])}
    fields |= {name: Period.parse(row[name]) for name in _PERIODS if row.get(name)}
    fields |= {name: tuple(sorted(row[name].items())) for name in _DIMS if row.get(name)}
    return Request(**fields | {"among": tuple(row.get("among", ()))})


def _question(figure: Figure, statistics: Statistics) -> str | None:
    """The question in words that gives the same figure; None where there is no such question."""
    ask = figure.ask
    if ask is None or ask.period is None:
        return None
    text = describe(Query(replace(ask, period=None), (ask.period,)), "en")
    try:
        asked = parse(text)
    except CustomhouseError:
        return None
    again = replace(asked.ask, period=asked.periods[0])
    if again != ask:
        found = measure(again, statistics)
        if isinstance(found, Missing) or found.value != figure.computed.value:
            return None
    return text

