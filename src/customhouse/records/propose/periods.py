"""Columns that are periods: whose names have a month, a quarter or a year in them, beside other words."""

from __future__ import annotations

from collections.abc import Iterable

from customhouse.records import printed_periods
from customhouse.records.propose import bases, footnotes, headed
from customhouse.records.propose.found import Raw, Roles
from customhouse.records.propose.look import Column, Look, is_period
from customhouse.records.propose.minguo import SAID, gregorian, of_heads
from customhouse.records.propose.titled import YEAR, bare, is_year, months_in, period_in
from customhouse.records.propose.words import is_total, says

_FEWEST = 2
_Span = tuple[int, int]


def periods(look: Look, found: Roles, proposed: dict[str, Raw]) -> None:
    """Gives each column of a table without a column of periods the period that its name says.

    Of columns that name months alone the year is that of a column, or of title, sheet or file.
    """
    if "period" in found.raw and not isinstance(found.raw["period"], dict):
        return
    by_name = {name: spec for name, spec in proposed.items() if "period" not in spec}
    if not found.raw.get("period"):
        footnotes.give(look, found, proposed)
        by_name = {name: spec for name, spec in proposed.items() if "period" not in spec}
    yearly = _yearly(found)
    calendar = of_heads(look)
    if not found.raw.get("period"):
        for name, spec in by_name.items():
            if not bases.is_change(name, spec) and (text := period_in(gregorian(name, calendar))):
                spec["period"] = text
                if "/" in text and text not in name:
                    found.remarks.append(f"CHECK period: {name!r} is taken as {text}")
    left = [name for name, spec in by_name.items() if "period" not in spec]
    months = {name: span for name in left if (span := months_in(name))}
    if len({*months.values()}) >= _FEWEST:
        _of_a_year(look, found, proposed, months, yearly)
    if not found.raw.get("period"):
        headed.to_date(look, found, proposed)
        headed.parts_of_years(look, found, proposed)
        bases.give(look, found, proposed)
    if calendar:
        found.remarks.append(f"period: years in names of columns are {SAID[calendar]}")
    _tell(look, found, proposed)


def _yearly(found: Roles) -> Column | None:
    """The column of periods, where all of them are whole years."""
    column = found.columns.get("period")
    whole = column is not None and all(YEAR.search(t) and is_year(t) for t in column.distinct)
    return column if whole else None


def _of_a_year(
    look: Look, found: Roles, proposed: dict[str, Raw], months: dict[str, _Span], yearly: Column | None
) -> None:
    if yearly is not None:
        _of_rows(proposed, months)
        return
    if found.raw.get("period"):
        return
    year = _one_year((*look.title, look.sheet or "", look.path.stem))
    if year is None:
        _of_rows(proposed, months)
        found.remarks.append("CHECK period: nothing says the year of the months; add it as `period: 2024`")
        return
    for name, (first, last) in months.items():
        proposed[name]["period"] = f"{year}-{first:02}" + (f"/{year}-{last:02}" if first < last else "")
    found.remarks.append(f"CHECK period: the months are of {year}, the only year above them")


def _of_rows(proposed: dict[str, Raw], months: dict[str, _Span]) -> None:
    """Months of the year that the period of a row is."""
    for name, (first, last) in months.items():
        if first in (1, last):
            proposed[name]["month"] = str(last)
            proposed[name] |= {"months": "year_to_date"} if first < last else {}


def _one_year(texts: Iterable[str]) -> str | None:
    """The year of the first text that has one, None where that has several."""
    years = next((found for text in texts if (found := {*YEAR.findall(text)})), set())
    return years.pop() if len(years) == 1 else None


def _tell(look: Look, found: Roles, proposed: dict[str, Raw]) -> None:
    """Says how many columns are periods, and leaves out those that are none beside them."""
    named = [name for name, spec in proposed.items() if "period" in spec or "month" in spec]
    if not found.raw.get("period"):
        named += headed.of_title(look, found, proposed, named)
    different = {proposed[name].get("period", proposed[name].get("month")) for name in named}
    # A year in another name says that its period was not understood, and not that it is the same.
    apart = any(name not in named and YEAR.search(name) for name in proposed)
    if len(different) < _FEWEST and not (different and apart):
        _one_period(found, proposed, [name for name in named if not is_period(name)])
        return
    found.remarks.append(
        f"period: {len(named)} columns have periods of their own, from {named[0]!r} to {named[-1]!r}"
    )
    _of_the_others(found, proposed, named)
    for name in [name for name in proposed if name not in named]:
        if "month" in proposed[named[0]] or "period" not in found.raw:
            del proposed[name]
            why = "it is the total of the others" if is_total(name) else "nothing says its period"
            found.remarks.append(f"CHECK figures: {name!r} is left out, for {why}")


def _of_the_others(found: Roles, proposed: dict[str, Raw], named: list[str]) -> None:
    """Gives columns that say `this month` or `year to date` the months of the others, which end at once."""
    texts = {*(str(proposed[name].get("period", "")) for name in named)}
    spans = {text: span for text in texts if (span := printed_periods.maybe(text))}
    if found.raw.get("period") or len(spans) < len(texts) or len({last for _, last in spans.values()}) != 1:
        return
    single = {text for text, (first, last) in spans.items() if first == last}
    to_date = {text for text, (first, last) in spans.items() if last > first == last - last % 12}
    for name in [name for name in proposed if name not in named]:
        said = says("months", name)
        if fits := {"month": single, "year_to_date": to_date or single}.get(said or "", set()):
            proposed[name]["period"] = next(iter(fits))
            named.append(name)
            found.remarks.append(f"period: {name!r} is of {proposed[name]['period']}, as the other columns")


def _one_period(found: Roles, proposed: dict[str, Raw], named: list[str]) -> None:
    """A period that is the same in all names is that of the table, but not one of growth alone."""
    growth = all(proposed[name].get("measure") == "growth" for name in named)
    said = [(name, period) for name in named if (period := proposed[name].pop("period", None))]
    for name, _ in said:
        if "unit" in proposed[name]:
            proposed[name].pop("bare", None)  # a period and a unit of money say what it is
    if said and growth and len(named) < len(proposed):
        found.remarks.append(
            f"CHECK period: {said[0][1]} in {said[0][0]!r} is not taken as that of the table, for columns of "
            "growth alone name it, which may be set against it"
        )
    elif said and "period" not in found.raw:
        found.raw["period"] = {"is": said[0][1]}
        found.remarks.append(f"CHECK period: {said[0][1]} as said in {said[0][0]!r}")


__all__ = ["bare", "months_in", "period_in", "periods"]
