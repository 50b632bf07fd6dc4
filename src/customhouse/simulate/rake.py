"""Raking: values are scaled until sums, ratios of sums and differences lie where they were stated.

Iterative proportional fitting (Deming and Stephan 1940), with intervals in place of points: a figure
outside its interval is moved to the nearest edge, one inside is left alone. Figures are taken in
order again and again, so that those that cannot hold together end in a compromise and are reported.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from customhouse.groups import counted_back
from customhouse.model import Slice
from customhouse.period import Period
from customhouse.simulate.facts import Fact
from customhouse.simulate.select import Cells

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Rows = Floats | Sequence[Floats]
"""Values by month, and by relation or pool of them."""
Find = Callable[[Slice, Period], Cells]
Restore = Callable[[Floats], None]

_MIDDLE, _PRINTED = 0.6, 0.98
"""How much of an interval is aimed at: its middle first, in the end nearly all of what was printed."""
_SWEEPS, _SWEEPS_MORE, _SWEEPS_AGAIN, _ROUNDS = 150, 60, 300, 12
_TINY = 1e-300


@dataclass(frozen=True, slots=True)
class Target:
    """A fact with the cells it is about: `over` against `under` (the base, or the whole) where it has one.

    `less` are the cells to be taken off (imports from a balance), with `less_under` in the base.
    """

    fact: Fact
    over: Cells
    under: Cells = ()
    less: Cells = ()
    less_under: Cells = ()


@dataclass(frozen=True, slots=True)
class Margin:
    """A stated figure beside the simulated one (in yuan or per cent), and whether it lies in its interval."""

    name: str
    stated: float
    simulated: float
    met: bool


def target(fact: Fact, find: Find) -> Target:
    """The fact with its cells."""
    balance = fact.part.flow == "balance"
    plus = fact.part.widen((("flow", "exports"),)) if balance else fact.part
    minus = fact.part.widen((("flow", "imports"),))
    over, less = find(plus, fact.period), find(minus, fact.period) if balance else ()
    under: Cells = ()
    less_under: Cells = ()
    if fact.base is not None:
        then, less_then = (counted_back(part, fact.base, fact.period) for part in (plus, minus))
        under, less_under = find(then, fact.base), find(less_then, fact.base) if balance else ()
    elif fact.whole is not None:
        under = find(fact.whole, fact.period)
    return Target(fact, over, under, less, less_under)


def total(values: Rows, cells: Cells) -> float:
    """The sum of the values in some cells."""
    found = 0.0
    for at, inside in cells:  # hundreds of thousands of small sums: without what numpy puts around them
        found += np.add.reduce(values[at].take(inside))
    return float(found)


def simulated(values: Rows, aim: Target) -> float:
    """What the values make of a stated figure, in yuan or per cent; nan for a ratio to nothing."""
    level = total(values, aim.over) - total(values, aim.less)
    if aim.fact.measure == "value":
        return level
    below = total(values, aim.under) - total(values, aim.less_under)
    if not below:
        return float("nan")
    return level / below * 100 - (100 if aim.fact.measure == "growth" else 0)


def rake(values: Floats, aims: Sequence[Target], after: Restore, base: float = 0.5) -> None:
    """Scale values in place until all aims that can hold together do; `after` ends each sweep.

    First to the middle of each interval, then into what was printed. Aims that still are not met are
    given up, the worst first and monthly figures before those of releases, so that the others hold.
    A growth moves its base by the share `base` of what is amiss, and its later period by the rest.
    """
    left = able = [aim for aim in aims if _able(values, aim)]
    _sweep(values, left, after, base, _SWEEPS, middle=True)
    for _ in range(_ROUNDS):
        _sweep(values, left, after, base, _SWEEPS_MORE, middle=False)
        worst = _worst(values, left)
        if not worst:
            break
        left = [aim for aim in left if id(aim) not in worst]
    for aim in able:
        given_up = not aim.fact.yields and all(aim is not other for other in left)
        if given_up and _readmitted(values, [*left, aim], after, base):
            left = [*left, aim]


def _able(values: Floats, aim: Target) -> bool:
    """Whether scaling can move a figure: there is something in it, and in what it is compared with."""
    part, under = total(values, aim.over), total(values, aim.under)
    if aim.fact.measure == "value":
        return part > 0
    return part > 0 and under > 0 and (aim.fact.measure != "share" or part < under * (1 - 1e-12))


def _worst(values: Floats, aims: Sequence[Target]) -> set[int]:
    """The aims to give up next, by identity: those with at least half the greatest miss."""
    misses = {id(aim): miss for aim in aims if (miss := _miss(values, aim)) > 0}
    first = {id(aim) for aim in aims if aim.fact.yields} & misses.keys() or misses.keys()
    worst = max((misses[aim] for aim in first), default=0.0)
    return {aim for aim in first if misses[aim] >= worst / 2}


def _readmitted(values: Floats, aims: Sequence[Target], after: Restore, base: float) -> bool:
    """Whether aims hold together after all; the values are left as they were where they do not."""
    before = values.copy()
    _sweep(values, aims, after, base, _SWEEPS_AGAIN, middle=False)
    if any(_miss(values, aim) > 0 for aim in aims):
        values[:] = before
        return False
    return True


def sweep_once(values: Floats, aims: Sequence[Target], after: Restore, base: float = 0.5) -> None:
    """Move every figure once to the middle of its interval, then what `after` restores."""
    _sweep(values, aims, after, base, 1, middle=True)


def _sweep(
    values: Floats, aims: Sequence[Target], after: Restore, base: float, times: int, middle: bool
) -> None:
    bounds = [_bounds(aim, middle) for aim in aims]
    rows = list(values)
    for _ in range(times):
        moved = [_move(rows, aim, wanted, base) for aim, wanted in zip(aims, bounds, strict=True)]
        after(values)
        if not any(moved):
            break


def _miss(values: Floats, aim: Target) -> float:
    """How far a figure is outside what was printed, as a fraction of it (of 1 for rates); 0 inside."""
    found, allowed = simulated(values, aim), aim.fact.interval()
    if found in allowed:
        return 0.0
    outside = max(allowed.low - found, found - allowed.high, 0.0)
    scale = abs(aim.fact.value) if aim.fact.measure == "value" else 100.0
    return float("inf") if np.isnan(found) else max(outside / scale, 1e-12)


def margin(values: Floats, aim: Target, scale: float = 1.0) -> Margin:
    """The fact beside what the values make of it; values are in units of `scale` yuan."""
    found = simulated(values, aim) * (scale if aim.fact.measure == "value" else 1.0)
    return Margin(aim.fact.name, aim.fact.value, found, found in aim.fact.interval())


def _bounds(aim: Target, middle: bool) -> tuple[float, float]:
    """What a figure is moved into."""
    allowed, width = aim.fact.interval(aim=middle), _MIDDLE if middle else _PRINTED
    slack = (allowed.high - allowed.low) * (1 - width) / 2
    return allowed.low + slack, allowed.high - slack


def _move(values: Rows, aim: Target, bounds: tuple[float, float], base: float) -> bool:
    """Move one figure to the nearest edge of what is allowed; whether it had to be moved."""
    found = simulated(values, aim)
    wanted = min(max(found, bounds[0]), bounds[1])
    if not np.isfinite(found) or abs(wanted - found) <= 1e-12 * max(1.0, abs(found)):
        return False
    if aim.less:
        _shift(values, aim, found, wanted)
    elif aim.fact.measure == "share":
        _share(values, aim, wanted / 100)
    elif aim.fact.measure == "growth":
        factor = (100 + wanted) / (100 + found)
        _scale(values, aim.over, factor ** (1 - base))
        _scale(values, aim.under, factor**-base)
    elif found > 0:
        _scale(values, aim.over, wanted / found)
    return True


def _scale(values: Rows, cells: Cells, factor: float) -> None:
    for at, inside in cells:
        row = values[at]
        row[inside] *= factor


def _share(values: Rows, aim: Target, wanted: float) -> None:
    """Give a part its share of a whole that stays as it is."""
    part, whole = total(values, aim.over), total(values, aim.under)
    rest = whole - part
    if part > _TINY and rest > _TINY:
        others = (whole - wanted * whole) / rest
        _scale(values, aim.under, others)
        _scale(values, aim.over, wanted * whole / part / others)


def _shift(values: Rows, aim: Target, found: float, wanted: float) -> None:
    """Change a balance by raising one flow and lowering the other by half each."""
    below = total(values, aim.under) - total(values, aim.less_under)
    change = wanted - found if aim.fact.measure == "value" else (wanted - found) / 100 * below
    _scale(values, aim.over, 1 + change / 2 / total(values, aim.over))
    _scale(values, aim.less, 1 - change / 2 / total(values, aim.less))


def pooled(count: int, aims: Sequence[Target], flow: Ints) -> tuple[Ints, tuple[Target, ...]]:
    """Relations that no aim tells apart as one pool: the pool of each, and the aims in terms of pools.

    Scaling a pool scales its relations alike, so raking pools is raking relations, in less time.
    """
    rng = np.random.default_rng(0)
    marks = flow.astype(np.int64)
    seen: dict[int, Ints] = {}
    for aim in aims:
        for _, inside in (*aim.over, *aim.under):
            if id(inside) not in seen:
                seen[id(inside)] = inside
                marks[inside] += rng.integers(1 << 60)
    _, first, pool = np.unique(marks, return_index=True, return_inverse=True)
    rank = np.full(count, -1)
    rank[first] = np.arange(len(first))
    inner = {key: rank[inside][rank[inside] >= 0] for key, inside in seen.items()}

    def cells(given: Cells) -> Cells:
        return tuple((at, inner[id(inside)]) for at, inside in given)

    return pool, tuple(replace(aim, over=cells(aim.over), under=cells(aim.under)) for aim in aims)
