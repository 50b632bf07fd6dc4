"""Features beside SQL written by hand, which joins each declaration with all that was known before it."""

from __future__ import annotations

from typing import Any

import duckdb
import narwhals as nw
import numpy as np
import pytest

from customhouse.targeting.features import RECENT_DAYS, STRENGTH, Memory
from customhouse.targeting.history import NEVER, History
from customhouse.targeting.simulated import declarations

COUNT = 1500
KEYS = {
    "trader": "trader_id", "hs4": "substr(hs_code, 1, 4)", "office": "office",
    "trader_hs4": "trader_id || ' ' || substr(hs_code, 1, 4)", "hs8_origin": "hs_code || ' ' || partner",
    "trader_consignment": "trader_id || ' ' || consignment", "colour": "colour",
}  # fmt: skip
UNIT_VALUE = "ln(value_cny) - case when net_mass_kg > 0 then ln(net_mass_kg) end"
PROFILE = """
    with rows as (select *, {key} as key from given),
    past as (
        select a.row,
            count(*) filter (b.declared < a.declared) as declarations,
            count(*) filter (b.finished < a.declared) as inspections,
            count(*) filter (b.finished < a.declared and b.fraud) as frauds,
            coalesce(sum(b.cents) filter (b.finished < a.declared), 0) as cents,
            a.declared - max(b.declared) filter (b.declared < a.declared) as since,
            count(*) filter (b.finished < a.declared and b.finished >= a.declared - {recent}) as lately,
            count(*) filter (b.finished < a.declared and b.finished >= a.declared - {recent} and b.fraud)
                as late
        from rows a left join rows b on a.key = b.key group by a.row, a.declared
    ),
    every as (
        select a.row, count(*) filter (b.finished < a.declared) as n,
            count(*) filter (b.finished < a.declared and b.fraud) as f,
            coalesce(sum(b.cents) filter (b.finished < a.declared), 0) as c
        from rows a cross join rows b group by a.row
    )
    select ln(1 + declarations) as declarations, ln(1 + inspections) as inspections, ln(1 + since) as since,
        (frauds + {s} * (f + {s} * 0.05) / (n + {s})) / (inspections + {s}) as rate,
        ln(1 + (cents + {s} * c / (n + {s})) / (inspections + {s})) as revenue,
        (late + {s} * (f + {s} * 0.05) / (n + {s})) / (lately + {s}) as recent_rate,
        ln(1 + lately) as recent_inspections
    from past join every using (row) order by row
"""
PEERS = """
    with rows as (select *, {key} as key, {value} as x from given)
    select any_value(a.x) - avg(b.x) as away, stddev_samp(b.x) as spread
    from rows a left join rows b on a.key = b.key and b.declared < a.declared and b.x is not null
    group by a.row order by a.row
"""
FINDS = """
SELECT (SELECT avg(f.compared) FILTER (NOT isnan(f.compared)) FROM given f
        WHERE f.trader_id = g.trader_id AND f.fraud AND f.finished < g.declared) AS mean
FROM given g ORDER BY g.row
"""
"""What the frauds of a trader were like that were known before a declaration."""


@pytest.fixture(scope="module")
def given() -> Any:
    """Simulated declarations with holes, a further column, and what was known of them."""
    frame = declarations(COUNT, seed=8, trader_count=60).to_pandas()
    random = np.random.default_rng(1)
    frame.loc[random.random(COUNT) < 0.1, "trader_id"] = None
    frame.loc[random.random(COUNT) < 0.1, "net_mass_kg"] = 0.0
    frame["colour"] = random.choice(["red", "green", None], COUNT)
    frame["row"] = np.arange(COUNT)
    frame["declared"] = frame["date"].astype("datetime64[s]").to_numpy().astype("datetime64[D]").astype(int)
    inspected = random.random(COUNT) < 0.5
    frame["finished"] = np.where(inspected, frame["declared"] + random.integers(0, 60, COUNT), NEVER)
    frame["fraud"] &= inspected
    frame["cents"] = np.where(inspected, np.round(frame["revenue_cny"] * 100), 0).astype(np.int64)
    return frame


@pytest.fixture(scope="module")
def features(given: Any) -> Any:
    columns = ("declared", "finished", "fraud", "cents")
    history = History(*(given[name].to_numpy() for name in columns))
    frame = nw.from_native(given, eager_only=True)
    return Memory.of(frame, history, keys=["colour"]).features(frame, history.declared)


def asked(given: Any, sql: str, **parts: Any) -> Any:
    with duckdb.connect() as engine:
        engine.register("given", given)
        return engine.execute(sql.format(**parts)).fetchnumpy()


def same(found: Any, told: Any) -> None:
    np.testing.assert_allclose(found, np.ma.filled(told.astype(float), np.nan), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("key", KEYS)
def test_profiles_are_what_sql_counts(given: Any, features: Any, key: str) -> None:
    told = asked(given, PROFILE, key=KEYS[key], s=STRENGTH, recent=RECENT_DAYS)
    there = set(features.names)
    for what in ("declarations", "inspections", "since", "rate", "revenue"):
        same(features.column(f"{key}_{what}"), told[what])
    for what in ("recent_rate", "recent_inspections"):
        if f"{key}_{what}" in there:
            same(features.column(f"{key}_{what}"), told[what])


@pytest.mark.parametrize(
    ("what", "value", "key"),
    [
        ("log_unit_value", UNIT_VALUE, "hs8_origin"),
        ("log_unit_value", UNIT_VALUE, "trader"),
        ("log_value", "ln(value_cny)", "trader_hs4"),
        ("duty_rate", "duty_rate", "hs4"),
    ],
)
def test_peers_are_what_sql_averages(given: Any, features: Any, what: str, value: str, key: str) -> None:
    told = asked(given, PEERS, key=KEYS[key], value=value)
    same(features.column(f"{what}_{key}_away"), told["away"])
    if what != "duty_rate":
        same(features.column(f"{what}_{key}_spreads"), told["away"] / np.maximum(told["spread"], 0.05))


def test_expected_unit_values_lean_on_what_is_above(given: Any, features: Any) -> None:
    """Row by row: the mean at each depth of the code is drawn to the mean above by four declarations."""
    mass = given["net_mass_kg"].where(given["net_mass_kg"] > 0)
    unit = np.log(given["value_cny"] / mass).to_numpy()
    code, declared = given["hs_code"].to_numpy(), given["declared"].to_numpy()
    for row in range(0, COUNT, 97):
        before = (declared < declared[row]) & np.isfinite(unit)
        expected = unit[before].mean() if before.any() else np.nan
        for depth in (2, 4, 6, 8):
            mine = before & np.array([one[:depth] == code[row][:depth] for one in code])
            expected = (unit[mine].sum() + 4 * expected) / (mine.sum() + 4)
        found = features.column("log_unit_value_expected_away")[row]
        assert found == pytest.approx(unit[row] - expected, abs=1e-6, nan_ok=True)


@pytest.mark.parametrize(
    ("what", "column"),
    [("price", "log_unit_value_expected_away"), ("duty", "duty_rate"), ("route", "direct")],
)
def test_finds_are_what_sql_averages(given: Any, features: Any, what: str, column: str) -> None:
    values = features.column(column)
    told = asked(given.assign(compared=values), FINDS)
    same(features.column(f"trader_finds_{what}"), told["mean"])
    same(features.column(f"trader_finds_{what}_away"), values - np.ma.filled(told["mean"], np.nan))
    assert 0 < np.isfinite(features.column(f"trader_finds_{what}")).mean() < 1
