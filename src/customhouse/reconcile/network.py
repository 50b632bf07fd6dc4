"""Variables, facts about them with their provenance, and the worklist that propagates bounds.

A fact is one bound of one variable: stated by a claim, or drawn by a constraint from other facts.
Facts never change, so that following `parents` down from any of them ends at claims.
"""

from __future__ import annotations

import gc
import math
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple, Protocol

from customhouse.model import Claim, Slice
from customhouse.period import Period
from customhouse.quantity import Interval

TOLERANCE = 1e-9
"""Relative; bounds that differ by less touch."""
DEPTH = 24
"""How many steps a fact may lie away from claims; it ends the creeping of bounds round a cycle."""
CREEP = 1e-3
"""A drawn bound that narrows an interval by less than this part of its width is not followed up."""


class Key(NamedTuple):
    """What a variable is: `level`, `change`, `growth`, `share`, `gap` and so on, of what, of which slice.

    `unit` is the unit of a level and the terms (CNY, USD, volume, None) of a growth; `ref` is the base
    of a growth or change, the whole of a share, what a gap is against.
    """

    kind: str
    of: str
    slice: Slice
    unit: str | None
    period: Period
    ref: Any = None


class Fact:
    """A bound of a variable: its value, whether the end is left out, and where it comes from."""

    __slots__ = ("cause", "claim", "depth", "open", "parents", "value", "var")

    def __init__(self, var: Var | None, value: float, open_: bool = False, claim: Claim | None = None,
                 cause: Constraint | None = None, parents: tuple[Fact, ...] = (), depth: int = 0) -> None:
        self.var, self.value, self.open = var, value, open_
        self.claim, self.cause, self.parents, self.depth = claim, cause, parents, depth


NO_LOW, NO_HIGH = Fact(None, -math.inf), Fact(None, math.inf)
ZERO, HUNDRED, MINUS_HUNDRED = Fact(None, 0.0), Fact(None, 100.0), Fact(None, -100.0)


class Var:
    """A variable with its present bounds and the constraints that it takes part in."""

    __slots__ = ("_text", "claims", "constraints", "floor", "high", "key", "low", "roof")

    def __init__(self, key: Key, floor: Fact = NO_LOW, roof: Fact = NO_HIGH) -> None:
        self._text = ""
        self.key, self.floor, self.roof = key, floor, roof
        self.low, self.high = floor, roof
        self.claims: list[Claim] = []
        self.constraints: list[Constraint] = []

    @property
    def text(self) -> str:
        """The key as text, by which constraints are put in order."""
        if not self._text:
            self._text = repr(self.key)
        return self._text

    @property
    def interval(self) -> Interval:
        """Its present bounds as an interval."""
        return Interval(self.low.value, self.high.value, self.low.open, self.high.open)


class Constraint(Protocol):
    """A relation between variables; `revise` yields the bounds that it draws from the others."""

    code: str

    @property
    def vars(self) -> Sequence[Var]:
        """The variables that it relates."""

    def revise(self) -> Iterator[Drawn]:
        """Bounds worth trying: variable, whether upper, value, whether open, the facts used."""


Drawn = tuple[Var, bool, float, bool, tuple[Fact, ...]]


class Clash(NamedTuple):
    """A variable whose lower bound passes its upper one."""

    var: Var
    low: Fact
    high: Fact


def crossed(low: Fact, high: Fact) -> bool:
    """Whether no number lies between the two bounds. Ends that touch do where either is left out."""
    over = low.value - high.value
    slack = TOLERANCE * max(1.0, abs(low.value), abs(high.value)) if math.isfinite(over) else 0.0
    return over > slack or (over >= -slack and (low.open or high.open))


def state(var: Var, low: bool, fact: Fact) -> Clash | None:
    """Put a bound on a variable if it is tighter; the clash if it passes the other bound."""
    if low:
        if crossed(fact, var.high):
            return Clash(var, fact, var.high)
        if fact.value > var.low.value or (fact.value == var.low.value and fact.open and not var.low.open):
            var.low = fact
    else:
        if crossed(var.low, fact):
            return Clash(var, var.low, fact)
        if fact.value < var.high.value or (fact.value == var.high.value and fact.open and not var.high.open):
            var.high = fact
    return None


def worth(var: Var, upper: bool, value: float, open_: bool) -> bool:
    """Whether a drawn bound is an empty interval or narrows the variable enough to follow up."""
    low, high = var.low, var.high
    gain = high.value - value if upper else value - low.value
    if not gain > 0.0:
        return False
    width = high.value - low.value
    if width == math.inf or gain > CREEP * width:
        return gain > TOLERANCE * max(1.0, abs(value))
    return False


class Worklist:
    """Constraints to revise, first in first out, so that short derivations come before long ones."""

    def __init__(self, allowed: set[Constraint] | None = None, depth: int = DEPTH) -> None:
        self._queue: deque[Constraint] = deque()
        self._waiting: set[Constraint] = set()
        self._allowed, self._depth = allowed, depth

    def add(self, constraints: Iterable[Constraint]) -> None:
        """Have these revised, each once."""
        for constraint in constraints:
            if constraint not in self._waiting and (self._allowed is None or constraint in self._allowed):
                self._waiting.add(constraint)
                self._queue.append(constraint)

    def run(self) -> Clash | None:
        """Propagate until nothing narrows any more or a variable is left without a value."""
        while self._queue:
            constraint = self._queue.popleft()
            self._waiting.discard(constraint)
            clash = self._revise(constraint)
            if clash:
                self.add((constraint,))
                return clash
        return None

    def _revise(self, constraint: Constraint) -> Clash | None:
        for var, upper, value, open_, parents in constraint.revise():
            depth = 1 + max((p.depth for p in parents), default=0)
            if depth > self._depth:
                continue
            fact = Fact(var, value, open_, None, constraint, parents, depth)
            clash = state(var, not upper, fact)
            if clash:
                return clash
            self.add(var.constraints)
        return None


def claims_under(*facts: Fact) -> dict[int, Claim]:
    """The claims that facts rest on, by id, in the order met."""
    found: dict[int, Claim] = {}
    for fact in ancestry(*facts):
        if fact.claim is not None:
            found[id(fact.claim)] = fact.claim
    return found


def causes_under(*facts: Fact) -> set[Constraint]:
    """The constraints that facts were drawn by."""
    return {f.cause for f in ancestry(*facts) if f.cause is not None}


def ancestry(*facts: Fact) -> Iterator[Fact]:
    """Facts and all that they were drawn from, each once, parents before children."""
    seen: set[int] = set()
    stack = [(f, False) for f in reversed(facts)]
    while stack:
        fact, ready = stack.pop()
        if ready:
            yield fact
        elif id(fact) not in seen:
            seen.add(id(fact))
            stack.append((fact, True))
            stack.extend((p, False) for p in reversed(fact.parents) if id(p) not in seen)


@contextmanager
def set_aside(variables: Iterable[Var]) -> Iterator[None]:
    """Variables without what is known of them; afterwards they are as before."""
    kept = [(v, v.low, v.high) for v in variables]
    for var, _, _ in kept:
        var.low, var.high = var.floor, var.roof
    try:
        yield
    finally:
        for var, low, high in kept:
            var.low, var.high = low, high


@contextmanager
def without_collection() -> Iterator[None]:
    """Without garbage collection: a network is one great cycle, and searching it doubles the time.

    What is remembered while texts are checked is no garbage either.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
