"""The commands `target` and their Python: simulated declarations, a model, a ranking, lanes, a report."""

from __future__ import annotations

import csv
import json
import re
import shutil
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from customhouse.cli import app
from customhouse.desk import targeting
from customhouse.desk import targeting_files as files
from customhouse.desk.targeting_made import looped, simulate
from customhouse.desk.targeting_words import word
from customhouse.errors import OutputError, TargetingError
from customhouse.targeting import saved
from customhouse.targeting.intake.declarations import Asked

SIZE = 2500
EARLY, LATE = "2024-06-30", "2024-07-01"
WEEK = ("--from", LATE, "--until", "2024-07-10")


@dataclass(frozen=True, slots=True)
class Ran:
    code: int
    out: str
    error: str

    def json(self) -> Any:
        return json.loads(self.out)


def run(*arguments: Any) -> Ran:
    result = CliRunner().invoke(app, ["target", *map(str, arguments)], prog_name="customhouse")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return Ran(result.exit_code, result.stdout, result.stderr)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with declarations, what inspections found, and a model of the first year and a half."""
    folder = tmp_path_factory.mktemp("office")
    simulate(SIZE, folder / "sim", inspected=0.5)
    ran = run("fit", folder / "sim/declarations.csv", "--outcomes", folder / "sim/outcomes.csv", "--to",
              folder / "m.chm", "--as-of", EARLY, "--iterations", 15)  # fmt: skip
    assert ran.code == 0 and not ran.error, ran.error
    assert f"known on {EARLY} alone" in ran.out and "0 set aside" in ran.out
    return folder


@pytest.fixture
def declared(office: Path) -> Path:
    return office / "sim" / "declarations.csv"


@pytest.fixture
def model(office: Path) -> Path:
    return office / "m.chm"


def rows(path: Path) -> list[dict[str, str]]:
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_simulate_says_that_it_is_simulated_and_replaces_only_its_own(tmp_path: Path) -> None:
    ran = run("simulate", 300, "--out", tmp_path / "a", "--seed", 3, "--json")
    told = ran.json()
    assert (told["declarations"], told["seed"]) == (300, 3)
    assert "simulated" in (tmp_path / "a" / "SIMULATED.txt").read_text()
    assert len(rows(tmp_path / "a" / "truth.csv")) == 300 > len(rows(tmp_path / "a" / "outcomes.csv"))
    before = (tmp_path / "a" / "declarations.csv").read_bytes()
    assert run("simulate", 300, "--out", tmp_path / "a", "--seed", 3).code == 0
    assert (tmp_path / "a" / "declarations.csv").read_bytes() == before
    assert run("simulate", 300, "--out", tmp_path / "a", "--format", "parquet").code == 0
    assert not (tmp_path / "a" / "declarations.csv").exists()
    assert pq.read_table(tmp_path / "a" / "truth.parquet").num_rows == 300
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "mine.csv").write_text("x")
    assert run("simulate", 300, "--out", tmp_path / "b").code == 4
    assert [one.name for one in (tmp_path / "b").iterdir()] == ["mine.csv"]
    for wrong in (["--inspected", "0"], ["--days", "0"], ["--seed", "-1"]):
        assert run("simulate", 300, "--out", tmp_path / "c", *wrong).code == 2


def test_files_that_simulate_writes_are_taken_by_lanes(office: Path) -> None:
    assert files.policy(office / "sim" / "policy.yaml") == files.policy()
    assert len(files.rules(office / "sim" / "rules.yaml") or ()) == 1
    trusted = files.trusted(office / "sim" / "aeo.csv")
    assert trusted is not None and trusted.holders


def test_fit_learns_nothing_of_what_was_not_known(office: Path, declared: Path, tmp_path: Path) -> None:
    """Outcomes that become known later, and later declarations, change nothing."""
    outcomes = pd.read_csv(office / "sim" / "outcomes.csv")
    later = outcomes["finished"] > EARLY
    outcomes.loc[later, "fraud"] = ~outcomes.loc[later, "fraud"]
    outcomes.loc[later, "revenue_cny"] = 1e6
    table = pd.read_csv(declared, dtype={"hs_code": str, "office": str})
    table.loc[table["date"] > EARLY, "value_cny"] *= 100
    again = targeting.fit(table, outcomes, as_of=date.fromisoformat(EARLY), iterations=15)
    first = saved.read(office / "m.chm").model
    # Text that pandas writes back may be read as other numbers; all else is the same.
    asked = Asked(last=date.fromisoformat(EARLY))
    mine = targeting.score(declared, first, asked=asked).table
    theirs = targeting.score(declared, again, asked=asked).table
    assert mine.equals(theirs)
    trained = again.trained
    assert (trained.as_of, trained.last <= EARLY) == (EARLY, True)
    assert again.outcomes.counts["outcome_later"] > 0 < again.outcomes.counts["outcome_left"]


def test_fit_tells_what_it_learnt_as_json(office: Path, declared: Path, tmp_path: Path) -> None:
    ran = run("fit", declared, "--outcomes", office / "sim/truth.csv", "--to", tmp_path / "m.chm",
              "--iterations", 5, "--weight", 1, "--json")  # fmt: skip
    told = ran.json()
    assert told["declarations"] == told["inspected"] == SIZE == told["rows"]
    assert told["fingerprint"] == saved.described(tmp_path / "m.chm").fingerprint
    assert saved.described(tmp_path / "m.chm").settings["weight"] == 1
    assert told["leakage"]["leaks"] is False


def test_score_writes_the_same_in_every_format(declared: Path, model: Path, tmp_path: Path) -> None:
    for name in ("s.csv", "s.parquet", "s.json"):
        ran = run("score", declared, "--model", model, *WEEK, "-o", tmp_path / name)
        assert ran.code == 0 and name in ran.out and not ran.error
    plain, told = rows(tmp_path / "s.csv"), json.loads((tmp_path / "s.json").read_text(encoding="utf-8"))
    table = pq.read_table(tmp_path / "s.parquet").to_pylist()
    ids = [row["declaration_id"] for row in table]
    assert ids == [row["declaration_id"] for row in plain]
    assert ids == [row["declaration_id"] for row in told["declarations"]]
    scores = [float(row["score"]) for row in plain]
    assert scores == [row["score"] for row in table] == sorted(scores, reverse=True)
    assert [row["rank"] for row in table] == list(range(1, len(table) + 1))
    assert told["used"] == len(table) and told["used"] + told["outside"] == SIZE


def test_score_shows_the_top_with_reasons_in_both_languages(declared: Path, model: Path) -> None:
    english = run("score", declared, "--model", model, *WEEK, "--top", 3, "--reasons")
    chinese = run("score", declared, "--model", model, *WEEK, "--top", 3, "--reasons", "--lang", "zh")
    assert english.out.count("\nSIM") == chinese.out.count("\nSIM") == 3  # each with its reasons below
    assert "the trader" in english.out and "\u62a5\u5173\u5355" in chinese.out
    assert not any("\u4e00" <= char <= "\u9fff" for char in english.out)


def test_lanes_keep_the_budget_log_every_decision_and_repeat(
    office: Path, declared: Path, model: Path, tmp_path: Path
) -> None:
    extras = ("--policy", office / "sim/policy.yaml", "--rules", office / "sim/rules.yaml", "--trusted",
              office / "sim/aeo.csv", "--seed", 5, "--reasons")  # fmt: skip
    extras = (*extras, "--from", LATE, "--until", "2024-08-31")
    ran = run("lanes", declared, "--model", model, *extras, "--log", tmp_path / "log", "-o",
              tmp_path / "l.csv")  # fmt: skip
    assert ran.code == 0 and "seed 5" in ran.out and "Entry 1" in ran.out, ran.error
    found = rows(tmp_path / "l.csv")
    red = [row for row in found if row["lane"] == "red"]
    assert 0.02 < len(red) / len(found) < 0.09
    assert {row["basis"] for row in red} > {"model"}
    assert all(row["reasons"] for row in red) and all(float(row["draw_probability"]) > 0 for row in found)
    again = run("lanes", declared, "--model", model, *extras, "-o", tmp_path / "again.csv")
    assert again.code == 0 and rows(tmp_path / "again.csv") == found
    from customhouse.targeting.log import read, verify

    log = read(tmp_path / "log")
    assert len(log.table) == len(found) and log.entries[0].seed == 5
    assert log.entries[0].model == saved.described(model).fingerprint
    assert verify(tmp_path / "log").repeated
    twice = run("lanes", declared, "--model", model, *WEEK, "--log", tmp_path / "log")
    assert twice.code == 2 and "--again" in twice.error
    assert run("lanes", declared, "--model", model, *WEEK, "--log", tmp_path / "log", "--again").code == 0


def test_lanes_make_up_a_seed_and_tell_it(declared: Path, model: Path) -> None:
    seeds = {run("lanes", declared, "--model", model, *WEEK, "--json").json()["seed"] for _ in range(2)}
    assert len(seeds) == 2


@pytest.mark.parametrize(("width", "language"), [(40, "en"), (60, "zh"), (80, "en"), (160, "zh")])
def test_lists_fit_the_terminal(
    width: int, language: str, declared: Path, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rich.cells import cell_len

    monkeypatch.setattr("customhouse.cli.targeting_show.PIPED", width)
    ran = run("lanes", declared, "--model", model, *WEEK, "--seed", 2, "--lang", language)
    longest = max(map(cell_len, ran.out.splitlines()))
    assert ran.code == 0 and longest <= max(width, 60)
    assert ran.out.count("SIM") > 0


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_evaluation_breaks_no_word_where_it_is_narrow(
    language: str, office: Path, declared: Path, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rich.cells import cell_len

    asked = ("evaluate", declared, "--model", model, "--outcomes", office / "sim/truth.csv", "--from", LATE,
             "--simulated", "--samples", 5, "--lang", language)  # fmt: skip
    left = word("columns_left", language, count=4)
    for width in (80, 160):
        monkeypatch.setattr("customhouse.cli.targeting_show.PIPED", width)
        ran = run(*asked)
        assert ran.code == 0 and max(map(cell_len, ran.out.splitlines())) <= width
        assert (left in ran.out) == (width == 80)
        intervals = r"[(\N{FULLWIDTH LEFT PARENTHESIS}]\d+\.\d+\N{EN DASH}\d+\.\d+"
        torn = re.findall(r"[(\N{FULLWIDTH LEFT PARENTHESIS}]\d+\.\d+\N{EN DASH}[\d.]*(?=\s)", ran.out)
        assert len(re.findall(intervals, ran.out)) > 40 and torn == []


def test_budgets_below_one_are_told_and_may_be_pooled(declared: Path, model: Path, tmp_path: Path) -> None:
    policy, log = tmp_path / "week.yaml", tmp_path / "log"
    policy.write_text("inspect: 0.3\npool: offices\nevery_days: 7\n", encoding="utf-8")
    told = "less than one inspection"
    asked = ("lanes", declared, "--model", model, "--seed", 4)
    by_day = run(*asked, "--from", "2024-08-05", "--until", "2024-08-11")
    assert by_day.code == 0 and told in by_day.out
    pooled = ("--policy", policy, "--log", log)
    parts = [
        run(*asked, *pooled, "--from", begin, "--until", end)
        for begin, end in (("2024-08-05", "2024-08-07"), ("2024-08-08", "2024-08-11"))
    ]
    assert all(one.code == 0 and told not in one.out for one in parts), parts[0].error
    from customhouse.targeting.log import read, verify

    early, late = read(log).selections()
    assert late.before == early.spent() and verify(log).repeated
    both = int(early.inspected.sum() + late.inspected.sum())
    assert abs(both - 0.3 * (len(early) + len(late))) <= 2


def test_budgets_by_office_bound_inspections(declared: Path, model: Path, tmp_path: Path) -> None:
    (tmp_path / "b.csv").write_text("office,inspect_count\n*,1\n")
    table = run("lanes", declared, "--model", model, *WEEK, "--budgets", tmp_path / "b.csv", "--seed", 4,
                "--json").json()["declarations"]  # fmt: skip
    red: dict[tuple[str, str], int] = {}
    for row in table:
        red[row["office"], row["date"]] = red.get((row["office"], row["date"]), 0) + (row["lane"] == "red")
    assert set(red.values()) == {1}


def test_evaluate_prints_writes_and_warns(office: Path, declared: Path, model: Path, tmp_path: Path) -> None:
    how = ("--outcomes", office / "sim/truth.csv", "--from", LATE, "--samples", 10, "--simulated")
    ran = run("evaluate", declared, "--model", model, *how)
    assert ran.code == 0 and "simulated" in ran.out and not ran.error
    told = run("evaluate", declared, "--model", model, *how, "--json").json()
    assert told["data"]["count"] == told["account"]["used"] and "simulated" in told["warnings"]
    page = tmp_path / "report.html"
    assert run("evaluate", declared, "--model", model, *how, "-o", page, "--lang", "zh").code == 0
    text = page.read_text(encoding="utf-8")
    assert "<html" in text and "<script" not in text and "\u67e5\u83b7" in text
    early = run("evaluate", declared, "--model", model, "--outcomes", office / "sim/truth.csv")
    assert early.code == 2 and "labels from the future" in early.error and "--from" in early.error


def test_evaluate_by_the_log_stands_for_all(
    office: Path, declared: Path, model: Path, tmp_path: Path
) -> None:
    asked = Asked(first=date.fromisoformat(LATE), last=date(2024, 9, 30))
    made = targeting.lanes(declared, model, seed=3, asked=asked, log=tmp_path / "log")
    truth = pd.read_csv(office / "sim" / "truth.csv")
    inspected = made.table.filter(made.selection.inspected)["declaration_id"].to_pylist()
    found = truth[truth["declaration_id"].isin(inspected)]
    judged = targeting.evaluate(declared, model, found, asked=asked, log=tmp_path / "log", samples=10)
    chosen = made.selection
    counted = int((chosen.inspected & (chosen.targeted | chosen.drawn)).sum())  # the rest hung on the draws
    assert judged.evaluation.data.basis == "known" and judged.evaluation.data.known == counted > 0
    assert dict(judged.evaluation.data.set_aside)["not_counted"] == len(inspected) - counted
    plain = targeting.evaluate(declared, model, found, asked=asked, samples=10)
    assert plain.evaluation.data.basis == "inspected" and plain.watched is None


def test_evaluate_by_the_log_shows_what_was_found_over_time(
    office: Path, declared: Path, model: Path, tmp_path: Path
) -> None:
    from customhouse.targeting.log import read

    days = ("--from", LATE, "--until", "2024-10-31")
    log, truth = tmp_path / "log", office / "sim" / "truth.csv"
    assert run("lanes", declared, "--model", model, *days, "--log", log).code == 0
    how = (declared, "--model", model, "--outcomes", truth, *days, "--log", log, "--samples", 10)
    told = run("evaluate", *how, "--json").json()["drift"]
    decided = len(read(log).table)
    assert len(told["periods"]) > 10 and told["periods"][0]["begin"] == LATE
    assert 0 < sum(one["inspected"] for one in told["periods"]) <= decided  # the truth is known of all
    for lang, words in (("en", "Over time"), ("zh", "随时间的变化")):
        page = tmp_path / f"{lang}.html"
        assert run("evaluate", *how, "-o", page, "--lang", lang).code == 0
        text = page.read_text(encoding="utf-8")
        assert words in text and ("decisions of the log" if lang == "en" else "按记录的决定") in text
    assert "drift" not in run("evaluate", *how[:-4], "--samples", 10, "--json").json()


def test_what_was_set_aside_is_listed(office: Path, tmp_path: Path) -> None:
    text = (office / "sim" / "declarations.csv").read_text()
    lines = text.splitlines(keepends=True)
    (tmp_path / "d.csv").write_text("".join([*lines, lines[5], lines[6].replace("2023-", "2023x")]))
    ran = run("score", tmp_path / "d.csv", "--model", office / "m.chm", "--aside", tmp_path / "aside.csv")
    assert ran.code == 0 and "2 set aside" in ran.out
    assert [row["reason"] for row in rows(tmp_path / "aside.csv")] == ["duplicate", "date_invalid"]


def test_python_takes_frames_of_any_kind(office: Path, declared: Path) -> None:
    kinds: list[Any] = [  # Arrow tables: test_targeting_intake.py
        pd.read_csv(declared, dtype={"hs_code": str, "office": str}),
        pl.read_csv(declared, schema_overrides={"hs_code": pl.String, "office": pl.String}),
    ]
    wanted = targeting.score(declared, office / "m.chm").table
    for frame in kinds:
        assert targeting.score(frame, office / "m.chm").table.equals(wanted), type(frame)
    with pytest.raises(TargetingError, match="no model"):
        targeting.score(declared, object())
    with pytest.raises(TargetingError, match="no table"):
        targeting.score(object(), office / "m.chm")


WRONG = {
    "x": "declaration_id,fraud\nNONE\x1b[31m,1\nOTHER,0\n",
    "y": "declaration_id,fraud\nSIM000000000,found\nSIM000000001,\n",
    "c": "declaration_id,date,hs,origin,value_cny\nA,2024-01-01,010121,USA,5\n",
    "b": "office,inspect_share\n*,x\n", "n": "office,inspect_count\n0000,1\n",
    "l": "declaration_id,date,hs_code,partner,value_cny\nA,2024-01-01,010121,USA,5\n",
    "a": "trader,first_day\nT1,2024-01-01\n", "r": "office,inspect_count\n0000,1,5\n",
}  # fmt: skip
"""Files that are wrong, by the name that stands for them in arguments."""
COLUMNS = "c.csv: no column hs_code (is it 'hs'?), partner (is it 'origin'?); rename columns, or name them"


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["fit"], 2, "DECLARATIONS"), (["fit", "{d}"], 2, "--to"),
        (["fit", "{d}", "--to", "{t}/m"], 2, "no outcomes"),
        (["fit", "{d}", "--to", "{t}/none/m"], 4, "its folder does not exist"),
        (["fit", "{d}", "--to", "{t}"], 4, "is a folder"),
        (["fit", "{d}", "--to", "{t}/m", "--weight", "2"], 2, "--weight"),
        (["fit", "{d}", "--to", "{t}/m", "--keys", "none"], 3, "no column 'none'"),
        (["fit", "{d}", "--to", "{t}/m", "--as-of", "never"], 2, "not a day"),
        (["fit", "{d}", "--to", "{t}/m", "--map", "none"], 3, "no mapping"),
        (["fit", "{t}/none.csv", "--to", "{t}/m"], 3, "no such file"),
        (["score", "{d}", "--model", "{t}/none"], 3, "no such file"),
        (["score", "{d}", "--model", "{d}"], 3, "no model"),
        (["score", "{d}", "--model", "{m}", "-o", "x.doc"], 2, ".parquet"),
        (["score", "{d}", "--model", "{m}", "--format", "parquet"], 2, "not for the screen"),
        (["score", "{d}", "--model", "{m}", "--rates", "USD=x"], 2, "no rate"),
        (["score", "{d}", "--model", "{m}", "--from", "2030-01-01"], 2, "there are declarations of 2023-"),
        (["lanes", "{d}", "--model", "{m}", "--policy", "{t}/none"], 3, "cannot be read"),
        (["lanes", "{d}", "--model", "{m}", "--seed", "-1"], 2, "--seed"),
        (["evaluate", "{d}", "--model", "{m}", "--from", "2024-07-01"], 2, "no outcomes"),
        (["evaluate", "{d}", "--model", "{m}", "--log", "{t}", "--outcomes", "{o}", "--from", LATE], 2,
         "no log"),
        (["fit", "{d}", "--to", "{t}/m", "--outcomes", "{x}"], 2, "no outcome, of 2, is of a declaration in"),
        (["fit", "{d}", "--to", "{t}/m", "--outcomes", "{y}"], 2, "fraud 'found' cannot be read, accepted"),
        (["fit", "{c}", "--to", "{t}/m", "--outcomes", "{o}"], 3, COLUMNS),
        (["score", "{c}", "--model", "{m}"], 3, COLUMNS),
        (["score", "{l}", "--model", "{m}"], 3, "l.csv: no column trader_id, declarant_id, office"),
        (["evaluate", "{c}", "--model", "{m}", "--outcomes", "{o}"], 3, COLUMNS),
        (["evaluate", "{d}", "--model", "{m}", "--outcomes", "{c}"], 3, "no column fraud; rename columns"),
        (["lanes", "{d}", "--model", "{m}", "--budgets", "{b}"], 2, "b.csv: budgets, row 1, inspect_share:"),
        (["lanes", "{d}", "--model", "{m}", "--budgets", "{n}"], 2, "n.csv: budgets: none for the office"),
        (["lanes", "{d}", "--model", "{m}", "--budgets", "{r}"], 3, "r.csv, line 2: 1 row has more or fewer"),
        (["lanes", "{d}", "--model", "{m}", "--trusted", "{a}"], 2, "no column trader; did you mean"),
        (["nothing"], 2, "No such command"),
    ],
)  # fmt: skip
def test_wrong_usage_is_one_line(
    arguments: list[str], code: int, said: str, office: Path, tmp_path: Path
) -> None:
    places = {"d": office / "sim/declarations.csv", "m": office / "m.chm", "t": tmp_path,
              "o": office / "sim/outcomes.csv"}  # fmt: skip
    for name, text in WRONG.items():
        places[name] = office / f"{name}.csv"
        places[name].write_text(text)
    ran = run(*(one.format(**places) for one in arguments))
    assert ran.code == code and said in ran.error and ran.error.count("\n") == 1 and not ran.out
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_to_mind_is_told_with_its_place(language: str, office: Path, tmp_path: Path) -> None:
    frame = pd.read_csv(office / "sim/declarations.csv", dtype=str).head(60)
    frame.loc[3, "value_cny"], frame.loc[4, "trader_id"] = "12,3x", "\x1b[31mT\x07"
    frame.loc[5, "date"], frame.loc[6, "hs_code"] = "02/07/2024", "1012100"
    frame["duty_rate"] = "8"
    frame.to_csv(tmp_path / "d.csv", index=False)
    rest = ("--model", office / "m.chm", "--lang", language, "--top", 60)
    ran = run("score", tmp_path / "d.csv", *rest)
    wanted = {
        "en": ["row 4: value_cny '12,3x' cannot be read (1 such)", "row 6: date '02/07/2024' cannot be read",
               "row 7: hs_code '1012100' has 5, 7 or 9", "As text it is 01012100", "8 being 800%"],
        "zh": ["value_cny\u201c12,3x\u201d", "02/07/2024", "01012100", "duty_rate_percent"],
    }  # fmt: skip
    told = " ".join(ran.out.split())
    assert ran.code == 0 and [one for one in wanted[language] if one not in told] == [], ran.out
    assert "\x1b" not in ran.out and "\x07" not in ran.out and "\u241b[31mT\u2407" in ran.out
    notes = run("score", tmp_path / "d.csv", *rest, "--json").json()["notes"]
    assert [(one["code"], one["count"], one["row"]) for one in notes] == [
        ("unread_day_order", 1, "6"), ("unread_number", 1, "4"), ("hs_zero", 1, "7"), ("percent", 59, "1"),
    ]  # fmt: skip


def test_names_from_a_file_do_nothing_on_a_page(office: Path, tmp_path: Path) -> None:
    frame = pd.read_csv(office / "sim/declarations.csv", dtype=str)
    frame["office"] = "\x1b[31m<b>X</b>"
    frame["partner"] = ["<script>alert(1)</script>" if n % 2 else "USA" for n in range(len(frame))]
    frame.to_csv(tmp_path / "<i>d.csv", index=False)
    how = ("--outcomes", office / "sim/truth.csv", "--from", LATE, "--samples", 5, "-o", tmp_path / "r.html")
    ran = run("evaluate", tmp_path / "<i>d.csv", "--model", office / "m.chm", *how)
    text = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert ran.code == 0 and "rows read" in ran.out and "outcomes read in all" in ran.out, ran.error
    assert "&lt;script&gt;alert(1)" in text and "\u241b[31m&lt;b&gt;X" in text
    assert not any(one in text for one in ("\x1b", "<script", "<b>X", "<i>"))


def test_counts_of_outcomes_add_up_and_one_is_one(office: Path, declared: Path, tmp_path: Path) -> None:
    lines = (office / "sim/outcomes.csv").read_text().splitlines()
    more = [f"{lines[1].split(',')[0]},,,", '"NONE",true,5,2024-01-01', '"SIM000000001x",,,']
    (tmp_path / "o.csv").write_text("\n".join([*lines, *more]))
    ran = run("fit", declared, "--outcomes", tmp_path / "o.csv", "--to", tmp_path / "m.chm", "--iterations",
              3)  # fmt: skip
    assert ran.code == 0 and f"{len(lines) + 2:,} outcomes read in all" in ran.out, ran.error
    assert "2 outcomes of no declaration" in ran.out and "1 blank, which counts for nothing" in ran.out
    assert f"no declaration 'NONE' was read, as for 2 of {len(lines) + 2:,} outcomes" in ran.out
    one = run("score", declared, "--model", office / "m.chm", "--from", EARLY, "--until", EARLY)
    count = len([row for row in rows(declared) if row["date"] == EARLY])
    assert f"{count} declaration{'s' * (count != 1)} ranked" in one.out
    made = run("simulate", 1, "--out", tmp_path / "s", "--inspected", 1)
    assert "1 simulated declaration of" in made.out


def test_rules_and_traders_that_match_nothing_are_told(
    office: Path, declared: Path, model: Path, tmp_path: Path
) -> None:
    book = [{"name": "ghost", "words": "x", "when": {"hs_code": ["9999"], "value_cny": {"above": 1}}},
            {"name": "all", "words": "y", "share": "20%", "when": {"value_cny": {"above": 0}}}]  # fmt: skip
    (tmp_path / "r.yaml").write_text(json.dumps({"rules": book}))
    trader = rows(declared)[-1]["trader_id"]
    listed = f"trader_id,first_day\nGHOST,2023/1/1\n{trader},2023\u5e741\u67081\u65e5\n"
    (tmp_path / "t.csv").write_text(listed, encoding="utf-8")
    (tmp_path / "b.csv").write_text("office,inspect_share\n*,5%\n")
    extras = ("--rules", tmp_path / "r.yaml", "--trusted", tmp_path / "t.csv")
    ran = run("lanes", declared, "--model", model, "--from", LATE, "--seed", 1, *extras, "--budgets",
              tmp_path / "b.csv")  # fmt: skip
    assert ran.code == 0, ran.error
    assert "rules that hold of no declaration: 1 of 2, the first 'ghost' (no hs_code is '9999')" in ran.out
    assert "accredited traders without a declaration here: 1 of 2, the first 'GHOST'" in ran.out


@pytest.mark.parametrize(
    "text", ["inspect: 5", "inspct: 0.5", "inspect: [", "inspect: x", "- a", "random: -1"]
)
def test_a_policy_that_is_none_names_its_place(text: str, tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text(text)
    with pytest.raises(TargetingError, match=r"p\.yaml"):
        files.policy(tmp_path / "p.yaml")
    (tmp_path / "p.yaml").write_text("inspect: 5%\nrandom: 7 %\n")
    found = files.policy(tmp_path / "p.yaml")
    assert (found.inspect, found.random) == (0.05, 0.07)
    (tmp_path / "p.yaml").write_text("")
    assert files.policy(tmp_path / "p.yaml") == files.policy()


@pytest.mark.parametrize("package", ["sklearn.base", "skops.io"])
def test_without_the_extra_the_command_says_what_to_install(
    package: str, declared: Path, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    if package == "sklearn.base":
        monkeypatch.delitem(sys.modules, "customhouse.targeting.estimator", raising=False)
    ran = run("score", declared, "--model", model)
    assert ran.code == 4 and "customhouse[targeting]" in ran.error


@pytest.mark.long
def test_a_loop_compares_ways(tmp_path: Path) -> None:
    codes, heads, found = looped(400, days=90)
    assert codes[0] == "way" and len(heads) == len(codes) and len(found) == 6
    assert all(0 <= float(row[1]) <= 100 and 0 <= float(row[2]) <= 100 for row in found)


def test_a_model_is_written_where_python_says(office: Path, declared: Path, tmp_path: Path) -> None:
    learnt = targeting.fit(declared, office / "sim" / "outcomes.csv", iterations=5)
    assert learnt.save(tmp_path / "m.chm").trained == learnt.trained
    assert np.array_equal(targeting.load(tmp_path / "m.chm").model.scores(learnt.declared.frame()).score,
                          learnt.model.scores(learnt.declared.frame()).score)  # fmt: skip
    with pytest.raises(OutputError):
        learnt.save(tmp_path / "none" / "m.chm")


def test_no_input_is_written_over(office: Path, tmp_path: Path) -> None:
    lines = tmp_path / "week.csv"
    shutil.copyfile(office / "sim/declarations.csv", lines)
    before = lines.read_bytes()
    score = ("score", lines, "--model", office / "m.chm")
    for arguments in (
        ("fit", lines, "--outcomes", office / "sim/outcomes.csv", "--to", lines), (*score, "-o", lines),
        (*score, "--aside", lines), (*score, "-o", tmp_path / "s.csv", "--aside", tmp_path / "s.csv"),
    ):  # fmt: skip
        ran = run(*arguments)
        assert ran.code == 4 and ("inputs" in ran.error or "two outputs" in ran.error), arguments
        assert lines.read_bytes() == before
    assert not (tmp_path / "s.csv").exists()


def test_a_value_that_is_lacking_is_nothing_in_every_format(office: Path, tmp_path: Path) -> None:
    frame = pd.read_csv(office / "sim/declarations.csv", dtype=str, comment="#").head(30)
    frame.loc[0, "value_cny"] = ""
    lines = tmp_path / "one.csv"
    frame.to_csv(lines, index=False)
    for command in ("score", "lanes"):
        ran = run(command, lines, "--model", office / "m.chm", "--json")
        assert ran.code == 0 and None in [one["value_cny"] for one in ran.json()["declarations"]], ran.error
        ran = run(command, lines, "--model", office / "m.chm", "--format", "csv")
        assert ran.code == 0 and "nan" not in ran.out.lower()


def test_days_in_the_wrong_order_are_told(office: Path) -> None:
    ran = run("score", office / "sim/declarations.csv", "--model", office / "m.chm",
              "--from", "2024-07-02", "--until", "2024-07-01")  # fmt: skip
    assert ran.code == 2 and "--from 2024-07-02 is after --until 2024-07-01" in ran.error


@pytest.mark.parametrize("money", ["-100", "1e30"])
def test_what_no_inspection_recovers_is_told(office: Path, tmp_path: Path, money: str) -> None:
    frame = pd.read_csv(office / "sim/outcomes.csv", dtype=str, comment="#")
    frame.loc[frame.index[frame["fraud"] == "true"][0], "revenue_cny"] = money
    path = tmp_path / "outcomes.csv"
    frame.to_csv(path, index=False)
    ran = run("fit", office / "sim/declarations.csv", "--outcomes", path, "--to", tmp_path / "m.chm")
    assert (ran.code, ran.error.count("\n")) == ((2, 1) if money == "1e30" else (0, 0))
    assert ("recovered 1,000,000" in ran.error) if money == "1e30" else ("1 revenue below 0" in ran.out)
