"""A release of a month and of a quarter from a compiled store, beside pandas with a template written by hand.

    python benchmarks/release.py                  a store of 1 million simulated lines, 2024-01 to 2025-03
    python benchmarks/release.py --lines 100000   a smaller one
    python benchmarks/release.py --store STORE --data FOLDER   one that is there, with its lines

Each run is a process of its own. *text* plans and proves both languages, with tables and the file of
figures; *all* also draws charts and writes every format. The peer reads the same lines with pandas, groups
them, and fills two templates with the headline figures alone (totals, the largest partners, regimes and
kinds of enterprises): no checks, no revisions, no proof. Its trade, exports and imports must be ours.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

PERIODS = ("2025-03", "2025-Q1")
STEPS = ("text", "all", "pandas")


def step(name: str, store: Path, data: Path, period: str) -> dict[str, Any]:
    """What one step takes, with its headline figures."""
    found = pandas_release(data, period) if name == "pandas" else our_release(name, store, period)
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {**found, "cpu_s": used.ru_utime + used.ru_stime, "peak_mb": used.ru_maxrss / 1024}


def our_release(name: str, store: Path, period: str) -> dict[str, Any]:
    """Both languages, written into a folder."""
    from customhouse.desk import open_store

    with open_store(store) as desk, tempfile.TemporaryDirectory() as out:
        everything = name == "all"
        made = desk.release(period, charts=everything)
        paths = made.save(out, None if everything else ["md"])
        figures = json.loads(made.figures)["figures"]
        files = len(paths)
    levels = {row["flow"]: row["computed"]["value"] for row in reversed(figures)
              if row["measure"] == "value" and not {"partner", "regime", "region", "enterprise", "commodity"}
              & row.keys() and row["period"] == figures[0]["period"]}
    return {"figures": len(figures), "files": files, "levels": levels}


def pandas_release(data: Path, period: str) -> dict[str, Any]:
    """The headline figures by group-by, in two templates."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    wanted = ["2025-03"] if period == "2025-03" else ["2025-01", "2025-02", "2025-03"]
    before = [f"{int(m[:4]) - 1}{m[4:]}" for m in wanted]
    columns = ["date", "flow", "partner", "regime", "enterprise", "value"]
    tables = [pq.read_table(data / f"declarations-{m}.parquet", columns=columns) for m in (*wanted, *before)]
    table = pa.concat_tables(tables)
    lines = table.set_column(5, "value", table["value"].cast(pa.float64())).to_pandas()
    lines["now"] = lines["date"].astype(str).str.slice(0, 7).isin(wanted)
    sums = lines.groupby(["now", "flow"])["value"].sum()
    levels = {flow: float(sums[True, flow]) for flow in ("exports", "imports")}
    levels["trade"] = sum(levels.values())
    texts, told = [], 0
    for dimension in ("partner", "regime", "enterprise"):
        parts = lines.pivot_table(index=dimension, columns="now", values="value", aggfunc="sum", fill_value=0)
        for code, row in parts.sort_values(True, ascending=False).head(3).iterrows():
            growth = (row[True] / row[False] - 1) * 100
            texts.append(f"Trade by {code} was {row[True] / 1e9:.1f} billion yuan, {growth:+.1f}%.")
            texts.append(f"{code}: {row[True] / 1e8:.1f}, {growth:+.1f}%")
            told += 2
    for flow, level in levels.items():
        base = float(sums[False].sum() if flow == "trade" else sums[False, flow])
        texts.append(f"{flow} stood at {level / 1e12:.2f} trillion yuan, {(level / base - 1) * 100:+.1f}%.")
        told += 2
    return {"figures": told, "files": 0, "levels": levels, "characters": len("\n".join(texts))}


def measured(name: str, store: Path, data: Path, period: str) -> dict[str, Any]:
    """A step in a process of its own, from its start to its end."""
    began = time.perf_counter()
    command = [sys.executable, __file__, "--step", name, "--store", str(store), "--data", str(data), period]
    run = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    found: dict[str, Any] = json.loads(run.stdout)
    return found | {"wall_s": time.perf_counter() - began}


def prepared(lines: int, folder: Path) -> tuple[Path, Path]:
    """A store of simulated lines, and the lines."""
    from customhouse.desk import Loading, open_store
    from customhouse.period import month
    from customhouse.simulate import simulate

    data = folder / "lines"
    simulate(lines, data, seed=1, first=month(2024, 1), last=month(2025, 3))
    with open_store(folder / "store", create=True) as desk:
        desk.load(sorted(data.glob("*.parquet")), Loading(known_on=date(2025, 4, 14)))
    return folder / "store", data


def main() -> None:
    """Print one row a step and period."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--store", type=Path)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--step", choices=STEPS)
    parser.add_argument("periods", nargs="*", default=list(PERIODS))
    given = parser.parse_args()
    if given.step:
        print(json.dumps(step(given.step, given.store, given.data, given.periods[0])))
        return
    with tempfile.TemporaryDirectory() as folder:
        there = (given.store, given.data) if given.store else prepared(given.lines, Path(folder))
        report(*there, given.periods)


def report(store: Path, data: Path, periods: list[str]) -> None:
    """The table; the peer's levels must be ours to nine digits."""
    print(f"{os.cpu_count()} cores\n\n| release | step | wall s | CPU s | peak MB | figures | files |")
    print("| --- | --- | ---: | ---: | ---: | ---: | ---: |")
    for period in periods:
        levels = None
        for name in STEPS:
            found = measured(name, store, data, period)
            print(f"| {period} | {name} | {found['wall_s']:.2f} | {found['cpu_s']:.2f} | "
                  f"{found['peak_mb']:.0f} | {found['figures']} | {found['files']} |", flush=True)
            mine = {flow: f"{found['levels'][flow]:.9g}" for flow in ("trade", "exports", "imports")}
            levels = levels or mine
            if mine != levels:
                raise SystemExit(f"{period}: the peer has other levels: {mine} in place of {levels}")


if __name__ == "__main__":
    main()
