"""Time and memory of `reconcile` on synthetic claims: rounded figures of one world, a few wrong.

    python benchmarks/reconcile_synthetic.py [sizes ...]
"""

from __future__ import annotations

import random
import resource
import sys
import time
from collections.abc import Iterator
from dataclasses import replace

from customhouse.model import Claim, Slice, Span
from customhouse.period import Period
from customhouse.reconcile import reconcile

PARTNERS = ("USA", "JPN", "KOR", "DEU", "FRA", "GBR", "AUS", "RUS", "IND", "VNM", "THA", "MYS", "SGP", "IDN")
GOODS = tuple(f"good_{n}" for n in range(40))
ENTERPRISES = ("private", "foreign_invested", "state_owned")
FLOWS = ("exports", "imports", "trade")
PLANTED = 10
WRONG = "wrong on purpose"


class World:
    """True monthly values by slice atoms, drawn when first asked for, from which any figure adds up."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._cells: dict[tuple[object, ...], float] = {}

    def value(self, flow: str, partner: str | None, commodity: str | None, period: Period) -> float:
        """Yuan of a slice in a period."""
        flows = ("exports", "imports") if flow == "trade" else (flow,)
        size = (PARTNERS if partner is None else (partner,), GOODS if commodity is None else (commodity,))
        months = range(period.first, period.last + 1)
        return sum(self._cell(f, p, c, m) for f in flows for p in size[0] for c in size[1] for m in months)

    def _cell(self, *at: object) -> float:
        if at not in self._cells:
            self._cells[at] = 1e8 * (1.0 + random.Random(f"{self._seed}{at}").random())
        return self._cells[at]


def rounded(value: float, digits: int) -> tuple[float, float]:
    """A value with so many significant digits, and the unit of the last one."""
    step = 10.0 ** (len(str(int(abs(value) or 1))) - digits)
    return round(value / step) * step, step


def planted_in(given: list[Claim]) -> list[Claim]:
    """The claims that are wrong on purpose."""
    return [c for c in given if c.note == WRONG]


def claims(count: int, seed: int = 1, planted: int = PLANTED) -> list[Claim]:
    """So many claims of one world, in the order that texts of a period would have; some levels are wrong."""
    world, rng = World(seed), random.Random(seed)
    found: list[Claim] = []
    years = max(1, count // 6000)
    for claim in _stream(world, years):
        found.append(claim)
        if len(found) == count:
            break
    for at in rng.sample([i for i, c in enumerate(found) if c.measure == "value"], planted):
        found[at] = _wrong(found[at])
    return found


def _wrong(claim: Claim) -> Claim:
    value, step = rounded(claim.value * 1.31, 4)
    return replace(claim, value=value, step=step, note=WRONG)


def _stream(world: World, years: int) -> Iterator[Claim]:
    for number in range(1000):
        year = 2024 - number // 12 % (years + 8)
        for last in (1, 2, 3, 6, 9, 12):
            period = Period.of(year, 1 if last != 2 else 2, last)
            for partner in (None, *PARTNERS):
                yield from _about(world, partner, GOODS[number % 12 * 3 % 40], period)


def _about(world: World, partner: str | None, good: str, period: Period) -> Iterator[Claim]:
    doc = f"doc_{period.year}_{period.last % 12}"
    for commodity in (None, good):
        for flow in FLOWS:
            part = Slice(flow=flow, partner=partner, commodity=commodity)
            here = world.value(flow, partner, commodity, period)
            base = world.value(flow, partner, commodity, period.year_earlier())
            yield _claim("value", here, "CNY", part, period, doc, 4)
            yield _claim("growth", 100.0 * (here / base - 1.0), "%", part, period, doc, 0)
            if commodity is not None:
                whole = world.value(flow, partner, None, period)
                yield _claim("share", 100.0 * here / whole, "%", part, period, doc, 0)


def _claim(measure: str, value: float, unit: str, part: Slice, period: Period, doc: str,
           digits: int) -> Claim:
    value, step = rounded(value, digits) if digits else (round(value, 1), 0.1)
    whole = (("commodity", None),) if measure == "share" else None
    return Claim(measure, value, unit, Span(doc, 0, 1, ""), slice=part, period=period, whole=whole, step=step)


def main() -> None:
    sizes = [int(a) for a in sys.argv[1:]] or [1_000, 10_000, 50_000]
    for size in sizes:
        given = claims(size)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        start, used = time.perf_counter(), time.process_time()
        found = reconcile(given)
        seconds, used = time.perf_counter() - start, time.process_time() - used
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        named = {id(c) for f in found.findings for c in (*f.claims, *f.mentions)}
        seen = sum(id(c) in named for c in planted_in(given))
        print(f"{size:>7,} claims  {seconds:6.2f} s ({used:.2f} s of processor)  +{peak / 1024:6.1f} MB  "
              f"{seen} of {PLANTED} planted in {len(found.findings)} findings  "
              f"{len(found.derived):,} derived")


if __name__ == "__main__":
    main()
