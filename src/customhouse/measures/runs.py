"""Measures over many periods: streaks and records."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from fractions import Fraction

from customhouse.measures.figures import Figure, joined, shown
from customhouse.measures.levels import period_of
from customhouse.measures.request import LENGTHS, Lacking, Request
from customhouse.period import Period
from customhouse.statistics import Statistics

Metric = Callable[[Request, Statistics], Figure]
_SIGNED = frozenset({"growth", "change", "share_change", "gap", "contribution"})


def streak(ask: Request, statistics: Statistics, metric: Metric) -> Figure:
    """For how many periods up to the last month a figure stayed above the threshold (0 for growth).

    Where the statistics begin, or have a hole, before the condition broke, the number has no upper end.
    """
    every, least = _every(ask), _threshold(ask)
    last, found = period_of(ask).last, list[Figure]()
    broken = False
    while not broken:
        period = Period(last - (len(found) + 1) * every + 1, last - len(found) * every)
        try:
            figure = metric(ask.about(ask.metric, period), statistics)
        except Lacking:
            if not found:
                raise
            break
        found.append(figure)
        broken = not _above(ask, figure.low if ask.below else figure.top, least)
    return _streak(ask, found, least, every, broken)


def _streak(ask: Request, found: list[Figure], least: Fraction, every: int, broken: bool) -> Figure:
    """The figure of a streak from its periods, the last first; the earliest may be the one that broke it."""
    value = _leading([_above(ask, f.value, least) for f in found])
    surely = _leading([_above(ask, f.top if ask.below else f.low, least) for f in found])
    high = Fraction(len(found) - 1) if broken else None
    last = period_of(ask).last
    stretch = Period(last - max(value, 1) * every + 1, last)
    word = "below" if ask.below else "above"
    text = ", ".join(shown(f.value) for f in reversed(found)) + f": the last {value} {word} {shown(least)}"
    return Figure(Fraction(value), Fraction(surely), high, "period", "streak", joined(*found), text,
                  period=stretch, threshold=float(least))


def record(ask: Request, statistics: Statistics, metric: Metric) -> Figure:
    """1 where a figure is the highest (lowest) of its window, or the first above the threshold; else 0.

    The window is the same months of earlier years, or all periods of the length, as far back as the
    statistics go. `base` is the latest period that was as high; `threshold` the highest of the others.
    """
    period = period_of(ask)
    now = metric(ask.about(ask.metric, period), statistics)
    earlier = _earlier(ask, statistics, metric, period)
    if not earlier:
        raise Lacking("earlier", f"the statistics have no earlier {ask.metric} to compare {period} with")
    sign = -1 if ask.below else 1
    best = max(earlier.values(), key=lambda f: sign * f.value)
    reached = next((p for p, f in earlier.items() if sign * f.value >= sign * now.value), None)
    found = _verdict(ask, now, list(earlier.values()))
    since = f"since {min(earlier)}" if reached is None else f"since {reached}"
    note = f"{'lowest' if ask.below else 'highest'} {since} among {len(earlier) + 1} periods"
    text = f"{shown(now.value)} against {shown(best.value)}"
    return Figure(*found, "1", "record", joined(now, best), text, base=reached, note=note,
                  threshold=ask.threshold if ask.threshold is not None else float(best.value))


def _verdict(ask: Request, now: Figure, earlier: list[Figure]) -> tuple[Fraction, Fraction, Fraction]:
    """Whether it is a record: by the values, surely, possibly."""
    def first(mine: Fraction, others: list[Fraction]) -> bool:
        if ask.threshold is not None:
            least = Fraction(str(ask.threshold))
            return _above(ask, mine, least) and not any(_above(ask, other, least) for other in others)
        return all(_above(ask, mine, other) for other in others)

    lows, tops = [f.low for f in earlier], [f.top for f in earlier]
    sure = first(now.top, lows) if ask.below else first(now.low, tops)
    maybe = first(now.low, tops) if ask.below else first(now.top, lows)
    return Fraction(first(now.value, [f.value for f in earlier])), Fraction(sure), Fraction(maybe)


def _earlier(ask: Request, statistics: Statistics, metric: Metric, period: Period) -> dict[Period, Figure]:
    """The figures of the window's earlier periods that the statistics have, the latest first."""
    step = 12 if ask.window == "same" else period.months
    months = statistics.months()
    start = max(months[0] if months else period.first, ask.since or 0)
    found: dict[Period, Figure] = {}
    before = period.shift(-step)
    while before.first >= start:
        with suppress(Lacking):
            found[before] = metric(ask.about(ask.metric, before), statistics)
        before = before.shift(-step)
    return found


def _above(ask: Request, value: Fraction, least: Fraction) -> bool:
    return value < least if ask.below else value > least


def _leading(flags: list[bool]) -> int:
    """How many of the first are true."""
    return flags.index(False) if False in flags else len(flags)


def _every(ask: Request) -> int:
    every = ask.every or period_of(ask).months
    if every not in LENGTHS:
        raise Lacking("every", f"a streak is of months, quarters, halves or years, not of {every} months")
    return every


def _threshold(ask: Request) -> Fraction:
    if ask.threshold is not None:
        return Fraction(str(ask.threshold))
    if ask.metric in _SIGNED:
        return Fraction(0)
    raise Lacking("threshold", f"nothing says above what level the {ask.metric} stayed")
