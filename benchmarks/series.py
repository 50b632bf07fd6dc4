"""Time and memory of `series` on ten years of releases: rounded figures of one world, revised later.

    python benchmarks/series.py [years ...]
"""

from __future__ import annotations

import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date

from customhouse.model import Claim, Slice, Span
from customhouse.period import Period
from customhouse.series import Stated, make, wanted
from reconcile_synthetic import GOODS, PARTNERS, World, rounded

FIRST = 2015
REVISED = 0.002
ASKED: tuple[dict[str, object], ...] = (
    {"flow": "exports"},
    {"flow": "exports", "by": "ytd"},
    {"flow": "trade", "partner": "USA", "by": "quarter"},
    {"flow": "exports", "measure": "growth"},
    {"flow": "exports", "measure": "share", "partner": "USA"},
)


def releases(years: int, seed: int = 1) -> list[Stated]:
    """Monthly releases: month and year to date of totals, partners and goods, with growth."""
    world, rng = World(seed), random.Random(seed)
    found: list[Stated] = []
    for month in range(FIRST * 12, (FIRST + years) * 12):
        to_date = Period(month // 12 * 12, month)
        for flow in ("exports", "imports", "trade"):
            for partner, good in slices(rng):
                part = Slice(flow=flow, partner=partner, commodity=good)
                for period in (Period(month, month), to_date):
                    for claim in figures(world, part, period, f"release-{month}", len(found)):
                        found.append(Stated(claim, date((month + 1) // 12, (month + 1) % 12 + 1, 14)))
    return found


def slices(rng: random.Random) -> list[tuple[str | None, str | None]]:
    """The total, all partners, and as many goods as a release has room for."""
    return [(None, None), *((p, None) for p in PARTNERS), *((None, g) for g in rng.sample(GOODS, 8))]


def figures(world: World, part: Slice, period: Period, doc: str, at: int) -> Iterator[Claim]:
    """The level, and the growth on a base that was revised since."""
    level = world.value(str(part.flow), part.partner, part.commodity, period)
    base = world.value(str(part.flow), part.partner, part.commodity, period.year_earlier()) * (1 + REVISED)
    value, step = rounded(level, 4)
    span = Span(doc, at, at + 1, "")
    yield Claim("value", value, "CNY", span, slice=part, period=period, step=step)
    yield Claim("growth", round(100 * (level / base - 1), 1), "%", span, slice=part, period=period,
                terms="CNY", step=0.1)


def main() -> None:
    """Print one line a question and size."""
    for years in [int(arg) for arg in sys.argv[1:]] or [2, 5, 10]:
        stated = releases(years)
        for options in ASKED:
            began = time.process_time()
            found = make(wanted(options), stated)
            took = time.process_time() - began
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
            counted = dict(Counter(point.status for point in found))
            print(f"{years:3} years {len(stated):6} claims  {took:6.2f} s  {peak:5} MiB  "
                  f"{len(found)} periods  {counted}  {options}")


if __name__ == "__main__":
    main()
