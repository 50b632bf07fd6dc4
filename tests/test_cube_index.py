"""Cells put in order in memory say to the last unit what a query says, and what columns of cells say."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import choosing
from customhouse.cube import CellCube, Concepts, cellrows, indexing, open_cube
from customhouse.cube.gathered import COLUMNS
from customhouse.cube.index import CellIndex, added
from customhouse.cube.monthly import FlowTable
from customhouse.cube.picking import LEVELS, Numbered
from customhouse.engine import DuckDB
from customhouse.groups import members, steady
from customhouse.model import Slice
from customhouse.period import Period, parse_month
from customhouse.statistics import Known, What
from customhouse.store import Store
from declaring import declared, load, parquet

MONTHS = ("2024-11", "2025-01", "2025-02", "2025-03", "2025-09")
CHOICES: dict[str, tuple[Any, ...]] = {
    "flow": ("exports", "imports", "re_exports"),
    "partner": ("USA", "DEU", "FRA", "VNM", "TLS", "GBR", "HKG"),
    "hs_code": ("85171300", "85171400", "85423100", "851762", "84713000", "8703801000", "27090000"),
    "region": ("CN-GD", "CN-JS", "CN-XJ", None),
    "enterprise": ("private", "foreign_invested", None),
    "regime": ("general", "processing", "customs_warehousing", None),
    "transport": ("water", "air", "rail", None),
    "currency": ("CNY", "CNY", "CNY", "USD"),
}
DIMENSIONS: dict[str, tuple[str | None, ...]] = {
    "partner": (None, "USA", "DEU", "EU", "ASEAN", "!ASEAN", "USA+VNM", "!USA", "WLD", "JPN", "nowhere"),
    "commodity": (None, "85", "8517", "851713", "85171300", "8703801000", "8703801", "mechanical_electrical",
                  "!85", "84+8542", "30", "crude_oil", "unicorn"),
    "enterprise": (None, None, "private", "!private"),
    "region": (None, None, "CN-GD", "!CN-GD", "central_west", "CN-BJ"),
    "regime": (None, None, "general", "processing", "!processing", "customs_warehousing"),
    "transport": (None, None, "water", "!water"),
}
SLICES = st.builds(Slice, st.sampled_from(("exports", "imports", "trade", "balance")),
                   **{name: st.sampled_from(codes) for name, codes in DIMENSIONS.items()})
WHATS: st.SearchStrategy[What] = st.sampled_from(("value", "quantity", "mass", "lines"))
KNOWN: st.SearchStrategy[Known] = st.sampled_from(("latest", "first"))
PERIODS = st.sampled_from(tuple(map(Period.parse, ("2025-01", "2025-01/2025-03", "2024-11", "2025-09"))))
AXES = st.sampled_from(("partner", "hs2", "hs4", "hs6", "hs8", "enterprise", "region", "regime", "transport"))
CONCEPTS = (Concepts(), Concepts("special"), Concepts(returned="apart"))


def lines(seed: int, count: int, months: tuple[str, ...]) -> list[dict[str, Any]]:
    draw, made = random.Random(seed), []
    for n in range(count):
        line = declared(f"D{seed}-{n}", **{name: draw.choice(choice) for name, choice in CHOICES.items()})
        line["quantity_unit"] = "kg" if line["hs_code"] == "27090000" else "unit"
        year, month = map(int, draw.choice(months).split("-"))
        line |= {"date": date(year, month, draw.randint(1, 28)), "value": draw.randint(1, 10**9) / 100,
                 "basis": None, "quantity": draw.choice((None, draw.randint(1, 500))),
                 "net_mass_kg": draw.choice((None, draw.randint(1, 10**6) / 1000))}
        made.append(line)
    return made


@dataclass(frozen=True, slots=True)
class Ways:
    """The same statistics by queries, from columns, and from the index."""

    queried: CellCube
    gathered: CellCube
    indexed: CellCube


@pytest.fixture(scope="module")
def engine() -> Iterator[DuckDB]:
    with DuckDB(threads=1) as opened:
        yield opened


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, engine: DuckDB) -> Store:
    """A load, one that replaces a month, one that adds to a month, and one known before the last."""
    folder: Path = tmp_path_factory.mktemp("index")
    made = Store.create(folder / "store")
    loads = ((1, 700, MONTHS, date(2025, 12, 1), False), (2, 90, ("2025-02",), date(2025, 12, 20), True),
             (3, 60, ("2025-03",), date(2025, 12, 21), False),
             (4, 40, ("2025-03",), date(2025, 12, 10), False))
    for seed, count, months, known_on, replaces in loads:
        path = parquet(folder / f"{seed}.parquet", lines(seed, count, months))
        load(made, engine, path, known_on=known_on, replaces=replaces)
    return made


def cube_of(store: Store, engine: DuckDB, **more: Any) -> CellCube:
    found = open_cube(store, engine, **more)
    assert isinstance(found, CellCube)
    return found


@pytest.fixture(scope="module")
def index(store: Store, engine: DuckDB) -> CellIndex:
    return cube_of(store, engine).index(engine)


@pytest.fixture(scope="module", params=CONCEPTS, ids=("general", "special", "apart"))
def ways(store: Store, engine: DuckDB, index: CellIndex, request: pytest.FixtureRequest) -> Iterator[Ways]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cellrows, "_FEW", 0)
        made = [cube_of(store, engine, concepts=request.param) for _ in range(3)]
        patch.setattr(made[0].rows, "_in_memory", lambda *_, **__: None)
        made[2].hold(index)
        patch.setattr(made[2].rows, "_in_memory", None)
        yield Ways(*made)


def of_months(found: Any) -> Any:
    return found.months() if isinstance(found, FlowTable) else found


@choosing.tries(12)
@given(SLICES, WHATS, KNOWN)
def test_months_agree(ways: Ways, part: Slice, what: What, known: Known) -> None:
    part = Slice(**(part.given() | {"flow": None}))
    found = [of_months(cube.rows.by_month(part, what, known)) for cube in
             (ways.queried, ways.gathered, ways.indexed)]
    assert found[0] == found[1] == found[2]


@choosing.tries(12)
@given(SLICES, AXES, PERIODS, WHATS, KNOWN)
def test_codes_agree(
    ways: Ways, part: Slice, axis: str, period: Period, what: What, known: Known
) -> None:
    part = Slice(**(part.given() | {"flow": None}))
    found = [dict(cube.rows.by_code(part, axis, period, what, known)) for cube in
             (ways.queried, ways.gathered, ways.indexed)]
    assert found[0] == found[1] == found[2]


@choosing.tries(10)
@given(SLICES, AXES, PERIODS, st.sampled_from(("value", "quantity", "mass", "lines", "partners")), KNOWN)
def test_levels_agree(
    ways: Ways, part: Slice, axis: str, period: Period, what: What, known: Known
) -> None:
    level = ways.queried.level(part, period, what, known)
    assert ways.gathered.level(part, period, what, known) == level
    assert ways.indexed.level(part, period, what, known) == level
    parts = ways.queried.parts(part, axis, period, what, known)
    assert dict(ways.indexed.parts(part, axis, period, what, known)) == dict(parts)


def test_the_store_has_what_is_to_be_told_apart(ways: Ways) -> None:
    everything = of_months(ways.queried.rows.by_month(Slice(), "quantity", "latest"))
    assert any(len(month.units) > 1 for month in everything.values())
    narrow = of_months(ways.queried.rows.by_month(
        Slice(partner="TLS", commodity="8471", region="CN-GD"), "mass", "latest"))
    assert any(month.amount is None for month in narrow.values())
    assert ways.queried.revised and ways.indexed.currencies == ways.queried.currencies == {"CNY", "USD"}
    level = [ways.indexed.level(Slice("exports"), Period.parse("2025-02"), known=known)
             for known in ("latest", "first")]
    assert level[0] != level[1]


def test_one_index_serves_every_currency_and_every_day_whose_cells_it_has(
    store: Store, engine: DuckDB, index: CellIndex
) -> None:
    for more in ({"currency": "USD"}, {"as_of": date(2025, 12, 5)}):
        indexed, queried = cube_of(store, engine, **more), cube_of(store, engine, **more)
        indexed.hold(index)
        for part in (Slice("exports"), Slice("imports", partner="EU", commodity="85")):
            period = Period.parse("2025-01/2025-03")
            assert indexed.level(part, period) == queried.level(part, period)
            assert dict(indexed.parts(part, "hs4", period)) == dict(queried.parts(part, "hs4", period))


def test_what_the_index_does_not_have_is_queried(store: Store, engine: DuckDB, index: CellIndex) -> None:
    by_consignment = cube_of(store, engine, concepts=Concepts(partner="consignment"))
    plain = cube_of(store, engine, concepts=Concepts(partner="consignment"))
    by_consignment.hold(index)
    part, period = Slice("imports", partner="HKG"), Period.parse("2025-01")
    assert by_consignment.level(part, period) == plain.level(part, period)
    other = indexing.index_of({("2025-01",): lambda: engine.collect(
        engine.parquet([store.file(file) for file in store.vintages()[0].files if file.part == "cells"][:1])
        .select(*COLUMNS))})
    unlike = cube_of(store, engine)
    unlike.hold(other)
    assert unlike.level(part, period) == cube_of(store, engine).level(part, period)


def test_progress_is_told(store: Store, engine: DuckDB) -> None:
    told: list[tuple[int, int]] = []
    made = cube_of(store, engine).index(engine, lambda done, of: told.append((done, of)))
    assert [done for done, _ in told] == list(range(1, told[-1][1] + 1))
    assert len(made) >= 700 and made.bytes() > 0


@given(st.lists(st.tuples(st.integers(-(2**62), 2**62), st.integers(0, 3)), max_size=8))
def test_sums_of_any_size_are_exact(pairs: list[tuple[int, int]]) -> None:
    numbers, at = (np.array([pair[n] for pair in pairs], dtype=np.int64) for n in (0, 1))
    compact = indexing.compact(at, numbers)
    expected = [sum(number for number, place in pairs if place == wanted) for wanted in range(4)]
    if all(abs(one) < 2**63 for one in expected):
        assert added(compact, at, 4).tolist() == expected


HS_CODES = st.sets(st.text("0123", min_size=6, max_size=8), max_size=12)


@given(HS_CODES, st.data())
def test_picked_codes_are_those_that_were_asked_for(codes: set[str], data: st.DataObject) -> None:
    column = Numbered(codes, LEVELS)
    wanted = frozenset(data.draw(st.sets(st.sampled_from(sorted(codes))))) if codes else frozenset()
    blank = data.draw(st.booleans())
    pick = column.pick(wanted, blank)
    assert pick.digits in pick.runs and 8 in pick.runs
    for digits, runs in pick.runs.items():
        inside = {number for start, end in runs for number in range(start, end)}
        assert inside == set(np.flatnonzero(pick.tables[digits]).tolist())
        names = [column.names[digits][number] for number in inside]
        assert (None in names) == blank
        short = {name for name in names if name is not None}
        assert {code for code in codes if code[:digits] in short} == wanted


@pytest.mark.parametrize("dimension", list(DIMENSIONS))
@given(st.data())
def test_steady_codes_have_the_same_members_in_every_month(dimension: str, data: st.DataObject) -> None:
    codes = [code for code in DIMENSIONS[dimension] if code not in (None, "nowhere", "unicorn")]
    code = data.draw(st.sampled_from(codes))
    assert code is not None
    months = data.draw(st.lists(st.integers(parse_month("1995-01"), parse_month("2030-12")), min_size=2))
    found = {members(dimension, code, month) for month in months}
    assert len(found) == 1 or not steady(dimension, code)
