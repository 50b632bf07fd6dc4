"""Reading a text four times as long is about four times the work, whatever is in it.

Work is counted, not timed: every line that the reader runs, and every turn of a loop, is one step.
What a single regular expression does is not seen here; benchmarks/linearity.py times them.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import customhouse
from choosing import some
from customhouse.reader import read_text

ROOT = Path(__file__).parents[1]
PACKAGE = str(Path(customhouse.__file__).parent)
SHORT, TIMES, SLACK = 2_000, 4, 1.3
FIXED = 2_000
"""Steps that any text may take: what is looked up and compiled on first use, the ends of a text."""


def _benchmark() -> Any:
    spec = importlib.util.spec_from_file_location("linearity", ROOT / "benchmarks" / "linearity.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


TEXTS = _benchmark().TEXTS


def steps(call: Callable[[], object]) -> int:
    """How many lines of the package run in a call."""
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
        call()
    finally:
        sys.settrace(before)
    return count


def read(text: str) -> Callable[[], object]:
    return lambda: read_text(text, "2025-07-14")


@pytest.mark.parametrize("name", some(TEXTS, each=3))
def test_work_grows_as_the_text_does(name: str) -> None:
    short, long = (read(TEXTS[name](size)) for size in (SHORT, SHORT * TIMES))
    short()  # what is built on first use is built
    few, many = steps(short), steps(long)
    assert few > 0
    assert many <= FIXED + few * TIMES * SLACK


UNDATED = ("Ten years later, in 2019, exports rose 5%. ", "2019年前8个月出口增长5%，去年下降3%。",
           "In May exports rose; than in March 2019, expected in 2030. ", "2018 2019 2020 last year ",
           "第七届进博会 三年来 2019年 ")
"""Texts whose year is weighed on all the years, months and events that they name."""


@pytest.mark.parametrize("piece", UNDATED)
def test_work_on_an_undated_text_grows_as_it_does(piece: str) -> None:
    short, long = (lambda size=size: read_text((piece * size)[:size]) for size in (4 * SHORT, 16 * SHORT))
    short()
    few, many = steps(short), steps(long)
    assert few > 0
    assert many <= FIXED + few * TIMES * SLACK


def test_a_loop_in_a_loop_would_show() -> None:
    """Also one in a comprehension, of which a profiler sees a single call."""
    space: dict[str, Any] = {}
    source = "def pairs(n): return [sum([1 for _ in range(n)]) for _ in range(n)]"
    exec(compile(source, str(Path(PACKAGE) / "made_up.py"), "exec"), space)
    few, many = (steps(lambda n=n: space["pairs"](n)) for n in (50, 50 * TIMES))  # type: ignore[misc]
    assert many > FIXED + few * TIMES * SLACK
