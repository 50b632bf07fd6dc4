"""Two versions of a text beside each other: what is the same, missing, added, different, less precise."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

import choosing
import customhouse
from customhouse.api import compare_texts
from customhouse.cli import app
from customhouse.errors import QueryError
from customhouse.model import Claim, Document, Slice, Span
from customhouse.period import Period
from customhouse.reader import read_text
from customhouse.versions import Kind, Pair, Versions, compare
from customhouse.versions.assignment import assign
from customhouse.versions.halves import halves
from customhouse.versions.places import Places
from customhouse.versions.telling import aspect_words, counted, rows

DAY = "2025-04-14"
STORY = "In the first quarter of 2025, exports were 6.13 trillion yuan, up 6.9%. Imports fell in March 2025."


def versions(first: str, second: str) -> Versions:
    return compare(
        *(read_text(text, DAY, name, directions=True) for name, text in (("a", first), ("b", second)))
    )


def only(found: Versions) -> Pair:
    """The one pair that is worth telling."""
    (pair,) = found.told
    return pair


def differing(first: str, second: str) -> list[tuple[str, str]]:
    pair = only(versions(first, second))
    assert pair.kind is Kind.DIFFERENT
    return [(aspect.field, aspect.slip) for aspect in pair.aspects]


Q1 = "In the first quarter of 2025, "


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("exports were 851 billion yuan.", "一季度，出口8510亿元。"),
        ("exports were 85.1 billion yuan.", "2025年一季度，出口851亿元。"),
        ("exports were 0.851 trillion yuan.", "2025年一季度，出口8510亿元。"),
        ("529,000 enterprises had imports or exports.", "2025年一季度，有进出口记录的企业52.9万家。"),
        ("exports to ASEAN rose by 7.1%.", "2025年一季度，对东盟出口增长7.1%。"),
        ("imports fell.", "2025年一季度，进口下降。"),
        ("there was a trade surplus.", "2025年一季度，出现贸易顺差。"),
    ],
)
def test_the_same_in_two_languages(first: str, second: str) -> None:
    found = versions(Q1 + first, second)
    assert [pair.kind for pair in found.pairs] == [Kind.SAME] * len(found.pairs)
    assert found.pairs


@pytest.mark.parametrize(
    ("first", "second", "coarser"),
    [
        ("exports were 6.13 trillion yuan.", "exports were 6.1 trillion yuan.", 2),
        ("exports were 851 billion yuan.", "exports were 850.8 billion yuan.", 1),
        ("exports were 773 billion yuan.", "exports were 770 billion yuan.", 2),
        ("exports were 6.13 trillion yuan.", "exports were more than 6 trillion yuan.", 2),
        ("exports rose by 6.9%.", "exports rose by 7%.", 2),
        ("exports rose by 6.9%.", "exports rose.", 2),
        ("exports fell.", "exports fell by 3%.", 1),
    ],
)
def test_less_precise_is_not_different(first: str, second: str, coarser: int) -> None:
    found = versions(Q1 + first, Q1 + second)
    pair = only(found)
    assert pair.kind is Kind.LESS_PRECISE and not found.differences
    assert [aspect.coarser for aspect in pair.aspects if aspect.field == "value"] == [coarser]


@pytest.mark.parametrize(
    ("first", "second", "aspects"),
    [
        ("exports rose by 6.9%.", "exports rose by 9.6%.", [("value", "")]),
        ("exports rose by 6.9%.", "exports fell by 6.9%.", [("value", "sign")]),
        ("exports rose by 6.9%.", "exports fell.", [("value", "sign")]),
        ("exports were 613 billion yuan.", "exports were 613 million yuan.", [("value", "magnitude")]),
        ("exports were 613 billion yuan.", "exports were 61.3 billion yuan.", [("value", "magnitude")]),
        ("exports were 6.13 trillion yuan.", "exports were 6.13 trillion dollars.", [("unit", "")]),
        ("exports were 6.13 trillion yuan.", "imports were 6.13 trillion yuan.", [("flow", "")]),
        ("exports to Japan rose by 6.9%.", "exports to Brazil rose by 6.9%.", [("partner", "")]),
        ("exports to Japan rose by 6.9%.", "exports rose by 6.9%.", [("partner", "dropped")]),
        ("exports of cars rose by 6.9%.", "exports of cars to Japan rose by 6.9%.", [("partner", "gained")]),
        (
            "exports to more than 170 countries grew.",
            "exports to 170 countries grew.",
            [("bound", "dropped")],
        ),
        (
            "exports reached about 613 billion yuan.",
            "exports reached over 613 billion yuan.",
            [("bound", "")],
        ),
        ("there was a trade surplus.", "there was a trade deficit.", [("value", "sign")]),
        ("exports fell.", "exports are expected to fall.", [("status", "gained")]),
    ],
)
def test_what_differs_is_named(first: str, second: str, aspects: list[tuple[str, str]]) -> None:
    assert differing(Q1 + first, Q1 + second) == aspects


def test_another_period_is_a_difference_of_the_period() -> None:
    assert differing("Exports rose by 6.9% in March 2025.", "Exports rose by 6.9% in May 2025.") == [
        ("period", "")
    ]


def test_a_level_for_a_change() -> None:
    assert ("measure", "") in differing(
        f"{Q1}exports rose by 613 billion yuan.", f"{Q1}exports rose to 613 billion yuan."
    )


@pytest.mark.parametrize(
    ("first", "second", "power"),
    [
        ("出口6130亿元。", "exports were 6.13 trillion yuan.", 1),
        ("出口613亿元。", "exports were 613 billion yuan.", 1),
        ("出口613万元。", "exports were 613 million yuan.", 2),
        ("出口613亿元。", "出口613万元。", -4),
    ],
)
def test_a_slip_of_the_scale_between_languages(first: str, second: str, power: int) -> None:
    zh = "2025年一季度，"
    pair = only(versions(zh + first, (Q1 if second[0] == "e" else zh) + second))
    assert [(a.slip, a.power) for a in pair.aspects] == [("magnitude", power)]
    assert "亿" in aspect_words(pair, pair.aspects[0], "zh") + first


def test_missing_and_added_stand_where_they_stand() -> None:
    first = f"{Q1}exports rose by 1.3%. Imports fell by 6%. Trade with Japan rose by 4.8%."
    second = f"{Q1}exports rose by 1.3%. Trade with Japan rose by 4.8%. Trade with Brazil fell by 2.2%."
    found = versions(first, second)
    assert [(p.kind.value, (p.first or p.second).value) for p in found.pairs if p.first or p.second] == [
        ("same", 1.3),
        ("missing", -6.0),
        ("same", 4.8),
        ("added", -2.2),
    ]


def test_a_repetition_goes_with_its_repetition() -> None:
    first = f"{Q1}exports rose by 6.9%. Imports fell by 6%. Exports rose by 6.9%."
    same = versions(first, first)
    assert [(p.first and p.first.span, p.kind) for p in same.pairs] == [
        (p.second and replace(p.second.span, doc="a"), Kind.SAME)
        for p in same.pairs
        if p.second and p.second.span
    ]
    pair = only(versions(first, f"{Q1}exports rose by 6.9%. Imports fell by 6%. Exports rose by 7.9%."))
    assert (pair.kind, pair.second and pair.second.value) == (Kind.DIFFERENT, 7.9)


def test_said_once_more_is_no_difference() -> None:
    found = versions(
        f"{Q1}exports rose by 6.9%.", f"# Exports up 6.9%\n\n{Q1}exports rose by 6.9%. They rose by 6.9%."
    )
    assert not found.differences and not found.told


def test_a_headline_does_not_take_the_place_of_a_figure_gone_wrong() -> None:
    first = f"{Q1}exports were 21.17 trillion yuan."
    second = f"# Exports pass 21 trillion yuan\n\n{Q1}exports were 2.117 trillion yuan."
    pair = only(versions(first, second))
    assert pair.kind is Kind.DIFFERENT and pair.aspects[0].slip == "magnitude"


def test_a_direction_that_a_figure_says_is_no_addition() -> None:
    found = versions(
        f"{Q1}exports rose by 6.9%.", f"{Q1}exports rose by 6.9%. In the first quarter, exports kept growing."
    )
    assert not found.differences


def test_the_whole_is_optimal_not_greedy() -> None:
    first = (
        f"{Q1}trade with Japan rose by 4.8%. Trade with Brazil rose by 4.9%. Trade with India rose by 5.1%."
    )
    second = (
        f"{Q1}trade with India rose by 5.1%. Trade with Japan rose by 4.9%. Trade with Brazil rose by 4.8%."
    )
    told = {
        (p.first and p.first.slice.partner, p.second and p.second.slice.partner)
        for p in versions(first, second).told
    }
    assert told == {("JPN", "JPN"), ("BRA", "BRA")}


def test_bilingual_examples_agree_but_for_what_the_english_leaves_out(examples: Path) -> None:
    zh, en = (examples / f"2024-h1-release.{language}.md" for language in ("zh", "en"))
    found = compare_texts(zh, en)
    assert not found.of(Kind.DIFFERENT, Kind.ADDED, Kind.LESS_PRECISE)
    assert len(found.of(Kind.SAME)) == 29 and len(found.of(Kind.MISSING)) == 17
    back = compare_texts(en, zh)
    assert (len(back.of(Kind.ADDED)), len(back.of(Kind.MISSING))) == (17, 0)


def test_both_languages_of_one_text_agree(shared: Path) -> None:
    (path,) = (shared / "seeds").glob("000_*.txt")
    found = compare_texts(path)
    assert len(found.of(Kind.SAME)) == 7 and not found.told


def test_a_text_in_one_language_is_no_pair(tmp_path: Path) -> None:
    with pytest.raises(QueryError, match="one language; give the other version"):
        compare_texts(customhouse.read(STORY, directions=True))


def test_halves_are_told_by_language() -> None:
    text = f"2025年一季度，出口6.13万亿元。\n\n{STORY}"
    document = Document("both", text)
    first, second = halves([document], read_text(text, DAY, "both"))
    assert [len(first), len(second)] == [1, 2]
    assert halves([document], ()) == ([], [])


def test_nothing_beside_something() -> None:
    claims = read_text(STORY, DAY)
    assert compare((), ()) == Versions(())
    assert {p.kind for p in compare(claims, ()).pairs} == {Kind.MISSING}
    assert {p.kind for p in compare((), claims).pairs} == {Kind.ADDED}


def test_places_have_line_and_sentence() -> None:
    text = f"# Title\n\n{STORY}"
    claims = read_text(text, DAY, "doc", directions=True)
    places = Places([Document("doc", text)])
    found = [places.of(claim) for claim in claims]
    assert [place and place.line for place in found] == [3, 3, 3]
    assert [place and place.sentence for place in found][-1] == "Imports fell in March 2025."
    for claim, place in zip(claims, found, strict=True):
        assert place and claim.span and place.sentence[place.offset :].startswith(claim.span.text)
    assert Places([]).of(claims[0]) is not None and Places([]).of(
        replace(claims[0], origin=Span("x", 0, 1, "y"))
    )


costs = st.lists(
    st.dictionaries(st.integers(0, 4), st.sampled_from([0.0, 0.1, 0.4, 0.7, 1.2]), max_size=5), max_size=5
)


@given(costs)
def test_the_assignment_is_the_cheapest(table: list[dict[int, float]]) -> None:
    def least(row: int, used: frozenset[int]) -> float:
        if row == len(table):
            return 0.0
        taken = [
            price + least(row + 1, used | {column})
            for column, price in table[row].items()
            if column not in used
        ]
        return min([1.0 + least(row + 1, used), *taken])

    found = assign(table, 1.0)
    assert len({*found.values()}) == len(found)
    total = sum(table[row][column] for row, column in found.items()) + len(table) - len(found)
    assert total == pytest.approx(least(0, frozenset()))


WORDS = [
    "exports",
    "imports fell",
    "6.9%",
    "6.13 trillion yuan",
    "in March 2025",
    "to Japan",
    ".",
    "\n",
    "出口",
    "增长",
    "851亿元",
    "逆差",
    "170 countries",
    "more than",
    "ASEAN",
]


@choosing.tries(30)
@given(*[st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)] * 2)
def test_every_claim_is_told_once(first: str, second: str) -> None:
    one, other = (read_text(text, DAY, name, directions=True) for name, text in (("a", first), ("b", second)))
    found = compare(one, other)
    assert sorted(map(repr, one)) == sorted(repr(p.first) for p in found.pairs if p.first)
    assert sorted(map(repr, other)) == sorted(repr(p.second) for p in found.pairs if p.second)
    turned = compare(other, one)
    assert len(turned.of(Kind.SAME)) == len(found.of(Kind.SAME))
    places = Places([Document("a", first)]), Places([Document("b", second)])
    assert json.dumps(rows(found.pairs, *places))
    assert all(
        aspect_words(p, a, language) for p in found.pairs for a in p.aspects for language in ("en", "zh")
    )


def test_claims_without_places_are_compared() -> None:
    claim = Claim(
        "value", 5.0, "CNY", Span("d", 0, 1, "5"), slice=Slice("exports"), period=Period.parse("2025-03")
    )
    bare = replace(claim, origin=customhouse.model.CellOrigin("s", (1,), 1))
    assert [p.kind for p in compare([claim], [bare]).pairs] == [Kind.SAME]


# --- the command --------------------------------------------------------------------------------------


@pytest.fixture
def texts(tmp_path: Path) -> tuple[str, str]:
    first, second = tmp_path / "first.txt", tmp_path / "second.txt"
    first.write_text(STORY, encoding="utf-8")
    second.write_text(
        STORY.replace("6.13", "61.3").replace(" Imports fell in March 2025.", ""), encoding="utf-8"
    )
    return str(first), str(second)


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["compare", *arguments])
    return result.exit_code, result.stdout


def test_the_command_shows_both_places(texts: tuple[str, str]) -> None:
    code, shown = run(*texts, "--published", DAY)
    assert code == 0
    assert "different" in shown and "missing" in shown and "line 1" in shown
    assert "the second is 10 times the first" in shown
    assert "1 the same" in shown


def test_the_command_speaks_chinese(texts: tuple[str, str]) -> None:
    _, shown = run(*texts, "--published", DAY, "--lang", "zh")
    assert "不同" in shown and "缺失1条" in shown and "第1行" in shown


def test_the_command_is_strict_where_asked(texts: tuple[str, str]) -> None:
    assert run(*texts, "--published", DAY, "--strict")[0] == 1
    assert run(texts[0], texts[0], "--published", DAY, "--strict")[0] == 0


def test_the_command_prints_json(texts: tuple[str, str]) -> None:
    code, shown = run(*texts, "--published", DAY, "--json")
    found = json.loads(shown)
    assert code == 0 and [row["kind"] for row in found] == ["different", "missing"]
    assert found[0]["first"]["line"] == 1 and found[0]["aspects"][0]["power"] == 1
    assert found[1]["second"] is None and found[1]["first"]["sentence"] == "Imports fell in March 2025."
    assert len(json.loads(run(*texts, "--published", DAY, "--json", "--all")[1])) == 3


def test_the_command_refuses_what_is_no_pair(texts: tuple[str, str]) -> None:
    assert run(texts[0])[0] == 2
    assert run(texts[0], "nowhere.txt")[0] == 3


def test_counts_in_words() -> None:
    assert counted(Versions(()), "en") == counted(Versions(()), "en")
    assert counted(versions(STORY, ""), "zh") == "缺失3条"


def test_a_version_that_cannot_be_read_is_not_compared(tmp_path: Path) -> None:
    text = tmp_path / "a.txt"
    text.write_text("Exports were 6.13 trillion yuan.", encoding="utf-8")
    done = CliRunner().invoke(app, ["compare", str(text), str(tmp_path / "b.txt")])
    assert done.exit_code == 3 and "missing" not in done.stdout
