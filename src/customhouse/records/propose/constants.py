"""The one period of a table: said in its title, in a name of a column, of the sheet or of the file."""

from __future__ import annotations

import re
from collections.abc import Iterator

from customhouse.errors import PeriodError
from customhouse.records import printed_periods
from customhouse.records.propose import words
from customhouse.records.propose.bases import is_change
from customhouse.records.propose.columns import Raw, Roles
from customhouse.records.propose.fiscal import label_in
from customhouse.records.propose.look import Look, is_period

_DATED = {"period", "month"}
_PIECES = re.compile("[(),;:\uff08\uff09\uff0c\u3001\uff1b\uff1a]")
_YEAR = r"(?P<year>(?<!\d)(?:19|20)\d{2})(?!\d)"
_MONTH = r"(?P<month>\d{1,2})"
_END = r"(?P<to>\d{1,2})"
_EN = "[-\u2010-\u2014]"
_INSIDE = tuple(
    re.compile(pattern)
    for pattern in (  # in the signs of `printed_periods.normal`; the widest first
        rf"{_YEAR} ?y ?{_MONTH} ?m? ?{_EN} ?{_END} ?m",
        rf"{_YEAR} ?y ?1-(?P<quarters>[1-4]) ?q",
        rf"{_YEAR} ?y ?(?P<quarter>[1-4]) ?q",
        rf"{_YEAR}[-/., ]*y?[-/., ]*q ?(?P<quarter>[1-4])(?!\d)",
        rf"(?<![^\W_])q ?(?P<quarter>[1-4])(?!\d)[-/., ]*{_YEAR}",
        rf"{_YEAR} ?y? ?[hH](?P<half>[12])(?!\d)",
        rf"{_YEAR} ?y ?{_MONTH} ?m(?! ?\d)",
        rf"M{_MONTH}(?!\d)\.? ?{_EN} ?M{_END}(?!\d)[-/., ]*{_YEAR}",
        rf"{_YEAR}[-/., ]*M{_MONTH}(?!\d)\.? ?{_EN} ?M{_END}(?!\d)",
        rf"(?<!\d)(?<!\d )M{_MONTH}(?!\d)[-/., ]*{_YEAR}",
        rf"{_YEAR}[-/., ]*M{_MONTH}(?! ?\d)",
    )
)
_DAYS = re.compile(
    r"(?:19|20)\d{2} ?y ?\d{1,2} ?m ?\d{1,2}|\d{1,2}\.? ?M\d{1,2}(?!\d)[-/., ]*(?:19|20)\d{2}"
    r"|M\d{1,2}(?!\d) \d{1,2},? (?:19|20)\d{2}|(?:19|20)\d{2}[-/., ]*M\d{1,2} \d{1,2}(?!\d)"
)
"""Dates with a day: when a table was published, not what it is of."""
_NUMBER = re.compile(r"(?<!\d)((?:19|20)\d{2})[-/._]?(0[1-9]|1[0-2])(?![^\W_])")
"""A month as numbers, such as a name of a file has."""
_QUARTER = re.compile(r"(?<![^\W\d_])q(?![^\W\d_])")


def wide(look: Look, found: Roles, proposed: dict[str, Raw]) -> str:
    """A period in the title or in a name of a column, where no column has it; why it cannot be, if so."""
    if "period" not in found.raw and not all(_DATED & {*spec} for spec in proposed.values()):
        _given(look, found, proposed)
    return _of_two(found, proposed)


def _given(look: Look, found: Roles, proposed: dict[str, Raw]) -> None:
    names = [column.name for column in look.columns]
    names = [name for name in names if not is_change(name, proposed.get(name, {"flow": ""}))]
    for text in (*look.title, *names, look.path.stem, look.sheet or ""):
        if constant := constant_in(text):
            found.raw["period"] = {"is": _of_columns(constant, proposed)}
            found.remarks.append(f"CHECK period: {found.raw['period']['is']} as said in {text!r}")
            return


def _of_columns(constant: str, proposed: dict[str, Raw]) -> str:
    """The last month of January to that month, where columns say which of the two they are."""
    try:
        first, last = printed_periods.parse(constant)
    except PeriodError:
        return constant
    said = {name: words.says("months", name) for name in proposed}
    year = last - first == 11 and "/" not in constant
    if first == last or first % 12 or year or "month" not in said.values():
        return constant
    for name, spec in proposed.items():
        if said[name] is None and not _DATED & {*spec}:
            spec["period"] = constant
    return _text(last, last)


def _of_two(found: Roles, proposed: dict[str, Raw]) -> str:
    """Why one whole year is no period of a month and of the months up to it."""
    period = found.raw.get("period")
    text = period.get("is") if isinstance(period, dict) else None
    months = {
        words.says("months", name)
        for name, spec in proposed.items()
        if spec.get("measure", "value") == "value" and not _DATED & {*spec}
    }
    if not text or not {"month", "year_to_date"} <= months or not _is_year(text):
        return ""
    del found.raw["period"]
    return (
        f"columns are of a month and of the year to date, so that their period is not the year {text}; "
        "add the month by hand, as `period: {is: 2024-04}`"
    )


def _is_year(text: str) -> bool:
    try:
        first, last = printed_periods.parse(text)
    except PeriodError:
        return False
    return last - first == 11


def constant_in(text: str) -> str | None:
    """The one period that a text has in it, as a mapping writes it; None where it has none or several."""
    if fiscal := label_in(text):
        return fiscal
    pieces = [text, *_PIECES.split(text)]
    whole = [piece.strip() for piece in pieces if re.search(r"\d{4}", piece) and _known(piece)]
    if monthly := next((piece for piece in whole if not _is_year(piece)), None):
        return monthly
    plain = _DAYS.sub(" ", printed_periods.normal(text))
    if inside := {*_inside(plain)}:
        return _text(*inside.pop()) if len(inside) == 1 else None
    if number := _NUMBER.search(text):
        return "-".join(number.groups())
    years = {*re.findall(r"(?<![\d/])(?:19|20)\d{2}(?![\d/])", plain)}
    if len(years) != 1 or _QUARTER.search(plain):
        return None
    months = {span for piece in pieces if (span := printed_periods.months(piece))}
    return _month_of(years.pop(), months)


def _month_of(year: str, months: set[tuple[int, int]]) -> str:
    """The months of a year that stand apart from it: `2025, March`; else the year."""
    if len(months) != 1:
        return year
    january = printed_periods.parse(year)[0]
    first, last = months.pop()
    return _text(january + first - 1, january + last - 1)


def _inside(plain: str) -> Iterator[tuple[int, int]]:
    """The months that a text speaks of with their year."""
    for pattern in _INSIDE:
        for match in pattern.finditer(plain):
            if span := printed_periods.span(match):
                yield span
        plain = pattern.sub(" ", plain)


def _text(first: int, last: int) -> str:
    begin, end = (f"{month // 12}-{month % 12 + 1:02}" for month in (first, last))
    return begin if begin == end else f"{begin}/{end}"


def _known(text: str) -> bool:
    if not is_period(text):
        return False
    try:
        printed_periods.parse(text)
    except PeriodError:
        return False
    return True
