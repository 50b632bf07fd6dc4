"""What rules find: hit rates from outcomes, and which rules to retire.

A rule is held against the random draws of the same time: one that finds less than they do costs more than
it brings. The difference of two rates has the interval of Newcombe's method 10 (Statistics in Medicine 17,
1998), from Wilson's interval of the rule and that of the draws.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from customhouse.targeting.columns import one_each
from customhouse.targeting.intervals import Interval, wilson
from customhouse.targeting.listing import as_day
from customhouse.targeting.rates import Rate
from customhouse.targeting.selection import RED, Selection

if TYPE_CHECKING:
    from customhouse.targeting.rulebook import Rulebook

Why = Literal["expired", "below_random", "never_held"]


@dataclass(frozen=True, slots=True)
class HitRate:
    """What inspections by a rule found so far: NaN and (0, 1) before the first outcome.

    `held`: of how many declarations the rule held, `chosen` how many it chose for inspection, of which
    `inspections` have an outcome; `revenue_cny` is what they recovered.
    """

    rule: str
    held: int
    chosen: int
    inspections: int
    finds: int
    revenue_cny: float
    rate: float
    interval: Interval


@dataclass(frozen=True, slots=True)
class Retirement:
    """A rule that should go, and why; `difference` is its rate less that of the draws, with its interval."""

    rule: str
    why: Why
    hits: HitRate | None
    difference: float
    interval: Interval


def hits(
    selections: Selection | Sequence[Selection], fraud: Any, revenue: Any = None
) -> Mapping[str, HitRate]:
    """The hit rate of every rule of selections, by name; outcomes are a row each, as in `estimates`.

    Inspections count for the rule that chose them, also where they were drawn at random besides. Selections
    of different days may have different rulebooks. Raises TargetingError.
    """
    import numpy as np

    many = [selections] if isinstance(selections, Selection) else list(selections)
    size = sum(map(len, many))
    found = one_each(fraud, "fraud", size, "outcomes")
    money = np.zeros(size) if revenue is None else one_each(revenue, "revenue", size, "outcomes")
    counts: dict[str, list[float]] = {}
    start = 0
    for one in many:
        outcome, paid = found[start : start + len(one)], money[start : start + len(one)]
        start += len(one)
        for place, rule in enumerate(one.rules):
            chosen = (one.rule == place) & (one.lane == RED)
            known = chosen & ~np.isnan(outcome)
            more = (one.holds[place].sum(), chosen.sum(), known.sum(), outcome[known].sum(),
                    np.nansum(paid[known]))  # fmt: skip
            mine = counts.setdefault(rule.name, [0.0] * 5)
            counts[rule.name] = [a + float(b) for a, b in zip(mine, more, strict=True)]
    return {name: _hit(name, *mine) for name, mine in counts.items()}


def retire(
    rulebook: Rulebook, found: Mapping[str, HitRate], random: Rate, day: Any
) -> tuple[Retirement, ...]:
    """The rules that should go as of a day: expired ones, and those that surely find less than draws do.

    `random` is the rate of fraud of all declarations by the draws (`Rates.overall.fraud`). A rule goes
    where the whole interval of the difference lies below 0; with few inspections it does not yet. Rules
    that release are left alone, and so are those that look at documents.
    """
    expired = {one.name for one in rulebook.expired(as_day(day))}
    proposed = []
    for rule in rulebook.rules:
        hit = found.get(rule.name)
        apart, ends = (math.nan, (math.nan, math.nan)) if hit is None else difference(hit, random)
        if rule.name in expired:
            proposed.append(Retirement(rule.name, "expired", hit, apart, ends))
        elif rule.lane == "inspection" and hit is not None and hit.inspections and ends[1] < 0:
            proposed.append(Retirement(rule.name, "below_random", hit, apart, ends))
        elif hit is not None and not hit.held:
            proposed.append(Retirement(rule.name, "never_held", hit, apart, ends))
    return tuple(proposed)


def difference(hit: HitRate, random: Rate) -> tuple[float, Interval]:
    """A rule's hit rate less the rate of the draws, with its 95% interval; NaN where one is not known."""
    if not hit.inspections or math.isnan(random.mean):
        return math.nan, (math.nan, math.nan)
    apart = hit.rate - random.mean
    (low, high), (least, most) = hit.interval, random.interval
    return apart, (
        apart - math.hypot(hit.rate - low, most - random.mean),
        apart + math.hypot(high - hit.rate, random.mean - least),
    )


def _hit(name: str, held: float, chosen: float, known: float, finds: float, paid: float) -> HitRate:
    rate = finds / known if known else math.nan
    return HitRate(name, int(held), int(chosen), int(known), int(finds), paid, rate, wilson(rate, known))
