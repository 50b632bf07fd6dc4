"""Ways in which figures of official tables stand where others should: further damages of whole tables."""

from __future__ import annotations

from random import Random

from control_defects import Damage, biggest, chain, is_month, months_of, only, pick_month
from control_tables import Line, changed, times

OTHER = {"exports": "imports", "imports": "exports"}


def _key(row: Line, first: int, last: int) -> tuple[object, ...]:
    return *(row[name] for name in ("flow", "partner", "regime", "reporter", "hs")), first, last


def _values(lines: list[Line]) -> dict[tuple[object, ...], int | None]:
    return {_key(row, row["first_month"], row["last_month"]): row["value_cents"] for row in lines}


def sum_in_a_month(months: int | None = None) -> Damage:
    """A month holds the sum of so many up to it, or of all of its year."""

    def damage(lines: list[Line], random: Random) -> list[Line]:
        there = [m for m in months_of(lines) if (m % 12 >= 3 if months is None else m % 12 in (5, 8, 11))]
        last = random.choice(there)
        value = _values(lines)
        count = months or last % 12 + 1

        def change(row: Line) -> Line:
            found = [value.get(_key(row, m, m)) for m in range(last - count + 1, last + 1)]
            return row | {"value_cents": sum(v for v in found if v is not None)}

        return changed(lines, lambda r: is_month(r) and r["last_month"] == last, change)

    return damage


def year_in_month_column(lines: list[Line], random: Random) -> list[Line]:
    """The years to date of the last month stand in the column of the month too."""
    last, value = months_of(lines)[-1], _values(lines)

    def change(row: Line) -> Line:
        return row | {"value_cents": value.get(_key(row, last - last % 12, last), row["value_cents"])}

    return changed(lines, lambda r: is_month(r) and r["last_month"] == last, change)


def run_times(factor: float, flow: str | None = None) -> Damage:
    """Some months in a row in another unit, those of one flow or all."""

    def damage(lines: list[Line], random: Random) -> list[Line]:
        months = months_of(lines)
        start = random.randrange(2, len(months) - 5)
        chosen = set(months[start : start + random.randrange(2, 5)])
        mine = (flow,) if flow else ("exports", "imports", "trade", "balance")
        return changed(lines, lambda r: r["last_month"] in chosen and r["flow"] in mine, times(factor))

    return damage


def flows_of_one_swapped(lines: list[Line], random: Random) -> list[Line]:
    month, partner = pick_month(lines, random), random.choice(biggest(lines, 60))
    return changed(
        lines,
        lambda r: r["partner"] == partner and r["last_month"] == month and r["flow"] in OTHER,
        lambda r: r | {"flow": OTHER[r["flow"]]},
    )


def partners_exchanged(lines: list[Line], random: Random) -> list[Line]:
    """Two partners' figures of a month, its year to date included, in one another's rows."""
    month, value = months_of(lines)[-1], _values(lines)
    pair = random.sample(biggest(lines, 40), 2)
    other = dict(zip(pair, reversed(pair), strict=True))

    def change(row: Line) -> Line:
        key = _key(row | {"partner": other[row["partner"]]}, row["first_month"], row["last_month"])
        return row | {"value_cents": value.get(key)}

    return changed(lines, lambda r: r["partner"] in other and r["last_month"] == month, change)


def months_exchanged(total: bool) -> Damage:
    """Figures of two months in one another's place: those of a large partner, or printed totals."""

    def damage(lines: list[Line], random: Random) -> list[Line]:
        value = _values(lines)
        pair = random.sample(months_of(lines), 2)
        partner = None if total else random.choice(biggest(lines, 40))
        other = dict(zip(pair, reversed(pair), strict=True))

        def change(row: Line) -> Line:
            month = other[row["last_month"]]
            return row | {"value_cents": value.get(_key(row, month, month))}

        def meant(row: Line) -> bool:
            return row["partner"] == partner and is_month(row) and row["last_month"] in pair

        return changed(lines, meant, change)

    return damage


def one_growth(factor: float, partner: str | None = "") -> Damage:
    """One printed growth of exports times a factor: of a large partner, or of the one that is named."""

    def damage(lines: list[Line], random: Random) -> list[Line]:
        wanted = random.choice(biggest(lines, 40)) if partner == "" else partner
        month = pick_month(lines, random)

        def fits(row: Line) -> bool:
            mine = (row["flow"], row["partner"], row["last_month"]) == ("exports", wanted, month)
            return mine and abs(row["growth_percent"] or 0) > 2

        return changed(lines, fits, lambda r: r | {"growth_percent": r["growth_percent"] * factor})

    return damage


def shared_figure(lines: list[Line], random: Random) -> list[Line]:
    """A member of two groups off by a little, in a table without totals of exports and imports together."""
    month = pick_month(lines, random)
    return changed(
        lines,
        lambda r: r["partner"] == "VNM" and r["flow"] == "exports" and r["last_month"] == month,
        lambda r: r | {"value_cents": r["value_cents"] + 10_000 * r["step_cents"]},
    )


def last_month_later(lines: list[Line], random: Random) -> list[Line]:
    """The last month and its year to date dated one month late."""
    last = months_of(lines)[-1]

    def change(row: Line) -> Line:
        first = row["first_month"] + (row["first_month"] == last)
        return row | {"first_month": first, "last_month": last + 1}

    return changed(lines, lambda r: r["last_month"] == last, change)


MIXUPS: dict[str, Damage] = {
    "year_to_date_in_a_month": sum_in_a_month(),
    "quarter_in_a_month": sum_in_a_month(3),
    "year_in_month_column": year_in_month_column,
    "run_by_1000": run_times(1e-3),
    "run_times_100": run_times(100.0),
    "run_of_exports_times_1000": chain(only(lambda r: r["flow"] in OTHER), run_times(1e3, "exports")),
    "run_of_imports_by_1000": chain(only(lambda r: r["flow"] in OTHER), run_times(1e-3, "imports")),
    "flows_of_one_swapped": flows_of_one_swapped,
    "partners_exchanged": partners_exchanged,
    "months_of_one_exchanged": months_exchanged(total=False),
    "months_of_the_total_exchanged": months_exchanged(total=True),
    "last_month_later": last_month_later,
    "growth_of_one_times_10": one_growth(10.0),
    "growth_of_one_turned": one_growth(-1.0),
    "growth_of_all_times_10": one_growth(10.0, None),
    "shared_figure": chain(only(lambda r: r["flow"] != "trade" and is_month(r)), shared_figure),
}
