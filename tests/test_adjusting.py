"""The command `adjust` and what is under it: tables read, slices drawn, results worded and written."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from control_tables import line
from control_tables import table as control_table
from customhouse.adjusting import files, words
from customhouse.adjusting.drawing import question
from customhouse.cli import app
from customhouse.compiling.tables import Tables, load_tables
from customhouse.desk import open_store
from customhouse.errors import BrokenFile, EmptyFile, InputError, QueryError, SeasonsError, UnreadableFile
from customhouse.period import Period
from customhouse.records.table import Batch
from customhouse.seasons.frames import PARTS, adjust_frame, monthly_of
from customhouse.seasons.frames import _columns as frame_columns
from customhouse.seasons.settings import Settings
from customhouse.store import Store
from customhouse.vocabulary.tables import rows

QUICK = Settings(festivals=(), trading=False, outliers=(), mode="log", forecast=0)
FAST = ("--festivals", "none", "--mode", "log", "--method", "x11")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(a) for a in arguments], prog_name="customhouse")


def table(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_text(text, encoding=encoding)
    return path


@pytest.fixture
def example(examples: Path) -> Path:
    return examples / "monthly-trade.csv"


@pytest.fixture
def short(examples: Path, tmp_path: Path) -> Path:
    """The last five years of the example, which take less time."""
    lines = (examples / "monthly-trade.csv").read_text(encoding="utf-8").splitlines()
    return table(tmp_path / "short.csv", "\n".join([lines[0], *lines[-60:]]) + "\n")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Official tables of five years, of 2024 January and February together: all trade, the USA, the EU."""
    lines = []
    for month in range(2021 * 12, 2026 * 12):
        for n, flow in enumerate(("exports", "imports")):
            grown = 1 + 0.01 * (month % 12) + 0.002 * (month % 7) + 0.003 * (month - 2021 * 12)
            size = (9 - 2 * n) * 1e9 * grown
            for partner, share in ((None, 1.0), ("USA", 0.3), ("EU", 0.2)):
                first, value = month, size * share
                if month == 2024 * 12:
                    continue
                if month == 2024 * 12 + 1:
                    first, value = month - 1, 2 * value
                lines.append(line(flow, first, month, value, partner=partner))
    folder = tmp_path_factory.mktemp("store")
    made = Tables([Batch(control_table(lines), (), len(lines), len(lines))], "gacc", date(2026, 1, 18))
    load_tables(Store.create(folder / "store"), made)
    return folder / "store"


def monthly(first: str = "2019-01", months: int = 48) -> list[str]:
    start = pd.Period(first, "M")
    return [str(start + n) for n in range(months)]


def test_tables_side_by_side_and_one_below_the_other_are_the_same(tmp_path: Path) -> None:
    months = monthly(months=3)
    beside = "".join(f"{m},{n},{n + 5}\n" for n, m in enumerate(months))
    below = "".join(
        f"{m};{name};{n + more}\n" for name, more in (("a", 0), ("b", 5)) for n, m in enumerate(months)
    )
    wide = table(tmp_path / "wide.csv", "month,a,b\n" + beside)
    long = table(tmp_path / "long.csv", "时间;指标;金额\n" + below, "gb18030")
    both = [files.read(path) for path in (wide, long)]
    assert not any(found.failures for found in both)
    for found in both:
        assert [(c.series.name, c.series.first, list(c.series.values)) for c in found.columns] == [
            ("a", 2019 * 12, [0.0, 1.0, 2.0]), ("b", 2019 * 12, [5.0, 6.0, 7.0]),
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("month", "cell", "value"),
    [
        ("2024年3月", "1,234.5", 1234.5), ("2024-03", "-", None), ("202403", "…", None), ("2024/3", "", None),
        ("Mar 2024", "(12)", -12.0), ("2024-03-31", "１２", 12.0), ("2024.03", "1e3", 1000.0),
    ],
)  # fmt: skip
def test_months_and_numbers_are_read_as_tables_print_them(
    tmp_path: Path, month: str, cell: str, value: float | None
) -> None:
    path = table(tmp_path / "t.csv", f'month,a\n{month},"{cell}"\n2024-04,7\n')
    (column,) = files.read(path).columns
    found = list(column.series.values)
    assert column.series.first == 2024 * 12 + 2 and found[1] == 7
    assert found[0] == value or (value is None and found[0] != found[0])


def test_january_and_february_together_stand_in_february(tmp_path: Path) -> None:
    path = table(tmp_path / "t.csv", "月份,出口\n2023年12月,5\n2024年1-2月,8\n2024年3月,6\n")
    (column,) = files.read(path).columns
    assert column.joined == (2024 * 12 + 1,)
    assert [str(v) for v in column.series.values] == ["5.0", "nan", "8.0", "6.0"]
    both = table(tmp_path / "b.csv", "month,a\n2024-01,3\n2024-02,5\n2024-01/2024-02,8\n")
    (column,) = files.read(both).columns
    assert column.joined == () and list(column.series.values) == [3.0, 5.0]


@pytest.mark.parametrize(
    ("text", "kind", "said"),
    [
        ("", InputError, "t.csv"), ("month,a\n", EmptyFile, "no rows"),
        ("month\n2024-01\n", BrokenFile, "one column"),
        ("month,a,a\n2024-01,1,2\n", BrokenFile, "two columns are called 'a'"),
        ("a,b\nx,1\n", BrokenFile, "'x' in the column of months is no month"),
    ],
)  # fmt: skip
def test_tables_without_months_or_series_are_refused(
    tmp_path: Path, text: str, kind: type[Exception], said: str
) -> None:
    with pytest.raises(kind, match=said):
        files.read(table(tmp_path / "t.csv", text))


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="no such file"):
        files.read(tmp_path / "none.csv")


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("2024-01,abc\n2024-02,2\n", "'abc' of 2024-01 is no number"),
        ("2024-01,1\n2024-01,2\n", "is there twice"),
        ("2024-01,1\n2024-Q1,2\n", "no month, nor January and February"), ("2024-01,1\nsome,2\n", "some"),
        ("2024-01,10.55\n2024-02,\"1,55\"\n", "decimal"),
    ],
)  # fmt: skip
def test_columns_that_cannot_be_read_are_set_aside(tmp_path: Path, body: str, why: str) -> None:
    found = files.read(table(tmp_path / "t.csv", "month,a\n" + body))
    assert not found.columns and found.failures[0].name == "a" and why in found.failures[0].reason


@given(st.binary(max_size=60) | st.text(max_size=60).map(lambda text: f"month,a\n{text}".encode()))
def test_no_table_raises_but_what_is_said(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(content)
    try:
        found = files.read(path)
    except InputError:
        return
    assert found.columns or found.failures


def long_frame(frame: Mapping[str, list[Any]]) -> dict[str, list[Any]]:
    names = [name for name in frame if name != "month"]
    return {
        "series": [name for name in names for _ in frame["month"]], "month": frame["month"] * len(names),
        "value": [value for name in names for value in frame[name]],
    }  # fmt: skip


def columns(example: Path) -> dict[str, list[Any]]:
    found = pd.read_csv(example).tail(60)
    return {name: found[name].tolist() for name in found.columns}


def test_frames_of_every_kind_give_the_same(example: Path) -> None:
    data = columns(example)
    indexed = pd.DataFrame(data | {"month": pd.PeriodIndex(data["month"], freq="M")}).set_index("month")
    dated = pd.DataFrame(data | {"month": pd.to_datetime(pd.Series(data["month"]))}).set_index("month")
    given_ = [pd.DataFrame(data), pl.DataFrame(data), indexed, dated, pl.DataFrame(long_frame(data)),
              pl.LazyFrame(data)]  # fmt: skip
    made = [monthly_of(_columns(frame)) for frame in given_]
    for found, unread in made:
        assert not unread and [one.name for one in found] == ["exports", "imports"]
        assert [list(one.values) for one in found] == [data["exports"], data["imports"]]
        assert {str(one.period) for one in found} == {"2020-07/2025-06"}


def _columns(frame: Any) -> dict[str, list[Any]]:
    return frame_columns(frame)[1]


@pytest.mark.parametrize("kind", [pd, pl])
def test_a_frame_adjusted_is_a_frame_of_its_kind(example: Path, kind: Any) -> None:
    data = columns(example)
    frame = kind.DataFrame({"month": data["month"], "exports": data["exports"], "flat": [None] * 60})
    found = adjust_frame(frame, QUICK)
    assert [one.name for one in found.failures] == ["flat"] and list(found.results) == ["exports"]
    for made in (found.wide, found.parts, found.diagnostics):
        assert isinstance(made, kind.DataFrame)
    assert list(found.parts.columns) == ["series", "month", *PARTS] and len(found.parts) == 60
    assert list(found.wide.columns) == ["month", "exports"] and len(found.wide) == 60
    parts = found.parts
    original = parts["adjusted"] * parts["seasonal"] * parts["holiday"] * parts["trading"]
    assert list(original) == pytest.approx(data["exports"], rel=1e-6)
    assert list(found.parts["calendar_adjusted"]) == pytest.approx(data["exports"], rel=1e-6)


@pytest.mark.parametrize(
    ("frame", "options", "said"),
    [
        ([1, 2], {}, "list: no frame"), (pd.DataFrame({"month": ["2024-01"]}), {}, "no series"),
        (pd.DataFrame({"m": ["2024-01"], "a": [1]}), {"month": "x"}, "x: no such column; there are m, a"),
        (pd.DataFrame({"m": ["2024-01"], "a": [1]}), {"series": "a"}, "month: a long frame has columns"),
        (pl.DataFrame(), {}, "no series"),
    ],
)  # fmt: skip
def test_frames_that_are_none_are_refused(frame: Any, options: dict[str, str], said: str) -> None:
    with pytest.raises(SeasonsError, match=said):
        adjust_frame(frame, QUICK, **options)


@pytest.mark.parametrize(
    ("values", "why"),
    [(["x", 1.0], "not a row of numbers"), ([1.0, float("inf")], "infinite")],
)
def test_series_of_a_frame_that_cannot_be_read_are_set_aside(values: list[Any], why: str) -> None:
    found, unread = monthly_of({"month": ["2024-01", "2024-02"], "a": values, "b": [1.0, None]})
    assert [one.name for one in found] == ["b"] and why in unread[0].reason
    twice, unread = monthly_of({"month": ["2024-01", "2024-01"], "a": [1.0, 2.0]})
    assert not twice and "there twice" in unread[0].reason


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Missing argument 'STORE|FILE'"), (["none.csv"], "none.csv: no such file"),
        (["{example}", "profits"], "no column 'profits'; there are exports, imports"),
        (["{example}", "--flow", "exports"], "--flow: a table has no slices"),
        (["{example}", "--source", "gacc"], "a table has no slices"),
        (["{example}", "--mode", "exp"], "'--mode'"),
        (["{example}", "--method", "x12"], "'--method'"), (["{example}", "--by", "parts"], "'--by'"),
        (["{example}", "exports", "--festivals", "xmas"], "xmas"), (["{example}", "--last", "0"], "'--last'"),
        (["{example}", "exports", "-o", "a.doc"], "a.doc: say which --format"),
        (["{example}", "exports", "--format", "png"], "png is not for the screen"),
        (["{short}", "-o", "a.svg", *FAST], "a chart is of one"),
        (["{example}", "exports", "--by", "indirect"], "a sum has at least two parts"),
        (["{store}", "growth of exports"], "levels alone are adjusted"), (["{store}", "exprts"], "exprts"),
        (["{store}", "exports to USA, EU"], "2 series are asked for"),
        (["{store}", "exports", "--by", "indirect"], "trade and the balance have flows as parts"),
        (["{store}", "exports by quarter"], "series are adjusted by month"),
        (["{store}", "exports by partner", "--many"], "requires an argument"),
        (["{store}", "exports", "--together", "refuse"], "2024-01/2024-02: published together"),
    ],
)  # fmt: skip
def test_wrong_arguments_are_told_in_one_line(
    arguments: list[str], said: str, example: Path, short: Path, store: Path, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    result = run("adjust", *(a.format(example=example, short=short, store=store) for a in arguments))
    assert result.exit_code in (2, 3), result.output
    assert said in result.output and result.output.strip().count("\n") == 0
    assert not list((tmp_path / "here").iterdir())


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_terminal_shows_months_diagnostics_and_notes(short: Path, language: str) -> None:
    result = run("adjust", short, "exports", *FAST, "--last", 6, "--lang", language)
    assert result.exit_code == 0
    lines = result.output.splitlines()
    shown = {"en": ["Jan 2025", "Jan–Feb 2025", "Jun 2025"], "zh": ["2025年1月", "2025年1至2月", "2025年6月"]}
    assert all(sum(line.strip().startswith(f"{month} ") for line in lines) == 1 for month in shown[language])
    for code in ("column_adjusted", "column_per_day", "title_diagnostics", "column_verdict"):
        assert words.word(code, language) in result.output
    assert "(0 1 1)(0 1 1)" in result.output


def test_growth_shown_is_growth_written(short: Path, tmp_path: Path) -> None:
    shown = run("adjust", short, "exports", *FAST, "--last", 2).output
    written = run("adjust", short, "exports", *FAST, "--format", "csv").output
    last = list(csv.DictReader(io.StringIO(written)))[-1]
    row = next(line.split() for line in shown.splitlines() if line.strip().startswith("Jun 2025"))
    assert last["month"] == "2025-06-01" and row[2] == f"{float(last['original']):,.1f}"
    assert row[-1].replace("\N{MINUS SIGN}", "-") == f"{float(last['growth_percent']):+.1f}%"
    found = json.loads(run("adjust", short, "exports", *FAST, "--json").output)
    assert found["months"][-1]["growth_percent"] == pytest.approx(float(last["growth_percent"]))
    assert found["january_february"][-1]["period"] == "2025-01/2025-02" and found["model"] == "(0 1 1)(0 1 1)"


@pytest.mark.parametrize("ending", ["csv", "json", "parquet", "svg", "txt"])
def test_results_are_written_by_the_ending(short: Path, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"out.{ending}"
    assert run("adjust", short, "exports", *FAST, "-o", path).exit_code == 0 and path.stat().st_size > 1000
    if ending == "parquet":
        found = pq.read_table(path)
        assert found.column_names == ["series", "month", *PARTS] and found.num_rows == 60


def test_trade_by_its_parts_has_the_balance_beside_it(short: Path, tmp_path: Path) -> None:
    result = run("adjust", short, "--by", "indirect", *FAST, "--last", 2, "--lang", "zh")
    assert result.exit_code == 0 and "贸易差额按组成部分调整：出口 \N{MINUS SIGN} 进口" in result.output
    path = tmp_path / "sum.csv"
    run("adjust", short, "--by", "indirect", *FAST, "-o", path)
    found = pd.read_csv(path).pivot(index="month", columns="series", values="adjusted")
    assert list(found["exports"] + found["imports"]) == pytest.approx(list(found["trade"]))
    assert list(found["exports"] - found["imports"]) == pytest.approx(list(found["balance"]), abs=1e-6)


def test_many_series_are_kept_and_what_fails_is_listed(example: Path, tmp_path: Path) -> None:
    data = pd.read_csv(example).tail(60)
    data["flat"], data["text"] = None, "x"
    data.to_csv(tmp_path / "many.csv", index=False)
    arguments = ("adjust", tmp_path / "many.csv", "--many", tmp_path / "run", *FAST)
    first, again = run(*arguments), run(*arguments, "--format", "csv")
    assert first.exit_code == again.exit_code == 3
    assert "2 series adjusted, 0 of them kept from before; 2 set aside" in first.output
    aside = list(csv.DictReader((tmp_path / "run" / "set_aside.csv").open(encoding="utf-8")))
    assert {row["series"] for row in aside} == {"flat", "text"} and all(row["reason"] for row in aside)
    assert first.output.count("set aside") >= 3
    assert len(list((tmp_path / "run" / "series").glob("*.json"))) == 2
    rows_ = [line for line in again.output.splitlines() if re.match("(exports|imports),", line)]
    assert len(rows_) == 120


def test_a_slice_of_a_store_is_adjusted_with_its_claims(store: Path) -> None:
    with open_store(store) as desk:
        found = desk.adjust("exports")
        assert found.joined == (2024 * 12 + 1,) and found.split == {2024 * 12, 2024 * 12 + 1}
        assert "published together" in " ".join(words.notes(found, "en"))
        two = Period(2024 * 12, 2024 * 12 + 1)
        (answer,) = desk.query("exports 2024-01/2024-02").claims
        assert found.months(two)[0] == pytest.approx(answer.value) and answer.value > 1.8e10
        claims = found.growths()
        assert len(claims) == 59 + 4 and {claim.terms for claim in claims} == {"seasonally_adjusted"}
        assert all(len(getattr(claim.origin, "claims", ())) == 59 for claim in claims)
        assert found.unit == "CNY" and found.slice.flow == "exports" and found.settings.reporter == "CHN"


def test_sums_and_many_slices_of_a_store(store: Path) -> None:
    with open_store(store) as desk:
        part = desk.adjust("balance with USA 2021-01/2023-12", settings=QUICK)
        assert str(part.period) == "2021-01/2023-12"
        assert part.composed[0].signs == {"exports": 1, "imports": -1}
        many = desk.adjust_many("exports to USA, EU 2021-01/2023-12", settings=QUICK, processes=1)
        assert list(many.results) == ["exports to United States", "exports to EU"] and not many.failures
        both = desk.adjust("exports to USA, EU 2021-01/2023-12", by="indirect", settings=QUICK)
        total = sum(one.adjusted for one in many.results.values())
        assert list(both.result.adjusted) == pytest.approx(list(total))
        refused = desk.adjust_many("exports to USA, EU", settings=QUICK, processes=1)
        assert not refused.results and [one.name for one in refused.failures] == list(many.results)
        with pytest.raises(QueryError, match="by 'parts'"):
            desk.adjust("exports", by="parts")
        with pytest.raises(SeasonsError, match="month"):
            desk.adjust("exports 2025", settings=QUICK)


def test_a_question_without_a_period_is_about_all_months() -> None:
    assert question("exports to ASEAN", {}, 2025 * 12).periods == ()
    (said,) = question("exports to ASEAN 2015-2020", {}, 2025 * 12).periods
    assert str(said) == "2015-01/2020-12"
    with pytest.raises(QueryError, match="load some first"):
        question("exports", {}, None)


def test_words_are_there_in_both_languages_with_the_same_places() -> None:
    for row in rows("adjust_words"):
        places = [sorted(re.findall(r"\{(\w+)\}", row[language])) for language in ("en", "zh")]
        assert places[0] == places[1], row["code"]
        assert bool(row["en"]) == bool(row["zh"]), row["code"]


def test_every_note_of_an_adjustment_has_words() -> None:
    source = Path(files.__file__).parents[1] / "seasons"
    codes = {c for path in source.glob("*.py") for c in re.findall(r'Note\("(\w+)"', path.read_text("utf-8"))}
    words_ = {row["code"] for row in rows("adjust_words")}
    assert len(codes) > 10 and {f"note_{code}" for code in codes} - words_ == set()
