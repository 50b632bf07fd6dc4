"""The learning loop over two simulated years: ways of targeting side by side under one budget.

    python benchmarks/targeting_loop.py                 four seeds of 40,000 declarations, 5% inspected
    python benchmarks/targeting_loop.py --quick         two seeds of 12,000, in a minute or two
    python benchmarks/targeting_loop.py --number 40000 --seeds 301,302 --parts cold --json loop.json

Every way sees the same declarations, first inspections and chance, and learns of what it inspected alone,
two weeks late. Of the first four weeks all are inspected (*plenty*), or a tenth of them (*cold*). Settings
were chosen on seeds 101 to 204 and are reported on seeds from 301 on. *lane* estimates the true rate of
fraud from the random lane over many seeds, and counts alarms where nothing changes.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from customhouse.targeting.drift import Charting
from customhouse.targeting.loop import Loop, Run, run
from customhouse.targeting.policies import Way
from customhouse.targeting.schemes import YEAR, Scheme
from customhouse.targeting.simulated import declarations

MODEL = {"iterations": 40, "learning_rate": 0.12}
LANE = 0.02
"""Of the budget, drawn at random beside tries, so that rates can be estimated."""
PLAIN = (Way("random", rank="random"), Way("trader's rate", rank="trader"), Way("declared duty", rank="duty"))
REVENUE = {"weight": 1.0}
NONE = Way("model, no exploration", random=0.0, **REVENUE)
TRIES = tuple(
    Way(f"model, {share:.0%} {tries}", random=LANE, explore=share - LANE, tries=tries, **REVENUE)
    for tries in ("thompson", "unseen") for share in (0.1, 0.2)
)  # fmt: skip
DRAWN = tuple(Way(f"model, {share:.0%} random", random=share, **REVENUE) for share in (0.1, 0.2))
EXPLORING = (NONE, *DRAWN, *TRIES)
LEARNING = (
    Way("model, frozen", retrain="never", random=0.0, **REVENUE),
    Way("model, frozen but for profiles", retrain="profiles", random=0.0, **REVENUE),
    Way("model, learns at alarms", retrain="alarm", **REVENUE),
    Way("model, 10% random, by probability", weight=0.0),
    Way("model, 10% random, weight 0.5", weight=0.5),
    Way("model, 10% random, trusted lane", trusted=0.2, **REVENUE),
)
STEADY = (Scheme("steady", "undervaluation", 0, 2 * YEAR, 0.2, 0.5),)
"""One scheme that never changes, to count false alarms."""
DUTY, STEADILY = PLAIN[2], Way("half at random", rank="duty", random=0.5)
FEW = Charting(simulated=1000)
Figures = dict[str, list[float]]


def looped(number: int, seed: int, ways: Sequence[Way], labels: float) -> Run:
    """Two years with each way."""
    loop = Loop(tuple(ways), labels=labels, seed=seed, model=MODEL)
    return run(declarations(number, seed=seed).to_pandas(), loop)


def compared(number: int, seeds: Sequence[int], ways: Sequence[Way], labels: float) -> dict[str, Figures]:
    """By way: revenue recall, its part of new schemes, precision, alarms, a list over seeds."""
    found: dict[str, Figures] = {way.name: {} for way in ways}
    for seed in seeds:
        done = looped(number, seed, ways, labels)
        new = done.new_schemes()
        for way in ways:
            name = way.name
            told = {
                "revenue_recall": done.revenue_recall(name), "new_schemes": done.revenue_recall(name, new),
                "precision": done.precision(name), "learnt": len(done.learnt[name]),
                "alarms": len(done.drift[name].of("precision")),
            }  # fmt: skip
            for figure, value in told.items():
                found[name].setdefault(figure, []).append(float(value))
    return found


def table(title: str, found: Mapping[str, Figures]) -> None:
    """Means over seeds, and their standard deviation."""
    print(f"\n{title}: mean over seeds, in brackets the standard deviation over seeds")
    heads = ("revenue recall", "of new schemes", "precision")
    print(f"{'way':36} {' '.join(f'{one:>16}' for one in heads)}  fits alarms")
    for way, figures in found.items():
        shown = [f"{np.mean(figures[name]):.3f} ({np.std(figures[name], ddof=1):.3f})"
                 for name in ("revenue_recall", "new_schemes", "precision")]  # fmt: skip
        rest = f"{np.mean(figures['learnt']):5.0f} {np.mean(figures['alarms']):6.1f}"
        print(f"{way:36} {shown[0]:>16} {shown[1]:>16} {shown[2]:>16} {rest}")


def beside(found: Mapping[str, Figures], base: str, name: str = "revenue_recall") -> dict[str, Any]:
    """Differences to a way on the same seeds: mean, standard deviation over seeds, and relative mean."""
    print(f"\n{name.replace('_', ' ')} beside {base}, on the same seeds")
    told = {}
    for way, figures in found.items():
        if way != base:
            away = np.array(figures[name]) - np.array(found[base][name])
            share = float(np.mean(away) / np.mean(found[base][name]))
            told[way] = {"mean": float(away.mean()), "spread": float(away.std(ddof=1)), "relative": share}
            print(f"{way:36} {away.mean():+.4f} spread {away.std(ddof=1):.4f} relative {share:+.1%}")
    return told


def plenty(number: int, seeds: Sequence[int]) -> dict[str, Any]:
    """All labels of the first weeks: what exploration costs, and what a frozen model misses."""
    found = compared(number, seeds, (*PLAIN, NONE, *DRAWN, *TRIES[:2], *LEARNING), 1.0)
    table("All of the first four weeks inspected", found)
    costs = beside(found, NONE.name)
    learnt, frozen = (np.mean(found[name]["new_schemes"]) for name in (NONE.name, LEARNING[0].name))
    ratios = np.array(found[NONE.name]["new_schemes"]) / np.array(found[LEARNING[0].name]["new_schemes"])
    target("revenue of new schemes, retrained over frozen (of the means)", learnt / frozen, ">= 1.8")
    target("the same, the lowest of the seeds", ratios.min(), ">= 1.8")
    for way in (*DRAWN, *TRIES[:2]):
        share = way.random + way.explore
        target(f"{way.name}: share of revenue that it costs", -costs[way.name]["relative"], f"<= {share:g}")
    return {"figures": found, "costs": costs, "new_schemes_ratio": learnt / frozen}


def cold(number: int, seeds: Sequence[int]) -> dict[str, Any]:
    """A tenth of the labels of the first weeks: what exploration brings."""
    found = compared(number, seeds, EXPLORING, 0.1)
    table("A tenth of the first four weeks inspected", found)
    gains = beside(found, NONE.name)
    for way in (*DRAWN, *TRIES):
        gain = gains[way.name]
        target(f"{way.name}: gain in revenue recall", gain["mean"], f"> {gain['spread']:.4f}")
    return {"figures": found, "gains": gains}


def lane(number: int, seeds: Sequence[int]) -> dict[str, Any]:
    """Estimates from the random lane beside the truth, and false alarms where nothing changes."""
    errors: list[float] = []
    inside: list[bool] = []
    years, alarms = 0.0, 0
    for seed in seeds:
        loop = Loop((DUTY,), labels=0.1, seed=seed, period_days=28, charting=FEW)
        done = run(declarations(number, seed=seed).to_pandas(), loop)
        rate, truth = done.rates(DUTY.name).overall.fraud, done.truth()[0]
        errors.append(rate.mean / truth - 1)
        inside.append(rate.interval[0] <= truth <= rate.interval[1])
        loop = Loop((STEADILY,), inspect=0.1, labels=0.1, seed=seed, charting=FEW)
        done = run(declarations(number, seed=seed, schemes=STEADY).to_pandas(), loop)
        alarms += len(done.drift[STEADILY.name].of("rate"))
        years += 2 * len(done.weeks) * 7 / 365.25  # of two charts, for a fall and for a rise
    bias, error = float(np.mean(errors)), float(np.std(errors, ddof=1) / len(errors) ** 0.5)
    print(f"\nTrue rate of fraud from the random lane, {len(errors)} seeds")
    target("bias, in standard errors of the mean over seeds", abs(bias) / error, "< 2")
    held = float(np.mean(inside))
    print(f"  relative bias {bias:+.3f} +- {error:.3f}; the truth lies in {held:.0%} of 95% intervals")
    target("false alarms in a year and chart of the rate, where nothing changes", alarms / years, "near 0.05")
    return {"bias": bias, "error": error, "inside": held, "false_alarms": alarms / years}


def target(what: str, value: float, asked: str) -> None:
    """A figure beside what is asked."""
    print(f"  {what}: {value:.3f} (asked {asked})")


Part = Callable[[int, Sequence[int]], dict[str, Any]]
PARTS: Mapping[str, Part] = {"plenty": plenty, "cold": cold, "lane": lane}


def main() -> None:
    """See the top of the file."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--number", type=int, default=40_000)
    parser.add_argument("--seeds", default="301,302,303,304")
    parser.add_argument("--parts", default=",".join(PARTS))
    parser.add_argument("--lanes", type=int, default=40, help="seeds of the part lane, of 12,000 each")
    parser.add_argument("--quick", action="store_true", help="two seeds of 12,000, six of the lane")
    parser.add_argument("--json", type=Path, help="where to write all figures")
    given = parser.parse_args()
    number, seeds = given.number, [int(one) for one in given.seeds.split(",")]
    lanes = range(401, 401 + given.lanes)
    if given.quick:
        number, seeds, lanes = 12_000, seeds[:2], lanes[:6]
    told: dict[str, Any] = {"number": number, "seeds": seeds, "inspect": 0.05}
    for part in given.parts.split(","):
        start = time.process_time()
        sizes = (12_000, lanes) if part == "lane" else (number, seeds)
        told[part] = PARTS[part](*sizes)
        told[part]["cpu_seconds"] = time.process_time() - start
        print(f"  {part}: {told[part]['cpu_seconds']:.0f} s of the processor")
        if given.json:
            given.json.write_text(json.dumps(told, indent=1))
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
