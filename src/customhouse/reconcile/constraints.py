"""The relations between variables: linear, product, and the mean that lies between its parts."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from customhouse.reconcile.network import Drawn, Fact, Var, worth


class Linear:
    """`least <= sum of coefficient * variable <= most`; None leaves a side out."""

    __slots__ = ("code", "least", "most", "terms")

    def __init__(self, code: str, terms: Sequence[tuple[Var, float]],
                 least: float | None = 0.0, most: float | None = 0.0) -> None:
        self.code, self.terms, self.least, self.most = code, tuple(terms), least, most

    @property
    def vars(self) -> tuple[Var, ...]:
        """The variables of its terms."""
        return tuple(v for v, _ in self.terms)

    def revise(self) -> Iterator[Drawn]:
        """Each variable against the smallest and the largest sum of the others."""
        if self.most is not None:
            yield from self._side(self.most, True)
        if self.least is not None:
            yield from self._side(self.least, False)

    def _side(self, limit: float, upper: bool) -> Iterator[Drawn]:
        facts = [v.low if (c > 0) == upper else v.high for v, c in self.terms]
        total, free, free_at = 0.0, 0, -1
        for i, ((_, c), fact) in enumerate(zip(self.terms, facts, strict=True)):
            if math.isinf(fact.value):
                free, free_at = free + 1, i
            else:
                total += c * fact.value
        if free > 1:
            return
        for i in range(len(facts)) if not free else (free_at,):
            var, c = self.terms[i]
            rest = total if free else total - c * facts[i].value
            bound, side = (limit - rest) / c, (c > 0) == upper
            open_ = any(f.open for j, f in enumerate(facts) if j != i)
            if worth(var, side, bound, open_):
                yield var, side, bound, open_, tuple(f for j, f in enumerate(facts) if j != i)


class Product:
    """`result = level * (start + scale * rate)`: growth (1, 0.01), share (0, 0.01), multiple (0, 1)."""

    __slots__ = ("code", "level", "rate", "result", "scale", "start")

    def __init__(self, code: str, result: Var, level: Var, rate: Var, start: float, scale: float) -> None:
        self.code, self.result, self.level, self.rate = code, result, level, rate
        self.start, self.scale = start, scale

    @property
    def vars(self) -> tuple[Var, ...]:
        """Result, level and rate."""
        return self.result, self.level, self.rate

    def revise(self) -> Iterator[Drawn]:
        """The product, and either factor as a quotient."""
        if self.level.low.value >= 0.0 and self.factor(self.rate.low) >= 0.0 and self.result.low.value >= 0.0:
            yield from self._positive()
        else:
            yield from self._signed()

    def factor(self, fact: Fact) -> float:
        """What the level is multiplied with where the rate has this bound."""
        return self.start + self.scale * fact.value

    def _positive(self) -> Iterator[Drawn]:
        for upper in (False, True):
            yield from self._times(upper)
            yield from self._over(self.level, self.rate, upper)
            yield from self._over(self.rate, self.level, upper)

    def _times(self, upper: bool) -> Iterator[Drawn]:
        level, rate = (v.high if upper else v.low for v in (self.level, self.rate))
        factor = self.factor(rate)
        if math.isinf(level.value) or math.isinf(factor):
            return
        value, open_ = level.value * factor, level.open or rate.open
        if worth(self.result, upper, value, open_):
            yield self.result, upper, value, open_, (level, rate)

    def _over(self, target: Var, other: Var, upper: bool) -> Iterator[Drawn]:
        above, below = (self.result.high, other.low) if upper else (self.result.low, other.high)
        divisor = self.factor(below) if other is self.rate else below.value
        if divisor <= 0.0 or math.isinf(divisor) or math.isinf(above.value):
            return
        value, open_ = above.value / divisor, above.open or below.open
        if target is self.rate:
            value = (value - self.start) / self.scale
        if worth(target, upper, value, open_):
            yield target, upper, value, open_, (above, below)

    def _signed(self) -> Iterator[Drawn]:
        level = (self.level.low, self.level.high)
        rate = (self.rate.low, self.rate.high)
        result = (self.result.low, self.result.high)
        factors = [self.factor(f) for f in rate]
        yield from self._corners(self.result, [x.value * f for x in level for f in factors], level + rate)
        if factors[0] > 0.0:
            values = [x.value / f for x in result for f in factors]
            yield from self._corners(self.level, values, result + rate)
        if level[0].value > 0.0:
            values = [(x.value / y.value - self.start) / self.scale for x in result for y in level]
            yield from self._corners(self.rate, values, result + level)

    def _corners(self, target: Var, values: list[float], used: tuple[Fact, ...]) -> Iterator[Drawn]:
        if not all(math.isfinite(f.value) for f in used):
            return
        for upper, value in ((False, min(values)), (True, max(values))):
            if worth(target, upper, value, False):
                yield target, upper, value, False, used


class Mean:
    """The rate of a whole lies between the lowest and the highest rate of parts that exhaust it."""

    __slots__ = ("code", "parts", "whole")

    def __init__(self, code: str, whole: Var, parts: Sequence[Var]) -> None:
        self.code, self.whole, self.parts = code, whole, tuple(parts)

    @property
    def vars(self) -> tuple[Var, ...]:
        """The whole, then its parts."""
        return (self.whole, *self.parts)

    def revise(self) -> Iterator[Drawn]:
        """The whole between its parts; the one part that can, on the far side of the whole."""
        for upper in (False, True):
            ends = [p.high if upper else p.low for p in self.parts]
            extreme = (max if upper else min)(e.value for e in ends)
            if math.isfinite(extreme) and worth(self.whole, upper, extreme, False):
                yield self.whole, upper, extreme, False, tuple(ends)
            yield from self._last(upper)

    def _last(self, upper: bool) -> Iterator[Drawn]:
        """Where all parts but one lie below the whole, that one does not (and the other way round)."""
        edge = self.whole.high if upper else self.whole.low
        ends = [p.low if upper else p.high for p in self.parts]
        reach = [e for e in ends if (e.value <= edge.value if upper else e.value >= edge.value)]
        if len(reach) != 1 or not math.isfinite(edge.value):
            return
        at = next(i for i, e in enumerate(ends) if e is reach[0])
        if worth(self.parts[at], upper, edge.value, False):
            used = (edge, *(e for i, e in enumerate(ends) if i != at))
            yield self.parts[at], upper, edge.value, False, used
