"""GEKS: an index over all pairs of periods in a window, free of chain drift.

The index of period t on 0 is the geometric mean, over every period of the window, of the way from 0
to t by that period (Gini 1931, Elteto and Koves 1964, Szulc 1964; Ivancic, Diewert and Fox, Journal of
Econometrics 161, 2011). A window that has moved on is joined to the series before it by a splice:
`movement` by its last step, `window` by its whole length, `half` in the middle, `mean` by the geometric
mean over all periods that both windows have (Diewert and Fox 2020). What a window is joined to is what was
`published`, or the movement of the `window` before it (Krsinich 2016), which is where the two differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import exp, log
from typing import Literal, get_args

from customhouse.errors import PriceError
from customhouse.prices.formulas import Formula, bilateral
from customhouse.prices.panel import Panel

Splice = Literal["movement", "window", "half", "mean"]
On = Literal["published", "window"]


def geks(
    panel: Panel, formula: Formula = "fisher", window: int = 13, splice: Splice = "mean",
    on: On = "published",
) -> list[float]:  # fmt: skip
    """The index of each period on the first. `window` is a number of periods: 13 months span a year.

    Revisions are not made: what was published stands, and each new period is spliced on. The formula
    has to stand time reversal: fisher, tornqvist or walsh. Raises PriceError.
    """
    if formula not in ("fisher", "tornqvist", "walsh"):
        raise PriceError(f"{formula!r}: GEKS takes what is the same backwards: fisher, tornqvist, walsh")
    if window < 2:
        raise PriceError(f"a window of {window}: it needs at least 2 periods")
    window = min(window, panel.periods)
    return rolled(_links(panel, formula, window), panel.periods, window, splice, on)


def rolled(
    logs: Mapping[tuple[int, int], float], periods: int, window: int = 13, splice: Splice = "mean",
    on: On = "published",
) -> list[float]:  # fmt: skip
    """The same from the logarithms of the indices between any two periods that share a window.

    `logs[a, b]` with a < b is of the index of period b on a. Raises PriceError.
    """
    if on not in get_args(On):
        raise PriceError(f"{on!r}: a window is joined to what is published, or to the window before it")
    window = min(window, periods)
    inside = _within(logs, 0, window)
    told = list(inside)
    for start in range(1, periods - window + 1):
        before, inside = inside, _within(logs, start, window)
        moved = [told[-1] - before[-1] + one for one in before[1:]]
        told.append(_spliced(moved if on == "window" else told[start:], inside, splice))
    return [exp(value) for value in told]


def _links(panel: Panel, formula: Formula, window: int) -> dict[tuple[int, int], float]:
    """The logarithm of the index between each two periods that share a window."""
    return {
        (a, b): log(bilateral(*panel.between(a, b), formula))
        for a in range(panel.periods) for b in range(a + 1, min(a + window, panel.periods))
    }  # fmt: skip


def _within(logs: Mapping[tuple[int, int], float], start: int, window: int) -> list[float]:
    """The logarithms of a window's index, on its first period."""
    periods = range(start, start + window)

    def way(a: int, b: int) -> float:
        return logs[a, b] if a < b else -logs[b, a] if b < a else 0.0

    return [sum(way(start, by) + way(by, t) for by in periods) / window for t in periods]


def _spliced(known: list[float], inside: list[float], splice: Splice) -> float:
    """The logarithm of the index of a window's last period, joined to what is known of those before."""
    joined = [one + inside[-1] - other for one, other in zip(known, inside[:-1], strict=True)]
    if splice == "movement":
        return joined[-1]
    if splice == "window":
        return joined[0]
    if splice == "half":
        return joined[len(joined) // 2]
    if splice == "mean":
        return sum(joined) / len(joined)
    raise PriceError(f"{splice!r}: no such splice; there are movement, window, half, mean")
