"""The period that a change is measured against, where it is not the same months a year earlier."""

from __future__ import annotations

from customhouse.model import SEASONALLY
from customhouse.period import Period
from customhouse.reader.adjustments import terms_of
from customhouse.reader.comparisons import brackets_around
from customhouse.reader.groups import Group
from customhouse.reader.numerals import number_word
from customhouse.reader.tokens import When
from customhouse.reader.walk import Walk
from customhouse.vocabulary import pattern, words

_BASED = ("growth", "change", "share_change", "multiple")
"""The measures that are measured against something earlier."""
_MOVES = ("growth", "change")
_CUES = ("mom", "qoq", "yoy")
_SINCE = 40
"""Characters before a multiple within which the time may stand that it has been so since."""
_FRONT = 30
"""Characters at the beginning of a sentence within which a base stands that holds for all of it."""
_BESIDE, _AVERAGED, _YEAR = 12, 70, 12
_CLOSE = 2
"""Characters to a word right behind a number, which is its own and not of the next."""


def base_of(walk: Walk, group: Group, limit: int, period: Period | None, measure: str) -> Period | None:
    """The base of a group of numbers of a period: the one named, else what `month on month` means.

    What the first growth or change of a text is measured against holds for the later ones of single months
    that do not say. Other measures than those of change have none.
    """
    if measure not in _BASED:
        return None
    if averaged := _averaged(walk, group, period):
        return averaged
    begin, scope = walk.previous_end(group), walk.scope
    own = not group.numbers[0].compared  # what is compared with is of a period, and has no base of it
    beside = measure == "multiple" and _of_next(walk, group)
    named = _named(walk, group, begin, limit) if own and not beside else None
    cue = None if named or not own else _cue(walk, group, begin, limit)
    base = _told(walk, named, period) if named else _cued(walk, group, period, cue)
    if measure == "multiple" and base is None and (since := _since(walk, group, limit)):
        return since
    if measure not in _MOVES or period is None or period.months != 1:
        return base
    if scope.monthly is None:
        scope.monthly = base == period.shift(-1)
        scope.monthly_at = walk.sentence.start
    elif scope.monthly and base is None and (named or cue) and scope.monthly_at == walk.sentence.start:
        scope.monthly = False  # both are told from the first, and the year before goes without saying
    silent = not named and not cue and base is None
    if silent and terms_of(walk, group) == SEASONALLY:
        return period.shift(-1)  # which is what a rate is adjusted for
    silent = silent and walk.sentence.language == "en"
    return period.shift(-1) if silent and scope.monthly else base


def _averaged(walk: Walk, group: Group, period: Period | None) -> Period | None:
    """The months so many years before of which a rate is the yearly average: `two-year average growth`."""
    s = walk.sentence
    begin = max(s.start, group.start - _AVERAGED)
    told = pattern(f"average_years_{s.language}").search(s.lower, begin, group.start)
    if told is None or period is None or period.months > _YEAR:
        return None
    groups = told.groupdict()
    years = number_word(groups["n"] or groups.get("n2") or "", s.language)
    return period.shift(-_YEAR * years) if years else None


def _of_next(walk: Walk, group: Group) -> bool:
    """Whether a multiple is that of the level told right after it: `double the 6 tonnes of April`."""
    after = next((g for g in walk.groups if g.start >= group.end), None)
    return after is not None and after.numbers[0].compared and after.start - group.end < _BESIDE


def _since(walk: Walk, group: Group, limit: int) -> Period | None:
    """What a multiple has been since: `has more than doubled since 2019`."""
    near = (w for w in walk.sentence.whens if group.start - _SINCE <= w.start < limit)
    return next((w.period for w in near if w.since and w.explicit), None)


def _cued(walk: Walk, group: Group, period: Period | None, cue: str | None) -> Period | None:
    """The base that a cue gives, or the period of a level compared with."""
    if period is None:
        return None
    if cue == "mom":
        return period.shift(-period.months) if period.months in (1, 3) else None
    if cue == "qoq":
        return period.shift(-3) if period.months == 3 else None
    return None if cue else _of_compared(walk, group, period)


def _named(walk: Walk, group: Group, begin: int, limit: int) -> When | None:
    """The base named nearest: in English after the number rather than before, in Chinese before it."""
    s = walk.sentence
    chinese = s.language == "zh"
    reach = limit if chinese else min(s.end, limit + 45, walk.next_group(group.end))
    inside = brackets_around(s, group.start)
    bases = [w for w in s.whens if w.base and begin <= w.start < reach and w.period
             and (not w.aside or inside and inside[0] < w.start < inside[1])]
    if not bases and not s.cues(begin, limit, *_CUES):
        bases = [w for w in s.whens if _fronted(walk, w, group)]
    after = [w for w in bases if w.start >= group.end]
    before = [w for w in bases if w.start < group.end]
    if after and (not before or not chinese):
        return after[0]
    if not chinese and s.cues(group.end, limit, *_CUES):
        return None
    return before[-1] if before else None


def _fronted(walk: Walk, when: When, group: Group) -> bool:
    """Whether a sentence opens with a base, which holds for all its rates: `Compared with May, a fell 3%`."""
    s = walk.sentence
    if not when.base or when.period is None or when.start - s.start >= _FRONT:
        return False
    ended = any(when.end <= p < group.start for p in s.strong)
    return not ended and s.lower.startswith(words("fronted"), when.end)


def _cue(walk: Walk, group: Group, begin: int, limit: int) -> str | None:
    """What the numbers are compared with: the nearest of year, month and quarter before them, else after.

    In English what stands right behind a number is its own, and what stands before may be of the last one.
    """
    s = walk.sentence
    ahead, behind = s.cues(begin, group.start, *_CUES)[-1:], s.cues(group.end, limit, *_CUES)[:1]
    theirs = ahead and behind and s.language == "en" and behind[0].start - group.end <= _CLOSE
    found = behind if theirs else ahead or behind
    return next((k for k in _CUES if k in found[0].tags), None) if found else None


def _of_compared(walk: Walk, group: Group, period: Period) -> Period | None:
    """The period of the level compared with, further on in the clause: `rose a to b from c in March`.

    A rate compared with is measured against its own: `growth slowed to 3% from 5% in May`."""
    s = walk.sentence
    stop = next((p for p in s.strong if p > group.end), s.end)
    local = next((w for w in s.whens if w.local and not w.aside
                  and group.end <= w.start < stop and w.period), None)
    if local is None or local.period in (period, period.year_earlier()):
        return None
    between = [g for g in walk.groups if group.end <= g.start < local.start]
    rates = between and between[-1].numbers[0].kind == "%" == group.numbers[0].kind
    return local.period if len(between) <= 2 and not rates else None


def _told(walk: Walk, when: When, period: Period | None) -> Period | None:
    """The base that a period names; `the same period of 2022` is the same months of that year."""
    base, s = when.period, walk.sentence
    if base is None or period is None:
        return base
    if not when.explicit and when.unit == "year" and period.months == _YEAR:
        return None  # the year before that of the figure
    before = s.lower[max(s.start, when.start - 24):when.end + 6]
    part = period.months < 12
    same = any(word in before for word in words("same_words"))
    whole = any(word in before for word in words("whole_of_year"))
    if part and when.unit == "year" and (same or not whole):
        base = period.shift(12 * (base.year - period.year))
    told = s.lower[when.start:when.end]
    vague = when.explicit_year is None and not any(word in told for word in words("whole_year"))
    if part and base.months == 12 and base.year == period.year - 1 and vague:
        return None
    return None if base in (period, period.year_earlier()) else base
