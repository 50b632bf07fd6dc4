"""One month of declarations: validated, freed of duplicates, kept, and compiled."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import narwhals as nw
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from customhouse.compiling import cancelling, duplicates, strata
from customhouse.compiling.cells import summed, told
from customhouse.compiling.kept import accepted_lines
from customhouse.engine import Engine
from customhouse.errors import BrokenFile, EngineError
from customhouse.period import month as month_number
from customhouse.records.checks import check
from customhouse.records.listed import none_yet
from customhouse.records.parse import Intake, parse
from customhouse.records.reasons import Severity, codes
from customhouse.records.schema import KEY
from customhouse.records.valid import Valid
from customhouse.store import Counts, Loading, StoredFile

Scan = Callable[[Engine], nw.LazyFrame[Any]]
_KEYS = pa.schema([("declaration_id", pa.string()), ("line", pa.int32())])


@dataclass(frozen=True, slots=True)
class Portion:
    """The lines of one month in one input file (its place among the inputs); `scan` gives their columns by
    an engine.

    `filled` names columns that have no blank text; `cancels`: it may have lines that cancel others.
    """

    number: int
    file: str
    scan: Scan
    filled: frozenset[str] = frozenset()
    cancels: bool = False


@dataclass(frozen=True, slots=True)
class Job:
    """What compiling needs. `month` is None for lines whose date tells none: they can only be set aside."""

    month: int | None
    source: str
    intake: Intake
    today: date
    engine: Engine
    load: Loading
    replaces: bool = False

    @property
    def staged(self) -> Path:
        """Where this month's files wait."""
        return self.load.staging / f"month-{self.month}"


@dataclass(frozen=True, slots=True)
class Compiled:
    """What came of a month: files for the manifest, counts of lines, how often each reason was given."""

    files: tuple[StoredFile, ...]
    counts: Counts
    reasons: dict[str, int]


def compile_month(job: Job, portions: Sequence[Portion], stored: Sequence[Sequence[Path]]) -> Compiled:
    """Validate, keep and compile the lines of a month.

    `stored` has the line files of earlier loads of the source and month, oldest first. Raises
    the errors of reading and of writing.
    """
    engine = job.engine
    valid = Valid.of(job.month or month_number(job.today.year, job.today.month), job.intake)
    paths = [path for portion in portions for path in _checked(job, portion, valid)]
    gone = none_yet(_KEYS)
    if any(portion.cancels for portion in portions):
        paths, gone = _without_cancelled(job, paths, stored)
    lines = engine.parquet(paths)
    good = lines.filter(nw.col("rejected") == 0)
    again = duplicates.repeated(good, engine)
    known = cancelling.others_than(_known(job, good, stored), gone)
    if again.num_rows or pc.any(known["same"]).as_py():
        raw = nw.concat([_raw(job, portion, valid) for portion in portions], how="vertical")
        marked = duplicates.marked(lines, raw, again, known, engine)
        paths = engine.write(marked, job.staged, "marked", "snappy")
        lines = engine.parquet(paths)
    counts, reasons = _tally(job, lines)
    files = job.load.adopt("lines", job.month, paths, counts.taken_in)
    if job.month is None or not (counts.accepted or job.replaces):
        return Compiled(files, counts, reasons)
    more = _compiled(job, [job.load.store.path / f.path for f in files], stored, known)
    flagged = Counts(flagged=more.counts.flagged)
    return Compiled(files + more.files, counts + flagged, reasons | more.reasons)


def _checked(job: Job, portion: Portion, valid: Valid) -> list[Path]:
    """The lines of a portion with their verdicts, as files. Raises BrokenFile."""
    try:
        lines = _judged(job, portion, valid)
        return job.engine.write(lines, job.staged, f"checked-{portion.number}", "snappy")
    except EngineError as error:
        wrong = f"cannot be read through ({error})"
        raise BrokenFile(portion.file, wrong, "see there; fetch a damaged file again") from error


def _without_cancelled(
    job: Job, paths: list[Path], stored: Sequence[Sequence[Path]]
) -> tuple[list[Path], pa.Table]:
    """The lines with those marked that others of the load cancel, and the keys that are cancelled.

    What cancels nothing is set aside.
    """
    lines = job.engine.parquet(paths)
    keys = cancelling.keys(lines, job.engine)
    if not keys.num_rows:
        return paths, keys
    earlier = accepted_lines(job.engine, stored, KEY) if any(stored) else None
    marked = cancelling.marked(lines, keys, earlier, job.engine)
    return job.engine.write(marked, job.staged, "cancelled", "snappy"), keys


def _judged(job: Job, portion: Portion, valid: Valid, keep_raw: bool = False) -> nw.LazyFrame[Any]:
    def plan(rows: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
        parsed = parse(rows, job.intake, portion.file, portion.filled)
        return check(parsed, valid, job.engine, job.today, job.intake, keep_raw)

    key = ("judged", repr(job.intake), valid.key(), job.today, portion.filled, keep_raw)
    lines = job.engine.again(portion.scan(job.engine), key, plan)
    return lines.with_columns(input=nw.lit(portion.number).cast(nw.Int32))


def _raw(job: Job, portion: Portion, valid: Valid) -> nw.LazyFrame[Any]:
    """What the accepted lines of a portion said."""
    lines = _judged(job, portion, valid, keep_raw=True)
    return lines.filter(nw.col("rejected") == 0).select(*KEY, "input", "raw")


def _known(job: Job, good: nw.LazyFrame[Any], stored: Sequence[Sequence[Path]]) -> pa.Table:
    if not any(stored):
        return none_yet(_KEYS.append(pa.field("same", pa.bool_())))
    return duplicates.stored_already(good, accepted_lines(job.engine, stored), job.engine)


def _tally(job: Job, lines: nw.LazyFrame[Any]) -> tuple[Counts, dict[str, int]]:
    """Lines by verdict, and how often each rule was broken."""
    grouped = lines.group_by("rejected", "flags").agg(nw.len().cast(nw.Int64).alias("there"))
    total = rejected = flagged = 0
    reasons: dict[str, int] = {}
    for row in job.engine.collect(grouped).to_pylist():
        mask = max(row["rejected"], 0)  # a line that cancels another is taken in like any
        severity: Severity = "reject" if mask else "flag"
        total += row["there"]
        rejected += row["there"] if mask else 0
        flagged += row["there"] if row["flags"] and not mask else 0
        for code in codes(severity, mask or row["flags"]):
            reasons[code] = reasons.get(code, 0) + row["there"]
    return Counts(total, total - rejected, flagged, rejected), reasons


def _compiled(job: Job, paths: Sequence[Path], stored: Sequence[Sequence[Path]], known: pa.Table) -> Compiled:
    """The month's cells, from all its lines, and the list of lines that a look at others makes suspicious."""
    assert job.month is not None
    engine, load = job.engine, job.load
    records = accepted_lines(engine, [*stored, paths])
    sums = told(engine.again(records, "cells", summed), job.month, load.number, job.source)
    made = engine.write(sums, job.staged, "cells")
    files = load.adopt("cells", job.month, made, _rows(made))
    suspects = engine.write(_suspects(job, paths, known), job.staged, "flags")
    reasons, new = _counted(engine, suspects)
    return Compiled(files + load.adopt("flags", job.month, suspects, sum(reasons.values())), new, reasons)


def _rows(paths: Sequence[Path]) -> int:
    """How many rows written files have, by their own account."""
    return sum(pq.read_metadata(path).num_rows for path in paths)


def _counted(engine: Engine, suspects: Sequence[Path]) -> tuple[dict[str, int], Counts]:
    """How often each rule makes a line suspicious, and how many lines have no other flag."""
    if not _rows(suspects):
        return {}, Counts()
    flags = engine.parquet(suspects)
    found = engine.collect(flags.group_by("rule").agg(nw.len().cast(nw.Int64).alias("there"))).to_pylist()
    alone = flags.filter(nw.col("line_flags") == 0).select(*KEY).unique()
    count = engine.collect(alone.select(there=nw.len().cast(nw.Int64)))["there"][0].as_py()
    return {row["rule"]: row["there"] for row in found}, Counts(flagged=count)


def _suspects(job: Job, paths: Sequence[Path], known: pa.Table) -> nw.LazyFrame[Any]:
    """Lines of this load beyond the fences of their stratum, and lines that replace stored ones."""
    lines = accepted_lines(job.engine, [paths])
    if not known.num_rows:
        return job.engine.again(lines, "suspects", _beyond)
    nothing = {name: nw.lit(None).cast(nw.Float64) for name in ("unit_value", "low", "high")}
    again = lines.join(job.engine.arrow(known.select(list(KEY))), on=list(KEY), how="semi")
    return _beyond(lines, again.select(*KEY, **nothing, rule=nw.lit("amended")))


def _beyond(lines: nw.LazyFrame[Any], *more: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Lines beyond the fences, and `more`, with the flags that each line has by itself."""
    found = strata.outliers(lines).with_columns(rule=nw.lit("unit_value_outlier"))
    flags = lines.select(*KEY, line_flags=nw.col("flags"))
    return nw.concat([found, *more], how="vertical").join(flags, on=list(KEY), how="left")
