"""Slips of what a figure measures: a level for a change, growth for a change of a share, the wrong whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

from customhouse.check.slips.case import Case, Tries, Try
from customhouse.measures import default_whole
from customhouse.measures.levels import LEVELS
from customhouse.model import Claim, Dims

_POINTS = ("share_change", "gap", "contribution")


def level_for_change(case: Case) -> Tries:
    """`Rose to` for `rose by`, or the reverse."""
    read = case.read
    if read.measure in LEVELS:
        yield Try(_change_of(read, read.measure, 1), 0.5)
        yield Try(_change_of(read, read.measure, -1), 0.5)
    elif read.measure == "change" and (read.of or "value") in LEVELS:
        yield Try(replace(read, measure=read.of or "value", of=None, base=None, value=abs(read.value)), 1.0)
    elif read.measure == "share" and read.of != "change":
        for sign in (1, -1):
            yield Try(replace(read, measure="share_change", unit="pp", value=sign * read.value), 0.5)
    elif read.measure == "share_change":
        yield Try(replace(read, measure="share", unit="%", base=None, value=abs(read.value)), 1.0)


def _change_of(read: Claim, level: str, sign: int) -> Claim:
    return replace(read, measure="change", of=None if level == "value" else level, value=sign * read.value)


def points(case: Case) -> Tries:
    """Per cent for percentage points: growth for the change of a share or of growth, or the reverse."""
    read = case.read
    if read.measure == "growth" and read.unit == "%":
        of = None if read.of in ("share", "growth") else read.of
        for claim, share in _in_points(replace(read, of=of)):
            yield Try(claim, share)
        if read.of in ("share", "growth"):
            yield Try(replace(read, of=None), 0.2)
    elif read.unit == "pp":
        yield Try(replace(read, measure="growth", unit="%", against=None, whole=None,
                          of=None if read.measure != "change" else _none(read.of)), 0.5)
        for claim, share in _in_points(replace(read, of=None, against=None)):
            yield Try(claim, 0.3 * share)


def _none(of: str | None) -> str | None:
    return None if of in ("growth", "share", "value") else of


def _in_points(read: Claim) -> Iterator[tuple[Claim, float]]:
    """The same figure as each of the measures in points."""
    moved = replace(read, unit="pp")
    yield replace(moved, measure="share_change"), 0.4
    if read.period is not None:
        for base in dict.fromkeys((read.period.previous(), read.period.year_earlier())):
            yield replace(moved, measure="change", of="growth", base=base, whole=None), 0.1
    if default_whole(read.slice) is not None:
        for measure in ("gap", "contribution"):
            yield replace(moved, measure=measure), 0.05


def whole(case: Case) -> Tries:
    """The share is of another whole: of exports and not of trade, of all goods and not of a region's."""
    read = case.read
    if read.measure not in ("share", "share_change", "contribution"):
        return
    own = read.whole if read.whole is not None else default_whole(read.slice)
    wholes = [dims for dims in _wholes(read) if dims != own]
    for dims in wholes:
        yield Try(replace(read, whole=dims), 1.0 / max(4, len(wholes)))


def _wholes(read: Claim) -> Iterator[Dims]:
    """Every whole that the slice is a part of: without some of its dimensions, of its flow or of trade."""
    narrowing = read.slice.narrowing()
    for count in range(len(narrowing) + 1):
        for left in combinations(narrowing, count):
            for flow in (None, "trade", "exports", "imports"):
                if flow == read.slice.flow or not (left or flow):
                    continue
                dims = [(dimension, None) for dimension in left]
                yield tuple(sorted([*dims, *([("flow", flow)] if flow else [])]))
