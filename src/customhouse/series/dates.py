"""The days of a period."""

from __future__ import annotations

from datetime import date, timedelta

from customhouse.period import Period


def days(period: Period) -> dict[str, date]:
    """The first and the last day, as `period_start` and `period_end`."""
    (year, month), (after, following) = divmod(period.first, 12), divmod(period.last + 1, 12)
    end = date(after, following + 1, 1) - timedelta(days=1)
    return {"period_start": date(year, month + 1, 1), "period_end": end}
