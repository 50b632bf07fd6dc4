"""`read`, `read_files` and `Claims`: what a notebook uses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse import Claims, read, read_files
from customhouse.errors import CustomhouseError, OutputError, PeriodError, UnreadableFile

TEXT = (
    "In the first quarter, exports were 6.2 trillion yuan, up 5.1% year on year, and imports were "
    "4.4 trillion yuan, down 2.5%. Trade with ASEAN rose by more than 7%."
)


@pytest.fixture(scope="module")
def claims() -> Claims:
    return read(TEXT, published="2025-04-14", doc="note")


def test_read_finds_the_figures(claims: Claims) -> None:
    found = [(c.measure, c.slice.flow, c.value, c.unit, c.bound, str(c.period)) for c in claims]
    assert found == [
        ("value", "exports", 6.2e12, "CNY", "exact", "2025-01/2025-03"),
        ("growth", "exports", 5.1, "%", "exact", "2025-01/2025-03"),
        ("value", "imports", 4.4e12, "CNY", "exact", "2025-01/2025-03"),
        ("growth", "imports", -2.5, "%", "exact", "2025-01/2025-03"),
        ("growth", "trade", 7.0, "%", "over", "2025-01/2025-03"),
    ]
    assert claims[-1].slice.partner == "ASEAN"
    assert all(c.span and TEXT[c.span.start : c.span.end] == c.span.text for c in claims)


def test_without_a_date_the_period_stays_empty() -> None:
    assert all(claim.period is None for claim in read(TEXT))


@pytest.mark.parametrize("published", ["2025-04", "2025-04-14"])
def test_published_is_a_day_or_a_month(published: str) -> None:
    assert str(read(TEXT, published)[0].period) == "2025-01/2025-03"


@pytest.mark.parametrize("published", ["2025", "2025-13", "2025-02-30", "14.4.2025", "", "April"])
def test_other_dates_are_rejected(published: str) -> None:
    with pytest.raises(PeriodError, match="not a month or day; write it as 2025-03 or 2025-03-14"):
        read(TEXT, published)


def test_claims_are_a_sequence_that_cannot_change(claims: Claims) -> None:
    assert len(claims) == len(list(claims)) == 5
    assert isinstance(claims[:2], Claims)
    assert len(claims[:2]) == 2
    assert claims[:] == claims
    assert hash(claims[:]) == hash(claims)
    assert claims[0] in claims
    assert claims != list(claims)
    with pytest.raises(TypeError):
        claims[0] = claims[1]  # type: ignore[index]
    assert repr(claims) == "<Claims: 5 from 1 documents>"


def test_documents_keep_the_text(claims: Claims) -> None:
    assert [(d.name, d.text) for d in claims.documents] == [("note", TEXT)]


def test_frames_have_a_row_a_claim(claims: Claims) -> None:
    pandas = pytest.importorskip("pandas")
    polars = pytest.importorskip("polars")
    arrow = pytest.importorskip("pyarrow")
    frames = claims.to_pandas(), claims.to_polars(), claims.to_arrow()
    assert isinstance(frames[0], pandas.DataFrame)
    assert isinstance(frames[1], polars.DataFrame)
    assert isinstance(frames[2], arrow.Table)
    for frame in frames:
        assert list(frame["value"].to_numpy()) == [c.value for c in claims]


def test_jsonl_comes_back_as_it_went(claims: Claims, tmp_path: Path) -> None:
    file = tmp_path / "claims.jsonl"
    claims.save(file)
    assert [json.loads(line) for line in claims.to_jsonl().splitlines()] == [c.to_dict() for c in claims]
    assert list(read_files(file)) == list(claims)


@pytest.mark.parametrize("ending", ["jsonl", "csv", "parquet"])
def test_save_by_ending(claims: Claims, tmp_path: Path, ending: str) -> None:
    claims.save(tmp_path / f"claims.{ending}")
    assert (tmp_path / f"claims.{ending}").stat().st_size > 0
    assert [p.name for p in tmp_path.iterdir()] == [f"claims.{ending}"]


def test_save_refuses_other_endings(claims: Claims, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"\.jsonl, \.csv or \.parquet"):
        claims.save(tmp_path / "claims.doc")


def test_notebook_table_escapes(claims: Claims) -> None:
    assert claims._repr_html_().count("<tr>") == 6
    page = read("<b>Exports</b> were 5 billion yuan in <i>May 2024</i>.", doc="<script>")._repr_html_()
    assert "&lt;script&gt;" in page
    assert "<script>" not in page


def test_reconcile_and_report(claims: Claims, tmp_path: Path) -> None:
    assert not [f for f in claims.reconcile().findings if f.kind == "contradiction"]
    page = claims.report(tmp_path / "page.html")
    assert (tmp_path / "page.html").read_text(encoding="utf-8") == page
    assert "6.2 trillion yuan" in page


def test_good_files_go_on_beside_bad_ones(tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "empty.txt").write_text("", encoding="utf-8")
    with pytest.warns(UserWarning) as warned:
        claims = read_files([tmp_path / "good.txt", tmp_path / "empty.txt", tmp_path / "missing.txt"])
    assert len(claims) == 5
    assert len(claims.problems) == 2
    assert sorted(str(w.message) for w in warned) == sorted(map(str, claims.problems))


def test_nothing_to_read_raises(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="missing"):
        read_files(tmp_path / "missing.txt")


def test_same_names_stay_apart(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "note.txt").write_text(TEXT, encoding="utf-8")
    claims = read_files(tmp_path)
    assert [d.name for d in claims.documents] == ["note", "b/note.txt"]
    assert {c.span.doc for c in claims if c.span} == {"note", "b/note.txt"}


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("{", r"claims\.jsonl:2: "),
        ("[1]", r"claims\.jsonl:2: not a JSON object"),
        ('{"doc": "a"}', r"claims\.jsonl:2: not a claim"),
        ('{"doc": "a", "start": 0, "end": 1, "measure": "value", "value": "many"}', r"claims\.jsonl:2: "),
    ],
)
def test_broken_claims_files_say_where(claims: Claims, tmp_path: Path, line: str, wrong: str) -> None:
    file = tmp_path / "claims.jsonl"
    file.write_text(claims[:1].to_jsonl() + line + "\n", encoding="utf-8")
    with pytest.raises(CustomhouseError, match=wrong):
        read_files(file)


@given(st.text(), st.sampled_from([None, "2025-04", "2024-12-31"]))
def test_no_text_raises(text: str, published: str | None) -> None:
    claims = read(text, published)
    assert all(c.span and text[c.span.start : c.span.end] == c.span.text for c in claims)
