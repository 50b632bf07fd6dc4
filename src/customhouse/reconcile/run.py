"""The steps of reconciling, in order."""

from __future__ import annotations

from collections.abc import Iterable

from customhouse.model import Claim, Finding, Reconciliation
from customhouse.reconcile.build import Network, observe
from customhouse.reconcile.derive import Derived, best, derived
from customhouse.reconcile.identities import relate
from customhouse.reconcile.judge import Judge, slip_finding
from customhouse.reconcile.network import Var, without_collection
from customhouse.reconcile.observe import Currencies
from customhouse.reconcile.slips import Slip, broken_streaks, gap_references, misplaced, streak_bounds
from customhouse.reconcile.solve import Bounds, Component, Conflict, components

SERIOUS = {"contradiction": 0, "revision": 1, "caution": 2}


def reconcile(claims: Iterable[Claim]) -> Reconciliation:
    """Whether claims agree, and what follows from them.

    Figures of one thing are one variable however often they are stated. Findings come most serious
    first: each names an irreducible set of claims. Derived claims are figures that no claim states,
    bounded from both sides, narrowest first, with the claims that they rest on.
    """
    with without_collection():
        return _reconcile(list(claims))


def _reconcile(given: list[Claim]) -> Reconciliation:
    currencies = Currencies(given)
    slips, out = _slips(given, currencies)
    network = observe((c for c in given if id(c) not in out), currencies)
    relate(network)
    for var, claim, interval in list(streak_bounds(given, network.vars, currencies)):
        network.bound(var, claim, interval)
    conflicts, follows = _solved(network)
    judge = Judge(network)
    findings = [slip_finding(s, given) for s in slips] + [judge.finding(c) for c in conflicts]
    findings.sort(key=lambda f: SERIOUS[f.kind])
    return Reconciliation(tuple(findings), best(follows, _contested(findings)))


def _slips(claims: list[Claim], currencies: Currencies) -> tuple[list[Slip], set[int]]:
    levels, out = misplaced(claims, currencies)
    gaps, beside = gap_references(claims, currencies)
    return levels + gaps + broken_streaks(claims), out | beside


def _solved(network: Network) -> tuple[list[Conflict], list[Derived]]:
    """Conflicts and derived figures of each component; vague claims come after the exact ones."""
    bounds, conflicts, follows = Bounds(network), list[Conflict](), list[Derived]()
    for variables in components(network):
        stated = list({id(c): c for v in variables for c in v.claims}.values())
        if len(stated) < 2:
            continue
        component = Component(bounds, variables)
        conflicts.extend(component.run(c for c in stated if c.bound == "exact"))
        follows.extend(derived(variables))
        conflicts.extend(component.run(c for c in stated if c.bound != "exact"))
        _forget(variables)
    return conflicts, follows


def _forget(variables: list[Var]) -> None:
    """Free the facts of a component that is done."""
    for var in variables:
        var.low, var.high = var.floor, var.roof


def _contested(findings: list[Finding]) -> set[int]:
    """The claims that a contradiction is about; nothing is derived from them."""
    return {id(c) for f in findings if f.kind == "contradiction" for c in (*f.claims, *f.mentions)}
