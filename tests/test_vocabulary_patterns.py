"""The patterns of the vocabulary: each compiles, is used, matches its examples, and cannot run away."""

from __future__ import annotations

import re
from collections.abc import Iterator
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

import pytest

from customhouse.vocabulary import mapping, pattern, rows, split, words
from customhouse.vocabulary.lexicon import fold
from customhouse.vocabulary.patterns import source
from test_vocabulary import is_used

REGEX = re.compile(r"\\|\(\?|\[[^\]]|[*{]")
CONTAINED = ("OFYEAR", "YEARZH")
"""Parts with a hole for the name of their groups; they are tried in the patterns that hold them."""
POSITIONS = ("period_start_en", "period_start_zh")
"""Patterns of a place between two characters; they match no text of their own."""
NAMES = [row["name"] for row in rows("patterns")]
REGULAR = [r["name"] for r in rows("patterns") if REGEX.search(r["pattern"]) and r["name"] not in CONTAINED]
SHOWN = [name for name in REGULAR if name not in POSITIONS]
REPEATS = (sre.MAX_REPEAT, sre.MIN_REPEAT)


def examples(name: str) -> tuple[str, ...]:
    return next(split(row["examples"]) for row in rows("patterns") if row["name"] == name)


def test_names_are_unique() -> None:
    assert len(set(NAMES)) == len(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_pattern_is_used(name: str) -> None:
    """By the code, or by another pattern that holds it."""
    held = any(name in row["pattern"] for row in rows("patterns") if name.isupper() and row["name"] != name)
    assert held or is_used(name), "nothing asks for this pattern"


@pytest.mark.parametrize("name", SHOWN)
def test_a_pattern_matches_its_examples(name: str) -> None:
    """An example may mark with `^` where the text ends that the pattern is to see."""
    assert len(examples(name)) >= 2, "add example phrases to the row of the pattern"
    for example in examples(name):
        seen = fold(example.partition("^")[0])
        texts = (seen, seen.lower())
        assert any(m[0] for text in texts for m in pattern(name).finditer(text)), example


@pytest.mark.parametrize("name", sorted({*NAMES} - {*REGULAR} - {*CONTAINED}))
def test_a_list_of_words_has_no_gap_and_no_repetition(name: str) -> None:
    assert all(words(name)), "two | stand together"
    if any("=" in word for word in words(name)):
        assert len(mapping(name)) == len(words(name))
    else:
        assert len(set(words(name))) == len(words(name))


@pytest.mark.parametrize("name", REGULAR)
def test_no_pattern_can_run_away(name: str) -> None:
    assert list(nested(_parser.parse(source(name)))) == [], "an unbounded repeat within an unbounded repeat"


@pytest.mark.parametrize("text", [r"(?:a+)*", r"(?:\w+,? )*\d", r"(?:a|(?:b*c))+", r"(x(?=y+))+"])
def test_the_check_refuses_nested_repeats(text: str) -> None:
    assert list(nested(_parser.parse(text)))


@pytest.mark.parametrize("text", [r"(?:a{1,3})*", r"a*b+", r"(?:a+){0,3}", r"(?:ab?)+"])
def test_the_check_lets_bounded_repeats_pass(text: str) -> None:
    assert not list(nested(_parser.parse(text)))


def nested(node: Any, within: bool = False) -> Iterator[str]:
    """The unbounded repeats of a parsed pattern that stand in the body of another."""
    if isinstance(node, tuple) and len(node) == 2 and node[0] in REPEATS:
        _, most, body = node[1]
        unbounded = most is sre.MAXREPEAT
        if unbounded and within:
            yield str(body)
        yield from nested(body, within or unbounded)
    elif isinstance(node, (tuple, list, _parser.SubPattern)):
        for part in node:
            yield from nested(part, within)


@pytest.mark.parametrize("row", rows("events"), ids=lambda row: row["name"])
def test_an_event_matches_its_examples_and_cannot_run_away(row: dict[str, str]) -> None:
    """And an edition has the number that its year is counted from."""
    compiled = re.compile(row["pattern"])
    assert len(split(row["examples"])) >= 2
    assert all(compiled.search(fold(example).lower()) for example in split(row["examples"]))
    assert list(nested(_parser.parse(row["pattern"]))) == []
    assert row["kind"] == "past" or row["number"] and float(row["step"]) > 0 and "n" in compiled.groupindex
