"""Damaged tables are stopped, and for the right reason; whole ones are not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml

from control_defects import DAMAGES
from control_mixups import MIXUPS
from control_tables import (
    Line,
    comtrade,
    growths,
    headline,
    mirror,
    partners,
    regimes,
    released,
    seafood,
    table,
)
from customhouse.records.controls import check

CASES = yaml.safe_load((Path(__file__).parent / "cases/controls.yaml").read_text(encoding="utf-8"))
DAY = date(2024, 9, 9)
TABLES: dict[str, Callable[..., list[Line]]] = {
    "partners": partners,
    "headline": headline,
    "regimes": regimes,
    "korea": mirror,
    "seafood": seafood,
}
MONTHS = ("01", "02", "04", "05", "06")
_LINES: dict[Any, list[Line]] = {}


def lines(shared: Path, name: str, months: tuple[str, ...] | None = None) -> list[Line]:
    key = name, months
    if key not in _LINES:
        more: dict[str, Any] = {"months": months} if months else {"hs": "0303"} if name == "seafood" else {}
        _LINES[key] = TABLES[name](shared, **more)
    return _LINES[key]


@pytest.mark.parametrize(
    "case", CASES, ids=lambda c: f"{c['damage']}-{c['table']}-{len(c.get('months', ''))}"
)
def test_damage_is_stopped(case: dict[str, Any], shared: Path) -> None:
    random = Random(CASES.index(case))
    months = tuple(case.get("months", MONTHS)) if case["table"] == "partners" else None
    load = lines(shared, case["table"], months)
    for before in case.get("before", ()):
        load = DAMAGES[before](load, random)
    known = table(lines(shared, "partners", tuple(case["known"]))) if "known" in case else None
    damage = {**DAMAGES, **MIXUPS}[case["damage"]]
    found = check(table(damage(load, random)), known, DAY)
    assert found, "nothing was found"
    assert (found[0].code, found[0].cause) == (case["code"], case["cause"]), [
        (d.code, d.cause) for d in found
    ]
    assert found[0].severity == ("caution" if case["code"] == "digits_lost" else "stop")
    assert found[0].cells and found[0].places and found[0].evidence


@pytest.mark.parametrize("months", [MONTHS, ("02",), ("05",), MONTHS[3:]], ids="-".join)
@pytest.mark.parametrize(
    "before",
    [
        "",
        "without_totals",
        "months_only",
        "years_only",
        "two_flows",
        "no_groups",
        "top_forty",
        "headline_only",
    ],
)
def test_real_months_pass(months: tuple[str, ...], before: str, shared: Path) -> None:
    load = lines(shared, "partners", months)
    load = DAMAGES[before](load, Random(0)) if before else load
    known = (
        [r for r in lines(shared, "partners", MONTHS) if r["last_month"] < load[0]["last_month"]]
        if load
        else []
    )
    for past in (None, table(known)):
        assert [(d.code, d.cause, d.en) for d in check(table(load), past, DAY)] == []


@pytest.mark.parametrize("name", ["headline", "regimes", "korea", "seafood"])
def test_real_tables_pass(name: str, shared: Path) -> None:
    assert [d.en for d in check(table(lines(shared, name)), None, DAY)] == []


def test_other_real_tables_pass(shared: Path) -> None:
    assert [d.en for d in check(table(mirror(shared, "japan")), None, DAY)] == []
    assert [d.en for d in check(table(comtrade(shared)), None, DAY)] == []


def test_country_groups_of_the_census_count_twice(shared: Path) -> None:
    found = check(table(seafood(shared, groups=True, hs="0302")), None, DAY)
    assert [(d.code, d.cause, d.severity) for d in found] == [("parts_do_not_sum", "group_codes", "stop")]


def test_release_dates_are_no_periods(shared: Path) -> None:
    later = date(2026, 9, 9)
    found = check(table(released(shared)), table(growths(shared)), later)
    assert (found[0].code, found[0].cause, found[0].severity) == ("months_late", "release_date", "stop")
    alone = check(table(released(shared)), None, later)
    assert (alone[0].code, alone[0].cause) == ("february_lacking", "release_date")
    assert [d.code for d in check(table(growths(shared)), None, later)] == ["cell_twice"]
