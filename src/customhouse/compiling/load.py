"""A load of declarations, from files to a committed vintage: all of it or nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from pathlib import Path
from typing import Any

from customhouse.compiling.beside import each
from customhouse.compiling.kept import line_files
from customhouse.compiling.months import Compiled, Job, Portion, compile_month
from customhouse.compiling.taking_in import Input, Takes
from customhouse.engine import Engine
from customhouse.errors import EmptyFile, InputError
from customhouse.records.mapping import Layout
from customhouse.records.parse import Intake
from customhouse.store import Counts, Store, Vintage
from customhouse.store.vintage import month_text

Progress = Callable[[int, int | None, str], object]
"""Called with the number of months done, of all months, and what is being done."""


@dataclass(frozen=True, slots=True)
class Declarations:
    """What to load and how: files, the name of their source, how their columns become fields, their layout.

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
    layout: Layout = field(default_factory=Layout)


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
        desk = Takes(wanted.intake, wanted.known_on, engine, load, wanted.layout)
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


def _by_month(inputs: Sequence[Input], intake: Intake) -> dict[int | None, list[Portion]]:
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


def _plain(intake: Intake) -> Mapping[str, Any]:
    plain = {f.name: getattr(intake, f.name) for f in fields(intake)}
    plain["values"] = {name: dict(words) for name, words in intake.values.items()}
    return {
        name: dict(value) if isinstance(value, Mapping) else value for name, value in plain.items() if value
    }
