"""Printed growth: ten times too large, as a fraction, without its sign, or in the other flow's column.

The figures of a year earlier tell where they are known. Where they are not, those that the growth
implies must add up as the figures do: the implied base of trade is that of exports and imports.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from customhouse.records.controls.bases import POINTS, base_of, implied_by_known, places_of, year_earlier
from customhouse.records.controls.case import Case, taken
from customhouse.records.controls.doubt import Doubt, doubt, spanned
from customhouse.records.controls.sheet import EXPORTS, IMPORTS, TRADE, Bools, Floats, Ints, ids

FIT, UNFIT = 0.7, 0.5
SIGNED = 0.9
CLEAR = 0.25
FEW = 3
SCALES = {"fraction": 100.0, "tenth": 10.0, "ten_times": 0.1, "hundred_times": 0.01}
ENOUGH = 20
KNOWN = 0.8


class Reading(NamedTuple):
    """A way to read the growth of trade, exports and imports, in the order of the columns."""

    cause: str
    apply: Callable[[Floats], Floats]


def _scaled(factor: float, *flows: int) -> Callable[[Floats], Floats]:
    def apply(growth: Floats) -> Floats:
        out = growth.copy()
        out[:, list(flows)] *= factor
        return out

    return apply


AS_PRINTED = Reading("as_printed", lambda growth: growth)
READINGS = (
    *(
        Reading(cause, _scaled(factor, EXPORTS, IMPORTS, TRADE))
        for cause, factor in SCALES.items()
        if factor > 1
    ),
    Reading("flows_exchanged", lambda growth: growth[:, [IMPORTS, EXPORTS, TRADE]]),
    *(
        Reading(cause, _scaled(factor, EXPORTS, IMPORTS, TRADE))
        for cause, factor in SCALES.items()
        if factor < 1
    ),
    *(
        Reading(cause, _scaled(factor, flow))
        for cause, factor in SCALES.items()
        for flow in (EXPORTS, IMPORTS, TRADE)
    ),
)


def growth(case: Case, done: Bools) -> Iterator[Doubt]:
    """Growth that the figures deny, by period."""
    sheet = case.sheet
    said = np.zeros(len(sheet.growth), bool)
    for rows in _periods(case):
        if done[rows[rows >= 0]].mean() > 0.2:
            continue
        doubt_ = _against_known(case, rows)
        if doubt_ is None and not _known(case, rows):
            doubt_ = _against_itself(case, rows) or _against_parts(case, rows)
        if doubt_ is not None:
            said[list(doubt_.cells)] = True
            yield doubt_
    yield from _size(case, said)


def _periods(case: Case) -> Iterator[Ints]:
    """The rows with growth by period: exports, imports and trade of an item, -1 where there is none."""
    sheet = case.sheet
    rows = case.flows[:, : TRADE + 1]
    there = (rows >= 0) & (rows < sheet.rows) & ~np.isnan(taken(sheet.growth, rows))
    rows = np.where(there, rows, -1)[there.any(axis=1)]
    head = rows.max(axis=1)
    span = ids(sheet.first[head], sheet.last[head]) if len(rows) else head
    for number in np.unique(span):
        yield rows[span == number]


def _fits(case: Case, rows: Ints, growth: Floats, places: int) -> tuple[float, int]:
    """The share of items whose implied bases add up, by size, and how many items tell."""
    value, step = taken(case.sheet.value, rows), taken(case.sheet.step, rows)
    full = ~np.isnan(value + taken(case.sheet.growth, rows)).any(axis=1) & (value > 50 * step).all(axis=1)
    if full.sum() < 1:
        return np.nan, 0
    base = base_of(value[full], growth[full])
    printed = taken(case.sheet.growth, rows)[full]
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.where(printed != 0, np.abs(growth[full] / np.where(printed != 0, printed, 1)), 1.0)
    slack = np.abs(value[full]) * 10.0**-places * np.maximum(scale, 1e-4) / 200
    slack = (slack / np.maximum(1 + growth[full] / 100, 0.02) ** 2).sum(axis=1) + 2 * step[full].sum(axis=1)
    off = np.abs(base[:, TRADE] - base[:, EXPORTS] - base[:, IMPORTS])
    weight = np.sqrt(value[full][:, TRADE])
    return float(np.sum(weight * (off <= 1.5 * slack)) / weight.sum()), int(full.sum())


def _against_itself(case: Case, rows: Ints) -> Doubt | None:
    """The base of trade that growth implies, against those of exports and imports."""
    printed = taken(case.sheet.growth, rows)
    places = places_of(printed)
    now, count = _fits(case, rows, printed, places)
    some = printed[~np.isnan(printed)]
    if count >= ENOUGH and now < SIGNED and (some >= 0).all():
        return denied(case, rows, "signs_lost", 0.0, now)
    if count < FEW or now > UNFIT:
        return None
    found = [(_fits(case, rows, one.apply(printed), places)[0], one) for one in READINGS]
    best, reading = _chosen(found)
    if best >= FIT and best > now + CLEAR:
        return denied(case, rows, reading.cause, best, now)
    return (
        denied(case, rows, "growth_unexplained", best, now, mild=True) if now < 0.3 and count >= 8 else None
    )


def _chosen(found: list[tuple[float, Reading]]) -> tuple[float, Reading]:
    """The first reading that fits about as well as any; those that shrink growth fit easily and come last."""
    best = max(share for share, _ in found)
    return next(one for one in found if one[0] >= min(best, max(FIT, best - CLEAR / 2)))


def _known(case: Case, rows: Ints) -> bool:
    """Whether most figures of a year earlier are known, so that nothing else need judge."""
    return bool((year_earlier(case, rows) >= 0).sum() > KNOWN * (rows >= 0).sum())


def _against_known(case: Case, rows: Ints) -> Doubt | None:
    """Growth as the figures of a year earlier give it."""
    sheet = case.sheet
    value, implied = taken(sheet.value, rows), implied_by_known(case, rows)
    printed = taken(sheet.growth, rows)
    both = ~np.isnan(implied) & ~np.isnan(printed) & (np.abs(implied) > 3)
    if both.sum() < 2:
        return None

    def share(growth: Floats) -> float:
        near = np.abs(growth - implied) <= POINTS + 0.03 * np.abs(implied)
        weight = np.where(both, np.sqrt(np.abs(np.nan_to_num(value))), 0)
        return float((weight * near).sum() / weight.sum())

    now = share(printed)
    if now > UNFIT:
        return None
    signs = Reading(
        "signs_lost", lambda g: np.where(np.sign(g) >= 0, np.abs(g) * np.sign(np.nan_to_num(implied)), g)
    )
    found = [(share(one.apply(printed)), -n, one) for n, one in enumerate((*READINGS, signs))]
    best, _, reading = max(found, key=lambda one: one[:2])
    if best >= FIT and best > now + CLEAR:
        return denied(case, rows, reading.cause, best, now)
    return None


def _against_parts(case: Case, rows: Ints) -> Doubt | None:
    """The base of the whole that growth implies, against the sum of those of its parts."""
    w, sheet = case.wholes, case.sheet
    mine = (
        np.isin(w.whole, rows[rows >= 0])
        & w.complete
        & (np.abs(w.off) <= w.slack)
        & (np.bincount(w.of, minlength=len(w.whole)) >= FEW if len(w.of) else False)
    )
    numbers = np.flatnonzero(mine)
    if len(numbers) < 1:
        return None
    places = places_of(sheet.growth[rows[rows >= 0]])
    now = _closing(case, numbers, sheet.growth, 1.0, places)
    if now >= UNFIT:
        return None
    causes = {
        cause: _closing(case, numbers, sheet.growth, SCALES[cause], places) for cause in ("fraction", "tenth")
    }
    causes["flows_exchanged"] = _closing(case, numbers, _exchanged(case), 1.0, places)
    causes |= {
        c: _closing(case, numbers, sheet.growth, SCALES[c], places) for c in ("ten_times", "hundred_times")
    }
    best, reading = _chosen([(share, Reading(cause, AS_PRINTED.apply)) for cause, share in causes.items()])
    return denied(case, rows, reading.cause, best, now) if best >= FIT and best > now + CLEAR else None


def _exchanged(case: Case) -> Floats:
    """Growth with that of exports and of imports exchanged."""
    growth, rows = case.sheet.growth.copy(), case.flows
    for one, other in ((EXPORTS, IMPORTS), (IMPORTS, EXPORTS)):
        there = rows[:, one] >= 0
        growth[rows[there, one]] = taken(case.sheet.growth, rows[there, other])
    return growth


def _closing(case: Case, numbers: Ints, growth: Floats, factor: float, places: int) -> float:
    """The share of wholes whose implied base is that of their parts."""
    return float(np.mean([_whole_fits(case, int(n), growth * factor, factor, places) for n in numbers]))


def _whole_fits(case: Case, number: int, growth: Floats, factor: float, places: int) -> bool:
    w, sheet = case.wholes, case.sheet
    rows = np.r_[w.parts(number), w.whole[number]]
    rate, value = growth[rows], sheet.value[rows]
    blank = np.isnan(rate)
    base = base_of(value, np.nan_to_num(rate))
    ratio = np.maximum(1 + np.nan_to_num(rate) / 100, 0.02)
    each = np.abs(value) * 10.0**-places * factor / 200 / ratio**2
    slack = 2 * np.sqrt((each[:-1] ** 2).sum()) + each[-1] + np.abs(value[blank]).sum() + w.slack[number]
    return bool(not blank[-1] and abs(base[:-1].sum() - base[-1]) <= 1.5 * slack)


def _size(case: Case, said: Bools) -> Iterator[Doubt]:
    """Growth that is too small to be in per cent: a column of fractions."""
    sheet = case.sheet
    rows = np.flatnonzero(~np.isnan(sheet.growth[: sheet.rows]) & ~said[: sheet.rows])
    size = np.abs(sheet.growth[rows])
    size = size[size > 0]
    if len(size) < 8 or places_of(sheet.growth[rows]) < 2:
        return
    middle, high = np.median(size), np.quantile(size, 0.75)
    if middle < 0.6 and high < 1.5:
        yield doubt(
            sheet,
            "growth_denied",
            "fraction",
            "stop" if len(size) >= ENOUGH else "caution",
            rows,
            period=spanned(sheet, rows),
            items=float(len(size)),
            fit=0.0,
            unfit=0.0,
            stated_percent=float(middle),
        )


def denied(
    case: Case, rows: Ints, cause: str, best: float = 1.0, now: float = 0.0, *, mild: bool = False
) -> Doubt:
    """A column of growth that does not fit the figures: `best` of it would as `cause` has it, `now` does."""
    cells = rows[rows >= 0]
    sheet = case.sheet
    top = cells[np.argmax(np.nan_to_num(sheet.value[cells]))]
    return doubt(
        sheet,
        "growth_denied",
        cause,
        "caution" if mild else "stop",
        [top, *cells],
        fit=best,
        unfit=now,
        period=spanned(sheet, cells),
        items=float(len(rows)),
        stated_percent=float(sheet.growth[top]),
    )
