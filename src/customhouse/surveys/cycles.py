"""Cycles in a series: what is left between long trends and short noise, and where it turns.

The filter is the Hodrick-Prescott filter applied twice, which takes out what lasts longer than 120 months
and what lasts less than 12; turning points are those of Bry and Boschan, simplified: peaks and troughs
alternate, a phase has 9 months at least and a cycle 24 (OECD System of Composite Leading Indicators, 2012,
section on filtering; Bry and Boschan, Cyclical Analysis of Time Series, NBER, 1971).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from customhouse.errors import SurveyError
from customhouse.surveys.model import Line

if TYPE_CHECKING:
    from customhouse.surveys.model import Floats

SHORTEST, LONGEST = 12.0, 120.0
"""Months: what lasts less is noise, what lasts longer is trend."""
LEAST = 36
"""Months that a series needs: a phase either way and what the filter spoils at the ends."""
_ORDER, _PHASE, _CYCLE, _ENDS = 5, 9, 24, 3
_GAP = 3

Kind = Literal["peak", "trough"]


@dataclass(frozen=True, slots=True)
class Turn:
    """A month in which a cycle turns."""

    month: int
    kind: Kind


def filled(line: Line) -> tuple[Line, int]:
    """The line with gaps of up to three months drawn straight, and how many months that were.

    Raises SurveyError for a longer gap, an infinite value, or a line that never changes or is too short.
    """
    import numpy as np

    values = line.values.copy()
    if np.isinf(values).any():
        raise SurveyError(f"{line.name}: a value is infinite; leave it out")
    there = np.flatnonzero(~np.isnan(values))
    if len(there) < LEAST:
        raise SurveyError(f"{line.name}: {len(there)} months with a value; cycles need {LEAST} at least")
    values, first = values[there[0]:there[-1] + 1], line.first + int(there[0])
    longest = int(np.diff(there).max(initial=1)) - 1
    if longest > _GAP:
        raise SurveyError(f"{line.name}: a gap of {longest} months; up to {_GAP} can be drawn straight")
    if np.ptp(values[~np.isnan(values)]) == 0:
        raise SurveyError(f"{line.name}: it is the same in every month, so that it leads nothing")
    gone = np.isnan(values)
    at = np.arange(len(values))
    values[gone] = np.interp(at[gone], at[~gone], values[~gone])
    return Line(line.name, first, values), int(gone.sum())


def strength(months: float) -> float:
    """The penalty of the Hodrick-Prescott filter that halves a wave of so many months.

    The filter lets 1 / (1 + 4 l (1 - cos w)^2) of a wave of frequency w into the trend (King and Rebelo,
    1993); at one half, l is 1 / (4 (1 - cos w)^2).
    """
    return 1 / (4 * (1 - math.cos(2 * math.pi / months)) ** 2)


def trend(values: Floats, penalty: float) -> Floats:
    """The Hodrick-Prescott trend of values without gaps."""
    import numpy as np

    second = np.diff(np.eye(len(values)), n=2, axis=0)
    smooth: Floats = np.asarray(np.linalg.solve(np.eye(len(values)) + penalty * second.T @ second, values))
    return smooth


def cycle(line: Line) -> Line:
    """What of a line without gaps lasts from 12 to 120 months, around 0."""
    rest: Floats = line.values - trend(line.values, strength(LONGEST))
    return Line(line.name, line.first, trend(rest, strength(SHORTEST)))


def turns(line: Line) -> tuple[Turn, ...]:
    """The peaks and troughs of a cycle, in order and by turns; none in its first and last three months."""
    found = _alternating(line, list(_extremes(line)))
    while True:
        fewer = _without_short(line, found)
        if len(fewer) == len(found):
            return tuple(found)
        found = _alternating(line, fewer)


def _extremes(line: Line) -> list[Turn]:
    """Months that are highest or lowest of the five on either side."""
    found: list[Turn] = []
    values = line.values
    for at in range(_ENDS, len(values) - _ENDS):
        around = values[max(0, at - _ORDER):at + _ORDER + 1]
        if values[at] == around.max() and values[at] > around.min():
            found.append(Turn(line.first + at, "peak"))
        elif values[at] == around.min() and values[at] < around.max():
            found.append(Turn(line.first + at, "trough"))
    return found


def _alternating(line: Line, found: list[Turn]) -> list[Turn]:
    """Of peaks (troughs) that follow one another, the highest (lowest)."""
    kept: list[Turn] = []
    for one in found:
        if kept and kept[-1].kind == one.kind:
            kept[-1] = max(kept[-1], one, key=lambda turn: _size(line, turn))
        else:
            kept.append(one)
    return kept


def _without_short(line: Line, found: list[Turn]) -> list[Turn]:
    """Without the weakest turn of the shortest phase or cycle that is too short."""
    for apart, least in ((1, _PHASE), (2, _CYCLE)):
        spans = [(b.month - a.month, a, b) for a, b in zip(found, found[apart:], strict=False)]
        short = min((span for span in spans if span[0] < least), key=lambda span: span[0], default=None)
        if short is not None:
            weaker = min(short[1:], key=lambda turn: _size(line, turn))
            return [one for one in found if one is not weaker]
    return found


def _size(line: Line, turn: Turn) -> float:
    """How far a turn is out."""
    value = float(line.values[turn.month - line.first])
    return value if turn.kind == "peak" else -value
