"""Checking texts with planted errors: how many are found and named right; and how long a transcript takes.

    python benchmarks/check.py            both tables
    python benchmarks/check.py --quick    one simulated store and few texts

True texts are written in Chinese and English from simulated stores of 36 months (seeds that nothing was
tuned on), from official tables where the folder with real data is at hand, and taken from examples/ where
their figures hold; a slip is planted in one claim of five (tests/planting.py). A transcript of 50,000
characters is then checked, beside the same claims looked up one by one in SQL, and beside quantulum3 with
pandas: both are handed what each figure is about, which is the harder half, and find no slips.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

import planting  # noqa: E402
from customhouse.api import read  # noqa: E402
from customhouse.cube import sources  # noqa: E402
from customhouse.desk import Loading, open_store  # noqa: E402
from customhouse.groups import members  # noqa: E402
from customhouse.model import Claim, Slice  # noqa: E402
from customhouse.period import parse_month  # noqa: E402
from customhouse.simulate import simulate  # noqa: E402

SHARED = ROOT.parent / "shared"
LINES, TUNED = 50_000, 4
SIZE = 50_000
LANGUAGES = ("zh", "en")
REAL = {"2025-q1-note.zh.md": "2025-04-14", "2025-q1-release.en.md": "2025-04-14"}
Scores = dict[str, planting.Score]


def simulated(folder: Path, seed: int, months: range) -> Path:
    """A store of simulated declarations."""
    lines, store = folder / f"lines-{seed}", folder / f"simulated-{seed}-{len(months)}"
    simulate(LINES, lines, seed, months.start, months.stop - 1)
    with open_store(store, create=True) as desk:
        desk.load([lines / "*.parquet"], Loading(known_on=date(2025, 4, 14)))
    for file in lines.iterdir():
        file.unlink()
    return store


def official(folder: Path) -> Iterator[tuple[str, Path]]:
    """Stores of official tables, where the folder with real data is at hand."""
    data = SHARED / "data"
    if data.is_dir():
        partner, regime = folder / "partners", folder / "regimes"
        for name in ("partner_month_2024h1.csv", "headline_monthly_cny.csv"):
            with open_store(partner, create=True) as desk:
                desk.load([data / "cn_gacc_by_partner_2024h1" / name])
        with open_store(regime, create=True) as desk:
            desk.load([data / "cn_gacc_regime" / "regime_month_usd.csv"])
        yield "official: partners, headline", partner
        yield "official: regimes, in dollars", regime


def written(store: Path, seeds: range) -> dict[str, Scores]:
    """The scores of texts written from a store, by language."""
    found: dict[str, Scores] = {}
    with open_store(store) as desk:
        statistics = desk.statistics(source=sources(desk.store)[0])
        statistics.reporter = "CHN"
        for language in LANGUAGES:
            scores = found.setdefault(language, defaultdict(planting.Score))
            for seed in seeds:
                judged, _ = planting.judge(planting.written(statistics, language, seed), desk)
                for kind, score in judged.items():
                    scores[kind].add(score)
    return found


def real(store: Path, seeds: range) -> dict[str, Scores]:
    """The scores of the example texts, their true figures touched, by language."""
    found: dict[str, Scores] = {}
    with open_store(store) as desk:
        statistics = desk.statistics()
        statistics.reporter = "CHN"
        for name, published in REAL.items():
            language, text = name.split(".")[1], (ROOT / "examples" / name).read_text(encoding="utf-8")
            scores = found.setdefault(language, defaultdict(planting.Score))
            true = planting.holding(text, published, desk)
            for seed in seeds:
                chance = random.Random(f"{seed} {name}")
                sample = planting.plant(text, published, language, statistics, chance, true=true)
                for kind, score in planting.judge(sample, desk)[0].items():
                    scores[kind].add(score)
    return found


def accuracy(folder: Path, quick: bool) -> None:
    """Print how many planted errors are found and named, by store and language, then by kind."""
    long = range(parse_month("2022-04"), parse_month("2025-03") + 1)
    fresh = range(TUNED + 1, TUNED + (2 if quick else 3))
    stores = [(f"simulated, 36 months, seed {n}", simulated(folder, n, long)) for n in fresh]
    stores += list(official(folder))
    seeds, by_kind = range(100, 102 if quick else 105), defaultdict[str, planting.Score](planting.Score)
    print("| statistics | text | figures | planted | recall | precision | named right |")
    print("| --- | --- | ---: | ---: | ---: | ---: | ---: |")
    tables = [(name, written(store, seeds)) for name, store in stores]
    short = range(parse_month("2024-01"), parse_month("2025-03") + 1)
    tables.append(("simulated to the first quarter of 2025", real(simulated(folder, 1, short), seeds)))
    for name, languages in tables:
        for language, scores in languages.items():
            kind = "examples, " if name.endswith("2025") else ""
            print(f"| {name} | {kind}{language} | {_row(planting.total(scores))} |", flush=True)
            for one, score in scores.items():
                by_kind[one].add(score)
    print(f"| all | | {_row(planting.total(by_kind))} |\n")
    print("| slip | planted | recall | named right |\n| --- | ---: | ---: | ---: |")
    for one, score in sorted(by_kind.items()):
        if one:
            print(f"| {one} | {score.planted} | {score.recall:.3f} | {score.naming:.3f} |")


def _row(score: planting.Score) -> str:
    return (f"{score.figures:,} | {score.planted} | {score.recall:.3f} | {score.precision:.3f} "
            f"| {score.naming:.3f}")


def transcript() -> str:
    """50,000 characters: the examples on the first quarter, with what is said between figures."""
    texts = [(ROOT / "examples" / name).read_text(encoding="utf-8") for name in REAL]
    said, chance = [*planting.words()["filler"]["zh"], *planting.words()["filler"]["en"]], random.Random(1)
    parts: list[str] = []
    while sum(map(len, parts)) < SIZE:
        for paragraph in chance.choice(texts).split("\n\n"):
            parts += [paragraph + "\n\n", "".join(f"{chance.choice(said)}\n\n" for _ in range(6))]
    return "".join(parts)[:SIZE]


def speed(store: Path) -> None:
    """Print how long the check of a transcript takes, beside two look-ups a claim."""
    text = transcript()
    began = time.perf_counter()
    claims = read(text, "2025-04-14")
    reading = time.perf_counter() - began
    traded = [claim for claim in claims if claim.slice.subject is None]
    began = time.perf_counter()
    with open_store(store) as desk:
        found = desk.check(claims)
        checking = time.perf_counter() - began
        files = [str(desk.store.file(f)) for v in desk.vintages() for f in v.files if f.part == "cells"]
    wrong = sum(one.verdict.value == "contradicted" for one in found)
    print(f"\n{len(text):,} characters, {len(traded)} figures about trade, {wrong} contradicted\n")
    print("| way | reading, s | looking up, s | figures looked up |\n| --- | ---: | ---: | ---: |")
    ours = f"| customhouse, from opening the store | {reading:.2f} | {checking:.2f} | {len(found)} |"
    print(ours, flush=True)
    took, done = by_sql(files, traded)
    print(f"| SQL for each level of a claim (DuckDB) | {reading:.2f} | {took:.2f} | {done} |", flush=True)
    try:
        reading_, took, done = by_pandas(files, traded, text)
        print(f"| quantulum3, pandas for each level | {reading_:.2f} | {took:.2f} | {done} |")
    except ImportError as error:
        print(f"| quantulum3, pandas | not installed ({error.name}) | | |")


def levels(claim: Claim) -> Iterator[tuple[Slice, range]]:
    """The slices and months that the figure of a value, growth or share is made of."""
    if claim.period is None or claim.measure not in ("value", "growth", "share") or claim.of:
        return
    months = range(claim.period.first, claim.period.last + 1)
    yield claim.slice, months
    if claim.measure == "growth":
        yield claim.slice, range(months.start - 12, months.stop - 12)
    if claim.measure == "share":
        yield Slice(flow=claim.slice.flow), months


def conditions(part: Slice, months: range) -> list[tuple[str, list[str] | list[int]]]:
    """A slice as columns and the values that they may have."""
    flows = {"trade": ["exports", "imports"]}.get(part.flow or "trade", [part.flow or ""])
    found: list[tuple[str, list[str] | list[int]]] = [("flow", flows), ("month_number", list(months))]
    for dimension in ("partner", "enterprise", "region", "regime", "transport"):
        if code := getattr(part, dimension):
            found.append((dimension, sorted(members(dimension, code, months.stop - 1).codes)))
    return found


def by_sql(files: list[str], claims: list[Claim]) -> tuple[float, int]:
    """Seconds for one query a level over the store's own cells, and for how many claims."""
    import duckdb

    began, done = time.perf_counter(), 0
    for claim in claims:
        for part, months in levels(claim):
            kept = conditions(part, months)
            where = " AND ".join(f"{column} IN ({','.join('?' * len(values))})" for column, values in kept)
            wanted = [value for _, values in kept for value in values]
            query = f"SELECT sum(value_cents) FROM read_parquet({files}) WHERE {where}"
            duckdb.execute(query, wanted).fetchone()
        done += any(True for _ in levels(claim))
    return time.perf_counter() - began, done


def by_pandas(files: list[str], claims: list[Claim], text: str) -> tuple[float, float, int]:
    """Seconds to find the quantities with quantulum3, and to sum a frame for each level."""
    import pandas as pd
    from quantulum3 import parser

    began = time.perf_counter()
    for part in filter(str.strip, text.split("\n")):
        parser.parse(part)
    reading = time.perf_counter() - began
    began, done = time.perf_counter(), 0
    frame = pd.concat([pd.read_parquet(file) for file in files])
    for claim in claims:
        for part, months in levels(claim):
            kept = frame
            for column, values in conditions(part, months):
                kept = kept[kept[column].isin(values)]
            kept["value_cents"].sum()
        done += any(True for _ in levels(claim))
    return reading, time.perf_counter() - began, done


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    arguments.add_argument("--quick", action="store_true", help="one simulated store, few texts")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        accuracy(Path(folder), given.quick)
        speed(Path(folder) / "simulated-1-15")


if __name__ == "__main__":
    main()
