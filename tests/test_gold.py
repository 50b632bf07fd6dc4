"""The reader against the gold claims, scored by the scorer that stands beside them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from customhouse import read_files
from customhouse.model import Claim

SHARED = Path(__file__).resolve().parents[1].parent / "shared"
Scores = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def predicted() -> tuple[Claim, ...]:
    if not SHARED.is_dir():
        pytest.skip("the folder ../shared is not beside the repository")
    return tuple(read_files(sorted((SHARED / "seeds").glob("*.txt"))))


@pytest.fixture(scope="module")
def scores(predicted: tuple[Claim, ...], tmp_path_factory: pytest.TempPathFactory) -> Scores:
    scorer = SHARED / "claims" / "score.py"
    file = tmp_path_factory.mktemp("gold") / "claims.jsonl"
    file.write_text("".join(json.dumps(c.to_dict()) + "\n" for c in predicted), encoding="utf-8")
    command = [sys.executable, str(scorer), str(file), "--json"]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    report: Scores = json.loads(result.stdout)
    return report


def f1(hits: int, gold: int, predicted: int) -> float:
    return 2 * hits / (gold + predicted)


def test_numbers(scores: Scores) -> None:
    total = scores["all"]
    assert f1(total["number_hits"], total["gold"], total["predicted"]) >= 0.99


def test_core(scores: Scores) -> None:
    total = scores["all"]
    assert f1(total["core_hits"], total["in_scope"], total["scope_predicted"]) >= 0.97


def test_full(scores: Scores) -> None:
    total = scores["all"]
    assert f1(total["full_hits"], total["in_scope"], total["scope_predicted"]) >= 0.965


def test_bounds_are_all_right(scores: Scores) -> None:
    assert scores["all"]["wrong"].get("bound", 0) == 0


def test_percentage_points_and_signs_are_all_right(predicted: tuple[Claim, ...], shared: Path) -> None:
    """Every gold figure in points, and every fall, has a claim at its place with its unit and sign."""
    read = {(c.span.doc, c.span.start, c.unit, c.value) for c in predicted if c.span}
    wrong = []
    for file in sorted((shared / "claims" / "gold").glob("*.jsonl")):
        for gold in map(json.loads, file.read_text(encoding="utf-8").splitlines()):
            key = (gold["doc"], gold["start"], gold["unit"], float(gold["value"]))
            if (gold["unit"] == "pp" or gold["value"] < 0) and key not in read:
                wrong.append(key)
    assert not wrong


def test_spans_point_at_their_text(predicted: tuple[Claim, ...], shared: Path) -> None:
    texts = {p.stem: p.read_text(encoding="utf-8") for p in (shared / "seeds").glob("*.txt")}
    spans = [c.span for c in predicted if c.span]
    assert len(spans) == len(predicted)
    assert all(texts[s.doc][s.start : s.end] == s.text for s in spans)
