"""What the growth of a slice's value is made of, in percentage points that add up to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from customhouse.measures import Missing, Request, measure
from customhouse.model import Slice
from customhouse.period import Period
from customhouse.statistics import Statistics

if TYPE_CHECKING:
    from customhouse.prices.decomposition import Method
    from customhouse.prices.pairing import How

Factor = Literal["price", "volume", "entry", "exit", "uncovered"]
FACTORS: tuple[Factor, ...] = ("price", "volume", "entry", "exit", "uncovered")


@dataclass(frozen=True, slots=True)
class Contributions:
    """The growth of a slice's value on a base, in per cent, and by factor in points that add up to it.

    `price` and `volume` are those of items that both periods have with a usable quantity; `entry` and
    `exit` those of items of one period alone; `uncovered` is the change in value of what no price could
    be had of: without a quantity, in another unit than before, or set aside as an outlier. `coverage` is
    the share of value (of both periods) that price and volume rest on, `imputed` the part of it whose
    quantities are estimated, from 0 to 1; `dispersion` the standard deviation of the logarithms of the
    price relatives; `grade` A to D says how far price and volume can be trusted.
    """

    part: Slice
    period: Period
    base: Period
    growth: float
    points: Mapping[Factor, float]
    coverage: float
    imputed: float
    dispersion: float
    grade: str


def contributions(
    statistics: Statistics,
    part: Slice,
    period: Period,
    base: Period | None = None,
    method: Method = "bennet",
    how: How | None = None,
) -> Contributions | Missing:
    """Price, volume, entry, exit and what is not covered, as points of growth of a slice's value.

    The base is the same months a year earlier, or one of as many months. Months are compared with months,
    and the parts added up. Where the statistics cannot tell it is `Missing`, with the reason: as growth
    is, and with the code `factor` where they have no quantities of goods by HS code.
    """
    grown = measure(Request("growth", part, period, base=base), statistics)
    if isinstance(grown, Missing):
        return grown
    if part.flow == "balance":
        return Missing("flow", "a balance has no prices; ask for exports, imports or trade")
    from customhouse.prices.comparing import Comparing
    from customhouse.prices.grading import grade
    from customhouse.prices.pairing import How
    from customhouse.prices.sources import source_of

    source = source_of(statistics)
    before = base or period.year_earlier()
    sums = source and Comparing(source, part, how or How()).compare(period, before)
    if not sums or not sums.pairs:
        told = "no goods by HS code with quantities that both periods have"
        return Missing("factor", f"the statistics have {told}: {period} and {before}")
    points = sums.points(method)
    return Contributions(
        part, period, before, sum(points.values()), {name: points[name] for name in FACTORS},
        sums.coverage, sums.imputed, sums.dispersion, grade(sums),
    )  # fmt: skip
