"""What a stated period means: its months, by the first rule that knows the named groups of its match."""

from __future__ import annotations

from collections.abc import Callable

from customhouse.errors import PeriodError
from customhouse.period import Period, month
from customhouse.reader.calendar import MINGUO, Calendar
from customhouse.reader.numerals import month_number, number_word, quarter_number
from customhouse.vocabulary import mapping, words

Groups = dict[str, str]
Resolved = tuple[Period | None, bool] | None
"""A period with whether it is too vague to be one; None where a rule does not apply."""

"""The first year of the Republic's calendar less one."""
_MOST_YEARS = 200


def resolve(g: Groups, language: str, calendar: Calendar) -> tuple[Period | None, bool]:
    """The period of the groups of a match, and whether it is too vague to be one."""
    try:
        for rule in _RULES:
            found = rule(g, language, calendar)
            if found is not None:
                backwards = found[0] is not None and found[0].last < found[0].first
                return (None, True) if backwards else found
    except (PeriodError, ValueError):
        pass
    return None, True


# --- the rules, in order ------------------------------------------------------------------


def _quarter(g: Groups, language: str, calendar: Calendar) -> Resolved:
    word = _first(g, "q", "q2", "q3", "q4", "qq", "ql", "qo") or ("1" if "s" in g else None)
    if word is None:
        return None
    number = quarter_number(word, language)
    if number is None or number > 4:
        return None, True
    year = _stated_year(g, ("q", "q2_", "s", "qq", "ql"), calendar)
    if explicit := _first(g, "q2y", "q3y") or (f"20{g['q4y']}" if "q4y" in g else None):
        year = int(explicit)
    return calendar.months(number * 3 - 2, number * 3, year), False


def _first_months(g: Groups, language: str, calendar: Calendar) -> Resolved:
    """`the first seven months`, `the first two quarters`."""
    if "n" not in g:
        return None
    count = number_word(g["n"], language) or 0
    last = count if g.get("nu", "")[:5] in words("month_words") else count * 3
    if not 0 < last <= 12:
        return None, True
    return calendar.months(1, last, _stated_year(g, ("n",), calendar)), False


def _the_months(g: Groups, language: str, calendar: Calendar) -> Resolved:
    """`over the five months`: the first five of the year in view."""
    if "nn" not in g:
        return None
    count = number_word(g["nn"], language) or 0
    year = calendar.year_in_view() or calendar.this_year()
    return (calendar.months(1, count, year), False) if 1 < count <= 12 else (None, True)


def _first_months_short(g: Groups, language: str, calendar: Calendar) -> Resolved:
    """`5M26`, `1H26`."""
    name = "nm" if "nm" in g else "h3"
    if name not in g:
        return None
    number, year = int(g[name]), int(g[f"{name}y"]) % 100 + 2000
    if name == "h3":
        return calendar.months(number * 6 - 5, number * 6, year), False
    return (calendar.months(1, number, year), False) if 0 < number <= 12 else (None, True)


def _months_to(g: Groups, language: str, calendar: Calendar) -> Resolved:
    """`the six months to June`."""
    if "l" not in g or "lend" not in g:
        return None
    count = number_word(g["l"], language) or 1
    last = month_number(g["lend"], "en")
    return _ending(calendar.months(last, last, _integer(g, "lendy")), count), False


def _half(g: Groups, language: str, calendar: Calendar) -> Resolved:
    word = _first(g, "h", "h2")
    if word is None:
        return None
    first, last = (1, 6) if word in words("first_half") else (7, 12)
    year = int(g["h2y"]) if "h2y" in g else _stated_year(g, ("h",), calendar)
    return calendar.months(first, last, year), False


def _month_range(g: Groups, language: str, calendar: Calendar) -> Resolved:
    if "m1" not in g:
        return None
    first, last = (month_number(g[k], language) for k in ("m1", "m2"))
    year = _stated_year(g, ("m2", "m1"), calendar)
    begun = _integer(g, "m1y") or ("m2_y" in g and _stated_year(g, ("m1",), calendar))
    if begun and year is not None:
        return Period(month(begun, first), month(year, last)), False
    if last < first:
        return _ending(calendar.months(last, last, year), (last - first) % 12 + 1), False
    return calendar.months(first, last, year), False


def _single_month(g: Groups, language: str, calendar: Calendar) -> Resolved:
    """A month; with a year before or after it, or as the first of a range of dates."""
    if word := _first(g, "fd", "fr"):
        number = month_number(word, language)
        return calendar.months(number, number, _integer(g, "fdy")), False
    name = "m" if "m" in g else "md"
    if name not in g:
        return None
    number = month_number(g[name], language)
    return calendar.months(number, number, _stated_year(g, (name,), calendar)), False


def _year_to_month(g: Groups, language: str, calendar: Calendar) -> Resolved:
    """`the year to March`."""
    if "ym" not in g:
        return None
    number = month_number(g["ym"], language)
    return _ending(calendar.months(number, number, _integer(g, "ymy")), 12), False


def _fiscal_year(g: Groups, language: str, calendar: Calendar) -> Resolved:
    """`FY2024-25`, from April to March; `FY25` names the year in which it ends."""
    if "fy" not in g:
        return None
    start = int(g["fy"]) + (2000 if int(g["fy"]) < 100 else 0)
    return _from_april(start if "fy2" in g else start - 1), False


def _split_year(g: Groups, language: str, calendar: Calendar) -> Resolved:
    """`2024-25`, from April to March."""
    if "fs" not in g:
        return None
    start = int(g["fs"])
    return (_from_april(start), False) if (start + 1) % 100 == int(g["fs2"]) else (None, True)


def _year_range(g: Groups, language: str, calendar: Calendar) -> Resolved:
    return (_whole_years(int(g["r1"]), int(g["r2"])), False) if "r1" in g else None


def _five_year_plan(g: Groups, language: str, calendar: Calendar) -> Resolved:
    """The years of a plan, its last year where its end is named."""
    if "fp" not in g:
        return None
    first = int(mapping("five_year_plans")[g["fp"]])
    if g.get("fe") in words("plan_end"):
        return Period.of(first + 4), False
    return _whole_years(first, first + 4), "fe" not in g


def _year(g: Groups, language: str, calendar: Calendar) -> Resolved:
    if "y" in g:
        return Period.of(int(g["y"])), False
    return (Period.of(int(g["roc"]) + MINGUO), False) if "roc" in g else None


def _to_date(g: Groups, language: str, calendar: Calendar) -> Resolved:
    return (calendar.to_date(), calendar.published is None) if "ytd" in g else None


def _year_before(g: Groups, language: str, calendar: Calendar) -> Resolved:
    """`last year`, `the year before last`."""
    back = 0 if _first(g, "ly1", "yl") else 1 if _first(g, "ybl", "y2") else None
    if back is None:
        return None
    last = calendar.last_year()
    return (Period.of(last - back) if last else None), False


def _full_year(g: Groups, language: str, calendar: Calendar) -> Resolved:
    return (calendar.full_year(), False) if "fyr" in g else None


def _this_year(g: Groups, language: str, calendar: Calendar) -> Resolved:
    return (calendar.to_date(), False) if _first(g, "ty", "yt") else None


def _past_years(g: Groups, language: str, calendar: Calendar) -> Resolved:
    """`the past five years`."""
    if "py" not in g:
        return None
    count, last = number_word(g["py"], language) or 0, calendar.last_year()
    known = last and 0 < count < _MOST_YEARS
    return (_whole_years(last - count + 1, last) if last and known else None), False


def _years_ago(g: Groups, language: str, calendar: Calendar) -> Resolved:
    """`ten years ago`."""
    if "ya" not in g:
        return None
    count, this = number_word(g["ya"], language) or 0, calendar.this_year()
    known = calendar.published and 0 < count < _MOST_YEARS
    return (Period.of(this - count) if this and known else None), False


def _this_quarter_so_far(g: Groups, language: str, calendar: Calendar) -> Resolved:
    """The quarter of the current period, else that of the month before the text."""
    now = calendar.published
    if now is None or "sq" not in g:
        return None
    return _quarter_of(calendar.current.last if calendar.current else now - 1), False


def _month_before(g: Groups, language: str, calendar: Calendar) -> Resolved:
    """`last month`; `the previous month` is the one before the month in view, where one is."""
    now, current = calendar.published, calendar.current
    if "pm1" in g and current and current.months == 1:
        return current.shift(-1), False
    if now is None and current and _first(g, "lm", "lm1"):
        return Period(current.last, current.last), False  # that which an undated text tells of
    return (Period(now - 1, now - 1), False) if now is not None and _first(g, "lm", "lm1", "pm1") else None


def _this_month(g: Groups, language: str, calendar: Calendar) -> Resolved:
    last = calendar.current.last if calendar.current else calendar.published
    return (Period(last, last), False) if last is not None and "tm" in g else None


def _next_year(g: Groups, language: str, calendar: Calendar) -> Resolved:
    """`next year`, of a text whose own year is known."""
    year = calendar.this_year()
    return (Period.of(year + 1), False) if year and g.get("nx") in words("next_year") else None


def _quarter_before(g: Groups, language: str, calendar: Calendar) -> Resolved:
    """`last quarter`, and `this quarter`, which is the current period where that is a quarter."""
    now, current = calendar.published, calendar.current
    if now is None and current and "tq" in g:
        return _quarter_of(current.last), False
    if now is None or not _first(g, "lq", "tq"):
        return None
    if "lq" not in g and current and current.months == 3:
        return current, False
    return _quarter_of(now // 3 * 3 - 3), False


_RULES: tuple[Callable[[Groups, str, Calendar], Resolved], ...] = (
    _quarter, _first_months, _the_months, _first_months_short, _months_to, _half, _month_range, _single_month,
    _year_to_month, _fiscal_year, _split_year, _year_range, _five_year_plan, _year, _to_date, _year_before,
    _full_year, _this_year, _past_years, _years_ago, _this_quarter_so_far, _month_before, _this_month,
    _quarter_before, _next_year,
)


# --- what they share ------------------------------------------------------------------------


def _first(g: Groups, *names: str) -> str | None:
    """The first of the groups that the match has."""
    return next((g[name] for name in names if name in g), None)


def _integer(g: Groups, name: str) -> int | None:
    return int(g[name]) if name in g else None


def _ending(last: Period | None, count: int) -> Period | None:
    """The months up to a period's last."""
    return Period(last.last - count + 1, last.last) if last else None


def _from_april(year: int) -> Period:
    return Period(month(year, 4), month(year + 1, 3))


def _whole_years(first: int, last: int) -> Period:
    return Period(month(first, 1), month(last, 12))


def _quarter_of(number: int) -> Period:
    return Period(number // 3 * 3, number // 3 * 3 + 2)


def _stated_year(g: Groups, prefixes: tuple[str, ...], calendar: Calendar) -> int | None:
    """The year that stands beside months, if any; relative ones count from the date of the text."""
    for prefix in prefixes:
        for suffix, year in _YEARS.items():
            if (stated := g.get(prefix + suffix)) is not None:
                return year(stated, calendar)
    return None


def _before_last(stated: str, calendar: Calendar) -> int | None:
    last = calendar.last_year()
    return last and last - 1


_YEARS: dict[str, Callable[[str, Calendar], int | None]] = {
    "_y": lambda stated, calendar: int(stated),
    "_roc": lambda stated, calendar: int(stated) + MINGUO,
    "_yl": lambda stated, calendar: calendar.last_year(),
    "_y2": _before_last,
    "_yt": lambda stated, calendar: calendar.this_year(),
    "_yv": lambda stated, calendar: calendar.year_in_view(),
}
