"""Months in rows whose year stands elsewhere: in heads of columns, in the title, or in a row above them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from customhouse.records import printed_periods
from customhouse.records.mapping.dated import month_numbers
from customhouse.records.mapping.flags import unmarked
from customhouse.records.propose import words
from customhouse.records.propose.found import Raw, Roles
from customhouse.records.propose.look import Column, Look, is_period
from customhouse.records.propose.titled import is_year

_YEAR = 12
_FOUR = re.compile(r"\d{4}")
_FEWEST = 2
"""So many months in rows are no accident."""


def column(look: Look, found: Roles) -> None:
    """Finds the column of months without a year, where no column has periods."""
    if "period" in found.raw:
        _totals(found)
        return
    for one in [*found.named(look, "month"), *found.named(look, "period"), *found.free(look)]:
        months = [text for text in one.distinct if _month(text, one)]
        others = [text for text in one.distinct if text not in months]
        if len(months) < _FEWEST:
            continue
        dated = [*_dated(look, one)]
        if len(dated) == len(one.cells) and (any(map(is_period, others)) or any(look.headings)):
            found.raw["period"] = {"column": one.name, "fill": "year"}
            found.take("period", one, "months, each of the year above it")
            found.columns["period"] = Column(one.at, one.name, dated)
            _partial(found, dated)
            return
        if all(map(_is_whole, others)):
            where = ", whose year stands elsewhere"
            if year := _years(look, found, one):
                where = ""
                found.raw["period"] = {"year": year.name, "month": one.name}
                found.take("year", year, f"with years such as {year.distinct[0]!r}")
            found.take("month", one, f"with months such as {months[0]!r}{where}")
            return


def _years(look: Look, found: Roles, months: Column) -> Column | None:
    """The one column of years beside months, though it has no name that says so, or none at all."""
    years = [
        column
        for column in look.columns
        if column.at not in found.taken and column.filled and column is not months and column.at < months.at
        if all(_FOUR.fullmatch(text) and is_period(text) for text in column.distinct)
    ]
    if len(years) != 1:
        return None
    years[0].name = years[0].name or f"({years[0].at + 1})"
    return years[0]


def _totals(found: Roles) -> None:
    """Rows of totals in a column of periods: below all months of a year they are of that year."""
    one, period = found.columns.get("period"), found.raw["period"]
    if one is None or not isinstance(period, dict) or "fill" in period or "month" in found.columns:
        return
    texts = [text for text in one.distinct if not is_period(text)]
    if not texts or not all(map(words.is_total, texts)):
        return
    shown = f"rows with {', '.join(map(repr, texts))} in {one.name!r}"
    places = [at for at, cell in enumerate(one.cells) if " ".join(cell.split()) in texts]
    if all(_ends_a_year(one.cells, at) for at in places):
        found.raw["period"] = period | {"fill": "year", "whole": texts}
        found.remarks.append(f"period: {shown} are of the whole year above them")
    else:
        found.remarks.append(
            f"CHECK period: {shown} are no periods and will be set aside; they sum up what is not known to "
            "be a whole year"
        )


def _ends_a_year(cells: list[str], at: int) -> bool:
    """Whether the twelve months of one year stand directly above a row, and no more."""
    spans = [printed_periods.maybe(unmarked(text)) for text in cells[max(at - _YEAR - 1, 0) : at]]
    months = spans[-_YEAR:]
    first = months[0] if months else None
    if first is None or first[0] % _YEAR or [*_spans(first[0])] != months:
        return False
    return len(spans) == _YEAR or spans[0] is None or spans[0][1] != first[0] - 1


def _spans(first: int) -> Iterator[tuple[int, int]]:
    return ((month, month) for month in range(first, first + _YEAR))


def _month(text: str, one: Column) -> bool:
    """Whether a text is a month by its name; a number is one where the column is called so."""
    if text.isdigit():
        return words.is_a("column", one.name) == "month" and month_numbers(text) is not None
    return month_numbers(text) is not None


def _is_whole(text: str) -> bool:
    return words.is_total(text) or words.is_a("column", text) == "year"


def _dated(look: Look, one: Column) -> Iterator[str]:
    """The cells of a column, each month behind the year above it; it ends where one has none."""
    year = ""
    for text, heading in zip(one.cells, look.headings or [""] * len(one.cells), strict=False):
        year = heading or year
        if is_period(text):
            year = _year_of(text) or year
            yield text.strip()
        elif year and _month(text.strip(), one):
            yield f"{year.strip()} {text.strip()}"
        else:
            return


def _partial(found: Roles, dated: list[str]) -> None:
    """Doubts a year with figures of its own, of which the table has some months only."""
    for text in dated:
        months = sum(other.startswith(f"{text} ") for other in dated)
        if 0 < months < _YEAR:
            found.remarks.append(
                f"CHECK period: {text!r} has figures, and {months} months of it stand below; see whether its "
                "figures are of the whole year or of those months"
            )


def settle(look: Look, found: Roles, proposed: dict[str, Raw]) -> str:
    """Says the year of a column of months, and what stands for whole years; why it cannot be, if so."""
    one, period = found.columns.get("month"), found.raw.get("period")
    if one is None:
        return ""
    if period is None and not all(is_year(str(spec.get("period", ""))) for spec in proposed.values()):
        return (
            f"the months of column {one.name!r} are of no year that the table says; add it by hand, as "
            f"`period: {{is: 2024, month: {one.name}}}`"
        )
    if period is None:
        found.raw["period"] = {"month": one.name}
        found.remarks.append(f"period: the months of {one.name!r} are of the years in the names of columns")
    elif "is" in period:
        year = _year_of(period["is"])
        if year is None:
            return f"the months of column {one.name!r} are of no one year: {period['is']!r} is none"
        found.raw["period"] = period | {"is": year, "month": one.name}
        found.remarks.append(f"CHECK period: the months of {one.name!r} are of {year}, the year that is said")
    _whole(found, one, found.raw["period"])
    return ""


def _year_of(text: str) -> str | None:
    """The year that a period is, or lies in."""
    if is_year(text):
        return text
    span = printed_periods.maybe(unmarked(text))
    return str(span[0] // _YEAR) if span and span[0] // _YEAR == span[1] // _YEAR else None


def _whole(found: Roles, one: Column, period: Raw) -> None:
    """Rows without a month are of the whole year, where all twelve months of it stand there."""
    texts = {" ".join(cell.split()) for cell in one.cells}
    others = sorted(text for text in texts if not _month(text, one))
    if not others:
        return
    year = found.columns.get("year")
    years = year.cells if year is not None else [""] * len(one.cells)
    named = {which: set[int]() for which in years}
    for which, cell in zip(years, one.cells, strict=True):
        first, last = month_numbers(cell) or (0, 1)
        named[which] |= {first} if first == last else set()
    # A year may have a total and no months; one with some of them may be summed up over these alone.
    if all(len(months) in (0, _YEAR) for months in named.values()):
        period["whole"] = others
        found.remarks.append(
            f"period: rows with {', '.join(map(repr, others))} in {one.name!r} are of the whole year"
        )
        return
    because = "it sums up some months of a year"
    found.raw["leave_out"] = [
        *found.raw.get("leave_out", []),
        {"column": one.name, "is": others, "because": because},
    ]
    found.remarks.append(
        f"CHECK period: rows with {', '.join(map(repr, others))} in {one.name!r} are left out, for not all "
        "months of their year stand there"
    )
