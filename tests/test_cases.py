"""The reader against tables of short texts that a trade expert can extend (tests/cases/{en,zh}_*.yaml).

A claim of a case is met by a claim read at the same place with every field that the case gives;
fields that it leaves out must be left out too, but for those that are free words. A case with
`gap: why` is one that the reader does not manage yet: it must fail, so that it is noticed when it
no longer does.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from customhouse.model import ADJUSTED
from customhouse.reader import read_text

CASES = Path(__file__).parent / "cases"
SCORED = ("measure", "of", "value", "unit", "bound", "flow", "partner", "commodity", "enterprise", "region",
          "regime", "transport", "reporter", "period", "base", "whole", "against", "factor", "adjusted")
OUT_OF_SCOPE = ("value", "unit")


def _cases() -> list[Any]:
    found = []
    for path in sorted(CASES.glob("*.yaml")):
        if path.name[:3] not in ("en_", "zh_"):
            continue
        for case in yaml.safe_load(path.read_text(encoding="utf-8")):
            marks = [pytest.mark.xfail(reason=case["gap"], strict=True)] if "gap" in case else []
            without_number = path.stem.endswith("_directions")
            found.append(pytest.param(case, without_number, id=f"{path.stem}:{case['id']}", marks=marks))
    return found


def _plain(claim: dict[str, Any]) -> dict[str, Any]:
    terms = claim.get("terms")
    row = {k: claim.get(k) for k in SCORED} | {"adjusted": terms if terms in ADJUSTED else None}
    row |= {"bound": claim.get("bound", "exact"), "of": claim.get("of", "value")}
    row["value"] = float(f"{float(row['value']):.12g}")
    row["unit"] = str(row["unit"] or "1")
    if claim.get("subject"):
        return {k: row[k] for k in OUT_OF_SCOPE}
    return row


@pytest.mark.parametrize(("case", "directions"), _cases())
def test_case(case: dict[str, Any], directions: bool) -> None:
    published = case.get("published")
    claims = read_text(case["text"], str(published) if published else None, directions=directions)
    read = [c.to_dict() for c in claims]
    texts = [c["text"] for c in case["claims"]]
    assert [c["text"] for c in read] == texts
    for expected, got in zip(case["claims"], read, strict=True):
        wanted = _plain(expected)
        assert {k: v for k, v in _plain(got).items() if k in wanted} == wanted
