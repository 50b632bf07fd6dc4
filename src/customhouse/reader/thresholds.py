"""Levels that a record or a run is about: figures of their own only where no level is told beside them."""

from __future__ import annotations

from dataclasses import replace

from customhouse.reader.drafts import Draft
from customhouse.reader.scope import Scope
from customhouse.reader.senses import Sense
from customhouse.reader.tokens import Number, Sentence
from customhouse.vocabulary import pattern

_BESIDE = 24
_STOPS = ";.\uff0c\uff1b\u3002"
_FIRST = 36
"""Characters between a level and the words that it was reached for the first time."""
_KEPT = 60
"""How many of the levels told last may be that of a threshold."""
_NEAR = 1.5
"""How many times a threshold the level may be that a text has told for it."""
_LEVELS = {"money": "value", "mass": "quantity", "count": "count"}
"""What a threshold of a kind is a figure of."""


def settled(drafts: list[Draft], sentence: Sentence, scope: Scope) -> list[Draft]:
    """The drafts but for levels that say what a streak is about (`over 10 trillion for eight quarters`), and
    with the levels that were reached for the first time where no other is told."""
    drop = {id(d) for streak in drafts if streak.sense.measure == "streak" for d in drafts
            if _of_streak(d, streak, sentence)}
    found: list[Draft] = []
    for draft in drafts:
        if id(draft) in drop or _of_record(draft, drafts, sentence, scope):
            continue
        found.append(draft)
        if level := _reached(draft, drafts, scope):
            found.append(level)
    told = (_told(d.number, d) for d in drafts)
    scope.levels = [*scope.levels, *filter(None, told)][-_KEPT:]
    return found


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


def _of_record(draft: Draft, drafts: list[Draft], sentence: Sentence, scope: Scope) -> bool:
    """Whether an English level only says what was passed for the first time, told more exactly before."""
    number = draft.number
    if sentence.language != "en" or number.bound != "over" or number.kind not in _LEVELS:
        return False
    near = (d for d in drafts if d.sense.measure == "record" and 0 <= d.number.start - number.end < _FIRST)
    record = next((d for d in near if pattern("first_time_en").match(sentence.lower, d.number.start)), None)
    if record is None or not _stated(number, draft, drafts, scope):
        return False
    record.threshold = number.value
    return True


def _reached(draft: Draft, drafts: list[Draft], scope: Scope) -> Draft | None:
    """The level that a Chinese record names (`first above 4 trillion`), where the text tells no other."""
    level: Number | None = draft.number.extra.get("level")
    if draft.sense.measure != "record" or level is None or level.kind not in _LEVELS:
        return None
    if _stated(level, draft, drafts, scope):
        draft.threshold = level.value
        return None
    counted = level.kind == "count" and draft.sense.of in _LEVELS.values()
    sense = Sense(draft.sense.of or "" if counted else _LEVELS[level.kind])
    return replace(draft, number=replace(level, bound="over"), sense=sense, frame=draft.frame.copy())


def _stated(level: Number, draft: Draft, drafts: list[Draft], scope: Scope) -> bool:
    """Whether a level of the same kind and flow that a threshold may be of is told, here or before."""
    others = (d for d in drafts if d.number is not level)
    told = [*scope.levels, *(found for d in others if (found := _told(d.number, d)))]
    alike = [one[3] for one in told if one[:3] == (level.kind, level.unit, draft.flow)]
    return any(level.value <= value <= _NEAR * level.value for value in alike)


def _told(number: Number, draft: Draft) -> tuple[str, str, str | None, float] | None:
    """What is kept of a level: its kind, unit and flow, and the number."""
    if number.kind not in _LEVELS or draft.sense.measure not in _LEVELS.values():
        return None
    return number.kind, number.unit, draft.flow, number.value
