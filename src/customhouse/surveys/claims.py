"""Indices of a survey as claims, each with the arithmetic behind it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from customhouse.model import Claim, Derivation, Slice
from customhouse.period import Period
from customhouse.quantity import Interval
from customhouse.surveys.composite import Weights
from customhouse.surveys.leading import Leading
from customhouse.surveys.model import NEUTRAL, Indices, Point, Statistic

UNIT = "index"
"""Index points."""
_RULES: Mapping[Statistic, str] = {"diffusion": "diffusion_index", "balance": "balance_statistic"}


def claims(found: Indices, composites: Mapping[str, Weights] | None = None) -> tuple[Claim, ...]:
    """The level of each index in each month, and its change on the month before.

    A claim's subject is the question or composite. Those of a composite are derived from those of its
    components, where `composites` has its weights. Intervals are points: an index is an exact figure of
    the answers; its sampling error stands in the note.
    """
    levels: dict[tuple[str, int], Claim] = {}
    for point in found:
        if point.index is not None:
            levels[point.question, point.month] = _level(point, found.statistic, levels, composites or {})
    told: list[Claim] = []
    for (question, month), claim in levels.items():
        before = levels.get((question, month - 1))
        told += [claim, *([_change(claim, before)] if before else [])]
    return tuple(told)


def leading_claims(made: Leading) -> tuple[Claim, ...]:
    """The level of a leading index in each month."""
    return tuple(_leading_claims(made))


def _leading_claims(made: Leading) -> Iterator[Claim]:
    components = ", ".join(f"{part:+.4g} {name}" for name, part in made.parts.items())
    for month, value in zip(made.index.months, made.index.values.tolist(), strict=True):
        origin = Derivation("leading_index", (), Interval(value, value), f"{made.method}: {components}")
        yield Claim("index", value, UNIT, origin, slice=Slice(subject=made.name), period=Period(month, month))


def _level(
    point: Point, statistic: Statistic, levels: Mapping[tuple[str, int], Claim],
    composites: Mapping[str, Weights],
) -> Claim:
    value = point.index or 0.0
    weights = composites.get(point.question)
    names = () if weights is None else tuple(weights.weights)
    under = tuple(levels[name, point.month] for name in names if (name, point.month) in levels)
    if weights is not None and under:
        rule, text = "composite_index", _weighed(weights, under, value, 2 * NEUTRAL[statistic])
    else:
        rule, text = _RULES[statistic], _shares(point, statistic)
    origin = Derivation(rule, under, Interval(value, value), "; ".join(filter(None, [text, *_sure(point)])))
    return Claim("index", value, UNIT, origin, slice=Slice(subject=point.question), period=point.period)


def _weighed(weights: Weights, under: tuple[Claim, ...], value: float, whole: float) -> str:
    terms = []
    for (name, part), claim in zip(weights.parts.items(), under, strict=True):
        level = f"{claim.value:.6g}"
        terms.append(f"{part:.4g} * {f'({whole:g} - {level})' if name in weights.reversed else level}")
    return f"{' + '.join(terms)} = {value:.6g}"


def _shares(point: Point, statistic: Statistic) -> str:
    if point.up is None or point.same is None or point.down is None:
        return ""
    if statistic == "balance":
        return f"{point.up:.6g} - {point.down:.6g} = {point.index:.6g}"
    return f"{point.up:.6g} + {point.same:.6g} / 2 = {point.index:.6g}"


def _sure(point: Point) -> Iterator[str]:
    """The number of answers and the standard error, as steps beside the arithmetic."""
    if point.answers is not None:
        yield f"n = {point.answers}"
    if point.standard_error is not None:
        yield f"s = {point.standard_error:.3g}"


def _change(now: Claim, before: Claim) -> Claim:
    value = now.value - before.value
    text = f"{now.value:.6g} - {before.value:.6g} = {value:.6g}"
    origin = Derivation("change", (now, before), Interval(value, value), text)
    return Claim("change", value, UNIT, origin, of="index", slice=now.slice, period=now.period,
                 base=before.period)
