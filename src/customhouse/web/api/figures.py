"""Answers to questions as JSON: rows of figures, what they rest on, whether parts add up."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from customhouse import describe as words
from customhouse.measures import Missing, Request, measure
from customhouse.model import LANGUAGES, CellOrigin, Claim, Dims
from customhouse.period import Period
from customhouse.query import Answer, Row, claim_json, describe
from customhouse.query.model import PARTS, dimension_of
from customhouse.statistics import Concepts

if TYPE_CHECKING:
    from customhouse.statistics import Statistics

_ADDITIVE = ("value", "quantity")


def figure(row: Row, language: str, derivations: bool = False) -> dict[str, Any]:
    """A figure as one object; what is not set is left out. Values are in base units, growth in per cent."""
    claim, ask = row.claim, row.ask
    period = claim.period if claim is not None else ask.period
    found: dict[str, Any] = {} if period is None else dict(_when(period))
    for dimension, code in ask.slice.given().items():
        found[dimension] = code
        found[f"{dimension}_name"] = _named(code, language, dimension)
    found["measure"] = ask.measure
    if ask.of is not None:
        found["of"] = ask.of
    base = (claim.base if claim is not None else None) or ask.base
    if base is not None:
        found["base"] = str(base)
    _set_beside(found, ask.whole, ask.against)
    found["value"] = None if claim is None else _plain(claim.value)
    if claim is None:
        found["missing"] = _missing(row.found)
    else:
        _measured(found, claim)
    if isinstance(row.growth, Claim):
        found["growth"] = _plain(row.growth.value)
    return found | _derived(row) if derivations else found


def _measured(found: dict[str, Any], claim: Claim) -> None:
    """The unit and the interval of a figure, and what is noted of it."""
    ends = claim.interval()
    found["unit"] = claim.unit
    found["low"] = _plain(ends.low) if math.isfinite(ends.low) else None
    found["high"] = _plain(ends.high) if math.isfinite(ends.high) else None
    if claim.threshold is not None:
        found["threshold"] = _plain(claim.threshold)
    if claim.note:
        found["note"] = claim.note


def _set_beside(found: dict[str, Any], whole: Dims | None, against: Dims | None) -> None:
    if whole is not None:
        found["whole"] = dict(whole)
    if against is not None:
        found["against"] = dict(against)


def _derived(row: Row) -> dict[str, Any]:
    """The claims behind a figure, with arithmetic, cells and vintages."""
    found: dict[str, Any] = {}
    if row.claim is not None:
        found["claim"] = claim_json(row.claim)
    if isinstance(row.growth, Claim):
        found["growth_claim"] = claim_json(row.growth)
    return found


def _missing(found: Claim | Missing) -> dict[str, Any]:
    """Why there is no figure."""
    assert isinstance(found, Missing)
    months = [str(Period(month, month)) for month in found.months]
    return {"code": found.code, "reason": found.reason, "months": months}


@lru_cache(maxsize=4096)
def _when(period: Period) -> tuple[tuple[str, str], ...]:
    """The period, its first and its last day."""
    (year, month), (last_year, last) = divmod(period.first, 12), divmod(period.last, 12)
    days = _days_of(last_year, last + 1)
    return (
        ("period", str(period)), ("period_start", f"{year:04}-{month + 1:02}-01"),
        ("period_end", f"{last_year:04}-{last + 1:02}-{days:02}"),
    )  # fmt: skip


def _days_of(year: int, month: int) -> int:
    from calendar import monthrange

    return monthrange(year, month)[1]


@lru_cache(maxsize=16384)
def _named(code: str, language: str, dimension: str) -> str:
    return words.name(code, language, dimension)


def _plain(value: float) -> float | int:
    """Whole numbers without a fraction, which JSON would show."""
    return int(value) if value == int(value) and abs(value) < 2**53 else value


def question(answer: Answer) -> dict[str, str]:
    """The question as it was understood, in each language."""
    return {language: describe(answer.query, language) for language in LANGUAGES}


def vintages(answer: Answer) -> list[int]:
    """The numbers of the loads that the figures rest on."""
    return sorted({number for origin in _origins(answer.claims) for number in origin.vintages})


def sources(answer: Answer) -> set[str]:
    """Whose figures they are."""
    return {origin.source for origin in _origins(answer.claims)}


def _origins(claims: Iterable[Claim]) -> Iterator[CellOrigin]:
    """The cells under claims."""
    return (origin for claim in claims for origin in claim.cells())


def basis(statistics: Any, concepts: Concepts, answer: Answer | None = None) -> dict[str, Any]:
    """By which concepts the figures are compiled, and whether their parts add up to the whole."""
    found: dict[str, Any] = {
        "reporter": statistics.reporter, "system": concepts.system, "partner_by": concepts.partner,
        "returned": concepts.returned, "concepts": "IMTS 2010",
    }  # fmt: skip
    return found if answer is None else found | {"totals": totals(answer, statistics)}


def totals(answer: Answer, statistics: Statistics) -> list[dict[str, Any]]:
    """Of values and quantities along one axis of parts: what they add up to, the whole, and the rest of it.

    The rest is what the largest parts leave, or what has no code on the axis. One entry for each period and
    each code that is asked for one by one; none where amounts do not add up.
    """
    query = answer.query
    axes = [axis for axis in query.by if axis in PARTS]
    if query.ask.measure not in _ADDITIVE or query.ask.of is not None or len(axes) != 1:
        return []
    return [
        _total(ask, rows, statistics)
        for ask, rows in _groups(answer.figures, dimension_of(axes[0]), query.slice)
    ]


def _groups(figures: Iterable[Row], dimension: str, around: Any) -> Iterable[tuple[Request, Sequence[Row]]]:
    """The figures by the whole that they are parts of."""
    found: dict[Request, list[Row]] = {}
    for row in figures:
        part = replace(row.ask.slice, **{dimension: getattr(around, dimension)})
        found.setdefault(replace(row.ask, slice=part), []).append(row)
    return found.items()


def _total(ask: Request, rows: Sequence[Row], statistics: Statistics) -> dict[str, Any]:
    whole = measure(ask, statistics)
    claims = [row.claim for row in rows if row.claim is not None]
    parts = round(math.fsum(claim.value for claim in claims), 3)
    found: dict[str, Any] = {"period": str(ask.period), "parts": _plain(parts), "count": len(claims)}
    found |= ask.slice.given()
    if isinstance(whole, Missing):
        return found | {"whole": None, "rest": None, "adds_up": None, "reason": whole.reason}
    rest = round(whole.value - parts, 3)
    open_by = math.fsum(_width(claim) for claim in [whole, *claims])
    adds_up = abs(rest) <= max(open_by, 1e-9 * abs(whole.value))
    return found | {
        "whole": _plain(whole.value),
        "rest": _plain(rest),
        "adds_up": adds_up,
        "unit": whole.unit,
    }


def _width(claim: Claim) -> float:
    """By how much rounding may move a figure."""
    ends = claim.interval()
    return max(ends.high - claim.value, claim.value - ends.low, 0.0)


def common(answer: Answer, statistics: Any, concepts: Concepts) -> Mapping[str, Any]:
    """What is told of an answer besides its figures."""
    return {
        "question": question(answer), "source": statistics.source, "currency": answer.currency,
        "vintages": vintages(answer), "basis": basis(statistics, concepts, answer),
    }  # fmt: skip
