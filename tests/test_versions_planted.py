"""Differences planted in texts are found, and nothing else is; thousands of claims take no time."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import replace
from random import Random

from claiming import group_of, period_of
from customhouse.model import Claim, Slice, Span
from customhouse.period import Period
from customhouse.reader import read_text
from customhouse.versions import Kind, compare
from versions_made import key, planted

PAIRS = (("zh", "en"), ("en", "zh"), ("en", "en"), ("zh", "zh"))
TEXTS = 40
LEAST = 0.97
MANY = 5000


def test_planted_differences_are_found_and_no_others() -> None:
    counts: Counter[str] = Counter()
    for seed in range(TEXTS):
        made = planted(seed, PAIRS[seed % len(PAIRS)])
        if made is None:
            continue
        sides = [
            read_text(part.text, made.published, name, directions=True)
            for name, part in (("a", made.first), ("b", made.second))
        ]
        wanted = {(kind, key(one), key(other)): how for kind, one, other, how in made.changes}
        told = {(p.kind.value, key(p.first), key(p.second)): p for p in compare(*sides).differences}
        hits = wanted.keys() & told.keys()
        counts.update(hit=len(hits), wanted=len(wanted), told=len(told))
        for hit in hits:
            field, _, slip = (wanted[hit] or "").partition(":")
            named = [(a.field, a.slip) for a in told[hit].aspects]
            counts["named"] += not field or (
                len(named) == 1 and named[0][0] == field and slip in ("", named[0][1])
            )
    assert counts["wanted"] > 150
    assert counts["hit"] >= LEAST * counts["wanted"], counts
    assert counts["hit"] >= LEAST * counts["told"], counts
    assert counts["named"] == counts["hit"], counts


def many() -> list[Claim]:
    random = Random(1)
    claims: list[Claim] = []
    while len(claims) < MANY:
        claims += group_of(random, period_of(random))
    return [replace(c, origin=Span("a", 10 * i, 10 * i + 5, "x")) for i, c in enumerate(claims[:MANY])]


def took(first: list[Claim], second: list[Claim]) -> tuple[float, Counter[Kind]]:
    began = time.process_time()
    found = compare(first, second)
    return time.process_time() - began, Counter(pair.kind for pair in found.pairs)


def test_thousands_of_claims_beside_few() -> None:
    claims = many()
    few = [replace(c, value=c.value * 1.3) for c in claims[::100]]
    for sides in ((claims, few), (few, claims)):
        seconds, kinds = took(*sides)
        assert seconds < 2 and kinds[Kind.DIFFERENT] >= 48


def test_thousands_of_claims_beside_as_many() -> None:
    claims = many()
    random = Random(2)
    altered = [replace(c, value=c.value * 1.7) if random.random() < 0.2 else c for c in claims]
    seconds, kinds = took(claims, altered)
    assert seconds < 2 and kinds[Kind.SAME] + kinds[Kind.DIFFERENT] == MANY


def test_thousands_of_claims_about_one_thing() -> None:
    one = Claim("value", 0.0, "CNY", Span("a", 0, 1, "x"), slice=Slice("exports"), period=Period.of(2024))
    places = [Span("a", 10 * i, 10 * i + 5, "x") for i in range(MANY)]
    rising = [replace(one, value=1000.0 + 7 * i, origin=place, step=1.0) for i, place in enumerate(places)]
    seconds, kinds = took(rising, [replace(c, value=c.value + 3) for c in rising])
    assert seconds < 4 and kinds.total() == MANY
    seconds, kinds = took([replace(one, origin=place) for place in places], [one])
    assert seconds < 2 and kinds == {Kind.SAME: 1, Kind.REPEATED: MANY - 1}
