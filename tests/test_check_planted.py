"""Errors planted in texts of a simulated store are found and named (the whole of it: benchmarks/check.py)."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date

import pytest

import planting
from customhouse.api import read
from customhouse.desk import Desk, Loading, open_store
from customhouse.period import parse_month
from customhouse.simulate import simulate
from customhouse.statistics import Statistics

SEED, LINES, SENTENCES = 9, 12_000, 36
"""None of this was tuned on."""
FOUND, RIGHTLY, NAMED = 0.95, 0.97, 0.9


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("planted")
    simulate(LINES, folder / "lines", SEED, parse_month("2023-10"), parse_month("2025-03"))
    with open_store(folder / "store", create=True) as made:
        made.load([folder / "lines" / "*.parquet"], Loading(known_on=date(2025, 4, 14)))
        yield made


@pytest.fixture(scope="module")
def statistics(desk: Desk) -> Statistics:
    found = desk.statistics()
    found.reporter = "CHN"
    return found


def test_planted_errors_are_found_and_named(desk: Desk, statistics: Statistics) -> None:
    score, kinds = planting.Score(), set()
    for language in ("zh", "en"):
        scores, misses = planting.judge(planting.written(statistics, language, SEED, SENTENCES), desk)
        score.add(planting.total(scores))
        kinds |= set(scores)
    assert score.planted > 30 and len(kinds) > 12
    assert score.recall >= FOUND and score.precision >= RIGHTLY and score.naming >= NAMED, (score, misses)


@pytest.mark.parametrize("kind", sorted(planting.PLANTERS))
def test_each_kind_can_be_planted_and_found(desk: Desk, statistics: Statistics, kind: str) -> None:
    language = "zh" if len(kind) % 2 else "en"
    samples = (planting.written(statistics, language, seed, 28, kind) for seed in range(4, 10))
    sample = next(sample for sample in samples if sample.planted)
    score = planting.total(planting.judge(sample, desk)[0])
    assert score.recall >= 0.9, score


def test_true_texts_are_not_contradicted(desk: Desk, statistics: Statistics) -> None:
    for language in ("zh", "en"):
        text = planting.Writer(statistics, language, random.Random(SEED)).text(SENTENCES)
        found = desk.check(read(text, "2025-04-20"))
        wrong = [one for one in found if one.verdict.value == "contradicted"]
        assert len(found) > 80 and len(wrong) <= 0.01 * len(found), [one.read.span for one in wrong]


def test_what_is_planted_is_told_where_it_stands(statistics: Statistics) -> None:
    sample = planting.written(statistics, "en", 5, 20)
    assert sample.planted
    for slip in sample.planted:
        assert any(c.isdigit() for c in sample.text[slip.start:slip.end])
        assert (slip.start, slip.end) not in sample.untouched
