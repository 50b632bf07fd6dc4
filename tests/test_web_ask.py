"""The page Ask in this process: the answers of the desk, refusals that say why, and that no question acts."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

import choosing
import pages
from customhouse.describe import fill as told
from customhouse.web.held import HeldDesk, open_held
from customhouse.web.words import fill, word

QUESTIONS = {
    "en": [
        "How did exports do in 2025 Q1?", "What were imports by month in 2024?",
        "Why did exports grow in 2025 Q1?",
        "Was there a trade surplus in 2024? And who was the largest partner?",
    ],
    "zh": ["2025年一季度出口怎么样？", "2024年各月进口是多少？", "2024年最大贸易伙伴是谁？出口增长了吗？"],
}  # fmt: skip
HOSTILE = (
    "<script>window.hacked = 1</script> how were exports in 2024?", "'\"><img src=x onerror=alert(1)>",
    "exports\x00 in 2024?", "\u202ehow were exports?\u2069", "{{ 7 * 7 }}?", "a" * 3000, "?" * 2000,
    "how were <b>lemonses</b> exports?", "\ud800how were exports?".encode("utf-8", "replace").decode(),
    "../../etc/passwd?", "exports' OR 1=1; DROP TABLE cells --", "出口" * 400, "%", "&amp;lt;",
)  # fmt: skip


@pytest.fixture(scope="module")
def desk(small_store: Path) -> Iterator[HeldDesk]:
    with open_held(small_store) as found:
        yield found


@pytest.mark.parametrize(("to", "question"), [(to, one) for to in QUESTIONS for one in QUESTIONS[to]])
def test_the_answer_is_that_of_the_desk(
    app_client: TestClient, desk: HeldDesk, to: str, question: str
) -> None:
    reply = desk.ask(question, language=to, source="declarations")  # type: ignore[arg-type]
    answer = app_client.get(f"/{to}/ask", params={"q": question, "source": "declarations"})
    page = pages.seen(answer)
    said = [part for part in reply.parts if part.passage]
    assert said
    assert [body.removeprefix(part.lead) for body, part in zip(page.bodies, said, strict=True)] == [
        part.passage.text for part in said if part.passage
    ]
    spans = [claim.span.text for claim in reply.claims if claim.span]
    assert [mark.text for mark in page.marks] == spans
    for mark in page.marks:
        assert mark.entry.removeprefix("#") in page.ids
    for part in said:
        headings, rows = part.table.table(to) if part.table else ((), ())
        for cell in (*headings, *(one for row in rows for one in row)):
            assert html.escape(cell, quote=False) in answer.text
        assert html.escape(f'customhouse query STORE "{part.query}"') in html.unescape(
            answer.text
        ).replace('"', "&quot;")


def test_each_figure_has_its_arithmetic_and_its_cells(app_client: TestClient) -> None:
    answer = app_client.get("/en/ask", params={"q": "How did exports do in 2025 Q1?"})
    assert re.search(r"<li>[^<]* / [^<]* (?:-|\u2212) 1 = [^<]*%</li>", answer.text)
    assert re.search(r"Source: declarations, vintage [12]", answer.text)


@pytest.mark.parametrize("to", ["en", "zh"])
def test_the_examples_are_answered(app_client: TestClient, to: str) -> None:
    page = app_client.get(f"/{to}/ask")
    addresses = [html.unescape(one) for one in re.findall(rf'href="(/{to}/ask\?q=[^"]+)"', page.text)]
    assert len(addresses) == 4
    for address in addresses:
        answer = app_client.get(address)
        assert pages.seen(answer).marks
        assert word("question_not_answered", to) not in answer.text


def test_a_refusal_marks_the_words_and_says_what_can_be_asked(
    app_client: TestClient, desk: HeldDesk
) -> None:
    question = "How were exports of <flurbs> in 2024?"
    (part,) = desk.ask(question, language="en", source="declarations").parts
    assert part.refusal and part.refusal.nearest
    answer = app_client.get("/en/ask", params={"q": question})
    assert answer.status_code == 200
    assert re.search(r"<mark>[^<]*flurbs[^<]*</mark>", answer.text)
    assert html.escape(part.refusal.reason) in answer.text
    nearest = next(one for one in pages.seen(answer).addresses if one.startswith("/en/query?q="))
    assert part.refusal.nearest.replace(" ", "+") in nearest


def test_the_query_and_the_command_are_of_the_statistics_that_were_asked(app_client: TestClient) -> None:
    asked = {"q": "How were exports in 2024?", "source": "table", "as_of": "2025-05-01"}
    answer = app_client.get("/en/ask", params=asked)
    assert "Source: table" in answer.text
    text = html.unescape(answer.text)
    assert re.search(r'customhouse query STORE "exports 2024[^"]*" --source table --as-of 2025-05-01', text)
    assert [one for one in pages.seen(answer).addresses if "source=table&as_of=2025-05-01&q=exports" in one]


@pytest.mark.parametrize(
    ("params", "status"),
    [({"as_of": "x"}, 422), ({"source": "nobody"}, 404), ({"as_of": "1990-01-01"}, 404)],
)
def test_statistics_that_there_are_not(
    app_client: TestClient, params: dict[str, str], status: int
) -> None:
    answer = app_client.get("/en/ask", params={"q": "exports in 2024?"} | params)
    assert answer.status_code == status
    page = pages.seen(answer)
    assert page.fields["q"] == "exports in 2024?"
    assert page.tags["strong"] == 1


def test_a_script_gets_the_answer_alone_and_its_address(app_client: TestClient) -> None:
    answer = app_client.get(
        "/en/ask", params={"q": "exports in 2024?", "as_of": ""}, headers={"HX-Request": "true"}
    )
    assert "<html" not in answer.text
    assert answer.headers["hx-push-url"] == "/en/ask?q=exports+in+2024%3F"


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("to", ["en", "zh"])
def test_hostile_questions_do_nothing(app_client: TestClient, to: str, text: str) -> None:
    answer = app_client.get(f"/{to}/ask", params={"q": text})
    assert answer.status_code == 200
    page = pages.seen(answer)
    assert page.tags["script"] == 2 and page.tags["form"] == 1
    assert not {"img", "b", "iframe"} & set(page.tags)


@choosing.tries(25)
@given(
    words=st.lists(
        st.one_of(
            st.text(max_size=12),
            st.sampled_from(["exports", "to ASEAN", "in 2024", "?", "which", "largest", "出口", "是多少"]),
        ),
        max_size=8,
    )
)
def test_any_question_has_an_answer(app_client: TestClient, words: list[str]) -> None:
    text = " ".join(words).encode("utf-8", "replace").decode()
    answer = app_client.get("/en/ask", params={"q": text})
    assert answer.status_code == 200
    assert pages.seen(answer).tags["script"] == 2


def test_several_questions_are_counted(app_client: TestClient) -> None:
    answer = app_client.get("/en/ask", params={"q": QUESTIONS["en"][3]})
    assert fill("question_answers", "en", n=2) in answer.text
    assert told("ask_yes", "en") in answer.text
