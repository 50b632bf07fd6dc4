"""Reading a text four times as long is about four times the work, whatever is in it.

Work is counted, not timed: every line that the reader runs, and every turn of a loop, is one step.
What a single regular expression does is not seen here; benchmarks/linearity.py times them.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import customhouse
from customhouse.reader import read_text

ROOT = Path(__file__).parents[1]
PACKAGE = str(Path(customhouse.__file__).parent)
SHORT, TIMES, SLACK = 4_000, 3, 1.3
FIXED = 2_000
"""Steps that any text may take: what is looked up and compiled on first use, the ends of a text."""


def _benchmark() -> Any:
    spec = importlib.util.spec_from_file_location("linearity", ROOT / "benchmarks" / "linearity.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


TEXTS = _benchmark().TEXTS


def steps(text: str) -> int:
    """How many lines of the package run while it reads a text."""
    count = 0

    def within(frame: FrameType, event: str, argument: object) -> Any:
        nonlocal count
        count += event == "line"
        return within

    def outside(frame: FrameType, event: str, argument: object) -> Any:
        return within if frame.f_code.co_filename.startswith(PACKAGE) else None

    before = sys.gettrace()
    sys.settrace(outside)
    try:
        read_text(text, "2025-07-14")
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("name", TEXTS)
def test_work_grows_as_the_text_does(name: str) -> None:
    short, long = TEXTS[name](SHORT), TEXTS[name](SHORT * TIMES)
    read_text(short, "2025-07-14")  # what is built on first use is built
    few, many = steps(short), steps(long)
    assert few > 0
    assert many <= FIXED + few * TIMES * SLACK


def test_steps_of_a_quadratic_function_would_show() -> None:
    """The count sees a loop in a loop, also in a comprehension."""
    source = compile(
        "def turns(n):\n    return [[m for m in range(n)] for _ in range(n)]\n", str(Path(PACKAGE) / "made_up.py"), "exec")
    space: dict[str, Any] = {}
    exec(source, space)
    counts = []
    for size in (10, 30):
        count = 0

        def trace(frame: FrameType, event: str, argument: object) -> Any:
            nonlocal count
            count += event == "line"
            return trace

        before = sys.gettrace()
        sys.settrace(trace)
        try:
            space["turns"](size)
        finally:
            sys.settrace(before)
        counts.append(count)
    assert counts[1] > counts[0] * TIMES * SLACK
