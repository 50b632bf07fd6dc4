"""The items of a period beside those of its base: matched, edited, imputed, and summed up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from customhouse.prices.carried import IMPUTED, Matched, lacking, logged
from customhouse.prices.editing import REASONS, Judged, Rule, judge
from customhouse.prices.matched import Sums, of_matched
from customhouse.prices.sides import Side, flags, places, plain, strata

if TYPE_CHECKING:
    from customhouse.prices.sides import Flags, Whole

STRATA = (8, 6, 4, 2, 0)
"""HS digits of the strata that relatives are judged in, finest first; each flow and unit apart. The last
takes all goods together: where trade is thin one wild relative would else be the whole index. Quantities
are estimated from the others alone."""


@dataclass(frozen=True, slots=True)
class Spared:
    """Edits that are not made: of `relatives` (`item|unit`) that count whatever they are, and of quantities
    of the items `bare`, which are not estimated.
    """

    relatives: frozenset[str] = frozenset()
    bare: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class How:
    """How items are matched: the rule that relatives are edited by, the digits of its strata (finest
    first), whether quantities are imputed, and the edits that are not made.
    """

    rule: Rule = field(default_factory=Rule)
    strata: Sequence[int] = STRATA
    impute: bool = True
    spared: Spared = field(default_factory=Spared)


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """What a period and its base have in common: the sums, and the relatives that were edited out."""

    sums: Sums
    edits: pa.Table


def pair(base: pa.Table, now: pa.Table, how: How = How(), parts: float = 1) -> Pair:
    """Match the items of two periods, columns as in `itemrows.COLUMNS`; units have to be the same.

    A base of as many `parts` of the period's length is taken as their average.
    """
    bare = how.spared.bare
    one, two = Side(base, how.impute, parts, bare), Side(now, how.impute, 1, bare)
    at, there = places(two.keys, one.keys)
    both = Matched.of(one, two, at[there], np.flatnonzero(there))
    judged = judge(
        strata(two, two.at[both.of1], how.strata), both.v0 / both.q0, both.v1 / both.q1,
        np.maximum(both.v0, both.v1), how.rule,
    )  # fmt: skip
    kept = judged.kept | _spared(two, both, how)
    rest = _Rest.of(one, two, both)
    if how.impute:
        rest = _impute(one, two, both.where(kept), rest, how)
    sums = _counted(one, two, both, kept) + rest.sums + _alone(one, two, rest)
    log = pa.concat_tables([_edits(two, both, judged, kept), *rest.log])
    return Pair(sums, log.sort_by([("item", "ascending"), ("unit", "ascending")]))


@dataclass(frozen=True, slots=True, eq=False)
class _Rest:
    """Places of priced items of either side (base first) without a match, and rows without a price; the
    sums and the log of what was imputed.
    """

    single: tuple[Whole, Whole]
    lone: tuple[Whole, Whole]
    sums: Sums = field(default_factory=Sums)
    log: tuple[pa.Table, ...] = ()

    @classmethod
    def of(cls, base: Side, now: Side, both: Matched) -> _Rest:
        return cls((_single(base, both.of0), _single(now, both.of1)), (base.lone, now.lone))


def _spared(side: Side, both: Matched, how: How) -> Flags:
    """What is not to be edited out."""
    if not how.spared.relatives:
        return np.zeros(len(both.of1), dtype=bool)
    wanted = pa.array(sorted(how.spared.relatives))
    return flags(pc.is_in(side.keys.take(pa.array(both.of1)), value_set=wanted))


def _impute(base: Side, now: Side, both: Matched, rest: _Rest, how: How) -> _Rest:
    """Estimate what either side lacks, by the prices of `both`, which count."""
    alike = [digits for digits in how.strata if digits]  # all goods together are no goods to estimate by
    back = lacking(base, now, rest.single[1], both.turned(), alike)
    on = lacking(now, base, rest.single[0], both, alike)
    log = (_folded(base, now, both), back.log(of_base=True), on.log(of_base=False))
    return _Rest(
        (_less(rest.single[0], on.single), _less(rest.single[1], back.single)),
        (_less(rest.lone[0], back.lone), _less(rest.lone[1], on.lone)),
        back.sums(of_base=True) + on.sums(of_base=False), log,
    )  # fmt: skip


def _alone(base: Side, now: Side, rest: _Rest) -> Sums:
    """What has no match: entered or gone; left where the other period has the item otherwise."""
    gone, left0 = _apart(base, now, rest.single[0], rest.lone[0])
    new, left1 = _apart(now, base, rest.single[1], rest.lone[1])
    return Sums(entry=new, exit=gone, left0=left0, left1=left1)


def _counted(base: Side, now: Side, both: Matched, kept: Flags) -> Sums:
    """What is matched: kept, or set aside."""
    aside0, aside1 = both.of0[~kept], both.of1[~kept]
    return Sums(
        base.total, now.total, left0=plain(base.value[aside0]), left1=plain(now.value[aside1]),
        imputed0=plain(base.imputed[both.of0[kept]]), imputed1=plain(now.imputed[both.of1[kept]]),
        pairs=int(kept.sum()), aside=len(aside0),
        **of_matched(both.v0[kept], both.v1[kept], both.q0[kept], both.q1[kept]),
    )  # fmt: skip


def _single(side: Side, matched: Whole) -> Whole:
    rest = np.ones(len(side.at), dtype=bool)
    rest[matched] = False
    return np.flatnonzero(rest)


def _less(rows: Whole, gone: Whole) -> Whole:
    return np.setdiff1d(rows, gone, assume_unique=True)


def _apart(side: Side, other: Side, single: Whole, lone: Whole) -> tuple[float, float]:
    """Values in hundredths: of items that the other period has not at all, and of those that it has."""
    rows = np.concatenate([side.at[single], lone])
    values = np.concatenate([side.value[single], side.every[lone]])
    had = side.had_by(other, rows)
    return plain(values[~had]), plain(values[had])


def _edits(side: Side, both: Matched, judged: Judged, kept: Flags) -> pa.Table:
    """The log of relatives that do not count."""
    rows = np.flatnonzero(~kept)
    reasons = np.array(REASONS, dtype=object)[judged.reason[rows]]
    ends = judged.low[rows], judged.high[rows]
    return logged(side, side.at[both.of1[rows]], reasons, both.where(~kept), *ends)


def _folded(base: Side, now: Side, both: Matched) -> pa.Table:
    """The log of items of which a part had no quantity in a period."""
    some = (base.imputed[both.of0] > 0) | (now.imputed[both.of1] > 0)
    nothing = np.full(int(some.sum()), np.nan)
    reasons = np.full(len(nothing), IMPUTED["own"], dtype=object)
    return logged(now, now.at[both.of1[some]], reasons, both.where(some), nothing, nothing)
