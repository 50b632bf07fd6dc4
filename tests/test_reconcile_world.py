"""A world of cells in rounded figures of every measure: nothing to find, and all that follows true.

With one figure changed, whatever is found has that figure in it.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product

import pytest

from customhouse.model import Claim, Derivation, Slice, Span
from customhouse.period import Period
from customhouse.reconcile import reconcile

FLOWS, GOODS = ("exports", "imports"), ("steel", "toys")
OWNERS = ("private", "foreign_invested", "state_owned")
YEARS, LAST = (2024, 2025), 3
SEEDS = range(40)


class World:
    """Monthly yuan by flow, owner and good; every figure is a sum over them."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        months = [Period.of(y, m, m).first for y in YEARS for m in range(1, LAST + 1)]
        size = {cell: self.random.lognormvariate(24, 1) for cell in product(FLOWS, OWNERS, GOODS)}
        self.cells = {(*c, m): v * self.random.uniform(0.7, 1.4) for c, v in size.items() for m in months}

    def value(self, part: Slice, period: Period) -> float:
        return sum(-v if part.flow == "balance" and f == "imports" else v
                   for (f, owner, good, month), v in self.cells.items()
                   if part.flow in (f, "trade", "balance") and part.enterprise in (None, owner)
                   and part.commodity in (None, good) and period.first <= month <= period.last)

    def change(self, part: Slice, period: Period) -> float:
        return self.value(part, period) - self.value(part, period.year_earlier())

    def growth(self, part: Slice, period: Period) -> float:
        return 100.0 * self.change(part, period) / self.value(part, period.year_earlier())

    def share(self, part: Slice, whole: Slice, period: Period) -> float:
        return 100.0 * self.value(part, period) / self.value(whole, period)

    def claims(self, count: int) -> list[Claim]:
        """So many figures of random slices and months, rounded half up."""
        found: list[Claim] = []
        while len(found) < count:
            found.extend(self._some(len(found)))
        return found

    def _some(self, number: int) -> Iterator[Claim]:
        rng = self.random
        part = Slice(flow=rng.choice((*FLOWS, "trade", "trade")), enterprise=rng.choice((None, *OWNERS)),
                     commodity=rng.choice((None, None, "steel")))
        last = rng.choice((2, LAST))
        period = Period.of(2025, 1, last)
        span = Span("d", 9 * number, 9 * number + 8, "")
        common = Claim("value", 0.0, "CNY", span, slice=part, period=period)
        yield _money(common, self.value(part, period), "value")
        yield _points(replace(common, terms="CNY"), self.growth(part, period), "growth", "%")
        yield rng.choice((self._earlier, self._month, self._faster))(common, part, period)
        if part.narrowing():
            yield rng.choice((self._share, self._gap, self._contribution))(common, part, period)

    def _earlier(self, common: Claim, part: Slice, period: Period) -> Claim:
        base = period.year_earlier()
        return replace(_money(common, self.value(part, base), "value"), period=base)

    def _month(self, common: Claim, part: Slice, period: Period) -> Claim:
        month, balance = Period(period.last, period.last), replace(part, flow="balance")
        claim = _money(common, self.value(balance, month), "value")
        return replace(claim, slice=balance, period=month)

    def _faster(self, common: Claim, part: Slice, period: Period) -> Claim:
        base = Period(period.first, period.last - 1)
        faster = self.growth(part, period) - self.growth(part, base)
        return replace(_points(common, faster, "change", "pp"), of="growth", base=base, terms="CNY")

    def _whole(self, part: Slice) -> tuple[Slice, tuple[tuple[str, None], ...]]:
        wider = ((self.random.choice(part.narrowing()), None),)
        return part.widen(wider), wider

    def _share(self, common: Claim, part: Slice, period: Period) -> Claim:
        whole, wider = self._whole(part)
        return replace(_points(common, self.share(part, whole, period), "share", "%"), whole=wider)

    def _gap(self, common: Claim, part: Slice, period: Period) -> Claim:
        whole, wider = self._whole(part)
        gap = self.growth(part, period) - self.growth(whole, period)
        return replace(_points(common, gap, "gap", "pp"), against=wider, terms="CNY")

    def _contribution(self, common: Claim, part: Slice, period: Period) -> Claim:
        whole, wider = self._whole(part)
        points = 100.0 * self.change(part, period) / self.value(whole, period.year_earlier())
        return replace(_points(common, points, "contribution", "pp"), whole=wider, terms="CNY")

    def truth(self, claim: Claim) -> float:
        """The true figure of a derived claim."""
        assert claim.period is not None
        if claim.measure == "growth":
            return self.growth(claim.slice, claim.period)
        if claim.measure == "share":
            return self.share(claim.slice, claim.slice.widen(claim.whole or ()), claim.period)
        return self.value(claim.slice, claim.period)


def _money(common: Claim, value: float, measure: str) -> Claim:
    step = 10.0 ** (math.floor(math.log10(abs(value))) - 3)
    return replace(common, measure=measure, value=round(value / step) * step, step=step)


def _points(common: Claim, value: float, measure: str, unit: str) -> Claim:
    return replace(common, measure=measure, value=round(value, 1), unit=unit, step=0.1)


@pytest.mark.parametrize("seed", SEEDS)
def test_rounded_figures_of_one_world_agree_and_what_follows_is_true(seed: int) -> None:
    world = World(seed)
    found = reconcile(world.claims(60))
    assert not found.findings
    for claim in found.derived:
        assert isinstance(claim.origin, Derivation)
        span, truth = claim.origin.interval, world.truth(claim)
        slack = 1e-9 * max(1.0, abs(truth))
        assert span.low - slack <= truth <= span.high + slack


def _off(claim: Claim, by: float) -> Claim:
    return replace(claim, value=claim.value + (by * abs(claim.value) if claim.unit == "CNY" else 20.0 * by))


@pytest.mark.parametrize("by", [0.4, -0.25])
@pytest.mark.parametrize("seed", SEEDS)
def test_a_wrong_figure_is_in_whatever_is_found(seed: int, by: float) -> None:
    world = World(seed)
    claims = world.claims(60)
    at = world.random.randrange(len(claims))
    claims[at] = _off(claims[at], by)
    for finding in reconcile(claims).findings:
        assert any(c is claims[at] for c in finding.claims)


def test_most_wrong_figures_are_found() -> None:
    kinds: list[Callable[[Claim], bool]] = [lambda c: c.unit == "CNY", lambda c: c.measure == "growth"]
    found = 0
    for seed, kind in product(SEEDS, kinds):
        claims = World(seed).claims(60)
        at = next(i for i, c in enumerate(claims) if kind(c))
        claims[at] = _off(claims[at], 0.4)
        found += bool(reconcile(claims).findings)
    assert found > len(SEEDS)
