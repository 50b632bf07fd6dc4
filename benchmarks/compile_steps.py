"""What benchmarks/compile.py runs and measures, one process a step: `compile_steps.py STEP DATA OUT`.

Each step compiles the same cells of the same files and prints their checksum as JSON.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

KEYS = (
    "flow",
    "partner",
    "hs8",
    "region",
    "enterprise",
    "regime",
    "transport",
    "currency",
    "basis",
    "quantity_unit",
    "supplementary_unit",
)
AMOUNTS = {
    "value": ("value_cents", 100),
    "quantity": ("quantity_milli", 1000),
    "supplementary_quantity": ("supplementary_milli", 1000),
    "net_mass_kg": ("net_mass_g", 1000),
}
THREADS = 2
TODAY = date(2026, 1, 31)


def hand(data: Path, out: Path) -> dict[str, Any]:
    """DuckDB SQL written by hand, month by month: lines are summed by trader first, then to cells."""
    import duckdb

    connection = duckdb.connect(
        config={
            "threads": THREADS,
            "memory_limit": "1200MB",
            "preserve_insertion_order": False,
            "temp_directory": str(out),
            "max_temp_directory_size": "50GB",
        }
    )
    keys = ", ".join(KEYS)
    lines = ", ".join(f"sum(({name} * {scale})::BIGINT) AS {ours}" for name, (ours, scale) in AMOUNTS.items())
    sums = ", ".join(f"sum({ours})::BIGINT AS {ours}" for ours, _ in AMOUNTS.values())
    for month, path in enumerate(_files(data)):
        connection.execute(f"""
            COPY (
                SELECT {keys}, {sums}, sum(lines)::BIGINT AS lines, count(trader_id) AS traders,
                       {month}::INTEGER AS month, 1::INTEGER AS vintage, 'hand' AS source
                FROM (SELECT {keys.replace("hs8", "substr(hs_code, 1, 8) AS hs8")}, trader_id, {lines},
                             count(*) AS lines
                      FROM '{path}' GROUP BY {keys}, trader_id)
                GROUP BY {keys}
            ) TO '{out}/cells-{month}.parquet' (FORMAT parquet, COMPRESSION zstd)
        """)
    return _checksum(out.glob("cells-*.parquet"))


def ours(data: Path, out: Path) -> dict[str, Any]:
    """The bare compile: lines to cells, month by month, every line taken as it is."""
    from customhouse.compiling.beside import each
    from customhouse.compiling.cells import cells
    from customhouse.engine import DuckDB, Engine
    from customhouse.period import parse_month
    from customhouse.records.filled import filled
    from customhouse.records.parse import Intake, parse

    names = {name: ours for name, (ours, _) in AMOUNTS.items()}

    def compiled(engine: Engine, path: Path) -> None:
        def plan(rows: Any) -> Any:
            return parse(rows, Intake(), str(path), full, keep=False).rename(names)

        full = filled(path)
        records = engine.again(engine.parquet([path]), ("taken", full), plan)
        engine.write(cells(records, parse_month(path.stem[-7:]), 1, "ours"), out, f"cells-{path.stem}")

    with DuckDB(threads=THREADS) as engine:
        list(each(engine, _files(data), compiled))
    return _checksum(out.glob("cells-*.parquet"))


def validated(data: Path, out: Path) -> dict[str, Any]:
    """Validation and compile: every line judged, duplicates looked for, the accepted compiled."""
    import narwhals as nw

    from customhouse.compiling.beside import each
    from customhouse.compiling.cells import cells
    from customhouse.engine import DuckDB, Engine
    from customhouse.period import parse_month
    from customhouse.records.checks import check
    from customhouse.records.filled import filled
    from customhouse.records.parse import Intake, parse
    from customhouse.records.schema import KEY
    from customhouse.records.valid import Valid

    intake = Intake()

    def compiled(engine: Engine, path: Path) -> None:
        month = parse_month(path.stem[-7:])
        scanned = engine.parquet([path])
        often = scanned.group_by(*KEY).agg(nw.len().alias("there")).filter(nw.col("there") > 1)
        twice = engine.collect(often).num_rows
        assert not twice
        valid, full = Valid.of(month, intake), filled(path)

        def plan(rows: Any) -> Any:
            return check(parse(rows, intake, str(path), full), valid, engine, TODAY, intake)

        judged = engine.again(scanned, (valid.key(), full), plan)
        accepted = judged.filter(nw.col("rejected") == 0)
        engine.write(cells(accepted, month, 1, "ours"), out, f"cells-{month}")

    with DuckDB(threads=THREADS) as engine:
        list(each(engine, _files(data), compiled))
    return _checksum(out.glob("cells-*.parquet"))


def load(data: Path, out: Path) -> dict[str, Any]:
    """The whole load into a store: validation, duplicates, fences of unit values, lines kept, cells."""
    return _loaded(out, _files(data))


def all_but_one(data: Path, out: Path) -> dict[str, Any]:
    """The same of all months but the last."""
    return _loaded(out, _files(data)[:-1])


def one_more(data: Path, out: Path) -> dict[str, Any]:
    """The last month, into the store that has all the others."""
    return _loaded(out, _files(data)[-1:])


def headline(data: Path, out: Path) -> dict[str, Any]:
    """Headline tables of three years from the cells of a store: totals with growth, parts by year."""
    from customhouse.cube import open_cube
    from customhouse.engine import DuckDB
    from customhouse.model import Slice
    from customhouse.period import Period
    from customhouse.store import Store

    with DuckDB(threads=THREADS) as engine:
        cube = open_cube(Store.open(out), engine)
        months = cube.months()
        rows = []
        for flow in ("exports", "imports", "trade", "balance"):
            for month in months:
                level = cube.level(Slice(flow=flow), Period(month, month))
                before = cube.level(Slice(flow=flow), Period(month - 12, month - 12))
                assert level is not None
                rows.append((flow, month, level.amount, before and level.amount / before.amount - 1))
        for year in range(months[0], months[-1], 12):
            for dimension in ("partner", "hs2", "enterprise", "region"):
                for flow in ("exports", "imports"):
                    rows.extend(cube.parts(Slice(flow=flow), dimension, Period(year, year + 11)).items())
    return {"rows": len(rows), "value": float(sum((row[2] for row in rows[: len(months)]), Fraction(0)))}


def polars(data: Path, out: Path) -> dict[str, Any]:
    """Polars, lazy and streaming, month by month; by trader first, as in the SQL."""
    os.environ["POLARS_MAX_THREADS"] = str(THREADS)
    import polars as pl

    for month, path in enumerate(_files(data)):
        whole = [
            (pl.col(name) * scale).cast(pl.Int64).sum().alias(ours) for name, (ours, scale) in AMOUNTS.items()
        ]
        known = [pl.col(name).count().alias(f"{ours}_known") for name, (ours, _) in AMOUNTS.items()]
        frame = pl.scan_parquet(path).with_columns(hs8=pl.col("hs_code").str.slice(0, 8))
        traded = frame.group_by(*KEYS, "trader_id").agg(
            *whole, *known, pl.len().cast(pl.Int64).alias("lines")
        )
        made = (
            traded.group_by(*KEYS)
            .agg(
                *(pl.col(ours).sum() for ours, _ in AMOUNTS.values()),
                pl.col("^.*_known$").sum(),
                pl.col("lines").sum(),
                pl.col("trader_id").count().alias("traders"),
            )
            .with_columns(
                *(
                    pl.when(pl.col(f"{ours}_known") > 0).then(pl.col(ours)).alias(ours)
                    for ours, _ in AMOUNTS.values()
                )
            )
            .select(*KEYS, *(ours for ours, _ in AMOUNTS.values()), "lines", "traders")
        )
        made.sink_parquet(out / f"cells-{month}.parquet", compression="zstd")
    return _checksum(out.glob("cells-*.parquet"))


def pandas(data: Path, out: Path) -> dict[str, Any]:
    """pandas as its manual has one write it, month by month, in Arrow's types, whose decimals are exact."""
    import pandas as pd
    import pyarrow as pa

    pa.set_cpu_count(THREADS)
    wanted = [*KEYS[:2], "hs_code", *KEYS[3:], "trader_id", *AMOUNTS]
    for month, path in enumerate(_files(data)):
        frame = pd.read_parquet(path, columns=wanted, dtype_backend="pyarrow")
        frame["hs8"] = frame["hs_code"].str[:8]
        for name, (ours, scale) in AMOUNTS.items():
            frame[ours] = (frame[name] * scale).astype("int64[pyarrow]")
        _by_key(frame).to_parquet(out / f"cells-{month}.parquet", compression="zstd")
    return _checksum(out.glob("cells-*.parquet"))


def pandas_plain(data: Path, out: Path) -> dict[str, Any]:
    """pandas by its defaults, month by month: decimals are objects of Python, exact as well."""
    import pandas as pd

    wanted = [*KEYS[:2], "hs_code", *KEYS[3:], "trader_id", *AMOUNTS]
    for month, path in enumerate(_files(data)):
        frame = pd.read_parquet(path, columns=wanted)
        frame["hs8"] = frame["hs_code"].str[:8]
        for name, (ours, scale) in AMOUNTS.items():
            frame[ours] = (frame[name] * scale).map(int, na_action="ignore").astype("Int64")
        _by_key(frame).to_parquet(out / f"cells-{month}.parquet", compression="zstd")
    return _checksum(out.glob("cells-*.parquet"))


def pandas_tuned(data: Path, out: Path) -> dict[str, Any]:
    """pandas with text as categories and all but the grouping itself done by Arrow."""
    import pandas as pd
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    pa.set_cpu_count(THREADS)
    wanted = [*KEYS[:2], "hs_code", *KEYS[3:], "trader_id", *AMOUNTS]
    for month, path in enumerate(_files(data)):
        table = pq.read_table(path, columns=wanted)
        for name, (ours, scale) in AMOUNTS.items():
            whole = pc.cast(pc.multiply(table[name], pa.scalar(scale, pa.decimal128(4, 0))), pa.int64())
            table = table.append_column(ours, whole).drop_columns([name])
        table = table.append_column("hs8", pc.utf8_slice_codeunits(table["hs_code"], 0, 8)).drop_columns(
            ["hs_code"]
        )
        frame = table.to_pandas(strings_to_categorical=True, types_mapper={pa.int64(): pd.Int64Dtype()}.get)
        _by_key(frame).to_parquet(out / f"cells-{month}.parquet", compression="zstd")
    return _checksum(out.glob("cells-*.parquet"))


def _by_key(frame: Any) -> Any:
    grouped = frame.groupby(list(KEYS), observed=True, dropna=False, sort=False)
    return grouped.agg(
        **{ours: (ours, "sum") for ours, _ in AMOUNTS.values()},
        lines=("value_cents", "size"),
        traders=("trader_id", "nunique"),
    ).reset_index()


STEPS = {
    step.__name__: step
    for step in (
        hand,
        ours,
        validated,
        load,
        all_but_one,
        one_more,
        headline,
        polars,
        pandas,
        pandas_plain,
        pandas_tuned,
    )
}


def _loaded(out: Path, paths: list[Path]) -> dict[str, Any]:
    from customhouse.compiling.load import Declarations, load_declarations
    from customhouse.engine import DuckDB
    from customhouse.store import Store

    store = Store.create(out)
    with DuckDB(threads=THREADS) as engine:
        vintage = load_declarations(store, Declarations(paths, known_on=TODAY), engine)
    counts = vintage.counts
    assert counts.taken_in == counts.accepted + counts.quarantined
    return _checksum(store.file(f) for f in vintage.files if f.part == "cells") | {
        "quarantined": counts.quarantined,
        "flagged": counts.flagged,
    }


def _files(data: Path) -> list[Path]:
    return sorted(data.glob("*.parquet"))


def _checksum(paths: Any) -> dict[str, Any]:
    """Read after the measured part; the time it takes is told, to be taken off."""
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    began, cpu = time.perf_counter(), time.process_time()
    total = {"cells": 0, "value": 0, "quantity": 0, "mass": 0, "lines": 0, "traders": 0}
    columns = {
        "value": "value_cents",
        "quantity": "quantity_milli",
        "mass": "net_mass_g",
        "lines": "lines",
        "traders": "traders",
    }
    for path in paths:
        table = pq.read_table(path, columns=list(columns.values()), partitioning=None, use_threads=False)
        total["cells"] += table.num_rows
        for name, column in columns.items():
            total[name] += pc.sum(table[column]).as_py() or 0
    return total | {"check_s": time.perf_counter() - began, "check_cpu_s": time.process_time() - cpu}


if __name__ == "__main__":
    wanted, data_folder, out_folder = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    if wanted not in ("one_more", "headline"):
        shutil.rmtree(out_folder, ignore_errors=True)
        out_folder.mkdir(parents=True)
    print(json.dumps(STEPS[wanted](data_folder, out_folder)))
