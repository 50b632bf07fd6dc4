"""Digests: nothing that the article does not state, in the manner of one, in both languages."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

import choosing
import customhouse
from customhouse.api import Claims
from customhouse.api import digest as digest_of
from customhouse.cli import app
from customhouse.desk import Loading, open_store
from customhouse.digest import Digest, digest, to_markdown
from customhouse.digest.checking import said, stated
from customhouse.digest.heading import heading
from customhouse.digest.markdown import front_matter, scalar
from customhouse.errors import EmptyFile
from customhouse.model import Claim, Document, Slice, Span
from customhouse.period import Period
from customhouse.prose import compose
from customhouse.reader import read_text
from declaring import declared, delimited

ROOT = Path(__file__).resolve().parents[1]
SEEDS = ROOT.parent / "shared" / "seeds"
TEXTS = [
    *sorted(path for path in (ROOT / "examples").iterdir() if path.suffix in (".md", ".txt")),
    *sorted(SEEDS.glob("*.txt")),
]
FRONT = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
ARTICLE = """# Exports hold up

Beijing, April 14, 2025. In the first quarter of 2025, China's imports and exports reached 10.3 trillion yuan,
up 1.3 percent year on year. Exports reached 6.13 trillion yuan, up 6.9 percent. Trade with ASEAN was 1.71
trillion yuan, up 7.1 percent, and trade with the EU was 1.3 trillion yuan, up 1.4 percent.
"""


def made(path: Path) -> tuple[Claims, Digest]:
    claims = customhouse.read_files(path, directions=True)
    return claims, digest(claims.documents[0], claims)


@pytest.fixture(params=TEXTS, ids=lambda p: p.name)
def case(request: pytest.FixtureRequest) -> tuple[Claims, Digest]:
    return made(request.param)


def test_no_figure_is_told_that_the_article_does_not_state(case: tuple[Claims, Digest]) -> None:
    """Read by itself, each language and the page as a whole give claims of the article, field by field."""
    claims, found = case
    article = stated(claims)
    texts = [to_markdown(found)]
    for part in found.parts:
        texts += [part.text, f"# {part.title}\n\n{part.text}"]
    for text in texts:
        read = read_text(text, found.published, directions=True)
        assert read and [c for c in read if said(c) not in article] == []


def test_figures_lead_back_to_the_article(case: tuple[Claims, Digest]) -> None:
    claims, found = case
    text = {document.name: document.text for document in claims.documents}
    for part in found.parts:
        for passage, figures in zip(part.paragraphs, part.figures, strict=True):
            assert [f.told for f in figures] == list(passage.claims)
            for figure in figures:
                told, span = figure.told.span, figure.stated.span
                assert told and passage.text[told.start:told.end] == told.text
                assert span and text[span.doc][span.start:span.end] == span.text
                assert said(figure.told) == said(figure.stated)


def test_a_digest_is_short_and_says_things_once(case: tuple[Claims, Digest]) -> None:
    for part in case[1].parts:
        sentences = re.split(r"(?<=[.!?])\s+(?=[A-Z])|\u3002", part.text)
        assert 1 <= len([s for s in sentences if s.strip()]) <= 10
        told = [said(figure.told) for figures in part.figures for figure in figures]
        assert len(told) == len(set(told))


def test_totals_come_first(case: tuple[Claims, Digest]) -> None:
    """Where the article gives the totals of the main period, the first figure is one of them."""
    for part in case[1].parts:
        figures = [figure.told for passage in part.figures for figure in passage]
        totals = [c for c in figures if not c.slice.narrowing() and c.period == figures[0].period]
        assert not totals or not figures[0].slice.narrowing()


def test_the_front_matter_is_yaml(case: tuple[Claims, Digest]) -> None:
    page = to_markdown(case[1])
    match = FRONT.match(page)
    assert match
    front = yaml.safe_load(match[1])
    assert set(front) - {"date"} == {"title", "source", "language", "tags"}
    assert front["language"] == ["zh", "en"] and front["title"] and front["tags"]
    bold = re.findall(r"\*\*(.+?)\*\*", page)
    assert len(bold) >= 4 and page.count("\n# ") == 2 and page.count("\n---\n") == 2


def test_titles_are_the_articles_own(shared: Path) -> None:
    """The seed that shows the manner has a title in each language, an address, a date."""
    path = next((shared / "seeds").glob("000*"))
    found = made(path)[1]
    titles = re.findall(r"^# (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert [part.title for part in found.parts] == titles
    assert found.published == "2024-05-09" and found.source.startswith("https://ft.com/")
    assert all(part.own_title for part in found.parts)
    told = {f.told.value for part in found.parts for figures in part.figures for f in figures}
    assert told == {1.5, 8.4, 1.0, -1.0}  # growth of exports and imports, a surplus, a deficit


def test_a_title_is_written_where_the_article_has_none_in_the_language() -> None:
    claims = customhouse.read(ARTICLE)
    zh, en = digest(claims.documents[0], claims).parts
    assert en.title == "Exports hold up" and en.own_title
    assert not zh.own_title and "10.3" in zh.title and "1.3%" in zh.title


def test_one_language_and_its_order() -> None:
    claims = customhouse.read(ARTICLE)
    for languages in (["en"], ["zh"], ["en", "zh"]):
        found = digest(claims.documents[0], claims, languages)  # type: ignore[arg-type]
        assert [part.language for part in found.parts] == languages
        assert to_markdown(found).count("\n# ") == len(languages)


@pytest.mark.parametrize("text", [
    "Nothing is counted here.",
    "The press conference began at 10 a.m. on April 14, 2025.",
    "China's economy grew by 5 percent in 2024.",
])
def test_articles_without_figures_of_trade(text: str) -> None:
    claims = customhouse.read(text)
    with pytest.raises(EmptyFile, match="no figure about goods trade"):
        digest(claims.documents[0], claims)


@pytest.mark.parametrize(("text", "titles", "address"), [
    ("# One\n\nText 5%.\n\n## Two\n", ("One", "Two"), None),
    ('---\ntitle: "A: b"\nurl: https://example.org/a\n---\nText.', ("A: b",), "https://example.org/a"),
    ("A headline without a stop\n\nThe text begins.", ("A headline without a stop",), None),
    ("A sentence that ends.\n\nAnother.", (), None),
    ("By Jane Doe, Daily News\n\nThe text begins.", (), None),
    ("# **Bold** title #\n\n[Source](https://example.org/x)", ("Bold title",), "https://example.org/x"),
    ("", (), None),
])
def test_headings(text: str, titles: tuple[str, ...], address: str | None) -> None:
    found = heading(text)
    assert found.titles == titles and found.address == address


@given(st.text())
def test_any_text_is_a_scalar(text: str) -> None:
    loaded = yaml.safe_load(f"title: {scalar(text)}\n")
    assert isinstance(loaded["title"], str)
    assert [c for c in text if c.isalnum()] == [c for c in loaded["title"] if c.isalnum()]


@given(st.text(max_size=60), st.text(max_size=60))
def test_front_matter_whatever_it_holds(title: str, source: str) -> None:
    claims = customhouse.read(ARTICLE)
    found = digest(claims.documents[0], claims, ["en"], source=source or "x")
    part = found.parts[0]
    odd = Digest(found.name, found.published, found.source, (type(part)(
        part.language, title, True, part.paragraphs, (title, source), part.figures),))
    front = FRONT.match(front_matter(odd) + "\n")
    assert front and isinstance(yaml.safe_load(front[1])["title"], str)
    body = to_markdown(odd)[len(front[0]):]
    assert body.count("\n# ") <= 1


codes = st.sampled_from([None, "USA", "ASEAN", "EU", "JPN"])
goods = st.sampled_from([None, "mechanical_electrical", "crude_oil"])
periods = st.sampled_from([Period.of(2025, 1, 3), Period.of(2025, 3, 3), Period.of(2024)])
figures = st.tuples(
    st.sampled_from(["value", "growth"]), st.sampled_from(["exports", "imports", "trade"]), codes, goods,
    periods, st.integers(11, 999), st.booleans(),
)


def claim_of(row: tuple[Any, ...]) -> Claim:
    measure, flow, partner, commodity, period, number, down = row
    part = Slice(flow=flow, partner=partner, commodity=commodity)
    value, unit = (number * 1e10, "CNY") if measure == "value" else (number / 10 * (-1) ** down, "%")
    return Claim(measure, value, unit, Span("a", 0, 0, ""), slice=part, period=period)


@choosing.tries(20)
@given(st.lists(figures, min_size=1, max_size=12, unique_by=lambda r: r[:5]), st.sampled_from(["en", "zh"]))
def test_digests_of_articles_of_any_figures(rows: list[tuple[Any, ...]], language: str) -> None:
    """An article written of random claims: its digest in either language has claims of it alone."""
    text = compose([[claim_of(row)] for row in rows], language, published="2025-04-14").text
    claims = customhouse.read(text, "2025-04-14")
    article = stated(claims)
    found = digest(claims.documents[0], claims, published="2025-04-14")
    for part in found.parts:
        assert part.paragraphs
        assert all(said(c) in article for c in read_text(part.text, "2025-04-14"))
    assert all(said(c) in article for c in read_text(to_markdown(found)))


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(a) for a in arguments], prog_name="customhouse")


@pytest.fixture
def store(tmp_path: Path) -> Path:
    lines = [declared("A", value=6000), declared("B", flow="imports", basis="CIF", value=2000)]
    with open_store(tmp_path / "store", create=True) as desk:
        desk.load([delimited(tmp_path / "lines.csv", lines)], Loading(known_on=date(2025, 4, 14)))
    return tmp_path / "store"


def test_figures_carry_their_verdict(store: Path, tmp_path: Path) -> None:
    article = tmp_path / "article.txt"
    text = ("Beijing, April 14, 2025. In March 2025, China's exports were 6,000 yuan, up 5.0 percent year on "
            "year. China's imports were 2,500 yuan in March 2025.\n")
    article.write_text(text, encoding="utf-8")
    done = run("digest", article, "--against", store, "--lang", "en")
    assert done.exit_code == 0, done.output
    assert "**6,000 yuan** \u2713" in done.output and "**2,500 yuan** \u2717" in done.output
    assert "**5 percent** year" in done.output
    for words in ("holds in the statistics", "contradicted by", "unmarked"):
        assert words in done.output
    claims = customhouse.read_files(article)
    assert [c for c in read_text(done.output) if said(c) not in stated(claims)] == []
    rows = json.loads(run("digest", article, "--against", store, "--json").output)
    verdicts = {f["text"]: f["verdict"] for part in rows[0]["parts"] for f in part["figures"]}
    assert verdicts["6,000 yuan"] == "holds" and verdicts["2,500 yuan"] == "contradicted"
    assert run("digest", article, "--against", store, "--strict").exit_code == 1


def test_the_command_writes_one_file_a_text(examples: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_text("Nothing is counted here.")
    done = run("digest", examples / "2025-q1-release.en.md", examples / "2025-h1-story.en.txt",
               tmp_path / "empty.txt", "-o", tmp_path / "out", "--url", "https://example.org/a")
    assert done.exit_code == 3 and "no figure about goods trade" in done.output
    files = sorted((tmp_path / "out").iterdir())
    assert [f.name for f in files] == ["2025-h1-story.en.md", "2025-q1-release.en.md"]
    front = FRONT.match(files[1].read_text(encoding="utf-8"))
    assert front and yaml.safe_load(front[1])["source"] == "https://example.org/a"


@pytest.mark.parametrize("lang", ["de", "", "en,fr"])
def test_the_command_knows_its_languages(examples: Path, lang: str) -> None:
    done = run("digest", examples / "2025-q1-release.en.md", "--lang", lang)
    assert done.exit_code == 2 and "zh, en" in done.output


def test_claims_without_their_text_have_no_digest(tmp_path: Path) -> None:
    (tmp_path / "claims.jsonl").write_text("")
    done = run("digest", tmp_path / "claims.jsonl")
    assert done.exit_code == 2 and "no text to digest" in done.output


def test_from_python(examples: Path) -> None:
    found = digest_of(examples / "2025-q1-release.en.md", ["en"])
    assert found.parts[0].language == "en" and json.dumps(found.to_dict())
    document = Document("a", ARTICLE, "folder/a.txt")
    assert digest(document, read_text(ARTICLE, doc="a")).source == "a.txt"
