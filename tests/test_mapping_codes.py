"""Codes that a table is not read by without a word: ended, of another list, lost; told when it is loaded."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from customhouse.cli import app
from customhouse.period import month
from customhouse.records.noticed import Notice, Reading, merged, reading
from customhouse.records.notices import told
from customhouse.records.propose import propose
from customhouse.records.sources import Options, reader
from customhouse.vocabulary import codes
from customhouse.vocabulary.tables import rows, split

MAPPING = """
source: test
reporter: CHN
flow: exports
currency: USD
period: {{column: period}}
partner: {{column: partner, codes: {system}}}
figures: {{value: {{}}}}
"""


def table(partners: list[str], years: tuple[int, ...] = (2022, 2023)) -> str:
    lines = [
        f"{year}-{number:02},{partner},{(at + 1) * 1000 + number * 7 + year}"
        for year in years
        for number in range(1, 13)
        for at, partner in enumerate(partners)
    ]
    return "\n".join(["period,partner,value", *lines]) + "\n"


def load(folder: Path, text: str, system: str, *more: str) -> Result:
    (folder / "t.csv").write_text(text, encoding="utf-8")
    (folder / "t.yaml").write_text(MAPPING.format(system=system), encoding="utf-8")
    wanted = ("load", str(folder / "t.csv"), "--map", str(folder / "t.yaml"), "--into", str(folder / "s"))
    return CliRunner().invoke(app, [*wanted, *more], prog_name="customhouse")


def doubts(result: Result) -> dict[str, str]:
    assert result.exit_code == 0, result.output
    return {f"{d['code']} {d['en'].split()[0]}": d["en"] for d in json.loads(result.stdout)["doubts"]}


def test_a_code_of_another_list_is_told(tmp_path: Path) -> None:
    found = doubts(load(tmp_path, table(["DE", "FR", "EL", "UK", "NA", "US"]), "iso2", "--json"))
    assert found.keys() == {"code_other_read EL", "code_other_read UK"}
    words = found["code_other_read EL"]
    wanted = ("GR for Greece", "24 rows of 2022-01/2023-12", "t.csv: line 4", "Eurostat")
    assert all(part in words for part in wanted)
    assert "GB for" in found["code_other_read UK"]


def test_codes_that_have_ended_are_told_with_state_end_and_code_since(tmp_path: Path) -> None:
    found = doubts(load(tmp_path, table(["DEU", "FRA", "ROM", "SUN", "ZAR", "ITA"]), "iso3", "--json"))
    assert found.keys() == {"code_ended_read ROM", "code_ended_aside SUN", "code_ended_read ZAR"}
    words = found["code_ended_read ROM"]
    assert "of Romania until 2002-01" in words and "ROU" in words
    assert "of Zaire until 1997-06" in found["code_ended_read ZAR"] and "COD" in found["code_ended_read ZAR"]
    words = found["code_ended_aside SUN"]
    assert "the Soviet Union until 1991-12" in words and "RUS" in words and "set aside" in words


def test_codes_are_not_told_in_their_own_time(tmp_path: Path) -> None:
    text = table(["DEU", "FRA", "ROM", "SUN", "ZAR", "CSK"], (1988, 1989))
    assert doubts(load(tmp_path, text, "iso3", "--json")) == {}
    year = "period,partner,value\n2002,ROM,1001\n2002,DEU,2001\n2002,FRA,3001\n"
    (tmp_path / "s").rename(tmp_path / "old")
    assert doubts(load(tmp_path, year, "iso3", "--json")) == {}


def test_what_is_told_is_shown_in_both_languages_and_kept(tmp_path: Path) -> None:
    shown = load(tmp_path, table(["DE", "FR", "EL", "US"]), "iso2", "--lang", "zh")
    assert "希腊" in shown.output.replace("\n", "") and "24行" in shown.output.replace("\n", "")
    manifest = json.loads(next((tmp_path / "s" / "manifest").glob("*.json")).read_text(encoding="utf-8"))
    assert any("Greece" in text for text in manifest["doubts"])


def test_a_load_that_stops_tells_the_codes_too(tmp_path: Path) -> None:
    stopped = load(tmp_path, table(["DEU", "DDR", "FRA", "ITA"]), "iso3")
    assert stopped.exit_code != 0
    assert "stand in two rows" in stopped.output and "East Germany until 1990-09" in stopped.output


def test_reasons_say_that_a_code_has_ended(tmp_path: Path) -> None:
    load(tmp_path, table(["DEU", "SUN", "FRA", "ITA"]), "iso3")
    shown = CliRunner().invoke(app, ["quarantine", str(tmp_path / "s"), "--json"], prog_name="customhouse")
    assert "no longer in force" in shown.output and "partner_unknown" not in shown.output


@pytest.mark.parametrize(
    ("partners", "system", "is_told"),
    [
        (["DE", "FR", "", "US", "JP", "KR"], "iso2", True),
        (["DE", "FR", "", "US", "JP", "NA"], "iso2", False),
        (["DEU", "FRA", "", "USA", "JPN", "KOR"], "iso3", False),
        (["DE", "", "", "US"], "iso2", False),
    ],
)
def test_a_blank_among_codes_may_be_namibia(
    tmp_path: Path, partners: list[str], system: str, is_told: bool
) -> None:
    found = doubts(load(tmp_path, table(partners), system, "--json"))
    assert any("Namibia" in words and "24 rows" in words for words in found.values()) is is_told


def test_readers_notice_codes_too(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    head = "DATAFLOW,REF_AREA,COUNTERPART_AREA,FLOW,UNIT_MEASURE,TIME_PERIOD,OBS_VALUE\n"
    path.write_text(
        head + "".join(f"X:Y(1),DE,{p},X,EUR,2024-0{n},5\n" for n in (1, 2, 3) for p in ("EL", "FR", "SUN")),
        encoding="utf-8",
    )
    batches = list(reader("sdmx-csv").read(path, Options(batch_rows=4)))
    found = {one.reading.text: one for one in merged(n for batch in batches for n in batch.notices)}
    assert {text: one.rows for text, one in found.items()} == {"EL": 3, "SUN": 3}
    assert found["EL"].place.endswith("t.csv: line 2") and found["EL"].last == month(2024, 3)


def test_every_state_of_former_codes_has_words_and_codes_of_today() -> None:
    known = codes.single("partner")
    for row in rows("code_states"):
        assert row["en"] and row["zh"] and {*split(row["now"])} <= known
        listed = [(system, text) for system in ("iso2", "iso3", "m49") for text in split(row[system])]
        assert listed and all(codes.ended(system, "partner", text, 24288) for system, text in listed)


def test_every_code_that_has_ended_can_be_told() -> None:
    at = month(2030, 1)
    for row in rows("outside_codes"):
        ends = row["dimension"] == "partner" and row["to"]
        if ends and (one := reading((row["system"],), row["outside"], at, at)):
            (doubt,) = told([Notice(one, 1, at, at, "f: line 1")], 10)
            assert row["outside"] in doubt.en and "{" not in doubt.en + doubt.zh


def test_a_proposal_says_why_a_column_is_read_by_another_list(tmp_path: Path) -> None:
    path = tmp_path / "exports.csv"
    path.write_text(table(["DE", "FR", "EL", "US", "JP", "KR", "IT", "ES", "PT"]), encoding="utf-8")
    assert any("EL is none of ISO 3166" in remark for remark in propose(path).checks)
    path.write_text(table(["DEU", "FRA", "SUN", "USA", "JPN"]), encoding="utf-8")
    assert any("'SUN' are codes that have ended" in remark for remark in propose(path).checks)


def test_readings_are_counted_together() -> None:
    one = Reading("iso2", "EL", "GRC", "homograph")
    both = merged([Notice(one, 2, 5, 6, "a"), Notice(one, 3, 4, 5, "b")])
    assert both == (Notice(one, 5, 4, 6, "a"),)
