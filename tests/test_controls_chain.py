"""Months, years to date and growth beside one another: what the others tell of one that is wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from random import Random

import pytest

from control_tables import Line, line, numbered, table
from customhouse.period import month
from customhouse.records.controls import Doubt, check

FIRST, MONTHS, UNIT = month(2022, 1), 36, 100_000_000
LEVEL = {("exports", "SOE"): 6000, ("exports", "PRIVATE"): 14000} | {
    ("imports", "SOE"): 5000,
    ("imports", "PRIVATE"): 9000,
}
Key = tuple[str, str, int, int]
"""Flow, enterprise, first and last month."""
Figures = dict[Key, tuple[float, float | None]]
"""A value and the growth that is printed beside it."""
Damage = Callable[[Figures], Figures]


def figures(seed: int = 3) -> Figures:
    """Months and years to date of three years with growth on the year before, exact to the last digit."""
    random, value = Random(seed), {}
    for (flow, enterprise), level in LEVEL.items():
        total = 0.0
        for at in range(MONTHS):
            now = FIRST + at
            february = 0.8 if now % 12 == 1 else 1.0
            one = round(level * february * (1 + at / 12 * 0.04) * random.uniform(0.93, 1.07), 1)
            total = one if now % 12 == 0 else round(total + one, 1)
            value[flow, enterprise, now, now] = one
            value[flow, enterprise, now - now % 12, now] = total
    return {key: (one, _growth(value, key)) for key, one in value.items()}


def _growth(value: dict[Key, float], key: Key) -> float | None:
    flow, enterprise, first, last = key
    base = value.get((flow, enterprise, first - 12, last - 12))
    return None if base is None else round(100 * (value[key] / base - 1), 1)


def lines(found: Figures) -> list[Line]:
    return numbered(
        [
            line(flow, first, last, value, unit=UNIT, enterprise=kind, growth_percent=growth)
            | {"step_cents": UNIT * 10}
            for (flow, kind, first, last), (value, growth) in found.items()
        ]
    )


def told(found: Figures) -> list[Doubt]:
    return list(check(table(lines(found)), None, date(2025, 6, 1)))


def changed(at: Key, by: Callable[[float], float]) -> Damage:
    return lambda found: found | {at: (by(found[at][0]), found[at][1])}


def moved(source: Callable[[Key], Key], *, growth: bool = False, only: Callable[[Key], bool]) -> Damage:
    """Figures (or growth) of some places taken from others; what is not there stays as it is."""

    def damage(found: Figures) -> Figures:
        out = dict(found)
        for key in found:
            there = found.get(source(key)) if only(key) else None
            if there is not None:
                out[key] = (found[key][0], there[1]) if growth else (there[0], found[key][1])
        return out

    return damage


def late(found: Figures) -> list[Line]:
    """All labels a month late: the year to date of December stands under January, beside its month."""
    out = []
    for at, (flow, kind, _, last) in enumerate(key for key in found if single(key)):
        label = last + 1
        for start, first in ((last, label), (last - last % 12, label - label % 12)):
            value, growth = found[flow, kind, start, last]
            row = line(flow, first, label, value, unit=UNIT, enterprise=kind, growth_percent=growth)
            out.append(row | {"step_cents": UNIT * 10, "place": f"line {at + 2}"})
    return out


def single(key: Key) -> bool:
    return key[2] == key[3]


def february(found: Figures) -> Figures:
    months = {key: one for key, one in found.items() if key[2] == key[3]}
    return {
        key: (found[key[0], key[1], key[3] - 1, key[3]][0] if key[3] % 12 == 1 else value, growth)
        for key, (value, growth) in months.items()
    }


MAY, JUNE, JULY, JANUARY = (month(2024, number) for number in (5, 6, 7, 1))
EXCHANGED = {MAY: JULY, JULY: MAY}


CASES: dict[str, tuple[Damage, str, str]] = {
    "a year to date is off": (
        changed(("exports", "SOE", JANUARY, JUNE), lambda value: value + 3000),
        "figure_wrong",
        "digit_changed",
    ),
    "a month is off": (
        changed(("imports", "PRIVATE", MAY, MAY), lambda value: value + 512.3),
        "figure_wrong",
        "figure_off",
    ),
    "two months changed places": (
        moved(
            lambda key: (key[0], key[1], EXCHANGED[key[2]], EXCHANGED[key[3]]),
            only=lambda key: single(key) and key[2] in EXCHANGED,
        ),
        "figures_exchanged",
        "months_exchanged",
    ),
    "a month holds the year to date": (
        moved(
            lambda key: (key[0], key[1], JANUARY, JULY),
            only=lambda key: key == ("exports", "PRIVATE", JULY, JULY),
        ),
        "accumulates",
        "year_to_date_for_month",
    ),
    "the heads of one flow are swapped": (
        moved(
            lambda key: (
                key[0], key[1], key[3] - key[3] % 12 if single(key) else key[3], key[3]
            ),
            only=lambda key: key[0] == "exports",
        ),
        "accumulates",
        "month_and_year_swapped",
    ),
    "February holds January": (february, "accumulates", "two_months_together"),
    "growth of the month before": (
        moved(lambda key: (key[0], key[1], key[2] - 1, key[3] - 1), growth=True, only=single),
        "growth_denied",
        "growth_of_month_before",
    ),
    "growth of the month after": (
        moved(lambda key: (key[0], key[1], key[2] + 1, key[3] + 1), growth=True, only=single),
        "growth_denied",
        "growth_of_month_after",
    ),
    "growth of the other flow": (
        moved(lambda key: ("exports", *key[1:]), growth=True, only=single),
        "growth_denied",
        "growth_of_other_flow",
    ),
    "growth of the other row": (
        moved(
            lambda key: (key[0], "SOE" if key[1] == "PRIVATE" else "PRIVATE", *key[2:]),
            growth=True,
            only=lambda key: key[0] == "exports" and single(key),
        ),
        "growth_denied",
        "growth_of_other_row",
    ),
    "growth of month and year to date": (
        moved(
            lambda key: (key[0], key[1], key[3] - key[3] % 12 if single(key) else key[3], key[3]),
            growth=True,
            only=lambda key: key[0] == "imports",
        ),
        "growth_denied",
        "growth_month_and_year_swapped",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("seed", range(3))
def test_what_is_wrong_is_told(name: str, seed: int) -> None:
    damage, code, cause = CASES[name]
    found = told(damage(figures(seed)))
    assert {(one.code, one.cause, one.severity) for one in found} == {(code, cause, "stop")}


def test_labels_that_are_late_are_told_once() -> None:
    (doubt,) = check(table(late(figures())), None, date(2025, 6, 1))
    assert (doubt.code, doubt.cause, doubt.evidence["late"]) == ("year_begins_late", "release_date", 1.0)


@pytest.mark.parametrize("seed", range(5))
def test_figures_that_fit_pass(seed: int) -> None:
    assert told(figures(seed)) == []


@pytest.mark.parametrize("seed", range(3))
def test_growth_on_revised_bases_passes(seed: int) -> None:
    """Growth that rests on figures of the year before that were revised deviates by some tenths."""
    random = Random(seed)
    found = {
        key: (value, None if growth is None else round(growth + random.uniform(-0.6, 0.6), 1))
        for key, (value, growth) in figures(seed).items()
    }
    assert told(found) == []


@pytest.mark.parametrize("seed", range(3))
def test_months_that_were_revised_pass(seed: int) -> None:
    """Where months were revised since, years to date are not those before and the month."""
    random = Random(seed)
    found = {
        key: (round(value * random.uniform(0.998, 1.002), 1) if single(key) else value, growth)
        for key, (value, growth) in figures(seed).items()
    }
    assert [one for one in told(found) if one.severity == "stop"] == []
