"""Columns of growth beside columns of periods: named after their base (`% on Nov 2023`), or unnamed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from itertools import pairwise
from statistics import median

from customhouse.records import coding, files, numerals, printed_periods
from customhouse.records.propose.found import Raw, Roles
from customhouse.records.propose.look import Column, Look
from customhouse.records.propose.titled import period_in, whole_word
from customhouse.records.propose.words import says

_EDGES = " .,:;()[]%\uff08\uff09\uff0c"
_YEAR = 12
_PERCENT = 100
"""Changes in percent are seldom larger than this, for half of the rows."""
_SMALLER = 20
"""Percentages are so many times smaller than the values beside them."""


def base_of(name: str) -> str | None:
    """The period that a name says its figures are set against: `Nov 2023` of `% vs Nov 2023`."""
    for pattern, code in _forms():
        for match in pattern.finditer(name):
            rest = _without(name[match.end() :] if code == "before" else name[: match.start()])
            found = period_in(rest)
            if found and _meets(_words(found), _words(rest), code):
                return found.strip()
    return None


def compares(name: str) -> bool:
    """Whether a name has a word that sets figures against others: `% vs last year`."""
    return any(pattern.search(name) for pattern, _ in _forms())


def _without(text: str) -> str:
    """A part of a name without signs of percent and further such words."""
    for pattern, _ in _forms():
        text = pattern.sub(" ", text)
    return re.sub("[%\u00b1]", " ", text)


def _words(text: str) -> list[str]:
    return [word for part in text.split() if (word := part.strip(_EDGES))]


def _meets(period: list[str], words: list[str], code: str) -> bool:
    """Whether a period stands directly behind, or before, the word that sets figures against it."""
    return words[0].startswith(period[0]) if code == "before" else words[-1].endswith(period[-1])


def is_change(name: str, spec: Raw) -> bool:
    """Whether a column sets its figures against another period, by a name that says so."""
    growth = spec.get("measure") == "growth"
    return (growth or not {"flow", "measure"} & {*spec}) and base_of(name) is not None


@cache
def _forms() -> tuple[tuple[re.Pattern[str], str], ...]:
    forms = sorted(coding.header_forms("base"), key=lambda pair: -len(pair[0]))
    return tuple((re.compile(whole_word(form), re.I), code) for form, code in forms)


def give(look: Look, found: Roles, proposed: dict[str, Raw]) -> None:
    """The periods of columns of growth: the year after their base, or that of the column before them."""
    dated = {
        name: span
        for name, spec in proposed.items()
        if _is_value(name, spec) and (span := printed_periods.maybe(str(spec.get("period", ""))))
    }
    if not dated:
        return
    columns = {column.name: column for column in look.columns}
    for name in [name for name, spec in proposed.items() if "period" not in spec and is_change(name, spec)]:
        _of_base(name, columns, found, proposed, dated)
    _beside([column.name for column in look.columns], found, proposed, dated)


def _of_base(
    name: str,
    columns: dict[str, Column],
    found: Roles,
    proposed: dict[str, Raw],
    dated: dict[str, tuple[int, int]],
) -> None:
    spec = proposed[name]
    base = printed_periods.maybe(base_of(name) or "")
    fits = [
        other
        for other, (first, last) in dated.items()
        if base and (first - _YEAR, last - _YEAR) == base and _same_flow(spec, proposed[other])
    ]
    if fits and _are_percentages(columns[name], columns[fits[0]], spec):
        spec.pop("bare", None)
        spec |= {"measure": "growth", "period": proposed[fits[0]]["period"]}
        found.remarks.append(
            f"CHECK period: {name!r} is taken as growth of {spec['period']}, a year after its base"
        )
        return
    del proposed[name]
    why = "it is no growth in percent" if fits else "no column has values of the year after what it names"
    found.remarks.append(f"CHECK figures: {name!r} is left out, for {why}")


def _beside(
    order: list[str], found: Roles, proposed: dict[str, Raw], dated: dict[str, tuple[int, int]]
) -> None:
    """Where each column of values has one of growth behind it, each growth is of the period before it."""
    following = dict(pairwise(order))
    pairs = {name: following.get(name, "") for name in dated}
    left = [
        name
        for name, spec in proposed.items()
        if spec.get("measure") == "growth" and not {"period", "month"} & {*spec} and not says("months", name)
    ]
    if not left or {*left} != {*pairs.values()}:
        return
    if not all(_same_flow(proposed[growth], proposed[name]) for name, growth in pairs.items()):
        return
    for name, growth in pairs.items():
        proposed[growth]["period"] = proposed[name]["period"]
    found.remarks.append(
        f"period: each of {len(left)} columns of growth, such as {left[0]!r}, is of the column before it"
    )


def _same_flow(one: Raw, other: Raw) -> bool:
    return one.get("flow") in (None, other.get("flow"))


def _is_value(name: str, spec: Raw) -> bool:
    return spec.get("measure", "value") != "growth" and not is_change(name, spec)


def _are_percentages(column: Column, values: Column, spec: Raw) -> bool:
    """Whether figures are growth in percent: by their name, or by their size beside values."""
    if spec.get("measure") == "growth":
        return True
    own, beside = [*_sizes(column)], [*_sizes(values)]
    if not own or not beside:
        return False
    size = median(own)
    return size <= _PERCENT and size * _SMALLER < median(beside)


def _sizes(column: Column) -> Iterator[Decimal]:
    marks = column.sniffed.marks or numerals.Marks()
    for cell in column.cells:
        number = numerals.parse(cell, numerals.Marks() if isinstance(cell, files.Digits) else marks)
        if number is not None:
            yield abs(number.value)
