"""Questions in plain words against a table of cases (tests/cases/questions.yaml); what answers keep."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

import customhouse
from customhouse.ask import Part, Reply, ask
from customhouse.ask.showing import plain, prose, to_json
from customhouse.cli import app
from customhouse.measures import Request, measure
from customhouse.model import Claim, Derivation
from customhouse.prose import reads_back
from customhouse.query import parse, run
from customhouse.vocabulary import rows, split
from question_world import SPAN, oracle, statistics

TABLE = Path(__file__).parent / "cases" / "questions.yaml"
CASES = yaml.safe_load(TABLE.read_text(encoding="utf-8"))["questions"]
DIGITS = re.compile(r"\d+(?:[.,]\d+)*")


@cache
def reply(question: str, language: str | None = None) -> Reply:
    return ask(question, statistics(), language)


def said(claim: Claim) -> str:
    """A claim as the cases have it."""
    codes = [*filter(None, (claim.measure, claim.of)), *claim.slice.given().values()]
    value = int(claim.value) if claim.value == int(claim.value) else claim.value
    return f"{' '.join(codes)} {claim.period}: {value}"


ANSWERED = [case["q"] for case in CASES if "refused" not in case]


def answered() -> list[tuple[str, Part]]:
    return [(q, part) for q in ANSWERED for part in reply(q).parts if part.answered]


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["q"])
def test_asked(case: dict[str, Any]) -> None:
    expected = case.get("parts", [case])
    parts = reply(case["q"]).parts
    assert len(parts) == len(expected)
    for part, want in zip(parts, expected, strict=True):
        _check(part, want)


def _check(part: Part, want: dict[str, Any]) -> None:
    if "refused" in want:
        assert part.refusal is not None and part.passage is None
        assert want["refused"] in part.refusal.reason
        assert (part.refusal.words, part.refusal.nearest) == (want.get("words", ""), want.get("nearest"))
        return
    assert part.refusal is None and part.passage is not None
    assert (part.query, part.truth) == (want["query"], want.get("truth"))
    assert [said(claim) for claim in part.passage.claims] == want["says"]


def test_there_are_enough_cases() -> None:
    chinese = [case for case in CASES if re.search(r"[\u4e00-\u9fff]", case["q"])]
    assert len(CASES) >= 90 and min(len(chinese), len(CASES) - len(chinese)) >= 40
    assert sum("refused" in case for case in CASES) >= 15


def test_every_figure_is_computed() -> None:
    """The claims of a text are the printed form of those computed, which an oracle finds again."""
    checked = 0
    for question, part in answered():
        assert part.passage is not None
        assert len(part.computed) == len(part.passage.claims), question
        for printed, computed in zip(part.passage.claims, part.computed, strict=True):
            assert printed.measure == computed.measure and printed.slice == computed.slice
            assert isinstance(computed.origin, Derivation)
            if computed.measure != "streak":  # a streak of falls is the same claim as one of rises
                assert computed in [measure(one, statistics()) for one in _requests(computed)]
            exact = oracle(computed)
            if exact is not None:
                assert math.isclose(computed.value, float(exact), rel_tol=1e-9, abs_tol=1e-9), question
                assert computed.value in printed.interval() or abs(computed.value) < 0.05, (question, printed)
                checked += 1
    assert checked > 250


def _requests(computed: Claim) -> list[Request]:
    """What a claim may answer: it does not tell the window of a record or the peers of a rank."""
    asked = Request.of_claim(computed)
    return [asked, replace(asked, grouped=True), replace(asked, window="all")]


def test_no_figure_stands_outside_a_claim() -> None:
    """What digits are left, without the figures of claims, are those of months and years."""
    for question, part in answered():
        assert part.passage is not None
        text = part.passage.text
        for claim in sorted(part.passage.claims, key=lambda c: -(c.span.start if c.span else 0)):
            assert claim.span is not None and text[claim.span.start:claim.span.end] == claim.span.text
            text = text[:claim.span.start] + text[claim.span.end:]
        levels = {claim.threshold / scale for claim in part.passage.claims for scale in (1e8, 1e9, 1e12)
                  if claim.threshold}
        left = [number for found in DIGITS.findall(text) if (number := float(found)) not in levels]
        assert all(number in (2024, 2025) or 1 <= number <= 12 for number in left), (question, text)
        assert not DIGITS.search(part.lead)


@pytest.mark.parametrize("question", ANSWERED)
def test_an_answer_reads_back(question: str) -> None:
    for part in reply(question).parts:
        if part.passage is not None:
            assert reads_back(part.passage), part.passage.text


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_query_is_the_question(language: str) -> None:
    """The query of an answer, put as a question of the query language, gives its table again."""
    for question in ANSWERED:
        for part in reply(question, language).parts:
            if part.table is not None:
                again = parse(part.query, latest=SPAN.last)
                assert run(again, statistics()).table(language) == part.table.table(language), question


@pytest.mark.parametrize("case", [c for c in CASES if "nearest" in c], ids=lambda c: c["q"])
def test_the_nearest_question_can_be_asked(case: dict[str, Any]) -> None:
    found = run(parse(case["nearest"], latest=SPAN.last), statistics())
    assert found.claims and not found.missing


@pytest.mark.parametrize("question", ANSWERED[::4])
def test_the_other_language_has_the_same_figures(question: str) -> None:
    for one, other in zip(reply(question, "en").parts, reply(question, "zh").parts, strict=True):
        assert (one.truth, one.computed, one.answered) == (other.truth, other.computed, other.answered)
        assert other.passage is None or re.search(r"[\u4e00-\u9fff]", other.passage.text)
        assert one.passage is None or not re.search(r"[\u4e00-\u9fff]", prose(one, "en"))


def test_what_is_supposed_is_said() -> None:
    notes = reply("How were exports?").parts[0].notes
    assert any("Mar 2025" in note for note in notes)
    assert not reply("How were exports in March 2025?").parts[0].notes
    assert any("Germany" in note for note in reply("German exports in March 2025").parts[0].notes)
    assert any("headwinds" in note for note in reply("Despite headwinds, did exports grow?").parts[0].notes)
    assert any("not cause" in note for note in reply("Why did imports fall?").parts[0].notes)


def test_a_supposition_that_is_wrong_is_said() -> None:
    assert "did not fall" in reply("How much did exports fall?").parts[0].lead
    assert "did not rise" in reply("Why did imports rise?").parts[0].lead
    assert reply("Why did imports fall?").parts[0].lead == ""


def test_a_reply_is_text_and_json() -> None:
    found = reply("Did exports exceed imports in March? How will exports develop?")
    text = plain(found)
    assert text == str(found) and "Yes." in text and 'customhouse query STORE "exports' in text
    row = json.loads(to_json(found, "store"))
    first, second = row["parts"]
    assert (first["yes"], first["answered"], second["answered"]) == (True, True, False)
    assert first["command"] == f'customhouse query store "{first["query"]}"'
    assert first["computed"][0]["arithmetic"] is not None and first["table"]["rows"]
    assert second["refusal"]["nearest"] and second["refusal"]["reason"]
    assert found.claims == found.parts[0].passage.claims  # type: ignore[union-attr]


def test_every_word_of_questions_is_heard() -> None:
    from customhouse.ask.words import PLAIN, meaning, means, tokens
    from customhouse.query.dates import calendar_of

    calendar = calendar_of(SPAN.last)
    for row in rows("question_words"):
        for form in (*split(row["en"]), *split(row["zh"])):
            found = tokens(form, calendar)
            meant = [t for t in found if t.kind == row["kind"] or means(t, row["kind"])]
            assert meant and (meant[0].kind in PLAIN or meaning(meant[0], row["kind"])), form


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two months of one line each, a year apart."""
    folder = tmp_path_factory.mktemp("asked")
    header = ("declaration_id,line,date,flow,hs_code,partner,region,enterprise,trader_id,regime,transport,"
              "value,currency,basis,quantity,quantity_unit,net_mass_kg")
    tail = "85171300,VNM,CN-GD,private,T,general,water"
    lines = [f"D{n},1,{day},exports,{tail},{value},CNY,FOB,10,kg,10"
             for n, (day, value) in enumerate((("2024-03-05", 100), ("2025-03-05", 112)))]
    path = folder / "lines.csv"
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    with customhouse.open_store(folder / "store", create=True) as desk:
        desk.load([path])
    german = "\n".join([header, *lines]).replace("VNM", "CHN").replace("CN-GD", "")
    path.write_text(german + "\n", encoding="utf-8")
    with customhouse.open_store(folder / "other", create=True) as desk:
        desk.load([path], customhouse.Loading(reporter="DEU"))
    return folder / "store"


def test_the_statistics_of_another_reporter_are_its_own(store: Path) -> None:
    """`China` is a partner there, and what China reports itself is not in them."""
    with customhouse.open_store(store.parent / "other") as desk:
        to_china = desk.ask("How much did exports to China grow?").parts[0]
        assert to_china.passage is not None and "Germany's exports to China" in to_china.passage.text
        assert [claim.value for claim in to_china.computed] == [112, 12]
        assert all(claim.slice.reporter == "DEU" for claim in to_china.computed)
        own = desk.ask("How were Germany's exports?").parts[0]
        assert own.passage is not None and own.computed[0].value == 112
        of_china = desk.ask("How much did China's exports grow?").parts[0].refusal
        assert of_china is not None and "China" in of_china.reason


def test_the_command_answers(store: Path) -> None:
    question, of = "How much did exports to ASEAN grow in March 2025?", ["--of", str(store)]
    done = CliRunner().invoke(app, ["ask", question, *of])
    assert done.exit_code == 0, done.output
    assert "12 percent" in done.stdout
    assert f'customhouse query {store} "growth of exports' in done.stdout.replace("\n", "")
    chinese = CliRunner().invoke(app, ["ask", "How were exports?", *of, "--lang", "zh", "--json"])
    assert json.loads(chinese.stdout)["language"] == "zh"


def test_the_command_refuses_with_its_own_exit_code(store: Path) -> None:
    done = CliRunner().invoke(app, ["ask", "-", "--of", str(store)], input="How will tariffs affect exports?")
    assert done.exit_code == 2 and "exports by month" in done.stdout
    assert CliRunner().invoke(app, ["ask", "exports", "--of", str(store / "none")]).exit_code == 3


def test_a_desk_answers(store: Path) -> None:
    with customhouse.open_store(store) as desk:
        found = desk.ask("How were exports in March?", language="zh")
    assert found.language == "zh" and found.answered and len(found.claims) >= 2
