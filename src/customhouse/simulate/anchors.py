"""Relations added so that every stated part of trade has some: a figure cannot be met by nothing."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import numpy.typing as npt

from customhouse.model import Slice
from customhouse.period import Period
from customhouse.simulate.facts import Fact, facts
from customhouse.simulate.population import (
    ENTERPRISES,
    FLOWS,
    MODES,
    Population,
    partner_values,
    partners,
    regions,
)
from customhouse.simulate.select import Selector, countries, families_of, provinces

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_ENOUGH = 3
"""How many relations a stated part has at least, and so has the rest of what it may be a part of."""
_CODES = ("partner", "family", "enterprise", "region", "transport")


def anchored(population: Population, months: range, seed: int) -> Population:
    """The population with relations added where a stated part of trade has fewer than enough."""
    rng = np.random.default_rng([seed, 4])
    span = Period(months.start, months.stop - 1)
    find = Selector(population, months)
    added: list[dict[str, int]] = []
    for fact in facts():
        if fact.within(span) and fact.part.narrowing():
            for flow, choices, inside in _lacking(fact, find, population):
                for _ in range(_ENOUGH - inside):
                    added.append(_like(population, flow, choices, rng))
    return _joined(population, added)


def _lacking(fact: Fact, find: Selector, people: Population) -> list[tuple[int, dict[str, Bools], int]]:
    """Flows and choices of codes that have fewer than enough relations, with how many they have."""
    month = fact.period.first
    flows = [FLOWS.index(fact.part.flow)] if fact.part.flow in FLOWS else [0, 1]
    inside = _choices(fact.part, month)
    wanted = [inside]
    if fact.whole is not None:
        wanted.append(_outside(fact.part, fact.whole, month))
    if "family" in inside:
        wanted += [inside | {name: ~allowed} for name, allowed in inside.items() if name != "family"]
    lacking = []
    for flow in flows:
        for choices in wanted:
            mask = people.flow == flow
            for name, allowed in choices.items():
                mask = mask & allowed[getattr(people, name)]
            if mask.sum() < _ENOUGH:
                lacking.append((flow, choices, int(mask.sum())))
    return lacking


def _choices(part: Slice, month: int) -> dict[str, Bools]:
    """Which codes of each dimension a slice allows."""
    choices = {
        "partner": part.partner and _among(partners(), countries(part.partner, month)),
        "family": part.commodity and families_of(part.commodity),
        "enterprise": part.enterprise and _among(ENTERPRISES, frozenset((part.enterprise,))),
        "region": part.region and _among(regions(), provinces(part.region)),
        "transport": part.transport and _among(MODES, frozenset((part.transport,))),
    }
    return {name: allowed for name, allowed in choices.items() if isinstance(allowed, np.ndarray)}


def _outside(part: Slice, whole: Slice, month: int) -> dict[str, Bools]:
    """Codes of the whole that are not of the part."""
    all_of, inside = _choices(whole, month), _choices(part, month)
    return all_of | {name: ~allowed for name, allowed in inside.items() if name not in all_of}


def _among(names: tuple[str, ...], wanted: frozenset[str]) -> Bools:
    return np.array([name in wanted for name in names])


def _like(
    people: Population, flow: int, choices: dict[str, Bools], rng: np.random.Generator
) -> dict[str, int]:
    """A relation like a random one of the flow, with codes that are allowed; larger partners more often."""
    model = int(rng.choice(np.flatnonzero(people.flow == flow)))
    relation = {name: int(getattr(people, name)[model]) for name in ("flow", "regime", *_CODES)}
    for name, allowed in choices.items():
        if not allowed[relation[name]] and allowed.any():
            weight = partner_values()[flow].sum(axis=1) if name == "partner" else np.ones(len(allowed))
            chances = np.where(allowed, weight, 0.0)
            even = allowed / allowed.sum()
            share = chances / chances.sum() if chances.sum() else even
            relation[name] = int(rng.choice(len(allowed), p=share))
    return relation


def _joined(people: Population, added: list[dict[str, int]]) -> Population:
    if not added:
        return people
    first = int((people.trader + people.span).max())
    more = {name: np.array([relation[name] for relation in added]) for name in added[0]}
    more["trader"] = first + np.arange(len(added))
    more["span"] = np.ones(len(added), np.int64)
    more["size"] = np.full(len(added), float(np.median(people.size)))
    names = [field.name for field in fields(people)]
    return Population(**{name: np.concatenate([getattr(people, name), more[name]]) for name in names})
