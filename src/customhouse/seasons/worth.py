"""What the days of a series are worth: curves of festivals, their years and days off, estimated together.

The effect of a month is not linear in them (`daily`); it is linearized at what is thought of them so far,
over and over (Gauss and Newton), and each time a regression with random coefficients (`mixed`) says more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from customhouse.seasons.daily import Days, Linear, State
from customhouse.seasons.mixed import Mixed
from customhouse.seasons.regarima import Fit

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_ROUNDS, _LIKELIEST = 4, 2
"""Linearizations, and for how many of them moving averages and deviations are estimated anew."""
OFF = (0.6, 0.5)
"""What a day off is worth as a part of a working day: mean and standard deviation of what is expected."""
_BETWEEN = (0.0, 2.0)


def estimated(y: Floats, span: slice, days: Days, fixed: Floats, model: Fit) -> State:
    """What days are worth in a series of logarithms `y`, whose months are `span` of those of `days`.

    `fixed` has the other columns of its regression (months of the series x any number, of full rank once
    differenced), `model` the moving averages and the variance to begin with. Days off count where there are.
    """
    import numpy as np

    state, point = days.start(OFF[0]), None
    for turn in range(_ROUNDS):
        linear = days.linear(state)
        columns, group = _random(linear, span, bool(days.off.any()))
        coefficients = _flat(state)[: len(group)]
        given = np.zeros(len(group))
        given[group < 0] = OFF[0]
        there = np.abs(columns).max(axis=0) > 0
        response = y - linear.total[span] + columns @ (coefficients - given)
        mixed = Mixed(fixed, columns[:, there], response, group[there], len(days.bases) + 1, OFF[1])
        point = mixed.start(model) if point is None else point
        if turn < _LIKELIEST:
            point = mixed.likeliest(point)
        given[there] += mixed.predicted(point)
        state = _shaped(given, state)
    return state


def _random(linear: Linear, span: slice, off: bool) -> tuple[Floats, NDArray[np.int64]]:
    """The columns of curves, of years, and of a day off, and the number of each one's deviation."""
    import numpy as np

    columns = [*(one[span] for one in linear.curves), *(one[span] for one in linear.years)]
    group = [np.full(one.shape[1], number) for number, one in enumerate(linear.curves)]
    group += [np.full(one.shape[1], len(linear.curves)) for one in linear.years]
    if off:
        columns, group = [*columns, linear.off[span, None]], [*group, np.array([-1])]
    none = np.empty((len(linear.total[span]), 0))
    return np.column_stack([none, *columns]), np.concatenate([np.empty(0), *group]).astype(np.int64)


def _flat(state: State) -> Floats:
    """A state as one array, in the order of the columns."""
    import numpy as np

    return np.concatenate([*state.curves, *state.years, [state.off]])


def _shaped(values: Floats, like: State) -> State:
    """An array as a state; without a day off that of the state before."""
    import numpy as np

    lengths = [len(one) for one in (*like.curves, *like.years)]
    cut = np.split(values, np.cumsum(lengths))
    off = float(np.clip(cut[-1][0], *_BETWEEN)) if len(cut[-1]) else like.off
    return State(tuple(cut[: len(like.curves)]), tuple(cut[len(like.curves) : -1]), off)
