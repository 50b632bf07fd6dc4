"""Years of the Buddhist era, which nothing else than their size tells from others: 2567 is 2024."""

from __future__ import annotations

import re
from typing import Any

from customhouse.errors import PeriodError
from customhouse.period import Period
from customhouse.records import calendars
from customhouse.records.mapping import fiscal
from customhouse.records.mapping.fiscal import FiscalStyle
from customhouse.records.propose.found import Raw, Roles
from customhouse.records.propose.look import BUDDHIST, Look
from customhouse.records.propose.minguo import SAID, of_heads

_STYLE = FiscalStyle(calendar=calendars.BUDDHIST)
_ALL = 0.9
_MINGUO = re.compile(r"1[0-4]\d")


def settle(look: Look, found: Roles, proposed: dict[str, Raw]) -> None:
    """Says the calendar of a column of such years, and writes those of names and titles as ours."""
    period = found.raw.get("period")
    if period is None and (calendar := of_heads(look)):
        found.raw["period"] = period = {"calendar": calendar}
    column = found.columns.get("year") or found.columns.get("period")
    if isinstance(period, dict) and column is not None and "calendar" not in period:
        if column.distinct and all(map(_MINGUO.fullmatch, column.distinct)):
            period["calendar"] = calendars.ROC
            found.remarks.append(f"period: years such as {column.distinct[0]!r} are {SAID[calendars.ROC]}")
            return
        years = [text for text in column.distinct if _is_buddhist(text)]
        if years and len(years) >= _ALL * len(column.distinct):
            period["calendar"] = calendars.BUDDHIST
            found.remarks.append(f"period: years such as in {years[0]!r} are {SAID[calendars.BUDDHIST]}")
    changed = [
        f"{text!r} is {spec[key]}"
        for spec, key in [(period, "is"), *((spec, "period") for spec in proposed.values())]
        if isinstance(spec, dict) and (text := spec.get(key)) and _write(spec, key)
    ]
    if changed:
        found.remarks.append(f"period: years are {SAID[calendars.BUDDHIST]}: {changed[0]}")


def _is_buddhist(text: str) -> bool:
    try:
        first, _ = fiscal.parse(text)
    except PeriodError:
        return False
    return BUDDHIST[0] <= first // 12 <= BUDDHIST[1]


def _write(spec: dict[str, Any], key: str) -> bool:
    """Writes a period of such a year as one of ours; whether it was one."""
    if not isinstance(text := spec[key], str) or not _is_buddhist(text):
        return False
    try:
        first, last = fiscal.parse(text, _STYLE)
    except PeriodError:
        return False
    year = last - first == 11 and first % 12 == 0
    spec[key] = str(first // 12) if year else str(Period(first, last))
    return True
