"""How files come in: as declarations, by the reader of their format, or by a mapping; the files show it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pyarrow as pa

from customhouse.errors import InputError, MappingError, UnsupportedFile
from customhouse.records import files, mapping, sources
from customhouse.records.controls import Doubt
from customhouse.records.mapping import Mapping
from customhouse.records.mapping import applying as mapped
from customhouse.records.notices import idle_option
from customhouse.records.parse import Intake
from customhouse.records.schema import REQUIRED
from customhouse.records.sources import Options
from customhouse.records.table import Batch

DECLARATIONS = "declarations"
Read = Callable[[Path], Iterator[Batch]]


@dataclass(frozen=True, slots=True)
class Lines:
    """Files of declarations: how their columns become fields, and the source's name."""

    source: str
    intake: Intake


@dataclass(frozen=True, slots=True)
class Figures:
    """Files of official tables: how each is read, and the source's name.

    `adds_up`: several codes of the source can be one of ours, so that rows with one key add up.
    """

    source: str
    readings: tuple[tuple[Path, Read], ...]
    adds_up: bool = False

    def batches(self) -> Iterator[Batch]:
        """All files, one after another."""
        for path, read in self.readings:
            yield from read(path)


def route(
    found: list[Path], source: str | None, wanted: str | None, options: Options | None
) -> Lines | Figures:
    """How files come in: by the mapping `wanted`, by the reader `source` names, or as the files show.

    Raises MappingError where no reader knows a file, InputError where they are of several kinds.
    """
    if wanted is not None:
        return _mapped(found, wanted, options or Options())
    if source == DECLARATIONS or (source not in sources.NAMES and all(map(_declares, found))):
        return Lines(source or DECLARATIONS, Intake())
    readings = [(path, *_reading(path, source, options or Options())) for path in found]
    names = {name for _, name, _ in readings}
    if len(names) > 1:
        places = ", ".join(map(str, found[:3]))
        kinds = ", ".join(sorted(names))
        raise InputError(places, f"files of several kinds ({kinds})", "load each kind by itself")
    name = names.pop()
    return Figures(name, tuple((path, read) for path, _, read in readings), name in sources.NAMES)


def _reading(path: Path, source: str | None, options: Options) -> tuple[str, Read]:
    """The name of what reads a file, and how: a reader of its format, else a shipped mapping made for it."""
    name = source if source in sources.NAMES else sources.detect(path)
    if name:
        return name, partial(_by_reader, name, options)
    chosen = _shipped_for(path)
    if chosen is None:
        remedy = f"let a mapping be proposed with: customhouse map {path}"
        raise MappingError(str(path), "no reader knows this file", remedy)
    return chosen.name, partial(_by_mapping, chosen, options)


def _by_reader(name: str, options: Options, path: Path) -> Iterator[Batch]:
    return sources.reader(name).read(path, options)


def _by_mapping(chosen: Mapping, options: Options, path: Path) -> Iterator[Batch]:
    for batch in mapped.apply(path, chosen):
        yield batch if options.reporter is None else _of_reporter(batch, options.reporter)


def _of_reporter(batch: Batch, reporter: str) -> Batch:
    """The batch as another's trade than the mapping says."""
    at = batch.table.schema.get_field_index("reporter")
    names = pa.repeat(pa.scalar(reporter), batch.table.num_rows)
    return replace(batch, table=batch.table.set_column(at, batch.table.schema.field(at), names))


def _mapped(found: list[Path], wanted: str, options: Options) -> Lines | Figures:
    chosen = mapping.load(wanted)
    if chosen.kind == DECLARATIONS:
        return Lines(chosen.name, mapped.intake(chosen))
    return Figures(chosen.name, tuple((path, partial(_by_mapping, chosen, options)) for path in found))


def idle(way: Lines | Figures, options: Options | None) -> tuple[Doubt, ...]:
    """What `options` say and the way in does not ask for: a mapping and declared lines say it themselves."""
    if options is None or isinstance(way, Figures) and way.source in sources.NAMES:
        return ()
    by = "lines" if isinstance(way, Lines) else "mapping"
    given = {name: text for name in ("flow", "period", "unit") if (text := getattr(options, name))}
    return tuple(idle_option(name, text, by) for name, text in given.items())


def _shipped_for(path: Path) -> Mapping | None:
    """A shipped mapping that is made for files of this name and fits this one."""
    for candidate in map(mapping.load, mapping.shipped()):
        meant = any(path.match(pattern) for pattern in candidate.files)
        if candidate.kind == "table" and meant and _fits(candidate, path):
            return candidate
    return None


def _fits(candidate: Mapping, path: Path) -> bool:
    try:
        return any(batch.rows_used for batch in mapped.apply(path, candidate))
    except InputError:
        return False


def _declares(path: Path) -> bool:
    """Whether the columns of a file are those of declarations."""
    try:
        first = next(iter(files.rows(path)), None)
    except UnsupportedFile:
        return False
    return first is not None and set(REQUIRED) <= {cell.strip() for cell in first.cells}
