"""Simulated declarations: as many as asked, the same from the same seed, labelled, skewed, valid."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

import choosing
from customhouse.errors import OutputError, QueryError
from customhouse.period import Period
from customhouse.simulate import Simulation, simulate
from customhouse.simulate.spell import SCHEMA
from customhouse.simulate.tables import rows
from customhouse.vocabulary import hs
from customhouse.vocabulary.tables import entries

QUARTER = Period.parse("2025-01/2025-03")
MONTH = Period.parse("2025-03")


def drawn(out: Path, lines: int, span: Period = MONTH, **more: object) -> tuple[Simulation, pa.Table]:
    made = simulate(lines, out, first=span.first, last=span.last, **more)  # type: ignore[arg-type]
    return made, pa.concat_tables([pq.read_table(path) for path in made.files])


@pytest.fixture(scope="module")
def quarter(tmp_path_factory: pytest.TempPathFactory) -> tuple[Simulation, pa.Table]:
    return drawn(tmp_path_factory.mktemp("quarter"), 60_000, QUARTER)


def test_columns(quarter: tuple[Simulation, pa.Table]) -> None:
    made, table = quarter
    assert table.schema.remove_metadata() == SCHEMA
    assert len(table) == made.lines == 60_000
    assert [path.name for path in made.files] == [f"declarations-2025-0{n}.parquet" for n in (1, 2, 3)]


def test_same_seed_same_lines(tmp_path: Path) -> None:
    _, one = drawn(tmp_path / "a", 5000, seed=3)
    _, again = drawn(tmp_path / "b", 5000, seed=3)
    _, other = drawn(tmp_path / "c", 5000, seed=4)
    assert one.equals(again)
    assert not one.equals(other)


def test_chunks_change_files_not_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("lines", "spell"):
        monkeypatch.setattr(f"customhouse.simulate.{name}.BLOCK", 5000)
    lines = 22_000
    _, whole = drawn(tmp_path / "a", lines)
    made, parts = drawn(tmp_path / "b", lines, chunk=5000)
    assert len(made.files) > 1
    assert parts.equals(whole)
    groups = [
        pq.ParquetFile(path).metadata.row_group(n).num_rows
        for path in made.files
        for n in range(pq.ParquetFile(path).metadata.num_row_groups)
    ]
    assert sum(groups) == lines
    assert max(groups) <= 1.1 * 5000  # no more than a block is in memory, however many lines


@choosing.tries(8, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.integers(1, 100_000), st.integers(1, 3), st.integers(0, 2**32))
def test_any_number_of_lines(tmp_path: Path, lines: int, months: int, seed: int) -> None:
    span = Period(MONTH.last - months + 1, MONTH.last)
    made, table = drawn(tmp_path, lines, span, seed=seed)
    assert len(table) == made.lines == lines
    key = pa.table({"id": table["declaration_id"], "line": table["line"]})
    assert len(key.group_by(["id", "line"]).aggregate([])) == lines
    assert pc.min(table["value"]).as_py() > 0
    assert pc.min(table["quantity"]).as_py() > 0
    assert sums(table) == {key: fen for key, fen in made.totals.items() if fen}


def sums(table: pa.Table) -> dict[tuple[str, str], int]:
    months = pc.strftime(table["date"], "%Y-%m")
    grouped = pa.table({"m": months, "f": table["flow"], "v": table["value"]}).group_by(["m", "f"])
    rows_ = grouped.aggregate([("v", "sum")]).to_pylist()
    return {(row["m"], row["f"]): int(row["v_sum"] * 100) for row in rows_}


def test_lines_of_a_declaration_belong_together(quarter: tuple[Simulation, pa.Table]) -> None:
    _, table = quarter
    shared = ("date", "flow", "partner", "region", "enterprise", "trader_id", "office", "consignment")
    grouped = table.group_by("declaration_id").aggregate(
        [(name, "count_distinct") for name in shared] + [("line", "max"), ("line", "count")]
    )
    assert all(pc.max(grouped[f"{name}_count_distinct"]).as_py() == 1 for name in shared)
    assert grouped["line_max"].cast(pa.int64()).equals(grouped["line_count"])
    assert pc.max(grouped["line_max"]).as_py() > 3


def test_a_trader_has_one_kind_one_home_and_few_goods(quarter: tuple[Simulation, pa.Table]) -> None:
    _, table = quarter
    grouped = table.group_by("trader_id").aggregate(
        [("enterprise", "count_distinct"), ("region", "count_distinct"), ("hs_code", "count_distinct")]
    )
    assert pc.max(grouped["enterprise_count_distinct"]).as_py() == 1
    assert pc.max(grouped["region_count_distinct"]).as_py() == 1
    assert pc.max(grouped["hs_code_count_distinct"]).as_py() <= 16


@pytest.mark.parametrize(
    ("column", "top", "least"), [("trader_id", 0.05, 0.35), ("hs_code", 0.1, 0.6), ("partner", 0.1, 0.5)]
)
def test_few_make_most_of_the_trade(
    quarter: tuple[Simulation, pa.Table], column: str, top: float, least: float
) -> None:
    _, table = quarter
    summed = table.group_by(column).aggregate([("value", "sum")])["value_sum"]
    values = np.sort(summed.cast(pa.float64()).to_numpy())[::-1]
    assert values[: max(1, int(top * len(values)))].sum() / values.sum() > least


def test_codes_are_codes_of_the_vocabulary(quarter: tuple[Simulation, pa.Table]) -> None:
    _, table = quarter
    lists = {"partner": "partners", "consignment": "partners", "region": "regions",
             "enterprise": "enterprises", "regime": "regimes", "transport": "transport"}
    for column, name in lists.items():
        assert set(table[column].unique().to_pylist()) <= {entry.code for entry in entries(name)}
    assert all(hs.valid(code, MONTH.first) for code in table["hs_code"].unique().to_pylist())
    pairs = pa.table({"c": table["hs_code"], "u": table["quantity_unit"]}).group_by(["c", "u"]).aggregate([])
    assert all(hs.compatible(row["c"], row["u"]) or row["u"] == "kg" for row in pairs.to_pylist())
    assert set(map(len, table["hs_code"].unique().to_pylist())) == {8, 10}


def test_values_and_quantities_make_sense(quarter: tuple[Simulation, pa.Table]) -> None:
    """Of one code with one country, nine in ten unit values are within twice the median either way."""
    _, table = quarter
    ratio = table["value"].cast(pa.float64()).to_numpy() / table["quantity"].cast(pa.float64()).to_numpy()
    strata = pa.table({"c": table["hs_code"], "p": table["partner"], "f": table["flow"], "u": ratio})
    medians = strata.group_by(["c", "p", "f"]).aggregate([("u", "approximate_median"), ("u", "count")])
    joined = strata.join(medians, ["c", "p", "f"]).filter(pc.field("u_count") >= 20)
    off = np.abs(np.log(joined["u"].to_numpy() / joined["u_approximate_median"].to_numpy()))
    assert len(off) > 1000
    assert np.quantile(off, 0.9) < np.log(2)


def test_mass_and_basis(quarter: tuple[Simulation, pa.Table]) -> None:
    _, table = quarter
    in_kg = table.filter(pc.equal(table["quantity_unit"], "kg"))
    assert in_kg["quantity"].equals(in_kg["net_mass_kg"])
    assert in_kg["supplementary_quantity"].null_count == len(in_kg)
    exports = table.filter(pc.equal(table["flow"], "exports"))
    assert set(exports["basis"].unique().to_pylist()) == {"FOB"}
    assert set(table["basis"].unique().to_pylist()) == {"FOB", "CIF"}


def test_the_new_year_dips(quarter: tuple[Simulation, pa.Table]) -> None:
    _, table = quarter
    days = Counter(table["date"].to_pylist())
    festive = sum(n for day, n in days.items() if "2025-01-28" <= str(day) <= "2025-02-04") / 8
    assert festive < 0.3 * len(table) / 90


def test_label(quarter: tuple[Simulation, pa.Table]) -> None:
    made, _ = quarter
    label = (made.out / "SIMULATED.txt").read_text(encoding="utf-8")
    assert all(row["text"].format(lines=60_000, seed=1) in label for row in rows("label"))
    assert {row["language"] for row in rows("label")} == {"en", "zh"}
    for path in made.files:
        metadata = pq.read_metadata(path).metadata
        assert metadata[b"simulated"] == b"true"
        assert metadata[b"seed"] == b"1"


def test_defects_are_recorded(tmp_path: Path) -> None:
    clean, sound = drawn(tmp_path / "a", 20_000)
    made, table = drawn(tmp_path / "b", 20_000, defects=0.05)
    planted = pacsv.read_csv(tmp_path / "b" / "planted.csv").to_pylist()
    assert clean.planted == 0
    assert not (tmp_path / "a" / "planted.csv").exists()
    assert made.planted == len(planted)
    assert 0.04 < made.planted / 20_000 < 0.06
    assert {row["defect"] for row in planted} == {row["defect"] for row in rows("defects")}
    repeated = sum("duplicate" in row["defect"] for row in planted)
    assert len(table) == made.lines == 20_000 + repeated
    marked = {(str(row["declaration_id"]).zfill(18), row["line"]) for row in planted}
    before, after = keyed(sound), keyed(table)
    assert {key for key in after if after[key] != before[key]} == marked


def keyed(table: pa.Table) -> dict[tuple[str, int], tuple[object, ...]]:
    found: dict[tuple[str, int], tuple[object, ...]] = {}
    for row in table.to_pylist():
        key = (row["declaration_id"], row["line"])
        found[key] = (*found.get(key, ()), *row.values())
    return found


def test_defects_are_what_they_are_called(tmp_path: Path) -> None:
    _, table = drawn(tmp_path, 3000, defects=1.0)
    planted = pacsv.read_csv(tmp_path / "planted.csv").to_pylist()
    lines = {key: dict(zip(SCHEMA.names, row, strict=False)) for key, row in keyed(table).items()}
    for row in planted:
        line = lines[str(row["declaration_id"]).zfill(18), row["line"]]
        match row["defect"]:
            case "hs_letters" | "hs_reserved":
                assert not hs.valid(str(line["hs_code"]), MONTH.first)
            case "value_missing" | "partner_missing" | "date_missing" | "trader_missing":
                assert line[row["column"]] is None
            case "quantity_negative":
                assert line["quantity"] < 0  # type: ignore[operator]
            case "unit_misfit":
                assert not hs.compatible(str(line["hs_code"]), str(line["quantity_unit"]))
            case "date_outside_month":
                assert str(line["date"])[:7] == "2025-04" or str(line["date"])[:7] == "2025-05"


def test_an_earlier_simulation_is_replaced(tmp_path: Path) -> None:
    simulate(100, tmp_path, first=QUARTER.first, last=QUARTER.last, defects=0.5)
    made = simulate(100, tmp_path, first=MONTH.first, last=MONTH.last)
    assert set(tmp_path.glob("*")) == {*made.files, tmp_path / "SIMULATED.txt"}


def test_real_declarations_are_not_overwritten(tmp_path: Path) -> None:
    real = tmp_path / "declarations-2025-01.parquet"
    real.write_bytes(b"real")
    with pytest.raises(OutputError, match="not simulated"):
        simulate(10, tmp_path)
    assert real.read_bytes() == b"real"


def test_a_file_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(OutputError, match="cannot be written"):
        simulate(10, tmp_path / "out", first=MONTH.first, last=MONTH.last)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"lines": 0}, "at least one|one line"),
        ({"lines": 10, "seed": -1}, "seed from 0"),
        ({"lines": 10, "chunk": 0}, "one line or more"),
        ({"lines": 10, "defects": 1.5}, "from 0 to 1"),
        ({"lines": 10, "first": MONTH.last, "last": MONTH.last - 1}, "before the first"),
        ({"lines": 10, "first": Period.parse("2021-12").first}, "from 2022-01"),
        ({"lines": 10**9, "first": MONTH.first, "last": MONTH.last}, "more months or fewer lines"),
    ],
)
def test_arguments_that_cannot_be_met(tmp_path: Path, arguments: dict[str, int], message: str) -> None:
    with pytest.raises(QueryError, match=message):
        simulate(out=tmp_path, **arguments)  # type: ignore[arg-type]
