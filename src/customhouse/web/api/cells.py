"""GET /cells: the cells behind a slice, all dimensions, in pages or as a stream."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from customhouse.cube.listed import Batch, Listing, listing
from customhouse.model import LANGUAGES
from customhouse.query import describe
from customhouse.web.api import paging
from customhouse.web.api.asked import KNOWN, SLICE, WHICH, Asked, Q, one_source, open_statistics
from customhouse.web.api.call import Call, content_type, disposition
from customhouse.web.api.contract import BINARY, PLAIN, Operation, Parameter
from customhouse.web.api.shapes import ref
from customhouse.web.api.writers import WRITERS, Writer, rows
from customhouse.web.problems import Problem

if TYPE_CHECKING:
    from customhouse.web.held import HeldDesk

_FORMATS = {"json": ref("Cells"), "ndjson": PLAIN, "csv": PLAIN, "parquet": BINARY}
_FORM = Parameter(
    "format",
    "Of the answer; all but json are streamed whole.",
    {"type": "string", "enum": list(_FORMATS)},
    "json",
)
_SIZE = 2_000
"""Rows of a file that are looked at together: while they are, other requests wait in the same process."""
_LIMIT = 1_000


@dataclass(frozen=True, slots=True)
class Found:
    """What is listed, of which question and source."""

    listing: Listing
    question: dict[str, str]
    source: str


async def cells(call: Call) -> Response:
    """A page of cells, or all of them as a stream."""
    found = await call.counter.quick(_listing, Asked.of(call.given), call.get("known", "latest"))
    if call.form == "json":
        return await _page(call, found)
    batches = _batches(call, found.listing)
    first = await anext(batches, None)  # what is wrong shows before an answer begins
    writer = WRITERS[call.form](found.listing.columns)
    headers = {"Content-Type": content_type(call.media)}
    if call.form != "ndjson":
        headers["Content-Disposition"] = disposition(f"cells-{found.source}.{call.form}")
    return StreamingResponse(_written(writer, first, batches), headers=headers)


def _listing(desk: HeldDesk, asked: Asked, known: Any) -> Found:
    """What is to be listed. Raises QueryError, Problem (422)."""
    query = asked.query(desk)
    ask = query.ask
    if ask.measure != "value" or ask.of or query.by or query.top or query.previous or ask.base:
        raise Problem(
            422, "q: cells have no measures and no axes; name a slice and a period alone", "parameter"
        )
    open_statistics(desk, asked, query)  # what it refuses is refused here too
    as_of = asked.as_of or query.as_of
    source = one_source(desk, asked.source, as_of)
    parts = [query.slice]
    for dimension, codes in query.each:
        parts = [part.widen(((dimension, code),)) for part in parts for code in codes]
    mine = [v for v in desk.vintages(as_of) if v.source == source]
    money = asked.currency or query.currency
    made = listing(
        desk.store, desk.engine, mine, parts, query.periods, known or ask.known, asked.concepts, money
    )
    return Found(made, {language: describe(query, language) for language in LANGUAGES}, source)


async def _batches(call: Call, found: Listing, step: int = 0, row: int = 0) -> AsyncIterator[Batch]:
    """The cells, each batch read beside other requests, or by the engine in its turn."""
    it: Iterator[Batch] = found.batches(step, row, _SIZE)
    while True:
        if found.compiled:
            batch = await call.counter.quick(lambda _: next(it, None))
        else:
            batch = await run_in_threadpool(next, it, None)
        if batch is None:
            return
        yield batch


async def _page(call: Call, found: Found) -> Response:
    """So many cells from a place on; fewer where looking for them takes long."""
    step, row = paging.begin(call, 2)
    limit, until = call.get("limit", _LIMIT), time.monotonic() + call.counter.settings.seconds / 2
    told: list[dict[str, Any]] = []
    following: tuple[int, int] | None = None
    async for batch in _batches(call, found.listing, step, row):
        room = limit - len(told)
        told += rows(batch.cells.slice(0, room))
        if len(batch.rows) > room:
            following = (batch.step, batch.rows[room])
            break
        if time.monotonic() > until:
            following = (batch.step, batch.end)
            break
    address, headers = paging.after(call, *following) if following else (None, {})
    answer = {"question": found.question, "source": found.source, "cells": told, "next": address}
    return call.json(answer, headers)


async def _written(
    writer: Writer, first: Batch | None, batches: AsyncIterator[Batch]
) -> AsyncIterator[bytes]:
    """The cells as bytes, a batch at a time."""
    if first is not None and first.rows:
        yield writer.add(first.cells)
    async for batch in batches:
        if batch.rows:
            yield await run_in_threadpool(writer.add, batch.cells)
    yield writer.end()


OPERATIONS = (
    Operation(
        "/cells",
        "cells",
        "The cells behind a slice, with all their dimensions",
        "Statistics",
        cells,
        _FORMATS,
        "The finest figures that the store has: sums over the declarations of a month, or figures as "
        "official tables print them. Groups are taken by their members of each month. The order lasts "
        "while nothing is loaded. A page of JSON may have fewer rows than `limit` and still have a `next`.",
        (Q, *SLICE, KNOWN, *WHICH, _FORM, paging.limit(), paging.CURSOR),
        errors=(410,),
        example="flow=exports&partner=ASEAN&period=2025-03&limit=100",
        headers={"Link": "The next page, where there is one."},
    ),
)
