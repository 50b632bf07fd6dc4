"""Tables with a column a period: whatever their heads look like, the proposal reads every month of them."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml

from customhouse.errors import MappingError
from customhouse.period import month
from customhouse.records.mapping import parse
from customhouse.records.mapping.applying import apply
from customhouse.records.propose import propose, to_yaml
from customhouse.records.propose.periods import months_in, period_in

MONTHLY = "source: t\nreporter: CHN\nflow: exports\nunit: USD\nfigures: {Mar: {month: 3}}\n"
CASES = Path(__file__).parent / "cases" / "mapping_wide.yaml"


def cases() -> list[Any]:
    found = yaml.safe_load(CASES.read_text(encoding="utf-8"))
    return [pytest.param(case, id=case["id"]) for case in found]


def written(folder: Path, case: dict[str, Any], excel: bool) -> Path:
    """The table of a case as a file; in a workbook numbers are numbers and empty cells are empty."""
    grid = list(csv.reader(io.StringIO(case["text"])))
    path = folder / (Path(case["name"]).stem + (".xlsx" if excel else ".csv"))
    if not excel:
        path.write_text(case["text"], encoding="utf-8")
        return path
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for cells_ in grid:
        sheet.append([(int(cell) if cell.isdigit() else cell) or None for cell in cells_])
    book.save(path)
    return path


def cells(path: Path, text: str) -> set[tuple[Any, ...]]:
    """What a file comes to by a mapping: flow, months, partner, and value, quantity or growth."""
    found = set()
    for batch in apply(path, parse(text)):
        assert not batch.set_aside
        for row in batch.table.to_pylist():
            value = None if row["value_cents"] is None else row["value_cents"] / row["step_cents"]
            for what, amount in (
                ("value", value),
                ("quantity", row["quantity_milli"] and row["quantity_milli"] / 1000),
                ("growth", row["growth_percent"]),
            ):
                if amount is not None:
                    key = (row["flow"], row["first_month"], row["last_month"], row["partner"], what)
                    found.add((*key, float(amount)))
    return found


def wanted(case: dict[str, Any]) -> set[tuple[Any, ...]]:
    """The cells of a case: what its columns are, and its rows of partners, flows or months."""
    rows = case.get("rows") or case.get("cells") or case["months"]
    found = set()
    for row, figures in rows.items():
        for column, figure in zip(case.get("columns") or case["partners"], figures, strict=True):
            said = column.split()
            if "rows" in case:
                flow, span, partner, what = said[0], said[1], row, (said[2:] or ["value"])[0]
            elif "cells" in case:
                flow, span, partner, what = row, said[0], "all", "value"
            else:
                flow, span, partner, what = (["exports", *said])[-2], row, said[-1], "value"
            first, _, last = span.partition("/")
            at = [month(int(text[:4]), int(text[5:])) for text in (first, last or first)]
            found.add((flow, *at, None if partner == "all" else partner, what, float(figure)))
    return found


@pytest.mark.parametrize("excel", [False, True], ids=["text", "workbook"])
@pytest.mark.parametrize("case", cases())
def test_every_period_of_a_wide_table_is_read(case: dict[str, Any], excel: bool, tmp_path: Path) -> None:
    path = written(tmp_path, case, excel)
    proposal = propose(path)
    assert proposal.mapping is not None, proposal.remarks
    assert cells(path, to_yaml(proposal)) == wanted(case)
    for words in case.get("checks", []):
        assert any(words in remark for remark in proposal.checks), words


def test_a_table_of_no_flow_wants_that_alone(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("Country,Jan 2024,Feb 2024\nGermany,10,11\nJapan,12,13\n", encoding="utf-8")
    proposal = propose(path)
    assert proposal.mapping is None
    assert any("add `flow: exports` or `flow: imports`" in remark for remark in proposal.checks)
    assert len(cells(path, to_yaml(proposal) + "flow: exports\n")) == 4


@pytest.mark.parametrize(
    ("name", "period", "span"),
    [
        ("Exports Jan 2024", "Jan 2024", None),
        ("2024\u5e741\u6708\u51fa\u53e3\u91d1\u989d\uff08\u4e07\u5143\uff09", "2024\u5e741\u6708", None),
        ("2023\u5e74 1\u6708", "2023\u5e74 1\u6708", None),
        ("Exports_2024-01", "2024-01", None),
        ("Value (Jan 2024)", "Jan 2024", None),
        ("Jan-Jun 2024 Exports", "Jan-Jun 2024", None),
        ("Exports at 2015 prices", None, None),
        ("Exports 2024", "2024", None),
        ("Change 2024/2023 (%)", None, None),
        ("HS 2022", None, None),
        ("Exports Jan", None, (1, 1)),
        ("1-3\u6708", None, (1, 3)),
        ("5", None, None),
        ("Jan-Mar", None, (1, 3)),
    ],
)
def test_the_period_in_a_name(name: str, period: str | None, span: tuple[int, int] | None) -> None:
    assert (period_in(name), months_in(name)) == (period, span)


def test_a_month_of_no_year_is_refused() -> None:
    with pytest.raises(MappingError, match="of no year"):
        parse(MONTHLY)


@pytest.mark.parametrize(
    ("year", "fiscal", "first"), [("2023", None, "2023-03"), ("2023/24", "7", "2024-03")]
)
def test_months_of_a_fiscal_year(tmp_path: Path, year: str, fiscal: str | None, first: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f"Year,Mar\n{year},5\n", encoding="utf-8")
    text = MONTHLY + "period: {column: Year" + (f", fiscal: {fiscal}" if fiscal else "") + "}\n"
    at = month(int(first[:4]), int(first[5:]))
    assert cells(path, text) == {("exports", at, at, None, "value", 5.0)}


def test_a_month_of_a_month_sets_the_row_aside(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("Year,Mar\n2023-01,5\n", encoding="utf-8")
    (batch,) = apply(path, parse(MONTHLY + "period: {column: Year}\n"))
    assert [row.reasons for row in batch.set_aside] == [("period_invalid",)]
