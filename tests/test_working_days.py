"""Growth per working day and its regressions: tables, statsmodels, plain matrices, simulated truth."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from customhouse.errors import SeasonsError
from customhouse.model import Claim, Derivation, Slice
from customhouse.period import Period, month
from customhouse.seasons.apart import Rates, told_apart
from customhouse.seasons.calendars import working_days
from customhouse.seasons.changing import Changing, changing
from customhouse.seasons.coefficient import day_coefficient
from customhouse.seasons.days import contribution, days_claim, growth_per_day, working_day_effect
from customhouse.seasons.monthly import Monthly
from customhouse.seasons.rates import Observed
from customhouse.seasons.regressors import Windows, trading

CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "cases" / "working_days.yaml").read_text(encoding="utf-8")
)
Q1 = Period.parse("2025-01/2025-03")
FIRST = month(2000, 1)


def airline(months: int, seed: int, ma: tuple[float, float] = (0.4, 0.6), sigma: float = 0.02) -> Any:
    """Logarithms of a series that follows the airline model, from `FIRST` on."""
    rng = np.random.default_rng(seed)
    seasonal = np.zeros(13)
    seasonal[0], seasonal[12] = 1.0, -ma[1]
    weights = np.convolve([1.0, -ma[0]], seasonal)
    steps = np.convolve(rng.normal(0, sigma, months + 13), weights)[13 : 13 + months]
    level = np.concatenate([np.zeros(13), steps])
    for at in range(13, len(level)):
        level[at] += level[at - 1] + level[at - 12] - level[at - 13]
    return 4.0 + level[13:]


def yearly(levels: Any) -> Any:
    return levels[12:] - levels[:-12]


@pytest.mark.parametrize("case", CASES, ids=[f"{c['reporter']}-{c['period']}" for c in CASES])
def test_by_proportion(case: dict[str, Any]) -> None:
    period = Period.parse(case["period"])
    found = working_day_effect(period, reporter=case["reporter"], growth=case["growth"])
    assert (found.days, found.base_days) == (case["days"], case["base_days"])
    assert found.per_day == pytest.approx(case["per_day"], abs=1e-4)
    assert found.points == pytest.approx(case["points"], abs=1e-4)
    assert (found.method, found.error, found.announced) == ("proportion", None, True)
    assert "upper bound" in found.note
    level = 100 + case["growth"]
    assert growth_per_day(level, 100.0, period, case["reporter"]) == pytest.approx(found.per_day)


@given(st.integers(month(1995, 1), month(2050, 1)), st.integers(1, 12), st.floats(-90, 500))
def test_points_and_growth_per_day_make_growth(first: int, months: int, growth: float) -> None:
    period = Period(first, first + months - 1)
    found = working_day_effect(period, growth=growth)
    assert found.points + found.per_day == pytest.approx(growth)
    assert (found.points > 0) == (found.more > 0) and (found.points < 0) == (found.more < 0)
    claim = contribution(found, Slice(flow="exports"))
    assert isinstance(claim.origin, Derivation)
    ends = claim.origin.interval
    assert (ends.low, ends.high) == (min(0.0, found.points), max(0.0, found.points))
    assert (claim.factor, claim.of, claim.unit, claim.base) == ("working_days", None, "pp", found.base)
    assert found.announced or "by rule" in (claim.note or "")


def test_two_fewer_working_days_are_a_claim() -> None:
    """As the transcript of customs says it of the first quarter of 2025."""
    claim = days_claim("CHN", Q1)
    row = claim.to_dict()
    assert row.pop("base") == "2024-01/2024-03"
    assert row == {
        "measure": "change", "of": "count", "value": -2, "unit": "day", "bound": "exact",
        "subject": "working_days", "period": "2025-01/2025-03",
    }  # fmt: skip
    assert isinstance(claim.origin, Derivation) and claim.origin.arithmetic == "59 - 61 = -2 days"
    assert isinstance(Claim.from_dict(row | {"doc": "d", "start": 0, "end": 1}), Claim)
    assert days_claim("USA", Q1).slice.reporter == "USA"


def test_a_long_series_takes_the_regression() -> None:
    months = range(FIRST, month(2025, 4))
    effect = 0.02
    logs = airline(len(months), 1) + effect * trading("CHN", months)[:, 0]
    series = Monthly(FIRST, np.exp(logs), "exports")
    found = working_day_effect(Q1, series=series)
    assert found.method == "regression" and found.error and found.coefficient_error
    assert abs(found.coefficient - 100 * effect) < 3 * found.coefficient_error
    days = working_days("CHN", range(Q1.first, Q1.last + 1)).counts
    before = working_days("CHN", range(Q1.first - 12, Q1.last - 11)).counts
    without = np.exp(logs[-3:] - found.coefficient / 100 * (days - before)).sum()
    base = np.exp(logs[-15:-12]).sum()
    assert found.points == pytest.approx(found.growth - 100 * (without / base - 1), abs=1e-9)
    assert found.interval.low < found.points < found.interval.high
    claim = contribution(found, Slice(flow="exports"))
    assert "standard error" in (claim.note or "") and f"{found.points:.6f}" in claim.origin.arithmetic
    asked = working_day_effect(Q1, series=series, method="proportion")
    assert asked.method == "proportion" and asked.growth == found.growth


def test_intervals_of_the_coefficient_hold_as_often_as_they_say() -> None:
    truth, held = 0.015, []
    months = range(FIRST, FIRST + 200)
    days = working_days("JPN", months).counts
    for seed in range(60):
        series = Monthly(FIRST, np.exp(airline(200, seed) + truth * days))
        found = day_coefficient("JPN", series)
        held.append(abs(found.value - truth) < 1.96 * found.error)
    assert np.mean(held) >= 0.88  # 95 of 100 in the long run; 60 tries are below 53 once in 60


def test_festivals_are_beside_the_days_only_where_they_show() -> None:
    months = range(FIRST, FIRST + 240)
    truth = Changing("chinese_new_year", Windows(10, (-1, 6), 15), 0, FIRST)
    holiday = truth.regressors(range(FIRST + 12, FIRST + 240)) @ np.array([0.1, -0.3, -0.2])
    effect = np.zeros(240)
    for at in range(12, 240):
        effect[at] = effect[at - 12] + holiday[at - 12]
    found = day_coefficient("CHN", Monthly(FIRST, np.exp(airline(240, 3) + effect)))
    assert dict(found.windows)["chinese_new_year"] == truth.windows
    without = Monthly(FIRST, np.exp(airline(240, 4) + 0.01 * trading("CHN", months)[:, 0]))
    plain = day_coefficient("CHN", without)
    assert "chinese_new_year" not in dict(plain.windows)


def test_what_cannot_be_had_is_refused_or_by_proportion() -> None:
    short = Monthly(month(2022, 1), np.exp(airline(39, 1)))
    assert working_day_effect(Q1, series=short).method == "proportion"
    for series in (short, None, Monthly(FIRST, np.full(303, np.nan)), Monthly(FIRST, np.zeros(303))):
        with pytest.raises(SeasonsError):
            working_day_effect(Q1, series=series, method="regression")
    with pytest.raises(SeasonsError, match="give its growth"):
        working_day_effect(Q1)
    with pytest.raises(SeasonsError, match="growth needs both"):
        working_day_effect(Q1, series=Monthly(month(2025, 1), np.ones(3)))
    for growth in (-100.0, float("nan"), float("inf")):
        with pytest.raises(SeasonsError, match="leaves no value"):
            working_day_effect(Q1, growth=growth)
    with pytest.raises(SeasonsError, match="take as many of both"):
        working_day_effect(Q1, growth=1.0, base=Period.parse("2024-01"))
    with pytest.raises(SeasonsError, match="must be above 0"):
        growth_per_day(1.0, 0.0, Q1)


def test_gaps_and_zeros_are_left_out() -> None:
    values = np.exp(airline(300, 5))
    gaps = values.copy()
    gaps[[40, 41, 100, 200]] = [np.nan, np.nan, 0.0, -3.0]
    whole, part = (day_coefficient("JPN", Monthly(FIRST, v)) for v in (values, gaps))
    assert (whole.observations, part.observations) == (288, 280)
    assert abs(whole.value - part.value) < whole.error


def test_the_regression_is_that_of_statsmodels() -> None:
    """The exact likelihood of the series differenced, at our estimates and at the best of statsmodels."""
    sarimax = pytest.importorskip("statsmodels.tsa.statespace.sarimax").SARIMAX
    months = range(FIRST, FIRST + 216)
    days = trading("JPN", months)
    logs = airline(216, 9, (0.3, 0.7)) + 0.01 * days[:, 0]
    fit = Observed.of(yearly(logs)).fit(yearly(days))
    model = sarimax(logs, days, order=(0, 1, 1), seasonal_order=(0, 1, 1, 12), simple_differencing=True)
    ours = [*fit.coefficients, -fit.ma[0], -fit.ma[1], fit.sigma**2]
    free, n = 4, 203
    likelihood = -(fit.aicc - 2 * free * n / (n - free - 1)) / 2
    assert model.loglike(ours) == pytest.approx(likelihood, abs=1e-6)
    best = model.fit(disp=False)
    assert model.loglike(ours) >= best.llf - 1e-4
    assert fit.coefficients == pytest.approx(best.params[:1], abs=1e-4)
    assert fit.errors == pytest.approx(best.bse[:1], rel=0.05)


def pairs(months: int) -> Any:
    """Weights of observations: each month by itself, but two of every twelve together, and a gap."""
    rows = []
    for at in range(months):
        row = np.zeros(months)
        if at % 12 == 0 and at + 1 < months:
            row[at], row[at + 1] = 0.6, 0.4
        elif at % 12 == 1 or at in (30, 31, 32):
            continue
        else:
            row[at] = 1.0
        rows.append(row)
    return np.array(rows)


def test_months_together_are_as_plain_matrices_say() -> None:
    """Generalised least squares, and the conditional mean of a normal variable, written out."""
    months, ma = 96, (0.3, 0.7)
    mixing, rng = pairs(months), np.random.default_rng(1)
    regressors, seen = rng.normal(size=(months, 2)), rng.normal(size=len(mixing))
    observed = Observed.of(seen, mixing)
    fit = observed.fit(regressors, ma)
    weights = np.convolve([1.0, -ma[0]], [1.0, *[0.0] * 11, -ma[1]])
    steps = np.zeros((months, months + 13))
    for lag, weight in enumerate(weights):
        steps[np.arange(months), np.arange(months) + 13 - lag] = weight
    covariance = np.cumsum(steps, axis=0) @ np.cumsum(steps, axis=0).T
    change = np.diff(np.eye(len(mixing)), axis=0) @ mixing
    v = change @ covariance @ change.T
    x, y = change @ regressors, np.diff(seen)
    beta = np.linalg.solve(x.T @ np.linalg.solve(v, x), x.T @ np.linalg.solve(v, y))
    assert fit.coefficients == pytest.approx(beta, abs=1e-9)
    wanted = np.eye(months) - mixing[:1]
    rest = np.linalg.solve(v, y - x @ beta)
    level = seen[0] - mixing[0] @ regressors @ beta
    plain = level + wanted @ covariance @ change.T @ rest + regressors @ beta
    assert observed.expected(regressors, fit) == pytest.approx(plain, abs=1e-8)
    assert mixing @ plain == pytest.approx(seen, abs=1e-8)


def test_what_is_no_observation_is_refused() -> None:
    with pytest.raises(SeasonsError, match="8 observations"):
        Observed.of(np.zeros(5))
    with pytest.raises(SeasonsError, match="missing or infinite"):
        Observed.of(np.full(20, np.nan))
    with pytest.raises(SeasonsError, match="order of time"):
        Observed.of(np.zeros(20), np.eye(20)[::-1])
    observed = Observed.of(np.random.default_rng(1).normal(size=60))
    with pytest.raises(SeasonsError, match="rows of regressors"):
        observed.fit(np.zeros((10, 1)))
    with pytest.raises(SeasonsError, match="apart"):
        observed.fit(np.zeros((60, 1)))


def published(seed: int, years: int = 20) -> tuple[Rates, dict[int, float], Any]:
    """Growth of a simulated series whose January and February come together in every third year."""
    months = range(FIRST, FIRST + 12 * years)
    size = Changing("chinese_new_year", Windows(5, (-1, 6), 15), 0, FIRST)
    columns = size.regressors(range(FIRST + 12, months.stop))
    logs = airline(len(months), seed)
    effect = np.zeros(len(months))
    for at in range(12, len(months)):
        effect[at] = effect[at - 12] + columns[at - 12] @ np.array([0.2, -0.3, -0.4])
    values = dict(zip(months, np.exp(logs + effect), strict=True))
    growth = {}
    for m in range(FIRST + 12, months.stop):
        together = m // 12 % 3 == 0 and m % 12 < 2
        if not together:
            growth[Period(m, m)] = 100 * (values[m] / values[m - 12] - 1)
        elif m % 12 == 0:
            now, before = (sum(values[k + n] for n in (0, 1)) for k in (m, m - 12))
            growth[Period(m, m + 1)] = 100 * (now / before - 1)
    return Rates(growth, {m: values[m] for m in (FIRST, FIRST + 1)}), values, columns


def test_months_told_apart_agree_with_what_was_published() -> None:
    rates, values, columns = published(2)
    found = told_apart(rates, columns)
    errors = []
    for period, rate in rates.growth.items():
        if period.months == 1:
            assert found.at(period.first) == pytest.approx(rate, abs=1e-4)
            continue
        grown = [values[m - 12] * (1 + found.at(m) / 100) for m in (period.first, period.last)]
        before = [values[m - 12] for m in (period.first, period.last)]
        # The weights are told apart too: years before are among those that come together.
        assert sum(grown) / sum(before) == pytest.approx(1 + rate / 100, abs=0.01)
        truth = values[period.first] / values[period.first - 12]
        errors.append(100 * (truth - 1) - found.at(period.first))
    spread = np.std([100 * (values[m] / values[m - 12] - 1) for m in rates.months if m % 12 == 0])
    assert np.std(errors) < spread / 4  # the holiday alone moves January far more
    again = told_apart(rates, columns, known=found.fit)
    assert again.growth == pytest.approx(found.growth, abs=1e-4)


def test_rates_that_cannot_be_are_refused() -> None:
    one, two = Period.parse("2024-01"), Period.parse("2024-01/2024-02")
    with pytest.raises(SeasonsError, match="in common"):
        Rates({one: 1.0, two: 1.0}, {})
    for rate in (-100.0, float("nan")):
        with pytest.raises(SeasonsError, match="leave it out"):
            Rates({one: rate}, {})
    with pytest.raises(SeasonsError, match="no growth was given"):
        _ = Rates({}, {}).months
    with pytest.raises(SeasonsError, match="no value of this calendar month"):
        Rates({two: 1.0}, {}).observed()
    rates, _, columns = published(2)
    with pytest.raises(SeasonsError, match="not among the months"):
        told_apart(rates, columns).at(FIRST)


def test_an_effect_that_changes_is_found_to_change() -> None:
    months = range(FIRST + 12, FIRST + 300)
    truth = Changing("chinese_new_year", Windows(10, (-1, 6), 20), 1, months[144])
    coefficients = np.array([0.10, -0.25, -0.20, 0.05, -0.10, -0.12])
    growth = yearly(airline(300, 6)) + truth.regressors(months) @ coefficients
    observed = Observed.of(growth)
    days = yearly(working_days("CHN", range(FIRST, FIRST + 300)).counts.astype(float).reshape(-1, 1))
    found = changing(observed, months, "chinese_new_year", days)
    assert (found.windows, found.powers) == (truth.windows, 1)
    fit = observed.fit(np.column_stack([found.regressors(months), days]))
    assert np.abs((fit.coefficients[:6] - coefficients) / fit.errors[:6]).max() < 3
    early, late = (found.sizes(month(y, 2), fit.coefficients)["after"] for y in (2002, 2022))
    assert late < early
    with pytest.raises(SeasonsError, match="told apart"):
        changing(observed, months, "chinese_new_year", days, among=())
