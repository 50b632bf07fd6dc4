"""A process that loads on demand in children of its own, which tests kill, starve and run beside one another.

Reads JSON lines from standard input: `{"store", "file", "source", "kind"}` and how the child shall fare:
`step` (killed at that step of writing), `seconds` (killed after so long), `room` (bytes a file may
have), `user` (a user without rights), `together` (so many children at once). Answers each with a JSON
list of what became of the children: `killed`, `loaded N`, or the error.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

import customhouse.compiling.load as loads
import customhouse.compiling.tables as tables
from customhouse.engine import DuckDB
from customhouse.errors import CustomhouseError
from customhouse.records.table import TABLE_SCHEMA, Batch
from customhouse.store import Store

TODAY = date(2025, 4, 10)
STEPS = ("fsync", "replace", "link", "mkdir", "unlink", "open")


def run(task: dict[str, Any]) -> str:
    try:
        store = Store.open(task["store"])
        patience = task.get("patience", 600.0)
        if task["kind"] == "table":
            values = json.loads(Path(task["file"]).read_text(encoding="utf-8"))
            wanted = tables.Tables(
                [Batch(figures(values), (), len(values), len(values))], task["source"], TODAY
            )
            return f"loaded {tables.load_tables(store, wanted, patience_s=patience).vintage.number}"
        with DuckDB(threads=1) as engine:
            told = loads.Declarations([Path(task["file"])], task["source"], known_on=TODAY)
            return f"loaded {loads.load_declarations(store, told, engine, patience_s=patience).number}"
    except CustomhouseError as error:
        return f"{type(error).__name__}: {error}"


def figures(values: list[int]) -> pa.Table:
    row = dict.fromkeys(TABLE_SCHEMA.names) | {
        "reporter": "CHN",
        "flow": "exports",
        "currency": "CNY",
        "step_cents": 1,
        "file": "t",
        "place": "1",
    }
    return pa.Table.from_pylist(
        [
            row | {"first_month": 24300 + n, "last_month": 24300 + n, "value_cents": value}
            for n, value in enumerate(values)
        ],
        TABLE_SCHEMA,
    )


def killed_at(step: int) -> None:
    """The process dies at that call of those that change a disk."""
    left = [step]

    def counting(call: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*given: Any, **named: Any) -> Any:
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            left[0] -= 1
            return call(*given, **named)

        return wrapped

    for name in STEPS:
        setattr(os, name, counting(getattr(os, name)))
    DuckDB.write = counting(DuckDB.write)  # type: ignore[method-assign]
    pa.parquet.ParquetWriter.write_table = counting(pa.parquet.ParquetWriter.write_table)


def child(task: dict[str, Any]) -> tuple[int, int]:
    reading, writing = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writing)
        return pid, reading
    try:
        os.close(reading)
        if "room" in task:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (task["room"], task["room"]))
        if "user" in task:  # who may not read the packages, so that they are loaded before
            with tempfile.TemporaryDirectory() as folder:
                run(task | {"store": Store.create(f"{folder}/store").path})
            os.setuid(task["user"])
        if "step" in task:
            killed_at(task["step"])
        os.write(writing, run(task).encode())
    except BaseException as error:
        os.write(writing, f"raw {type(error).__name__}: {error}".encode())
    finally:
        os._exit(0)


def main() -> None:
    for line in sys.stdin:
        task = json.loads(line)
        began = [child(task) for _ in range(task.get("together", 1))]
        if "seconds" in task:
            threading.Thread(
                target=lambda pid, s: (time.sleep(s), os.kill(pid, signal.SIGKILL)),
                args=(began[0][0], task["seconds"]),
            ).start()
        told = []
        for pid, reading in began:
            with os.fdopen(reading) as handle:
                said = handle.read()
            _, status = os.waitpid(pid, 0)
            told.append("killed" if os.WIFSIGNALED(status) else said)
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
