"""Mappings: numbers, periods, units as printed; small tables to cells; mistakes refused with their place."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from customhouse.errors import MappingError, PeriodError, UnreadableFile
from customhouse.period import Period
from customhouse.records import mapping, numerals, printed_periods, printed_units
from customhouse.records.files import Digits
from customhouse.records.mapping.applying import apply, intake
from customhouse.records.numerals import Marks
from customhouse.records.printed_periods import PeriodStyle
from customhouse.records.table import TABLE_SCHEMA

CASES = Path(__file__).parent / "cases"
RIGHT = """
source: test
reporter: CHN
flow: exports
period: {column: month}
unit: USD
figures: {a: {}}
"""


def cases(name: str, key: str = "text") -> list[Any]:
    found = yaml.safe_load((CASES / f"{name}.yaml").read_text(encoding="utf-8"))
    return [pytest.param(case, id=str(case.get("id", case.get(key)))) for case in found]


def marks(decimal: str) -> Marks:
    return Marks(decimal, "," if decimal == "." else ".")


@pytest.mark.parametrize("case", cases("numerals"))
def test_numbers(case: dict[str, Any]) -> None:
    found = numerals.parse(case["text"], marks(case.get("decimal", ".")), case.get("percent", False))
    if case["value"] is None:
        assert found is None
    else:
        assert found is not None
        assert (found.value, found.step) == (Decimal(case["value"]), Decimal(case["step"]))


@pytest.mark.parametrize("case", cases("numerals_marks", "values"))
def test_marks_of_a_column(case: dict[str, Any]) -> None:
    found = numerals.sniff(case["values"])
    assert (found.marks and found.marks.decimal) == case["decimal"]
    assert found.ambiguous is not case["sure"]
    assert found.whole == case.get("whole", False)
    assert found.evidence or all(re.fullmatch(r"\d*|-", value) for value in case["values"])


@given(st.decimals(-(10**12), 10**12, places=3), st.sampled_from([",.", ".,", " ,", "',"]))
def test_a_printed_number_is_read_back(number: Decimal, style: str) -> None:
    thousands, decimal = style[0], style[1]
    whole, _, part = f"{abs(number):,.3f}".partition(".")
    text = ("-" if number < 0 else "") + whole.replace(",", thousands) + decimal + part
    found = numerals.parse(text, Marks(decimal, thousands))
    assert found is not None and (found.value, found.step) == (number, Decimal("0.001"))


@given(st.text(max_size=80))
def test_any_text_is_a_number_or_none(text: str) -> None:
    numerals.parse(text)
    numerals.sniff([text])
    assert numerals.is_empty(text) in (True, False)


@pytest.mark.parametrize("case", cases("mapping_periods"))
def test_periods(case: dict[str, Any]) -> None:
    style = PeriodStyle(
        re.compile(case["pattern"]) if "pattern" in case else None,
        case.get("order", ""),
        case.get("fiscal"),
        case.get("calendar", ""),
    )
    text = Digits(case["text"]) if case.get("number") else case["text"]
    if "error" in case:
        with pytest.raises(PeriodError, match=case["error"]):
            printed_periods.parse(text, style)
    else:
        assert str(Period(*printed_periods.parse(text, style))) == str(case["period"])


@given(st.text(max_size=30))
def test_any_text_is_a_period_or_refused(text: str) -> None:
    try:
        first, last = printed_periods.parse(text)
    except PeriodError:
        return
    assert first <= last


@pytest.mark.parametrize("case", cases("mapping_units"))
def test_units(case: dict[str, Any]) -> None:
    unit = printed_units.parse(case["text"], case.get("lenient", False))
    assert (unit and [unit.kind, unit.code, int(unit.scale)]) == case["unit"]


@given(st.text(max_size=40), st.booleans())
def test_any_text_is_a_unit_or_none(text: str, lenient: bool) -> None:
    unit = printed_units.parse(text, lenient)
    assert unit is None or unit.scale > 0


def _cell(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"months": str(Period(row["first_month"], row["last_month"]))}


@pytest.mark.parametrize("case", cases("mapping_tables"))
def test_tables(case: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text(case["text"], encoding="utf-8")
    made = mapping.parse(f"source: test\nreporter: CHN\n{case['mapping']}", "case")
    batches = list(apply(path, made))
    got = [_cell(row) for batch in batches for row in batch.table.to_pylist()]
    wanted = [cell | {"months": str(cell["months"])} for cell in case["cells"]]
    shown = [{key: cell[key] for key in want} for cell, want in zip(got, wanted, strict=False)]
    assert shown == wanted and len(got) == len(wanted)
    aside = [[row.place, *row.reasons] for batch in batches for row in batch.set_aside]
    assert aside == case.get("aside", [])
    for batch in batches:
        assert batch.table.schema == TABLE_SCHEMA
        assert batch.rows_in == batch.rows_used + len(batch.set_aside)


def test_a_row_set_aside_keeps_its_cells_and_why(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("month,a\n2024-01,1\nNote,2\n", encoding="utf-8")
    made = mapping.parse(RIGHT + "leave_out: [{column: month, is: Note, because: a note}]")
    (aside,) = next(iter(apply(path, made))).set_aside
    assert aside.row == {"month": "Note", "a": "2", "because": "a note"}
    assert (aside.file, aside.place) == ("t.csv", "line 3")


@pytest.mark.parametrize("case", cases("mapping_wrong"))
def test_what_is_wrong_is_refused_with_its_place(case: dict[str, Any]) -> None:
    raw = yaml.load(RIGHT, yaml.BaseLoader) | yaml.load(case["yaml"], yaml.BaseLoader)
    with pytest.raises(MappingError, match=re.escape(case["says"])) as caught:
        mapping.parse(yaml.safe_dump(raw, allow_unicode=True), "mine.yaml")
    assert str(caught.value).startswith("mine.yaml")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: b: c", "mine.yaml, line 1: no YAML"),
        ("source: x\nsource: y\n", "line 2: .*'source' stands twice"),
        ("source: &a x\nfiles: *a\n", "aliases"),
        ("- a\n", "keys with values are wanted, not a list"),
        ("", "keys with values are wanted"),
        ("[" * 5000, "mine.yaml"),
        ("reporter: CHN\n", "says nothing of whose figures"),
    ],
)
def test_what_is_no_mapping_is_refused(text: str, says: str) -> None:
    with pytest.raises(MappingError, match=says):
        mapping.parse(text, "mine.yaml")


@pytest.mark.parametrize("key", ["reporter", "flow", "period", "unit", "figures"])
def test_what_a_mapping_cannot_do_without(key: str) -> None:
    raw = yaml.load(RIGHT, yaml.BaseLoader)
    del raw[key]
    with pytest.raises(MappingError, match=f"`(?:{key}|figures)`"):
        mapping.parse(yaml.safe_dump(raw), "mine.yaml")


def test_a_column_that_is_not_there_is_named_with_the_nearest(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("month,aa\n2024-01,1\n", encoding="utf-8")
    with pytest.raises(
        MappingError, match=r"no column 'a', which the mapping wants for `figures`; did you mean 'aa'"
    ):
        list(apply(path, mapping.parse(RIGHT)))
    with pytest.raises(MappingError, match=r"no row 9 with names"):
        list(apply(path, mapping.parse(RIGHT + "header: 9")))


@pytest.mark.parametrize("values", [["1.234", "2.345"], ["1.5", "1,5"]])
def test_marks_that_cannot_be_told_stop_the_file(values: list[str], tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(
        "month;a\n" + "".join(f"2024-0{n};{v}\n" for n, v in enumerate(values, 1)), encoding="utf-8"
    )
    with pytest.raises(MappingError, match=r"column 'a': the decimal mark cannot be told.*say `decimal"):
        list(apply(path, mapping.parse(RIGHT)))
    said = mapping.parse(RIGHT + "decimal: .")
    assert next(row["value_cents"] for b in apply(path, said) for row in b.table.to_pylist()) in (123, 150)


def test_marks_of_another_column_settle_an_open_one(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("month;a;b\n2024-01;1.234;5,5\n", encoding="utf-8")
    made = mapping.parse(RIGHT.replace("{a: {}}", "{a: {}, b: {flow: imports}}"))
    assert [row["value_cents"] for b in apply(path, made) for row in b.table.to_pylist()] == [123400, 550]


def test_shipped_mappings_load_and_say_for_which_files_they_are() -> None:
    for name, path in mapping.shipped().items():
        found = mapping.load(name)
        assert found.name == name == path.stem and found.source and found.files


def test_a_mapping_by_file_or_by_name(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(RIGHT, encoding="utf-8")
    assert mapping.load(path).name == "mine"
    assert mapping.named("gacc_partner_month") is mapping.named("gacc_partner_month")
    with pytest.raises(UnreadableFile, match="did you mean gacc_partner_month"):
        mapping.load("gacc_partner_mont")
    path.write_bytes(b"source: \xff\xfe")
    with pytest.raises(MappingError, match="UTF-8"):
        mapping.load(path)


DECLARED = """
source: test
kind: declarations
fields:
  reporter: {is: KOR}
  declaration_id: Number
  line: {is: "1"}
  partner: {column: Origin, codes: iso2}
  transport: {column: Mode, values: {"10": sea}}
  currency: {is: KRW}
"""


def test_declarations_become_an_intake() -> None:
    found = intake(mapping.parse(DECLARED))
    assert found.columns == {"declaration_id": "Number", "partner": "Origin", "transport": "Mode"}
    assert found.constants == {"line": "1", "currency": "KRW"}
    assert (found.systems, found.values) == ({"partner": "iso2"}, {"transport": {"10": "sea"}})
    assert (found.reporter, found.currency) == ("KOR", "KRW")


@pytest.mark.parametrize(
    ("yaml_text", "says"),
    [
        (
            DECLARED.replace("declaration_id", "declaration"),
            "unknown key `declaration`; did you mean `declaration_id`",
        ),
        (DECLARED.replace("iso2", "iso5"), "did you mean `iso"),
        (DECLARED.replace("{is: KOR}", "{}"), "wants either"),
        (DECLARED + "figures: {a: {}}", "belongs to tables"),
        (DECLARED + "dates: dmy", "`dates` belongs to tables"),
        (DECLARED + "thousands: ','", "`thousands` belongs to tables"),
        (DECLARED.replace("iso2", "[iso2, iso3]"), "`codes` has several"),
        ("source: x\nkind: declarations\n", "`fields` has none"),
    ],
)
def test_declarations_that_are_wrong(yaml_text: str, says: str) -> None:
    with pytest.raises(MappingError, match=re.escape(says)):
        mapping.parse(yaml_text)


def test_each_kind_has_its_own_door(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match="for declarations"):
        list(apply(tmp_path, mapping.parse(DECLARED)))
    with pytest.raises(MappingError, match="for tables"):
        intake(mapping.parse(RIGHT))


def test_a_flow_that_a_mapping_lacks_can_be_given() -> None:
    text = "source: t\nreporter: CHN\nperiod: 2024-01\nfigures: {v: {unit: USD}}\n"
    with pytest.raises(MappingError, match="or load it with --flow"):
        mapping.parse(text)
    assert mapping.parse(text, flow="exports").tables[0].dimensions["flow"].constant == "exports"
    said = mapping.parse(f"{text}flow: imports\n", flow="exports")
    assert said.tables[0].dimensions["flow"].constant == "imports"
    own = mapping.parse(text.replace("unit: USD", "unit: USD, flow: imports"), flow="exports")
    assert own.tables[0].figures[0].fixed["flow"] == "imports"


def test_a_reporter_that_a_mapping_lacks_can_be_given() -> None:
    text = "source: t\nflow: exports\nperiod: 2024-01\nfigures: {v: {unit: USD}}\n"
    with pytest.raises(MappingError, match="or with --reporter"):
        mapping.parse(text)
    assert mapping.parse(text, reporter="DEU").tables[0].dimensions["reporter"].constant == "DEU"
    said = mapping.parse(f"{text}reporter: FRA\n", reporter="DEU")
    assert said.tables[0].dimensions["reporter"].constant == "FRA"
