"""Every rule lets through and stops what it should, from typed and from text files (cases/rules.yaml)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from customhouse.engine import DuckDB
from customhouse.records.reasons import bits, codes, mask, rules, words
from customhouse.records.schema import FIELDS
from customhouse.store import Store
from customhouse.vocabulary import hs
from declaring import EVERY, Line, counted, declared, delimited, lines_of, load, parquet

CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "cases" / "rules.yaml").read_text(encoding="utf-8")
)
NUMERIC = ("date", "integer", "amount")
HEADINGS = sorted(code for code in hs.codes(2025 * 12) if hs.unit(code) == "unit" and code[:4] != "8471")


def typed(row: Line) -> bool:
    return not any(isinstance(v, str) for k, v in row.items() if k in FIELDS and FIELDS[k].kind in NUMERIC)


def spelt(number: int, rows: list[Line]) -> Iterator[tuple[Line, Line]]:
    """The lines of a case beside what is expected of them; `office` tells the case and the line."""
    line = 0
    for place, row in enumerate(rows):
        given = {k: v for k, v in row.items() if k not in ("reasons", "flags", "times", "id")}
        for copy in range(row.get("times", 1)):
            line = 1 if "id" in row else line + 1
            made = declared(
                row.get("id", f"case-{number}"),
                line,
                hs_code=HEADINGS[number] + "00",
                office=f"{number}/{place}/{copy}",
            )
            if "id" in row:  # what the line says decides, and not its place in the case
                made["office"] = str(number)
            yield made | given, row


def expected(form: str, name: str) -> tuple[list[Line], dict[str, list[Line]]]:
    lines: list[Line] = []
    wanted: dict[str, list[Line]] = {}
    for number, case in enumerate(CASES):
        if case.get("form", form) != form or (form == "parquet" and not all(map(typed, case["lines"]))):
            continue
        for made, row in spelt(number, case.get(name, [])):
            lines.append(made)
            wanted.setdefault(made["office"], []).append(row)
    return lines, wanted


@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_every_line_ends_as_its_case_says(form: str, tmp_path: Path) -> None:
    write = parquet if form == "parquet" else delimited
    store = Store.create(tmp_path / "store")
    with DuckDB() as engine:
        earlier, _ = expected(form, "earlier")
        load(store, engine, write(tmp_path / f"earlier.{form}", earlier))
        lines, wanted = expected(form, "lines")
        vintage = load(store, engine, write(tmp_path / f"lines.{form}", lines))
    counted(vintage, len(lines))
    columns = vintage.columns[0].split("\t")
    found: dict[str, list[Line]] = {}
    for line in lines_of(store, vintage):
        office = line["office"]
        if line["reasons"]:
            said = dict(zip(columns, line["raw"].split("\x1f"), strict=True))
            assert (
                form == "parquet"
                or said["partner"] in (line["partner"], "XYZ", "EU", "SCG")
                or line["partner"] is None
            )
            office = said["office"]
        found.setdefault(office, []).append(line)
    assert found.keys() == wanted.keys()
    for office, rows in wanted.items():
        case = CASES[int(office.split("/")[0])]["case"]
        assert Counter(map(outcome, found[office])) == Counter(map(outcome, rows)), case
    said_of_all = Counter(rule for rows in wanted.values() for row in rows for rule in outcome(row))
    assert vintage.reasons == said_of_all


def outcome(line: Line) -> frozenset[str]:
    """The reasons for which it is set aside; else the flags with which it is accepted."""
    return frozenset(line.get("reasons") or line.get("flagged") or line.get("flags") or ())


def test_every_rule_has_cases_that_break_it_and_cases_that_do_not() -> None:
    rows = [row for case in CASES for row in case["lines"]]
    broken = {rule for row in rows for rule in (*row.get("reasons", ()), *row.get("flags", ()))}
    assert broken == {rule.code for kind in ("reject", "flag") for rule in rules(kind)}
    assert any(not row.get("reasons") and not row.get("flags") for row in rows)
    assert set(EVERY.names) == set(FIELDS)


def test_masks_and_words_of_rules() -> None:
    for kind in ("reject", "flag"):
        known = tuple(rule.code for rule in rules(kind))
        assert codes(kind, mask(kind, known)) == known and sum(bits(kind).values()) == mask(kind, known)
        assert all(words(code, "en") and words(code, "zh") != words(code, "en") for code in known)
    assert words("no_such_rule", "en") == "no such rule"
    assert words("date_invalid", "en").endswith("write the day as 2025-03-14")
    assert "; " not in words("amended", "en")
