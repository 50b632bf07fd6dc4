"""What declarations do not tell apart is missing, what had no trade is 0."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from customhouse.cube import CellCube, open_cube
from customhouse.engine import DuckDB
from customhouse.measures import Missing, Request, measure
from customhouse.model import Claim, Slice
from customhouse.period import Period
from customhouse.store import Store
from declaring import declared, load, parquet


@pytest.fixture
def cube(tmp_path: Path) -> Iterator[CellCube]:
    store = Store.create(tmp_path / "store")
    told = (("water", "CN-GD", "private", 3), ("air", "CN-JS", "private", 3))
    told = (*told, ("water", "CN-GD", "state_owned", 2))
    names = ("transport", "region", "enterprise")
    lines = [
        declared(f"D{n}", date=date(2025, month, 3), **dict(zip(names, codes, strict=True)))
        for n, (*codes, month) in enumerate(told)
    ]
    with DuckDB(threads=1) as engine:
        load(store, engine, parquet(tmp_path / "a.parquet", lines))
        found = open_cube(store, engine)
        assert isinstance(found, CellCube)
        yield found


@pytest.mark.parametrize(
    ("part", "amount"),
    [
        ({"transport": "water"}, 1000), ({"transport": "sea"}, None), ({"transport": "rail"}, None),
        ({"transport": "!sea"}, None), ({"transport": "!air"}, 1000), ({"region": "CN-GD-SZX"}, None),
        ({"region": "pearl_river_delta"}, None), ({"region": "yangtze_delta"}, 1000),
        ({"enterprise": "msme"}, None), ({"enterprise": "state_owned"}, 0),
        ({"regime": "cross_border_ecommerce"}, None), ({"partner": "BRA"}, 0), ({"commodity": "27"}, 0),
        ({"commodity": "8517130000"}, None), ({"commodity": "85171300"}, 2000),
    ],
)
def test_told_apart_or_not(cube: CellCube, part: dict[str, Any], amount: int | None) -> None:
    found = measure(Request("value", Slice(flow="exports", **part), Period.parse("2025-03")), cube)
    if amount is None:
        assert isinstance(found, Missing) and "do not tell" in found.reason
    else:
        assert isinstance(found, Claim) and found.value == amount
