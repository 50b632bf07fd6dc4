"""Series from a store: vintages of tables, texts loaded beside them, and the command."""

from __future__ import annotations

import csv
import io
import json
import shutil
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner, Result

import customhouse
from customhouse.cli import app
from customhouse.cube import sources
from customhouse.desk import Desk, Loading, open_store
from customhouse.desk.texts import are_texts
from customhouse.errors import EmptyFile, InputError, QueryError, StoreError, UnreadableFile
from customhouse.series.stored import stored_texts
from declaring import declared, delimited

RELEASE = ("In March 2025, China's exports reached 6,000 yuan, up 20.0 percent year on year. "
           "China's imports were 2,000 yuan in March 2025.\n")
LATER = "In March 2026, China's exports reached 6,820 yuan, up 10.0 percent year on year.\n"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(a) for a in arguments], prog_name="customhouse")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of March and April 2025, March revised from 6,000 to 6,200 in June; two texts beside it."""
    tmp_path = tmp_path_factory.mktemp("made")
    first = [declared("A", value=6000), declared("B", date=date(2025, 4, 9), value=5000)]
    revised = [declared("C", value=6200)]
    with open_store(tmp_path / "store", create=True) as desk:
        for n, (lines, day, replaces) in enumerate(
            [(first, date(2025, 5, 14), False), (revised, date(2025, 6, 10), True)]
        ):
            path = delimited(tmp_path / f"{n}.csv", lines)
            desk.load([path], Loading(known_on=day, replaces=replaces))
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "release.txt").write_text(f"Beijing, April 14, 2025. {RELEASE}", encoding="utf-8")
    (tmp_path / "texts" / "later.md").write_text(f"Beijing, April 14, 2026. {LATER}", encoding="utf-8")
    return tmp_path


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    return tmp_path


@pytest.fixture
def texts(folder: Path) -> list[str]:
    return [str(folder / "texts")]


def test_vintages_of_a_table_are_sources(folder: Path) -> None:
    with open_store(folder / "store") as desk:
        series = desk.series(flow="exports", by="month")
    march = series.at("2025-03")
    assert [(s.vintage, s.claim.value, s.role, s.known_on) for s in march.sources] == [
        (1, 6000.0, "superseded", date(2025, 5, 14)), (2, 6200.0, "counts", date(2025, 6, 10))]
    assert march.status == "computed" and march.value == 6200.0
    assert march.revision and march.revision.low == march.revision.high == pytest.approx(100 / 30)
    april = series.at("2025-04")
    assert [s.vintage for s in april.sources] == [1] and april.revision is None


def test_a_text_of_what_was_revised_is_superseded(folder: Path, texts: list[str]) -> None:
    with open_store(folder / "store") as desk:
        march = desk.series(texts, flow="exports", by="month").at("2025-03")
    assert march.status == "computed" and march.value == 6200.0
    assert [(s.kind, s.role) for s in march.sources] == [
        ("text", "superseded"), ("table", "superseded"), ("table", "counts"),
    ]
    assert march.first and march.first.known_on == date(2025, 4, 14)


def test_texts_and_tables_fill_gaps_together(folder: Path, texts: list[str]) -> None:
    with open_store(folder / "store") as desk:
        series = desk.series(texts, flow="exports", by="month")
        growth = desk.series(texts, flow="exports", by="month", measure="growth", period="2026-03")
    assert series.at("2026-03").status == "stated"
    assert series.at("2024-03").status == "derived"
    assert growth.points[0].status == "stated" and growth.points[0].value == 10.0


def test_as_of_a_day(folder: Path, texts: list[str]) -> None:
    with open_store(folder / "store") as desk:
        march = desk.series(texts, as_of=date(2025, 5, 20), flow="exports", by="month").at("2025-03")
        assert march.value == 6000.0 and march.revision is None
        assert {s.kind for s in march.sources} == {"text", "table"}


def load(desk: Desk, *paths: str, **how: object) -> None:
    desk.load(list(paths), Loading(**how))  # type: ignore[arg-type]


def test_texts_in_a_store_are_a_vintage_of_their_own(folder: Path, texts: list[str]) -> None:
    with open_store(folder / "store") as desk:
        before = desk.query("exports by month 2025-03/2025-04").to_json()
        beside = desk.series(texts, flow="exports", by="month")
        load(desk, *texts)
        vintage = desk.vintages()[-1]
        assert (vintage.kind, vintage.source, vintage.months()) == ("texts", "texts", ())
        assert vintage.known_on == date(2026, 4, 14) and len(vintage.inputs) == 2
        assert sources(desk.store) == ("declarations",)
        assert desk.query("exports by month 2025-03/2025-04").to_json() == before
        inside = desk.series(flow="exports", by="month")
    assert [(p.period, p.status, p.interval) for p in inside] == [
        (p.period, p.status, p.interval) for p in beside
    ]


def test_claims_come_back_as_they_were_loaded(folder: Path, texts: list[str]) -> None:
    claims = customhouse.read_files(texts)
    with open_store(folder / "store") as desk:
        load(desk, *texts)
        found = stored_texts(desk.store)
    assert sorted((one.claim for one in found), key=repr) == sorted(claims, key=repr)


def test_a_text_loaded_again_stands_for_the_one_before(folder: Path, texts: list[str]) -> None:
    release = folder / "texts" / "release.txt"
    with open_store(folder / "store") as desk:
        load(desk, *texts)
        release.write_text("Beijing, April 14, 2025. In March 2025, China's exports were 6,500 yuan.\n")
        load(desk, str(release))
        mine = [one for one in stored_texts(desk.store) if one.place == "release"]
        assert [(one.claim.value, one.vintage) for one in mine] == [(6500.0, 4)]
        assert any(one.place == "later" for one in stored_texts(desk.store))
        assert stored_texts(desk.store, date(2025, 12, 31)) == mine


def test_texts_alone_make_a_store(folder: Path, texts: list[str]) -> None:
    with open_store(folder / "other", create=True) as desk:
        load(desk, *texts, source="office")
        march = desk.series(flow="exports", by="month", period="2025-03").points[0]
        assert (march.status, march.explained) == ("conflict", "revision")
        with pytest.raises(StoreError, match="no figures"):
            desk.query("exports 2025-03")


def test_a_load_of_texts_is_whole_or_nothing(folder: Path, texts: list[str]) -> None:
    (folder / "texts" / "broken.pdf").write_bytes(b"%PDF-1.4 nothing")
    (folder / "empty.md").write_text("No figure at all.")
    with open_store(folder / "store") as desk:
        count = len(desk.vintages())
        with pytest.raises(InputError, match=r"broken\.pdf"):
            load(desk, *texts)
        with pytest.raises(EmptyFile, match="no figures"):
            load(desk, str(folder / "empty.md"))
        assert len(desk.vintages()) == count
    with open_store(folder / "never", create=True) as desk, pytest.raises(EmptyFile):
        load(desk, str(folder / "empty.md"))
    assert not (folder / "never").exists()


def test_one_source_has_one_kind(folder: Path, texts: list[str]) -> None:
    with open_store(folder / "store") as desk, pytest.raises(StoreError, match="another source"):
        load(desk, *texts, source="declarations")


@pytest.mark.parametrize(("name", "content", "is_text"), [
    ("a.txt", "Exports were 6 trillion yuan, up 6.9 percent.\nImports fell.\n", True),
    ("a.txt", "period\tvalue\n2025-03\t6\n2025-04\t5\n", False),
    ("a.txt", "period;value\n2025-03;6\n", False),
    ("a.md", "period,value\n1,2\n", True),
    ("a.jsonl", '{"doc": "d", "start": 0, "end": 1, "measure": "value", "value": 1}\n', True),
    ("a.jsonl", '{"period": "2025-03", "value": 1}\n', False),
    ("a.csv", "Exports were 6 trillion yuan.\n", False),
])
def test_what_is_a_text(tmp_path: Path, name: str, content: str, is_text: bool) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    assert are_texts([str(tmp_path / name)]) is is_text


def test_folders_and_mixtures(folder: Path, texts: list[str]) -> None:
    assert are_texts(texts) and are_texts([str(folder / "texts" / "*")])
    assert not are_texts([str(folder)])  # there are tables in it
    with pytest.raises(InputError, match="each kind by itself"):
        are_texts([*texts, str(folder / "0.csv")])


def test_sources_that_are_not_there(folder: Path) -> None:
    with open_store(folder / "store") as desk, pytest.raises(QueryError, match="neither figures nor texts"):
        desk.series(flow="exports", source="gacc")


def test_claims_of_a_file_may_be_loaded(folder: Path, texts: list[str]) -> None:
    customhouse.read_files(texts).save(folder / "claims.jsonl")
    with open_store(folder / "store") as desk:
        load(desk, str(folder / "claims.jsonl"))
        assert {one.known_on for one in stored_texts(desk.store)} == {date(2025, 3, 31), date(2026, 3, 31)}


def test_the_command(folder: Path, texts: list[str]) -> None:
    done = run("load", *texts, "--into", folder / "store")
    assert done.exit_code == 0 and "2 texts" in done.output, done.output
    shown = run("series", folder / "store", "--flow", "exports", "--by", "month", "--sources")
    assert shown.exit_code == 0 and "6200" in shown.output and "release:" in shown.output
    assert "superseded" in shown.output and "+3.3%" in shown.output
    chinese = run("series", folder / "store", "--flow", "exports", "--by", "month", "--lang", "zh")
    assert chinese.exit_code == 0 and chr(0x4FEE) in chinese.output
    table = run("series", folder / "store", "--flow", "exports", "--by", "month", "--format", "csv")
    rows = {row["period"]: row for row in csv.DictReader(io.StringIO(table.output))}
    assert rows["2025-03"]["value"] == "6200.0" and rows["2024-03"]["status"] == "derived"
    found = json.loads(run("series", folder / "store", *texts, "--by", "month", "--json").output)
    assert found["series"]["flow"] == "trade" and found["points"]
    done = run("series", *texts, "--flow", "exports", "-o", folder / "s.parquet", "--sources")
    assert done.exit_code == 0 and pq.read_table(folder / "s.parquet").num_rows > 1


def test_the_command_refuses(folder: Path, texts: list[str]) -> None:
    for arguments, code, said in [
        ([*texts, "--format", "png"], 2, "name a file"),
        ([*texts, "-o", folder / "s.doc"], 2, "--format"),
        ([folder / "nothing"], 3, "no such file"),
        ([*texts, "--by", "week"], 2, "month, quarter"),
        ([folder / "store", folder / "nothing.txt"], 3, "no such file"),
    ]:
        done = run("series", *arguments)
        assert done.exit_code == code and said in done.output, (arguments, done.output)


def test_texts_that_are_not_there(folder: Path) -> None:
    with open_store(folder / "store") as desk, pytest.raises(UnreadableFile):
        desk.series([folder / "nothing.txt"], flow="exports")
