"""Simulated declarations as Parquet files, labelled as simulated in every file and beside them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from customhouse.errors import OutputError, QueryError
from customhouse.period import Period
from customhouse.simulate.goods import EDITION
from customhouse.simulate.lines import blocks
from customhouse.simulate.plan import Plan, draw_plan
from customhouse.simulate.population import FLOWS
from customhouse.simulate.rake import Margin
from customhouse.simulate.spell import MOST_IN_MONTH, SCHEMA, draw_block
from customhouse.simulate.spoil import PLANTED, spoil
from customhouse.simulate.tables import rows

LABEL, PLANTED_FILE = "SIMULATED.txt", "planted.csv"
FIRST, LAST = Period.parse("2024-01/2025-03").first, Period.parse("2024-01/2025-03").last

_PATTERN = "declarations-*.parquet"
_Block = tuple[Any, Any]
"""A table of declarations and what is planted in it."""


@dataclass(frozen=True, slots=True)
class Simulation:
    """What was written: files in order, lines (repeated ones included), defects planted.

    `totals` has the fen of the sound lines by month (`2025-01`) and flow; `margins` what is published
    beside what is simulated, before defects.
    """

    out: Path
    files: tuple[Path, ...]
    lines: int
    planted: int
    seed: int
    totals: dict[tuple[str, str], int]
    margins: tuple[Margin, ...]


@dataclass(frozen=True, slots=True)
class _Job:
    """What all files of a simulation share."""

    plan: Plan
    out: Path
    seed: int
    defects: float


def simulate(
    lines: int, out: Path, seed: int = 1, first: int = FIRST, last: int = LAST, defects: float = 0.0,
    chunk: int | None = None,
) -> Simulation:
    """Write so many simulated lines of the months `first` to `last` (numbered as by `period.month`) to `out`.

    There is one file a month, `declarations-2025-01.parquet`, or where `chunk` is given a file for about
    every so many lines. Equal arguments give equal lines, however they are put into files. A share
    `defects` of the lines is spoilt, and `planted.csv` tells which and how. Files of an earlier simulation
    in `out` are replaced; a folder with other declarations is refused.

    Raises OutputError where `out` cannot be written, QueryError for arguments that cannot be met.
    """
    _refuse(lines, seed, first, last, defects, chunk)
    plan = draw_plan(lines, range(first, last + 1), seed)
    if plan.lines.sum(axis=1).max(initial=0) > MOST_IN_MONTH:
        raise QueryError(f"{lines} lines: over {MOST_IN_MONTH} in a month; give more months or fewer lines")
    try:
        _prepare(out)
        _label(out, lines, seed)
        written = _write_all(_Job(plan, out, seed, defects), chunk)
    except OSError as error:
        raise OutputError(f"{out}: cannot be written ({error}); choose another folder") from error
    files = tuple(path for path, _, _ in written)
    count, planted = sum(n for _, n, _ in written), sum(n for _, _, n in written)
    return Simulation(out, files, count, planted, seed, _totals(plan), plan.margins)


def _refuse(lines: int, seed: int, first: int, last: int, defects: float, chunk: int | None) -> None:
    if first // 12 < EDITION:
        raise QueryError(f"the goods are of the HS of {EDITION}; give a first month from {EDITION}-01")
    if last < first:
        raise QueryError("the last month is before the first; swap them")
    if lines < 1 or seed < 0 or (chunk is not None and chunk < 1):
        raise QueryError(f"{lines} lines, seed {seed}, chunk {chunk}: give one line or more, a seed from 0")
    if not 0 <= defects <= 1:
        raise QueryError(f"{defects}: no share; give defects as a number from 0 to 1")


def _prepare(out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    there = sorted(out.glob(_PATTERN))
    if there and not (out / LABEL).exists():
        raise OutputError(f"{there[0]}: declarations that are not simulated; choose an empty folder")
    for path in (*there, out / PLANTED_FILE):
        path.unlink(missing_ok=True)


def _label(out: Path, lines: int, seed: int) -> None:
    text = "\n\n".join(row["text"].format(lines=lines, seed=seed) for row in rows("label"))
    (out / LABEL).write_text(text + "\n", encoding="utf-8")


def _totals(plan: Plan) -> dict[tuple[str, str], int]:
    return {
        (str(Period(month, month)), name): int(plan.fen[at, plan.population.flow == flow].sum())
        for at, month in enumerate(plan.months)
        for flow, name in enumerate(FLOWS)
    }


def _write_all(job: _Job, chunk: int | None) -> list[tuple[Path, int, int]]:
    """Every file with its lines and the defects in it."""
    with ThreadPoolExecutor(1) as pool:
        if not job.defects:
            return [_write(job, path, parts, pool, None) for path, parts in _files(job, chunk)]
        with pacsv.CSVWriter(job.out / PLANTED_FILE, PLANTED) as record:
            return [_write(job, path, parts, pool, record) for path, parts in _files(job, chunk)]


def _write(
    job: _Job, path: Path, parts: list[tuple[int, int]], pool: ThreadPoolExecutor, record: Any
) -> tuple[Path, int, int]:
    """Write one file; the next block is drawn while one is written."""
    partial = path.with_suffix(".partial")
    lines = planted = 0
    with _writer(partial, job.seed) as writer:
        for table, defects in _drawn(job, path.name, parts, pool):
            writer.write_table(table, row_group_size=max(1, len(table)))
            lines += len(table)
            if record is not None:
                record.write_table(defects)
                planted += len(defects)
    os.replace(partial, path)
    return path, lines, planted


def _drawn(
    job: _Job, file: str, parts: list[tuple[int, int]], pool: ThreadPoolExecutor
) -> Iterator[_Block]:
    """The blocks of a file in order, each drawn while the one before is used."""
    ahead: Future[_Block] = pool.submit(_block, job, file, *parts[0])
    for part in parts[1:]:
        block = ahead.result()
        ahead = pool.submit(_block, job, file, *part)
        yield block
    yield ahead.result()


def _block(job: _Job, file: str, at: int, block: int) -> _Block:
    table = draw_block(job.plan, at, block, job.seed)
    if not job.defects:
        return table, None
    rng = np.random.default_rng([job.seed, 5, job.plan.months[at], block])
    return spoil(table, job.defects, file, rng)


def _files(job: _Job, chunk: int | None) -> Iterator[tuple[Path, list[tuple[int, int]]]]:
    """Each file with the blocks that go into it, as positions of months and numbers of blocks."""
    for at, month in enumerate(job.plan.months):
        lines = int(job.plan.lines[at].sum())
        number = blocks(lines)
        each = number if chunk is None else max(1, chunk * number // max(lines, 1))
        starts = range(0, number, max(each, 1))
        for n, start in enumerate(starts):
            part = "" if len(starts) == 1 else f"-{n + 1:04}"
            path = job.out / f"declarations-{Period(month, month)}{part}.parquet"
            yield path, [(at, block) for block in range(start, min(start + each, number))]


def _writer(path: Path, seed: int) -> Any:
    """A writer of blocks, whose text columns are dictionaries in memory and plain strings in the file."""
    words = pa.dictionary(pa.int32(), pa.string())
    schema = pa.schema([f.with_type(words) if f.type == pa.string() else f for f in SCHEMA])
    text = [field.name for field in SCHEMA if field.type == pa.string() and field.name != "declaration_id"]
    writer = pq.ParquetWriter(
        path, schema, store_schema=False, use_dictionary=[*text, "line", "date"], compression="snappy",
        store_decimal_as_integer=True, write_statistics=True,
    )
    writer.add_key_value_metadata({"simulated": "true", "seed": str(seed)})
    return writer
