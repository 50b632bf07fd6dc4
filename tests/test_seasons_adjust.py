"""Seasonal adjustment as a whole: parts that multiply or add up, effects that are known, and bad series."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import yaml

from customhouse.errors import MissingExtra, SeasonsError, VocabularyError
from customhouse.period import Period
from customhouse.seasons import diagnostics, runner, x13
from customhouse.seasons.adjust import Adjusted, Settings, adjust
from customhouse.seasons.monthly import Monthly
from customhouse.vocabulary import rows
from seasons_material import AIR, CNY, START, Floats, airline, trade

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "seasons_bad.yaml").read_text(encoding="utf-8"))
TRADE = trade(2, 144)
PLAIN = Settings(festivals=(), trading=False)
"""What tests take that are not about calendars: quicker."""


@pytest.fixture(scope="module")
def seats() -> Adjusted:
    return adjust(TRADE)


def _growth(values: Floats) -> Floats:
    return np.diff(np.log(values))


def _adds_up(one: Adjusted) -> None:
    there = ~np.isnan(one.original.values)
    parts = np.array([one.adjusted, one.seasonal, one.holiday, one.trading])[:, there]
    original, adjusted = one.original.values[there], one.adjusted[there]
    if one.multiplicative:
        assert parts.prod(axis=0) == pytest.approx(original, rel=1e-9)
        assert (one.trend * one.irregular)[there] == pytest.approx(adjusted, rel=1e-3)
    else:
        size = np.abs(original).max()
        assert parts.sum(axis=0) == pytest.approx(original, abs=1e-9 * size)
        assert (one.trend + one.irregular)[there] == pytest.approx(adjusted, abs=1e-3 * size)


def test_parts_multiply_to_the_series(seats: Adjusted) -> None:
    assert seats.method == "x13"
    assert seats.multiplicative
    assert seats.months == TRADE.months
    _adds_up(seats)
    assert (seats.trend * seats.irregular) == pytest.approx(seats.adjusted, rel=1e-9)


def test_chinese_new_year_and_working_days_leave_the_series(seats: Adjusted) -> None:
    assert "chinese_new_year" in seats.windows
    told = {one.name: one for one in seats.coefficients}
    assert told["holidays"].value == pytest.approx(1, abs=0.1)
    assert told["holidays"].t > 10
    assert told["trading"].value == pytest.approx(0.02, abs=4 * told["trading"].error)
    winter = (np.array(TRADE.months) % 12) < 3
    plain = adjust(TRADE, PLAIN)
    assert np.std(_growth(seats.adjusted)[winter[1:]]) < 0.5 * np.std(_growth(plain.adjusted)[winter[1:]])


@pytest.mark.parametrize("method", ["x11", "seats"])
def test_effects_of_the_best_windows_are_estimated_by_x13(method: str) -> None:
    told = Settings(windows={"chinese_new_year": CNY}, shape="best", method=method)  # type: ignore[arg-type]
    found = adjust(TRADE, told)
    worth = {one.name.partition(" ")[2]: one for one in found.coefficients if "new_year" in one.name}
    # The series was made with exp(s b), not 1 + s b: what is lost of a month is 1 - exp(b) of it.
    for part, true in (("before", 0.15), ("during", -0.25), ("after", -0.2)):
        assert worth[part].value == pytest.approx(np.expm1(true), abs=4 * worth[part].error + 0.02)
    assert found.windows["chinese_new_year"] == CNY
    _adds_up(found)


def test_the_scale_of_a_series_does_not_matter() -> None:
    told = Settings(mode="none")
    small, large = (adjust(Monthly(START, TRADE.values[:96] * by), told) for by in (1e-9, 1e200))
    assert not small.multiplicative
    assert large.adjusted / 1e200 == pytest.approx(small.adjusted / 1e-9, rel=1e-6)
    assert large.holiday / 1e200 == pytest.approx(small.holiday / 1e-9, rel=1e-4, abs=1e-6)
    _adds_up(large)


def test_logarithms_are_taken_where_they_fit() -> None:
    assert adjust(AIR, PLAIN).multiplicative
    rng = np.random.default_rng(1)
    season = np.tile([30.0, -20, 10, 5, -25, 0, 0, 10, -10, 20, -20, 0], 15)
    level = 2000 - 10 * np.arange(180) + rng.normal(0, 3, 180)
    found = adjust(Monthly(START, season + level), PLAIN)
    assert not found.multiplicative
    assert any(note.code == "no_logarithms" for note in found.notes)
    _adds_up(found)


@pytest.mark.parametrize("place", [3, 143])
def test_values_of_zero_and_below_are_flagged(place: int) -> None:
    values = TRADE.values.copy()
    values[place] = -5.0
    found = adjust(Monthly(START, values), PLAIN)
    assert next(note for note in found.notes if note.code == "not_positive").values["lowest"] == -5.0
    _adds_up(found)
    with pytest.raises(SeasonsError, match="1 values of 0 or below"):
        adjust(Monthly(START, values), Settings(mode="log"))


@pytest.mark.parametrize("method", ["x11", "seats"])
def test_missing_months_are_flagged_and_stay_missing(method: str, seats: Adjusted) -> None:
    values = TRADE.values.copy()
    gaps = [20, 77, 78, 79, 130]
    values[gaps] = np.nan
    found = adjust(Monthly(START, values), Settings(method=method))  # type: ignore[arg-type]
    assert np.flatnonzero(np.isnan(found.adjusted)).tolist() == gaps
    assert not np.isnan(found.trend).any()
    assert next(note for note in found.notes if note.code == "missing").values["count"] == 5
    _adds_up(found)
    there = ~np.isnan(values)
    assert found.adjusted[there] == pytest.approx(seats.adjusted[there], rel=0.06)


def test_ends_without_values_have_no_parts() -> None:
    values = TRADE.values.copy()
    values[:4], values[-2:] = np.nan, np.nan
    found = adjust(Monthly(START, values))
    assert found.months == TRADE.months
    assert np.flatnonzero(np.isnan(found.trend)).tolist() == [0, 1, 2, 3, 142, 143]
    assert found.forecast is not None
    assert found.forecast.first == START + 142


def test_months_published_together_are_split_by_the_model() -> None:
    values = TRADE.values.copy()
    januaries = [i for i in range(72, 144) if i % 12 == 0]
    for i in januaries:
        values[i + 1] += values[i]
        values[i] = np.nan
    found = adjust(Monthly(START, values, "joint"), Settings(together="split"))
    note = next(note for note in found.notes if note.code == "split")
    assert note.values["count"] == len(januaries)
    for i in januaries:
        assert found.original.values[i : i + 2].sum() == pytest.approx(values[i + 1])
        assert found.original.values[i] == pytest.approx(TRADE.values[i], rel=0.12)
    errors = found.original.values[januaries] / TRADE.values[januaries] - 1
    assert np.sqrt(np.mean(errors**2)) < 0.04
    _adds_up(found)
    named = tuple(START + i + 1 for i in januaries)
    with pytest.raises(SeasonsError, match="set together to split"):
        adjust(Monthly(START, values), Settings(split=named))
    less = adjust(Monthly(START, values), replace(PLAIN, together="split", split=named[-2:]))
    assert np.isnan(less.adjusted).sum() == len(januaries) - 2


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["name"]))
def test_a_series_of_no_use_is_refused_with_its_reason(case: dict[str, object]) -> None:
    values = np.array(eval(str(case["values"]), {"np": np}), dtype=float)  # the table is ours
    with pytest.raises(SeasonsError, match=str(case["said"])):
        adjust(Monthly(START, values, "case"))


@pytest.mark.parametrize(
    ("settings", "said"),
    [({"festivals": ("xmas",)}, "no such festival"), ({"reporter": "XXX", "trading": True}, "no calendar")],
)
def test_calendars_that_were_asked_for_must_be_there(settings: dict[str, object], said: str) -> None:
    with pytest.raises(SeasonsError, match=said):
        adjust(TRADE, Settings(**settings))  # type: ignore[arg-type]


def test_without_a_calendar_the_rest_is_adjusted_and_said() -> None:
    found = adjust(TRADE, Settings(reporter="XXX"))
    assert {"festivals_unknown", "calendar_unknown"} <= {note.code for note in found.notes}
    assert (found.holiday == 1).all()
    assert (found.trading == 1).all()


@pytest.mark.parametrize(
    "wrong",
    [{"mode": "sqrt"}, {"method": "x12"}, {"model": "(0 1 1"}, {"forecast": 121}, {"critical": 0.5},
     {"outliers": ("so",)}, {"seconds": 0}, {"seasonal": "s3x4"}, {"shape": "round"}, {"together": "no"},
     {"model": "(0 1 1)} x11{"}],
)  # fmt: skip
def test_settings_that_are_none_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(SeasonsError, match=next(iter(wrong))):
        Settings(**wrong)  # type: ignore[arg-type]


def test_where_x13_is_missing_stl_stands_in_and_says_so(
    seats: Adjusted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "binary", lambda: None)
    found = adjust(TRADE)
    assert found.method == "stl"
    assert [note.code for note in found.notes][-1] == "stl"
    assert found.forecast is None
    _adds_up(found)
    assert np.std(_growth(found.adjusted) - _growth(seats.adjusted)) < 0.03
    with pytest.raises(MissingExtra):
        adjust(TRADE, replace(PLAIN, fallback=False))
    values = TRADE.values.copy()
    values[[5, 70]] = [-3.0, np.nan]
    _adds_up(adjust(Monthly(START, values), PLAIN))


def test_seats_that_fails_leaves_x11(monkeypatch: pytest.MonkeyPatch) -> None:
    real = x13.run

    def no_seats(spec: x13.Spec, seconds: float) -> runner.Output:
        return runner.Output({}, ("no decomposition",), ()) if spec.method == "seats" else real(spec, seconds)

    monkeypatch.setattr(x13, "run", no_seats)
    found = adjust(TRADE, PLAIN)
    assert next(note for note in found.notes if note.code == "seats_failed")
    assert found.adjusted == pytest.approx(adjust(TRADE, replace(PLAIN, method="x11")).adjusted)


def test_easier_specs_are_tried_before_giving_up(monkeypatch: pytest.MonkeyPatch) -> None:
    real = x13.run

    def fails(spec: x13.Spec, seconds: float) -> runner.Output:
        return runner.Output({}, ("singular",), ()) if spec.outliers else real(spec, seconds)

    monkeypatch.setattr(x13, "run", fails)
    found = adjust(TRADE, replace(PLAIN, method="x11"))
    assert [note.code for note in found.notes if note.code.startswith("outliers")] == ["outliers_none"]
    monkeypatch.setattr(x13, "run", lambda spec, seconds: runner.Output({}, ("never",), ()))
    with pytest.raises(SeasonsError, match="never"):
        adjust(TRADE, PLAIN)


def test_forecasts_continue_the_series() -> None:
    found = adjust(TRADE.window(Period(START, START + 119)), Settings(forecast=24))
    assert found.forecast is not None
    assert found.forecast.months == range(START + 120, START + 144)
    assert found.forecast.values == pytest.approx(TRADE.values[120:], rel=0.3)
    assert adjust(TRADE, replace(PLAIN, forecast=0)).forecast is None


def test_diagnostics_have_words_values_and_verdicts() -> None:
    found = adjust(TRADE, Settings(stability=True, method="x11", seasonal="s3x5"))
    told = {row.code: row for row in diagnostics.rows(found)}
    assert {"q", "m7", "qs_p", "spans_seasonal", "spans_month", "revision_level", "ljung_box_p"} <= set(told)
    assert not any(note.code in ("no_spans", "no_history") for note in found.notes)
    assert told["q"].verdict == "good"
    assert told["revision_level"].verdict == ""
    assert all(row.label("zh") != row.label("en") for row in told.values() if row.code != "aicc")


def test_tests_of_stability_that_a_series_is_too_short_for_are_said() -> None:
    told = replace(PLAIN, stability=True, method="x11", seasonal="s3x9")
    found = adjust(Monthly(START, TRADE.values[:96]), told)
    assert "no_history" in {note.code for note in found.notes}
    assert "revision_level" not in found.diagnostics


@pytest.mark.parametrize(
    ("code", "value", "verdict"),
    [("q", 0.99, "good"), ("q", 1.0, "fair"), ("q", 1.3, "bad"), ("qs_p", 0.02, "good"),
     ("qs_p", 0.005, "fair"), ("qs_p", 0.0001, "bad"), ("spans_seasonal", 14.9, "good"),
     ("spans_seasonal", 20, "fair"),
     ("spans_seasonal", 25, "bad"), ("spans_month", 34, "good"), ("spans_month", 39, "fair"),
     ("spans_month", 41, "bad")],
)  # fmt: skip
def test_verdicts_are_by_the_limits_of_the_manual(code: str, value: float, verdict: str) -> None:
    nothing = np.ones(0)
    one = Adjusted(Monthly(START, nothing), *[nothing] * 6, True, "x13", diagnostics={code: value})
    (row,) = diagnostics.rows(one)
    assert (row.verdict, row.value) == (verdict, value)
    assert row.said("en") == {"good": "good", "fair": "acceptable", "bad": "poor"}[verdict]


def test_every_diagnostic_has_words() -> None:
    for row in rows("season_diagnostics"):
        assert diagnostics.word(row["code"], "zh")
        assert diagnostics.word(row["code"], "en")
    with pytest.raises(VocabularyError):
        diagnostics.word("q", "fr")


@pytest.mark.parametrize("reporter", ["VNM", "IDN", "IND", "DEU"])
def test_other_reporters_have_their_festivals(reporter: str) -> None:
    found = adjust(Monthly(START, np.exp(airline(5, 96))), Settings(reporter=reporter, mode="log"))
    tried = {note.values["festival"] for note in found.notes if note.code == "festival_left_out"}
    assert tried | set(found.windows)
    assert "chinese_new_year" not in found.windows or reporter == "IDN"


@pytest.mark.parametrize(
    ("given", "first", "values"),
    [({"2024-03": 1, "2024-01": 3}, "2024-01", [3, None, 1]), ([1, None, 2.5], "2023-12", [1, None, 2.5])],
)
def test_series_of_what_people_have(given: object, first: str, values: list[float | None]) -> None:
    made = Monthly.of(given, None if isinstance(given, dict) else first, "x")
    assert made.period == Period(Period.parse(first).first, Period.parse(first).first + 2)
    assert [None if np.isnan(v) else v for v in made.values] == values
    assert made.observed == 2


def test_series_of_pandas_and_polars() -> None:
    import pandas as pd
    import polars as pl

    one = Monthly.of(pd.Series([1.0, 2.0], pd.period_range("2020-05", periods=2, freq="M"), name="trade"))
    assert (one.name, one.first, one.values.tolist()) == ("trade", 2020 * 12 + 4, [1.0, 2.0])
    two = Monthly.of(pd.Series([1.0, 2.0], pd.date_range("2020-05-01", periods=2, freq="MS")))
    assert two.first == one.first
    three = Monthly.of(pl.Series("a", [1, None]), "2020-05")
    assert three.name == "a"
    assert np.isnan(three.values[1])


@pytest.mark.parametrize(
    ("given", "first"),
    [([1, 2], None), (["a"], "2020-01"), ([1.0], "soon"), ({"2020-01": 1, "2020-01-15": 2}, None), ({}, None),
     ([float("inf")], "2020-01"), (5, "2020-01"), ({None: 1}, None)],
)  # fmt: skip
def test_what_is_no_series_is_refused(given: object, first: str | None) -> None:
    with pytest.raises(SeasonsError):
        Monthly.of(given, first)
