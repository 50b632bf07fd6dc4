"""The spec, the run and the output of X-13ARIMA-SEATS: what is written, limits, errors, hostile output."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customhouse.errors import MissingExtra, SeasonsError
from customhouse.seasons import output, runner
from customhouse.seasons.monthly import Monthly
from customhouse.seasons.spec import Regressor, Spec
from seasons_material import AIR, START, airline

PLAIN = Spec(AIR, True, outliers=("ao", "ls", "tc"))


@pytest.fixture(scope="module")
def air() -> runner.Output:
    return runner.run(replace(PLAIN, stability=True))


def test_the_airline_model_of_the_airline_series(air: runner.Output) -> None:
    entries = output.udg(runner.run(replace(PLAIN, outliers=())).files["udg"])
    told = {one.name: one for one in output.coefficients(entries, {})}
    assert told["MA nonseasonal 1"].value == pytest.approx(0.4018, abs=1e-4)
    assert told["MA seasonal 12"].value == pytest.approx(0.5569, abs=1e-4)
    assert output.udg(air.files["udg"])["arimamdl"] == "(0 1 1)(0 1 1)"


def test_tables_multiply_to_the_series(air: runner.Output) -> None:
    adjusted, seasonal, trend, irregular = (
        output.table(air.files[name], AIR.months) for name in ("d11", "d10", "d12", "d13")
    )
    assert adjusted * seasonal * PLAIN.scale == pytest.approx(AIR.values, rel=1e-12)
    assert trend * irregular == pytest.approx(adjusted, rel=1e-12)


def test_diagnostics_are_read(air: runner.Output) -> None:
    told = output.diagnostics(output.udg(air.files["udg"])) | output.ljung_box(air.files["acf"])
    assert {f"m{n}" for n in range(1, 12)} | {"q", "q2", "aicc", "qs", "qs_p", "ljung_box_p"} <= set(told)
    assert {"spans_seasonal", "spans_month", "spans_year", "revision_level", "revision_change"} <= set(told)
    assert 0 < told["q"] < 1
    assert 0 <= told["spans_seasonal"] <= 100
    assert 0 < told["revision_level"] < 5
    assert 0 <= told["ljung_box_p"] <= 1
    assert told["qs_original"] > 100


def test_outliers_are_read_with_their_months() -> None:
    values = AIR.values.copy()
    values[60] *= 1.6
    values[100:] *= 0.7
    found = runner.run(replace(PLAIN, series=AIR.with_values(values)))
    told = {(one.kind, one.month): one for one in output.outliers(output.udg(found.files["udg"]))}
    assert {("ao", AIR.first + 60), ("ls", AIR.first + 100)} <= set(told)
    assert told["ao", AIR.first + 60].value == pytest.approx(np.log(1.6), abs=0.1)
    assert told["ls", AIR.first + 100].value == pytest.approx(np.log(0.7), abs=0.1)
    assert all(abs(one.t) > 3 for one in told.values())


def test_lines_keep_within_what_x13_reads() -> None:
    reach = len(Spec(AIR, True).reach)
    rng = np.random.default_rng(0)
    many = tuple(Regressor(f"r{n}", f"f{n % 5}" if n < 40 else "trading", rng.normal(size=reach))
                 for n in range(50))  # fmt: skip
    files = Spec(AIR, True, many, stability=True).files()
    assert max(len(line) for line in files["run.spc"].splitlines()) <= 132
    assert len(files["regressors.dat"].splitlines()) == reach
    assert files["run.spc"].count("holiday5") == 8
    table = np.array([line.split()[2:] for line in files["regressors.dat"].splitlines()], dtype=float)
    assert table == pytest.approx(np.column_stack([one.values for one in many]), rel=1e-13)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(1e-3, 1e12), min_size=36, max_size=60), st.data())
def test_the_series_is_written_to_the_last_digit(values: list[float], data: st.DataObject) -> None:
    gap = data.draw(st.integers(0, 35))
    given_values = np.array(values)
    given_values[gap] = np.nan
    spec = Spec(Monthly(START, given_values), False)
    lines = spec.files()["series.dat"].splitlines()
    read = np.array([float(line.split()[2]) for line in lines])
    assert read[gap] == -99999
    kept = ~np.isnan(given_values)
    assert (read[kept] == given_values[kept] / spec.scale).all()
    assert np.nanmax(np.abs(read[kept])) < 10000
    assert [line.split()[:2] for line in lines[:2]] == [["2005", "1"], ["2005", "2"]]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"series": AIR.with_values(AIR.values[:35])}, "35 months"),
        ({"series": Monthly(1900 * 12, np.ones(781))}, "781 months"),
        ({"regressors": (Regressor("a", "easter", np.ones(3)),)}, "regressor a: 3 months"),
        ({"regressors": tuple(Regressor("a", f"{n}", np.ones(168)) for n in range(6))}, "6 festivals"),
    ],
)
def test_what_x13_would_refuse_is_refused_before(change: dict[str, object], said: str) -> None:
    with pytest.raises(SeasonsError, match=said):
        replace(PLAIN, **change)  # type: ignore[arg-type]


def test_errors_of_x13_are_told() -> None:
    reach = len(PLAIN.reach)
    same = tuple(Regressor(name, "trading", np.sin(np.arange(reach) ** 2.0)) for name in "ab")
    found = runner.run(replace(PLAIN, regressors=same))
    assert any("singular" in text for text in found.errors)
    assert "d11" not in found.files


def test_messages_are_read_over_several_lines() -> None:
    text = "  ERROR: Cannot go\n     on like this.\n\n NOTE: nothing\n WARNING: beware\n\n more\n"
    assert runner.messages(text) == (("Cannot go on like this.",), ("beware",))
    assert runner.messages("") == ((), ())


def test_a_run_that_takes_too_long_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = tmp_path / "x13as"
    slow.write_text("#!/bin/sh\nexec sleep 20\n")
    slow.chmod(0o755)
    monkeypatch.setattr(runner, "binary", lambda: slow)
    with pytest.raises(SeasonsError, match="longer than"):
        runner.run(PLAIN, seconds=0.2)


def test_a_program_that_is_none_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "x13as"
    broken.write_bytes(b"\x7fELF nothing")
    broken.chmod(0o755)
    monkeypatch.setattr(runner, "binary", lambda: broken)
    with pytest.raises(SeasonsError, match="cannot be run"):
        runner.run(PLAIN)


def test_without_a_program_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "binary", lambda: None)
    with pytest.raises(MissingExtra, match="customhouse\\[seasons\\]"):
        runner.run(PLAIN)


def test_the_environment_names_another_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = tmp_path / "x13"
    mine.write_text("#!/bin/sh\n")
    monkeypatch.setenv("CUSTOMHOUSE_X13", str(mine))
    runner.binary.cache_clear()
    try:
        assert runner.binary() is None
        mine.chmod(0o755)
        runner.binary.cache_clear()
        assert runner.binary() == mine
    finally:
        runner.binary.cache_clear()


@pytest.mark.parametrize(
    ("text", "value"),
    [("+0.1E+03", 100.0), (" -1.5D-2 ", -0.015), ("0.25-101", 0.25e-101), ("7", 7.0), (".5", 0.5),
     ("+0.3D+00", 0.3), ("1.", 1.0)],
)  # fmt: skip
def test_numbers_of_fortran(text: str, value: float) -> None:
    assert output.number(text) == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize("text", ["", "****", "NaN", "nopeak", "1.2.3", "--1", "1e", "+", "0x10", "１"])
def test_what_is_no_number_is_missing(text: str) -> None:
    assert np.isnan(output.number(text))


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_come_back(value: float) -> None:
    assert output.number(f"{value:+.16E}") == value


def _read_all(text: str) -> None:
    """Everything that reads output, over a text."""
    table = output.table(text, range(START, START + 5))
    assert table.shape == (5,)
    entries = output.udg(text)
    output.outliers(entries)
    output.coefficients(entries, {"u01": "one"})
    output.ljung_box(text)
    runner.messages(text)
    assert not any(np.isnan(value) for value in output.diagnostics(entries).values())


@settings(deadline=None)
@given(st.text())
def test_no_text_is_too_strange(text: str) -> None:
    _read_all(text)


PIECES = st.sampled_from([
    "f3.q", "qssadj", "s2.a.per", ":", "$", "MA$Seasonal$12$12", "AutoOutlier$AO2010.Foo", "AO2010.Jan",
    "****", "0.1E+03", "-", "\t", "\n", "200501", "209913", " ", "spcsa.s1", "+", "NaN", "1-999", "lbq",
    "$AO", "24",
])  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.lists(PIECES, max_size=40))
def test_no_shuffled_output_is_too_strange(pieces: list[str]) -> None:
    _read_all("".join(pieces))


def test_damaged_output_is_read_as_far_as_it_goes(air: runner.Output) -> None:
    rng = np.random.default_rng(7)
    text = air.files["udg"]
    for _ in range(60):
        at, length = rng.integers(0, len(text)), rng.integers(1, 400)
        _read_all(text[:at] + "".join(chr(c) for c in rng.integers(1, 256, 3)) + text[at + length:])
    cut = output.diagnostics(output.udg(text[: text.index("f3.q")]))
    assert "m1" in cut
    assert "q" not in cut


def test_a_series_below_zero_is_adjusted_without_logarithms() -> None:
    series = Monthly(START, airline(1) - 5)
    found = runner.run(Spec(series, False, method="seats", forecast=36))
    assert not found.errors
    parts = [output.table(found.files[name], series.months) for name in ("s11", "s10")]
    assert sum(parts) * Spec(series, False).scale == pytest.approx(series.values, abs=1e-9)


def test_specs_name_no_place_of_the_machine() -> None:
    assert not re.search(r"[/\\]", PLAIN.files()["run.spc"])
