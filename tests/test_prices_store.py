"""Prices of slices of a store: beside SQL written by hand, by months in stages, from Python and the CLI."""

from __future__ import annotations

import csv
import gc
import importlib
import io
import json
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

import customhouse
from control_tables import line as figure
from control_tables import table
from customhouse.cli import app
from customhouse.compiling import tables
from customhouse.compiling.tables import Tables, load_tables
from customhouse.cube import CellCube, TableCube, of_vintages, open_cube
from customhouse.desk import Desk, Loading, open_store
from customhouse.desk.pricing import kept
from customhouse.engine import DuckDB
from customhouse.errors import CustomhouseError, InputError, PriceError, QueryError
from customhouse.measures import Missing, Request, measure
from customhouse.model import Slice
from customhouse.period import Period
from customhouse.prices import contributions, of_slice, staging
from customhouse.prices.editing import Rule
from customhouse.prices.frames import to_arrow, to_json, to_pandas, to_polars
from customhouse.prices.matched import PARTS
from customhouse.prices.of_slice import Prices
from customhouse.prices.pairing import Spared
from customhouse.prices.staging import SCHEMA
from customhouse.records.table import Batch
from customhouse.statistics import Concepts, Remembered
from customhouse.store import Store
from declaring import declared, delimited
from statistics_fake import Cell, FakeStatistics

ROOT = Path(__file__).resolve().parents[1]
SOURCE = "declarations"
QUARTER = Period.parse("2025-01/2025-03")


@pytest.fixture(scope="module")
def desk(small_store: Path) -> Iterator[Desk]:
    """Simulated lines of 2024-01 to 2025-03, of which nothing is changed."""
    with open_store(small_store) as found:
        yield found


@pytest.fixture(scope="module")
def cube(desk: Desk) -> CellCube:
    found = desk.statistics(source=SOURCE)
    assert isinstance(found, CellCube)
    return found


@pytest.fixture
def prices(desk: Desk) -> Callable[..., Prices]:
    return partial(desk.prices, source=SOURCE)


def files(desk: Desk, month: int) -> list[str]:
    """The cells of a month, as its last load left them."""
    found = [
        [str(desk.store.file(file)) for file in vintage.files if file.part == "cells" and file.month == month]
        for vintage in desk.store.vintages() if vintage.source == SOURCE
    ]  # fmt: skip
    return next(paths for paths in reversed(found) if paths)


BY_HAND = """
    WITH priced AS (
        SELECT *, CASE WHEN value_cents <= 0 THEN '' WHEN quantity_milli > 0 THEN quantity_unit
                       WHEN supplementary_milli > 0 THEN supplementary_unit WHEN net_mass_g > 0 THEN 'kg'
                       ELSE '' END AS unit,
               CASE WHEN quantity_milli > 0 THEN quantity_milli
                    WHEN supplementary_milli > 0 THEN supplementary_milli ELSE net_mass_g END AS quantity
        FROM cells WHERE flow = 'exports'
    ), items AS (
        SELECT month_number, partner, hs8, regime, transport, unit, sum(value_cents)::DOUBLE AS v,
               sum(quantity)::DOUBLE AS q
        FROM priced GROUP BY ALL
    ), pairs AS (
        SELECT one.v AS v0, one.q AS q0, two.v AS v1, two.q AS q1, one.v / one.q AS p0, two.v / two.q AS p1
        FROM items AS one JOIN items AS two ON one.month_number = two.month_number - 12
             AND one.partner = two.partner AND one.hs8 = two.hs8 AND one.unit = two.unit AND one.unit <> ''
             AND one.regime IS NOT DISTINCT FROM two.regime
             AND one.transport IS NOT DISTINCT FROM two.transport
    )
    SELECT sum(p1 * q0) / sum(v0) AS laspeyres, sum(v1) / sum(p0 * q1) AS paasche,
           sqrt(laspeyres * paasche) AS fisher,
           exp((sum(v0 * ln(p1 / p0)) / sum(v0) + sum(v1 * ln(p1 / p0)) / sum(v1)) / 2) AS tornqvist,
           sum(p1 * sqrt(q0 * q1)) / sum(p0 * sqrt(q0 * q1)) AS walsh,
           sum((p1 - p0) * (q0 + q1) / 2) / (SELECT sum(v) FROM items WHERE month_number <= {last}) * 100
               AS price_points,
           count(*) AS items
    FROM pairs"""


@pytest.mark.parametrize("months", [(2025 * 12 + 2,), (2025 * 12, 2025 * 12 + 1, 2025 * 12 + 2)])
@pytest.mark.parametrize("formula", ["laspeyres", "paasche", "fisher", "tornqvist", "walsh"])
def test_the_same_as_sql_by_hand(
    desk: Desk, prices: Callable[..., Prices], months: Sequence[int], formula: str
) -> None:
    """Of a quarter, items of unlike months are unlike items."""
    paths = [path for month in months for at in (month - 12, month) for path in files(desk, at)]
    with duckdb.connect() as connection:
        connection.execute(f"CREATE VIEW cells AS FROM read_parquet({paths})")
        found = connection.execute(BY_HAND.format(last=months[-1] - 12))
        assert found.description
        hand = dict(zip([column[0] for column in found.description], found.fetchall()[0], strict=True))
    ours = prices(flow="exports", period=str(Period(months[0], months[-1])), formula=formula,
                  rule=Rule("none"), impute=False)  # fmt: skip
    row = ours.whole or ours.rows[0]
    assert row.price / 100 == pytest.approx(hand[formula], rel=1e-9)
    assert row.pairs == hand["items"] > 50
    assert row.points["price"] == pytest.approx(hand["price_points"], abs=1e-9)
    assert row.price * row.volume / 100 == pytest.approx(row.value, rel=1e-12)


def test_the_benchmark_compares_what_is_the_same(
    small_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hidiroglou and Berthelot's edit in SQL by hand, from records and from cells, beside ours."""
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    steps = importlib.import_module("prices_steps")
    lines = small_store.parent / "lines"
    found = {}
    for step in ("records_hand", "records_ours", "cells", "cells_hand", "cells_ours"):
        (tmp_path / step).mkdir()
        data = tmp_path / "cells" if step.startswith("cells_") else lines
        found[step] = steps.STEPS[step](data, tmp_path / step)
    for source in ("records", "cells"):  # some lines are bad, so that they are not the same items
        ours, hand = found[f"{source}_ours"], found[f"{source}_hand"]
        assert hand["aside"] > 0 and len(hand["fisher"]) == QUARTER.months + 1
        assert ours == hand | {"fisher": pytest.approx(hand["fisher"], rel=1e-9)}


SLICES = (
    Slice(flow="imports"), Slice(flow="trade"), Slice(flow="exports", partner="ASEAN"),
    Slice(flow="exports", partner="EU", commodity="84+85"), Slice(flow="imports", partner="!USA"),
    Slice(flow="exports", regime="general", transport="water"), Slice(flow="imports", enterprise="private"),
)  # fmt: skip
PERIODS = ("2025-03", "2025-01/2025-03")


@pytest.mark.parametrize("part", SLICES, ids=lambda part: "-".join(part.given().values()))
@pytest.mark.parametrize("period", PERIODS)
def test_parts_add_up_to_growth(cube: CellCube, part: Slice, period: str) -> None:
    asked = Period.parse(period)
    grown = measure(Request("growth", part, asked), cube)
    assert not isinstance(grown, Missing)
    for method in ("bennet", "montgomery"):
        found = contributions(cube, part, asked, method=method)
        assert not isinstance(found, Missing)
        assert tuple(found.points) == PARTS
        assert sum(found.points.values()) == pytest.approx(grown.value, abs=1e-9)
        assert found.growth == pytest.approx(grown.value, abs=1e-9)
        assert 0 < found.coverage < 1 and found.grade in "ABCD" and found.base == asked.year_earlier()


def test_another_base_and_remembered_statistics(cube: CellCube) -> None:
    part, base = Slice(flow="exports"), QUARTER.previous()
    found = contributions(Remembered(Remembered(cube)), part, QUARTER, base)
    assert not isinstance(found, Missing)
    grown = measure(Request("growth", part, QUARTER, base=base), cube)
    assert not isinstance(grown, Missing)
    assert found.growth == pytest.approx(grown.value, abs=1e-9) and found.base == base


@pytest.mark.parametrize(
    ("part", "period", "code", "reason"),
    [
        (Slice(flow="balance"), "2025-03", "flow", "a balance has no prices"),
        (Slice(flow="exports"), "2024-03", "months", "the statistics lack 2023-03"),
        (Slice(flow="exports", partner="XXX"), "2025-03", "slice", "the statistics have no value of"),
        (Slice(flow="exports", subject="survey"), "2025-03", "subject", "survey is not about goods trade"),
    ],
)
def test_why_there_is_none(cube: CellCube, part: Slice, period: str, code: str, reason: str) -> None:
    found = contributions(cube, part, Period.parse(period))
    assert isinstance(found, Missing)
    assert found.code == code and found.reason.startswith(reason)


def test_a_slice_without_trade_in_the_base(cube: CellCube) -> None:
    found = contributions(cube, Slice(flow="exports", commodity="01011010"), QUARTER)
    assert isinstance(found, Missing) and found.code in ("base", "factor")


def told(found: Prices) -> list[tuple[Any, ...]]:
    return [(row.period, row.price, row.pairs, row.aside, dict(row.points)) for row in found.rows]


def test_stages_in_files_give_what_memory_gives(
    prices: Callable[..., Prices], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = {"flow": "imports", "period": "2025-01/2025-03"}
    held = prices(**asked)
    monkeypatch.setattr("customhouse.prices.staging.IN_MEMORY", 0)
    monkeypatch.setattr("customhouse.prices.staging.AT_ONCE", 1)
    spilled = prices(**asked)
    assert told(spilled) == told(held) and spilled.edits.equals(held.edits)


def test_months_of_one_query_give_what_single_ones_give(prices: Callable[..., Prices]) -> None:
    every = {row.period: row for row in prices(flow="imports", period="2025-01/2025-03").rows}
    for text in ("2025-01", "2025-03"):
        (row,) = prices(flow="imports", period=text).rows
        assert every[row.period] == row


def test_chains_are_links_multiplied(prices: Callable[..., Prices]) -> None:
    links = prices(flow="exports", period="2024-02/2024-12", by="month").rows
    chain = prices(flow="exports", period="2024-01/2024-12", by="chain", drift=True)
    price = value = 100.0
    assert (chain.rows[0].price, chain.rows[0].value) == (100, 100)
    for link, row in zip(links, chain.rows[1:], strict=True):
        price, value = price * link.price / 100, value * link.value / 100
        assert (row.price, row.value) == (pytest.approx(price), pytest.approx(value))
        assert row.volume == pytest.approx(100 * value / price) and not row.points
        assert row.coverage == link.coverage and row.base == Period.parse("2024-01")
    assert chain.rows[0].geks == 100 and chain.drift == pytest.approx(
        100 * (chain.rows[-1].price / chain.rows[-1].geks - 1)
    )
    assert {row["base"] for row in chain.edits.to_pylist()} <= {str(link.base) for link in links}
    direct = prices(flow="exports", period="2024-02", by="month").rows[0]
    assert math.isclose(chain.rows[1].price, direct.price)


def test_averages_of_years(desk: Desk, prices: Callable[..., Prices]) -> None:
    average = prices(flow="imports", period="2025-01/2025-02", by="average")
    linked = prices(flow="imports", period="2025-01/2025-02", by="chain_year")
    total, year = (
        desk.query(f"imports {text}", source=SOURCE).rows("en")[0]["value"] for text in ("2025-01", "2024")
    )
    first = average.rows[0]
    assert first.base == linked.rows[0].base == Period.of(2024)
    assert first.value == pytest.approx(100 * total / (year / 12), rel=1e-9)
    assert sum(first.points.values()) == pytest.approx(first.growth, abs=1e-9)
    for one, other in zip(linked.rows, average.rows, strict=True):
        assert one.price == pytest.approx(other.price, rel=1e-12)


class Months:
    """One item in a number of months: pieces at a price each."""

    def __init__(self, prices: dict[int, int]) -> None:
        self.prices = prices

    def items(self, part: Slice, period: Period) -> pa.Table:
        found = [self.prices[month] for month in range(period.first, period.last + 1)]
        name = "exports|USA|85171300|general|water"
        row = [period.last, name, "exports", "85171300", "unit", 10_000 * sum(found), 10_000 * len(found)]
        return pa.table([[value] for value in row], schema=SCHEMA)

    def total(self, part: Slice, period: Period) -> None:
        return None

    def prepare(self, part: Slice, months: Sequence[int]) -> None:
        assert set(months) <= set(self.prices)

    def whole(self, part: Slice, period: Period) -> bool:
        return False


def test_years_are_linked_by_their_averages(monkeypatch: pytest.MonkeyPatch) -> None:
    """The price is 10 in 2022, 20 in 2023 and 30 in January 2024; 2023 falls back to 10 in July."""
    first = Period.of(2022).first
    by_month = dict.fromkeys(range(first, first + 12), 10)
    by_month |= dict.fromkeys(range(first + 12, first + 18), 20)
    by_month |= dict.fromkeys(range(first + 18, first + 24), 10)
    by_month[first + 24] = 30
    monkeypatch.setattr(of_slice, "source_of", lambda statistics, finer: Months(by_month))
    cells = tuple(Cell(month, "exports", 100 * price, 100) for month, price in by_month.items())
    asked = of_slice.Asked(Slice(flow="exports"), Period(first + 23, first + 24), "chain_year")
    found = of_slice.prices(FakeStatistics(cells), asked)
    assert [row.price for row in found.rows] == [pytest.approx(100), pytest.approx(300)]
    assert [row.base for row in found.rows] == [Period.of(2022)] * 2
    months = of_slice.prices(FakeStatistics(cells), replace(asked, by="chain"))
    assert [row.price for row in months.rows] == [100, pytest.approx(300)]


def test_terms_of_trade(prices: Callable[..., Prices]) -> None:
    both = {flow: prices(flow=flow, period=str(QUARTER)) for flow in ("exports", "imports")}
    found = prices(flow="imports", period=str(QUARTER), terms=True)
    assert told(found) == told(both["imports"])
    for at, one in enumerate(found.terms):
        prices = [both[flow].rows[at].price for flow in ("exports", "imports")]
        assert [one.exports, one.imports] == prices and one.terms == 100 * prices[0] / prices[1]


def test_finer_items(prices: Callable[..., Prices]) -> None:
    """Told apart by region and enterprise besides; their value is the same."""
    asked: dict[str, Any] = {"flow": "exports", "period": "2025-03", "by": "average"}
    coarse, finer = (prices(**asked, finer=by) for by in ((), ("region", "enterprise")))
    assert {len(row["item"].split("|")) for row in coarse.edits.to_pylist()} == {5}
    assert {len(row["item"].split("|")) for row in finer.edits.to_pylist()} == {7}
    assert finer.rows[0].growth == coarse.rows[0].growth and finer.rows[0].pairs >= coarse.rows[0].pairs


@pytest.mark.parametrize(
    ("options", "kind", "message"),
    [
        ({"flow": "balance"}, QueryError, "prices are of exports, imports or trade; name one of them"),
        ({"by": "week"}, PriceError, "by 'week': there is no such; there are year, average, month, chain"),
        ({"formula": "young"}, PriceError, "formula 'young': there is no such; there are laspeyres"),
        ({"method": "shapley"}, PriceError, "method 'shapley': there is no such; there are bennet"),
        ({"drift": True}, QueryError, "drift is that of a chain of months"),
        ({"drift": True, "by": "chain", "formula": "paasche"}, PriceError, "paasche: drift is told by"),
        ({"finer": ["office"]}, PriceError, "'office': items cannot be told apart by this"),
        ({"period": "2024-05"}, QueryError, "the statistics lack 2023-05"),
        ({"text": "exports by partner 2025-03"}, QueryError, "prices are of one slice and one period"),
        ({"text": "growth of exports 2025-03"}, QueryError, "prices: growth is asked for"),
        ({"partner": "USA,JPN"}, QueryError, "prices are of one slice and one period"),
        ({"period": "2022-01/2022-02", "by": "chain"}, QueryError, "the statistics lack"),
    ],
)
def test_wrong_questions(
    prices: Callable[..., Prices], options: dict[str, Any], kind: type[CustomhouseError], message: str
) -> None:
    with pytest.raises(kind) as raised:
        prices(**({"flow": "exports"} | options))
    assert str(raised.value).startswith(message)


def test_lines_of_bad_quantities_are_flagged(tmp_path: Path) -> None:
    """Without a quantity, of another unit, once alone: a price is told of none of them."""
    def year(text: int, **more: Any) -> list[dict[str, Any]]:
        day = date(text, 3, 14)
        return [
            declared(f"A{text}", date=day, value=1000 * (text - 2023), quantity=10),
            declared(f"B{text}", date=day, hs_code="01022900", **({"quantity_unit": "head"} | more)),
            declared(f"C{text}", date=day, hs_code="84713000" if text == 2024 else "84714100"),
        ]

    lines = [*year(2024), *year(2025, quantity=None, net_mass_kg=None)]
    with open_store(tmp_path / "store", create=True) as desk:
        desk.load([delimited(tmp_path / "lines.csv", lines)], Loading(known_on=date(2025, 4, 14)))
        (row,) = desk.prices(flow="exports", period="2025-03").rows
        assert (row.pairs, row.price, row.value) == (1, pytest.approx(200), pytest.approx(400 / 3))
        assert row.grade == "D" and row.coverage == pytest.approx(3000 / 7000)
        points = {name: pytest.approx(points, abs=1e-9) for name, points in row.points.items()}
        assert points == {"price": 100 / 3, "volume": 0, "entry": 100 / 3, "exit": -100 / 3, "uncovered": 0}
        with pytest.raises(QueryError, match="no goods by HS code have a quantity in both periods"):
            desk.prices(flow="exports", hs="01", period="2025-03")


@pytest.fixture
def tabled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(tables.controls, "check", lambda *given, **named: ())

    def made(lines: list[dict[str, Any]]) -> TableCube:
        store = Store.create(tmp_path / "store")
        load_tables(store, Tables([Batch(table(lines), (), len(lines), len(lines))], "t", date(2026, 1, 5)))
        with DuckDB(threads=1) as engine:
            found = open_cube(store, engine)
        assert isinstance(found, TableCube)
        return found

    return made


def test_tables_by_hs_code_with_quantities(tabled: Any) -> None:
    """Items are HS codes by partner; what the total has beyond them is not covered."""
    lines = [figure("exports", "2024-03", value=1000), figure("exports", "2025-03", value=1500)]
    for text, price, pieces in (("2024-03", 2, 100), ("2025-03", 3, 110)):
        for partner in ("USA", "JPN"):
            lines.append(figure("exports", text, value=price * pieces, partner=partner, hs="010121",
                                quantity_milli=pieces * 1000, quantity_unit="head"))  # fmt: skip
        lines.append(figure("exports", text, value=50 * price, partner="USA", hs="847130",
                            net_mass_g=40_000))  # fmt: skip
    found = contributions(tabled(lines), Slice(flow="exports"), Period.parse("2025-03"))
    assert not isinstance(found, Missing)
    assert found.growth == pytest.approx(50)
    assert found.points == {
        "price": pytest.approx((2 * 105 + 50) / 10), "volume": pytest.approx(2 * 10 * 2.5 / 10), "entry": 0,
        "exit": 0, "uncovered": pytest.approx(50 - 26 - 5),
    }  # fmt: skip
    assert found.coverage == pytest.approx((500 + 810) / 2500)


def test_tables_to_date_are_compared_whole(tabled: Any) -> None:
    lines = [
        figure("exports", f"{year}-01", f"{year}-02", value, **more)
        for year, value in ((2024, 100), (2025, 150))
        for more in ({}, {"hs": "847130", "quantity_milli": 1000 * 10, "quantity_unit": "set"})
    ]
    found = contributions(tabled(lines), Slice(flow="exports"), Period.parse("2025-01/2025-02"))
    assert not isinstance(found, Missing) and found.points["price"] == pytest.approx(50)


def test_tables_without_quantities(tabled: Any) -> None:
    cube = tabled([
        figure("exports", f"{year}-03", value=100, **more)
        for year in (2024, 2025) for more in ({}, {"hs": "847130"}, {"partner": "USA"})
    ])
    found = contributions(cube, Slice(flow="exports"), Period.parse("2025-03"))
    assert isinstance(found, Missing) and found.code == "factor"
    assert found.reason == ("the statistics have no goods by HS code with quantities that both periods have: "
                            "2025-03 and 2024-03")


def test_stages_clear_their_files(
    prices: Callable[..., Prices], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("customhouse.prices.staging.IN_MEMORY", 0)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    made: list[str] = []
    write = staging.feather.write_feather
    monkeypatch.setattr(staging.feather, "write_feather", lambda *a, **k: made.append(a[1]) or write(*a, **k))
    prices(flow="exports", period="2025-03")
    gc.collect()
    assert len(made) == 2 and not list(tmp_path.iterdir())


def test_by_consignment(prices: Callable[..., Prices]) -> None:
    found = prices(flow="imports", period="2025-03", concepts=Concepts(partner="consignment"))
    by_origin = prices(flow="imports", period="2025-03")
    assert found.rows[0].growth == pytest.approx(by_origin.rows[0].growth) and found.rows[0].pairs > 0


def test_as_known_on_a_day(tmp_path: Path) -> None:
    """A revision of March 2025 changes its price from the day on that it was known."""
    first = [declared(str(year), date=date(year, 3, 14), value=1000) for year in (2024, 2025)]
    with open_store(tmp_path / "store", create=True) as desk:
        for lines, day in ((first, date(2025, 4, 14)), ([declared("R", value=1100)], date(2025, 6, 1))):
            path = delimited(tmp_path / f"{day}.csv", lines)
            desk.load([path], Loading(known_on=day, replaces=True))
        asked: dict[str, Any] = {"flow": "exports", "period": "2025-03"}
        assert desk.prices(**asked).rows[0].price == pytest.approx(110)
        assert desk.prices(**asked, as_of=date(2025, 5, 1)).rows[0].price == pytest.approx(100)
        vintages = desk.store.vintages()
        assert contributions(of_vintages(desk.store, desk.engine, vintages), Slice(flow="exports"),
                             Period.parse("2025-03")) != Missing  # fmt: skip


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments], prog_name="customhouse")


def test_the_command_in_both_languages(small_store: Path) -> None:
    shown = run("prices", small_store, "--source", SOURCE, "imports 2025-Q1", "--terms")
    assert shown.exit_code == 0, shown.stderr
    for words in ("imports 2025 Q1: prices and volumes, Fisher", "Coverage", "Grade", "Terms of trade",
                  "points; goods that came in", "Unit values stand in for prices"):  # fmt: skip
        assert words in " ".join(shown.stdout.split()), words
    chinese = run("prices", small_store, "--source", SOURCE, "--flow", "exports",
                  "--period", "2024-11/2025-03", "--by", "chain", "--drift", "--lang", "zh")  # fmt: skip
    assert chinese.exit_code == 0, chinese.stderr
    for words in ("\u8986\u76d6\u7387", "GEKS", "\u5355\u4f4d\u4ef7\u503c"):
        assert words in chinese.stdout


def test_formats_say_the_same(
    small_store: Path, prices: Callable[..., Prices], tmp_path: Path
) -> None:
    asked = ("prices", small_store, "--source", SOURCE, "--flow", "exports", "--period", "2025-02/2025-03")
    by_csv = list(csv.DictReader(io.StringIO(run(*asked, "--format", "csv").stdout)))
    by_json = json.loads(run(*asked, "--json").stdout)
    path = tmp_path / "prices.parquet"
    assert run(*asked, "-o", path).exit_code == 0
    by_parquet = pq.read_table(path).to_pylist()
    told = [row["price"] for row in by_json["rows"]]
    assert [float(row["price"]) for row in by_csv] == told == [row["price"] for row in by_parquet]
    assert [row["period"] for row in by_parquet] == ["2025-02", "2025-03", "2025-02/2025-03"]
    found = prices(flow="exports", period="2025-02/2025-03")
    assert to_arrow(found).to_pylist() == by_parquet and json.loads(to_json(found)) == by_json
    assert to_pandas(found)["price"].tolist() == to_polars(found)["price"].to_list() == told
    assert by_json["edits"] and by_json["slice"] == {"flow": "exports"}


@pytest.mark.parametrize("ending", ["svg"])
def test_the_waterfall(small_store: Path, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"growth.{ending}"
    shown = run("prices", small_store, "--source", SOURCE, "imports 2025-Q1", "-o", path, "--lang", "zh")
    assert shown.exit_code == 0, shown.stderr
    assert "\u4ef7\u683c" in path.read_text(encoding="utf-8")
    linked = run("prices", small_store, "--source", SOURCE, "imports 2025-Q1", "--by", "chain",
                 "-o", tmp_path / f"chain.{ending}")  # fmt: skip
    assert linked.exit_code == 4 and "indices that are linked have no parts" in linked.stderr
    assert not (tmp_path / f"chain.{ending}").exists()


def test_edits_are_logged_and_taken_back(small_store: Path, tmp_path: Path) -> None:
    asked = ("prices", small_store, "--source", SOURCE, "exports 2025-03", "--format", "csv")
    log = tmp_path / "edits.csv"
    edited = next(csv.DictReader(io.StringIO(run(*asked, "--edits", log).stdout)))
    rows = list(csv.DictReader(log.open(encoding="utf-8")))
    aside = [row for row in rows if not row["reason"].startswith("imputed")]
    assert len(aside) == int(edited["set_aside"]) > 0
    back = next(csv.DictReader(io.StringIO(run(*asked, "--keep", log).stdout)))
    free = next(csv.DictReader(io.StringIO(run(*asked, "--outliers", "none").stdout)))
    assert back["set_aside"] == "0" and back["price"] == free["price"] != edited["price"]
    other = next(csv.DictReader(io.StringIO(run(*asked, "--outliers", "tukey").stdout)))
    assert int(other["set_aside"]) < int(edited["set_aside"])


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--format", "svg"], 2, "svg is not for the screen; name a file with -o prices.svg"),
        (["-o", "prices.xlsx"], 2, "prices.xlsx: say which --format, or name it .txt, .csv"),
        (["--by", "week"], 2, "--by"),
        (["--formula", "young"], 2, "--formula"),
        (["--flow", "balance"], 2, "prices are of exports, imports or trade"),
        (["--period", "2024-03"], 2, "the statistics lack 2023-03"),
        (["--keep", "nowhere.csv"], 3, "nowhere.csv: cannot be read"),
        (["--finer", "office"], 2, "'office': items cannot be told apart by this"),
        (["--period", "2025-03", "--as-of", "2024-01-01"], 2, "nothing was known yet"),
    ],
)
def test_wrong_arguments(small_store: Path, arguments: list[str], code: int, message: str) -> None:
    found = run("prices", small_store, "--source", SOURCE, *arguments)
    assert (found.exit_code, found.stdout) == (code, "")
    assert message in found.stderr and found.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a,b\n1,2\n", "no column period"),
        (b"", "no column period"),
        (b"\xff\xfe\x00", "no CSV"),
        (b"period,base,item,unit,reason\n2025-03,2024-03,x\n", "row 1 is cut off"),
    ],
)
def test_a_log_that_is_none(small_store: Path, tmp_path: Path, content: bytes, message: str) -> None:
    log = tmp_path / "log.csv"
    log.write_bytes(content)
    found = run("prices", small_store, "--source", SOURCE, "exports 2025-03", "--keep", log)
    assert found.exit_code == 3 and message in found.stderr and found.stderr.count("\n") == 1


letters = st.text('period,base,item,unit,reason\n"x', max_size=60)


@given(content=st.binary(max_size=60) | letters.map(str.encode))
def test_any_log_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    log = tmp_path_factory.getbasetemp() / "any.csv"
    log.write_bytes(content)
    with suppress(InputError):
        assert all(isinstance(spared, Spared) for spared in kept(log).values())


def test_from_the_package(small_store: Path) -> None:
    with customhouse.open_store(small_store) as desk:
        assert desk.prices("exports 2025-03", source=SOURCE).rows[0].grade in "ABCD"
