"""Sheets of months: a title that names another month than the sheet's name is told."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pytest

from customhouse.records.mapping import parse
from customhouse.records.mapping.applying import apply
from customhouse.records.notices import told

MONTHS = {"2024-01": "January", "2024-02": "February", "2024-03": "March", "2024-04": "April"}
OWN = {sheet: (f"Exports by country, {name} 2024",) for sheet, name in MONTHS.items()}


def notices(folder: Path, titles: Mapping[str, tuple[str, ...]]) -> list[str]:
    path, text = folder / "t.xlsx", "source: t\nreporter: TUR\nflow: exports\ntables:\n"
    book = openpyxl.Workbook(write_only=True)
    for sheet, said in titles.items():
        page = book.create_sheet(sheet)
        for row in (said, (), ("Country", "value"), ("Total", 300), ("China", 200)):
            page.append(row)
        text += f"  - sheet: {sheet}\n    header: [3]\n    period: {{is: {sheet}}}\n    unit: USD\n"
        text += "    partner: {column: Country, values: {Total: all}}\n    figures: {value: {}}\n"
    book.save(path)
    found = [notice for batch in apply(path, parse(text)) for notice in batch.notices]
    return [f"{one.code}: {one.en} {one.zh}" for one in told(found, 8) if one.severity == "caution"]


@pytest.mark.parametrize(
    ("titles", "count"),
    [
        (OWN, 0),
        (OWN | {"2024-03": ("Exports by country, February 2024",)}, 1),
        (OWN | {"2024-03": ("2024年2月出口",)}, 1),
        (OWN | {"2024-03": ("Exports by country",)}, 0),
        (OWN | {"2024-03": ("Exports by country, March 2024", "Updated in May 2024")}, 0),
        (OWN | {"2024-03": ("Exports by country, as of 12 May 2024",)}, 0),
        (dict.fromkeys(OWN, ("Exports by country, updated April 2024",)), 0),
        ({sheet: OWN[sheet] for sheet in ("2024-01", "2024-02")} | {"2024-03": OWN["2024-02"]}, 1),
        ({"2024-01": OWN["2024-01"], "2024-02": OWN["2024-01"]}, 0),
    ],
)
def test_titles_of_other_months(tmp_path: Path, titles: Mapping[str, tuple[str, ...]], count: int) -> None:
    found = notices(tmp_path, titles)
    assert len(found) == count
    for one in found:
        assert one.startswith("sheet_title_unlike") and '"2024-03"' in one and "“2024-03”" in one
