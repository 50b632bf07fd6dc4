"""Statistics that take their time: revisions, series, answers in prose."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from customhouse.errors import QueryError
from customhouse.model import LANGUAGES
from customhouse.statistics import Concepts
from customhouse.web.problems import Problem

if TYPE_CHECKING:
    from customhouse.web.api.asked import Asked
    from customhouse.web.held import HeldDesk


def revisions(desk: HeldDesk, asked: Asked) -> dict[str, Any]:
    """What one figure was from each load on that changed it: `{question, source, revisions}`."""
    from customhouse.cube import history
    from customhouse.query import describe
    from customhouse.web.api.asked import one_source

    wanted = asked.query(desk)
    what: Any = {"value": "value", "quantity": "mass"}.get(wanted.ask.measure)
    periods = wanted.cut()
    if what is None or wanted.ask.of or len(periods) != 1 or wanted.by or wanted.each:
        raise QueryError("q: ask for one value or quantity of one period, as: exports to ASEAN 2025-03")
    if asked.concepts != Concepts() or asked.as_of or wanted.as_of:
        raise QueryError(
            "revisions are of general trade by origin, over all loads; leave the other options out"
        )
    source = one_source(desk, asked.source, None)
    found = history(
        desk.store, desk.engine, wanted.slice, periods[0], what, source, asked.currency or wanted.currency
    )
    question = {language: describe(wanted, language) for language in LANGUAGES}
    return {"question": question, "source": source, "revisions": _told(found)}


def _told(found: Any) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = []
    before: float | None = None
    for one in found:
        level = one.level
        value = None if level is None else float(level.amount)
        change = round((value / before - 1) * 100, 4) if before and value is not None else None
        told.append({
            "vintage": one.vintage.number, "known_on": one.vintage.known_on.isoformat(), "value": value,
            "unit": None if level is None else level.unit, "change_percent": change,
            "cells": 0 if level is None else level.origin.cells,
        })  # fmt: skip
        before = value
    return told


def series(desk: HeldDesk, asked: Asked, language: str) -> dict[str, Any]:
    """All that the store says of one thing, period by period, as `series --json` has it."""
    if asked.text:
        raise Problem(
            422, "q: a series is asked for by options; give flow, partner and the like", "parameter"
        )
    concepts = None if asked.concepts == Concepts() else asked.concepts
    options: dict[str, Any] = {
        name: ",".join(one) if isinstance(one, tuple) else one for name, one in asked.options.items()
    }
    found = desk.series(
        (), as_of=asked.as_of, source=asked.source, concepts=concepts, currency=asked.currency, **options
    )
    made: dict[str, Any] = json.loads(found.to_json(language))
    return made


def ask(
    desk: HeldDesk, text: str, language: Literal["en", "zh"] | None, as_of: date | None, source: str | None,
    currency: str | None,
) -> dict[str, Any]:  # fmt: skip
    """The answer to questions in plain words, as `ask --json` has it."""
    from customhouse.ask import showing

    reply = desk.ask(text, language=language, as_of=as_of, source=source, currency=currency)
    found: dict[str, Any] = json.loads(showing.to_json(reply))
    return found
