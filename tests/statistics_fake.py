"""Statistics from a dictionary, for tests: exact monthly cells, added up in plain Python."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from customhouse.errors import VocabularyError
from customhouse.model import CellOrigin, Slice
from customhouse.period import Period
from customhouse.statistics import Known, Level, What
from customhouse.vocabulary import members, rows, split

DIMS = ("partner", "commodity", "enterprise", "region", "regime", "transport")
DIGITS = {"hs2": 2, "hs4": 4, "hs6": 6, "hs8": 8}


@dataclass(frozen=True)
class Cell:
    """Trade of one month at the finest level; `first` is the value as first published."""

    month: int
    flow: str
    value: int
    quantity: int = 0
    mass: int = 0
    traders: frozenset[str] = frozenset()
    first: int | None = None
    partner: str = "USA"
    commodity: str = "85423100"
    enterprise: str = "private"
    region: str = "CN-GD"
    regime: str = "general"
    transport: str = "water"


@dataclass
class FakeStatistics:
    """`step` is that of every cell, as from a rounded table; `holes` are (month) gaps."""

    cells: tuple[Cell, ...]
    currency: str = "CNY"
    step: int = 0
    quantity_unit: str = "unit"
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Codes of commodities and other groups with their members; digits are HS prefixes."""
    asked: int = 0

    def months(self) -> tuple[int, ...]:
        return tuple(sorted({c.month for c in self.cells}))

    def level(
        self, part: Slice, period: Period, what: What = "value", known: Known = "latest"
    ) -> Level | None:
        self.asked += 1
        if part.reporter is not None or not set(range(period.first, period.last + 1)) <= set(self.months()):
            return None
        tests = []
        for dimension in DIMS:
            code = getattr(part, dimension)
            if code is not None:
                test = self._test(dimension, code)
                if test is None:
                    return None
                tests.append((dimension, test))
        inside = [c for c in self.cells if period.first <= c.month <= period.last
                  and all(test(getattr(c, d), c.month) for d, test in tests)]
        return self._level(inside, part.flow or "trade", what, known)

    def parts(
        self, part: Slice, dimension: str, period: Period, what: What = "value", known: Known = "latest"
    ) -> Mapping[str, Level]:
        digits = DIGITS.get(dimension, 0)
        name = "commodity" if digits else dimension
        codes = {getattr(c, name)[: digits or None] for c in self.cells}
        found: dict[str, Level] = {}
        for code in sorted(codes):
            held = getattr(part, name)
            if held is not None and not (digits and held.isdigit() and code.startswith(held)):
                continue
            level = self.level(Slice(**{**part.given(), name: code}), period, what, known)
            if level is not None and level.origin.cells:
                found[code] = level
        return found

    def _test(self, dimension: str, code: str) -> Callable[[str, int], bool] | None:
        if code.startswith("!"):
            inner = self._test(dimension, code[1:])
            return None if inner is None else lambda value, month: not inner(value, month)
        if "+" in code:
            tests = [self._test(dimension, one) for one in code.split("+")]
            return lambda value, month: any(t(value, month) for t in tests if t)
        if code in self.groups:
            held = self.groups[code]
            return lambda value, month: value.startswith(held)
        if dimension == "commodity":
            return (lambda value, month: value.startswith(code)) if code.isdigit() else None
        if dimension == "partner":
            try:
                members(code, 2025 * 12)
            except VocabularyError:
                return lambda value, month: value == code
            return lambda value, month: value in members(code, month)
        if dimension == "region":
            macros = {r["code"]: split(r["parent"]) for r in rows("regions")}
            return lambda value, month: value == code or code in macros.get(value, ())
        return lambda value, month: value == code

    def _level(self, inside: Iterable[Cell], flow: str, what: What, known: Known) -> Level | None:
        signs = {"exports": {"exports": 1}, "imports": {"imports": 1}, "trade": {"exports": 1, "imports": 1},
                 "balance": {"exports": 1, "imports": -1}}[flow]
        used = [c for c in inside if c.flow in signs]
        origin = CellOrigin("fake", (1,), len(used))
        if what == "traders":
            return Level(Fraction(len(frozenset().union(*(c.traders for c in used)))), "enterprise", origin)
        if what == "partners":
            return Level(Fraction(len({c.partner for c in used})), "partner", origin)
        if what == "lines":
            return Level(Fraction(len(used)), "line", origin)
        if what == "quantity" and not self.quantity_unit:
            return None
        amounts = {"value": lambda c: c.first if known == "first" and c.first is not None else c.value,
                   "quantity": lambda c: c.quantity, "mass": lambda c: c.mass}[what]
        unit = {"value": self.currency, "quantity": self.quantity_unit, "mass": "kg"}[what]
        total = sum(amounts(c) * signs[c.flow] for c in used)
        step = Fraction(self.step if what == "value" else 0)
        return Level(Fraction(total), unit, origin, step, max(len(used), 1))
