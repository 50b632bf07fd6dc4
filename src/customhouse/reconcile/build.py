"""From claims to the network: a variable for each figure, and the relations that hold by definition."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from typing import Any

from customhouse.model import Claim, Slice
from customhouse.period import Period
from customhouse.quantity import Interval
from customhouse.reconcile.constraints import Linear, Product
from customhouse.reconcile.network import (
    HUNDRED,
    MINUS_HUNDRED,
    NO_HIGH,
    NO_LOW,
    ZERO,
    Constraint,
    Fact,
    Key,
    Var,
)
from customhouse.reconcile.observe import CURRENCIES, Currencies, key_of

ADDITIVE = frozenset({"value", "quantity"})
"""Levels that add up over months and flows; counts of traders do not."""
BOUNDS: dict[str, tuple[Fact, Fact]] = {
    "level": (ZERO, NO_HIGH), "growth": (MINUS_HUNDRED, NO_HIGH), "share": (ZERO, HUNDRED),
    "multiple": (ZERO, NO_HIGH),
}
ANYTHING = (NO_LOW, NO_HIGH)


@lru_cache(maxsize=65536)
def with_flow(part: Slice, flow: str | None) -> Slice:
    """The slice with another flow."""
    return part if part.flow == flow else replace(part, flow=flow)


class Network:
    """Variables by key, constraints, and for each claim the variables that it bounds."""

    def __init__(self) -> None:
        self.vars: dict[Key, Var] = {}
        self.constraints: list[Constraint] = []
        self.statements: dict[int, list[tuple[Var, Interval | None]]] = defaultdict(list)
        self.claims: list[Claim] = []
        self._fresh: deque[Var] = deque()
        self._levels: dict[tuple[str, Slice, Period], list[Var]] = defaultdict(list)
        self._waiting: dict[tuple[str, Slice, Period], list[Var]] = defaultdict(list)
        self._linked: set[tuple[int, str | None]] = set()
        self._flows: dict[Key, dict[str, Var]] = defaultdict(dict)

    def var(self, key: Key) -> Var:
        """The variable of a key; a new one takes part in the relations that its kind has."""
        found = self.vars.get(key)
        if found is None:
            low, high = BOUNDS.get(key.kind, ANYTHING)
            if key.slice.flow == "balance" or (key.kind == "share" and key.of == "change"):
                low, high = ANYTHING
            found = self.vars[key] = Var(key, low, high)
            self._fresh.append(found)
        return found

    def add(self, constraint: Constraint) -> None:
        """A relation, known to each of its variables."""
        self.constraints.append(constraint)
        for var in constraint.vars:
            var.constraints.append(constraint)

    def bound(self, var: Var, claim: Claim, interval: Interval | None = None) -> None:
        """A claim says something of a variable: its figure, or the interval given."""
        if id(claim) not in self.statements:
            self.claims.append(claim)
        self.statements[id(claim)].append((var, interval))
        var.claims.append(claim)

    def settle(self) -> None:
        """Relate the variables that are new, and those that this brings about."""
        while self._fresh:
            var = self._fresh.popleft()
            if var.key.kind == "level":
                self._level(var)
            elif var.key.kind == "change":
                self._change(var)
            elif var.key.kind in ("gap", "growth_change", "share_change"):
                self._points(var)
            else:
                self._rate(var)

    def _level(self, var: Var) -> None:
        _, of, part, unit, period, _ = var.key
        place = (of, part, period)
        self._levels[place].append(var)
        for rate in self._waiting.get(place, ()):
            self._link(rate, unit)
        if of in ADDITIVE:
            self._by_flow(var)
        if of == "price":
            self._price(var)

    def _price(self, price: Var) -> None:
        """Price times quantity is value, where the units fit (USD/t)."""
        currency, _, unit = (price.key.unit or "").partition("/")
        value = self.vars.get(price.key._replace(of="value", unit=currency))
        quantity = self.vars.get(price.key._replace(of="quantity", unit=unit))
        if currency in CURRENCIES and value is not None and quantity is not None:
            self.add(Product("price", value, quantity, price, 0.0, 1.0))

    def _by_flow(self, var: Var) -> None:
        """Exports + imports = trade, exports - imports = balance, once two of them are known."""
        key, flow = var.key, var.key.slice.flow
        if flow not in ("exports", "imports", "trade", "balance"):
            return
        group = self._flows[key._replace(slice=with_flow(key.slice, None))]
        group[flow] = var
        done = "core" in group
        if not done and len(group) > 1:
            for name in ("exports", "imports", "trade"):
                group[name] = self.var(key._replace(slice=with_flow(key.slice, name)))
            group["core"] = group["trade"]
            terms = ((group["exports"], 1.0), (group["imports"], 1.0), (group["trade"], -1.0))
            self.add(Linear("flows", terms))
        if "balance" in group and "core" in group and (flow == "balance" or not done):
            self._balance(group["exports"], group["imports"], group["trade"], group["balance"])

    def _balance(self, exports: Var, imports: Var, trade: Var, balance: Var) -> None:
        """The balance, with what it says together with trade, which bounds alone would not find."""
        self.add(Linear("balance", ((exports, 1.0), (imports, -1.0), (balance, -1.0))))
        self.add(Linear("balance", ((trade, 1.0), (balance, 1.0), (exports, -2.0))))
        self.add(Linear("balance", ((trade, 1.0), (balance, -1.0), (imports, -2.0))))

    def _change(self, var: Var) -> None:
        key = Key("level", *var.key[1:5])
        now, then = self.var(key), self.var(key._replace(period=var.key.ref))
        self.add(Linear("change", ((now, 1.0), (then, -1.0), (var, -1.0))))

    def _points(self, var: Var) -> None:
        """A gap, a change of a growth rate or of a share: one rate less another."""
        kind, of, part, unit, period, ref = var.key
        if kind == "share_change":
            whole, base = ref
            here = Key("share", of, part, None, period, whole)
            there = here._replace(period=base)
        else:
            here = Key("growth", of, part, unit, period, period.year_earlier())
            there = here._replace(slice=ref) if kind == "gap" else \
                here._replace(period=ref, ref=ref.year_earlier())
        self.add(Linear(kind, ((self.var(here), 1.0), (self.var(there), -1.0), (var, -1.0))))

    def _rate(self, rate: Var) -> None:
        """Have a rate wait for either of the levels that it relates."""
        for place in _ends(rate.key):
            self._waiting[place].append(rate)
            for level in tuple(self._levels.get(place, ())):
                self._link(rate, level.key.unit)

    def _link(self, rate: Var, unit: str | None) -> None:
        kind, of, part, terms, period, ref = rate.key
        if kind != "share" and of in ("value", "price") and terms != unit:
            return
        if (id(rate), unit) in self._linked:
            return
        self._linked.add((id(rate), unit))
        level = Key("level", _level_of(of), part, unit, period)
        if kind in ("growth", "multiple"):
            start, scale = (1.0, 0.01) if kind == "growth" else (0.0, 1.0)
            self._product(kind, level, level._replace(period=ref), rate, start, scale)
        elif kind == "share" and of == "change":
            change = level._replace(kind="change", ref=period.year_earlier())
            self._product(kind, change, change._replace(slice=ref), rate, 0.0, 0.01)
        elif kind == "share":
            self._product(kind, level, level._replace(slice=ref), rate, 0.0, 0.01)
        else:
            base = period.year_earlier()
            change = level._replace(kind="change", ref=base)
            self._product(kind, change, level._replace(slice=ref, period=base), rate, 0.0, 0.01)

    def _product(self, code: str, result: Key, level: Key, rate: Var, start: float, scale: float) -> None:
        self.add(Product(code, self.var(result), self.var(level), rate, start, scale))


def _level_of(of: str) -> str:
    return "value" if of == "change" else of


def _ends(key: Key) -> list[tuple[str, Slice, Period]]:
    """The places of the levels that a rate relates."""
    of = _level_of(key.of)
    here = (of, key.slice, key.period)
    ref: Any = key.ref
    return [here, (of, key.slice, ref)] if isinstance(ref, Period) else [here, (of, ref, key.period)]


def observe(claims: Iterable[Claim], currencies: Currencies) -> Network:
    """A network with the variables that claims state and the direct relations between them."""
    network = Network()
    for claim in claims:
        key = key_of(claim, currencies)
        if key is not None:
            network.bound(network.var(key), claim)
    network.settle()
    return network
