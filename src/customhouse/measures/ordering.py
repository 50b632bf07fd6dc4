"""Places in an ordering, and counts of those that meet a condition."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from functools import cache
from importlib.resources import files

from customhouse.errors import VocabularyError
from customhouse.measures.figures import Figure, joined, shown
from customhouse.measures.levels import claim_of, figure_of, level, period_of, units
from customhouse.measures.parts import default_whole
from customhouse.measures.rates import earlier, growth
from customhouse.measures.request import Lacking, Request
from customhouse.model import Slice
from customhouse.period import Period
from customhouse.statistics import Known, Level, Statistics
from customhouse.vocabulary import members, rows, split

_DIGITS = {2: "hs2", 4: "hs4", 6: "hs6", 8: "hs8"}


def rank(ask: Request, statistics: Statistics) -> Figure:
    """The place by size among the codes of a dimension; equals share a place, the next is left out.

    A single code is ranked among single codes. A group is ranked among the groups that official
    tables rank beside it (peers.csv) and the single codes in none of them.
    """
    dimension = ranked_dimension(ask)
    own = getattr(ask.slice, dimension)
    figures = _peers(ask, statistics, dimension, own)
    mine = figures.pop(own)
    above = sum(other.value > mine.value for other in figures.values())
    tied = sorted(code for code, other in figures.items() if other.value == mine.value)
    surely = sum(other.low > mine.top for other in figures.values())
    possibly = sum(other.top > mine.low for other in figures.values())
    place, count = above + 1, len(figures) + 1
    text = f"{above} of {count} above {shown(mine.value)}"
    note = f"no. {place} of {count}" + (f", tied with {', '.join(tied)}" if tied else "")
    first = sorted(figures.values(), key=lambda f: -f.value)[:place]
    return Figure(Fraction(place), Fraction(surely + 1), Fraction(possibly + 1), "rank", "rank",
                  joined(mine, *first), text, note=note)


def count(ask: Request, statistics: Statistics) -> Figure:
    """Traders, partners or lines; with `of` growth or a threshold, the partners or provinces that meet it.

    "Growth with N partners" counts those whose value rose, from nothing too; a threshold with `of`
    growth is in per cent, alone it is of the level.
    """
    unit = units().get(ask.unit or "")
    if unit is None or unit.dimension is None or (ask.of is None and ask.threshold is None
                                                  and unit.what == "partners"):
        return level(replace(ask, of=None), statistics)
    now = _singles(ask.slice, unit.dimension, period_of(ask), statistics, ask.known)
    if ask.of == "growth":
        return _growing(ask, statistics, unit.dimension, now)
    least = Fraction(str(ask.threshold or 0))
    word = "below" if ask.below else "above"
    figures = [_less(f, least) if ask.below else _less(_negative(f), -least) for f in now.values()]
    return _counted(ask, figures, f"{word} {shown(least)}", tuple(now.values()))


def ranked_dimension(ask: Request) -> str:
    """The dimension whose codes are ranked. Raises Lacking where the slice does not tell it."""
    dims = ask.whole or default_whole(ask.slice)
    changed = [d for d, _ in dims or () if getattr(ask.slice, d) is not None and d != "flow"]
    if len(changed) != 1:
        raise Lacking("rank", "nothing says among what it is ranked; give the dimension as `whole`")
    return changed[0]


def _peers(ask: Request, statistics: Statistics, dimension: str, own: str) -> dict[str, Figure]:
    """The figures of all that is ranked, by code."""
    period = period_of(ask)
    if ask.among:
        codes: Iterable[str] = dict.fromkeys((own, *ask.among))
        return {code: _one(ask, statistics, dimension, code) for code in codes}
    kind = _DIGITS.get(len(own), "") if dimension == "commodity" and own.isdigit() else dimension
    if kind in ("", "commodity"):
        raise Lacking("rank", f"{own} is one of many overlapping groups of goods; give `among`")
    around = replace(ask.slice, **{dimension: None})
    singles = statistics.parts(around, kind, period, "value", ask.known)
    alone = own in singles or _members(dimension, own, period.last) == {own}
    groups = _beside(ask, dimension, own, alone)
    inside = frozenset().union(*(_members(dimension, g, period.last) for g in (own, *groups)))
    codes = [own, *groups, *(code for code in singles if code != own and code not in inside)]
    ready = ask.metric == "value"
    return {code: _figure_of(ask.slice, dimension, code, period, singles[code])
            if ready and code in singles else _one(ask, statistics, dimension, code) for code in codes}


def _beside(ask: Request, dimension: str, own: str, single: bool) -> tuple[str, ...]:
    """The groups that a code is ranked beside. Raises Lacking for a single code inside one of them."""
    if single and not ask.grouped:
        return ()
    month = period_of(ask).last
    groups = tuple(g for g in _groups(dimension, own, month) if g != own)
    held = any(own in _members(dimension, code, month) for _, codes in _peer_sets() for code in codes)
    if single and held:
        raise Lacking("rank", f"{own} is in a group that official tables rank, so not beside groups")
    return groups


def _one(ask: Request, statistics: Statistics, dimension: str, code: str) -> Figure:
    part = replace(ask.slice, **{dimension: code})
    if ask.metric == "growth":
        return growth(replace(ask.about("growth"), slice=part, unit=None, whole=None), statistics)
    return level(replace(ask.about(ask.metric), slice=part), statistics)


def _groups(dimension: str, own: str, month: int) -> tuple[str, ...]:
    """The groups to rank a group beside: the set that it is of, else those that it does not overlap."""
    sets = [codes for name, codes in _peer_sets() if name == dimension]
    for codes in sets:
        if own in codes:
            return codes
    mine = _members(dimension, own, month)
    beside = sets[0] if sets else ()
    return tuple(code for code in beside if not mine & _members(dimension, code, month))


def peers(dimension: str) -> tuple[str, ...]:
    """The groups that official tables rank beside single codes of a dimension (peers.csv)."""
    return next((codes for name, codes in _peer_sets() if name == dimension), ())


@cache
def _peer_sets() -> tuple[tuple[str, tuple[str, ...]], ...]:
    text = (files("customhouse.measures") / "peers.csv").read_text(encoding="utf-8")
    return tuple((row["dimension"], split(row["codes"])) for row in csv.DictReader(io.StringIO(text)))


def _members(dimension: str, code: str, month: int) -> frozenset[str]:
    """The single codes in a group, in a joined code, or the code itself."""
    if "+" in code:
        return frozenset().union(*(_members(dimension, c, month) for c in code.split("+")))
    if dimension == "region":
        return _regions().get(code, frozenset((code,)))
    if dimension == "partner":
        try:
            return members(code, month)
        except VocabularyError:
            pass
    return frozenset((code,))


@cache
def _regions() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for row in rows("regions"):
        for group in split(row.get("parent")):
            found.setdefault(group, set()).add(row["code"])
        for code in split(row.get("members")):
            found.setdefault(row["code"], set()).add(code)
    return {group: frozenset(codes) for group, codes in found.items()}


def _singles(part: Slice, dimension: str, period: Period, statistics: Statistics,
             known: Known) -> dict[str, Figure]:
    """The values of the single codes inside a slice. Raises Lacking where there is none."""
    found = statistics.parts(part, dimension, period, "value", known)
    if not found:
        raise Lacking("slice", f"the statistics have no {dimension}s of {part.flow} in {period}")
    return {code: _figure_of(part, dimension, code, period, one) for code, one in found.items()}


def _figure_of(part: Slice, dimension: str, code: str, period: Period, found: Level) -> Figure:
    claim = claim_of(found, replace(part, **{dimension: code}), period, "value", found.unit, Fraction(1))
    return figure_of(claim, found)


def _growing(ask: Request, statistics: Statistics, dimension: str, now: dict[str, Figure]) -> Figure:
    """Those whose value rose (or rose by more than the threshold in per cent)."""
    base = earlier(ask)
    before = _singles(ask.slice, dimension, base, statistics, ask.base_known)
    factor = 1 + Fraction(str(ask.threshold or 0)) / 100
    figures = []
    for code in now.keys() | before.keys():
        one, other = now.get(code, _nothing()), before.get(code, _nothing())
        rise = Figure(one.value - other.value * factor, one.low - other.top * factor,
                      one.top - other.low * factor, "", "", ())
        figures.append(rise if ask.below else _negative(rise))
    return _counted(ask, figures, "falling" if ask.below else "growing", tuple(now.values()))


def _counted(ask: Request, figures: list[Figure], words: str, under: tuple[Figure, ...]) -> Figure:
    """How many figures are below 0."""
    value = sum(f.value < 0 for f in figures)
    surely, possibly = sum(f.top < 0 for f in figures), sum(f.low < 0 for f in figures)
    text = f"{value} of {len(figures)} {words}"
    return Figure(Fraction(value), Fraction(surely), Fraction(possibly), ask.unit or "country", "count",
                  joined(*under), text)


def _nothing() -> Figure:
    return Figure(Fraction(0), Fraction(0), Fraction(0), "", "cells", ())


def _less(figure: Figure, amount: Fraction) -> Figure:
    return replace(figure, value=figure.value - amount, low=figure.low - amount, high=figure.top - amount)


def _negative(figure: Figure) -> Figure:
    return replace(figure, value=-figure.value, low=-figure.top, high=-figure.low)
