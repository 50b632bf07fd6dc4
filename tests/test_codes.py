"""Outside codes are read as ours by their month; HS codes, units and their changes hold together."""

from __future__ import annotations

import runpy
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from customhouse.errors import VocabularyError
from customhouse.period import month, parse_month
from customhouse.vocabulary import hs
from customhouse.vocabulary.codes import (
    CODED_DIMENSIONS,
    SYSTEMS,
    Resolved,
    nearest,
    notes,
    own_codes,
    resolve,
    single,
    system_of,
    table,
)
from customhouse.vocabulary.tables import rows

CASES = yaml.safe_load((Path(__file__).parent / "cases/codes.yaml").read_text(encoding="utf-8"))
MONTHS = st.integers(month(1975, 1), month(2030, 12))
MAY = month(2024, 5)
NOTES = {row["code"] for row in rows("code_notes")}


@pytest.mark.parametrize(("system", "dimension", "outside", "when", "code", "note"), CASES)
def test_a_code_is_read(
    system: str, dimension: str, outside: str, when: str, code: str | None, note: str | None
) -> None:
    assert resolve(system, dimension, outside, parse_month(when)) == Resolved(code, note)


@cache
def known(dimension: str) -> frozenset[str]:
    return frozenset(own_codes(dimension))


@given(st.sampled_from(SYSTEMS), st.sampled_from(CODED_DIMENSIONS), MONTHS)
def test_every_outside_code_is_read_as_one_of_ours(system: str, dimension: str, when: int) -> None:
    for outside, code in table(system, dimension, when).items():
        assert {*code.removeprefix("!").split("+")} <= known(dimension) or code in known(dimension), outside
    assert set(notes(system, dimension, when).values()) <= NOTES


@given(st.sampled_from(SYSTEMS), st.sampled_from(CODED_DIMENSIONS), MONTHS, st.data())
def test_the_table_of_a_month_says_what_each_code_says(
    system: str, dimension: str, when: int, data: st.DataObject
) -> None:
    if codes := table(system, dimension, when):
        outside = data.draw(st.sampled_from(sorted(codes)))
        found = resolve(system, dimension, outside, when)
        assert found == Resolved(codes[outside], notes(system, dimension, when).get(outside))


@given(st.sampled_from(CODED_DIMENSIONS), MONTHS, st.text(max_size=6))
def test_any_text_is_read_or_said_to_be_unknown(dimension: str, when: int, text: str) -> None:
    for system in SYSTEMS:
        found = resolve(system, dimension, text, when)
        assert found.code or found.note or not text.strip()


@given(st.sampled_from([row["outside"] for row in rows("outside_codes") if row["system"] == "iso3"]), MONTHS)
def test_a_code_that_has_ended_never_comes_back(outside: str, when: int) -> None:
    if resolve("iso3", "partner", outside, when).note == "obsolete":
        assert resolve("iso3", "partner", outside, when + 12).note == "obsolete"


def test_the_whole_table_is_read_only() -> None:
    with pytest.raises(TypeError):
        table("iso2", "partner", MAY)["US"] = "CAN"  # type: ignore[index]


@pytest.mark.parametrize(
    ("values", "dimension", "system"),
    [
        (["US", "JP", "EL", "GR"], "partner", "comext"),
        (["US", "JP", "GR", "GG"], "partner", "iso2"),
        (["502", "116", "304", ""], "partner", "gacc"),
        (["842", "392", "276", "0"], "partner", "m49"),
        (["USA", "JPN", "NAM"], "partner", "iso3"),
        (["USA", "ASEAN", "EU"], "partner", "own"),
        (["KGM", "NAR"], "unit", "unece"),
        (["0110", "0214"], "regime", "gacc"),
    ],
)
def test_the_system_of_a_column(values: list[str], dimension: str, system: str) -> None:
    assert system_of(values, dimension)[0][0] == system


def test_a_column_that_is_in_no_system() -> None:
    assert system_of(["", "?? "]) == [] == system_of([])


@pytest.mark.parametrize(
    ("dimension", "wrong", "near"),
    [
        ("partner", "UAS", "USA"), ("partner", "Germny", "DEU"), ("partner", "US", "USA"),
        ("regime", "generl", "general"), ("commodity", "lithium_batery", "lithium_battery"),
        ("region", "Guangdng", "CN-GD"), ("unit", "KGM", "kg"), ("partner", "@@@@@@@@", None),
    ],
)
def test_the_nearest_code(dimension: str, wrong: str, near: str | None) -> None:
    assert nearest(dimension, wrong) == near


@pytest.mark.parametrize(("system", "dimension"), [("iso4", "partner"), ("iso3", "planet")])
def test_what_is_no_system_or_dimension_is_refused(system: str, dimension: str) -> None:
    with pytest.raises(VocabularyError, match="no such .*; one of .*partner|no such code system; one of own"):
        resolve(system, dimension, "USA", MAY)


def test_groups_are_told_from_single_codes() -> None:
    assert {"USA", "XKX", "ASIA_NES"} <= single("partner")
    assert not {"ASEAN", "WLD", "ASIA"} & single("partner") and "west" not in single("region")


@pytest.mark.parametrize(
    ("code", "when", "valid"),
    [
        ("870380", "2024-05", True), ("870380", "2017-01", True), ("870380", "2016-12", False),
        ("8703800010", "2024-05", True), ("87038", "2024-05", False), ("87038000100", "2024-05", False),
        ("854140", "2021-12", True), ("854140", "2022-01", False), ("770100", "2024-05", False),
        ("98040000", "2024-05", True), ("999999", "2024-05", True), ("8703a0", "2024-05", False),
        ("٨٧٠٣٨٠", "2024-05", False), ("", "2024-05", False), ("010110", "2005-05", True),
    ],
)
def test_hs_codes_are_valid_by_month(code: str, when: str, valid: bool) -> None:
    assert hs.valid(code, parse_month(when)) is valid


def test_chapters_and_headings_are_listed() -> None:
    assert hs.listed("87", MAY) and hs.listed("8703", MAY) and not hs.listed("77", MAY)
    assert hs.listed("8524", MAY) and not hs.listed("8524", month(2021, 1))


@given(st.sampled_from(hs.EDITIONS), st.data())
def test_changes_lead_there_and_back(year: int, data: st.DataObject) -> None:
    code = data.draw(st.sampled_from(sorted(hs.edition_codes(year))))
    for before in hs.predecessors(code, year):
        assert code in hs.successors(before, hs.EDITIONS[hs.EDITIONS.index(year) - 1])
    for after in hs.successors(code, year):
        assert code in hs.predecessors(after, hs.EDITIONS[hs.EDITIONS.index(year) + 1])


def test_every_code_of_2017_and_2022_comes_from_somewhere() -> None:
    for year in (2017, 2022):
        assert [code for code in sorted(hs.edition_codes(year)) if not hs.predecessors(code, year)] == []
    assert hs.predecessors("854143", 2022) == {"854140"}
    assert hs.predecessors("000000", 2022) == hs.successors("000000", 2022) == set()
    assert hs.predecessors("010121", 2007) == hs.successors("010121", 2022) == set()


@pytest.mark.parametrize(
    ("pattern", "when", "prefixes"),
    [
        ("84-85", "2018-05", ("84", "85")), ("01-24", "2013-05", tuple(f"{n:02}" for n in range(1, 25))),
        ("851713-851714", "2021-12", ("851712",)), ("851713-851714", "2022-01", ("851713", "851714")),
        ("854142-854143", "2018-05", ("854140",)), ("854143", "2018-05", ()), ("0410", "2018-05", ("0410",)),
        ("870380", "2013-05", ()), ("98", "2013-05", ("98",)),
    ],
)
def test_prefixes_are_translated(pattern: str, when: str, prefixes: tuple[str, ...]) -> None:
    assert hs.translate(hs.spread(pattern), 2022, parse_month(when)) == prefixes


CHAPTERS = [f"{chapter:02}" for chapter in range(1, 98) if chapter != 77]


@given(st.sets(st.sampled_from(CHAPTERS)), st.sampled_from(hs.EDITIONS), st.sampled_from(hs.EDITIONS))
def test_chapters_stay_chapters(chapters: set[str], year: int, target: int) -> None:
    assert set(hs.translate(tuple(chapters), year, target * 12)) == chapters


@given(st.sampled_from(hs.EDITIONS), st.data())
def test_a_translation_has_only_codes_in_force(year: int, data: st.DataObject) -> None:
    codes = data.draw(st.sets(st.sampled_from(sorted(hs.edition_codes(2022))), max_size=5))
    assert all(hs.listed(code, year * 12) for code in hs.translate(tuple(sorted(codes)), 2022, year * 12))


@pytest.mark.parametrize("pattern", ["24-01", "01-0201", "0x", "1-"])
def test_a_pattern_that_is_none_is_refused(pattern: str) -> None:
    if pattern == "1-":
        assert hs.spread(pattern) == ("1",)
        return
    with pytest.raises(VocabularyError, match="no range of HS codes"):
        hs.spread(pattern)


def test_an_edition_that_is_none_is_refused() -> None:
    with pytest.raises(VocabularyError, match="1999: no such edition"):
        hs.edition_codes(1999)


@pytest.mark.parametrize(
    ("code", "unit", "fits"),
    [
        ("87038000", "vehicle", True), ("870380", "set", True), ("870380", "liter", False),
        ("270900", "t", True), ("270900", "unit", False), ("220410", "m3", True),
        ("271600", "kilowatt_hour", True),
        ("640299", "pair", True), ("640299", "unit", False), ("710210", "carat", True),
        ("710210", "kg", False), ("98040000", "unit", True),
    ],
)
def test_units_fit_the_code(code: str, unit: str, fits: bool) -> None:
    assert hs.compatible(code, unit) is fits


@given(st.sampled_from(sorted(hs.units())), st.integers(-(10**12), 10**12), st.integers(-(10**12), 10**12))
def test_amounts_convert_exactly(unit: str, a: int, b: int) -> None:
    one, base = hs.convert(a, unit)
    assert one + hs.convert(b, unit)[0] == hs.convert(a + b, unit)[0]
    assert hs.convert(one, base) == (one, base)


def test_amounts_in_base_units() -> None:
    assert hs.convert(Decimal("1.5"), "t") == (Fraction(1500), "kg")
    assert hs.convert(3, "square_chi") == (Fraction(1, 3), "m2")
    with pytest.raises(VocabularyError, match="furlong: no such unit"):
        hs.convert(1, "furlong")


def test_the_list_of_outside_codes_can_be_remade(shared: Path) -> None:
    script = Path(__file__).resolve().parents[1] / "scripts/build_codes.py"
    made = runpy.run_path(str(script))["build"](shared / "data")
    assert made == [tuple(row.values()) for row in rows("outside_codes")]


def test_every_unit_of_an_hs_code_is_a_unit() -> None:
    assert {row["unit"] for row in rows("hs_codes") if row["unit"]} <= set(hs.units())
