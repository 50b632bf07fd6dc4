"""The command line: what it prints, what it writes, how it ends."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from customhouse.cli import app
from customhouse.cli.apart import refuse

TEXT = "In March 2025, exports were 2.2 trillion yuan, up 13.5% year on year.\n"
CLASH = (
    "In 2024, exports were 6 trillion yuan, imports were 4 trillion yuan, and imports and exports totalled "
    "12 trillion yuan.\n"
)


def run(*arguments: str, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(app, list(arguments), input=stdin, prog_name="customhouse")


def process(*arguments: str, **options: object) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "customhouse.cli", *arguments]
    return subprocess.run(command, capture_output=True, check=False, **options)  # type: ignore[call-overload,no-any-return]


@pytest.fixture
def note(tmp_path: Path) -> Path:
    path = tmp_path / "note.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


@pytest.fixture
def clash(tmp_path: Path) -> Path:
    path = tmp_path / "clash.txt"
    path.write_text(CLASH, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Missing command"),
        (["reed"], "No such command 'reed'"),
        (["read"], "Missing argument 'PATH...'"),
        (["read", "x.txt", "--fromat", "csv"], "No such option: --fromat"),
        (["read", "x.txt", "--format", "xml"], "'--format': 'xml' is not one of"),
        (["read", "x.txt", "--format", "parquet"], "name a file with -o"),
        (["read", "x.txt", "-o", "claims.doc"], "claims.doc: say which --format"),
        (["read", "x.txt", "--published", "2025"], "write it as 2025-03 or 2025-03-14"),
        (["read", "x.txt", "--published", "2025-02-30"], "write it as 2025-03 or 2025-03-14"),
        (["report", "x.txt", "--lang", "fr"], "'--lang'"),
        (["reconcile", "x.txt", "--format", "csv"], "'--format'"),
    ],
)
def test_wrong_usage_is_one_helpful_line(arguments: list[str], said: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert said in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert result.stderr.startswith("customhouse: ")
    assert "--help'" in result.stderr


@pytest.mark.parametrize("command", [[], ["read"], ["reconcile"], ["report"]])
def test_help_tells_the_exit_codes(command: list[str]) -> None:
    result = run(*command, "--help")
    assert result.exit_code == 0
    assert "Exit codes" in result.stdout


def test_version() -> None:
    from customhouse import __version__

    assert run("--version").stdout == f"customhouse {__version__}\n"


def test_read_jsonl_is_the_claim_format(note: Path) -> None:
    result = run("read", str(note), "--format", "jsonl")
    assert result.exit_code == 0
    first, second = map(json.loads, result.stdout.splitlines())
    assert (first["doc"], first["measure"], first["value"], first["unit"]) == ("note", "value", 2.2e12, "CNY")
    assert (first["text"], TEXT[first["start"] : first["end"]]) == ("2.2 trillion yuan",) * 2
    assert (second["measure"], second["value"], second["period"]) == ("growth", 13.5, "2025-03")


def test_read_csv(note: Path) -> None:
    rows = list(csv.DictReader(run("read", str(note), "--format", "csv").stdout.splitlines()))
    assert [row["measure"] for row in rows] == ["value", "growth"]


def test_read_parquet(note: Path, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    assert run("read", str(note), "-o", str(tmp_path / "claims.parquet")).exit_code == 0
    assert parquet.read_table(tmp_path / "claims.parquet").num_rows == 2


def test_read_terminal_shows_text_and_figures(note: Path) -> None:
    result = run("read", str(note))
    assert result.exit_code == 0
    assert "2.2 trillion yuan" in result.stdout


def test_read_into_a_file_by_its_ending(note: Path, tmp_path: Path) -> None:
    result = run("read", str(note), "-o", str(tmp_path / "claims.jsonl"))
    assert (result.exit_code, result.stdout) == (0, "")
    assert len((tmp_path / "claims.jsonl").read_text(encoding="utf-8").splitlines()) == 2


def test_published_resolves_relative_periods() -> None:
    text = "Last month, exports rose 3%."
    result = run("read", "-", "--published", "2025-04", "--format", "jsonl", stdin=text)
    assert json.loads(result.stdout)["period"] == "2025-03"


def test_standard_input_in_another_encoding() -> None:
    data = "出口增长6.9%，进口下降6%。".encode("gb18030")
    result = run("read", "-", "--format", "jsonl", stdin=data)
    assert [json.loads(line)["value"] for line in result.stdout.splitlines()] == [6.9, -6]


def test_bad_files_leave_the_good_ones(note: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7\n%truncated")
    (tmp_path / "binary.txt").write_bytes(bytes(range(256)) * 8)
    (tmp_path / "sheet.xyz").write_bytes(b"1")
    bad = [str(tmp_path / n) for n in ("empty.txt", "broken.pdf", "binary.txt", "sheet.xyz", "missing.txt")]
    result = run("read", *bad, str(note), "--format", "jsonl")
    assert result.exit_code == 3
    assert len(result.stdout.splitlines()) == 2
    lines = result.stderr.splitlines()
    assert len(lines) == len(bad)
    for path in bad:
        (told,) = (line for line in lines if line.startswith(f"customhouse: {path}: "))
        assert "; " in told


def test_reconcile_json_and_strict(clash: Path) -> None:
    result = run("reconcile", str(clash), "--format", "json")
    assert result.exit_code == 0
    findings = [f for f in json.loads(result.stdout)["findings"] if f["kind"] == "contradiction"]
    assert len(findings) == 1
    assert {claim["value"] for claim in findings[0]["claims"]} == {6e12, 4e12, 12e12}
    assert run("reconcile", str(clash), "--strict").exit_code == 1


def test_strict_without_contradictions_is_fine(note: Path) -> None:
    assert run("reconcile", str(note), "--strict").exit_code == 0


def test_reconcile_takes_claims_files(clash: Path, tmp_path: Path) -> None:
    claims = tmp_path / "claims.jsonl"
    assert run("read", str(clash), "-o", str(claims)).exit_code == 0
    direct = json.loads(run("reconcile", str(clash), "--format", "json").stdout)
    again = json.loads(run("reconcile", str(claims), "--format", "json").stdout)
    assert again == direct


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_reconcile_terminal_in_both_languages(clash: Path, lang: str) -> None:
    result = run("reconcile", str(clash), "--format", "json")
    told = json.loads(result.stdout)["findings"][0][lang]
    shown = run("reconcile", str(clash), "--lang", lang).stdout
    assert "".join(told.split())[:20] in "".join(shown.split())


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_report(clash: Path, tmp_path: Path, lang: str) -> None:
    page = tmp_path / "page.html"
    result = run("report", str(clash), "-o", str(page), "--lang", lang)
    assert result.exit_code == 0
    assert result.stdout.startswith(f"{page}: 1 texts, ")
    assert "<html" in page.read_text(encoding="utf-8")


def test_report_to_standard_output(clash: Path) -> None:
    assert run("report", str(clash), "-o", "-").stdout.rstrip().endswith("</html>")


@pytest.mark.parametrize("command", [["read", "--format", "jsonl"], ["reconcile"], ["report"]])
def test_outputs_that_cannot_be_written(command: list[str], note: Path, tmp_path: Path) -> None:
    result = run(*command, str(note), "-o", str(tmp_path / "nowhere" / "out"))
    assert result.exit_code == 4
    assert len(result.stderr.splitlines()) == 1
    assert "nowhere" in result.stderr


def test_verbose_logs_what_is_done(note: Path) -> None:
    result = process("read", "-v", str(note), "--format", "jsonl")
    assert result.returncode == 0
    assert f"note: {len(TEXT)} characters, 2 claims".encode() in result.stderr


def test_quiet_by_default(note: Path) -> None:
    result = process("read", str(note), "--format", "jsonl")
    assert (result.returncode, result.stderr) == (0, b"")


@pytest.mark.parametrize("form", ["terminal", "jsonl"])
def test_a_closed_pipe_is_quiet(tmp_path: Path, form: str) -> None:
    (tmp_path / "long.txt").write_text(TEXT * 3000, encoding="utf-8")
    command = [sys.executable, "-m", "customhouse.cli", "read", str(tmp_path / "long.txt"), "--format", form]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout and running.stderr
        running.stdout.readline()
        running.stdout.close()
        assert running.stderr.read() == b""
    assert running.returncode == 0


def test_no_input_is_written_over(examples: Path, tmp_path: Path) -> None:
    text = tmp_path / "note.md"
    shutil.copyfile(examples / "2025-q1-note.zh.md", text)
    link = tmp_path / "link.csv"
    link.symlink_to(text)
    before = text.read_bytes()
    for arguments in (
        ("read", str(text), "--format", "csv", "-o", str(text)),
        ("read", "-o", str(text), "--format", "csv", str(tmp_path / "*.md")),
        ("reconcile", str(text), "-o", str(link)),
    ):
        result = run(*arguments)
        assert result.exit_code == 4 and "one of the inputs, which would be lost" in result.stderr, arguments
        assert text.read_bytes() == before
    assert run("read", str(text), "--format", "csv", "-o", str(tmp_path / "out.csv")).exit_code == 0
    refuse({"store": str(tmp_path), "to": tmp_path})  # a folder is written into, not over


def test_a_full_disk_behind_standard_output_is_one_line(examples: Path) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("no /dev/full on this system")
    with full.open("w") as out:
        done = subprocess.run(
            [sys.executable, "-m", "customhouse.cli", "read", str(examples), "--format", "jsonl"],
            stdout=out, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 4
    assert done.stderr.startswith("customhouse: standard output cannot be written")
    assert done.stderr.count("\n") == 1
