"""All claims of texts against all statistics of a store."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from customhouse.check import money, slips
from customhouse.check.carried import without_carried
from customhouse.check.comparing import ORDER, Figures, compare
from customhouse.check.context import Surroundings
from customhouse.check.judging import allowed
from customhouse.check.model import Comparison, Verdict
from customhouse.measures import Missing, Request
from customhouse.measures.levels import CURRENCIES
from customhouse.model import Claim, Document
from customhouse.quantity import Interval
from customhouse.reconcile.network import without_collection
from customhouse.statistics import Statistics


def check(
    claims: Iterable[Claim], statistics: Sequence[Statistics], documents: Sequence[Document] = ()
) -> list[Comparison]:
    """Each claim about trade beside the same figure computed from the statistics, in the claims' order.

    `statistics` are asked in turn; the verdict is the best of those that have the figure. What is
    contradicted is tried for slips, with what stands around it in `documents`. Claims about other
    subjects are left out.
    """
    worlds = [Figures(one) for one in statistics]
    with without_collection():
        judged = [_verdict(claim, worlds) for claim in claims if claim.slice.subject is None]
        return _explained(judged, worlds, documents)


_BESIDE = 8
"""How many claims on either side of one are looked at for what else it may be about."""
_Judged = tuple[Comparison, Figures]
"""A verdict and the statistics that it is by."""


def _verdict(read: Claim, worlds: Sequence[Figures]) -> _Judged:
    """The best verdict of all statistics that have the figure, the others beside it."""
    found = [(compare(read, world), world) for world in worlds]
    having = [pair for pair in found if pair[0].verdict is not Verdict.NO_STATISTICS]
    if not having:
        return _at_exchange_rate(read, worlds) or min(found, key=_says_least)
    best, world = min(having, key=lambda pair: ORDER[pair[0].verdict])
    return replace(best, others=tuple(_beside(best, having))), world


def _beside(best: Comparison, having: Sequence[_Judged]) -> Iterable[Comparison]:
    """The comparisons with other sources, one each."""
    told = {best.source}
    for one, _ in having:
        if one.source not in told:
            told.add(one.source)
            yield one


def _says_least(pair: _Judged) -> bool:
    """Whether a comparison lacks the figure for its currency alone, which says the least."""
    computed = pair[0].computed
    return isinstance(computed, Missing) and computed.code == "currency"


def _at_exchange_rate(read: Claim, worlds: Sequence[Figures]) -> _Judged | None:
    """An amount in a currency that no statistics are in: contradicted where no rate could bring it about."""
    if read.measure != "value" or read.unit not in CURRENCIES or read.period is None or read.status:
        return None
    for world in worlds:
        ask = replace(Request.of_claim(read), unit=None)
        computed = world(ask)
        if isinstance(computed, Missing) or computed.unit == read.unit:
            continue
        at = money.rate(computed.unit, read.unit, read.period)
        if at is not None:
            there = money.converted(computed, read.unit, at)
            far = allowed(read, "half_up").meet(_wide(there)).empty
            verdict = Verdict.CONTRADICTED if far else Verdict.NO_STATISTICS
            return Comparison(verdict, read, there, ask), world
    return None


def _wide(there: Claim) -> Interval:
    slack = money.FAR * abs(there.value)
    return Interval(there.value - slack, there.value + slack)


def _explained(
    judged: Sequence[_Judged], worlds: Sequence[Figures], documents: Sequence[Document]
) -> list[Comparison]:
    """The comparisons, those that are contradicted with their slips."""
    found = [one for one, _ in judged]
    around = Surroundings(found, documents)
    for number in _wrong(found):
        wider = without_carried(found[number], around.place(number).sentence, judged[number][1])
        found[number] = wider or found[number]
    wrong = _wrong(found)
    if not wrong:
        return found
    cases = []
    for number in wrong:
        one, place = found[number], around.place(number)
        assert isinstance(one.computed, Claim)
        cases.append(slips.Case(
            one, one.computed, judged[number][1], worlds, place.sentence,
            tuple(found[n] for n in place.near), tuple(found[n] for n in place.around),
            _named(found, number),
        ))
    for number, told in zip(wrong, slips.explain(cases), strict=True):
        found[number] = replace(found[number], slips=told)
    return found


def _wrong(found: Sequence[Comparison]) -> list[int]:
    """The numbers of the comparisons that are contradicted."""
    return [number for number, one in enumerate(found) if one.verdict is Verdict.CONTRADICTED]


def _named(found: Sequence[Comparison], number: int) -> dict[str, tuple[str, ...]]:
    """The codes that the claims beside one name, by dimension: so many before it and after it."""
    named: dict[str, dict[str, None]] = {}
    mine = found[number].read.span
    for one in found[max(0, number - _BESIDE) : number + _BESIDE + 1]:
        if one.read.span and mine and one.read.span.doc == mine.doc:
            for dimension, code in one.read.slice.given().items():
                named.setdefault(dimension, {})[code] = None
    return {dimension: tuple(codes) for dimension, codes in named.items()}
