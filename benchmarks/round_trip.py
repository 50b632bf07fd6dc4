"""Random claims written and read back: how many come back exactly by measure, and how long writing takes.

    python benchmarks/round_trip.py [--claims 10000] [--groups 1000] [--seed 0]

Every claim is written alone, in both languages, and read; it is exact where one claim comes back with every
scored field and the same place. Then groups of related claims are composed and read. The claims come from
the generator of the tests: all measures, dimensions, codes, periods, units and bounds of the claim format.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from claiming import MEASURES, claim_of, group_of, period_of
from customhouse.prose import compose, reads_back, write

LANGUAGES = ("en", "zh")


def claims(number: int, seed: int) -> int:
    """Prints a table of the single claims; gives back how many were not exact."""
    made = [claim_of(Random(f"{seed}-{i}"), MEASURES[i % len(MEASURES)]) for i in range(number)]
    total = Counter(claim.measure for claim in made)
    exact: Counter[tuple[str, str]] = Counter()
    spent = {}
    for language in LANGUAGES:
        write(made[:1], language)
        start = time.perf_counter()
        passages = [write([claim], language) for claim in made]
        spent[language] = 1e6 * (time.perf_counter() - start) / number
        for claim, passage in zip(made, passages, strict=True):
            if reads_back(passage):
                exact[claim.measure, language] += 1
            else:
                print(f"not exact: {passage.text}", file=sys.stderr)
    print("| measure | claims |", " | ".join(f"exact, {language}" for language in LANGUAGES), "|")
    print("| --- | ---: | ---: | ---: |")
    for measure in MEASURES:
        counts = " | ".join(f"{exact[measure, x]:,}" for x in LANGUAGES)
        print(f"| {measure} | {total[measure]:,} | {counts} |")
    sums = {x: sum(exact[measure, x] for measure in MEASURES) for x in LANGUAGES}
    print(f"| all | {number:,} |", " | ".join(f"{sums[x]:,}" for x in LANGUAGES), "|")
    print("\nMicroseconds to write a claim:", ", ".join(f"{x} {spent[x]:.0f}" for x in LANGUAGES))
    return sum(number - sums[x] for x in LANGUAGES)


def groups(number: int, seed: int) -> int:
    """Prints how groups of claims are composed; gives back how many are not read back."""
    wrong = 0
    for language in LANGUAGES:
        told = sentences = 0
        start = time.perf_counter()
        for i in range(number):
            random = Random(f"{seed}-{i}")
            group = group_of(random, period_of(random))
            passage = compose([group], language)
            told += len(group)
            sentences += passage.text.count(". ") + 1 if language == "en" else passage.text.count("\u3002")
            wrong += not reads_back(passage)
        spent = 1e3 * (time.perf_counter() - start) / number
        said = f"{number:,} groups of {told:,} claims in {sentences:,} sentences"
        print(f"{language}: {said}, {spent:.1f} ms a group")
    return wrong


def main() -> None:
    plain = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=plain)
    parser.add_argument("--claims", type=int, default=10_000)
    parser.add_argument("--groups", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    wrong = claims(asked.claims, asked.seed)
    print()
    wrong += groups(asked.groups, asked.seed)
    sys.exit(f"{wrong} not exact" if wrong else 0)


if __name__ == "__main__":
    main()
