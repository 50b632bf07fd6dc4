"""Levels that a record or a run is about: figures of their own only where no level is told beside them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise

from customhouse.model import Claim
from customhouse.reader.drafts import Draft
from customhouse.reader.senses import Sense
from customhouse.reader.tokens import Number, Sentence
from customhouse.vocabulary import pattern

_BESIDE = 24
_STOPS = ";.\uff0c\uff1b\u3002"
_FIRST = 36
"""Characters between a level and the words that it was reached for the first time."""
_NEAR = 1.5
"""How many times a threshold the level may be that a text has told for it."""
_LEVELS = {"money": "value", "mass": "quantity", "count": "count"}
"""What a threshold of a kind is a figure of."""


def settled(drafts: list[Draft], sentence: Sentence) -> list[Draft]:
    """The drafts but for levels that say what a streak is about (`over 10 trillion for eight quarters`), and
    with those that a Chinese record names (`first above 4 trillion`)."""
    drop = {id(d) for streak in drafts if streak.sense.measure == "streak" for d in drafts
            if _of_streak(d, streak, sentence)}
    found: list[Draft] = []
    for draft in drafts:
        if id(draft) not in drop:
            found += [draft, *_reached(draft)]
    return found


def unless_told(claims: list[Claim]) -> list[Claim]:
    """The claims but for levels reached for the first time where the text tells a level that may be meant
    (`11.84 trillion, above 11 trillion for the first time`): they are the threshold of the record."""
    records = dict(_of_records(claims))
    told = _told(claim for at, claim in enumerate(claims) if at not in records)
    drop = {at for at in records if _is_told(claims[at], told)}
    thresholds = {records[at]: claims[at].value for at in drop}
    return [replace(claim, threshold=thresholds.get(at, claim.threshold))
            for at, claim in enumerate(claims) if at not in drop]


def _of_streak(draft: Draft, streak: Draft, sentence: Sentence) -> bool:
    """Whether a figure is a bounded level right beside a streak, whose threshold it then is."""
    number = draft.number
    if number.kind not in ("money", "mass", "%") or number.bound == "exact" or draft.sense.measure == "share":
        return False
    first, last = sorted((number, streak.number), key=lambda n: n.start)
    between = sentence.lower[first.end:last.start]
    beside = len(between) < _BESIDE and not any(mark in between for mark in _STOPS)
    if beside:
        streak.threshold = number.value
    return beside


def _reached(draft: Draft) -> Iterator[Draft]:
    """The level that the words of a record name."""
    level: Number | None = draft.number.extra.get("level")
    if draft.sense.measure != "record" or level is None or level.kind not in _LEVELS:
        return
    counted = level.kind == "count" and draft.sense.of in _LEVELS.values()
    sense = Sense(draft.sense.of or "" if counted else _LEVELS[level.kind])
    yield replace(draft, number=replace(level, bound="over"), sense=sense, frame=draft.frame.copy())


def _of_records(claims: list[Claim]) -> Iterator[tuple[int, int]]:
    """The places of levels that were reached for the first time, each with that of its record."""
    for at, (one, other) in enumerate(pairwise(claims)):
        if one.measure == "record" and _level(other) and _within(other, one):
            yield at + 1, at
        elif other.measure == "record" and _level(one) and _for_the_first_time(one, other):
            yield at, at + 1


def _level(claim: Claim) -> bool:
    return claim.bound == "over" and claim.measure in _LEVELS.values()


def _within(claim: Claim, record: Claim) -> bool:
    """Whether the words of a record hold a level."""
    one, other = claim.span, record.span
    return one is not None and other is not None and other.start <= one.start and one.end <= other.end


def _for_the_first_time(claim: Claim, record: Claim) -> bool:
    """Whether an English level stands right before the words that it was passed for the first time."""
    one, other = claim.span, record.span
    if one is None or other is None or not 0 <= other.start - one.end < _FIRST:
        return False
    return bool(pattern("first_time_en").match(other.text.lower()))


def _told(claims: Iterable[Claim]) -> dict[tuple[str, str | None], list[float]]:
    """The levels that a text tells, in order of size, by unit and flow."""
    found: dict[tuple[str, str | None], list[float]] = {}
    for claim in claims:
        if claim.measure in _LEVELS.values():
            found.setdefault((claim.unit, claim.slice.flow), []).append(claim.value)
    return {key: sorted(values) for key, values in found.items()}


def _is_told(claim: Claim, told: dict[tuple[str, str | None], list[float]]) -> bool:
    """Whether a level of the same unit and flow that a threshold may be of is told."""
    values = told.get((claim.unit, claim.slice.flow), [])
    at = bisect_left(values, claim.value)
    return at < len(values) and values[at] <= _NEAR * claim.value
