"""The charts of what growth is made of: the waterfall of a flow, the adjusted series beside the plain one."""

from __future__ import annotations

from collections.abc import Mapping
from math import nan
from typing import TYPE_CHECKING

from customhouse import describe
from customhouse.factors import measure
from customhouse.factors.adjusted import Seasonally
from customhouse.factors.made_of import made_of
from customhouse.measures import Missing, Request
from customhouse.measures.request import Lacking
from customhouse.model import Derivation, Slice
from customhouse.period import Period
from customhouse.prices.contributions import Factor
from customhouse.release.charts_factors import parts_of, waterfall
from customhouse.release.charts_seasons import adjusted
from customhouse.release.labels import label
from customhouse.release.model import Chart

if TYPE_CHECKING:
    from customhouse.release.charts import Setting

MONTHS = 61
"""Months of the adjusted series that are shown: five years and the month before them."""
LEAST = 36
"""Months without which a season cannot be told from the rest."""
_CHURN = 10.0
"""Points of entry or exit beyond which they stand as one."""
_WORST = "D"
"""Figures of this grade are not to be trusted: a release does not show them."""


def made_of_growth(setting: Setting, flow: str) -> Chart | None:
    """Growth of a flow as prices, volumes, working days, entry, exit; None where they cannot be trusted."""
    part, to = Slice(flow=flow), setting.language
    found = made_of(Request("contribution", part, setting.period), setting.scans)
    if isinstance(found, Missing) or found.grade == _WORST:
        return None
    parts = parts_of(_netted(found.points), _days(setting, part))
    traded = describe.name(flow, to, "flow")
    period = describe.period_words(setting.period, to)
    unit = label("axis_points", to, flow=traded)
    about = label("axis_period", to, unit=unit, period=period)
    grade = label("axis_grade", to, coverage=f"{100 * found.coverage:.0f}", grade=found.grade)
    title = label("chart_factors_flow", to, flow=traded)
    source = setting.lines(about)[1:]
    return waterfall(parts, to, title, (about, grade, *source), f"factors_{flow}")


def _netted(points: Mapping[Factor, float]) -> dict[str, float]:
    """Entry and exit as one where they are large: with few declarations items come and go by chance."""
    found: dict[str, float] = {name: more for name, more in points.items()}  # noqa: C416 - other keys
    if max(abs(found["entry"]), abs(found["exit"])) <= _CHURN:
        return found
    return found | {"entry": 0.0, "exit": 0.0, "turnover": found["entry"] + found["exit"]}


def _days(setting: Setting, part: Slice) -> float | None:
    """The points of working days, where these are surely not nothing."""
    found = measure(Request("contribution", part, setting.period, factor="working_days"), setting.scans)
    if isinstance(found, Missing) or not isinstance(found.origin, Derivation):
        return None
    return None if found.origin.interval.low <= 0 <= found.origin.interval.high else found.value


def adjusted_series(setting: Setting) -> Chart | None:
    """The flow by month as it is and adjusted for seasons; None where it cannot be adjusted."""
    part, world = Slice(flow=setting.flow), Seasonally(setting.scans, setting.period.last)
    there = [m for m in setting.scans.months() if setting.period.last - MONTHS < m <= setting.period.last]
    if len(setting.scans.months()) < LEAST:
        return None
    months = range(there[0], there[-1] + 1)
    plain = [setting.scans.level(part, Period(m, m)) for m in months]
    try:
        after = [world.level(part, Period(m, m)) for m in months]
    except Lacking:
        return None
    before, then = ([float(one.amount) if one else nan for one in line] for line in (plain, after))
    source = setting.lines("")[1:]
    return adjusted(months, before, then, language=setting.language, what=setting.traded, about=source,
                    currency=setting.scans.currency)  # fmt: skip
