"""Answers that are kept: the same bytes as without, nothing that may not be kept, bounded in bytes."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("starlette")

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

import running
from customhouse.errors import StoreError
from customhouse.web.cache import Answers, Kept, Remembering, has, may_be_kept

KEEP = {"ETag": '"t"', "Cache-Control": "public, no-cache", "Vary": "Accept"}
Sent = tuple[int, dict[str, str], bytes]


class Store:
    """What the answers are of: each state of it gives other ones."""

    def __init__(self) -> None:
        self.state, self.made, self.broken = "first", 0, False

    def tag(self) -> str:
        if self.broken:
            raise StoreError("gone; restore it")
        return self.state


class Asking:
    """A small application behind the cache, asked without a server."""

    def __init__(self, most: int = 100_000) -> None:
        self.store = Store()
        self.headers: Mapping[str, str] = KEEP
        self.status = 200
        routes = [Route("/a", self._answer, methods=["GET", "POST"]), Route("/stream", self._stream)]
        self.cache = Remembering(Starlette(routes=routes), self.store.tag, most)

    async def _answer(self, request: Request) -> Response:
        self.store.made += 1
        told = [self.store.state, request.headers.get("accept", ""), *request.query_params.multi_items()]
        return Response(repr(told), self.status, headers=dict(self.headers), media_type="text/plain")

    async def _stream(self, request: Request) -> Response:
        self.store.made += 1
        parts = [b"x" * int(request.query_params["size"]) for _ in range(4)]
        return StreamingResponse(iter(parts), headers=dict(self.headers))

    def __call__(self, path: str, method: str = "GET", **headers: str) -> Sent:
        place, _, query = path.partition("?")
        raw = [(name.replace("_", "-").encode(), told.encode()) for name, told in headers.items()]
        scope = {"type": "http", "method": method, "path": place, "query_string": query.encode(),
                 "headers": raw, "scheme": "http", "root_path": "", "http_version": "1.1",
                 "server": ("x", 80)}
        sent: list[Any] = []

        async def receive() -> Any:
            await asyncio.Event().wait()

        async def send(message: Any) -> None:
            sent.append(message)

        running.run(self.cache(scope, receive, send))
        self.endpoint = scope.get("endpoint")
        told = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        return sent[0]["status"], told, b"".join(part.get("body", b"") for part in sent[1:])


def test_the_same_is_made_once() -> None:
    ask = Asking()
    first, endpoint = ask("/a?x=1&y=2"), ask.endpoint
    assert [ask("/a?x=1&y=2"), ask("/a?y=2&x=1")] == [first, first]
    assert ask.store.made == 1 and ask.endpoint == endpoint is not None


@pytest.mark.parametrize("other", ["/a?x=2&y=2", "/a?x=1", "/a"])
def test_another_question_is_another_answer(other: str) -> None:
    ask = Asking()
    assert ask("/a?x=1&y=2") != ask(other)
    assert ask.store.made == 2


def test_parameters_of_one_name_stay_in_their_order() -> None:
    ask = Asking()
    assert ask("/a?x=1&x=2") != ask("/a?x=2&x=1")


def test_accept_host_and_state_tell_answers_apart() -> None:
    ask = Asking()
    for headers in ({"accept": "text/csv"}, {"accept": "*/*"}, {"host": "one"}, {"host": "two"}):
        ask("/a", **headers)
    assert ask.store.made == 4
    ask.store.state = "second"
    assert b"second" in ask("/a", accept="text/csv")[2]
    assert len(ask.cache.answers) == 1


@pytest.mark.parametrize("tag", ['"t"', 'W/"t"', '"a", "t"', "*"])
def test_who_has_it_is_told_that_nothing_changed(tag: str) -> None:
    ask = Asking()
    ask("/a")
    status, headers, body = ask("/a", if_none_match=tag)
    assert (status, body, ask.store.made) == (304, b"", 1)
    assert headers == {"etag": '"t"', "cache-control": "public, no-cache", "vary": "Accept"}
    assert ask("/a", if_none_match='"other"')[0] == 200


@pytest.mark.parametrize("headers", [
    {"ETag": '"t"'}, {"Cache-Control": "public"}, KEEP | {"Cache-Control": "no-store"},
    KEEP | {"Vary": "Cookie"}, KEEP | {"Vary": "Accept, HX-Request"}, KEEP | {"Set-Cookie": "a=b"},
])
def test_what_may_not_be_kept_is_not(headers: Mapping[str, str]) -> None:
    ask = Asking()
    ask.headers = headers
    assert ask("/a") == ask("/a")
    assert ask.store.made == 2 and not len(ask.cache.answers)


@pytest.mark.parametrize("status", [201, 206, 404, 422, 503])
def test_only_whole_good_answers_are_kept(status: int) -> None:
    ask = Asking()
    ask.status = status
    assert ask("/a")[0] == ask("/a")[0] == status
    assert ask.store.made == 2


@pytest.mark.parametrize("more", [{"method": "POST"}, {"cookie": "a=b"}, {"range": "bytes=0-3"},
                                  {"authorization": "Basic x"}])
def test_private_requests_are_answered_anew(more: dict[str, str]) -> None:
    ask = Asking()
    ask("/a")
    ask("/a", **more)
    assert ask.store.made == 2


def test_streams_are_kept_where_they_are_small() -> None:
    ask = Asking(most=64_000)
    assert ask("/stream?size=100") == ask("/stream?size=100")
    assert ask.store.made == 1
    assert len(ask("/stream?size=1000")[2]) == len(ask("/stream?size=1000")[2]) == 4000
    assert ask.store.made == 3


def test_a_store_that_is_gone_is_for_others_to_tell() -> None:
    ask = Asking()
    ask("/a")
    ask.store.broken = True
    assert ask("/a")[0] == 200 and ask.store.made == 2


def test_what_was_loaded_meanwhile_is_not_taken_for_what_was_there() -> None:
    answers = Answers(10_000)
    answers.get("new", ("a",))
    answers.put("old", ("a",), Kept((), b"old", b'"t"', None))
    assert answers.get("new", ("a",)) is None


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 4000)), max_size=60))
def test_bytes_are_counted_and_bounded(puts: list[tuple[int, int]]) -> None:
    answers, most = Answers(50_000), 50_000
    answers.get("s", ())
    used: dict[int, int] = {}
    for number, size in puts:
        kept = Kept(((b"etag", b"t"),), b"x" * size, b"t", None)
        answers.put("s", (number,), kept)
        if answers.fits(kept.size):
            used.pop(number, None)
            used[number] = kept.size
            while sum(used.values()) > most:
                del used[next(iter(used))]
        assert answers.bytes == sum(used.values()) <= most
        assert len(answers) == len(used)
    for number in list(used):
        found = answers.get("s", (number,))
        assert found is not None and found.size == used[number]


def test_tags_and_headers_are_read() -> None:
    assert has(b'"a" , W/"b"', b'"b"') and not has(b'"a"', b'"b"') and has(b'W/"b"', b'W/"b"')
    assert may_be_kept([(b"etag", b'"t"'), (b"cache-control", b"Public, max-age=5")]) == b'"t"'
    assert may_be_kept([]) == b""
