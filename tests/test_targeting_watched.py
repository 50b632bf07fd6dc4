"""Drift in an office's own decisions: from its log and what inspections found, period by period."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from customhouse.targeting.budgets import Policy
from customhouse.targeting.drift import Charting
from customhouse.targeting.lanes import assign
from customhouse.targeting.log import Log, read, write
from customhouse.targeting.watched import LOGGED, watched

FIRST, WEEKS, A_WEEK, TURN = date(2024, 1, 1), 40, 250, 24
QUICK = Charting(simulated=500, least=60)


Office = Callable[..., tuple[Log, pd.DataFrame]]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """Offices as `decided` has them; what is asked for again is not written again."""
    return cache(lambda *given: decided(tmp_path_factory.mktemp("log"), *given))


def decided(folder: Path, seed: int, blind: bool = False, more: float = 1.0) -> tuple[Log, pd.DataFrame]:
    """A log of forty weeks, and what was inspected of them.

    From week `TURN` on the score knows nothing where the office is `blind`, and `more` times as many hide
    something.
    """
    random, size = np.random.default_rng(seed), WEEKS * A_WEEK
    week = np.arange(size) // A_WEEK
    fraud = random.random(size) < np.where(week < TURN, 0.2, 0.2 * more)
    knows = np.where(blind & (week >= TURN), 0.0, 0.8)
    table = pa.table({
        "declaration_id": [f"d{n}" for n in range(size)], "office": ["5301"] * size,
        "date": [FIRST + timedelta(int(n) * 7 // A_WEEK) for n in range(size)],
    })  # fmt: skip
    score = knows * fraud + random.random(size)
    selection = assign(table, score, Policy(inspect=0.16, random=0.5), seed=seed)
    write(folder, selection)
    found = pd.DataFrame({"declaration_id": table["declaration_id"].to_pylist(), "fraud": fraud.astype(int),
                          "revenue_cny": fraud * random.lognormal(8, 0.5, size)})  # fmt: skip
    return read(folder), found[selection.inspected]


def everything(found: pd.DataFrame, log: Log) -> pd.DataFrame:
    """The outcomes, and fraud of all that nobody inspected, which is not to count."""
    rest = sorted({*log.table["declaration_id"].to_pylist()} - {*found["declaration_id"]})
    more = pd.DataFrame({"declaration_id": rest, "fraud": 1, "revenue_cny": 1e6})
    return pd.concat([found, more])


def raised(log: Log, found: Any) -> dict[str, list[date]]:
    alarms = watched(log, found, QUICK).drift[LOGGED].alarms
    return {what: [one.since for one in alarms if one.what == what] for what in {one.what for one in alarms}}


def test_a_model_that_grows_old_is_told_and_the_rate_is_not(office: Office) -> None:
    turn = FIRST + timedelta(7 * TURN)
    found = [raised(*office(seed, True)) for seed in range(4)]
    since = [alarms["precision"][0] for alarms in found]
    assert sum(abs((day - turn).days) <= 14 for day in since) >= 3
    assert sum("rate" in alarms for alarms in found) <= 1  # a false alarm


def test_more_fraud_is_told_by_the_random_lane(office: Office) -> None:
    alarms = raised(*office(1, False, 2.0))
    assert "rate" in alarms and not {"precision", "revenue"} & alarms.keys()


def test_without_a_change_nothing_is_told(office: Office) -> None:
    """Six charts alarm in one year of twenty each: of four offices one may."""
    assert sum(bool(raised(*office(seed))) for seed in range(4)) <= 1


def test_periods_count_what_is_known(office: Office) -> None:
    log, found = office(2)
    half = found.iloc[::2]
    weeks = watched(log, half, QUICK).weeks
    assert [week.begin for week in weeks] == [FIRST + timedelta(7 * n) for n in range(WEEKS)]
    assert sum(week.inspected for week in weeks) == len(half)
    assert sum(week.frauds for week in weeks) == half["fraud"].sum()
    assert watched(log, everything(found, log), QUICK).weeks == watched(log, found, QUICK).weeks
    assert watched(log, half, QUICK).of(LOGGED) == weeks and watched(log, half, QUICK).of("other") == ()


def test_a_last_period_that_is_cut_short_is_left_out(office: Office) -> None:
    log, found = office(3)
    long = watched(log, found, Charting(period_days=12, simulated=100)).weeks
    assert len(long) == 7 * WEEKS // 12 and long[-1].begin == FIRST + timedelta(12 * (len(long) - 1))


@pytest.mark.parametrize("size", [0, 1])
def test_few_decisions_are_no_error(office: Office, size: int) -> None:
    log, found = office(3)
    part = Log(log.entries, log.table.slice(0, size), (), ())
    assert watched(part, found).weeks == () and watched(part, found).drift[LOGGED].alarms == ()
