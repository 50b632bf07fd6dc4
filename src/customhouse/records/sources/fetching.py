"""From the network to batches: a service is asked, its answers go through the reader of its files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pyarrow as pa
import pyarrow.compute as pc

from customhouse.errors import ServiceError, UnsupportedFile
from customhouse.period import Period
from customhouse.records.answers import Answer, Cache
from customhouse.records.http import Client, Patience, Progress, Service
from customhouse.records.sources import clients, reader
from customhouse.records.sources.asking import Query
from customhouse.records.sources.base import Options
from customhouse.records.sources.once import Seen
from customhouse.records.table import TABLE_SCHEMA, Batch, SetAside

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
    tell = (lambda words: progress(0, None, words)) if progress else None
    options = replace(options or Options(), seen=Seen())
    lacking = dict.fromkeys(query.months())
    rows = 0
    with Client(service, kept, patience or Patience(), tell=tell) as client:
        for answer in ask(client, query, progress):
            for batch in _read(name, answer, options):
                for text in [text for text in lacking if _has(batch, text)]:
                    del lacking[text]
                rows += batch.rows_in
                yield batch
    if not rows:
        wrong = f"no rows for {', '.join(query.periods)}: not published yet, or codes that it does not have"
        raise ServiceError(name, wrong, "ask again when it has them, or check the codes; nothing was loaded")
    if lacking and name != "gacc":
        aside = tuple(SetAside(name, text, ("month_missing",), {"period": text}) for text in lacking)
        yield Batch(TABLE_SCHEMA.empty_table(), aside, len(aside), 0)


def _has(batch: Batch, text: str) -> bool:
    """Whether a batch has a figure of a month or year that was asked for, or a row set aside of it."""
    first = Period.parse(text if len(text) > 4 else f"{text}-01").first
    last = first if len(text) > 4 else first + 11
    firsts, lasts = batch.table["first_month"], batch.table["last_month"]
    if pc.any(pc.and_(pc.less_equal(firsts, last), pc.greater_equal(lasts, first))).as_py():
        return True
    stamp = text.replace("-", "")
    cells = (cell for row in batch.set_aside for cell in row.row.values())
    return any(cell.replace("-", "").startswith(stamp) for cell in cells)


def _read(name: str, answer: Answer, options: Options) -> Iterator[Batch]:
    for batch in reader(name.removesuffix("-bulk")).read(answer.path, options):
        yield _named(batch, answer.asked)


def _named(batch: Batch, asked: str) -> Batch:
    """The batch under what was asked instead of the file that the answer lies in."""
    at = batch.table.schema.get_field_index("file")
    names = pa.repeat(pa.scalar(asked), batch.table.num_rows)
    table = batch.table.set_column(at, batch.table.schema.field(at), names)
    return replace(batch, table=table, set_aside=tuple(replace(row, file=asked) for row in batch.set_aside))
