"""What a series says holds: truth lies in every interval, however figures were rounded and combined."""

from __future__ import annotations

import json
import math
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

import choosing
import customhouse
from customhouse.model import Claim, Slice, Span
from customhouse.period import Period
from customhouse.prose import write
from customhouse.quantity import Interval
from customhouse.series import Series, Stated, make, wanted
from customhouse.series.words import source_table, table, title

FIRST = 2023 * 12
MONTHS = 24
FLOWS = ("exports", "imports", "trade")
PERIODS = [
    *(Period(FIRST + m, FIRST + m) for m in range(MONTHS)),
    *(Period(FIRST + 12 * y, FIRST + 12 * y + m) for y in (0, 1) for m in range(12)),
    *(Period(FIRST + q, FIRST + q + 2) for q in range(0, MONTHS, 3)),
    *(Period(FIRST + h, FIRST + h + 5) for h in range(0, MONTHS, 6)),
]
SLACK = 1e-9


class World:
    """True monthly exports and imports of two slices, one part of the other."""

    def __init__(self, months: list[tuple[int, int, int, int]]) -> None:
        self._months = months

    def level(self, flow: str, partner: str | None, period: Period) -> float:
        """The sum over the months of a period."""
        inside = [self._months[m - FIRST] for m in range(period.first, period.last + 1)]
        sides = (0, 1) if flow == "trade" else (FLOWS.index(flow),)
        return float(sum(month[s] + (0 if partner else month[s + 2]) for month in inside for s in sides))


amounts = st.integers(10**9, 10**11)
worlds = st.lists(st.tuples(amounts, amounts, amounts, amounts), min_size=MONTHS, max_size=MONTHS).map(World)
modes = st.sampled_from(("half_up", "truncate"))
printings = st.tuples(
    st.sampled_from(("value", "value", "growth", "share")), st.sampled_from(FLOWS),
    st.sampled_from((None, "USA")), st.sampled_from(PERIODS), st.integers(2, 5), modes, st.integers(0, 4),
)


def printed(value: float, step: float, mode: str) -> float:
    """A figure cut off or rounded to a step; a negative one is cut off towards zero."""
    steps = abs(value) / step
    whole = math.floor(steps) if mode == "truncate" else math.floor(steps + 0.5)
    return math.copysign(float(f"{whole * step:.12g}"), value)


def stated(world: World, said: list[Any], mode: str | None) -> list[Stated]:
    """The claims that texts print of a world, each rounded its own way unless `mode` says how."""
    found = []
    for n, (measure, flow, partner, period, digits, own, text) in enumerate(said):
        claim = claim_of(world, measure, flow, partner, period, digits, mode or own, n, text)
        if claim is not None:
            found.append(Stated(claim, date(2025, 1, 1 + text)))
    return found


def claim_of(
    world: World, measure: str, flow: str, partner: str | None, period: Period, digits: int, mode: str,
    n: int, text: int,
) -> Claim | None:
    span = Span(f"text-{text}", n, n + 1, "")
    part, level = Slice(flow=flow, partner=partner), world.level(flow, partner, period)
    if measure == "value":
        step = 10.0 ** (math.floor(math.log10(level)) - digits + 1)
        return Claim("value", printed(level, step, mode), "CNY", span, slice=part, period=period, step=step)
    if measure == "share":
        share = 100 * world.level(flow, "USA", period) / world.level(flow, None, period)
        return Claim("share", printed(share, 0.1, mode), "%", span, slice=Slice(flow=flow, partner="USA"),
                     period=period, step=0.1)
    if period.first < FIRST + 12:
        return None
    growth = 100 * (level / world.level(flow, partner, period.year_earlier()) - 1)
    return Claim("growth", printed(growth, 0.1, mode), "%", span, slice=part, period=period, terms="CNY",
                 step=0.1)


def truth(world: World, options: dict[str, object], period: Period) -> float:
    flow, partner = str(options["flow"]), options.get("partner")
    here = world.level(flow, str(partner) if partner else None, period)
    if options.get("measure") == "share":
        return 100 * here / world.level(flow, None, period)
    if options.get("measure") == "growth":
        return 100 * (here / world.level(flow, str(partner) if partner else None, period.year_earlier()) - 1)
    return here


def inside(value: float, ends: Interval) -> bool:
    slack = SLACK * max(1.0, abs(ends.low), abs(ends.high))
    return ends.low - slack <= value <= ends.high + slack


asked = st.fixed_dictionaries(
    {"flow": st.sampled_from(FLOWS), "by": st.sampled_from(("month", "quarter", "half", "year", "ytd"))},
    optional={"partner": st.just("USA"), "measure": st.just("growth")},
)


def known(world: World, series: Series, options: dict[str, object]) -> list[tuple[float, Any]]:
    """Each point of which something is known, with the truth."""
    growth = options.get("measure") == "growth"
    there = [p for p in series if p.interval is not None and p.period.first >= FIRST + 12 * growth]
    return [(truth(world, options, p.period), p) for p in there if p.period.last < FIRST + MONTHS]


@choosing.tries(30)
@given(worlds, st.lists(printings, min_size=1, max_size=14), asked)
def test_truth_rounded_half_up_is_in_every_interval(
    world: World, said: list[Any], options: dict[str, object]
) -> None:
    """Where all texts round half up, no interval excludes the truth, and nothing clashes."""
    series = make(wanted(options), stated(world, said, "half_up"))
    for value, point in known(world, series, options):
        assert point.status in ("stated", "derived"), point
        assert inside(value, point.interval), (value, point)
        assert point.either is not None and inside(value, point.either)
        for source in point.sources:
            assert inside(value, source.interval), (value, source)


@choosing.tries(30)
@given(worlds, st.lists(printings, min_size=1, max_size=14), asked)
def test_truth_rounded_in_any_way_is_in_the_wide_interval(
    world: World, said: list[Any], options: dict[str, object]
) -> None:
    """Where each text rounds or cuts off as it likes, `either` still holds the truth."""
    series = make(wanted(options), stated(world, said, None))
    for value, point in known(world, series, options):
        assert point.either is not None and inside(value, point.either), (value, point)


@given(worlds, st.lists(printings, max_size=10), st.randoms(use_true_random=False))
def test_the_order_of_texts_is_of_no_matter(world: World, said: list[Any], random: Any) -> None:
    one = stated(world, said, None)
    other = random.sample(one, len(one))
    first, second = (make(wanted({"flow": "exports", "by": "quarter"}), given) for given in (one, other))
    assert [(p.period, p.status, p.interval) for p in first] == [
        (p.period, p.status, p.interval) for p in second
    ]


@choosing.tries(20)
@given(worlds, st.lists(printings, min_size=1, max_size=10), st.sampled_from(PERIODS))
def test_more_texts_never_widen_what_is_agreed(world: World, said: list[Any], period: Period) -> None:
    """A further text that rounds as the others do narrows an interval or leaves it."""
    options = {"flow": "exports", "by": "month"}
    more = claim_of(world, "value", "exports", None, period, 4, "half_up", 99, 5)
    assert more is not None
    few = stated(world, said, "half_up")
    before = make(wanted(options), few)
    after = make(wanted(options), [*few, Stated(more, date(2025, 2, 1))])
    there = {p.period: p for p in after}
    for point in before:
        if point.status == "stated" and point.interval is not None:
            now = there[point.period].interval
            assert now is not None
            width, was = now.high - now.low, point.interval.high - point.interval.low
            assert width <= was * (1 + 2e-3) + SLACK


odd = st.one_of(st.floats(), st.sampled_from([0.0, -0.0, 1e308, -1e308, 5e-324, 1e16, 1e17, float("inf")]))
MEASURED = ("value", "growth", "share", "count", "rank", "streak", "gap", "price", "index")


@choosing.tries(30)
@given(
    st.lists(st.tuples(
        st.sampled_from(MEASURED), odd,
        st.sampled_from(("CNY", "USD", "%", "pp", "enterprise", "", "t")),
        st.sampled_from(("exact", "over", "under", "about")), st.sampled_from(PERIODS),
        st.sampled_from((0.0, 1.0, 1e8, 0.1)),
    ), max_size=8),
    st.sampled_from(MEASURED[:-1]),
)
def test_nothing_that_a_claims_file_holds_stops_a_series(rows: list[Any], measure: str) -> None:
    """Whatever figures come in, a series comes out, with its table, its CSV and its JSON."""
    given_ = [
        Stated(Claim(m, value, unit, Span("a", n, n + 1, ""), bound=bound,  # type: ignore[arg-type]
                     slice=Slice(flow="trade", enterprise="private"), period=period, step=step))
        for n, (m, value, unit, bound, period, step) in enumerate(rows)
    ]
    options: dict[str, object] = {"measure": measure, "enterprise": "private", "flow": "trade"}
    series = make(wanted(options), given_)
    for language in ("en", "zh"):
        assert table(series, language) and source_table(series, language) and title(series, language)
    assert series.to_csv() and json.loads(series.to_json()) and series.to_arrow().num_rows == len(series)


@choosing.tries(10)
@given(worlds, st.lists(printings, min_size=2, max_size=8), st.sampled_from(("en", "zh")), asked)
def test_truth_is_in_the_series_of_written_texts(
    world: World, said: list[Any], language: str, options: dict[str, object]
) -> None:
    """The same through sentences: figures are printed, written as texts, read, and put together.

    Those alone that say how far they are rounded: 100 billion does not, where it stands for two digits.
    """
    claims = [claim_of(world, *row[:5], "half_up", 0, 0) for row in said]
    known_ = {(c.measure, c.slice, c.period): c for c in claims if c is not None}
    read = [
        claim
        for n, given_ in enumerate(known_.values())
        for claim in customhouse.read(write([given_], language).text, doc=f"text-{n}")
        if claim.step >= given_.step * (1 - SLACK)
    ]
    series = make(wanted(options | {"currency": "CNY"}), [Stated(claim, date(2025, 1, 1)) for claim in read])
    for value, point in known(world, series, options):
        assert point.status in ("stated", "derived"), point
        assert inside(value, point.interval), (value, point)
