"""Whether a plain look-up of repeated combinations predicts the label nearly alone.

Made-up data can carry its labels in combinations of columns: whoever has seen a combination knows its
outcome. A model that is good on such data proves nothing, so that every figure from it is printed
with this warning. The look-up takes the rate of fraud among earlier rows of the same combination, for
single columns, for pairs, and for all columns together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from customhouse.errors import TargetingError
from customhouse.targeting.evaluation import auc

if TYPE_CHECKING:
    from customhouse.targeting.history import Codes, Flags, Floats, Whole

LIMIT = 0.95
"""From this AUC on a look-up predicts the label nearly alone."""
REPEATED = 0.2
"""A combination matters where at least this share of the later rows repeats an earlier one."""
FEWEST = 200
"""With fewer later rows nothing is said."""


@dataclass(frozen=True, slots=True)
class Leakage:
    """The combination of columns that tells most, what share of later rows repeats an earlier one, and how
    well the earlier rows' rate predicts their outcome (AUC). `leaks` where that is nearly perfect.
    """

    columns: tuple[str, ...]
    repeated: float
    auc: float

    @property
    def leaks(self) -> bool:
        """Whether figures from these data have to carry the warning."""
        return self.repeated >= REPEATED and self.auc >= LIMIT


def leakage(columns: Mapping[str, Codes], order: Whole, fraud: Flags, part: float = 0.5) -> Leakage:
    """The worst leak of a table: whole numbers a column and row, the moments of rows, their outcomes.

    Rows before the moment that parts the table at `part` are looked up for those after it; sets of one,
    of two and of all columns, and all but one, are tried. Raises TargetingError for too small a
    table.
    """
    import numpy as np

    if not columns or any(one.shape != fraud.shape for one in (*columns.values(), order)):
        raise TargetingError("columns, moments and outcomes are of unlike length; give one each a row")
    edge = np.quantile(order, part, method="lower")
    early, late = order <= edge, order > edge
    if late.sum() < FEWEST or early.sum() < FEWEST or len(set(fraud[late])) < 2:
        raise TargetingError(f"{late.sum()} later rows: too few, or of one outcome; a leak cannot be told")
    found = [_looked_up(names, columns, early, late, fraud) for names in _sets(list(columns))]
    told = [one for one in found if one.repeated >= REPEATED] or found
    return max(told, key=lambda one: (one.auc, -len(one.columns)))


def _sets(names: Sequence[str]) -> Iterator[tuple[str, ...]]:
    several = {(name,) for name in names} | set(combinations(names, 2)) | {tuple(names)}
    several |= {tuple(one for one in names if one != without) for without in names if len(names) > 3}
    return iter(sorted(several, key=lambda one: (len(one), one)))


def _looked_up(
    names: tuple[str, ...], columns: Mapping[str, Codes], early: Flags, late: Flags, fraud: Flags
) -> Leakage:
    import numpy as np

    key = _together([columns[name] for name in names])
    size = int(key.max()) + 1
    seen = np.bincount(key[early], minlength=size)
    frauds = np.bincount(key[early], weights=fraud[early], minlength=size)
    again = late & (seen[key] > 0)
    repeated = float(again.sum() / late.sum())
    if len(set(fraud[again])) < 2:
        return Leakage(names, repeated, 0.5)
    rate: Floats = frauds[key[again]] / seen[key[again]]
    return Leakage(names, repeated, auc(rate, fraud[again]))


def _together(columns: Sequence[Codes]) -> Whole:
    """A number from 0 for each combination that occurs."""
    import numpy as np

    key = np.zeros(len(columns[0]), np.int64)
    for column in columns:
        _, codes = np.unique(column, return_inverse=True)
        _, key = np.unique(key * (int(codes.max()) + 1) + codes, return_inverse=True)
    return key
