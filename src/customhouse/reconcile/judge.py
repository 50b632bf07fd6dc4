"""From conflicts and slips to findings: contradiction, revision or caution, with their explanations."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from customhouse.model import LANGUAGES, Claim, Finding, FindingKind, Language
from customhouse.period import Period
from customhouse.quantity import Rounding
from customhouse.reconcile.build import Network
from customhouse.reconcile.constraints import Product
from customhouse.reconcile.explain import conflict_sentences, paragraph
from customhouse.reconcile.network import Clash, Fact, Var, set_aside
from customhouse.reconcile.numbers import amount, figure, period, spread
from customhouse.reconcile.observe import FAR
from customhouse.reconcile.restated import likely_distinct
from customhouse.reconcile.slips import Slip
from customhouse.reconcile.solve import Bounds, Conflict, propagated, tested
from customhouse.reconcile.words import say

PLAUSIBLE = 0.05
"""A base revised by more than this is taken for an error."""
Sizes = tuple[float, float]
MODES: tuple[Rounding, ...] = ("half_up", "truncate")


class Judge:
    """Says of each conflict what it is; holds the network under both modes of rounding."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._bounds = Bounds(network)

    def finding(self, conflict: Conflict) -> Finding:
        """The finding that a conflict comes to."""
        modes = tuple(m for m in MODES if m == "half_up" or self._stands(conflict, m))
        revised = self._revision(conflict)
        kind, code = self._kind(conflict, revised is not None)
        revision = revised[0] if revised and kind == "revision" else None
        if revised and revision:
            conflict = conflict._replace(clash=revised[1])
        texts = {lang: self._text(conflict, kind, code, modes, revision, lang) for lang in LANGUAGES}
        return Finding(kind, code, conflict.claims, texts["en"], texts["zh"], modes, revision,
                       self._mentions(conflict))

    def _stands(self, conflict: Conflict, rounding: Rounding) -> bool:
        bounds = Bounds(self._network, rounding)
        return tested(bounds, conflict.claims, conflict.constraints) is not None

    def _kind(self, conflict: Conflict, revised: bool) -> tuple[FindingKind, str]:
        codes = sorted({c.code for c in conflict.constraints})
        restated = not codes and all(c.measure in ("value", "quantity", "count") for c in conflict.claims)
        if not restated and any(c.bound != "exact" for c in conflict.claims):
            relaxed = Bounds(self._network, relax=True)
            if tested(relaxed, conflict.claims, conflict.constraints) is None:
                return "caution", "vague"
        if revised:
            return "revision", "revision"
        if not codes and likely_distinct(conflict.claims):
            return "caution", "distinct"
        return "contradiction", "+".join(codes) or "restated"

    def _text(self, conflict: Conflict, kind: FindingKind, code: str, modes: tuple[Rounding, ...],
              revision: tuple[float, float] | None, language: Language) -> str:
        sentences = conflict_sentences(self._bounds, conflict, language)
        if len(modes) == 1:
            sentences.append(say("half_up_only", language))
        if kind == "caution":
            sentences.append(say(code, language))
        if kind == "revision" and revision:
            sentences.extend(self._revised(conflict, revision, language))
        return paragraph(sentences, language)

    def _revised(self, conflict: Conflict, revision: tuple[float, float], language: Language) -> list[str]:
        low, high = (amount(100.0 * r, "%", language) for r in sorted(map(abs, revision)))
        down = revision[1] < 0
        shown = say("range", language, low=low, high=high)
        found = [say("revision_down" if down else "revision_up", language, range=shown)]
        share = self._fitting_share(conflict)
        if share is not None:
            found.append(say("share_fits", language, share=figure(share, language)))
        return found

    def _fitting_share(self, conflict: Conflict) -> Claim | None:
        """The stated share that the later level of a conflict agrees with."""
        growth = next(c for c in conflict.claims if c.measure == "growth")
        for claim in conflict.claims:
            if claim.period != growth.period or claim is growth:
                continue
            for var, _ in self._bounds.of(claim):
                if found := self._share_at(var, claim):
                    return found
        return None

    def _share_at(self, level: Var, claim: Claim) -> Claim | None:
        for share in (c for c in level.constraints if isinstance(c, Product) and c.code == "share"):
            for rate in (c for c in share.rate.claims if c.bound == "exact"):
                for whole in [c for c in share.level.claims if c.bound == "exact"][:1]:
                    if share.result is level and tested(self._bounds, (claim, rate, whole), (share,)) is None:
                        return rate
        return None

    def _revision(self, conflict: Conflict) -> tuple[Sizes, Clash] | None:
        """The revision of the base that would remove the conflict, and where it shows."""
        if any(c.measure in ("gap", "growth_change") for c in conflict.claims):
            return None
        for growth in conflict.claims:
            if growth.measure == "growth" and growth.period is not None:
                base = growth.base or growth.period.year_earlier()
                before = [c for c in conflict.claims if _within(c, base)]
                after = [c for c in conflict.claims if not _within(c, base)]
                if before and (found := self._sizes(conflict, before, after, base)):
                    return found
        return None

    def _sizes(self, conflict: Conflict, before: list[Claim], after: list[Claim],
               base: Period) -> tuple[Sizes, Clash] | None:
        old, new = self._known(conflict, before, base), self._known(conflict, after, base)
        for var in old.keys() & new.keys():
            was, now = old[var], new[var]
            found = now[0].value / was[1].value - 1.0, now[1].value / was[0].value - 1.0
            if min(abs(f) for f in found) <= PLAUSIBLE and found[0] * found[1] >= 0:
                down = now[1].value <= was[0].value
                return found, Clash(var, was[0], now[1]) if down else Clash(var, now[0], was[1])
        return None

    def _known(self, conflict: Conflict, claims: list[Claim], base: Period) -> dict[Var, tuple[Fact, Fact]]:
        """The levels in the base period that claims bound from both sides."""
        causes = set(conflict.constraints)
        variables = {v for c in causes for v in c.vars}
        variables |= {v for c in claims for v, _ in self._bounds.of(c)}
        with set_aside(variables):
            propagated(self._bounds, claims, causes)
            return {v: (v.low, v.high) for v in variables if v.key.kind == "level" and v.key.period == base
                    and v.low.value > 0 and v.high.value < FAR}

    def _mentions(self, conflict: Conflict) -> tuple[Claim, ...]:
        """Other statements of the figures in a conflict that agree with them."""
        own = {id(c) for c in conflict.claims}
        found: dict[int, Claim] = {}
        for claim in conflict.claims:
            for var, mine in self._bounds.of(claim):
                for other in var.claims:
                    for at, interval in self._bounds.of(other):
                        if at is var and interval.low <= mine.low and mine.high <= interval.high:
                            found[id(other)] = other
        return tuple(c for i, c in found.items() if i not in own)


def _within(claim: Claim, base: Period) -> bool:
    return claim.period is not None and base.contains(claim.period)


def slip_finding(slip: Slip, claims: Iterable[Claim]) -> Finding:
    """The finding that a slip comes to; repetitions of its figures are mentions."""
    texts = {lang: paragraph([SLIPS.get(slip.code, _beside)(slip, lang)], lang) for lang in LANGUAGES}
    kind: FindingKind = "caution" if slip.kind == "caution" else "contradiction"
    mentions = tuple(c for c in claims if any(_same(c, s) for s in slip.claims))
    return Finding(kind, slip.code, slip.claims, texts["en"], texts["zh"], mentions=mentions)


def _same(one: Claim, other: Claim) -> bool:
    return one is not other and (one.measure, one.of, one.value, one.unit, one.slice, one.period) == (
        other.measure, other.of, other.value, other.unit, other.slice, other.period)


def _beside(slip: Slip, language: Language) -> str:
    claim, level = slip.claims
    growth = slip.facts.get("growth")
    return say(slip.code, language, figure=figure(claim, language), level=figure(level, language),
               ratio=f"{slip.facts['ratio']:,.0f}", growth=growth and spread(growth, "%", language))


def _gap(slip: Slip, language: Language) -> str:
    pairs, overall = slip.facts["pairs"], slip.facts["overall"]
    said = [say("gap_pair", language, own=figure(own, language), gap=figure(gap, language),
                implied=spread(implied, "%", language), flow=say(f"flow_{gap.slice.flow}", language))
            for own, gap, implied in pairs]
    away = [say("gap_away", language, own=figure(own, language),
                difference=amount(round(abs(own.value - overall.value), 9), "pp", language))
            for own, _, _ in pairs]
    return say("gap_reference", language, pairs=paragraph(said, language),
               overall=figure(overall, language), away=say_list(away, language))


def say_list(parts: list[str], language: Language) -> str:
    """Parts as a list in words."""
    return say("list_join", language).join(parts)


def _streak(slip: Slip, language: Language) -> str:
    one, two = slip.claims
    steps: Any = slip.facts["steps"]
    assert one.period is not None and two.period is not None
    return say("streak", language, one=figure(one, language), two=figure(two, language), steps=steps,
               due=amount(one.value + steps, "period", language, 4),
               first=period(Period(one.period.last, one.period.last), language),
               last=period(Period(two.period.last, two.period.last), language))


SLIPS = {"gap_reference": _gap, "streak": _streak}

