"""The tables of a release against sums in SQL over the declared lines, and how their numbers print."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

import layout_material as material
from customhouse import groups, vocabulary
from customhouse.cube import CellCube, Concepts, open_cube
from customhouse.engine import DuckDB
from customhouse.errors import VocabularyError
from customhouse.measures import Request, measure
from customhouse.model import Claim, Slice
from customhouse.period import Period
from customhouse.release.labels import ABSENT, DASH, MINUS, label
from customhouse.release.model import Column, Table
from customhouse.release.tables import CODES, Grid, gather, release_tables, windows
from customhouse.release.tables_print import SCALES, cell, printed, rate, scale
from customhouse.release.tables_rows import lines, listed
from customhouse.release.tables_scan import Scans
from customhouse.release.tables_words import SHOWN, word
from customhouse.store import Store
from customhouse.vocabulary import codes
from declaring import Line, declared, load, parquet
from statistics_fake import Cell, FakeStatistics

PERIOD = Period.of(2025, 1, 3)
CHOICES: dict[str, tuple[Any, ...]] = {
    "flow": ("exports", "imports"),
    "partner": ("USA", "DEU", "FRA", "VNM", "TLS", "JPN", "GBR", "BRA", "NGA"),
    "hs_code": ("85171300", "85423100", "27090000", "64039900", "8703801000", "12019010"),
    "region": ("CN-GD", "CN-JS", "CN-XJ"),
    "enterprise": ("private", "foreign_invested", "state_owned", "collective"),
    "regime": ("general", "processing_with_supplied_materials", "processing_with_imported_materials"),
    "transport": ("water", "air", "rail"),
    "currency": ("CNY", "CNY", "CNY", "USD"),
}
UNITS = {"27090000": "kg", "12019010": "kg", "64039900": "pair"}
SIGNS = {"trade": "1", "exports": "flow = 'exports'", "imports": "flow = 'imports'"}


def drawn() -> list[Line]:
    draw = random.Random(5)
    made = []
    for n in range(1500):
        line = declared(f"D{n}", **{name: draw.choice(choice) for name, choice in CHOICES.items()})
        year, month = draw.choice([(2024, m) for m in range(1, 13)] + [(2025, m) for m in (1, 2, 3)])
        if line["partner"] == "NGA":
            line["flow"] = "imports"
        mass = draw.choice((None, draw.randint(1, 10**6) / 1000))
        line |= {"date": date(year, month, draw.randint(1, 28)), "basis": None, "net_mass_kg": mass}
        line["quantity_unit"] = UNITS.get(line["hs_code"], "unit")
        line |= {"value": draw.randint(1, 10**9) / 100, "quantity": draw.randint(1, 500)}
        made.append(line)
    return made


@pytest.fixture(scope="module")
def engine() -> Iterator[DuckDB]:
    with DuckDB(threads=1) as opened:
        yield opened


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tables")


@pytest.fixture(scope="module")
def cube(folder: Path, engine: DuckDB) -> CellCube:
    store = Store.create(folder / "store")
    vintage = load(store, engine, parquet(folder / "lines.parquet", drawn()), known_on=date(2025, 4, 10))
    assert vintage.counts.quarantined == 0
    found = open_cube(store, engine, currency="CNY")
    assert isinstance(found, CellCube)
    return found


@pytest.fixture(scope="module")
def grids(cube: CellCube) -> tuple[Grid, ...]:
    return gather(cube, PERIOD)


class Sql:
    """Sums of the declared lines, in yuan, by SQL that the program has no part in."""

    def __init__(self, folder: Path) -> None:
        self.found = duckdb.connect()
        self.lines = f"read_parquet('{folder / 'lines.parquet'}')"

    def value(self, where: str, flow: str, period: Period) -> Fraction:
        return self._sum("round(value * 100)", f"currency = 'CNY' AND {where}", flow, period) / 100

    def quantity(self, where: str, flow: str, period: Period) -> Fraction:
        return self._sum("round(quantity)", where, flow, period)

    def _sum(self, amount: str, where: str, flow: str, period: Period) -> Fraction:
        first, last = (f"{m // 12 * 100 + m % 12 + 1}" for m in (period.first, period.last))
        sign = (
            f"CASE WHEN {SIGNS[flow]} THEN 1 ELSE 0 END"
            if flow != "balance"
            else ("CASE WHEN flow = 'exports' THEN 1 ELSE -1 END")
        )
        query = (
            f"SELECT coalesce(sum(CAST({amount} AS BIGINT) * {sign}), 0) FROM {self.lines} "
            f"WHERE year(date) * 100 + month(date) BETWEEN {first} AND {last} AND {where}"
        )
        return Fraction(int(self.found.sql(query).fetchall()[0][0]))


def _where(dimension: str, code: str, month: int) -> str:
    """The lines that a code takes in; bases are compared with the members of the later month."""
    if not code:
        return "true"
    members = groups.members(dimension, code, month)
    if dimension == "commodity":
        inside = " OR ".join(f"hs_code LIKE '{prefix}%'" for prefix in members.prefixes)
        outside = " OR ".join(f"hs_code LIKE '{prefix}%'" for prefix in members.but_not) or "false"
        return f"({inside}) AND NOT ({outside})"
    return f"{dimension} IN ({', '.join(repr(one) for one in sorted(members.codes))})"


@pytest.fixture(scope="module")
def sql(folder: Path, cube: CellCube) -> Sql:
    return Sql(folder)


def rows(grid: Grid) -> Iterator[tuple[str, Column, Period, Claim | None]]:
    for row in grid.rows:
        code = "" if grid.dimension == "period" else row.line.code
        for column, claim in zip(grid.columns, row.claims, strict=True):
            period = column.period or row.period
            if period is not None:
                yield code, column, period, claim


def test_every_table_is_there(grids: tuple[Grid, ...]) -> None:
    assert tuple(grid.code for grid in grids) == CODES


@pytest.mark.parametrize("code", CODES)
def test_figures_are_those_of_the_lines(code: str, grids: tuple[Grid, ...], sql: Sql) -> None:
    grid = next(grid for grid in grids if grid.code == code)
    told = 0
    for row, column, period, claim in rows(grid):
        kind = column.measure.removesuffix("_to_date")
        if column.measure.endswith("_to_date"):
            period = Period(period.last // 12 * 12, period.last)
        if kind.startswith("quantity") or kind == "unit":
            continue
        where = _where(grid.dimension, row, period.last)
        value = sql.value(where, column.flow, period)
        base = sql.value(where, column.flow, period.year_earlier())
        whole = sql.value("true", column.flow, period)
        wanted = {
            "value": value, "growth": (value / base - 1) * 100 if base else None,
            "share": value / whole * 100 if row else None,
        }[kind]  # fmt: skip
        if kind == "growth" and period.first < 2025 * 12:
            wanted = None
        assert (claim and claim.value) == (None if wanted is None else float(wanted)), (row, column, period)
        told += claim is not None
    assert told > 30


def test_quantities_are_those_of_the_lines(grids: tuple[Grid, ...], sql: Sql) -> None:
    grid = next(grid for grid in grids if grid.code == "exports_goods")
    told = {"quantity": 0, "quantity_growth": 0}
    for row, column, period, claim in rows(grid):
        if column.measure in told and claim is not None:
            where = _where("commodity", row, period.last)
            amount = sql.quantity(where, "exports", period)
            base = sql.quantity(where, "exports", period.year_earlier())
            amount, base = (one / 1000 if claim.unit == "t" else one for one in (amount, base))
            wanted = amount if column.measure == "quantity" else (amount / base - 1) * 100
            assert claim.value == float(wanted)
            told[column.measure] += 1
    assert min(told.values()) >= 6


def test_parts_add_up_to_the_total(grids: tuple[Grid, ...]) -> None:
    """Single codes of a dimension have all trade; a code inside a group counts with its group."""
    for code in ("partner", "enterprise", "regime", "transport"):
        grid = next(grid for grid in grids if grid.code == code)
        for at, column in enumerate(grid.columns):
            if column.measure == "value":
                whole = [row.claims[at] for row in grid.rows if not row.line.code]
                parts = [
                    row.claims[at] for row in grid.rows
                    if row.line.code and not row.line.depth and row.line.code not in listed(code)
                ]  # fmt: skip
                assert sum(c.value for c in parts if c) == pytest.approx(whole[0].value if whole[0] else 0)


def test_groups_stand_above_their_members(cube: CellCube) -> None:
    found = [(line.code, line.depth) for line in lines(Scans(cube), "regime", PERIOD)]
    at = found.index(("processing", 0))
    inside = {"processing_with_supplied_materials", "processing_with_imported_materials"}
    assert {code for code, depth in found[at + 1 : at + 3] if depth == 1} == inside
    assert ("collective", 1) in [(line.code, line.depth) for line in lines(Scans(cube), "enterprise", PERIOD)]


ASKED = {
    "partner": ("USA", "NGA", "ASEAN", "EU", "!USA", "ITA", "USA+JPN", "AFRICA", "nowhere"),
    "commodity": ("85", "8517", "mechanical_electrical", "crude_oil", "wine", "!85", "new_three"),
    "enterprise": ("private", "collective", "domestic", "sme"), "regime": ("processing", "bonded"),
    "region": ("east", "CN-GD", "CN-BJ"), "transport": ("water", "multimodal"),
}  # fmt: skip
WHATS = ("value", "quantity", "mass", "lines", "traders", "partners")


CONCEPTS = [
    Concepts(), Concepts(system="special"),
    pytest.param(Concepts("general", "consignment", "apart"), marks=pytest.mark.long),
]  # fmt: skip


@pytest.mark.parametrize("concepts", CONCEPTS)
def test_scans_give_what_the_cube_gives(
    cube: CellCube, folder: Path, engine: DuckDB, concepts: Concepts
) -> None:
    """Levels taken from one scan of a dimension are those that the cube gives when asked for each slice."""
    draw, asked = random.Random(3), 0
    own = open_cube(Store.open(folder / "store"), engine, currency="CNY", concepts=concepts)
    scans = Scans(own)
    periods = [Period.of(2024), PERIOD, Period.of(2025, 2, 2), Period.of(2024, 3, 9), Period.of(2023, 12, 12)]
    for dimension, found in ASKED.items():
        for code, what in product(found, WHATS):
            flow = draw.choice(("exports", "imports", "trade", "balance", "re_exports", None))
            part = Slice(flow=flow, reporter=draw.choice((None, None, "CHN", "USA")), **{dimension: code})
            told = draw.choice(periods), what, draw.choice(("latest", "first"))
            one, other = scans.level(part, *told), own.level(part, *told)  # type: ignore[arg-type]
            assert (one and (one.amount, one.unit)) == (other and (other.amount, other.unit)), (part, told)
            assert one is None or one.origin.cells == other.origin.cells  # type: ignore[union-attr]
            asked += one is not None
    assert asked > 40


def test_a_month_and_a_year_have_their_columns() -> None:
    assert windows(Period.of(2025, 1, 1)) == (Period.of(2025, 1, 1),)
    assert windows(Period.of(2025, 5, 5)) == (Period.of(2025, 5, 5), Period.of(2025, 1, 5))
    assert windows(Period.of(2025, 1, 3)) == (Period.of(2025, 3, 3), Period.of(2025, 1, 3))
    assert windows(Period.of(2025, 4, 6)) == (Period.of(2025, 4, 6), Period.of(2025, 1, 6))
    assert windows(Period.of(2024)) == (Period.of(2024, 12, 12), Period.of(2024))
    assert windows(Period(24290, 24320)) == (Period(24290, 24320),)


def test_what_the_statistics_lack_has_no_table_and_no_column() -> None:
    statistics = FakeStatistics(
        tuple(c for c in material.statistics().cells if c.flow == "exports" and c.month >= 2025 * 12)
    )
    grids = {grid.code: grid for grid in gather(statistics, PERIOD)}
    assert "regime" not in grids and "imports_goods" not in grids
    assert {column.flow for grid in grids.values() for column in grid.columns} == {"exports"}
    assert not any("growth" in column.measure for grid in grids.values() for column in grid.columns)
    assert gather(FakeStatistics(()), PERIOD) == ()


# --- how they print ---------------------------------------------------------------------------------------


@given(st.integers(-(10**17), 10**17), st.integers(0, 12), st.integers(0, 3))
def test_numbers_print_rounded_half_away_from_zero(cents: int, power: int, decimals: int) -> None:
    number = cents / 100
    if len(str(abs(cents))) > 15:
        return  # more digits than a binary number tells apart
    wanted = (Decimal(cents) / 100 / 10**power).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    text = printed(number, power, decimals)
    assert Decimal(text.replace(",", "").replace(MINUS, "-")) == wanted
    assert not text.startswith(MINUS) or wanted < 0
    assert f"{abs(wanted):,}" == text.removeprefix(MINUS)


@pytest.mark.parametrize(
    ("number", "text"), [(2.5, "3"), (-2.5, f"{MINUS}3"), (-0.4, "0"), (1234567.0, "1,234,567"), (0.5, "1")]
)
def test_printed_numbers(number: float, text: str) -> None:
    assert printed(number) == text


def test_nothing_and_not_available_are_told_apart() -> None:
    assert cell(0, 8, 1).text == DASH and cell(None, 8, 1).text == ABSENT
    assert cell(4e6, 8, 1).text == "0.0" and rate(0.0).text == "0.0" and rate(None).text == ABSENT


@given(st.floats(1e4, 1e15))
def test_both_languages_print_to_the_same_digit(size: float) -> None:
    (zh_power, zh_decimals), (en_power, en_decimals) = (scale([size], to) for to in ("zh", "en"))
    assert zh_power - zh_decimals == en_power - en_decimals
    assert set(SCALES) == {"zh", "en"}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_words_of_tables(language: str, grids: tuple[Grid, ...]) -> None:
    for grid in grids:
        table = word(grid, language)
        texts = {cell.text for row in table.rows for cell in row.cells}
        notes = " ".join(table.notes)
        assert sum(width for _, width in table.groups) == len(table.columns)
        assert all(len(row.cells) == len(table.columns) for row in table.rows)
        assert (DASH in texts) == (
            f"{DASH}" in notes.replace("“", "").split("”")[0] or f"{DASH} " in notes or f"“{DASH}”" in notes
        )
        assert (ABSENT in texts) == (ABSENT in notes)
        assert all(column.label for column in table.columns)


def test_the_total_has_the_whole_share(grids: tuple[Grid, ...]) -> None:
    table = word(next(grid for grid in grids if grid.code == "partner"), "en")
    total = table.rows[0]
    shares = [c for c, column in zip(total.cells, table.columns, strict=True) if column.measure == "share"]
    assert total.code == "" and [cell.text for cell in shares] == ["100.0"] * 3


def test_long_tables_say_that_they_are_shortened() -> None:
    statistics = FakeStatistics(tuple(
        Cell(2025 * 12 + m, "exports", 10**9 + n, partner=code)
        for n, code in enumerate(sorted(codes.single("partner"))[:60]) for m in range(3)
    ))  # fmt: skip
    table = next(t for t in release_tables(statistics, PERIOD, "en") if t.code == "partner")
    printed_codes = [row.code for row in table.rows[: table.shown]]
    single = [code for code in printed_codes if code and code not in listed("partner")]
    assert len(single) == SHOWN["partner"] and printed_codes[0] == "" and len(table.rows) > table.shown
    assert label("note_shown", "en", n=str(SHOWN["partner"]), m="60") in table.notes


def test_measures_alone_say_what_stands_in_a_cell(cube: CellCube, grids: tuple[Grid, ...]) -> None:
    """The claim behind a cell is the one that anyone gets who asks for it."""
    grid = next(grid for grid in grids if grid.code == "enterprise")
    for row, column, period, claim in rows(grid):
        if claim is not None and row:
            asked = Request(column.measure, Slice(flow=column.flow, enterprise=row), period)
            found = measure(asked, cube)
            assert isinstance(found, Claim) and found.value == claim.value


# --- the words --------------------------------------------------------------------------------------------


def test_labels_are_whole_and_used() -> None:
    table = vocabulary.rows("release_labels")
    assert len({row["code"] for row in table}) == len(table)
    package = Path(vocabulary.__file__).parents[1] / "release"
    sources = [*package.rglob("*.py"), *package.rglob("*.html")]
    code = "".join(path.read_text("utf-8") for path in sources)
    made = ("table_", "stub_", "short_", "flow_", "column_", "scaled_", "money_", "counted_", "chart_",
            "part_", "line_")  # fmt: skip
    for row in table:
        assert row["en"] and row["zh"], row["code"]
        places = [{part.split("}")[0] for part in row[to].split("{")[1:]} for to in ("en", "zh")]
        assert places[0] == places[1], row["code"]
        named = (f'"{row["code"]}"', f"'{row['code']}'")
        assert row["code"].startswith(made) or any(name in code for name in named), row["code"]


def test_listed_rows_are_codes() -> None:
    for row in vocabulary.rows("release_rows"):
        name = row["table"].removeprefix("chart_")
        dimension = "commodity" if name.endswith("_goods") else name
        assert groups.members(dimension, row["code"], PERIOD.last)
    with pytest.raises(VocabularyError, match=r"release_labels\.csv"):
        label("nothing of the kind", "en")


def shown(table: Table) -> list[list[str]]:
    return [[row.label, *(cell.text.replace(MINUS, "-") for cell in row.cells)] for row in table.rows]


def test_a_table_of_cells_that_can_be_added_up_by_hand() -> None:
    cells = tuple(
        Cell(at, flow, value, partner=partner)
        for at, flow, partner, value in (
            (2025 * 12, "exports", "USA", 3 * 10**8), (2025 * 12, "exports", "JPN", 10**8),
            (2025 * 12, "imports", "JPN", 2 * 10**8), (2024 * 12, "exports", "USA", 2 * 10**8),
            (2024 * 12, "exports", "JPN", 2 * 10**8), (2024 * 12, "imports", "JPN", 2 * 10**8),
        )
    )  # fmt: skip
    tables = {t.code: t for t in release_tables(FakeStatistics(cells), Period.of(2025, 1, 1), "en")}
    assert tables["partner"].unit == "Unit: million yuan; growth and shares in per cent"
    assert [row for row in shown(tables["partner"]) if row[0] != "RCEP members"] == [
        ["Total", "600.00", "0.0", "100.0", "400.00", "0.0", "100.0", "200.00", "0.0", "100.0"],
        ["Japan", "300.00", "-25.0", "50.0", "100.00", "-50.0", "25.0", "200.00", "0.0", "100.0"],
        ["United States", "300.00", "50.0", "50.0", "300.00", "50.0", "75.0", DASH, ABSENT, "0.0"],
    ]
    assert tables["partner"].groups == (("Imports and exports", 3), ("Exports", 3), ("Imports", 3))
    assert [column.label for column in tables["partner"].columns[:3]] == ["Jan 2025", "growth, %", "share, %"]
