"""Points read as decimals in a part of a table, and columns that are exchanged, copied or in a multiple."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml

from control_tables import Line, line, table
from customhouse.records.controls import check

CASES = yaml.safe_load((Path(__file__).parent / "cases/controls_columns.yaml").read_text(encoding="utf-8"))
MILLION = 1_000_000
SIZES = {"USA": 21, "DEU": 14, "FRA": 6.2, "JPN": 3.4, "IND": 2.9, "BEL": 4.1}
PRICES = {"USA": 9, "DEU": 12, "FRA": 5, "JPN": 30, "IND": 8, "BEL": 40}


def whole() -> list[Line]:
    """Eight months of exports, imports and trade with six partners and all, in whole millions."""
    random, rows = Random(7), []
    for month in range(1, 9):
        sums = dict.fromkeys(("exports", "imports", "trade"), 0)
        for partner, size in SIZES.items():
            exports = round(1000 * size * random.uniform(0.94, 1.06))
            imports = round(1000 * (18 - size / 2) * random.uniform(0.94, 1.06))
            value = {"exports": exports, "imports": imports, "trade": exports + imports}
            for flow, amount in value.items():
                sums[flow] += amount
                rows.append(_row(flow, month, amount, partner, PRICES[partner] * random.uniform(0.95, 1.05)))
        rows += [
            _row(flow, month, amount, None, 11 * random.uniform(0.97, 1.03)) for flow, amount in sums.items()
        ]
    return [row | {"place": f"line {n}"} for n, row in enumerate(rows, 2)]


def _row(flow: str, month: int, amount: int, partner: str | None, price: float) -> Line:
    more: Line = {"reporter": "GBR", "currency": "CNY", "partner": partner, "printed": str(amount)}
    mass = round(amount / price) * MILLION
    return line(flow, f"2024-{month:02d}", value=amount, unit=MILLION, net_mass_g=mass, **more)


def _meant(row: Line, where: dict[str, Any]) -> bool:
    month = row["first_month"] % 12 + 1
    return (
        month in where.get("months", [month])
        and row["partner"] in where.get("partners", [row["partner"]])
        and row["flow"] in where.get("flows", [row["flow"]])
    )


def _points(row: Line, where: dict[str, Any]) -> Line:
    text = f"{row['value_cents'] / 100 / MILLION / 1000:.3f}"
    text = text.rstrip("0").rstrip(".") if where.get("noughts") == "dropped" else text
    places = len(text.partition(".")[2])
    step = 100 * MILLION // 10**places
    return row | {"printed": text, "value_cents": row["value_cents"] // 1000, "step_cents": step}


def _three_decimals(row: Line) -> Line:
    """Thousands of millions with all their decimals, which are none of thousands."""
    return _points(row, {})


def _measures(row: Line) -> Line:
    """Millions and tonnes in one another's column."""
    tonnes, millions = row["net_mass_g"] // MILLION, row["value_cents"] // 100 // MILLION
    return row | {"value_cents": tonnes * 100 * MILLION, "net_mass_g": millions * MILLION}


def _multiple(row: Line, by: float) -> Line:
    return row | {"value_cents": round(row["value_cents"] * by / 100 / MILLION) * 100 * MILLION}


def _other(rows: list[Line], row: Line, flow: str) -> Line:
    key = ("first_month", "partner")
    found = next(one for one in rows if one["flow"] == flow and all(one[k] == row[k] for k in key))
    return row | {"value_cents": found["value_cents"]}


TURNED = {"exports": "imports", "imports": "exports", "trade": "trade"}
DAMAGES: dict[str, Callable[[list[Line], Line, dict[str, Any]], Line]] = {
    "whole": lambda rows, row, case: row,
    "three_decimals": lambda rows, row, case: _three_decimals(row),
    "points": lambda rows, row, case: _points(row, case["where"]),
    "copied": lambda rows, row, case: _other(rows, row, "imports") if row["flow"] == "exports" else row,
    "multiple": lambda rows, row, case: _multiple(row, case["by"]),
    "swapped": lambda rows, row, case: _other(rows, row, TURNED[row["flow"]]),
    "negative": lambda rows, row, case: row | {"value_cents": -row["value_cents"]},
    "measures": lambda rows, row, case: _measures(row),
}


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c['damage']}-{CASES.index(c)}")
def test_damage(case: dict[str, Any]) -> None:
    rows = whole()
    where = case.get("where", {})
    load = [DAMAGES[case["damage"]](rows, row, case) if _meant(row, where) else row for row in rows]
    found = check(table(load), None, date(2024, 12, 1))
    if "code" not in case:
        assert not [one for one in found if one.severity == "stop"]
        return
    assert [one for one in found if (one.code, one.cause, len(one.cells)) == _said(case)], found
    assert found[0].code == case["code"] and found[0].severity == "stop"
    assert case.get("said", "") in found[0].en


def _said(case: dict[str, Any]) -> tuple[str, str, int]:
    return case["code"], case["cause"], case["cells"]
