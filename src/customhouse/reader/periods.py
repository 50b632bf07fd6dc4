"""Periods in a text: finding them, and resolving those that are relative to the date of the text."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from customhouse.errors import PeriodError
from customhouse.period import Period, month, parse_month
from customhouse.reader.tokens import When
from customhouse.vocabulary import guarded, mapping, pattern, words

_PERIODS = {
    "en": tuple(f"period_en_{i}" for i in (1, 2, 3, 4, 5, 6, 7, 8)),
    "zh": tuple(f"period_zh_{i}" for i in (1, 2, 3, 4)),
}
_DATES = {"en": "DATE", "zh": "DATEZH"}
_ISO = re.compile(r"\b((?:19|20)\d\d)[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)|\b\d{1,2}[/.]\d{1,2}[/.](?:19|20)\d\d")
_DMY = re.compile(r"\b(\d{1,2})[/.](\d{1,2})[/.]((?:19|20)\d\d)\b")
_HEAD = 2500


@dataclass(slots=True)
class Calendar:
    """What relative periods resolve against: the month of the text, the year last named, the current period."""

    published: int | None = None
    year: int | None = None
    current: Period | None = None
    fixed: bool = False

    def months(self, first: int, last: int, year: int | None) -> Period | None:
        """Months of a year; without one, the latest such months that the text could know."""
        try:
            if year is None:
                year = self._infer(last)
            return None if year is None else Period.of(year, first, last)
        except PeriodError:
            return None

    def _infer(self, last: int) -> int | None:
        if self.published is None:
            return self.year
        year, current = self.published // 12, self.published % 12 + 1
        return year if last <= current else year - 1

    def this_year(self) -> int | None:
        """The year of the text."""
        return self.year if self.published is None else self.published // 12

    def last_year(self) -> int | None:
        """The year before that of the text; without a date it is unknown."""
        return None if self.published is None else self.published // 12 - 1

    def to_date(self) -> Period | None:
        """The complete months of the year of the text, or the current period where it is of that year."""
        if self.published is None:
            return None
        year = self.published // 12
        if self.current and self.current.year == year and self.current.first == month(year, 1):
            return self.current
        return Period(year * 12, max(self.published - 1, year * 12))


def number_word(text: str, language: str) -> int | None:
    """`3`, `three`, `third`, `3rd`, or a Chinese numeral up to 99, as a number."""
    text = text.strip().lower()
    digits = re.match(r"\d+", text)
    if digits:
        return int(digits[0])
    if language == "en":
        for name in ("cardinals_en", "ordinals_en"):
            if text in words(name):
                return words(name).index(text) + 1
        return None
    return chinese_integer(text)


def chinese_integer(text: str) -> int | None:
    """A Chinese numeral up to 9999 as a number, None where it is none."""
    digits = {c: i for i, c in enumerate(words("digits_zh"))} | mapping_int("digits_more_zh")
    scales = mapping_int("scales_zh")
    total, current = 0, 0
    for char in text:
        if char in scales:
            total += (current or 1) * scales[char]
            current = 0
        elif char in digits:
            current = current * 10 + digits[char]
        else:
            return None
    return total + current if text else None


def mapping_int(name: str) -> dict[str, int]:
    """A mapping of words to whole numbers that stands among the patterns."""
    return {key: int(value) for key, value in mapping(name).items()}


def date_of(text: str, lower: str) -> int | None:
    """The month of a text as it states it, None where it does not.

    A full date near the beginning or the end counts first; a day and month without a year take
    the year that the text names most.
    """
    head = lower[:_HEAD]
    full = _full_dates(head) or _full_dates(lower[-400:])
    if full:
        return full[0]
    years = Counter(int(y) for y in re.findall(r"(?<![\d.,])((?:19|20)\d\d)(?![\d%.,]\d|\d)", lower))
    if not years:
        return None
    year = min(years, key=lambda y: (-years[y], -y))
    for language in ("en", "zh"):
        for match in pattern(_DATES[language]).finditer(head):
            found = _day_month(match, language)
            if found and found[1] is None:
                return month(year, found[0])
    return None


def likely_year(lower: str) -> int | None:
    """The year that an undated text is about: the latest that it names, far-off goals aside."""
    years = Counter(int(y) for y in re.findall(r"(?<![\d.,])((?:19|20)\d\d)(?![\d%.,]\d|\d)", lower))
    if not years:
        return None
    usual = years.most_common(1)[0][0]
    return max(y for y in years if y <= usual + 1)


def _full_dates(text: str) -> list[int]:
    found = []
    for language in ("en", "zh"):
        for match in pattern(_DATES[language]).finditer(text):
            day = _day_month(match, language)
            if day and day[1] is not None:
                found.append((match.start(), month(day[1], day[0])))
    for match in _DMY.finditer(text):
        first, second = int(match[1]), int(match[2])
        number = second if second <= 12 else first
        if 1 <= number <= 12:
            found.append((match.start(), month(int(match[3]), number)))
    return [m for _, m in sorted(found)]


def _day_month(match: re.Match[str], language: str) -> tuple[int, int | None] | None:
    """The month number and year (or None) of a date."""
    g = match.groupdict()
    name = g.get("dm") or g.get("em")
    if language == "en" and name:
        number: int | None = words("months_en").index(name[:3]) + 1
    else:
        number = int(g.get("dm") or g.get("im") or 0)
    year = g.get("dy") or g.get("ey") or g.get("iy")
    return (number, int(year) if year else None) if number and 1 <= number <= 12 else None


def dates(lower: str, start: int, end: int, language: str) -> list[tuple[int, int]]:
    """The places of days (`April 14, 2025`): they are no figures and no periods."""
    found = [(m.start(), m.end()) for m in pattern(_DATES[language]).finditer(lower, start, end)]
    return found + [(m.start(), m.end()) for m in _ISO.finditer(lower, start, end)]


def find(text: str, lower: str, start: int, end: int, language: str, calendar: Calendar,
         taken: list[tuple[int, int]]) -> list[When]:
    """The periods that a sentence names, resolved, in order."""
    days = dates(lower, start, end, language) + taken
    compare, since = pattern(f"compare_{language}"), pattern(f"since_{language}")
    found: list[When] = []
    for match in guarded(f"period_start_{language}", *_PERIODS[language]).finditer(lower, start, end):
        if any(s < match.end() and match.start() < e for s, e in days) or _no_month(text, match, language):
            continue
        groups = {k: v for k, v in match.groupdict().items() if v}
        period, vague = resolve(groups, language, calendar)
        when = When(match.start(), match.end(), period, vague=vague, unit=_unit(groups))
        before = lower[max(start, match.start() - 40):match.start()]
        when.base = not groups.keys() & {"py", "pm", "ya", "fr", "fd"} and bool(compare.search(before))
        if "m1" in groups and before.rstrip().endswith(words("from_word_en")) and "-" not in match[0]:
            when.base = False
        after = lower[match.end():match.end() + 2]
        when.since = bool(since.search(before))
        if language == "zh":
            when.since = any(after.startswith(w) for w in words("since_after_zh")) and "ytd" not in groups
            when.base = when.base and not when.since
            if period and period.months in (1, 3) and before.endswith(words("upto_zh")):
                when.period = Period(period.last // 12 * 12, period.last)
        when.explicit_year = _year(groups)
        when.full_year = calendar.this_year() if groups.keys() & {"ty", "yt"} else None
        if when.explicit_year and period and not when.base and not calendar.fixed:
            calendar.year = when.explicit_year
        found.append(when)
    return found


def _no_month(text: str, match: re.Match[str], language: str) -> bool:
    """Whether a month's name is another word: `may`, `march` in lower case, `mar` inside a word."""
    if language != "en" or "m" not in match.re.groupindex or not match.group("m"):
        return False
    start = match.start("m")
    word = match.group("m")
    if not text[start].isupper():
        return True
    tail = text[match.end():match.end() + 12].strip().lower()
    before = text[max(0, start - 9):start].strip().lower()
    follows = any(match.group(g) for g in ("m_y", "m_yl", "m_yt"))
    if word in ("may", "march") and not follows and not before.endswith(words("month_cues_en")):
        return word == "may" or not before or tail[:1].isalpha() and before.endswith(".")
    return False


def _year(groups: dict[str, str]) -> int | None:
    for key, value in groups.items():
        if (key.endswith("_y") or key in ("y", "q2y", "q3y", "h2y", "m1y", "lendy", "r2")) and len(value) == 4:
            return int(value)
    return None


def _unit(groups: dict[str, str]) -> str:
    """What kind of period it is: month, quarter, half, year or range."""
    if groups.keys() & {"m", "md", "tm", "lm", "lm1"}:
        return "month"
    if groups.keys() & {"q", "q2", "q3", "q4", "s", "qq", "ql", "qo", "lq", "tq"}:
        return "quarter"
    if groups.keys() & {"y", "ly1", "yl", "ty", "yt", "fy", "roc", "y2", "ybl"}:
        return "year"
    return "range"


def _stated_year(groups: dict[str, str], prefixes: tuple[str, ...], calendar: Calendar) -> int | None:
    """The year that stands beside months, if any; relative ones count from the date of the text."""
    for p in prefixes:
        if f"{p}_y" in groups:
            return int(groups[f"{p}_y"])
        if f"{p}_roc" in groups:
            return int(groups[f"{p}_roc"]) + 1911
        if f"{p}_yl" in groups:
            return calendar.last_year()
        if f"{p}_y2" in groups:
            last = calendar.last_year()
            return last and last - 1
        if f"{p}_yt" in groups:
            return calendar.this_year()
    return None


def resolve(g: dict[str, str], language: str, calendar: Calendar) -> tuple[Period | None, bool]:
    """The period of the groups of a match, and whether it is too vague to be one."""
    try:
        for rule in (_quarter, _first_months, _half, _month_range, _single_month, _years, _relative):
            found = rule(g, language, calendar)
            if found is not None:
                return found
    except (PeriodError, ValueError):
        return None, True
    return None, True


Resolved = tuple[Period | None, bool] | None


def _quarter(g: dict[str, str], language: str, calendar: Calendar) -> Resolved:
    word = g.get("q") or g.get("q2") or g.get("q3") or g.get("q4") or g.get("qq") or g.get("ql") or g.get("qo") or ("1" if "s" in g else None)
    if word is None:
        return None
    if word in words("last_quarter_en"):
        number: int | None = 4
    elif word in words("first_quarter_en"):
        number = 1
    else:
        number = number_word(word, language)
    if number is None or number > 4:
        return None, True
    year = _stated_year(g, ("q", "q2_", "s", "qq", "ql"), calendar)
    explicit = g.get("q2y") or g.get("q3y") or (f"20{g['q4y']}" if "q4y" in g else None)
    if explicit:
        year = int(explicit)
    return calendar.months(number * 3 - 2, number * 3, year), False


def _first_months(g: dict[str, str], language: str, calendar: Calendar) -> Resolved:
    if "n" in g:
        count = number_word(g["n"], language) or 0
        is_month = g.get("nu", "")[:5] in words("month_words")
        last = count if is_month else count * 3
        return (calendar.months(1, last, _stated_year(g, ("n",), calendar)), False) if 0 < last <= 12 else (None, True)
    if "l" in g and "lend" in g:
        count = number_word(g["l"], language) or 1
        last = words("months_en").index(g["lend"][:3]) + 1
        end = calendar.months(last, last, int(g["lendy"]) if "lendy" in g else None)
        return (Period(end.last - count + 1, end.last) if end else None), False
    return None


def _half(g: dict[str, str], language: str, calendar: Calendar) -> Resolved:
    word = g.get("h") or g.get("h2")
    if word is None:
        return None
    first = word in words("first_half")
    year = int(g["h2y"]) if "h2y" in g else _stated_year(g, ("h",), calendar)
    return calendar.months(1 if first else 7, 6 if first else 12, year), False


def _month_number(word: str, language: str) -> int:
    if language == "en":
        return words("months_en").index(word[:3]) + 1
    return number_word(word, language) or 0


def _month_range(g: dict[str, str], language: str, calendar: Calendar) -> Resolved:
    if "m1" not in g:
        return None
    first, last = (_month_number(g[k], language) for k in ("m1", "m2"))
    year = _stated_year(g, ("m2", "m1"), calendar)
    if "m1y" in g and year is not None:
        return Period(month(int(g["m1y"]), first), month(year, last)), False
    if last < first:
        end = calendar.months(last, last, year)
        return (Period(end.last - (last - first) % 12, end.last) if end else None), False
    return calendar.months(first, last, year), False


def _single_month(g: dict[str, str], language: str, calendar: Calendar) -> Resolved:
    if "fd" in g or "fr" in g:
        number = _month_number(g.get("fd") or g["fr"], language)
        return calendar.months(number, number, int(g["fdy"]) if "fdy" in g else None), False
    name = "m" if "m" in g else "md"
    if name not in g:
        return None
    number = _month_number(g[name], language)
    return calendar.months(number, number, _stated_year(g, (name,), calendar)), False


def _years(g: dict[str, str], language: str, calendar: Calendar) -> Resolved:
    if "ym" in g:
        number = _month_number(g["ym"], language)
        end = calendar.months(number, number, int(g["ymy"]) if "ymy" in g else None)
        return (Period(end.last - 11, end.last) if end else None), False
    if "fy" in g:
        start = int(g["fy"]) + (2000 if int(g["fy"]) < 100 else 0)
        if "fy2" not in g:
            start -= 1
        return Period(month(start, 4), month(start + 1, 3)), False
    if "fs" in g:
        if (int(g["fs"]) + 1) % 100 != int(g["fs2"]):
            return None, True
        return Period(month(int(g["fs"]), 4), month(int(g["fs"]) + 1, 3)), False
    if "r1" in g:
        return Period(month(int(g["r1"]), 1), month(int(g["r2"]), 12)), False
    if "fp" in g:
        first = int(mapping("five_year_plans")[g["fp"]])
        if g.get("fe") in words("plan_end"):
            return Period.of(first + 4), False
        return Period(month(first, 1), month(first + 4, 12)), "fe" not in g
    if "y" in g:
        return Period.of(int(g["y"])), False
    if "roc" in g:
        return Period.of(int(g["roc"]) + 1911), False
    return None


def _relative(g: dict[str, str], language: str, calendar: Calendar) -> Resolved:
    now, this, last = calendar.published, calendar.this_year(), calendar.last_year()
    if "ytd" in g:
        return calendar.to_date(), calendar.published is None
    if "ly1" in g or "yl" in g:
        return (Period.of(last) if last else None), False
    if "ybl" in g or "y2" in g:
        return (Period.of(last - 1) if last else None), False
    if "fyr" in g:
        return _full_year(calendar), False
    if "ty" in g or "yt" in g:
        return calendar.to_date(), False
    if "py" in g:
        count = number_word(g["py"], language) or 0
        return (Period(month(last - count + 1, 1), month(last, 12)) if last and 0 < count < 200 else None), False
    if "ya" in g:
        count = number_word(g["ya"], language) or 0
        return (Period.of(this - count) if this and now and 0 < count < 200 else None), False
    return _relative_months(g, now, calendar)


def _full_year(calendar: Calendar) -> Period | None:
    """The whole year in view: the current period's, or the last that the text can know whole."""
    if calendar.current:
        return Period.of(calendar.current.year)
    return calendar.months(1, 12, None)


def _relative_months(g: dict[str, str], now: int | None, calendar: Calendar) -> Resolved:
    if now is None:
        return None, True
    if "sq" in g:
        last = calendar.current.last if calendar.current else now - 1
        return Period(last // 3 * 3, last // 3 * 3 + 2), False
    if "lm" in g or "lm1" in g:
        return Period(now - 1, now - 1), False
    if "tm" in g:
        current = calendar.current
        return (Period(current.last, current.last) if current else Period(now, now)), False
    quarter = now // 3 * 3
    if "lq" in g:
        return Period(quarter - 3, quarter - 1), False
    if "tq" in g:
        current = calendar.current
        return (current if current and current.months == 3 else Period(quarter - 3, quarter - 1)), False
    return None, True


def parse_published(text: str | None) -> int | None:
    """`2025-04` or `2025-04-14` as a month; None stays None. Raises PeriodError."""
    return None if text is None else parse_month(text)
