"""A server of the counter for tests: a real process over a small store, and a client in this process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import customhouse
from customhouse.desk import Loading
from customhouse.period import month
from customhouse.simulate import simulate

LINES = 6000
TABLE = "table"
"""The source of the official table in the small store, beside `declarations`."""
HEAD = (
    "DATAFLOW,FREQ,REF_AREA,COUNTERPART_AREA,TRADE_FLOW,COMMODITY,TIME_PERIOD,OBS_VALUE,UNIT_MEASURE,UNIT_MULT"
)
_PARTNERS = {"USA": 150, "JPN": 100, "DEU": 50}


@dataclass(frozen=True)
class Serving:
    """A server that answers: its address without a slash at the end, its store, its process."""

    address: str
    store: Path
    process: subprocess.Popen[str]


def small_store(folder: Path) -> Path:
    """Some thousand simulated lines of fifteen months, a month of them revised; and a table of partners."""
    store, lines = folder / "store", folder / "lines"
    simulate(LINES, lines, defects=0.01)
    with customhouse.open_store(store, create=True) as desk:
        files = sorted(map(str, lines.glob("*.parquet")))
        desk.load(files, Loading(known_on=date(2025, 4, 14)))
        simulate(400, folder / "late", seed=2, first=month(2025, 2), last=month(2025, 2))
        late = sorted(map(str, (folder / "late").glob("*.parquet")))
        desk.load(late, Loading(known_on=date(2025, 5, 14)))
        table = folder / "table.csv"
        table.write_text("\n".join([HEAD, *_observations()]) + "\n", encoding="utf-8")
        desk.load([table], Loading(source=TABLE, known_on=date(2025, 4, 20)))
    return store


def _observations() -> Iterator[str]:
    """Trade of two years by month with the world and three partners, in millions of dollars."""
    for at in range(month(2023, 4), month(2025, 4)):
        for letter, scale in (("X", 1.0), ("M", 0.8)):
            parts = {p: round(size * scale * (1 + 0.007 * (at % 31))) for p, size in _PARTNERS.items()}
            for partner, value in (parts | {"WLD": sum(parts.values()) * 3}).items():
                yield f"A:B(1.0),M,CHN,{partner},{letter},_T,{at // 12}-{at % 12 + 1:02},{value},USD,6"


@contextmanager
def served(store: Path, *options: str) -> Iterator[Serving]:
    """`customhouse serve` over a store, on a port of its own, until the block ends."""
    command = [sys.executable, "-m", "customhouse.cli", "serve", str(store), "--port", "0", *options]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONUNBUFFERED": "1"}
    ) as process:
        assert process.stdout is not None
        told = process.stdout.readline()
        try:
            assert "http://" in told, f"the server did not start: {told!r}"
            yield Serving("http://" + told.split("http://")[1].split("/")[0], store, process)
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
