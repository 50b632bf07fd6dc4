"""The statistics as a release asks them: a figure by its measure, or nothing where they lack it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

from customhouse.factors import measure
from customhouse.measures import Missing, Request
from customhouse.model import Claim, Derivation, Slice
from customhouse.period import Period
from customhouse.release.digits import printed
from customhouse.release.facts import Fact, Item
from customhouse.release.tables_scan import Scans
from customhouse.statistics import Level, Statistics

_LARGEST_RATE = 1000.0
"""Growth beyond this, in per cent, says more about a small base than about trade."""
_LEAST_POINTS = 0.1


class Survey:
    """Statistics of one reporter, asked for a release; every figure is asked for once.

    Handed `Scans`, it shares what they have scanned with whoever else has them.
    """

    def __init__(self, statistics: Statistics, reporter: str | None = None) -> None:
        self.statistics = statistics if isinstance(statistics, Scans) else Scans(statistics)
        self.reporter = reporter
        self._facts: dict[Request, Fact | None] = {}

    @property
    def currency(self) -> str:
        """The currency of values."""
        return self.statistics.currency

    def has(self, period: Period) -> bool:
        """Whether the statistics have all months of a period."""
        return set(range(period.first, period.last + 1)) <= set(self.statistics.months())

    def parts(self, flow: str, dimension: str, period: Period) -> Mapping[str, Level]:
        """The single codes of a dimension with their levels."""
        return self.statistics.parts(self.slice(flow=flow), dimension, period)

    def slice(self, **dims: str | None) -> Slice:
        """A slice of the reporter's trade."""
        return Slice(reporter=self.reporter, **dims)

    def fact(self, ask: Request) -> Fact | None:
        """A figure ready to print; None where the statistics lack it or it cannot be printed."""
        if ask not in self._facts:
            self._facts[ask] = self._asked(ask)
        return self._facts[ask]

    def _asked(self, ask: Request) -> Fact | None:
        found = measure(ask, self.statistics)
        if isinstance(found, Missing) or not _sound(found):
            return None
        made = printed(found)
        return None if made is None else Fact(ask, made[0], made[1])

    def level(self, part: Slice, period: Period, what: str = "value", unit: str | None = None) -> Fact | None:
        """The level of a slice; None where there was no trade."""
        return self.fact(Request(what, part, period, unit=unit))

    def growth(
        self, part: Slice, period: Period, of: str | None = None, unit: str | None = None
    ) -> Fact | None:
        """Growth on a year earlier; None where the rate would say more about the base than about trade."""
        found = self.fact(Request("growth", part, period, of=of, unit=unit))
        return found if found is None or abs(found.value) < _LARGEST_RATE else None

    def item(self, part: Slice, period: Period, *names: str) -> Item | None:
        """The level of a slice with what is named beside it, as far as there is; None without a level."""
        level = self.level(part, period)
        if level is None:
            return None
        beside = ((name, self.beside(name, part, period)) for name in names)
        return Item((("level", level), *((name, fact) for name, fact in beside if fact)))

    def beside(self, name: str, part: Slice, period: Period) -> Fact | None:
        """A rate of a slice by its name; changes of shares too small to print are left out."""
        if name == "growth":
            return self.growth(part, period)
        found = self.fact(Request(name, part, period))
        if found and name in ("share_change", "contribution") and abs(found.computed.value) < _LEAST_POINTS:
            return None
        return found

    def amount(self, part: Slice, period: Period) -> float:
        """The value of a slice in a period, 0 where there is none."""
        found = self.statistics.level(part, period)
        return float(found.amount) if found else 0.0

    def gap(self, part: Slice, period: Period, against: tuple[tuple[str, str | None], ...]) -> Fact | None:
        """The growth of a slice less that of its whole."""
        return self.fact(Request("gap", part, period, of=None, against=against))

    def change_of_growth(self, part: Slice, period: Period, base: Period) -> Fact | None:
        """Growth less that of another period, in points."""
        return self.fact(replace(Request("change", part, period, of="growth"), base=base))


def _sound(found: Claim) -> bool:
    """Whether a figure is finite from both sides."""
    if not math.isfinite(found.value):
        return False
    if isinstance(found.origin, Derivation):
        return math.isfinite(found.origin.interval.low) and math.isfinite(found.origin.interval.high)
    return True
