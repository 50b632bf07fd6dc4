"""Whether the declarations themselves have moved: goods, origins, offices, amounts.

Two periods are compared by the population stability index. Without a change its size is that of a
chi-squared variable over the numbers of declarations (Yurdakul and Naranjo, Journal of Risk Model
Validation 14, 2020), where declarations are independent; those of one trader are not, and so an index has
to be above 0.1 as well, the usual first warning, to be told as moved.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from customhouse.errors import TargetingError

ATTRIBUTES = ("hs_code", "partner", "consignment", "office", "regime", "transport", "enterprise")
AMOUNTS = ("value_cny", "net_mass_kg", "duty_rate")
WARNING = 0.1


@dataclass(frozen=True, slots=True)
class Shift:
    """How far an attribute of declarations has moved: the index, and its `limit` without a change."""

    name: str
    index: float
    limit: float

    @property
    def moved(self) -> bool:
        """Whether it moved by more than chance, and by enough to be told."""
        return self.index > max(self.limit, WARNING)


def shifts(frame: Any, before: slice, now: slice, false_alarms: float = 0.05) -> tuple[Shift, ...]:
    """How far the attributes of declarations moved between two spans of rows of a narwhals frame.

    HS codes are compared by chapter. The share of false alarms is that of all attributes together.
    """
    names = [one for one in (*ATTRIBUTES, *AMOUNTS) if one in frame.columns]
    each = 1 - (1 - false_alarms) ** (1 / max(1, len(names)))
    old, new = frame[before], frame[now]
    return tuple(shift(one, _column(old, one), _column(new, one), each) for one in names)


def _column(frame: Any, name: str) -> Any:
    from customhouse.targeting.columns import Texts, numbers

    if name in AMOUNTS:
        return numbers(frame[name], name)
    found = Texts.of(frame[name]).rows()
    return found.astype("U2") if name == "hs_code" else found


def shift(name: str, before: Any, now: Any, false_alarms: float = 0.05, bins: int = 10) -> Shift:
    """The population stability index of an attribute between two periods.

    Numbers are put into bins of as many of the earlier period; texts stand for themselves, the rare ones
    together. Missing values are a bin of their own. Raises TargetingError for a period without rows.
    """
    import numpy as np
    from scipy.stats import chi2

    first, second = np.asarray(before), np.asarray(now)
    if not len(first) or not len(second):
        raise TargetingError(f"{name}: a period has no declarations; nothing can be compared")
    groups = _binned(first, second, bins)
    counts = [np.bincount(one, minlength=max(map(np.max, groups)) + 1) + 0.5 for one in groups]
    used = (counts[0] > 1) | (counts[1] > 1)
    old, new = (one[used] / one[used].sum() for one in counts)
    index = float(((new - old) * np.log(new / old)).sum())
    limit = float(chi2.ppf(1 - false_alarms, max(1, int(used.sum()) - 1)))
    return Shift(name, index, limit * (1 / len(first) + 1 / len(second)))


def _binned(first: Any, second: Any, bins: int) -> tuple[Any, Any]:
    import numpy as np

    if first.dtype.kind in "fiub":
        whole = first.astype(np.float64)
        fine = whole[np.isfinite(whole)]
        edges = np.unique(np.quantile(fine, np.linspace(0, 1, bins + 1)[1:-1])) if len(fine) else np.empty(0)
        return _among(edges, whole), _among(edges, second.astype(np.float64))
    names, counts = np.unique(first.astype(str), return_counts=True)
    common = np.sort(names[np.argsort(-counts, kind="stable")[: 2 * bins]])
    return _placed(common, first.astype(str)), _placed(common, second.astype(str))


def _among(edges: Any, values: Any) -> Any:
    """The bin of each number, from 1; 0 where it is missing or infinite."""
    import numpy as np

    return np.where(np.isfinite(values), np.searchsorted(edges, values, side="right") + 1, 0)


def _placed(common: Any, values: Any) -> Any:
    """The place of each value among the common ones, from 1; 0 for all others."""
    import numpy as np

    at = np.searchsorted(common, values).clip(0, len(common) - 1)
    return np.where(common[at] == values, at + 1, 0)
