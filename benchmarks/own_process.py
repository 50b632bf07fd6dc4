"""A step of a benchmark in a process of its own: what it took, what it answered; and lines to run it on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MONTHS = "2022-01/2024-12"


@dataclass(frozen=True)
class Run:
    """What one step took."""

    wall_s: float
    cpu_s: float
    peak_mb: float
    answer: dict[str, Any]


def measured(script: Path, step: str, data: Path, out: Path) -> Run:
    """Run a step of a script, which prints its answer; `check_s` and `check_cpu_s` of it do not count."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, str(script), step, str(data), str(out)], stdout=subprocess.PIPE
    )
    assert process.stdout
    text = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    if status:
        raise SystemExit(f"{step} failed")
    answer = json.loads(text)
    check, check_cpu = answer.pop("check_s", 0.0), answer.pop("check_cpu_s", 0.0)
    cpu = used.ru_utime + used.ru_stime - check_cpu
    return Run(wall - check, cpu, used.ru_maxrss / 1024, answer)


def simulated(lines: int, folder: Path) -> Path:
    """Simulated lines of 36 months, one file a month."""
    from customhouse.period import Period
    from customhouse.simulate import simulate

    period = Period.parse(MONTHS)
    simulate(lines, folder, seed=1, first=period.first, last=period.last)
    return folder
