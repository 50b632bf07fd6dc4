"""GEKS: an index over all pairs of periods in a window, free of chain drift.

The index of period t on 0 is the geometric mean, over every period of the window, of the way from 0
to t by that period (Gini 1931, Elteto and Koves 1964, Szulc 1964; Ivancic, Diewert and Fox, Journal of
Econometrics 161, 2011). A window that has moved on is joined to the series before it by a splice:
`movement` by its last step, `window` by its whole length, `half` in the middle, `mean` by the geometric
mean over all periods that both windows have (Diewert and Fox 2020).
"""

from __future__ import annotations

from math import exp, log
from typing import Literal

from customhouse.errors import PriceError
from customhouse.prices.formulas import Formula, bilateral
from customhouse.prices.panel import Panel

Splice = Literal["movement", "window", "half", "mean"]


def geks(
    panel: Panel, formula: Formula = "fisher", window: int = 13, splice: Splice = "mean"
) -> list[float]:
    """The index of each period on the first. `window` is a number of periods: 13 months span a year.

    Revisions are not made: what was published stands, and each new period is spliced on. The formula
    has to stand time reversal: fisher, tornqvist or walsh. Raises PriceError.
    """
    if formula not in ("fisher", "tornqvist", "walsh"):
        raise PriceError(f"{formula!r}: GEKS takes what is the same backwards: fisher, tornqvist, walsh")
    if window < 2:
        raise PriceError(f"a window of {window}: it needs at least 2 periods")
    window = min(window, panel.periods)
    logs = _links(panel, formula, window)
    told = list(_within(logs, 0, window))
    for start in range(1, panel.periods - window + 1):
        told.append(_spliced(told, _within(logs, start, window), start, splice))
    return [exp(value) for value in told]


def _links(panel: Panel, formula: Formula, window: int) -> dict[tuple[int, int], float]:
    """The logarithm of the index between each two periods that share a window."""
    return {
        (a, b): log(bilateral(*panel.between(a, b), formula))
        for a in range(panel.periods) for b in range(a + 1, min(a + window, panel.periods))
    }  # fmt: skip


def _within(logs: dict[tuple[int, int], float], start: int, window: int) -> list[float]:
    """The logarithms of a window's index, on its first period."""
    periods = range(start, start + window)

    def way(a: int, b: int) -> float:
        return logs[a, b] if a < b else -logs[b, a] if b < a else 0.0

    return [sum(way(start, by) + way(by, t) for by in periods) / window for t in periods]


def _spliced(told: list[float], inside: list[float], start: int, splice: Splice) -> float:
    """The logarithm of the index of a window's last period, joined to what was told before."""
    joined = [told[start + k] + inside[-1] - inside[k] for k in range(len(inside) - 1)]
    if splice == "movement":
        return joined[-1]
    if splice == "window":
        return joined[0]
    if splice == "half":
        return joined[len(joined) // 2]
    if splice == "mean":
        return sum(joined) / len(joined)
    raise PriceError(f"{splice!r}: no such splice; there are movement, window, half, mean")
