"""Which claim of one version is which of the other: the same first, then the likeliest, all at once.

Claims that say exactly the same are paired in order. For the others the pairs worth a look get a cost
by what differs in them, with the order in the texts as a soft guide, and the pairs of least total cost
are taken (`assignment`).
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence

from customhouse.model import Claim
from customhouse.versions.assignment import assign
from customhouse.versions.costs import ALONE, Anchors, Blocks, cost
from customhouse.versions.meaning import Said, aspects, said
from customhouse.versions.model import Aspect, Kind, Pair, Versions

_LOOSE = ("rounded", "unnumbered")
_REPEATED = 0.2
_FEW = 100
"""Figures of two digits may be roundings of others."""
_MOST_TIMES = 60
"""How often a claim may be repeated before its repetitions are paired in plain order."""

Side = tuple[Said, Said]


def compare(first: Sequence[Claim], second: Sequence[Claim]) -> Versions:
    """The claims of two versions side by side: the same, different, missing in the second, added in it."""
    one, other = _in_order(first), _in_order(second)
    same = list(_identical(one, other))
    texts = Blocks(one), Blocks(other)
    anchors = Anchors.of((a.index, b.index) for a, b in same)
    paired = same + _likeliest(_without(one, other, same), anchors, texts)
    alone = _without(one, other, paired)
    pairs = [(a.index, 0, 0, _pair(a, b)) for a, b in paired]
    pairs += [(a.index, 0, 0, _alone(a, texts[1], Kind.MISSING)) for a in alone[0]]
    beside = Anchors.of((b.index, a.index) for a, b in paired)
    pairs += [(_before(b, beside), 1, b.index, _alone(b, texts[0], Kind.ADDED)) for b in alone[1]]
    return Versions(tuple(pair for *_, pair in sorted(pairs, key=lambda row: row[:3])))


def _in_order(claims: Sequence[Claim]) -> list[Said]:
    """The claims as they are compared, numbered in text order."""
    placed = sorted(claims, key=lambda c: (c.span.start, c.span.end) if c.span else (0, 0))
    return [said(claim, index) for index, claim in enumerate(placed)]


def _without(one: Sequence[Said], other: Sequence[Said],
             pairs: Sequence[Side]) -> tuple[list[Said], list[Said]]:
    """The claims of both that stand in no pair."""
    first, second = {a.index for a, _ in pairs}, {b.index for _, b in pairs}
    return [a for a in one if a.index not in first], [b for b in other if b.index not in second]


def _before(claim: Said, beside: Anchors) -> int:
    """The place in the first version after which a claim of the second stands."""
    at = bisect_right(beside.first, claim.index)
    return beside.second[at - 1] if at else -1


# --- pairing ------------------------------------------------------------------------------------------


def _identical(one: Sequence[Said], other: Sequence[Said]) -> Iterator[Side]:
    """Claims that say exactly the same; of repetitions those that fit worst are left out."""
    groups: defaultdict[tuple[object, ...], tuple[list[Said], list[Said]]] = defaultdict(lambda: ([], []))
    for side, claims in enumerate((one, other)):
        for claim in claims:
            groups[claim.key][side].append(claim)
    scale = len(other) / len(one) if one else 1.0
    for mine, theirs in groups.values():
        yield from _in_step(mine, theirs, scale)


def _in_step(mine: list[Said], theirs: list[Said], scale: float) -> list[Side]:
    """Two rows of the same claim beside each other in order, such that their places differ least."""
    if len(mine) == len(theirs) or not (mine and theirs) or max(len(mine), len(theirs)) > _MOST_TIMES:
        return list(zip(mine, theirs, strict=False))
    costs = [{n: abs(a.index * scale - b.index) for n, b in enumerate(theirs)} for a in mine]
    alone = 1.0 + max(max(row.values()) for row in costs) * len(mine)
    return [(mine[row], theirs[column]) for row, column in assign(costs, alone).items()]


def _likeliest(left: tuple[list[Said], list[Said]], anchors: Anchors,
               texts: tuple[Blocks, Blocks]) -> list[Side]:
    """The pairs of least total cost among the claims left, sought from the shorter side.

    The cost of a pair counts against what it costs to leave both of its claims alone.
    """
    one, other = left
    if len(one) > len(other):
        turned = _likeliest((other, one), anchors.turned(), (texts[1], texts[0]))
        return [(a, b) for b, a in turned]
    blocks, lone = Blocks(other), [_left_alone(claim, texts[0]) for claim in other]
    costs = []
    for claim in one:
        spared = ALONE - _left_alone(claim, texts[1])
        near = sorted(blocks.near(claim, anchors.expected(claim.index)))
        priced = ((n, cost(claim, other[n], anchors) + spared - lone[n]) for n in near)
        costs.append({n: price for n, price in priced if price < ALONE})
    return [(one[row], other[column]) for row, column in assign(costs, ALONE).items()]


def _left_alone(claim: Said, text: Blocks) -> float:
    """What it costs to leave a claim without its like: little where the other text says it more precisely."""
    bare = claim.what[0] == "direction" or claim.claim.bound != "exact"
    vague = bare or abs(claim.value) < claim.zeros * _FEW
    return _REPEATED if vague and _repeated(claim, text) else ALONE / 2


# --- judging ------------------------------------------------------------------------------------------


def _pair(one: Said, other: Said) -> Pair:
    """A pair with what differs in it."""
    found = aspects(one, other)
    if not found:
        return Pair(Kind.SAME, one.claim, other.claim)
    kind = Kind.LESS_PRECISE if _loose(found) else Kind.DIFFERENT
    return Pair(kind, one.claim, other.claim, found)


def _loose(found: Sequence[Aspect]) -> bool:
    """Whether all that differs is how precise the claims are."""
    return all(aspect.slip in _LOOSE for aspect in found)


def _alone(claim: Said, text: Blocks, kind: Kind) -> Pair:
    """A claim that has no like left; one that the other version states too, as precisely, is a repetition."""
    found = (claim.claim, None) if kind is Kind.MISSING else (None, claim.claim)
    return Pair(Kind.REPEATED if _repeated(claim, text) else kind, *found)


def _repeated(claim: Said, text: Blocks) -> bool:
    """Whether a text says what a claim says, as precisely or more so."""
    near = text.near(claim, (claim.index,), close=True)
    return any(_covers(aspects(claim, text.claims[number])) for number in near)


def _covers(found: Sequence[Aspect]) -> bool:
    """Whether the second of two claims says all that the first does."""
    return all(aspect.slip in _LOOSE and aspect.coarser == 1 for aspect in found)
