"""Whatever the text, reading it gives sound claims and raises nothing."""

from __future__ import annotations

import json
import math
from functools import cache
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from opencc import OpenCC

from customhouse.model import Claim
from customhouse.period import Period
from customhouse.reader import read_text
from customhouse.vocabulary import entries
from customhouse.vocabulary import rows as table
from customhouse.vocabulary.tables import DIMENSION_LISTS

ROOT = Path(__file__).parents[1]
any_size = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
MEASURES = {row["code"] for row in table("measures")}
BOUNDS = {"exact", "over", "under", "about"}
FIRST, LAST = Period.of(1).first, Period.of(9999).last
LISTS = ("flows", "cues", "bounds", "units", "counts", "subjects", "noise", "offices", *DIMENSION_LISTS)
WIDE = {ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"}
NUMBERS = (
    "0", "5%", "-3%", "12.5%", "0.0%", "1,234.5", "3万亿元", "$5 billion", "٣%", "½", "1/3", "三分之一",
    "百分之五", "七成", "一百", "〇", "零", "99999999999999999999", "9" * 400, "0." + "0" * 400 + "1",
    "100000th", "第0位", "连续0个月", "连续99999999999个月", "for 0 years", "2024", "2024年", "0年",
    "0001年", "9999年", "10000年", "13月", "0月", "12-1月", "1～13月", "2024-02-31", "00/00/0000",
    "July 99", "Q5 2024", "前0个月", "前13个月", "近99999年", "同比", "环比", "上年",
    "2020-2014年", "from 2024 to 2020 ", "2025年3月至2024年1月", "March 2025 to January 2024 ", "FY2024-25 ",
)
MARKS = tuple("，。、；：！？“”（）《》,.;:!?\"'()[]-–—…#*_/%$€£¥°²ıİſßΣς㎡％＄𠀀😀") + tuple(
    "\n\t \r\u3000\u00a0\u00ad\u200b\ufeff\u2028\u0085\x0b\x1c")


@cache
def cases() -> list[tuple[str, str | None]]:
    """The texts of the tables of cases and of the examples, with the day they are of."""
    paths = sorted(path for path in (ROOT / "examples").iterdir() if path.suffix in (".md", ".txt"))
    found: list[tuple[str, str | None]] = [(path.read_text(encoding="utf-8"), None) for path in paths]
    for path in sorted((ROOT / "tests" / "cases").glob("??_*.yaml")):
        found += [(c["text"], c.get("published") and str(c["published"]))
                  for c in yaml.safe_load(path.read_text(encoding="utf-8"))]
    return found


@cache
def forms() -> list[str]:
    every = (entry for name in LISTS for entry in entries(name))
    return sorted({form for entry in every for form in (*entry.forms("en"), *entry.forms("zh"))})


@st.composite
def mangled(draw: st.DrawFn) -> str:
    """A part of a text of ours with characters dropped, doubled, swapped, reversed, cut off or put in."""
    text, _ = draw(st.sampled_from(cases()))
    begin = draw(st.integers(0, max(0, len(text) - 20)))
    chars = list(text[begin:begin + draw(st.integers(20, 400))])
    for _ in range(draw(st.integers(1, 10))):
        at, to = sorted((draw(st.integers(0, len(chars))), draw(st.integers(0, len(chars)))))
        near = min(to, at + 12)
        change = draw(st.integers(0, 5))
        if change == 0:
            del chars[at:near]
        elif change == 1:
            chars[at:at] = chars[at:near]
        elif change == 2:
            chars[at:near] = reversed(chars[at:near])
        elif change == 3:
            chars = chars[:at] + chars[to:]
        elif change == 4:
            chars[at:to] = draw(st.permutations(chars[at:near])) + chars[near:to]
        else:
            chars[at:at] = draw(st.sampled_from(NUMBERS + MARKS))
    return "".join(chars)


def assembled() -> st.SearchStrategy[str]:
    """Words of the vocabulary, numbers and marks in any order."""
    marks, numbers = st.sampled_from(MARKS), st.sampled_from(NUMBERS)
    digits = st.from_regex(r"[0-9]{1,25}([.,][0-9]{1,8})?(%|亿元|万亿| billion|年|月)?", fullmatch=True)
    words = st.sampled_from(forms())
    pieces = st.one_of(words, words, numbers, digits, marks, st.just(" "))
    return st.lists(pieces, max_size=50).map("".join)


plain = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
texts = st.one_of(mangled(), assembled(), mangled(), assembled(), plain)
months = st.builds("{:04}-{:02}".format, st.integers(1, 9999), st.integers(1, 12))
published = st.one_of(st.none(), st.sampled_from(("2025-07-14", "2025-01", "2024-02-29")), months)


def assert_sound(claim: Claim, text: str) -> None:
    span = claim.span
    assert span and 0 <= span.start < span.end <= len(text)
    assert text[span.start:span.end] == span.text
    assert claim.measure in MEASURES
    assert claim.bound in BOUNDS
    assert math.isfinite(claim.value)
    assert math.isfinite(claim.step) and claim.step >= 0
    assert claim.threshold is None or math.isfinite(claim.threshold)
    for period in (claim.period, claim.base):
        assert period is None or FIRST <= period.first <= period.last <= LAST
    interval = claim.interval()
    assert interval.low <= interval.high


def fields(claims: tuple[Claim, ...]) -> list[dict[str, object]]:
    """The claims without the characters they stand in, which differ between ways to write a text."""
    rows = [claim.to_dict() | {"step": claim.step} for claim in claims]
    return [{key: value for key, value in row.items() if key != "text"} for row in rows]


@given(texts, published)
@example("9" * 310 + "%", None)
@example("9" * 320 + "-fold", None)
@example("exports rose 0." + "0" * 400 + "1%", None)
@example("between 2024 and 2020 exports rose 5%", None)
@example("2020-2014年出口增长5%", None)
@example("", None)
@any_size
def test_claims_are_sound(text: str, day: str | None) -> None:
    claims = read_text(text, day)
    for claim in claims:
        assert_sound(claim, text)
    starts = [claim.span.start for claim in claims if claim.span]
    assert starts == sorted(starts)


@given(texts, published)
@example("9" * 310 + "%", None)
@example("exports rose 0." + "0" * 400 + "1%", None)
@example("from March 2025 to January 2024 exports rose 5%", None)
@any_size
def test_claims_survive_being_written_and_read(text: str, day: str | None) -> None:
    for claim in read_text(text, day, doc="a.txt"):
        row = json.loads(json.dumps(claim.to_dict(), allow_nan=False))
        again = Claim.from_dict(row)
        assert again.to_dict() == row
        assert (again.span, again.value, again.period) == (claim.span, claim.value, claim.period)


@given(texts, texts, published)
@any_size
def test_reading_depends_on_nothing_but_the_text(text: str, other: str, day: str | None) -> None:
    first = read_text(text, day)
    assert read_text(text, day) == first
    read_text(other, "2019-03")
    assert read_text(text, day) == first


def test_the_order_of_reading_does_not_matter() -> None:
    forward = [read_text(*case) for case in cases()]
    backward = [read_text(*case) for case in reversed(cases())]
    assert forward == backward[::-1]


@given(st.one_of(mangled(), assembled()), published)
@any_size
def test_wide_digits_are_digits(text: str, day: str | None) -> None:
    assert fields(read_text(text.translate(WIDE), day)) == fields(read_text(text, day))


@pytest.fixture(scope="module")
def traditional() -> OpenCC:
    return OpenCC("s2t")


@pytest.mark.parametrize("wide", [False, True], ids=["traditional", "wide digits"])
def test_every_case_is_read_alike_in_other_characters(wide: bool, traditional: OpenCC) -> None:
    compared = 0
    for text, day in cases():
        other = text.translate(WIDE) if wide else traditional.convert(text)
        if len(other) == len(text) and other != text:
            compared += 1
            assert fields(read_text(other, day)) == fields(read_text(text, day)), text
    assert compared > 100
