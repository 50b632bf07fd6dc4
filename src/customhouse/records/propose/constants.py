"""The one period of a table: said in its title, in a name of a column, of the sheet or of the file."""

from __future__ import annotations

import re

from customhouse.period import Period
from customhouse.records import printed_periods
from customhouse.records.propose import words
from customhouse.records.propose.bases import is_change
from customhouse.records.propose.found import Raw, Roles
from customhouse.records.propose.look import Look
from customhouse.records.propose.published import is_published, undated
from customhouse.records.propose.said import constant_in, is_year, months_of, of_year, said

_DATED = {"period", "month"}


def wide(look: Look, found: Roles, proposed: dict[str, Raw]) -> str:
    """A period in the title or in a name of a column, where no column has it; why it cannot be, if so."""
    if "period" not in found.raw and not all(_DATED & {*spec} for spec in proposed.values()):
        _given(look, found, proposed)
    return _of_two(found, proposed)


def _given(look: Look, found: Roles, proposed: dict[str, Raw]) -> None:
    """The period that the first text says; none where that one has something that was not understood."""
    names = [column.name for column in look.columns]
    names = [name for name in names if not is_change(name, proposed.get(name, {"flow": ""}))]
    for text in (*look.title, *names, look.path.stem, look.sheet or ""):
        one = said(text)
        if one.unread and (text not in names or text in proposed):
            found.remarks.append(
                f"CHECK period: {text!r} is not taken as the whole of it, for {one.unread!r} was not "
                "understood; add the period by hand, as `period: {is: 2024-01/2024-03}`"
            )
            return
        if text in names and (other := _differs(text, one.period, names, proposed)):
            found.remarks.append(
                f"CHECK period: {text!r} and {other!r} name different periods; neither is that of the table"
            )
            return
        if one.period:
            period, also = _with_months(look, text, one.period)
            found.raw["period"] = {"is": _of_columns(period, proposed)}
            found.remarks.append(f"CHECK period: {found.raw['period']['is']} as said in {text!r}{also}")
            return
    for text in look.title:
        if undated(text) != text and is_published(text):
            found.remarks.append(
                f"CHECK period: {text!r} is taken as when it was published, and not as the period"
            )


def _differs(name: str, period: str | None, names: list[str], proposed: dict[str, Raw]) -> str | None:
    """The name of another column that says another period."""
    if period is None or name not in proposed:
        return None
    return next((other for other in names if (found := said(other).period) and found != period), None)


def _with_months(look: Look, text: str, period: str) -> tuple[str, str]:
    """A year that a title says, with the months that another line of it or the sheet's name says alone."""
    if text not in look.title or not re.fullmatch(r"\d{4}", period):
        return period, ""
    for other in (*look.title, look.sheet or ""):
        spans = set() if re.search(r"\d{4}", other) or is_published(other) else months_of(other)
        if len(spans) == 1:
            return of_year(period, spans), f" and {other!r}"
    return period, ""


def _of_columns(constant: str, proposed: dict[str, Raw]) -> str:
    """The last month of January to that month, where columns say which of the two they are."""
    span = printed_periods.maybe(constant)
    if span is None:
        return constant
    first, last = span
    told = {name: words.says("months", name) for name in proposed}
    year = last - first == 11 and "/" not in constant
    if first == last or first % 12 or year or "month" not in told.values():
        return constant
    for name, spec in proposed.items():
        if told[name] is None and not _DATED & {*spec}:
            spec["period"] = constant
    return str(Period(last, last))


def _of_two(found: Roles, proposed: dict[str, Raw]) -> str:
    """Why one whole year is no period of a month and of the months up to it."""
    period = found.raw.get("period")
    text = period.get("is") if isinstance(period, dict) else None
    months = {
        words.says("months", name)
        for name, spec in proposed.items()
        if spec.get("measure", "value") == "value" and not _DATED & {*spec}
    }
    if not text or not {"month", "year_to_date"} <= months or not is_year(text):
        return ""
    del found.raw["period"]
    return (
        f"columns are of a month and of the year to date, so that their period is not the year {text}; "
        "add the month by hand, as `period: {is: 2024-04}`"
    )


__all__ = ["constant_in", "wide"]
