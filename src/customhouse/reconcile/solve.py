"""Propagate a component, and for each conflict find a short irreducible set of claims behind it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from customhouse.model import Claim
from customhouse.quantity import Interval, Rounding
from customhouse.reconcile.build import Network
from customhouse.reconcile.network import (
    DEPTH,
    Clash,
    Constraint,
    Fact,
    Var,
    Worklist,
    ancestry,
    causes_under,
    claims_under,
    set_aside,
    state,
)
from customhouse.reconcile.observe import allowed, relaxed

SHORT = 5
"""Up to how many steps a shorter way to show a conflict is looked for."""
NEAR = 400
"""How many constraints around a conflict are searched for a shorter one and for the claim to leave out."""


class Conflict(NamedTuple):
    """Claims that cannot all hold, no one to spare; the relations that show it; where it shows."""

    claims: tuple[Claim, ...]
    constraints: frozenset[Constraint]
    clash: Clash


class Bounds:
    """What claims say of variables, under one mode of rounding."""

    def __init__(self, network: Network, rounding: Rounding = "half_up", relax: bool = False) -> None:
        self._network, self._rounding, self._relax = network, rounding, relax
        self._known: dict[int, list[tuple[Var, Interval]]] = {}

    def of(self, claim: Claim) -> list[tuple[Var, Interval]]:
        """The variables that a claim bounds, with the intervals."""
        found = self._known.get(id(claim))
        if found is None:
            said = (relaxed if self._relax else allowed)(claim, self._rounding)
            statements = self._network.statements[id(claim)]
            found = self._known[id(claim)] = [(v, i or said) for v, i in statements]
        return found

    def put(self, claim: Claim) -> Clash | None:
        """State a claim; the clash if what is known already leaves it no room."""
        for var, interval in self.of(claim):
            for low, value, open_ in ((True, interval.low, interval.open_low),
                                      (False, interval.high, interval.open_high)):
                clash = state(var, low, Fact(var, value, open_, claim))
                if clash:
                    return clash
        return None


def tested(bounds: Bounds, claims: Iterable[Claim], constraints: Iterable[Constraint],
           depth: int = DEPTH) -> Clash | None:
    """The clash that claims come to under these constraints alone, or None."""
    claims, allowed_ = list(claims), set(constraints)
    with set_aside(_vars(bounds, claims, allowed_)):
        return propagated(bounds, claims, allowed_, depth)


def propagated(bounds: Bounds, claims: Iterable[Claim], constraints: set[Constraint],
               depth: int = DEPTH) -> Clash | None:
    """The same on variables that are set aside already, so that their bounds can be read after."""
    for claim in claims:
        clash = bounds.put(claim)
        if clash:
            return clash
    work = Worklist(constraints, depth)
    work.add(sorted(constraints, key=_order))
    return work.run()


def _order(constraint: Constraint) -> tuple[str, str]:
    return constraint.code, ", ".join([v.text for v in constraint.vars])


def _vars(bounds: Bounds, claims: Iterable[Claim], constraints: Iterable[Constraint]) -> dict[Var, None]:
    found = dict.fromkeys(v for c in constraints for v in c.vars)
    found.update((v, None) for claim in claims for v, _ in bounds.of(claim))
    return found


def irreducible(bounds: Bounds, clash: Clash, spare: bool = True) -> Conflict:
    """Delete claims for as long as the rest still clash, from either end; the shorter outcome."""
    outcomes = [_deleted(bounds, clash, back) for back in ((False, True) if spare else (False,))]
    return min(outcomes, key=lambda c: (len(c.claims), len(c.constraints)))


def _deleted(bounds: Bounds, clash: Clash, backwards: bool) -> Conflict:
    claims, causes = _under(clash)
    for claim in list(reversed(claims)) if backwards else list(claims):
        if not any(c is claim for c in claims):
            continue
        fewer = tested(bounds, [c for c in claims if c is not claim], causes)
        if fewer is not None:
            clash = fewer
            claims, causes = _under(clash)
    return Conflict(tuple(claims), frozenset(causes), clash)


def _under(clash: Clash) -> tuple[list[Claim], set[Constraint]]:
    return list(claims_under(clash.low, clash.high).values()), causes_under(clash.low, clash.high)


class Component:
    """Variables that constraints connect; claims are stated in it, and conflicts taken out of it."""

    def __init__(self, bounds: Bounds, variables: list[Var]) -> None:
        self._bounds, self._vars = bounds, variables
        self._out: set[int] = set()
        self._stated: dict[int, Claim] = {}
        self._work = Worklist()
        self._work.add(dict.fromkeys(c for v in variables for c in v.constraints))

    def run(self, claims: Iterable[Claim]) -> Iterator[Conflict]:
        """State claims and propagate; for each conflict leave one claim out and go on."""
        for claim in claims:
            self._stated[id(claim)] = claim
            while id(claim) not in self._out and (clash := self._bounds.put(claim)):
                yield self._resolve(clash)
            self._work.add(c for v, _ in self._bounds.of(claim) for c in v.constraints)
        while clash := self._work.run():
            yield self._resolve(clash)

    def _resolve(self, clash: Clash) -> Conflict:
        conflict = irreducible(self._bounds, clash)
        near = self._near(conflict)
        around = [c for c in self._claims_at(near) if id(c) not in self._out]
        conflict, blamed = self._blame(conflict, near, around)
        self._leave_out(blamed)
        return self._shortest(conflict, near)

    def _shortest(self, conflict: Conflict, near: set[Constraint]) -> Conflict:
        """The same claims by the fewest steps that show the conflict."""
        at = {v for c in conflict.claims for v, _ in self._bounds.of(c)}
        single = [{c} for c in sorted(near, key=_order) if sum(v in at for v in c.vars) > 1]
        for causes, depth in (*((one, 1) for one in single), *((near, d) for d in range(1, SHORT))):
            clash = tested(self._bounds, conflict.claims, causes, depth)
            if clash is not None:
                claims, used = _under(clash)
                if len(used) < len(conflict.constraints) and len(claims) <= len(conflict.claims):
                    return Conflict(tuple(claims), frozenset(used), clash)
        return conflict

    def _near(self, conflict: Conflict) -> set[Constraint]:
        """The conflict's constraints and those within two steps of its variables."""
        found = dict.fromkeys(sorted(conflict.constraints, key=_order))
        edge = _vars(self._bounds, conflict.claims, found)
        for _ in range(2):
            for constraint in [c for v in edge for c in v.constraints]:
                if len(found) < NEAR:
                    found[constraint] = None
            edge = dict.fromkeys(v for c in found for v in c.vars)
        return set(found)

    def _claims_at(self, constraints: set[Constraint]) -> list[Claim]:
        here = {id(c): c for k in constraints for v in k.vars for c in v.claims}
        return [c for i, c in self._stated.items() if i in here]

    def _blame(self, conflict: Conflict, near: set[Constraint],
               around: list[Claim]) -> tuple[Conflict, Claim]:
        """The claim whose absence leaves no conflict around; a shorter conflict where that shows one."""
        cleared, mine = [], {id(c) for c in conflict.claims}
        for claim in conflict.claims:
            gone = {id(c) for c in self._alike(claim)}
            other = self._remaining([c for c in around if id(c) not in gone], near, mine)
            if other is None:
                cleared.append(claim)
            elif len(other.claims) < len(conflict.claims):
                return self._blame(other, near, around)
        return conflict, min(cleared or conflict.claims, key=self._standing)

    def _remaining(self, claims: list[Claim], near: set[Constraint], mine: set[int]) -> Conflict | None:
        """A conflict among claims that has one of `mine` in it; conflicts of others are taken out."""
        while clash := tested(self._bounds, claims, near):
            found = irreducible(self._bounds, clash, spare=False)
            theirs = {id(c) for c in found.claims}
            if theirs & mine:
                return found
            claims = [c for c in claims if id(c) not in theirs]
        return None

    def _standing(self, claim: Claim) -> tuple[bool, bool, int]:
        """What speaks for keeping a claim: exact, a level rather than a rate, stated more than once."""
        return claim.bound == "exact", claim.measure != "growth", len(self._alike(claim))

    def _alike(self, claim: Claim) -> list[Claim]:
        """The claim and the other statements of its variables that are no more precise."""
        found = {id(claim): claim}
        for var, mine in self._bounds.of(claim):
            for other in var.claims:
                if any(v is var and _covers(i, mine) for v, i in self._bounds.of(other)):
                    found[id(other)] = other
        return list(found.values())

    def _leave_out(self, claim: Claim) -> None:
        """Take a claim and its repetitions out, with all that was drawn from them."""
        gone = {id(c) for c in self._alike(claim)}
        self._out |= gone
        facts = [f for v in self._vars for f in (v.low, v.high) if f.parents or id(f.claim) in gone]
        tainted: dict[int, bool] = {}
        for fact in ancestry(*facts):
            tainted[id(fact)] = (id(fact.claim) in gone) or any(tainted[id(p)] for p in fact.parents)
        for var in self._vars:
            if tainted.get(id(var.low)) or tainted.get(id(var.high)):
                self._restore(var)

    def _restore(self, var: Var) -> None:
        var.low, var.high = var.floor, var.roof
        for claim in var.claims:
            if id(claim) in self._stated and id(claim) not in self._out:
                self._bounds.put(claim)
        self._work.add(var.constraints)


def _covers(wide: Interval, narrow: Interval) -> bool:
    return wide.low <= narrow.low and narrow.high <= wide.high


def components(network: Network) -> list[list[Var]]:
    """The variables of the network in groups that no constraint connects."""
    seen: set[int] = set()
    found = []
    for start in network.vars.values():
        if id(start) in seen:
            continue
        seen.add(id(start))
        group, stack = [], [start]
        while stack:
            var = stack.pop()
            group.append(var)
            for other in (v for c in var.constraints for v in c.vars):
                if id(other) not in seen:
                    seen.add(id(other))
                    stack.append(other)
        found.append(group)
    return found
