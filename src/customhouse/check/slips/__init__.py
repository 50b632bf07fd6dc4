"""What may have gone wrong with a contradicted figure: each slip is one small function that proposes claims
as they would be right, and a slip is named only where such a claim holds in the statistics.

`KINDS` has them in order with how often each occurs (of 1 for all), the more specific before the more
general where both are as likely. A kind's tries share its part, so that a kind that could explain
anything (another partner of two hundred) does not hide one that could explain little (the sign).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from customhouse.check.comparing import holds
from customhouse.check.judging import allowed
from customhouse.check.model import Slip, Verdict
from customhouse.check.slips import digits, exchanged, kinds, periods, slices
from customhouse.check.slips.case import Case, Tries, Try
from customhouse.factors import estimated
from customhouse.model import Claim, Slice

_TOGETHER = 20.0
"""A slip of a word touches all figures that the word governs: where two come right, it is likelier."""
_APART, _LEAST = 0.5, 0.15
"""With each figure that the same word governs and that holds as it stands, it is less likely."""
_LITTLE = 0.01
"""Where what was found is together less likely than this, the kinds of many tries are tried too."""
_VAGUE, _VAGUELY = 0.3, 0.1
"""From what width on, as a fraction of itself, a figure is vague, and what other slips then count for."""
_DIMENSIONS = frozenset(field.name for field in fields(Slice))
_PLAIN = ("count", "rank", "streak", "record", "direction")
"""Measures that are too costly, or too easily right by chance, to be tried on every other slice."""
_OF_SLICES = frozenset({"neighbour", "code", "translation_drop", "base_year", "whole"})
_OF_ESTIMATES = frozenset({"sign", "decimal_point", "digits_swapped", "flow", "bound"})
"""What is tried on estimates (prices, working days, adjusted figures): each takes up to seconds, and they lie
in intervals so wide that much would hold by chance."""
_ITS_OWN = ("value", "step", "bound", "origin", "unit", "measure", "of")
"""Fields of the figure itself, whose words govern no other figure."""
_OF_ITS_KIND = ("whole", "base", "against")
"""Fields whose words govern figures of the same measure alone."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of slip: its code (words in interface.csv), how often it occurs, and what proposes claims."""

    code: str
    often: float
    tries: Callable[[Case], Tries]


KINDS: tuple[Kind, ...] = (
    Kind("swapped", 0.10, exchanged.swapped),
    Kind("currency", 0.08, exchanged.currency),
    Kind("sign", 0.10, digits.sign),
    Kind("unit", 0.10, digits.unit),
    Kind("decimal_point", 0.05, digits.decimal_point),
    Kind("digits_swapped", 0.06, digits.digits_swapped),
    Kind("flow", 0.08, slices.flow),
    Kind("year_to_date", 0.08, periods.year_to_date),
    Kind("period", 0.10, periods.period),
    Kind("base_year", 0.07, periods.base_year),
    Kind("level_for_change", 0.06, kinds.level_for_change),
    Kind("whole", 0.06, kinds.whole),
    Kind("points", 0.04, kinds.points),
    Kind("neighbour", 0.08, slices.neighbour),
    Kind("digit", 0.06, digits.digit),
    Kind("translation_drop", 0.06, slices.dropped),
    Kind("bound", 0.03, slices.bound),
    Kind("code", 0.03, slices.another_code),
)
LAST: tuple[Kind, ...] = (
    Kind("translation_drop", 0.08, slices.dropped_unnamed),
)
"""Kinds of so many tries that they are left for figures that nothing likely explains."""


def explain(cases: Sequence[Case]) -> list[tuple[Slip, ...]]:
    """The slips of each case that stand the test, the likeliest first."""
    found = [_tested(case) for case in cases]
    of_case = {id(case.found): slips for case, slips in zip(cases, found, strict=True)}
    both = [[*slips, *_of_neighbours(case, slips, of_case)] for case, slips in zip(cases, found, strict=True)]
    of_case = {id(case.found): slips for case, slips in zip(cases, both, strict=True)}
    return [_ranked(case, slips, of_case) for case, slips in zip(cases, both, strict=True)]


def _tested(case: Case) -> list[Slip]:
    found = list(_of_kinds(case, KINDS))
    if sum(slip.weight for slip in found) < _LITTLE:
        found += _of_kinds(case, LAST)
    return found


def _of_kinds(case: Case, tried: Sequence[Kind]) -> Iterator[Slip]:
    seen: set[Claim] = set()
    plain = case.read.measure in _PLAIN or case.read.of in ("count", "rank")
    sharp = _VAGUELY if _is_vague(case.read) else 1.0
    unsure = estimated(case.read)
    for kind in tried:
        left = kind.code not in _OF_ESTIMATES if unsure else plain and kind.code in _OF_SLICES
        for one in () if left else kind.tries(case):
            if one.corrected != case.read and one.corrected not in seen:
                computed = one.computed or holds(one.corrected, case.figures)
                if computed is not None:
                    seen.add(one.corrected)
                    weight = kind.often * one.share * (1.0 if kind.code == "bound" else sharp)
                    yield Slip(kind.code, one.corrected, computed, weight, one.rate, one.rate_source)


def _is_vague(read: Claim) -> bool:
    """Whether a figure with a bound allows so much that much else would hold too: `nearly 1 trillion`."""
    told = allowed(read, "half_up")
    return read.bound != "exact" and told.high - told.low > _VAGUE * abs(read.value)


def _of_neighbours(case: Case, own: list[Slip], of_case: dict[int, list[Slip]]) -> Iterator[Slip]:
    """What explains other figures of the sentence and was not tried on this one."""
    seen = {slip.corrected for slip in own}
    for other in () if estimated(case.read) else case.near:
        for slip in of_case.get(id(other), ()):
            changed = _changed(other.read, slip.corrected)
            if changed and _shares(other.read, case.read, changed):
                corrected = _with(case.read, changed)
                computed = None if corrected in seen else holds(corrected, case.figures)
                seen.add(corrected)
                if computed is not None:
                    yield replace(slip, corrected=corrected, computed=computed)


def _with(read: Claim, changed: dict[str, Any]) -> Claim:
    """A claim with what a slip changed in another."""
    dims = {name: code for name, code in changed.items() if name in _DIMENSIONS}
    rest = {name: value for name, value in changed.items() if name not in _DIMENSIONS}
    return replace(read, slice=replace(read.slice, **dims), **rest)


def _ranked(case: Case, slips: list[Slip], of_case: dict[int, list[Slip]]) -> tuple[Slip, ...]:
    weighed = [replace(s, weight=s.weight * _in_company(case, s, of_case)) for s in slips]
    total = sum(s.weight for s in weighed) or 1.0
    best: dict[str, Slip] = {}
    for one in sorted(weighed, key=lambda s: -s.weight):
        best.setdefault(one.kind, replace(one, weight=one.weight / total))
    return tuple(best.values())


def _in_company(case: Case, slip: Slip, of_case: dict[int, list[Slip]]) -> float:
    """How a slip fits the other figures of the sentence, where it changed more than this one."""
    changed = _changed(case.read, slip.corrected)
    if not changed:
        return 1.0
    factor = 1.0
    for other in case.near:
        if not _shares(other.read, case.read, changed):
            continue
        if other.verdict is Verdict.CONTRADICTED:
            same = (s for s in of_case.get(id(other), ())
                    if s.kind == slip.kind and _changed(other.read, s.corrected) == changed)
            if next(same, None) is not None:
                factor = max(factor, 1.0) * _TOGETHER
        elif other.verdict is not Verdict.NO_STATISTICS and factor <= 1.0:
            factor = max(_LEAST, factor * _APART)
    return factor


def _changed(read: Claim, corrected: Claim) -> dict[str, Any]:
    """What a slip changed in a claim, but for the figure itself: fields and dimensions, as they should be."""
    found: dict[str, Any] = {}
    for field in fields(Claim):
        before, after = getattr(read, field.name), getattr(corrected, field.name)
        if field.name == "slice":
            found |= {d.name: getattr(after, d.name) for d in fields(Slice)
                      if getattr(before, d.name) != getattr(after, d.name)}
        elif before != after and field.name not in _ITS_OWN:
            found[field.name] = after
    return found


def _shares(other: Claim, read: Claim, changed: dict[str, Any]) -> bool:
    """Whether another figure stands under the words that a slip changed."""
    if other.measure != read.measure and not changed.keys().isdisjoint(_OF_ITS_KIND):
        return False
    return all(_of(other, name) == _of(read, name) for name in changed)


def _of(claim: Claim, name: str) -> Any:
    return getattr(claim if hasattr(claim, name) else claim.slice, name)


__all__ = ["KINDS", "Case", "Kind", "Try", "explain"]
