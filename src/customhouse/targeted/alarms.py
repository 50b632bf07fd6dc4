"""The alarms of a loop, or of a log's decisions, as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from customhouse.targeted.tables import Table
from customhouse.targeted.words import Printer

if TYPE_CHECKING:
    from customhouse.targeting.drift import Alarm
    from customhouse.targeting.loop import Run
    from customhouse.targeting.watched import Watched

_COLUMNS = ("policy", "alarm", "since", "raised", "before", "after")
_RATES = ("precision", "rate")


def alarms(run: Run | Watched, to: Printer, warnings: tuple[str, ...] = ()) -> Table | None:
    """What inspections find has changed, by way of targeting; None without an alarm."""
    found = [(way, alarm) for way, drift in run.drift.items() for alarm in drift.alarms]
    if not found:
        return None
    rows = tuple(
        (to.way(way), to.word(f"alarm_{one.what}"), str(one.since), str(one.raised), *_means(one, to))
        for way, one in found
    )
    heads = tuple(to.word(f"col_{column}") for column in _COLUMNS)
    note = to.word("note_drift", false_alarms=to.percent(found[0][1].false_alarms, plain=True))
    return Table("drift", to.word("table_drift"), heads, rows, warnings, (note,))


def _means(one: Alarm, to: Printer) -> tuple[str, str]:
    show = to.percent if one.what in _RATES else to.amount
    return show(one.before), show(one.after)
