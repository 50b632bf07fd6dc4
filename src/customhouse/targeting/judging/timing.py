"""The order of time: what was learnt from was known before whatever is judged."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from customhouse.errors import TargetingError
from customhouse.targeting.columns import NO_DAY, days

if TYPE_CHECKING:
    from customhouse.targeting.history import Whole

DATE = "date"
EPOCH = date(1970, 1, 1)


def opened(table: Any, what: str) -> tuple[Any, Whole]:
    """A table as narwhals has it and the day (since 1970) of each row. Raises TargetingError."""
    import narwhals as nw

    try:
        frame = nw.from_native(table, eager_only=True)
    except TypeError as error:
        raise TargetingError(f"{what}: {type(table).__name__} is no table; give a DataFrame") from error
    if DATE not in frame.columns:
        raise TargetingError(f"{what}: no column {DATE}; to judge takes the day of each declaration")
    if not len(frame):
        raise TargetingError(f"{what}: no declarations in it; nothing can be judged")
    found = days(frame[DATE], DATE)
    if (found == NO_DAY).any():
        rows = int((found == NO_DAY).sum())
        raise TargetingError(f"{what}: {rows} declarations without a day; leave them out")
    return frame, found


def day_number(given: Any, what: str) -> int:
    """A day (date, or text as 2025-03-31) as days since 1970. Raises TargetingError."""
    import numpy as np

    try:
        found = np.datetime64(str(given)[:10], "D")
    except ValueError as error:
        raise TargetingError(f"{what}: {given!r} is no day; write it as 2025-03-31") from error
    if np.isnat(found):
        raise TargetingError(f"{what}: no day; write it as 2025-03-31")
    return int(found.astype(np.int64))


def day(number: int) -> date:
    """The day of so many days since 1970."""
    return EPOCH + timedelta(days=int(number))


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
        f"labels from the future: {what} knows outcomes or declarations up to {day(last)}, and {early} of "
        f"{len(declared)} declarations to judge were lodged by then; judge those from {day(last + 1)} on "
        "(begin), or let it learn from what was known before"
    )
