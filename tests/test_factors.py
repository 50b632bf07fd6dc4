"""Figures that need prices, seasons or calendars: computed, never mixed with others, said and read back."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import choosing
from customhouse.ask import ask
from customhouse.check import Verdict, check
from customhouse.desk import Desk, Loading, open_store
from customhouse.factors import adjusted, days, estimated, made_of, measure
from customhouse.factors.memory import remembered
from customhouse.factors.monthly import monthly
from customhouse.measures import MEASURES, Missing, Request
from customhouse.measures import measure as measured
from customhouse.model import ADJUSTED, BY_DAYS, SEASONALLY, Claim, Derivation, Slice, changed
from customhouse.period import Period, month
from customhouse.prices.contributions import Contributions
from customhouse.quantity import Interval
from customhouse.query import parse, run
from customhouse.reader import read_text
from customhouse.reconcile import reconcile
from customhouse.release import body, plan_release, write_releases
from customhouse.release.facts import Plan
from customhouse.release.plan_factors import made_of as planned
from customhouse.release.survey import Survey
from customhouse.seasons.adjust import Settings, adjust
from customhouse.seasons.days import working_day_effect
from customhouse.simulate import simulate
from customhouse.statistics import Remembered, Statistics
from customhouse.versions import compare
from statistics_fake import Cell, FakeStatistics

LAST = Period(month(2025, 3), month(2025, 3))
QUARTER = Period.of(2025, 1, 3)
SEASON = (1.0, 0.7, 1.05, 1.0, 1.02, 1.03, 1.0, 1.01, 1.04, 0.98, 1.05, 1.1)
POINTS = {"price": -2.6, "volume": 1.1, "entry": 2.0, "exit": -3.0, "uncovered": 0.5}
LANGUAGES = ("zh", "en")


def statistics(months: int, last: int = LAST.last) -> FakeStatistics:
    """Exports and imports with a season, exports growing by 0.6% and imports by 0.4% a month."""
    noise = np.random.default_rng(7).normal(0.0, 0.01, 2 * months)
    cells = []
    for at, m in enumerate(range(last - months + 1, last + 1)):
        for side, (flow, grown) in enumerate((("exports", 0.006), ("imports", 0.004))):
            size = math.exp(grown * at + noise[2 * at + side]) * SEASON[m % 12]
            cells.append(Cell(m, flow, round(1e12 * size)))
    return FakeStatistics(tuple(cells))


@pytest.fixture(scope="module")
def long() -> FakeStatistics:
    return statistics(75)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A store of simulated declarations of two first quarters."""
    folder = tmp_path_factory.mktemp("factors")
    simulate(3_000, folder / "lines", seed=1, first=month(2024, 1), last=month(2025, 3))
    quarter = ("01", "02", "03")
    paths = [path for path in sorted((folder / "lines").glob("*.parquet")) if path.stem[-2:] in quarter]
    with open_store(folder / "store", create=True) as opened:
        opened.load(paths, Loading(known_on=date(2025, 4, 14)))
        yield opened


def claim(found: Claim | Missing) -> Claim:
    assert isinstance(found, Claim), found
    return found


def origin(found: Claim) -> Derivation:
    assert isinstance(found.origin, Derivation)
    return found.origin


def asked(flow: str, **more: Any) -> Request:
    options: dict[str, Any] = {"measure": "growth", "period": LAST, **more}
    return Request(slice=Slice(flow=flow), **options)


def moved(flow: str, factor: str, **more: Any) -> Request:
    return asked(flow, **{"measure": "contribution", "factor": factor} | more)


# --- what is left to the measures ------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(MEASURES))
def test_other_figures_are_those_of_the_measures(long: FakeStatistics, name: str) -> None:
    wanted = asked("exports", measure=name, of="growth" if name == "direction" else None)
    assert measure(wanted, long) == measured(wanted, long)


@pytest.mark.parametrize(("terms", "name"), list(product(ADJUSTED, sorted(MEASURES))))
def test_a_measure_never_takes_unadjusted_levels_for_adjusted_ones(terms: str, name: str) -> None:
    found = measured(asked("exports", measure=name, terms=terms), statistics(15))
    assert isinstance(found, Missing) and found.code == "adjusted"


# --- prices and volumes ----------------------------------------------------------------------------


def made(part: Slice, period: Period, points: dict[str, float], grade: str) -> Contributions:
    found: Any = points
    total = sum(points.values())
    return Contributions(part, period, period.year_earlier(), total, found, 0.8, 0.1, 0.3, grade)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Slice, Period]]:
    """Prices and volumes as though computed; the calls are noted."""
    calls: list[tuple[Slice, Period]] = []

    def contributions(of: Statistics, part: Slice, period: Period, base: Any) -> Contributions:
        calls.append((part, period))
        return made(part, period, POINTS, "B")

    monkeypatch.setattr(made_of, "contributions", contributions)
    return calls


def test_points_of_growth_by_factor(told: list[tuple[Slice, Period]]) -> None:
    world = statistics(15)
    found = {name: claim(measure(moved("imports", name), world)) for name in POINTS}
    assert {name: one.value for name, one in found.items()} == POINTS
    assert len(told) == 1, "all factors come from one computation"
    price = found["price"]
    assert (price.unit, price.factor, price.base, price.whole) == ("pp", "price", None, None)
    assert price.note == "grade B: prices of 80% of the value, 10% by estimated quantities"
    assert "price -2.600000 volume +1.100000" in origin(price).arithmetic
    assert price.interval() == Interval(-2.6 - 1.02, -2.6 + 1.02)
    assert found["entry"].interval() == Interval(2.0, 2.0)
    assert {c.period for c in origin(price).claims} == {LAST, LAST.year_earlier()}


def test_points_of_a_whole_are_those_of_the_part_by_its_size(told: list[tuple[Slice, Period]]) -> None:
    world = statistics(15)
    own = claim(measure(moved("imports", "price"), world))
    of_trade = claim(measure(moved("imports", "price", whole=(("flow", "trade"),)), world))
    base = {flow: claim(measured(asked(flow, measure="value", period=LAST.year_earlier()), world)).value
            for flow in ("imports", "trade")}
    assert math.isclose(of_trade.value, own.value * base["imports"] / base["trade"])
    assert of_trade.whole == (("flow", "trade"),) and "times" in origin(of_trade).arithmetic


def test_points_add_up_in_a_store(desk: Desk) -> None:
    world = desk.statistics()
    for flow in ("exports", "imports"):
        found = {name: claim(measure(moved(flow, name, period=QUARTER), world)) for name in POINTS}
        growth = claim(measured(asked(flow, period=QUARTER), world)).value
        assert math.isclose(sum(one.value for one in found.values()), growth, rel_tol=1e-9)
        assert all(estimated(one) and "grade" in str(one.note) for one in found.values())


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (moved("imports", "weather"), "factor"),
        (moved("imports", "price"), "factor"),
        (moved("imports", "price", measure="share"), "measure"),
        (moved("imports", "price", terms=SEASONALLY), "measure"),
        (moved("imports", "price", period=Period.of(2031, 1, 1)), "months"),
        (moved("imports", "price", terms="USD"), "currency"),
        (moved("imports", "working_days", period=Period.of(2031, 1, 1)), "months"),
        (moved("imports", "price", period=None), "period"),
        (moved("balance", "working_days"), "flow"),
        (asked("imports", terms=SEASONALLY, period=None), "period"),
        (asked("imports", terms=SEASONALLY, base=LAST.previous()), "adjusted"),
        (asked("imports", terms=SEASONALLY, measure="quantity"), "adjusted"),
        (asked("imports", terms=BY_DAYS, measure="value"), "adjusted"),
    ],
)
def test_what_cannot_be_had_says_why(wanted: Request, code: str) -> None:
    found = measure(wanted, statistics(15))
    assert isinstance(found, Missing) and found.code == code and found.reason


# --- working days ----------------------------------------------------------------------------------


@pytest.mark.parametrize("flow", ["exports", "trade"])
def test_working_days_are_those_of_the_calendar(flow: str) -> None:
    world = statistics(15)
    growth = claim(measured(asked(flow), world)).value
    effect = working_day_effect(LAST, growth=growth)
    found = claim(measure(moved(flow, "working_days"), world))
    assert found.value == effect.points and "in proportion" in str(found.note)
    assert found.interval() == Interval(min(0.0, effect.points), max(0.0, effect.points))
    without = claim(measure(asked(flow, terms=BY_DAYS), world))
    assert math.isclose(without.value, growth - effect.points) and without.terms == BY_DAYS
    sign = claim(measure(asked(flow, measure="direction", of="growth", terms=BY_DAYS), world))
    assert sign.value == math.copysign(1, without.value)


def test_many_years_give_a_regression(long: FakeStatistics) -> None:
    found = claim(measure(moved("exports", "working_days"), long))
    assert "by regression" in str(found.note)


# --- seasons ---------------------------------------------------------------------------------------


def test_adjusted_growth_is_that_of_the_adjusted_series(long: FakeStatistics) -> None:
    drawn = monthly(Slice(flow="exports"), long, LAST.last)
    assert not isinstance(drawn, Missing)
    made = adjust(drawn.series, Settings())
    found = claim(measure(asked("exports", base=LAST.previous(), terms=SEASONALLY), long))
    assert math.isclose(found.value, float(made.growth()[-1]), abs_tol=1e-6)
    assert (found.terms, found.base) == (SEASONALLY, LAST.previous())
    assert {c.terms for c in origin(found).claims} == {SEASONALLY}
    assert "adjusted by X-13" in str(found.note)
    ends = found.interval()
    assert ends.low < found.value < ends.high


def test_adjusted_flows_add_up(long: FakeStatistics) -> None:
    value = {flow: claim(measure(asked(flow, measure="value", terms=SEASONALLY), long)).value
             for flow in ("exports", "imports", "trade", "balance")}
    assert math.isclose(value["trade"], value["exports"] + value["imports"], abs_tol=0.02)
    assert math.isclose(value["balance"], value["exports"] - value["imports"], abs_tol=0.02)


def test_the_season_is_gone(long: FakeStatistics) -> None:
    """February is three tenths below January as it is, and about level with it once adjusted."""
    february = Period.of(2025, 2, 2)
    wanted = asked("exports", period=february, base=february.previous())
    plain = claim(measure(wanted, long)).value
    freed = claim(measure(changed(wanted, terms=SEASONALLY), long))
    assert plain < -20 < -5 < freed.value < 5


def test_an_adjustment_is_made_once(long: FakeStatistics, monkeypatch: pytest.MonkeyPatch) -> None:
    for flow in ("exports", "imports"):
        claim(measure(asked(flow, measure="value", terms=SEASONALLY), long))
    monkeypatch.setattr(adjusted, "adjust", lambda *_: pytest.fail("adjusted again"))
    claim(measure(asked("trade", base=LAST.previous(), terms=SEASONALLY), Remembered(long)))


def test_a_query_for_adjusted_growth(long: FakeStatistics) -> None:
    query = parse("seasonally adjusted growth of exports by month 2024-10 to 2025-03", latest=LAST.last)
    answer = run(query, long)
    assert len(answer.claims) == 6 and {c.terms for c in answer.claims} == {SEASONALLY}
    assert answer.rows()[0]["terms"] == SEASONALLY
    assert "seasonally adjusted" in answer.table("en")[0][-1]


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("What was seasonally adjusted export growth in March 2025?", "after seasonal adjustment"),
        ("经季节调整后，2025年3月出口环比增长多少？", "经季节调整"),
        ("Were seasonally adjusted exports at a record in March 2025?", None),
        ("Which month had the highest seasonally adjusted exports in 2024?", None),
    ],
)
def test_a_question_is_answered_in_its_terms_or_refused(
    long: FakeStatistics, question: str, words: str | None
) -> None:
    (part,) = ask(question, long).parts
    if words is None:
        assert part.passage is None and part.refusal and "seasonally adjusted" in part.refusal.reason
    else:
        assert part.passage and words in part.passage.text
        assert {c.terms for c in part.computed} == {SEASONALLY}


@pytest.mark.parametrize(
    "question",
    [
        "How much did falling prices lower import growth in March 2025?",
        "What was the price contribution to import growth in March 2025?",
        "2025年3月价格下跌拉低进口增速多少个百分点？",
    ],
)
def test_a_question_for_what_moved_growth(told: list[tuple[Slice, Period]], question: str) -> None:
    (part,) = ask(question, statistics(15)).parts
    assert [(c.factor, c.value) for c in part.computed] == [("price", -2.6)]


# --- memory ----------------------------------------------------------------------------------------


def test_what_is_remembered_goes_with_its_statistics() -> None:
    made: list[int] = []

    def make() -> int:
        made.append(1)
        return len(made)

    one, other = statistics(2), statistics(2)
    assert [remembered(one, "a", make), remembered(Remembered(one), "a", make)] == [1, 1]
    assert remembered(other, "a", make) == 2, "equal statistics are not the same"
    assert [remembered(one, ("b", n), make) for n in range(300)][-1] == 302
    assert remembered(one, "a", make) == 303, "the oldest goes first"


# --- checking and reconciling ----------------------------------------------------------------------


def verdicts(text: str, world: Statistics) -> list[tuple[Verdict, Claim | Missing]]:
    return [(one.verdict, one.computed) for one in check(read_text(text, "2025-04-14"), [world])]


def test_an_adjusted_rate_is_never_held_to_the_unadjusted_one(long: FakeStatistics) -> None:
    plain = claim(measured(asked("exports", base=LAST.previous()), long)).value
    assert plain > 20
    text = f"In March 2025, {{}}exports rose by {plain:.1f}% month on month."
    assert verdicts(text.format(""), long)[0][0] is Verdict.HOLDS
    assert verdicts(text.format("seasonally adjusted "), long)[0][0] is Verdict.CONTRADICTED
    verdict, computed = verdicts(text.format("seasonally adjusted "), statistics(15))[0]
    assert verdict is Verdict.NO_STATISTICS and isinstance(computed, Missing) and "36" in computed.reason


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("falling prices lowered import growth by 2.6 percentage points", Verdict.HOLDS),
        ("falling prices lowered import growth by 9 percentage points", Verdict.CONTRADICTED),
        ("rising prices raised import growth by 2.6 percentage points", Verdict.CONTRADICTED),
        ("higher volumes added 1.1 percentage points to import growth", Verdict.HOLDS),
        ("exchange rate movements lowered import growth by 2.6 percentage points", Verdict.NO_STATISTICS),
    ],
)
def test_what_moved_growth_is_checked(
    told: list[tuple[Slice, Period]], text: str, verdict: Verdict
) -> None:
    assert [one for one, _ in verdicts(f"In March 2025, {text}.", statistics(15))] == [verdict]


def test_without_quantities_the_verdict_says_why() -> None:
    text = "In March 2025, falling prices lowered import growth by 2.6 percentage points."
    verdict, computed = verdicts(text, statistics(15))[0]
    assert verdict is Verdict.NO_STATISTICS
    assert isinstance(computed, Missing) and "quantities" in computed.reason


@pytest.mark.parametrize(
    "beside",
    [
        "In March 2025, seasonally adjusted exports fell by 3% month on month.",
        "In March 2025, working-day adjusted exports fell by 3% year on year.",
        "In March 2025, falling prices lowered export growth by 30 percentage points.",
        "In March 2025, seasonally adjusted exports stood at 5 trillion yuan.",
    ],
)
def test_identities_leave_adjusted_figures_and_factors_alone(beside: str) -> None:
    plain = ("In March 2025, exports were 2.1 trillion yuan, up 5% year on year. In February 2025, exports "
             "were 1.9 trillion yuan. In March 2025, exports to ASEAN contributed 2 percentage points to "
             "export growth. ")
    claims = read_text(plain + beside, "2025-04-14", directions=True)
    assert claims[-1].terms in ADJUSTED or claims[-1].factor == "price"
    assert reconcile(claims).findings == reconcile(claims[:-1]).findings == ()
    assert len(reconcile(claims).derived) == len(reconcile(claims[:-1]).derived)


# --- the release -----------------------------------------------------------------------------------


def said(world: Statistics, period: Period) -> Plan:
    return plan_release(world, period)


def kinds(plan: Plan) -> list[str]:
    return [s.kind for section in plan.sections for p in section.paragraphs for s in p.statements]


def read_back(plan: Plan) -> dict[str, str]:
    """The texts of a plan; each states every fact of it."""
    written = write_releases(plan, LANGUAGES, date(2025, 4, 14))
    for release in written.values():
        assert len(body(release).claims) == len(list(plan.facts()))
    return {language: body(release).text for language, release in written.items()}


@choosing.tries(8, deadline=None)
@given(price=st.floats(-9.9, 9.9), volume=st.floats(-9.9, 9.9), entry=st.floats(0, 12),
       left=st.floats(-12, 0), grade=st.sampled_from("ABCD"))
def test_any_factors_are_said_and_read_back(
    price: float, volume: float, entry: float, left: float, grade: str
) -> None:
    found = {"price": price, "volume": volume, "entry": entry, "exit": left, "uncovered": 0.0}

    def contributions(of: Statistics, part: Slice, period: Period, base: Any) -> Contributions:
        return made(part, period, found, grade)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(made_of, "contributions", contributions)
        plan = said(statistics(24), QUARTER)
        texts = read_back(plan)
    assert not ("factors" in kinds(plan) and grade == "D")
    if "factors" in kinds(plan):
        assert "going by the prices" in texts["en"].lower() and texts["zh"]


@pytest.mark.parametrize(("part", "worth"), [(0.5, True), (0.3, True), (0.2, False), (0.05, False)])
def test_factors_that_tell_little_of_growth_are_not_said(
    monkeypatch: pytest.MonkeyPatch, part: float, worth: bool
) -> None:
    """Price and volume each give a part of growth; the rest is of goods without a price."""
    world = statistics(24)

    def contributions(of: Statistics, of_slice: Slice, period: Period, base: Any) -> Contributions:
        growth = claim(measured(Request("growth", of_slice, period), of)).value
        points = {"price": part * growth, "volume": part * growth, "entry": 0.0, "exit": 0.0}
        return made(of_slice, period, points | {"uncovered": (1 - 2 * part) * growth}, "A")

    monkeypatch.setattr(made_of, "contributions", contributions)
    assert ("factors" in kinds(said(world, QUARTER))) == worth


def test_a_month_says_its_adjusted_growth(long: FakeStatistics) -> None:
    plan = said(long, LAST)
    assert "adjusted" in kinds(plan) and ("note_adjusted", None) in plan.notes
    texts = read_back(plan)
    assert "after seasonal adjustment" in texts["en"]
    rates = {c.slice.flow: c for c in read_text(texts["zh"], "2025-04-14") if c.terms == SEASONALLY}
    exact = claim(measure(asked("exports", base=LAST.previous(), terms=SEASONALLY), long)).value
    assert rates["exports"].value == pytest.approx(exact, abs=0.051)
    assert rates["exports"].base == LAST.previous()
    assert "adjusted" not in kinds(said(long, QUARTER))


@pytest.mark.parametrize("days_more", [-2.0, 2.0])
def test_days_are_said_where_a_regression_tells_them_from_nothing(
    monkeypatch: pytest.MonkeyPatch, days_more: float
) -> None:
    effect = working_day_effect(LAST, growth=5.0)
    change: Callable[..., Any] = type(effect)
    fields = {name: getattr(effect, name) for name in effect.__slots__}
    sure = change(**fields | {"points": days_more, "method": "regression", "error": 0.3})
    monkeypatch.setattr(days, "working_day_effect", lambda *_, **__: sure)
    plan = said(statistics(24), LAST)
    assert "days" in kinds(plan)
    assert ("fewer" if days_more < 0 else "more") + " working days" in read_back(plan)["en"]
    monkeypatch.setattr(days, "working_day_effect", lambda *_, **__: change(**fields | {"points": days_more}))
    assert "days" not in kinds(said(statistics(24), LAST))


def test_statistics_without_quantities_say_nothing_of_prices() -> None:
    for world in (statistics(15), statistics(48)):
        assert planned(Survey(world), QUARTER) == []


def test_a_release_of_a_store_says_prices_and_verifies(desk: Desk, tmp_path: Path) -> None:
    published = desk.release("2025-Q1", charts=False)
    claims = [c for release in published.releases for c in body(release).claims]
    assert {"price", "volume"} <= {c.factor for c in claims}
    published.save(tmp_path / "out", ("md",))
    assert desk.verify(tmp_path / "out") == []


# --- versions --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "field"),
    [
        ("经季节调整，2025年3月出口环比增长1.2%。",
         "In March 2025, exports rose by 1.2% month on month.", "terms"),
        ("2025年3月，价格下跌拉低进口增速2.6个百分点。",
         "In March 2025, lower volumes lowered import growth by 2.6 percentage points.", "factor"),
        ("2025年3月，价格下跌拉低进口增速2.6个百分点。",
         "In March 2025, falling prices lowered import growth by 2.6 percentage points.", None),
    ],
)
def test_a_translation_that_drops_what_a_figure_is_of_is_told(
    first: str, second: str, field: str | None
) -> None:
    (pair,) = compare(read_text(first, "2025-04-14"), read_text(second, "2025-04-14")).pairs
    assert [aspect.field for aspect in pair.aspects] == ([field] if field else [])
