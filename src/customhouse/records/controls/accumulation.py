"""Years to date taken for months and months for years to date, and how the two fit together."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from customhouse.records.controls.case import Case
from customhouse.records.controls.doubt import Doubt, Month, doubt
from customhouse.records.controls.factors import read
from customhouse.records.controls.links import Index, links
from customhouse.records.controls.panel import YEAR, Panel, logs, middle
from customhouse.records.controls.sheet import BALANCE, Bools, Floats, Ints
from customhouse.records.controls.windows import window_of

STEADY = 0.97
"""Figures of which this share never falls within a year accumulate."""
TIGHT = 0.03
OFF = 0.05
CENTRE = 0.005
"""Of readings whose rows differ by less than this none is the firmer for it."""
FEW = 4
MANY = 5
MOSTLY = 0.9


def accumulated(case: Case, done: Bools) -> Iterator[Doubt]:
    """Months that grow through the year as years to date do, or that are the sum of known months."""
    panel = case.months
    for year in np.unique(panel.last[panel.load] // 12) if panel.columns else ():
        columns = _of_year(panel, int(year))
        rows = np.concatenate([panel.line_rows(int(c)) for c in columns])
        if done[rows].mean() < 0.5 and _grows(panel, columns):
            late = [panel.line_rows(int(c)) for c in columns if panel.last[c] % 12]
            cells = np.concatenate(late) if late else rows
            first, last = int(panel.last[columns[0]]), int(panel.last[columns[-1]])
            yield doubt(
                case.sheet,
                "accumulates",
                "year_to_date_for_month",
                "stop",
                cells,
                period=Month(first, last),
                months=float(len(columns)),
            )
            done[rows] = True
    later = [int(c) for c in np.flatnonzero(panel.load) if panel.last[c] % 12]
    fresh = [c for c in later if done[panel.line_rows(c)].mean() <= 0.5]
    found = [one for c in fresh for one in _sums_to(case, panel, c, done)]
    if 2 * len(found) > len(later):  # one month alone would be an odd one
        for one in found:
            done[list(one.cells)] = True
            yield one


def _grows(panel: Panel, columns: Ints) -> bool:
    """Whether figures never fall within a year and rise as sums of months would."""
    if len(columns) < 3:
        return False
    value = np.where(panel.value[:, columns] >= 0, panel.value[:, columns], np.nan)
    value = value[(panel.flow != BALANCE) & (~np.isnan(value)).all(axis=1) & (value[:, 0] > 0)]
    steps = np.diff(value, axis=1)
    enough = steps.size >= 8 if len(value) > FEW else len(value) and steps.shape[1] >= 4
    if not enough or (steps >= 0).mean() < STEADY:
        return False
    month = panel.last[columns] % 12 + 1
    rise = np.diff(np.log(value), axis=1) - np.diff(np.log(month))
    return bool(np.median(np.abs(rise)) < 0.3 and abs(np.median(rise.sum(axis=1))) < 0.4)


def _sums_to(case: Case, panel: Panel, column: int, done: Bools) -> Iterator[Doubt]:
    """A month that is one month more than the sum of those before it in the year."""
    month = int(panel.last[column])
    before = np.flatnonzero((panel.last >= month - month % 12) & (panel.last < month))
    if not len(before) or done[panel.line_rows(int(before[-1]))].mean() > 0.5:
        return
    past = panel.value[:, before]
    fit = (panel.value[:, column] > 0) & (past > 0).all(axis=1) & (panel.flow != BALANCE)
    if fit.sum() < 1:
        return
    now, total = panel.value[fit, column], past[fit].sum(axis=1)
    level = past[fit].mean(axis=1) * (month % 12)
    at, spread = middle(now / level, np.sqrt(level))
    wanted = (month % 12 + 1) / (month % 12)
    above = (now >= total).mean() >= STEADY and (fit.sum() >= 5 or len(before) >= 2)
    if above and 0.65 * wanted < at < 1.4 * wanted and spread < 0.6 / (month % 12) * at:
        yield doubt(
            case.sheet,
            "accumulates",
            "year_to_date_for_month",
            "stop",
            panel.line_rows(column),
            period=Month(month, month),
            months=month % 12 + 1.0,
            factor=float(at),
        )


def beside(case: Case, done: Bools) -> Iterator[Doubt]:
    """Years to date that are the figures of their last months, or below them."""
    pairs = _beside(case)
    some = [pair for pair in pairs if len(pair) >= MANY]
    rest = [pair for pair in pairs if len(pair) < MANY]
    for pair in (*some, *([np.concatenate(rest)] if rest else ())):
        month, year = pair.T
        one, whole = case.sheet.value[month], case.sheet.value[year]
        over = _share(one, whole, strict=True)
        if not (over or _share(one, whole)):
            continue
        cells, cause = np.r_[month, year], "month_and_year_swapped"
        if not over and _year_in_months(case, int(case.sheet.last[year].max())):
            cells, cause = month, "year_to_date_for_month"
        elif not over and _without_january(case, int(case.sheet.last[year].max())):
            cells, cause = month, "two_months_together"
        elif not over and len(case.months.last) == 1:  # no other month tells which column is right
            cause = "month_and_year_alike"
        elif not over:
            cells, cause = year, "month_for_year_to_date"
        done[np.r_[month, year]] = True
        period = Month(int(case.sheet.first[year].min()), int(case.sheet.last[year].max()))
        mild = cause == "two_months_together"
        yield doubt(
            case.sheet, "accumulates", cause, "caution" if mild else "stop", cells,
            period=period, months=float(period.last),
        )  # fmt: skip


def _year_in_months(case: Case, last: int) -> bool:
    """Whether figures that stand for a month and for a year to date are those of the year to date."""
    panel = case.months
    at = np.flatnonzero(panel.last == last)
    return _grows(panel, _of_year(panel, last // 12)) or (
        len(at) > 0 and window_of(panel, int(at[0])) is not None
    )


def _without_january(case: Case, last: int) -> bool:
    """Whether figures up to February have no January before them."""
    return last % 12 == 1 and last - 1 not in case.months.last


def _of_year(panel: Panel, year: int) -> Ints:
    """The months of the load in a year."""
    return np.flatnonzero((panel.last // 12 == year) & panel.load)


def _beside(case: Case) -> list[Ints]:
    """For each year to date of the load, pairs of the rows of its last month and of itself."""
    months, years = case.months, case.ranges
    lines = {key: n for n, key in enumerate(zip(months.item.tolist(), months.flow.tolist(), strict=True))}
    at = np.array(
        [lines.get(key, -1) for key in zip(years.item.tolist(), years.flow.tolist(), strict=True)], np.int64
    )
    found = []
    for column in np.flatnonzero(years.load & (years.span > 1) & (years.chain < YEAR)):
        other = np.flatnonzero(months.last == years.last[column])
        if len(other):
            pair = np.stack([months.row[at, other[0]], years.row[:, column]], axis=1)
            fit = (at >= 0) & (pair >= 0).all(axis=1) & (years.flow != BALANCE)
            found.append(pair[fit])
    return found


def chained(case: Case, done: Bools) -> Iterator[Doubt]:
    """Years to date that are not the year to date before and the month, by the same factor in all rows."""
    for year, month, before in links(case.sheet):
        if (np.minimum(year, month) >= case.sheet.rows).all():
            continue
        value = case.sheet.value
        now, one, past = value[year], value[month], np.where(before >= 0, value[before], 0.0)
        rows = np.r_[year, month]
        if len(now) < 2 or done[np.r_[rows, before]].mean() > 0.2:
            continue
        found = _equal(case, now, one, past, year, month) or _reading(case, now, one, past, year, month)
        if found is not None:
            yield found
            done[case.sheet.loaded(rows)] = True


def _equal(case: Case, now: Floats, one: Floats, past: Floats, year: Ints, month: Ints) -> Doubt | None:
    """Years to date that are their last months though there are earlier ones: one stands for the other."""
    if (now == one).mean() < MOSTLY or not (past > 0).any():
        return None
    whole = (now > past)[past > 0].mean() > MOSTLY
    cells, cause = (month, "year_to_date_for_month") if whole else (year, "month_for_year_to_date")
    last = int(case.sheet.last[month[0]])
    period = Month(last, last) if whole else Month(int(case.sheet.first[year[0]]), last)
    return doubt(case.sheet, "accumulates", cause, "stop", cells, period=period, months=float(last % 12 + 1))


def _reading(case: Case, now: Floats, one: Floats, past: Floats, year: Ints, month: Ints) -> Doubt | None:
    """What stands in another unit: the month, the year to date, or both against what went before."""
    weight = np.sqrt(np.abs(now))
    sides = {"month": (now - past, one), "year": (now, past + one), "both": (now - one, past)}
    found = {}
    for side, (above, below) in sides.items():
        big = (np.minimum(above, below) > 30 * case.sheet.step[year]) & (case.sheet.flow[year] != BALANCE)
        at, spread = middle(logs(np.where(big, above / np.where(big, below, 1), np.nan)), weight)
        if big.sum() >= max(2, 0.4 * (now > 0).sum()):
            found[side] = (spread, at)
    tight = TIGHT if len(now) >= MANY else TIGHT / 3
    clear = {
        side: abs(at) / (spread + CENTRE)
        for side, (spread, at) in found.items()
        if spread <= tight and abs(at) >= max(OFF, 3 * spread)
    }
    if len(found) < 2 or not clear:
        return None
    side = max(clear, key=lambda one: clear[one])
    spread, at = found[side]
    factor = float(np.exp(-at if side == "month" else at))
    cells = {"month": month, "year": year, "both": np.r_[month, year]}[side]
    names = (case.sheet.name(what, int(year[0])) for what in ("currency", "reporter"))
    reading = read(factor, *names, slack=0.03 + 2 * spread)
    return _said(case, "unit_slip", reading.cause, cells, month, factor)


def _share(low: Floats, high: Floats, *, strict: bool = False) -> bool:
    """Whether figures are the same all over (or below one another)."""
    some = (low > 0) & (high > 0)
    if some.sum() < 3:
        return False
    hit = low[some] > high[some] if strict else low[some] == high[some]
    return bool(hit.mean() > MOSTLY)


def _said(case: Case, code: str, cause: str, cells: Ints, month: Ints, factor: float) -> Doubt:
    sheet = case.sheet
    mine = sheet.loaded(cells)
    if not len(mine):
        mine = sheet.loaded(month)
    top = mine[np.argmax(sheet.value[mine])] if len(mine) else int(cells[0])
    return doubt(
        sheet,
        code,
        cause,
        "stop",
        [top, *mine],
        period=Month(int(sheet.first[top]), int(sheet.last[top])),
        factor=factor,
        power=0.0,
        spread=0.0,
        months=1.0,
        now_cents=float(sheet.value[top]),
        usual_cents=float(sheet.value[top] / factor),
    )


__all__ = ["Index", "accumulated", "beside", "chained", "links"]
