"""What is known of a declaration's topic, as a sentence's code and the numbers for its places.

A fact is the same in every language; `wording` says it. Figures of other traders come from `comparable`
alone, which tells no more than may be shown, and are rounded there.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from customhouse.targeting.coding import texts
from customhouse.targeting.columns import numbers
from customhouse.targeting.why.comparable import YEAR, Comparable
from customhouse.targeting.why.disclosure import Rate, about
from customhouse.targeting.why.topics import OTHER, coarser, goods, own, parts_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from customhouse.targeting.history import Codes, Floats, Whole

TAIL = 0.25
"""An amount among so many of the lowest or highest is told so."""
_TELLING = 0.2
"""A bound instead of a rate tells something up to this."""
_USUAL = {"price": "hs8_origin", "weight": "hs8", "value": "trader", "duty": "hs8"}
"""What an amount is compared by, where the amount itself leads and no peers do."""
_OWN = {
    "price": ("trader_hs8", "trader_hs4"), "weight": ("trader_hs8", "trader"), "value": ("trader",),
    "duty": ("trader_hs4",),
}  # fmt: skip
_GOODS = "hs8_origin"
_BY_GOODS = ("price", "duty")
_TOO_WIDE = "hs2"
"""Goods that are too unlike one another for their amounts to be compared."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A sentence (a code of `targeting_reasons.csv`) and what fills its places.

    `together`: by itself it points the other way, and counts only with the rest of the declaration.
    """

    code: str
    places: Mapping[str, Any] = field(default_factory=dict)
    together: bool = False

    @property
    def plain(self) -> bool:
        """Whether it shows nothing unusual of the declaration by itself, or may not show it."""
        return self.together or self.code in (OTHER, "shared_withheld")

    def same(self, other: Fact) -> bool:
        """Whether another says nothing beyond this one, of a part of the trader's declarations or of all.

        A new trader is new with all goods and origins; a record all with the same goods is told once.
        """
        if self.code != other.code or not self.code.startswith("own_"):
            return self == other
        if self.code == "own_new":
            return not (self.places["scope"].parts and other.places["scope"].parts)
        told = [{name: one for name, one in fact.places.items() if name != "scope"} for fact in (self, other)]
        return told[0] == told[1]


@dataclass(frozen=True, slots=True)
class Scope:
    """What a figure is of: attributes and their values, such as hs4 6109 and origin VNM."""

    parts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """Declarations to give reasons for, and the past that they are compared with."""

    past: Comparable
    moments: Whole
    codes: Mapping[str, Codes]
    texts: Mapping[str, NDArray[np.str_]]
    amounts: Mapping[str, Floats]

    @classmethod
    def of(cls, past: Comparable, frame: Any, moments: Whole) -> Asked:
        """Rows of a narwhals frame at their moments. Raises TargetingError."""
        coders = past.memory.coders
        said = {name: texts(frame, name, column).rows() for name, column in coders.columns.items()}
        return cls(past, moments, coders.codes(frame), said, _amounts(frame))

    def fact(self, row: int, topic: str, key: str, sign: float = 1.0) -> Fact:
        """What is known of a row's topic, whose key adds most; `sign` is that of what the topic adds."""
        if topic in _USUAL:
            return self._amount(row, topic, key, sign)
        if not key:
            return self._alone(row, topic)
        if self._code(row, key) < 0:
            return Fact("missing", {"attribute": self._lacking(row, key)})
        return self._own(row, key, sign) if own(key) else self._shared(row, key, sign)

    def _code(self, row: int, key: str) -> int:
        return int(self.codes[key][row])

    def _trader(self, row: int) -> int:
        return self._code(row, "trader") if "trader" in self.codes else -1

    def _scope(self, row: int, key: str) -> Scope:
        """What a key is of, the trader left out."""
        return Scope(tuple((part, str(self.texts[part][row])) for part in parts_of(key) if part != "trader"))

    def _lacking(self, row: int, key: str) -> str:
        return next((part for part in parts_of(key) if self._code(row, part) < 0), key)

    def _own(self, row: int, key: str, sign: float) -> Fact:
        """The record of the trader itself."""
        code, moment = self._code(row, key), int(self.moments[row])
        lodged, scope = self.past.declarations(key, code, moment), self._scope(row, key)
        if not lodged:
            return Fact("own_new", {"scope": scope})
        year, ever = (self.past.record(key, code, moment, days) for days in (YEAR, None))
        if not ever.inspected:
            return Fact("own_uninspected", {"count": lodged, "scope": scope})
        return self._recorded("own", year if year.inspected else ever, row, scope, sign, not year.inspected)

    def _recorded(self, kind: str, found: Rate, row: int, scope: Scope, sign: float, before: bool) -> Fact:
        code = f"{kind}_{'record' if found.frauds else 'clean'}{'_before' if before else ''}"
        places = {"inspected": found.inspected, "frauds": found.frauds, "scope": scope}
        overall = self.past.overall(int(self.moments[row]))
        if overall is None or self.past.few(overall):
            return Fact(code, places)
        return Fact(code, places | {"overall": overall.rate}, (found.rate - overall.rate) * sign <= 0)

    def _shared(self, row: int, key: str, sign: float) -> Fact:
        """The record of other traders' declarations, as deep as it may be shown."""
        moment, trader = int(self.moments[row]), self._trader(row)
        if not self.past.declarations(key, self._code(row, key), moment):
            return self._first(row, key)
        for one in coarser(key, self.past.memory.ledgers):
            code = self._code(row, one)
            found = self.past.others(one, code, moment, trader)
            fact = None if found is None else self._rated(found, row, self._scope(row, one), sign)
            if fact is not None:
                return fact
            count = self.past.uninspected(one, code, moment, trader)
            if count is not None:
                return Fact("shared_uninspected", {"about": count, "scope": self._scope(row, one)})
        return Fact("shared_withheld", {"scope": self._scope(row, key)})

    def _first(self, row: int, key: str) -> Fact:
        scope = self._scope(row, key)
        if "declarant" not in parts_of(key):
            return Fact("shared_new", {"scope": scope})
        return Fact("declarant_new", {"scope": Scope(tuple(o for o in scope.parts if o[0] != "declarant"))})

    def _rated(self, found: Rate, row: int, scope: Scope, sign: float) -> Fact | None:
        places: dict[str, Any] = {"inspections": about(found.inspected), "scope": scope}
        overall = self.past.overall(int(self.moments[row]))
        told = None if overall is None or self.past.few(overall) else overall.rate
        if told is not None:
            places["overall"] = told
        if not self.past.few(found):
            against = told is not None and (found.rate - told) * sign <= 0
            return Fact("shared_record", places | {"rate": found.rate}, against)
        bound = self.past.disclosure.cell / found.inspected
        if bound > _TELLING:
            return None
        clean = found.frauds < found.inspected / 2
        whole = math.ceil(100 * bound) / 100
        code, rate = ("shared_few", whole) if clean else ("shared_most", 1 - whole)
        return Fact(code, places | {"rate": rate}, clean == (sign > 0))

    def _amount(self, row: int, topic: str, key: str, sign: float) -> Fact:
        """The price, the weight, the value or the duty, beside the trader's own before or those of others."""
        mine = float(self.amounts[topic][row])
        if topic == "duty" and (not key or mine != mine):
            return self._due(row)
        if mine != mine:
            return Fact(f"{topic}_missing")
        for one in self._peers(topic, key or _USUAL[topic]):
            fact = (self._beside_own if own(one) else self._beside)(row, topic, one, mine, sign)
            if fact is not None:
                return fact
        return Fact(f"{topic}_alone", {topic: mine})

    def _peers(self, topic: str, key: str) -> list[str]:
        """The keys that an amount is compared by, in turn: first its own, then coarser ones.

        Prices and rates of duty say nothing beside those of other goods, not even of the same trader.
        """
        there = self.past.memory.ledgers
        mine = [one for one in (key, *_OWN[topic]) if own(one) and (goods(one) or topic not in _BY_GOODS)]
        wide = coarser(_GOODS if own(key) else key, there)
        others = [] if topic == "value" else [one for one in wide if one != _TOO_WIDE]
        both = [*mine, *others] if key in mine else [*others, *mine]
        return [one for one in dict.fromkeys(both) if one in there]

    def _beside_own(self, row: int, topic: str, key: str, mine: float, sign: float) -> Fact | None:
        code = self._code(row, key)
        found = self.past.own(topic, key, code, int(self.moments[row]), mine) if code >= 0 else None
        if found is None:
            return None
        median = float(f"{found.median:.9g}")  # amounts come out of sums with those of others
        places = {topic: mine, f"typical_{topic}": median, "count": found.count}
        against = topic == "value" and (mine - median) * sign <= 0
        name = f"{topic}_own" if found.count > 1 else f"{topic}_own_one"
        return Fact(name, places | {"scope": self._scope(row, key)}, against)

    def _beside(self, row: int, topic: str, key: str, mine: float, _: float) -> Fact | None:
        code = self._code(row, key)
        if code < 0:
            return None
        found = self.past.typical(topic, key, code, int(self.moments[row]), mine, self._trader(row))
        if found is None:
            return None
        places: dict[str, Any] = {topic: mine, "scope": self._scope(row, key), "about": found.count}
        low, high = found.below <= TAIL, found.below >= 1 - TAIL
        end = {"low": found.below} if low else {"high": 1 - found.below} if high else {}
        return Fact(f"{topic}_others", places | {f"typical_{topic}": found.median} | end, not end)

    def _due(self, row: int) -> Fact:
        rate, due = (float(self.amounts[name][row]) for name in ("duty", "due"))
        known = {name: value for name, value in (("duty", rate), ("due", due)) if value == value}
        return Fact("_".join(("duty", *known)) if known else "duty_missing", known)

    def _alone(self, row: int, topic: str) -> Fact:
        """What a declaration itself says of a topic without peers."""
        if topic == "accredited":
            said = float(self.amounts["aeo"][row])
            return Fact("accredited_missing" if said != said else "accredited" if said else "accredited_not")
        if topic == "route" and {"origin", "consignment"} <= self.texts.keys():
            origin, through = (str(self.texts[name][row]) for name in ("origin", "consignment"))
            if origin and through:
                places = {"origin": origin, "through": through}
                return Fact("route_direct" if origin == through else "route_through", places)
        return Fact(OTHER)


def _amounts(frame: Any) -> dict[str, Floats]:
    """What a declaration declares, as `comparable.AMOUNTS` and the duty due; NaN where it is none."""
    import numpy as np

    def column(name: str, positive: bool = False) -> Floats:
        found = numbers(frame[name], name) if name in frame.columns else np.full(len(frame), np.nan)
        return np.where(np.isfinite(found) & ((found > 0) | (not positive)), found, np.nan)

    value, mass = column("value_cny", positive=True), column("net_mass_kg", positive=True)
    return {
        "price": value / mass, "weight": mass, "value": value, "duty": column("duty_rate"),
        "due": column("duty_cny"), "aeo": column("aeo"),
    }  # fmt: skip
