"""Ways in which official tables go wrong, as functions of lines and a random choice."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from control_tables import Line, changed, table, times

Damage = Callable[[list[Line], Random], list[Line]]
GROUPS = {"ASIA", "AFRICA", "EUROPE", "LATAM", "NORTH_AMERICA", "OCEANIA", "ASEAN", "EU", "APEC"}


def is_month(row: Line) -> bool:
    return row["first_month"] == row["last_month"]


def months_of(lines: list[Line]) -> list[int]:
    return sorted({row["last_month"] for row in lines})


def pick_month(lines: list[Line], random: Random, *, inner: bool = False) -> int:
    months = months_of(lines)
    return random.choice(months[1:] if inner and len(months) > 1 else months)


def scaled_month(
    factor: float, which: str = "both", flow: str | None = None, *, inner: bool = False
) -> Damage:
    """All rows of a month, its years to date or both, of one flow or all, times a factor."""

    def damage(lines: list[Line], random: Random) -> list[Line]:
        month = pick_month(lines, random, inner=inner)

        def fits(row: Line) -> bool:
            kind = which == "both" or (which == "month") == is_month(row)
            return row["last_month"] == month and kind and (flow is None or row["flow"] == flow)

        return changed(lines, fits, times(factor))

    return damage


def scaled_all(factor: float) -> Damage:
    def change(row: Line) -> Line:
        return row | {
            k: v and round(v * factor) for k, v in row.items() if k in ("value_cents", "step_cents")
        }

    return lambda lines, random: [change(row) for row in lines]


def scaled_rows(factor: float, count: int) -> Damage:
    """Some partners in a row, in all flows of one month."""

    def damage(lines: list[Line], random: Random) -> list[Line]:
        month = pick_month(lines, random)
        places = list(
            dict.fromkeys(
                r["place"]
                for r in lines
                if r["last_month"] == month and r["partner"] and r["partner"] not in GROUPS
            )
        )
        start = random.randrange(len(places) - count)
        chosen = set(places[start : start + count])
        return changed(lines, lambda r: r["place"] in chosen and is_month(r), times(factor))

    return damage


def swapped_flows(
    lines: list[Line], random: Random, *, month: int | None = None, which: str = "both"
) -> list[Line]:
    other = {"exports": "imports", "imports": "exports"}

    def fits(row: Line) -> bool:
        kind = which == "both" or (which == "month") == is_month(row)
        return row["flow"] in other and kind and (month is None or row["last_month"] == month)

    return changed(lines, fits, lambda row: row | {"flow": other[row["flow"]]})


def swapped_one(which: str = "both") -> Damage:
    return lambda lines, random: swapped_flows(lines, random, month=pick_month(lines, random), which=which)


def columns_exchanged(flow: str) -> Damage:
    """The total and another column exchanged in a month."""

    def damage(lines: list[Line], random: Random) -> list[Line]:
        month, other = pick_month(lines, random), {"trade": flow, flow: "trade"}
        return changed(
            lines,
            lambda r: r["last_month"] == month and r["flow"] in other and is_month(r),
            lambda r: r | {"flow": other[r["flow"]]},
        )

    return damage


def growth_times(
    factor: float, places: int = 6, flows: tuple[str, ...] = ("exports", "imports", "trade")
) -> Damage:
    def change(row: Line) -> Line:
        given = row["growth_percent"]
        return row if given is None else row | {"growth_percent": round(given * factor, places)}

    return lambda lines, random: changed(lines, lambda r: r["flow"] in flows, change)


def growth_unsigned(lines: list[Line], random: Random) -> list[Line]:
    return changed(
        lines,
        lambda r: r["growth_percent"] is not None,
        lambda r: r | {"growth_percent": abs(r["growth_percent"])},
    )


def growth_exchanged(lines: list[Line], random: Random) -> list[Line]:
    by_key = {
        (r["flow"], r["partner"], r["regime"], r["first_month"], r["last_month"]): r["growth_percent"]
        for r in lines
    }
    other = {"exports": "imports", "imports": "exports"}

    def change(row: Line) -> Line:
        key = (other[row["flow"]], row["partner"], row["regime"], row["first_month"], row["last_month"])
        return row | {"growth_percent": by_key.get(key)}

    return changed(lines, lambda r: r["flow"] in other, change)


def points(lines: list[Line], random: Random) -> list[Line]:
    """Printed with thousands points; figures under a million were read as decimals."""

    def change(row: Line) -> Line:
        if row["value_cents"] is None:
            return row
        number = row["value_cents"] // row["step_cents"]
        text = f"{number:,}".replace(",", ".")
        once = text.count(".") == 1
        return row | {
            "printed": text,
            "value_cents": row["value_cents"] // (1000 if once else 1),
            "step_cents": row["step_cents"] // (1000 if once else 1),
        }

    return [change(row) for row in lines]


def points_without_text(lines: list[Line], random: Random) -> list[Line]:
    return [row | {"printed": None} for row in points(lines, random)]


def cumulated(lines: list[Line], random: Random) -> list[Line]:
    """The month rows dropped and the years to date given as months."""
    years = [r for r in lines if not is_month(r) or r["last_month"] % 12 == 0]
    return [row | {"first_month": row["last_month"]} for row in years]


def month_as_year(lines: list[Line], random: Random) -> list[Line]:
    """The months stand in the columns of the year to date as well."""
    by_key = {
        (r["flow"], r["partner"], r["regime"], r["last_month"]): r["value_cents"]
        for r in lines
        if is_month(r)
    }
    return changed(
        lines,
        lambda r: not is_month(r),
        lambda r: r | {"value_cents": by_key.get((r["flow"], r["partner"], r["regime"], r["last_month"]))},
    )


def month_and_year_exchanged(lines: list[Line], random: Random) -> list[Line]:
    by_key = {
        (r["flow"], r["partner"], r["regime"], r["last_month"], is_month(r)): r["value_cents"] for r in lines
    }

    def change(row: Line) -> Line:
        key = (row["flow"], row["partner"], row["regime"], row["last_month"], not is_month(row))
        return row | {"value_cents": by_key.get(key, row["value_cents"])}

    return [change(row) for row in lines]


def later(months: int) -> Damage:
    """Every month dated so many months later; years to date go."""
    return lambda lines, random: [
        r | {"first_month": r["first_month"] + months, "last_month": r["last_month"] + months}
        for r in lines
        if is_month(r)
    ]


def copied_month(lines: list[Line], random: Random) -> list[Line]:
    """One month's rows stand for the next one too."""
    months = months_of(lines)
    at = random.randrange(1, len(months))
    by_key = {
        (r["flow"], r["partner"], r["regime"]): r["value_cents"]
        for r in lines
        if is_month(r) and r["last_month"] == months[at - 1]
    }
    return changed(
        lines,
        lambda r: is_month(r) and r["last_month"] == months[at],
        lambda r: r | {"value_cents": by_key.get((r["flow"], r["partner"], r["regime"]))},
    )


def recoded(old: set[str | None], new: Callable[[Line], str | None]) -> Damage:
    return lambda lines, random: changed(
        lines, lambda r: r["partner"] in old, lambda r: r | {"partner": new(r)}
    )


def dropped(partner: str | None = None, *, among: int = 60) -> Damage:
    """A partner's rows left out, of one month or (where named) of all."""

    def damage(lines: list[Line], random: Random) -> list[Line]:
        month = pick_month(lines, random)
        code = partner or random.choice(biggest(lines, among))
        return [r for r in lines if not (r["partner"] == code and (partner or r["last_month"] == month))]

    return damage


def biggest(lines: list[Line], count: int) -> list[str]:
    size: dict[str, int] = {}
    for row in lines:
        if row["partner"] and row["partner"] not in GROUPS:
            size[row["partner"]] = max(size.get(row["partner"], 0), row["value_cents"] or 0)
    return sorted(size, key=lambda code: -size[code])[:count]


def doubled(lines: list[Line], random: Random) -> list[Line]:
    row = random.choice([r for r in lines if r["value_cents"]])
    return [*lines, row | {"place": "line 99999"}]


def one_cell(change: Callable[[int, int, Random], int], among: int = 100) -> Damage:
    """One figure of a partner changed; `change` has the value in steps, the step, and the choice."""

    def damage(lines: list[Line], random: Random) -> list[Line]:
        big = set(biggest(lines, among))
        for _ in range(200):
            row = random.choice(
                [r for r in lines if r["partner"] in big and is_month(r) and r["value_cents"]]
            )
            new = (
                change(row["value_cents"] // row["step_cents"], row["step_cents"], random) * row["step_cents"]
            )
            if abs(new - row["value_cents"]) > 300 * row["step_cents"]:
                return [r | {"value_cents": new} if r is row else r for r in lines]
        raise AssertionError("no such figure")

    return damage


def swapped_digits(value: int, step: int, random: Random) -> int:
    digits = str(value)
    at = random.randrange(len(digits) - 1)
    return int(f"{digits[:at]}{digits[at + 1]}{digits[at]}{digits[at + 2 :]}")


def shifted_rows(lines: list[Line], random: Random) -> list[Line]:
    """The figures of a month one row further down than their names."""
    month = pick_month(lines, random)
    mine = [r for r in lines if r["last_month"] == month]
    out = {}
    for flow in ("exports", "imports", "trade"):
        for short in (True, False):
            rows = [r for r in mine if r["flow"] == flow and is_month(r) is short and r["partner"]]
            values = [rows[-1]["value_cents"], *(r["value_cents"] for r in rows[:-1])] if rows else []
            out |= {id(r): r | {"value_cents": v} for r, v in zip(rows, values, strict=True)}
    return [out.get(id(r), r) for r in lines]


def shortened(lines: list[Line], random: Random) -> list[Line]:
    month = pick_month(lines, random)
    return changed(
        lines,
        lambda r: r["last_month"] == month and r["value_cents"] is not None,
        lambda r: r | {"value_cents": r["value_cents"] // (100 * r["step_cents"]) * 100 * r["step_cents"]},
    )


def column_copied(lines: list[Line], random: Random) -> list[Line]:
    month = pick_month(lines, random)
    by_key = {
        (r["partner"], r["regime"], r["first_month"]): r["value_cents"]
        for r in lines
        if r["flow"] == "exports" and r["last_month"] == month
    }
    return changed(
        lines,
        lambda r: r["flow"] == "imports" and r["last_month"] == month,
        lambda r: r | {"value_cents": by_key.get((r["partner"], r["regime"], r["first_month"]))},
    )


def mass_in_tonnes(lines: list[Line], random: Random) -> list[Line]:
    month = pick_month(lines, random)
    return changed(
        lines,
        lambda r: r["last_month"] == month and bool(r["net_mass_g"]),
        lambda r: r | {"net_mass_g": r["net_mass_g"] // 1000},
    )


def only(fits: Callable[[Line], bool]) -> Damage:
    return lambda lines, random: [r for r in lines if fits(r)]


def chain(*damages: Damage) -> Damage:
    def damage(lines: list[Line], random: Random) -> list[Line]:
        for one in damages:
            lines = one(lines, random)
        return lines

    return damage


def top_forty(lines: list[Line], random: Random) -> list[Line]:
    kept = {*biggest(lines, 40), None}
    return [r for r in lines if r["partner"] in kept]


DAMAGES: dict[str, Damage] = {
    "month_in_usd_1000": scaled_month(10 / 7.1),
    "month_column_in_usd_1000": scaled_month(10 / 7.1, "month", inner=True),
    "year_column_in_usd_1000": scaled_month(10 / 7.1, "year", inner=True),
    "month_in_cny_10000": scaled_month(7.1 / 10),
    "month_in_usd": scaled_month(1 / 7.1),
    "month_times_10": scaled_month(10.0),
    "month_times_1000": scaled_month(1000.0),
    "month_by_10000": scaled_month(1e-4),
    "month_in_yi": scaled_month(1e-8),
    "exports_by_1000": scaled_month(1e-3, "both", "exports"),
    "exports_in_usd_1000": scaled_month(10 / 7.1, "both", "exports"),
    "all_in_usd_1000": scaled_all(10 / 7.1),
    "all_in_usd": scaled_all(1 / 7.1),
    "all_times_100": scaled_all(100.0),
    "ten_rows_by_1000": scaled_rows(1e-3, 10),
    "thirty_rows_times_10": scaled_rows(10.0, 30),
    "flows_swapped_in_a_month": swapped_one(),
    "flows_swapped_in_month_column": swapped_one("month"),
    "flows_swapped": lambda lines, random: swapped_flows(lines, random),
    "total_and_exports_exchanged": columns_exchanged("exports"),
    "total_and_imports_exchanged": columns_exchanged("imports"),
    "growth_times_10": growth_times(10.0),
    "growth_by_10": growth_times(0.1),
    "growth_as_fraction": growth_times(0.01),
    "growth_times_100": growth_times(100.0),
    "export_growth_times_10": growth_times(10.0, 6, ("exports",)),
    "growth_unsigned": growth_unsigned,
    "growth_exchanged": growth_exchanged,
    "points": points,
    "points_without_text": points_without_text,
    "cumulated": cumulated,
    "month_as_year": month_as_year,
    "month_and_year_exchanged": month_and_year_exchanged,
    "one_month_later": later(1),
    "two_months_later": later(2),
    "a_year_later": later(12),
    "copied_month": copied_month,
    "continents_as_partners": recoded(
        {"ASIA", "AFRICA", "EUROPE", "LATAM", "NORTH_AMERICA", "OCEANIA"}, lambda r: f"Q{r['partner'][:2]}"
    ),
    "bloc_as_partner": recoded({"EU"}, lambda r: "QEU"),
    "world_as_partner": lambda lines, random: [
        *lines,
        *(r | {"partner": "QWW", "place": f"{r['place']}b"} for r in lines if r["partner"] is None),
    ],
    "namibia_missing": recoded({"NAM"}, lambda r: None),
    "greece_dropped": dropped("GRC"),
    "row_dropped": dropped(),
    "row_doubled": doubled,
    "digits_swapped": one_cell(swapped_digits),
    "cell_times_10": one_cell(lambda v, s, random: v * 10),
    "cell_by_100": one_cell(lambda v, s, random: v // 100, 40),
    "cell_negative": one_cell(lambda v, s, random: -v),
    "cell_zero": one_cell(lambda v, s, random: 0),
    "rows_shifted": shifted_rows,
    "digits_lost": shortened,
    "column_copied": column_copied,
    "mass_in_tonnes": mass_in_tonnes,
    "without_totals": only(lambda r: r["partner"] is not None),
    "months_only": only(is_month),
    "years_only": only(lambda r: not is_month(r)),
    "two_flows": only(lambda r: r["flow"] != "trade"),
    "no_groups": only(lambda r: r["partner"] not in GROUPS),
    "top_forty": top_forty,
    "headline_only": only(lambda r: r["partner"] is None),
}

__all__ = ["DAMAGES", "Damage", "table"]
