"""SDMX-CSV 1.0 and 2.0 from anywhere, by the dimension names of trade structures, or by names given.

Each row is one observation: money where its unit is a currency, else a quantity or net mass. Rows
that delete, that are adjusted for season, that are rates, indices or at prices of another time, and whose
period is no whole months are set aside. Of a further dimension its total is taken; where it has none and
tells rows apart that are one figure by all else, the file is refused. The same row again counts once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from customhouse.records import printed_units
from customhouse.records.sources import comext
from customhouse.records.sources.base import Options, Source
from customhouse.records.sources.chunks import Chunk, csv_chunks, header_of, simple
from customhouse.records.sources.coding import WORLD, coded, hs_code, months_of, partner, reporter
from customhouse.records.sources.columns import Column, Figure, Found, Sieve, among, any_of, by_value
from customhouse.records.sources.files import begins
from customhouse.records.sources.once import Hashes, Seen
from customhouse.records.sources.quantities import MILLI
from customhouse.records.sources.sdmx_further import Bools, keys_of, reject_parts, totals_wanted
from customhouse.records.sources.sdmx_names import TOLD_APART, TOTALS, dimension, known, marked, plain
from customhouse.records.sources.special import special
from customhouse.records.table import Batch
from customhouse.vocabulary.codes import resolve

_UNADJUSTED = ("", "N", "NSA", "_Z", "_T", "NO", "0")
_AMOUNTS = {
    "transformation": ("", "N", "_Z", "_T", "NT", "LEVEL"),
    "prices": ("", "V", "_Z", "_T", "N"),
}
"""Of dimensions that have rates and constant prices, the codes of plain amounts at current prices."""
_INDEX = re.compile(r"I(?:[0-9]{2}|[0-9]{4})(?:_100)?")
_GROUP = re.compile(r"G(?:X|[0-9])[0-9]{2,3}")
_RESTS = frozenset({"WXD"})
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
    options = options if options.seen else replace(options, seen=Seen())
    wanted = totals_wanted(str(path), lambda: _looked(path, options))
    for chunk in csv_chunks(path, options.batch_rows):
        yield _batch(plain(chunk, options), options, wanted)


def _looked(path: Path, options: Options) -> Iterator[tuple[Chunk, Hashes, Bools]]:
    """Chunks with the keys of their rows, and which rows have a figure that is not set aside."""
    for raw in csv_chunks(path, options.batch_rows):
        chunk = plain(raw, options)
        sieve = Sieve(chunk)
        _set_aside(sieve)
        for name in ("period", "reporter", "flow"):
            dimension(sieve, name, getattr(options, name), True)
        kind = by_value(_unit_of(sieve, options), _unit, (pa.string(),))[0]
        some = pc.and_(sieve.left(), pc.invert(sieve.blank(dimension(sieve, "value"))))
        some = pc.and_not(some, pc.fill_null(pc.equal(kind, "rate"), False))
        yield chunk, keys_of(sieve), np.asarray(some.to_numpy(zero_copy_only=False), bool)


def _batch(chunk: Chunk, options: Options, wanted: frozenset[str]) -> Batch:
    sieve = Sieve(chunk)
    first, last = sieve.months(dimension(sieve, "period", options.period, True), months_of)
    _set_aside(sieve)
    reject_parts(sieve, wanted)
    partners = dimension(sieve, "partner", WORLD)
    sieve.notice(partners, first, last, _systems)
    flows = dimension(sieve, "flow", options.flow, True)
    figure: dict[str, Column] = {
        "first_month": first, "last_month": last,
        "reporter": sieve.dated_codes(dimension(sieve, "reporter", options.reporter, True), first, _reporter),
        "partner": sieve.dated_codes(partners, first, _partner),
        "flow": sieve.codes(flows, _flow),
        "hs": sieve.codes(dimension(sieve, "commodity", "TOTAL"), _commodity),
        "transport": _coded(sieve, "transport", first), "regime": _coded(sieve, "regime", first),
    }
    figure |= _amount(sieve, options)
    countless = pc.and_(pc.is_valid(figure["quantity_milli"]), pc.is_null(figure["hs"]))
    by_mass = among(figure["quantity_unit"], printed_units.grams())
    sieve.reject(pc.and_not(countless, by_mass), "measure_unknown")
    figure["present"] = any_of(figure["value_cents"], figure["quantity_milli"], figure["net_mass_g"])
    units = (figure["currency"], figure["quantity_unit"], figure["basis"])
    keys = [first, last, *(marked(sieve, name) for name in TOLD_APART), *units]
    return sieve.batch([figure], keys, options.seen)


def _set_aside(sieve: Sieve) -> None:
    """Rows that are no plain figures, or that break a total down in a way that cells have no place for."""
    action = pc.utf8_upper(dimension(sieve, "action"))
    sieve.reject(among(action, ("D", "DELETE")), "deleted_row")
    adjusted = pc.utf8_upper(dimension(sieve, "adjustment"))
    sieve.reject(pc.invert(among(adjusted, _UNADJUSTED)), "adjusted_row")
    for name, amounts in _AMOUNTS.items():
        values = pc.utf8_upper(dimension(sieve, name))
        sieve.reject(pc.invert(among(values, amounts)), "rate_row")
    second = pc.utf8_upper(dimension(sieve, "consignment"))
    sieve.parts(second, TOTALS)


def _coded(sieve: Sieve, name: str, months: Column) -> Column:
    return sieve.dated_codes(marked(sieve, name), months, lambda code, at: coded("m49", name, code, at))


def _systems(code: str) -> tuple[str, ...]:
    """The systems that a code may be of by its shape, likeliest first."""
    if code.isdigit():
        return ("m49",)
    return {2: ("iso2", "comext"), 3: ("iso3", "own")}.get(len(code), ("own", "comext", "iso3"))


@lru_cache(maxsize=100_000)
def _partner(code: str, at: int) -> Found:
    if code.upper() in TOTALS[1:]:
        return None, None
    if code.upper() in _RESTS or _GROUP.fullmatch(code):
        return None, "group_unknown"
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
    """A flow by its code, or by the first part of an indicator: `XG_FOB_USD`."""
    flows = special("sdmx", "flow")
    code = flows.get(text.lower()) or (flows.get(text.lower().partition("_")[0]) if _said(text)[1] else None)
    if code is None:
        return None, "flow_unknown"
    return (None, "breakdown_row") if code == "part" else (code, None)


def _said(indicator: str) -> tuple[str | None, str | None]:
    """The basis and currency that an indicator of trade names: `MG_CIF_USD`; neither without a currency."""
    parts = indicator.upper().split("_")[1:]
    basis = next((part for part in parts if part in ("CIF", "FOB")), None)
    money = next((part for part in parts if part in printed_units.currencies()), None)
    return (basis, money) if money else (None, None)


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
    unit = special("sdmx", "unit").get(code.lower())
    if unit == "rate" or _INDEX.fullmatch(code.upper()):
        return "rate", None, power
    unit = unit or resolve("unece", "unit", code, 0).code
    if unit == "kg":
        return "mass", "kg", power
    return ("quantity", unit or f"sdmx:{text}", power) if text else (None, None, 0)


def _unit_of(sieve: Sieve, options: Options) -> Column:
    """The unit of each row: its own, else that which the indicator of its flow names."""
    stand_in = options.unit
    if not sieve.has(*known("unit")):
        (named,) = by_value(dimension(sieve, "flow"), lambda text: (_said(text)[1],), (pa.string(),))
        if named.null_count < sieve.size:
            return pc.fill_null(named, stand_in or "")
    return dimension(sieve, "unit", stand_in, True)


def _amount(sieve: Sieve, options: Options) -> Figure:
    """The observation as money, net mass or quantity, times the power of ten of its row."""
    units = _unit_of(sieve, options)
    kind, code, power = by_value(units, _unit, (pa.string(), pa.string(), pa.int64()))
    sieve.reject(pc.is_null(kind), "currency_unknown")
    sieve.reject(pc.equal(kind, "rate"), "rate_row")
    printed = dimension(sieve, "value", None, True)
    multiplier = sieve.amounts(dimension(sieve, "multiplier", "0"), 1, "multiplier_invalid")
    powers = pc.add(pc.fill_null(multiplier, 0), power)
    sieve.reject(pc.greater(pc.abs(powers), pa.scalar(15, pa.int64())), "multiplier_invalid")
    money, mass, quantity = (pc.equal(kind, name) for name in ("money", "mass", "quantity"))
    value = _scaled(sieve, printed, money, powers, _CENTS, "value_invalid")
    amount = _scaled(sieve, printed, quantity, powers, MILLI, "quantity_invalid")
    null = pa.scalar(None, pa.string())
    return {
        "value_cents": value, "currency": pc.if_else(money, code, null),
        "step_cents": _steps(sieve, printed, money, powers), "printed": pc.if_else(money, printed, null),
        "basis": _basis(sieve),
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


def _basis(sieve: Sieve) -> Column:
    upper = pc.utf8_upper(dimension(sieve, "basis"))
    (named,) = by_value(dimension(sieve, "flow"), lambda text: (_said(text)[0],), (pa.string(),))
    return pc.if_else(among(upper, ("CIF", "FOB")), upper, named)


SOURCE = Source("sdmx-csv", "SDMX-CSV 1.0 and 2.0", matches, read)
