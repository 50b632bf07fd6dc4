"""What holds of any compilation: nothing is lost, nothing depends on order, files, formats or threads."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import narwhals as nw
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

import choosing
import suite
from customhouse.compiling.cells import cells
from customhouse.compiling.load import Declarations, load_declarations
from customhouse.cube import open_cube
from customhouse.engine import DuckDB
from customhouse.model import Slice
from customhouse.period import Period, month
from customhouse.records.schema import CELL_KEYS, CELL_SUMS, RECORD_SCHEMA
from customhouse.store import Store, Vintage
from drawing import TODAY, Line, amended, delimited, drawn, parquet, workbook

MARCH = month(2025, 3)
WRITERS = {"csv": delimited, "parquet": parquet, "xlsx": workbook}
_AMOUNTS = ("value_cents", "quantity_milli", "supplementary_milli", "net_mass_g")


@pytest.fixture(scope="module")
def engine() -> Iterator[DuckDB]:
    with DuckDB(threads=2) as opened:
        yield opened


_codes = st.sampled_from(["a", "b", None])
_amounts = st.one_of(st.none(), st.integers(0, 10**13))
_records = st.lists(
    st.fixed_dictionaries(
        {
            "flow": st.sampled_from(["exports", "imports"]),
            "hs_code": st.sampled_from(["850110", "85011010", "8501101099", "271000"]),
            "partner": _codes,
            "region": _codes,
            "enterprise": _codes,
            "trader_id": _codes,
            "regime": _codes,
            "transport": _codes,
            "currency": st.sampled_from(["CNY", "USD"]),
            "basis": _codes,
            "value_cents": st.integers(1, 10**13),
            "quantity_milli": _amounts,
            "quantity_unit": _codes,
            "supplementary_milli": _amounts,
            "net_mass_g": _amounts,
        }
    ),
    min_size=1,
    max_size=40,
)


def compiled(engine: DuckDB, records: Sequence[Line]) -> list[Line]:
    """The cells of some records."""
    blank = dict.fromkeys(RECORD_SCHEMA.names)
    frame = engine.arrow(pa.Table.from_pylist([blank | record for record in records], schema=RECORD_SCHEMA))
    return engine.collect(cells(frame, MARCH, 1, "drawn")).to_pylist()


@given(_records)
@choosing.tries(15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_cells_add_up_to_records(engine: DuckDB, records: list[Line]) -> None:
    made = compiled(engine, records)
    assert sum(cell["lines"] for cell in made) == len(records)
    for name in _AMOUNTS:
        assert sum(cell[name] or 0 for cell in made) == sum(record[name] or 0 for record in records)
    keys = [tuple(cell[key] for key in CELL_KEYS) for cell in made]
    assert len(set(keys)) == len(keys)
    assert all(cell["traders"] <= cell["lines"] for cell in made)


@given(_records, st.randoms(use_true_random=False))
@choosing.tries(6, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_order_of_records_changes_nothing(
    engine: DuckDB, records: list[Line], draw: random.Random
) -> None:
    shuffled = list(records)
    draw.shuffle(shuffled)
    assert _ordered(compiled(engine, records)) == _ordered(compiled(engine, shuffled))


def _ordered(rows: Sequence[Line]) -> list[tuple[Any, ...]]:
    return suite.in_order([tuple(row.values()) for row in rows])


def loaded(
    engine: DuckDB, folder: Path, parts: Sequence[tuple[str, Sequence[Line]]]
) -> tuple[Store, Vintage]:
    """Parts of a load, each in its format, as one load."""
    folder.mkdir()
    paths = [WRITERS[kind](folder / f"{n}.{kind}", lines) for n, (kind, lines) in enumerate(parts)]
    store = Store.create(folder / "store")
    return store, load_declarations(store, Declarations(paths, known_on=TODAY), engine)


def contents(store: Store, vintage: Vintage) -> dict[str, Any]:
    """All that a load made, without the places of lines in files: cells, verdicts, flags, counts."""
    kept: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for stored in vintage.files:
        table = pq.read_table(store.file(stored), partitioning=None)
        table = table.drop_columns([name for name in ("input", "raw") if name in table.column_names])
        kept[stored.part] += [tuple(row.values()) for row in table.to_pylist()]
    return {part: suite.in_order(rows) for part, rows in kept.items()} | {
        "counts": vintage.counts,
        "reasons": dict(vintage.reasons),
    }


def key(line: Line) -> tuple[str, int]:
    """What tells a line from all others."""
    return line["declaration_id"], line["line"]


def clean(lines: Sequence[Line]) -> list[Line]:
    """Without the copies whose order decides which is kept: they are alike, but for what is beside them."""
    seen = Counter(map(key, lines))
    return [line for line in lines if seen[key(line)] == 1]


def test_files_formats_and_order_change_nothing(engine: DuckDB, tmp_path: Path) -> None:
    lines = drawn(21, 240)
    shuffled = list(lines)
    random.Random(4).shuffle(shuffled)
    whole = contents(*loaded(engine, tmp_path / "whole", [("parquet", lines)]))
    assert whole["counts"].quarantined and whole["counts"].flagged
    for name, parts in {
        "text": [("csv", shuffled)],
        "sheet": [("xlsx", lines)],
        "split": [("parquet", shuffled[:7]), ("csv", shuffled[7:130]), ("xlsx", shuffled[130:])],
    }.items():
        assert contents(*loaded(engine, tmp_path / name, parts)) == whole, name


def test_threads_change_nothing(tmp_path: Path) -> None:
    lines, found = drawn(22, 300), []
    for threads in (1, 2, 4):
        with DuckDB(threads=threads) as engine:
            found.append(contents(*loaded(engine, tmp_path / str(threads), [("parquet", lines)])))
    assert found[0] == found[1] == found[2]


def test_two_loads_are_the_last_word_on_every_line(engine: DuckDB, tmp_path: Path) -> None:
    """Amending and cancelling in a second load gives the cells of loading all right at once."""
    first = clean(drawn(23, 200, dirt=0.0))
    second = amended(24, first)
    gone = {key(line) for line in second if line.get("function")}
    again = clean([line for line in second if not line.get("function")])
    second = again + [line for line in second if line.get("function")]
    there = {key(line) for line in first}
    replaced = {key(line): line for line in first if key(line) not in gone}
    anew = [line for line in again if key(line) in gone & there]
    replaced |= {key(line): line for line in again if key(line) not in gone} | {key(one): one for one in anew}
    assert anew and len(replaced) < len({key(line) for line in [*first, *again]})
    store, _ = loaded(engine, tmp_path / "twice", [("parquet", first)])
    path = parquet(tmp_path / "second.parquet", second)
    load_declarations(store, Declarations([path], known_on=TODAY), engine)
    right, _ = loaded(engine, tmp_path / "once", [("parquet", list(replaced.values()))])
    twice, once = (open_cube(one, engine, source="declarations") for one in (store, right))
    assert twice.months() == once.months()
    for at in once.months():
        for flow in ("exports", "imports", "balance"):
            for what in ("value", "mass", "lines", "traders"):
                pair = [cube.level(Slice(flow=flow), Period(at, at), what) for cube in (twice, once)]  # type: ignore[arg-type]
                assert pair[0] is not None and pair[1] is not None
                assert pair[0].amount == pair[1].amount


def test_coarser_tables_are_sums_of_finer_ones(engine: DuckDB, tmp_path: Path) -> None:
    store, _ = loaded(engine, tmp_path / "load", [("parquet", drawn(25, 300))])
    cube = open_cube(store, engine, source="declarations")
    months = [Period(at, at) for at in cube.months()]
    both = Period(months[0].first, months[-1].last)
    for flow in ("exports", "imports"):
        part = Slice(flow=flow)
        whole = cube.level(part, both)
        assert whole is not None
        assert whole.amount == sum(level.amount for one in months if (level := cube.level(part, one)))
        chapters = cube.parts(part, "hs2", both)
        for finer in ("partner", "enterprise", "regime", "transport", "hs2", "hs4", "hs6", "hs8"):
            assert sum(level.amount for level in cube.parts(part, finer, both).values()) == whole.amount, (
                finer
            )
        for chapter, level in chapters.items():
            inside = cube.parts(Slice(flow=flow, commodity=chapter), "hs8", both)
            assert sum(one.amount for one in inside.values()) == level.amount
    out, back, trade, balance = (
        level.amount
        for flow in ("exports", "imports", "trade", "balance")
        if (level := cube.level(Slice(flow=flow), both))
    )
    assert (out + back, out - back) == (trade, balance)


def test_every_stored_sum_is_that_of_its_lines(engine: DuckDB, tmp_path: Path) -> None:
    store, vintage = loaded(engine, tmp_path / "load", [("csv", drawn(26, 200))])
    for at in vintage.months():
        made = engine.parquet([store.file(f) for f in vintage.files if f.part == "cells" and f.month == at])
        lines = engine.parquet([store.file(f) for f in vintage.files if f.part == "lines" and f.month == at])
        good = lines.filter(nw.col("rejected") == 0).with_columns(lines=nw.lit(1).cast(nw.Int64))
        sums = [nw.col(name).sum().cast(nw.Int64).alias(name) for name in CELL_SUMS]
        assert suite.rows(engine, made.select(*sums)) == suite.rows(engine, good.select(*sums))
