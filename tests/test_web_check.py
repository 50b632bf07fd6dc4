"""The pages Check and Compare in this process: verdicts, slips, what is refused, and that no text acts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

import choosing
import making
import pages
from customhouse import api
from customhouse.check import Verdict
from customhouse.report.mark import shown
from customhouse.web.held import HeldDesk, open_held
from customhouse.web.jobs import example as examples
from customhouse.web.jobs import verdicts
from customhouse.web.jobs.reading import Given
from customhouse.web.words import fill, word

LANGUAGES = ("en", "zh")
HOSTILE = (
    "<script>window.hacked = 1</script> Exports were 6.13 trillion yuan.",
    '"><img src=x onerror=alert(1)> exports rose <b>6.9%</b> in 2024 <!--',
    "</textarea></div><form action='https://evil.example'>exports rose 5%",
    "{{ 7 * 7 }} {% include '/etc/passwd' %} exports rose 5% ${7*7}",
    "\u202eExports rose 6.9%\u202c \u2066in 2024\u2069\u200f \u061c",
    "Exports\x00 rose\x01 6.9%\x1b[31m in 2024\x7f",
    "\ufeffExports rose 6.9%\ufffe\uffff \U0010ffff",
    "Exports rose 6.9% " + "x" * 50_000,
    "1" * 30_000 + "%", "exports rose " + "9" * 400 + "% in 2024", "\n" * 20_000 + "exports rose 5%",
    "出口增长6.9%。" * 3000, "&lt;script&gt; exports rose 5% &amp;", "a\r\nb\rexports rose 5%",
)  # fmt: skip


@pytest.fixture(scope="module")
def desk(small_store: Path) -> Iterator[HeldDesk]:
    with open_held(small_store) as found:
        yield found


def post(client: TestClient, path: str, fields: dict[str, str], files: Any = None) -> Any:
    """A form as a browser without scripts sends it."""
    return client.post(path, data=fields, files=files or {"file": ("", b"")})


@pytest.fixture(scope="module")
def texts(desk: HeldDesk) -> dict[str, str]:
    return {to: examples.example(desk, to) for to in LANGUAGES}


@pytest.mark.parametrize("to", LANGUAGES)
def test_the_verdicts_are_those_of_the_desk(
    app_client: TestClient, desk: HeldDesk, texts: dict[str, str], to: str
) -> None:
    found = desk.check(api.read(texts[to], directions=True))
    page = pages.seen(post(app_client, f"/{to}/check", {"text": texts[to]}))
    want = {(c.read.span.start, c.read.span.text, c.verdict.value) for c in found if c.read.span}
    told = [(mark.text, mark.classes[0]) for mark in page.marks]
    assert told == [(text, verdict) for _, text, verdict in sorted(want)]
    assert page.bodies == [texts[to]]
    assert {mark.entry for mark in page.marks} == {f"#c{n}" for n in range(len(told))}
    assert {f"f{n}" for n in range(len(told))} <= set(page.ids)


@pytest.mark.parametrize("to", LANGUAGES)
def test_the_slips_of_the_example_are_seen_and_named(
    app_client: TestClient, texts: dict[str, str], to: str
) -> None:
    answer = app_client.get(f"/{to}/check?example=1")
    assert pages.seen(answer).fields["text"] == texts[to]
    answer = post(app_client, f"/{to}/check", {"text": texts[to]})
    verdicts_seen = [mark.classes[0] for mark in pages.seen(answer).marks]
    assert verdicts_seen.count("contradicted") == 3
    assert verdicts_seen.count("off_by_rounding") == 1
    assert verdicts_seen.count("holds") > 20
    begun = re.escape(word("slip_swapped", to).split("{")[0][:12])
    assert len(re.findall(begun, answer.text)) >= 2


def test_each_figure_leads_to_the_query_that_gives_it(desk: HeldDesk, texts: dict[str, str]) -> None:
    for to in LANGUAGES:
        checked = verdicts.check(desk, Given("text", texts[to]), to)
        found = desk.check(api.read(texts[to], directions=True))
        computed = [one.computed for one in sorted(found, key=lambda one: one.read.span.start)]
        told = [one for place in checked.places for one in place.told]
        assert sum(bool(one.question) for one in told) > 0.8 * len(told)
        for one, claim in zip(told, computed, strict=True):
            if one.question:
                answer = desk.query(one.question, source=one.source)
                assert answer.claims[0].value == pytest.approx(claim.value), one.question


def test_a_text_that_disagrees_with_itself(app_client: TestClient) -> None:
    text = "2024年，我国出口25.45万亿元，进口18.39万亿元，进出口总值43.85万亿元，贸易差额9.06万亿元。"
    answer = post(app_client, "/zh/check", {"text": text})
    assert word("check_within", "zh") in answer.text
    assert word("kind_contradiction", "zh") in answer.text


def test_what_is_not_about_goods_is_counted(app_client: TestClient) -> None:
    text = "In 2024, trade in services was 7.5 trillion yuan, up 14.4%."
    answer = post(app_client, "/en/check", {"text": text})
    assert pages.seen(answer).heading == word("check_nothing", "en")
    assert fill("check_elsewhere", "en", n=len(api.read(text, directions=True))) in answer.text


@pytest.mark.parametrize("path", ["/en/check", "/zh/check", "/en/compare", "/zh/compare"])
def test_answers_to_texts_are_not_to_be_kept(app_client: TestClient, path: str) -> None:
    whole = {"text": "exports rose 5%", "first": "exports rose 5%", "second": "a"}
    for fields in (whole, {}, {"as_of": "x"}):
        answer = post(app_client, path, fields)
        assert answer.headers["cache-control"] == "no-store"


def test_the_text_stands_in_no_address(app_client: TestClient) -> None:
    answer = post(app_client, "/en/check", {"text": "Zanzibarish exports rose 5% in 2024."})
    assert not [one for one in pages.seen(answer).addresses if "anzibar" in one]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.txt", "Exports rose 5% in 2024.".encode("utf-16")),
        ("a.md", b"# Trade\n\nExports rose 5% in 2024."),
        ("a.html", making.html(["Exports rose 5% in 2024, the customs office said on Monday."]).encode()),
        ("a.docx", making.docx(["Exports rose 5% in 2024."])),
        ("../../etc/a.txt", b"Exports rose 5% in 2024."),
    ],
)
def test_a_file_is_read(app_client: TestClient, name: str, data: bytes) -> None:
    answer = post(app_client, "/en/check", {"text": ""}, {"file": (name, data)})
    assert [mark.text for mark in pages.seen(answer).marks] == ["5%"]


def test_the_name_of_a_file_is_text_too(app_client: TestClient) -> None:
    name = "<script>alert(1)</script>\u202e.txt"
    answer = post(app_client, "/en/check", {}, {"file": (name, b"Exports rose 5% in 2024.")})
    assert answer.status_code == 200
    assert pages.seen(answer).tags["script"] == 2


def test_a_pdf_is_read(app_client: TestClient) -> None:
    data = making.pdf(["Exports rose 5% in 2024, and imports fell 2% in the same year."])
    answer = post(app_client, "/en/check", {}, {"file": ("a.pdf", data)})
    assert [mark.text for mark in pages.seen(answer).marks] == ["5%", "2%"]


@pytest.mark.parametrize(
    ("fields", "file", "status", "words"),
    [
        ({}, None, 422, "no text"), ({"text": " \n "}, None, 422, "no text"),
        ({"text": "exports rose 5%", "as_of": "yesterday"}, None, 422, "2025-04-30"),
        ({"text": "exports rose 5%", "published": "soon"}, None, 422, "2025-03"),
        ({"text": "exports rose 5%", "source": "nobody"}, None, 422, "nobody"),
        ({"text": "exports rose 5%", "as_of": "1990-01-01"}, None, 422, "1990-01-01"),
        ({"text": "x" * 200_001}, None, 413, "200,000"),
        ({"text": "的" * 300_000}, None, 413, "200,000"),
        ({}, ("a.exe", b"MZ"), 422, ".exe"), ({}, ("a.pdf", b"%PDF-1.4 nonsense"), 422, "a.pdf"),
        ({}, ("a.docx", b"PK\x03\x04" + b"\0" * 99), 422, "a.docx"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_and_the_text_stays(
    app_client: TestClient, fields: dict[str, str], file: Any, status: int, words: str
) -> None:
    answer = post(app_client, "/en/check", fields, file and {"file": file})
    assert answer.status_code == status
    assert words in answer.text
    if status == 422 and fields.get("text"):
        assert pages.seen(answer).fields["text"] == fields["text"]


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b"{}"), ("", b"text=a"), ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=b", b"--b\r\nnonsense\r\n--b--"),
        ("multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n"),
        ("multipart/form-data; boundary=b; charset=utf-7",
         b'--b\r\nContent-Disposition: form-data; name="text"\r\n\r\n+2AA-\r\n--b--\r\n'),
        ("application/x-www-form-urlencoded", b"text=%ED%A0%80%00%FF&text=2"),
    ],
)  # fmt: skip
def test_bodies_that_are_no_form_are_no_server_error(app_client: TestClient, kind: str, body: bytes) -> None:
    for path in ("/en/check", "/en/compare"):
        answer = app_client.post(path, content=body, headers={"content-type": kind})
        assert 200 <= answer.status_code < 500
        pages.seen(answer)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_are_shown_and_nothing_else(app_client: TestClient, text: str) -> None:
    plain = pages.seen(post(app_client, "/en/check", {"text": "exports rose 5%"}))
    page = pages.seen(post(app_client, "/en/check", {"text": text}))
    assert page.tags["script"] == plain.tags["script"]
    assert page.tags["form"] == plain.tags["form"] == 1
    assert not {"img", "iframe", "object", "style"} & set(page.tags)
    want = text.replace("\r\n", "\n").replace("\r", "\n")
    assert page.bodies == [shown(want)]


_PIECES = st.one_of(
    st.text(max_size=40),
    st.sampled_from(["<script>", "</p>", "'\"><", "&#0;", "exports rose 6.9% in 2024", "同比增长6.9%", "**",
                     "# ", "\x00", "\u202e", "6.13 trillion yuan", "2025年一季度", "\n\n", "]]>", "<!--"]),
)  # fmt: skip


@choosing.tries(25)
@given(parts=st.lists(_PIECES, max_size=12), to=st.sampled_from(LANGUAGES))
def test_any_text_is_shown_whole(app_client: TestClient, parts: list[str], to: str) -> None:
    text = "".join(parts).encode("utf-8", "replace").decode().replace("\r", "\n")
    answer = post(app_client, f"/{to}/check", {"text": text})
    assert answer.status_code == (200 if text.strip() else 422)
    page = pages.seen(answer)
    assert page.tags["script"] == 2
    if text.strip():
        assert page.bodies == [shown(text)]


def test_a_script_gets_the_verdicts_alone(app_client: TestClient) -> None:
    for fields, status in (({"text": "exports rose 5% in 2024"}, 200), ({}, 422)):
        answer = app_client.post("/en/check", data=fields, headers={"HX-Request": "true"})
        assert answer.status_code == status
        assert "<html" not in answer.text


def test_all_verdicts_have_a_place_and_words() -> None:
    from customhouse.web.pages.check import ORDER

    assert set(ORDER) == set(Verdict)
    for to in LANGUAGES:
        assert all(word(f"check_group_{one.value}", to) for one in Verdict)


# --- two versions -------------------------------------------------------------------------------------


@pytest.mark.parametrize("to", LANGUAGES)
def test_the_example_of_two_versions_shows_what_differs(app_client: TestClient, to: str) -> None:
    form = pages.seen(app_client.get(f"/{to}/compare?example=1")).fields
    page = pages.seen(post(app_client, f"/{to}/compare", form, {"first_file": ("", b"")}))
    assert page.heading == fill("compare_some", to, n=4)
    assert page.bodies == [form["first"], form["second"]]
    differing = [mark for mark in page.marks if "different" in mark.classes]
    assert len(differing) == 8
    for mark in differing:
        entry = mark.entry.removeprefix("#c")
        assert {f"f{entry}a", f"f{entry}b"} <= set(page.ids)


def test_one_text_in_two_languages_is_compared_with_itself(app_client: TestClient) -> None:
    text = (
        "2024年，我国出口25.45万亿元，增长7.1%。\n\n"
        "In 2024, China's exports were 25.45 trillion yuan, up 7.2%.\n"
    )
    page = pages.seen(post(app_client, "/en/compare", {"first": text}))
    assert page.heading == word("compare_one_differs", "en")
    assert [(m.text, m.classes[0]) for m in page.marks] == [
        ("25.45万亿元", "same"), ("7.1%", "different"), ("25.45 trillion yuan", "same"), ("7.2%", "different")
    ]  # fmt: skip


def test_missing_and_added_have_one_place(app_client: TestClient) -> None:
    first = "In 2024, exports were 25.45 trillion yuan and imports fell 2.3%."
    second = "In 2024, exports were 25.45 trillion yuan. Trade with Germany rose 4%."
    page = pages.seen(post(app_client, "/en/compare", {"first": first, "second": second}))
    kinds = sorted(mark.classes[0] for mark in page.marks)
    assert kinds == ["added", "missing", "same", "same"]


@pytest.mark.parametrize(
    "fields", [{}, {"first": "exports rose 5%"}, {"second": "exports rose 5%"}, {"first": " "}]
)
def test_versions_that_cannot_be_compared(app_client: TestClient, fields: dict[str, str]) -> None:
    answer = post(app_client, "/en/compare", fields)
    assert answer.status_code == 422
    assert pages.seen(answer).tags["strong"] == 1


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_versions_are_shown_and_nothing_else(app_client: TestClient, text: str) -> None:
    page = pages.seen(post(app_client, "/en/compare", {"first": text, "second": "exports rose 5%"}))
    assert page.tags["script"] == 2 and page.tags["form"] == 1
    assert page.bodies[0] == shown(text.replace("\r\n", "\n").replace("\r", "\n"))
