"""Readers of official tables, one module an outside format, found by name or by a look at a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from customhouse.errors import BrokenFile, EmptyFile, MappingError, UnsupportedFile
from customhouse.records.sources.base import Options, Source
from customhouse.records.sources.once import Seen
from customhouse.records.table import Batch

if TYPE_CHECKING:
    from customhouse.records.http import Patience, Progress
    from customhouse.records.sources.asking import Query

__all__ = ["NAMES", "SERVICES", "Options", "Source", "detect", "fetch", "for_load", "reader", "refuse"]

NAMES = ("comtrade", "comext", "census", "gacc", "sdmx-csv")
"""The names of the readers, in the order in which a file is tried."""
PAGES = frozenset({"gacc"})
"""The readers of pages: a page without a table is theirs to speak of."""
SERVICES = ("comtrade", "comtrade-bulk", "comext", "comext-bulk", "census", "gacc", "sdmx-csv")
"""What can be fetched from; `-bulk` are the whole files of a service."""


@cache
def reader(name: str) -> Source:
    """The reader of that name. Raises UnsupportedFile where there is none."""
    if name not in NAMES:
        raise UnsupportedFile(name, "no reader of that name", f"use one of {', '.join(NAMES)}, or a mapping")
    source: Source = import_module(f"customhouse.records.sources.{name.replace('-', '_')}").SOURCE
    return replace(source, read=partial(_read, source))


def _read(source: Source, path: Path, options: Options) -> Iterator[Batch]:
    """As the reader does; what it cannot read is said to be what it is: a page, a service's own error."""
    used = 0
    try:
        for batch in source.read(path, options):
            used += batch.rows_used
            yield batch
    except (BrokenFile, EmptyFile, MappingError):
        if source.name not in PAGES:
            refuse(path)
        raise
    if not used and source.name not in PAGES:
        refuse(path)


def detect(path: Path) -> str | None:
    """The name of the reader whose format a file has, None where it is no one's."""
    return next((name for name in NAMES if reader(name).matches(path)), None)


def refuse(path: Path) -> None:
    """Raises InputError with the true cause where a file is a page, a service's error, or not read."""
    from customhouse.records.sources.strangers import refuse as refuse_stranger

    refuse_stranger(path)


def for_load(options: Options, paths: Sequence[Path]) -> Options:
    """The options for the files of one load: what one says again is not added to what another says."""
    return replace(options, together=tuple(paths), seen=Seen())


def fetch(
    name: str, query: Query, cache: Path | None = None, progress: Progress | None = None,
    options: Options | None = None, *, base_url: str | None = None, max_age: float | None = None,
    patience: Patience | None = None,
) -> Iterator[Batch]:
    """Batches of what a service answers to a query, read by the reader of its files.

    `cache` is a folder that keeps answers, for `max_age` seconds or for ever; `progress` is told how
    many requests are done. Raises UnsupportedFile, ServiceError, OutputError, and what the reader raises.
    """
    from customhouse.records.sources.fetching import fetched

    yield from fetched(name, query, cache, progress, options, base_url, max_age, patience)
