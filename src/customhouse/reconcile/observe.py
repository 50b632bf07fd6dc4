"""Which variable a claim is about, and which claims are about none.

Left out are figures with a `subject`, forecasts, targets, superseded figures, figures without a
period, counts whose condition the dimensions do not hold ("150 countries"), figures adjusted for seasons or
working days, which no identity ties to others and which each month revises, and what prices or working
days gave to growth.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace

from customhouse import rounding as rounding_of
from customhouse.model import ADJUSTED, HOME, Claim, Slice
from customhouse.period import Period
from customhouse.quantity import Interval, Rounding
from customhouse.reconcile.network import Key

LEVELS = frozenset({"value", "quantity", "count", "price"})
RATES = frozenset({"growth", "share", "gap", "share_change", "contribution", "multiple"})
TRADERS = frozenset({"enterprise", "firm", "company"})
CURRENCIES = frozenset({"CNY", "USD", "EUR", "JPY", "GBP", "HKD"})
MAIN_CURRENCY = 10
"""A document whose values in one currency are so many times those in all others speaks in it."""
FAR = 1e300


def usable(claim: Claim) -> bool:
    """Whether the figure is an outcome of goods trade in a known period."""
    outcome = claim.slice.subject is None and claim.status is None and claim.period is not None
    return outcome and claim.terms not in ADJUSTED


def home(part: Slice) -> Slice:
    """The slice with China as reporter left out, as the format has it."""
    return replace(part, reporter=None) if part.reporter == HOME else part


def doc_of(claim: Claim) -> str | None:
    """The document that states it."""
    return claim.span.doc if claim.span else None


class Currencies:
    """In what terms a document speaks of a period, from the levels that it states.

    A growth rate without terms takes those of the levels beside it. Where they are in two
    currencies, or there are none, its terms stay undetermined: it is compared with no other terms.
    """

    def __init__(self, claims: Iterable[Claim]) -> None:
        self._near: dict[tuple[str | None, Period | None], set[str]] = defaultdict(set)
        self._doc: dict[str | None, Counter[str]] = defaultdict(Counter)
        for claim in claims:
            if claim.measure == "value" and claim.unit in CURRENCIES and claim.slice.subject is None:
                self._near[doc_of(claim), claim.period].add(claim.unit)
                self._doc[doc_of(claim)][claim.unit] += 1

    def terms(self, claim: Claim) -> str | None:
        """The terms that a growth rate is in, or None."""
        if claim.terms or (claim.of or "value") not in ("value", "growth"):
            return claim.terms
        near = self._near.get((doc_of(claim), claim.period))
        if near:
            return next(iter(near)) if len(near) == 1 else None
        counts = self._doc.get(doc_of(claim), Counter()).most_common(1)
        if counts and counts[0][1] >= MAIN_CURRENCY * (self._doc[doc_of(claim)].total() - counts[0][1]):
            return counts[0][0]
        return None


def whole_of(claim: Claim, part: Slice) -> Slice | None:
    """The whole of a share or contribution, what a gap is against; None where that is not clear."""
    given = claim.against if claim.measure == "gap" else claim.whole
    if given is not None:
        whole = home(part.widen(given))
        return whole if whole != part else None
    narrowing = part.narrowing()
    return part.widen(((narrowing[0], None),)) if len(narrowing) == 1 else None


def base_of(claim: Claim, period: Period) -> Period | None:
    """The period compared with; None where it overlaps the period, as for average rates of many years."""
    base = claim.base or period.year_earlier()
    return None if base.overlaps(period) and claim.of != "growth" else base


def key_of(claim: Claim, currencies: Currencies) -> Key | None:
    """The variable that a claim states, or None where it states none that can be compared."""
    if not usable(claim) or claim.period is None:
        return None
    part, period, of = home(claim.slice), claim.period, claim.of or "value"
    if claim.measure in LEVELS:
        return _level(claim, part, period)
    if claim.measure == "change":
        return _change(claim, part, period, of, currencies)
    if claim.measure not in RATES or (claim.measure == "contribution" and claim.factor):
        return None
    return _rate(claim, part, period, of, currencies)


def _level(claim: Claim, part: Slice, period: Period) -> Key | None:
    if claim.measure == "count" and (claim.unit not in TRADERS or part.flow != "trade"):
        return None
    if part.flow is None or (claim.measure == "price" and "/" not in claim.unit):
        return None
    return Key("level", claim.measure, part, claim.unit, period)


def _change(claim: Claim, part: Slice, period: Period, of: str, currencies: Currencies) -> Key | None:
    base = base_of(claim, period)
    if base is None or base == period:
        return None
    if of == "growth":
        return Key("growth_change", "value", part, currencies.terms(claim), period, base)
    if of not in LEVELS or (of == "count" and (claim.unit not in TRADERS or part.flow != "trade")):
        return None
    return Key("change", of, part, claim.unit, period, base)


def _rate(claim: Claim, part: Slice, period: Period, of: str, currencies: Currencies) -> Key | None:
    if part.flow is None or (part.flow == "balance" and claim.measure == "growth"):
        return None
    base = base_of(claim, period)
    if claim.measure in ("growth", "multiple"):
        known = base is not None and of in LEVELS
        return Key(claim.measure, of, part, currencies.terms(claim), period, base) if known else None
    whole = whole_of(claim, part)
    if whole is None:
        return None
    if claim.measure == "share":
        return Key("share", of, part, None, period, whole)
    if claim.measure == "gap":
        return Key("gap", _measured(of), part, currencies.terms(claim), period, whole)
    if base is None or (claim.measure == "contribution" and claim.base):
        return None
    if claim.measure == "share_change":
        return Key("share_change", _measured(of), part, None, period, (whole, base))
    return Key("contribution", "value", part, currencies.terms(claim), period, whole)


def _measured(of: str) -> str:
    """What a gap of growth rates or a change of a share is of, in the end."""
    return of if of in LEVELS else "value"


def allowed(claim: Claim, rounding: Rounding) -> Interval:
    """What the true figure may be, as far as its digits and its bound tell."""
    return rounding_of.allowed(claim, rounding, rounding_of.rounded_to(claim))


def relaxed(claim: Claim, rounding: Rounding) -> Interval:
    """What a vague figure says at the least: `over` has no upper end, `about` is three times as wide."""
    found, size = allowed(claim, rounding), abs(claim.value)
    if claim.bound == "over":
        return rounding_of.signed(claim, Interval(size, FAR))
    if claim.bound == "under":
        return rounding_of.signed(claim, Interval(0.0, size))
    if claim.bound == "about":
        slack = (found.high - found.low) / 2.0
        return Interval(found.low - 2.0 * slack, found.high + 2.0 * slack)
    return found
