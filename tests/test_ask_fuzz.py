"""Any text is answered or refused, in words; nothing that was not understood is passed over in silence."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import yaml
from hypothesis import given
from hypothesis import strategies as st

from customhouse.ask import Reply, ask
from customhouse.ask.showing import plain, to_json
from customhouse.prose import reads_back
from customhouse.query import parse
from customhouse.vocabulary import rows, split
from question_world import SPAN, statistics

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "questions.yaml").read_text(encoding="utf-8"))
ENGLISH = [case["q"] for case in CASES["questions"] if case["q"].isascii() and "query" in case]
SENTENCE = re.compile(r"[^.?!\u3002\uff01\uff1f\n]+[.?!\u3002\uff01\uff1f]?")


@cache
def words() -> list[str]:
    """The words of questions and queries, with names and signs."""
    found = [form for table in ("question_words", "query_words") for row in rows(table)
             for form in (*split(row["en"])[:4], *split(row["zh"])[:4])]
    names = ["ASEAN", "the EU", "US", "Vietnam", "东盟", "美国", "soybeans", "大豆", "private enterprises",
             "exports", "imports", "出口", "进口", "Guangdong", "2024", "March", "一季度", "2030", "Q1"]
    return [*found, *names * 12, "?", "，", ",", "。", "7%", "500", "xyzzy"]


def check(reply: Reply) -> None:
    """What holds of every reply."""
    assert reply.parts and plain(reply) and json.loads(to_json(reply))["parts"]
    for part in reply.parts:
        assert (part.refusal is None) == (part.passage is not None)
        if part.refusal is not None:
            assert part.refusal.reason.strip() and "\n" not in part.refusal.reason
            if part.refusal.nearest:
                parse(part.refusal.nearest, latest=SPAN.last)
        else:
            assert part.passage is not None and len(part.passage.claims) == len(part.computed) > 0
            assert part.query and part.table is not None
            parse(part.query, latest=SPAN.last)


@given(st.lists(st.sampled_from(words()), min_size=1, max_size=9), st.sampled_from(("", " ")))
def test_any_words_are_answered_or_refused(chosen: list[str], gap: str) -> None:
    check(ask(gap.join(chosen), statistics()))


@given(st.text(max_size=60))
def test_any_text_is_answered_or_refused(text: str) -> None:
    check(ask(text, statistics()))


@given(st.sampled_from(ENGLISH), st.text("bcdfghjkqxz", min_size=5, max_size=9), st.randoms())
def test_no_word_is_passed_over_in_silence(question: str, noise: str, random: object) -> None:
    """A word that is none, put between any two, is named: in a refusal or among what was passed over."""
    pieces = question.rstrip("?.").split(" ")
    at = random.randrange(1, len(pieces))  # type: ignore[attr-defined]
    text = " ".join((*pieces[:at], noise, *pieces[at:])) + "?"
    reply = ask(text, statistics())
    told = " ".join((plain(reply), *(part.refusal.words for part in reply.parts if part.refusal)))
    statement = len(reply.parts) and not any(noise in part.question for part in reply.parts)
    assert noise in told or statement, plain(reply)


def test_sentences_of_texts_are_answered_or_refused(shared: Path) -> None:
    """Questions of journalists, and sentences that ask nothing."""
    for path in sorted((shared / "seeds").glob("*.txt")):
        for sentence in SENTENCE.findall(path.read_text(encoding="utf-8"))[::5]:
            if any(c.isalnum() for c in sentence):
                reply = ask(sentence[:1500], statistics())
                check(reply)
                for part in reply.parts:
                    assert part.passage is None or reads_back(part.passage)


def test_many_questions_are_answered_one_by_one() -> None:
    reply = ask("How were exports? " * 40, statistics())
    assert len(reply.parts) == 40 and all(part.answered for part in reply.parts)
