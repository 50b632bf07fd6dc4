"""Quantities beside values, months copied, summed or in other rows in one flow, flows that cannot be."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml

from control_tables import Line, line, table
from customhouse.period import month
from customhouse.records.controls import check

CASES = yaml.safe_load((Path(__file__).parent / "cases/controls_amounts.yaml").read_text(encoding="utf-8"))
GOODS = {
    "1201": (5_100_000, 485), "2709": (6_800_000, 553), "2601": (15_900_000, 130),
    "0901": (255_000, 4900), "7208": (1_900_000, 730), "8703": (56_000, 20_000),
}  # fmt: skip
NAMES = ("CHN", "USA", "DEU", "JPN", "KOR", "IND", "GBR", "FRA", "ITA", "NLD", "VNM", "MEX")
SIZES = (9000, 7600, 5200, 4100, 3300, 2600, 2100, 1500, 1200, 800, 500, 300)
FIRST, MONTHS, YEAR = month(2024, 1), 18, 12
FLOWS = ("exports", "imports")
Where = dict[str, Any]


def goods(case: Where) -> list[Line]:
    """Eighteen months of goods in tonnes and thousands of dollars, or one month with its year to date."""
    random, found = Random(3), []
    for flow in FLOWS:
        for code, (amount, price) in GOODS.items():
            past: list[tuple[int, int]] = []
            for number in range(MONTHS):
                tonnes = round(amount * random.uniform(0.9, 1.1))
                past = [*(past if number % YEAR else []), (tonnes, round(tonnes * price / 1000))]
                last = FIRST + number
                found.append(_goods(flow, code, last, last, past[-1:]))
                if case.get("years") and number % YEAR:
                    found.append(_goods(flow, code, last - number % YEAR, last, past))
    only = case.get("only")
    return [row for row in found if only is None or row["last_month"] == FIRST + only - 1]


def _goods(flow: str, code: str, first: int, last: int, past: list[tuple[int, int]]) -> Line:
    tonnes, value = (sum(one) for one in zip(*past, strict=True))
    more: Line = {"reporter": "BRA", "currency": "USD", "hs": code, "quantity_unit": "t"}
    return line(flow, first, last, value, unit=1000, quantity_milli=tonnes * 1000, **more)


def partners(case: Where) -> list[Line]:
    """Eighteen months of partners and of all, in millions with a decimal."""
    random, found, past = Random(5), list[Line](), dict[str | None, int]()
    names = () if case.get("table") == "headline" else NAMES
    for flow in FLOWS:
        for number in range(MONTHS):
            each = [
                round(size * case.get("size", 1) * random.uniform(0.93, 1.07), 1)
                for size in (SIZES if flow == "exports" else SIZES[::-1])
            ]
            for name, value in (*zip(names, each, strict=False), (None, round(sum(each), 1))):
                ten, places = round(10 * value), 10 ** max(0, 5 - case.get("digits", 5))
                more: Line = {"reporter": "FRA", "currency": "EUR", "partner": name}
                last = FIRST + number
                found.append(line(flow, last, None, ten // places, unit=100_000 * places, **more))
                past[name] = ten + (past[name] if number % YEAR else 0)
                if case.get("years") and number % YEAR:
                    found.append(line(flow, last - number % YEAR, last, past[name], unit=100_000, **more))
    only = case.get("only")
    return [row for row in found if only is None or row["last_month"] == FIRST + only - 1]


def _times(column: str) -> Callable[[list[Line], Line, Where], Line]:
    def damage(rows: list[Line], row: Line, case: Where) -> Line:
        return row | {column: round(row[column] * case["by"])}

    return damage


def _both(rows: list[Line], row: Line, case: Where) -> Line:
    return _times("value_cents")(rows, _times("quantity_milli")(rows, row, case), case)


def _odd(rows: list[Line], row: Line, case: Where) -> Line:
    """A small consignment of something dear."""
    value, amount = round(row["value_cents"] * 0.05), round(row["quantity_milli"] * 0.003)
    return row | {"value_cents": value, "quantity_milli": amount}


def _of(rows: list[Line], row: Line, last: int, **same: object) -> Line:
    keys = {"flow": row["flow"], "partner": row["partner"], "hs": row["hs"]} | same
    return next(
        r for r in rows
        if r["last_month"] == r["first_month"] == last and all(r[k] == v for k, v in keys.items())
    )  # fmt: skip


def _year(rows: list[Line], row: Line, case: Where) -> Line:
    last = row["last_month"]
    months = range(last - last % YEAR, last + 1)
    return row | {"quantity_milli": sum(_of(rows, row, one)["quantity_milli"] for one in months)}


def _sum(rows: list[Line], row: Line, case: Where) -> Line:
    """The year to date in the month."""
    last = row["last_month"]
    months = range(last - last % YEAR, last + 1)
    return row | {"value_cents": sum(_of(rows, row, one)["value_cents"] for one in months)}


def _moved(rows: list[Line], row: Line, case: Where) -> Line:
    """A partner's figures one month early; the last month has none."""
    if row["partner"] != case["partner"]:
        return row
    if row["last_month"] == FIRST + MONTHS - 1:
        return row | {"value_cents": None, "growth_percent": 1.0}
    return row | {"value_cents": _of(rows, row, row["last_month"] + 1)["value_cents"]}


def _part(rows: list[Line], row: Line, case: Where) -> Line:
    return row | {"value_cents": row["value_cents"] * 1000} if row["partner"] == case["partner"] else row


def _swapped(rows: list[Line], row: Line, case: Where) -> Line:
    flow = FLOWS[1 - FLOWS.index(row["flow"])]
    return row | {"value_cents": _of(rows, row, row["last_month"], flow=flow)["value_cents"]}


def _copied(rows: list[Line], row: Line, case: Where) -> Line:
    return row | {"value_cents": _of(rows, row, FIRST + case["of"] - 1)["value_cents"]}


def _names_sorted(rows: list[Line], row: Line, case: Where) -> Line:
    name = row["partner"]
    return row | {"partner": name and sorted(NAMES)[NAMES.index(name)]}


def _figures_sorted(rows: list[Line], row: Line, case: Where) -> Line:
    """The figures from the smallest to the largest, though the names are from the largest on."""
    if row["partner"] is None:
        return row
    each = [_of(rows, row, row["last_month"], partner=name)["value_cents"] for name in NAMES]
    return row | {"value_cents": sorted(each)[NAMES.index(row["partner"])]}


def _shaken(rows: list[Line], row: Line, case: Where) -> Line:
    """A month in which partners go up and down by half, each by itself."""
    if row["partner"] is None:
        return row
    by = Random(row["flow"] + row["partner"]).uniform(0.55, 1.8)
    return row | {"value_cents": round(row["value_cents"] * by / row["step_cents"]) * row["step_cents"]}


DAMAGES: dict[str, Callable[[list[Line], Line, Where], Line]] = {
    "whole": lambda rows, row, case: row,
    "quantity": _times("quantity_milli"),
    "value": _times("value_cents"),
    "both": _both,
    "odd": _odd,
    "unit_named": lambda rows, row, case: _times("quantity_milli")(rows, row, case) | {"quantity_unit": "kt"},
    "year_to_date": _year,
    "copied": _copied,
    "names_sorted": _names_sorted,
    "figures_sorted": _figures_sorted,
    "shaken": _shaken,
    "sum": _sum,
    "moved": _moved,
    "part": _part,
    "swapped": _swapped,
    "run": _times("value_cents"),
}


def _meant(row: Line, case: Where) -> bool:
    number = row["last_month"] - FIRST + 1
    return (
        (row["first_month"] == row["last_month"]) != (case["damage"] == "run")
        and number in case.get("months", [number])
        and row["flow"] in case.get("flows", FLOWS)
        and row["hs"] in case.get("goods", [row["hs"]])
    )


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c['damage']}-{CASES.index(c)}")
def test_damage(case: Where) -> None:
    rows = partners(case) if case.get("table") in ("partners", "headline") else goods(case)
    rows = [row | {"place": f"line {n}"} for n, row in enumerate(rows, 2)]
    load = [DAMAGES[case["damage"]](rows, row, case) if _meant(row, case) else row for row in rows]
    found = [d for d in check(table(load), None, date(2026, 6, 9)) if d.code != "parts_do_not_sum"]
    if "code" not in case:
        assert [(d.code, d.cause, d.en) for d in found] == []
        return
    assert found, "nothing was found"
    assert (found[0].code, found[0].cause) == (case["code"], case["cause"]), [d.en for d in found]
    assert found[0].severity == case.get("severity", "stop")
    assert case.get("cells", len(found[0].cells)) == len(found[0].cells)
