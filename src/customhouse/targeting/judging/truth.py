"""What is known of the declarations that are judged, and how it stands for the others.

Where all were inspected each stands for itself. Where some were, those drawn at random stand for one over
their probability each, and those that would have been inspected in any case for themselves (Horvitz and
Thompson, Journal of the American Statistical Association 47, 1952): sums over all declarations so estimated
are unbiased. Shares are ratios of such sums (Hajek). Inspected declarations without a probability stand for
nobody else: figures are then of the inspected alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

from customhouse.errors import TargetingError
from customhouse.targeting.columns import Texts, numbers_of

if TYPE_CHECKING:
    from customhouse.targeting.history import Flags, Floats, Whole
    from customhouse.targeting.judging.model import Basis

By = Literal["known", "draws"]
_KEYS = ("declaration_id", "line")


@dataclass(frozen=True, slots=True, eq=False)
class Labels:
    """Outcomes of declarations, an entry each: `fraud` and `revenue` are 0 where nothing is known.

    `weight` is how many declarations each stands for, 0 where its outcome is unknown or does not count;
    `inspected` is whose outcome is known at all. `has_revenue`: amounts were given.
    """

    inspected: Flags
    fraud: Floats
    revenue: Floats
    weight: Floats
    basis: Basis
    has_revenue: bool = True
    pending: int = 0
    others: int = 0

    def __len__(self) -> int:
        return len(self.weight)

    @property
    def weighted(self) -> tuple[Floats, Floats, Floats]:
        """How many each stands for, how many frauds, and how much revenue."""
        return self.weight, self.weight * self.fraud, self.weight * self.revenue

    def only(self, rows: Flags) -> Labels:
        """Those of some declarations."""
        return Labels(
            self.inspected[rows], self.fraud[rows], self.revenue[rows], self.weight[rows], self.basis,
            self.has_revenue, self.pending, self.others,
        )  # fmt: skip


def labelled(frame: Any, truth: Any = None, selection: Any = None, by: By = "known") -> Labels:
    """The labels of a narwhals frame from a table of outcomes (see `evaluate`). Raises TargetingError."""
    import numpy as np

    table = frame if truth is None else _table(truth)
    if "fraud" not in table.columns:
        raise TargetingError("truth: no column fraud; it has 1, 0, or nothing where nobody inspected")
    columns = ("fraud", "revenue_cny", "probability", "inspected")
    fraud, revenue, probability, there = (numbers_of(table, name) for name in columns)
    looked = ~np.isnan(fraud) if np.isnan(there).all() else there == 1
    known = looked & ~np.isnan(fraud)
    _refuse(fraud, revenue, known, "revenue_cny" in table.columns)
    places, others = _places(frame, table) if truth is not None else (np.arange(len(frame)), 0)
    found = places >= 0
    placed = [np.where(found, one[places], empty) for one, empty in
              ((known, False), (fraud, np.nan), (revenue, np.nan), (probability, np.nan))]  # fmt: skip
    pending = int((found & (looked & ~known)[places]).sum())
    seen = placed[0].astype(bool)
    weight, basis = _weights(seen, placed[3], selection, by)
    return Labels(
        seen, np.where(seen, placed[1], 0), np.where(seen, np.nan_to_num(placed[2]), 0), weight, basis,
        "revenue_cny" in table.columns, pending, others,
    )  # fmt: skip


def _weights(known: Flags, probability: Floats, selection: Any, by: By) -> tuple[Floats, Basis]:
    """How many declarations each known outcome stands for."""
    import numpy as np

    if by not in get_args(By):
        raise TargetingError(f"{by!r}: outcomes count by {' or '.join(get_args(By))}")
    if known.all():
        return np.ones(len(known)), "all"
    if selection is not None:
        return _of_selection(known, selection, by), by
    if np.isnan(probability[known]).all():
        return known.astype(np.float64), "inspected"
    there = known & ~np.isnan(probability)
    wrong = there & ~((probability > 0) & (probability <= 1))
    if wrong.any():
        rows = int(wrong.sum())
        raise TargetingError(f"probability: of {rows} declarations it does not lie above 0, up to 1")
    return np.where(there, 1 / np.where(there, probability, 1), 0), "known"


def _of_selection(known: Flags, selection: Any, by: By) -> Floats:
    import numpy as np

    if len(selection.drawn) != len(known):
        raise TargetingError(
            f"the selection is of {len(selection.drawn)} declarations, {len(known)} are judged; give its own"
        )
    drawn = np.where(selection.drawn, 1 / selection.probability, 0)
    weight = np.where(selection.targeted, 1.0, drawn) if by == "known" else drawn
    return np.where(known, weight, 0)


def _refuse(fraud: Floats, revenue: Floats, known: Flags, amounts: bool) -> None:
    import numpy as np

    if not known.any():
        told = "look whether they are of these declarations and can be read"
        raise TargetingError(f"truth: no outcome is known; {told}, or wait until inspections are finished")
    if not np.isin(fraud[known], (0, 1)).all():
        wrong = fraud[known & ~np.isin(fraud, (0, 1))][0]
        raise TargetingError(f"fraud: {wrong:g} as the outcome of an inspection; it is 0 or 1")
    money = revenue[known]
    if amounts and (~np.isfinite(money) | (money < 0)).any():
        raise TargetingError("revenue_cny: every inspected declaration needs an amount, 0 or more")


def _table(truth: Any) -> Any:
    import narwhals as nw

    try:
        if isinstance(truth, dict):
            import pyarrow as pa

            return nw.from_native(pa.table(truth), eager_only=True)
        return nw.from_native(truth, eager_only=True)
    except (TypeError, ValueError) as error:
        raise TargetingError(f"truth: {type(truth).__name__} is no table; give a DataFrame") from error


def _places(frame: Any, table: Any) -> tuple[Whole, int]:
    """Where the outcome of each declaration stands, -1 for none; how many are of no declaration here."""
    import numpy as np

    keys = [name for name in _KEYS if name in frame.columns and name in table.columns]
    if _KEYS[0] not in keys:
        if len(frame) != len(table):
            raise TargetingError(
                f"truth: {len(table)} outcomes for {len(frame)} declarations, and no declaration_id in both"
            )
        return np.arange(len(frame)), 0
    mine, given = (_names(one, keys) for one in (frame, table))
    order = np.argsort(given, kind="stable")
    if (given[order][1:] == given[order][:-1]).any():
        twice = given[order][1:][given[order][1:] == given[order][:-1]][0].split("\t")[0]
        raise TargetingError(f"truth: {twice} has two outcomes; name the line of each, and give it one")
    at = np.searchsorted(given[order], mine).clip(0, len(given) - 1)
    found = np.where(given[order][at] == mine, order[at], -1)
    if len(np.unique(mine)) < len(mine):
        raise TargetingError("declarations of one declaration_id and line occur twice; leave one out")
    return found, int((~np.isin(given, mine)).sum())


def _names(table: Any, keys: list[str]) -> Any:
    import numpy as np

    found = Texts.of(table[keys[0]]).rows()
    for key in keys[1:]:
        found = np.char.add(np.char.add(found, "\t"), Texts.of(table[key]).rows())
    return found
