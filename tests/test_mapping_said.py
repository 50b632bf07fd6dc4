"""Periods in running texts: titles and names of columns; what beside a year was not understood."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from customhouse.period import Period
from customhouse.records import printed_periods
from customhouse.records.printed_parts import as_months, unread
from customhouse.records.propose.said import said
from customhouse.records.propose.titled import period_in

PATH = Path(__file__).parent / "cases" / "mapping_said.yaml"
CASES = [pytest.param(one, id=one["text"]) for one in yaml.safe_load(PATH.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("case", CASES)
def test_what_a_text_says(case: dict[str, Any]) -> None:
    found = said(case["text"])
    assert case.get("unread", "") in found.unread
    assert bool(found.unread) == ("unread" in case)
    if "period" in case:
        assert found.period is not None
        assert str(Period(*printed_periods.parse(found.period))) == str(case["period"])
    else:
        assert found.period is None


@pytest.mark.parametrize(
    ("name", "period"),
    [
        ("Exportations CAF/FAB T1 2024", "T1 2024"),
        ("Exports 2024 (ocho meses)", "2024-01/2024-08"),
        ("Exports, year ended June 2023", "2022-07/2023-06"),
        ("12 months to Sep-23", "2022-10/2023-09"),
        ("Year to June 2023", None),
        ("Exports 2024 (Jan)", "2024-01"),
        ("Apr-Mar 2024(P)", "2023-04/2024-03"),
        ("Values in Rs. Crore 2022-2023", "2022-2023"),
        ("US$ million 2023", "2023"),
        ("Exports 2. Tertial 2024", None),
        ("Dated: 15/5/2024 S.No.", None),
    ],
)
def test_the_period_in_a_name(name: str, period: str | None) -> None:
    assert period_in(name) == period


@given(st.text(st.sampled_from("IVX1239QTHM. -/()年月季trimesQuartal 2024"), max_size=24))
def test_any_text_says_a_period_or_none(text: str) -> None:
    as_months(text)
    list(unread(text))
    found = said(text)
    assert found.period is None or not found.unread
