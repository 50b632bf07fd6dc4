"""Real tables in TABLE_SCHEMA for the tests of control totals, and ways to damage them."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa

from customhouse.period import parse_month
from customhouse.records.table import TABLE_SCHEMA
from customhouse.vocabulary.tables import entries
from customhouse.vocabulary.tables import rows as listed

Line = dict[str, Any]
BLANK: Line = dict.fromkeys(TABLE_SCHEMA.names)


def line(
    flow: str,
    first: str | int,
    last: str | int | None = None,
    value: float | None = None,
    *,
    unit: int = 1,
    **more: Any,
) -> Line:
    """One figure; `value` in units of `unit` currency units."""
    start = first if isinstance(first, int) else parse_month(first)
    end = start if last is None else last if isinstance(last, int) else parse_month(last)
    row = BLANK | {
        "reporter": "CHN",
        "first_month": start,
        "last_month": end,
        "flow": flow,
        "currency": "CNY",
    }
    if value is not None:
        row |= {"value_cents": round(value * unit * 100), "step_cents": unit * 100}
    return row | {"file": "table.csv", "place": "line 0"} | more


def table(lines: Iterable[Line]) -> pa.Table:
    return pa.Table.from_pylist(list(lines), schema=TABLE_SCHEMA)


def numbered(lines: list[Line]) -> list[Line]:
    """Places where none were given."""
    return [
        row | {"place": f"line {n + 2}"} if row["place"] == "line 0" else row for n, row in enumerate(lines)
    ]


def _january(month: str) -> str:
    return f"{month[:4]}-01"


def _number(text: str) -> float | None:
    return float(text) if text.strip() else None


@cache
def _names() -> dict[str, str]:
    found = {}
    for entry in entries("partners"):
        for form in entry.forms("zh"):
            found.setdefault(form, entry.code)
    for row in listed("remainders"):
        found[row["zh"]] = row["code"]
    return found


def partners(shared: Path, months: Iterable[str] = ("01", "02", "04", "05", "06")) -> list[Line]:
    """China by partner in 2024: months and years to date, totals and groups included."""
    folder = shared / "data/cn_gacc_by_partner_2024h1"
    codes = {row["partner_cn"]: row["iso3"] for row in _read(folder / "gacc_partner_crosswalk.csv")}
    lines = []
    wanted = {f"2024-{m}" for m in months}
    for number, row in enumerate(_read(folder / "partner_month_2024h1.csv"), 2):
        if row["period"] not in wanted:
            continue
        code = partner_code(row, codes)
        for flow, column in (("trade", "total"), ("exports", "exports"), ("imports", "imports")):
            given = row["trade_total_ytd_yoy_pct" if flow == "trade" else f"{flow}_ytd_yoy_pct"]
            more = {"partner": code, "file": "partner_month.csv", "place": f"line {number}"}
            month, growth = row["period"], _number(given)
            one = row["period"].endswith("-01")
            lines.append(
                line(
                    flow,
                    month,
                    None,
                    _number(row[column]),
                    unit=10_000,
                    growth_percent=growth if one else None,
                    **more,
                )
            )
            if not one:
                lines.append(
                    line(
                        flow,
                        _january(month),
                        month,
                        _number(row[f"{column}_ytd"]),
                        unit=10_000,
                        growth_percent=growth,
                        **more,
                    )
                )
    return lines


_GROUPS = {
    "Asia": "ASIA",
    "Africa": "AFRICA",
    "Europe": "EUROPE",
    "Latin America": "LATAM",
    "North America": "NORTH_AMERICA",
    "Oceania": "OCEANIA",
    "European Union": "EU",
    "Association of Southeast Asian Nations": "ASEAN",
}
_RESTS = {
    "Asian": "ASIA_NES",
    "African": "AFRICA_NES",
    "European": "EUROPE_NES",
    "Latin": "LATAM_NES",
    "North": "NORTH_AMERICA_NES",
    "Oceania": "OCEANIA_NES",
}


def partner_code(row: Mapping[str, str], codes: Mapping[str, str]) -> str | None:
    if row["level"] == "total":
        return None
    if row["level"] in ("continent", "bloc"):
        return _GROUPS.get(row["partner_en"], "APEC")
    if "unknown" in row["partner_en"]:
        return "AREAS_NES"
    if row["partner_en"].startswith("Other "):
        return next(code for word, code in _RESTS.items() if word in row["partner_en"])
    name = row["partner_cn"]
    return codes.get(name) or _names().get(name) or name


def headline(shared: Path) -> list[Line]:
    """China in all, by month from 2023, months and years to date, with the balance."""
    lines = []
    for number, row in enumerate(
        _read(shared / "data/cn_gacc_by_partner_2024h1/headline_monthly_cny.csv"), 2
    ):
        month = row["period"]
        for flow, column in (
            ("trade", "total"),
            ("exports", "exports"),
            ("imports", "imports"),
            ("balance", "balance"),
        ):
            place = {"file": "headline.csv", "place": f"line {number}"}
            lines.append(line(flow, month, None, _number(row[f"{column}_month"]), unit=100_000_000, **place))
            if not month.endswith("-01"):
                lines.append(
                    line(
                        flow, _january(month), month, _number(row[f"{column}_cum"]), unit=100_000_000, **place
                    )
                )
    return lines


REGIMES = {
    "TOTAL": None,
    "Ordinary Trade": "general",
    "Other Donation": "donation",
    "Border Trade": "border_small",
    "Aid or Donation Between Governments or by International Organizations": "aid",
    "Processing and Assembling": "processing_with_supplied_materials",
    "Processing with Imported Materials": "processing_with_imported_materials",
    "Equipment for Processing Trade": "processing_equipment",
    "Contracting Projects": "contracting_projects",
    "Goods on Lease": "leasing",
    "Outward Processing": "outward_processing",
    "Barter Trade": "barter",
    "Equipment or Materials Imported as Investment by "
    "Foreign-Invested Enterprises": "foreign_invested_equipment",
    "Duty-free Commodities on Payment of Foreign Currency": "duty_free_foreign_currency",
    "Duty-free Goods": "duty_free",
    "Customs Warehousing Trade": "customs_warehousing",
    "Logistics Goods by Customs Special Control Area": "special_area_logistics",
    "Equipment Imported into Customs Special Control Area": "special_area_equipment",
    "Other": "other",
    "Consignment Trade": "consignment",
    "Market Procurement Trade": "market_procurement",
}


def regimes(shared: Path) -> list[Line]:
    """China by regime in some months, in dollars."""
    lines = []
    for number, row in enumerate(_read(shared / "data/cn_gacc_regime/regime_month_usd.csv"), 2):
        month = row["period"]
        for flow in ("exports", "imports"):
            for start, part in ((month, "month"), (_january(month), "ytd")):
                value = _number(row[f"{flow}_{part}"])
                if value is not None and not (start == month and part == "ytd"):
                    lines.append(
                        line(
                            flow,
                            start,
                            month,
                            value,
                            unit=1000,
                            currency="USD",
                            regime=REGIMES.get(row["regime"], row["regime"]),
                            growth_percent=_number(row[f"{flow}_{part}_yoy"]),
                            file="regime.csv",
                            place=f"line {number}",
                        )
                    )
    return lines


def seafood(shared: Path, year: int = 2018, *, groups: bool = False, hs: str = "") -> list[Line]:
    """US imports by HS6 and country; `groups` keeps rows of country groups under their own codes."""
    lines = []
    for number, row in enumerate(_read(shared / f"data/us_census_hs6_seafood/hs6_imports_{year}.csv"), 2):
        code = row["CTY_CODE"]
        if not row["I_COMMODITY"].startswith(hs) or (row["SUMMARY_LVL"] == "CGP" and not groups):
            continue
        mass = sum(int(row[f"{way}_WGT_MO"] or 0) for way in ("AIR", "VES"))
        lines.append(
            line(
                "imports",
                f"{year}-{row['MONTH']}",
                None,
                float(row["GEN_VAL_MO"]),
                currency="USD",
                reporter="USA",
                partner=None if code == "-" else f"C{code}",
                hs=row["I_COMMODITY"],
                net_mass_g=mass * 1000,
                file="hs6.csv",
                place=f"line {number}",
            )
        )
    return lines


def mirror(shared: Path, country: str = "korea") -> list[Line]:
    """A partner's own monthly trade with China."""
    text = (shared / f"data/mirror_jp_kr_with_china/{country}-china-trade-data.csv").read_text("utf-8-sig")
    lines = []
    reader = csv.DictReader(text.splitlines(), delimiter="," if country == "korea" else ";")
    for number, row in enumerate(reader, 2):
        for flow in ("exports", "imports"):
            month = row["Date"].replace(".", "-").replace("/", "-")
            lines.append(
                line(
                    flow,
                    month,
                    None,
                    float(row[flow.capitalize()]),
                    unit=1000,
                    partner="CHN",
                    reporter={"korea": "KOR", "japan": "JPN"}[country],
                    currency={"korea": "USD", "japan": "JPY"}[country],
                    file=f"{country}.csv",
                    place=f"line {number}",
                )
            )
    return lines


def growths(shared: Path) -> list[Line]:
    """The growth of China's exports in dollars by month, without values."""
    rows = _read(shared / "data/cn_pmi_yoy_fx/exports_yoy_usd_and_pmi_monthly.csv")
    return [
        line(
            "exports",
            row["period"],
            currency="USD",
            growth_percent=float(row["exports_yoy_usd_pct"]),
            file="growth.csv",
            place=f"line {n}",
        )
        for n, row in enumerate(rows, 2)
        if row["exports_yoy_usd_pct"].strip()
    ]


def released(shared: Path) -> list[Line]:
    """The same growth dated by the day of release, as some sites have it."""
    rows = _read(shared / "data/cn_pmi_yoy_fx/usd_yoy_by_release_date_jin10.csv")
    return [
        line(
            "exports",
            row["release_date"],
            currency="USD",
            growth_percent=float(row["yoy_pct"]),
            file="released.csv",
            place=f"line {n}",
        )
        for n, row in enumerate(rows, 2)
        if row["series"] == "CN_EXPORTS_USD_YOY" and row["yoy_pct"].strip()
    ]


def comtrade(shared: Path) -> list[Line]:
    """EU members' imports of wood from the world, yearly, HS4."""
    path = shared / "data/api_uncomtrade/comtrade_rows/data_eu_imports_world.csv"
    lines = []
    for number, row in enumerate(_read(path), 2):
        year = row["period"]
        value = float(row["primary_value"])
        lines.append(
            line(
                "imports",
                f"{year}-01",
                f"{year}-12",
                currency="USD",
                reporter=row["reporter_iso"],
                hs=row["cmd_code"],
                value_cents=round(value * 100),
                step_cents=1,
                net_mass_g=round(float(row["net_wgt"] or 0) * 1000) or None,
                file="comtrade.csv",
                place=f"line {number}",
            )
        )
    return lines


def changed(lines: list[Line], where: Callable[[Line], bool], change: Callable[[Line], Line]) -> list[Line]:
    """The lines with `change` applied to those `where` it fits."""
    return [change(row) if where(row) else row for row in lines]


def times(factor: float) -> Callable[[Line], Line]:
    """A line's value multiplied, rounded to its own step."""

    def change(row: Line) -> Line:
        if row["value_cents"] is None:
            return row
        step = row["step_cents"] or 1
        return row | {"value_cents": round(row["value_cents"] * factor / step) * step}

    return change


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))
