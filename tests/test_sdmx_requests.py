"""Addresses and headers of SDMX: keys, conditions, periods, versions, formats."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from customhouse.errors import PeriodError
from customhouse.period import Period, parse_month
from customhouse.web.problems import Problem
from customhouse.web.sdmx.asking import parameters, version_fits
from customhouse.web.sdmx.keys import Condition, Place, parse_conditions, parse_keys, print_keys
from customhouse.web.sdmx.model import IDS
from customhouse.web.sdmx.negotiating import DATA, choose, language_of
from customhouse.web.sdmx.times import parse_period, periods, print_period

CASES: dict[str, Any] = yaml.safe_load(
    (Path(__file__).parent / "cases" / "sdmx_requests.yaml").read_text(encoding="utf-8")
)
CODES = st.from_regex(r"[A-Za-z0-9_@$-]{1,8}", fullmatch=True)
PLACES = st.one_of(
    st.just(Place(every=True)),
    st.builds(
        lambda codes, every: Place(tuple(codes), every),
        st.lists(CODES, min_size=1, max_size=4, unique=True), st.booleans(),
    ),
)  # fmt: skip
KEYS = st.lists(st.tuples(*[PLACES] * len(IDS)), min_size=1, max_size=4, unique=True)


@pytest.mark.parametrize("text, first, last, written", CASES["periods"])
def test_periods(text: str, first: str, last: str, written: str) -> None:
    period = parse_period(text)
    assert period == Period(parse_month(first), parse_month(last))
    assert print_period(period) == written


@pytest.mark.parametrize("text", CASES["no_periods"])
def test_no_periods(text: str) -> None:
    with pytest.raises(PeriodError):
        parse_period(text)


@given(st.integers(2000 * 12, 2050 * 12), st.integers(1, 40))
def test_a_period_is_read_back(first: int, months: int) -> None:
    period = Period(first, first + months - 1)
    assert parse_period(print_period(period)) == period


@given(st.sets(st.integers(24000, 24060), max_size=40), st.sampled_from(["M", "Q", "S", "A", "_O"]))
def test_whole_periods_have_all_their_months(months: set[int], frequency: str) -> None:
    whole = periods(frequency, sorted(months), whole=True)
    begun = periods(frequency, sorted(months), whole=False)
    assert set(whole) <= set(begun)
    assert all(set(range(p.first, p.last + 1)) <= months for p in whole)
    assert all(not months.isdisjoint(range(p.first, p.last + 1)) for p in begun)
    assert months <= {m for p in begun for m in range(p.first, p.last + 1)}


@pytest.mark.parametrize("text, places", CASES["keys"])
def test_keys(text: str, places: list[str]) -> None:
    [key] = parse_keys(text)
    assert [str(place) for place in key] == [*places, *["*"] * (len(IDS) - len(places))]


@pytest.mark.parametrize("text", CASES["no_keys"])
def test_no_keys(text: str) -> None:
    with pytest.raises(Problem) as refused:
        parse_keys(text)
    assert refused.value.status == 400


@given(KEYS)
def test_keys_are_read_back(keys: list[tuple[Place, ...]]) -> None:
    assert list(parse_keys(print_keys(keys))) == keys


@given(st.text(max_size=60))
def test_any_text_is_a_key_or_a_problem(text: str) -> None:
    try:
        keys = parse_keys(text)
    except Problem as problem:
        assert problem.status in (400, 413)
    else:
        assert parse_keys(print_keys(keys)) == keys


def _condition(component: str, text: str) -> Condition:
    return parse_conditions([(f"c[{component}]", text)])[component]


@pytest.mark.parametrize("text, holding, others", CASES["conditions"])
def test_conditions(text: str, holding: list[str], others: list[str]) -> None:
    condition = _condition("PARTNER", text)
    assert [code for code in holding if not condition.holds(code)] == []
    assert [code for code in others if condition.holds(code)] == []


@pytest.mark.parametrize("text, holding, others", CASES["spans"])
def test_conditions_on_time(text: str, holding: list[str], others: list[str]) -> None:
    condition = _condition("TIME_PERIOD", text)
    assert [one for one in holding if not condition.holds_of(parse_period(one))] == []
    assert [one for one in others if condition.holds_of(parse_period(one))] == []


@pytest.mark.parametrize("text, value, holds", [
    ("ge:10", "9.5", False), ("ge:10", "10", True), ("lt:0.5", "0.25", True), ("lt:0.5", "-3", True),
    ("gt:9", "10", True), ("ne:1", "1.0", False), ("1", "1.00", True),
])  # fmt: skip
def test_conditions_on_numbers(text: str, value: str, holds: bool) -> None:
    assert _condition("OBS_VALUE", text).holds(value) is holds


@pytest.mark.parametrize("name, text", [
    ("c[NOWHERE]", "A"), ("c[PARTNER]", ""), ("c[PARTNER]", "A,,B"), ("c[PARTNER]", "ne:"),
    ("c[OBS_VALUE]", "much"), ("c[TIME_PERIOD]", "yesterday"), ("c[OBS_VALUE]", "nan"),
])  # fmt: skip
def test_no_conditions(name: str, text: str) -> None:
    with pytest.raises(Problem) as refused:
        parse_conditions([(name, text)])
    assert refused.value.status == 400


@given(st.lists(st.lists(st.tuples(st.sampled_from(["eq", "ne", "sw", "co", "ge"]), CODES),
                         min_size=1, max_size=3), min_size=1, max_size=3))  # fmt: skip
def test_conditions_are_read_back(either: list[list[tuple[str, str]]]) -> None:
    condition = Condition("PARTNER", tuple(map(tuple, either)))
    name, _, text = str(condition).partition("=")
    assert parse_conditions([(name, text)])["PARTNER"] == condition


@given(CODES, st.lists(CODES, min_size=1, max_size=3))
def test_what_a_condition_names_holds_where_it_is_alone(code: str, others: list[str]) -> None:
    condition = _condition("PARTNER", ",".join([code, *others]))
    assert all(condition.holds(one) for one in condition.named())
    assert not condition.open
    assert not _condition("PARTNER", f"ne:{code}").holds(code)


@pytest.mark.parametrize("text, fits", CASES["versions"])
def test_versions(text: str, fits: bool) -> None:
    assert version_fits(text) is fits


@pytest.mark.parametrize("accept, name", CASES["data_formats"])
def test_formats(accept: str | None, name: str | None) -> None:
    if name is None:
        with pytest.raises(Problem) as refused:
            choose(accept, None, DATA)
        assert refused.value.status == 406
        assert "application/vnd.sdmx.data+json;version=2.0.0" in refused.value.detail
    else:
        assert choose(accept, None, DATA).format.name == name


@given(st.text(max_size=80))
def test_any_accept_is_a_format_or_a_problem(accept: str) -> None:
    try:
        choose(accept, None, DATA)
    except Problem as problem:
        assert problem.status == 406


@pytest.mark.parametrize("accept, language", CASES["languages"])
def test_languages(accept: str | None, language: str) -> None:
    assert language_of(accept) == language


def test_a_plus_in_an_address_is_a_plus() -> None:
    query = b"c[TIME_PERIOD]=ge:2024-01+le:2024-02&c%5BPARTNER%5D=USA%2BJPN&asOf=2025-01-01T00:00:00+08:00"
    assert parameters(query) == [
        ("c[TIME_PERIOD]", "ge:2024-01+le:2024-02"), ("c[PARTNER]", "USA+JPN"),
        ("asOf", "2025-01-01T00:00:00+08:00"),
    ]  # fmt: skip
