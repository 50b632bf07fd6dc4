"""Columns with both decimal marks are told with the rows that differ."""

from __future__ import annotations

import pytest

from customhouse.records.files import Row
from customhouse.records.mapping.mixed import mixed


def rows(*texts: str) -> list[Row]:
    return [Row(f"line {number}", number, ["2024-01", text]) for number, text in enumerate(texts, 2)]


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (("1.5", "20.25", "3.75"), None),
        (("1.500", "20,250"), None),
        (("1.5", "20,25", "3.75"), "',' in 1 rows (line 3), '.' in 2"),
        (("1,5", "20,25", "53566.18"), "'.' in 1 rows (line 4), ',' in 2"),
        (
            ("1.5",) * 9 + ("2,5",) * 7,
            "',' in 7 rows (line 11, line 12, line 13, line 14, line 15 … line 17)",
        ),
    ],
)
def test_mixed(texts: tuple[str, ...], said: str | None) -> None:
    found = mixed(rows(*texts), 1)
    assert (found is None) == (said is None)
    if found and said:
        assert said in found[0] and "neither" in found[1]
