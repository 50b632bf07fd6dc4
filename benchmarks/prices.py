"""A Fisher index with outlier treatment in stages by month, beside hand-written SQL of the same stages.

    python benchmarks/prices.py                      10 million simulated lines of 36 months
    python benchmarks/prices.py --lines 100000000    more of them
    python benchmarks/prices.py --data FOLDER        lines that are there, as benchmarks/compile.py simulates

The stages: records to items by month; items of a month beside those of the same month a year earlier;
Hidiroglou and Berthelot's edit by HS8, else HS4; the Fisher index, month by month, and of all months. From
the records themselves, and from the cells that a store keeps. Each step runs in a process of its own on two
cores; all must give the same indices to 1e-9.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path

from own_process import Run, measured, simulated

SCRIPT = Path(__file__).with_name("prices_steps.py")
STEPS = ("records_hand", "records_ours", "cells_hand", "cells_ours")
NEAR = 1e-9
MOST_TIMES, MOST_MB = 1.3, 2048


def table(lines: int, data: Path, out: Path) -> dict[str, Run]:
    """Run the steps on one set of files and print what each took beside the SQL."""
    print(
        f"\n| {lines:,} lines | wall s | CPU s | of hand SQL, wall | CPU | peak MB | matched | edited out |"
        "\n| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
        flush=True,
    )
    runs: dict[str, Run] = {}
    for step in STEPS:
        if step == "cells_hand":
            measured(SCRIPT, "cells", data, out / "cells")
        from_cells = step.startswith("cells")
        run = runs[step] = measured(SCRIPT, step, out / "cells" if from_cells else data, out / step)
        hand = runs[f"{step.partition('_')[0]}_hand"]
        times = f"{run.wall_s / hand.wall_s:.2f} | {run.cpu_s / hand.cpu_s:.2f}"
        print(
            f"| {step.replace('_', ', ')} | {run.wall_s:.1f} | {run.cpu_s:.1f} | {times} "
            f"| {run.peak_mb:,.0f} | {run.answer['pairs']:,} | {run.answer['aside']:,} |",
            flush=True,
        )
        shutil.rmtree(out / step, ignore_errors=True)
    return runs


def compared(runs: dict[str, Run]) -> None:
    """Say how far the indices are apart; end with an error where they are not the same."""
    first = runs[STEPS[0]].answer
    apart = 0.0
    for run in runs.values():
        assert (run.answer["pairs"], run.answer["aside"]) == (first["pairs"], first["aside"]), "other items"
        assert run.answer["fisher"].keys() == first["fisher"].keys()
        apart = max(apart, *(abs(run.answer["fisher"][m] - first["fisher"][m]) for m in first["fisher"]))
    assert apart <= NEAR, f"indices are {apart} apart"
    whole = first["fisher"]["all"]
    print(f"\nThe same indices in every step, at the most {apart:.1e} apart; of all months {whole:.6f}.")
    for name in ("records", "cells"):
        ours, hand = runs[f"{name}_ours"], runs[f"{name}_hand"]
        good = max(ours.wall_s / hand.wall_s, ours.cpu_s / hand.cpu_s) <= MOST_TIMES
        print(f"From {name}: {'within' if good and ours.peak_mb < MOST_MB else 'NOT within'} "
              f"{MOST_TIMES} times the SQL in time and CPU, under {MOST_MB} MB.")  # fmt: skip


def main() -> None:
    """See the top of the file."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--lines", type=int, default=10_000_000)
    parser.add_argument("--data", type=Path)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="customhouse-bench-") as text:
        folder = Path(text)
        data = wanted.data or simulated(wanted.lines, folder / "lines")
        compared(table(wanted.lines, data, folder / "out"))


if __name__ == "__main__":
    main()
