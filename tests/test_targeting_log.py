"""The decision log: appended whole or not at all, read back, and decided again from its seeds."""

from __future__ import annotations

import json
import os
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from customhouse.errors import OutputError, TargetingError
from customhouse.store.disk import lock
from customhouse.targeting import log as logging
from customhouse.targeting.budgets import Budgets, Policy
from customhouse.targeting.lanes import assign
from customhouse.targeting.log import read, verify, write
from customhouse.targeting.rates import estimates
from customhouse.targeting.rulebook import Rulebook
from customhouse.targeting.selection import BASES, LANES, Selection

FIRST = date(2025, 1, 1)
COLUMNS = ("declaration_id", "line", "day", "office", "lane", "basis", "rule", "trusted", "suspended", "new",
           "score", "unsure", "probability", "drawn", "stratum", "targeted", "otherwise")  # fmt: skip


def frame(size: int = 300, first: int = 0, start: date = FIRST, days: int = 2) -> pa.Table:
    return pa.table({
        "declaration_id": [f"d{first + n}" for n in range(size)],
        "office": ["5301" if n % 3 else "0201" for n in range(size)],
        "partner": ["VNM" if n % 5 else "CHN" for n in range(size)],
        "date": [start + timedelta(n % days) for n in range(size)],
    })  # fmt: skip


def chosen(table: pa.Table, seed: int = 1, policy: Policy | None = None) -> Selection:
    size = len(table)
    score = np.random.default_rng(seed).random(size)
    book = Rulebook.of([
        {"name": "china", "words": "x", "when": {"partner": ["CHN"]}, "share": 0.2, "precedence": 1},
        {"name": "all", "words": "x", "when": {"office": ["0201"]}, "lane": "documents", "share": 0.5},
    ])  # fmt: skip
    return assign(table, score, policy or Policy(inspect=0.2, random=0.4), rules=book, trusted=score > 0.8,
                  unsure=score[::-1].copy(), known=score < 0.7, seed=seed)  # fmt: skip


def same(one: Selection, other: Selection) -> None:
    for name in COLUMNS:
        first, second = getattr(one, name), getattr(other, name)
        assert first.dtype.kind == second.dtype.kind
        np.testing.assert_array_equal(first, second)
    np.testing.assert_array_equal(np.stack(one.holds), np.stack(other.holds))
    for name in ("strata", "rules", "policy", "seed"):
        assert getattr(one, name) == getattr(other, name)


def test_what_is_written_reads_back(tmp_path: Path) -> None:
    tables = [frame(days=1), frame(200, 300, FIRST + timedelta(1), 1)]
    budgets = Budgets.of([{"office": "*", "day": "2025-01-02", "inspect_count": 7.3}])
    policies = [Policy(inspect=0.2, random=0.4, trusted_above=0.9), Policy(budgets=budgets)]
    made = [chosen(one, 2**70 + n, policies[n]) for n, one in enumerate(tables)]
    entries = [write(tmp_path / "log", one, tables[n], model="abc") for n, one in enumerate(made)]
    found = read(tmp_path / "log")
    assert found.entries == tuple(entries)
    assert [one.number for one in found.entries] == [1, 2]
    assert found.entries[1].days == ("2025-01-02",)
    assert not found.torn + found.damaged
    for one, other in zip(made, found.selections(), strict=True):
        same(one, other)
    assert len(found.table) == 500
    row = found.table.to_pylist()[0]
    assert (row["day"], row["seed"], row["model"], row["entry"]) == (FIRST, str(2**70), "abc", 1)
    assert row["policy"] == policies[0].fingerprint
    assert row["lane"] in LANES
    assert row["basis"] in BASES
    pairs = set(zip(found.table["rule"].to_pylist(), found.table["rule_share"].to_pylist(), strict=True))
    assert pairs == {("china", 0.2), ("all", 0.5), (None, None)}
    assert {one.name for one in (tmp_path / "log" / "days").iterdir()} == {"2025-01-01", "2025-01-02"}


def test_a_selection_of_several_days_is_one_entry(tmp_path: Path) -> None:
    made = chosen(frame(days=3))
    entry = write(tmp_path, made)
    assert entry.days == ("2025-01-01", "2025-01-02", "2025-01-03")
    assert len(entry.files) == 3
    order = np.argsort(made.day, kind="stable")
    back = read(tmp_path).selections()[0]
    for name in COLUMNS:
        np.testing.assert_array_equal(getattr(made, name)[order], getattr(back, name))
    assert verify(tmp_path).repeated


def test_reasons_in_both_languages(tmp_path: Path) -> None:
    class Said:
        text = "a reason"

    made = chosen(frame(4, days=1))
    write(tmp_path / "a", made, reasons=[None, {"en": ["one", "two"], "zh": ["\u4e00"]},
                                         {"en": (Said(),), "zh": ()}, None])  # fmt: skip
    rows = read(tmp_path / "a").table
    assert rows["reasons_en"].to_pylist() == [None, ["one", "two"], ["a reason"], None]
    assert rows["reasons_zh"].to_pylist() == [None, ["\u4e00"], [], None]
    write(tmp_path / "b", made, reasons={3: {"en": ["x"], "zh": ["y"]}})
    assert read(tmp_path / "b").table["reasons_en"].to_pylist() == [None, None, None, ["x"]]
    for wrong in ([None], {9: {"en": [], "zh": []}}, [{"en": ["x"]}, None, None, None]):
        with pytest.raises(TargetingError, match="reasons"):
            write(tmp_path / "c", made, reasons=wrong)
    assert not (tmp_path / "c").exists()


def test_every_selection_can_be_repeated(tmp_path: Path) -> None:
    for number in range(3):
        write(tmp_path, chosen(frame(200, 200 * number), seed=number))
    found = verify(tmp_path)
    assert (found.entries, found.repeated, found.differences) == (3, True, ())


def test_parts_of_a_day_can_be_repeated(tmp_path: Path) -> None:
    made: list[Selection] = []
    for number in range(3):
        table = frame(100, 100 * number, days=1)
        made.append(assign(table, np.random.default_rng(number).random(100), Policy(), before=made, seed=5))
        write(tmp_path, made[-1])
    assert verify(tmp_path).repeated
    back = read(tmp_path).selections()
    assert [len(one.before) for one in back] == [0, 2, 4]
    assert assign(table, made[-1].score, Policy(), before=back[:2], seed=5).before == made[-1].before


@pytest.mark.parametrize(
    ("column", "value"), [("lane", 0), ("drawn", False), ("probability", 0.5), ("rule", -1), ("basis", 1)]
)
def test_a_selection_that_was_touched_is_not_repeated(tmp_path: Path, column: str, value: Any) -> None:
    from dataclasses import replace

    made = chosen(frame())
    changed = getattr(made, column).copy()
    rows = np.flatnonzero(changed != value)
    changed[rows[0]] = value
    write(tmp_path, replace(made, **{column: changed}))
    found = verify(tmp_path)
    assert not found.repeated
    assert f"{column} of 1 declaration, the first {made.declaration_id[rows[0]]}" in found.differences[0]


def test_a_model_that_was_not_logged_shows(tmp_path: Path) -> None:
    """Scores changed after the fact do not give the lanes that are logged; nor does another seed."""
    from dataclasses import replace

    made = chosen(frame())
    write(tmp_path / "a", replace(made, score=made.score[::-1].copy()))
    write(tmp_path / "b", replace(made, seed=made.seed + 1))
    for name in "ab":
        told = verify(tmp_path / name).differences
        assert any("lane of" in one for one in told)
    assert any("drawn of" in one for one in verify(tmp_path / "b").differences)


def test_estimates_from_a_log(tmp_path: Path) -> None:
    made = [chosen(frame(300, 300 * n, FIRST + timedelta(n), 1), seed=n) for n in range(2)]
    for one in made:
        write(tmp_path, one)
    truth = np.random.default_rng(1).random(600) < 0.3
    inspected = np.concatenate([one.inspected for one in made])
    rows = np.random.default_rng(2).permutation(np.flatnonzero(inspected))
    finished = [FIRST + timedelta(int(one) // 300 + 2) for one in rows]
    outcomes = pandas.DataFrame({
        "declaration_id": [f"d{row}" for row in rows], "fraud": truth[rows].astype(int),
        "revenue_cny": truth[rows] * 10.5, "finished": finished,
    })  # fmt: skip
    log = read(tmp_path)
    fraud, revenue = log.outcomes(outcomes)
    np.testing.assert_array_equal(fraud, np.where(inspected, truth, np.nan))
    np.testing.assert_array_equal(revenue, np.where(inspected, truth * 10.5, np.nan))
    rates = estimates(log.selections(), fraud, revenue)
    whole = np.where(inspected, truth, np.nan)
    assert rates == estimates(made, whole, whole * 10.5)
    assert rates.overall.fraud.waiting == 0
    early, _ = log.outcomes(outcomes, day="2025-01-04")
    assert np.isnan(early[300:]).all()
    np.testing.assert_array_equal(early[:300], fraud[:300])
    same_day, _ = log.outcomes(outcomes, day="2025-01-03")
    assert np.isnan(same_day).all()
    with pytest.raises(TargetingError, match="stands twice"):
        log.outcomes(pandas.concat([outcomes, outcomes[:1]]))


def test_a_declaration_is_decided_once(tmp_path: Path) -> None:
    write(tmp_path, chosen(frame(10, days=1), seed=1))
    before = sorted(one for one in tmp_path.rglob("*") if one.is_file())
    with pytest.raises(TargetingError, match="1 declaration is in the log already, the first d9"):
        write(tmp_path, chosen(frame(10, 9, days=1), seed=2))
    assert sorted(one for one in tmp_path.rglob("*") if one.is_file()) == before
    write(tmp_path, chosen(frame(10, 9, days=1), seed=2), again=True)
    write(tmp_path, chosen(frame(10, 0, FIRST + timedelta(5), 1), seed=3))
    assert verify(tmp_path).repeated
    assert len(read(tmp_path).table) == 30


def test_a_torn_write_is_set_aside_and_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever a write ends, the log is what it was; the next one goes on, and loses nothing."""
    write(tmp_path, chosen(frame(40), seed=1))
    steps = ("write_table", "sync", "write_whole")
    for number, step in enumerate(steps):
        before = read(tmp_path)

        def torn(*given: Any, **named: Any) -> None:
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as patched:
            patched.setattr(pq if step == "write_table" else logging, step, torn)
            with pytest.raises(OutputError, match="No space left"):
                write(tmp_path, chosen(frame(40, 40 * (number + 1)), seed=2))
        after = read(tmp_path)
        assert after.entries == before.entries
        assert after.table.equals(before.table)
        assert (len(after.torn) > 0) == (step != "write_table")
        write(tmp_path, chosen(frame(40, 40 * (number + 1)), seed=2))
        assert not read(tmp_path).torn
        assert len(read(tmp_path).table) == 40 * (number + 2)
    assert verify(tmp_path).repeated
    assert len(list((tmp_path / "torn").iterdir())) == 3


def test_half_an_entry_at_the_end(tmp_path: Path) -> None:
    for number in range(2):
        write(tmp_path, chosen(frame(40, 40 * number), seed=number))
    last = tmp_path / "entries" / "000002.json"
    last.write_bytes(last.read_bytes()[:100])
    found = read(tmp_path)
    assert [one.number for one in found.entries] == [1]
    assert found.torn[0] == "entries/000002.json"
    assert len(found.torn) == 3
    assert not found.damaged
    write(tmp_path, chosen(frame(40, 40), seed=7))
    assert verify(tmp_path).repeated
    assert [one.seed for one in read(tmp_path).entries] == [0, 7]


@pytest.mark.parametrize("what", ["rows", "gone", "entry", "entry gone"])
def test_what_was_changed_later_is_told(tmp_path: Path, what: str) -> None:
    for number in range(3):
        write(tmp_path, chosen(frame(40, 40 * number), seed=number))
    entry, rows = tmp_path / "entries" / "000002.json", tmp_path / "days" / "2025-01-01" / "000002.parquet"
    if what == "rows":
        pq.write_table(pq.read_table(rows).slice(1), rows)
    elif what == "gone":
        rows.unlink()
    elif what == "entry":
        said = json.loads(entry.read_text())
        entry.write_text(json.dumps(said | {"seed": 5}))
    else:
        entry.unlink()
    found = verify(tmp_path)
    assert not found.repeated
    assert read(tmp_path).damaged
    name = "days/2025-01-01/000002.parquet" if what in ("rows", "gone") else "entries/000003.json"
    assert name in found.differences[0]
    if what.startswith("entry"):
        with pytest.raises(TargetingError, match="nothing was written"):
            write(tmp_path, chosen(frame(40, 200), seed=9))


def test_logs_that_cannot_be(tmp_path: Path) -> None:
    for ask in (read, verify):
        with pytest.raises(TargetingError, match="no log of decisions"):
            ask(tmp_path / "nowhere")
    (tmp_path / "empty" / "entries").mkdir(parents=True)
    with pytest.raises(TargetingError, match="it is empty"):
        read(tmp_path / "empty")
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be written"):
        write(tmp_path / "file", chosen(frame(10)))
    with pytest.raises(TargetingError, match="not of this table"):
        write(tmp_path / "log", chosen(frame(10)), frame(10, 5))


@pytest.mark.skipif(os.name == "nt", reason="locks are of POSIX")
def test_two_who_write_wait_for_each_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logging, "PATIENCE_S", 0.0)
    with lock(tmp_path / ".lock", 0.0, None), pytest.raises(OutputError, match="another selection"):
        write(tmp_path, chosen(frame(10)))
    assert write(tmp_path, chosen(frame(10))).number == 1


def test_without_rules_and_uncertainty(tmp_path: Path) -> None:
    table = frame(50)
    made = assign(table, np.zeros(50), Policy(), seed=0)
    write(tmp_path, made)
    back = read(tmp_path).selections()[0]
    assert back.holds == ()
    assert np.isnan(back.unsure).all()
    assert read(tmp_path).table["unsure"].null_count == 50
    assert verify(tmp_path).repeated
