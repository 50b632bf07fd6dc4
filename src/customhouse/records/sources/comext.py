"""Eurostat Comext: SDMX-CSV of its API, and the bulk files full_v2_YYYYMM (in .7z or unpacked).

Values are euros at the reporter's border, imports CIF and exports FOB. `202452` is the year 2024.
Country codes are Eurostat's (EL, XS, XI, QZ), dated. Masked products (48XXXXXX) are set aside as
confidential: their trade is in the totals of the chapter. Data sets by other lists than the HS and the
Combined Nomenclature (SITC, BEC, CPA) give their totals alone. The bulk files of before 2020
(DECLARANT_ISO, PARTNER_ISO) are read too; statistical procedure 4 is all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from customhouse.records.sources.base import Options, Source
from customhouse.records.sources.chunks import Chunk, csv_chunks, header_of
from customhouse.records.sources.coding import coded, hs_code, months_of, partner, reporter
from customhouse.records.sources.columns import Column, Found, Sieve, among, any_of
from customhouse.records.sources.files import begins
from customhouse.records.sources.once import Seen
from customhouse.records.sources.quantities import MILLI, with_quantity
from customhouse.records.sources.special import special
from customhouse.records.table import Batch

_ALL = ("_T", "TOTAL")
_CENTS, _GRAMS, _QUINTAL_GRAMS = 100, 1000, 100_000
_BULK = frozenset({"reporter", "partner", "productnc", "flow", "period", "valueeur"})
_API = frozenset({"reporter", "partner", "product", "flow", "indicators", "timeperiod", "obsvalue"})
_OLD = frozenset({"declarantiso", "partneriso", "productnc", "flow", "period", "valueineuros"})
_MASKED = r"^[0-9]{2,6}[A-Z]{2,6}$"


def matches(path: Path) -> bool:
    """Whether the file has the columns of Comext's API or of its bulk files."""
    names = header_of(begins(path).encode("utf-8")).simple
    return names >= _BULK or names >= _API or names >= _OLD


def read(path: Path, options: Options) -> Iterator[Batch]:
    """Batches of one file of Comext. Raises UnreadableFile, EmptyFile, BrokenFile and MissingExtra."""
    options = options if options.seen else replace(options, seen=Seen())
    for chunk in csv_chunks(path, options.batch_rows):
        yield _bulk(chunk, options) if "productnc" in chunk.columns else _api(chunk, options)


def _common(sieve: Sieve, period: str, product: str) -> dict[str, Column]:
    """Months, flow, areas, goods, regime, currency and basis: the same in all layouts.

    The old bulk files have the areas' numbers beside their letters: the letters are taken.
    """
    first, last = sieve.months(code_part(sieve.text(period)), months_of)

    def area(code: str, at: int) -> Found:
        return partner("comext", code, at)

    def declarant(code: str, at: int) -> Found:
        return reporter("comext", code, at)

    areas = code_part(sieve.text("PARTNER_ISO", "partner"))
    sieve.notice(areas, first, last, lambda code: ("comext",))
    flow = sieve.codes(code_part(sieve.text("flow")), _flow)
    inward = pc.equal(flow, "imports")
    codes = code_part(sieve.text(product))
    masked = pc.match_substring_regex(codes, _MASKED)
    sieve.reject(masked, "confidential")
    by_other = pc.and_not(_by_other(sieve, codes), pc.equal(pc.utf8_upper(codes), "TOTAL"))
    sieve.reject(by_other, "other_classification")
    procedure = code_part(sieve.text("STAT_PROCEDURE", "STAT_REGIME"))
    procedure = pc.if_else(among(pc.utf8_upper(procedure), _ALL), "", procedure)
    return {
        "regime": sieve.dated_codes(
            procedure, first, lambda code, at: coded("comext", "regime", code, at)),
        "first_month": first, "last_month": last, "flow": flow,
        "reporter": sieve.dated_codes(code_part(sieve.text("DECLARANT_ISO", "reporter")), first, declarant),
        "partner": sieve.dated_codes(areas, first, area),
        "hs": sieve.codes(pc.if_else(pc.or_(masked, by_other), "TOTAL", codes), hs_code),
        "currency": "EUR", "basis": pc.if_else(inward, pa.scalar("CIF"), pa.scalar("FOB")),
    }


def code_part(cells: Column) -> Column:
    """The codes of cells that may have their label behind them: `DE: Germany`."""
    return pc.replace_substring_regex(cells, r"^([A-Za-z0-9_.\-]+): .*$", r"\1")


def _by_other(sieve: Sieve, codes: Column) -> Column:
    """Rows of data sets by another list of goods: known by name or label, or by many codes of odd length.

    Codes of the HS and of the Combined Nomenclature have 2, 4, 6 or 8 digits.
    """
    flows = pc.utf8_upper(sieve.text("DATAFLOW", "STRUCTURE_ID"))
    distinct = pc.unique(codes)
    numbers = distinct.filter(pc.match_substring_regex(distinct, r"^[0-9]+$"))
    odd = pc.sum(pc.match_substring_regex(numbers, r"^[0-9]([0-9]{2})*$")).as_py() or 0
    found = sieve.constant(odd * 3 > len(numbers), pa.bool_())
    for name in special("comext", "dataset"):
        found = pc.or_(found, pc.match_substring_regex(flows, rf"(^|[^A-Z0-9]){name.upper()}([^0-9A-Z]|$)"))
    return pc.and_(found, pc.not_equal(flows, ""))


def _flow(text: str) -> Found:
    code = special("comext", "flow").get(text.lower())
    return (code, None) if code else (None, "flow_unknown")


def _keys(sieve: Sieve, figure: dict[str, Column], *names: str) -> list[Column]:
    """What tells a row of Comext from another."""
    areas = (sieve.text("DECLARANT_ISO", "reporter"), sieve.text("PARTNER_ISO", "partner"))
    return [figure["first_month"], figure["last_month"], figure["flow"], figure["regime"],
            *map(code_part, areas), *(code_part(sieve.text(name)) for name in names)]


def _bulk(chunk: Chunk, options: Options) -> Batch:
    """The bulk files have value, net mass and supplementary quantity side by side."""
    sieve = Sieve(chunk)
    figure = _common(sieve, "PERIOD", "PRODUCT_NC")
    printed = sieve.text("VALUE_EUR", "VALUE_IN_EUROS")
    figure["value_cents"] = sieve.amounts(printed, _CENTS, "value_invalid")
    figure["step_cents"] = sieve.steps(printed, _CENTS)
    figure["printed"] = printed
    figure["net_mass_g"] = sieve.amounts(sieve.text("QUANTITY_KG", "QUANTITY_IN_KG"), _GRAMS, "mass_invalid")
    supplementary = ("QUANTITY_SUPPL_UNIT", "SUP_QUANTITY")
    figure |= with_quantity(sieve, "comext", supplementary, ("SUPPL_UNIT", "SUPP_UNIT"))
    figure["present"] = any_of(figure["value_cents"], figure["net_mass_g"], figure["quantity_milli"])
    return sieve.batch([figure], _keys(sieve, figure, "PRODUCT_NC", "TRADE_TYPE"), options.seen)


def _api(chunk: Chunk, options: Options) -> Batch:
    """The API has a row an indicator: each gives a figure with that amount alone."""
    sieve = Sieve(chunk)
    figure = _common(sieve, "TIME_PERIOD", "product")
    kind = sieve.codes(code_part(sieve.text("indicators")), _indicator)
    printed = sieve.text("OBS_VALUE")
    value, mass = pc.equal(kind, "value"), among(kind, ("quintal", "kilogram"))
    quantity = pc.equal(kind, "supplementary")
    figure["value_cents"] = sieve.amounts(only(printed, value), _CENTS, "value_invalid")
    figure["step_cents"] = only(sieve.steps(printed, _CENTS), value)
    figure["printed"] = only(printed, value)
    quintals = only(printed, pc.equal(kind, "quintal"))
    figure["net_mass_g"] = pc.coalesce(
        sieve.amounts(quintals, _QUINTAL_GRAMS, "mass_invalid"),
        sieve.amounts(only(printed, pc.equal(kind, "kilogram")), _GRAMS, "mass_invalid"))
    figure["quantity_milli"] = sieve.amounts(only(printed, quantity), MILLI, "quantity_invalid")
    figure["quantity_unit"] = only(sieve.constant("comext:supplementary"), quantity)
    figure["currency"] = only(sieve.constant("EUR"), value)
    figure["basis"] = only(figure["basis"], pc.or_(value, mass))
    figure["present"] = any_of(figure["value_cents"], figure["net_mass_g"], figure["quantity_milli"])
    return sieve.batch([figure], _keys(sieve, figure, "product", "indicators"), options.seen)


def only(values: Column, mask: Column) -> Column:
    """The values where the mask holds; elsewhere null, or an empty text for texts that are amounts."""
    return pc.if_else(pc.fill_null(mask, False), values, pa.scalar(None, values.type))


def _indicator(text: str) -> Found:
    kind = special("comext", "indicator").get(text.lower())
    return (kind, None) if kind else (None, "measure_unknown")


SOURCE = Source("comext", "Eurostat Comext", matches, read)
