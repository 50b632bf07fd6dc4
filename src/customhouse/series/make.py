"""The steps of a series, in order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from customhouse.model import HOME
from customhouse.period import Period
from customhouse.query.model import TIMES
from customhouse.reconcile.network import without_collection
from customhouse.reconcile.observe import Currencies
from customhouse.series.model import Computed, Point, Series, Source, Stated
from customhouse.series.net import Aim, Net, bearing, built, units_of, variables
from customhouse.series.points import Bench, point
from customhouse.series.solving import Solver
from customhouse.series.sourcing import source_of_table, source_of_text, texts
from customhouse.series.tables import Shelf, computed, periods_of
from customhouse.series.wanted import RATES, Wanted, fits, level_of, steps

_LEAST, _MOST = 1e-9, 1e18
_LEVEL_UNIT = {"value": "CNY", "count": "enterprise", "quantity": "t"}


def make(asked: Wanted, stated: Sequence[Stated] = (), shelves: Sequence[Shelf] = ()) -> Series:
    """The series of a figure from the claims of texts and the tables of a store.

    Its unit is the currency asked for, else that of the statistics, else what most texts state it in.
    """
    stated = [one for one in stated if _is_figure(one.claim.value)]
    asked = asked.of(replace(asked.ask.slice, reporter=_reporter(asked, stated, shelves)))
    claims = [one.claim for one in stated]
    currencies = Currencies(claims)
    said = units_of(asked, claims, currencies)
    around = {None: frozenset(c.period for c in bearing(asked, claims) if c.period)}
    by = asked.by or _frequency(said or units_of(level_of(asked), claims, currencies) or around, shelves)
    counted = {unit: sum(fits(p, by) for p in periods) for unit, periods in said.items()}
    aim = Aim(asked, _unit(asked, counted, shelves))
    with without_collection():
        points = _points(aim, by, stated, shelves)
    units = (source.claim.unit for one in points for source in one.sources)
    shown = next(units, RATES.get(asked.ask.measure) or aim.unit or "")
    others = {unit: n for unit, n in counted.items() if n and unit is not None and unit != aim.unit}
    return Series(asked.ask, by, shown, points, others or None)


def _is_figure(value: float) -> bool:
    """Whether a number may be a figure of trade; a claims file can hold any."""
    return value == 0 or _LEAST < abs(value) < _MOST


def _reporter(asked: Wanted, stated: Sequence[Stated], shelves: Sequence[Shelf]) -> str | None:
    """Whose trade is meant where nothing says so: that of the tables, where there are no texts."""
    given = asked.ask.slice.reporter
    if given or stated or not shelves:
        return None if given == HOME else given
    reporters = [shelf.reporter for shelf in shelves]
    return None if HOME in reporters else reporters[0]


def _unit(asked: Wanted, counted: Mapping[str | None, int], shelves: Sequence[Shelf]) -> str | None:
    """The unit of levels, the terms of rates."""
    if asked.ask.measure == "share":
        return None
    money = asked.ask.measure in ("value", "change") or asked.ask.measure in RATES
    if money and asked.currency:
        return asked.currency
    if money and shelves and asked.ask.of in (None, "value"):
        return shelves[0].open(len(shelves[0].vintages)).currency
    said = sorted((unit for unit, n in counted.items() if unit and n), key=lambda unit: -counted[unit])
    if said or asked.ask.measure in RATES:
        return said[0] if said else None
    return _LEVEL_UNIT.get(asked.ask.measure)


def _frequency(said: Mapping[Any, frozenset[Period]], shelves: Sequence[Shelf]) -> str:
    """The frequency that the most figures have; of equals the shorter.

    Quarters and years begin in January too: they count as cumulated beside periods that are nothing else.
    """
    spoken = [period for periods in said.values() for period in periods]
    counts = {axis: sum(fits(p, axis) for p in spoken) for axis in TIMES}
    if all(any(fits(p, axis) for axis in TIMES if axis != "ytd") for p in spoken):
        counts["ytd"] = 0
    if shelves:
        counts["month"] += max(len(periods_of(shelf, "month")) for shelf in shelves)
    return max(counts, key=lambda axis: counts[axis]) if any(counts.values()) else "month"


def _points(aim: Aim, by: str, stated: Sequence[Stated], shelves: Sequence[Shelf]) -> tuple[Point, ...]:
    asked = aim.wanted
    given = [p for period in asked.periods for p in steps(period.first, period.last, by)]
    tables = _tables(aim, by, given, shelves)
    extra = [one.claim for one in [*tables, *_levels(aim, by, given, shelves)] if one.latest]
    net, found = built(aim, stated, extra, given), given
    direct = [s for s in _texts(aim, net) if s.claim.period and fits(s.claim.period, by)]
    if not given:
        found = _span([*_spoken_of(net), *(c.period for c in (*extra, *(s.claim for s in direct)))], by)
        if not set(found) <= set(variables(net, aim)):
            net = built(aim, stated, extra, found)
    bench = Bench(aim, net, Solver(net.network), _by_claim(net, tables), frozenset(map(id, extra)))
    at = variables(net, aim)
    sources = _by_period([*map(source_of_table, tables), *direct])
    points = [point(p, at.get(p), sources.get(p, ()), bench) for p in found]
    return tuple(points if given else _trimmed(points))


def _tables(aim: Aim, by: str, given: Sequence[Period], shelves: Sequence[Shelf]) -> list[Computed]:
    return [
        one for shelf in shelves
        for one in computed(shelf, aim.wanted, aim.unit, given or periods_of(shelf, by))
    ]


def _levels(aim: Aim, by: str, given: Sequence[Period], shelves: Sequence[Shelf]) -> list[Computed]:
    """The levels behind growth, so that a text's level and a table's make a rate together."""
    if aim.wanted.ask.measure != "growth" or aim.wanted.ask.of not in (None, "value"):
        return []
    return _tables(Aim(level_of(aim.wanted), aim.unit), by, given, shelves)


def _spoken_of(net: Net) -> list[Period]:
    """The periods that the figures around are of, and those that they are compared with."""
    stated = [key for key, var in net.network.vars.items() if var.claims]
    return [p for key in stated for p in (key.period, key.ref) if isinstance(p, Period)]


def _texts(aim: Aim, net: Net) -> list[Source]:
    """The texts that state the figure; those that cannot be of this kind or terms are set aside."""
    beside = {id(one) for one in (*net.aside, *net.open)}
    stating = [one for one in net.origin.values() if aim.stated_by(one.claim, net.currencies)]
    counting = texts(one for one in stating if id(one) not in beside)
    return counting + [replace(source, role="aside") for source in texts((*net.aside, *net.open))]


def _by_claim(net: Net, tables: Sequence[Computed]) -> dict[int, Source]:
    found = {i: source_of_text(one) for i, one in net.origin.items()}
    return found | {id(one.claim): source_of_table(one) for one in tables}


def _by_period(sources: Iterable[Source]) -> dict[Period, list[Source]]:
    found: dict[Period, list[Source]] = {}
    for source in sources:
        if source.claim.period is not None:
            found.setdefault(source.claim.period, []).append(source)
    return found


def _span(periods: Iterable[Period | None], by: str) -> list[Period]:
    """All periods of a frequency from the first month that anything is said of to the last."""
    found = [period for period in periods if period is not None]
    return steps(min(p.first for p in found), max(p.last for p in found), by) if found else []


def _trimmed(points: list[Point]) -> list[Point]:
    """Without the periods at either end of which nothing is known."""
    known = [n for n, one in enumerate(points) if one.status != "missing" or one.sources]
    return points[known[0] : known[-1] + 1] if known else []
