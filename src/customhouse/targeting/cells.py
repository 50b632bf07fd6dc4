"""What lanes are decided from, and the offices and days that budgets are of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

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
    """Each office and day: of which declarations, how many, and how much may be done there by now.

    `inspect` and `documents` are of all declarations so far, those `before` and these.
    """

    of: Whole
    office: list[str]
    day: Whole
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

        offices, office = np.unique(case.office, return_inverse=True)
        first = int(case.day.min())
        span = int(case.day.max()) - first + 1
        numbers, of, size = np.unique(
            office.astype(np.int64) * span + case.day - first, return_inverse=True, return_counts=True
        )
        names, day = [str(offices[one]) for one in numbers // span], numbers % span + first
        spent = _spent(case.before, names, day)
        earlier = policy.amounts(names, day, spent[0].astype(np.int64))[0]
        return cls(
            of, names, day, size, *policy.amounts(names, day, size + spent[0].astype(np.int64)), earlier,
            spent[1], spent[2].astype(np.int64), spent[3].astype(np.int64),
        )  # fmt: skip


def _spent(before: tuple[Spent, ...], names: list[str], day: Whole) -> Any:
    """Declarations, draws, inspections and documents so far of each cell: a row each."""
    import numpy as np

    found = np.zeros((4, len(names)))
    place = {cell: number for number, cell in enumerate(zip(names, day.tolist(), strict=True))}
    for one in before:
        if (number := place.get((one.office, one.day))) is not None:
            found[:, number] += (one.declarations, one.draws, one.inspections, one.documents)
    return found
