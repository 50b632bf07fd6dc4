"""Figures read a thousand times too small among others that were not: points that part thousands.

A file of which one month, partner or column has such points, and whose other figures have none, is
read with decimal points throughout. Three digits behind the mark, other periods a thousand times as
high, or a sum that fails and closes with the thousandfold, tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from customhouse.records.controls.case import Case
from customhouse.records.controls.doubt import Doubt, Row, doubt, spanned
from customhouse.records.controls.panel import Panel, logs, usual
from customhouse.records.controls.sheet import Bools, Floats, Ints
from customhouse.records.controls.slips import identities

_BEFORE = r"[-+]?[1-9]\d{0,2}(?:[,.'\u00a0\u2009\u202f ]\d{3})*"
_FULL = re.compile(rf"{_BEFORE}[.,]\d{{3}}")
"""One mark, or a second kind of mark, with three digits behind it."""
_SHORT = re.compile(rf"{_BEFORE}(?:[.,]\d{{1,2}})?")
"""The same in a number cell, which drops noughts at the end."""
THOUSAND = 1000.0
NEAR = 0.8
"""How far (logarithm) the thousandfold may be from the other periods."""
MOSTLY = 0.7
"""The share of the figures with three digits that can be judged and stand so low."""
STEP = 1.5
"""The thousandfold is printed as finely as the other figures, within this factor."""
SHOWN = 5


def scattered(case: Case, done: Bools) -> Iterator[Doubt]:
    """Some figures of a load that lost their thousands, beside others that did not."""
    full, short = _forms(case, done)
    if not full.any():
        return
    by_past, judged = _by_past(case, full, short)
    by_sums = _by_sums(case, done, full, short)
    if judged and (by_past & full).sum() < MOSTLY * judged:
        by_past[:] = False
    hit = by_past | by_sums
    if (hit & full).any():
        rows = np.flatnonzero(hit)
        done[rows] = True
        yield _said(case, rows, full)


def _forms(case: Case, done: Bools) -> tuple[Bools, Bools]:
    """Which rows are printed with three digits behind a mark, and which could be but for lost noughts."""
    sheet = case.sheet
    full, short = np.zeros(len(sheet.value), bool), np.zeros(len(sheet.value), bool)
    for row, text in enumerate(sheet.table["printed"].slice(0, sheet.rows).to_pylist()):
        shown = (text or "").strip()
        full[row] = bool(_FULL.fullmatch(shown))
        short[row] = not full[row] and bool(_SHORT.fullmatch(shown))
    there = ~done & ~np.isnan(sheet.value) & (sheet.value != 0)
    step = _printed(case)
    fine = THOUSAND * step < STEP * step[: sheet.rows].max(initial=0.0)  # else read as thousands
    return full & there & fine, short & there


def _printed(case: Case) -> Floats:
    """The steps as they are printed: noughts at the end of a figure do not make it a coarser print."""
    found: Floats = case.sheet.step / 10.0**case.rounded
    return found


def _by_past(case: Case, full: Bools, short: Bools) -> tuple[Bools, int]:
    """Rows a thousandth of their other periods, and how many with three digits could be judged."""
    found = np.zeros(len(full), bool)
    told = np.zeros(len(full), bool)
    for panel in (case.months, case.ranges):
        if not panel.columns:
            continue
        there = panel.row >= 0
        is_full: Bools = np.asarray(there & full[panel.row], bool)
        rest = replace(panel, value=np.where(is_full, np.nan, panel.value))
        low = _low(case, panel, rest, is_full)
        known = np.asarray(_known(rest)[:, None] & is_full, bool)
        hits = np.asarray(low & is_full, bool)
        marked = np.asarray(hits | (low & there & short[panel.row] & _beside(hits)), bool)
        found[panel.row[marked]] = True
        told[panel.row[known]] = True
    return found, int(told.sum())


def _known(rest: Panel) -> Bools:
    found: Bools = np.asarray((~np.isnan(rest.value)).any(axis=1), bool)
    return found


def _beside(hits: Bools) -> Bools:
    """Cells of a period or a line that has such figures."""
    column, line = np.asarray(hits.any(axis=0), bool), np.asarray(hits.any(axis=1), bool)
    found: Bools = column[None, :] | line[:, None]
    return found


def _low(case: Case, panel: Panel, rest: Panel, is_full: Bools) -> Bools:
    """Cells that are a thousandth of the others of their line, and printed as much finer."""
    found = np.zeros(panel.value.shape, bool)
    step = np.where(panel.row >= 0, _printed(case)[panel.row], np.nan)
    for column in np.flatnonzero(is_full.any(axis=0)).tolist():
        others = rest.neighbours(column)
        past = usual(rest, others)
        away = np.abs(logs(panel.value[:, column]) - past + np.log(THOUSAND))
        with np.errstate(invalid="ignore"):
            found[:, column] = away <= NEAR
            fine = is_full[:, column] & ~_as_fine(step[:, column], np.where(is_full, np.nan, step)[:, others])
        found[fine, column] = False
    return found


def _as_fine(step: Floats, others: Floats) -> Bools:
    """Whether a figure's step is a thousandth of those of the other periods."""
    told = ~np.isnan(others).all(axis=1)
    usual_ = np.full(len(step), np.nan)
    if told.any():
        usual_[told] = np.nanmedian(others[told], axis=1)
    ratio = THOUSAND * step / usual_
    found: Bools = (ratio < STEP) & (ratio > 1 / STEP)
    return found


def _by_sums(case: Case, done: Bools, full: Bools, short: Bools) -> Bools:
    """Rows of sums that fail, and close when those with three digits are taken a thousand times."""
    sheet, w = case.sheet, case.wholes
    every = replace(case, wholes=replace(w, complete=np.ones(len(w.complete), bool)))
    system = identities(every, done)
    found = np.zeros(len(full), bool)
    size = len(system.off)
    bad = (np.abs(system.off) > system.slack) & system.sharp
    finest = THOUSAND * float(sheet.step[full].min())
    for some, sure in ((full, full), (full | short, full), (short, short)):
        if sure is short:  # number cells of lines that have been found lost all three digits
            some = sure = short & np.isin(sheet.series, sheet.series[found])
        inside = some[system.row]
        change = np.bincount(
            system.of, np.where(inside, system.weight * (THOUSAND - 1) * sheet.value[system.row], 0.0), size
        )
        wide = system.slack + 2 * finest * np.sqrt(np.bincount(system.of, inside, size))
        closed = bad & (np.bincount(system.of, sure[system.row], size) > 0)
        closed &= (np.abs(system.off + change) <= wide) & (np.abs(system.off) > wide)
        found[system.row[closed[system.of] & inside]] = True
        bad &= ~closed
    return found


def _said(case: Case, rows: Ints, full: Bools) -> Doubt:
    sheet = case.sheet
    of_full = rows[full[rows]]
    row = int(of_full[np.argmax(np.abs(sheet.value[of_full]))])
    places = list(dict.fromkeys(sheet.text("place", r) or "" for r in rows))
    more = "" if len(places) <= SHOWN else f" … {places[-1]}"
    return doubt(
        sheet,
        "points_read_as_decimals",
        "points_among_others",
        "stop",
        [row, *rows],
        row=Row(row),
        stated_cents=float(sheet.value[row]),
        should_cents=THOUSAND * float(sheet.value[row]),
        printed=(sheet.text("printed", row) or "").strip(),
        hits=float(len(rows)),
        lines=float(len(places)),
        where=", ".join(places[:SHOWN]) + more,
        period=spanned(sheet, rows),
    )
