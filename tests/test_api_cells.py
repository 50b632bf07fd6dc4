"""The cells that the API lists: they add up to figures, go on at any row, and are never whole in memory."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from customhouse import open_store
from customhouse.cube.listed import listing
from customhouse.desk import Desk, Loading
from customhouse.errors import QueryError
from customhouse.model import Slice
from customhouse.period import Period, month
from customhouse.records.schema import CELL_SCHEMA
from customhouse.simulate import simulate
from customhouse.statistics import Concepts
from customhouse.store import Store, StoredFile, Vintage


@pytest.fixture(scope="module")
def desk(small_store: Path) -> Iterator[Desk]:
    with open_store(small_store) as found:
        yield found


SLICES = (
    {"flow": "exports", "partner": "ASEAN"}, {"flow": "imports", "partner": "!USA"}, {"flow": "trade"},
    {"flow": "exports", "commodity": "85"}, {"flow": "exports", "commodity": "integrated_circuit"},
    {"flow": "imports", "region": "CN-GD", "enterprise": "foreign_invested"},
    {"flow": "exports", "regime": "!general"},
    {"flow": "imports", "partner": "JPN+KOR", "transport": "water"}, {"flow": "exports", "partner": "BRI"},
)  # fmt: skip
CONCEPTS = (
    Concepts(), Concepts(system="special"), Concepts(partner="consignment"), Concepts(returned="apart"),
)  # fmt: skip


@pytest.mark.parametrize("concepts", CONCEPTS, ids=str)
@pytest.mark.parametrize("known", ["latest", "first"])
def test_cells_add_up_to_the_figure(desk: Desk, concepts: Concepts, known: Any) -> None:
    period = Period.parse("2024-12/2025-02")
    vintages = [v for v in desk.vintages() if v.source == "declarations"]
    cube = desk.statistics(source="declarations", concepts=concepts)
    for given in SLICES[:2] if concepts.partner == "consignment" else SLICES:
        part = Slice(**given)
        found = listing(desk.store, desk.engine, vintages, [part], [period], known, concepts)
        total = sum(
            (
                Fraction(value).limit_denominator(100)
                for batch in found.batches()
                for value in batch.cells["value"].to_pylist()
            ),
            Fraction(0),
        )
        level = cube.level(part, period, "value", known)
        assert level is not None and level.amount == total, given


def test_a_listing_goes_on_at_any_row(desk: Desk) -> None:
    vintages = [v for v in desk.vintages() if v.source == "declarations"]
    found = listing(
        desk.store, desk.engine, vintages, [Slice(flow="imports")], [Period.parse("2025-01/2025-03")]
    )
    places = [(batch.step, row) for batch in found.batches(size=100) for row in batch.rows]
    assert len(places) > 200
    for at in range(0, len(places), 37):
        rest = [(batch.step, row) for batch in found.batches(*places[at], size=71) for row in batch.rows]
        assert rest == places[at:]


def test_cells_of_a_load_that_came_in_late(tmp_path: Path) -> None:
    """A load known before another and loaded after it: no file has the cells that both make up."""
    for seed in (1, 2):
        simulate(300, tmp_path / str(seed), seed=seed, first=month(2025, 1), last=month(2025, 2))
    with open_store(tmp_path / "store", create=True) as desk:
        for seed, day in ((1, date(2025, 4, 1)), (2, date(2025, 3, 1))):
            desk.load([str(tmp_path / str(seed) / "*.parquet")], Loading(known_on=day))
        part, period = Slice(flow="exports"), Period.parse("2025-01/2025-02")
        found = listing(desk.store, desk.engine, desk.vintages(), [part], [period])
        assert found.compiled
        told = [row for batch in found.batches(size=50) for row in batch.cells.to_pylist()]
        assert told == [row for batch in found.batches(size=7) for row in batch.cells.to_pylist()]
        level = desk.statistics().level(part, period)
        assert level is not None
        assert sum(Fraction(row["value"]).limit_denominator(100) for row in told) == level.amount


def test_a_listing_refuses_what_no_list_has(desk: Desk) -> None:
    vintages = [v for v in desk.vintages() if v.source == "declarations"]
    with pytest.raises(QueryError, match="NOWHERE"):
        listing(
            desk.store, desk.engine, vintages, [Slice(flow="exports", partner="NOWHERE")],
            [Period.parse("2025-01")],
        )  # fmt: skip


def test_a_stream_is_never_whole_in_memory(tmp_path: Path) -> None:
    """A file of many groups of rows is listed in little more memory than one of few."""

    def peak(rows: int) -> int:
        store = Store.create(tmp_path / str(rows))
        place = store.path / "cells" / "month=2025-01"
        place.mkdir()
        with pq.ParquetWriter(place / "v000001-000.parquet", CELL_SCHEMA) as writer:
            for first in range(0, rows, 5_000):
                writer.write_table(_cells(first, CELL_SCHEMA))
        january = month(2025, 1)
        file = StoredFile("cells", january, "cells/month=2025-01/v000001-000.parquet", rows)
        vintage = Vintage(1, "declarations", "declarations", date(2025, 2, 1), "", (file,))
        found = listing(store, None, [replace(vintage)], [Slice(flow="exports")], [Period(january, january)])  # type: ignore[arg-type]
        pa.default_memory_pool().release_unused()
        before, tops, count = pa.total_allocated_bytes(), 0, 0
        tracemalloc.start()
        for batch in found.batches(size=1000):
            count += len(batch.rows)
            tops = max(tops, pa.total_allocated_bytes() - before + tracemalloc.get_traced_memory()[0])
        tracemalloc.stop()
        assert count == rows
        return tops

    assert peak(60_000) < 2 * peak(10_000)


def _cells(first: int, schema: pa.Schema) -> pa.Table:
    rows = range(first, first + 5_000)
    words = {"flow": "exports", "currency": "CNY", "source": "declarations"}
    columns = {
        field.name: [words.get(field.name, f"{field.name}{n % 50}") for n in rows]
        if pa.types.is_string(field.type)
        else [24300] * len(rows) if field.name == "month_number" else list(rows)
        for field in schema
    }  # fmt: skip
    return pa.table(columns, schema=schema)
