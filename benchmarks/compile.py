"""Compiling beside hand-written SQL, Polars and pandas: time, CPU and memory, each step in its own process.

    python benchmarks/compile.py                      1 and 10 million simulated lines of 36 months, peers
    python benchmarks/compile.py --lines 100000000    one size alone, without pandas and Polars

The lines are simulated into a temporary folder (`--data` keeps or takes another) and deleted after.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path

from own_process import Run, measured, simulated

SCRIPT = Path(__file__).with_name("compile_steps.py")
OURS = ("hand", "ours", "validated", "load", "headline", "all_but_one", "one_more")
PEERS = ("polars", "pandas", "pandas_tuned", "pandas_plain")


def table(lines: int, data: Path, out: Path, steps: tuple[str, ...]) -> dict[str, Run]:
    """Run the steps on one set of files and print what each took beside the first."""
    print(
        f"\n| {lines:,} lines | wall s | CPU s | of hand SQL | peak MB | cells |\n"
        "| --- | ---: | ---: | ---: | ---: | ---: |",
        flush=True,
    )
    runs: dict[str, Run] = {}
    for step in steps:
        place = out / {"headline": "load", "one_more": "all_but_one"}.get(step, step)
        run = runs[step] = measured(SCRIPT, step, data, place)
        ratio = f"{run.cpu_s / runs['hand'].cpu_s:.2f}" if "hand" in runs else ""
        print(
            f"| {step} | {run.wall_s:.1f} | {run.cpu_s:.1f} | {ratio} | {run.peak_mb:,.0f} | "
            f"{run.answer.get('cells', 0):,} |",
            flush=True,
        )
        if step not in ("load", "all_but_one"):
            shutil.rmtree(place, ignore_errors=True)
    same = [runs[step].answer for step in ("hand", "ours", *PEERS) if step in runs]
    assert all(answer == same[0] for answer in same), f"unlike cells: {same}"
    return runs


def main() -> None:
    """See the top of the file."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--lines", type=int)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--steps", default="")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="customhouse-bench-") as text:
        folder = Path(text)
        sizes = [wanted.lines] if wanted.lines else [1_000_000, 10_000_000]
        for lines in sizes:
            data = wanted.data or simulated(lines, folder / f"lines-{lines}")
            chosen = tuple(wanted.steps.split()) or (OURS if wanted.lines else (*OURS, *PEERS))
            table(lines, data, folder / "out", chosen)
            shutil.rmtree(folder / "out", ignore_errors=True)
            shutil.rmtree(folder / f"lines-{lines}", ignore_errors=True)


if __name__ == "__main__":
    main()
