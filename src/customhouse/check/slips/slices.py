"""Slips of what a figure is about: the flow, a neighbour's partner or goods, a word lost in translation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from typing import get_args

from customhouse.check.model import Comparison
from customhouse.check.slips.case import Case, Tries, Try
from customhouse.measures import default_whole
from customhouse.measures.ordering import peers
from customhouse.measures.request import RATED
from customhouse.model import DIMENSIONS, Claim, Slice
from customhouse.quantity import Bound
from customhouse.vocabulary import entries

_FLOWS = ("exports", "imports", "trade", "balance")
_NARROWING = tuple(d for d in DIMENSIONS if d not in ("flow", "reporter"))
_COMMON, _FIRST = {"enterprise": "enterprises", "regime": "regimes"}, 8
"""Dimensions whose codes may have been dropped though nothing else names them, with their lists, which begin
with the common ones; so many of them are tried."""
_BOUNDS: dict[Bound, float] = {"over": 0.3, "under": 0.2, "about": 0.05}
_AT_LARGE = 1
"""Goods that so many others are listed under are tried where a word may have been lost."""
_MOST_DIGITS = 2
"""A figure with a bound is a round one."""


def _partners(case: Case, but: tuple[str | None, ...]) -> list[str]:
    """Partners that the text does not name: those that tables rank, and the largest of the period."""
    if case.read.period is None:
        return []
    found = dict.fromkeys((*peers("partner"), *case.figures.largest(case.read.period)))
    return [code for code in found if code not in but]


def flow(case: Case) -> Tries:
    """Exports for imports, trade for exports, and the like."""
    read = case.read
    own = read.slice.flow
    if own is None:
        return
    for other in _FLOWS:
        if other == own or "balance" in (own, other) and read.measure not in ("value", "growth", "change"):
            continue
        if _dropped_flow(case, other):
            continue  # no flow was said, so none was mixed up
        share = 0.2 if "balance" in (own, other) else 0.4
        yield Try(_of_flow(read, other), share)


def _of_flow(read: Claim, other: str) -> Claim:
    """The claim of another flow; a whole or counterpart of that very flow stays as it is told."""
    return replace(read, slice=replace(read.slice, flow=other))


def neighbour(case: Case) -> Tries:
    """The figure belongs to another slice: one that the sentence names, else one named around it."""
    own = case.read.slice
    near = _others(own, case.near)
    around = [p for p in _others(own, case.around) if p not in near and not _inside(p, own)]
    for parts, mass in ((near, 0.8), (around, 0.15)):
        for part in parts:
            yield Try(_about(case.read, part), mass / max(4, len(parts)))


def another_code(case: Case) -> Tries:
    """The name of another partner, product or region stands where this figure's own should."""
    own = case.read.slice
    for dimension in own.narrowing():
        code = getattr(own, dimension)
        named = [c for c in case.named.get(dimension, ()) if c != code]
        for other in named:
            yield Try(_about(case.read, replace(own, **{dimension: other})), 0.5 / max(8, len(named)))
        if dimension == "partner":
            rest = _partners(case, (code, *named))
            for other in rest:
                yield Try(_about(case.read, replace(own, partner=other)), 0.5 / max(20, len(rest)))


def dropped(case: Case) -> Tries:
    """A word was lost, in translation as a rule: the figure holds of a part, or with a bound."""
    read = case.read
    if read.bound == "exact" and _round(read):
        for other in get_args(Bound):
            if other in _BOUNDS:
                yield Try(replace(read, bound=other), _BOUNDS[other])
    for flow_ in ("exports", "imports"):
        if _dropped_flow(case, flow_):
            yield Try(_of_flow(read, flow_), 0.4)
    for part, share in _narrower(case):
        yield Try(_about(read, part), share)


def _round(read: Claim) -> bool:
    """Whether a figure is round enough to have had a bound."""
    if read.measure in ("rank", "streak", "record", "direction") or not read.value:
        return False
    printed = f"{abs(read.value) / (read.step or 1.0):.0f}"
    to_the_point = read.span is not None and "." in read.span.text
    if to_the_point and read.unit in RATED:
        return False  # nobody writes `over 2.0%`
    return len(printed if to_the_point else printed.rstrip("0")) <= _MOST_DIGITS


def bound(case: Case) -> Tries:
    """`Over` for `nearly`, or either for a plain figure."""
    read = case.read
    if read.bound != "exact":
        for other in get_args(Bound):
            if other != read.bound:
                yield Try(replace(read, bound=other), 0.3)


def _dropped_flow(case: Case, other: str) -> bool:
    """Whether the claim is of trade only because its sentence names no flow."""
    if case.read.slice.flow != "trade" or other == "trade" or not case.sentence:
        return False
    text = case.sentence.lower()
    return not any(form in text for form in _trade_forms())


@cache
def _trade_forms() -> tuple[str, ...]:
    entry = next(entry for entry in entries("flows") if entry.code == "trade")
    return tuple(form.lower() for form in (entry.en, entry.zh, *entry.forms("en"), *entry.forms("zh")))


def _narrower(case: Case) -> Iterator[tuple[Slice, float]]:
    """The slice with one dimension more, and how likely each is."""
    own = case.read.slice
    for dimension in _NARROWING:
        if getattr(own, dimension) is not None:
            continue
        named = case.named.get(dimension, ())
        for code in named:
            yield replace(own, **{dimension: code}), 0.3 / max(8, len(named))
        if dimension in _COMMON:
            listed = entries(_COMMON[dimension])[:_FIRST]
            rest = [entry.code for entry in listed if entry.code not in named]
            for code in rest:
                yield replace(own, **{dimension: code}), 0.1 / max(8, len(rest))


def dropped_unnamed(case: Case) -> Tries:
    """A partner or product was lost that the text does not name elsewhere."""
    read, own = case.read, case.read.slice
    if read.measure not in ("value", "quantity", "growth", "share") or len(own.narrowing()) > 1:
        return
    if own.partner is None:
        rest = _partners(case, case.named.get("partner", ()))
        for code in rest:
            yield Try(_about(read, replace(own, partner=code)), 0.3 / max(20, len(rest)))
    if own.commodity is None:
        goods = [code for code in _goods() if code not in case.named.get("commodity", ())]
        for code in goods:
            yield Try(_about(read, replace(own, commodity=code)), 0.3 / max(20, len(goods)))


@cache
def _goods() -> tuple[str, ...]:
    """Goods at large: those that several others are listed under."""
    listed = entries("commodities")
    above = Counter(code for entry in listed for code in entry.more("parent"))
    return tuple(e.code for e in listed if e.row.get("hs") and above[e.code] >= _AT_LARGE)


def _inside(part: Slice, own: Slice) -> bool:
    """Whether a slice is a part of another: it says all that the other does."""
    return own.given().items() <= part.given().items()


def _others(own: Slice, claims: Iterable[Comparison]) -> list[Slice]:
    """The slices of other claims that are about the same flow with other codes, each once."""
    found: dict[Slice, None] = {}
    for one in claims:
        part = one.read.slice
        if part.subject is None and part.flow is not None and part.reporter == own.reporter:
            moved = replace(part, flow=own.flow)
            if moved != own:
                found[moved] = None
    return list(found)


def _about(read: Claim, part: Slice) -> Claim:
    """The claim about another slice; a whole that was left to be understood is the one of before."""
    changed = replace(read, slice=part)
    needs_whole = read.measure in ("share", "share_change", "contribution", "rank")
    if needs_whole and read.whole is None and default_whole(part) is None:
        dims = default_whole(read.slice)
        return replace(changed, whole=dims) if dims is not None else changed
    return changed
