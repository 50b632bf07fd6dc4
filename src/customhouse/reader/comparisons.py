"""Levels that only say what is compared with: they keep their period to themselves."""

from __future__ import annotations

from customhouse.reader.groups import Group
from customhouse.reader.layout import Layout
from customhouse.vocabulary import pattern

_LEVELS = ("money", "mass", "count")


def mark_compared(layout: Layout) -> None:
    """Marks the numbers compared with, and the periods that belong to them alone."""
    stops = [*(g.start for g in layout.groups[1:]), layout.sentence.end]
    for group, stop in zip(layout.groups, stops, strict=False):
        if _compared(layout, group):
            group.numbers[0].compared = True
            _keep_local(layout, group, stop)


def _compared(layout: Layout, group: Group) -> bool:
    """Whether a number is the level or rate that another is compared with."""
    kind, before = group.numbers[0].kind, _before(layout, group)
    if layout.sentence.language == "zh":
        return kind in _LEVELS and not group.ranged and (
            _after_base(layout, group) or bool(pattern("compared_number_zh").search(before)))
    if _owned(layout, group) or kind == "%" and pattern("earlier_rate_en").search(before):
        return True
    match = pattern("compared_number_en").search(before)
    if match is None or kind not in _LEVELS or group.ranged:
        return False
    return bool(pattern("compared_verb_en").search(before, max(0, match.start() - 30)))


def _before(layout: Layout, group: Group) -> str:
    """The words before a number, without its bound (`about`) or currency."""
    s, start = layout.sentence, group.start
    before = s.lower[max(s.start, start - 60):start]
    affixes = s.cues(start - 14, start, "bound", "prefix")
    return before[:len(before) - (start - affixes[0].start)] if affixes else before


def _after_base(layout: Layout, group: Group) -> bool:
    """Whether the period compared with stands right before a number, no move between."""
    s = layout.sentence
    return any(w.base and 0 <= group.start - w.end < 3 and not s.cues(w.end - 1, group.start, "up", "down")
               for w in s.whens)


def _owned(layout: Layout, group: Group) -> bool:
    """`June's $114 billion`: the month that owns a figure is its period and no other's."""
    s = layout.sentence
    for when in s.whens:
        if 0 < group.start - when.end < 40 and pattern("possessive_when_en").fullmatch(
                s.lower[when.end:group.start]):
            when.local = when.base = True
            return True
    return False


def _keep_local(layout: Layout, group: Group, stop: int) -> None:
    """The period right after a level compared with is that level's alone."""
    for when in layout.sentence.whens:
        if group.end <= when.start < min(stop, group.end + 40):
            when.local = True
            break
