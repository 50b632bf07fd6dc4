"""What must hold of measures for any cells; an oracle in plain Python sums counts from scratch."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from customhouse.measures import Missing, Request, measure
from customhouse.measures.door import figure
from customhouse.measures.request import Lacking
from customhouse.model import Claim, Derivation, Slice
from customhouse.period import Period, month
from statistics_fake import Cell, FakeStatistics

START = month(2023, 1)
PARTNERS = ("USA", "VNM", "THA", "DEU", "JPN")
KINDS = ("private", "foreign_invested", "state_owned")
YEAR = Period(START + 12, START + 23)


@st.composite
def worlds(draw: st.DrawFn) -> FakeStatistics:
    """Two years of months, each with at least a cell, of no or some value."""
    cells = [Cell(START + n, "exports", draw(st.integers(0, 10**6))) for n in range(24)]
    more = st.builds(
        Cell, st.integers(START, START + 23), st.sampled_from(("exports", "imports")), st.integers(0, 10**12),
        st.integers(0, 1000), st.integers(0, 10**6), st.frozensets(st.sampled_from("abcdef"), max_size=3),
        st.none() | st.integers(0, 10**12), st.sampled_from(PARTNERS),
        st.sampled_from(("85423100", "87038000", "87032300")), st.sampled_from(KINDS),
    )
    return FakeStatistics((*cells, *draw(st.lists(more, max_size=30))))


def exact(ask: Request, statistics: FakeStatistics) -> Fraction:
    return figure(ask, statistics).value


def naive(statistics: FakeStatistics, part: Slice, period: Period, first: bool = False) -> int:
    """The value of a slice, added up with none of the code under test."""
    wanted = part.given()
    total = 0
    for cell in statistics.cells:
        if not period.first <= cell.month <= period.last:
            continue
        if part.flow in ("exports", "imports") and cell.flow != part.flow:
            continue
        if all(getattr(cell, d) == c for d, c in wanted.items() if d != "flow"):
            sign = -1 if part.flow == "balance" and cell.flow == "imports" else 1
            total += sign * (cell.first if first and cell.first is not None else cell.value)
    return total


@given(worlds())
def test_contributions_of_parts_add_up_to_growth(statistics: FakeStatistics) -> None:
    assume(naive(statistics, Slice("trade"), YEAR.year_earlier()))
    whole = exact(Request("growth", Slice("trade"), YEAR), statistics)
    for dimension, codes in (("partner", PARTNERS), ("enterprise", KINDS)):
        slices = [Slice("trade", **{dimension: c}) for c in codes]
        assert sum(exact(Request("contribution", s, YEAR), statistics) for s in slices) == whole
    flows = [exact(Request("contribution", Slice(f), YEAR), statistics) for f in ("exports", "imports")]
    assert sum(flows) == whole


@given(worlds())
def test_shares_of_parts_add_up_to_all(statistics: FakeStatistics) -> None:
    assume(naive(statistics, Slice("trade"), YEAR))
    for of in (None, "change"):
        levels = {naive(statistics, Slice("trade"), period) for period in (YEAR, YEAR.year_earlier())}
        if of and len(levels) == 1:
            continue
        shares = [exact(Request("share", Slice("trade", partner=c), YEAR, of), statistics) for c in PARTNERS]
        assert sum(shares) == 100


@given(worlds())
def test_changes_of_shares_add_up_to_nothing(statistics: FakeStatistics) -> None:
    assume(naive(statistics, Slice("trade"), YEAR) and naive(statistics, Slice("trade"), YEAR.year_earlier()))
    changes = [exact(Request("share_change", Slice("trade", partner=c), YEAR), statistics) for c in PARTNERS]
    assert sum(changes) == 0


@given(worlds(), st.sampled_from(("trade", "exports")))
def test_growth_multiple_and_change_agree(statistics: FakeStatistics, flow: str) -> None:
    base = naive(statistics, Slice(flow), YEAR.year_earlier())
    assume(base)
    ask = Request("growth", Slice(flow), YEAR)
    growth = exact(ask, statistics)
    assert growth == (exact(replace(ask, measure="multiple"), statistics) - 1) * 100
    assert growth == exact(replace(ask, measure="change"), statistics) / base * 100


@given(worlds(), st.integers(0, 11))
def test_year_to_date_is_the_sum_of_its_months(statistics: FakeStatistics, last: int) -> None:
    ask = Request("value", Slice("balance"), Period(YEAR.first + last, YEAR.first + last))
    months = [Period(m, m) for m in range(YEAR.first, YEAR.first + last + 1)]
    values = [exact(replace(ask, period=period), statistics) for period in months]
    assert exact(ask.to_date(), statistics) == sum(values)


@given(worlds(), st.randoms(use_true_random=False))
def test_the_order_of_cells_changes_nothing(statistics: FakeStatistics, order: random.Random) -> None:
    cells = list(statistics.cells)
    order.shuffle(cells)
    other = FakeStatistics(tuple(cells))
    for name, part in (("growth", Slice("exports")), ("share", Slice("trade", partner="USA")),
                       ("rank", Slice("trade", partner="VNM")), ("price", Slice("exports"))):
        ask = Request(name, part, YEAR)
        assert measure(ask, statistics) == measure(ask, other)


@given(worlds(), st.sampled_from(PARTNERS), st.sampled_from(("exports", "imports", "trade", "balance")),
       st.booleans())
def test_an_oracle_counts_the_same(statistics: FakeStatistics, partner: str, flow: str, first: bool) -> None:
    part = Slice(flow, partner=partner)
    known = "first" if first else "latest"
    now, base = naive(statistics, part, YEAR), naive(statistics, part, YEAR.year_earlier(), first)
    got = measure(Request("growth", part, YEAR, base_known=known), statistics)
    if base <= 0 or (flow == "balance" and now <= 0):
        assert isinstance(got, Missing) and got.code in ("base", "balance")
    else:
        assert isinstance(got, Claim) and got.value == float(Fraction(now - base, base) * 100)
    change = measure(Request("change", part, YEAR, base_known=known), statistics)
    assert isinstance(change, Claim) and change.value == now - base


@given(worlds(), st.sampled_from(PARTNERS))
def test_rank_is_one_more_than_those_above(statistics: FakeStatistics, partner: str) -> None:
    values = {c: naive(statistics, Slice("trade", partner=c), YEAR) for c in PARTNERS}
    got = measure(Request("rank", Slice("trade", partner=partner), YEAR), statistics)
    assert isinstance(got, Claim) and got.value == 1 + sum(v > values[partner] for v in values.values())


@given(worlds(), st.integers(0, 10**6))
def test_streak_and_record_by_hand(statistics: FakeStatistics, level: int) -> None:
    values = [naive(statistics, Slice("exports"), Period(START + n, START + n)) for n in range(24)]
    last = Period(START + 23, START + 23)
    run = next((n for n, v in enumerate(reversed(values)) if v <= level), len(values))
    streak = measure(Request("streak", Slice("exports"), last, threshold=level), statistics)
    assert isinstance(streak, Claim) and streak.value == run
    assert (streak.interval().high == run) == (run < 24)
    record = measure(Request("record", Slice("exports"), last, window="all"), statistics)
    assert isinstance(record, Claim) and record.value == (values[-1] > max(values[:-1]))


@given(worlds(), st.integers(1, 1000))
def test_the_interval_holds_whatever_was_rounded(
    statistics: FakeStatistics, step: int
) -> None:
    """The figure of the true cells lies in the interval of the printed ones, each off by half a step."""
    printed = tuple(replace(c, value=round(c.value / step) * step) for c in statistics.cells)
    table = FakeStatistics(printed, step=step)
    for name in ("growth", "share", "contribution", "multiple", "change", "gap"):
        ask = Request(name, Slice("trade", enterprise="private"), YEAR)
        try:
            true = exact(ask, statistics)
        except Lacking:
            continue
        got = measure(ask, table)
        if isinstance(got, Claim):
            assert isinstance(got.origin, Derivation)
            low, high = got.origin.interval.low, got.origin.interval.high
            assert low <= float(true) <= high or float(true) in (pytest.approx(low), pytest.approx(high))
