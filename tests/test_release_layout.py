"""The files of a release: what stands in them, that nothing in them acts, all of them or none."""

from __future__ import annotations

import csv
import re
import sys
import zipfile
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

import choosing
import layout_material as material
from customhouse import api
from customhouse.errors import MissingExtra, OutputError
from customhouse.period import Period
from customhouse.release import charts_draw
from customhouse.release.compose import body
from customhouse.release.labels import MINUS, clean, label
from customhouse.release.layout import stem, write, write_release
from customhouse.release.model import Cell, Release

LANGUAGES = ("zh", "en")
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SVG = "{http://www.w3.org/2000/svg}"
XLINK_OR_SVG = ("http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("release") / "out"
    write_release(material.releases(), found)
    return found


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("hostile") / "out"
    write_release(material.releases(hostile=True), found)
    return found


def page(folder: Path, language: str) -> Any:
    html = pytest.importorskip("lxml.html")
    return html.fromstring((folder / f"2025-Q1.{language}.html").read_bytes())


# --- names, all or none -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("period", "name"),
    [
        (Period.of(2025, 3, 3), "2025-03"), (Period.of(2025, 4, 6), "2025-Q2"),
        (Period.of(2025, 7, 12), "2025-H2"), (Period.of(2024), "2024"),
        (Period.of(2025, 1, 5), "2025-01_2025-05"),
        (Period(24291, 24302), "2024-04_2025-03"), (Period.of(2025, 2, 4), "2025-02_2025-04"),
    ],
)  # fmt: skip
def test_names_of_files(period: Period, name: str) -> None:
    assert stem(period) == name


def test_all_files_are_written_and_named(tmp_path: Path) -> None:
    paths = write_release(material.releases(), tmp_path / "new" / "out", beside={"figures.json": "{}"})
    there = {
        p.relative_to(tmp_path / "new" / "out").as_posix()
        for p in (tmp_path / "new").rglob("*.*")
        if p.is_file()
    }
    assert {p.relative_to((tmp_path / "new" / "out").resolve()).as_posix() for p in paths} == there
    wanted = {f"2025-Q1.{to}.{end}" for to in LANGUAGES for end in ("html", "docx", "md", "xlsx")}
    wanted |= {f"tables/2025-Q1.{table.code}.csv" for table in material.release("en").tables}
    wanted |= {
        f"charts/2025-Q1.{chart.code}.{to}.{end}"
        for to in LANGUAGES for end in ("svg", "png") for chart in material.release("en").charts
    }  # fmt: skip
    assert there == wanted | {"figures.json"}
    assert [p.name for p in (tmp_path / "new").iterdir()] == ["out"]


def test_only_what_is_asked_for(tmp_path: Path) -> None:
    paths = write_release([material.release("en")], tmp_path / "out", ("md", "csv"))
    assert {p.suffix for p in paths} == {".md", ".csv"}
    assert "![" not in (tmp_path / "out/2025-Q1.en.md").read_text("utf-8")


def test_nothing_is_written_where_one_file_cannot_be_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(editions: Any) -> Any:
        raise OSError(28, "no space")
        yield

    monkeypatch.setitem(write._MAKERS, "csv", fails)
    with pytest.raises(OSError):
        write_release([material.release("en")], tmp_path / "out", ("md", "csv"))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_there_keeps_its_other_files(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "mine.txt").write_text("mine")
    (out / "2025-Q1.en.md").write_text("old")
    write_release([material.release("en")], out, ("md",))
    assert (out / "mine.txt").read_text() == "mine"
    assert (out / "2025-Q1.en.md").read_text("utf-8").startswith("# Foreign trade")


def test_what_is_in_the_way_stops_all_files(tmp_path: Path) -> None:
    (tmp_path / "out" / "2025-Q1.en.md").mkdir(parents=True)
    with pytest.raises(OutputError, match="is a folder there"):
        write_release([material.release("en")], tmp_path / "out", ("md", "csv"))
    assert [p.name for p in (tmp_path / "out").rglob("*.csv")] == []
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError, match="choose another folder"):
        write_release([material.release("en")], tmp_path / "file", ("md",))
    with pytest.raises(OutputError, match="choose another folder"):
        write_release([material.release("en")], tmp_path / "file" / "below", ("md",))
    assert (tmp_path / "file").read_text() == "x"


@pytest.mark.parametrize(
    ("releases", "formats", "message"),
    [
        ([], ("md",), "at least one"),
        (
            [material.release("en"), replace(material.release("zh"), period=Period.of(2024))],
            ("md",), "same period",
        ),
        ([material.release("en"), material.release("en")], ("md",), "two releases in one language"),
        ([material.release("en")], ("pdf",), "choose from html"), ([material.release("en")], (), "no format"),
    ],
)  # fmt: skip
def test_wrong_arguments(
    releases: list[Release], formats: tuple[str, ...], message: str, tmp_path: Path
) -> None:
    with pytest.raises(OutputError, match=message):
        write_release(releases, tmp_path / "out", formats)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("module", "form"), [("vl_convert", "svg"), ("fontTools.subset", "svg"), ("docx", "docx")]
)
def test_missing_extras_are_named(
    module: str, form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    charts_draw._vega.cache_clear()
    with pytest.raises(MissingExtra, match="release"):
        write_release([material.release("en")], tmp_path / "out", (form,))
    assert list(tmp_path.iterdir()) == []


def test_pages_without_charts_need_no_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("vl_convert", "fontTools", "docx"):
        monkeypatch.setitem(sys.modules, module, None)
    write_release(
        [replace(material.release("en"), charts=())], tmp_path, ("html", "md", "csv", "xlsx", "svg", "png")
    )
    assert (tmp_path / "2025-Q1.en.html").is_file()


# --- the text reads back ----------------------------------------------------------------------------------


def stated(claims: Any) -> Counter[tuple[Any, ...]]:
    return Counter((c.measure, c.value, c.unit, c.slice, c.period, c.bound) for c in claims)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("ending", ["html", "docx", "md"])
def test_files_read_back_to_the_claims_of_the_text(folder: Path, language: str, ending: str) -> None:
    """Tables, charts and notes add no claim and change none."""
    pytest.importorskip("trafilatura")
    text = body(material.release(language)).text  # type: ignore[arg-type]
    wanted = stated(api.read(text))
    assert len(wanted) >= 5
    assert stated(api.read_files([str(folder / f"2025-Q1.{language}.{ending}")])) == wanted


def test_markdown_begins_with_the_text(folder: Path) -> None:
    release = material.release("en")
    found = (folder / "2025-Q1.en.md").read_text("utf-8")
    assert found.startswith(body(release).text.rstrip("\n"))
    for line in found.splitlines():
        if line.startswith("!["):
            assert (folder / line.rpartition("(")[2].rstrip(")")).is_file()
    pipes = [line for line in found.splitlines() if line.startswith("|")]
    widths = [line.count(" | ") for line in pipes if not line.startswith("| :--")]
    assert len(pipes) == sum(len(table.rows[: table.shown]) + 2 for table in release.tables)
    assert Counter(widths) == Counter(
        len(table.columns) for table in release.tables for _ in range(len(table.rows[: table.shown]) + 1)
    )


def test_markdown_shows_markup_as_it_is(hostile: Path) -> None:
    found = (hostile / "2025-Q1.en.md").read_text("utf-8")
    after = found[found.index(f"## {label('charts_heading', 'en')}") :]
    assert re.search(r"(?<!\\)<(script|img)", after) is None and r"\<script\>" in after


# --- pages ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_are_whole(folder: Path, language: str) -> None:
    tree, release = page(folder, language), material.release(language)  # type: ignore[arg-type]
    assert tree.get("lang") == {"zh": "zh-Hans", "en": "en"}[language]
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    assert len(set(ids)) == len(ids)
    named = " ".join(
        value for element in tree.iter() for name in ("aria-labelledby", "aria-describedby")
        if (value := element.get(name))
    ).split()  # fmt: skip
    assert named and set(named) <= set(ids)
    targets = {a.get("href")[1:] for a in tree.iter("a") if a.get("href", "").startswith("#")}
    assert targets <= set(ids)
    for a in tree.iter("a"):
        if not a.get("href").startswith("#"):
            assert (folder / a.get("href")).is_file(), a.get("href")
    assert [h.text_content() for h in tree.iter("h1")] == [release.title]
    assert len(tree.findall(".//figure")) == len(release.charts)
    assert tree.find(".//time").get("datetime") == "2025-04-14"


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_need_nothing_from_elsewhere(folder: Path, language: str) -> None:
    text = (folder / f"2025-Q1.{language}.html").read_text("utf-8")
    hosts = set(re.findall(r"https?://[^\s\"'<>)]+", text))
    assert hosts <= set(XLINK_OR_SVG)
    assert "<script" not in text and not re.search(r"<[^>]*\sstyle=", text) and "@import" not in text
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', text)
    assert policy and "default-src 'none'" in policy[1].replace("&#39;", "'")


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_figure_has_its_claim(folder: Path, language: str) -> None:
    tree, release = page(folder, language), material.release(language)  # type: ignore[arg-type]
    figures = [f for section in release.sections for p in section.paragraphs for f in p.figures]
    marks = tree.findall(".//data")
    assert [mark.text_content() for mark in marks] == [f.printed.span.text for f in figures if f.printed.span]
    for mark, figure in zip(marks, figures, strict=True):
        assert float(mark.get("value")) == figure.computed.value
        card = tree.get_element_by_id(mark.get("aria-describedby"))
        assert mark.get("title") == card.find(".//p[@class='line']").text
        assert mark.get("tabindex") == "0"
    paragraphs = [p.text_content() for p in tree.findall(".//article/section/p")]
    assert paragraphs == [p.passage.text for section in release.sections for p in section.paragraphs]


def test_figures_that_overlap_share_a_mark(tmp_path: Path) -> None:
    release = material.release("en")
    paragraph = release.sections[0].paragraphs[0]
    twice = replace(paragraph, figures=(*paragraph.figures, paragraph.figures[0]))
    sections = (replace(release.sections[0], paragraphs=(twice,)),)
    write_release([replace(release, sections=sections, charts=())], tmp_path, ("html",))
    marks = page(tmp_path, "en").findall(".//data")
    assert [mark.text for mark in marks] == ["10.3 trillion yuan", "1.3%"]
    assert marks[0].get("title").count("\n") == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_tables_of_pages_are_laid_out_for_all_readers(folder: Path, language: str) -> None:
    release = material.release(language)  # type: ignore[arg-type]
    tables = page(folder, language).findall(".//table")
    assert len(tables) == len(release.tables)
    for found, table in zip(tables, release.tables, strict=True):
        assert table.title in found.find("caption").text_content()
        assert table.unit in found.find("caption").text_content()
        heads = found.findall("thead/tr")
        assert all(th.get("scope") in ("col", "colgroup") for row in heads for th in row)
        assert sum(int(th.get("colspan", 1)) for th in heads[0]) == len(table.columns) + 1
        tall = sum(th.get("rowspan") == "2" for th in heads[0])
        assert len(heads) == 1 or len(heads[1]) == len(table.columns) + 1 - tall
        rows = [[cell.text_content() for cell in row] for row in found.findall("tbody/tr")]
        assert rows == [[row.label, *(c.text for c in row.cells)] for row in table.rows[: table.shown]]
        assert all(row[0].get("scope") == "row" for row in found.findall("tbody/tr"))


def test_markup_in_words_does_not_act(hostile: Path) -> None:
    for language in LANGUAGES:
        tree = page(hostile, language)
        assert [e.tag for e in tree.iter("script", "img", "iframe", "object")] == []
        assert not any(name.startswith("on") for e in tree.iter() for name in e.attrib)
        assert material.HOSTILE in tree.find(".//h1").text_content()
        for chart in material.release("en").charts:
            drawn = ET.parse(hostile / f"charts/2025-Q1.{chart.code}.{language}.svg").getroot()
            assert drawn.findtext(f"{SVG}title") == material.HOSTILE
            assert not any(e.tag.endswith(("}script", "}image", "}foreignObject")) for e in drawn.iter())


# --- Word -------------------------------------------------------------------------------------------------


def docx(folder: Path, language: str) -> Any:
    return pytest.importorskip("docx").Document(str(folder / f"2025-Q1.{language}.docx"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_word_has_real_headings_tables_and_pictures(folder: Path, language: str) -> None:
    found, release = docx(folder, language), material.release(language)  # type: ignore[arg-type]
    headings = [p.text for p in found.paragraphs if p.style.name.startswith("Heading 1")]
    assert headings[0] == release.sections[1].heading
    assert [p.text for p in found.paragraphs if p.style.name == "Title"] == [release.title]
    texts = [p.text for p in found.paragraphs]
    assert all(p.passage.text in texts for section in release.sections for p in section.paragraphs)
    alternatives = [shape._inline.docPr.get("descr") for shape in found.inline_shapes]
    assert sorted(alternatives) == sorted(chart.text for chart in release.charts)
    assert [section.orientation for section in found.sections] == [0, 1]
    assert 'w:instr=" PAGE "' in found.sections[0].footer._element.xml
    assert found.core_properties.title == release.title


@pytest.mark.parametrize("language", LANGUAGES)
def test_tables_in_word(folder: Path, language: str) -> None:
    found, release = docx(folder, language), material.release(language)  # type: ignore[arg-type]
    assert len(found.tables) == len(release.tables)
    for made, table in zip(found.tables, release.tables, strict=True):
        rows = [[cell.text for cell in row.cells] for row in made.rows]
        heads = [
            row
            for row, of in zip(rows, made.rows, strict=True)
            if of._tr.find(f".//{WORD}tblHeader") is not None
        ]
        assert rows[len(heads) :] == [
            [row.label, *(c.text for c in row.cells)] for row in table.rows[: table.shown]
        ]
        assert heads[-1] == [table.stub, *(column.label for column in table.columns)]
        wide = sum(int(column.get(f"{WORD}w")) for column in made._tbl.tblGrid)
        assert wide <= 15200


def test_chinese_in_word_has_a_chinese_font(folder: Path) -> None:
    for language in LANGUAGES:
        fonts = docx(folder, language).styles["Normal"].element.rPr.find(f"{WORD}rFonts")
        assert fonts.get(f"{WORD}eastAsia") == "SimSun"
        assert not [name for name in fonts.attrib if "heme" in name]


def test_word_files_are_in_the_order_of_the_standard(folder: Path) -> None:
    """Properties of tables and cells stand in the order of ECMA-376; Word calls other files damaged."""
    order = {
        "tblPr": ("tblW", "jc", "tblBorders", "shd", "tblLayout", "tblCellMar", "tblLook", "tblCaption"),
        "tcPr": ("tcW", "gridSpan", "vMerge", "tcBorders", "shd", "noWrap", "tcMar", "vAlign"),
        "trPr": ("cantSplit", "tblHeader"), "rPr": ("rFonts", "b", "i", "color", "sz", "szCs", "lang"),
    }  # fmt: skip
    with zipfile.ZipFile(folder / "2025-Q1.zh.docx") as archive:
        tree = ET.fromstring(archive.read("word/document.xml"))
    for name, names in order.items():
        found = list(tree.iter(f"{WORD}{name}"))
        assert found
        for properties in found:
            places = [
                names.index(child.tag.removeprefix(WORD))
                for child in properties
                if child.tag != f"{WORD}rStyle"
            ]
            assert places == sorted(places)


def test_markup_in_word_stays_text(hostile: Path) -> None:
    found = docx(hostile, "en")
    assert material.HOSTILE in found.paragraphs[0].text
    assert material.HOSTILE in found.tables[0].rows[3].cells[0].text


# --- workbooks and CSV ------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_workbooks_have_numbers(folder: Path, language: str) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    release = material.release(language)  # type: ignore[arg-type]
    book = openpyxl.load_workbook(folder / f"2025-Q1.{language}.xlsx")
    assert len(book.sheetnames) == len(release.tables) + 1
    for name, table in zip(book.sheetnames[1:], release.tables, strict=True):
        sheet = book[name]
        first = int(sheet.freeze_panes[1:])
        assert sheet.freeze_panes.startswith("B") and sheet.print_title_rows == f"$1:${first - 1}"
        assert sheet.page_setup.orientation == "landscape" and sheet.sheet_properties.pageSetUpPr.fitToPage
        assert table.title in sheet["A1"].value and sheet["A2"].value == table.unit
        for at, row in enumerate(table.rows, first):
            assert sheet.cell(at, 1).value == row.label
            for column, wanted in enumerate(row.cells, 2):
                _same(sheet.cell(at, column), wanted)
        below = [sheet.cell(row, 1).value for row in range(first + len(table.rows), sheet.max_row + 1)]
        assert set(table.notes) <= set(below)
    links = [
        cell.hyperlink.location or cell.hyperlink.target
        for row in book.worksheets[0]
        for cell in row
        if cell.hyperlink
    ]
    assert [link.lstrip("#") for link in links] == [f"'{name}'!A1" for name in book.sheetnames[1:]]


def _same(found: Any, wanted: Cell) -> None:
    if wanted.number is None:
        assert found.value == wanted.text
        return
    assert found.data_type == "n" and found.value == pytest.approx(
        wanted.number / 10**wanted.power, rel=1e-15
    )
    assert formatted(found.value, found.number_format) == wanted.text


def formatted(value: float, form: str) -> str:
    """A number as a spreadsheet shows it, for the few formats that there are."""
    positive, negative, *zero = form.split(";")
    if value == 0 and zero:
        return zero[0].strip('"')
    decimals = len(positive.partition(".")[2])
    scaled = Fraction(f"{abs(value):.15g}") * 10**decimals
    digits = int(scaled + Fraction(1, 2))
    text = f"{digits // 10**decimals:,}" + (f".{digits % 10**decimals:0{decimals}d}" if decimals else "")
    return f"{MINUS}{text}" if value < 0 and digits and negative.startswith(f'"{MINUS}"') else text


def test_words_are_never_formulas(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    release = material.release("en")
    table = release.tables[0]
    rows = (replace(table.rows[0], label="=1+1"), *table.rows[1:])
    bad = replace(
        release, charts=(), tables=(replace(table, title="=cmd()", stub="=A1", rows=rows),), source="=x\x07y"
    )
    write_release([bad], tmp_path, ("xlsx",))
    book = openpyxl.load_workbook(tmp_path / "2025-Q1.en.xlsx")
    assert not [c for sheet in book for row in sheet for c in row if c.data_type == "f"]
    assert "=1+1" in [cell.value for row in book.worksheets[1] for cell in row]


@pytest.mark.parametrize("code", [table.code for table in material.release("en").tables])
def test_tidy_files_have_every_number_once(folder: Path, code: str) -> None:
    zh, en = (next(t for t in material.release(to).tables if t.code == code) for to in ("zh", "en"))  # type: ignore[arg-type]
    with (folder / f"tables/2025-Q1.{code}.csv").open(encoding="utf-8", newline="") as stream:
        lines = list(csv.DictReader(stream))
    keys = [(line[en.dimension], line["period"], line["flow"]) for line in lines]
    assert len(set(keys)) == len(keys)
    names = {(line[en.dimension], line[f"{en.dimension}_zh"], line[f"{en.dimension}_en"]) for line in lines}
    assert names == {(a.code or "total", a.label, b.label) for a, b in zip(zh.rows, en.rows, strict=True)}
    found = Counter(
        (line[en.dimension], column.rpartition("_")[0] if column.endswith(("_cny", "_percent")) else column,
         line["flow"], line["period"], float(text))
        for line in lines for column, text in line.items()
        if column.startswith(("value", "growth", "share", "quantity")) and column != "quantity_unit" and text
    )  # fmt: skip
    assert found == Counter(
        (row.code or "total", column.measure, column.flow, str(column.period or row.period), number(cell))
        for row in en.rows for column, cell in zip(en.columns, row.cells, strict=True)
        if cell.number is not None
    )  # fmt: skip


def number(cell: Cell) -> float:
    assert cell.number is not None
    return round(cell.number, 2 if cell.measured else 12)


def test_tidy_headings_have_units(folder: Path) -> None:
    head = (folder / "tables/2025-Q1.partner.csv").read_text("utf-8").splitlines()[0]
    assert head == "partner,partner_zh,partner_en,period,flow,value_cny,growth_percent,share_percent"
    head = (folder / "tables/2025-Q1.exports_goods.csv").read_text("utf-8").splitlines()[0]
    assert "quantity,quantity_unit,quantity_growth_percent,value_cny" in head


# --- words of any kind ------------------------------------------------------------------------------------


@given(words=st.lists(st.text(max_size=12), min_size=6, max_size=6))
@choosing.tries(8)
def test_any_words_give_files_that_open(words: list[str], tmp_path_factory: pytest.TempPathFactory) -> None:
    out = tmp_path_factory.mktemp("any")
    release, table = material.release("en"), material.release("en").tables[1]
    title, source, name, stub, note, heading = words
    rows = tuple(replace(row, label=name) for row in table.rows[:3])
    made = replace(table, title=title, stub=stub, unit=note, notes=(note,), rows=rows)
    sections = (replace(release.sections[0], heading=heading),)
    strange = replace(
        release, title=title, source=source, sections=sections, tables=(made,), charts=(), notes=(note,)
    )
    write_release([strange], out, ("html", "docx", "md", "xlsx", "csv"))
    ends = [page(out, "en").findall(f".//{tag}") for tag in ("h1", "table", "script")]
    assert [len(end) for end in ends] == [1, 1, 0]
    assert docx(out, "en").tables[0].rows[2].cells[0].text == shown(name)
    book = pytest.importorskip("openpyxl").load_workbook(out / "2025-Q1.en.xlsx")
    assert (book.worksheets[1]["A7"].value or "") == shown(name)
    with (out / "tables/2025-Q1.partner.csv").open(encoding="utf-8", newline="") as stream:
        assert {line["partner_en"] for line in csv.DictReader(stream)} == {shown(name)}


def shown(words: str) -> str:
    return clean(words)


def test_spaces_of_every_kind_are_kept() -> None:
    assert clean("10.3\u00a0trillion\u3000\u2003x") == "10.3\u00a0trillion\u3000\u2003x"
    assert clean("a\r\n\tb\x00c\ufffe\ud800") == "a bc"
