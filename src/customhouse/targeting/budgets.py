"""How much may be inspected, and how it is shared out: the policy, and budgets by office and day."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from customhouse.errors import BudgetError, TargetingError
from customhouse.targeting import written
from customhouse.targeting.listing import day_of, records, shown

if TYPE_CHECKING:
    from customhouse.targeting.history import Floats, Whole

OTHERS = "*"
"""The office of a row that is for all offices without a row of their own."""
POOLED = "offices"
"""What budgets can be pooled over."""
_MONDAY = 4
"""1970-01-05, in days since 1970."""
_AMOUNTS = ("inspect_share", "inspect_count", "documents_share", "documents_count", "declarations_count")


@dataclass(frozen=True, slots=True)
class Budget:
    """What an office may do on a day, or on every day (None): a share of its declarations or a count.

    `declarations_count` is how many it expects that day. A day that is decided in parts gives out its counts
    in proportion to it; without it the first part has them all, and those who come late know it.
    """

    office: str
    day: int | None = None
    inspect_share: float | None = None
    inspect_count: float | None = None
    documents_share: float | None = None
    documents_count: float | None = None
    declarations_count: float | None = None


@dataclass(frozen=True, slots=True)
class Budgets:
    """Budgets by office and day. The row of an office and day goes before the office's, that before `*`."""

    rows: tuple[Budget, ...]

    @classmethod
    def of(cls, rows: Any) -> Budgets:
        """Budgets from rows (mappings, or a DataFrame) with the columns of `Budget`.

        Counts may have fractions: 0.3 a day are three in ten days. An amount that a row leaves out is
        the policy's share. Raises BudgetError with the row.
        """
        found: dict[tuple[str, int | None], Budget] = {}
        for place, row in records(rows, "budgets", ("office", "day", *_AMOUNTS)):
            one = _budget(row, place)
            if (one.office, one.day) in found:
                raise BudgetError(f"{place}: a second budget of {one.office} for that day; keep one")
            found[one.office, one.day] = one
        if not found:
            raise BudgetError("budgets: no rows; name an office in each, or * for all others")
        return cls(tuple(found.values()))

    def of_cells(self, office: Sequence[str], day: Whole) -> list[Budget]:
        """The budget of each office and day. Raises BudgetError for those that have none."""
        found = {(one.office, one.day): one for one in self.rows}
        made: list[Budget] = []
        for here, now in zip(office, day.tolist(), strict=True):
            keys = ((here, now), (here, None), (OTHERS, now), (OTHERS, None))
            one = next((found[key] for key in keys if key in found), None)
            if one is None:
                told = f"budgets: none for the office {here or '(missing)'} on {shown(now)}"
                raise BudgetError(f"{told}; add a row for it, or one of the office * for all others")
            made.append(one)
        return made


@dataclass(frozen=True, slots=True)
class Policy:
    """How lanes are given out. Shares lie between 0 and 1.

    `inspect` and `documents` are the shares of declarations in the red and yellow lanes of each office and
    day, where `budgets` says nothing else. `random` is the part of inspections that is drawn at random,
    `explore` the part for what is most uncertain. `trusted` is the random rate of trusted holders over that
    of others, `newcomers` that of new traders over that of known ones. No declaration's probability of a
    random inspection is below `least`, be the budget 0: what is never looked at nobody knows, and a
    smuggler soon does. `model_above` is the score from which on the model chooses at all, None for any: where
    declarations are decided one by one there is no other to rank them against. `trusted_above` is the score
    from which on a trusted holder is targeted by the model like others; None: by rules that say so, and
    never by the model.

    An office of a few declarations a day has less than one inspection a day, which falls on a day by lot
    whatever is declared on it. `pool="offices"` puts the budgets of all offices together, `every_days=7`
    those of seven days (weeks begin on Mondays): the best of all offices, or of the week, are chosen. A
    period of several days is decided at its end, or in parts, each with its share. Raises TargetingError.
    """

    inspect: float = 0.05
    documents: float = 0.10
    random: float = 0.10
    trusted: float = 0.2
    explore: float = 0.05
    newcomers: float = 1.0
    least: float = 0.0005
    trusted_above: float | None = None
    model_above: float | None = None
    budgets: Budgets | None = None
    pool: str | None = None
    every_days: int = 1

    def __post_init__(self) -> None:
        for name in ("inspect", "documents", "random", "explore"):
            if not 0 <= getattr(self, name) <= 1:
                told = f"{name}={getattr(self, name)}"
                raise TargetingError(f"{told}: a share lies between 0 and 1; 5% is 0.05")
        for name in ("trusted", "newcomers", "least"):
            if not 0 < getattr(self, name) < math.inf:
                raise TargetingError(f"{name}={getattr(self, name)}: above 0, so that all can be drawn")
        if self.trusted > 1 or self.least > 1:
            raise TargetingError("trusted, least: 1 at the most")
        if self.random + self.explore > 1:
            raise TargetingError("random and explore are parts of one budget; together they are at most 1")
        for name in ("trusted_above", "model_above"):
            if (above := getattr(self, name)) is not None and not math.isfinite(above):
                raise TargetingError(f"{name}={above}: give a score, or None for no bound")
        self._pooling()

    def _pooling(self) -> None:
        if self.pool not in (None, POOLED):
            raise TargetingError(f"pool={self.pool!r}: write {POOLED}, or leave it out")
        if type(self.every_days) is not int or self.every_days < 1:
            raise TargetingError(f"every_days={self.every_days}: a whole number of days, 1 at least")

    def period(self, day: Whole) -> Whole:
        """The number of the period that each day is in, by which its budget is given out."""
        return (day - _MONDAY % self.every_days) // self.every_days

    def amounts(self, office: Sequence[str], day: Whole, size: Whole) -> tuple[Floats, Floats]:
        """Inspections and looks at documents of each office and day of so many declarations, with fractions.

        Raises TargetingError for an office and day without a budget where there are budgets.
        """
        import numpy as np

        if self.budgets is None:
            return np.asarray(size * self.inspect), np.asarray(size * self.documents)
        rows, counts = self.budgets.of_cells(office, day), size.tolist()
        both = [
            [_amount(one, what, share, count) for one, count in zip(rows, counts, strict=True)]
            for what, share in (("inspect", self.inspect), ("documents", self.documents))
        ]
        return np.array(both[0], dtype=np.float64), np.array(both[1], dtype=np.float64)

    def settings(self) -> dict[str, Any]:
        """The policy as plain data, as the log keeps it."""
        plain: dict[str, Any] = json.loads(json.dumps(asdict(self)))
        return plain

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> Policy:
        """The policy of such data; `budgets` may also be rows. Raises TargetingError for unknown names."""
        known = {one.name for one in fields(cls)}
        if wrong := sorted(set(settings) - known):
            raise TargetingError(f"policy: no setting {wrong[0]}; there are {', '.join(sorted(known))}")
        made = dict(settings)
        if isinstance(given := made.get("budgets"), Mapping):
            made["budgets"] = Budgets(tuple(Budget(**row) for row in given["rows"]))
        elif given is not None and not isinstance(given, Budgets):
            made["budgets"] = Budgets.of(given)
        return cls(**made)

    @property
    def fingerprint(self) -> str:
        """Sixteen hexadecimal digits of all settings."""
        return fingerprint(self.settings())


def fingerprint(data: Any) -> str:
    """Sixteen hexadecimal digits of plain data."""
    told = json.dumps(data, sort_keys=True, ensure_ascii=False)
    return blake2b(told.encode(), digest_size=8).hexdigest()


def _amount(budget: Budget, what: str, share: float, size: int) -> float:
    count, own = getattr(budget, f"{what}_count"), getattr(budget, f"{what}_share")
    if count is None:
        return float((share if own is None else own) * size)
    if budget.declarations_count:
        count = count * min(1.0, size / budget.declarations_count)
    return min(float(count), float(size))


def _budget(row: Mapping[str, str], place: str) -> Budget:
    if not row.get("office"):
        raise TargetingError(f"{place}: no office; name one, or * for all others")
    amounts = {name: _number(row[name], f"{place}, {name}") for name in _AMOUNTS if row.get(name)}
    for what in ("inspect", "documents"):
        if f"{what}_share" in amounts and f"{what}_count" in amounts:
            raise TargetingError(f"{place}: both {what}_share and {what}_count; keep one")
        if amounts.get(f"{what}_share", 0) > 1:
            raise TargetingError(f"{place}: {what}_share above 1; a share lies between 0 and 1, 5% is 0.05")
    day = day_of(row["day"], f"{place}, day") if row.get("day") else None
    return Budget(row["office"], day, **amounts)


def _number(text: str, place: str) -> float:
    try:
        found = written.number(text) if place.endswith("_share") else float(text)
    except ValueError as error:
        remedy = "write 0.05 or 5%" if place.endswith("_share") else "write 12"
        raise TargetingError(f"{place}: {text!r} is no number; {remedy}") from error
    if not 0 <= found < math.inf:
        raise TargetingError(f"{place}: {text} is no amount; it is 0 or more")
    return found
