"""The report: structure, escaping, policy, and every figure marked where it stands."""

from __future__ import annotations

import base64
import csv
import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import report_material as material
from customhouse.errors import OutputError
from customhouse.model import Claim, Document, Reconciliation, Span
from customhouse.report import write_report
from customhouse.report.mark import Figure, blocks, mark, shown

ROOT = Path(__file__).resolve().parents[1]
VOID = {"meta", "input", "br", "img", "link"}


class Tree(HTMLParser):
    """What a browser would make of the page, as far as the tests ask: text and marked pieces by text body."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.bodies: list[str] = []
        self.pieces: list[tuple[int, int, int]] = []
        self.tags: list[str] = []
        self.scripts: list[str] = []
        self._stack: list[tuple[str, str, int]] = []
        self._script = False
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {k: v or "" for k, v in attrs}
        self.tags.append(tag)
        if given.get("class") == "body":
            self.bodies.append("")
        if tag == "script":
            self.scripts.append("")
        if tag not in VOID:
            inside = "body" if given.get("class") == "body" else given.get("data-f", "")
            self._stack.append((tag, inside, len(self.bodies[-1]) if self.bodies else 0))

    def handle_endtag(self, tag: str) -> None:
        opened, figures, start = self._stack.pop()
        assert opened == tag
        if figures and figures != "body":
            self.pieces += [(int(f), start, len(self.bodies[-1])) for f in figures.split()]

    def handle_data(self, data: str) -> None:
        if self._stack and self._stack[-1][0] == "script":
            self.scripts[-1] += data
        elif any(figures == "body" for _, figures, _ in self._stack):
            self.bodies[-1] += data


@pytest.fixture(scope="module")
def tree() -> Tree:
    return Tree(material.page())


def body(text: str, spans: list[tuple[int, int]]) -> Tree:
    figures = [Figure(n, a, b, "g-value") for n, (a, b) in enumerate(spans)]
    return Tree(f'<div class="body">{mark(text, figures)}</div>')


def covered(tree: Tree, figure: int) -> str:
    pieces = sorted({(a, b) for f, a, b in tree.pieces if f == figure})
    return "".join(tree.bodies[-1][a:b] for a, b in pieces)


@given(st.text(st.sampled_from("ab 1%\n#*-_:.<&\r\x00\"'\u4e2d\u3002"), max_size=80), st.data())
def test_every_character_stands_once_and_every_span_is_marked(text: str, data: st.DataObject) -> None:
    spans = []
    if text:
        ends = st.tuples(st.integers(0, len(text) - 1), st.integers(1, len(text)))
        spans = data.draw(st.lists(ends.filter(lambda s: s[0] < s[1]), max_size=4, unique=True))
    found = body(text, spans)
    assert "".join(found.bodies) == shown(text)
    for number, (start, end) in enumerate(spans):
        assert covered(found, number) == shown(text)[start:end]


def test_blocks_cover_the_text_end_to_end() -> None:
    parts = blocks(material.EN.text)
    assert [p.start for p in parts[1:]] == [p.end for p in parts[:-1]]
    assert (parts[0].start, parts[-1].end) == (0, len(material.EN.text))


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("# Head\n\nA sentence.\n", ["heading", "blank", "para"]),
        ("---\ntitle: x\n---\nA sentence.\n", ["front", "para"]),
        ("A title\nMs Doe:\n- an item\n***\n", ["heading", "speaker", "item", "rule"]),
        (("word " * 18 + "\n") * 6 + "the end.\n" + ("more " * 18 + "\n") * 3, ["wrap", "wrap"]),
    ],
)
def test_structure(text: str, kinds: list[str]) -> None:
    assert [b.kind for b in blocks(text)] == kinds


def test_pieces_of_one_figure_are_one_stop_for_the_keyboard() -> None:
    marked = str(mark("one\ntwo", [Figure(0, 1, 6)]))
    assert marked.count('data-f="0"') == 2
    assert marked.count('tabindex="0"') == 1


def test_the_page_marks_every_claim(tree: Tree) -> None:
    data = json.loads(tree.scripts[0])
    assert len(data["claims"]) == len(material.CLAIMS)
    assert sorted(n for _, claims in data["figures"] for n in claims) == list(range(len(material.CLAIMS)))
    assert {f for f, *_ in tree.pieces} == set(range(len(data["figures"])))
    assert [shown(d.text) for d in material.DOCUMENTS] == tree.bodies


def test_claims_of_one_span_share_a_figure(tree: Tree) -> None:
    data = json.loads(tree.scripts[0])
    assert [len(claims) for _, claims in data["figures"]].count(2) == 1


def test_texts_are_shown_not_run(tree: Tree) -> None:
    assert tree.tags.count("script") == 2
    assert "img" not in tree.tags and "i" not in tree.tags
    assert "window.hacked" in tree.bodies[2]
    assert "\x00" not in material.page() and "\ud800" not in material.page()
    assert "javascript:" not in "".join(re.findall(r'(?:href|src)="[^"]*"', material.page()))


def test_policy_lets_only_this_page_act(tree: Tree) -> None:
    page = material.page()
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert policy
    rules = policy[1].replace("&#39;", "'")
    style = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    for text in (*style, tree.scripts[1]):
        assert base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() in rules
    assert rules.startswith("default-src 'none';") and "unsafe" not in rules
    assert not re.search(r'\sstyle="|\son[a-z]+="', page.partition("<main")[0])


def test_no_outside_host() -> None:
    files = (ROOT / "src/customhouse/report").glob("page.[hcj]*")
    source = "".join(p.read_text("utf-8") for p in files)
    assert "//" not in re.sub(r"^\s*//.*$", "", source, flags=re.MULTILINE)
    assert "url(" not in source and "@import" not in source


def test_findings_mark_their_figures() -> None:
    page = material.page()
    for kind, text in (("contradiction", "2.7 trillion yuan"), ("revision", "8.1%"), ("caution", "55.5%")):
        assert re.search(rf'class="fig [^"]*{kind}[^"]*"[^>]*>{re.escape(text)}<', page)
    assert re.search(r'class="fig [^"]*\bout\b[^"]*"[^>]*>3%<', page)


def test_findings_and_derived_link_to_figures() -> None:
    aside = material.page().partition("<aside>")[2].partition("</aside>")[0]
    assert len(re.findall(r'href="#figure=\d+"', aside)) == 7
    assert "2.267 to 2.36 trillion yuan" in aside and "2.5 / 1.081" in aside


@pytest.mark.parametrize(("language", "lang"), [("en", "en"), ("zh", "zh-Hans")])
def test_both_languages(language: str, lang: str) -> None:
    page = material.page(language)
    assert f'<html lang="{lang}">' in page
    title = {r["code"]: r for r in _interface()}["title"][language]
    assert f"<title>{title}</title>" in page


def _interface() -> list[dict[str, str]]:
    path = ROOT / "src/customhouse/vocabulary/data/interface.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_interface_words_are_whole() -> None:
    rows = _interface()
    assert len({r["code"] for r in rows}) == len(rows)
    one_language = [r["code"] for r in rows if not (r["en"] and r["zh"])]
    assert all(code.startswith("scale_") for code in one_language)
    for row in rows:
        if row["en"] and row["zh"] and not row["code"].startswith("period"):
            places = [set(re.findall(r"\{\w+\}", row[to])) for to in ("en", "zh")]
            assert places[0] == places[1], row["code"]


def test_interface_has_no_unused_word() -> None:
    package = ROOT / "src/customhouse"
    sources = [*package.rglob("*.py"), *(package / "report").glob("page.*")]
    code = "".join(p.read_text("utf-8") for p in sources)
    made = ("period_", "month_", "group_", "kind_", "factor_", "of_", "language_", "rise", "fall", "rule_")
    made += tuple(re.findall(r"\bf[\"']([a-z]\w*_)\{", code))
    labels = {"flow", "partner", "commodity", "enterprise", "region", "regime", "transport", "reporter",
              "exports", "imports", "trade", "balance"}
    unused = [
        r["code"] for r in _interface()
        if not r["code"].startswith(made) and r["code"] not in labels and f'"{r["code"]}"' not in code
    ]
    assert unused == []


@pytest.mark.parametrize(
    ("documents", "span", "message"),
    [
        ([material.EN], Span("elsewhere", 0, 1, "x"), "was not given"),
        ([material.EN], Span("english", 0, 4, "5.5%"), "is not '5.5%'"),
        ([material.EN], Span("english", 3, 3, ""), "is not"),
        ([material.EN, material.EN], Span("english", 0, 1, "#"), "two documents"),
    ],
)
def test_a_figure_that_has_no_place_is_an_error(documents: list[Document], span: Span, message: str) -> None:
    with pytest.raises(OutputError, match=message):
        write_report(documents, [Claim("growth", 1.0, "%", span)], Reconciliation())


def test_unknown_language_is_an_error() -> None:
    with pytest.raises(OutputError, match="choose en or zh"):
        write_report([], [], Reconciliation(), "fr")


def test_nothing_to_show_says_so() -> None:
    assert "There is no text to show." in write_report([], [], Reconciliation())


def test_gold_claims_are_all_marked(shared: Path) -> None:
    files = sorted((shared / "seeds").glob("*.txt"))
    documents = [Document(p.stem, p.read_text("utf-8")) for p in files]
    golds = sorted((shared / "claims/gold").glob("*.jsonl"))
    lines = "".join(p.read_text("utf-8") for p in golds).splitlines()
    claims = [Claim.from_dict(json.loads(line)) for line in lines]
    found = Tree(write_report(documents, claims, Reconciliation()))
    assert found.bodies == [shown(d.text) for d in documents]
    assert len({f for f, *_ in found.pieces}) == len({c.span for c in claims})
