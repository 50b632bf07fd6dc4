"""What identities say of one variable, drawn from the claims around it alone.

The network's own propagation, run on the constraints within a few steps of the variable and without the
claims that state it: a series of many periods costs each period its own surroundings, not the whole.
"""

from __future__ import annotations

from collections.abc import Iterable

from customhouse.check.judging import allowed
from customhouse.model import Claim, Finding
from customhouse.quantity import Interval
from customhouse.reconcile.build import Network
from customhouse.reconcile.derive import implied
from customhouse.reconcile.judge import Judge
from customhouse.reconcile.network import Constraint, Var, claims_under, set_aside
from customhouse.reconcile.solve import Bounds, irreducible, propagated, tested
from customhouse.series.model import MODES, Mode

_STEPS = 3
"""How many identities may lie between a figure and the claims that it follows from."""
_NEAR = 100
"""How many constraints around a variable are looked at."""
_ONE_SIDED = frozenset({"part", "disjoint"})
"""Relations that bound a figure from one side only: no gap is filled by them."""


def either(claim: Claim) -> Interval:
    """What the true figure may be when one does not know whether it was rounded or cut off."""
    one, other = said(claim, "half_up"), said(claim, "truncate")
    low, high = min(one, other, key=_low), max(one, other, key=_high)
    return Interval(low.low, high.high, low.open_low, high.open_high)


def _low(ends: Interval) -> tuple[float, bool]:
    return ends.low, ends.open_low


def _high(ends: Interval) -> tuple[float, bool]:
    return ends.high, not ends.open_high


def said(claim: Claim, mode: Mode) -> Interval:
    """What a claim's figure allows under a mode of rounding."""
    return either(claim) if mode == "either" else allowed(claim, mode)


class _Either(Bounds):
    """What claims say of variables, whichever way each of them was rounded."""

    def __init__(self, network: Network) -> None:
        super().__init__(network)
        self._of = network.statements

    def of(self, claim: Claim) -> list[tuple[Var, Interval]]:
        """The variables that a claim bounds, with the intervals."""
        wide = either(claim)
        return [(var, interval or wide) for var, interval in self._of[id(claim)]]


class Solver:
    """Asks a network about single variables; holds what claims say under each mode of rounding."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._bounds = {
            mode: _Either(network) if mode == "either" else Bounds(network, mode) for mode in MODES
        }
        self._judge = Judge(network)

    def stating(self, var: Var) -> list[Claim]:
        """The claims that state a variable outright; a streak only bounds it."""
        bounding = self._network.statements
        return [c for c in var.claims if any(v is var and i is None for v, i in bounding[id(c)])]

    def follows(self, var: Var, without: frozenset[int] = frozenset()) -> dict[Mode, Claim | None]:
        """What the claims around a variable say of it, without those that state it; None without two ends.

        Claims around it that contradict one another, rounded half up, say nothing under any mode; those
        whose ids are in `without` are not asked.
        """
        causes, own = around(var), {id(c) for c in self.stating(var)} | without
        given = [c for c in _at(causes, var) if id(c) not in own]
        claims = _agreeing(self._bounds["half_up"], given, causes)
        return {mode: self._drawn(var, claims, causes, mode) for mode in MODES}

    def _drawn(self, var: Var, claims: list[Claim], causes: set[Constraint], mode: Mode) -> Claim | None:
        bounds = self._bounds[mode]
        touched = [v for claim in claims for v, _ in bounds.of(claim)]
        with set_aside(dict.fromkeys([var, *touched, *(v for c in causes for v in c.vars)])):
            return None if propagated(bounds, claims, causes) is not None else implied(var)

    def finding(self, var: Var, claims: Iterable[Claim]) -> Finding | None:
        """Why claims that bear on a variable cannot all hold, with the arithmetic."""
        bounds, given = self._bounds["half_up"], list({id(c): c for c in claims}.values())
        causes = around(var)
        clash = tested(bounds, given, set()) or tested(bounds, given, causes)
        if clash is None:
            return None
        conflict = irreducible(bounds, clash)
        return self._judge.finding(conflict)


def around(var: Var) -> set[Constraint]:
    """The constraints within a few steps of a variable, the nearest first, up to a number."""
    found: dict[Constraint, None] = {}
    edge, seen = [var], {id(var)}
    for _ in range(_STEPS):
        ahead = []
        for constraint in (c for v in edge for c in v.constraints):
            if constraint.code in _ONE_SIDED or constraint in found or len(found) >= _NEAR:
                continue
            found[constraint] = None
            ahead += [v for v in constraint.vars if id(v) not in seen]
            seen.update(map(id, constraint.vars))
        edge = ahead
    return set(found)


def _at(causes: Iterable[Constraint], var: Var) -> list[Claim]:
    """The claims of the variables of constraints, exact ones first."""
    here = {id(c): c for k in causes for v in k.vars for c in v.claims} | {id(c): c for c in var.claims}
    return sorted(here.values(), key=lambda c: c.bound != "exact")


def _agreeing(bounds: Bounds, claims: list[Claim], causes: set[Constraint]) -> list[Claim]:
    """Claims without those that contradict one another; a vague figure gives way to exact ones.

    Short derivations come first, so that what lies under a clash has few claims too many.
    """
    while (clash := tested(bounds, claims, causes)) is not None:
        under = list(claims_under(clash.low, clash.high).values())
        vague = [c for c in under if c.bound != "exact"]
        gone = {_said_of(bounds, c) for c in vague or under}
        claims = [c for c in claims if _said_of(bounds, c) not in gone]
    return claims


def _said_of(bounds: Bounds, claim: Claim) -> tuple[object, ...]:
    """What a claim says, however often it is said."""
    return tuple((id(var), interval) for var, interval in bounds.of(claim))
