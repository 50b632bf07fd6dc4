"""The reader beside quantulum3 and Recognizers-Text, in one run on one core.

    make bench

Texts are the examples of this repository, repeated to a size in characters: a figure every 30 characters,
as dense as trade prose gets. Where the folder with real documents is at hand, `press` is their transcripts
and newspaper pages, with a figure every 100 characters or more. Every measurement has
a process of its own, so that peak memory is its own too. Peers get their text paragraph by paragraph,
which suits them best; the reader gets it whole, as it is used. They find quantities; the reader also
says what each quantity is about.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PRESS = sorted((ROOT.parent / "shared" / "seeds").glob("*.txt"))
PEER_SIZE = 50_000
SIZES = (50_000, 100_000, 1_000_000, 10_000_000)
IMPORTS = 7
Reader = Callable[[str], int]


def corpus(language: str, size: int) -> str:
    """The example texts in a language (`en`, `zh`, `mixed`), or `press`, repeated to `size` characters."""
    ending = "" if language == "mixed" else f".{language}"
    examples = sorted(p for p in (ROOT / "examples").iterdir() if ending in p.suffixes or not ending)
    paths = PRESS if language == "press" else examples
    text = "\n\n".join(path.read_text(encoding="utf-8") for path in paths) + "\n\n"
    return (text * (size // len(text) + 1))[:size]


def customhouse_reader(language: str) -> Reader:
    from customhouse.reader import read_text

    return lambda text: len(read_text(text, "2025-07-14"))


def quantulum3_reader(language: str) -> Reader:
    warnings.simplefilter("ignore")
    from quantulum3 import parser

    return lambda text: sum(len(parser.parse(part)) for part in paragraphs(text))


def recognizers_reader(language: str) -> Reader:
    from recognizers_number import NumberRecognizer
    from recognizers_number_with_unit import NumberWithUnitRecognizer
    from recognizers_text import Culture

    culture = Culture.Chinese if language == "zh" else Culture.English
    units = NumberWithUnitRecognizer(culture)
    percentages = NumberRecognizer(culture).get_percentage_model()
    models = units.get_currency_model(), units.get_dimension_model(), percentages
    return lambda text: sum(len(model.parse(part)) for part in paragraphs(text) for model in models)


READERS = {
    "customhouse": customhouse_reader,
    "quantulum3": quantulum3_reader,
    "Recognizers-Text": recognizers_reader,
}


def paragraphs(text: str) -> list[str]:
    return [part for part in text.split("\n") if part.strip()]


def measure(name: str, language: str, size: int) -> dict[str, float]:
    """In this process: seconds for the second of two readings, figures found, peak memory in MB."""
    text = corpus(language, size)
    reader = READERS[name](language)
    reader(corpus(language, 2_000))
    before = peak_mb()
    began = time.perf_counter()
    found = reader(text)
    return {
        "seconds": time.perf_counter() - began,
        "found": found,
        "peak_mb": peak_mb(),
        "grown_mb": peak_mb() - before,
    }


def peak_mb() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)


def in_own_process(name: str, language: str, size: int) -> dict[str, float] | str:
    command = [sys.executable, __file__, "--one", name, language, str(size)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode:
        return result.stderr.strip().splitlines()[-1] if result.stderr.strip() else "failed"
    measured: dict[str, float] = json.loads(result.stdout.splitlines()[-1])
    return measured


def import_seconds(statement: str) -> float:
    """The best of several: what a statement adds to the start of the interpreter."""
    code = f"import time; began = time.perf_counter(); {statement}; print(time.perf_counter() - began)"
    runs = [
        float(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)
        for _ in range(IMPORTS)
    ]
    return min(runs)


def row(name: str, language: str, size: int) -> str:
    result = in_own_process(name, language, size)
    if isinstance(result, str):
        return f"| {name} | {language} | {size:,} | {result} | | | |"
    rate = size / result["seconds"]
    return (
        f"| {name} | {language} | {size:,} | {result['seconds']:.2f} | {rate:,.0f} | {result['found']:,.0f} "
        f"| {result['peak_mb']:.0f} |"
    )


def one_core() -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    arguments.add_argument("--one", nargs=3, metavar=("READER", "LANGUAGE", "SIZE"), help=argparse.SUPPRESS)
    arguments.add_argument("--quick", action="store_true", help="leave out the 10 MB text")
    given = arguments.parse_args()
    one_core()
    if given.one:
        print(json.dumps(measure(given.one[0], given.one[1], int(given.one[2]))))
        return
    print("| reader | language | characters | seconds | characters/s | figures | peak MB |")
    print("| --- | --- | ---: | ---: | ---: | ---: | ---: |")
    told = ("en", "press") if PRESS else ("en",)
    peers = [(name, language) for language in told for name in READERS]
    for name, language in [*peers, ("customhouse", "zh"), ("Recognizers-Text", "zh")]:
        print(row(name, language, PEER_SIZE), flush=True)
    for language in ("mixed", "press") if PRESS else ("mixed",):
        for size in SIZES[:-1] if given.quick else SIZES:
            print(row("customhouse", language, size), flush=True)
    print("\n| import | seconds |\n| --- | ---: |")
    for statement in ("import customhouse", "import customhouse.reader", "import customhouse.cli"):
        print(f"| `{statement}` | {import_seconds(statement):.3f} |", flush=True)


if __name__ == "__main__":
    main()
