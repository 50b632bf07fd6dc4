"""Which period a figure is of: the one in view, its own right after it, or that of a level compared with."""

from __future__ import annotations

from customhouse.period import Period
from customhouse.reader.comparisons import brackets_around, owner_of
from customhouse.reader.frames import Frame
from customhouse.reader.groups import Group
from customhouse.reader.senses import Sense
from customhouse.reader.tokens import Number, When
from customhouse.reader.walk import Walk
from customhouse.vocabulary import pattern, words

_YEAR = 12
_LONG_AGO = 5
"""Months after which a period is no longer what a forecast of the text is of."""


def is_current(walk: Walk, number: Number) -> bool:
    """`from x at the beginning to the current y`: the text does not tell of which period either is."""
    s = walk.sentence
    before = s.lower[max(s.start, number.start - 12):number.start]
    after = s.lower[number.end:number.end + 70]
    return before.endswith(words("current_words")) or bool(pattern("to_current_en").match(after))


def period_of(walk: Walk, group: Group, limit: int, number: Number, frame: Frame) -> Period | None:
    """The period of a number; a forecast of a whole year is of that year."""
    full = [w.full_year for w in walk.sentence.whens if w.full_year]
    following = _own(walk, group, limit)
    other = following is not None and not following.full_year  # `5% this year, and 3% next year`
    if full and not other and status_of(walk, group) in ("forecast", "target"):
        return Period.of(full[-1])
    if frame.period:
        return frame.period
    if inside := brackets_around(walk.sentence, group.start):
        begin = max((p for p in walk.sentence.strong if inside[0] < p < group.start), default=inside[0])
        end = min((p for p in walk.sentence.strong if group.end <= p), default=inside[1])
        end = min(end, inside[1])
        if told := next((w for w in walk.sentence.whens
                         if w.local and not w.base and begin <= w.start < end), None):
            return told.period
    if same := _in_same(walk, group):
        return same
    own = following or _owner(walk, group)
    if own:
        return _of_status(walk, own.period, status_of(walk, group))
    bracketed = _bracketed(walk, group)
    if bracketed:
        return bracketed
    period = walk.period
    if number.compared:
        return _compared(walk, group, period)
    return _of_status(walk, period, status_of(walk, group))


def _in_same(walk: Walk, group: Group) -> Period | None:
    """The same months of an earlier year, right after the numbers: `leapt 12% in the same month of 2024`."""
    s, period = walk.sentence, walk.period
    if s.language != "en" or period is None or period.months >= _YEAR:
        return None
    years = (w for w in s.whens if w.unit == "year" and group.end <= w.start and pattern(
        "in_same_en").fullmatch(s.lower, group.end, w.start))
    year = next((w.period for w in years if w.period), None)
    return year and period.shift(_YEAR * (year.year - period.year))


def _of_status(walk: Walk, period: Period | None, status: str | None) -> Period | None:
    """The period, or that of what is to come where a figure is a forecast or a target."""
    return _to_come(walk, period, status) if period and status in ("forecast", "target") else period


def _to_come(walk: Walk, period: Period, status: str) -> Period:
    """The period of what is aimed at or expected: the whole of this year, months of it that are to come."""
    calendar = walk.scope.calendar
    if status == "target" and period == calendar.to_date():
        return Period.of(period.year)
    dated = any(w.explicit_year for w in walk.sentence.whens)
    past = calendar.published is not None and period.last + _LONG_AGO < calendar.published
    return period.shift(12) if past and not dated and period.months < 12 else period


def status_of(walk: Walk, group: Group) -> str | None:
    """Whether the figures are said to be preliminary, revised, forecast or the like."""
    found = walk.sentence.cues(walk.sentence.start, group.end, "status")
    return found[-1].tags["status"] if found else None


def dated_rank(walk: Walk, meaning: Sense, limit: int) -> bool:
    """A rank is of a period only beside other figures or where the paragraph or words up to it name one."""
    if meaning.measure != "rank" or walk.scope.dated or any(_dated_figure(g) for g in walk.groups):
        return True
    if any(not w.base and not w.since and w.period and w.start < limit for w in walk.sentence.whens):
        return True
    s = walk.sentence
    return s.language == "en" and bool(pattern("in_the_period_en").search(s.lower, s.start, s.end))


def _dated_figure(group: Group) -> bool:
    """Whether numbers are amounts or rates: these are always of a period."""
    return group.numbers[0].kind in ("money", "%")


def end_period(walk: Walk, number: Number) -> Period | None:
    """The period of one end of a range: `from 19.2% in 2018 to 14.7% in 2024`."""
    english = walk.sentence.language == "en"
    for when in walk.sentence.whens:
        near = 0 <= when.start - number.end < 6 if english else 0 <= number.start - when.end < 2
        if near and when.period:
            return when.period
    return None


def _own(walk: Walk, group: Group, limit: int) -> When | None:
    """The period right after the numbers, as English likes to put it."""
    s = walk.sentence
    if s.language != "en":
        return None
    near = [w for w in s.whens if group.end <= w.start < group.end + 70
            and not (w.since or w.base or w.aside)]
    reach = _past_figures(walk, group, limit) if near else limit
    return next((w for w in near if w.start <= reach and not s.cues(group.end, w.start, "noise")), None)


def _owner(walk: Walk, group: Group) -> When | None:
    """The period right before an amount that is its alone."""
    s = walk.sentence
    owning = words("owning_zh") + (words("being_zh") if group.numbers[0].kind == "%" else ())
    owning += ("", " ", ": ") if group.numbers[0].signed else ()
    return next((w for w in s.whens if w.local and w.explicit and not w.base and w.end <= group.start
                 and s.lower[w.end:group.start] in owning), None)


def _past_figures(walk: Walk, group: Group, limit: int) -> int:
    """The limit, past a record or streak that stands right there."""
    s, position = walk.sentence, group.end
    for other in (g for g in walk.groups if g.start >= group.end):
        special = other.start == limit and other.numbers[0].measure in ("record", "streak")
        if not special and not pattern("bridge_en").fullmatch(s.lower, position, other.start):
            break
        position = other.end
        bracket = s.lower[position:position + 1] == ")"
        limit = max(limit, walk.stop(position + bracket))
    return limit


def _compared(walk: Walk, group: Group, period: Period | None) -> Period | None:
    """The period of a level compared with: the base that the words before or after it name."""
    s = walk.sentence
    before = [w for w in s.whens if w.base and w.period and 0 <= group.start - w.end < 40
              and not s.cues(w.end, group.start, "up", "down")]
    if before:
        return before[-1].period
    reach = min(s.end, group.end + 48)
    if period is None:
        return None
    if pattern("year_ago_it_was_en").search(s.lower[max(s.start, group.start - 60):group.start]):
        return period.year_earlier()
    owner = owner_of(s, group)
    cues = [owner] if owner else s.cues(group.end, reach, "yoy", "mom")
    if period.months == 1 and s.language == "zh" and pattern("value_before_zh").search(
            s.lower[max(s.start, group.start - 14):group.start].rstrip("+-")):
        return period.shift(-1)
    if s.language == "zh" or any("yoy" in word.tags for word in cues):
        return period.year_earlier()
    if period.months == 1 and cues:
        return period.shift(-1)
    return _usual_base(walk, period)


def _usual_base(walk: Walk, period: Period) -> Period | None:
    """The period of a level compared with that no word dates: a month's may be of the month before."""
    if period.months > 1 or walk.sentence.cues(walk.sentence.start, walk.sentence.end, "yoy"):
        return period.year_earlier()
    if walk.frame.flow == "balance":  # news of a month sets it against the month before
        return period.shift(-1)
    return {True: period.shift(-1), False: period.year_earlier(), None: None}[walk.scope.monthly]


def _bracketed(walk: Walk, group: Group) -> Period | None:
    """The base period of a level in brackets right after it: `compared with March 2023 (270.4 bn)`."""
    s = walk.sentence
    if s.lower[group.start - 1:group.start] != "(" or group.numbers[0].kind != "money":
        return None
    bases = [w for w in s.whens if w.base and 0 <= group.start - w.end < 4]
    return bases[-1].period if bases else None
