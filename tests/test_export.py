"""Claims out: every form holds the same, and files appear whole or not at all."""

from __future__ import annotations

import csv
import io
import json
import os
import stat
import sys
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse import export
from customhouse.errors import MissingExtra, OutputError
from customhouse.model import Claim, Derivation, Slice
from customhouse.period import Period
from customhouse.quantity import Interval


def claim(text: str = "10.3 trillion yuan", value: float = 1.03e13, **fields: object) -> Claim:
    row = {
        "doc": "d",
        "start": 4,
        "end": 4 + len(text),
        "text": text,
        "measure": "value",
        "value": value,
        "unit": "CNY",
        "bound": "exact",
    }
    return Claim.from_dict({**row, **fields})


DERIVED = Claim("value", 5.5, "USD", Derivation("sum", (claim(),), Interval(5, 6)), slice=Slice(flow="trade"))
CLAIMS = [
    claim(flow="trade", period="2025-01/2025-03", threshold=1e13),
    claim(
        "57.3%",
        57.3,
        measure="share",
        unit="%",
        period="2024-02",
        whole={"enterprise": None, "region": "x"},
        enterprise="private",
        note='says "half", \n及以上',
    ),
    claim(
        "0.9 points", -0.9, measure="gap", unit="pp", of="growth", against={"flow": "imports"}, bound="over"
    ),
    DERIVED,
]


def test_jsonl_is_the_claim_format() -> None:
    lines = export.to_jsonl(CLAIMS).splitlines()
    assert [json.loads(line) for line in lines] == [c.to_dict() for c in CLAIMS]
    assert "及以上" in lines[1]
    assert [Claim.from_dict(json.loads(line)) for line in lines[:3]] == CLAIMS[:3]


def test_gold_claims_survive(shared: Path) -> None:
    files = sorted((shared / "claims" / "gold").glob("*.jsonl"))
    rows = [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    claims = [Claim.from_dict(row) for row in rows]
    assert [json.loads(line) for line in export.to_jsonl(claims).splitlines()] == rows
    table = list(csv.DictReader(io.StringIO(export.to_csv(claims))))
    assert [(r["doc"], int(r["start"]), r["text"], float(r["value"])) for r in table] == [
        (r["doc"], r["start"], r["text"], r["value"]) for r in rows
    ]
    assert export.to_arrow(claims).num_rows == len(rows)


def test_csv() -> None:
    rows = list(csv.DictReader(io.StringIO(export.to_csv(CLAIMS))))
    assert list(rows[0]) == list(export.COLUMNS)
    numbers = ["10300000000000", "10250000000000.0", "10350000000000.0"]
    assert [rows[0][name] for name in ("value", "low", "high")] == numbers
    assert json.loads(rows[1]["whole"]) == {"enterprise": None, "region": "x"}
    assert rows[1]["note"] == CLAIMS[1].note
    assert json.loads(rows[2]["against"]) == {"flow": "imports"}
    assert (rows[2]["low"], rows[2]["high"]) == ("-1.0", "-0.9")
    assert (rows[3]["doc"], rows[3]["low"], rows[3]["high"]) == ("", "5.0", "6.0")


def test_every_field_of_the_claim_format_has_a_column() -> None:
    full = claim(
        flow="exports",
        partner="EU",
        commodity="ev",
        enterprise="private",
        region="CN-GD-SZX",
        regime="general",
        transport="rail",
        reporter="USA",
        subject="s",
        of="value",
        period="2025-01",
        base="2024-01",
        whole={"flow": None},
        against={"flow": None},
        factor="price",
        status="target",
        terms="USD",
        note="n",
        threshold=1.0,
    )
    assert set(full.to_dict()) == set(export.COLUMNS) - {"low", "high"}


@given(st.floats(-1e15, 1e15), st.sampled_from(["exact", "over", "under", "about"]))
def test_tables_keep_the_interval(value: float, bound: str) -> None:
    one = claim("7", value, bound=bound)
    row = export.to_arrow([one]).to_pylist()[0]
    for name, bare in (("low", one.interval().low), ("high", one.interval().high)):
        assert row[name] == pytest.approx(bare, rel=1e-11)
    assert row["value"] == value


def test_frames_have_one_schema_even_without_claims() -> None:
    schema = export.to_arrow([]).schema
    assert schema == export.to_arrow(CLAIMS).schema
    assert schema.names == list(export.FRAME_COLUMNS)
    assert export.to_pandas([]).dtypes.equals(export.to_pandas(CLAIMS).dtypes)
    assert export.to_polars([]).schema == export.to_polars(CLAIMS).schema


def test_frames_agree() -> None:
    rows = export.to_arrow(CLAIMS).to_pylist()
    assert export.to_polars(CLAIMS).to_dicts() == rows
    assert list(export.to_pandas(CLAIMS)["start"].isna()) == [row["start"] is None for row in rows]
    assert (rows[0]["period_start"], rows[0]["period_end"]) == (date(2025, 1, 1), date(2025, 3, 31))
    assert rows[1]["period_end"] == date(2024, 2, 29)
    assert rows[2]["period_start"] is None


@given(st.integers(12, 9999 * 12 - 12), st.integers(0, 11))
def test_days_of_periods(first: int, months: int) -> None:
    period = Period(first, first + months)
    days = export._days(period)
    assert f"{days['period_start']:%Y-%m-%d}"[-3:] == "-01"
    following = export._days(Period(period.last + 1, period.last + 1))["period_start"]
    assert (following - days["period_end"]).days == 1


def test_parquet(tmp_path: Path) -> None:
    import pyarrow.parquet

    path = tmp_path / "claims.parquet"
    export.write_parquet(CLAIMS, str(path))
    assert pyarrow.parquet.read_table(path).equals(export.to_arrow(CLAIMS))


@pytest.mark.parametrize(
    ("module", "function"),
    [("pyarrow", export.to_arrow), ("pandas", export.to_pandas), ("polars", export.to_polars)],
)
def test_missing_libraries(monkeypatch: pytest.MonkeyPatch, module: str, function: object) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingExtra, match=r"customhouse\[frames\]"):
        function(CLAIMS)  # type: ignore[operator]


@pytest.mark.parametrize("content", ["text, 出口\n", b"\x00\xff", ""])
def test_save(tmp_path: Path, content: str | bytes) -> None:
    path = tmp_path / "out.txt"
    path.write_text("old and longer")
    export.save(content, str(path))
    assert path.read_bytes() == (content.encode() if isinstance(content, str) else content)
    assert [p.name for p in tmp_path.iterdir()] == ["out.txt"]


@pytest.mark.skipif(os.name == "nt", reason="no such permissions")
def test_save_keeps_permissions_and_links(tmp_path: Path) -> None:
    target, link, new = tmp_path / "target", tmp_path / "link", tmp_path / "new"
    target.write_text("old")
    target.chmod(0o640)
    link.symlink_to(target)
    export.save("new", str(link))
    export.save("new", str(new))
    assert link.is_symlink()
    assert target.read_text() == "new"
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    plain = tmp_path / "plain"
    plain.write_text("")
    assert new.stat().st_mode == plain.stat().st_mode


@pytest.mark.parametrize("step", ["fsync", "replace", "chmod"])
def test_a_failure_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    path = tmp_path / "out.txt"
    path.write_text("old")
    with monkeypatch.context() as patched:
        patched.setattr(os, step, full)
        with pytest.raises(OutputError, match=r"out\.txt: cannot be written \(No space left"):
            export.save("new", str(path))
    assert path.read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("none/out.txt", "folder does not exist; make it first"),
        (".", "folder"),
        ("a\0b", "cannot be written"),
        ("x" * 5000, "cannot be written"),
    ],
)
def test_save_says_what_is_wrong(tmp_path: Path, name: str, says: str) -> None:
    with pytest.raises(OutputError, match=says) as caught:
        export.save("x", f"{tmp_path}/{name}")
    assert len(str(caught.value).splitlines()) == 1
    assert not list(tmp_path.iterdir())


def test_lone_surrogates_are_an_output_error(tmp_path: Path) -> None:
    with pytest.raises(OutputError):
        export.save("\ud800", str(tmp_path / "out.txt"))


def test_standard_output(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", SimpleNamespace(buffer=out, flush=lambda: None))
    export.save("出口\n", "-")
    assert out.getvalue().decode() == "出口\n"


@pytest.mark.skipif(not Path(os.devnull).exists() or os.name == "nt", reason="no device file")
def test_devices_are_written_through() -> None:
    export.save("x", os.devnull)
    assert not Path(os.devnull).is_file()


def test_a_city_is_a_place_in_its_province() -> None:
    """The claim format knows provinces; what a text tells of a city is not held for the province's."""
    one = claim(flow="exports", region="CN-GD-SZX+CN-GD")
    row = one.to_dict()
    assert (row["region"], row["place"]) == ("CN-GD", "CN-GD-SZX+CN-GD")
    assert Claim.from_dict(row) == one
    assert "place" not in claim(flow="exports", region="CN-GD+CN-JS").to_dict()
