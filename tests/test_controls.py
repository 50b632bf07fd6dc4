"""Control totals on made-up tables: what they say, how they say it, what they leave alone."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from random import Random

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from control_defects import DAMAGES
from control_tables import Line, line, table
from customhouse.period import month, parse_month
from customhouse.records.controls import CHECKS, Doubt, check
from customhouse.records.controls.factors import read
from customhouse.records.controls.sheet import Sheet, ids
from customhouse.records.controls.wholes import wholes
from customhouse.records.table import TABLE_SCHEMA, SetAside
from customhouse.vocabulary.codes import resolve
from customhouse.vocabulary.tables import rows

DAY = date(2024, 9, 9)
CODES = (
    "USA",
    "JPN",
    "KOR",
    "DEU",
    "FRA",
    "ITA",
    "GBR",
    "BRA",
    "RUS",
    "IND",
    "VNM",
    "THA",
    "MYS",
    "SGP",
    "AUS",
    "CAN",
    "MEX",
    "ZAF",
    "NGA",
    "EGY",
    "SAU",
    "ARE",
    "TUR",
    "POL",
)


def made(seed: int, months: int = 6, start: int = 4, *, step: int = 10_000) -> list[Line]:
    """Trade with some partners by month, with totals and years to date, all adding up but for rounding."""
    random = Random(seed)
    size = {(c, f): random.lognormvariate(12, 1.3) for c in CODES for f in ("exports", "imports")}
    first = month(2024, 1)
    past: dict[tuple[str, str], float] = {}
    lines = []
    for at in range(months):
        values = {key: base * random.lognormvariate(0, 0.06) for key, base in size.items()}
        past = {key: past.get(key, 0.0) + value for key, value in values.items()}
        for short, amounts in ((True, values), (False, past)):
            if not short and at == 0:
                continue
            for number, code in enumerate((None, *CODES), 2 + 50 * at):
                both = {
                    f: sum(v for (c, g), v in amounts.items() if g == f and code in (c, None))
                    for f in ("exports", "imports")
                }
                for flow, value in (*both.items(), ("trade", sum(both.values()))):
                    lines.append(
                        line(
                            flow,
                            first + at if short else first,
                            first + at,
                            value,
                            unit=step,
                            partner=code,
                            file="made.csv",
                            place=f"line {number}",
                        )
                    )
    return lines


@given(st.integers(0, 10**6))
@settings(max_examples=12)
def test_tables_that_add_up_pass(seed: int) -> None:
    assert [d.en for d in check(table(made(seed)), None, DAY)] == []


@given(
    st.integers(0, 10**6),
    st.sampled_from(
        [
            ("month_times_1000", "unit_slip", "power_of_ten"),
            ("flows_swapped_in_a_month", "flows_swapped", "profile_of_other_flow"),
            ("total_and_exports_exchanged", "flow_identity", "total_and_exports_swapped"),
            ("month_column_in_usd_1000", "unit_slip", "currency_and_unit"),
            ("cumulated", "accumulates", "year_to_date_for_month"),
            ("month_as_year", "accumulates", "month_for_year_to_date"),
            ("copied_month", "month_repeats", "repeated_month"),
            ("row_dropped", "parts_do_not_sum", "row_missing"),
            ("row_doubled", "cell_twice", "same_values"),
            ("rows_shifted", "rows_shifted", "names_misaligned"),
            ("points", "points_read_as_decimals", "thousands_points"),
        ]
    ),
)
@settings(max_examples=24)
def test_damage_is_found_whatever_the_figures(seed: int, case: tuple[str, str, str]) -> None:
    damage, code, cause = case
    found = check(table(DAMAGES[damage](made(seed), Random(seed))), None, DAY)
    assert found and (found[0].code, found[0].cause, found[0].severity) == (code, cause, "stop"), found


@given(st.integers(0, 10**6))
@settings(max_examples=5)
def test_the_order_of_rows_changes_nothing_in_sums(seed: int) -> None:
    lines = DAMAGES["digits_swapped"](made(seed), Random(seed))
    shuffled = Random(seed).sample(lines, len(lines))
    one, two = (check(table(rows_), None, DAY) for rows_ in (lines, shuffled))
    assert sorted((d.code, d.cause, d.en) for d in one) == sorted((d.code, d.cause, d.en) for d in two)


def small(**parts: int) -> list[Line]:
    total = line("exports", "2024-05", value=sum(parts.values()), place="line 2")
    return [
        total,
        *(
            line("exports", "2024-05", value=v, enterprise=k, place=f"line {n}")
            for n, (k, v) in enumerate(parts.items(), 3)
        ),
    ]


def only(found: tuple[Doubt, ...]) -> Doubt:
    assert len(found) == 1, found
    return found[0]


def test_the_row_is_named_with_its_figures() -> None:
    lines = small(private=512_345, foreign_invested=298_760, state_owned=88_123, other=4_321)
    lines[2] |= {"value_cents": 2_987_600_00, "step_cents": 100}
    found = only(check(table(lines), None, DAY))
    assert (found.code, found.cause, found.severity) == ("figure_wrong", "power_of_ten", "stop")
    assert found.places == ("table.csv: line 4",) and found.cells == (2,)
    assert found.evidence["stated_cents"] == 2_987_600_00 and found.evidence["should_cents"] == 298_760_00
    assert (
        "foreign-invested enterprises" in found.en and "2,987,600 CNY" in found.en and "298,760" in found.en
    )
    assert re.search("[\u4e00-\u9fff]", found.zh) and "298,760" in found.zh


def test_rounding_is_no_doubt() -> None:
    lines = small(private=512_345, foreign_invested=298_760, state_owned=88_123, other=4_321)
    lines[0] |= {"value_cents": lines[0]["value_cents"] + 200}
    assert check(table(lines), None, DAY) == ()


def test_a_small_remainder_is_a_caution() -> None:
    lines = small(private=512_345, foreign_invested=298_760, state_owned=88_123)
    lines[0] |= {"value_cents": lines[0]["value_cents"] + 150_000}
    found = only(check(table(lines), None, DAY))
    assert (found.code, found.severity) == ("parts_do_not_sum", "caution")
    aside = SetAside("table.csv", "line 9", ("unknown_code",))
    assert only(check(table(lines), None, DAY, [aside])).cause == "set_aside"


def test_nested_codes_are_not_added_twice() -> None:
    whole = [line("exports", "2024-05", value=100_000, place="line 1")]
    parts = {
        "general": 60_000,
        "processing": 30_000,
        "processing_with_supplied_materials": 10_000,
        "processing_with_imported_materials": 20_000,
        "bonded": 9_000,
        "other": 1_000,
        "barter": 0,
        "leasing": 0,
        "aid": 0,
        "donation": 0,
    }
    lines = [*whole, *(line("exports", "2024-05", value=v, regime=k, place=k) for k, v in parts.items())]
    assert check(table(lines), None, DAY) == ()
    lines[3] |= {"value_cents": 1_500_000}
    assert only(check(table(lines), None, DAY)).code in ("figure_wrong", "parts_do_not_sum")


def test_levels_of_the_hs_sum_to_one_another() -> None:
    values = {
        "03": 900_000,
        "0301": 500_000,
        "0302": 400_000,
        "030111": 200_000,
        "030119": 300_000,
        "030211": 400_000,
    }
    lines = [line("imports", "2024-05", value=v, hs=k, place=k) for k, v in values.items()]
    assert check(table(lines), None, DAY) == ()
    lines[5] |= {"value_cents": 390_000_00}
    found = check(table(lines), None, DAY)
    assert [d.code for d in found] == ["parts_do_not_sum"]


def test_currency_under_a_wrong_label() -> None:
    known = made(3, 4)
    load = [r for r in made(3, 5) if r["last_month"] == month(2024, 5)]
    load = DAMAGES["all_in_usd"](load, Random(0))
    found = check(table(load), table(known), DAY)
    assert (found[0].code, found[0].cause) == ("unit_slip", "currency")


def up_and_down(factors: dict[str, float], reporter: str, currency: str) -> list[Line]:
    """A year of figures in which some months stand at a multiple, whatever their flow and partner."""
    rows = [row for row in made(3, 12) if row["first_month"] == row["last_month"]]
    by_month = {parse_month(text): factor for text, factor in factors.items()}
    for row in rows:
        times = by_month.get(row["last_month"], 1.0)
        row |= {"reporter": reporter, "currency": currency, "value_cents": round(row["value_cents"] * times)}
    return rows


def test_a_season_near_an_exchange_rate_stops_nothing() -> None:
    found = check(table(up_and_down({"2024-08": 0.69}, "ITA", "EUR")), None, date(2026, 1, 31))
    assert [one.severity for one in found if one.code == "unit_slip"] == ["caution"]


def test_months_in_unlike_multiples_are_no_other_unit() -> None:
    wild = {"2024-04": 1.3, "2024-06": 1.7, "2024-09": 1.45}
    found = check(table(up_and_down(wild, "CHN", "CNY")), None, date(2026, 1, 31))
    assert found and {one.severity for one in found if one.code == "unit_slip"} == {"caution"}
    one = check(table(up_and_down({"2024-06": 10 / 7.2}, "CHN", "CNY")), None, date(2026, 1, 31))
    assert [(d.code, d.cause, d.severity) for d in one if d.code == "unit_slip"] == [
        ("unit_slip", "currency_and_unit", "stop")
    ]


@pytest.mark.parametrize(
    ("text", "value", "code"),
    [
        ("1.234", 1.234, "points_read_as_decimals"),
        ("1234,5", 12345, "commas_read_as_thousands"),
    ],
)
def test_marks_in_the_print(text: str, value: float, code: str) -> None:
    lines = [
        line(
            "exports",
            "2024-05",
            value=None,
            partner=c,
            place=c,
            printed=t,
            value_cents=round(v * 100),
            step_cents=1,
        )
        for c, t, v in [
            ("USA", text, value),
            ("JPN", text.replace("4", "7"), float(str(value).replace("4", "7"))),
            ("KOR", text.replace("3", "9"), float(str(value).replace("3", "9"))),
            ("DEU", text.replace("2", "6"), float(str(value).replace("2", "6"))),
            (
                "FRA",
                "345" if code.startswith("points") else "21,25",
                345 if code.startswith("points") else 2125,
            ),
            ("ITA", "812" if code.startswith("points") else "7,1", 812 if code.startswith("points") else 71),
        ]
    ]
    assert check(table(lines), None, DAY)[0].code == code


def test_three_decimals_are_decimals() -> None:
    texts = ("1.234", "0.456", "12.300", "1045.112", "7.001", "88.120")
    lines = [
        line(
            "exports",
            "2024-05",
            partner=c,
            place=c,
            printed=t,
            value_cents=round(float(t) * 1e8),
            step_cents=10**5,
        )
        for c, t in zip(CODES, texts, strict=False)
    ]
    assert check(table(lines), None, DAY) == ()


def test_old_codes_are_named() -> None:
    lines = [line("exports", "2024-05", value=5, partner=c, place=c) for c in ("SUN", "YUG", "USA", "ZZZ")]
    causes = {d.cause for d in check(table(lines), None, DAY)}
    assert causes == {"code_obsolete", "code_unknown"}


def test_two_world_rows() -> None:
    lines = [*small(private=500, state_owned=300, foreign_invested=200), line("exports", "2024-05", value=7)]
    found = check(table(lines), None, DAY)[0]
    assert (found.code, found.cause) == ("cell_twice", "code_read_as_missing")


def test_periods_that_have_not_ended() -> None:
    found = only(check(table([line("exports", "2024-09", value=5)]), None, DAY))
    assert (found.code, found.cause) == ("period_not_ended", "release_date")
    assert check(table([line("exports", "2024-08", value=5)]), None, DAY) == ()


def test_nothing_to_judge() -> None:
    empty = pa.Table.from_pylist([], schema=TABLE_SCHEMA)
    assert check(empty, None, DAY) == ()
    assert check(table([line("exports", "2024-05")]), empty, DAY) == ()


@pytest.mark.parametrize(
    ("factor", "currency", "reporter", "cause"),
    [
        (10.0, "CNY", "CHN", "power_of_ten"),
        (1e-4, "CNY", "CHN", "power_of_ten"),
        (7.1, "CNY", "CHN", "currency"),
        (1 / 7.1, "CNY", "CHN", "currency"),
        (10 / 7.1, "CNY", "CHN", "currency_and_unit"),
        (0.71, "USD", "CHN", "currency_and_unit"),
        (110.0, "JPY", "JPN", "currency"),
        (2.5, "USD", "USA", "unknown_factor"),
    ],
)
def test_factors_are_read(factor: float, currency: str, reporter: str, cause: str) -> None:
    assert read(factor, currency, reporter, slack=0.03).cause == cause


def test_parts_are_found_by_key() -> None:
    w = wholes(Sheet.of(table(made(1, 1)), None))
    assert len(w.whole) == 3 and (np.abs(w.off) <= w.slack).all() and len(w.parts(0)) == len(CODES)


def test_ids_number_combinations() -> None:
    a, b = np.array([0, 1, 0, 1, -1]), np.array([5, 5, 5, 6, 5])
    assert ids(a, b).tolist() == [1, 2, 1, 3, 0]


def test_every_doubt_and_cause_has_words_in_both_languages() -> None:
    words = {row["code"]: row for row in rows("controls")}
    said = set()
    folder = Path(check.__code__.co_filename).parent
    for path in folder.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                said.add(node.value)
    codes = [code.split("_", 1) for code in words if code.startswith(("doubt_", "cause_"))]
    assert [
        f"{kind}_{code}" for kind, code in codes if code not in said and not code.startswith("code_")
    ] == []
    assert all(
        row["en"] and row["zh"] and not re.search("[\u4e00-\u9fff]", row["en"]) for row in words.values()
    )
    fields = {c: [set(re.findall(r"{(\w+)", row[lang])) for lang in ("en", "zh")] for c, row in words.items()}
    assert {c: f for c, f in fields.items() if f[0] != f[1]} == {}


def test_checks_have_one_shape() -> None:
    shape: Callable[..., object]
    for shape in CHECKS:
        assert list(shape.__annotations__) == ["case", "done", "return"] and shape.__doc__


def test_a_group_that_a_total_counts_beside_its_members() -> None:
    sizes = {("2024-03", "exports"): 100, ("2024-03", "imports"): 83, ("2024-04", "exports"): 109,
             ("2024-04", "imports"): 91}  # fmt: skip

    def rows(total: int, group: str) -> list[Line]:
        parts = {None: total, "VNM": 25, "THA": 15, "JPN": 20, group: 40}
        return [
            line(flow, at, value=value * size, partner=code, place=f"line {n}")
            for (at, flow), size in sizes.items()
            for n, (code, value) in enumerate(parts.items(), 2)
        ]

    (found,) = check(table(rows(100, "ASEAN")), None, DAY)
    assert (found.code, found.cause, found.severity) == ("parts_do_not_sum", "group_in_total", "stop")
    assert "the total counts ASEAN as well as its members" in found.en and "(such sums: 4)" in found.en
    assert check(table(rows(60, "ASEAN")), None, DAY) == ()  # the members once
    assert check(table(rows(100, "EU")), None, DAY) == ()  # none of whose members is listed


def test_digits_are_not_swapped_within_what_rounding_hides() -> None:
    random = Random(7)
    listed = (row["code"] for row in rows("partners") if row["kind"] == "country" and row["code"] != "CHN")
    names = sorted(code for code in listed if not resolve("own", "partner", code, month(2024, 4)).note)[:170]
    usual = [random.randint(50_000, 90_000) for _ in names[1:]]
    lines = []
    for number, at in enumerate(("2024-03", "2024-04", "2024-05", "2024-06")):
        tiny, left_out = (16, 40) if at == "2024-04" else (61 + number, 0)
        values = [tiny, *(round(size * random.uniform(0.97, 1.03)) for size in usual)]
        everything = {None: sum(values) + left_out} | dict(zip(names, values, strict=True))
        lines += [line("exports", at, value=value, unit=10_000, partner=code, place=f"line {n}")
                  for n, (code, value) in enumerate(everything.items(), 2)]  # fmt: skip
    assert "figure_wrong" not in {one.code for one in check(table(lines), None, DAY)}


def test_a_balance_that_lost_its_sign() -> None:
    traded = {"JPN": (910, 1253), "VNM": (2204, 1871), "DEU": (1500, 1402)}
    both = {None: tuple(map(sum, zip(*traded.values(), strict=True)))} | traded
    lines = []
    for n, (code, (out, in_)) in enumerate(both.items(), 2):
        balance = abs(out - in_) if code == "JPN" else out - in_
        for flow, value in (("exports", out), ("imports", in_), ("balance", balance)):
            lines.append(line(flow, "2024-03", value=value, unit=1000, partner=code, place=f"line {n}"))
    (found,) = check(table(lines), None, DAY)
    assert (found.code, found.cause) == ("figure_wrong", "sign_lost") and "Japan" in found.en


@pytest.mark.parametrize(("flow", "sign"), [("trade", 1), ("balance", -1)])
@pytest.mark.parametrize("months", [1, 6])
def test_flows_that_do_not_add_up(flow: str, sign: int, months: int) -> None:
    lines = []
    for number in range(months):
        out, in_ = 60_000 + 711 * number, 31_000 + 537 * number
        for name, value in (("exports", out), ("imports", in_), (flow, out + sign * in_)):
            lines.append(line(name, month(2024, 1) + number, value=value, unit=1000, place=f"line {number}"))
    assert check(table(lines), None, DAY) == ()
    lines[-1]["value_cents"] += 7_654 * 1000 * 100
    (found,) = check(table(lines), None, DAY)
    assert (found.code, found.cause, found.severity) == ("parts_do_not_sum", "flow_wrong", "stop")
    assert "one of exports, imports and what they make up is wrong" in found.en
