"""What is judged, in numbers: the declarations, their true rate, and what inspections of each basis found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from customhouse.targeting.columns import numbers_of
from customhouse.targeting.intervals import wilson
from customhouse.targeting.judging.asked import Asked
from customhouse.targeting.judging.model import NONE, Data, Figure, Found
from customhouse.targeting.judging.resampling import Resampling, effective, figure, percentiles
from customhouse.targeting.listing import date_of

if TYPE_CHECKING:
    from customhouse.targeting.history import Flags


def data(asked: Asked, how: Resampling, simulated: bool) -> Data:
    """The declarations judged; rate of fraud and revenue are estimated where outcomes are known in part."""
    import numpy as np

    labels, frame = asked.labels, asked.frame
    known, fraud, money = labels.weighted
    table = np.stack([known, fraud, money], axis=1)
    whole, frauds, amounts = np.array([counts @ table for counts in (np.ones(len(known)), *how.counts())]).T
    with np.errstate(invalid="ignore", divide="ignore"):
        rates, means = frauds / whole, amounts / whole * len(known)
    rate = figure(rates[0], rates[1:], effective(known))
    revenue = percentiles(means[0], means[1:])
    if labels.basis == "all":
        revenue = Figure(revenue.value, revenue.value, revenue.value)
    there = "value_cny" in frame.columns
    value = float(np.nansum(numbers_of(frame, "value_cny"))) if there else float("nan")
    aside = {
        "before_begin": int((~asked.keep).sum()), "pending": labels.pending, "other_outcomes": labels.others,
        "not_counted": int((labels.inspected & (labels.weight <= 0)).sum()),
    }  # fmt: skip
    first, last = date_of(asked.days.min()), date_of(asked.days.max())
    return Data(
        len(labels), int((labels.weight > 0).sum()), first, last, asked.traders, rate,
        revenue if labels.has_revenue else NONE, value, labels.basis, simulated, asked.resampled,
        how.samples, how.seed, tuple((name, number) for name, number in aside.items() if number),
    )  # fmt: skip


def found(asked: Asked, selection: Any) -> tuple[Found, ...]:
    """What inspections of each basis found, where some declarations were inspected: of these alone."""
    if asked.labels.basis == "all":
        return ()
    inspected = asked.labels.inspected
    if selection is None:
        return (_found("all", inspected, asked),)
    from customhouse.targeting.selection import BASES

    basis = asked.each(selection.basis, "selection")
    rows = {name: inspected & (basis == number) for number, name in enumerate(BASES)}
    return tuple(_found(name, mine, asked) for name, mine in rows.items() if mine.any())


def _found(name: str, rows: Flags, asked: Asked) -> Found:
    count, frauds = int(rows.sum()), int(asked.labels.fraud[rows].sum())
    rate = Figure(frauds / count, *wilson(frauds / count, count)) if count else NONE
    return Found(name, count, frauds, rate, float(asked.labels.revenue[rows].sum()))
