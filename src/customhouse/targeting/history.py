"""What inspections found, and from which moment on it was known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from customhouse.errors import TargetingError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]
    Flags = NDArray[np.bool_]
    Codes = NDArray[np.integer[Any]]
    """Whole numbers that stand for keys or strata."""

NEVER = 2**62
"""The moment at which the outcome of a declaration that nobody inspected is known."""


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """Declarations and what is known of them: arrays of one length, rows in any order.

    `declared` and `finished` are moments on one clock of whole numbers (days, seconds): when a
    declaration was lodged, and when the outcome of its inspection was known, `NEVER` where there was
    none. `fraud` tells the outcome, `revenue_cents` what it recovered; both are False and 0 where there
    was no inspection, which does not say that the declaration was clean.
    """

    declared: Whole
    finished: Whole
    fraud: Flags
    revenue_cents: Whole

    @classmethod
    def of(
        cls, declared: Any, inspected: Any, fraud: Any, revenue_cents: Any = None, finished: Any = None,
        delay: int = 0,
    ) -> History:  # fmt: skip
        """A history from anything that numpy takes for columns.

        Without `finished` an outcome is known `delay` after the declaration. Raises TargetingError for
        columns that do not fit together, outcomes that are neither 0 nor 1, revenue below 0, and
        inspections that are finished before the declaration was lodged.
        """
        import numpy as np

        there = _column("inspected", inspected, bool)
        lodged = _column("declared", declared, np.int64)
        found = _outcomes(fraud, there)
        money = np.zeros(len(there), np.int64) if revenue_cents is None else _money(revenue_cents, there)
        known = lodged + delay if finished is None else _column("finished", finished, np.int64, there)
        _same_length(declared=lodged, inspected=there, fraud=found, revenue_cents=money, finished=known)
        early = there & (known < lodged)
        if delay < 0 or early.any():
            rows = f"{int(early.sum())} inspections" if early.any() else f"a delay of {delay}"
            raise TargetingError(f"{rows}: finished before the declaration was lodged; mend the moments")
        return cls(lodged, np.where(there, known, NEVER), found & there, np.where(there, money, 0))

    def __len__(self) -> int:
        return len(self.declared)

    @property
    def inspected(self) -> Flags:
        """Which declarations were inspected, at whatever moment."""
        return self.finished < NEVER

    def known(self, moment: int) -> Flags:
        """Whose outcomes are known at a moment: those that were finished before it."""
        return self.finished < moment

    def classes(self, moment: int = NEVER) -> frozenset[bool]:
        """The outcomes that are known at a moment; to learn takes both."""
        return frozenset(bool(one) for one in self.fraud[self.known(moment)])


def _column(name: str, given: Any, kind: Any, used: Flags | None = None) -> Any:
    import numpy as np

    try:
        raw = np.asarray(given)
        if used is not None and raw.shape == used.shape:
            raw = np.asarray(np.where(used, raw, 0).tolist())
        if raw.dtype.kind == "f" and not np.isfinite(raw).all():
            raise ValueError("missing or infinite")
        if kind is np.int64 and raw.dtype.kind == "f" and (raw % 1).any():
            raise ValueError("no whole numbers")
        found = raw.astype(kind)
    except (TypeError, ValueError, OverflowError) as error:
        raise TargetingError(f"{name}: no column of the kind that is needed ({error})") from error
    if found.ndim != 1:
        raise TargetingError(f"{name}: a table of the shape {found.shape}; give one value a declaration")
    return found


def _outcomes(fraud: Any, inspected: Flags) -> Flags:
    import numpy as np

    found = np.asarray(fraud, dtype=object)
    if found.shape != inspected.shape:
        raise TargetingError(f"fraud has the shape {found.shape}, inspected {inspected.shape}")
    used = found[inspected]
    if any(one not in (0, 1) for one in used):
        wrong = next(one for one in used if one not in (0, 1))
        raise TargetingError(f"fraud: {wrong!r} as the outcome of an inspection; it is 0 or 1")
    told = np.zeros(len(found), dtype=bool)
    told[inspected] = used.astype(bool)
    return told


def _money(revenue: Any, inspected: Flags) -> Whole:
    import numpy as np

    found: Whole = _column("revenue_cents", revenue, np.int64, inspected)
    if found.shape == inspected.shape and (found[inspected] < 0).any():
        raise TargetingError("revenue_cents: less than 0 recovered; leave refunds out")
    return found


def _same_length(**columns: Any) -> None:
    lengths = {name: len(column) for name, column in columns.items()}
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"{name} {length}" for name, length in lengths.items())
        raise TargetingError(f"columns of unlike length: {told}; give one value a declaration")
