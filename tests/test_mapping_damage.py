"""Cells that a spreadsheet damaged: the row is set aside with what happened to it, and nothing is guessed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from customhouse.period import month
from customhouse.records import reasons
from customhouse.records.mapping import parse
from customhouse.records.mapping.applying import apply

CASES = yaml.safe_load((Path(__file__).parent / "cases/mapping_damage.yaml").read_text(encoding="utf-8"))
MAPPING = """source: t
reporter: CHN
flow: exports
period: {column: period}
hs: {column: hs}
partner: {column: partner, codes: [iso3, m49, names]}
decimal: .
figures: {usd: {unit: USD}}
"""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_damage_is_named(tmp_path: Path, case: Mapping[str, Any]) -> None:
    path = tmp_path / "t.csv"
    rows = (("period", "hs", "partner", "usd"), ("2023-12", "8471", "DEU", "1,234.5"), case["row"])
    path.write_text("".join(";".join(map(str, row)) + "\n" for row in rows), encoding="utf-8")
    (batch,) = apply(path, parse(MAPPING))
    assert [list(row.reasons) for row in batch.set_aside] == ([case["reasons"]] if case["reasons"] else [])


@pytest.mark.parametrize("code", sorted({one for case in CASES for one in case["reasons"]}))
def test_every_reason_is_said_in_words(code: str) -> None:
    assert all(reasons.words(code, language) != code.replace("_", " ") for language in ("en", "zh"))


def test_a_row_tells_what_it_held(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(
        "period;hs;partner;usd\n2024-01;8471;Atlantis;12.5\n2024-01;8471;DEU;#REF!\n", encoding="utf-8"
    )
    (batch,) = apply(path, parse(MAPPING))
    (unknown,), (damaged,) = (row.held for row in batch.set_aside)
    assert (unknown.lost, unknown.value_cents, unknown.flow) == (("partner",), 1250, "exports")
    assert unknown.codes["hs"] == "8471" and unknown.codes["partner"] is None
    assert (damaged.lost, damaged.value_cents, damaged.first_month) == ((), None, month(2024, 1))
