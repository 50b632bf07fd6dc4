"""Files and folders in: which are read, what text comes out, and what each error says."""

from __future__ import annotations

import io
import os
import re
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace

import pytest

import making
from customhouse.errors import (
    BrokenFile,
    EmptyFile,
    InputError,
    MissingExtra,
    UnreadableFile,
    UnsupportedFile,
)
from customhouse.reader import documents
from customhouse.reader.documents import discover, docx_text, extras, layout, load, pdf_text, pdf_worker
from making import CHINESE, ENGLISH, put

TABLE = [["Partner", "Exports", "Growth"], ["North", "587.2", "12.3"], ["South", "516.4", "3.0"]]
LANGUAGES = [pytest.param(ENGLISH, False, id="en"), pytest.param(CHINESE, True, id="zh")]


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("b.txt", "a.md", "x/c.HTML", "x/y/d.pdf", ".hidden.txt", ".git/e.txt", "t.xlsx", "~$f.docx"):
        put(tmp_path, name, "text")
    monkeypatch.chdir(tmp_path)
    return tmp_path


DISCOVERED = [
    (["."], ["./a.md", "./b.txt", "./x/c.HTML", "./x/y/d.pdf"]),
    (["x"], ["x/c.HTML", "x/y/d.pdf"]),
    (["b.txt", "a.md"], ["b.txt", "a.md"]),
    (["b.txt", "./b.txt", "*.txt"], ["b.txt"]),
    (["*.txt"], ["b.txt"]),
    (["**/*.pdf"], ["x/y/d.pdf"]),
    (["**"], ["a.md", "b.txt", "x/c.HTML", "x/y/d.pdf"]),
    (["?.md", "-"], ["a.md", "-"]),
    (["t.xlsx"], ["t.xlsx"]),
    ([".hidden.txt"], [".hidden.txt"]),
    ([], []),
]


@pytest.mark.parametrize(("paths", "found"), DISCOVERED)
def test_discover(tree: Path, paths: list[str], found: list[str]) -> None:
    assert discover(paths) == [os.path.join(*file.split("/")) for file in found]


@pytest.mark.parametrize("path", ["none.txt", "none/", "*.docx", "", ".git/x", "a\0b", "**/*.xlsx"])
def test_discover_names_a_path_that_comes_to_nothing(tree: Path, path: str) -> None:
    with pytest.raises(UnreadableFile) as caught:
        discover(["b.txt", path])
    assert path.replace("\0", "\ufffd") in str(caught.value)


def test_a_folder_without_documents_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"without a file that can be read; readable are \.txt"):
        discover([str(tmp_path)])


def test_a_file_whose_name_looks_like_a_pattern(tmp_path: Path) -> None:
    path = put(tmp_path, "report[1].txt", "text")
    assert discover([path]) == [path]


def test_links_in_a_circle_end(tree: Path) -> None:
    (tree / "x" / "loop").symlink_to(tree, target_is_directory=True)
    assert len(discover(["."])) == 4


@pytest.mark.parametrize("ending", [".txt", ".md"])
def test_plain_text_keeps_its_characters(tmp_path: Path, ending: str) -> None:
    document = load(put(tmp_path, "a.b" + ending, "\ufeff  One\r\n\r\ntwo \t5%\rthree  \n"))
    assert document.text == "  One\n\ntwo \t5%\nthree  \n"
    assert (document.name, document.published) == ("a.b", None)
    assert document.source.endswith(ending)


def test_seeds_are_read_as_they_are(shared: Path) -> None:
    for path in discover([str(shared / "seeds")]):
        assert load(path).text == Path(path).read_text(encoding="utf-8")


@pytest.mark.parametrize(("paragraphs", "_"), LANGUAGES)
def test_web_page(tmp_path: Path, paragraphs: list[str], _: bool) -> None:
    document = load(put(tmp_path, "page.html", making.html(paragraphs)))
    assert document.text == "\n\n".join(paragraphs)


def test_short_web_page_falls_back_to_its_text(tmp_path: Path) -> None:
    body = "<nav>Menu</nav><div>Exports <b>rose <i>by</i> 5%</b> in May.<br>More.</div><hr>End"
    page = f"<html><body>{body}</body></html>"
    text = load(put(tmp_path, "page.htm", page)).text
    assert "Exports rose by 5% in May." in text.split("\n\n")
    assert "Menu" not in text


def test_short_page_without_article_keeps_headings_and_lists(tmp_path: Path) -> None:
    page = (
        "<html><body><div><a href='/'>首页</a> <a href='/b'>新闻</a></div>"
        "<div class='has-sidebar'><h3>一、进出口</h3>"
        "<p>出口增长5%，见<a href='/c'>附表</a>。</p>"
        "<ul><li>民营企业增长7%。</li><li>外资企业持平。</li></ul>"
        "<table><tr><td>1</td></tr></table></div><div class='page-footer'>版权所有</div></body></html>"
    )
    text = "一、进出口\n\n出口增长5%，见附表。\n\n民营企业增长7%。\n\n外资企业持平。"
    assert load(put(tmp_path, "page.html", page)).text == text


PUBLISHED = [
    ('<meta property="article:published_time" content="2025-04-14T10:00:00+08:00">', "2025-04-14"),
    ('<meta name="PubDate" content="2025-4-14 10:00">', "2025-04-14"),
    ('<meta name="publishdate" content="2025年4月14日">', "2025-04-14"),
    ('<meta itemprop="datePublished" content="20250414">', "2025-04-14"),
    ('<script type="application/ld+json">{"@graph":[{"datePublished":"2025-04-14"}]}</script>', "2025-04-14"),
    ('<meta name="PubDate" content="2025-02-31"><meta name="dc.date" content="2025-03-01">', "2025-03-01"),
    ('<meta property="article:modified_time" content="2025-04-14">', None),
    ('<meta name="PubDate" content="soon">', None),
    ('<script type="application/ld+json">{broken</script>', None),
    ("", None),
]


@pytest.mark.parametrize(("head", "day"), PUBLISHED)
def test_day_of_publication(tmp_path: Path, head: str, day: str | None) -> None:
    assert load(put(tmp_path, "page.html", making.html(ENGLISH, head))).published == day


@pytest.mark.parametrize("indent", [True, False])
@pytest.mark.parametrize("columns", [1, 2, 3])
@pytest.mark.parametrize(("paragraphs", "chinese"), LANGUAGES)
def test_pdf_in_columns_over_pages(
    tmp_path: Path, paragraphs: list[str], chinese: bool, columns: int, indent: bool
) -> None:
    many = paragraphs[:1] + paragraphs[1:] * 5
    data = making.pdf(many, columns=columns, chinese=chinese, indent=indent)
    text = load(put(tmp_path, "a.pdf", data)).text
    assert re.sub(r"\s", "", text) == re.sub(r"\s", "", "".join(many))
    whole = sum(paragraph in text.split("\n\n") for paragraph in many)
    assert whole == len(many) if indent else whole >= 0.7 * len(many)


def test_pdf_table_rows_are_no_prose(tmp_path: Path) -> None:
    text = load(put(tmp_path, "a.pdf", making.pdf(ENGLISH * 2, table=TABLE, height=842))).text
    assert "516.4" not in text
    assert "812.3 billion yuan" in text


def test_pdf_pages_that_repeat_a_sentence_keep_it() -> None:
    line = layout.Run(60, 400, 300, 10, "Exports rose by 5%.")
    heights = (50, 70, 90, 500, 520, 540)
    others = [[layout.Run(60, 90, y, 10, f"Line {page}{y}") for y in heights] for page in "ab"]
    pages = [[*page, line] for page in others]
    assert all(line in page for page in layout.without_running_heads(pages))


def test_pdf_note_marks_do_not_join_numbers() -> None:
    row = [
        layout.Run(60, 160, 100, 10, "stood at 6.1 trillion"),
        layout.Run(160, 164, 96, 6, "2"),
        layout.Run(168, 190, 100, 10, "yuan"),
    ]
    assert layout.ordered([row])[0][0].text == "stood at 6.1 trillion yuan"


BROKEN_WORDS = [
    ("the manu-", "facturing of", "the manufacturing of"),
    ("up year-on-", "year in May", "up year-on-year in May"),
    ("from 2024-", "2025 on", "from 2024-2025 on"),
    ("the US-", "China talks", "the US-China talks"),
    ("a price -", "and more", "a price - and more"),
    ("出口同比", "增长", "出口同比增长"),
    ("达到", "5.2%", "达到5.2%"),
    ("rose by", "5%", "rose by 5%"),
]


@pytest.mark.parametrize(("first", "second", "joined"), BROKEN_WORDS)
def test_line_ends(first: str, second: str, joined: str) -> None:
    lines = [layout.Line(60, 300, y, 10, text, 60, 300) for y, text in ((100, first), (112, second))]
    assert pdf_text.paragraphs([tuple(lines)]) == [joined]


def test_docx(tmp_path: Path) -> None:
    document = load(put(tmp_path, "a.docx", making.docx(ENGLISH, TABLE)))
    assert document.text == "\n\n".join(ENGLISH)
    assert document.published is None


def test_docx_agrees_with_python_docx() -> None:
    from docx import Document

    data = making.docx([*CHINESE, "a\tb\nc", "", "  d"])
    theirs = [paragraph.text for paragraph in Document(io.BytesIO(data)).paragraphs]
    assert docx_text.extract(data, "x")[0].split("\n\n") == [text for text in theirs if text.strip()]


WORD_XML = [
    (
        "<w:p><w:r><w:t>up </w:t></w:r><w:del><w:r><w:delText>4%</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>5%</w:t></w:r></w:ins></w:p>",
        "up 5%",
    ),
    ("<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>secret</w:t></w:r><w:r><w:t>open</w:t></w:r></w:p>", "open"),
    ('<w:p><w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>shown</w:t></w:r></w:p>', "shown"),
    (
        "<w:p><w:r><w:t>a</w:t></w:r><w:r><w:txbxContent><w:p><w:r><w:t>box</w:t></w:r></w:p></w:txbxContent>"
        "</w:r><w:r><w:t>b</w:t></w:r></w:p>",
        "ab\n\nbox",
    ),
    (
        "<w:sdt><w:sdtContent><w:p><w:hyperlink><w:r><w:t>in</w:t></w:r></w:hyperlink></w:p></w:sdtContent>"
        "</w:sdt>",
        "in",
    ),
    (
        "<w:p><w:r><w:instrText>PAGE</w:instrText><w:t>7</w:t><w:noBreakHyphen/><w:t>8</w:t></w:r></w:p>",
        "7-8",
    ),
]


@pytest.mark.parametrize(("body", "text"), WORD_XML)
def test_docx_parts(body: str, text: str) -> None:
    assert docx_text.extract(making.raw_docx(body), "x")[0] == text


def _bomb() -> bytes:
    return making.raw_docx("<w:p/>" + " " * (docx_text._MAX_PART + 1))


def _password_docx() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + "EncryptedPackage".encode("utf-16-le")


def _zip_without_word() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/workbook.xml", "<a/>")
    return out.getvalue()


ERRORS = [
    ("a.txt", lambda: b"", EmptyFile, "empty"),
    ("a.txt", lambda: b" \n\t ", EmptyFile, "empty"),
    ("a.txt", lambda: b"\xef\xbb\xbf\xe2\x80\x8b\n", EmptyFile, "no text"),
    ("a.txt", lambda: bytes(range(256)) * 20, BrokenFile, "not text"),
    ("a.txt", lambda: b"\x89PNG\r\n\x1a\n123", BrokenFile, "an image"),
    ("a.txt", lambda: making.pdf(ENGLISH), BrokenFile, "it is a PDF"),
    ("a.txt", lambda: making.docx(ENGLISH), BrokenFile, "office or zip"),
    ("a.txt", lambda: ("exports \ufffd\ufffd rose " * 9).encode(), BrokenFile, "lost"),
    ("a.html", lambda: b"<html><body><script>x</script></body></html>", EmptyFile, "no text"),
    ("a.pdf", lambda: b"%PDF-1.7\nnothing", BrokenFile, "damaged"),
    ("a.pdf", lambda: making.html(ENGLISH).encode(), BrokenFile, "it is a web page"),
    ("a.pdf", lambda: making.pdf(ENGLISH)[:600], BrokenFile, "damaged"),
    ("a.pdf", lambda: making.pdf(ENGLISH, password="s3"), BrokenFile, "password-protected"),
    ("a.pdf", making.picture_pdf, EmptyFile, "run OCR first"),
    ("a.docx", lambda: making.docx(ENGLISH)[:3000], BrokenFile, "truncated"),
    ("a.docx", _password_docx, BrokenFile, "password-protected"),
    ("a.docx", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), BrokenFile, r"old \.doc"),
    ("a.docx", _bomb, BrokenFile, "unpacks to more than"),
    ("a.docx", _zip_without_word, BrokenFile, "without the text"),
    ("a.docx", lambda: making.raw_docx("<w:p>" * 500 + "</w:p>" * 500), BrokenFile, "nested"),
    ("a.docx", lambda: making.raw_docx("<w:p>"), BrokenFile, "damaged"),
    ("a.docx", lambda: making.raw_docx("<!DOCTYPE x>"), BrokenFile, "document type"),
    ("a.docx", lambda: making.raw_docx("<w:p/>"), EmptyFile, "no text"),
    ("a.docx", lambda: b"plain text", BrokenFile, "truncated"),
    ("a.xlsx", lambda: b"x", UnsupportedFile, r"\.xlsx files are not read"),
    ("a.png", lambda: b"x", UnsupportedFile, r"\.txt, \.md, \.html"),
    ("noending", lambda: b"x", UnsupportedFile, "without an ending"),
    ("two\nlines.txt", lambda: b"", EmptyFile, "empty"),
]


@pytest.mark.parametrize(("name", "data", "kind", "says"), ERRORS)
def test_errors_name_the_file_and_the_remedy(
    tmp_path: Path, name: str, data: object, kind: type[InputError], says: str
) -> None:
    path = put(tmp_path, name, data())  # type: ignore[operator]
    with pytest.raises(kind, match=says) as caught:
        load(path)
    message = str(caught.value)
    assert name.replace("\n", "\ufffd") in message
    assert len(message.splitlines()) == 1
    assert type(caught.value) is kind
    assert caught.value.remedy


@pytest.mark.parametrize(
    "name", ["none.txt", "none/none.pdf", "folder", "folder.txt", "a\0.txt", "x" * 5000 + ".txt"]
)
def test_unreadable(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder.txt").mkdir()
    with pytest.raises(UnreadableFile):
        load(str(tmp_path / name))


@pytest.mark.skipif(os.name == "nt" or os.getuid() == 0, reason="permissions do not bind this user")
def test_permission(tmp_path: Path) -> None:
    path = put(tmp_path, "a.txt", "x")
    os.chmod(path, 0)
    with pytest.raises(UnreadableFile, match="permission"):
        load(path)


def test_large_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(documents.load.__globals__, "MAX_BYTES", 1 << 20)
    with pytest.raises(BrokenFile, match="larger than 1 MB"):
        load(put(tmp_path, "a.txt", b"a" * ((1 << 20) + 1)))


def test_a_pdf_that_fills_memory_ends_in_an_error(tmp_path: Path) -> None:
    path = put(tmp_path, "bomb.pdf", _pdf_bomb(400 << 20))
    with pytest.raises(InputError):
        load(path)


def _pdf_bomb(size: int) -> bytes:
    """One page whose content unpacks to very many text objects."""
    import zlib

    packer = zlib.compressobj(9)
    unit = b"BT /F1 9 Tf 9 9 Td (abcdefgh) Tj ET\n" * 30000
    packed = b"".join(packer.compress(unit) for _ in range(size // len(unit))) + packer.flush()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n" % len(packed) + packed + b"\nendstream",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    body = b"".join(b"%d 0 obj%s endobj\n" % (i, item) for i, item in enumerate(objects, 1))
    return b"%PDF-1.4\n" + body + b"trailer<</Root 1 0 R>>\n"


def test_a_worker_that_dies_is_an_error_of_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_text, "_WORKER", tmp_path / "none.py")
    with pytest.raises(BrokenFile, match="limits of memory and time"):
        load(put(tmp_path, "a.pdf", making.pdf(ENGLISH)))


def test_a_pdf_whose_fonts_hide_the_characters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = [[60.0, 300.0, 100.0, 10.0, "\ufffd" * 40]]
    monkeypatch.setattr(pdf_text, "_read", lambda data: {"pages": [page]})
    with pytest.raises(BrokenFile, match="run OCR"):
        load(put(tmp_path, "a.pdf", making.pdf(ENGLISH)))


def test_too_much_text_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_worker, "MAX_CHARACTERS", 50)
    assert pdf_worker.read(making.pdf(ENGLISH)) == {"error": "long"}


STDIN = [
    (lambda: "出口增长5%。\r\n".encode("gb18030") * 20, "出口增长5%。\n" * 20),
    (lambda: making.html(ENGLISH).encode(), "\n\n".join(ENGLISH)),
    (lambda: making.docx(ENGLISH), "\n\n".join(ENGLISH)),
    (lambda: making.pdf(ENGLISH * 2, height=300), "\n\n".join(ENGLISH * 2)),
]


@pytest.mark.parametrize(("data", "text"), STDIN)
def test_standard_input_of_any_kind(monkeypatch: pytest.MonkeyPatch, data: object, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(data())))  # type: ignore[operator]
    document = load("-")
    assert (document.text, document.name, document.source) == (text, "stdin", "-")


def test_standard_input_that_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(UnreadableFile, match="standard input"):
        load("-")


@pytest.mark.parametrize(("name", "what"), [("a.html", "web pages"), ("a.pdf", "PDF files")])
def test_missing_libraries_say_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, what: str
) -> None:
    def absent(module: str) -> object:
        raise ImportError(module)

    monkeypatch.setattr(extras, "import_module", absent)
    monkeypatch.setattr(pdf_text, "find_spec", lambda name: None if name == "pypdfium2" else find_spec(name))
    data = making.pdf(ENGLISH) if name.endswith("pdf") else making.html(ENGLISH)
    with pytest.raises(MissingExtra, match=what + r".*customhouse\[documents\]"):
        load(put(tmp_path, name, data))


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html", "a.pdf", "a.docx"])
def test_bytes_are_read_as_the_file_would_be(tmp_path: Path, name: str) -> None:
    made = {"pdf": making.pdf, "html": making.html, "docx": making.docx}.get(name[2:])
    content = made(ENGLISH) if made else "\n\n".join(ENGLISH)
    data = content.encode() if isinstance(content, str) else content
    path = put(tmp_path, name, data)
    file, sent = load(path), documents.load_bytes(data, f"C:\\folder/{name}")
    assert (sent.name, sent.text, sent.published) == (file.name, file.text, file.published)
    assert sent.source == name


def test_bytes_of_an_unknown_kind_are_refused_by_their_name() -> None:
    for name in ("a.xlsx", "a", "", ".txt", "-", str(Path(__file__).parent)):
        with pytest.raises(UnsupportedFile, match="save it as one of"):
            documents.load_bytes(b"text", name)
    with pytest.raises(EmptyFile):
        documents.load_bytes(b" ", "a.txt")
