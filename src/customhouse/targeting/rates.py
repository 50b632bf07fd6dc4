"""True rates of all declarations, from the draws of selections.

A mean over all declarations is the sum of what the drawn ones show, each over the probability that it had of
being drawn, over the number of declarations (Horvitz and Thompson, Journal of the American Statistical
Association 47, 1952): without bias, whatever rules and models chose besides. Hajek's form divides by the sum
of the weights instead: nearly without bias, and steadier where draws of few kinds differ in number.

What was targeted without a look at the draws stands for itself alone. With it (`combined`) the draws have to
say only what is true of the rest, so that the error is smaller (a stratum that is taken whole: Cochran,
Sampling Techniques, 1977, section 5.8).

Errors are Hajek's for draws of unequal probability and a fixed number in each office, or in all where budgets
are pooled (Annals of Mathematical Statistics 35, 1964; Deville's form), a part of the declarations being
those of it and nothing of others.
Intervals of rates are Wilson's of as many plain draws as would have that error (Korn and Graubard, Survey
Methodology 24, 1998, with Wilson's in place of Clopper's), so that no find is no certainty.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

from customhouse.errors import TargetingError
from customhouse.targeting.columns import one_each
from customhouse.targeting.intervals import Interval, Z, wilson
from customhouse.targeting.selection import LANES, Selection, Stratum

if TYPE_CHECKING:
    from customhouse.targeting.history import Flags, Floats, Whole

Method = Literal["horvitz_thompson", "hajek"]


@dataclass(frozen=True, slots=True)
class Rate:
    """A mean over `declarations`, as those `drawn` estimate it whose outcome is known.

    `waiting` of the drawn have no outcome yet; the others stand for them. NaN where none is known. The
    interval holds the truth in 95% of draws; it has no upper end where nothing was recovered.
    """

    mean: float
    error: float
    interval: Interval
    drawn: int
    waiting: int
    declarations: int


@dataclass(frozen=True, slots=True)
class Pair:
    """The rate of fraud, and the mean revenue of a declaration in yuan (None where nobody told it)."""

    fraud: Rate
    revenue: Rate | None


@dataclass(frozen=True, slots=True)
class Rates:
    """Estimates over all declarations: from draws alone, and (`combined`) with what was targeted beside them.

    The others are from draws alone. `by_lane`: by the lane that a declaration would have had, had
    nothing been drawn, so that `green` says what targeting misses.
    """

    overall: Pair
    combined: Pair
    by_stratum: Mapping[Stratum, Pair]
    by_office: Mapping[str, Pair]
    by_trusted: Mapping[bool, Pair]
    by_lane: Mapping[str, Pair]


def estimates(
    selection: Selection | Sequence[Selection], fraud: Any, revenue: Any = None, *,
    method: Method = "horvitz_thompson",
) -> Rates:  # fmt: skip
    """Rates of all declarations of a selection, or of several, their rows one after another.

    `fraud` is 0 or 1 a row, missing where no outcome is known; `revenue` in yuan. They are looked at where
    a declaration was drawn or targeted. Raises TargetingError for outcomes that are none, and where no
    drawn declaration has one.
    """
    if method not in get_args(Method):
        raise TargetingError(f"{method!r}: no such method; there are {', '.join(get_args(Method))}")
    many = [selection] if isinstance(selection, Selection) else list(selection)
    drawn = _Drawn.of(many, fraud, revenue, method)
    everything = drawn.everything
    if not drawn.known.any():
        raise TargetingError("no declaration that was drawn has an outcome; nothing can be estimated yet")
    strata = [one for chosen in many for one in chosen.strata]
    return Rates(
        drawn.pair(everything), drawn.pair(everything, aside=drawn.targeted),
        {one: drawn.pair(drawn.stratum == n) for one, n in drawn.numbered(strata).items()},
        {str(one): drawn.pair(drawn.office == one) for one in sorted(set(drawn.office.tolist()))},
        {one: drawn.pair(drawn.trusted == one) for one in (False, True) if (drawn.trusted == one).any()},
        {name: drawn.pair(drawn.otherwise == n) for n, name in enumerate(LANES)
         if (drawn.otherwise == n).any()},
    )  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class _Drawn:
    """Declarations of selections, and what is known of them."""

    probability: Floats
    drawn: Flags
    targeted: Flags
    known: Flags
    told: Flags
    otherwise: Whole
    trusted: Flags
    office: Any
    group: Whole
    stratum: Whole
    fraud: Floats
    revenue: Floats | None
    method: str

    @classmethod
    def of(cls, many: Sequence[Selection], fraud: Any, revenue: Any, method: str) -> _Drawn:
        import numpy as np

        if not many:
            raise TargetingError("no selection; nothing can be estimated")

        def column(name: str) -> Any:
            return np.concatenate([getattr(one, name) for one in many])

        size = sum(map(len, many))
        found = _outcomes("fraud", fraud, size)
        if not np.isin(found[~np.isnan(found)], (0, 1)).all():
            raise TargetingError("fraud: an outcome is 0 or 1, and missing where it is not known")
        money = None if revenue is None else _outcomes("revenue", revenue, size)
        told = ~np.isnan(found) if money is None else ~np.isnan(found) & ~np.isnan(money)
        office, drawn = column("office"), column("drawn")
        desk = np.concatenate([np.full(len(one), "") if one.policy.pool else one.office for one in many])
        strata: dict[Stratum, int] = {}
        places = [np.array([strata.setdefault(one, len(strata)) for one in chosen.strata])[chosen.stratum]
                  for chosen in many]  # fmt: skip
        return cls(
            column("probability"), drawn, column("targeted"), drawn & told, told, column("otherwise"),
            column("trusted"), office, np.unique(desk, return_inverse=True)[1], np.concatenate(places),
            np.where(told, found, 0.0), None if money is None else np.where(told, money, 0.0), method,
        )  # fmt: skip

    @property
    def everything(self) -> Flags:
        import numpy as np

        return np.ones(len(self.drawn), bool)

    @staticmethod
    def numbered(strata: Sequence[Stratum]) -> dict[Stratum, int]:
        """Each stratum's number, as `of` gave it."""
        found: dict[Stratum, int] = {}
        for one in strata:
            found.setdefault(one, len(found))
        return found

    def pair(self, part: Flags, aside: Flags | None = None) -> Pair:
        """The rates of a part of the declarations; those `aside` stand for themselves where known."""
        revenue = None if self.revenue is None else self._rate(self.revenue, part, aside, False)
        return Pair(self._rate(self.fraud, part, aside, True), revenue)

    def _rate(self, values: Floats, part: Flags, aside: Flags | None, share: bool) -> Rate:
        import numpy as np

        itself = np.zeros(len(part), bool) if aside is None else aside & part
        if not (itself & self.told).any():
            itself = np.zeros(len(part), bool)
        rest, size = part & ~itself, int(part.sum())
        own = float(values[itself & self.told].mean()) * int(itself.sum()) if itself.any() else 0.0
        total, error = self._total(values, rest)
        known, drawn = self.known & part, self.drawn & part
        mean, error = (own + total) / size, error / size
        counts = (int(known.sum()), int((drawn & ~known).sum()), size)
        weights = 1 / self.probability[self.known & rest]
        even = float(weights.sum() ** 2 / (weights**2).sum()) if len(weights) else 0.0
        whole = bool((self.probability[rest] >= 1).all()) and not counts[1]
        ends = _of_share(mean, error, even, whole) if share else _of_money(mean, error, whole)
        return Rate(mean, error, ends, *counts)

    def _total(self, values: Floats, part: Flags) -> tuple[float, float]:
        """The estimated total of a part, and its standard error; NaN where none of it is known."""
        import numpy as np

        size, known, drawn = int(part.sum()), self.known & part, self.drawn & part
        if not size:
            return 0.0, 0.0
        if not known.any():
            return math.nan, math.nan
        weight = 1 / self.probability
        scale = weight[drawn].sum() / weight[known].sum()
        if self.method == "hajek":
            scale = size / weight[known].sum()
        total = float((values * weight)[known].sum() * scale)
        apart = values - total / size if self.method == "hajek" else values
        shown = np.where(part, apart, 0.0)[self.known] * weight[self.known] * scale
        left, group = 1 - self.probability[self.known], self.group[self.known]
        return total, math.sqrt(_variance(shown, left, group))


def _variance(shown: Any, left: Any, group: Any) -> float:
    """Of sums of values over probabilities; `left` is 1 less the probability, `group` the office."""
    import numpy as np

    count = np.bincount(group)
    part = np.bincount(group, weights=left)
    middle = np.bincount(group, weights=left * shown) / np.where(part > 0, part, 1.0)
    middle = np.where(count > 1, middle, 0.0)
    freedom = np.where(count > 1, count / np.maximum(count - 1, 1), 1.0)
    return float((freedom[group] * left * (shown - middle[group]) ** 2).sum())


def _outcomes(name: str, given: Any, size: int) -> Floats:
    import numpy as np

    found = one_each(given, name, size, "outcomes")
    if np.isinf(found).any() or (found < 0).any():
        raise TargetingError(f"{name}: below 0, or without end; mend it or leave it missing")
    return found


def _of_share(mean: float, error: float, even: float, whole: bool) -> Interval:
    """The interval of a rate; `even` is how many plain draws the weights are worth."""
    if math.isnan(mean):
        return 0.0, 1.0
    inside = min(max(mean, 0.0), 1.0)
    if whole:
        return mean, mean
    return wilson(inside, inside * (1 - inside) / error**2 if error > 0 and 0 < inside < 1 else even)


def _of_money(mean: float, error: float, whole: bool) -> Interval:
    if math.isnan(mean) or (error == 0 and not whole):
        return 0.0, math.inf
    return max(0.0, mean - Z * error), mean + Z * error
