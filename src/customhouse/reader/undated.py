"""The year of a text that does not state it, weighed on all that it says of years, months and days."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable
from functools import cached_property
from typing import NamedTuple

from customhouse.reader.events import event_years, years_gone_by
from customhouse.reader.parts import Part, parts
from customhouse.reader.years import TO_COME, Use, named_years
from customhouse.vocabulary import mapping, pattern, words

_MARGIN = 0.35
"""By how much the weight of the likeliest year must be above that of the next."""
_UNKNOWN = -9.0
_LONGEST = 8
"""A text names some year of the last so many."""
_EARLIEST, _OLD_TEXT = 1995, -3
"""Texts are hardly older."""
_MOST = 400
"""Years and months that are looked at, from the beginning: so that time grows with the text and no faster."""
_RECENT = 2
"""Years of one use that tell when a text was written."""
_RUN = 120
"""Characters before `last year` within which the years stand that are told up to it."""
_HALF, _DECEMBER = 6, 12
_GONE_BY, _EVENT, _AFTER_EVENT = 4.0, 3.0, 0.3
"""The weights of a year to which years gone by lead, of that of a fair, and of the next."""
_AUTUMN = 9
"""The last month in which what is expected is of the year itself and not yet of the next."""
_WEIGHTS: dict[Use, tuple[float, ...]] = {
    Use.PART: (0, -1.2, -3, -4),
    Use.CURRENT: (0, -1.5, -3, -4),
    Use.DATE: (0, -0.7, -1.5, -2),
    Use.EVENT: (0, -1.2, -2.5, -3),
    Use.PLANNED: (0, -1.5, -3),
    Use.WHOLE: (-1.6, 0, -1.2, -2),
    Use.BASE: (-2.5, 0, -1.5, -2),
    Use.SINCE: (-0.7, -0.3, -0.1, 0),
    Use.EXPECTED: (-0.7, -4, -6),
    Use.GOAL: (-0.5, -4, -6),
    Use.TARGET: (0, -1.5, -4),
    Use.OPENING: (0, -0.4, -0.5),
}
"""How likely a use of a year is in a text of that year, of the next, and so on, as logarithms.

The last is that of all later ones. Set by hand: little but their order counts."""
_AHEAD: dict[Use, tuple[float, ...]] = {
    Use.EXPECTED: (0, -1.5, -2.5), Use.GOAL: (-0.5,), Use.TARGET: (-0.8, -3), Use.PLANNED: (-1, -3),
    Use.WHOLE: (-4, -5),
}
"""The same in texts of the year before, of two years before, and so on."""
_OLD = {Use.BASE, Use.WHOLE}


class _Day(NamedTuple):
    """The day that a text reports from, without a year."""

    month: int
    day: int | None
    at: int


class _Seen:
    """What of a text tells its year: the years and months that it names, the day that it reports from."""

    def __init__(self, lower: str, day: _Day | None = None) -> None:
        self.lower, self.day = lower, day
        self._told: dict[str, bool] = {}
        self.named, self.parts = named_years(lower)[:_MOST], parts(lower)[:_MOST]
        self.gone_by, self.events = years_gone_by(lower, self.named), event_years(lower)
        self.own = [p for p in self.parts if p.year is None and not p.base]
        known = [int(year) for year in words("years_before_crises")]
        usual = {year for year in known if self.uses(year) and self.uses(year) <= _OLD}
        self.usual = usual if self.tells("yoy_told") else set()
        told = {int(m["y"]) for m in pattern("year_then_last").finditer(lower)} | self._counted_up()
        self.contrasted = {year for year in told if self.uses(year) <= _OLD}

    @cached_property
    def latest(self) -> int | None:
        """The latest of the months without a year."""
        return max((p.last for p in self.own), default=None)

    @cached_property
    def main(self) -> int | None:
        """The month that most of those end with."""
        counted = Counter(p.last for p in self.own).most_common(1)
        return counted[0][0] if counted else None

    @cached_property
    def told_alone(self) -> dict[tuple[int, int], int]:
        """Where single months without a year are first told below the title."""
        body = self.lower.find("\n") + 1
        single = (p for p in reversed(self.own) if p.first == p.last and p.start >= body)
        return {(p.first, p.last): p.start for p in single}

    @cached_property
    def weekday(self) -> int | None:
        """The weekday that the text names after its day, Monday is 0."""
        found = pattern("weekday").search(self.lower, self.day.at) if self.day else None
        return int(mapping("weekdays")[found["day"] or found["dayzh"]]) if found else None

    @cached_property
    def telling(self) -> set[tuple[Use, int]]:
        """What is said of years, of those that are over the latest two alone: earlier ones are history."""
        known = {(n.use, n.year) for n in self.named if n.year not in self.usual | self.contrasted}
        latest = {use: sorted(year for told, year in known if told is use)[-_RECENT:] for use, _ in known}
        return {(use, year) for use, year in known if use in TO_COME or year in latest[use]}

    def _counted_up(self) -> set[int]:
        """The last of years told one after the other up to `last year`: `in 2021, in 2022; and last year`."""
        found = set()
        for match in pattern("last_year_told").finditer(self.lower):
            run = [n.year for n in self.named if n.use is Use.WHOLE and 0 < match.start() - n.start < _RUN]
            if len(run) > 1 and run == list(range(run[0], run[0] + len(run))):
                found.add(run[-1])
        return found

    def uses(self, year: int) -> set[Use]:
        """All that is said of a year."""
        return {n.use for n in self.named if n.year == year}

    def tells(self, name: str) -> bool:
        """Whether a pattern holds anywhere in the text."""
        if name not in self._told:
            self._told[name] = pattern(name).search(self.lower) is not None
        return self._told[name]


def likely_year(lower: str) -> tuple[int | None, int | None]:
    """The year that the months of an undated text are of, and the one that it calls its own.

    Both are None where nothing tells them."""
    seen = _Seen(lower)
    own = _likeliest(seen)
    return (None, None) if own is None else (_year_of_months(seen, own), own)


def year_of_day(lower: str, number: int, day: int | None, at: int) -> int | None:
    """The year of a day that a text reports from at a place, without a year; None where nothing tells."""
    return _likeliest(_Seen(lower, _Day(number, day, at)))


def _likeliest(seen: _Seen) -> int | None:
    known = {n.year for n in seen.named} | seen.gone_by | seen.events
    if not known:
        return None
    years = {year + more for year in known for more in range(-2, _LONGEST)}
    weights = {year: _weight(seen, year) for year in years}
    best, second = sorted(weights, key=lambda year: -weights[year])[:2]
    return best if weights[best] - weights[second] >= _MARGIN else None


def _weight(seen: _Seen, year: int) -> float:
    """How well a text would be of a year."""
    said = sum(_of_use(use, year - named) for use, named in seen.telling)
    told = _GONE_BY * (year in seen.gone_by) + _OLD_TEXT * (year < _EARLIEST)
    told += _EVENT * (year in seen.events) + _AFTER_EVENT * (year - 1 in seen.events)
    return said + told + sum(rule(seen, year) for rule in _RULES)


def _of_use(use: Use, distance: int) -> float:
    """The weight of a use of a year in a text so many years later."""
    ahead = _AHEAD.get(use)
    if distance >= 0:
        known = _WEIGHTS[use]
        return known[min(distance, len(known) - 1)]
    return _UNKNOWN if ahead is None else ahead[min(-distance, len(ahead)) - 1]


def _by_weekday(seen: _Seen, year: int) -> float:
    """Whether the day is the weekday that the text names after it."""
    if seen.day is None or seen.day.day is None or seen.weekday is None:
        return 0
    try:
        day = datetime.date(year, seen.day.month, seen.day.day)
    except ValueError:
        return _UNKNOWN
    return 3 if day.weekday() == seen.weekday else -3


def _by_months(seen: _Seen, year: int) -> float:
    """Months with the year that come after those without one, or after the day, are of the year before."""
    main = seen.main
    own = [p for p in seen.parts if p.year == year and not p.base and p.last - p.first < _HALF]
    if seen.day and any(p.first > seen.day.month for p in own):
        return -4
    if main and any(p.first == p.last == main + 1 for p in own):
        return 0  # the month before is set against it
    again = any(seen.told_alone.get((p.first, p.last), p.start) < p.start for p in own)
    return -2.5 if again or main and any(p.first > main for p in own) else 0


def _by_base(seen: _Seen, year: int) -> float:
    """A year before by name beside growth on the year before without it is mostly another year."""
    bases = {n.year for n in seen.named if n.use is Use.BASE}
    told = year - 1 in bases and seen.tells("yoy_told")
    return -0.3 if told else 0


def _by_crisis(seen: _Seen, year: int) -> float:
    """The last year before a crisis, the base of many years after it, is hardly the one before the text's."""
    return sum(-4 if year <= usual else -1.2 * (year == usual + 1) for usual in seen.usual)


def _by_month_before(seen: _Seen, year: int) -> float:
    """The month right before the latest, with the year, is set against it within the year."""
    latest = seen.latest
    bases = [p for p in seen.parts if p.year == year and p.base and p.first == p.last]
    return 2.5 if latest and any(p.last == latest - 1 for p in bases) else 0


def _by_last_year(seen: _Seen, year: int) -> float:
    """Where last year is told of and set against a year by name, that is the year before it."""
    if Use.BASE not in seen.uses(year - 2) or seen.uses(year - 1) or year - 2 in seen.usual:
        return 0
    return 2 if seen.tells("last_year_told") else 0


def _by_contrast(seen: _Seen, year: int) -> float:
    """A year by name and then `last year` in one sentence are two years: `18% in 2020, and 46% last year`."""
    return _UNKNOWN if seen.contrasted and year <= max(seen.contrasted) + 1 else 0


def _by_next_year(seen: _Seen, year: int) -> float:
    """What is to come next year is of the year after."""
    ahead = {n.year for n in seen.named if n.use in TO_COME}
    return 0.7 if year + 1 in ahead and seen.tells("next_year_told") else 0


def _by_season(seen: _Seen, year: int) -> float:
    """What is expected as of a day is of the year itself until autumn, and then of the next."""
    if Use.EXPECTED not in seen.uses(year) or seen.day is None or seen.day.month > _AUTUMN:
        return 0
    return 1.4


def _by_own_year(seen: _Seen, year: int) -> float:
    """A text seldom names a year as a whole that it also calls this one."""
    whole = seen.uses(year) == {Use.WHOLE}
    return -0.7 if whole and seen.tells("own_year") else 0


_RULES: tuple[Callable[[_Seen, int], float], ...] = (
    _by_weekday, _by_months, _by_base, _by_crisis, _by_month_before, _by_last_year, _by_contrast,
    _by_next_year, _by_season, _by_own_year)


def _year_of_months(seen: _Seen, own: int) -> int:
    """The year of months without one: the text's own, or the one before, of which early texts tell.

    These name it as a whole, and no months before it but its last ones."""
    before = seen.uses(own - 1) & {Use.WHOLE, Use.PART}
    if seen.uses(own) - TO_COME:
        return own - 1 if before and _after_own(seen, own) else own
    if Use.BASE in seen.uses(own - 1):
        return own  # of which the months without a year are set against
    if not before:
        late = seen.main == _DECEMBER and seen.tells("last_year_told")
        return own - 1 if late else own
    return own if any(_is_own(seen, p, own) for p in seen.own) else own - 1


def _after_own(seen: _Seen, own: int) -> bool:
    """Whether the months without a year come after the only ones named of the text's own year."""
    named = [p.last for p in seen.parts if p.year == own]
    told = [p.last for p in seen.own]
    return bool(named and told) and min(told) > max(named)


def _is_own(seen: _Seen, part: Part, own: int) -> bool:
    """Whether months are of the text's own year: before the year that is over, or after `this year`."""
    over = max((n.start for n in seen.named if n.year == own - 1 and n.start < part.start), default=None)
    if any(p.year == own - 1 and part.last < p.first for p in seen.parts):
        return True  # `in December 2023, and in January`
    return over is None or pattern("own_year").search(seen.lower, over, part.start) is not None
