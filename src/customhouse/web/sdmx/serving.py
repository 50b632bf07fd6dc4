"""SDMX over HTTP: addresses to answers, with their formats, tags and limits."""

from __future__ import annotations

import asyncio
import hashlib
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain

from anyio import CancelScope
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from customhouse.model import LANGUAGES
from customhouse.web.counter import Counter
from customhouse.web.problems import Problem, busy, timed_out
from customhouse.web.sdmx import asking, csvs, jsons, structjson, structxml, xmls
from customhouse.web.sdmx.answering import Series
from customhouse.web.sdmx.message import DataSet, Message
from customhouse.web.sdmx.model import Artefacts
from customhouse.web.sdmx.negotiating import (
    DATA,
    OLD_DATA,
    OLD_STRUCTURES,
    STRUCTURES,
    Chosen,
    Format,
    choose,
    language_of,
)
from customhouse.web.sdmx.preparing import Known, Prepared, available, prepare, structures
from customhouse.web.sdmx.selecting import StructureQuery, structure_query

STREAMS = 4
"""Answers with data that are on their way at once; others wait for their turn."""
LONGEST = 600.0
"""Seconds that one of them may take."""
Answer = Callable[["Exchange", list[str]], Awaitable[Response]]


class Exchange:
    """One request, with what all of its answers need."""

    def __init__(self, request: Request, old: bool) -> None:
        self.request, self.old = request, old
        self.counter: Counter = request.app.state.counter
        self.known, self.streams = _kept(request)
        self.state = self.counter.state
        self.given = asking.parameters(request.scope.get("query_string", b""))
        told = dict(self.given)
        self.language = told.get("lang") or language_of(request.headers.get("accept-language"))
        if self.language not in LANGUAGES:
            raise Problem(400, "lang: en or zh")
        self.format = told.get("format")

    def choose(self, formats: tuple[Format, ...], order: tuple[str, ...]) -> Chosen:
        """The format of the answer. Raises Problem (406)."""
        return choose(self.request.headers.get("accept"), self.format, formats, order if self.old else ())

    def headers(self, chosen: Chosen, name: str) -> dict[str, str]:
        """The headers of an answer; data as CSV are to be kept, others may be looked at."""
        kept = "attachment" if chosen.format.suffix == "csv" else "inline"
        return {
            "Content-Type": chosen.media, "Content-Language": self.language, "ETag": self.tag(chosen),
            "Cache-Control": "public, no-cache", "Vary": "Accept, Accept-Language",
            "Content-Disposition": f'{kept}; filename="{name}.{chosen.format.suffix}"',
        }  # fmt: skip

    def tag(self, chosen: Chosen) -> str:
        """A weak tag: the same store, address, format and language say the same, but for when it was said."""
        path, query = self.request.scope["path"], self.request.scope.get("query_string", b"")
        told = repr((self.state, path, query, chosen.media, self.language))
        return f'W/"{hashlib.blake2b(told.encode(), digest_size=12).hexdigest()}"'

    def has(self, chosen: Chosen) -> bool:
        """Whether who asks has the answer already."""
        told = self.request.headers.get("if-none-match", "")
        tag = self.tag(chosen).removeprefix("W/")
        return tag in (one.strip().removeprefix("W/") for one in told.split(","))

    @property
    def base(self) -> str:
        """The address of the service."""
        root = str(self.request.base_url).rstrip("/")
        return f"{root}/sdmx/{'v1' if self.old else 'v2'}"


def _kept(request: Request) -> tuple[Known, asyncio.Semaphore]:
    """What is kept between requests."""
    state = request.app.state
    if not hasattr(state, "sdmx"):
        state.sdmx = (Known(), asyncio.Semaphore(STREAMS))
    kept: tuple[Known, asyncio.Semaphore] = state.sdmx
    return kept


async def data(exchange: Exchange, path: list[str]) -> Response:
    """Data. Raises Problem (400, 404, 406, 413, 422, 501, 503)."""
    query = (asking.old_data_query if exchange.old else asking.data_query)(path, exchange.given)
    chosen = exchange.choose(DATA, OLD_DATA)
    if exchange.has(chosen):
        return Response(status_code=304, headers={"ETag": exchange.tag(chosen)})
    counter = exchange.counter
    found: Prepared = await counter.quick(prepare, exchange.known, exchange.state, query)
    headers = exchange.headers(chosen, found.dataflow.id)
    if exchange.request.method == "HEAD":
        return _head(headers)
    message = Message(
        _id(), _now(), found.catalogue, found.dataflow, exchange.base, exchange.language,
        query.at_observation, query.shown, query.history,
    )  # fmt: skip
    try:
        await asyncio.wait_for(exchange.streams.acquire(), counter.settings.seconds)
    except TimeoutError as error:
        raise busy() from error
    try:
        datasets = await run_in_threadpool(_begun, found.datasets())
    except BaseException:
        exchange.streams.release()
        raise
    return Streamed(_written(message, datasets, chosen), headers, exchange.streams)


def _head(headers: Mapping[str, str]) -> Response:
    """What a stream would say of itself; how long it is shows at its end."""
    response = Response(headers=headers)
    del response.headers["content-length"]
    return response


class Streamed(StreamingResponse):
    """A body whose pieces are made in threads; however it ends, its place among the streams is given back."""

    def __init__(
        self, body: Iterator[bytes], headers: Mapping[str, str], streams: asyncio.Semaphore
    ) -> None:
        super().__init__(_pieces(body), headers=headers)
        self._body, self._streams = body, streams

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._streams.release()
            with CancelScope(shield=True):
                await run_in_threadpool(_close, self._body)


async def _pieces(body: Iterator[bytes]) -> AsyncIterator[bytes]:
    while (piece := await run_in_threadpool(next, body, None)) is not None:
        yield piece


def _close(body: Iterator[bytes]) -> None:
    close = getattr(body, "close", None)
    if close is not None:
        close()


def _begun(datasets: Iterator[DataSet]) -> Iterator[DataSet]:
    """The same data sets; the first series is looked up, so that an error shows before an answer begins."""
    until = time.monotonic() + LONGEST
    first = next(datasets, None)
    if first is None:
        return iter(())
    one = next(first.series, None)
    series = chain([one], first.series) if one is not None else first.series
    begun = replace(first, series=series)
    return (replace(each, series=_within(each.series, until)) for each in chain([begun], datasets))


def _within(series: Iterator[Series], until: float) -> Iterator[Series]:
    """A stream that ends in an error where it takes too long."""
    for one in series:
        if time.monotonic() > until:
            raise timed_out(LONGEST)
        yield one


def _written(message: Message, datasets: Iterable[DataSet], chosen: Chosen) -> Iterator[bytes]:
    name = chosen.format.name
    if name in ("csv1", "csv2"):
        return csvs.write(message, datasets, chosen.layout())
    if name == "json2":
        return jsons.write(message, datasets)
    return xmls.write(message, datasets, name)  # type: ignore[arg-type]


async def structure(exchange: Exchange, path: list[str]) -> Response:
    """Structures. Raises Problem (400, 404, 406)."""
    told = asking.read_structure_parameters(exchange.given)
    return await _structures(exchange, structure_query(path, told), "-".join(path[:3:2]) or "structures")


async def schema(exchange: Exchange, path: list[str]) -> Response:
    """All that describes the data of a dataflow, or of the data structure. Raises Problem (400, 404, 406)."""
    context, rest = (path or ["*"])[0], path[1:]
    if context not in ("dataflow", "datastructure"):
        raise Problem(404, f"schema of {context[:60]!r}: there are those of a dataflow or datastructure")
    query = structure_query([context, *rest], {"references": "descendants"})
    return await _structures(exchange, query, f"schema-{'-'.join(rest[1:2])}")


async def _structures(exchange: Exchange, query: StructureQuery, name: str) -> Response:
    chosen = exchange.choose(STRUCTURES, OLD_STRUCTURES)
    if exchange.has(chosen):
        return Response(status_code=304, headers={"ETag": exchange.tag(chosen)})
    found = await exchange.counter.quick(structures, exchange.known, exchange.state, query)
    return await _described(exchange, found, chosen, name)


async def availability(exchange: Exchange, path: list[str]) -> Response:
    """What there is. Raises Problem (400, 404, 406, 422)."""
    read = asking.old_availability_query if exchange.old else asking.availability_query
    query = read(path, exchange.given)
    chosen = exchange.choose(STRUCTURES, OLD_STRUCTURES)
    if exchange.has(chosen):
        return Response(status_code=304, headers={"ETag": exchange.tag(chosen)})
    found = await exchange.counter.quick(available, exchange.known, exchange.state, query)
    return await _described(exchange, found, chosen, "availability")


async def _described(exchange: Exchange, found: Artefacts, chosen: Chosen, name: str) -> Response:
    clean = "".join(one if one.isascii() and (one.isalnum() or one in "-_") else "_" for one in name)
    headers = exchange.headers(chosen, clean[:80])
    body = await run_in_threadpool(_told, found, chosen, exchange.language)
    return Response(body, headers=headers)


def _told(found: Artefacts, chosen: Chosen, language: str) -> bytes:
    if chosen.format.name == "structures2":
        return structjson.write(found, _id(), _now(), language)
    flavour = chosen.format.name.removeprefix("structures")
    return b"".join(structxml.write(found, flavour, _id(), _now()))  # type: ignore[arg-type]


def _id() -> str:
    return f"ID-{uuid.uuid4()}"


def _now() -> datetime:
    return datetime.now(UTC)
