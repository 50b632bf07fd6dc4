"""Drift in an office's own decisions: charts over what inspections found of what its log decided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from customhouse.targeting.drift import Chart, Charting, Drift
from customhouse.targeting.listing import date_of
from customhouse.targeting.selection import BASES, LANES, MODEL, RED
from customhouse.targeting.watching import CHARTS, Inspections, drift_of

if TYPE_CHECKING:
    from customhouse.targeting.log import Log

LOGGED = "log"
"""What the office's own way of targeting is called beside those of a loop."""


@dataclass(frozen=True, slots=True)
class Found:
    """A period of decisions: of how many of those inspected the outcome is known, and how many were fraud."""

    way: str
    begin: date
    inspected: int
    frauds: int


@dataclass(frozen=True, slots=True)
class Watched:
    """The periods of a log's decisions, and the alarms of their charts; as of one way of a loop."""

    weeks: tuple[Found, ...]
    drift: Mapping[str, Drift]

    def of(self, way: str) -> tuple[Found, ...]:
        """The periods of a way: all, of the log."""
        return tuple(week for week in self.weeks if week.way == way)


def watched(log: Log, found: Any, charting: Charting | None = None) -> Watched:
    """What inspections found of the decisions of a log, period by period from its first day on.

    `found` is a DataFrame of outcomes (declaration_id, fraud, where there are any line and revenue_cny). A
    last period that is cut short is left out, and so are decisions whose outcome is not known. Raises
    TargetingError.
    """
    settings = charting or Charting()
    charts = [Chart(what, side, settings) for what, side in CHARTS]
    weeks = []
    for inspected, one in _periods(log, found, settings.period_days):
        charts = [chart.after(one.sample(chart.what)) for chart in charts]
        known = inspected & (one.fraud == one.fraud)
        weeks.append(Found(LOGGED, one.begin, int(known.sum()), int(one.fraud[known].sum())))
    return Watched(tuple(weeks), {LOGGED: drift_of(charts)})


def _periods(log: Log, found: Any, days: int) -> Iterator[tuple[Any, Inspections]]:
    """The decisions of each whole period, in order, and which of them were to inspect."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    fraud, revenue = log.outcomes(found)
    table = log.table
    day = table["day"].to_numpy().astype("datetime64[D]").astype(np.int64)
    if not len(day):
        return
    red = pc.equal(table["lane"].cast(pa.string()), LANES[RED]).to_numpy()
    targeted = red & pc.equal(table["basis"].cast(pa.string()), BASES[MODEL]).to_numpy()
    drawn, chance = table["drawn"].to_numpy(), table["probability"].to_numpy()
    order = np.argsort(day, kind="stable")
    ordered = day[order]
    for start in range(int(ordered[0]), int(ordered[-1]) + 2 - days, days):
        low, high = np.searchsorted(ordered, (start, start + days))
        rows = order[low:high]
        yield red[rows], Inspections(
            date_of(start), targeted[rows], drawn[rows], chance[rows], fraud[rows], revenue[rows]
        )
