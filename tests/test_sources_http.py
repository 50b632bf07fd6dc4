"""The network client: patience, keys, cache, limits."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from customhouse.errors import OutputError, ServiceError
from customhouse.records.answers import Cache, said_in
from customhouse.records.http import Client, Patience, Refused, Service
from service import Reply, service


def patience(waits: list[float] | None = None, **settings: float) -> Patience:
    kept = waits if waits is not None else []
    return Patience(
        attempts=int(settings.get("attempts", 4)),
        first_wait=0.01,
        longest_wait=5,
        timeout=settings.get("timeout", 5),
        largest=int(settings.get("largest", 1_000_000)),
        sleep=kept.append,
    )


def at(url: str, **key: str) -> Service:
    return Service("test", url, per_minute=1e9, **key)


TRANSIENT = [
    Reply("busy", 429, headers=(("Retry-After", "3"),)),
    Reply("broken", 500),
    Reply("", 503),
    Reply(b"x" * 1000, cut=10),
    Reply("no quota", 403, headers=(("Retry-After", "2"),)),
]


@pytest.mark.parametrize("failure", TRANSIENT, ids=lambda r: f"{r.status}{'cut' if r.cut else ''}")
def test_a_passing_failure_is_asked_again(failure: Reply) -> None:
    waits: list[float] = []
    with (
        service(lambda asked: Reply("good"), [failure]) as running,
        Client(at(running.url), None, patience(waits)) as client,
    ):
        answer = client.get("a")
        assert answer.path.read_text() == "good"
        assert len(running.asked) == 2
    named = dict(failure.headers).get("Retry-After")
    assert len(waits) == 1 and (waits[0] == float(named) if named else 0 < waits[0] < 1)


def test_waits_double() -> None:
    waits: list[float] = []
    with (
        service(lambda asked: Reply("", 500)) as running,
        Client(at(running.url), None, patience(waits)) as client,
    ):
        with pytest.raises(Refused, match="500"):
            client.get("a")
        assert len(running.asked) == 4
    assert len(waits) == 3 and all(0.005 * 2**i <= wait <= 0.015 * 2**i for i, wait in enumerate(waits))


def test_a_long_wait_is_left_to_the_user() -> None:
    with (
        service(lambda asked: Reply("", 429, headers=(("Retry-After", "3600"),))) as running,
        Client(at(running.url), None, patience()) as client,
        pytest.raises(ServiceError, match="3600 s"),
    ):
        client.get("a")


def test_a_slow_answer_times_out_and_is_asked_again() -> None:
    with (
        service(lambda asked: Reply("good"), [Reply("late", delay=0.6)]) as running,
        Client(at(running.url), None, patience(timeout=0.2)) as client,
    ):
        assert client.get("a").path.read_text() == "good"


def test_nobody_there() -> None:
    with (
        Client(at("http://127.0.0.1:9"), None, patience(attempts=2)) as client,
        pytest.raises(ServiceError, match="no answer after 2 attempts"),
    ):
        client.get("a")


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (400, '{"errorObject": {"errorMessage": "period is wrong"}}', "period is wrong"),
        (401, '{"statusCode": 401, "message": "Access denied"}', "Access denied"),
        (404, "<html><head><title>Not here</title></head></html>", "Not here"),
        (413, "<S:Fault><faultstring>too big</faultstring></S:Fault>", "too big"),
        (400, "error: unknown variable 'X'", "unknown variable"),
    ],
)
def test_a_refusal_is_told_in_the_services_words(status: int, body: str, said: str) -> None:
    with (
        service(lambda asked: Reply(body, status)) as running,
        Client(at(running.url), None, patience()) as client,
    ):
        with pytest.raises(Refused, match=said) as caught:
            client.get("a")
        assert caught.value.status == status and len(running.asked) == 1


def test_the_key_goes_to_the_service_and_nowhere_else(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    monkeypatch.setenv("TEST_KEY", "s3cret")
    caplog.set_level(logging.DEBUG)
    with (
        service(lambda asked: Reply("elsewhere")) as other,
        service(
            lambda asked: (
                Reply("", 302, headers=(("Location", f"{other.url}/file"),))
                if asked.path == "/moved"
                else Reply(
                    "good" if asked.path == "/a" else '{"message": "bad key s3cret"}',
                    200 if asked.path == "/a" else 401,
                )
            )
        ) as running,
    ):
        for key in ({"key_header": "X-Key"}, {"key_parameter": "key"}):
            settings = at(running.url, key_variable="TEST_KEY", **key)
            with Client(settings, Cache(tmp_path / next(iter(key))), patience()) as client:
                client.get("a", {"q": "1"})
                client.get("moved")
                with pytest.raises(Refused) as caught:
                    client.get("wrong", {"q": "1"})
                assert "s3cret" not in str(caught.value)
        sent = [(a.headers.get("x-key"), a.query.get("key")) for a in running.asked]
        assert sent == [("s3cret", None)] * 3 + [(None, "s3cret")] * 3
        assert all("x-key" not in a.headers and "key" not in a.query for a in other.asked)
    assert "s3cret" not in caplog.text
    assert all(b"s3cret" not in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


def test_redirects_end() -> None:
    with (
        service(lambda asked: Reply("", 302, headers=(("Location", "/a"),))) as running,
        Client(at(running.url), None, patience()) as client,
        pytest.raises(ServiceError, match="redirects"),
    ):
        client.get("a")


def test_the_cache_answers_until_it_is_too_old(tmp_path: Path) -> None:
    with service(lambda asked: Reply("good")) as running:
        for max_age, times in ((None, 1), (3600, 1), (0, 2)):
            with Client(at(running.url), Cache(tmp_path, max_age), patience()) as client:
                assert client.get("a", {"x": "1"}).path.read_text() == "good"
                assert len(running.asked) == times


def test_a_damaged_cache_is_asked_anew(tmp_path: Path) -> None:
    with (
        service(lambda asked: Reply("good")) as running,
        Client(at(running.url), Cache(tmp_path), patience()) as client,
    ):
        answer = client.get("a")
        answer.path.write_text("go")
        assert client.get("a").path.read_text() == "good"
        answer.path.with_suffix(".json").write_text("{")
        assert client.get("a").path.read_text() == "good" and len(running.asked) == 3


def test_failures_and_refused_answers_are_not_kept(tmp_path: Path) -> None:
    def check(path: Path) -> None:
        raise ServiceError("test", "no table", "ask otherwise")

    with (
        service(lambda asked: Reply("<html>")) as running,
        Client(at(running.url), Cache(tmp_path), patience()) as client,
    ):
        with pytest.raises(ServiceError, match="no table"):
            client.get("a", check=check)
        assert [p for p in tmp_path.iterdir() if p.is_file()] == []


def test_an_answer_is_no_larger_than_allowed(tmp_path: Path) -> None:
    with (
        service(lambda asked: Reply(b"x" * 5000)) as running,
        Client(at(running.url), Cache(tmp_path), patience(largest=1000)) as client,
        pytest.raises(ServiceError, match="more than 1000 bytes"),
    ):
        client.get("a")
    assert list(tmp_path.iterdir()) == []


def test_no_content_is_no_rows() -> None:
    with (
        service(lambda asked: Reply(status=204)) as running,
        Client(at(running.url), None, patience()) as client,
    ):
        assert client.get("a").empty


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with (
        service(lambda asked: Reply("good")) as running,
        Client(at(running.url), Cache(blocked), patience()) as client,
        pytest.raises(OutputError),
    ):
        client.get("a")


def test_turns_are_waited_for() -> None:
    waits: list[float] = []
    slow = Patience(sleep=waits.append, clock=lambda: 100.0)
    with (
        service(lambda asked: Reply("good")) as running,
        Client(Service("test", running.url, per_minute=6), None, slow) as client,
    ):
        client.get("a")
        client.get("b")
        client.get("c")
    assert waits == [10.0, 20.0]


def test_the_environment_names_another_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUSTOMHOUSE_SDMX_CSV_URL", "http://127.0.0.1:1/x/")
    assert Service("sdmx-csv", "https://far.invalid").base() == "http://127.0.0.1:1/x"


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"<a><b", b"[" * 50, b'{"error": {"x": []}}', b"null"])
def test_any_error_body_is_read(body: bytes) -> None:
    assert isinstance(said_in(body), str)
