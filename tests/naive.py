"""A naive oracle: what becomes of declared lines, worked out in plain Python from the rules in words.

It shares the lists of codes with the program, and nothing else: no engine, no expression, no mask.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

from customhouse.period import month as month_number
from customhouse.period import parse_month
from customhouse.records.schema import CELL_KEYS, RECORD_COLUMNS
from customhouse.vocabulary import codes, hs
from customhouse.vocabulary.tables import rows

Line = dict[str, Any]
Key = tuple[str, int]
AMOUNTS = ("value_cents", "quantity_milli", "supplementary_milli", "net_mass_g")
_LARGEST = 10**12
_DIMENSIONS = {
    "partner": "partner",
    "consignment": "partner",
    "region": "region",
    "enterprise": "enterprise",
    "regime": "regime",
    "transport": "transport",
}


@dataclass
class Judged:
    """A line after validation: its record, why it is rejected, what makes it suspicious."""

    record: Line
    reasons: set[str]
    flags: set[str]
    cancels: bool = False
    cancelled: bool = False

    @property
    def counts(self) -> bool:
        """Whether it is part of the statistics, unless a later one has its key."""
        return not (self.reasons or self.cancels or self.cancelled)

    @property
    def key(self) -> Key:
        return self.record["declaration_id"], self.record["line"]

    @property
    def content(self) -> tuple[Any, ...]:
        return tuple(self.record[name] for name in RECORD_COLUMNS if name != "flags")


@dataclass
class Outcome:
    """What a load does: every line with its verdict; the cells of the months that it touches."""

    lines: list[Judged] = field(default_factory=list)
    cells: dict[int, dict[tuple[Any, ...], tuple[Any, ...]]] = field(default_factory=dict)


class Office:
    """A statistics office that works by hand: takes loads one after another and compiles their months."""

    def __init__(self, today: date) -> None:
        self.today = today
        self.kept: dict[int, dict[Key, Judged]] = defaultdict(dict)

    def load(self, lines: Iterable[Line]) -> Outcome:
        """Validate lines, set copies aside, look for outliers, compile."""
        outcome = Outcome()
        by_month: dict[int | None, list[Judged]] = defaultdict(list)
        for line in lines:
            month = _month(line["date"], self.today)
            by_month[month].append(judge(line, month, self.today))
        for month, judged in by_month.items():
            outcome.lines += judged
            if month is not None:
                self._cancel(judged, self.kept[month])
                self._settle(judged, self.kept[month])
                if any(not one.reasons for one in judged):
                    good = [one for one in judged if one.counts]
                    fence(good)
                    self.kept[month].update({one.key: one for one in good})
                    outcome.cells[month] = compiled(one.record for one in self.kept[month].values())
        return outcome

    def records(self, first: int, last: int) -> list[Line]:
        """The records of some months."""
        return [one.record for month in range(first, last + 1) for one in self.kept[month].values()]

    @staticmethod
    def _cancel(judged: Sequence[Judged], stored: dict[Key, Judged]) -> None:
        """What others of the load cancel, or what they cancel of what is stored."""
        good = [one for one in judged if one.counts]
        cancelling = [one for one in judged if one.cancels and not one.reasons]
        there = {one.key for one in good} | stored.keys()
        for one in cancelling:
            one.reasons |= set() if one.key in there else {"nothing_to_cancel"}
        gone = {one.key for one in cancelling} & there
        for one in good:  # beside an earlier line it is that which is cancelled, and this one stands anew
            one.cancelled = one.key in gone and one.key not in stored
        for key in gone:
            stored.pop(key, None)

    @staticmethod
    def _settle(judged: Sequence[Judged], stored: dict[Key, Judged]) -> None:
        """Copies of one another or of what is stored."""
        by_key: dict[Key, list[Judged]] = defaultdict(list)
        for one in judged:
            if one.counts:
                by_key[one.key].append(one)
        for key, copies in by_key.items():
            before = stored.get(key)
            if len({one.content for one in copies}) > 1:
                for one in copies:
                    one.reasons.add("conflicting_duplicate")
            elif before is not None and before.content == copies[0].content:
                for one in copies:
                    one.reasons.add("duplicate")
            else:
                for one in copies[1:]:
                    one.reasons.add("duplicate")
                if before is not None:
                    copies[0].flags.add("amended")


def judge(line: Line, month: int | None, today: date) -> Judged:
    """A line by all rules that need no other line."""
    at = month_number(today.year, today.month) if month is None else month
    record: Line = {name: line.get(name) or None for name in RECORD_COLUMNS}
    record |= {
        "declaration_id": line["declaration_id"] or None,
        "line": line["line"],
        "date": line["date"],
        "currency": line.get("currency") or "CNY",
        "flags": None,
    }
    reasons, kinds = set(), []
    for unit, column, amount in (
        ("quantity_unit", "quantity_milli", "quantity"),
        ("supplementary_unit", "supplementary_milli", "supplementary_quantity"),
    ):
        whole = _whole(line.get(amount), 1000)
        known = hs.units().get(codes.table("own", "unit", at).get(line.get(unit) or "", ""))
        if known is None and (line.get(unit) or whole is not None):
            reasons.add("unit_unknown")
        if known is not None and whole is not None and whole >= 0:
            whole = _half_up(whole * known.factor)
            whole = whole if whole <= _LARGEST * 1000 else -2
        if whole is not None and whole < 0:
            reasons.add("quantity_invalid")
        record |= {column: whole, unit: known.base if known else None}
        kinds.append(known.measures if known else None)
    record |= {
        "value_cents": _whole(line.get("value"), 100),
        "net_mass_g": _whole(line.get("net_mass_kg"), 1000),
    }
    both = _whole(line.get("value_cif"), 100), _whole(line.get("value_fob"), 100)
    reasons |= _of_header(record, at, today) | _of_codes(record, at) | _of_amounts(record, *both)
    reasons |= _of_goods(record["hs_code"], kinds, at)
    flags = _flags(record, at, *both)
    if record["flow"] == "imports" and record["partner"] == "CHN":
        record["flow"] = "re_imports"
    function = line.get("function") or None
    if function in ("cancellation", "1", "3"):
        naming = {"declaration_missing", "line_invalid", "date_invalid", "date_in_future"}
        return Judged(record, reasons & naming, {"cancels"}, cancels=True)
    if function not in (None, "original", "amendment", "9", "4", "5"):
        reasons.add("function_unknown")
    return Judged(record, reasons, flags)


def _of_header(record: Line, month: int, today: date) -> set[str]:
    basis = record["basis"]
    return {
        rule
        for rule, broken in {
            "declaration_missing": record["declaration_id"] is None,
            "line_invalid": record["line"] is None or record["line"] < 1,
            "date_invalid": record["date"] is None,
            "date_in_future": record["date"] is not None and record["date"] > today,
            "flow_unknown": record["flow"] not in ("exports", "imports", "re_exports", "re_imports"),
            "currency_unknown": record["currency"] not in _currencies(month),
            "basis_unknown": basis is not None and basis not in ("CIF", "FOB"),
        }.items()
        if broken
    }


def _of_codes(record: Line, month: int) -> set[str]:
    reasons = {
        f"{name}_unknown"
        for name, dimension in _DIMENSIONS.items()
        if record[name] is not None and record[name] not in _listed(dimension, month)
    }
    return reasons | ({"partner_missing"} if record["partner"] is None else set())


def _of_amounts(record: Line, cif: int | None, fob: int | None) -> set[str]:
    values = (record["value_cents"], cif, fob)
    return {
        rule
        for rule, broken in {
            "value_invalid": values[0] in (None, 0) or -1 in values,
            "value_out_of_range": -2 in values,
            "cif_below_fob": cif is not None and fob is not None and 0 <= cif < fob,
            "mass_invalid": (record["net_mass_g"] or 0) < 0,
        }.items()
        if broken
    }


def _of_goods(code: str | None, kinds: Sequence[str | None], month: int) -> set[str]:
    if code is None or not (code.isascii() and code.isdigit() and 6 <= len(code) <= 10):
        reasons = {"hs_invalid"}
    else:
        listed = code[:6] in hs.codes(month) or code[:2] in hs.NATIONAL
        if _unzeroed(code, month) and (len(code) == 7 or code[:6] not in hs.codes(month)):
            reasons = {"hs_zero_lost"}
        else:
            reasons = set() if listed or month < month_number(2007, 1) else {"hs_not_valid_then"}
    standard = hs.unit(code[:6]) if code and code[:6] in hs.codes(month) else None
    if standard:
        own = hs.units()[standard].measures
        reasons |= {"unit_does_not_fit" for kind in kinds if kind not in (None, "mass", own)}
    return reasons


def _unzeroed(code: str, month: int) -> bool:
    return len(code) in (7, 9) and f"0{code[:5]}" in hs.codes(month)


def _not_listed(code: str, month: int) -> bool:
    usable = code.isascii() and code.isdigit() and 6 <= len(code) <= 10
    return usable and code[:6] not in hs.codes(month) and code[:2] not in hs.NATIONAL


def _odd_and_doubtful(code: str, month: int) -> bool:
    usable = code.isascii() and code.isdigit() and len(code) == 9
    return usable and _unzeroed(code, month) and code[:6] in hs.codes(month)


def _flags(record: Line, month: int, cif: int | None, fob: int | None) -> set[str]:
    inward = record["flow"] in ("imports", "re_imports")
    quantity, mass = record["quantity_milli"], record["net_mass_g"]
    usual = "CIF" if inward else "FOB"
    same = {"CIF": cif, "FOB": fob}.get(record["basis"])
    apart = quantity is not None and mass is not None and abs(quantity - mass) * 10 > mass
    return {
        rule
        for rule, there in {
            "quantity_missing": quantity is None and mass is None,
            "trader_missing": record["trader_id"] is None,
            "basis_unusual": record["flow"] is not None and record["basis"] in ({"CIF", "FOB"} - {usual}),
            "mass_above_quantity": record["quantity_unit"] == "kg" and apart,
            "value_unlike": same not in (None, record["value_cents"]),
            "hs_zero_doubtful": _odd_and_doubtful(record["hs_code"] or "", month),
            "hs_edition_unknown": month < 2007 * 12 and _not_listed(record["hs_code"] or "", month),
        }.items()
        if there
    }


def fence(lines: Sequence[Judged]) -> None:
    """Flag unit values (logarithms) three interquartile ranges beyond the quartiles of 12 lines or more."""
    strata: dict[tuple[Any, ...], list[tuple[float, Judged]]] = defaultdict(list)
    for one in lines:
        record = one.record
        if record["quantity_milli"]:
            price = math.log(record["value_cents"] * 10 / record["quantity_milli"])
            strata[record["flow"], record["hs_code"][:8], record["quantity_unit"]].append((price, one))
    for members in strata.values():
        prices = sorted(price for price, _ in members)
        if len(prices) >= 12:
            lower, upper = (_quantile(prices, share) for share in (0.25, 0.75))
            reach = max(3 * (upper - lower), 0.01)
            for price, one in members:
                if not lower - reach <= price <= upper + reach:
                    one.flags.add("unit_value_outlier")


def compiled(records: Iterable[Line]) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """Cells: by `CELL_KEYS` the four sums (None where no line tells), the number of lines, of traders."""
    groups: dict[tuple[Any, ...], list[Line]] = defaultdict(list)
    for record in records:
        named = record | {"hs8": record["hs_code"][:8]}
        groups[tuple(named[key] for key in CELL_KEYS)].append(record)
    return {
        key: (
            *(total(inside, name) for name in AMOUNTS),
            len(inside),
            len({record["trader_id"] for record in inside} - {None}),
        )
        for key, inside in groups.items()
    }


def total(records: Iterable[Line], name: str) -> int | None:
    """The sum of the amounts that are there; None where none is."""
    known = [record[name] for record in records if record[name] is not None]
    return sum(known) if known else None


def tally(outcome: Outcome) -> Counter[str]:
    """How often each reason was given; flags count on accepted lines alone."""
    return Counter(rule for one in outcome.lines for rule in (one.reasons or one.flags))


def _quantile(ordered: Sequence[float], share: float) -> float:
    place = share * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def _whole(amount: Decimal | None, scale: int) -> int | None:
    """Halves up; -1 for what cannot be, -2 for what is too large."""
    if amount is None:
        return None
    if amount < 0:
        return -1
    return -2 if amount > _LARGEST else _half_up(Fraction(amount) * scale)


def _half_up(number: Fraction) -> int:
    return math.floor(number + Fraction(1, 2))


def _month(day: date | None, today: date) -> int | None:
    """The month of a day, None for a day of a month that has not begun."""
    if day is None:
        return None
    month = month_number(day.year, day.month)
    return month if month <= month_number(today.year, today.month) else None


@cache
def _listed(dimension: str, month: int) -> frozenset[str]:
    notes = codes.notes("own", dimension, month)
    known = {code for code in codes.table("own", dimension, month) if notes.get(code) != "not_yet_valid"}
    return frozenset(known) & codes.single(dimension)


@cache
def _currencies(month: int) -> frozenset[str]:
    return frozenset(
        row["code"]
        for row in rows("currencies")
        if (not row["to"] or month <= parse_month(row["to"]))
        and (not row["from"] or parse_month(row["from"]) <= month)
    )
