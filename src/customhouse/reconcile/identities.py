"""Relations among many variables: months and longer periods, parts and wholes, means of growth rates."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

from customhouse.model import Slice
from customhouse.period import Period
from customhouse.reconcile.build import ADDITIVE, Network, with_flow
from customhouse.reconcile.constraints import Linear, Mean
from customhouse.reconcile.network import Key, Var
from customhouse.reconcile.partitions import Partition, partitions

DIMENSIONS = ("partner", "commodity", "enterprise", "region", "regime", "transport")
COUNTED = frozenset({"enterprise", "region"})
"""The dimensions over which counts of traders add up: a trader has one kind and one seat."""


@lru_cache(maxsize=65536)
def with_dimension(part: Slice, dimension: str, code: str | None) -> Slice:
    """The slice with one dimension changed."""
    return replace(part, **{dimension: code})


def relate(network: Network) -> None:
    """Add all relations among many variables, with a missing part where only one is missing."""
    _months(network)
    network.settle()
    _parts(network)
    _shares(network)
    network.settle()
    _means(network)


def _months(network: Network) -> None:
    series: dict[Key, dict[Period, Var]] = defaultdict(dict)
    anywhere = Period(0, 0)
    for key, var in network.vars.items():
        if key.kind == "level" and key.of in ADDITIVE:
            series[key._replace(period=anywhere)][key.period] = var
    for key, found in series.items():
        if len(found) < 2:
            continue
        for whole, parts in tilings(found):
            terms = [(found[p], 1.0) for p in parts]
            network.add(Linear("months", (*terms, (found[whole], -1.0))))
        for whole, part in _remainders(found):
            rest = network.var(key._replace(period=Period(part.last + 1, whole.last)))
            network.add(Linear("months", ((found[part], 1.0), (rest, 1.0), (found[whole], -1.0))))


def tilings(found: Iterable[Period]) -> Iterator[tuple[Period, tuple[Period, ...]]]:
    """Periods with shorter ones among them that make them up: in two, and in as many or few as can be."""
    known = set(found)
    starts: dict[int, list[int]] = defaultdict(list)
    for period in sorted(known):
        starts[period.first].append(period.last)
    for whole in sorted(p for p in known if p.months > 1):
        given = dict.fromkeys(
            (a, b) for last in starts[whole.first] if last < whole.last
            for a, b in [(Period(whole.first, last), Period(last + 1, whole.last))] if b in known
        )
        chains = (_chain(whole, starts, shortest) for shortest in (True, False))
        for parts in (*given, *dict.fromkeys(c for c in chains if len(c) > 2)):
            yield whole, parts


def _chain(whole: Period, starts: dict[int, list[int]], shortest: bool) -> tuple[Period, ...]:
    """Parts end to end, each the shortest or the longest that begins there; empty if they leave a gap."""
    parts, at = [], whole.first
    while at <= whole.last:
        lasts = starts.get(at, [])
        upto = bisect_right(lasts, whole.last - (at == whole.first and whole.last in lasts))
        if not upto:
            return ()
        parts.append(Period(at, lasts[0] if shortest else lasts[upto - 1]))
        at = parts[-1].last + 1
    return tuple(parts) if at == whole.last + 1 else ()


def _remainders(found: dict[Period, Var]) -> Iterator[tuple[Period, Period]]:
    """A stated period and the longest stated one that begins it, where no text states the rest."""
    stated: dict[int, list[int]] = defaultdict(list)
    for period in sorted(p for p, v in found.items() if v.claims):
        stated[period.first].append(period.last)
    for first, lasts in stated.items():
        for shorter, longer in pairwise(lasts):
            if Period(shorter + 1, longer) not in found and longer // 12 == first // 12:
                yield Period(first, longer), Period(first, shorter)


Group = dict[str | None, Var]


def _groups(network: Network, kind: str) -> Iterator[tuple[str, Key, Group]]:
    """Variables that differ in one dimension only, by its code, with the one of the whole (None)."""
    groups: dict[tuple[str, Key], Group] = defaultdict(dict)
    for key, var in network.vars.items():
        if key.kind != kind or key.of == "price":
            continue
        for dimension in DIMENSIONS:
            code = getattr(key.slice, dimension)
            if code is not None and (key.of != "count" or dimension in COUNTED):
                rest = with_dimension(key.slice, dimension, None)
                if kind != "share" or key.ref == rest:
                    groups[dimension, key._replace(slice=rest)][code] = var
    for (dimension, rest_key), group in groups.items():
        whole = network.vars.get(rest_key)
        yield dimension, rest_key, group if whole is None else {None: whole, **group}


def _candidates(dimension: str, rest: Key, group: Group) -> Iterator[tuple[Partition, Var | None, list[Var]]]:
    """The partitions that a group has variables of: the whole where known, and the known parts."""
    seen = dict.fromkeys(p for code in group if code is not None
                         for p in partitions(with_dimension(Slice(), dimension, code), rest.period))
    for one in seen:
        known = [group[c] for c in one.parts if c in group]
        if known:
            yield one, group.get(one.whole), known


def _parts(network: Network) -> None:
    for dimension, rest, group in list(_groups(network, "level")):
        whole = group.get(None)
        if whole is not None and rest.slice.flow != "balance":
            _each_within(network, whole, group)
        for one, total, known in _candidates(dimension, rest, group):
            _add_up(network, one, rest, total, known)


def _each_within(network: Network, whole: Var, group: Group) -> None:
    for code, part in group.items():
        share = part.key._replace(kind="share", unit=None, ref=whole.key.slice)
        if code is not None and share not in network.vars:
            network.add(Linear("part", ((part, 1.0), (whole, -1.0)), least=None))


def _add_up(network: Network, one: Partition, rest: Key, total: Var | None, known: list[Var]) -> None:
    signed = rest.slice.flow == "balance"
    missing = len(one.parts) - len(known) + (total is None)
    if one.least == 1.0 and missing == 1:
        total, known = _complete(network, one, rest)
    elif total is None or (len(known) < 2 and one.whole is None):
        return
    terms = [(v, 1.0) for v in known]
    whole = len(known) == len(one.parts)
    if whole and one.least == 1.0:
        network.add(Linear("partition", (*terms, (total, -1.0))))
        return
    if signed:
        return
    network.add(Linear("disjoint", (*terms, (total, -1.0)), None, 0.0))
    if whole and one.least:
        network.add(Linear("partition", (*terms, (total, -one.least)), 0.0, None))


def _complete(network: Network, one: Partition, rest: Key) -> tuple[Var, list[Var]]:
    """All variables of a partition, with a new one for the missing."""
    def at(code: str | None) -> Var:
        return network.var(rest._replace(slice=with_dimension(rest.slice, one.dimension, code)))

    return at(one.whole), [at(code) for code in one.parts]


def _shares(network: Network) -> None:
    """Shares of one whole add up to no more than all of it, and to all where the parts exhaust it."""
    for dimension, rest, group in list(_groups(network, "share")):
        for one, _, known in _candidates(dimension, rest, group):
            if one.whole is not None or rest.of == "change" or rest.slice.flow == "balance":
                continue
            if one.least == 1.0 and len(known) == len(one.parts) - 1:
                codes = [with_dimension(rest.slice, dimension, c) for c in one.parts]
                known = [network.var(rest._replace(slice=s)) for s in codes]
            least = 100.0 * one.least if len(known) == len(one.parts) and one.least else None
            if len(known) > 1:
                network.add(Linear("shares", [(v, 1.0) for v in known], least, 100.0))


def _means(network: Network) -> None:
    """Growth of a whole lies between that of its parts: flows, exhaustive parts, months."""
    growth = [v for k, v in network.vars.items() if k.kind == "growth" and k.of in ADDITIVE]
    for var in growth:
        if var.key.slice.flow == "trade":
            flows = [network.vars.get(var.key._replace(slice=with_flow(var.key.slice, f)))
                     for f in ("exports", "imports")]
            _mean(network, var, flows)
    for dimension, rest, group in list(_groups(network, "growth")):
        for one, total, known in _candidates(dimension, rest, group):
            if one.least == 1.0 and len(known) == len(one.parts) and rest.of in ADDITIVE:
                _mean(network, total, known)
    _mean_months(network, growth)


def _mean(network: Network, whole: Var | None, parts: list[Var] | list[Var | None]) -> None:
    known = [p for p in parts if p is not None]
    if whole is not None and len(known) == len(parts):
        network.add(Mean("mean", whole, known))


def _mean_months(network: Network, growth: list[Var]) -> None:
    series: dict[Key, dict[Period, Var]] = defaultdict(dict)
    for var in growth:
        if var.key.ref == var.key.period.year_earlier():
            series[var.key._replace(period=Period(0, 0), ref=None)][var.key.period] = var
    for found in series.values():
        for whole, parts in tilings(found) if len(found) > 2 else ():
            network.add(Mean("mean", found[whole], [found[p] for p in parts]))
