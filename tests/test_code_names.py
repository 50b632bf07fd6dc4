"""Partner codes beside names: a code next to the name of another partner stops a load and is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner, Result

from customhouse.cli import app
from customhouse.errors import MappingError
from customhouse.records.mapping.applying import apply
from customhouse.records.mapping.beside import differ
from customhouse.records.mapping.loading import parse
from customhouse.records.propose import propose, to_yaml
from customhouse.vocabulary.tables import rows

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "code_names.yaml").read_text(encoding="utf-8"))
MAPPING = """
source: test
reporter: CHN
flow: exports
currency: USD
period: {column: month}
partner: {column: code, codes: iso3, name: partner}
figures: {value: {}}
"""
RIGHT = [("USA", "United States"), ("DEU", "Germany"), ("JPN", "Japan"), ("FRA", "France"), ("VNM", "越南")]


def table(pairs: list[tuple[str, str]]) -> str:
    lines = [
        f"2024-{month:02},{code},{name},{1000 + 37 * at + month}"
        for month in range(1, 7)
        for at, (code, name) in enumerate(pairs)
    ]
    return "\n".join(["month,code,partner,value", *lines]) + "\n"


def load(folder: Path, pairs: list[tuple[str, str]], *more: str) -> Result:
    (folder / "t.csv").write_text(table(pairs), encoding="utf-8")
    (folder / "t.yaml").write_text(MAPPING, encoding="utf-8")
    given = ("load", str(folder / "t.csv"), "--map", str(folder / "t.yaml"), "--into", str(folder / "s"))
    return CliRunner().invoke(app, [*given, *more], prog_name="customhouse")


@pytest.mark.parametrize(("code", "name"), CASES["contradict"])
def test_a_name_of_another_partner_contradicts_a_code(code: str, name: str) -> None:
    assert differ(code, name)


@pytest.mark.parametrize(("code", "name"), CASES["agree"])
def test_other_names_do_not(code: str, name: str) -> None:
    assert not differ(code, name)


def test_no_name_contradicts_its_own_code() -> None:
    for row in rows("partners"):
        assert not any(differ(row["code"], row[language]) for language in ("en", "zh")), row["code"]


def test_a_contradicted_code_stops_the_load_with_both_readings(tmp_path: Path) -> None:
    result = load(tmp_path, [*RIGHT, ("ZAR", "South Africa"), ("CHL", "Chile")])
    assert result.exit_code == 1
    told = " ".join(result.stderr.split())
    wanted = (
        "ZAR is read as Democratic Republic of the Congo",
        '"South Africa", whose code is ZAF',
        "in 6 rows",
        "first t.csv: line 7",
        'values: {"ZAR": ZAF}',
        "--accept code_named",
    )
    assert all(part in told for part in wanted), told
    assert "CHL" not in told
    assert load(tmp_path, [*RIGHT, ("ZAR", "South Africa")], "--accept", "code_named").exit_code == 0


def test_codes_that_agree_load_in_silence(tmp_path: Path) -> None:
    result = load(tmp_path, RIGHT, "--json")
    assert result.exit_code == 0 and not json.loads(result.stdout)["doubts"]


def test_many_contradicted_codes_are_told_together(tmp_path: Path) -> None:
    names = [name for _, name in RIGHT]
    codes = [code for code, _ in RIGHT]
    pairs = list(zip(codes, names[1:] + names[:1], strict=True))
    pairs += [("ITA", "Spain"), ("ESP", "Italy"), ("GBR", "Chile")]
    result = load(tmp_path, pairs, "--accept", "code_named,code_named_more", "--json")
    found = [doubt for doubt in json.loads(result.stdout)["doubts"] if doubt["severity"] == "stop"]
    assert [doubt["code"] for doubt in found] == 5 * ["code_named"] + ["code_named_more"]
    assert "3 more partner codes" in found[-1]["en"]


@pytest.mark.parametrize(
    ("code", "name", "remedy"),
    [
        ("SCX", "Serbia", '{"SCX": SRB}'),
        ("CSK", "Slovakia", '{"CSK": SVK}'),
    ],
)
def test_what_a_code_that_is_not_read_may_mean_is_told_by_the_name(
    code: str, name: str, remedy: str, tmp_path: Path
) -> None:
    result = load(tmp_path, [*RIGHT, (code, name)], "--json")
    told = [doubt["en"] for doubt in json.loads(result.stdout)["doubts"]]
    assert result.exit_code == 0 and len(told) == 1
    assert f'The name beside it is "{name}"; say values: {remedy}' in told[0]


def test_a_proposal_has_the_names_beside_the_codes(tmp_path: Path) -> None:
    text = table([*RIGHT, ("ZAR", "South Africa")]).replace("code,partner", "Partner ISO,Partner")
    (tmp_path / "t.csv").write_text(text.replace("value", "exports (USD)"), encoding="utf-8")
    written = to_yaml(propose(tmp_path / "t.csv"))
    assert "partner: {column: Partner ISO, codes: iso3, name: Partner}" in written


AMBIGUOUS = [("CH", "China"), ("AU", "Austria"), ("SZ", "Switzerland"), ("SP", "Spain")]
"""Codes of FIPS 10-4 that all but one are codes of ISO 3166 too, of others."""
PLAIN = [
    *(("FR", "France"), ("IT", "Italy"), ("NO", "Norway"), ("CA", "Canada"), ("BR", "Brazil")),
    *(("IN", "India"), ("MX", "Mexico"), ("EG", "Egypt"), ("TH", "Thailand"), ("MY", "Malaysia")),
]


def test_names_tell_the_list_that_codes_are_of(tmp_path: Path) -> None:
    text = table([*PLAIN, *AMBIGUOUS]).replace("code,partner", "Partner code,Partner")
    (tmp_path / "t.csv").write_text(text.replace("value", "exports (USD)"), encoding="utf-8")
    written = to_yaml(propose(tmp_path / "t.csv"))
    assert "codes: fips, name: Partner" in written
    assert "not of iso2" in " ".join(written.replace("#", " ").split())


def test_names_that_are_of_something_else_change_nothing(tmp_path: Path) -> None:
    pairs = [(code, f"office {at}") for at, (code, _) in enumerate(RIGHT)]
    text = table(pairs).replace("code,partner", "Partner code,Office")
    (tmp_path / "t.csv").write_text(text.replace("value", "exports (USD)"), encoding="utf-8")
    assert "name:" not in to_yaml(propose(tmp_path / "t.csv"))


def test_a_name_column_is_of_partners_alone() -> None:
    with pytest.raises(MappingError, match="`name` is of partners"):
        parse("source: t\nreporter: CHN\nregion: {column: r, name: n}\nfigures: {v: {flow: exports}}")


def test_a_name_column_that_is_not_there_is_told(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("month,code,value\n2024-01,USA,5\n", encoding="utf-8")
    (tmp_path / "t.yaml").write_text(MAPPING, encoding="utf-8")
    mapped = apply(tmp_path / "t.csv", parse(MAPPING))
    with pytest.raises(MappingError, match="no column 'partner', which the mapping wants for `partner name`"):
        list(mapped)
