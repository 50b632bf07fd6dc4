"""From the network to batches: a service is asked, its answers go through the reader of its files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pyarrow as pa

from customhouse.errors import UnsupportedFile
from customhouse.records.answers import Answer, Cache
from customhouse.records.http import Client, Patience, Progress, Service
from customhouse.records.sources import clients, reader
from customhouse.records.sources.asking import Query
from customhouse.records.sources.base import Options
from customhouse.records.table import Batch

_CLIENTS: Mapping[str, tuple[Service, clients.Ask]] = MappingProxyType({
    "comtrade": (clients.COMTRADE, clients.ask_comtrade),
    "comtrade-bulk": (clients.COMTRADE, clients.bulk_comtrade),
    "comext": (clients.COMEXT, clients.ask_comext), "comext-bulk": (clients.COMEXT, clients.bulk_comext),
    "census": (clients.CENSUS, clients.ask_census), "gacc": (clients.GACC, clients.ask_gacc),
    "sdmx-csv": (clients.SDMX, clients.ask_sdmx),
})


def fetched(
    name: str, query: Query, cache: Path | None, progress: Progress | None, options: Options | None,
    base_url: str | None, max_age: float | None, patience: Patience | None,
) -> Iterator[Batch]:
    """As `sources.fetch`. `file` in the batches is what was asked, without the key."""
    if name not in _CLIENTS:
        raise UnsupportedFile(name, "no service of that name", f"use one of {', '.join(_CLIENTS)}")
    service, ask = _CLIENTS[name]
    service = replace(service, url=base_url) if base_url else service
    kept = Cache(cache, max_age) if cache else None
    with Client(service, kept, patience or Patience()) as client:
        for answer in ask(client, query, progress):
            yield from _read(name, answer, options or Options())


def _read(name: str, answer: Answer, options: Options) -> Iterator[Batch]:
    for batch in reader(name.removesuffix("-bulk")).read(answer.path, options):
        yield _named(batch, answer.asked)


def _named(batch: Batch, asked: str) -> Batch:
    """The batch under what was asked instead of the file that the answer lies in."""
    at = batch.table.schema.get_field_index("file")
    names = pa.repeat(pa.scalar(asked), batch.table.num_rows)
    table = batch.table.set_column(at, batch.table.schema.field(at), names)
    return replace(batch, table=table, set_aside=tuple(replace(row, file=asked) for row in batch.set_aside))
