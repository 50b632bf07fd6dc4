"""Tables with a row of the rest that lacks another row throughout, and what rows that were set aside held."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml

from customhouse.period import Period, month
from customhouse.records.controls import Doubt, check
from customhouse.records.mapping import parse
from customhouse.records.mapping.applying import apply

CASES = yaml.safe_load((Path(__file__).parent / "cases/controls_rest.yaml").read_text(encoding="utf-8"))
NAMES = (
    "China", "United States", "Germany", "France", "Italy", "Japan", "India", "Viet Nam", "Malaysia",
    "Brazil", "Mexico", "Namibia",
)  # fmt: skip
GROUPS = {"EU": ("Germany", "France", "Italy"), "ASEAN": ("Viet Nam", "Malaysia")}
REST = "Other countries"
MAPPING = """source: t
reporter: GBR
unit: GBP
period: {column: period}
partner: {column: partner, values: {Total: all, EU: EU, ASEAN: ASEAN, Other countries: AREAS_NES}}
figures: {exports: {flow: exports}, imports: {flow: imports}}
"""


def amounts() -> Iterator[tuple[str, dict[str, tuple[int, int]]]]:
    """Exports and imports by partner, month by month."""
    random = Random(5)
    size = {(name, flow): random.uniform(3, 8) * 1e6 for name in (*NAMES, REST) for flow in range(2)}
    size |= {("Namibia", flow): 1e4 for flow in range(2)}
    for number in range(month(2024, 1), month(2025, 1)):
        level = {key: round(one * random.uniform(0.9, 1.1)) for key, one in size.items()}
        yield str(Period(number, number)), {name: (level[name, 0], level[name, 1]) for name in (*NAMES, REST)}


def lines(case: Mapping[str, Any]) -> Iterator[str]:
    """The table as a case has it."""
    flows = (0, 1) if "alone" not in case else (0,)
    yield ",".join(("period", "partner", *(("exports", "imports")[flow] for flow in flows)))
    for period, found in list(amounts())[: case.get("months")]:
        rows = {"Total": tuple(sum(of) for of in zip(*found.values(), strict=True))}
        rows |= {name: of for name, of in found.items() if name not in case.get("without", ())}
        if (rest := case.get("rest")) is not None:
            rows[REST] = tuple(one // 500 for one in found[REST])
        rows = {name: of for name, of in rows.items() if rest is not False or name != REST}
        for group in case.get("groups", ()):
            rows[group] = tuple(sum(found[name][flow] for name in GROUPS[group]) for flow in range(2))
        for name, of in rows.items():
            cells = [case.get("damaged", {}).get(period, of[0]), of[1]]
            shown = case.get("names", {}).get(name, name)
            yield ",".join((period, shown, *(str(cells[flow]) for flow in flows)))


def said(case: Mapping[str, Any], folder: Path) -> tuple[Doubt, ...]:
    path = folder / "t.csv"
    path.write_text("\n".join(lines(case)) + "\n", encoding="utf-8")
    text = MAPPING.replace(", imports: {flow: imports}", "") if "alone" in case else MAPPING
    (batch,) = apply(path, parse(text))
    return check(batch.table, None, date(2025, 6, 9), batch.set_aside)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_what_is_said(case: Mapping[str, Any], tmp_path: Path) -> None:
    found = said(case, tmp_path)
    assert [[one.code, one.cause, one.severity] for one in found] == case["says"]
    assert all("{" not in one.en + one.zh for one in found)
    for one in found[:1]:
        assert all(word in one.en for word in case.get("en", ())), one.en
        assert all(word in one.zh for word in case.get("zh", ())), one.zh
