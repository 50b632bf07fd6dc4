"""Fiscal years and columns of scale: what each text is read as, and what is set aside."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from customhouse.errors import MappingError, PeriodError
from customhouse.period import Period, month
from customhouse.records.files import Digits
from customhouse.records.mapping import fiscal, parse
from customhouse.records.mapping.applying import apply
from customhouse.records.mapping.fiscal import FiscalStyle
from customhouse.records.mapping.scales import factor
from customhouse.records.propose import propose, to_yaml
from customhouse.records.propose.fiscal import begins, label_in
from customhouse.records.propose.periods import period_in

CASES = Path(__file__).parent / "cases"
HEAD = "source: t\nreporter: CHN\nflow: exports\nunit: USD\n"


def cases(name: str) -> list[Any]:
    found = yaml.safe_load((CASES / f"{name}.yaml").read_text(encoding="utf-8"))
    return [pytest.param(case, id=str(sorted(case.items()))) for case in found]


def spans(folder: Path, text: str, mapping: str) -> list[str | None]:
    """The months of each row of a table, None where it is set aside for its period."""
    path = folder / "t.csv"
    path.write_text(text, encoding="utf-8")
    (batch,) = apply(path, parse(HEAD + mapping))
    assert {row.reasons for row in batch.set_aside} <= {("period_invalid",)}
    read = {
        int(row["place"].split()[1]): str(Period(row["first_month"], row["last_month"]))
        for row in batch.table.to_pylist()
    }
    return [read.get(number) for number in range(2, batch.rows_in + 2)]


@pytest.mark.parametrize("case", cases("mapping_fiscal"))
def test_fiscal_years(case: dict[str, Any]) -> None:
    pattern = re.compile(case["pattern"]) if "pattern" in case else None
    style = FiscalStyle(pattern, "", case.get("fiscal"), case.get("calendar", ""), case.get("named", "end"))
    text = Digits(case["text"]) if case.get("number") else case["text"]
    if "period" in case:
        assert str(Period(*fiscal.parse(text, style))) == str(case["period"])
    else:
        with pytest.raises(PeriodError, match=case.get("error", "say `fiscal` in the mapping")):
            fiscal.parse(text, style)


@given(st.integers(1950, 2100), st.integers(1, 12), st.sampled_from(["{}-{:02}", "{}/{:02}", "FY {}-{:02}"]))
def test_two_years_are_twelve_months_from_the_first(year: int, first: int, written: str) -> None:
    read = fiscal.parse(written.format(year, (year + 1) % 100), FiscalStyle(fiscal=first))
    assert read == (month(year, first), month(year, first) + 11)


@given(st.text(max_size=30), st.sampled_from([None, 4, 7]))
def test_any_text_is_a_period_or_refused(text: str, first: int | None) -> None:
    try:
        begin, end = fiscal.parse(text, FiscalStyle(fiscal=first))
    except PeriodError:
        return
    assert begin <= end


@pytest.mark.parametrize("case", cases("mapping_scales"))
def test_scales(case: dict[str, Any]) -> None:
    for key, exponents in (("scale", False), ("power", True)):
        wanted = case[key]
        assert factor(case["text"], exponents) == (None if wanted is None else Decimal(wanted))


@given(st.text(max_size=20), st.booleans())
def test_any_text_is_a_scale_or_none(text: str, exponents: bool) -> None:
    found = factor(text, exponents)
    assert found is None or found > 0


@pytest.mark.parametrize(
    ("texts", "period", "wanted"),
    [
        ("2010-11 2011-12 2012-13", "fiscal: 4", ["2010-04/2011-03", "2011-04/2012-03", "2012-04/2013-03"]),
        ("2010-11 2011-12 2012-13", "", [None, None, None]),
        ("2010-11 2011-12", "", [None, None]),
        ("2011-11 2011-12", "", ["2011-11", "2011-12"]),
        ("2011-11 2011-12", "fiscal: 4", ["2011-11", "2011-12"]),
        ("2011-11 2011-12 2012-13", "fiscal: 4", ["2011-11", None, "2012-04/2013-03"]),
        ("2011-11 2011-12 2012/13 2011/12", "fiscal: 4",
         ["2011-11", "2011-12", "2012-04/2013-03", "2011-04/2012-03"]),
    ],
)  # fmt: skip
def test_a_column_tells_years_from_months(
    texts: str, period: str, wanted: list[str | None], tmp_path: Path
) -> None:
    text = "when,v\n" + "".join(f"{one},1\n" for one in texts.split())
    said = "period: {column: when" + (f", {period}" if period else "") + "}\nfigures: {v: {}}\n"
    assert spans(tmp_path, text, said) == wanted


def test_a_year_and_a_month_are_no_fiscal_year(tmp_path: Path) -> None:
    said = "period: {year: y, month: m, fiscal: 4}\nfigures: {v: {}}\n"
    assert spans(tmp_path, "y,m,v\n2011,12,1\n", said) == ["2011-12"]


@pytest.mark.parametrize(
    ("period", "wanted"),
    [
        ("period: {fiscal: 7}\n", ["2010-07/2011-06", "2011-07/2012-06"]),
        ("", [None]),
    ],
)
def test_heads_that_a_pattern_finds(period: str, wanted: list[str | None], tmp_path: Path) -> None:
    said = period + 'figures: {"(?P<year>20..)-..": {matching: yes}}\n'
    path = tmp_path / "t.csv"
    path.write_text("2010-11,2011-12\n1,2\n", encoding="utf-8")
    (batch,) = apply(path, parse(HEAD + said))
    got = [str(Period(row["first_month"], row["last_month"])) for row in batch.table.to_pylist()]
    assert (got or [None] * len(batch.set_aside)) == wanted


def test_a_year_to_date_that_begins_after_its_period_sets_the_row_aside(tmp_path: Path) -> None:
    said = "period: {column: when}\nmonths: year_to_date\nfigures: {v: {}}\n"
    assert spans(tmp_path, "when,v\n2023-24 (April-March),1\n", said) == [None]


def test_heads_of_fiscal_years_want_the_first_month() -> None:
    with pytest.raises(MappingError, match="say `fiscal` in the mapping"):
        parse(HEAD + "figures: {2023-24: {period: 2023-24}}\n")
    with pytest.raises(MappingError, match="`period` is missing"):
        parse(HEAD + "period: {fiscal: 4}\nfigures: {v: {}}\n")


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Foreign trade, 2023-24 (April-March)", 4),
        ("Apr.-Mar.", 4),
        ("from April to March", 4),
        ("July 2023 to June 2024", 7),
        ("1 July - 30 June", 7),
        ("Fiscal year ended 30 June", 7),
        ("year ending September", 10),
        ("January-June 2024", None),
        ("May be revised", None),
        ("2023-24", None),
    ],
)
def test_the_first_month_that_a_text_speaks_of(text: str, first: int | None) -> None:
    assert begins(text) == first


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Table 3: exports in FY2024, by country", "FY2024"),
        ("Imports 2023-24 (April-February), US$ million", "2023-24 (April-February)"),
        ("Imports 2023-24 (US$ million)", "2023-24"),
        ("Exports of fiscal year 2023/24", "fiscal year 2023/24"),
        ("Exports 2022-2024", None),
        ("Exports 2024", None),
    ],
)
def test_the_fiscal_year_in_a_title(text: str, found: str | None) -> None:
    assert label_in(text) == found


@pytest.mark.parametrize(
    ("name", "period"),
    [
        ("Exports 2023-24", "2023-24"),
        ("Exports FY 2024", "FY 2024"),
        ("Exports 2023-24 (April-February)", "2023-24 (April-February)"),
        ("Exports 2023-24 (USD million)", "2023-24"),
        ("Exports at 2012-13 prices", None),
    ],
)
def test_the_fiscal_year_in_a_name(name: str, period: str | None) -> None:
    assert period_in(name) == period


def test_a_proposal_asks_for_a_month_that_nothing_tells(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("Country,2022-23,2023-24\nGermany,10,11\nJapan,12,13\n", encoding="utf-8")
    proposal = propose(path)
    assert proposal.mapping is None
    assert any("nothing says its first month" in remark for remark in proposal.checks)
    mended = to_yaml(proposal) + "flow: exports\nperiod: {fiscal: 7}\n"
    (batch,) = apply(path, parse(mended))
    assert sorted({*batch.table["first_month"].to_pylist()}) == [month(2022, 7), month(2023, 7)]
