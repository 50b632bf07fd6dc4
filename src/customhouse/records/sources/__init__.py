"""Readers of official tables, one module an outside format, found by name or by a look at a file."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from customhouse.errors import UnsupportedFile
from customhouse.records.sources.base import Options, Source
from customhouse.records.table import Batch

if TYPE_CHECKING:
    from customhouse.records.http import Patience, Progress
    from customhouse.records.sources.asking import Query

__all__ = ["NAMES", "SERVICES", "Options", "Source", "detect", "fetch", "reader"]

NAMES = ("comtrade", "comext", "census", "gacc", "sdmx-csv")
"""The names of the readers, in the order in which a file is tried."""
SERVICES = ("comtrade", "comtrade-bulk", "comext", "comext-bulk", "census", "gacc", "sdmx-csv")
"""What can be fetched from; `-bulk` are the whole files of a service."""


@cache
def reader(name: str) -> Source:
    """The reader of that name. Raises UnsupportedFile where there is none."""
    if name not in NAMES:
        raise UnsupportedFile(name, "no reader of that name", f"use one of {', '.join(NAMES)}, or a mapping")
    source: Source = import_module(f"customhouse.records.sources.{name.replace('-', '_')}").SOURCE
    return source


def detect(path: Path) -> str | None:
    """The name of the reader whose format a file has, None where it is no one's."""
    return next((name for name in NAMES if reader(name).matches(path)), None)


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
