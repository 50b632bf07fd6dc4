"""SDMX-CSV 1.0 and 2.0 from anywhere, by the dimension names of trade structures, or by names given.

Each row is one observation: money where its unit is a currency, else a quantity or net mass. Rows
that delete, that are adjusted for season, and whose period is no whole months are set aside.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from customhouse.errors import MappingError
from customhouse.records import printed_units
from customhouse.records.sources import comext
from customhouse.records.sources.base import Options, Source
from customhouse.records.sources.chunks import Chunk, csv_chunks, header_of, simple
from customhouse.records.sources.coding import WORLD, coded, hs_code, months_of, partner, reporter
from customhouse.records.sources.columns import Column, Figure, Found, Sieve, any_of, by_value
from customhouse.records.sources.files import begins
from customhouse.records.sources.quantities import MILLI
from customhouse.records.sources.special import special
from customhouse.records.table import Batch
from customhouse.vocabulary.codes import resolve

_NAMES = {
    "reporter": ("REF_AREA", "REPORTER", "REPORTING_COUNTRY", "DECLARANT", "GEO"),
    "partner": ("COUNTERPART_AREA", "PARTNER", "PARTNER_COUNTRY", "COUNTERPART", "VIS_AREA", "PARTNER_AREA"),
    "flow": ("TRADE_FLOW", "FLOW", "STK_FLOW", "FLOW_TYPE", "INDICATOR"),
    "commodity": ("COMMODITY", "CMD", "PRODUCT", "COMMODITY_CODE", "PRODUCT_CODE", "CN", "HS"),
    "transport": ("TRANSPORT_MODE", "MODE_OF_TRANSPORT", "TRANSPORT", "MOT"),
    "regime": ("CUSTOMS_PROC", "CUSTOMS_PROCEDURE", "REGIME", "STAT_PROCEDURE", "PROCEDURE"),
    "period": ("TIME_PERIOD", "TIME", "PERIOD"),
    "value": ("OBS_VALUE", "VALUE"),
    "multiplier": ("UNIT_MULT", "UNIT_MULTIPLIER", "POWERCODE"),
    "unit": ("UNIT_MEASURE", "UNIT", "CURRENCY", "MEASURE_UNIT"),
    "basis": ("VALUATION", "BASIS", "CIF_FOB"),
    "adjustment": ("SEASONAL_ADJUST", "ADJUSTMENT", "SEASONAL_ADJUSTMENT", "S_ADJUST"),
    "action": ("ACTION",),
    "consignment": ("COUNTERPART_AREA_2", "PARTNER2", "CONSIGNMENT_AREA", "SECOND_PARTNER"),
}
_UNADJUSTED = pa.array(["", "N", "NSA", "_Z", "_T", "NO", "0"])
_TOTALS = pa.array(["", "_T", "_Z", "W0", "W00", "W1", "0", "WLD", "WORLD", "TOTAL"])
_REMEDIES = {
    "reporter": "say whose trade it is, with --reporter DEU",
    "flow": "say it with --flow exports",
    "period": "say it with --period 2024-01",
    "unit": "say in what the values are, with --unit EUR",
}
_CENTS, _GRAMS = 100, 1000


def matches(path: Path) -> bool:
    """Whether the first columns are those of SDMX-CSV and there is an observation."""
    header = header_of(begins(path).encode("utf-8"))
    first = header.names[0].upper().partition("[")[0].partition(":")[0] if header.names else ""
    labelled = {simple(name.partition(":")[0]) for name in header.names}
    return first in ("DATAFLOW", "STRUCTURE") and {"obsvalue", "timeperiod"} <= labelled


def read(path: Path, options: Options) -> Iterator[Batch]:
    """Batches of one SDMX-CSV file.

    Raises UnreadableFile, EmptyFile, BrokenFile, and MappingError where a dimension that every
    figure needs has no column and no option stands in for it. Files of Comext's API, which have an
    indicator in the place of a unit, are read as those.
    """
    if comext.matches(path):
        yield from comext.read(path, options)
        return
    for chunk in csv_chunks(path, options.batch_rows):
        yield _batch(_plain(chunk, options), options)


def _plain(chunk: Chunk, options: Options) -> Chunk:
    """The chunk under the standard names, its labels (`CN: China`) taken off, options applied."""
    outside = {simple(theirs): ours for theirs, ours in options.columns.items()}
    columns: dict[str, pa.Array] = {}
    printed: dict[str, str] = {}
    for key, column in chunk.columns.items():
        code = chunk.printed[key].partition(":")[0].strip()
        name = outside.get(key) or outside.get(simple(code)) or code
        labelled = ":" in chunk.printed[key]
        columns[simple(name)] = _codes(column) if labelled else column
        printed[simple(name)] = chunk.printed[key]
    return replace(chunk, columns=columns, printed=printed)


def _codes(column: Column) -> Column:
    return pc.replace_substring_regex(column, r"^([^:]*):.*$", r"\1")


def _column(sieve: Sieve, name: str, stand_in: str | None = None, needed: bool = False) -> Column:
    """A dimension by its names or by ours; the option's value where the file has none of them."""
    names = (*_NAMES[name], name)
    if sieve.has(*names):
        return sieve.text(*names)
    if needed and stand_in is None:
        wrong = f"no column for the {name} (looked for {', '.join(names)})"
        remedy = _REMEDIES.get(name, f"name its column, or give the {name}")
        raise MappingError(sieve.chunk.file, wrong, remedy)
    return sieve.constant(stand_in or "")


def _batch(chunk: Chunk, options: Options) -> Batch:
    sieve = Sieve(chunk)
    first, last = sieve.months(_column(sieve, "period", options.period, True), months_of)
    _set_aside(sieve)
    partners = _column(sieve, "partner", WORLD)
    sieve.notice(partners, first, last, _systems)
    figure: dict[str, Column] = {
        "first_month": first, "last_month": last,
        "reporter": sieve.dated_codes(_column(sieve, "reporter", options.reporter, True), first, _reporter),
        "partner": sieve.dated_codes(partners, first, _partner),
        "flow": sieve.codes(_column(sieve, "flow", options.flow, True), _flow),
        "hs": sieve.codes(_column(sieve, "commodity", "TOTAL"), _commodity),
        "transport": _coded(sieve, "transport", first), "regime": _coded(sieve, "regime", first),
    }
    figure |= _amount(sieve, options)
    figure["present"] = any_of(figure["value_cents"], figure["quantity_milli"], figure["net_mass_g"])
    return sieve.batch([figure])


def _set_aside(sieve: Sieve) -> None:
    """Rows that are no plain figures, or that break a total down in a way that cells have no place for."""
    action = pc.utf8_upper(_column(sieve, "action"))
    sieve.reject(pc.is_in(action, pa.array(["D", "DELETE"])), "deleted_row")
    adjusted = pc.utf8_upper(_column(sieve, "adjustment"))
    sieve.reject(pc.invert(pc.is_in(adjusted, _UNADJUSTED)), "adjusted_row")
    second = pc.utf8_upper(_column(sieve, "consignment"))
    sieve.reject(pc.invert(pc.is_in(second, _TOTALS)), "breakdown_row")


def _coded(sieve: Sieve, dimension: str, months: Column) -> Column:
    values = _column(sieve, dimension)
    values = pc.if_else(pc.is_in(pc.utf8_upper(values), _TOTALS), "", values)
    return sieve.dated_codes(values, months, lambda code, at: coded("m49", dimension, code, at))


def _systems(code: str) -> tuple[str, ...]:
    """The systems that a code may be of by its shape, likeliest first."""
    if code.isdigit():
        return ("m49",)
    return {2: ("iso2", "comext"), 3: ("iso3", "own")}.get(len(code), ("own", "comext", "iso3"))


@lru_cache(maxsize=100_000)
def _partner(code: str, at: int) -> Found:
    if code.upper() in _TOTALS.to_pylist()[1:]:
        return None, None
    found: Found = (None, "partner_missing")
    for system in _systems(code) if code else ():
        found = partner(system, code, at)
        if found[1] is None:
            return found
    return found


@lru_cache(maxsize=100_000)
def _reporter(code: str, at: int) -> Found:
    found: Found = (None, "reporter_unknown")
    for system in _systems(code) if code else ():
        found = reporter(system, code, at)
        if found[1] is None:
            break
    return found


def _flow(text: str) -> Found:
    code = special("sdmx", "flow").get(text.lower())
    if code is None:
        return None, "flow_unknown"
    return (None, "breakdown_row") if code == "part" else (code, None)


def _commodity(text: str) -> Found:
    """An HS code, with or without the mark of its list before it: `HS_0101`, `CN_01012100`."""
    prefix, _, rest = text.rpartition("_")
    if rest.isdigit() and prefix.rstrip("0123456789").upper() in ("HS", "CN", "H"):
        return hs_code(rest)
    return hs_code(text or "TOTAL")


def _unit(text: str) -> tuple[str | None, str | None, int]:
    """Kind (`money`, `mass`, `quantity`), code, and the power of ten in a unit such as MIO_EUR."""
    prefix, _, rest = text.rpartition("_")
    power = int(special("sdmx", "power").get(prefix.lower(), "0")) if prefix else 0
    code = rest if power else text
    if code.upper() in printed_units.currencies():
        return "money", code.upper(), power
    known = special("sdmx", "unit").get(code.lower()) or resolve("unece", "unit", code, 0).code
    if known == "kg":
        return "mass", "kg", power
    return ("quantity", known or f"sdmx:{text}", power) if text else (None, None, 0)


def _amount(sieve: Sieve, options: Options) -> Figure:
    """The observation as money, net mass or quantity, times the power of ten of its row."""
    units = _column(sieve, "unit", options.unit, True)
    kind, code, power = by_value(units, _unit, (pa.string(), pa.string(), pa.int64()))
    sieve.reject(pc.is_null(kind), "currency_unknown")
    printed = _column(sieve, "value", None, True)
    multiplier = sieve.amounts(_column(sieve, "multiplier", "0"), 1, "multiplier_invalid")
    powers = pc.add(pc.fill_null(multiplier, 0), power)
    sieve.reject(pc.greater(pc.abs(powers), pa.scalar(15, pa.int64())), "multiplier_invalid")
    money, mass, quantity = (pc.equal(kind, name) for name in ("money", "mass", "quantity"))
    value = _scaled(sieve, printed, money, powers, _CENTS, "value_invalid")
    amount = _scaled(sieve, printed, quantity, powers, MILLI, "quantity_invalid")
    null = pa.scalar(None, pa.string())
    return {
        "value_cents": value, "currency": pc.if_else(money, code, null),
        "step_cents": _steps(sieve, printed, money, powers), "printed": pc.if_else(money, printed, null),
        "basis": _basis(_column(sieve, "basis")),
        "net_mass_g": _scaled(sieve, printed, mass, powers, _GRAMS, "mass_invalid"),
        "quantity_milli": amount, "quantity_unit": pc.if_else(pc.is_valid(amount), code, null),
    }


def _scaled(sieve: Sieve, printed: Column, mask: Column, powers: Column, factor: int, reason: str) -> Column:
    """Amounts of the rows of a mask, each times its own power of ten."""
    found = pa.nulls(sieve.size, pa.int64())
    for power in pc.unique(powers).to_pylist():
        if abs(power) <= 15:
            here = pc.and_(pc.fill_null(mask, False), pc.equal(powers, power))
            texts = pc.if_else(here, printed, "")
            found = pc.coalesce(found, sieve.amounts(texts, Decimal(factor).scaleb(power), reason))
    return found


def _steps(sieve: Sieve, printed: Column, mask: Column, powers: Column) -> Column:
    found = pa.nulls(sieve.size, pa.int64())
    for power in pc.unique(powers).to_pylist():
        if abs(power) <= 15:
            here = pc.and_(pc.fill_null(mask, False), pc.equal(powers, power))
            steps = sieve.steps(printed, Decimal(_CENTS).scaleb(power))
            found = pc.coalesce(found, pc.if_else(here, steps, pa.scalar(None, pa.int64())))
    return found


def _basis(values: Column) -> Column:
    upper = pc.utf8_upper(values)
    return pc.if_else(pc.is_in(upper, pa.array(["CIF", "FOB"])), upper, pa.scalar(None, pa.string()))


SOURCE = Source("sdmx-csv", "SDMX-CSV 1.0 and 2.0", matches, read)
