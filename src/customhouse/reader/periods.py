"""The periods that a sentence names: finding them, and telling bases and beginnings from the rest."""

from __future__ import annotations

import re

from customhouse.period import Period
from customhouse.reader.calendar import MINGUO, Calendar
from customhouse.reader.dates import dates
from customhouse.reader.numerals import number_word
from customhouse.reader.resolving import Groups, resolve
from customhouse.reader.tokens import Sentence, When
from customhouse.vocabulary import guarded, pattern, words

_PERIODS = {
    "en": tuple(f"period_en_{i}" for i in range(1, 9)),
    "zh": tuple(f"period_zh_{i}" for i in range(1, 5)),
}
_BEFORE, _EVENT = 40, 72
_NEVER_BASES = {"py", "pm", "fr", "fd", "nn"}
_RANGES = {"m1", "r1"}
_THIS_YEAR = {"ty", "yt"}
_AFTER = {"yon", "yaf"}
"""Groups that mean a year counted from the one named last."""
_YEARS = {"nmy", "h3y", "y", "q2y", "q3y", "h2y", "m1y", "lendy", "r2"}
_RELATIVE = {"lm", "lm1", "pm1", "tm", "yl", "ly1", "y2", "ybl", "lq", "tq", "yon", "yaf"}
"""Groups of periods that count from another."""
_OF_MONTH = {"pm1", "tm"}
"""Groups that mean the month named last, and the one before it."""
_ORDERED = ("quarter", "half")
"""Units whose name a second one of them leaves out."""
_UNITS = {
    "month": {"m", "md", "tm", "lm", "lm1", "pm1"},
    "quarter": {"q", "q2", "q3", "q4", "s", "qq", "ql", "qo", "lq", "tq"},
    "half": {"h", "h2", "h3"},
    "year": {"y", "ly1", "yl", "ty", "yt", "fy", "roc", "y2", "ybl", "yon", "yaf"},
}


def find(s: Sentence, calendar: Calendar, taken: list[tuple[int, int]]) -> list[When]:
    """The periods that a sentence names outside the places taken, resolved, in order."""
    taken = dates(s.lower, s.start, s.end, s.language) + taken
    periods = guarded(f"period_start_{s.language}", *_PERIODS[s.language])
    found: list[When] = []
    for match in periods.finditer(s.lower, s.start, s.end):
        if match.groupdict().get("qe") and not (_goes_on(found) if found else _by_quarter(s)):
            continue
        overlaps = any(start < match.end() and match.start() < end for start, end in taken)
        if not overlaps and not _is_other_word(s, match) and not _is_aside(s, match):
            when = _when(s, match, calendar, found)
            when.base = when.base or _joined(s, found, when)
            found.append(when)
    return found


def _goes_on(found: list[When]) -> bool:
    """Whether a mere ordinal is that of a quarter or half: `in the first quarter and 7% in the second`."""
    return bool(found) and found[-1].period is not None and found[-1].unit in _ORDERED


def _by_quarter(s: Sentence) -> bool:
    """Whether a sentence tells of quarters by their number: `By quarter, trade rose 2% in the first`."""
    return s.language == "en" and bool(pattern("by_quarter_en").match(s.lower, s.start))


def _joined(s: Sentence, found: list[When], when: When) -> bool:
    """Whether a period stands in a list with a base: `below May and June`."""
    if not found or not found[-1].base or not found[-1].end < when.start:
        return False
    return bool(pattern(f"period_joint_{s.language}").fullmatch(s.lower, found[-1].end, when.start))


def _is_aside(s: Sentence, match: re.Match[str]) -> bool:
    """Whether a period only says when something was said or signed, or among what a figure is the highest."""
    if s.language == "zh":
        return bool(pattern("year_scope_zh").match(s.lower, match.end()))
    before = s.lower[max(s.start, match.start() - _BEFORE):match.start()]
    return s.language == "en" and bool(pattern("said_before_en").search(before))


def _when(s: Sentence, match: re.Match[str], calendar: Calendar, found: list[When]) -> When:
    """A match with its period; a year that it names is the one that later periods count from."""
    groups = {name: text for name, text in match.groupdict().items() if text}
    if ordinal := groups.pop("qe", None):
        groups["h" if found and found[-1].unit == "half" else "q"] = ordinal
    period, vague = resolve(groups, s.language, calendar)
    if "fyr" in groups and (named := [w.period for w in found if w.period and not w.base]):
        period = Period.of(named[-1].year)
    if groups.keys() & _AFTER:
        period = _years_after(groups, s.language, found, calendar)
    if groups.keys() & _OF_MONTH and (before := _month_named(found)):
        period = before.shift(-1) if "pm1" in groups else before
    when = When(match.start(), match.end(), period, vague=vague, unit=_unit(groups))
    _see_before(s, match, when, groups)
    if s.language == "zh":
        _see_around_zh(s, when, groups)
    when.explicit_year = _year(groups)
    when.explicit = groups.keys().isdisjoint(_RELATIVE)
    if when.explicit and when.explicit_year is None and calendar.published is not None:
        when.period = _near_first(found, when.period)
    when.full_year = calendar.this_year() if groups.keys() & _THIS_YEAR else None
    if when.explicit_year and period and not when.base and not calendar.fixed:
        calendar.year = when.explicit_year
    return when


def _years_after(groups: Groups, language: str, found: list[When], calendar: Calendar) -> Period | None:
    """`ten years later`, `the year after`: counted from the year named last, None where that is unknown."""
    named = [w.period for w in found if w.period]
    last = named[-1] if named else calendar.current
    count = number_word(groups["yon"], language) if "yon" in groups else 1
    return Period.of(last.year + count) if last and count else None


def _near_first(found: list[When], period: Period | None) -> Period | None:
    """Months without a year are those nearest to the period before, where the sentence's first has a year."""
    first = found[0] if found else None
    if period is None or first is None or first.period is None or not first.explicit_year or first.base:
        return period
    if period.months == 12 or first.period.months == 12:
        return period
    before = found[-1].period or first.period
    return period.shift(12 * round((before.last - period.last) / 12))


def _month_named(found: list[When]) -> Period | None:
    """The single month that a sentence named last, other than as a base."""
    named = [w.period for w in found if w.period and not w.base]
    return named[-1] if named and named[-1].months == 1 else None


def _before(s: Sentence, when: When) -> str:
    return s.lower[max(s.start, when.start - _BEFORE):when.start]


def _see_before(s: Sentence, match: re.Match[str], when: When, groups: Groups) -> None:
    """Whether the words before make a period a base (`than in May`) or a beginning (`since May`)."""
    before = _before(s, when)
    ranged = not groups.keys().isdisjoint(_RANGES) and "-" not in match[0]
    ranged = ranged and before.rstrip().endswith(words("from_word_en"))
    compared = not ranged and groups.keys().isdisjoint(_NEVER_BASES)
    when.base = compared and bool(pattern(f"compare_{s.language}").search(before))
    when.base = when.base and not opens_with_same(s, when)
    when.since = bool(pattern(f"since_{s.language}").search(before))
    event = s.lower[max(s.start, when.start - _EVENT):when.start]
    when.local = s.language == "en" and not when.since and bool(pattern("since_event_en").search(event))


def opens_with_same(s: Sentence, when: When) -> bool:
    """Whether an English sentence turns to the same months of a year: `In the same period of 2021, trade`."""
    told = s.language == "en" and when.unit == "year"
    return told and bool(pattern("same_opens_en").fullmatch(s.lower, s.start, when.start))


def _see_around_zh(s: Sentence, when: When, groups: Groups) -> None:
    """In Chinese the word for `since` comes after; a word for `up to` makes a month the months to it."""
    after = s.lower[when.end:when.end + 2]
    before = _before(s, when)
    begun = before.endswith(words("from_word_zh")) and pattern("begun_zh").match(s.lower, when.end)
    when.since = "ytd" not in groups and (after.startswith(words("since_after_zh")) or bool(begun))
    told = before.endswith(words("equals_zh")) and pattern("times_of_zh").match(s.lower, when.end)
    told = told or when.unit == "year" and pattern("compared_after_zh").match(s.lower, when.end)
    when.base = (when.base or bool(told)) and not when.since
    period = when.period
    if period and period.months in (1, 3) and before.endswith(words("upto_zh")):
        when.period = Period(period.last // 12 * 12, period.last)


def _is_other_word(s: Sentence, match: re.Match[str]) -> bool:
    """Whether a month's name is another word: `may`, `march` in lower case, `mar` inside a word."""
    if s.language != "en" or not match["m"]:
        return False
    start, word = match.start("m"), match["m"]
    if not s.text[start].isupper():
        return True
    before = s.text[max(0, start - 9):start].strip().lower()
    dated = any(match[group] for group in ("m_y", "m_yl", "m_yt"))
    if word not in ("may", "march") or dated or before.endswith(words("month_cues_en")):
        return False
    tail = s.text[match.end():match.end() + 12].strip().lower()
    if tail.startswith(words("possessive_marks_en")):
        return False
    if word == "may" and (before[-1:].isalnum() or tail.startswith(words("after_month_en"))):
        return False
    return word == "may" or not before or tail[:1].isalpha() and before.endswith(".")


def _year(groups: Groups) -> int | None:
    """The year that a period names in full."""
    years = (text for name, text in groups.items() if name.endswith("_y") or name in _YEARS)
    stated = next((int(text) for text in years if len(text) == 4), None)
    minguo = next((int(text) for name, text in groups.items() if name.endswith("roc")), None)
    return stated if minguo is None else minguo + MINGUO


def _unit(groups: Groups) -> str:
    """What kind of period it is: month, quarter, half, year or range."""
    return next((unit for unit, names in _UNITS.items() if not names.isdisjoint(groups)), "range")
