"""Control totals beside years of earlier months: what they tell, and what is only a season or a shock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from random import Random

import pytest

from control_tables import Line, changed, line, table
from customhouse.period import month
from customhouse.records.controls import check

DAY = date(2025, 6, 9)
NAMES = ("USA", "JPN", "KOR", "DEU", "VNM", "MYS", "THA", "IND", "BRA", "MEX", "FRA", "GBR")
STEP = 10_000
Defect = Callable[[list[Line]], list[Line]]
LAST = month(2024, 12)


def made(season: Callable[[int], float] = lambda number: 1.0) -> list[Line]:
    """Two years of twelve partners' exports and imports with their totals, growth in the second."""
    random = Random(7)
    size = {(flow, name): random.uniform(2, 9) * 1e5 for flow in ("exports", "imports") for name in NAMES}
    found: list[Line] = []
    value: dict[tuple[str, str | None, int], float] = {}
    for number in range(month(2023, 1), LAST + 1):
        for flow in ("exports", "imports"):
            for name in NAMES:
                level = size[flow, name] * 1.005 ** (number - LAST) * season(number)
                value[flow, name, number] = round(level * random.uniform(0.94, 1.06))
            value[flow, None, number] = sum(value[flow, name, number] for name in NAMES)
            for name in (None, *NAMES):
                now, base = value[flow, name, number], value.get((flow, name, number - 12))
                rate = None if base is None else round(100 * (now / base - 1), 1)
                more = {"partner": name, "growth_percent": rate, "place": f"line {len(found) + 2}"}
                found.append(line(flow, number, None, now, unit=STEP, **more))
    return found


def last_month(lines: list[Line], change: Callable[[Line], Line]) -> list[Line]:
    return changed(lines, lambda row: row["last_month"] == LAST, change)


def times(factor: float) -> Callable[[Line], Line]:
    return lambda row: row | {"value_cents": round(row["value_cents"] * factor / STEP / 100) * STEP * 100}


def shares(lines: list[Line]) -> list[Line]:
    whole = {r["flow"]: r["value_cents"] for r in lines if r["last_month"] == LAST and r["partner"] is None}
    return last_month(
        lines, lambda r: r | {"growth_percent": round(100 * r["value_cents"] / whole[r["flow"]], 1)}
    )


def rolled(lines: list[Line]) -> list[Line]:
    other = dict(zip(NAMES, (*NAMES[1:], NAMES[0]), strict=True))
    by = {(r["flow"], r["partner"]): r["value_cents"] for r in lines if r["last_month"] == LAST}
    return last_month(
        lines,
        lambda r: r if r["partner"] is None else r | {"value_cents": by[r["flow"], other[r["partner"]]]},
    )


def of(name: str | None, factor: float, flows: tuple[str, ...] = ("exports", "imports")) -> Defect:
    def change(row: Line) -> Line:
        return times(factor)(row) if row["partner"] == name and row["flow"] in flows else row

    return lambda lines: last_month(lines, change)


def without(name: str) -> Defect:
    return lambda lines: [r for r in lines if not (r["partner"] == name and r["last_month"] == LAST)]


def pointed(row: Line) -> Line:
    text = f"{row['value_cents'] // (STEP * 100):,}".replace(",", ".")
    fine = 1000 if text.count(".") == 1 else 1
    scaled = {"value_cents": row["value_cents"] // fine, "step_cents": STEP * 100 // fine}
    return row | {"printed": text} | scaled


def values(change: Callable[[Line], Line]) -> Defect:
    return lambda lines: last_month([r | {"growth_percent": None} for r in lines], change)


DEFECTS: dict[str, tuple[Defect, str, str]] = {
    "a month in USD 1,000": (values(times(10 / 7.1)), "unit_slip", "currency_and_unit"),
    "a partner missing": (without("BRA"), "parts_do_not_sum", "row_missing"),
    "a partner in another unit": (of("BRA", 1000.0), "unit_slip_rows", "power_of_ten"),
    "a total too high": (of(None, 1.5, ("exports",)), "parts_do_not_sum", "row_departs"),
    "a partner too high": (of("DEU", 1.7, ("exports",)), "parts_do_not_sum", "row_departs"),
    "rows one down": (rolled, "rows_shifted", "names_misaligned"),
    "shares for growth": (shares, "growth_denied", "share_for_growth"),
    "signs lost": (
        lambda lines: [
            r if r["growth_percent"] is None else r | {"growth_percent": abs(r["growth_percent"])}
            for r in lines
        ],
        "growth_denied",
        "signs_lost",
    ),
    "points for decimals": (values(pointed), "points_read_as_decimals", "thousands_points"),
}


@pytest.mark.parametrize("name", DEFECTS)
def test_what_the_past_tells(name: str) -> None:
    defect, code, cause = DEFECTS[name]
    lines = defect(made())
    before = table([row for row in lines if row["last_month"] < LAST])
    found = check(table([row for row in lines if row["last_month"] == LAST]), before, DAY)
    if name == "signs lost":  # a month alone has few of them
        found = check(table([row for row in lines if row["last_month"] > LAST - 12]), before, DAY)
    assert found and (found[0].code, found[0].cause, found[0].severity) == (code, cause, "stop"), [
        (one.code, one.cause, one.en) for one in found
    ]


def test_figures_of_another_year_are_not_taken_for_revisions() -> None:
    lines = made()
    known = [row for row in lines if row["last_month"] < LAST]
    dated = [
        times(1.12)(row) | {"first_month": LAST - 12, "last_month": LAST - 12, "growth_percent": None}
        for row in lines
        if row["last_month"] == LAST
    ]
    found = check(table(dated), table(known), DAY)
    assert [(one.code, one.cause, one.severity) for one in found] == [
        ("figures_replaced", "period_mistaken", "stop")
    ]
    revised = [times(1.01)(row) for row in lines if row["last_month"] == LAST - 1]
    assert check(table([r | {"growth_percent": None} for r in revised]), table(known), DAY) == ()


def test_a_season_of_every_year_is_no_other_unit() -> None:
    lines = made(lambda number: {11: 1.6, 7: 0.65}.get(number % 12, 1.0))
    known = [row for row in lines if row["last_month"] < LAST]
    assert check(table([row for row in lines if row["last_month"] == LAST]), table(known), DAY) == ()


def test_a_shock_that_its_growth_agrees_with_is_no_other_unit() -> None:
    lines = made(lambda number: 0.58 if number == LAST else 1.0)
    known = [row for row in lines if row["last_month"] < LAST]
    now = [row for row in lines if row["last_month"] == LAST]
    assert check(table(now), table(known), DAY) == ()
    silent = check(table([row | {"growth_percent": None} for row in now]), table(known), DAY)
    assert [one.code for one in silent] == ["unit_slip"]
