"""Answers at once from the index: the same as those of the thread, which has what the index cannot answer."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("starlette")

import running
from customhouse.desk import Desk, Loading, open_store
from customhouse.model import Slice
from customhouse.period import Period, parse_month
from customhouse.simulate import simulate
from customhouse.statistics import Concepts
from customhouse.web import indexed
from customhouse.web.counter import Counter
from customhouse.web.settings import DEFAULTS

QUESTIONS = ("exports to ASEAN by month 2025-Q1", "imports 2025-02", "trade by hs2 2025-01",
             "top 5 partners exports 2025-Q1", "exports of HS 85 by region 2025-03",
             "balance by quarter 2025-Q1")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("indexed")
    simulate(3_000, folder / "lines", 2, parse_month("2024-10"), parse_month("2025-03"))
    with open_store(folder / "store", create=True) as desk:
        desk.load([folder / "lines" / "*.parquet"], Loading(known_on=date(2025, 4, 14)))
    return folder / "store"


@pytest.fixture
def counter(store: Path) -> Iterator[Counter]:
    made = Counter(store, replace(DEFAULTS, working=1))
    made.indexes.keep(made.state)
    made.indexes.join(60)
    yield made
    made.close()


def rows(desk: Desk, question: str) -> list[dict[str, Any]]:
    return desk.query(question).rows()


def level(desk: Desk, what: str, concepts: Concepts | None = None) -> Any:
    return desk.statistics(concepts=concepts).level(Slice("exports"), Period.parse("2025-01"), what)  # type: ignore[arg-type]


@pytest.mark.parametrize("question", QUESTIONS)
def test_answers_are_those_of_the_thread(counter: Counter, store: Path, question: str) -> None:
    async def both() -> list[Any]:
        return [await counter.brief(rows, question), await counter.quick(rows, question)]

    with open_store(store) as plain:
        expected = rows(plain, question)
    assert running.run(both()) == [expected, expected]


def test_they_come_at_once(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counter, "quick", None)
    assert running.run(counter.brief(rows, QUESTIONS[0]))
    assert set(counter.indexes.held) == {"declarations"}


@pytest.mark.parametrize(("what", "concepts"),
                         [("traders", None), ("value", Concepts(partner="consignment"))])
def test_what_needs_the_engine_goes_to_the_thread(counter: Counter, what: str, concepts: Any) -> None:
    with pytest.raises(indexed.Aside):
        indexed.at_once(counter._prompt, level, what, concepts)
    assert running.run(counter.brief(level, what, concepts)) is not None


def test_what_takes_longer_goes_to_the_thread(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexed, "MOMENT_S", 0.0)
    with pytest.raises(indexed.Aside):
        indexed.at_once(counter._prompt, rows, QUESTIONS[0])
    assert running.run(counter.brief(rows, QUESTIONS[0])) == running.run(counter.quick(rows, QUESTIONS[0]))


def test_errors_are_those_of_the_question(counter: Counter) -> None:
    from customhouse.errors import QueryError

    with pytest.raises(QueryError, match="unicorns"):
        running.run(counter.brief(rows, "exports of unicorns 2025"))


@pytest.mark.parametrize("most", [0, 10])
def test_too_many_cells_are_not_held(store: Path, most: int) -> None:
    made = Counter(store, replace(DEFAULTS, working=1, index_cells=most))
    made.indexes.keep(made.state)
    made.indexes.join(60)
    assert not made.indexes.held
    assert running.run(made.brief(rows, QUESTIONS[0]))
    made.close()


def test_a_load_is_answered_from_and_then_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for seed, month in ((3, "2025-01"), (4, "2025-02")):
        simulate(300, tmp_path / month, seed, parse_month(month), parse_month(month))
    with open_store(tmp_path / "store", create=True) as desk:
        desk.load([tmp_path / "2025-01" / "*.parquet"], Loading(known_on=date(2025, 2, 14)))
        made = Counter(tmp_path / "store", replace(DEFAULTS, working=1))
        made.indexes.keep(made.state)
        made.indexes.join(60)
        before = running.run(made.brief(rows, "exports 2025-01"))
        desk.load([tmp_path / "2025-02" / "*.parquet"], Loading(known_on=date(2025, 3, 14)))
        expected = rows(desk, "exports by month 2025-01/2025-02")
    assert running.run(made.brief(rows, "exports by month 2025-01/2025-02")) == expected
    assert running.run(made.brief(rows, "exports 2025-01")) == before
    made.indexes.join(60)
    monkeypatch.setattr(made, "quick", None)
    assert running.run(made.brief(rows, "exports by month 2025-01/2025-02")) == expected
    made.close()


def test_it_stops_when_the_server_ends(store: Path) -> None:
    made = Counter(store, replace(DEFAULTS, working=1))
    made.indexes._ended.set()
    made.indexes.keep(made.state)
    made.indexes.join(60)
    assert not made.indexes.held
    made.close()


def test_one_answer_a_round_in_the_order_of_asking() -> None:
    turns, order = indexed.Turns(), list[int | str]()

    async def answer(number: int) -> None:
        async with turns:
            order.append(number)

    async def others() -> None:
        for _ in range(6):
            order.append("other")
            await asyncio.sleep(0)

    async def both() -> None:
        asked = [asyncio.create_task(answer(number)) for number in range(5)]
        await asyncio.gather(others(), *asked)

    running.run(both())
    assert [one for one in order if one != "other"] == [0, 1, 2, 3, 4]
    assert all("other" in pair for pair in pairwise(order))


@pytest.mark.parametrize("gone", range(5))
def test_who_goes_away_does_not_hold_up_the_others(gone: int) -> None:
    turns, order = indexed.Turns(), list[int]()

    async def answer(number: int) -> None:
        async with turns:
            order.append(number)

    async def all_of_them(rounds: int) -> None:
        asked = [asyncio.create_task(answer(number)) for number in range(5)]
        for _ in range(rounds):
            await asyncio.sleep(0)
        asked[gone].cancel()
        await asyncio.wait_for(asyncio.gather(*asked, return_exceptions=True), 5)
        await asyncio.wait_for(answer(9), 5)

    for rounds in range(8):
        order.clear()
        running.run(all_of_them(rounds))
        assert [one for one in order if one != gone] == [one for one in (0, 1, 2, 3, 4, 9) if one != gone]
        turns = indexed.Turns()


@pytest.mark.parametrize(("before", "done"), [(0, ["collect", "freeze", "unfreeze"]), (100_000, [])])
def test_what_is_held_is_frozen_unless_another_has_frozen_what_there_is(
    store: Path, monkeypatch: pytest.MonkeyPatch, before: int, done: list[str]
) -> None:
    called: list[str] = []

    class Collector:
        def get_freeze_count(self) -> int:
            return before

        def __getattr__(self, name: str) -> Any:
            return lambda: called.append(name)

    monkeypatch.setattr(indexed, "gc", Collector())
    indexes = indexed.Indexes(store, DEFAULTS.index_cells)
    indexes.keep("state")
    indexes.join(60)
    assert indexes.held and called == done[:2]
    indexes.close()
    assert called == done
