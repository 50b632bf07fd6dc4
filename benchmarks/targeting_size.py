"""A million declarations with 20 attributes: features and fit, scoring 100,000, reasons for the 5% selected.

    python benchmarks/targeting_size.py                     a million, every one inspected
    python benchmarks/targeting_size.py --number 100000     fewer
    python benchmarks/targeting_size.py --labels 0.05       one in twenty inspected

Simulated declarations, with seven more columns of categories, are written to a file by one process and read
by another, whose time and peak memory are told. Memory counts the frame itself.
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
from collections.abc import Callable
from pathlib import Path
from typing import Any

LATE = 100_000
SELECTED = 0.05
MORE = {
    "regime": 8, "transport": 6, "enterprise": 5, "port": 40, "seller": 20_000, "payment": 7, "packing": 30,
}  # fmt: skip
"""Columns of categories beside those of the simulation, and how many values they have."""
KEYS = ("port", "seller", "payment", "packing")
TRUTH = ("fraud", "scheme", "revenue_cny")
MOST = {"fit": 600.0, "score": 5.0, "reasons": 40.0}
MOST_GIB = 4.0


def write(number: int, path: Path) -> None:
    """Simulate so many declarations and those to rank after them."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    from customhouse.targeting.simulated import declarations

    table = declarations(number + LATE, seed=1)
    random = np.random.default_rng(2)
    for name, values in MORE.items():
        drawn = np.char.add("c", random.zipf(1.6, len(table)).clip(max=values).astype(str))
        table = table.append_column(name, pa.array(drawn))
    pq.write_table(table, path)


def run(number: int, labels: float, kind: str, path: Path) -> dict[str, Any]:
    """Read, fit, score and explain; seconds of each, attributes, features, and peak memory so far."""
    import numpy as np
    import pandas as pd
    import polars as pl
    import pyarrow.parquet as pq

    from customhouse.targeting.estimator import Targeting
    from customhouse.targeting.why import reasons

    read = {"pandas": pd.read_parquet, "polars": pl.read_parquet, "pyarrow": pq.read_table}[kind]
    table = read(path)
    whole = pq.read_table(path, columns=["fraud", "revenue_cny"]).slice(0, number)
    fraud, money = (whole[name].to_numpy() for name in ("fraud", "revenue_cny"))
    seen = np.random.default_rng(3).random(number) < labels
    table = table.drop(columns=list(TRUTH)) if kind == "pandas" else table.drop(list(TRUTH))
    cut = (lambda a, b: table.iloc[a:b]) if kind == "pandas" else (lambda a, b: table.slice(a, b - a))
    early, late = cut(0, number), cut(number, number + LATE)
    found: dict[str, Any] = {"attributes": len(table.columns)}
    model = Targeting(keys=KEYS)
    outcome = np.where(seen, fraud.astype(float), np.nan)
    _timed(found, "fit", lambda: model.fit(early, outcome, revenue=money))
    scores = _timed(found, "score", lambda: model.scores(late))
    rows = np.argsort(-scores.score)[: int(SELECTED * LATE)]
    _timed(found, "reasons", lambda: reasons(model, late, rows, "en"))
    found["features"] = len(model.feature_names_in_)
    return found


def _timed(found: dict[str, Any], name: str, make: Callable[[], Any]) -> Any:
    began, used = time.perf_counter(), time.process_time()
    made = make()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    found[name] = (time.perf_counter() - began, time.process_time() - used, peak)
    return made


def main() -> None:
    """See the top of the file."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--number", type=int, default=1_000_000)
    parser.add_argument("--labels", type=float, default=1.0)
    parser.add_argument("--frame", choices=("pandas", "polars", "pyarrow"), default="pandas")
    parser.add_argument("--data", type=Path, help="a file to write, or to take where it is there")
    parser.add_argument("--step", choices=("write", "run"), help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.step == "write":
        write(wanted.number, wanted.data)
    elif wanted.step == "run":
        print(json.dumps(run(wanted.number, wanted.labels, wanted.frame, wanted.data)))
    else:
        with tempfile.TemporaryDirectory(prefix="customhouse-bench-") as folder:
            _report(wanted, wanted.data or Path(folder) / "declarations.parquet")


def _report(wanted: argparse.Namespace, path: Path) -> None:
    shared = ["--number", str(wanted.number), "--labels", str(wanted.labels), "--frame", wanted.frame]
    if not path.exists():
        _step("write", path, shared)
    found = json.loads(_step("run", path, shared))
    print(f"\n{wanted.number:,} declarations with {found['attributes']} attributes in a {wanted.frame} "
          f"frame, {wanted.labels:.0%} inspected, {found['features']} features\n")  # fmt: skip
    print("| step | wall s | CPU s | peak GiB so far | asked |\n| --- | ---: | ---: | ---: | --- |")
    names = {"fit": "features and fit", "score": f"scores of {LATE:,}",
             "reasons": f"reasons for {int(SELECTED * LATE):,}"}  # fmt: skip
    for name, told in names.items():
        wall, used, peak = found[name]
        good = "reached" if wall <= MOST[name] and peak <= MOST_GIB else "NOT reached"
        asked = f"{MOST[name]:g} s, {MOST_GIB:g} GiB: {good}"
        print(f"| {told} | {wall:.1f} | {used:.1f} | {peak:.2f} | {asked} |")


def _step(step: str, path: Path, shared: list[str]) -> bytes:
    command = [sys.executable, __file__, "--step", step, "--data", str(path), *shared]
    one_thread = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    return subprocess.run(command, stdout=subprocess.PIPE, check=True, env=os.environ | one_thread).stdout


if __name__ == "__main__":
    main()
