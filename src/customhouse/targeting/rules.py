"""Rules: lists and criteria as customs use them beside a model.

What is missing in a declaration fulfils neither a condition nor its opposite (Kleene's logic of three
values, as in SQL): `not` of a list of offices does not hold of a declaration without an office.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol

from customhouse.targeting.columns import NO_DAY

if TYPE_CHECKING:
    from customhouse.targeting.fields import Fields
    from customhouse.targeting.history import Flags

Lane = Literal["inspection", "documents", "release"]
Truth = tuple[Any, Any]
"""Of which rows a condition holds, and of which it does not; of others nothing is known."""


class Condition(Protocol):
    """What may hold of a declaration."""

    def truth(self, fields: Fields) -> Truth:
        """Of which rows it holds, and of which it does not. Raises TargetingError."""

    def columns(self) -> Iterator[str]:
        """The columns that it looks at."""


@dataclass(frozen=True, slots=True)
class Among:
    """A text is one of some, or begins with one of them."""

    column: str
    values: frozenset[str]
    prefixes: bool = False

    def truth(self, fields: Fields) -> Truth:
        """See Condition."""
        import numpy as np

        texts = fields.texts(self.column)
        starts = tuple(self.values)
        holds = [(one.startswith(starts) if self.prefixes else one in self.values)
                 for one in texts.values.tolist()]  # fmt: skip
        yes = np.array([*holds, False])[texts.places]
        return yes, ~yes & (texts.places >= 0)

    def columns(self) -> Iterator[str]:
        """See Condition."""
        yield self.column


@dataclass(frozen=True, slots=True)
class Within:
    """A number, or a day, from `low` to `high`; an open end is left out."""

    column: str
    low: float = -math.inf
    high: float = math.inf
    open_low: bool = False
    open_high: bool = False
    of_days: bool = False

    @property
    def empty(self) -> bool:
        """Whether no number lies in it."""
        return self.low > self.high or (self.low == self.high and (self.open_low or self.open_high))

    def truth(self, fields: Fields) -> Truth:
        """See Condition."""
        import numpy as np

        if self.of_days:
            days = fields.days(self.column)
            found = np.where(days == NO_DAY, np.nan, days)
        else:
            found = fields.numbers(self.column)
        with np.errstate(invalid="ignore"):
            above = found > self.low if self.open_low else found >= self.low
            below = found < self.high if self.open_high else found <= self.high
        yes = above & below
        return yes, ~yes & ~np.isnan(found)

    def columns(self) -> Iterator[str]:
        """See Condition."""
        yield self.column

    def met(self, other: Within) -> Within:
        """What lies in both."""
        low, open_low = max((self.low, self.open_low), (other.low, other.open_low))
        high, closed = min((self.high, not self.open_high), (other.high, not other.open_high))
        return Within(self.column, low, high, open_low, not closed, self.of_days)


@dataclass(frozen=True, slots=True)
class Missing:
    """A column has no value, or (not `wanted`) has one."""

    column: str
    wanted: bool = True

    def truth(self, fields: Fields) -> Truth:
        """See Condition."""
        import numpy as np

        by_number = self.column not in fields.frame.columns
        gone = np.isnan(fields.numbers(self.column)) if by_number else fields.texts(self.column).places < 0
        return (gone, ~gone) if self.wanted else (~gone, gone)

    def columns(self) -> Iterator[str]:
        """See Condition."""
        yield self.column


@dataclass(frozen=True, slots=True)
class Same:
    """Two columns have the same text."""

    column: str
    other: str

    def truth(self, fields: Fields) -> Truth:
        """See Condition."""
        first, second = (fields.texts(one).rows() for one in (self.column, self.other))
        both = (first != "") & (second != "")
        return both & (first == second), both & (first != second)

    def columns(self) -> Iterator[str]:
        """See Condition."""
        yield from (self.column, self.other)


@dataclass(frozen=True, slots=True)
class Every:
    """All of some conditions hold."""

    parts: tuple[Condition, ...]

    def truth(self, fields: Fields) -> Truth:
        """See Condition."""
        yes, no = self.parts[0].truth(fields)
        for part in self.parts[1:]:
            more = part.truth(fields)
            yes, no = yes & more[0], no | more[1]
        return yes, no

    def columns(self) -> Iterator[str]:
        """See Condition."""
        for part in self.parts:
            yield from part.columns()


@dataclass(frozen=True, slots=True)
class Either:
    """One of some conditions holds at least."""

    parts: tuple[Condition, ...]

    def truth(self, fields: Fields) -> Truth:
        """See Condition."""
        no, yes = Every(tuple(map(Not, self.parts))).truth(fields)
        return yes, no

    def columns(self) -> Iterator[str]:
        """See Condition."""
        for part in self.parts:
            yield from part.columns()


@dataclass(frozen=True, slots=True)
class Not:
    """A condition does not hold."""

    part: Condition

    def truth(self, fields: Fields) -> Truth:
        """See Condition."""
        yes, no = self.part.truth(fields)
        return no, yes

    def columns(self) -> Iterator[str]:
        """See Condition."""
        yield from self.part.columns()


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: of which declarations it holds, and what part of them it chooses.

    `share` (0 to 1) of those it holds of are chosen at random, for the `lane`; release keeps later rules
    and the model from them, never the random draws. Lower `precedence` goes first. It holds from
    `first_day` to `last_day` (days since 1970, both included, None for open). `trusted`: of trusted
    holders too. `beyond_budget`: it chooses whatever the budget is. `words`: what it is, by language.
    `place` is where it stands: file and line.
    """

    name: str
    words: Mapping[str, str]
    when: Condition
    share: float = 1.0
    lane: Lane = "inspection"
    precedence: int = 100
    first_day: int | None = None
    last_day: int | None = None
    trusted: bool = False
    beyond_budget: bool = False
    place: str = "rules"

    def holds(self, fields: Fields, day: Any) -> Flags:
        """Of which rows it holds, each on its day. Raises TargetingError for a column that is lacking."""
        import numpy as np

        yes = np.asarray(self.when.truth(fields)[0], dtype=bool)
        if self.first_day is not None:
            yes = yes & (day >= self.first_day)
        return yes if self.last_day is None else yes & (day <= self.last_day)

    def meets(self, other: Rule) -> bool:
        """Whether there is a day on which both are in force."""
        starts = [one.first_day for one in (self, other) if one.first_day is not None]
        ends = [one.last_day for one in (self, other) if one.last_day is not None]
        return not starts or not ends or max(starts) <= min(ends)
