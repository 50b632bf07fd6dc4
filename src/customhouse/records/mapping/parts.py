"""The parts of a mapping out of its keys, each checked where it stands."""

from __future__ import annotations

import re
from dataclasses import replace

from customhouse.errors import PeriodError
from customhouse.period import month
from customhouse.records import coding, printed_units
from customhouse.records.calendars import COUNTED
from customhouse.records.mapping import fiscal
from customhouse.records.mapping.fiscal import FiscalStyle
from customhouse.records.mapping.keys import Keys, name_of, near
from customhouse.records.mapping.model import Period, Source, Where
from customhouse.records.schema import ADDED, FIELDS
from customhouse.records.table import TABLE_DIMENSIONS

DIMENSIONS = ("reporter", "flow", *TABLE_DIMENSIONS)
ALL = "all"
_SOURCE_KEYS = ("column", "is", "codes", "values", "width", "fill", "blank", "name")
_PERIOD_KEYS = ("column", "year", "month", "is", "fiscal", "named", "calendar", "pattern", "fill", "whole")
LATE = month(2020, 1)


def source(keys: Keys, name: str) -> Source | None:
    """Where a dimension comes from, None where it is left out. A constant must be a code that there is."""
    if name not in keys.raw:
        return None
    if isinstance(keys.raw[name], str):
        return Source(constant=code(name, keys.raw[name], keys, name))
    own = keys.inside(name)
    own.only(*_SOURCE_KEYS)
    if "is" in own.raw:
        return Source(constant=code(name, own.text("is") or "", own, "is"))
    column = own.text("column")
    if column is None:
        raise own.wrong("column", "is missing", "name the column, or write a code for all rows")
    return replace(_source(own, name), column=name_of(column))


def _source(own: Keys, name: str) -> Source:
    own.choice("fill", ("down",))
    values = {
        " ".join(text.split()): code(name, str(value), own, "values")
        for text, value in (own.inside("values").raw if "values" in own.raw else {}).items()
    }
    blank = own.text("blank")
    beside = own.text("name")
    if beside and name != "partner":
        raise own.wrong("name", f"is of partners, not of {name}", "leave it out")
    return Source(
        codes=_systems(own, name),
        values=values,
        width=own.number("width", 2, 10),
        fill="fill" in own.raw,
        blank=code(name, blank, own, "blank") if blank else None,
        name=name_of(beside) if beside else None,
    )


def _systems(own: Keys, name: str) -> tuple[str, ...]:
    found = tuple(own.texts("codes")) or ("names", "own")
    for system in found:
        if system not in coding.SYSTEMS:
            raise own.wrong("codes", f"has {system!r}", near(system, coding.SYSTEMS))
    if name in ("commodity", "flow", "basis", "currency") and (bad := set(found) - {"names", "own"}):
        raise own.wrong("codes", f"has {bad.pop()!r}, which has no {name}", "leave it out, and use `values`")
    return found


def code(name: str, text: str, keys: Keys, key: str) -> str:
    """A code of ours as a mapping writes it: `all` for everything, else one that the vocabulary has."""
    text = text.strip()
    if text == ALL and name not in ("reporter", "flow", "currency"):
        return ALL
    if name == "hs" and re.fullmatch(r"\d{2,10}", text):
        return text
    if name in ("flow", "basis"):
        known = coding.FLOWS if name == "flow" else ("CIF", "FOB")
        if text in known:
            return text
        raise keys.wrong(key, f"has {text!r}", near(text, known))
    if name == "currency":
        if text in printed_units.currencies():
            return text
        raise keys.wrong(key, f"has {text!r}", "give a code of ISO 4217, such as CNY")
    if name == "hs":
        raise keys.wrong(key, f"has {text!r}", "give 2 to 10 digits, or all")
    found = coding.resolve(name, ("own",), text, LATE)
    if found.reason in (None, "obsolete", "not_yet_valid"):
        return text
    meant = coding.by_name("partner" if name == "reporter" else name, text)
    raise keys.wrong(
        key,
        f"has {text!r}, no code of ours",
        f"did you mean `{meant}`?" if meant else "see the code lists of the vocabulary",
    )


def basis(keys: Keys) -> Source | dict[str, str] | None:
    """CIF or FOB for all rows, by flow, or from a column."""
    raw = keys.raw.get("basis")
    if isinstance(raw, dict) and raw and set(raw) <= set(coding.FLOWS):
        return {flow: code("basis", str(value), keys, "basis") for flow, value in raw.items()}
    return source(keys, "basis")


def period(keys: Keys) -> Period | None:
    """Where the months come from."""
    order = keys.choice("dates", ("ymd", "dmy", "mdy"), "")
    if "period" not in keys.raw:
        return None
    raw = keys.raw["period"]
    own = Keys({"is": raw}, keys.place) if isinstance(raw, str) else keys.inside("period")
    own.only(*_PERIOD_KEYS)
    fill = own.choice("fill", ("down", "year"))
    style = FiscalStyle(
        own.pattern("pattern"),
        order,
        own.number("fiscal", 1, 12),
        own.choice("calendar", ("bs", *COUNTED, "gregorian"), "").replace("gregorian", ""),
        own.choice("named", ("begin", "end"), "end"),
    )
    if "named" in own.raw and not style.fiscal and style.calendar != "bs":
        raise own.wrong("named", "is of fiscal years", "say their first month too, as `fiscal: 4`")
    names = {key: name_of(text) for key in ("column", "year", "month") if (text := own.text(key))}
    told = bool(own.text("is")) + ("column" in names) + ("year" in names)
    of_heads = not told and ("month" in names or ((style.fiscal or style.calendar) and "fill" not in own.raw))
    if (told != 1 and not of_heads) or {"month", "column"} <= {*names}:
        raise own.wrong("period", "wants one of `is`, `column` and `year` (with `month`)", "give one of them")
    if fill == "year" and "column" not in names:
        raise own.wrong("fill", "is of a column of years and months", "name it, as `column: NAME`")
    whole = frozenset(" ".join(text.split()) for text in own.texts("whole"))
    if whole and "month" not in names and fill != "year":
        raise own.wrong("whole", "stands in place of a month", "name the column of months, as `month: NAME`")
    constant = own.text("is")
    if constant:
        readable(constant, style, own)
    years = fill == "year"
    return Period(**names, constant=constant, style=style, fill=fill == "down", years=years, whole=whole)


def readable(text: str, style: FiscalStyle, keys: Keys) -> str:
    """A period that stands in a mapping. Raises MappingError where it is none."""
    try:
        fiscal.parse(text, style)
    except PeriodError as error:
        raise keys.wrong("period", f"is {text!r}", str(error)) from error
    return text


def wheres(keys: Keys, key: str, *more: str) -> tuple[Where, ...]:
    """Rows that are singled out."""
    raw = keys.raw.get(key, [])
    items = raw if isinstance(raw, list) else [raw]
    return tuple(_where(Keys(item, f"{keys.place}, {key} {n}"), more) for n, item in enumerate(items, 1))


def condition(own: Keys, key: str) -> Where | None:
    """The rows that a figure stands in, or does not."""
    return _where(own.inside(key), ()) if key in own.raw else None


def _where(own: Keys, more: tuple[str, ...]) -> Where:
    own.only("column", "is", "like", *more)
    column, of = own.text("column"), tuple(own.texts("of"))
    if column is None:
        raise own.wrong("column", "is missing", "name the column that tells these rows")
    for name in of:
        if name not in DIMENSIONS:
            raise own.wrong("of", f"has {name!r}", near(name, DIMENSIONS))
    if "of" in more and not of:
        raise own.wrong(
            "of", "is missing", "name the dimensions that the rows are totals of, such as partner"
        )
    values = frozenset(" ".join(text.split()) for text in own.texts("is"))
    return Where(name_of(column), values, own.pattern("like"), of, own.text("because") or "")


def fields(keys: Keys) -> dict[str, Source]:
    """The fields of declarations with where they come from."""
    if not isinstance(keys.raw.get("fields"), dict) or not keys.raw["fields"]:
        raise keys.wrong("fields", "has none", "write `fields:` and under it `FIELD: COLUMN`")
    own = keys.inside("fields")
    own.only(*FIELDS, *ADDED, "reporter")
    return {name: _field(own, name) for name in own.raw}


def _field(own: Keys, name: str) -> Source:
    raw = own.raw[name]
    if isinstance(raw, str):
        return Source(column=raw)
    one = own.inside(name)
    one.only("column", "is", "codes", "values")
    column, constant = one.text("column"), one.text("is")
    if (column is None) == (constant is None):
        raise one.wrong(name, "wants either `column` or `is`", "give one of them")
    values = {
        text: str(value) for text, value in (one.inside("values").raw if "values" in one.raw else {}).items()
    }
    systems = tuple(one.texts("codes"))
    for system in systems:
        if system not in coding.SYSTEMS:
            raise one.wrong("codes", f"has {system!r}", near(system, coding.SYSTEMS))
    if len(systems) > 1:
        raise one.wrong("codes", "has several", "give the one of declarations, and others as `values`")
    return Source(column=column, constant=constant, codes=systems, values=values)
