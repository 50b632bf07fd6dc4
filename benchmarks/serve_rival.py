"""Datasette on the same cells, set up as someone who knows it well would, in two ways.

`cells` is one row a cell with covering indexes, flow and month first, so that each question is a few runs
of an index; `totals` goes further than an open-ended service can: for each kind of question that the
benchmark has it keeps a table of totals, so that each is a look-up of some rows by primary key. Blocs are
a table of members by month. Canned queries give the figure, its base a year earlier and the growth.
"""

from __future__ import annotations

import json
import sqlite3
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

BLOCS = ("ASEAN", "EU", "RCEP")
KINDS: dict[str, tuple[str, ...]] = {
    "total": (), "partner": ("partner",), "hs2": ("hs2",), "hs4": ("hs4",), "hs8": ("hs8",),
    "region": ("region",), "enterprise": ("enterprise",), "partner_hs2": ("partner", "hs2"),
    "partner_hs4": ("partner", "hs4"), "region_partner": ("region", "partner"),
    "enterprise_hs4": ("enterprise", "hs4"), "region_hs2": ("region", "hs2"),
}
"""Kinds of questions, by the dimensions that they narrow."""
BASES = ("cells", "totals")
_INDEXES = {
    "by_goods": ("hs8", "partner"), "by_partner": ("partner", "hs8"), "by_region": ("region", "partner"),
    "by_region_goods": ("region", "hs8"), "by_enterprise": ("enterprise", "hs8"),
}
_FLOWS = "case flow when 're_exports' then 'exports' when 're_imports' then 'imports' else flow end"
_GROWTH = (
    "select n.v / 100.0 as value, b.v / 100.0 as base, 100.0 * (n.v - b.v) / nullif(b.v, 0) as growth from"
)
_IN_BLOC = "t.partner in (select partner from members where bloc = :bloc and members.month_number = {month})"
"""Growth compares like with like: the members of the later period are counted back."""


def build(store: Path, folder: Path) -> None:
    """The SQLite files of a store's cells, where they are not there."""
    for name, fill in (("cells", _cells), ("totals", _totals)):
        path = folder / f"{name}.db"
        if not path.exists():
            began, part = time.perf_counter(), path.with_suffix(".part")
            part.unlink(missing_ok=True)
            _build(store, part, fill)
            part.rename(path)
            took = f"{time.perf_counter() - began:.0f} s, {path.stat().st_size / 2**20:,.0f} MB"
            print(f"datasette's {path.name}: {took}", file=sys.stderr)


def _build(store: Path, path: Path, fill: Any) -> None:
    import duckdb

    cells = duckdb.connect(config={"threads": 2, "memory_limit": "2GB"})
    cells.execute("set enable_progress_bar = false")
    cells.execute(
        f"create view cells as select *, {_FLOWS} as of, hs8[:2] as hs2, hs8[:4] as hs4 "
        f"from read_parquet('{store}/cells/**/*.parquet', hive_partitioning = false) where currency = 'CNY'"
    )
    base = sqlite3.connect(path)
    base.executescript("pragma journal_mode = off; pragma synchronous = off; pragma cache_size = -400000;")
    fill(cells, base)
    base.execute("create table members (bloc text, month_number integer, partner text, "
                 "primary key (bloc, month_number, partner)) without rowid")
    base.executemany("insert into members values (?, ?, ?)", _members(cells))
    base.commit()
    base.execute("analyze")
    base.close()


def _cells(cells: Any, base: sqlite3.Connection) -> None:
    columns = "of, month_number, partner, hs8, region, enterprise, regime, transport"
    typed = columns.replace(",", " text,").replace("month_number text", "month_number integer")
    base.execute(f"create table cells ({typed} text, v integer)")
    _copy(cells, base, "cells", f"select {columns}, value_cents from cells")
    for name, leading in _INDEXES.items():
        base.execute(f"create index {name} on cells (of, month_number, {', '.join(leading)}, v)")
    base.execute("create table months (month_number integer primary key)")
    base.execute("insert into months select distinct month_number from cells")


def _totals(cells: Any, base: sqlite3.Connection) -> None:
    for name, columns in KINDS.items():
        keys = ", ".join((*columns, "of", "month_number"))
        typed = ", ".join([*(f"{one} text" for one in (*columns, "of")), "month_number integer"])
        base.execute(f"create table {name} ({typed}, v integer, primary key ({keys})) without rowid")
        _copy(cells, base, name, f"select {keys}, sum(value_cents)::bigint from cells group by all")


def _copy(cells: Any, base: sqlite3.Connection, name: str, query: str) -> None:
    found = cells.execute(query)
    marks = ", ".join("?" * len(found.description))
    while rows := found.fetchmany(50_000):
        base.executemany(f"insert into {name} values ({marks})", rows)
    base.commit()


def _members(cells: Any) -> Iterator[tuple[str, int, str]]:
    from customhouse.groups import members

    months = [row[0] for row in cells.execute("select distinct month_number from cells").fetchall()]
    for bloc in BLOCS:
        for month in range(min(months) - 12, max(months) + 1):
            yield from ((bloc, month, partner) for partner in sorted(members("partner", bloc, month).codes))


def metadata(folder: Path) -> Path:
    """Datasette's file of canned queries."""
    told = folder / "metadata.json"
    queries = {base: {name: {"sql": sql} for name, sql in _queries(base).items()} for base in BASES}
    found = {base: {"queries": those} for base, those in queries.items()}
    told.write_text(json.dumps({"databases": found}), encoding="utf-8")
    return told


def _queries(base: str) -> dict[str, str]:
    made = {name: _growth(base, name, columns) for name, columns in KINDS.items()}
    made |= {f"{name}_months": _months(base, name, KINDS[name]) for name in ("partner", "hs4")}
    made |= {"bloc": _growth(base, "partner", (), bloc=True),
             "bloc_hs2": _growth(base, "partner_hs2", ("hs2",), bloc=True)}
    first, later = (_rows(base, "partner_hs2", ("hs2",), back) for back in (0, 12))
    made["top_partners_hs2"] = (
        f"with n as (select t.partner, sum(t.v) v from {first} group by 1 order by 2 desc limit 10) "
        f"select n.partner, n.v / 100.0 as value, "
        f"(select sum(t.v) from {later} and t.partner = n.partner) / 100.0 as base from n"
    )
    return made


def _rows(base: str, table: str, columns: tuple[str, ...], back: int = 0, bloc: str = "") -> str:
    """The rows of a question as `t`, `back` months earlier; of a bloc with its members of a month."""
    if base == "totals":
        where = [f"t.{column} = :{column}" for column in columns]
        where += [_IN_BLOC.format(month=bloc.replace("m.", "t."))] if bloc else []
        between = f"t.month_number between :first - {back} and :last - {back}"
        return f"{table} t where {' and '.join([*where, 't.of = :flow', between])}"
    where = [_inside(column) for column in columns]
    joined = "cross join members x " if bloc else ""
    where += [f"x.bloc = :bloc and x.month_number = {bloc} and t.partner = x.partner"] if bloc else []
    months = f"months m {joined}cross join cells t indexed by {_index(table)}"
    joined = f"t.of = :flow and t.month_number = m.month_number and m.month_number between :first - {back}"
    return f"{months} where {' and '.join([joined + f' and :last - {back}', *where])}"


def _inside(column: str) -> str:
    """A prefix of HS codes is a run of them; ':' stands after '9'."""
    if column[:2] == "hs":
        return f"t.hs8 >= :{column} and t.hs8 < :{column} || ':'"
    return f"t.{column} = :{column}"


def _index(kind: str) -> str:
    """The index that has the columns of a kind in front."""
    if kind == "region_hs2":
        return "by_region_goods"
    first = kind.split("_")[0]
    return f"by_{first}" if f"by_{first}" in _INDEXES else "by_goods"


def _growth(base: str, table: str, columns: tuple[str, ...], bloc: bool = False) -> str:
    def summed(back: int) -> str:
        members = (":last" if back else "m.month_number") if bloc else ""
        return f"(select coalesce(sum(t.v), 0) v from {_rows(base, table, columns, back, members)})"

    return f"{_GROWTH} {summed(0)} n, {summed(12)} b"


def _months(base: str, table: str, columns: tuple[str, ...]) -> str:
    found = [(back, _rows(base, table, columns, back)) for back in (0, 12)]
    now, then = (f"(select t.month_number + {at} m, sum(t.v) v from {rows} group by 1)" for at, rows in found)
    growth = "100.0 * (n.v - b.v) / b.v as growth"
    return f"select n.v / 100.0 as value, {growth} from {now} n left join {then} b using (m) order by m"
