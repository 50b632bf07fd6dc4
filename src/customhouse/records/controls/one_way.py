"""Flows swapped, told by what goes one way only: re-imports from oneself, certain regimes, CIF and FOB."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

import numpy as np

from customhouse.records.controls.case import Case
from customhouse.records.controls.doubt import Doubt, Row, doubt, spanned
from customhouse.records.controls.sheet import EXPORTS, IMPORTS, Bools, Ints

MUCH = 20
"""What goes the wrong way must be so many times what goes the right one,"""
CLEAR = 300
"""and no rounding."""


def one_way(case: Case, done: Bools) -> Iterator[Doubt]:
    """Rows that go the wrong way and none that goes the right one."""
    sheet = case.sheet
    for cause, right, wrong in (*_partner(case), *_regimes(case), *_basis(case)):
        against = [_of_period(case, right, wrong, period) for period in np.unique(_period(case, wrong))]
        turned = np.concatenate([np.zeros(0, np.int64), *against])
        turned = turned[~done[turned]]
        if len(turned):
            span = spanned(sheet, turned)
            yield doubt(
                sheet,
                "flows_swapped",
                cause,
                "stop",
                turned,
                row=Row(int(turned[0])),
                period=span,
                rows=float(len(turned)),
            )
            done[turned] = True


def _period(case: Case, rows: Ints) -> Ints:
    found: Ints = case.sheet.last[rows] * 1000 + (case.sheet.last - case.sheet.first)[rows]
    return found


def _of_period(case: Case, right: Ints, wrong: Ints, period: int) -> Ints:
    """The rows of a period that go the wrong way, where next to nothing goes the right one."""
    value, step = case.sheet.value, case.sheet.step
    bad, good = wrong[_period(case, wrong) == period], right[_period(case, right) == period]
    heavy = value[bad].sum() > MUCH * value[good].sum() and (value[bad] > CLEAR * step[bad]).any()
    found: Ints = bad if heavy else bad[:0]
    return found


def _rows(case: Case, fit: Bools, flow: int) -> Ints:
    sheet = case.sheet
    found: Ints = np.flatnonzero(fit & (sheet.flow == flow)[: sheet.rows] & (sheet.value[: sheet.rows] > 0))
    return found


def _partner(case: Case) -> Iterator[tuple[str, Ints, Ints]]:
    """What a country imports from itself is re-imports; it exports nothing to itself."""
    sheet = case.sheet
    own = (
        np.array(
            [
                r in sheet.names["partner"] and sheet.names["partner"].index(r)
                for r in sheet.names["reporter"]
            ],
            np.int64,
        )
        if sheet.names["reporter"]
        else np.zeros(0, np.int64)
    )
    has = np.array([r in sheet.names["partner"] for r in sheet.names["reporter"]], bool)
    number = sheet.code["reporter"][: sheet.rows]
    if has.any():
        fit = has[number] & (sheet.code["partner"][: sheet.rows] == own[number])
        yield "exports_to_itself", _rows(case, fit, IMPORTS), _rows(case, fit, EXPORTS)


def _regimes(case: Case) -> Iterator[tuple[str, Ints, Ints]]:
    sheet = case.sheet
    if not (sheet.code["regime"][: sheet.rows] >= 0).any():
        return
    right, wrong = [], []
    for code, flow in _one_way():
        if code in sheet.names["regime"]:
            fit = sheet.code["regime"][: sheet.rows] == sheet.names["regime"].index(code)
            ways = (EXPORTS, IMPORTS) if flow == "exports" else (IMPORTS, EXPORTS)
            right.append(_rows(case, fit, ways[0]))
            wrong.append(_rows(case, fit, ways[1]))
    if right:
        yield "one_way_regimes", np.concatenate(right), np.concatenate(wrong)


def _basis(case: Case) -> Iterator[tuple[str, Ints, Ints]]:
    """Exports are valued FOB and imports CIF; both the other way round at once is a swap."""
    sheet = case.sheet
    names, number = sheet.names["basis"], sheet.code["basis"][: sheet.rows]
    if {"CIF", "FOB"} <= set(names):
        cif, fob = number == names.index("CIF"), number == names.index("FOB")
        right = np.r_[_rows(case, cif, IMPORTS), _rows(case, fob, EXPORTS)]
        wrong = [_rows(case, cif, EXPORTS), _rows(case, fob, IMPORTS)]
        if all(len(w) for w in wrong):
            yield "basis_of_other_flow", right, np.concatenate(wrong)


@cache
def _one_way() -> tuple[tuple[str, str], ...]:
    with (files("customhouse.records.controls") / "one_way.csv").open(encoding="utf-8") as stream:
        return tuple((row["code"], row["flow"]) for row in csv.DictReader(stream))
