"""Which figures of an article are worth telling: totals first, larger parts, growth and records, once."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from customhouse.digest.checking import said
from customhouse.model import HOME, Claim, Slice
from customhouse.period import Period
from customhouse.prose.strands import LEVELS, TAILS

SENTENCES = 7
"""How many sentences a digest has about."""
_CLAIMS = (4, 3)
"""How many figures are told of a total, and of a part."""
_NAMES = 3
"""A list of more codes than this is too long for a digest."""
_PARTS = 3
"""How many parts of one kind (partners, goods) stand side by side."""
_KINDS = 2
"""How many sentences are about one kind of part."""
_WEIGHTS = {
    "value": 3.0, "growth": 3.0, "record": 2.5, "share": 2.0, "quantity": 2.0, "streak": 2.0, "rank": 1.5,
    "count": 1.5, "multiple": 1.5, "direction": 1.5, "share_change": 1.0, "change": 1.0, "contribution": 1.0,
    "price": 1.0, "gap": 0.5, "index": 0.5,
}
_NARROWNESS = (4.0, 1.5, -1.0, -4.0)
"""For slices of no, one, two or more dimensions."""
_BASES = {"value": 0.0, "quantity": -1.0, "count": -2.5, "price": -2.0}
"""Money first; counts of traders and prices after it."""
_HEADLINE, _EARLY, _AGAIN, _LARGE = 4.0, 2.0, 1.0, 2.0
_ELSEWHERE, _OTHER_PERIOD, _LONG_LIST = -3.0, -2.0, -4.0
_LEAST, _TOTALS = 0.1, 3.0
_FLOWS = ("trade", "exports", "imports", "balance")


@dataclass(frozen=True, slots=True)
class Topic:
    """What an article says of one slice in one period, in the order of telling, and how much it matters.

    `basis` is what all of it is about: value, quantity, count or price.
    """

    slice: Slice
    period: Period
    basis: str
    claims: tuple[Claim, ...]
    weight: float

    @property
    def kind(self) -> tuple[str, ...]:
        """The dimensions that make it a part."""
        return self.slice.narrowing()


def chosen(claims: Sequence[Claim], length: int, head: int) -> list[list[Topic]]:
    """The groups of topics to tell, one or two sentences each, in the order of telling.

    `length` is that of the article, `head` how many characters of it are its headline.
    """
    usable = [c for c in claims if c.slice.subject is None and c.status is None and c.period and c.slice.flow]
    topics = _topics(usable, length, head)
    if not topics:
        return []
    reporter = _main_reporter(topics)
    main = _main_period([t for t in topics if t.slice.reporter == reporter])
    ranked = sorted(topics, key=lambda t: (-_weighed(t, main, reporter), _order(t)))
    whole = [t for t in ranked if not t.kind and t.slice.reporter == reporter]
    totals = [t for t in whole if t.period == main and t.basis == "value"]
    runs = [t for t in whole if t.period.last == main.last and _runs_on(t)][:1]
    groups = [sorted(totals, key=_order), runs] if totals else []
    sentences = min(len(totals), 2) + len(runs)
    for group in _grouped([t for t in ranked if t not in totals and t not in runs]):
        if sentences >= SENTENCES:
            break
        groups.append(group)
        sentences += 1
    return [group for group in groups if group]


def _main_reporter(topics: Sequence[Topic]) -> str | None:
    """Whose trade the article is about: that of most of its figures."""
    return Counter(t.slice.reporter for t in topics for _ in t.claims).most_common(1)[0][0]


def _runs_on(topic: Topic) -> bool:
    """Whether a topic is a streak, whose period is the whole stretch."""
    return all(claim.measure == "streak" for claim in topic.claims)


def _topics(claims: Iterable[Claim], length: int, head: int) -> list[Topic]:
    """The claims by slice and period, each figure once."""
    mentions = Counter(map(said, claims))
    by_thing: dict[tuple[Slice, Period, str], dict[tuple[object, ...], list[Claim]]] = defaultdict(dict)
    for claim in claims:
        if claim.period is not None:
            thing = by_thing[_home(claim.slice), claim.period, _basis(claim)]
            thing.setdefault((claim.measure, claim.of, claim.unit, claim.base, claim.whole, claim.against),
                             []).append(claim)
    largest = max((abs(c.value) for c in claims if c.measure == "value"), default=1.0) or 1.0
    return [
        _topic((part, period, basis), [_one_of(same, mentions) for same in figures.values()], mentions,
               (length, head, largest))
        for (part, period, basis), figures in by_thing.items()
    ]


def _basis(claim: Claim) -> str:
    """What a claim is about in the end: `value` for growth, `count` for a share of traders."""
    about = claim.of or claim.measure
    return about if about in _BASES else "value"


def _home(part: Slice) -> Slice:
    return part.widen((("reporter", None),)) if part.reporter == HOME else part


def _one_of(same: Sequence[Claim], mentions: Counter[str]) -> Claim:
    """Of several figures for one thing the one that is exact, told most often, and first."""
    return max(same, key=lambda c: (c.bound == "exact", mentions[said(c)], -_start(c)))


def _start(claim: Claim) -> int:
    return claim.span.start if claim.span else 0


def _topic(
    thing: tuple[Slice, Period, str], claims: list[Claim], mentions: Counter[str],
    sizes: tuple[int, int, float],
) -> Topic:
    (part, period, basis), (length, head, largest) = thing, sizes
    narrow = len(part.narrowing())
    claims = sorted(_not_said_better(claims), key=lambda c: -_WEIGHTS.get(c.measure, 0.0))
    claims = sorted(claims[:_CLAIMS[bool(narrow)]], key=_telling)
    start = min(map(_start, claims))
    value = max((abs(c.value) for c in claims if c.measure == "value"), default=0.0)
    weight = sum(_WEIGHTS.get(c.measure, 0.0) for c in claims) + _NARROWNESS[min(narrow, 3)] + _BASES[basis]
    weight += _HEADLINE if start < head else _EARLY * (1 - start / max(length, 1))
    weight += _AGAIN * (max(mentions[said(c)] for c in claims) > 1) + _LARGE * math.sqrt(value / largest)
    weight += _LONG_LIST * _is_long(part)
    return Topic(part, period, basis, tuple(claims), weight)


def _not_said_better(claims: Sequence[Claim]) -> list[Claim]:
    """Without a direction whose figure is there: `rose` beside `up 6.9%`."""
    told = {claim.measure for claim in claims}
    return [c for c in claims if c.measure != "direction" or (c.of or "value") not in told]


def _is_long(part: Slice) -> bool:
    return any(code.count("+") >= _NAMES for code in part.given().values())


def _telling(claim: Claim) -> tuple[int, int]:
    """A level first, then what follows it."""
    if claim.measure in LEVELS and claim.of is None:
        return 0, LEVELS.index(claim.measure)
    return 1, TAILS.index(claim.measure) if claim.measure in TAILS else len(TAILS)


def _main_period(topics: Sequence[Topic]) -> Period:
    """The period that most of what matters is of, totals before parts."""
    weights: dict[Period, float] = defaultdict(float)
    for topic in topics:
        weights[topic.period] += max(topic.weight, _LEAST) * (1 if topic.kind else _TOTALS)
    return max(weights, key=lambda period: (weights[period], period.last, period.months))


def _weighed(topic: Topic, main: Period, reporter: str | None) -> float:
    elsewhere = _ELSEWHERE * (topic.slice.reporter != reporter)
    return topic.weight + elsewhere + _OTHER_PERIOD * (topic.period != main)


def _order(topic: Topic) -> tuple[int, int]:
    """Trade before its flows, then as the article has it."""
    flow = topic.slice.flow
    return _FLOWS.index(flow) if flow in _FLOWS else len(_FLOWS), min(map(_start, topic.claims))


def _grouped(ranked: Sequence[Topic]) -> list[list[Topic]]:
    """Topics in their order, those of one kind side by side: the largest partners in one sentence."""
    groups: list[list[Topic]] = []
    kinds: Counter[tuple[object, ...]] = Counter()
    for topic in ranked:
        kind = (topic.kind, topic.basis)
        alike = next((g for g in groups if _beside(g, topic)), None)
        if alike is not None:
            alike.append(topic)
        elif kinds[kind] < (_KINDS if topic.kind else 1):
            kinds[kind] += 1
            groups.append([topic])
    return groups


def _beside(group: Sequence[Topic], topic: Topic) -> bool:
    """Whether a topic tells the same figures of another part as those of a group."""
    first = group[0]
    if len(group) >= _PARTS or not topic.kind or (first.kind, first.period) != (topic.kind, topic.period):
        return False
    dims = (*topic.kind, "flow", "reporter")
    apart = [d for d in dims if getattr(first.slice, d) != getattr(topic.slice, d)]
    measures = [{(c.measure, c.of) for c in one.claims} for one in (first, topic)]
    return len(apart) == 1 and apart[0] != "flow" and measures[0] == measures[1]
