"""Rows one by one: the same cell twice, codes of other times, values that no flow can have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from customhouse.records.controls.case import Case
from customhouse.records.controls.copied_over import copied_over
from customhouse.records.controls.doubt import Amount, Code, Doubt, Month, Row, Severity, doubt
from customhouse.records.controls.sheet import EXPORTS, IMPORTS, TRADE, Bools, Floats, Ints, coded, ids
from customhouse.vocabulary import codes

NAMED = 6
EQUAL = 0.9


def not_ended(case: Case, done: Bools) -> Iterator[Doubt]:
    """Periods that had not ended on the day of the load."""
    sheet = case.sheet
    rows = np.flatnonzero(sheet.last[: sheet.rows] >= case.loaded)
    if len(rows):
        cause = "release_date" if (sheet.last[rows] <= case.loaded + 1).all() else "period_mistaken"
        top = int(rows[0])
        yield doubt(
            sheet,
            "period_not_ended",
            cause,
            "stop",
            rows,
            loaded=Month(case.loaded, case.loaded),
            period=Month(int(sheet.first[top]), int(sheet.last[top])),
        )


def twice(case: Case, done: Bools) -> Iterator[Doubt]:
    """Cells that stand in two rows."""
    sheet = case.sheet
    lead, spare = sheet.twice
    place = ids(*(coded(sheet.table[name])[0] for name in ("file", "place")))
    apart = (place[lead] != place[spare]) & ~done[lead] & ~done[spare]
    lead, spare = lead[apart], spare[apart]
    alike = sheet.code["basis"][lead] == sheet.code["basis"][spare]
    lead, spare = lead[alike], spare[alike]
    differ = _differ(sheet.value, lead, spare) | _differ(sheet.growth, lead, spare)
    missing = differ & _no_code(case, lead) & (sheet.value[spare] < 0.2 * sheet.value[lead])
    for cause, some in (
        ("code_read_as_missing", missing),
        ("different_values", differ & ~missing),
        ("same_values", ~differ),
    ):
        if some.any():
            rows = np.stack([lead[some], spare[some]], axis=1).ravel()
            grave = cause != "same_values" or not np.isnan(sheet.value[rows]).all()
            yield _doubled(case, cause, "stop" if grave else "caution", rows)


def _differ(column: Floats, one: Ints, two: Ints) -> Bools:
    found: Bools = ~((column[one] == column[two]) | np.isnan(column[one]) | np.isnan(column[two]))
    return found


def _doubled(case: Case, cause: str, severity: Severity, rows: Ints) -> Doubt:
    sheet = case.sheet
    a, b = (int(row) for row in rows[:2])
    column, unit = (sheet.growth, "percent") if np.isnan(sheet.value[a]) else (sheet.value, "cents")
    return doubt(
        sheet,
        "cell_twice",
        cause,
        severity,
        rows,
        row=Row(a),
        cells=len(rows) / 2,
        first=Amount(float(column[a]), unit),
        second=Amount(float(column[b]), unit),
    )


def _no_code(case: Case, rows: Ints) -> Bools:
    """Rows without any code in a dimension that other rows of the load have codes in."""
    sheet = case.sheet
    found = np.zeros(len(rows), bool)
    for dimension in ("partner", "region", "regime", "enterprise", "transport"):
        if (sheet.code[dimension][: sheet.rows] >= 0).any():
            found |= sheet.code[dimension][rows] < 0
    return found


def obsolete(case: Case, done: Bools) -> Iterator[Doubt]:
    """Partner codes that are not valid in their months or that no list has."""
    sheet = case.sheet
    number, last = sheet.code["partner"][: sheet.rows], sheet.last[: sheet.rows]
    some = number >= 0
    pairs = np.unique(np.stack([number[some], last[some]], axis=1), axis=0)
    found: dict[tuple[str, str], list[int]] = defaultdict(list)
    for code_number, month in pairs:
        code = sheet.names["partner"][code_number]
        note = codes.resolve("own", "partner", code, int(month)).note
        if note in ("obsolete", "not_yet_valid", "unknown"):
            found[code, note].append(int(month))
    strange = [code for code, note in found if note == "unknown"]
    if len(strange) > max(NAMED, 0.3 * len(np.unique(number[some]))):
        found = {key: months for key, months in found.items() if key[1] != "unknown"}
    for (code, note), months in found.items():
        rows = np.flatnonzero((number == sheet.names["partner"].index(code)) & np.isin(last, months))
        now = codes.nearest("partner", code) or code
        yield doubt(
            sheet,
            "code_not_valid",
            f"code_{note}",
            "caution",
            rows,
            code=code,
            now=Code("partner", now),
            period=Month(months[0], months[-1]),
        )


def impossible(case: Case, done: Bools) -> Iterator[Doubt]:
    """Values below zero in flows that have none."""
    sheet = case.sheet
    value, flow = sheet.value[: sheet.rows], sheet.flow[: sheet.rows]
    below = np.flatnonzero((value < 0) & (flow <= TRADE) & ~done[: sheet.rows])
    if len(below):
        yield doubt(
            sheet,
            "below_zero",
            "sign_or_adjustment",
            "stop" if len(below) > 3 else "caution",
            below,
            row=Row(int(below[0])),
            stated_cents=float(value[below[0]]),
        )


def equal_flows(case: Case, done: Bools) -> Iterator[Doubt]:
    """Months whose exports are the imports to the last digit."""
    sheet = case.sheet
    rows = case.flows[(case.flows[:, [EXPORTS, IMPORTS]] >= 0).all(axis=1)]
    rows = rows[(rows[:, EXPORTS] < sheet.rows) & (rows[:, IMPORTS] < sheet.rows)]
    span = sheet.last[rows[:, EXPORTS]] * 100 + (sheet.last - sheet.first)[rows[:, EXPORTS]]
    for number in np.unique(span):
        some = rows[span == number]
        one, two = sheet.value[some[:, EXPORTS]], sheet.value[some[:, IMPORTS]]
        big = (one > 0) & (two > 0)
        if big.sum() >= 3 and (one == two)[big].mean() >= EQUAL:
            cells = some[:, [EXPORTS, IMPORTS]].ravel()
            done[cells] = True
            yield doubt(
                sheet, "flows_equal", "column_copied", "stop", cells, same=float((one == two)[big].sum())
            )
    yield from copied_over(case, done)
