"""Texts made to slow the reader down, at growing sizes, on one core.

    python benchmarks/linearity.py [--quick] [NAME ...]

The first table has the characters a second of `read_text` by text and size, and how the time grows from
each size to the next, which is four times as long. The second has the regular expressions that take long
for a character of such a text when they are tried at every place of it. Many are only ever tried at one
place, and nearly all on a sentence or less: what they take on 2,000 characters, where a sentence is cut, is
the most that they can cost the reader.
"""

from __future__ import annotations

import argparse
import importlib
import math
import multiprocessing
import os
import pkgutil
import re
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SIZES = (20_000, 80_000, 320_000)
WHOLE, CUT = 20_000, 2_000
SLOW_US = 2.0
PATIENCE = 60
Maker = Callable[[int], str]


def repeated(piece: str) -> Maker:
    return lambda size: (piece * (size // len(piece) + 1))[:size]


def between(begin: str, piece: str, end: str) -> Maker:
    return lambda size: begin + repeated(piece)(size - len(begin) - len(end)) + end


def example(name: str, stop: str, joint: str) -> Maker:
    """An example as one sentence: its full stops and line ends taken out."""
    text = (ROOT / "examples" / name).read_text(encoding="utf-8")
    return repeated(text.replace(stop, joint).replace("\n", " " if stop == "." else ""))


PIECES = {
    "one letter": "a", "one character": "一", "one digit": "7", "dots": ".", "full stops": "。",
    "commas": ",", "enumeration commas": "、", "wide commas": "，", "brackets": "(", "wide brackets": "（",
    "quotes": '"', "stop and quote": '."', "dashes": "-", "hashes": "# ", "stars": "**", "underscores": "_",
    "links": "http://", "per cents": "%", "dollars": "$", "article": "the ", "letter and space": "a ",
    "character and space": "中 ", "both languages": "中 a ", "hyphens": "a-", "apostrophes": "'s ",
    "streak word": "连续", "scale": "万", "number and scale": "一万", "year in words": "二零二四",
    "ordinals": "first ", "months": "January ", "ranges of months": "1-2月", "days": "2024-01-01 ",
    "years": "2024 ", "years zh": "2024年", "digit groups": "123,", "spaced groups": "123 ",
    "decimals": "1.", "small numbers": "12 ", "signed numbers": "-1 ", "list of rates": "12.5%, ",
    "list of rates zh": "12.5%、", "list of amounts": "$5 billion, ", "list of amounts zh": "5亿元、",
    "partners": "Japan, Vietnam, Brazil, ", "partners and": "Japan and ",
    "partners zh": "日本、越南、巴西、", "provinces zh": "京津沪渝", "to and from": "from 1% to 2% ",
    "to and from zh": "从1%到2%，", "growth": "exports rose 5% ", "growth zh": "出口增长5%",
    "clauses zh": "出口增长5%，", "clauses": "exports rose 5%; ", "respectively": "3% and 4% respectively ",
    "respectively zh": "分别增长3%和4%", "streaks": "for eight consecutive quarters ",
    "streaks zh": "连续3个月", "ranks": "the second largest ", "ranks zh": "第二大",
    "shares": "accounting for 5% of total ", "shares zh": "占进出口总值的5%，",
    "compared": "compared with 5% ", "brackets and rates": "(5%) ", "among": "其中，", "flows": "exports ",
    "flows zh": "出口和进口", "fractions": "two thirds of ", "fractions zh": "三分之二",
    "multiples": "doubled to three times ", "lines": "a\n", "lines zh": "出口\n", "line ends": "\n",
    "carriage returns": "a\r", "both ends": "a\r\n", "headings": "# Trade\n\n",
    "headings with rates": "# Exports up 5%\n", "paragraphs": "Exports rose 5%.\n\n",
    "paragraphs zh": "出口增长5%。\n\n", "sentences": "Exports rose 5%. ", "sentences zh": "出口增长5%。",
    "wrapped lines": "the quick brown fox jumps over the lazy dog and goes on and on with\n",
    "wrapped lines zh": "我国进出口" * 13 + "\n", "speakers": "SPOKESMAN:\n",
}

TEXTS: dict[str, Maker] = {name: repeated(piece) for name, piece in PIECES.items()} | {
    "spaces": between("a", " ", "a"), "spaces zh": between("中", "\u3000", "中"),
    "tabs": between("a", "\t", "a"),
    "spaces after a stop": between("a.", " ", "a"), "quotes after a stop": between("a.", '"', "a"),
    "indent": between("", " ", "a"), "line of dashes": between("", "-", "a"),
    "blank lines": between("a", " \n", "a"), "digits and a unit": between("", "7", "%"),
    "one sentence": example("2025-h1-story.en.txt", ".", ","),
    "one sentence zh": example("2024-h1-release.zh.md", "。", "，"),
}


def seconds(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def read(name: str, size: int) -> float:
    from customhouse.reader import read_text

    text = TEXTS[name](size)
    return seconds(lambda: read_text(text, "2025-07-14"))


def patient(work: Callable[..., object], *arguments: object) -> object:
    """What a call gives in a process of its own, None where it takes longer than the patience for it."""
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=lambda: sender.send(work(*arguments)))
    process.start()
    given = receiver.recv() if receiver.poll(PATIENCE) else None
    if given is None:
        process.kill()
    process.join()
    return given


def table(names: list[str], sizes: tuple[int, ...]) -> None:
    print("| text | " + " | ".join(f"{size:,}" for size in sizes) + " | growth of time |")
    print("| --- | " + "---: | " * (len(sizes) + 1))
    for name in names:
        times: list[float] = []
        for size in sizes:
            spent = patient(read, name, size)
            if not isinstance(spent, float):
                break
            times.append(spent)
        rates = [f"{size / spent:,.0f}" for size, spent in zip(sizes, times, strict=False)]
        rates += ["too long"] * (len(sizes) - len(rates))
        growth = ", ".join(f"{late / early:.1f}" for early, late in pairwise(times))
        print(f"| {name} | " + " | ".join(rates) + f" | {growth} |", flush=True)


def expressions() -> Iterator[tuple[str, re.Pattern[str]]]:
    """The patterns of the vocabulary and those that the modules of the reader keep, by name."""
    from customhouse import reader
    from customhouse.vocabulary import pattern, rows

    for row in rows("patterns"):
        try:
            yield row["name"], pattern(row["name"])
        except re.error:
            continue  # a list of words or a part of other patterns
    for found in pkgutil.iter_modules(reader.__path__):
        module = importlib.import_module(f"{reader.__name__}.{found.name}")
        for name, value in vars(module).items():
            if isinstance(value, re.Pattern):
                yield f"{found.name}.{name}", value


def matching(expression: re.Pattern[str], name: str, size: int) -> float:
    text = TEXTS[name](size)
    return seconds(lambda: sum(1 for _ in expression.finditer(text))) / size * 1e6


def slowest(names: list[str]) -> None:
    """Prints the expressions that are slow on a text, slowest first, each with its worst text."""
    print("\n| expression | text | µs a character of 20,000 | of 2,000 |\n| --- | --- | ---: | ---: |")
    rows = []
    for label, expression in expressions():
        # A quadratic expression shows at the shorter size; only what is suspect is tried at the longer.
        short = {name: matching(expression, name, CUT) for name in names}
        name = max(short, key=lambda n: short[n])
        if short[name] > SLOW_US / 10:
            spent = patient(matching, expression, name, WHOLE)
            rows.append((spent if isinstance(spent, float) else math.inf, label, name, short[name]))
    for spent, label, name, cut in sorted(rows, reverse=True):
        if spent > SLOW_US:
            print(f"| `{label}` | {name} | {spent:.1f} | {cut:.1f} |")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    arguments.add_argument("names", nargs="*", metavar="NAME", help="texts to read; without one all are")
    arguments.add_argument("--quick", action="store_true", help="leave out the longest size")
    given = arguments.parse_args()
    if unknown := set(given.names) - TEXTS.keys():
        arguments.error(f"no such text: {', '.join(sorted(unknown))}; there are {', '.join(TEXTS)}")
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    read("growth", CUT)
    read("growth zh", CUT)
    names = given.names or list(TEXTS)
    table(names, SIZES[:-1] if given.quick else SIZES)
    slowest(names)


if __name__ == "__main__":
    main()
