"""Levels that only say what is compared with: they keep their period to themselves."""

from __future__ import annotations

from customhouse.reader.groups import Group
from customhouse.reader.layout import Layout
from customhouse.reader.tokens import LEVELS, Sentence, When
from customhouse.vocabulary import pattern, words
from customhouse.vocabulary.lexicon import Match

_OWNER_REACH = 60
_PARTS = ("region", "enterprise")
_LONGEST_BRACKET = 60
_RANKED = 4
"""Characters between a rank and the period that is its own."""


def mark_compared(layout: Layout) -> None:
    """Marks the numbers compared with, and the periods that belong to them alone."""
    for when in layout.sentence.whens:
        owns = _owns_amount(layout, when)
        when.aside = _bracketed(layout, when) or _owns_rate(layout, when) or owns and when.unit == "month"
        when.local = when.local or when.aside or owns or _ends_streak(layout, when) or _of_rank(layout, when)
    stops = [*(g.start for g in layout.groups[1:]), layout.sentence.end]
    last: Group | None = None
    for group, stop in zip(layout.groups, stops, strict=False):
        last, before = group, last
        if _compared(layout, group) or before and _compared_too(layout, before, group):
            group.numbers[0].compared = True
            _keep_local(layout, group, stop)


def _compared(layout: Layout, group: Group) -> bool:
    """Whether a number is the level or rate that another is compared with."""
    kind, before = group.numbers[0].kind, _before(layout, group)
    if layout.sentence.language == "zh":
        if told := pattern("value_before_zh").search(before):
            _hold(layout, group.start - len(before) + told.start(), group.start)
            return True
        if kind == "%" and _rate_of(layout, group):
            return True
        return kind in LEVELS and not group.ranged and (
            _after_base(layout, group) or bool(pattern("compared_number_zh").search(before)))
    if pattern("year_ago_it_was_en").search(before):
        return True
    if _owned(layout, group):
        return True
    if kind == "%" and not group.ranged and _earlier_rate(layout, group, before):
        return not _of_another(layout, group)
    match = pattern("compared_number_en").search(before)
    if match is None or kind not in LEVELS or group.ranged:
        return False
    verb = pattern("compared_verb_en").search(before, max(0, match.start() - 30))
    return verb is not None and not _other_flow(layout, group, group.start - len(before) + verb.start())


def _compared_too(layout: Layout, last: Group, group: Group) -> bool:
    """Whether a list of what is compared with goes on: `against 2 billion in July and 3 in August`."""
    s, number = layout.sentence, last.numbers[0]
    if s.language != "en" or not number.compared or number.kind != group.numbers[0].kind:
        return False
    when = next((w for w in s.whens if last.end <= w.start and w.end <= group.start), None)
    return when is not None and bool(pattern("compared_list_en").fullmatch(
        s.lower[last.end:when.start] + s.lower[when.end:group.start]))


def _earlier_rate(layout: Layout, group: Group, before: str) -> bool:
    """Whether a rate is that of another time: `from 5%`, or `after growing 5%` where it grew again."""
    told = pattern("earlier_rate_en").search(before)
    if told is None or not told[0].startswith(words("after_words_en")):
        return told is not None
    s, start = layout.sentence, group.start - len(before) + told.start()
    return bool(s.cues(s.start, start, "up", "down", "slow", "speed", "flat"))


def _of_another(layout: Layout, group: Group) -> bool:
    """Whether a rate is that of another part in the same time: `against 6.1 percent in the east`."""
    s = layout.sentence
    return any(m.dim in _PARTS and pattern("other_slice_en").fullmatch(s.lower, group.end, m.start)
               for m in layout.mentions if m.start >= group.end)


def _hold(layout: Layout, start: int, end: int) -> None:
    """`The year before it was`, between two places, is the year before the one in view."""
    for when in layout.sentence.whens:
        if start <= when.start < end and when.unit == "year" and not when.explicit:
            when.local, when.period = True, None


def _other_flow(layout: Layout, group: Group, at: int) -> bool:
    """Whether a number compared with is of another flow: `exports of 3 tonnes, against imports of 2`."""
    s = layout.sentence
    before, after = s.cues(s.start, at, "flow"), s.cues(at, group.start, "flow")
    return bool(before and after) and before[-1].tags["flow"] != after[-1].tags["flow"]


def _bracketed(layout: Layout, when: When) -> bool:
    """Whether a period stands in brackets with a number and behind one: `3% (May: 5%)`."""
    inside = brackets_around(layout.sentence, when.start)
    if inside is None or not any(g.end <= inside[0] for g in layout.groups):
        return False
    return any(inside[0] <= g.start < inside[1] for g in layout.groups)


def _before(layout: Layout, group: Group) -> str:
    """The words before a number, without its bound (`about`) or currency."""
    s, start = layout.sentence, group.start
    before = s.lower[max(s.start, start - 60):start]
    affixes = [w for w in s.cues(start - 14, start, "bound", "prefix") if w.end >= start - 1]
    return before[:len(before) - (start - affixes[0].start)] if affixes else before


def _after_base(layout: Layout, group: Group) -> bool:
    """Whether the period compared with stands right before a number, no move between."""
    s = layout.sentence
    return any(w.base and 0 <= group.start - w.end < 3 and not s.cues(w.end - 1, group.start, "up", "down")
               for w in s.whens)


def _owns_amount(layout: Layout, when: When) -> bool:
    """Whether a year in Chinese owns the amount behind it, told beside another: `than 2015's 1 billion`."""
    s = layout.sentence
    if s.language != "zh" or not any(g.end <= when.start for g in layout.groups):
        return False
    month = when.unit == "month" and s.lower[when.start].isdigit()
    own = words("owning_zh") if when.unit == "year" else words("being_zh") if month else ()
    return any(s.lower[when.end:g.start] in own for g in layout.groups
               if g.start >= when.end and (when.unit == "year" or g.numbers[0].kind == "%"))


def _ends_streak(layout: Layout, when: When) -> bool:
    """Whether an English period is that up to which a streak ran: `for 23 years in a row to 2022`."""
    s = layout.sentence
    before = s.lower[max(s.start, when.start - _OWNER_REACH):when.start]
    return s.language == "en" and bool(pattern("ran_to_en").search(before))


def _of_rank(layout: Layout, when: When) -> bool:
    """Whether an English period is of a rank told aside: `China's largest partner so far this year, took`."""
    s = layout.sentence
    ranks = (n for g in layout.groups for n in g.numbers if n.kind == "rank")
    ends = s.language == "en" and s.lower[when.end:when.end + 1] == ","
    return ends and any(0 <= when.start - n.end <= _RANKED for n in ranks)


def _owns_rate(layout: Layout, when: When) -> bool:
    """Whether an English month stands right before a rate told beside another: `-8.3 pct, June +2.8`."""
    s = layout.sentence
    if s.language != "en" or when.unit != "month" or not any(g.end <= when.start for g in layout.groups):
        return False
    return any(g.numbers[0].signed and s.lower[when.end:g.start].strip(" :") == "" for g in layout.groups
               if g.start >= when.end)


def _rate_of(layout: Layout, group: Group) -> bool:
    """Whether a rate is that of the base right before it, from which another led on: no base of a rate."""
    s = layout.sentence
    for when in s.whens:
        if when.base and s.lower[when.end:group.start].rstrip("+-") in words("owning_zh"):
            when.local = when.aside = True
            return True
    return False


def _owned(layout: Layout, group: Group) -> bool:
    """`June's $114 billion`: the month that owns a figure is its period and no other's."""
    s = layout.sentence
    for when in s.whens:
        front = when.start == s.start or s.lower.endswith(", ", s.start, when.start)
        opens = front and s.cues(when.end, group.start, "flow")
        if 0 < group.start - when.end < 40 and not opens and pattern("possessive_when_en").fullmatch(
                s.lower[when.end:group.start]):
            when.local = when.base = True
            return True
    return owner_of(s, group) is not None


def brackets_around(s: Sentence, position: int) -> tuple[int, int] | None:
    """Where the brackets around a place begin and end; None where it stands in none, or in long ones."""
    opened = max(s.lower.rfind(mark, s.start, position) for mark in "(\uff08")
    closed = max(s.lower.rfind(mark, s.start, position) for mark in ")\uff09")
    if opened <= closed:
        return None
    ends = [at for mark in ")\uff09" if (at := s.lower.find(mark, position, s.end)) >= 0]
    return (opened, min(ends)) if ends and min(ends) - opened < _LONGEST_BRACKET else None


def owner_of(s: Sentence, group: Group) -> Match | None:
    """The word for an earlier period that owns a figure: `the previous month's $5 billion`."""
    found = s.cues(group.start - _OWNER_REACH, group.start, "mom", "qoq", "yoy")[-1:]
    owned = pattern("possessive_when_en")
    return next((word for word in found if owned.fullmatch(s.lower[word.end:group.start])), None)


def _keep_local(layout: Layout, group: Group, stop: int) -> None:
    """The period right after a level compared with is that level's alone."""
    for when in layout.sentence.whens:
        if group.end <= when.start < min(stop, group.end + 40):
            when.local = True
            break
