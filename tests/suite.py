"""The queries that every engine must answer alike, each written once; production's own where it has them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from typing import Any

import narwhals as nw
import pyarrow as pa

from customhouse.compiling import duplicates, strata
from customhouse.compiling.cells import cells
from customhouse.engine import Engine
from customhouse.prices.itemrows import items
from customhouse.records.checks import check
from customhouse.records.parse import Intake, parse
from customhouse.records.schema import KEY
from customhouse.records.valid import Valid

Frame = nw.LazyFrame[Any]
Row = tuple[Any, ...]
_PRODUCT = ("flow", "partner", "hs8")


def scan(records: Frame, engine: Engine) -> list[Row]:
    """Lines, value and the widest date range, over all records."""
    value = nw.col("value_cents")
    return rows(
        engine,
        records.select(
            value.sum().cast(nw.Int64).alias("value"),
            nw.len().cast(nw.Int64).alias("lines"),
            nw.col("date").min().alias("first"),
            nw.col("date").max().alias("last"),
        ),
    )


def compiled(records: Frame, engine: Engine, month: int) -> list[Row]:
    """The cells of a month."""
    return rows(engine, cells(records, month, 1, "suite"))


def headline(made: Frame, engine: Engine, month: int, base: int) -> list[Row]:
    """Value by flow in a month and its growth over a base month, in exact parts: value, base, change."""

    def of(wanted: int, name: str) -> Frame:
        return (
            made.filter(nw.col("month_number") == wanted)
            .group_by("flow")
            .agg(nw.col("value_cents").sum().cast(nw.Int64).alias(name))
        )

    both = of(month, "value").join(of(base, "base"), on="flow", how="left")
    growth = (nw.col("value") - nw.col("base")).cast(nw.Float64) / nw.col("base").cast(nw.Float64)
    return rows(engine, both.select("flow", "value", "base", growth=growth))


def groups(made: Frame, engine: Engine, members: Sequence[tuple[str, str, int, int]]) -> list[Row]:
    """Value by group and month, a member counting from its first to its last month."""
    table = pa.table(
        {
            "group": [m[0] for m in members],
            "partner": [m[1] for m in members],
            "first": pa.array([m[2] for m in members], pa.int32()),
            "last": pa.array([m[3] for m in members], pa.int32()),
        }
    )
    joined = made.join(engine.arrow(table), on="partner", how="inner")
    within = joined.filter(
        (nw.col("month_number") >= nw.col("first")) & (nw.col("month_number") <= nw.col("last"))
    )
    return rows(
        engine,
        within.group_by("group", "flow", "month_number").agg(
            nw.col("value_cents").sum().cast(nw.Int64).alias("value"),
            nw.col("lines").sum().cast(nw.Int64).alias("lines"),
        ),
    )


def index(months: Sequence[Frame], engine: Engine) -> list[tuple[str, float]]:
    """Fisher's price index by flow, second month over first; outliers left out, each month on its own."""
    first, second = (_prices(records, engine, n) for n, records in enumerate(months))
    matched = first.join(second, on=list(_PRODUCT), how="inner")
    found = matched.select(
        "flow",
        *(
            (
                nw.col(value).cast(nw.Float64) / nw.col(per).cast(nw.Float64) * nw.col(times).cast(nw.Float64)
            ).alias(name)
            for name, value, per, times in (
                ("old_old", "value_0", "quantity_0", "quantity_0"),
                ("new_old", "value_1", "quantity_1", "quantity_0"),
                ("old_new", "value_0", "quantity_0", "quantity_1"),
                ("new_new", "value_1", "quantity_1", "quantity_1"),
            )
        ),
    )
    table = rows(engine, found)
    return [
        (flow, _fisher([row for row in table if row[0] == flow]))
        for flow in sorted({row[0] for row in table})
    ]


def priced(made: Frame, engine: Engine) -> list[Row]:
    """The items of the cells of all months, of which a price can be told or not."""
    return rows(engine, items(made, ("region",)))


def validation(frame: Frame, engine: Engine, month: int, today: date) -> list[Row]:
    """Lines with their verdicts."""
    intake = Intake()
    return rows(engine, check(parse(frame, intake, "suite"), Valid.of(month, intake), engine, today, intake))


def copies(records: Frame, engine: Engine) -> list[Row]:
    """Keys that stand more than once, with the number of unlike lines under each."""
    return sorted(_plain(duplicates.repeated(records, engine)))


def rows(engine: Engine, frame: Frame) -> list[Row]:
    """The rows of a frame, sorted, null before all else."""
    return in_order(_plain(engine.collect(frame)))


def in_order(table: Sequence[Row]) -> list[Row]:
    """Rows sorted, null before all else."""
    return sorted(table, key=lambda row: [(value is not None, value) for value in row])


def _plain(table: pa.Table) -> list[Row]:
    return list(zip(*(column.to_pylist() for column in table.columns), strict=True)) if table.num_rows else []


def _prices(records: Frame, engine: Engine, number: int) -> Frame:
    """Value and quantity of each product of a month, without outliers; collected, month by month."""
    beyond = strata.outliers(records).select(*KEY)
    usual = records.join(beyond, on=list(KEY), how="anti").filter(nw.col("quantity_milli") > 0)
    made = (
        usual.with_columns(hs8=nw.col("hs_code").str.slice(0, 8))
        .group_by(*_PRODUCT)
        .agg(
            nw.col("value_cents").sum().cast(nw.Int64).alias(f"value_{number}"),
            nw.col("quantity_milli").sum().cast(nw.Int64).alias(f"quantity_{number}"),
        )
    )
    return engine.arrow(engine.collect(made))


def _fisher(products: Sequence[Row]) -> float:
    """Sums that do not depend on the order: `fsum` rounds once."""
    old_old, new_old, old_new, new_new = (math.fsum(row[n] for row in products) for n in range(1, 5))
    return math.sqrt(new_old / old_old * (new_new / old_new))
