"""Official files on the command line: which reader takes them, what is asked for where they are silent."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pytest
from typer.testing import CliRunner, Result

from customhouse.cli import app
from customhouse.errors import MappingError
from customhouse.records.sources import Options, reader
from customhouse.simulate import simulate

COMEXT = "DATAFLOW,LAST UPDATE,freq,reporter,partner,product,flow,indicators,TIME_PERIOD,OBS_VALUE,OBS_FLAG\n"
SILENT = (
    "DATAFLOW,REF_AREA,COUNTERPART_AREA,COMMODITY,FLOW,TIME_PERIOD,OBS_VALUE\nX:Y(1),DE,CN,8703,X,2024-01,5\n"
)


def comext(folder: Path) -> Path:
    path = folder / "api.csv"
    start = "ESTAT:DS-045409(1.0),15/01/25 11:00:00,M,DE"
    rows = [
        f"{start},{partner},8703,2,{indicator},2024-01,{amount},"
        for partner, amount in (("CN", 7000), ("EL", 3000))
        for indicator in ("VALUE_IN_EUROS", "QUANTITY_IN_100KG")
    ]
    path.write_text(COMEXT + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def load(path: Path, *more: str) -> Result:
    wanted = ["load", str(path), "--into", str(path.parent / "s"), *more]
    return CliRunner().invoke(app, wanted, prog_name="customhouse")


def test_files_of_comext_are_read_as_such_under_the_name_of_the_format(tmp_path: Path) -> None:
    path = comext(tmp_path)
    done = load(path, "--source", "sdmx-csv", "--currency", "EUR", "--json")
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert (found["counts"]["accepted"], found["counts"]["quarantined"], found["doubts"]) == (4, 0, [])
    both = [
        pa.concat_tables([b.table for b in reader(name).read(path, Options())])
        for name in ("sdmx-csv", "comext")
    ]
    assert both[0].equals(both[1])
    assert both[0]["value_cents"].to_pylist() == [700_000, None, 300_000, None]
    assert both[0]["net_mass_g"].to_pylist() == [None, 700_000_000, None, 300_000_000]
    assert both[0]["partner"].to_pylist() == ["CHN", "CHN", "GRC", "GRC"]


def test_a_file_that_says_no_unit_is_refused_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(SILENT, encoding="utf-8")
    with pytest.raises(MappingError, match="no column for the unit .* with --unit EUR"):
        list(reader("sdmx-csv").read(path, Options()))
    refused = load(path)
    assert refused.exit_code != 0 and "--unit EUR" in refused.output


@pytest.mark.parametrize("more", [("--unit", "EUR"), ("--source", "sdmx-csv", "--currency", "EUR")])
def test_the_unit_can_be_said(tmp_path: Path, more: tuple[str, ...]) -> None:
    path = tmp_path / "t.csv"
    path.write_text(SILENT, encoding="utf-8")
    done = load(path, *more, "--json")
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert (found["counts"]["accepted"], found["currency"]) == (1, "EUR")


def test_a_flow_that_a_mapping_leaves_open_is_loaded_with(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text(",2023 (USD million)\nJapan,5\nKorea,7\n", encoding="utf-8")
    (tmp_path / "t.yaml").write_text(
        'source: t\nreporter: CHN\npartner: {column: (1)}\n'
        "figures: {2023 (USD million): {period: 2023, unit: USD million}}\n",
        encoding="utf-8",
    )
    assert "or load it with --flow" in " ".join(load(table, "--map", str(tmp_path / "t.yaml")).output.split())
    done = load(table, "--map", str(tmp_path / "t.yaml"), "--flow", "exports", "--json")
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert (found["counts"]["accepted"], found["doubts"]) == (2, [])


@pytest.mark.parametrize("option", [("--unit", "USD 1,000"), ("--flow", "exports"), ("--period", "2024-01")])
def test_what_changes_nothing_is_told(tmp_path: Path, option: tuple[str, str]) -> None:
    table = tmp_path / "t.csv"
    table.write_text("month,country,value\n2024-01,Japan,5\n", encoding="utf-8")
    (tmp_path / "t.yaml").write_text(
        "source: t\nreporter: CHN\nflow: imports\ncurrency: USD\nperiod: {column: month}\n"
        "partner: {column: country}\nfigures: {value: {}}\n",
        encoding="utf-8",
    )
    simulate(3000, tmp_path / "lines")
    (lines,) = (tmp_path / "lines").glob("*2024-01.parquet")
    for done, by in ((load(table, "--map", str(tmp_path / "t.yaml"), *option), "the mapping"),
                     (load(lines, *option), "each declared line")):  # fmt: skip
        assert done.exit_code == 0, done.output
        assert f"{option[0]} \"{option[1]}\" changed nothing: {by} says" in " ".join(done.output.split())
    told = load(table, "--map", str(tmp_path / "t.yaml"), "--reporter", "JPN", "--json")
    assert json.loads(told.stdout)["doubts"] == [] and json.loads(told.stdout)["reporter"] == "JPN"
