"""Diffusion indices and balances from answers, shares or indices: the door of the layer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from customhouse.errors import SurveyError
from customhouse.model import changed
from customhouse.surveys import answers as of_firms
from customhouse.surveys import shares, tables
from customhouse.surveys.estimates import estimated, spread
from customhouse.surveys.model import STATISTICS, Aside, Indices, Influence, Point, Statistic

if TYPE_CHECKING:
    from customhouse.surveys.model import Floats

FEWEST = 30
"""Fewer answers than this are flagged: the standard error of the index is then some 7 points."""
Adjust = Callable[[int, "Floats"], "Floats"]
"""Seasonal adjustment: the first month and the values of each month from it on, to as many values."""


def diffusion(
    frame: Any,
    *,
    statistic: Statistic = "diffusion",
    strata: Mapping[str, float] | None = None,
    answers: Mapping[str, str] | None = None,
    fewest: int = FEWEST,
) -> Indices:
    """Indices of a survey, by question and month, from a data frame or the path of a table.

    `frame` (pandas, Polars or Arrow; the path of a CSV, XLSX or Parquet file; a list of them) has a column
    `month` and either `question` and `answer`, a row an answer (with `firm`, `weight`, `stratum` where
    there are such), or a column a question; or shares `up`, `same`, `down` by `question` (with `answers`,
    their number); or indices as they are. Columns and answers are known by their usual names in English
    and Chinese; `answers` adds the survey's own: `{"1": "up", "2": "same", "3": "down"}`. `strata` weighs
    strata, by their share of trade for example, else they weigh what their firms do.

    The index is the share up plus half the share unchanged; `statistic="balance"` is the share up less the
    share down (OECD, Business Tendency Surveys: A Handbook, 2003, section on balances and diffusion
    indices). Raises InputError for a table that is none, SurveyError for settings that cannot be.
    """
    _refuse(statistic, strata, answers, fewest)
    weights = None if strata is None else {of_firms.stratum(name): w for name, w in strata.items()}
    own = {key.strip(): code for key, code in (answers or {}).items()}
    table = tables.table(frame, own)
    influences: dict[tuple[str, int], Influence] = {}
    if table.form == "answers":
        cleaned = of_firms.cleaned(table, own, weights)
        if weights is not None:
            weights |= dict.fromkeys(set(cleaned.strata) - weights.keys(), 0.0)
        points, aside = [], list(cleaned.aside)
        for point, influence in estimated(cleaned, weights, fewest):
            points.append(point)
            if influence is not None:
                influences[point.question, point.month] = influence
    else:
        points, aside = shares.pointed(table, weights, fewest)
    if statistic == "balance" and table.form != "index":
        points = [_balance(point) for point in points]
        influences = {key: _times(2.0, one) for key, one in influences.items()}
    return indices(statistic, points, aside, len(table.places), influences)


def _refuse(
    statistic: str, strata: Mapping[str, float] | None, answers: Mapping[str, str] | None, fewest: int
) -> None:
    if statistic not in STATISTICS:
        raise SurveyError(f"{statistic!r}: no such statistic; there are {', '.join(STATISTICS)}")
    wrong = [name for name, weight in (strata or {}).items() if not 0 < weight < float("inf")]
    if wrong or strata == {}:
        raise SurveyError(f"stratum {', '.join(wrong) or '(none)'}: its weight must be a number above 0")
    unknown = sorted(set((answers or {}).values()) - {"up", "same", "down", "none"})
    if unknown:
        raise SurveyError(f"answer {unknown[0]!r}: words can stand for up, same, down or none")
    if fewest < 1:
        raise SurveyError(f"fewest {fewest}: fewer answers than this are flagged; say 1 or more")


def indices(
    statistic: Statistic, points: Iterable[Point], aside: Iterable[Aside], rows: int,
    influences: Mapping[tuple[str, int], Influence],
) -> Indices:
    """Points in order, each with its change on the month before and how sure that is."""
    order: dict[str, dict[int, Point]] = {}
    for point in points:
        order.setdefault(point.question, {})[point.month] = point
    made = tuple(
        _compared(there[month], there.get(month - 1), influences)
        for there in order.values() for month in sorted(there)
    )
    return Indices(statistic, made, tuple(aside), rows, influences)


def _compared(
    point: Point, before: Point | None, influences: Mapping[tuple[str, int], Influence]
) -> Point:
    if before is None or before.index is None or point.index is None:
        return changed(point, change=None, change_error=None)
    pair = [influences.get((point.question, month)) for month in (point.month, before.month)]
    error = spread([(1.0, pair[0]), (-1.0, pair[1])]) if pair[0] and pair[1] else None
    return changed(point, change=point.index - before.index, change_error=error)


def _balance(point: Point) -> Point:
    if point.up is None or point.down is None:
        return point
    error = None if point.standard_error is None else 2 * point.standard_error
    return changed(point, index=point.up - point.down, standard_error=error)


def _times(times: float, one: Influence) -> Influence:
    return Influence(one.firm, one.stratum, times * one.points)


def adjusted(found: Indices, adjust: Adjust) -> Indices:
    """The same indices seasonally adjusted by a function that is handed in; shares stay as they are.

    `adjust(first, values)` takes the running number of the first month and a value a month, and gives as
    many. A gap has no value to adjust, so that a question with one is left as it is. Standard errors are
    those of the unadjusted index.
    """
    import numpy as np

    points: list[Point] = []
    for question in found.questions:
        line, there = found.line(question), found.of(question)
        if np.isnan(line.values).any():
            points += there.values()
            continue
        values = np.asarray(adjust(line.first, line.values), dtype=np.float64)
        if values.shape != line.values.shape or not np.isfinite(values).all():
            raise SurveyError(f"{question}: the adjustment gave no number for each of its months")
        points += [
            changed(point, index=float(values[month - line.first]), flags=(*point.flags, "adjusted"))
            if point.index is not None else point
            for month, point in there.items()
        ]
    return indices(found.statistic, points, found.aside, found.rows_in, found.influences)
