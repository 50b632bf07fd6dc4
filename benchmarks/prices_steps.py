"""What benchmarks/prices.py runs and measures, one process a step: `prices_steps.py STEP DATA OUT`.

Each step works out the same indices of the same files and prints them as JSON.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import compile_steps

THREADS, MEMORY = 2, "1200MB"
LEVELS = (8, 4)
LEAST, WIDTH, FEWEST, WIDEST, NO_SPREAD = 0.05, 4.0, 10, 3.0, 1e-9
YEAR = 12
RECORDS = """
    SELECT flow, partner, substr(hs_code, 1, 8) AS hs8, regime, transport,
           (value * 100)::BIGINT AS value_cents, (quantity * 1000)::BIGINT AS quantity_milli, quantity_unit,
           (supplementary_quantity * 1000)::BIGINT AS supplementary_milli, supplementary_unit,
           (net_mass_kg * 1000)::BIGINT AS net_mass_g
    FROM '{path}'"""
CELLS = "FROM '{path}'"
ITEMS = """
    COPY (
        WITH priced AS (
            SELECT flow, coalesce(partner, '') AS partner, coalesce(hs8, '') AS hs8,
                   coalesce(regime, '') AS regime, coalesce(transport, '') AS transport, value_cents,
                   CASE WHEN value_cents > 0 AND quantity_milli > 0 AND quantity_unit IS NOT NULL
                            THEN quantity_unit
                        WHEN value_cents > 0 AND supplementary_milli > 0 AND supplementary_unit IS NOT NULL
                            THEN supplementary_unit
                        WHEN value_cents > 0 AND net_mass_g > 0 THEN 'kg' ELSE '' END AS unit,
                   CASE WHEN value_cents > 0 AND quantity_milli > 0 AND quantity_unit IS NOT NULL
                            THEN quantity_milli
                        WHEN value_cents > 0 AND supplementary_milli > 0 AND supplementary_unit IS NOT NULL
                            THEN supplementary_milli
                        WHEN value_cents > 0 AND net_mass_g > 0 THEN net_mass_g ELSE 0 END AS quantity
            FROM ({records})
        )
        SELECT flow, partner, hs8, regime, transport, unit,
               sum(value_cents)::BIGINT AS value_cents, sum(quantity)::BIGINT AS quantity_milli
        FROM priced GROUP BY ALL
    ) TO '{out}' (FORMAT parquet, COMPRESSION snappy)"""
KEYS = "flow, partner, hs8, regime, transport, unit"
MATCHED = """
    CREATE OR REPLACE TEMP TABLE matched AS
    SELECT flow, hs8, substr(hs8, 1, 4) AS hs4, unit, one.value_cents::DOUBLE AS v0,
           two.value_cents::DOUBLE AS v1, one.quantity_milli::DOUBLE AS q0, two.quantity_milli::DOUBLE AS q1,
           (v1 / q1) / (v0 / q0) AS r
    FROM '{now}' AS two JOIN '{base}' AS one USING ({keys})
    WHERE one.quantity_milli > 0 AND two.quantity_milli > 0"""
BOUNDS = """
    CREATE OR REPLACE TEMP TABLE bounds{hs} AS
    WITH middle AS (
        SELECT flow, {hs}, unit, median(r) AS m, quantile_cont(r, 0.25) AS r1, quantile_cont(r, 0.75) AS r3
        FROM matched GROUP BY ALL HAVING count(*) >= {fewest}
    ), effects AS (
        SELECT flow, {hs}, unit, m, r1, r3, CASE WHEN r < m THEN 1 - m / r ELSE r / m - 1 END AS e
        FROM matched JOIN middle USING (flow, {hs}, unit)
    ), spread AS (
        SELECT flow, {hs}, unit, any_value(m) AS m, any_value(r3) > {widest} * any_value(r1) AS wide,
               quantile_cont(e, 0.25) AS e1, median(e) AS em, quantile_cont(e, 0.75) AS e3
        FROM effects GROUP BY ALL
    ), distances AS (
        SELECT *, greatest(em - e1, abs({least} * em)) AS below, greatest(e3 - em, abs({least} * em)) AS above
        FROM spread
    ), ends AS (
        SELECT *, CASE WHEN below <= {none} THEN -{width} * {least} ELSE em - {width} * below END AS lo,
               CASE WHEN above <= {none} THEN {width} * {least} ELSE em + {width} * above END AS hi
        FROM distances
    )
    SELECT flow, {hs}, unit, wide, CASE WHEN lo < 0 THEN m / (1 - lo) ELSE m * (1 + lo) END AS low,
           CASE WHEN hi < 0 THEN m / (1 - hi) ELSE m * (1 + hi) END AS high
    FROM ends"""
SUMS = """
    WITH judged AS (
        SELECT v0, v1, q0, q1,
               CASE WHEN a.low IS NOT NULL THEN NOT a.wide AND r >= a.low AND r <= a.high
                    WHEN b.low IS NOT NULL THEN NOT b.wide AND r >= b.low AND r <= b.high
                    ELSE true END AS kept
        FROM matched LEFT JOIN boundshs8 AS a USING (flow, hs8, unit)
                     LEFT JOIN boundshs4 AS b USING (flow, hs4, unit)
    )
    SELECT sum(v0) FILTER (kept), sum(v1) FILTER (kept), sum(v1 * (q0 / q1)) FILTER (kept),
           sum(v0 * (q1 / q0)) FILTER (kept), count(*) FILTER (kept), count(*) FILTER (NOT kept)
    FROM judged"""


def records_hand(data: Path, out: Path) -> dict[str, Any]:
    """DuckDB SQL written by hand, from records."""
    return _hand(RECORDS, data, out)


def cells_hand(data: Path, out: Path) -> dict[str, Any]:
    """The same from cells."""
    return _hand(CELLS, data, out)


def records_ours(data: Path, out: Path) -> dict[str, Any]:
    """Ours, from records as they are: the amounts as whole numbers, and nothing judged."""
    import narwhals as nw

    def read(engine: Any, paths: Sequence[Path]) -> Any:
        amounts = {name: scale for _, (name, scale) in compile_steps.AMOUNTS.items()}
        named = {ours: nw.col(theirs) for theirs, (ours, _) in compile_steps.AMOUNTS.items()}
        whole = {ours: (column * amounts[ours]).cast(nw.Int64) for ours, column in named.items()}
        lines = engine.parquet(paths)
        return lines.select("flow", "partner", "regime", "transport", "quantity_unit", "supplementary_unit",
                            hs8=nw.col("hs_code").str.slice(0, 8), **whole)  # fmt: skip

    return _ours(read, data)


def cells_ours(data: Path, out: Path) -> dict[str, Any]:
    """Ours, from cells as a store keeps them."""
    return _ours(lambda engine, paths: engine.parquet(paths), data)


def cells(data: Path, out: Path) -> dict[str, Any]:
    """The cells of the lines, by our compile; not part of what is compared."""
    return compile_steps.ours(data, out)


def _hand(source: str, data: Path, out: Path) -> dict[str, Any]:
    import duckdb

    connection = duckdb.connect(
        config={"threads": THREADS, "memory_limit": MEMORY, "preserve_insertion_order": False,
                "temp_directory": str(out), "max_temp_directory_size": "50GB"}
    )  # fmt: skip
    files = {_month(path): path for path in data.glob("*.parquet")}
    for month, path in sorted(files.items()):
        records = source.format(path=path)
        connection.execute(ITEMS.format(records=records, out=out / f"items-{month}.parquet"))
    limits = {"fewest": FEWEST, "widest": WIDEST, "least": LEAST, "width": WIDTH, "none": NO_SPREAD}
    sums: dict[int, tuple[float, ...]] = {}
    for month in sorted(files):
        if month - YEAR not in files:
            continue
        now, base = (out / f"items-{one}.parquet" for one in (month, month - YEAR))
        connection.execute(MATCHED.format(now=now, base=base, keys=KEYS))
        for digits in LEVELS:
            connection.execute(BOUNDS.format(hs=f"hs{digits}", **limits))
        sums[month] = connection.execute(SUMS).fetchall()[0]
    return _told({
        month: dict(zip(("p0q0", "p1q1", "p1q0", "p0q1", "pairs", "aside"), found, strict=True))
        for month, found in sums.items()
    })


def _ours(read: Callable[[Any, Sequence[Path]], Any], data: Path) -> dict[str, Any]:
    import narwhals as nw

    from customhouse.engine import DuckDB
    from customhouse.model import Slice
    from customhouse.period import Period
    from customhouse.prices.comparing import Comparing
    from customhouse.prices.editing import Rule
    from customhouse.prices.pairing import How
    from customhouse.prices.staging import Staged

    files = {_month(path): path for path in data.glob("*.parquet")}
    how = How(Rule(least=LEAST, width=WIDTH, minimum=FEWEST, widest=WIDEST, quantile="linear"), LEVELS, False)

    def scan(engine: Any, months: Sequence[int]) -> Any:
        (month,) = months
        return read(engine, [files[month]]).with_columns(month_number=nw.lit(month))

    pairs = [(Period(m, m), Period(m - YEAR, m - YEAR)) for m in sorted(files) if m - YEAR in files]
    with DuckDB(threads=THREADS, memory=MEMORY) as engine:
        staged = Staged(scan, dict.fromkeys(files, 1_000_000), engine)
        comparing = Comparing(_Items(staged), Slice(), how)
        comparing.ahead(pairs)
        sums = {period.first: comparing.compare(period, base) for period, base in pairs}
    names = ("p0q0", "p1q1", "p1q0", "p0q1", "pairs", "aside")
    return _told({month: {name: getattr(one, name) for name in names} for month, one in sums.items()})


class _Items:
    """Staged items as what `Comparing` takes."""

    def __init__(self, staged: Any) -> None:
        self._staged = staged

    def items(self, part: Any, period: Any) -> Any:
        return self._staged.over(period.first, period.last)

    def total(self, part: Any, period: Any) -> None:
        return None

    def prepare(self, part: Any, months: Sequence[int]) -> None:
        self._staged.prepare(months)

    def whole(self, part: Any, period: Any) -> bool:
        return False


def _told(sums: dict[int, dict[str, float]]) -> dict[str, Any]:
    """The indices of the months, and of all of them."""
    every = {name: sum(one[name] for one in sums.values()) for name in next(iter(sums.values()))}
    fisher = {
        str(month): (one["p1q0"] / one["p0q0"] * one["p1q1"] / one["p0q1"]) ** 0.5
        for month, one in [*sums.items(), ("all", every)]
    }
    return {"fisher": fisher, "pairs": every["pairs"], "aside": every["aside"]}


def _month(path: Path) -> int:
    from customhouse.period import parse_month

    return parse_month(path.stem[-7:])


STEPS = {step.__name__: step for step in (records_hand, records_ours, cells_hand, cells_ours, cells)}

if __name__ == "__main__":
    wanted, data_folder, out_folder = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    out_folder.mkdir(parents=True)
    print(json.dumps(STEPS[wanted](data_folder, out_folder)))
