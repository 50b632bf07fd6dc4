"""Figures as printed: thousands points read as decimals, decimal commas as thousands, lost digits."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from customhouse.records.controls.case import Case
from customhouse.records.controls.doubt import Doubt, Row, doubt, spanned
from customhouse.records.controls.panel import logs, usual
from customhouse.records.controls.sheet import Bools, Ints

FEW = 5
GROUPED = {mark: re.compile(rf"[-+]?[1-9]\d{{0,2}}{re.escape(mark)}\d{{3}}") for mark in ".,"}
"""One mark with three digits behind it: thousands or three decimals."""
REPEATED = {mark: re.compile(rf"[-+]?\d{{1,3}}(?:{re.escape(mark)}\d{{3}}){{2,}}") for mark in ".,"}
"""The mark twice or more: thousands."""
DECIMAL = {
    mark: re.compile(
        rf"[-+]?(?:0{re.escape(mark)}\d+|\d{{4,}}{re.escape(mark)}\d+|\d+{re.escape(mark)}(?!\d{{3}}$)\d+)"
    )
    for mark in ".,"
}
"""Behind a nought, behind more than three digits or with another number of places: decimals."""
SHARE = 0.02
AS_EVER = 1.6
"""Figures no farther from those known (logarithm) stand as ever;"""
THOUSAND = float(np.log(1000))
"""those that lack this were read a thousand times too small."""


def marks(case: Case, done: Bools) -> Iterator[Doubt]:
    """Points and commas that were read as what they are not."""
    sheet = case.sheet
    texts = sheet.table["printed"].slice(0, sheet.rows).to_pylist()
    file = np.unique(
        np.array(sheet.table["file"].slice(0, sheet.rows).to_pylist(), str), return_inverse=True
    )[1]
    for number in np.unique(file):
        rows = np.array(
            [r for r in np.flatnonzero(file == number) if texts[r] and texts[r].strip()], np.int64
        )
        if len(rows) >= FEW:
            printed = [str(texts[r]).strip().replace("\u00a0", "").replace(" ", "") for r in rows]
            yield from _points(case, rows, printed, done)
            yield from _commas(case, rows, printed, done)
        else:
            yield from _steps(case, np.flatnonzero(file == number), done)


def pointed(case: Case, rows: Ints) -> bool:
    """Whether figures are all printed with a point and three digits behind it, which may part thousands."""
    texts = case.sheet.table["printed"].take(rows).to_pylist() if len(rows) else []
    return bool(texts) and all(text and GROUPED["."].fullmatch(text.strip()) for text in texts)


def _points(case: Case, rows: Ints, printed: list[str], done: Bools) -> Iterator[Doubt]:
    """Thousands points that made figures a thousand times too small."""
    hit = np.array([bool(GROUPED["."].fullmatch(t)) for t in printed])
    firm = np.array([bool(REPEATED["."].fullmatch(t)) for t in printed])
    real = np.array([bool(DECIMAL["."].fullmatch(t)) for t in printed])
    plain = np.array([bool(re.fullmatch(r"[-+]?\d+", t)) for t in printed])
    long = plain & np.array([len(t.lstrip("+-")) > 3 for t in printed])
    if hit.sum() < 3 or real.sum() > SHARE * hit.sum() or long.any():
        return
    scale = _scale(case, rows, printed)
    whole = (firm | plain) & (scale > 0)
    if whole.any() and np.median(scale[hit]) > 0.01 * np.median(scale[whole]):
        return  # they were read as thousands
    at = _level(case, rows[hit])
    if abs(at) < AS_EVER:
        return  # their other months say that they were read rightly
    sure = firm.any() or (plain & (case.sheet.value[rows] != 0)).sum() >= 2 or _total_off(case, rows[hit])
    sure |= abs(at + THOUSAND) < AS_EVER
    if not sure and hit.mean() < 0.95:
        return
    yield _said(
        case,
        "points_read_as_decimals",
        "thousands_points" if sure else "points_unsure",
        "stop" if sure else "caution",
        rows[hit],
        printed[int(np.flatnonzero(hit)[0])],
        float(hit.sum()),
    )
    if sure:
        done[rows[hit]] = True


def _commas(case: Case, rows: Ints, printed: list[str], done: Bools) -> Iterator[Doubt]:
    """Decimal commas that made figures ten, a hundred or a thousand times too large."""
    hit = np.array([bool(DECIMAL[","].fullmatch(t)) and "." not in t for t in printed])
    some = np.array(["," in t for t in printed])
    if hit.sum() < 3 or hit.sum() < 0.5 * some.sum():
        return
    value = np.array([float(t.replace(",", ".")) if h else np.nan for t, h in zip(printed, hit, strict=True)])
    digits = np.array(
        [float(re.sub(r"\D", "", t)) if h else np.nan for t, h in zip(printed, hit, strict=True)]
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        taken, right = np.abs(case.sheet.value[rows]) / digits, np.abs(case.sheet.value[rows]) / np.abs(value)
    spread = [np.nanstd(np.log(np.where(x > 0, x, np.nan))) for x in (taken, right)]
    places = np.array([len(t.partition(",")[2]) if h else 0 for t, h in zip(printed, hit, strict=True)])
    even = len(np.unique(places[hit])) == 1
    if (spread[0] < spread[1] and not even) or (even and _level(case, rows[hit]) > AS_EVER):
        yield _said(
            case,
            "commas_read_as_thousands",
            "decimal_commas",
            "stop",
            rows[hit],
            printed[int(np.flatnonzero(hit)[0])],
            float(hit.sum()),
        )
        done[rows[hit]] = True


def _level(case: Case, rows: Ints) -> float:
    """How far figures stand from those known of the same series near them (logarithm), NaN where none are."""
    for panel in (case.months, case.ranges):
        lines, columns = np.nonzero(np.isin(panel.row, rows))
        known = [c for c in np.unique(columns) if len(panel.neighbours(int(c), known=True))]
        if known:
            past = usual(panel, panel.neighbours(int(known[0]), known=True))[lines]
            away = logs(panel.value[lines, columns]) - past
            return float(np.nanmedian(away)) if not np.isnan(away).all() else np.nan
    return np.nan


def _scale(case: Case, rows: Ints, printed: list[str]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """The money that one printed unit stands for, when all marks are taken for thousands."""
    digits = np.array([float(re.sub(r"\D", "", t) or 0) for t in printed])
    value = np.abs(case.sheet.value[rows])
    return np.where(digits > 0, value / np.maximum(digits, 1), 0.0)


def _total_off(case: Case, rows: Ints) -> bool:
    """Whether wholes with such figures fail by a thousand."""
    w = case.wholes
    if not len(w.of):
        return False
    small = np.bincount(w.of, np.isin(w.part, rows), len(w.whole)) > 0
    fixed = np.bincount(
        w.of, np.where(np.isin(w.part, rows), 999.0, 0.0) * case.sheet.value[w.part], len(w.whole)
    )
    return bool((small & (np.abs(w.off) > w.slack) & (np.abs(w.off + fixed) <= 1000 * w.slack)).any())


def _steps(case: Case, rows: Ints, done: Bools) -> Iterator[Doubt]:
    """The same without the text: figures below a thousand that are whole, all above with three decimals."""
    sheet = case.sheet
    rows = rows[(np.abs(np.nan_to_num(sheet.value[rows])) > 0) & ~np.isnan(sheet.step[rows])]
    if len(rows) < 2 * FEW:
        return
    top = float(sheet.step[rows].max())
    size = np.abs(sheet.value[rows])
    fine = sheet.step[rows] <= top / 10
    whole = ~fine
    if whole.sum() < 3 or fine.sum() < 3 or (sheet.step[rows][fine] <= top / 999).mean() < 0.8:
        return
    odd = (size[fine] < top).any() or (size[fine] >= 1000 * top).any()
    if odd or ((size[whole] >= 1e3 * top) & (size[whole] < 1e6 * top)).mean() > 0.05:
        return
    yield _said(
        case, "points_read_as_decimals", "thousands_points", "stop", rows[fine], "", float(fine.sum())
    )
    done[rows[fine]] = True


def _said(case: Case, code: str, cause: str, severity: str, rows: Ints, text: str, hits: float) -> Doubt:
    sheet, row = case.sheet, int(rows[0])
    printed = text or f"{sheet.value[row] / max(float(sheet.step[rows].max()) * 1000, 1):,.3f}"
    return doubt(
        sheet,
        code,
        cause,
        "stop" if severity == "stop" else "caution",
        rows,
        row=Row(row),
        stated_cents=float(sheet.value[row]),
        printed=printed,
        hits=hits,
    )


def digits_lost(case: Case, done: Bools) -> Iterator[Doubt]:
    """Periods of a flow whose figures all end in noughts where others do not; no sum is left out for it."""
    sheet = case.sheet
    rows = np.flatnonzero((case.rounded[: sheet.rows] > 0) & ~done[: sheet.rows])
    if len(rows):
        yield doubt(sheet, "digits_lost", "last_digits_lost", "caution", rows, period=spanned(sheet, rows))
