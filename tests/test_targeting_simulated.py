"""Simulated fraud is what its schemes say: who, when, and what duty it costs."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from customhouse.errors import TargetingError
from customhouse.targeting.schemes import USUAL, YEAR, Scheme
from customhouse.targeting.simulated import PREFERENCE, START, VAT, declarations

COUNT = 12_000


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    return declarations(COUNT, seed=3).to_pylist()


def test_a_seed_gives_the_same_again() -> None:
    assert declarations(500, seed=3).equals(declarations(500, seed=3))
    assert not declarations(500, seed=3).equals(declarations(500, seed=4))


def test_declarations_are_in_order_and_add_up(rows: list[dict[str, Any]]) -> None:
    assert [row["date"] for row in rows] == sorted(row["date"] for row in rows)
    assert len({row["declaration_id"] for row in rows}) == COUNT
    for row in rows:
        duty = round(row["value_cny"] * row["duty_rate"], 2)
        assert row["duty_cny"] == pytest.approx(duty + VAT * (row["value_cny"] + duty), abs=0.02)
        assert row["duty_rate"] == 0 or row["partner"] not in PREFERENCE
        assert row["fraud"] == (row["revenue_cny"] > 0) == (row["scheme"] != "")


def test_schemes_keep_to_their_days_and_people(rows: list[dict[str, Any]]) -> None:
    schemes = {scheme.name: scheme for scheme in USUAL}
    for row in rows:
        if row["fraud"]:
            scheme = schemes[row["scheme"]]
            assert START + timedelta(scheme.begin) <= row["date"] < START + timedelta(scheme.end)
    found = Counter(row["scheme"] for row in rows)
    assert set(found) == {*schemes, ""}
    assert 0.03 < 1 - found[""] / COUNT < 0.12
    trusted = [row["fraud"] for row in rows if row["aeo"]]
    others = [row["fraud"] for row in rows if not row["aeo"]]
    assert sum(trusted) / len(trusted) < sum(others) / len(others) / 2


def test_new_traders_have_no_past(rows: list[dict[str, Any]]) -> None:
    first: dict[str, Any] = {}
    for row in rows:
        first.setdefault(row["trader_id"], row["date"])
    begin = START + timedelta(next(scheme.begin for scheme in USUAL if scheme.fresh))
    assert all(first[row["trader_id"]] >= begin for row in rows if row["scheme"] == "new_traders")


def test_only_what_a_scheme_touches_is_false() -> None:
    """Undervaluation of a known share costs the known share of the duty."""
    half = Scheme("half", "undervaluation", 0, YEAR, 1.0, 1.0, (0.5, 0.5))
    for row in declarations(300, seed=1, days=YEAR, schemes=[half]).to_pylist():
        if row["fraud"]:
            assert row["revenue_cny"] == pytest.approx(row["duty_cny"], rel=1e-3, abs=0.1)


@pytest.mark.parametrize(
    ("change", "told"),
    [({"kind": "smuggling"}, "no such scheme"), ({"end": 0}, "ends after"), ({"part": 0}, "between 0 and 1"),
     ({"depth": (0.9, 0.1)}, "low before high")],
)  # fmt: skip
def test_schemes_that_cannot_be(change: dict[str, Any], told: str) -> None:
    with pytest.raises(TargetingError, match=told):
        replace(USUAL[0], **change)
    with pytest.raises(TargetingError, match="at least"):
        declarations(0)
