"""Cells in memory say to the last unit what a query says (a check asks for many slices)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

import choosing
from customhouse.cube import CellCube, Concepts, cellrows
from customhouse.desk import Desk, Loading, open_store
from customhouse.model import Slice
from customhouse.period import Period, parse_month
from customhouse.simulate import simulate

PERIODS = tuple(map(Period.parse, ("2024-10", "2024-11/2025-01", "2024-10/2025-03")))
SLICES = tuple(
    Slice(flow, **dims)
    for flow in ("exports", "imports", "trade", "balance")
    for dims in ({}, {"partner": "ASEAN"}, {"partner": "!USA"}, {"commodity": "8542"},
                 {"enterprise": "private"},
                 {"commodity": "mechanical_electrical", "region": "central_west"}, {"partner": "USA+VNM"},
                 {"regime": "!processing"}, {"commodity": "unicorn"})
)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Two loads, the second of which replaces a month, so that there are two versions of it."""
    folder: Path = tmp_path_factory.mktemp("gathered")
    simulate(3_000, folder / "lines", 2, parse_month("2024-10"), parse_month("2025-03"))
    simulate(400, folder / "again", 3, parse_month("2025-01"), parse_month("2025-01"))
    with open_store(folder / "store", create=True) as made:
        made.load([folder / "lines" / "*.parquet"], Loading(known_on=date(2025, 4, 14)))
        made.load([folder / "again" / "*.parquet"], Loading(known_on=date(2025, 5, 14), replaces=True))
        yield made


def told(cube: CellCube) -> list[object]:
    levels: list[object] = [
        cube.level(part, period, what, known)
        for part in SLICES for period in PERIODS for what in ("value", "quantity", "mass", "lines")
        for known in ("latest", "first")
    ]
    levels += [cube.level(part, PERIODS[1], "traders", "first") for part in SLICES]
    levels += [cube.parts(Slice(flow), by, PERIODS[1]) for flow in ("exports", "trade")
               for by in ("partner", "hs2", "hs8", "regime")]
    return levels


@pytest.mark.parametrize(
    "concepts", choosing.some([Concepts(), Concepts("special"), Concepts(returned="apart")], 2)
)
def test_memory_and_queries_agree(desk: Desk, concepts: Concepts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cellrows, "MOST", 0)
    queried = desk.statistics(concepts=concepts)
    assert isinstance(queried, CellCube) and queried.revised
    expected = told(queried)
    monkeypatch.setattr(cellrows, "MOST", 10**9)
    monkeypatch.setattr(cellrows, "_FEW", 0)
    held = desk.statistics(concepts=concepts)
    assert isinstance(held, CellCube)
    assert told(held) == expected
    assert queried.currencies == held.currencies == {"CNY"}
