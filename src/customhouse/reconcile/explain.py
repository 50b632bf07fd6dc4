"""Why claims cannot all hold, in words with the arithmetic, in both languages."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from customhouse.model import Claim, Language
from customhouse.quantity import Interval
from customhouse.reconcile.constraints import Linear, Mean, Product
from customhouse.reconcile.network import (
    Constraint,
    Fact,
    Key,
    Var,
    ancestry,
    causes_under,
    claims_under,
    set_aside,
    state,
)
from customhouse.reconcile.numbers import amount, figure, period, spread
from customhouse.reconcile.solve import Bounds, Conflict, propagated
from customhouse.reconcile.words import known, name, say, template

DIMENSIONS = ("enterprise", "commodity", "region", "partner", "regime", "transport", "reporter")
UNITS = {"growth": "%", "share": "%", "gap": "pp", "share_change": "pp", "growth_change": "pp",
         "contribution": "pp", "multiple": "x"}


def unit_of(key: Key) -> str:
    """The unit that a variable's values are in."""
    return UNITS.get(key.kind) or key.unit or "1"


def label(key: Key, language: Language) -> str:
    """What a variable is, in words: `exports of private enterprises in Q1 2025`."""
    flow = say(f"flow_{key.slice.flow or 'none'}", language)
    dims = [name(v, language) for d in DIMENSIONS if (v := getattr(key.slice, d))]
    words = flow
    if dims:
        words = say("of_dims", language, flow=flow, dims=template("words_join", language).join(dims))
    text = say("label", language, words=words, period=period(key.period, language))
    kind = key.kind if key.kind != "level" else key.of
    return say(f"kind_{kind}" if known(f"kind_{kind}") else "kind_other", language, label=text)


class Side:
    """One half of a conflict: a bound, the claims it rests on, and what they alone say of each variable."""

    def __init__(self, bounds: Bounds, fact: Fact, at: Var) -> None:
        self._bounds, self._fact, self.at = bounds, fact, at
        claims = list(claims_under(fact).values())
        causes = causes_under(fact)
        variables = dict.fromkeys((at, *(v for c in causes for v in c.vars)))
        self._stated: dict[Var, Claim] = {}
        for claim in claims:
            for var, _ in bounds.of(claim):
                self._stated.setdefault(var, claim)
        self.drawn: dict[tuple[int, int], Interval] = {}
        with set_aside(variables):
            propagated(bounds, claims, set())
            self._follow(fact)
            self.intervals = {v: v.interval for v in variables}

    def _follow(self, fact: Fact) -> None:
        """Take the steps that lead to a fact again, keeping what each alone says of its variable."""
        for at in ancestry(fact):
            if at.cause is not None and at.var is not None and (id(at.cause), id(at.var)) not in self.drawn:
                low, high = at.var.low, at.var.high
                at.var.low, at.var.high = at.var.floor, at.var.roof
                for var, upper, value, open_, _ in at.cause.revise():
                    if var is at.var:
                        state(var, not upper, Fact(var, value, open_))
                self.drawn[id(at.cause), id(at.var)] = at.var.interval
                state(at.var, True, low)
                state(at.var, False, high)

    @property
    def interval(self) -> Interval:
        """What this side says of the variable where the conflict shows."""
        return self.intervals[self.at]

    def sentences(self, language: Language) -> Iterator[str]:
        """How its claims lead to its bound, a sentence a step."""
        if self._fact.claim is not None:
            yield self._as_stated(language)
        done: set[tuple[int, int]] = set()
        for fact in ancestry(self._fact):
            if fact.cause is not None and fact.var is not None:
                step = (id(fact.cause), id(fact.var))
                if step not in done:
                    done.add(step)
                    yield self._step(fact.cause, fact.var, language)

    def _as_stated(self, language: Language) -> str:
        claim, interval = self._fact.claim, self.intervals[self.at]
        assert claim is not None
        unit = unit_of(self.at.key)
        code = "streak_bound" if claim.measure == "streak" else "stated"
        return say(code, language, label=label(self.at.key, language), figure=figure(claim, language),
                   interval=spread(interval, unit, language))

    def _shown(self, var: Var, language: Language) -> str:
        claim = self._stated.get(var)
        if claim is not None and claim.measure != "streak":
            return figure(claim, language)
        return spread(self.intervals[var], unit_of(var.key), language)

    def _step(self, cause: Constraint, out: Var, language: Language) -> str:
        if isinstance(cause, Product):
            return self._product(cause, out, language)
        here = spread(self.drawn[id(cause), id(out)], unit_of(out.key), language)
        if isinstance(cause, Mean):
            parts = [say("first", language, label=label(v.key, language), figure=self._shown(v, language))
                     for v in cause.vars if v is not out]
            rest = template("list_join", language).join(parts)
            return say("mean", language, terms=rest, label=label(out.key, language), out=here)
        assert isinstance(cause, Linear)
        own = next(c for v, c in cause.terms if v is out)
        terms = [(v, -c / own) for v, c in cause.terms if v is not out]
        total = [figure_of(cause.most, unit_of(out.key), language)] if cause.most else []
        code = "sum" if cause.least == cause.most == 0.0 else "bounded"
        listed = self._listed(terms, language, total)
        return say(code, language, terms=listed, label=label(out.key, language), out=here)

    def _listed(self, terms: Iterable[tuple[Var, float]], language: Language,
                parts: Iterable[str] = ()) -> str:
        parts = list(parts)
        for var, factor in sorted(terms, key=lambda t: -t[1]):
            if var not in self._stated and self.intervals[var] == Interval(0.0, math.inf):
                continue  # known only not to be negative
            shown = _multiplied(self._shown(var, language), abs(factor), language)
            code = "less" if factor < 0 else "plus" if parts else "first"
            parts.append(say(code, language, label=label(var.key, language), figure=shown))
        return template("terms_join", language).join(parts)

    def _product(self, cause: Product, out: Var, language: Language) -> str:
        place = {id(cause.result): "result", id(cause.level): "level"}.get(id(out), "rate")
        kind = cause.code if cause.code in ("growth", "share") else "product"
        base = cause.level.key
        return say(f"{kind}_{place}", language,
                   result=self._shown(cause.result, language), level=self._shown(cause.level, language),
                   rate=self._shown(cause.rate, language), label=label(out.key, language),
                   moved=self._moved(cause.rate, self.intervals[cause.rate], language),
                   moved_out=self._moved(None, self.drawn[id(cause), id(out)], language),
                   base=period(base.period, language), period=period(out.key.period, language),
                   out=spread(self.drawn[id(cause), id(out)], unit_of(out.key), language))

    def _moved(self, rate: Var | None, at: Interval, language: Language) -> str:
        """A growth rate as a movement: up 16.2%, down 6%."""
        claim = self._stated.get(rate) if rate else None
        if claim is not None and claim.measure == "growth":
            shown = figure(claim, language).replace("-", "")
            return say("up" if claim.value >= 0 else "down", language, rate=shown)
        if at.high <= 0:
            return say("down", language, rate=spread(Interval(-at.high, -at.low), "%", language))
        return say("up" if at.low >= 0 else "growth_of", language, rate=spread(at, "%", language),
                   out=spread(at, "%", language))


def figure_of(value: float, unit: str, language: Language) -> str:
    """A whole that is known by definition, such as 100%."""
    return amount(value, unit, language, 4)


def _multiplied(text: str, factor: float, language: Language) -> str:
    if factor == 1.0:
        return text
    code = {0.5: "half", 2.0: "twice"}.get(factor, "times")
    return say(code, language, x=text, factor=f"{factor:.4g}")


def conflict_sentences(bounds: Bounds, conflict: Conflict, language: Language) -> list[str]:
    """Both sides of a conflict, and by how much they miss each other."""
    clash = conflict.clash
    sides = [Side(bounds, fact, clash.var) for fact in (clash.low, clash.high) if fact.var is not None]
    sides.sort(key=lambda s: s._fact.claim is not None)
    sentences = list(dict.fromkeys(t for side in sides for t in side.sentences(language)))
    gap = clash.low.value - clash.high.value
    unit = unit_of(clash.var.key)
    if gap > 1e-9 * max(1.0, abs(clash.high.value)):
        shown = amount(gap, "pp" if unit == "%" else unit, language)
        sentences.append(say("miss", language, gap=shown))
    return sentences


def paragraph(sentences: Iterable[str], language: Language) -> str:
    """Sentences as one paragraph."""
    return template("sentence_join", language).join(s[:1].upper() + s[1:] for s in sentences)
