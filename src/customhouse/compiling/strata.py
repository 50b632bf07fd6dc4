"""Unit values beyond the fences of their stratum: suspicious, not rejected."""

from __future__ import annotations

from typing import Any

import narwhals as nw

FENCE = 3.0
"""Outer fences: so many interquartile ranges from the quartiles (Tukey, Exploratory Data Analysis, 1977)."""
FEWEST = 12
"""A stratum with fewer lines has no fences."""
LEAST = 0.01
"""Fences are no nearer: where most lines have one price it is rounding that sets the others apart."""
STRATUM = ("flow", "hs8", "quantity_unit")


def outliers(records: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Lines whose unit value lies beyond the fences: key, `unit_value`, `low`, `high` (currency a unit).

    Quartiles are exact, of the logarithms, since unit values are skewed; strata are `STRATUM`
    within the month. Lines without a quantity are left out.
    """
    col = nw.col
    unit_value = col("value_cents").cast(nw.Float64) * 10.0 / col("quantity_milli").cast(nw.Float64)
    lines = records.filter((col("quantity_milli") > 0) & (col("value_cents") > 0)).select(
        "declaration_id",
        "line",
        "flow",
        "quantity_unit",
        hs8=col("hs_code").str.slice(0, 8),
        log_value=unit_value.log(),
    )
    fences = (
        lines.group_by(*STRATUM)
        .agg(
            nw.len().alias("members"),
            col("log_value").quantile(0.25, interpolation="linear").alias("lower"),
            col("log_value").quantile(0.75, interpolation="linear").alias("upper"),
        )
        .filter(col("members") >= FEWEST)
    )
    reach = nw.max_horizontal(FENCE * (col("upper") - col("lower")), nw.lit(LEAST))
    fences = fences.select(*STRATUM, low=col("lower") - reach, high=col("upper") + reach)
    placed = lines.join(fences, on=list(STRATUM), how="inner")
    beyond = placed.filter((col("log_value") < col("low")) | (col("log_value") > col("high")))
    return beyond.select(
        "declaration_id",
        "line",
        unit_value=col("log_value").exp(),
        low=col("low").exp(),
        high=col("high").exp(),
    )
