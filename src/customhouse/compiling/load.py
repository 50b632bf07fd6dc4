"""A load of declarations, from files to a committed vintage: all of it or nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

import narwhals as nw
import pyarrow.parquet as pq

from customhouse.compiling.beside import each
from customhouse.compiling.kept import line_files
from customhouse.compiling.months import Compiled, Job, Portion, Scan, compile_month
from customhouse.engine import Engine, distinct
from customhouse.errors import BrokenFile, EmptyFile, EngineError, InputError, OutputError
from customhouse.records import delimited, files, unpacking
from customhouse.records.filled import filled
from customhouse.records.parse import Intake, month_of
from customhouse.store import Counts, Loading, Store, Vintage
from customhouse.store.vintage import month_text

Progress = Callable[[int, int | None, str], object]
"""Called with the number of months done, of all months, and what is being done."""
_FEW = 2


@dataclass(frozen=True, slots=True)
class Declarations:
    """What to load and how: files, the name of their source, how their columns become fields.

    `replaces`: the months in the files stand for themselves alone, and lines loaded earlier from
    the source no longer count there. `known_on` is the day from which the figures are known;
    `resolves` has the quarantined lines that are put right; `names` what the files are called.
    """

    paths: Sequence[Path]
    source: str = "declarations"
    intake: Intake = field(default_factory=Intake)
    known_on: date = field(default_factory=date.today)
    replaces: bool = False
    resolves: tuple[str, ...] = ()
    names: Sequence[str] = ()


def load_declarations(
    store: Store, wanted: Declarations, engine: Engine, progress: Progress | None = None, **patience: Any
) -> Vintage:
    """Take in, validate, compile the months touched, and commit. Returns the vintage.

    Every line ends accepted or quarantined with its reasons, and the counts say how many. Raises
    errors of reading (InputError), of writing (OutputError) and StoreBusy; nothing is loaded then.
    """
    with store.loading(**patience) as load:
        before = load.earlier(wanted.source, "declarations", wanted.known_on, wanted.intake.reporter)
        load.unresolved(wanted.resolves)
        tell = progress or (lambda done, of, what: None)
        tell(0, 0, "reading")
        desk = _Desk(wanted.intake, wanted.known_on, engine, load)
        inputs = [desk.take_in(path, n) for n, path in enumerate(wanted.paths)]
        portions = _by_month(inputs, wanted.intake)
        adopted: list[Any] = []
        counts, reasons = Counts(), Counter[str]()

        def compiled_by(one: Engine, month: int | None) -> Compiled:
            job = Job(month, wanted.source, wanted.intake, wanted.known_on, one, load, wanted.replaces)
            stored = line_files(store, before, month)
            made = compile_month(job, portions[month], [] if wanted.replaces else stored)
            if wanted.replaces and stored and not made.counts.accepted:
                raise _emptied(wanted, month, made)
            return made

        tell(0, len(portions), "compiling")
        for done, compiled in enumerate(each(engine, list(portions), compiled_by), 1):
            tell(done, len(portions), "compiling")
            adopted.extend(compiled.files)
            counts += compiled.counts
            reasons.update(compiled.reasons)
        tell(len(portions), len(portions), "committing")
        return load.commit(
            Vintage(
                load.number,
                wanted.source,
                "declarations",
                wanted.known_on,
                "",
                tuple(adopted),
                counts,
                dict(reasons),
                inputs=tuple(wanted.names) or tuple(map(str, wanted.paths)),
                currency=wanted.intake.currency,
                columns=tuple("\t".join(taken.columns) for taken in inputs),
                reporter=wanted.intake.reporter,
                replaces=wanted.replaces,
                resolves=wanted.resolves,
                intake=_plain(wanted.intake),
            )
        )


def _emptied(wanted: Declarations, month: int | None, made: Compiled) -> InputError:
    """The error of a month that would stand for itself with no line at all."""
    why = ", ".join(sorted(made.reasons, key=lambda code: -made.reasons[code])[:3])
    lines = f"{made.counts.taken_in:,} lines of {month_text(month)}"
    wrong = f"none of the {lines} is accepted ({why}): it would be empty"
    places = ", ".join(wanted.names or map(str, wanted.paths))
    return InputError(places, wrong, "mend the lines, or load them without --replace")


def _by_month(inputs: Sequence[_Input], intake: Intake) -> dict[int | None, list[Portion]]:
    portions: dict[int | None, list[Portion]] = {}
    for taken in inputs:
        for month, scan in taken.months.items():
            portions.setdefault(month, []).append(
                Portion(taken.number, str(taken.path), scan, taken.filled, taken.cancels(intake))
            )
    if not portions:
        places = ", ".join(str(taken.path) for taken in inputs) or "nothing"
        raise EmptyFile(places, "no lines in it", "name files with declarations")
    return dict(sorted(portions.items(), key=lambda item: item[0] or 0))


@dataclass(frozen=True, slots=True)
class _Input:
    """A file taken in: its place among the inputs, its columns, how to scan each of its months."""

    number: int
    path: Path
    columns: tuple[str, ...]
    months: Mapping[int | None, Scan]
    filled: frozenset[str] = frozenset()

    def cancels(self, intake: Intake) -> bool:
        """Whether its lines tell their function, so that some may cancel others."""
        return "function" in intake.constants or intake.columns.get("function", "function") in self.columns


@dataclass(frozen=True, slots=True)
class _Desk:
    """Where files are taken in: how their columns become fields, up to which day, and by which engine."""

    intake: Intake
    today: date
    engine: Engine
    load: Loading

    def take_in(self, path: Path, number: int) -> _Input:
        """A file with its months told apart: one of few months is filtered, others are split once."""
        kind = files.kind(path)
        if kind == "parquet" and unpacking.magic(path) == "parquet":
            return self._of(path, number, path)
        if kind == "delimited":
            try:
                frame = self.engine.csv(path, _delimiter(path))
                return _Input(number, path, tuple(frame.collect_schema()), self._split(frame, path, number))
            except (
                EngineError,
                OutputError,
                InputError,
            ):  # the careful reader copes, or says where it is wrong
                pass
        return self._of(path, number, _as_parquet(path, number, self.load))

    def _of(self, path: Path, number: int, scanned: Path) -> _Input:
        """A file, of which `scanned` is itself or what was made of it."""
        frame = self.engine.parquet([scanned])
        columns = tuple(frame.collect_schema())
        try:
            return _Input(number, path, columns, self._months(frame, path, number, scanned), filled(path))
        except EngineError as error:
            raise BrokenFile(str(path), f"cannot be read through ({error})", "fetch it again") from error

    def _months(
        self, frame: nw.LazyFrame[Any], path: Path, number: int, scanned: Path
    ) -> Mapping[int | None, Scan]:
        month = month_of(frame, self.intake, str(path), self.today)
        found = self.engine.collect(distinct(frame.select(month_=month), "month_"))["month_"].to_pylist()
        if len(found) > _FEW:
            return self._split(frame, path, number)
        if len(found) == 1:
            return {found[0]: partial(_scanned, [scanned])}

        def of(one: int | None, engine: Engine) -> nw.LazyFrame[Any]:
            return engine.parquet([scanned]).filter(month.is_null() if one is None else month == one)

        return {one: partial(of, one) for one in found}

    def _split(self, frame: nw.LazyFrame[Any], path: Path, number: int) -> Mapping[int | None, Scan]:
        dated = frame.with_columns(month_=month_of(frame, self.intake, str(path), self.today))
        parts = self.engine.split(dated, "month_", self.load.staging / f"split-{number}")
        return {
            int(text) if text else None: partial(_scanned, found) for text, found in parts.items()
        }


def _scanned(paths: Sequence[Path], engine: Engine) -> nw.LazyFrame[Any]:
    return engine.parquet(paths)


def _delimiter(path: Path) -> str:
    """The delimiter of a file in UTF-8. Raises BrokenFile for other encodings, which no engine reads."""
    encoding = delimited.encoding_of(path)
    if encoding not in ("utf-8", "utf-8-sig"):
        raise BrokenFile(str(path), f"text in {encoding}", "save it as UTF-8")
    return delimited.delimiter_of(delimited.sample_of(path, encoding))


def _as_parquet(path: Path, number: int, load: Loading) -> Path:
    """A file that no engine reads, as Parquet with every column as text."""
    staged = load.staging / f"input-{number}.parquet"
    batches = files.arrow_batches(path)
    first = next(batches, None)
    if first is None:
        raise EmptyFile(str(path), "no lines in it", "look whether it is the right file")
    with pq.ParquetWriter(staged, first.schema, compression="snappy") as writer:
        for batch in chain([first], batches):
            writer.write_batch(batch)
    return staged


def _plain(intake: Intake) -> Mapping[str, Any]:
    plain = {f.name: getattr(intake, f.name) for f in fields(intake)}
    plain["values"] = {name: dict(words) for name, words in intake.values.items()}
    return {
        name: dict(value) if isinstance(value, Mapping) else value for name, value in plain.items() if value
    }
