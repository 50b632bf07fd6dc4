"""The commands about statistics: what they print, what they write, how they end."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from customhouse.cli import app

HEADER = (
    "declaration_id,line,date,flow,hs_code,partner,region,enterprise,trader_id,regime,transport,value,currency,"
    "basis,quantity,quantity_unit,net_mass_kg"
)


def lines(month: str, value: int, count: int = 3) -> str:
    rows = [
        f"D{month}{n},1,{month}-0{n + 1},{'imports' if n == 0 else 'exports'},85171300,VNM,CN-GD,private,"
        f"T{n},general,water,{value * (n + 1)},CNY,{'CIF' if n == 0 else 'FOB'},{10 * (n + 1)},kg,"
        f"{10 * (n + 1)}"
        for n in range(count)
    ]
    return "\n".join([HEADER, *rows]) + "\n"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments), prog_name="customhouse")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two months of three lines each, the second known a month later: their files, and a store of them."""
    folder = tmp_path_factory.mktemp("made")
    for month, value, known in (("2025-03", 100, "2025-04-14"), ("2025-04", 200, "2025-05-09")):
        path = folder / f"{month}.csv"
        path.write_text(lines(month, value), encoding="utf-8")
        done = run("load", str(path), "--into", str(folder / "store"), "--known-on", known)
        assert done.exit_code == 0, done.output
    return folder


@pytest.fixture
def store(made: Path, tmp_path: Path) -> Path:
    """The same for one test alone."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    return tmp_path / "store"


def figures(*arguments: str) -> list[dict[str, str]]:
    result = run("query", *arguments, "--format", "csv")
    assert result.exit_code == 0, result.output
    return list(csv.DictReader(io.StringIO(result.stdout)))


def test_a_load_says_what_became_of_every_line(tmp_path: Path) -> None:
    path = tmp_path / "some.csv"
    path.write_text(lines("2025-03", 100).replace("VNM", "XXX", 1), encoding="utf-8")
    result = run("load", str(path), "--into", str(tmp_path / "store"))
    assert result.exit_code == 0
    assert "3 rows in = 2 accepted (0 of them with flags) + 1 set aside" in result.stdout
    assert "partner_unknown" in result.stdout


def test_json_of_a_load_is_its_manifest(tmp_path: Path) -> None:
    path = tmp_path / "some.csv"
    path.write_text(lines("2025-03", 100), encoding="utf-8")
    row = json.loads(run("load", str(path), "--into", str(tmp_path / "store"), "--json").stdout)
    assert row["number"] == 1
    assert row["counts"] == {"taken_in": 3, "accepted": 3, "flagged": 0, "quarantined": 0}
    assert row == json.loads((tmp_path / "store/manifest/000001.json").read_text(encoding="utf-8")) | {
        "doubts": []
    }


def test_a_question_in_words_and_by_options_has_one_answer(store: Path) -> None:
    words = figures(str(store), "exports to ASEAN by month 2025-03/2025-04")
    options = figures(
        str(store), "--flow", "exports", "--partner", "ASEAN", "--by", "month", "--period", "2025-03/2025-04"
    )
    assert [row["value"] for row in words] == ["500.0", "1000.0"]
    assert words == options


def test_statistics_are_to_be_had_as_of_a_day(store: Path) -> None:
    assert [row["value"] for row in figures(str(store), "imports 2025-03", "--as-of", "2025-04-20")] == [
        "100.0"
    ]
    early = run("query", str(store), "imports 2025-03", "--as-of", "2025-01-01")
    assert (early.exit_code, early.stdout) == (2, "")
    assert "2025-01-01: nothing was known yet" in early.stderr


def test_an_amended_line_makes_a_revision(store: Path, tmp_path: Path) -> None:
    path = tmp_path / "amended.csv"
    path.write_text(lines("2025-03", 300, count=1), encoding="utf-8")
    assert run("load", str(path), "--into", str(store), "--known-on", "2025-06-09").exit_code == 0
    told = json.loads(run("vintages", str(store), "imports 2025-03", "--json").stdout)
    assert [(row["vintage"], row["figure"], row["revision_percent"]) for row in told] == [
        (1, 100.0, None),
        (3, 300.0, 200.0),
    ]
    assert [row["value"] for row in figures(str(store), "imports 2025-03", "--known", "first")] == ["100.0"]


def test_an_answer_goes_to_a_file_by_its_ending(store: Path, tmp_path: Path) -> None:
    for name in ("a.csv", "a.json", "a.parquet", "a.txt"):
        assert (
            run("query", str(store), "exports by month 2025-03/2025-04", "-o", str(tmp_path / name)).exit_code
            == 0
        )
        assert (tmp_path / name).stat().st_size


def test_texts_are_checked(store: Path, tmp_path: Path) -> None:
    text = tmp_path / "note.txt"
    text.write_text(
        "In March 2025, China's exports were 500 yuan and its imports 120 yuan.\n", encoding="utf-8"
    )
    result = run("check", str(text), "--against", str(store), "--strict")
    assert result.exit_code == 1
    assert "1 hold" in result.stdout and "1 contradicted" in result.stdout
    found = json.loads(run("check", str(text), "--against", str(store), "--json").stdout)
    assert [row["verdict"] for row in found] == ["holds", "contradicted"]
    assert found[1]["computed"]["value"] == 100


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["load", "nothing.csv", "--into", "new"], 3, "nothing.csv"),
        (["load", "nothing.csv"], 2, "Missing option '--into'"),
        (["query", "none", "exports"], 3, "no store there"),
        (["query", "{store}", "exprots 2025-03"], 2, "did you mean"),
        (["query", "{store}", "exports 2025-03", "--as-of", "March"], 2, "write it as 2025-03-14"),
        (["query", "{store}", "exports 2025-03", "--source", "who"], 2, "the store has declarations"),
        (["query", "{store}", "exports 2025-03", "--format", "parquet"], 2, "name a file with -o"),
        (["query", "{store}", "exports 2025-03", "--engine", "abacus"], 4, "no such engine"),
        (["vintages", "{store}", "growth of exports 2025-03"], 2, "ask for one value"),
        (["quarantine", "{store}", "--known-on", "2025-04-10"], 2, "--known-on is for --resubmit"),
        (["quarantine", "{store}", "--export", "a.csv", "--resubmit", "a.csv"], 2, "one after the other"),
        (["query", "{store}", "--flow", "exports,re_exports"], 2, "ask for re_exports by itself"),
        (["simulate", "0", "--out", "there"], 2, "equal to 1"),
        (["fetch", "nobody", "--into", "{store}", "--periods", "2025-03"], 3, "no service of that name"),
    ],
)
def test_errors_are_one_line(
    arguments: list[str], code: int, said: str, store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(*(argument.format(store=store) for argument in arguments))
    assert (result.exit_code, result.stdout) == (code, "")
    assert said in result.stderr
    assert result.stderr.count("\n") == 1
    assert not (tmp_path / "new").exists()


def test_a_question_without_any_figure_is_told_by_the_exit_code(store: Path) -> None:
    result = run("query", str(store), "exports 2031")
    assert (result.exit_code, result.stderr) == (2, "")
    assert "The statistics lack 2031-01/2031-12." in result.stdout
    assert run("query", str(store), "exports 2031", "--json").exit_code == 2
    assert run("query", str(store), "exports by month 2025-03/2025-04").exit_code == 0


def test_the_process_ends_without_noise(store: Path) -> None:
    for question, code in (("exports 2025-03", 0), ("exprots", 2)):
        command = [sys.executable, "-m", "customhouse.cli", "query", str(store), question]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == code
        assert done.stderr.count("\n") == (1 if code else 0)


BARE = """
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        extras = "duckdb httpx narwhals numpy openpyxl pyarrow pyspark python_calamine yaml pandas polars"
        if name.partition(".")[0] in extras.split():
            raise ModuleNotFoundError(name, name=name)
sys.meta_path.insert(0, Absent())
from customhouse.cli import main
main()
"""


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["read", "note.txt"], 0, ""),
        (["load", "lines.csv", "--into", "new"], 4, "pip install 'customhouse[compile]'"),
        (["simulate", "10", "--out", "new"], 4, "pip install 'customhouse[compile]'"),
        (["map", "lines.csv"], 4, "pip install 'customhouse[compile]'"),
    ],
)
def test_the_reader_runs_without_the_extras(
    arguments: list[str], code: int, said: str, tmp_path: Path
) -> None:
    (tmp_path / "note.txt").write_text("In March 2025, exports were 2.2 trillion yuan.\n", encoding="utf-8")
    (tmp_path / "lines.csv").write_text(lines("2025-03", 100), encoding="utf-8")
    command = [sys.executable, "-c", BARE, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert done.stderr.count("\n") == (1 if said else 0)


def test_a_refusal_and_what_is_missing_are_told_in_the_language(made: Path) -> None:
    """With `--lang zh` no English sentence says why there is no figure."""
    store = str(made / "store")
    refused = run("query", store, "exports to Japan of goods to Korea 2025-03", "--lang", "zh")
    assert refused.exit_code == 2 and "\u540c\u4e00\u7ef4\u5ea6" in refused.output
    assert "join them" not in refused.output
    for asked in ("growth of exports 2025-03", "exports 2030"):
        missing = run("query", store, asked, "--lang", "zh")
        assert missing.exit_code == 2 and "\u7edf\u8ba1" in missing.output, missing.output
        assert "the " not in missing.output
    assert "the statistics lack" in run("query", store, "exports 2030").output.lower()
