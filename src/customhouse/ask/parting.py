"""The parts of a slice along an axis: partners with or without blocs, regions, goods and so on."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from fractions import Fraction
from functools import cache
from importlib.resources import files

from customhouse import groups
from customhouse.errors import VocabularyError
from customhouse.measures.ordering import peers
from customhouse.model import Slice
from customhouse.period import Period
from customhouse.query.model import dimension_of as dimension_of_axis
from customhouse.query.run import Prefetched

DIMENSIONS = {"country": "partner", "goods": "commodity"}
Amounts = dict[str, Fraction]
"""Code to value, in the currency of the statistics."""


def dimension_of(axis: str) -> str:
    """The dimension of the slice that an axis runs over."""
    return DIMENSIONS.get(axis) or dimension_of_axis(axis)


def axis_of(part: Slice, dimension: str, month: int) -> str:
    """The axis that a slice is compared along: countries alone for one that is inside a bloc."""
    code = getattr(part, dimension)
    inside = dimension == "partner" and any(
        code in groups.members("partner", bloc, month).codes for bloc in peers("partner")
    )
    return "country" if inside else "goods" if dimension == "commodity" else dimension


def amounts(part: Slice, axis: str, period: Period, statistics: Prefetched) -> Amounts:
    """The values of the parts; `partner` has blocs in place of their members, as official tables."""
    if axis == "goods":
        return _goods(part, period, statistics)
    dimension = dimension_of(axis)
    if axis.startswith("hs"):
        return {code: level.amount for code, level in statistics.parts(part, axis, period).items()}
    around = replace(part, **{dimension: None}) if getattr(part, dimension) is not None else part
    found = {code: level.amount for code, level in statistics.parts(around, dimension, period).items()}
    inside = getattr(part, dimension)
    if inside is not None:
        return _within(found, dimension, inside, period)
    return _with_blocs(found, period) if axis == "partner" else found


def _within(found: Amounts, dimension: str, code: str, period: Period) -> Amounts:
    """The single codes of a group."""
    try:
        members = groups.members(dimension, code, period.last)
    except VocabularyError:
        return {}
    return {one: amount for one, amount in found.items() if members.holds(one) and one != code}


def _with_blocs(found: Amounts, period: Period) -> Amounts:
    result = dict(found)
    for bloc in peers("partner"):
        members = groups.members("partner", bloc, period.last).codes
        held = [result.pop(code) for code in members if code in result]
        if held:
            result[bloc] = sum(held, Fraction(0))
    return result


def _goods(part: Slice, period: Period, statistics: Prefetched) -> Amounts:
    """The main goods of customs' monthly tables, from one look at all HS codes."""
    single = statistics.parts(replace(part, commodity=None), "hs8", period)
    result: Amounts = {}
    for code in _inside(part, period):
        try:
            members = groups.members("commodity", code, period.last)
        except VocabularyError:
            continue
        amount = sum((level.amount for hs, level in single.items() if members.holds(hs)), Fraction(0))
        if amount:
            result[code] = amount
    return result or ({} if part.commodity else _printed(part, period, statistics))


def _inside(part: Slice, period: Period) -> tuple[str, ...]:
    """The main goods of a flow; where goods are named, those inside them."""
    goods = main_goods(part.flow)
    if part.commodity is None:
        return goods
    try:
        group = groups.members("commodity", part.commodity, period.last)
        held = {code: groups.members("commodity", code, period.last).prefixes for code in goods}
    except VocabularyError:
        return ()
    return tuple(c for c in goods if c != part.commodity and held[c] and all(map(group.holds, held[c])))


def _printed(part: Slice, period: Period, statistics: Prefetched) -> Amounts:
    """The main goods of statistics that have no HS codes but figures for goods."""
    found = {code: statistics.level(replace(part, commodity=code), period) for code in main_goods(part.flow)}
    return {code: level.amount for code, level in found.items() if level is not None and level.amount}


@cache
def main_goods(flow: str | None) -> tuple[str, ...]:
    """The goods of China's monthly tables of main exports and imports that HS codes tell, without overlaps.

    Source: the tables of major exports and imports of the General Administration of Customs.
    """
    text = (files("customhouse.ask") / "main_goods.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(text)))
    return tuple(
        dict.fromkeys(row["code"] for row in rows if flow in (row["flow"], "trade", "balance", None))
    )
