"""Golden releases of a simulated store, and the command that writes and verifies them.

With REGENERATE_GOLDEN=1 in the environment the texts are written anew, to be read before they are kept.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from customhouse.cli import app
from customhouse.desk import Desk, Loading, open_store
from customhouse.errors import QueryError
from customhouse.reader import read_text
from customhouse.release import body
from customhouse.release.proof import key
from release_material import simulated

GOLDEN = Path(__file__).parent / "golden" / "release"
PERIODS = ("2025-Q1", "2025-03", "2024")
RUNNER = CliRunner()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with simulated(tmp_path_factory.mktemp("release")) as opened:
        yield opened


@pytest.mark.parametrize("period", PERIODS)
def test_golden_releases(desk: Desk, period: str) -> None:
    for release in desk.release(period, charts=False).releases:
        path = GOLDEN / f"{period}.{release.language}.md"
        text = body(release).text
        if os.environ.get("REGENERATE_GOLDEN"):
            path.write_text(text, encoding="utf-8")
        assert text == path.read_text(encoding="utf-8")


def test_the_command_writes_a_release_that_verifies(desk: Desk, tmp_path: Path) -> None:
    store, folder = str(desk.store.path), tmp_path / "out"
    run = RUNNER.invoke(app, ["release", store, "--period", "2025-Q1", "--to", str(folder), "--formats",
                              "md,csv"], catch_exceptions=False)
    names = {path.name for path in folder.iterdir()}
    assert {"2025-Q1.zh.md", "2025-Q1.en.md", "figures.json"} <= names
    assert str(folder / "figures.json") in run.output
    found = json.loads((folder / "figures.json").read_text(encoding="utf-8"))
    for language in ("zh", "en"):
        text = (folder / f"2025-Q1.{language}.md").read_text(encoding="utf-8")
        said = found["texts"][language]["text"]
        assert text.startswith(said)
        places = {row["texts"][language]["start"]: row["texts"][language] for row in found["figures"]}
        read = read_text(text, found["published"])
        assert [c.span.start for c in read if c.span and c.span.start < len(said)] == sorted(places)
        assert all(text[place["start"]:place["end"]] == place["text"] for place in places.values())
    verified = RUNNER.invoke(app, ["release", store, "--verify", str(folder)], catch_exceptions=False)
    assert "all figures hold" in verified.output
    path = folder / "2025-Q1.en.md"
    path.write_text(path.read_text(encoding="utf-8").replace("trillion", "billion", 1), encoding="utf-8")
    again = RUNNER.invoke(app, ["release", store, "--verify", str(folder), "--json"], catch_exceptions=False)
    assert {row["code"] for row in json.loads(again.output)} == {"text"}


def test_a_release_is_verified_by_the_vintages_of_its_day(desk: Desk, tmp_path: Path) -> None:
    desk.release("2025-03", ["en"], charts=False).save(tmp_path / "out", ["md"])
    shutil.copytree(desk.store.path, tmp_path / "store")
    with open_store(tmp_path / "store") as later:
        (tmp_path / "more.csv").write_text(
            "declaration_id,line,date,flow,hs_code,partner,value\nN1,1,2025-03-02,exports,85171300,VNM,90000000000.00\n",
            encoding="utf-8")
        later.load([tmp_path / "more.csv"], Loading(known_on=date(2025, 5, 14), source="declarations"))
        assert later.verify(tmp_path / "out") == []
        revised = later.release("2025-03", ["en"], charts=False)
        revised.save(tmp_path / "revised", ["md"])
        assert later.verify(tmp_path / "revised") == []
        codes = {failure.code for failure in desk.verify(tmp_path / "revised")}
        assert codes & {"changed", "vintages"}


def test_questions_of_the_file_give_the_figures(desk: Desk) -> None:
    found = json.loads(desk.release("2025-03", ["en"], charts=False).figures)
    asked = [row for row in found["figures"] if row["query"]]
    assert len(asked) > 0.95 * len(found["figures"])
    for row in asked[::7]:
        answer = desk.query(row["query"], source=found["source"], currency=found["currency"])
        assert answer.claims[0].value == row["computed"]["value"]


def test_a_language_alone_says_the_same_figures(desk: Desk) -> None:
    both = {r.language: r for r in desk.release("2024", charts=False).releases}
    (alone,) = desk.release("2024", ["en"], charts=False).releases
    assert [key(c) for c in body(alone).claims] == [key(c) for c in body(both["en"]).claims]


@pytest.mark.parametrize("period", ["2031-Q1", "2025-Q1,2025-Q2", "soon"])
def test_a_period_that_cannot_be_released_is_refused(desk: Desk, period: str) -> None:
    with pytest.raises(QueryError):
        desk.release(period)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--period", "2025-Q1"], "the folder to write --to"),
        (["--to", "out"], "name the --period"),
        (["--period", "2025-Q1", "--to", "out", "--lang", "fr"], "choose from"),
        (["--period", "2025-Q1", "--to", "out", "--published", "soon"], "not a day"),
        (["--period", "2025-Q1", "--to", "out", "--formats", "pdf"], "no format of releases"),
    ],
)
def test_wrong_arguments(desk: Desk, arguments: list[str], words: str) -> None:
    run = RUNNER.invoke(app, ["release", str(desk.store.path), *arguments])
    assert words in run.output + str(run.exception)
