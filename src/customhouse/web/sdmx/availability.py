"""What there is of a dataflow under a query: the values of each dimension, the first and last period.

A dimension that the query leaves open has besides its single codes those that can be asked for by name:
the total, the groups and shorter HS codes that take in any of them, the frequencies that add up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from customhouse.cube.membership import member_codes
from customhouse.cube.occurring import codes_in
from customhouse.errors import VocabularyError
from customhouse.model import Slice
from customhouse.period import Period
from customhouse.vocabulary import codes
from customhouse.web.sdmx.catalogue import Catalogue
from customhouse.web.sdmx.codelists import FLOWS, FREQUENCIES, identifier, level_of, own_codes
from customhouse.web.sdmx.keys import ALL, Conditions, Key, Place
from customhouse.web.sdmx.model import IDS, PARTS, TOTAL, Dataflow, Region
from customhouse.web.sdmx.planning import Cube, Planner

_DIGITS = (2, 4, 6)
_SIDES = {"exports", "imports"}


class Availability:
    """The values that a query leaves, and those that could be added to it."""

    def __init__(self, catalogue: Catalogue, cubes: Mapping[str, Cube], conditions: Conditions) -> None:
        self._conditions = conditions
        self._planner = Planner(catalogue, cubes, conditions)
        self._cube = next(iter(cubes.values()))

    def region(
        self, dataflow: Dataflow, keys: Sequence[Key], components: Iterable[str] = (), lifted: bool = False
    ) -> Region:
        """The values under keys; `lifted`: of each dimension those that the others leave."""
        wanted = set(components) or {*IDS, "TIME_PERIOD"}
        values: dict[str, set[str]] = {id: set() for id in IDS if id in wanted}
        for key in keys:
            self._planner.check(key)
            for id, found in values.items():
                found |= self._values(id, key, lifted)
        told = {id: tuple(_in_order(id, some)) for id, some in values.items()}
        first, last = self._ends(keys) if "TIME_PERIOD" in wanted else (None, None)
        return Region(dataflow, dataflow.names, told, first, last)

    def _ends(self, keys: Sequence[Key]) -> tuple[str | None, str | None]:
        frequencies = {one for key in keys for one in self._values("FREQ", key, False)}
        spans = [span for one in sorted(frequencies) for span in self._planner.periods(one)]
        if not spans:
            return None, None
        there = self._cube.months()
        first, last = min(span.first for span in spans), max(span.last for span in spans)
        return _days(Period(max(first, there[0]), min(last, there[-1])))

    def _values(self, id: str, key: Key, lifted: bool) -> set[str]:
        """The codes of a dimension that the query takes, of those that the rest of the key leaves."""
        there = self._there(id, key)
        place = ALL if lifted else self._place(id, key)
        return there if place.every else there & {*place.codes}

    def _place(self, id: str, key: Key) -> Place:
        """What a key and the condition on a dimension ask of it together."""
        place, condition = key[IDS.index(id)], self._conditions.get(id)
        if condition is None:
            return place
        if not place.every:
            return Place(tuple(code for code in place.codes if condition.holds(code)))
        named = {code for code in condition.named() if condition.holds(code)}
        if condition.open:
            named |= {code for code in self._planner.listed(id) if condition.holds(code)}
        return Place(tuple(sorted(named)))

    def _there(self, id: str, key: Key) -> set[str]:
        """The codes of a dimension under the rest of a key: single ones, and others that can be asked for."""
        planner = self._planner
        fixed = {"FREQ": planner.frequencies, "REPORTER": planner.reporters, "MEASURE": planner.all_measures}
        if id in fixed:
            return set(fixed[id]())
        dimension, months = id.lower(), self._months()
        if not months:
            return set()
        found = frozenset[str]().union(
            *(codes_in(self._cube, part, dimension, months) for part in self._rests(key, dimension))
        )
        if id == "FLOW":
            return {*found & {*FLOWS}, *(("trade", "balance") if found.issuperset(_SIDES) else ())}
        return {identifier(code) for code in found} | self._groups(dimension, found, months)

    def _months(self) -> tuple[int, ...]:
        spans = [span for one in FREQUENCIES for span in self._planner.periods(one)]
        there = self._cube.months()
        return tuple(m for m in there if any(span.first <= m <= span.last for span in spans))

    def _rests(self, key: Key, dimension: str) -> Iterator[Slice]:
        """What the other dimensions of a key leave, as slices: one for each flow that is named."""
        part = Slice()
        for id in PARTS:
            name, place = id.lower(), self._place(id, key)
            if name == dimension or place.every or TOTAL in place.codes:
                continue
            if not place.codes:
                return
            own = own_codes(name)
            part = replace(part, **{name: "+".join(own.get(code, code) for code in place.codes)})
        flow = self._place("FLOW", key)
        if dimension == "flow" or flow.every:
            yield part
        else:
            yield from (replace(part, flow=code) for code in flow.codes)

    @staticmethod
    def _groups(dimension: str, there: frozenset[str], months: tuple[int, ...]) -> set[str]:
        """The total, and codes of groups and shorter HS codes that take in any of the codes."""
        found = {code[:size] for code in there if code.isdigit() for size in _DIGITS if size < len(code)}
        single = codes.single(dimension) if dimension != "commodity" else frozenset[str]()
        for id, code in own_codes(dimension).items():
            if code in single and code in there:
                continue
            try:
                members = member_codes(dimension, code, months[-1], there) - {code}
            except VocabularyError:
                continue
            found |= {id} if members else set()
        return found | {TOTAL}


def _days(period: Period) -> tuple[str, str]:
    """The first and the last day of a period."""
    (year, month), (last_year, last_month) = divmod(period.first, 12), divmod(period.last + 1, 12)
    last = date.fromordinal(date(last_year, last_month + 1, 1).toordinal() - 1)
    return date(year, month + 1, 1).isoformat(), last.isoformat()


def _in_order(id: str, some: set[str]) -> list[str]:
    order = {"FREQ": FREQUENCIES, "FLOW": FLOWS}.get(id)
    return [code for code in order if code in some] if order else sorted(some)


def only_used(catalogue: Catalogue, region: Region) -> dict[str, frozenset[str]]:
    """The codes of each list that a region has, with those above them."""
    used: dict[str, set[str]] = {}
    for id, codes_of in region.values.items():
        used.setdefault(f"CL_{id}", set()).update(codes_of)
    used["CL_COMMODITY_LEVEL"] = {level_of(code) for code in used.get("CL_COMMODITY", ())}
    for name, some in used.items():
        parents = {item.id: item.parent for item in catalogue.codelists[name].items}
        for code in list(some):
            above = parents.get(code)
            while above is not None and above not in some:
                some.add(above)
                above = parents.get(above)
    return {name: frozenset(some) for name, some in used.items()}
