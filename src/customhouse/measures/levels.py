"""Levels as figures: values, quantities, unit values and counts of a slice in a period."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib.resources import files

from customhouse.groups import unfounded
from customhouse.measures.figures import Figure, ratio, shown
from customhouse.measures.request import Lacking, Request
from customhouse.model import Claim, Slice, changed
from customhouse.period import Period
from customhouse.statistics import Level, Statistics, What
from customhouse.vocabulary import rows

CURRENCIES = frozenset({"CNY", "USD", "EUR", "JPY", "GBP", "HKD"})
LEVELS = ("value", "quantity", "price", "count")
_MASS = "t"
_ONE = Fraction(1)
_REMEDIES = dict.fromkeys(("enterprise", "region", "regime", "transport"), "no line of theirs has it") | {
    "commodity": "they have 8 digits of HS codes; ask for the first 8"}
"""Why statistics do not have a dimension as finely as it is asked for."""
_PIECES = frozenset({"", "unit", "units", "piece", "pieces", "item", "items", "number", "u", "NAR", "p/st"})
"""What sources call a count of pieces; a text says vehicles or sets."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of the claim format: what level has it, the unit that it is another name of, what it counts."""

    what: str
    alias: str | None
    dimension: str | None


@cache
def units() -> dict[str, Unit]:
    """The units that texts count in beside those of customs, from units.csv."""
    text = (files("customhouse.measures") / "units.csv").read_text(encoding="utf-8")
    return {row["unit"]: Unit(row["what"], row["as"] or None, row["dimension"] or None)
            for row in csv.DictReader(io.StringIO(text))}


@cache
def customs_units() -> dict[str, tuple[str, Fraction]]:
    """What each customs unit measures, and how many base units it is (quantity_units.csv)."""
    return {row["code"]: (row["measures"], Fraction(row["factor"])) for row in rows("quantity_units")}


def measured(unit: str) -> tuple[str, Fraction]:
    """What a unit of quantity measures and its size; a unit in no list measures itself."""
    unit = "unit" if unit in _PIECES else unit
    listed = units().get(unit)
    return customs_units().get((listed and listed.alias) or unit, (unit, Fraction(1)))


def level(ask: Request, statistics: Statistics) -> Figure:
    """The level of a slice in a period: money value, quantity, unit value or count, by `ask.measure`."""
    if ask.measure == "price":
        return unit_value(ask, statistics)
    if ask.measure == "quantity":
        return quantity(ask, statistics)
    if ask.measure == "count":
        return traders_or_partners(ask, statistics)
    return value(ask, statistics)


def value(ask: Request, statistics: Statistics) -> Figure:
    """The money value, in the currency of the statistics."""
    for currency in (ask.unit, ask.terms) if ask.unit or ask.terms else ():
        if currency in CURRENCIES and currency != statistics.currency:
            raise Lacking("currency", f"the statistics are in {statistics.currency}, not in {currency}")
    if ask.unit and ask.unit not in CURRENCIES and ask.unit != statistics.currency and "/" not in ask.unit:
        raise Lacking("unit", f"{ask.unit} is no currency")
    if ask.terms == "volume":
        raise Lacking("terms", "growth in volume needs a price index, not values")
    return _figure(ask, statistics, "value", statistics.currency, _ONE)


def quantity(ask: Request, statistics: Statistics) -> Figure:
    """A quantity in the unit asked for; without one in its own, else the net mass in tonnes."""
    wanted = _quantity_unit(ask)
    if wanted is None:
        found = _level(ask, statistics, "quantity")
        if found is None:
            return _figure(ask, statistics, "mass", _MASS, measured(_MASS)[1])
        return _of_own_unit(ask, found)
    kind, factor = measured(wanted)
    if kind == "mass":
        return _figure(ask, statistics, "mass", wanted, factor)
    found = _level(ask, statistics, "quantity")
    if found is None:
        raise _absent(ask, statistics, "quantities")
    own, size = measured(found.unit)
    if own != kind:
        raise Lacking("unit", f"quantities are in {found.unit or 'pieces'}, not in {wanted}")
    return _of_level(ask, found, wanted, factor / size)


def unit_value(ask: Request, statistics: Statistics) -> Figure:
    """Value for one unit of quantity; the average over all goods of the slice."""
    currency, _, unit = (ask.unit or "").partition("/")
    money = value(changed(ask, measure="value", of=None, unit=currency or None), statistics)
    amount = quantity(changed(ask, measure="quantity", of=None, unit=unit or None), statistics)
    found = ratio(money, amount, f"{money.unit}/{amount.unit}", "price", f"no quantity in {ask.period}")
    return changed(found, text=f"{found.text} = {shown(found.value)}")


def traders_or_partners(ask: Request, statistics: Statistics) -> Figure:
    """The number of distinct traders, partners or declared lines, by the unit asked for."""
    wanted = ask.unit if ask.unit and ask.unit not in CURRENCIES else "enterprise"
    unit = units().get(wanted)
    if unit is None or unit.what not in ("traders", "partners", "lines"):
        raise Lacking("unit", f"the statistics do not count {wanted}")
    what: What = "traders" if unit.what == "traders" else "partners" if unit.what == "partners" else "lines"
    return _figure(ask, statistics, what, wanted, Fraction(1))


def period_of(ask: Request) -> Period:
    """The period of a request. Raises Lacking."""
    if ask.period is None:
        raise Lacking("period", "the period is not known")
    return ask.period


def claim_of(found: Level, part: Slice, period: Period, measure: str, unit: str, factor: Fraction) -> Claim:
    """A level as a claim, its step wide enough for all the cells that were rounded."""
    amount, step = found.amount, 0.0
    if factor != 1:
        amount /= factor
    if found.step:
        step = float(found.step * found.inside / factor)
    return Claim(measure, float(amount), unit, found.origin, slice=part, period=period, step=step)


def figure_of(claim: Claim, found: Level, factor: Fraction = Fraction(1)) -> Figure:
    """A level as a figure: each rounded cell leaves half a step either way."""
    amount = found.amount if factor == 1 else found.amount / factor
    if not found.step:
        return Figure(amount, amount, amount, claim.unit, "cells", (claim,))
    half = found.step * found.inside / 2 / factor
    return Figure(amount, amount - half, amount + half, claim.unit, "cells", (claim,))


def _quantity_unit(ask: Request) -> str | None:
    """The unit of quantity asked for, where one is."""
    return None if ask.unit is None or ask.unit in CURRENCIES else ask.unit


def _figure(ask: Request, statistics: Statistics, what: What, unit: str, factor: Fraction) -> Figure:
    found = _level(ask, statistics, what)
    if found is None:
        raise _absent(ask, statistics, what)
    if what == "value" and found.unit != statistics.currency:
        raise Lacking("currency", f"values of {ask.period} are in {found.unit}, not {statistics.currency}")
    return _of_level(ask, found, unit, factor)


def _of_own_unit(ask: Request, found: Level) -> Figure:
    """In the source's unit; kilograms are written as tonnes, as the claim format has them."""
    if found.unit == "kg":
        return _of_level(ask, found, _MASS, measured(_MASS)[1])
    return _of_level(ask, found, "unit" if found.unit in _PIECES else found.unit, Fraction(1))


def _of_level(ask: Request, found: Level, unit: str, factor: Fraction) -> Figure:
    measure = ask.measure if ask.measure in LEVELS else "value"
    claim = claim_of(found, ask.slice, period_of(ask), measure, unit, factor)
    return figure_of(claim, found, factor)


def _level(ask: Request, statistics: Statistics, what: What) -> Level | None:
    if ask.slice.flow is None:
        raise Lacking("flow", "neither exports nor imports nor trade nor balance is named")
    return statistics.level(ask.slice, period_of(ask), what, ask.known)


def _absent(ask: Request, statistics: Statistics, what: str) -> Lacking:
    """Why statistics have no level: months that they lack, else the slice."""
    period, known = period_of(ask), set(statistics.months())
    gone = tuple(month for month in range(period.first, period.last + 1) if month not in known)
    if gone:
        first, last = Period(gone[0], gone[0]), Period(gone[-1], gone[-1])
        months = str(first) if len(gone) == 1 else f"{len(gone)} months between {first} and {last}"
        return Lacking("months", f"the statistics lack {months}", gone)
    if (bloc := unfounded(ask.slice, period)) is not None:
        return Lacking("slice", f"{bloc} has no members in {period}")
    tell = getattr(statistics, "untold", None)
    if tell is not None and (dimension := tell(ask.slice, period)) is not None:
        code = getattr(ask.slice, dimension)
        why = f"the statistics do not tell {dimension} {code} apart: {_REMEDIES[dimension]}"
        return Lacking("slice", why)
    codes = ", ".join(f"{name} {code}" for name, code in ask.slice.given().items())
    return Lacking("slice", f"the statistics have no {what} of {codes} in {period}")
