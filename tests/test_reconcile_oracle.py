"""Propagation against z3: the same verdict on linear networks, and bounds that hold for every solution."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.model import Claim, Slice, Span
from customhouse.period import Period
from customhouse.reconcile import reconcile
from customhouse.reconcile.build import Network, observe
from customhouse.reconcile.constraints import Linear
from customhouse.reconcile.identities import relate
from customhouse.reconcile.network import Var
from customhouse.reconcile.observe import Currencies
from customhouse.reconcile.solve import Bounds, Component, Conflict, components

z3 = pytest.importorskip("z3", reason="z3-solver is not installed")

FLOWS, REGIONS, MONTHS = ("exports", "imports"), ("east", "central_west", "northeast"), (1, 2, 3)
Cell = tuple[str, str, int]
CELLS: list[Cell] = list(product(FLOWS, REGIONS, MONTHS))


@st.composite
def networks(draw: st.DrawFn) -> list[Claim]:
    """Claims of a small world of flows, regions and months; some of them are off."""
    world = {cell: draw(st.integers(0, 20)) for cell in CELLS}
    return [draw(_stated(world, n)) for n in range(draw(st.integers(3, 12)))]


@st.composite
def _stated(draw: st.DrawFn, world: dict[Cell, int], number: int) -> Claim:
    flow = draw(st.sampled_from(("exports", "imports", "trade", "balance")))
    region = draw(st.sampled_from((None, None, *REGIONS)))
    first = draw(st.sampled_from(MONTHS))
    period = Period.of(2025, first, draw(st.integers(first, 3)))
    value = sum(sign * world[cell] for cell, sign in _cells(flow, region, period))
    value += draw(st.sampled_from((0,) * 9 + (-6, -3, 3, 6)))
    step = draw(st.sampled_from((1.0, 1.0, 2.0, 4.0)))
    value = value if flow == "balance" else max(value, 1)
    return Claim("value", float(value), "CNY", Span("d", number, number + 1, ""),
                 slice=Slice(flow=flow, region=region), period=period, step=step)


def _cells(flow: str | None, region: str | None, period: Period) -> Iterable[tuple[Cell, int]]:
    for cell in CELLS:
        inside = period.first <= Period.of(2025, cell[2], cell[2]).first <= period.last
        if inside and flow in (cell[0], "trade", "balance") and region in (None, cell[1]):
            yield cell, -1 if flow == "balance" and cell[0] == "imports" else 1


def _built(claims: list[Claim]) -> Network:
    network = observe(claims, Currencies(claims))
    relate(network)
    return network


def _number(value: float) -> Any:
    return z3.RealVal(str(Fraction(value).limit_denominator(10**9)))


def _within(term: Any, claim: Claim) -> list[Any]:
    span = claim.interval()
    low, high = _number(span.low), _number(span.high)
    return [term > low if span.open_low else term >= low, term < high if span.open_high else term <= high]


def _encoded(network: Network) -> tuple[Any, dict[Var, Any]]:
    """The network's own linear relations and claims, for z3."""
    solver = z3.Solver()
    terms = {var: z3.Real(f"v{n}") for n, var in enumerate(network.vars.values())}
    for var, term in terms.items():
        if var.key.slice.flow != "balance":
            solver.add(term >= 0)
        for claim in var.claims:
            solver.add(*_within(term, claim))
    for one in network.constraints:
        assert isinstance(one, Linear)
        total = z3.Sum([terms[v] * _number(c) for v, c in one.terms])
        solver.add(*([total >= _number(one.least)] if one.least is not None else []))
        solver.add(*([total <= _number(one.most)] if one.most is not None else []))
    return solver, terms


def _conflicts(network: Network) -> list[Conflict]:
    found: list[Conflict] = []
    for group in components(network):
        claims = {id(c): c for v in group for c in v.claims}
        found.extend(Component(Bounds(network), group).run(claims.values()))
    return found


@given(networks())
def test_conflict_or_none_as_z3_says(claims: list[Claim]) -> None:
    network = _built(claims)
    solver, _ = _encoded(network)
    assert bool(_conflicts(network)) == (solver.check() == z3.unsat)


@given(networks())
def test_a_conflict_is_one_in_the_world_itself(claims: list[Claim]) -> None:
    """Written out over the cells, without our identities: what we call a conflict has no solution."""
    for conflict in _conflicts(_built(claims)):
        solver = z3.Solver()
        cells = {cell: z3.Real("_".join(map(str, cell))) for cell in CELLS}
        solver.add(*(c >= 0 for c in cells.values()))
        for claim in conflict.claims:
            assert claim.period is not None
            parts = _cells(claim.slice.flow, claim.slice.region, claim.period)
            solver.add(*_within(z3.Sum([sign * cells[cell] for cell, sign in parts]), claim))
        assert solver.check() == z3.unsat


@given(networks())
def test_bounds_hold_for_every_solution(claims: list[Claim]) -> None:
    network = _built(claims)
    if _conflicts(network):
        return
    solver, terms = _encoded(network)
    for var, term in terms.items():
        slack = 1e-6
        outside = z3.Or(*([term < _number(var.low.value - slack)] if var.low.value > -1e300 else []),
                        *([term > _number(var.high.value + slack)] if var.high.value < 1e300 else []))
        assert solver.check(outside) == z3.unsat


@given(networks())
def test_findings_are_irreducible(claims: list[Claim]) -> None:
    network = _built(claims)
    for conflict in _conflicts(network):
        for left_out in conflict.claims:
            rest = [c for c in conflict.claims if c is not left_out]
            solver = z3.Solver()
            cells = {cell: z3.Real("_".join(map(str, cell))) for cell in CELLS}
            solver.add(*(c >= 0 for c in cells.values()))
            for claim in rest:
                assert claim.period is not None
                parts = _cells(claim.slice.flow, claim.slice.region, claim.period)
                solver.add(*_within(z3.Sum([sign * cells[cell] for cell, sign in parts]), claim))
            assert solver.check() == z3.sat


@given(networks())
def test_every_finding_is_put_in_words(claims: list[Claim]) -> None:
    for finding in reconcile(claims).findings:
        assert finding.en and finding.zh and "{" not in finding.en + finding.zh
