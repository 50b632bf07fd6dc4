"""Rows that were set aside, missing together, or counted in a total: which gaps they explain, which not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml

from control_tables import Line, line, table
from customhouse.period import Period, month
from customhouse.records.controls import Doubt, check
from customhouse.records.table import SetAside

CASES = yaml.safe_load((Path(__file__).parent / "cases/controls_aside.yaml").read_text(encoding="utf-8"))
DAY = date(2025, 6, 9)
MEMBERS = ("DEU", "FRA", "ITA", "ESP", "NLD")
NAMES = (*MEMBERS, "USA", "JPN", "KOR", "VNM", "MYS", "THA", "IND", "BRA", "MEX", "CAN", "ZAF", "NAM")
SMALL = {"NAM": 0.002}
UNIT = 10_000
START, MONTHS = month(2024, 1), 12
Amounts = dict[tuple[str, str, int], int]


def amounts() -> Amounts:
    """Exports to some partners and imports from them by month, and the rest of the world."""
    random = Random(11)
    size = {
        (flow, name): random.uniform(2, 9) * 1e5 * SMALL.get(name, 1.0)
        for flow in ("exports", "imports")
        for name in (*NAMES, "rest")
    }
    return {
        (*key, START + at): round(level * random.uniform(0.93, 1.07))
        for at in range(MONTHS)
        for key, level in size.items()
    }


def lines(found: Amounts, case: Mapping[str, Any]) -> list[Line]:
    """The table: without the rows that a case leaves out, with what its total counts."""
    out: list[Line] = []
    for number in range(START, START + MONTHS):
        for flow in ("exports", "imports"):
            of = {name: found[flow, name, number] for name in (*NAMES, "rest")}
            bloc = sum(of[name] for name in MEMBERS)
            total = sum(of.values()) - (0 if "rest" in case["table"] else of["rest"])
            total += bloc if "bloc_twice" in case["table"] else 0
            shown = [name for name in NAMES if name != case.get("aside")]
            if number == START + MONTHS - 1:
                shown = shown[: len(shown) - case.get("cut", 0)]
                total = swapped(total) if "swapped" in case["table"] and flow == "exports" else total
            rows = {None: total, **({"EU": bloc} if "bloc" in case["table"] else {})}
            rows |= {name: of[name] for name in shown}
            out += [
                line(flow, number, None, value, unit=UNIT, partner=name, place=f"line {len(out) + n + 2}")
                for n, (name, value) in enumerate(rows.items())
            ]
    return out


def swapped(value: int) -> int:
    """A figure whose second and third digits that differ changed places."""
    text = str(value)
    at = next(n for n in range(1, len(text) - 1) if text[n] != text[n + 1])
    return int(f"{text[:at]}{text[at + 1]}{text[at]}{text[at + 2 :]}")


def aside(found: Amounts, case: Mapping[str, Any]) -> list[SetAside]:
    """The rows set aside: those of a partner or the rest month by month, and a note."""
    rows = []
    name = case.get("aside")
    for number in range(START, START + MONTHS) if name else ():
        cells = {"Period": str(Period(number, number)), "Partner": case["text"]}
        cells |= {flow: f"{found[flow, name, number]}" for flow in ("exports", "imports")}
        rows.append(SetAside("table.csv", f"line {number}", (case["reason"],), cells))
    if "note" in case:
        rows.append(SetAside("table.csv", "line 999", ("partner_unknown",), {"Partner": case["note"]}))
    return rows


def said(case: Mapping[str, Any]) -> tuple[Doubt, ...]:
    found = amounts()
    return check(table(lines(found, case)), None, DAY, aside(found, case))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_what_is_said_of_gaps(case: Mapping[str, Any]) -> None:
    found = [(doubt.code, doubt.cause, doubt.severity) for doubt in said(case)]
    assert found == [tuple(one) for one in case["says"]]
    for doubt in said(case):
        assert all(word in doubt.en for word in case.get("en", ()))
        assert all(word in doubt.zh for word in case.get("zh", ()))
