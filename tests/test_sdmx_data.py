"""Data over SDMX: the figures of the cube, and of SQL by hand, in every format, as known on any day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import choosing
import customhouse
from customhouse.desk import Desk
from customhouse.model import Slice
from customhouse.web.sdmx.model import IDS
from customhouse.web.sdmx.times import parse_period
from sdmx_reading import COMPONENTS, KEYS, Rows, ask

FLOW = "/sdmx/v2/data/dataflow/CUSTOMHOUSE/declarations/1.0.0"
TABLE = "/sdmx/v2/data/dataflow/CUSTOMHOUSE/table/1.0.0"
TOTALS = "._T._T._T._T._T"
WHATS = {"VALUE_CNY": "value", "QUANTITY": "quantity", "MASS": "mass", "LINES": "lines", "TRADERS": "traders"}


@pytest.fixture(scope="module")
def desk(small_store: Path) -> Iterator[Desk]:
    with customhouse.open_store(small_store) as found:
        yield found


def part_of(key: tuple[str, ...]) -> Slice:
    told = {id.lower(): code for id, code in zip(IDS, key, strict=False) if code != "_T"}
    return Slice(**{name: code for name, code in told.items() if name not in ("freq", "reporter", "measure")})


def level_of(desk: Desk, key: tuple[str, ...], as_of: date | None = None) -> Any:
    what = WHATS.get(key[IDS.index("MEASURE")], "value")
    return desk.statistics(as_of, "declarations").level(part_of(key), parse_period(key[-1]), what)  # type: ignore[arg-type]


PARTNERS = st.sampled_from(["_T", "USA", "JPN", "USA+DEU", "ASEAN", "EU", "*", "ASEAN+_T", "BRI"])
GOODS = st.sampled_from(["_T", "85", "8517", "84+85+87", "mechanical_electrical", "automobile+85", "*"])
PARTS = st.tuples(
    st.sampled_from(["M", "Q", "S", "A", "_O", "M+Q"]), st.just("CHN"),
    st.sampled_from(["exports", "imports", "trade", "balance", "re_exports", "*"]), PARTNERS, GOODS,
    st.sampled_from(["_T", "private", "foreign_invested", "*"]), st.sampled_from(["_T", "east", "CN-GD"]),
    st.sampled_from(["_T", "general", "processing"]), st.sampled_from(["_T", "water"]),
    st.sampled_from(["VALUE_CNY", "QUANTITY", "MASS", "LINES", "*"]),
)  # fmt: skip


@choosing.tries(6)
@given(PARTS)
def test_every_figure_is_the_cubes(app_client: Any, desk: Desk, parts: tuple[str, ...]) -> None:
    rows = ask(app_client, f"{FLOW}/{'.'.join(parts)}", limit="4000")
    for key, row in list(rows.items())[:: 1 + len(rows) // 25]:
        level = level_of(desk, key)
        assert level is not None, key
        assert Fraction(row["OBS_VALUE"]) == level.amount, key
        assert row["VINTAGE"] == "+".join(map(str, level.origin.vintages))
        assert row.get("UNIT_MEASURE", "") == level.unit


@pytest.mark.parametrize("what, measure", [("traders", "TRADERS"), ("value", "VALUE_CNY")])
@pytest.mark.parametrize("frequency", ["M", "Q", "_O"])
def test_a_level_that_there_is_is_told(
    app_client: Any, desk: Desk, what: Any, measure: str, frequency: str
) -> None:
    rows = ask(app_client, f"{FLOW}/{frequency}.CHN.exports.USA.85._T._T._T._T.{measure}")
    statistics, there = desk.statistics(source="declarations"), {key[-1] for key in rows}
    assert len(there) == {"M": 15, "Q": 5, "_O": 15}[frequency]
    for key, row in rows.items():
        level = statistics.level(Slice("exports", "USA", "85"), parse_period(key[-1]), what)
        assert level is not None and Fraction(row["OBS_VALUE"]) == level.amount


def test_a_month_by_partner_and_code_is_that_of_sql(app_client: Any, desk: Desk) -> None:
    rows = ask(app_client, f"{FLOW}/M.CHN.exports", **{"c[TIME_PERIOD]": "2024-07", "c[MEASURE]": "VALUE_CNY",
                                                       "c[COMMODITY_LEVEL]": "HS6"})  # fmt: skip
    import duckdb

    month = parse_period("2024-07").first
    [vintage] = [v for v in desk.vintages() if v.source == "declarations" and month in v.months()]
    paths = [str(desk.store.file(f)) for f in vintage.files if f.part == "cells" and f.month == month]
    found = duckdb.execute(
        "SELECT partner, substr(hs8, 1, 6) AS hs6, enterprise, region, regime, transport, sum(value_cents) "
        "FROM read_parquet(?) WHERE flow IN ('exports', 're_exports') AND currency = 'CNY' "
        "AND partner || hs8 || enterprise || region || regime || transport IS NOT NULL GROUP BY ALL",
        [paths],
    ).fetchall()
    by_hand = {tuple(codes): Fraction(int(cents), 100) for *codes, cents in found}
    assert len(by_hand) > 50
    assert {key[3:9]: Fraction(row["OBS_VALUE"]) for key, row in rows.items()} == by_hand


def test_what_a_query_answers_is_answered(app_client: Any, desk: Desk) -> None:
    rows = ask(app_client, f"{FLOW}/Q.CHN.imports.ASEAN+EU{TOTALS}.VALUE_CNY")
    answer = desk.query("imports from ASEAN,EU by quarter 2024-01/2025-03", source="declarations")
    told = {(row["partner"], str(row["period"])): row["value"] for row in answer.rows()}
    assert len(told) == 10
    found = {(key[3], str(parse_period(key[-1]))): float(row["OBS_VALUE"]) for key, row in rows.items()}
    assert found == pytest.approx(told, rel=1e-12)


@pytest.mark.parametrize("dimension, flow, measure", [
    ("PARTNER", "exports", "VALUE_CNY"), ("ENTERPRISE", "imports", "MASS"), ("REGION", "exports", "MASS"),
    ("REGIME", "imports", "VALUE_CNY"), ("TRANSPORT", "exports", "LINES"), ("FLOW", "exports", "VALUE_CNY"),
    ("MEASURE", "imports", "MASS"), ("COMMODITY", "imports", "VALUE_CNY"),
])  # fmt: skip
def test_a_wildcard_is_all_its_codes(app_client: Any, dimension: str, flow: str, measure: str) -> None:
    parts = dict.fromkeys(IDS, "_T") | {"FREQ": "A", "REPORTER": "CHN", "FLOW": flow, "MEASURE": measure}
    wild = ask(app_client, f"{FLOW}/{'.'.join((parts | {dimension: '*'}).values())}")
    there = sorted({key[IDS.index(dimension)] for key in wild})
    assert there
    if dimension == "ENTERPRISE":
        there = [code for code in there if code != "foreign_invested"]
        wild = {key: row for key, row in wild.items() if key[5] in there}
    together = ask(app_client, f"{FLOW}/{'.'.join((parts | {dimension: '+'.join(there)}).values())}")
    some = there[:6]
    single: Rows = {}
    for code in some:
        single |= ask(app_client, f"{FLOW}/{'.'.join((parts | {dimension: code}).values())}")
    keys = ",".join(".".join((parts | {dimension: code}).values()) for code in some)
    listed = ask(app_client, f"{FLOW}/{keys}")
    filtered = ask(app_client, f"{FLOW}/{'.'.join((parts | {dimension: '*'}).values())}",
                   **{f"c[{dimension}]": ",".join(there)})  # fmt: skip
    assert wild == together == filtered
    assert listed == single == {key: row for key, row in wild.items() if key[IDS.index(dimension)] in some}


def test_goods_of_fewer_digits_are_sums_of_those_of_more(app_client: Any) -> None:
    def sums(level: str, digits: int) -> dict[str, Fraction]:
        told: dict[str, Fraction] = {}
        for key, row in ask(app_client, f"{FLOW}/A.CHN.exports._T.*._T._T._T._T.VALUE_CNY",
                            **{"c[COMMODITY_LEVEL]": level}).items():  # fmt: skip
            assert row["COMMODITY_LEVEL"] == level and len(key[4]) == int(level[2:])
            told[key[4][:digits]] = told.get(key[4][:digits], Fraction(0)) + Fraction(row["OBS_VALUE"])
        return told

    assert sums("HS2", 2) == sums("HS4", 2) == sums("HS6", 2) == sums("HS8", 2)
    assert sums("HS4", 4) == sums("HS6", 4)


def test_conditions_narrow_a_wildcard(app_client: Any) -> None:
    every = ask(app_client, f"{FLOW}/A.CHN.exports.*{TOTALS}.VALUE_CNY")
    for text, holds in (("ne:USA", lambda c: c != "USA"), ("sw:A", lambda c: c[0] == "A"),
                        ("ge:C+lt:D", lambda c: c[0] == "C")):  # fmt: skip
        found = ask(app_client, f"{FLOW}/A.CHN.exports.*{TOTALS}.VALUE_CNY", **{"c[PARTNER]": text})
        assert found == {key: row for key, row in every.items() if holds(key[3])} != {}
    large = ask(app_client, f"{FLOW}/A.CHN.exports.*{TOTALS}.VALUE_CNY", **{"c[OBS_VALUE]": "ge:1e11"})
    assert large == {key: row for key, row in every.items() if float(row["OBS_VALUE"]) >= 1e11} != every


def test_a_part_of_the_observations(app_client: Any) -> None:
    address = f"{FLOW}/Q.CHN.exports.*{TOTALS}.VALUE_CNY"
    every = list(ask(app_client, address).items())
    by_series: dict[tuple[str, ...], list[Any]] = {}
    for key, row in every:
        by_series.setdefault(key[:-1], []).append((key, row))
    for some in by_series.values():
        assert [key[-1] for key, _ in some] == sorted(key[-1] for key, _ in some)
    for name, cut in (("firstNObservations", slice(None, 2)), ("lastNObservations", slice(-2, None))):
        found = list(ask(app_client, address, **{name: "2"}).items())
        assert found == [one for some in by_series.values() for one in some[cut]]
    pages: list[Any] = []
    while page := list(ask(app_client, address, offset=str(len(pages)), limit="200").items()):
        pages += page
        assert len(page) <= 200
    assert pages == every


def test_as_of_a_day(app_client: Any, desk: Desk) -> None:
    address = f"{FLOW}/M.CHN.exports.*{TOTALS}.VALUE_CNY"
    then, now = ask(app_client, address, asOf="2025-05-01"), ask(app_client, address)
    assert {key[-1] for key in now if then.get(key) != now[key]} == {"2025-02"}
    for key, row in list(then.items())[:: 1 + len(then) // 20]:
        level = level_of(desk, key, date(2025, 5, 1))
        assert Fraction(row["OBS_VALUE"]) == level.amount
    assert ask(app_client, address, asOf="2025-05-14T12:00:00Z") == now
    assert app_client.get(address, params={"asOf": "2020-01-01"}).status_code == 404


@pytest.mark.parametrize("address", [
    f"{FLOW}/M+Q.CHN.exports.*{TOTALS}.*", f"{FLOW}/M.CHN.imports._T.*._T._T._T._T.VALUE_CNY+QUANTITY",
    f"{TABLE}/M.CHN.exports.*",
])  # fmt: skip
def test_changes_bring_what_was_known_up_to_date(app_client: Any, address: str) -> None:
    """What was known before, with what has changed since put in its place, is what is known now."""
    before = ask(app_client, address, asOf="2025-05-01")
    response = app_client.get(address, params={"format": "csv", "updatedAfter": "2025-05-02"})
    now = dict(before)
    for line in response.text.splitlines()[1:]:
        told = dict(zip(response.text.splitlines()[0].split(","), line.split(","), strict=True))
        key = tuple(told[id] for id in KEYS)
        if told["ACTION"] == "D":
            del now[key]
        else:
            now[key] = {id: told[id] for id in COMPONENTS if told[id]}
    later = ask(app_client, address)
    values = {key: row["OBS_VALUE"] for key, row in now.items()}
    assert values == {key: row["OBS_VALUE"] for key, row in later.items()}


def test_history_replayed_is_what_was_known_on_each_day(app_client: Any) -> None:
    address, held = f"{FLOW}/M.CHN.exports.*{TOTALS}.VALUE_CNY", dict[tuple[str, ...], str]()
    response = app_client.get(address, params={"format": "csv", "includeHistory": "true"})
    head, *lines = (line.split(",") for line in response.text.splitlines())
    days = sorted({line[-1] for line in lines})
    assert days == ["2025-04-14", "2025-05-14"]
    for day in days:
        for line in lines:
            told = dict(zip(head, line, strict=True))
            key = tuple(told[id] for id in KEYS)
            if told["VALID_FROM"] == day and told["ACTION"] == "R":
                held[key] = told["OBS_VALUE"]
            elif told["VALID_FROM"] == day:
                del held[key]
        known = ask(app_client, address, asOf=day)
        assert held == {key: row["OBS_VALUE"] for key, row in known.items()}


def test_figures_of_a_table(app_client: Any, desk: Desk) -> None:
    every = ask(app_client, f"{TABLE}/*")
    assert {key[3] for key in every} == {"USA", "JPN", "DEU"}
    assert {key[0] for key in every} == {"M"} and {key[4] for key in every} == {"_T"}
    assert len(every) == 2 * 3 * 24
    totals = ask(app_client, f"{TABLE}/M+A.CHN.exports+balance._T")
    for key, row in [*list(every.items())[::7], *totals.items()]:
        level = desk.statistics(None, "table").level(part_of(key), parse_period(key[-1]))
        assert level is not None and Fraction(row["OBS_VALUE"]) == level.amount
        assert Fraction(row["STEP"]) == level.step == 1_000_000
    assert {key[-1] for key in totals if key[0] == "A"} == {"2024"}
