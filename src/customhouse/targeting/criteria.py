"""Criteria of rules as they are written down: columns, lists, ranges, and their combinations.

    when:                                # all of its lines hold
      hs_code: ["8703", "8711"]          # HS codes begin with one of these
      partner: [VNM, MYS]                # any other column is one of these
      unit_value_cny: {below: 60}        # yuan a kilogram; also above, from (at least), up_to (at most)
      date: {from: 2025-03-01}
      consignment: {differs_from: partner}
      any:                               # one of these at least; also all: and not:
        - office: {not: ["5301"]}
        - declarant_id: {missing: true}
        - trader_id: {in_list: watched}  # a list that stands under `lists:` at the top
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from itertools import pairwise

from customhouse.targeting.listing import day_of
from customhouse.targeting.rules import Among, Condition, Either, Every, Missing, Not, Same, Within
from customhouse.targeting.told import Told

HS = "hs_code"
_ENDS = ("below", "above", "from", "up_to")
_WORDS = ("is", "not", "starts_with", "in_list", "not_in_list", "same_as", "differs_from", "missing", *_ENDS)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_CODE = re.compile(r"\d{2,10}")
Lists = Mapping[str, frozenset[str]]


def condition(told: Told, lists: Lists) -> Condition:
    """The condition that a mapping says. Raises TargetingError with its place."""
    members = told.parts("when")
    if not members:
        raise told.wrong("no criteria", "name a column, or any:, all:, not:")
    found = [_member(key, part, lists) for key, part in members.items()]
    if len(found) == 1:
        return found[0]
    _possible(found, told)
    return Every(tuple(found))


def _member(key: str, part: Told, lists: Lists) -> Condition:
    if key in ("any", "all"):
        inner = [condition(one, lists) for one in part.items(key)]
        if key == "all":
            _possible(inner, part)
        return Either(tuple(inner)) if key == "any" else Every(tuple(inner))
    if key == "not":
        return Not(condition(part, lists))
    if not isinstance(part.value, dict):
        return _among(key, part)
    if not part.value:
        raise part.wrong(f"{key} says nothing", "write a list, or {below: 5}")
    part.only(_WORDS)
    found: list[Condition] = [_said(key, word, one, lists) for word, one in part.value.items()
                              if word not in _ENDS]  # fmt: skip
    if any(word in part.value for word in _ENDS):
        found.append(_within(key, part))
    return found[0] if len(found) == 1 else Every(tuple(found))


def _said(column: str, word: str, part: Told, lists: Lists) -> Condition:
    if word in ("is", "not"):
        one = _among(column, part)
        return Not(one) if word == "not" else one
    if word == "starts_with":
        return Among(column, frozenset(item.text(column) for item in part.items(column)), True)
    if word in ("in_list", "not_in_list"):
        name = part.text("a list")
        if name not in lists:
            raise part.wrong(f"no list {name!r}", f"there are {', '.join(lists) or 'none'} under lists:")
        one = Among(column, _codes(column, lists[name], part), column == HS)
        return Not(one) if word == "not_in_list" else one
    if word == "missing":
        return Missing(column, part.flag("missing"))
    same = Same(column, part.text("a column"))
    return same if word == "same_as" else Not(same)


def _among(column: str, part: Told) -> Among:
    values = frozenset(item.text(column) for item in part.items(column))
    return Among(column, _codes(column, values, part), column == HS)


def _codes(column: str, values: frozenset[str], part: Told) -> frozenset[str]:
    """HS codes without their dots. Raises TargetingError for what is none."""
    if column != HS:
        return values
    found = frozenset(one.replace(".", "") for one in values)
    wrong = sorted(one for one in found if not _CODE.fullmatch(one))
    if wrong:
        raise part.wrong(f"{wrong[0]!r} begins no HS code", "give two to ten digits")
    return found


def _within(column: str, part: Told) -> Within:
    ends = {word: part.value[word] for word in _ENDS if word in part.value}
    for pair in (("below", "up_to"), ("above", "from")):
        if all(word in ends for word in pair):
            raise part.wrong(f"{column}: both {pair[0]} and {pair[1]}", "keep one")
    of_days = any(_DAY.match(str(one.value)) for one in ends.values())
    values = {word: float(_day(one)) if of_days else one.number(word) for word, one in ends.items()}
    low, high = values.get("above", values.get("from")), values.get("below", values.get("up_to"))
    found = Within(
        column, -math.inf if low is None else low, math.inf if high is None else high,
        open_low="above" in ends, open_high="below" in ends, of_days=of_days,
    )  # fmt: skip
    if found.empty:
        raise part.wrong(f"{column}: nothing lies in this range", "put the lower end first")
    return found


def _day(part: Told) -> int:
    return day_of(part.value, part.place)


def _possible(parts: list[Condition], told: Told) -> None:
    """Raises TargetingError for conditions on a column that cannot hold together."""
    ranges = sorted(_ranges(parts), key=lambda one: one.column)
    for column in {one.column for one in ranges}:
        mine = [one for one in ranges if one.column == column]
        met = mine[0]
        for one in mine[1:]:
            met = met.met(one)
        if met.empty:
            raise told.wrong(f"contradictory: {column} cannot lie in all of these ranges", "correct them")
    lists = sorted(_lists(parts), key=lambda one: one.column)
    for first, second in pairwise(lists):
        if first.column == second.column and not _common(first, second):
            raise told.wrong(f"contradictory: {first.column} cannot be in both lists", "use any:")


def _ranges(parts: list[Condition]) -> list[Within]:
    return [one for part in parts for one in _flat(part) if isinstance(one, Within)]


def _lists(parts: list[Condition]) -> list[Among]:
    return [one for part in parts for one in _flat(part) if isinstance(one, Among)]


def _flat(part: Condition) -> list[Condition]:
    return [one for inner in part.parts for one in _flat(inner)] if isinstance(part, Every) else [part]


def _common(first: Among, second: Among) -> bool:
    """Whether a text can be in both."""
    if not first.prefixes and not second.prefixes:
        return bool(first.values & second.values)
    for one in first.values:
        for other in second.values:
            if (first.prefixes and other.startswith(one)) or (second.prefixes and one.startswith(other)):
                return True
    return False


def lists(told: Told | None) -> Lists:
    """The named lists of a rulebook. Raises TargetingError."""
    if told is None:
        return {}
    return {
        name: frozenset(item.text(f"the list {name}") for item in part.items(f"the list {name}"))
        for name, part in told.parts("lists").items()
    }
