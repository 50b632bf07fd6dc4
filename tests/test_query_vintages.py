"""Growth as it was first published, and revisions up to a day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

import control_tables as real
from customhouse.compiling import tables
from customhouse.compiling.tables import Tables, load_tables
from customhouse.desk import Desk, open_store
from customhouse.errors import QueryError
from customhouse.query.notes import beside
from customhouse.records.table import Batch
from customhouse.store import Store

LOADS = (
    (date(2024, 2, 1), {"2023-01": 100, "2023-02": 100}),
    (date(2024, 5, 1), {"2023-01": 110, "2024-01": 132, "2024-02": 120}),
    (date(2025, 2, 1), {"2023-01": 120, "2023-02": 150, "2024-01": 144}),
)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr(tables.controls, "check", lambda *given, **named: ())
    store = Store.create(tmp_path / "store")
    for day, months in LOADS:
        lines = [real.line("exports", month, None, value) for month, value in months.items()]
        load_tables(store, Tables([Batch(real.table(lines), (), len(lines), len(lines))], "t", day))
    with open_store(tmp_path / "store") as found:
        yield found


def values(desk: Desk, text: str) -> list[float | None]:
    return [row["value"] for row in desk.query(text).rows()]


def test_growth_as_first_published_is_on_the_base_of_that_day(desk: Desk) -> None:
    assert values(desk, "growth of exports 2024-01") == [pytest.approx(20)]
    assert values(desk, "growth of exports 2024-01 as first published") == [pytest.approx(20)]
    answer = desk.query("growth of exports 2024-02 as first published")
    assert answer.rows()[0]["value"] == pytest.approx(20) and answer.query.as_of == date(2024, 5, 1)
    assert beside(answer, "en") == ()
    revised = desk.query("growth of exports 2024-02 as first published on the revised base")
    assert revised.rows()[0]["value"] == pytest.approx(-20)
    assert "as last revised" in beside(revised, "en")[0]
    several = desk.query("growth of exports by month 2024-01/2024-02 as first published")
    assert "as last revised" in beside(several, "en")[0]


def test_revisions_up_to_a_day(desk: Desk) -> None:
    def told(day: date | None) -> list[float]:
        found = desk.revisions("exports 2024-01", as_of=day)
        return [float(one.level.amount) for one in found if one.level is not None]

    assert told(None) == [132, 144] and told(date(2024, 6, 1)) == [132]


def test_a_day_may_be_text(desk: Desk) -> None:
    assert desk.query("exports 2024-01", as_of="2024-06-01").rows()[0]["value"] == 132
    with pytest.raises(QueryError, match="write the day"):
        desk.query("exports 2024-01", as_of="June")


def test_the_latest_month_is_that_of_the_source(desk: Desk) -> None:
    lines = [real.line("exports", "2025-11", None, 7)]
    load_tables(desk.store, Tables([Batch(real.table(lines), (), 1, 1)], "other", date(2025, 12, 1)))
    assert desk.query("exports", source="t").rows()[0]["period"] == "2024-02"
    assert desk.query("exports", source="other").rows()[0]["period"] == "2025-11"
