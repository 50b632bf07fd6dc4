"""What lanes are decided from, and the offices and days that budgets are of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from customhouse.targeting.selection import Chooser, Spent

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from customhouse.targeting.budgets import Policy
    from customhouse.targeting.history import Flags, Floats, Whole

    Texts = NDArray[np.str_]


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """What lanes are decided from: arrays with an entry a declaration, named as in `Selection`."""

    declaration_id: Texts
    line: Texts
    day: Whole
    office: Texts
    trusted: Flags
    suspended: Flags
    new: Flags
    score: Floats
    unsure: Floats
    holds: tuple[Flags, ...]
    rules: tuple[Chooser, ...]
    before: tuple[Spent, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Each office and day, or what a policy pools of them, with a budget: of which declarations, how many,
    and how much may be done there by now.

    `office` is empty where offices are pooled, `period` the number of the day or of the days that are. The
    amounts are those of all its offices and days together. `inspect` and `documents` are of all
    declarations so far, those `before` and these.
    """

    of: Whole
    office: list[str]
    period: Whole
    size: Whole
    inspect: Floats
    documents: Floats
    inspect_before: Floats
    draws_before: Floats
    inspections_before: Whole
    documents_before: Whole

    @classmethod
    def build(cls, case: Case, policy: Policy) -> Cells:
        """The cells of a case, in order. Raises TargetingError for an office without a budget."""
        import numpy as np

        past = case.before
        days = _Numbered.build(
            np.concatenate([case.office, np.array([one.office for one in past], np.str_)]),
            np.concatenate([case.day, np.array([one.day for one in past], np.int64)]),
        )
        now, pools = days.of[: len(case.day)], days.pooled(policy)
        here, of = np.unique(pools.of[now], return_inverse=True)
        spent = _spent(past, days.of[len(case.day) :], len(days.office))
        earlier = spent[0].astype(np.int64)
        size = np.bincount(now, minlength=len(days.office)) + earlier
        there = np.isin(pools.of, here)
        offices = [one for one, used in zip(days.office, there.tolist(), strict=True) if used]
        amounts = (*policy.amounts(offices, days.day[there], size[there]),
                   policy.amounts(offices, days.day[there], earlier[there])[0])  # fmt: skip

        inspect, documents, earlier_inspect, draws, inspections, papers = (
            np.asarray(np.bincount(pools.of[there], weights=one, minlength=len(pools.office))[here], float)
            for one in (*amounts, *(row[there] for row in spent[1:]))
        )
        return cls(
            of, [pools.office[one] for one in here.tolist()], pools.day[here], np.bincount(of), inspect,
            documents, earlier_inspect, draws, inspections.astype(np.int64), papers.astype(np.int64),
        )  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class _Numbered:
    """Offices and days, each pair once and in order, and the place of each of the rows."""

    office: list[str]
    day: Whole
    of: Whole

    @classmethod
    def build(cls, office: Texts, day: Whole) -> _Numbered:
        import numpy as np

        offices, code = np.unique(office, return_inverse=True)
        first = int(day.min())
        span = int(day.max()) - first + 1
        numbers, of = np.unique(code.astype(np.int64) * span + day - first, return_inverse=True)
        return cls([str(offices[one]) for one in numbers // span], numbers % span + first, of)

    def pooled(self, policy: Policy) -> _Numbered:
        """What a policy puts together of these offices and days, and which of it each of them is in."""
        import numpy as np

        names = self.office if policy.pool is None else [""] * len(self.office)
        return self.build(np.array(names), policy.period(self.day))


def below_one(office: Texts, day: Whole, policy: Policy) -> tuple[int, int]:
    """How many budgets of declarations are of less than one inspection, and how many there are.

    Less than one falls by lot: where most are, the best of a week may go unchosen.
    """
    import numpy as np

    days = _Numbered.build(office, day)
    pools = days.pooled(policy)
    inspect = policy.amounts(days.office, days.day, np.bincount(days.of))[0]
    budgets = np.bincount(pools.of, weights=inspect)
    return int(((budgets > 0) & (budgets < 1)).sum()), len(budgets)


def _spent(before: tuple[Spent, ...], at: Whole, size: int) -> Floats:
    """Declarations, draws, inspections and documents so far of each office and day: a row each."""
    import numpy as np

    found = np.zeros((4, size))
    for place, one in zip(at.tolist(), before, strict=True):
        found[:, place] += (one.declarations, one.draws, one.inspections, one.documents)
    return found
