"""One code path, three ways: DuckDB, a Spark cluster of two workers and an oracle agree to the last unit."""

from __future__ import annotations

import math
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import narwhals as nw
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import naive
import spark_cluster
import suite
from choosing import some
from customhouse.compiling.load import Declarations, load_declarations
from customhouse.cube import open_cube
from customhouse.engine import DuckDB, Engine, open_engine
from customhouse.errors import BrokenFile, EngineError, UnreadableFile
from customhouse.model import Slice
from customhouse.period import Period, month
from customhouse.records.reasons import codes
from customhouse.records.schema import CANCELLED, CELL_KEYS, RECORD_COLUMNS, RECORD_SCHEMA
from customhouse.store import Store, Vintage
from customhouse.vocabulary import blocs
from drawing import SCHEMA, TODAY, amended, delimited, drawn, parquet

FEBRUARY, MARCH = month(2025, 2), month(2025, 3)
MEMBERS = [
    (bloc, code, FEBRUARY, MARCH) for bloc in ("ASEAN", "EU") for code in sorted(blocs.members(bloc, MARCH))
]
MEMBERS += [("HALF", "USA", FEBRUARY, FEBRUARY), ("HALF", "DEU", MARCH, MARCH + 40)]
SLICES = (
    Slice(flow="exports"),
    Slice(flow="imports", partner="USA"),
    Slice(flow="trade", partner="ASEAN"),
    Slice(flow="balance", region="CN-GD"),
    Slice(flow="exports", commodity="85", enterprise="private"),
)
Months = Sequence[tuple[int, int]]


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    reason = spark_cluster.missing()
    if reason:
        pytest.skip(reason)
    with spark_cluster.cluster(tmp_path_factory.mktemp("spark")) as (address, settings):
        engine = open_engine(address, **settings)
        yield engine
        engine.close()


@pytest.fixture(scope="session")
def duckdb() -> Iterator[Engine]:
    with DuckDB(threads=2) as engine:
        yield engine


@pytest.fixture(scope="session", params=["duckdb", "spark"])
def engine(request: pytest.FixtureRequest) -> Engine:
    return request.getfixturevalue(request.param)  # type: ignore[no-any-return]


@dataclass
class Loaded:
    """Two loads, the second of which amends the first, in a store and by hand."""

    store: Store
    vintages: Sequence[Vintage]
    office: naive.Office
    outcomes: Sequence[naive.Outcome]
    engine: Engine


def load(
    engine: Engine, folder: Path, seed: int, number: int, months: Months = ((2025, 2), (2025, 3))
) -> Loaded:
    """The same lines into a store and to the oracle: one Parquet file and one CSV, then amendments."""
    store, office = Store.create(folder / "store"), naive.Office(TODAY)
    first = drawn(seed, number, months)
    half = len(first) // 2
    second = amended(seed, first, months)
    batches = (
        ([parquet(folder / "a.parquet", first[:half]), delimited(folder / "b.csv", first[half:])], first),
        ([parquet(folder / "c.parquet", second)], second),
    )
    vintages = [load_declarations(store, Declarations(paths, known_on=TODAY), engine) for paths, _ in batches]
    return Loaded(store, vintages, office, [office.load(lines) for _, lines in batches], engine)


@pytest.fixture(scope="session")
def loaded(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    return load(engine, tmp_path_factory.mktemp("loaded"), seed=5, number=200, months=((2025, 3),))


def kept(store: Store, vintage: Vintage, part: str) -> list[dict[str, Any]]:
    """The rows of one part of a vintage."""
    paths = [store.file(f) for f in vintage.files if f.part == part]
    return [row for path in paths for row in pq.read_table(path, partitioning=None).to_pylist()]


def verdicts(store: Store, vintage: Vintage) -> Counter[tuple[Any, ...]]:
    """Every line of a load: its record where it is accepted, its key and reasons; and what flags it."""
    beyond = defaultdict(set)
    for row in kept(store, vintage, "flags"):
        beyond[row["declaration_id"], row["line"]].add(row["rule"])
    found: Counter[tuple[Any, ...]] = Counter()
    for row in kept(store, vintage, "lines"):
        key = (row["declaration_id"], row["line"])
        if row["rejected"] == CANCELLED:
            found[key, "cancelled"] += 1
        elif row["rejected"]:
            found[key, frozenset(codes("reject", row["rejected"]))] += 1
        else:
            record = tuple(row[name] for name in RECORD_COLUMNS if name != "flags")
            found[record, frozenset(codes("flag", row["flags"])) | frozenset(beyond[key])] += 1
    return found


def by_hand(outcome: naive.Outcome) -> Counter[tuple[Any, ...]]:
    """What `verdicts` should find, by the oracle. A line number that is none is kept as none."""
    found: Counter[tuple[Any, ...]] = Counter()
    for one in outcome.lines:
        name, line = one.key
        if not one.reasons and not one.counts:
            found[one.key, "cancelled"] += 1
        elif one.reasons:
            found[(name, line if line is None or line >= 0 else None), frozenset(one.reasons)] += 1
        else:
            found[one.content, frozenset(one.flags)] += 1
    return found


def check_load(loaded: Loaded) -> None:
    """Verdicts, counts and cells of every load are those of the oracle."""
    for vintage, outcome in zip(loaded.vintages, loaded.outcomes, strict=True):
        assert verdicts(loaded.store, vintage) == by_hand(outcome)
        assert dict(vintage.reasons) == dict(naive.tally(outcome))
        good = [one for one in outcome.lines if not one.reasons]
        counts = vintage.counts
        assert (counts.taken_in, counts.accepted) == (len(outcome.lines), len(good))
        assert counts.flagged == sum(1 for one in good if one.flags)
        made = kept(loaded.store, vintage, "cells")
        for at, cells in outcome.cells.items():
            mine = {
                tuple(row[key] for key in CELL_KEYS): (
                    *(row[name] for name in naive.AMOUNTS),
                    row["lines"],
                    row["traders"],
                )
                for row in made
                if row["month_number"] == at
            }
            assert mine == cells
        assert len(made) == sum(map(len, outcome.cells.values()))


def test_a_load_is_what_the_rules_say(loaded: Loaded) -> None:
    check_load(loaded)


@pytest.mark.parametrize("seed", some([11, 12], 2))
def test_other_loads_are_what_the_rules_say(duckdb: Engine, tmp_path: Path, seed: int) -> None:
    check_load(load(duckdb, tmp_path, seed, number=300))


def test_levels_are_sums_of_records(loaded: Loaded) -> None:
    cube = open_cube(loaded.store, loaded.engine, source="declarations")
    records, march = loaded.office.records(MARCH, MARCH), Period(MARCH, MARCH)
    for part in SLICES if loaded.engine.name == "duckdb" else SLICES[2:4]:
        for what, column in (("value", "value_cents"), ("mass", "net_mass_g")):
            inside = [record for record in records if _inside(record, part, what == "value")]
            level = cube.level(part, march, what)  # type: ignore[arg-type]
            assert level is not None
            wanted = sum(_sign(record, part) * (record[column] or 0) for record in inside)
            assert level.amount == Fraction(wanted, 100 if what == "value" else 1000)
        traders = cube.level(part, march, "traders")
        named = {record["trader_id"] for record in records if _inside(record, part, False)} - {None}
        assert traders is not None and traders.amount == len(named)


def test_parts_are_sums_of_records(loaded: Loaded) -> None:
    cube = open_cube(loaded.store, loaded.engine, source="declarations")
    parts = cube.parts(Slice(flow="exports"), "partner", Period(MARCH, MARCH))
    wanted: Counter[str] = Counter()
    for record in loaded.office.records(MARCH, MARCH):
        if _inside(record, Slice(flow="exports"), True):
            wanted[record["partner"]] += record["value_cents"]
    assert {code: level.amount * 100 for code, level in parts.items()} == wanted


def _inside(record: naive.Line, part: Slice, money: bool) -> bool:
    flows = {"exports": ("exports", "re_exports"), "imports": ("imports", "re_imports")}
    wanted = flows.get(part.flow or "", (*flows["exports"], *flows["imports"]))
    partners = blocs.members("ASEAN", MARCH) if part.partner == "ASEAN" else {part.partner}
    return (
        record["flow"] in wanted
        and (part.partner is None or record["partner"] in partners)
        and (part.region or record["region"]) == record["region"]
        and (part.enterprise or record["enterprise"]) == record["enterprise"]
        and record["hs_code"].startswith(part.commodity or "")
        and (not money or record["currency"] == "CNY")
    )


def _sign(record: naive.Line, part: Slice) -> int:
    return -1 if part.flow == "balance" and record["flow"] in ("imports", "re_imports") else 1


@dataclass
class Asked:
    """The suite's answers by one engine, and the records that they were asked of."""

    answers: dict[str, Any]
    lines: list[naive.Line]
    judged: list[naive.Judged]


def ask(engine: Engine, folder: Path, seed: int, number: int) -> Asked:
    """All seven queries over drawn lines of two months, records validated by the oracle."""
    lines = drawn(seed, number, dirt=0.05)
    judged = [naive.judge(line, month(2025, 3), TODAY) for line in lines if line["date"] is not None]
    good = [one.record | {"flags": 0} for one in judged if not one.reasons]
    path = folder / "records.parquet"
    pq.write_table(pa.Table.from_pylist(good, schema=RECORD_SCHEMA), path)
    records = engine.parquet([path])
    by_month = [records.filter(nw.col("date").dt.month() == number) for number in (2, 3)]
    made = engine.parquet(
        [
            path
            for at, frame in zip((FEBRUARY, MARCH), by_month, strict=True)
            for path in engine.write(suite.cells(frame, at, 1, "suite"), folder / "cells", f"cells-{at}")
        ]
    )
    told = [line for line in lines if line["date"] is not None]
    declared = engine.parquet([parquet(folder / "lines.parquet", told)])
    return Asked(
        {
            "scan": suite.scan(records, engine),
            "cells": suite.compiled(by_month[1], engine, MARCH),
            "headline": suite.headline(made, engine, MARCH, FEBRUARY),
            "groups": suite.groups(made, engine, MEMBERS),
            "items": suite.priced(made, engine),
            "index": suite.index(by_month, engine),
            "validation": suite.validation(declared, engine, MARCH, TODAY),
            "copies": suite.copies(records, engine),
        },
        lines,
        judged,
    )


@pytest.fixture(scope="session")
def asked(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Asked:
    return ask(engine, tmp_path_factory.mktemp("asked"), seed=3, number=300)


def test_the_suite_agrees_with_the_oracle(asked: Asked) -> None:
    good = [one.record for one in asked.judged if not one.reasons]
    months = [[r for r in good if r["date"].month == number] for number in (2, 3)]
    days = [record["date"] for record in good]
    answers = asked.answers
    assert answers["scan"] == [(naive.total(good, "value_cents"), len(good), min(days), max(days))]
    cells = naive.compiled(months[1])
    assert answers["cells"] == suite.in_order(
        [(*key, *sums, MARCH, 1, "suite") for key, sums in cells.items()]
    )
    assert answers["headline"] == _headline(*months)
    assert answers["groups"] == _groups(months)
    assert dict(answers["index"]) == pytest.approx(_fisher(months), rel=1e-12)
    verdicts = sorted((one.record["declaration_id"] or "", sorted(one.reasons)) for one in asked.judged)
    assert (
        sorted((row[0] or "", sorted(codes("reject", row[22]))) for row in answers["validation"]) == verdicts
    )
    assert answers["copies"] == _copies(good)


def test_spark_agrees_with_duckdb_row_by_row(spark: Engine, duckdb: Engine, tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    (tmp_path / "s").mkdir()
    ours, theirs = ask(duckdb, tmp_path / "d", 3, 300).answers, ask(spark, tmp_path / "s", 3, 300).answers
    for name in ours:
        assert ours[name] == theirs[name], name


def _headline(february: list[naive.Line], march: list[naive.Line]) -> list[suite.Row]:
    found = []
    for flow in sorted({record["flow"] for record in march}):
        value, base = (
            naive.total((r for r in part if r["flow"] == flow), "value_cents") for part in (march, february)
        )
        found.append((flow, value, base, None if base is None else (value - base) / base))  # type: ignore[operator]
    return found


def _groups(months: Sequence[list[naive.Line]]) -> list[suite.Row]:
    found: dict[tuple[str, str, int], list[naive.Line]] = defaultdict(list)
    for at, records in zip((FEBRUARY, MARCH), months, strict=True):
        for record in records:
            for group, code, first, last in MEMBERS:
                if code == record["partner"] and first <= at <= last:
                    found[group, record["flow"], at].append(record)
    return suite.in_order([(*key, naive.total(rs, "value_cents"), len(rs)) for key, rs in found.items()])


def _fisher(months: Sequence[list[naive.Line]]) -> dict[str, float]:
    prices = []
    for records in months:
        judged = [naive.Judged(record, set(), set()) for record in records]
        naive.fence(judged)
        beyond = {one.key for one in judged if one.flags}
        sums: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0])
        for one in judged:
            record = one.record
            if record["quantity_milli"] and one.key not in beyond:
                pair = sums[record["flow"], record["partner"], record["hs_code"][:8]]
                pair[0] += record["value_cents"]
                pair[1] += record["quantity_milli"]
        prices.append(sums)
    old, new = prices
    found = {}
    for flow in sorted({product[0] for product in old.keys() & new.keys()}):
        both = [(*old[product], *new[product]) for product in old.keys() & new.keys() if product[0] == flow]
        laspeyres = sum(Fraction(v1 * q0, q1) for _, q0, v1, q1 in both) / sum(v0 for v0, *_ in both)
        paasche = sum(v1 for _, _, v1, _ in both) / sum(Fraction(v0 * q1, q0) for v0, q0, _, q1 in both)
        found[flow] = math.sqrt(laspeyres * paasche)
    return found


def _copies(records: Sequence[naive.Line]) -> list[suite.Row]:
    by_key: dict[tuple[str, int], list[tuple[Any, ...]]] = defaultdict(list)
    for record in records:
        by_key[record["declaration_id"], record["line"]].append(
            tuple(record[name] for name in RECORD_COLUMNS)
        )
    return sorted((*key, len(set(rs))) for key, rs in by_key.items() if len(rs) > 1)


def test_a_file_that_is_not_there(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile):
        engine.parquet([tmp_path / "none.parquet"])


def test_a_file_that_is_cut_off(engine: Engine, tmp_path: Path) -> None:
    path = parquet(tmp_path / "cut.parquet", drawn(1, 50))
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(BrokenFile):
        engine.parquet([path])


def test_an_engine_that_nobody_knows() -> None:
    with pytest.raises(EngineError, match="duckdb, spark"):
        open_engine("hive")


def test_schema_of_drawn_lines_is_that_of_declarations() -> None:
    assert set(SCHEMA.names) >= set(drawn(1, 1)[0]) and date(2025, 3, 20) == TODAY


def test_a_process_ends_without_noise(tmp_path: Path) -> None:
    script = "from customhouse.engine import DuckDB\nimport sys\nfrom pathlib import Path\n"
    script += "with DuckDB(threads=1) as e:\n    print(e.collect(e.csv(Path(sys.argv[1]))).num_rows)\n"
    (tmp_path / "a.csv").write_text("a\n1\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "a.csv")], capture_output=True, text=True, check=True
    )
    assert (done.stdout, done.stderr) == ("1\n", "")
