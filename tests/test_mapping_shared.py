"""The mappings for the files in ../shared/data, against what is known of the files; and proposals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from conftest import SHARED
from customhouse.errors import CustomhouseError
from customhouse.period import Period, month, parse_month
from customhouse.records import mapping
from customhouse.records.files import find, rows
from customhouse.records.mapping.applying import apply, intake
from customhouse.records.propose import Proposal, propose
from customhouse.records.table import TABLE_DIMENSIONS, SetAside
from customhouse.vocabulary import members
from customhouse.vocabulary.codes import single

GACC = "cn_gacc_by_partner_2024h1/partner_month_2024h1.csv"
MARCH = "cn_gacc_by_partner_2024h1/partner_month_2024h1_derived_03.csv"
HEADLINE = "cn_gacc_by_partner_2024h1/headline_monthly_cny.csv"
REGIME = "cn_gacc_regime/regime_month_usd.csv"
GROWTH = "cn_pmi_yoy_fx/exports_yoy_usd_and_pmi_monthly.csv"
JAPAN = "mirror_jp_kr_with_china/japan-china-trade-data.csv"
KOREA = "mirror_jp_kr_with_china/korea-china-trade-data.csv"
USA = "mirror_jp_kr_with_china/usa-china-trade-data.csv"
NEPAL = "np_customs_annual/2075-076.xlsx"
CENSUS = "us_census_hs6_seafood/hs6_imports_2018.csv"
COMTRADE = "api_uncomtrade/comtrade_rows/"
Cell = dict[str, Any]
TEN_THOUSAND = 10_000 * 100
"""Hundredths in a unit of 10,000."""


@pytest.fixture
def data(shared: Path) -> Path:
    return shared / "data"


def _cells(path: Path, made: mapping.Mapping) -> tuple[list[Cell], list[SetAside]]:
    cells: list[Cell] = []
    aside: list[SetAside] = []
    for batch in apply(path, made):
        assert batch.rows_in == batch.rows_used + len(batch.set_aside)
        cells += batch.table.to_pylist()
        aside += batch.set_aside
    return cells, aside


@cache
def read(path: Path, name: str) -> tuple[list[Cell], list[SetAside]]:
    if not path.exists():
        pytest.skip(f"{path.name} is not among the data")
    return _cells(path, mapping.named(name))


@pytest.fixture(scope="module")
def census(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The rows of some codes: the whole file takes long and shows no more."""
    if not (SHARED / "data" / CENSUS).exists():
        pytest.skip("the folder ../shared is not beside the repository")
    header, *lines = (SHARED / "data" / CENSUS).read_text(encoding="utf-8").splitlines(keepends=True)
    path = tmp_path_factory.mktemp("census") / "hs6_imports_2018.csv"
    path.write_text(header + "".join(line for line in lines if ",HS6,0306" in line), encoding="utf-8")
    return path


def only(cells: list[Cell], **wanted: Any) -> Iterator[Cell]:
    free = dict.fromkeys(TABLE_DIMENSIONS) | wanted
    yield from (cell for cell in cells if all(cell[name] == value for name, value in free.items()))


def one(cells: list[Cell], period: str, **wanted: Any) -> Cell:
    months = Period.parse(period)
    (cell,) = only(cells, first_month=months.first, last_month=months.last, **wanted)
    return cell


def parts(cells: list[Cell], dimension: str) -> dict[tuple[str, int, int], dict[str, int]]:
    """Values by flow and months, and in them by code of one dimension."""
    found: dict[tuple[str, int, int], dict[str, int]] = defaultdict(dict)
    for cell in cells:
        others = [name for name in TABLE_DIMENSIONS if name != dimension and cell[name] is not None]
        if cell[dimension] is not None and not others and cell["value_cents"] is not None:
            found[cell["flow"], cell["first_month"], cell["last_month"]][cell[dimension]] = cell[
                "value_cents"
            ]
    return found


@pytest.mark.parametrize(
    ("file", "name"), [(GACC, "gacc_partner_month"), (MARCH, "gacc_partner_month_derived")]
)
def test_partners_sum_to_the_total(data: Path, file: str, name: str) -> None:
    cells, aside = read(data / file, name)
    assert not aside
    counted = 0
    for (flow, first, last), values in parts(cells, "partner").items():
        if flow == "re_imports" or (name == "gacc_partner_month_derived" and first != last):
            continue
        (total,) = only(cells, flow=flow, first_month=first, last_month=last)
        summed = sum(value for code, value in values.items() if code in single("partner"))
        assert abs(summed - total["value_cents"]) <= (250 if first == last else 1000) * TEN_THOUSAND
        counted += 1
    assert counted == {"gacc_partner_month": 27, "gacc_partner_month_derived": 3}[name]


@pytest.mark.parametrize("bloc", ["ASEAN", "EU"])
def test_members_sum_to_the_printed_rows_of_blocs(data: Path, bloc: str) -> None:
    cells, _ = read(data / GACC, "gacc_partner_month")
    for (flow, first, last), values in parts(cells, "partner").items():
        if bloc in values:
            summed = sum(values.get(code, 0) for code in members(bloc, last))
            assert abs(summed - values[bloc]) <= (2 if first == last else 4) * TEN_THOUSAND, (flow, last)


def test_china_as_a_partner_is_re_imports(data: Path) -> None:
    cells, _ = read(data / GACC, "gacc_partner_month")
    own = one(cells, "2024-01", flow="imports", partner="CHN")
    assert (
        own["value_cents"]
        == one(cells, "2024-01", flow="re_imports")["value_cents"]
        == 6707741 * TEN_THOUSAND
    )
    assert own["growth_percent"] == 52.9


def test_months_and_growth_of_partners(data: Path) -> None:
    cells, _ = read(data / GACC, "gacc_partner_month")
    total = one(cells, "2024-01/2024-06", flow="exports")
    assert (total["value_cents"], total["step_cents"]) == (1212983528 * TEN_THOUSAND, TEN_THOUSAND)
    assert (total["growth_percent"], total["currency"], total["basis"]) == (6.9, "CNY", "FOB")
    assert one(cells, "2024-06", flow="exports")["growth_percent"] is None
    assert {cell["last_month"] for cell in cells} == {month(2024, n) for n in (1, 2, 4, 5, 6)}
    assert not list(only(cells, flow="exports", partner="NA"))
    assert one(cells, "2024-06", flow="trade", partner="NAM")["reporter"] == "CHN"


def test_headline_and_partners_agree(data: Path) -> None:
    headline, _ = read(data / HEADLINE, "gacc_headline")
    cells, _ = read(data / GACC, "gacc_partner_month")
    for flow in ("trade", "exports", "imports"):
        stated = one(headline, "2024-01/2024-06", flow=flow)
        table = one(cells, "2024-01/2024-06", flow=flow)
        # The headline is revised, the table is as first published.
        assert stated["value_cents"] == pytest.approx(table["value_cents"], rel=1e-3)
        assert (stated["step_cents"], table["step_cents"]) == (10**10, 10**6)
    assert one(headline, "2024-06", flow="balance")["value_cents"] == 7029 * 10**10


def test_regimes_sum_to_the_total(data: Path) -> None:
    cells, aside = read(data / REGIME, "gacc_regime_month")
    assert not aside
    found = parts(cells, "regime")
    assert len(found) > 30
    for (flow, first, last), values in found.items():
        (total,) = only(cells, flow=flow, first_month=first, last_month=last)
        assert abs(sum(values.values()) - total["value_cents"]) <= 3 * 1000 * 100
    general = one(cells, "2019-02", flow="exports", regime="general")
    assert (general["value_cents"], general["growth_percent"]) == (77602749 * 100_000, -21.2)
    assert one(cells, "2019-01/2019-02", flow="imports", regime="general")["growth_percent"] == -0.6


def test_growth_alone_with_february_for_two_months(data: Path) -> None:
    cells, aside = read(data / GROWTH, "gacc_export_growth")
    assert {row.reasons for row in aside} == {("no_figures",)}
    assert one(cells, "2024-01/2024-02", flow="exports")["growth_percent"] == 7.1
    assert one(cells, "2019-02", flow="exports")["growth_percent"] == -20.8
    assert {cell["value_cents"] for cell in cells} == {None}
    assert {cell["currency"] for cell in cells} == {"USD"}


@pytest.mark.parametrize(
    ("file", "name", "first", "currency"),
    [
        (JAPAN, "japan_with_china", (231700220 * 100_000, 586529635 * 100_000), "JPY"),
        (KOREA, "korea_with_china", (1239083 * 100_000, 999763 * 100_000), "USD"),
        (USA, "us_with_china", (118750 * 1_000_000, 842750 * 1_000_000), "USD"),
    ],
)
def test_mirrors(data: Path, file: str, name: str, first: tuple[int, int], currency: str) -> None:
    cells, aside = read(data / file, name)
    assert not aside
    exports = list(only(cells, flow="exports", partner="CHN"))
    assert [cell["first_month"] for cell in exports] == list(range(month(2001, 1), month(2020, 1)))
    imports = one(cells, "2001-01", flow="imports", partner="CHN")
    assert (exports[0]["value_cents"], imports["value_cents"]) == first
    assert {cell["currency"] for cell in cells} == {currency}


def test_the_mapping_for_the_united_states(tmp_path: Path) -> None:
    path = tmp_path / "usa-china-trade-data.csv"
    path.write_text(
        "Month;Exports;Imports;Balance\nJanuary 2001;1,187.5;8,427.5;-7,240.0\n", encoding="utf-8"
    )
    cells, aside = read(path, "us_with_china")
    assert not aside and [(cell["flow"], cell["value_cents"]) for cell in cells] == [
        ("exports", 118_750_000_000),
        ("imports", 842_750_000_000),
        ("balance", -724_000_000_000),
    ]
    assert {cell["step_cents"] for cell in cells} == {10_000_000}


def test_nepal_has_the_same_totals_in_every_breakdown(data: Path) -> None:
    cells, aside = read(data / NEPAL, "nepal_customs_annual")
    assert {row.reasons for row in aside} == {("left_out",)}
    year = Period.parse("2018-07/2019-06")
    for flow, total in (("imports", 1418535343_00_000), ("exports", 97109521_02_000)):
        wholes = list(only(cells, flow=flow, first_month=year.first))
        assert len(wholes) == 4 and {cell["value_cents"] for cell in wholes} == {total}
        by_place = defaultdict(int)
        for cell in cells:
            if cell["flow"] == flow and cell["first_month"] == year.first and (cell["hs"] or cell["partner"]):
                by_place[cell["place"].split(",")[0]] += cell["value_cents"]
        assert len(by_place) == 3
        assert all(abs(summed - total) <= 2 * 10**5 for summed in by_place.values()), by_place
    before = one(cells, "2017-07/2018-06", flow="imports")
    assert before["value_cents"] == 1245103223_00_000
    horses = one(cells, str(year), flow="imports", hs="01012900")
    assert (horses["quantity_milli"], horses["quantity_unit"], horses["value_cents"]) == (
        32_000,
        "unit",
        600_90_000,
    )
    assert {cell["currency"] for cell in cells if cell["value_cents"] is not None} == {"NPR"}


def test_census_countries_sum_to_the_total(census: Path) -> None:
    cells, aside = read(census, "us_census_imports")
    assert {row.reasons for row in aside} == {("group_unknown",)}
    wholes: dict[tuple[str, int], int] = {}
    summed: dict[tuple[str, int], int] = defaultdict(int)
    for cell in cells:
        key = cell["hs"], cell["first_month"]
        if cell["transport"] is None and cell["partner"] is None:
            wholes[key] = cell["value_cents"]
        elif cell["transport"] is None and cell["partner"] in single("partner"):
            summed[key] += cell["value_cents"]
    assert len(wholes) > 50 and wholes == {key: summed[key] for key in wholes}
    by_air = [cell for cell in cells if cell["transport"] == "air" and cell["net_mass_g"]]
    assert by_air and {cell["currency"] for cell in cells} == {"USD"}


def test_the_proposal_for_census_gives_the_same_cells(census: Path) -> None:
    proposal = _proposed(census)
    assert proposal.mapping is not None, proposal.checks
    written, got = (
        sorted(str([cell[f] for f in VALUES]) for cell in cells)
        for cells, _ in (read(census, "us_census_imports"), _cells(census, proposal.mapping))
    )
    assert got == written


def test_comtrade_rows(data: Path) -> None:
    cells, aside = read(data / f"{COMTRADE}example_1.csv", "comtrade_rows")
    assert not aside
    year = one(cells, "2018-01/2018-12", reporter="USA", flow="imports", partner="DEU")
    assert (year["value_cents"], year["net_mass_g"], year["currency"]) == (12834561845400, None, "USD")
    world, aside = read(data / f"{COMTRADE}data_eu_imports_world.csv", "comtrade_rows")
    assert not aside and {cell["partner"] for cell in world} == {None}
    assert abs(sum(cell["value_cents"] for cell in world) - 96972575478900) <= 100 * len(world)
    shrimps, aside = read(data / f"{COMTRADE}example_3.csv", "comtrade_rows")
    assert not aside and {cell["flow"] for cell in shrimps} == {"imports", "exports", "re_imports"}


def test_declarations_of_korea(data: Path) -> None:
    made = intake(mapping.named("korea_declarations"))
    (header,) = [row.cells for row in rows(data / "cd_kcs_synthetic/df_syn_valid_eng.csv") if row.number == 1]
    assert set(made.columns.values()) <= set(header)
    assert made.reporter == "KOR"


@cache
def _proposed(path: Path) -> Proposal:
    return propose(path)


SAME = ("flow", "first_month", "last_month", *TABLE_DIMENSIONS, "printed", "growth_percent")
VALUES = (*SAME, "reporter", "currency", "value_cents", "step_cents", "net_mass_g")


@pytest.mark.parametrize(
    ("file", "name", "fields", "lost"),
    [
        (GACC, "gacc_partner_month", VALUES, set()),
        (MARCH, "gacc_partner_month_derived", VALUES, {"CEUTA"}),
        (HEADLINE, "gacc_headline", VALUES, set()),
        (REGIME, "gacc_regime_month", VALUES, set()),
        # Nothing in these files says the unit, and the proposal says so.
        (JAPAN, "japan_with_china", (*SAME, "reporter"), set()),
        (KOREA, "korea_with_china", (*SAME, "reporter"), set()),
        (f"{COMTRADE}example_1.csv", "comtrade_rows", (*SAME, "reporter", "value_cents"), set()),
    ],
)
def test_a_proposal_gives_the_cells_of_the_written_mapping(
    data: Path, file: str, name: str, fields: tuple[str, ...], lost: set[str]
) -> None:
    proposal = _proposed(data / file)
    assert proposal.mapping is not None, proposal.checks
    written = [c for c in read(data / file, name)[0] if c["partner"] not in lost]
    got = _cells(data / file, proposal.mapping)[0]
    if lost:
        assert any("add them to `values`" in remark for remark in proposal.checks)
    elif "value_cents" not in fields:
        assert any("nothing in the file says it" in remark for remark in proposal.checks)
    order = [tuple(str(cell[f]) for f in fields) for cell in written]
    assert sorted(tuple(str(cell[f]) for f in fields) for cell in got) == sorted(order)


def test_the_proposal_for_nepal_gives_what_it_can_tell(data: Path) -> None:
    proposal = _proposed(data / NEPAL)
    assert proposal.mapping is not None, proposal.checks
    sheets = {table.layout.sheet for table in proposal.mapping.tables}
    assert sheets == {
        "2_Trade_Balance_Chapter",
        "3_Trade_Balance_Country",
        "5_Imports_By_Commodity",
        "7_Exports_By_Commodity",
    }
    fields = (*VALUES, "quantity_milli", "quantity_unit", "place")
    known = {tuple(cell[f] for f in fields) for cell in read(data / NEPAL, "nepal_customs_annual")[0]}
    got = {tuple(cell[f] for f in fields) for cell in _cells(data / NEPAL, proposal.mapping)[0]}
    assert got <= known and len(got) > 0.99 * len(known) - 30
    assert any("7_Customwise" in remark and "nothing tells apart" in remark for remark in proposal.checks)


def test_a_release_date_is_no_period(data: Path) -> None:
    proposal = _proposed(data / "cn_pmi_yoy_fx/usd_yoy_by_release_date_jin10.csv")
    assert proposal.mapping is None
    assert any("day of publication" in remark for remark in proposal.checks)


def test_every_file_has_a_proposal_that_loads_or_says_what_it_cannot_tell(data: Path) -> None:
    small = [path for path in find([str(data)]) if path.stat().st_size < 20_000]
    assert len(small) > 10
    for path in small:
        try:
            proposal = _proposed(path)
        except CustomhouseError as error:
            assert path.name in str(error)
            continue
        assert proposal.mapping is not None or proposal.checks, path
        assert not [remark for remark in proposal.checks if "would not load" in remark], path


def test_parse_month_is_what_the_cells_count_in(data: Path) -> None:
    cells, _ = read(data / JAPAN, "japan_with_china")
    assert cells[0]["first_month"] == parse_month("2001-01")
