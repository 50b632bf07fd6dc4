"""How files come in: as declarations, by the reader of their format, or by a mapping; the files show it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import pyarrow as pa

from customhouse.errors import EmptyFile, InputError, MappingError, UnsupportedFile
from customhouse.model import HOME
from customhouse.records import files, mapping, sources
from customhouse.records.controls import Doubt
from customhouse.records.mapping import Layout, Mapping
from customhouse.records.mapping import applying as mapped
from customhouse.records.notices import idle_option
from customhouse.records.parse import Intake
from customhouse.records.schema import FIELDS
from customhouse.records.sources import Options
from customhouse.records.table import Batch

DECLARATIONS = "declarations"
_NUMBERED = {"declaration_id"}
_FEWEST = 5
"""So many columns with names of the schema tell declarations, whatever others they lack."""
Read = Callable[[Path], Iterator[Batch]]


@dataclass(frozen=True, slots=True)
class Lines:
    """Files of declarations: the source's name, how their columns become fields, how they are laid out."""

    source: str
    intake: Intake
    layout: Layout = field(default_factory=Layout)


@dataclass(frozen=True, slots=True)
class Figures:
    """Files of official tables: how each is read, and the source's name.

    `adds_up`: several codes of the source can be one of ours, so that rows with one key add up.
    `told`: options of the load that the mapping left open.
    """

    source: str
    readings: tuple[tuple[Path, Read], ...]
    adds_up: bool = False
    told: frozenset[str] = frozenset()

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
    if source != DECLARATIONS:
        for path in found:
            sources.refuse(path)
    if source == DECLARATIONS or (source not in sources.NAMES and _declared(found)):
        return Lines(source or DECLARATIONS, _intake(found, options or Options()))
    told = sources.for_load(options or Options(), found)
    readings = [(path, *_reading(path, source, told)) for path in found]
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
        next(iter(files.rows(path)), None)  # what it is, where no reader could know it
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
    chosen, told = _chosen(wanted, options)
    if chosen.kind == DECLARATIONS:
        intake = mapped.intake(chosen)
        reporter = options.reporter or intake.reporter
        return Lines(chosen.name, replace(intake, reporter=reporter), chosen.layout)
    readings = tuple((path, partial(_by_mapping, chosen, options)) for path in found)
    return Figures(chosen.name, readings, told=told)


def _chosen(wanted: str, options: Options) -> tuple[Mapping, frozenset[str]]:
    """A mapping, and the options that give what it leaves open: the flow of figures that say none."""
    try:
        return mapping.load(wanted, options.reporter), frozenset()
    except MappingError:
        if not options.flow:
            raise
    return mapping.load(wanted, options.reporter, options.flow), frozenset({"flow"})


def idle(way: Lines | Figures, options: Options | None) -> tuple[Doubt, ...]:
    """What `options` say and the way in does not ask for: a mapping and declared lines say it themselves."""
    if options is None or isinstance(way, Figures) and way.source in sources.NAMES:
        return ()
    by = "lines" if isinstance(way, Lines) else "mapping"
    given = {name: text for name in ("flow", "period", "unit") if (text := getattr(options, name))}
    if isinstance(way, Lines) and "flow" in way.intake.constants:
        given.pop("flow", None)
    given = {name: text for name, text in given.items() if isinstance(way, Lines) or name not in way.told}
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


def _declared(found: list[Path]) -> bool:
    """Whether files are of declarations. Raises InputError where some are and others are not."""
    strange = [path for path in found if not any(map(_declares, _heads(path)))]
    if strange and len(strange) < len(found):
        wrong = "no columns of declarations, which other files of the load have"
        raise InputError(", ".join(map(str, strange[:3])), wrong, "leave it out, or load it by itself")
    return bool(found) and not strange


def _heads(path: Path) -> Iterator[list[str]]:
    """The first row of a file, or of each sheet."""
    try:
        sheets: list[str | None] = [*files.sheets(path)]
        for sheet in sheets or [None]:
            with suppress(EmptyFile):
                yield next((row.cells for row in files.rows(path, sheet)), [])
    except UnsupportedFile:
        return


def _declares(head: list[str]) -> bool:
    """Whether names of columns are those of declarations: their number, and more of their fields."""
    names = {cell.strip().lower() for cell in head}
    return names >= _NUMBERED and len(names & FIELDS.keys()) >= _FEWEST


def _intake(found: list[Path], options: Options) -> Intake:
    """How declarations become fields: with the flow that is said, where a file has no column of it."""
    told = any("flow" in (cell.strip().lower() for cell in head) for path in found for head in _heads(path))
    constants = {} if told or not options.flow else {"flow": options.flow}
    return Intake(constants=constants, reporter=options.reporter or HOME)
