"""Shares of answers by question and month, weighted by stratum, with their sampling error.

Within a stratum every answer counts by its firm's weight; strata count by the weights that are given for
them, else by the weights of all their firms in the panel, those that did not answer included. So firms
that did not answer are stood for by the others of their stratum (United Nations, Handbook on Economic
Tendency Surveys, 2015, chapter on processing: weighting and the treatment of non-response).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from customhouse.surveys.answers import DOWN, SAME, UP, Answers
from customhouse.surveys.model import Influence, Point

if TYPE_CHECKING:
    from customhouse.surveys.model import Floats, Ints

_WHOLE = 100.0


@dataclass(frozen=True, slots=True, eq=False)
class _Panel:
    """The firms of one month: number, weight and stratum of each."""

    firm: Ints
    weight: Floats
    stratum: Ints


def estimated(
    answers: Answers, strata: Mapping[str, float] | None, fewest: int
) -> Iterator[tuple[Point, Influence | None]]:
    """Each question in each month that has a row, with the influence of each answer on its index."""
    import numpy as np

    panels = dict(_panels(answers)) if answers.named else {}
    given = np.array([0.0 if strata is None else strata[name] for name in answers.strata])
    for question, month, rows in _groups(answers):
        panel = panels.get(month) or _rows_as_panel(answers, rows)
        weights = given if strata is not None else _stratum_weights(panel, len(answers.strata))
        yield _estimate(answers, rows, weights, panel, Point(question, month, None), fewest)


def _groups(answers: Answers) -> Iterator[tuple[str, int, Ints]]:
    """The rows of each question in each month."""
    import numpy as np

    order = np.lexsort((answers.month, answers.question))
    question, month = answers.question[order], answers.month[order]
    starts = np.flatnonzero(np.diff(question, prepend=-1) | np.diff(month, prepend=-1))
    for rows in np.split(order, starts[1:]) if len(order) else ():
        yield answers.questions[answers.question[rows[0]]], int(answers.month[rows[0]]), np.sort(rows)


def _panels(answers: Answers) -> Iterator[tuple[int, _Panel]]:
    """Month by month the firms that were asked then or in the survey before, with their last weight."""
    import numpy as np

    before: dict[int, int] = {}
    for month in map(int, np.unique(answers.month)):
        rows = np.flatnonzero(answers.month == month)
        now = {int(answers.firm[row]): int(row) for row in rows}
        at = np.array(list((before | now).values()), dtype=np.int64)
        yield month, _Panel(answers.firm[at], answers.weight[at], answers.stratum[at])
        before = now


def _rows_as_panel(answers: Answers, rows: Ints) -> _Panel:
    """Where firms are not known every row is one."""
    return _Panel(answers.firm[rows], answers.weight[rows], answers.stratum[rows])


def _stratum_weights(panel: _Panel, size: int) -> Floats:
    import numpy as np

    return np.bincount(panel.stratum, panel.weight, size).astype(np.float64)


def _estimate(
    answers: Answers, rows: Ints, weights: Floats, panel: _Panel, point: Point, fewest: int
) -> tuple[Point, Influence | None]:
    import numpy as np

    from customhouse.model import changed

    told = rows[~np.isnan(answers.value[rows])]
    missing = len(panel.firm) - len(told)
    if not len(told):
        return changed(point, answers=0, missing=missing, flags=("no_answers",)), None
    stratum, value, weight = answers.stratum[told], answers.value[told], answers.weight[told]
    inside = np.bincount(stratum, weight, len(weights))
    counted = np.where(inside > 0, weights, 0.0)
    # Each answer's part in the index: its weight in its stratum, times the stratum's in all.
    part = weight / inside[stratum] * counted[stratum] / counted.sum()
    up, same, down = (_WHOLE * float(part[value == one].sum()) for one in (UP, SAME, DOWN))
    middle = np.bincount(stratum, weight * value, len(weights)) / np.where(inside > 0, inside, 1.0)
    influence = Influence(answers.firm[told], stratum, _WHOLE * part * (value - middle[stratum]))
    error = spread(((1.0, influence),))
    flags = _flags(len(told), fewest, bool((weights[inside <= 0] > 0).any()), error)
    made = changed(point, index=up + same / 2, up=up, same=same, down=down, standard_error=error,
                   answers=len(told), missing=missing, flags=flags)
    return made, influence


def _flags(told: int, fewest: int, empty: bool, error: float | None) -> tuple[str, ...]:
    there = (("few_answers", told < fewest), ("empty_stratum", empty), ("one_answer", error is None))
    return tuple(flag for flag, holds in there if holds)


def spread(parts: Sequence[tuple[float, Influence]]) -> float | None:
    """The standard error of a sum of indices, each times a number; None where a stratum has one firm alone.

    Firms are drawn within strata; nothing is taken off for the share of all firms that was asked.
    """
    import numpy as np

    whole = joined(parts)
    span = int(whole.firm.max()) + 1
    keys, place = np.unique(whole.stratum * span + whole.firm, return_inverse=True)
    sums, layer = np.bincount(place, whole.points, len(keys)), keys // span
    sizes = np.bincount(layer)
    if (sizes == 1).any():
        return None
    there = sizes > 1
    squares = np.bincount(layer, sums**2)
    return float(np.sqrt((squares[there] * sizes[there] / (sizes[there] - 1)).sum()))


def joined(parts: Sequence[tuple[float, Influence]]) -> Influence:
    """The influence of answers on a sum of indices, each times a number."""
    import numpy as np

    return Influence(
        np.concatenate([one.firm for _, one in parts]), np.concatenate([one.stratum for _, one in parts]),
        np.concatenate([times * one.points for times, one in parts]),
    )
