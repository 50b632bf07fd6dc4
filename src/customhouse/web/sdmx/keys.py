"""What a query narrows data down to: series keys with wildcards, and conditions on components.

A key has a place for each dimension but time, apart with dots: `M.CHN.exports.USA+JPN.*`. A place that is
empty or `*` takes each single code; places left out at the end do too. Several keys stand apart with
commas. Conditions are those of `c[PARTNER]=ne:USA,sw:A`: a comma is or, a plus is and.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from customhouse.errors import PeriodError
from customhouse.period import Period
from customhouse.web.problems import Problem
from customhouse.web.sdmx.model import COMPONENTS, IDS
from customhouse.web.sdmx.times import parse_period

EVERY = "*"
OPERATORS = ("eq", "ne", "lt", "le", "gt", "ge", "co", "nc", "sw", "ew")
MOST_KEYS = 100
MOST_CODES = 5000
_CODE = re.compile(r"[A-Za-z0-9_@$-]+")
_AND = re.compile(r"\+(?!\d\d:\d\d)")
"""The plus between conditions; one before hours is that of a time zone."""
_FILTERED = frozenset(one.id for one in COMPONENTS)
_NUMBERS = ("OBS_VALUE", "STEP", "UNIT_MULT")


@dataclass(frozen=True, slots=True)
class Place:
    """What a key asks of one dimension: the codes that are named, and whether each single code is meant."""

    codes: tuple[str, ...] = ()
    every: bool = False

    def __str__(self) -> str:
        return "+".join([*([EVERY] if self.every else []), *self.codes])


ALL = Place(every=True)
Key = tuple[Place, ...]


def parse_keys(text: str) -> tuple[Key, ...]:
    """The keys of a query. Raises Problem (400, 413)."""
    parts = text.split(",")
    if len(parts) > MOST_KEYS:
        raise Problem(413, f"key: {len(parts)} keys; ask for {MOST_KEYS} at the most at a time")
    return tuple(dict.fromkeys(_key(part) for part in parts))


def print_keys(keys: Sequence[Key]) -> str:
    """Keys as a query has them."""
    return ",".join(".".join(map(str, key)) for key in keys)


def _key(text: str) -> Key:
    """One key, filled up with wildcards. Raises Problem (400)."""
    if text.strip() in ("", "all"):
        return (ALL,) * len(IDS)
    places = text.split(".")
    if len(places) > len(IDS):
        raise Problem(
            400, f"key {_short(text)!r}: {len(places)} places; the dimensions are {'.'.join(IDS)}, as in "
            "M.CHN.exports.USA._T._T._T._T._T.VALUE_CNY",
        )  # fmt: skip
    found = [_place(id, place) for id, place in zip(IDS, places, strict=False)]
    return (*found, *[ALL] * (len(IDS) - len(found)))


def _place(dimension: str, text: str) -> Place:
    codes = text.strip().split("+")
    if len(codes) > MOST_CODES:
        raise Problem(413, f"key: {len(codes)} codes of {dimension}; ask for {MOST_CODES} at the most")
    for code in codes:
        if code not in ("", EVERY) and not _CODE.fullmatch(code):
            raise Problem(
                400, f"key: {_short(code)!r} for {dimension}: no code; codes are letters, digits, _ - @ $"
            )
    every = EVERY in codes or codes == [""]
    return Place(tuple(dict.fromkeys(code for code in codes if code not in ("", EVERY))), every)


@dataclass(frozen=True, slots=True)
class Condition:
    """What a component must be: any of `either`, each of which is operators with values that all hold."""

    component: str
    either: tuple[tuple[tuple[str, str], ...], ...]

    def __str__(self) -> str:
        told = ["+".join(_told(*one) for one in all_of) for all_of in self.either]
        return f"c[{self.component}]={','.join(told)}"

    def named(self) -> tuple[str, ...]:
        """The codes that it names as such."""
        found = (value for all_of in self.either for operator, value in all_of if operator == "eq")
        return tuple(dict.fromkeys(found))

    @property
    def open(self) -> bool:
        """Whether codes that it does not name can hold."""
        return any(all(operator != "eq" for operator, _ in all_of) for all_of in self.either)

    def holds(self, value: str | None) -> bool:
        """Whether a code, or a number as text, is as it must be; nothing is only unlike something."""
        number = self.component in _NUMBERS
        return any(
            all(_holds(operator, value, than, number) for operator, than in all_of) for all_of in self.either
        )

    def holds_of(self, period: Period) -> bool:
        """The same of a period: one is before another where it ends before that begins."""
        return any(
            all(_in_time(operator, period, than) for operator, than in all_of) for all_of in self.either
        )


Conditions = Mapping[str, Condition]


def parse_conditions(parameters: Iterable[tuple[str, str]]) -> dict[str, Condition]:
    """The conditions among parameters of an address. Raises Problem (400)."""
    found: dict[str, Condition] = {}
    for name, text in parameters:
        match = re.fullmatch(r"c\[(.*)\]", name)
        if not match:
            continue
        component = match[1]
        if component not in _FILTERED:
            known = ", ".join(sorted(_FILTERED))
            raise Problem(400, f"c[{_short(component)}]: no such component; there are {known}")
        if component in found:
            raise Problem(400, f"c[{component}]: given twice; give it once, with commas for or, plus for and")
        found[component] = _condition(component, text)
    return found


def between(start: str | None, end: str | None) -> Condition | None:
    """The condition that startPeriod and endPeriod make. Raises Problem (400)."""
    told = [*([f"ge:{start}"] if start else []), *([f"le:{end}"] if end else [])]
    return _condition("TIME_PERIOD", "+".join(told)) if told else None


def _condition(component: str, text: str) -> Condition:
    either = []
    for part in text.split(","):
        all_of = tuple(_operator(component, one) for one in _AND.split(part))
        either.append(all_of)
    if sum(map(len, either)) > MOST_CODES:
        raise Problem(413, f"c[{component}]: more than {MOST_CODES} values; ask for fewer at a time")
    return Condition(component, tuple(either))


def _operator(component: str, text: str) -> tuple[str, str]:
    operator, colon, value = text.strip().partition(":")
    if not colon or operator not in OPERATORS:
        operator, value = "eq", text.strip()
    if not value:
        raise Problem(400, f"c[{component}]: a value is missing; write c[{component}]=ge:A+le:B or =A,B")
    if component == "TIME_PERIOD":
        _period(value)
    elif component in _NUMBERS and _number(value) is None:
        raise Problem(400, f"c[{component}]: {_short(value)!r} is no number; write c[{component}]=ge:10.5")
    return operator, value


def _told(operator: str, value: str) -> str:
    plain = operator == "eq" and value.partition(":")[0] not in OPERATORS
    return value if plain else f"{operator}:{value}"


def _holds(operator: str, value: str | None, than: str, number: bool) -> bool:
    if value is None:
        return operator in ("ne", "nc")
    if operator in ("co", "nc"):
        return (than in value) == (operator == "co")
    if operator in ("sw", "ew"):
        return value.startswith(than) if operator == "sw" else value.endswith(than)
    if number:
        left, right = _number(value) or Decimal(0), _number(than) or Decimal(0)
        return _compared(operator, (left > right) - (left < right))
    return _compared(operator, (value > than) - (value < than))


def _in_time(operator: str, period: Period, text: str) -> bool:
    than = _period(text)
    if operator in ("eq", "ne"):
        return (period == than) == (operator == "eq")
    if operator in ("lt", "gt"):
        return period.last < than.first if operator == "lt" else period.first > than.last
    if operator in ("le", "ge"):
        return period.last <= than.last if operator == "le" else period.first >= than.first
    raise Problem(400, f"c[TIME_PERIOD]: {operator}: does not go with periods; use eq, ne, lt, le, gt or ge")


def _compared(operator: str, sign: int) -> bool:
    return {
        "eq": sign == 0, "ne": sign != 0, "lt": sign < 0, "le": sign <= 0, "gt": sign > 0, "ge": sign >= 0,
    }[operator]  # fmt: skip


def _period(text: str) -> Period:
    try:
        return parse_period(text)
    except PeriodError as error:
        raise Problem(400, f"TIME_PERIOD: {error}") from error


def _number(text: str) -> Decimal | None:
    try:
        found = Decimal(text)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}..."
