"""The network of identities around one figure: the claims that bear on it, and its variables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache

from customhouse.model import DIMENSIONS, Claim, Slice
from customhouse.period import Period
from customhouse.reconcile.build import Network, with_flow
from customhouse.reconcile.build import observe as observed
from customhouse.reconcile.identities import relate, with_dimension
from customhouse.reconcile.network import Key, Var
from customhouse.reconcile.observe import Currencies, home, key_of, whole_of
from customhouse.reconcile.partitions import partitions
from customhouse.reconcile.slips import gap_references, misplaced, streak_bounds
from customhouse.series.model import Stated
from customhouse.series.wanted import RATES, Wanted

_NARROWING = tuple(d for d in DIMENSIONS if d not in ("flow", "reporter"))
_ANY = Period.of(2000)
_EXHAUSTIVE = 0.9
_BESIDE = frozenset({"share", "share_change", "contribution", "gap"})
_REACH = 24
"""Months around the periods asked for from which figures still follow: growth and its own base."""
_NOBODY = Currencies(())


@dataclass(frozen=True, slots=True)
class Aim:
    """The figure as a variable of the network: its key in any period, and how claims state it directly.

    `unit` is the unit of levels, the terms of rates.
    """

    wanted: Wanted
    unit: str | None

    def key(self, period: Period) -> Key | None:
        """The variable in a period; None for measures that identities do not relate (ranks, records)."""
        asked = self.wanted.claim(period, self.unit, self.unit)
        return key_of(asked, _NOBODY)

    def stated_by(self, claim: Claim, currencies: Currencies) -> bool:
        """Whether a claim states the figure in its own period."""
        if claim.measure != self.wanted.ask.measure or claim.period is None or claim.status is not None:
            return False
        if claim.slice.subject is not None:
            return False
        mine, theirs = self.key(claim.period), key_of(claim, currencies)
        if mine is not None or theirs is not None:
            return mine == theirs
        return plainly(claim) == plainly(self.wanted.claim(claim.period, self.unit))


def plainly(claim: Claim) -> tuple[object, ...]:
    """What a claim is of, its period and figure aside, for measures that no variable stands for."""
    of = None if claim.of == "value" else claim.of
    return claim.measure, of, home(claim.slice), claim.unit, claim.base, claim.whole, claim.against


def units_of(
    aim: Wanted, claims: Iterable[Claim], currencies: Currencies
) -> dict[str | None, frozenset[Period]]:
    """The periods for which claims state the figure in each unit (rates: in each terms)."""
    found: dict[str | None, set[Period]] = {}
    for claim in claims:
        if claim.period is None or claim.measure != aim.ask.measure:
            continue
        key = key_of(claim, currencies)
        unit = key.unit if key is not None else claim.unit
        if Aim(aim, unit).stated_by(claim, currencies):
            found.setdefault(unit, set()).add(claim.period)
    return {unit: frozenset(periods) for unit, periods in found.items()}


def bearing(aim: Wanted, claims: Sequence[Claim]) -> list[Claim]:
    """The claims that may bear on a figure: of its own slice and whole, and of slices that identities join.

    Ten years of texts speak of hundreds of slices. A part bears on its whole where all parts are known to
    exhaust it, or where a text tells its share of it.
    """
    centres = _centres(aim)
    joined = _joined(claims, centres)
    near: dict[Slice, bool] = {}
    found = []
    for claim in claims:
        if claim.slice not in near:
            there = with_flow(home(claim.slice), None)
            near[claim.slice] = there in joined or any(_next_to(there, centre) for centre in centres)
        if near[claim.slice] and _in_reach(claim, aim.periods):
            found.append(claim)
    return found


def _centres(aim: Wanted) -> set[Slice]:
    """The slice of a figure and what it is set beside, of whatever flow."""
    part = home(aim.ask.slice)
    centres = [part, *(home(part.widen(dims)) for dims in (aim.ask.whole, aim.ask.against) if dims)]
    if aim.ask.measure in _BESIDE:
        centres += [part.widen(((dimension, None),)) for dimension in part.narrowing()]
    return {with_flow(centre, None) for centre in centres}


def _joined(claims: Iterable[Claim], centres: set[Slice]) -> set[Slice]:
    """The slices that texts join to the centres by a share, a gap or the like."""
    found: set[Slice] = set()
    for claim in claims:
        if claim.measure in _BESIDE and (whole := whole_of(claim, home(claim.slice))) is not None:
            ends = {with_flow(home(claim.slice), None), with_flow(whole, None)}
            found |= ends if ends & centres else set()
    return found


def _next_to(one: Slice, other: Slice) -> bool:
    """Whether two slices are the same, or parts or whole of a division that exhausts the whole."""
    if one.reporter != other.reporter or one.subject != other.subject:
        return False
    apart = [d for d in _NARROWING if getattr(one, d) != getattr(other, d)]
    codes = [getattr(part, d) for d in apart[:1] for part in (one, other)]
    return not apart or (len(apart) == 1 and _divided(apart[0], *codes))


@cache
def _divided(dimension: str, one: str | None, other: str | None) -> bool:
    """Whether two codes stand in one division that exhausts the whole (None)."""
    coded = with_dimension(Slice(), dimension, one if one is not None else other)
    return any(
        division.least >= _EXHAUSTIVE and {one, other} <= {division.whole, *division.parts}
        for division in partitions(coded, _ANY)
    )


def _in_reach(claim: Claim, periods: Sequence[Period]) -> bool:
    if not periods or claim.period is None:
        return True
    first, last = min(p.first for p in periods) - _REACH, max(p.last for p in periods) + _REACH
    return first <= claim.period.last and claim.period.first <= last


@dataclass(frozen=True, slots=True)
class Net:
    """A network, where each claim in it comes from, and what stays out of it.

    `aside` are figures that cannot be of this kind (an increase told as a level), `open` rates whose text
    does not say in what terms they are, where others do.
    """

    network: Network
    origin: dict[int, Stated]
    currencies: Currencies
    aside: tuple[Stated, ...] = ()
    open: tuple[Stated, ...] = ()


def built(aim: Aim, stated: Sequence[Stated], extra: Sequence[Claim], periods: Iterable[Period]) -> Net:
    """The network of the claims that bear on a figure, of computed figures, with all periods asked for."""
    everything = [one.claim for one in stated]
    currencies = Currencies(everything)
    near = {id(claim) for claim in bearing(aim.wanted, everything)}
    mine, open_ = _in_terms([one for one in stated if id(one.claim) in near], aim, currencies)
    claims = [one.claim for one in mine]
    out = misplaced(claims, currencies)[1] | gap_references(claims, currencies)[1]
    network = observed([*(c for c in claims if id(c) not in out), *extra], currencies)
    for key in filter(None, map(aim.key, periods)):
        network.var(key)
    network.settle()
    relate(network)
    for var, claim, interval in list(streak_bounds(claims, network.vars, currencies)):
        network.bound(var, claim, interval)
    origin = {id(one.claim): one for one in mine}
    aside = tuple(one for one in mine if id(one.claim) in out and aim.stated_by(one.claim, currencies))
    return Net(network, origin, currencies, aside, tuple(open_))


def _in_terms(
    near: Sequence[Stated], aim: Aim, currencies: Currencies
) -> tuple[list[Stated], list[Stated]]:
    """Rates whose texts leave their terms open are taken in those of the series where no other text has one.

    Returns all claims, and the open ones of periods for which others say the terms.
    """
    asked = aim.wanted.ask.measure
    if aim.unit is None or asked not in RATES:
        return list(near), []
    unsaid = Aim(aim.wanted, None)
    open_ = {id(one): one for one in near if unsaid.stated_by(one.claim, currencies)}
    open_ = {i: one for i, one in open_.items() if not aim.stated_by(one.claim, currencies)}
    said = {one.claim.period for one in near if aim.stated_by(one.claim, currencies)}
    beside = [one for one in open_.values() if one.claim.period in said]
    taken = [
        replace(one, claim=replace(one.claim, terms=aim.unit))
        if id(one) in open_ and one.claim.period not in said else one
        for one in near
    ]
    return taken, beside


def variables(net: Net, aim: Aim) -> dict[Period, Var]:
    """The figure's variables by period."""
    sample = aim.key(Period.of(2000))
    if sample is None:
        return {}
    alike = (
        var for key, var in net.network.vars.items()
        if key.kind == sample.kind and key.of == sample.of and key.slice == sample.slice
        and key.unit == sample.unit
    )
    return {var.key.period: var for var in alike if aim.key(var.key.period) == var.key}
