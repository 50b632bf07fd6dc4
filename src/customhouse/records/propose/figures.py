"""Which columns of a table are figures, and of what; whether they accumulate over the year."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise

from customhouse.records import files, numerals, printed_periods
from customhouse.records.propose import flows, words
from customhouse.records.propose.found import Raw, Roles
from customhouse.records.propose.look import Column, Look, is_period
from customhouse.records.propose.measures import counted
from customhouse.records.propose.partners import partners
from customhouse.records.propose.periods import months_in, period_in, periods

_NUMERIC = 0.8
_RISING = 0.98
_DATED = {"period", "month"}
_TOLD = {*_DATED, "partner"}
"""What a name can say where it says neither flow nor measure."""


def figures(look: Look, found: Roles) -> dict[str, Raw]:
    """The figures by column, as keys of a mapping; columns that are left out are said so in the remarks."""
    proposed: dict[str, Raw] = {}
    candidates = [column for column in found.free(look) if column.numbers >= _NUMERIC and column.name]
    for column in candidates:
        if (spec := _figure(column, found)) is not None:
            proposed[column.name] = spec
    periods(look, found, proposed)
    partners(found, proposed)
    for name in [name for name, spec in proposed.items() if spec.pop("bare", None) and not {*spec} & _TOLD]:
        del proposed[name]
        found.remarks.append(
            f"CHECK figures: {name!r} is left out, for nothing in its name says what it counts"
        )
    _one_of_each(found, proposed)
    flows.common(look, found, proposed)
    _without_flow(found, proposed)
    _basis(found, proposed)
    _months(look, found, proposed)
    return proposed


def _without_flow(found: Roles, proposed: dict[str, Raw]) -> None:
    """Leaves out columns of no flow; where all are periods of one, that flow is all that is wanted."""
    dated = all(_TOLD & {*spec} and "flow" not in spec for spec in proposed.values())
    if proposed and dated and "flow" not in found.raw:
        found.remarks.append(
            "CHECK flow: nothing in the file says it; add `flow: exports` or `flow: imports`, "
            "or load it with --flow"
        )
        return
    for name, spec in list(proposed.items()):
        if "flow" not in spec and "flow" not in found.raw:
            del proposed[name]
            found.remarks.append(f"CHECK figures: {name!r} is left out, for nothing says its flow")


def _basis(found: Roles, proposed: dict[str, Raw]) -> None:
    """The basis of a flow stands for all of its figures, so that quantities stay beside their values."""
    flows: dict[str, set[str]] = defaultdict(set)
    for spec in proposed.values():
        flow = spec.get("flow", found.raw.get("flow"))
        if isinstance(flow, str) and "measure" not in spec:
            flows[flow].add(spec.get("basis", ""))
    common = {flow: next(iter(said)) for flow, said in flows.items() if len(said) == 1 and "" not in said}
    if len(common) == len(flows) and common:
        found.raw["basis"] = common
        for spec in proposed.values():
            spec.pop("basis", None)


def _one_of_each(found: Roles, proposed: dict[str, Raw]) -> None:
    """Leaves out what says the same of the same cells a second time: not all exports, but domestic ones."""
    seen: dict[tuple[tuple[str, str], ...], str] = {}
    for name, spec in sorted(proposed.items(), key=lambda item: (_scope(item[0]), "basis" in item[1])):
        same = {key: value for key, value in spec.items() if key not in ("basis", "unit")}
        same["months"] = words.says("months", name) or ""
        first = seen.setdefault(tuple(sorted(same.items())), name)
        if first != name:
            del proposed[name]
            found.remarks.append(f"CHECK figures: {name!r} is left out, for {first!r} is of the same cells")
    for name in proposed:
        if words.says("scope", name) == "domestic":
            found.remarks.append(
                f"CHECK figures: {name!r} has domestic goods alone; exports of all goods have re-exports too"
            )


def _scope(name: str) -> int:
    """Columns of all goods before those that do not say, and these before those of domestic goods."""
    return {"all": 0, "domestic": 2}.get(words.says("scope", name) or "", 1)


def _figure(column: Column, found: Roles) -> Raw | None:
    """What one column is by its name, None where it is no figure of trade."""
    name = column.name
    told = counted(column)
    measure, flow = told.measure, words.says("flow", name)
    if told.left or flow == "deficit":
        why = told.left or "by its name no value, quantity or growth of trade"
        doubt = "CHECK " if told.left and told.doubt else ""
        found.remarks.append(f"{doubt}figures: {name!r} is left out, {why}")
        return None
    transport = words.says("transport", name)
    dated = period_in(name) is not None or months_in(name) is not None
    spec: Raw = {} if measure in (None, "value") else {"measure": measure}
    if (words.says("label", name) and not dated) or (measure is None and flow is None and transport is None):
        spec["bare"] = "yes"
    if basis := next((code for code in ("CIF", "FOB") if code.lower() in name.lower()), None):
        spec["basis"] = basis
    if flow:
        spec["flow"] = flow
    if transport == "inside":
        found.remarks.append(f"figures: {name!r} is left out, for containers are a part of what comes by sea")
        return None
    if transport:
        spec["transport"] = transport
    if is_period(name):
        spec["period"] = name
    if measure != "growth":
        spec |= _unit(name)
    return spec


def _unit(name: str) -> Raw:
    """The unit that a name says; `open` where it has a currency that cannot be told."""
    unit = words.unit_in(name)
    if unit is None:
        return {}
    return {"unit": words.unit_text(unit)} | (
        {"open": "yes"} if unit.kind == "money" and not unit.code else {}
    )


def _months(look: Look, found: Roles, proposed: dict[str, Raw]) -> None:
    """Which columns are of the year to date: those that say so, and those that only rise within a year."""
    by_name = {column.name: column for column in look.columns}
    for name, spec in proposed.items():
        said = words.says("months", name)
        rises = _accumulates(look, found, by_name[name]) if spec.get("measure", "value") != "growth" else None
        if said == "year_to_date":
            spec["months"] = "year_to_date"
            if rises is False:
                found.remarks.append(f"CHECK months: {name!r} says year to date, but falls within a year")
        elif (
            rises
            and said is None
            and not any(
                other != name and proposed[other].get("flow") == spec.get("flow") for other in proposed
            )
        ):
            spec["months"] = "year_to_date"
            found.remarks.append(
                f"CHECK months: {name!r} is taken as year to date, for it rises through every "
                "year and falls back in January"
            )


def _accumulates(look: Look, found: Roles, column: Column) -> bool | None:
    """Whether a column only rises within years and falls back after them; None where it cannot be told."""
    period = found.columns.get("period")
    if period is None:
        return None
    marks = column.sniffed.marks or numerals.Marks()
    series: dict[tuple[str, ...], dict[int, Decimal]] = defaultdict(dict)
    keys = [other for role, other in found.columns.items() if role not in ("period", "unit", "currency")]
    for at, cell in enumerate(column.cells):
        number = numerals.parse(cell, numerals.Marks() if isinstance(cell, files.Digits) else marks)
        when = _month(period.cells[at])
        if number is not None and when is not None and number.value > 0:
            series[tuple(key.cells[at] for key in keys)][when] = number.value
    return _judge(list(series.values()))


def _judge(series: list[dict[int, Decimal]]) -> bool | None:
    rises = steps = falls = turns = 0
    for values in series:
        ordered = sorted(values.items())
        for (before, small), (after, large) in pairwise(ordered):
            if before // 12 == after // 12:
                steps, rises = steps + 1, rises + (large >= small)
            elif after % 12 == 0:
                turns, falls = turns + 1, falls + (large * 3 < small)
    if steps < 4:
        return None
    return (
        rises >= _RISING * steps and (turns == 0 or falls >= _RISING * turns) and (turns > 0 or steps >= 20)
    )


@lru_cache(maxsize=10_000, typed=True)
def _month(text: str) -> int | None:
    span = printed_periods.maybe(text)
    return span[1] if span and span[0] == span[1] else None
