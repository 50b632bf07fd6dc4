"""What follows from claims and no text states, as claims with the derivation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple, cast

from customhouse.model import DIMENSIONS, Claim, Derivation, Dims
from customhouse.period import Period
from customhouse.quantity import Interval
from customhouse.reconcile.constraints import Linear, Product
from customhouse.reconcile.network import Fact, Key, Var, ancestry, claims_under

WIDTH = 0.03
"""A figure is of use when its interval is no wider than this part of it."""
CLAIMS = 8
"""A derivation from more claims than this is too long to follow."""
UNITS = {"growth": "%", "share": "%"}


class Derived(NamedTuple):
    """A claim that follows, its width as a part of it, and the ids of the claims it rests on."""

    width: float
    claim: Claim
    rests_on: frozenset[int]


def derived(variables: Iterable[Var]) -> Iterator[Derived]:
    """The figures of use among variables that no claim states, as their bounds are now."""
    for var in variables:
        if var.claims or var.low.depth == 0 or var.high.depth == 0:
            continue
        width = _width(var)
        if width is None or width > WIDTH:
            continue
        under = claims_under(var.low, var.high)
        if 1 < len(under) <= CLAIMS:
            claims = tuple(under.values())
            yield Derived(width, _claim(var, claims), frozenset(under))


def _width(var: Var) -> float | None:
    """The width of an interval as a part of the level behind it; None where it is no figure of use."""
    low, high = var.low.value, var.high.value
    kind = var.key.kind
    if not (-1e300 < low <= high < 1e300):
        return None
    if kind == "growth":
        return (high - low) / (100.0 + low) if low > -99.0 else None
    if kind not in ("level", "share") or low <= 0.0:
        return None
    return (high - low) / low


def _claim(var: Var, claims: tuple[Claim, ...]) -> Claim:
    key, interval = var.key, _clean(var.interval)
    rule = getattr(var.low.cause, "code", "") or getattr(var.high.cause, "code", "")
    steps = dict.fromkeys((*_arithmetic(var.low), *_arithmetic(var.high)))
    origin = Derivation(rule, claims, interval, "; ".join(steps))
    middle = _rounded((interval.low + interval.high) / 2.0, interval)
    rate = key.kind != "level"
    return Claim(
        measure=key.kind if rate else key.of, value=middle, unit=UNITS.get(key.kind) or key.unit or "1",
        origin=origin, of=key.of if rate and key.of != "value" else None, slice=key.slice, period=key.period,
        base=_base(key), whole=_whole(key), terms=key.unit if key.kind == "growth" else None,
    )


def _clean(interval: Interval) -> Interval:
    """The interval without float noise."""
    low, high = (float(f"{end:.12g}") for end in (interval.low, interval.high))
    return Interval(low, high, interval.open_low, interval.open_high)


def _rounded(value: float, interval: Interval) -> float:
    """The middle without float noise, within the interval."""
    short = float(f"{value:.7g}")
    return short if interval.low <= short <= interval.high else value


def _base(key: Key) -> Period | None:
    """The base of a growth rate, left out where it is the same months a year earlier."""
    if key.kind != "growth" or key.ref == key.period.year_earlier():
        return None
    return cast(Period, key.ref)


def _whole(key: Key) -> Dims | None:
    if key.kind != "share":
        return None
    pairs = ((d, getattr(key.slice, d), getattr(key.ref, d)) for d in DIMENSIONS)
    return tuple(sorted((d, whole) for d, part, whole in pairs if part != whole))


def implied(var: Var) -> Claim | None:
    """What the bounds of a variable say as they are now, as a claim with every step of the arithmetic.

    None where an end is open or no claim lies under them.
    """
    if not (-1e300 < var.low.value <= var.high.value < 1e300):
        return None
    under = tuple(claims_under(var.low, var.high).values())
    if not under:
        return None
    found = _claim(var, under)
    steps = dict.fromkeys(step for fact in ancestry(var.low, var.high) for step in _arithmetic(fact))
    origin = cast(Derivation, found.origin)
    return replace(found, origin=replace(origin, arithmetic="; ".join(steps)))


def _lower(fact: Fact) -> bool:
    """Whether a fact is or was a lower bound of its variable: bounds that were narrowed lie outside."""
    var = fact.var
    return var is not None and (fact is var.low or (fact is not var.high and fact.value <= var.low.value))


def _arithmetic(fact: Fact) -> list[str]:
    """The last step to a bound in figures: `low 1.029e13 / 1.0135 = 1.01529e13`."""
    if fact.cause is None or fact.var is None:
        return []
    values = [p for p in fact.parents if p.var is not None or p.value]
    return [_formula(fact, values)]


def _formula(fact: Fact, parents: list[Fact]) -> str:
    cause, out = fact.cause, fact.var
    sign = ">" if _lower(fact) else "<"
    if isinstance(cause, Product) and len(parents) == 2:
        one, two = (_factor(cause, p) for p in parents)
        joined = f"{one} × {two}" if out is cause.result else f"{one} ÷ {two}"
        if out is cause.rate:
            joined = f"({joined}{' - 1' if cause.start else ''}) × {1 / cause.scale:g}"
    elif isinstance(cause, Linear) and out is not None:
        own = next(c for v, c in cause.terms if v is out)
        factors = {id(v): -c / own for v, c in cause.terms}
        joined = " + ".join(_term(factors.get(id(p.var), 1.0), p.value) for p in parents).replace("+ -", "- ")
    else:
        joined = ", ".join(f"{p.value:.6g}" for p in parents)
    return f"{sign} {joined} = {fact.value:.6g}"


def _term(factor: float, value: float) -> str:
    return f"{value * factor:.6g}" if abs(factor) == 1.0 else f"{factor:.4g} × {value:.6g}"


def _factor(cause: Product, fact: Fact) -> str:
    return f"{cause.factor(fact):.6g}" if fact.var is cause.rate else f"{fact.value:.6g}"


def best(found: Iterable[Derived], contested: set[int]) -> tuple[Claim, ...]:
    """Derived claims that rest on no contested one, the narrowest first."""
    kept = [d for d in found if not d.rests_on & contested]
    kept.sort(key=lambda d: (d.width, len(d.rests_on), str(d.claim.period), repr(d.claim.slice)))
    return tuple(d.claim for d in kept)
