"""Lanes: green, yellow (documents) and red (inspection) under budgets by office and day.

`deciding` says in which order they are given out; here a table of declarations becomes what it decides on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from customhouse.errors import TargetingError
from customhouse.targeting.budgets import Policy
from customhouse.targeting.cells import Case
from customhouse.targeting.columns import one_each
from customhouse.targeting.deciding import decide
from customhouse.targeting.fields import Fields
from customhouse.targeting.selection import Selection, Spent
from customhouse.targeting.trusted import Trusted

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from customhouse.targeting.history import Flags, Floats, Whole
    from customhouse.targeting.rulebook import Rulebook

__all__ = ["Policy", "assign"]


def assign(
    frame: Any, scores: Any, policy: Policy, *, rules: Rulebook | None = None,
    trusted: Trusted | Any = None, unsure: Any = None, known: Any = None,
    before: Sequence[Selection | Spent] = (), seed: int,
) -> Selection:  # fmt: skip
    """The lane of each declaration of a DataFrame, whatever the order of its rows.

    Needs the columns declaration_id, date and office, `line` where declarations have several, trader_id for
    trusted holders and new traders, and those that rules look at. An office that is missing is one of its
    own. Each row is decided by itself: where whole declarations are inspected, give each one row.

    `scores` and `unsure`: a number a row, the highest first, whatever they measure; without `unsure` nothing
    is explored and the model has that part. `trusted`: the accredited list, or a flag a row. `known`: the
    ids of traders that have a past, or a flag a row; None: all have one. A missing trader is neither trusted
    nor known. Several days may be given at once: each office and day is decided by itself, and comes out as
    it would alone.

    A day that is decided in parts, as declarations come in, needs `before`: the selections of its earlier
    parts (or what they `spent`), whose inspections count. The model ranks the declarations of one part
    against each other; where a part has but a few, the policy's `model_above` keeps it from low scores.

    Raises TargetingError for columns that are lacking, scores that are none, two rows of the same
    declaration and line, offices that the budgets of the policy lack.
    """
    import numpy as np

    fields = Fields(frame)
    if not len(fields):
        raise TargetingError("no declarations; there is nothing to give a lane to")
    day = fields.lodged()
    listed, resting = _trusted(trusted, fields, day)
    holds = rules.matches(fields).holds if rules else ()
    case = Case(
        *_named(fields), day, fields.texts("office").rows(), listed & ~resting, resting,
        _new(known, fields), _numbers("scores", scores, len(day)),
        np.full(len(day), np.nan) if unsure is None else _numbers("unsure", unsure, len(day)),
        holds, rules.choosers() if rules else (), _before(before, policy, day),
    )  # fmt: skip
    return decide(case, policy, seed)


def _before(earlier: Sequence[Selection | Spent], policy: Policy, day: Whole) -> tuple[Spent, ...]:
    """What was spent on the days, or in the periods, that are decided now."""
    import numpy as np

    periods = set(policy.period(day).tolist())
    found = (part for one in earlier for part in ((one,) if isinstance(one, Spent) else one.spent()))
    return tuple(part for part in found if int(policy.period(np.array([part.day]))[0]) in periods)


def _named(fields: Fields) -> tuple[NDArray[np.str_], NDArray[np.str_]]:
    """What tells declarations and their lines apart. Raises TargetingError where it does not."""
    import numpy as np

    who = fields.texts("declaration_id")
    if (who.places < 0).any():
        raise TargetingError(f"declaration_id: {int((who.places < 0).sum())} are missing; name all rows")
    lines = fields.texts("line") if "line" in fields else None
    number = np.zeros(len(fields), np.int64) if lines is None else lines.places + np.int64(1)
    if len(who.values) < len(fields):
        together = who.places * np.int64(number.max() + 1) + number
        values, counts = np.unique(together, return_counts=True)
        if (counts > 1).any():
            twice = who.values[values[counts > 1][0] // (number.max() + 1)]
            told = f"declaration_id: {twice} stands twice with one line"
            raise TargetingError(f"{told}; a column line tells the lines of a declaration apart")
    one = np.full(len(fields), "1") if lines is None else lines.rows()
    return who.rows(), one


def _numbers(name: str, given: Any, size: int) -> Floats:
    import numpy as np

    found = one_each(given, name, size)
    if not np.isfinite(found).all():
        rows = np.flatnonzero(~np.isfinite(found))
        raise TargetingError(f"{name}: {len(rows)} missing or infinite, the first in row {rows[0] + 1}")
    return found


def _trusted(trusted: Any, fields: Fields, day: Whole) -> tuple[Flags, Flags]:
    """Who is on the accredited list, and who of them is suspended."""
    import numpy as np

    none = np.zeros(len(day), bool)
    if trusted is None:
        return none, none
    if isinstance(trusted, Trusted):
        return trusted.of_fields(fields, day)
    return _flags("trusted", trusted, len(day)) & _traded(fields), none


def _traded(fields: Fields) -> Flags:
    """Which rows have a trader; all, where the table has no traders."""
    import numpy as np

    if "trader_id" not in fields:
        return np.ones(len(fields), bool)
    return np.asarray(fields.texts("trader_id").places >= 0)


def _new(known: Any, fields: Fields) -> Flags:
    """Which declarations are of traders without a past."""
    import numpy as np

    if known is None:
        return ~_traded(fields)
    given = known if isinstance(known, (set, frozenset)) else np.asarray(known)
    if not isinstance(given, (set, frozenset)) and given.dtype.kind == "b":
        return ~(_flags("known", given, len(fields)) & _traded(fields))
    ids = {str(one) for one in (given if isinstance(given, (set, frozenset)) else given.tolist())}
    who = fields.texts("trader_id")
    return ~np.array([*(one in ids for one in who.values.tolist()), False])[who.places]


def _flags(name: str, given: Any, size: int) -> Flags:
    import numpy as np

    found = np.asarray(given)
    if found.dtype.kind != "b" or found.shape != (size,):
        raise TargetingError(f"{name}: give the list, or True or False for each of {size} declarations")
    return found
