"""Flows of a size that cannot be: above the trade of the whole world, or a thousand times the other flow.

`world.csv` has bounds by flow in US dollars a month, and their sources.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

import numpy as np

from customhouse.records.controls.case import Case, taken
from customhouse.records.controls.doubt import Doubt, Row, doubt, spanned
from customhouse.records.controls.factors import dearest
from customhouse.records.controls.panel import logs
from customhouse.records.controls.sheet import EXPORTS, FLOWS, IMPORTS, WORLD, Bools, Floats, Ints

THOUSAND = 3.0
NEAR = 0.4
"""So near 1,000 (decimal logarithm) the flows of the middle partner stand,"""
PARTNERS, SHARE = 5, 0.8
"""with so many partners, and for this share of them beyond a factor of LEAST."""
LEAST = 1.5


def beyond(case: Case, done: Bools) -> Iterator[Doubt]:
    """Figures above world trade, then flows about a thousand times the other for most partners."""
    told = done.copy()
    rows = np.flatnonzero(_above_world(case) & ~told[: case.sheet.rows])
    if len(rows):
        told[rows] = True
        yield _large(case, rows)
    yield from _unlike_flows(case, told, bool(len(rows)))


def _above_world(case: Case) -> Bools:
    """Which figures of the load are above what the whole world trades in their months."""
    sheet = case.sheet
    rows = slice(0, sheet.rows)
    dollars = np.full(sheet.rows, np.nan)
    for number, currency in enumerate(sheet.names["currency"]):
        mine = sheet.code["currency"][rows] == number
        dollars[mine] = sheet.value[rows][mine] / 100 / dearest(currency)
    months = (sheet.last - sheet.first)[rows] + 1
    most = np.array([_world().get(flow, np.inf) for flow in (*FLOWS, "")])[sheet.flow[rows]]
    world = [number for number, code in enumerate(sheet.names["reporter"]) if code == WORLD]
    found: Bools = (dollars > most * months) & ~np.isin(sheet.code["reporter"][rows], world)
    return found


def _large(case: Case, rows: Ints) -> Doubt:
    sheet = case.sheet
    top = int(rows[np.argmax(sheet.value[rows])])
    alone = abs(_ratio(case, top)) > LEAST
    return doubt(
        sheet, "beyond_world", "unit_too_large", "stop" if alone else "caution", [top, *rows],
        row=Row(top), period=spanned(sheet, rows), stated_cents=float(sheet.value[top]),
        world=_world()[FLOWS[int(sheet.flow[top])]] / 1e12,
    )  # fmt: skip


def _ratio(case: Case, row: int) -> float:
    """Exports to imports (decimal logarithm) of a row's item and period, 0 where one is not there."""
    groups = case.flows[(case.flows[:, [EXPORTS, IMPORTS]] == row).any(axis=1)]
    value = taken(case.sheet.value, groups)
    apart = logs(value[:, EXPORTS]) - logs(value[:, IMPORTS])
    return float(apart[0] / np.log(10)) if len(apart) and not np.isnan(apart[0]) else 0.0


def _unlike_flows(case: Case, done: Bools, told: bool) -> Iterator[Doubt]:
    """One flow about a thousand times the other with nearly all partners of a table."""
    sheet, groups = case.sheet, case.flows[:, [EXPORTS, IMPORTS]]
    fit = (groups >= 0).all(axis=1) & (groups < sheet.rows).all(axis=1)
    groups = groups[fit & (sheet.code["partner"][groups[:, 0]] >= 0)]
    groups = groups[~done[groups].any(axis=1)]
    value = taken(sheet.value, groups)
    apart: Floats = (logs(value[:, 0]) - logs(value[:, 1])) / np.log(10)
    groups, apart = groups[~np.isnan(apart)], apart[~np.isnan(apart)]
    if told or len(np.unique(sheet.code["partner"][groups[:, 0]])) < PARTNERS:
        return
    at = float(np.median(apart))
    if abs(abs(at) - THOUSAND) > NEAR or (np.sign(at) * apart > LEAST).mean() < SHARE:
        return
    rows = groups[:, 0 if at > 0 else 1]
    top = int(rows[np.argmax(sheet.value[rows])])
    other = int(groups[rows == top][0, 1 if at > 0 else 0])
    yield doubt(
        sheet, "flows_unlike", "unit_of_one_flow", "caution", [top, *rows],
        row=Row(top), other=Row(other), period=spanned(sheet, rows), factor=10.0 ** abs(at),
        stated_cents=float(sheet.value[top]), other_cents=float(sheet.value[other]),
    )  # fmt: skip


@cache
def _world() -> dict[str, float]:
    with (files("customhouse.records.controls") / "world.csv").open(encoding="utf-8") as stream:
        return {row["flow"]: float(row["usd_per_month"]) for row in csv.DictReader(stream)}
