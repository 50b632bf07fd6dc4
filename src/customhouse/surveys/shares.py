"""Surveys that come as shares of answers, or as indices already, instead of firm by firm."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from customhouse.records.numerals import parse
from customhouse.surveys import tables, words
from customhouse.surveys.answers import stratum
from customhouse.surveys.model import Aside, Point
from customhouse.surveys.tables import Table

_WHOLE = 100.0
_SHARES = ("up", "same", "down")
_SLACK = 1.5
"""Three shares add up to the whole within so many units of their last printed digit."""
_NOISE = 1e-9
_Key = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Share:
    """Shares of one stratum in per cent, the number of answers where known, and the stratum's weight."""

    up: float
    same: float
    down: float
    answers: int | None
    stratum: str
    weight: float


def pointed(
    table: Table, strata: Mapping[str, float] | None, fewest: int
) -> tuple[list[Point], list[Aside]]:
    """The points of a table of shares or of indices, and the rows that were set aside."""
    rows, aside = _rows(table, strata)
    kept, doubled = _single(rows)
    aside += doubled
    groups: dict[_Key, list[Any]] = defaultdict(list)
    for key, _, _, value in kept:
        groups[key].append(value)
    join: Callable[[_Key, list[Any], int], Point] = _index if table.form == "index" else _joined
    return [join(key, there, fewest) for key, there in groups.items()], aside


_Row = tuple[_Key, str, str, Any]
"""Question and month, stratum, place, and what the row says."""


def _rows(table: Table, strata: Mapping[str, float] | None) -> tuple[list[_Row], list[Aside]]:
    kept: list[_Row] = []
    aside: list[Aside] = []
    fractions = table.form == "shares" and _fractions(table)
    read = _level if table.form == "index" else partial(_share, whole=1.0 if fractions else _WHOLE)
    for at, place in enumerate(table.places):
        cells = {code: column[at] for code, column in table.columns.items()}
        try:
            key = _key(cells)
            value = read(cells, strata)
        except _Unusable as wrong:
            aside.append(Aside(place, str(wrong)))
            continue
        kept.append((key, value.stratum if isinstance(value, Share) else "", place, value))
    return kept, aside


class _Unusable(Exception):
    """Why a row cannot be used, as a code."""


def _key(cells: Mapping[str, Any]) -> _Key:
    month = None if tables.blank(cells["month"]) else tables.month(cells["month"])
    if month is None:
        raise _Unusable("no_month")
    if tables.blank(cells["question"]):
        raise _Unusable("no_question")
    return words.question(str(cells["question"])), month


def _level(cells: Mapping[str, Any], strata: Mapping[str, float] | None) -> float:
    return _finite(cells["index"])


def _fractions(table: Table) -> bool:
    """Whether shares are fractions of 1: none of the table is above 1."""
    columns = (table.column(code) or [] for code in _SHARES)
    return all((tables.number(cell) or 0.0) <= 1 for column in columns for cell in column)


def _share(cells: Mapping[str, Any], strata: Mapping[str, float] | None, whole: float) -> Share:
    there = {code: _finite(cells[code]) for code in _SHARES if code in cells}
    steps = [parse(str(cells[code]), percent=True) for code in there]
    slack = _SLACK * max(float(one.step) for one in steps if one) + _NOISE
    total = sum(there.values())
    if min(there.values()) < 0:
        raise _Unusable("bad_number")
    if total > whole + slack or (len(there) == 3 and total < whole - slack):
        raise _Unusable("not_whole")
    rest = max(0.0, whole - total)
    up, same, down = (there.get(code, rest) * _WHOLE / whole for code in _SHARES)
    return Share(up, same, down, _count(cells), *_layer(cells, strata))


def _finite(cell: Any) -> float:
    found = None if tables.blank(cell) else tables.number(cell)
    if found is None or not math.isfinite(found):
        raise _Unusable("bad_number")
    return found


def _count(cells: Mapping[str, Any]) -> int | None:
    if "answers" not in cells or tables.blank(cells["answers"]):
        return None
    found = _finite(cells["answers"])
    if found < 1 or found != int(found):
        raise _Unusable("bad_number")
    return int(found)


def _layer(cells: Mapping[str, Any], strata: Mapping[str, float] | None) -> tuple[str, float]:
    """The stratum with its weight: the one given for it, else that of the row, else its answers."""
    name = stratum(str(cells["stratum"])) if not tables.blank(cells.get("stratum")) else ""
    if strata is not None:
        if name not in strata:
            raise _Unusable("unknown_stratum")
        return name, strata[name]
    if "weight" not in cells:
        return name, float(_count(cells) or 1)
    weight = tables.number(cells["weight"])
    if weight is None or weight <= 0:
        raise _Unusable("bad_weight")
    return name, weight


def _single(rows: list[_Row]) -> tuple[list[_Row], list[Aside]]:
    """One row for each question, month and stratum: repeats are set aside, contradictions altogether."""
    groups: dict[tuple[_Key, str], list[_Row]] = defaultdict(list)
    for row in rows:
        groups[row[0], row[1]].append(row)
    kept: list[_Row] = []
    aside: list[Aside] = []
    for there in groups.values():
        agree = len({row[3] for row in there}) == 1
        kept += there[:1] if agree else []
        reason = "duplicate" if agree else "contradiction"
        aside += [Aside(row[2], reason) for row in (there[1:] if agree else there)]
    return kept, aside


def _index(key: _Key, levels: list[float], fewest: int) -> Point:
    return Point(key[0], key[1], levels[0])


def _joined(key: _Key, shares: list[Share], fewest: int) -> Point:
    whole = sum(one.weight for one in shares)
    up, same, down = (
        sum(getattr(one, code) * one.weight for one in shares) / whole for code in _SHARES
    )
    counts = [one.answers for one in shares if one.answers is not None]
    answers = sum(counts) if len(counts) == len(shares) else None
    flags = ("few_answers",) if answers is not None and answers < fewest else ()
    return Point(key[0], key[1], up + same / 2, up, same, down, answers=answers,
                 standard_error=_error(shares, whole) if answers else None, flags=flags)


def _error(shares: list[Share], whole: float) -> float | None:
    """The standard error of an index from multinomial shares; None where a stratum has one answer."""
    variances = list(_variances(shares, whole))
    return None if len(variances) < len(shares) else math.sqrt(sum(variances))


def _variances(shares: list[Share], whole: float) -> Iterator[float]:
    for one in shares:
        if one.answers is not None and one.answers > 1:
            middle = one.up + one.same / 2
            square = (one.up + one.same / 4) * _WHOLE - middle**2
            yield (one.weight / whole) ** 2 * max(0.0, square) / (one.answers - 1)
