"""Loads at the desk: files of declarations, and figures of tables, with what is to be said of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from customhouse.store import Store, Vintage

if TYPE_CHECKING:
    from customhouse.compiling.load import Progress
    from customhouse.desk import Desk, Loading
    from customhouse.desk.routes import Lines
    from customhouse.records.controls import Doubt
    from customhouse.records.table import Batch


def declarations(
    desk: Desk, found: list[Path], way: Lines, how: Loading, progress: Progress | None
) -> tuple[Vintage, tuple[Doubt, ...]]:
    """Take in declarations: the vintage, and what is to be said of the files."""
    from customhouse.compiling.load import Declarations, load_declarations
    from customhouse.compiling.taking_in import unread

    intake = way.intake
    if how.currency:
        intake = replace(intake, currency=how.currency)
    if how.reporter:
        intake = replace(intake, reporter=how.reporter)
    wanted = Declarations(
        found, how.source or way.source, intake, how.known_on or date.today(), how.replaces,
        layout=way.layout,
    )  # fmt: skip
    left = {path: unread(path, intake, way.layout) for path in found}
    doubts = _of_sheets({path: names for path, names in left.items() if names})
    desk.store = Store.create(desk.store.path)
    return load_declarations(desk.store, wanted, desk.engine, progress), doubts


def _of_sheets(left: Mapping[Path, Sequence[str]]) -> tuple[Doubt, ...]:
    """What is to be said of sheets that were left out."""
    if not left:
        return ()
    from customhouse.records.notices import unread_sheets

    return tuple(unread_sheets(path, names) for path, names in left.items())


def tables(
    desk: Desk,
    batches: Iterable[Batch],
    source: str,
    found: list[Path],
    how: Loading,
    progress: Progress | None,
    adds_up: bool = True,
) -> tuple[Vintage, tuple[Doubt, ...]]:
    """Take in figures of tables: the vintage, and the doubts that did not stop it."""
    from customhouse.compiling.tables import Tables, load_tables

    day, inputs = how.known_on or date.today(), tuple(map(str, found))
    wanted = Tables(batches, how.source or source, day, inputs, how.accept, adds_up)
    desk.store = Store.create(desk.store.path)
    loaded = load_tables(desk.store, wanted, progress, how.language)
    return loaded.vintage, loaded.doubts
