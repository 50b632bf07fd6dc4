"""Composite indices: indices of several questions added up by weights, some of them reversed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from customhouse.errors import SurveyError
from customhouse.surveys import words
from customhouse.surveys.diffusion import indices
from customhouse.surveys.estimates import joined, spread
from customhouse.surveys.model import NEUTRAL, Indices, Influence, Point
from customhouse.vocabulary.tables import rows

OWN = "composite_index"
"""What a composite with weights of one's own is called."""


@dataclass(frozen=True, slots=True)
class Weights:
    """The weight of each question in a composite, above 0; they are divided by their sum.

    A reversed question counts from the other end: slower deliveries are good news.
    """

    name: str
    weights: Mapping[str, float]
    reversed: frozenset[str] = frozenset()

    @property
    def parts(self) -> dict[str, float]:
        """The weights, which add up to 1."""
        whole = sum(self.weights.values())
        return {question: weight / whole for question, weight in self.weights.items()}


@cache
def known() -> Mapping[str, Weights]:
    """The composites whose weights are known, by code: data in `survey_weights.csv`, with their sources."""
    found: dict[str, Weights] = {}
    for code in dict.fromkeys(row["composite"] for row in rows("survey_weights")):
        there = [row for row in rows("survey_weights") if row["composite"] == code]
        found[code] = Weights(
            code, {row["question"]: float(row["weight"]) for row in there},
            frozenset(row["question"] for row in there if row["reversed"] == "1"),
        )
    return found


def weights(given: str | Mapping[str, float] | Weights, name: str = OWN) -> Weights:
    """Weights by the name of a composite, or question by question; one below 0 is reversed.

    As text: `pmi`, or `new_orders=30,output=25,delivery_times=-15`. Raises SurveyError.
    """
    if isinstance(given, Weights):
        return given
    if isinstance(given, str):
        code = words.code("composite", given)
        if code is not None and code in known():
            return known()[code]
        if "=" not in given:
            raise SurveyError(
                f"{given!r}: no such composite; there are {', '.join(known())}, or give question=weight,..."
            )
        given = parsed(given)
    named = {words.question(question): weight for question, weight in given.items()}
    wrong = [question for question, weight in named.items() if not weight or not math.isfinite(weight)]
    if wrong or not named or len(named) < len(given):
        raise SurveyError(f"weights {dict(given)}: each question once, with a number that is not 0")
    below = frozenset(question for question, weight in named.items() if weight < 0)
    return Weights(name, {question: abs(weight) for question, weight in named.items()}, below)


def parsed(text: str) -> dict[str, float]:
    """`a=30,b=-15` as numbers by name. Raises SurveyError."""
    found: dict[str, float] = {}
    for part in text.split(","):
        name, equals, amount = part.rpartition("=")
        try:
            value = float(amount)
        except ValueError:
            value = math.nan
        if not (equals and name.strip() and math.isfinite(value)) or name.strip() in found:
            raise SurveyError(f"{part.strip()!r}: no name with a number; write name=30,other=-15, each once")
        found[name.strip()] = value
    return found


def composite(found: Indices, given: str | Mapping[str, float] | Weights, name: str = OWN) -> Indices:
    """The composite of indices, month by month; its standard error counts a firm's answers together.

    A month that lacks a component has no composite, and says so: other weights would be another index.
    The method is that of the purchasing managers' indices: 30% new orders, 25% output, 20% employment,
    15% suppliers' delivery times reversed, 10% stocks of raw materials (National Bureau of Statistics of
    China, notes to each release). Raises SurveyError for a component that is not there.
    """
    chosen = weights(given, name)
    lines = {question: found.of(question) for question in chosen.weights}
    parts = signed(chosen)
    influences: dict[tuple[str, int], Influence] = {}
    made: list[Point] = []
    for month in sorted({month for there in lines.values() for month in there}):
        there = [point for line in lines.values() if (point := line.get(month)) and point.index is not None]
        told = [found.influences.get((point.question, month)) for point in there]
        if len(there) == len(lines) and all(told):
            ones = [(parts[point.question], one) for point, one in zip(there, told, strict=True) if one]
            influences[chosen.name, month] = joined(ones)
        made.append(_point(there, chosen, month, NEUTRAL[found.statistic], influences))
    return indices(found.statistic, made, found.aside, found.rows_in, influences)


def _point(
    there: Sequence[Point], chosen: Weights, month: int, middle: float,
    influences: Mapping[tuple[str, int], Influence],
) -> Point:
    if len(there) < len(chosen.weights):
        return Point(chosen.name, month, None, flags=("component_missing",))
    # Counted from the middle, to turn round is to change the sign: 100 - x is 50 - (x - 50).
    parts = signed(chosen)
    index = middle + sum(parts[point.question] * ((point.index or 0.0) - middle) for point in there)
    influence = influences.get((chosen.name, month))
    error = None if influence is None else spread(((1.0, influence),))
    flags = tuple(dict.fromkeys(flag for point in there for flag in point.flags))
    return Point(chosen.name, month, index, standard_error=error, flags=flags)


def signed(chosen: Weights) -> dict[str, float]:
    """The parts of the weights, below 0 where a question is reversed."""
    return {q: -part if q in chosen.reversed else part for q, part in chosen.parts.items()}
