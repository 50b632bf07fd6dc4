"""Partner codes of another list than ISO 3166: proposed as such, and told where a mapping says otherwise."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.records.propose import propose, to_yaml
from customhouse.vocabulary import codes
from customhouse.vocabulary.tables import rows
from test_mapping_codes import doubts, load, table

LARGE = ["USA", "JPN", "KOR", "DEU", "VNM", "AUS", "GBR", "RUS", "ESP", "CHE", "SGP", "ZAF", "POL", "SWE"]
"""Large partners of China's; most have another code in each list."""


def written(system: str, wanted: list[str]) -> list[str]:
    """Codes of the vocabulary as a list writes them, the first of several."""
    known: dict[str, str] = {}
    for row in rows("outside_codes"):
        if row["system"] == system and row["dimension"] == "partner" and not row["note"] and not row["to"]:
            known.setdefault(row["code"], row["outside"])
    return [known[code] for code in wanted]


@pytest.mark.parametrize("system", ["fips", "ioc"])
@pytest.mark.parametrize("seed", range(5))
def test_a_column_of_another_list_is_proposed_as_such(system: str, seed: int, tmp_path: Path) -> None:
    chosen = random.Random(seed).sample(LARGE, 12)
    text = table(written(system, chosen)).replace("value", "exports (USD)")
    (tmp_path / "t.csv").write_text(text, encoding="utf-8")
    assert f"codes: {system}" in to_yaml(propose(tmp_path / "t.csv"))


@given(st.sets(st.sampled_from(LARGE), min_size=3), st.sampled_from(["iso2", "iso3"]))
def test_codes_of_iso_are_taken_for_no_other_list(chosen: set[str], system: str) -> None:
    usual = {"GBR": "UK", "GRC": "EL"} if system == "iso2" else {}
    texts = written(system, sorted(chosen))
    texts += [usual[code] for code in sorted(chosen) if code in usual]
    assert codes.system_of(texts)[0][0] not in codes.RARE


def test_homographs_of_another_list_stop_a_load(tmp_path: Path) -> None:
    result = load(tmp_path, table(written("fips", LARGE)), "iso2")
    assert result.exit_code == 1
    words = result.stderr
    assert all(text in words for text in ("FIPS 10-4", "JA", "codes: fips", "--accept code_of_list"))
    assert "AS, read as American Samoa, is Australia there" in words
    assert "GM, read as Gambia, is Germany there" in words
    assert load(tmp_path, table(written("fips", LARGE)), "fips").exit_code == 0


def test_codes_of_another_list_without_homographs_are_told_once(tmp_path: Path) -> None:
    partners = written("ioc", ["USA", "DEU", "CHE", "ZAF", "FRA"])
    found = doubts(load(tmp_path, table(partners), "iso3", "--json"))
    (words,) = found.values()
    assert all(text in words for text in ("3 partner codes", "GER", "Olympic", "codes: ioc"))


def test_few_unknown_codes_are_no_other_list(tmp_path: Path) -> None:
    found = doubts(load(tmp_path, table(["US", "FR", "JA", "QQ", "DE"]), "iso2", "--json"))
    assert not any("of_list" in code for code in found)
    japan = next(words for code, words in found.items() if "JA" in code)
    assert "Japan in another list (FIPS 10-4)" in japan and '{"JA": JPN}' in japan


def test_no_code_of_another_list_is_of_two_countries() -> None:
    for system in codes.RARE:
        texts = [row["outside"] for row in rows("outside_codes") if row["system"] == system]
        assert len(texts) == len(set(texts)) > 200
