"""The values of a slice by month, as a series."""

from __future__ import annotations

from customhouse.factors.memory import remembered
from customhouse.measures import Missing, Request
from customhouse.model import Slice
from customhouse.period import Period
from customhouse.seasons.claims import Drawn, drawn
from customhouse.statistics import Statistics


def monthly(part: Slice, statistics: Statistics, upto: int) -> Drawn | Missing:
    """The values of a slice in every month up to one, as last revised.

    The sum of January and February, where the statistics have no other, stands in February.
    """
    span = Period(0, upto)
    return remembered(
        statistics, ("monthly", part, upto), lambda: drawn(Request("value", part), statistics, span=span)
    )
