"""The figures of a table by what they are about, and the arithmetic between spans of months."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

import pyarrow as pa
import pyarrow.compute as pc

from customhouse.model import Listed
from customhouse.statistics import What

AMOUNTS = {"value": ("value_cents", 100), "quantity": ("quantity_milli", 1000), "mass": ("net_mass_g", 1000)}
"""The column of each amount, and how many of its units are one."""
Key = tuple[str | None, ...]
"""Reporter, flow, partner, goods, enterprise, region, regime, transport."""
FIRST = 2
"""Where in a key the dimensions that can be added up begin."""
Spans = Mapping[tuple[int, int], "Figure"]
Silent = Mapping[Key, set[tuple[int, int]]]
"""The months of rows that stand in a table without an amount, or with one in another currency."""
_NAMES = (
    "reporter",
    "flow",
    "partner",
    "enterprise",
    "region",
    "regime",
    "transport",
    "first_month",
    "last_month",
    "currency",
    "step_cents",
    "quantity_unit",
    "vintage",
    "growth_percent",
)
_GROWTH_STEP = 0.1
GROWTH_STEP = Fraction(1, 10)
"""Growth is printed to a tenth of a per cent."""


@dataclass(frozen=True, slots=True)
class Figure:
    """An amount of a table in the smallest units, the unit of its last printed digit, its unit, its vintage.

    `inside` counts the printed figures that it was put together from; `growth` is printed beside it,
    in per cent on the same months a year earlier; `implied`: it is what a growth printed later implies.
    `listed`: the codes that it adds up may not be all.
    """

    amount: int
    step: int
    unit: str
    vintage: int
    inside: int = 1
    growth: float | None = None
    implied: bool = False
    listed: Listed | None = None

    def signed(self, sign: int) -> Figure:
        """Itself, or with its sign turned."""
        return self if sign > 0 else replace(self, amount=-self.amount)

    def plus(self, other: Figure, sign: int = 1) -> Figure:
        """Both added up, or the difference; what each was rounded by stays."""
        return Figure(
            self.amount + sign * other.amount,
            max(self.step, other.step),
            self.unit,
            max(self.vintage, other.vintage),
            self.inside + other.inside,
            implied=self.implied or other.implied,
            listed=self.listed or other.listed,
        )


def indexed(
    figures: pa.Table, what: What, currency: str
) -> tuple[dict[Key, dict[tuple[int, int], Figure]], Silent]:
    """Every figure by what it is about, then by its first and last month; values in one currency alone.

    Beside them the rows that have no such figure.
    """
    column, _ = AMOUNTS[what]
    index: dict[Key, dict[tuple[int, int], Figure]] = {}
    silent: dict[Key, set[tuple[int, int]]] = {}
    goods = [
        hs or commodity
        for hs, commodity in zip(figures["hs"].to_pylist(), figures["commodity"].to_pylist(), strict=True)
    ]
    columns = [figures[name].to_pylist() for name in (*_NAMES, column)]
    for good, row in zip(goods, zip(*columns, strict=True), strict=True):
        reporter, flow, partner, *others, first, last, money, step, unit, vintage, growth, amount = row
        key = (reporter, flow, partner, good, *others)
        if amount is None or (what == "value" and money != currency):
            silent.setdefault(key, set()).add((first, last))
            continue
        value = what == "value"
        index.setdefault(key, {})[first, last] = Figure(
            amount,
            (step or 0) if value else 0,
            (unit or "") if what == "quantity" else "",
            vintage,
            growth=growth if value else None,
        )
    return index, silent


def growth_alone(
    figures: pa.Table, currency: str
) -> dict[Key, dict[tuple[int, int], tuple[float, int]]]:
    """Growth that is printed without an amount, in per cent, and the vintage, by key and months."""
    names = (*_NAMES, "hs", "commodity", "value_cents")
    bare = pc.and_(pc.is_null(figures["value_cents"]), pc.is_valid(figures["growth_percent"]))
    found: dict[Key, dict[tuple[int, int], tuple[float, int]]] = {}
    for row in figures.select(list(dict.fromkeys(names))).filter(bare).to_pylist():
        if row["currency"] in (None, currency):
            good = row["hs"] or row["commodity"]
            others = (row[name] for name in ("enterprise", "region", "regime", "transport"))
            key = (row["reporter"], row["flow"], row["partner"], good, *others)
            found.setdefault(key, {})[row["first_month"], row["last_month"]] = (
                row["growth_percent"], row["vintage"])
    return found


def rolled_up(
    index: dict[Key, dict[tuple[int, int], Figure]],
    leaves: Callable[[int, frozenset[str]], frozenset[str]],
    short: Callable[[int, frozenset[str]], Listed | None],
) -> dict[Key, dict[tuple[int, int], Figure]]:
    """The index with the totals of dimensions that the table breaks down everywhere and never adds up.

    `leaves` tells, of the codes that a dimension has, those that add up to the whole; `short` what they
    are where they seem not to be all.
    """
    width = len(next(iter(index), ()))
    for place in range(FIRST, width):
        there = frozenset(code for key in index if (code := key[place]) is not None)
        if not there or any(key[place] is None for key in index):
            continue
        single = leaves(place - FIRST, there)
        listed = short(place - FIRST, single)
        unlike: set[tuple[Key, tuple[int, int]]] = set()
        for key in [key for key in index if key[place] in single]:
            totals = index.setdefault((*key[:place], None, *key[place + 1 :]), {})
            for span, figure in index[key].items():
                before = totals.get(span)
                mine = replace(figure, growth=None, listed=figure.listed or listed)
                totals[span] = mine if before is None else before.plus(mine)
                if before is not None and before.unit != figure.unit:
                    unlike.add(((*key[:place], None, *key[place + 1 :]), span))
        for whole, span in unlike:  # unlike units do not add up
            del index[whole][span]
    return index


def year_earlier(spans: Spans, first: int, last: int) -> Figure | None:
    """The base that a printed growth implies for months whose own figure is not there.

    A value of 110 that grew by 10.0% had a base of 100, to within the rounding of the growth.
    """
    later = spans.get((first + 12, last + 12))
    if later is None or later.growth is None or later.growth <= -100:
        return None
    ratio = 1 + later.growth / 100
    base = later.amount / ratio
    step = abs(base) * _GROWTH_STEP / 100 / ratio + later.step / ratio
    return replace(later, amount=round(base), step=max(1, round(step)), growth=None, implied=True)


def between(spans: Mapping[tuple[int, int], Figure], first: int, last: int) -> Figure | None:
    """The figure of months `first` to `last` from figures of any spans of months, by the fewest of them.

    Each span is an edge between the ends of months, with its amount; a path from one end to the
    other adds and takes away: April is January to April less January to March, a quarter its months.
    """
    if (first, last) in spans:
        return spans[first, last]
    edges: dict[int, list[tuple[int, Figure, int]]] = {}
    for (start, end), figure in spans.items():
        edges.setdefault(start, []).append((end + 1, figure, 1))
        edges.setdefault(end + 1, []).append((start, figure, -1))
    reached: dict[int, Figure | None] = {first: None}
    frontier = [first]
    while frontier and last + 1 not in reached:
        ends = []
        for at in frontier:
            for end, figure, sign in edges.get(at, ()):
                if end not in reached:
                    so_far = reached[at]
                    reached[end] = figure.signed(sign) if so_far is None else so_far.plus(figure, sign)
                    ends.append(end)
        frontier = ends
    return reached.get(last + 1)
