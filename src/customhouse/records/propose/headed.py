"""Columns whose names say less of their period than those beside them: `YTD 2024`, or nothing but `Value`."""

from __future__ import annotations

import re

from customhouse.records import printed_periods
from customhouse.records.printed_periods import maybe
from customhouse.records.propose.found import Raw, Roles
from customhouse.records.propose.look import Look
from customhouse.records.propose.published import is_published
from customhouse.records.propose.said import is_year, said
from customhouse.records.propose.titled import YEAR
from customhouse.records.propose.words import is_total, says

_YEAR = 12
_MONTH = re.compile(r"M\d")
"""A month in the signs of `printed_periods.normal`."""
_AROUND = " ,.;:-\u2013()"


def to_date(look: Look, found: Roles, proposed: dict[str, Raw]) -> None:
    """Ends years to date at the last month that other columns, or the title, are of."""
    dated = {name: spec for name, spec in proposed.items() if says("months", name) == "year_to_date"}
    for spec in dated.values():
        month = maybe(spec.get("period")) if "bare" in spec else None
        if month and month[0] == month[1]:  # beside a column of the month alone
            spec["period"] = f"{month[0] // _YEAR}-01/{month[0] // _YEAR}-{month[0] % _YEAR + 1:02}"
    open_ended = [name for name, spec in dated.items() if is_year(str(spec.get("period", "")))]
    if not open_ended:
        return
    last, why = _last_month(look, proposed)
    for name in open_ended:
        spec = proposed[name]
        first, _ = printed_periods.parse(spec["period"])
        if first % _YEAR == 0 and "/" not in spec["period"] and last:
            spec["period"] = f"{first // _YEAR}-01/{first // _YEAR}-{last:02}"
            found.remarks.append(f"CHECK period: {name!r} is taken as {spec['period']}, {why}")
        elif "/" not in spec["period"]:
            del proposed[name]
            found.remarks.append(
                f"CHECK figures: {name!r} is left out, for it is of a year to date, and nothing says up to "
                "which month"
            )


def _last_month(look: Look, proposed: dict[str, Raw]) -> tuple[int, str]:
    """The number of the last month of columns of months, or of the one that a title speaks of."""
    spans = [(span, name) for name, spec in proposed.items() if (span := maybe(spec.get("period")))]
    months = [(first, name) for (first, last), name in spans if first == last]
    if months:
        last_month, name = max(months)
        return last_month % _YEAR + 1, f"for the last month is {name!r}"
    for text in (*look.title, look.sheet or ""):
        span = maybe(said(text).period)
        if span and span[1] - span[0] < _YEAR - 1:
            return span[1] % _YEAR + 1, f"as said in {text!r}"
    return 0, ""


def parts_of_years(look: Look, found: Roles, proposed: dict[str, Raw]) -> None:
    """Where columns are whole years and a text above speaks of a part of a year, it is of each of them."""
    years = {name: str(spec["period"]) for name, spec in proposed.items() if "period" in spec}
    if not years or not all(re.fullmatch(r"\d{4}", year) for year in years.values()):
        return
    for text in (*look.title, look.sheet or ""):
        spans = _parts(text, years)
        if not spans:
            continue
        told = {*YEAR.findall(text)}
        if len(told) != 1 or len({*years.values()}) == 1:
            for name, period in spans.items():
                proposed[name]["period"] = period
            taken = "; ".join(dict.fromkeys(spans.values()))
            found.remarks.append(f"CHECK period: columns of years are of {taken}, as said in {text!r}")
        else:
            found.remarks.append(
                f"CHECK period: columns of years are taken as whole years, though {text!r} speaks of a part "
                "of one; say `period: 2024-01/2024-06` for each where that is meant"
            )
        return


def _parts(text: str, years: dict[str, str]) -> dict[str, str]:
    """For each column of a year the part of it that a text says; nothing where it says none, or others."""
    told = [*YEAR.finditer(text)]
    if {year[0] for year in told} - {*years.values()} or is_published(text):
        return {}
    between = text[told[0].end() : told[-1].start()] if told else ""
    if _MONTH.search(printed_periods.normal(between)):
        return {}  # from a month of one year to one of another
    rest = text[: told[0].start()] + text[told[-1].end() :] if told else text
    found = {name: said(f"{rest.strip(_AROUND)} {year}").period for name, year in years.items()}
    spans = {n: period for n, period in found.items() if period and maybe(period) != maybe(years[n])}
    return spans if len(spans) == len(years) else {}


def of_title(look: Look, found: Roles, proposed: dict[str, Raw], named: list[str]) -> list[str]:
    """Gives columns whose names say no period, beside some that do, the one of as many months that the
    title says; the columns that have got it."""
    spans = [span for name in named if (span := maybe(proposed[name].get("period")))]
    others = [name for name in proposed if name not in named and not is_total(name)]
    values = [name for name in others if _is_value(proposed[name])]
    if not spans or not values or all(proposed[name].get("measure") == "growth" for name in named):
        return []
    for text in look.title:
        period = said(text).period
        span = maybe(period)
        if span is None:
            continue
        if span in spans or {last - first for first, last in spans} != {span[1] - span[0]}:
            return []
        for name in values:
            proposed[name]["period"] = period
        found.remarks.append(f"CHECK period: {values[0]!r} is of {period}, as said in {text!r}")
        return values
    return []


def _is_value(spec: Raw) -> bool:
    return spec.get("measure") != "growth" and not {"period", "month"} & {*spec}

