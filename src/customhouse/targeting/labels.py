"""What a caller says that inspections found, as a history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from customhouse.errors import TargetingError
from customhouse.targeting.columns import NO_DAY, days, one_each
from customhouse.targeting.history import History

if TYPE_CHECKING:
    from customhouse.targeting.history import Flags, Whole

FEWEST = 20
"""Inspections that a model is learnt from at least."""
CENTS = 100
_MOST = 1e15
"""Yuan that no inspection recovers; more would not fit whole cents either."""


def told(lodged: Whole, fraud: Any, revenue: Any, finished: Any, delay: int) -> History:
    """The history of declarations by the day that they were lodged on.

    `fraud` is 1, 0, or missing where nobody inspected; `revenue` in yuan and `finished` (days) may be None.
    Where a single inspection has no day of its end, it was known `delay` days after. Raises TargetingError.
    """
    import numpy as np

    outcome = one_each(fraud, "fraud", len(lodged))
    inspected = ~np.isnan(outcome)
    cents = None if revenue is None else _cents(revenue, inspected)
    known = None if finished is None else _known(finished, lodged, inspected, delay)
    return History.of(lodged, inspected, np.where(inspected, outcome, 0), cents, known, delay)


def refuse(history: History) -> None:
    """Raises TargetingError where no model can be learnt: too few inspections, or one outcome alone."""
    count = int(history.inspected.sum())
    if count < FEWEST:
        said = "1 inspection" if count == 1 else f"{count} inspections"
        raise TargetingError(
            f"{said} with an outcome: a model needs {FEWEST}; where there are more, look whether their "
            "declarations are here and their outcomes can be read, else inspect at random first"
        )
    if len(history.classes()) < 2:
        found = "fraud" if True in history.classes() else "no fraud"
        raise TargetingError(f"all {count} inspections found {found}; a model needs both outcomes")


def latest(history: History, most: int) -> Whole:
    """The rows of the inspections declared last, `most` of them at most, in the order of the table.

    All where no more were made. Where that leaves one outcome alone, all too. Raises TargetingError.
    """
    import numpy as np

    if most < FEWEST:
        raise TargetingError(f"most: {most} inspections to learn from; a model needs {FEWEST}")
    rows = np.flatnonzero(history.inspected)
    late = np.argsort(history.declared[rows], kind="stable")[-most:]
    chosen = rows[np.sort(late)]
    return chosen if len(set(history.fraud[chosen])) > 1 else rows


def _cents(revenue: Any, inspected: Flags) -> Whole:
    import numpy as np

    found = one_each(revenue, "revenue", len(inspected))
    if not np.isfinite(found[inspected]).all():
        raise TargetingError("revenue: each inspected declaration needs a number, 0 where none was due")
    low, high = found[inspected & (found < 0)], found[inspected & (found > _MOST)]
    if len(low):
        raise TargetingError(f"revenue: less than 0 recovered ({low[0]:,.2f} yuan); leave refunds out")
    if len(high):
        raise TargetingError(f"revenue: an inspection that recovered {high[0]:,.2f} yuan; correct it")
    return np.round(np.where(inspected, found, 0) * CENTS).astype(np.int64)


def _known(finished: Any, lodged: Whole, inspected: Flags, delay: int) -> Whole:
    import numpy as np

    found = days(finished, "finished")
    if found.shape != lodged.shape:
        raise TargetingError(f"finished: {len(found)} days for {len(lodged)} declarations; give one each")
    return np.where(inspected & (found != NO_DAY), found, lodged + delay)
