"""The order of time: what was learnt from was known before whatever is judged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from customhouse.errors import TargetingError
from customhouse.targeting.columns import DATE, NO_DAY, days, frame_of
from customhouse.targeting.listing import date_of

if TYPE_CHECKING:
    from customhouse.targeting.history import Whole


def opened(table: Any, what: str) -> tuple[Any, Whole]:
    """A table as narwhals has it and the day (since 1970) of each row. Raises TargetingError."""
    frame = frame_of(table, what)
    if DATE not in frame.columns:
        raise TargetingError(f"{what}: no column {DATE}; to judge takes the day of each declaration")
    if not len(frame):
        raise TargetingError(f"{what}: no declarations in it; nothing can be judged")
    found = days(frame[DATE], DATE)
    if (found == NO_DAY).any():
        rows = int((found == NO_DAY).sum())
        raise TargetingError(f"{what}: {rows} declarations without a day; leave them out")
    return frame, found


def learnt_by(model: Any) -> int | None:
    """The last day of which a fitted model knows anything; None where it does not say."""
    memory = getattr(model, "memory_", None)
    return None if memory is None else int(memory.overall.clock.moments[-1]) // int(memory.day)


def refuse(last: int | None, declared: Whole, what: str) -> None:
    """Raises TargetingError where `what` knows something of a day that is judged, or of a later one."""
    if last is None or last < int(declared.min()):
        return
    early = int((declared <= last).sum())
    raise TargetingError(
        f"labels from the future: {what} knows outcomes or declarations up to {date_of(last)}, and {early} "
        f"of {len(declared)} declarations to judge were lodged by then; judge those from {date_of(last + 1)} "
        "on (begin), or let it learn from what was known before"
    )
