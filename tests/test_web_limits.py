"""What one request and one client may take, each refusal with its shape; and the headers of every answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

pytest.importorskip("fastapi")

import httpx
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

import running
from customhouse.web import limits
from customhouse.web.headers import HEADERS, NO_CONTENT_POLICY, BrokenOff
from customhouse.web.limits import Rate, household
from customhouse.web.settings import Settings
from limited import SMALL, asked, assert_problem, client, made


async def _parts(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


@pytest.mark.parametrize("path", ["/size", "/json", "/form"])
@pytest.mark.parametrize("declared", [True, False])
def test_a_body_that_is_too_large_is_refused_wherever_it_is_read(path: str, declared: bool) -> None:
    body = b'{"a": "' + b"x" * 1000 + b'"}'
    kind = {"content-type": "application/x-www-form-urlencoded" if path == "/form" else "application/json"}
    content = body if declared else _parts(body[:600], body[600:])
    assert_problem(asked(lambda c: c.post(path, content=content, headers=kind)), 413, "too_large")


def test_a_body_of_just_the_size_passes() -> None:
    for content in (b"x" * 1000, _parts(b"x" * 500, b"x" * 500)):
        assert asked(lambda c, b=content: c.post("/size", content=b)).json() == {"size": 1000}


def test_a_chunked_body_is_not_read_beyond_the_limit() -> None:
    sent = []

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(1_000):
            sent.append(1)
            yield b"x" * 100

    assert_problem(asked(lambda c: c.post("/size", content=endless())), 413, "too_large")


def test_files_may_be_larger_than_forms() -> None:
    for size, status in ((3000, 200), (6000, 413)):
        answer = asked(lambda c, n=size: c.post("/form", files={"file": ("a.pdf", b"x" * n)}))
        assert answer.status_code == status
    pdf = {"content-type": "application/pdf"}
    assert asked(lambda c: c.post("/size", content=b"x" * 4000, headers=pdf)).status_code == 200


@pytest.mark.parametrize("length", ["-1", "1e3", "99999999999999999999999999999999", "\u0665", " 5 ", "0x10"])
def test_a_length_that_is_none_does_no_harm(length: str) -> None:
    head = {"content-length": length.encode()}
    answer = asked(lambda c: c.post("/size", content=b"x" * 10, headers=head))
    assert answer.status_code in (200, 413)


def test_an_address_that_is_too_long_is_refused() -> None:
    for path in ("/slow?a=" + "x" * 8000, "/" + "y" * 8000, "/a/" + "z/" * 4500):
        answer = asked(lambda c, p=path: c.get(p))
        assert answer.status_code == 414
    assert_problem(asked(lambda c: c.get("/slow?a=" + "x" * 8000)), 414, "address_too_long")
    assert asked(lambda c: c.get("/slow?seconds=0&a=" + "x" * 7000)).status_code == 200


def test_who_takes_too_long_is_told_so() -> None:
    answer = asked(lambda c: c.get("/slow"))
    assert_problem(answer, 503, "timed_out")
    assert answer.headers["retry-after"].isdigit()


def test_the_limit_of_time_is_to_the_start_of_the_answer() -> None:
    assert asked(lambda c: c.get("/stream")).content == b"x" * 80


def test_a_body_that_comes_too_slowly_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "BODY_S", 0.3)

    async def drops() -> AsyncIterator[bytes]:
        while True:
            yield b"x"
            await asyncio.sleep(0.05)

    assert_problem(asked(lambda c: c.post("/size", content=drops())), 408, "too_slow")


def test_a_slow_answer_to_a_quick_body_is_no_slow_body() -> None:
    app = made()

    @app.post("/think")
    async def think(request: Request) -> Response:
        await request.body()
        await asyncio.sleep(60)
        return Response()

    assert_problem(asked(lambda c: c.post("/think", content=b"x"), app), 503, "timed_out")


def test_more_than_can_be_answered_at_once_are_sent_away() -> None:
    async def crowd(c: httpx.AsyncClient) -> list[httpx.Response]:
        return await asyncio.gather(*(c.get("/slow?seconds=0.2") for _ in range(10)))

    app = made()
    found = asked(crowd, app)
    away = [one for one in found if one.status_code != 200]
    assert len(found) - len(away) == SMALL.in_flight
    for one in away:
        assert_problem(one, 503, "busy")
        assert one.headers["retry-after"].isdigit()
    assert asked(lambda c: c.get("/slow?seconds=0"), app).status_code == 200  # nothing stays counted


def test_a_client_that_asks_too_often_waits_and_others_do_not() -> None:
    app = made(Settings(per_minute=5))

    async def often() -> None:
        async with client(app) as one, client(app, "10.0.0.2") as other:
            found = [await one.get("/slow?seconds=0") for _ in range(8)]
            assert [answer.status_code for answer in found] == [200] * 5 + [429] * 3
            assert_problem(found[-1], 429, "too_many")
            assert 1 <= int(found[-1].headers["retry-after"]) <= 12
            assert (await other.get("/slow?seconds=0")).status_code == 200

    running.run(often())


@given(st.integers(1, 600), st.lists(st.floats(0, 30), max_size=400))
def test_no_client_gets_more_than_a_bucket_and_what_flows_into_it(most: int, gaps: list[float]) -> None:
    rate, now, passed = Rate(most), 1000.0, 0
    for gap in gaps:
        now += gap
        wait = rate.wait("a", now)
        passed += wait == 0
        assert wait >= 0
        if wait:
            assert Rate.wait(rate, "a", now + wait * 1.000001) == 0
            passed, now = passed + 1, now + wait * 1.000001
    assert passed <= most + (now - 1000.0) * most / 60 + 1


def test_who_waits_as_told_is_let_in_and_a_quiet_minute_fills_the_bucket() -> None:
    rate = Rate(60)
    assert sum(rate.wait("a", 0.0) == 0 for _ in range(100)) == 60
    assert rate.wait("a", 0.0) == pytest.approx(1.0)
    assert rate.wait("a", 1.0) == 0 and rate.wait("a", 1.0) > 0
    assert sum(rate.wait("a", 100.0) == 0 for _ in range(100)) == 60


def test_many_clients_take_no_more_memory_than_was_set_aside() -> None:
    rate = Rate(10, clients=100)
    for number in range(10_000):
        rate.wait(f"10.{number >> 8}.{number & 255}.1", 0.0)
        rate.wait("10.0.0.9", 0.0)
    assert len(rate) == 100
    assert rate.wait("10.0.0.9", 0.0) > 0  # who asks all the time is not forgotten


def test_a_network_of_ipv6_counts_as_one() -> None:
    assert household("2001:db8:1:2::1") == household("2001:db8:1:2:ffff::9") == "2001:db8:1:2::/64"
    assert household("2001:db8:1:3::1") != household("2001:db8:1:2::1")
    assert household("::ffff:192.0.2.1") == household("192.0.2.1") == "192.0.2.1"
    assert household("fe80::1%eth0") == "fe80::/64"


@given(st.text(max_size=60))
def test_any_name_of_a_client_will_do(name: str) -> None:
    assert isinstance(household(name), str)


def test_every_answer_has_the_headers_and_keeps_its_own_policy() -> None:
    paths = ["/slow?seconds=0", "/policy", "/nowhere", "/break", "/slow?a=" + "x" * 9000]
    for path in paths:
        answer = asked(lambda c, p=path: c.get(p))
        for name, value in HEADERS.items():
            assert answer.headers[name] == value, path
            assert len(answer.headers.get_list(name)) == 1
        own = "default-src 'self'" if path == "/policy" else NO_CONTENT_POLICY
        assert answer.headers.get_list("content-security-policy") == [own]


def test_what_breaks_is_told_and_logged_without_what_was_sent(caplog: pytest.LogCaptureFixture) -> None:
    answer = asked(lambda c: c.get("/break?what=pasted"))
    assert_problem(answer, 500, "broken")
    assert "pasted" not in answer.text
    assert "ValueError" in caplog.text and "pasted" not in caplog.text


def test_what_breaks_after_the_answer_began_ends_the_connection(caplog: pytest.LogCaptureFixture) -> None:
    app = made()

    @app.get("/half")
    async def half() -> Response:
        async def parts() -> AsyncIterator[bytes]:
            yield b"begun"
            raise ValueError("broken in between")

        return StreamingResponse(parts())

    with pytest.raises(BrokenOff):
        asked(lambda c: c.get("/half"), app)
    assert "ValueError" in caplog.text


@pytest.mark.parametrize(
    ("to", "place"),
    [
        ("/en/", "/en/"), ("http://evil.example/a?b=c", "/a?b=c"), ("//evil.example/", "/evil.example/"),
        ("https://counter", "/"), ("https://counter//evil.example", "/evil.example"), ("/\\evil", "/%5Cevil"),
        ("\\\\evil", "/%5C%5Cevil"), ("relative", "/relative"),
    ],
)  # fmt: skip
def test_nobody_is_sent_to_another_server(to: str, place: str) -> None:
    answer = asked(lambda c: c.get("/elsewhere", params={"to": to}, follow_redirects=False))
    assert (answer.status_code, answer.headers["location"]) == (307, place)
