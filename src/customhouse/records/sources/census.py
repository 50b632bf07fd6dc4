"""US Census international trade: answers of its API (JSON arrays, the first the header) and CSV of them.

Values are US dollars: general imports at customs value (free on board), exports free alongside
ship. `-` is the total, `0027` and `5XXX` are groups of countries: groups that the vocabulary has
with the same members enter as groups, the others are set aside as `group_row`. Vessel and air
values are modes of transport; containerised vessel value is a part of vessel value and is left
with it. Shipping weights are gross and stand as quantities in `kg_gross`.

Only goods by the HS are read: rows by end use, NAICS, SITC, high technology or agriculture are set
aside as `other_classification`, but for their totals.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from customhouse.errors import BrokenFile, MappingError
from customhouse.records.sources.base import Options, Source
from customhouse.records.sources.chunks import Chunk, csv_chunks, dict_chunks, header_of
from customhouse.records.sources.coding import hs_code, months_of, partner
from customhouse.records.sources.columns import Column, Figure, Found, Sieve, among, any_of
from customhouse.records.sources.files import begins, opened
from customhouse.records.sources.jsonstream import JsonBroken, JsonStream
from customhouse.records.sources.once import Seen
from customhouse.records.sources.quantities import MILLI, with_quantity
from customhouse.records.sources.special import special
from customhouse.records.table import Batch

_CENTS = 100
_COMMODITY = ("I_COMMODITY", "E_COMMODITY")
_PARTS = ("DISTRICT", "PORT", "STATE", "CTY_SUBCODE", "RP", "DIST", "USITC_STANDARD_COUNTRIES")
_TOTAL_MARKS = ("-", "", "total")
_VALUES = {"imports": "GEN_VAL_MO", "exports": "ALL_VAL_MO"}
_MODES = {"AIR": "air", "VES": "water"}
_FIGURES = ("GEN_VAL_MO", "ALL_VAL_MO", "GEN_VAL_YR", "ALL_VAL_YR", "AIR_VAL_MO", "VES_VAL_MO", "GEN_QY1_MO",
            "QTY_1_MO", "ALL_QY1_MO")


def matches(path: Path) -> bool:
    """Whether the file has the columns of the Census international trade API."""
    start = begins(path)
    if start.lstrip().startswith("["):
        first = start[: start.find("]") + 1]
        return "CTY_CODE" in first and ("_COMMODITY" in first or "_VAL_" in first)
    names = header_of(start.encode("utf-8")).simple
    return "ctycode" in names and bool({"icommodity", "ecommodity", "genvalmo", "allvalmo"} & names)


def read(path: Path, options: Options) -> Iterator[Batch]:
    """Batches of one file of the Census. Raises UnreadableFile, EmptyFile and BrokenFile."""
    array = begins(path).lstrip().startswith("[")
    options = options if options.seen else replace(options, seen=Seen())
    for chunk in _json(path, options) if array else csv_chunks(path, options.batch_rows):
        yield _batch(chunk, options)


def _json(path: Path, options: Options) -> Iterator[Chunk]:
    """The arrays after the first as rows under the names of the first."""
    with opened(path) as stream:
        try:
            yield from dict_chunks(path, _rows(JsonStream(stream)), options.batch_rows, "row")
        except JsonBroken as error:
            wrong = f"the answer is cut short or no JSON ({error})"
            raise BrokenFile(str(path), wrong, "fetch it again") from error


def _rows(stream: JsonStream) -> Iterator[object]:
    names: list[str] | None = None
    for item in stream.items():
        if names is None:
            if not isinstance(item, list):
                raise JsonBroken("no header row")
            names = _unlike([str(name) for name in item])
        elif isinstance(item, list) and len(item) == len(names):
            yield dict(zip(names, item, strict=True))
        else:
            yield item


def _unlike(names: list[str]) -> list[str]:
    """The API repeats a column that is both asked for and filtered by; its first stands."""
    return [name if name not in names[:i] else f"{name} #{i}" for i, name in enumerate(names)]


def _batch(chunk: Chunk, options: Options) -> Batch:
    sieve = Sieve(chunk)
    _held_to(sieve, options)
    first, last = sieve.months(_period(sieve), months_of)
    inward = not sieve.has("E_COMMODITY", "ALL_VAL_MO") and options.flow != "exports"
    common: Figure = {
        "first_month": first, "last_month": last, "reporter": "USA", "flow": _flow(sieve, inward),
        "partner": sieve.dated_codes(sieve.text("CTY_CODE"), first, _country), "hs": _commodity(sieve),
    }
    for name in _PARTS:
        sieve.parts(pc.utf8_lower(sieve.text(name)), _TOTAL_MARKS)
    months = pc.equal(first, last)
    sieve.reject(pc.invert(months), "period_invalid")
    figures = chain(_month(sieve, inward, options), _to_date(sieve, first))
    keys = [first, common["flow"], sieve.text("CTY_CODE"), sieve.text(*_COMMODITY)]
    return sieve.batch([{**common, **figure} for figure in figures], keys, options.seen)


def _held_to(sieve: Sieve, options: Options) -> None:
    """Refuses a table without any of the columns that figures are taken from."""
    wanted = (options.value,) if options.value else _FIGURES
    if sieve.chunk.columns and not sieve.has(*wanted):
        it_has = [name for name in sieve.chunk.printed.values() if _is_value(name)]
        wrong = f"no column of values that are read ({', '.join(wanted[:4])})"
        wrong += f"; it has {', '.join(it_has)}" if it_has else ""
        remedy = "ask for GEN_VAL_MO (general imports) or ALL_VAL_MO (exports) among the variables"
        raise MappingError(sieve.chunk.file, wrong, remedy)


def _is_value(name: str) -> bool:
    return any(mark in name.upper() for mark in ("VAL", "CIF", "DUT"))


def _period(sieve: Sieve) -> Column:
    """YEAR and MONTH, or `time`."""
    if sieve.has("YEAR", "MONTH"):
        return pc.binary_join_element_wise(sieve.text("YEAR"), pc.utf8_lpad(sieve.text("MONTH"), 2, "0"), "")
    return sieve.text("time")


def _country(code: str, at: int) -> Found:
    found, reason = partner("census", code.upper(), at)
    group = code[:1] == "0" or code[1:].upper() == "XXX"
    return (None, "group_row") if reason and group else (found, reason)


def _flow(sieve: Sieve, inward: bool) -> Column:
    """Imports; exports, of which those of foreign goods (DF 2) are re-exports and domestic ones a part."""
    if inward:
        return sieve.constant("imports")
    kind = sieve.text("DF")
    alone = not pc.any(among(kind, _TOTAL_MARKS)).as_py()
    sieve.reject(pc.equal(kind, "1"), "part_alone" if alone else "breakdown_row")
    return pc.if_else(pc.equal(kind, "2"), pa.scalar("re_exports"), pa.scalar("exports"))


def _commodity(sieve: Sieve) -> Column:
    """HS codes; goods by other lists are set aside but for their totals. Without any list it is all goods."""
    level = pc.utf8_upper(sieve.text("COMM_LVL", default="HS"))
    total = among(level, _TOTAL_MARKS)
    by_hs = pc.or_(pc.starts_with(level, "HS"), total)
    sieve.reject(pc.invert(by_hs), "other_classification")
    for name in special("census", "classification"):
        by_other = pc.invert(among(pc.utf8_lower(sieve.text(name)), _TOTAL_MARKS))
        sieve.reject(by_other, "other_classification")
    if not sieve.has(*_COMMODITY):
        return sieve.constant(None)
    codes = sieve.text(*_COMMODITY)
    return sieve.codes(pc.if_else(by_hs, codes, "TOTAL"), hs_code)


def _month(sieve: Sieve, inward: bool, options: Options) -> Iterator[Figure]:
    """The month's value with its quantity, and the values by mode of transport."""
    name = options.value or _VALUES["imports" if inward else "exports"]
    figure = dict(_money(sieve, name))
    if options.value is None:
        quantity = ("GEN_QY1_MO", "QTY_1_MO", "ALL_QY1_MO")
        figure |= with_quantity(sieve, "census", quantity, ("UNIT_QY1",))
        figure["present"] = any_of(figure["value_cents"], figure["quantity_milli"])
    yield figure
    yield from _overland(sieve, figure)
    for prefix, mode in _MODES.items():
        if sieve.has(f"{prefix}_VAL_MO"):
            figure = dict(_money(sieve, f"{prefix}_VAL_MO")) | {"transport": mode}
            weight = sieve.amounts(sieve.text(f"{prefix}_WGT_MO"), MILLI, "quantity_invalid")
            figure["quantity_milli"] = weight
            unit = pa.scalar("kg_gross")
            figure["quantity_unit"] = pc.if_else(pc.is_valid(weight), unit, pa.scalar(None, pa.string()))
            yield figure


def _overland(sieve: Sieve, total: Figure) -> Iterator[Figure]:
    """What came neither by vessel nor by air: lorries, trains, pipelines and post, which have no column.

    Containers are a part of what came by vessel. Without this the modes fall short of the whole.
    """
    names = [f"{prefix}_VAL_MO" for prefix in _MODES]
    if not all(sieve.has(name) for name in names):
        return
    rest = total["value_cents"]
    for name in names:
        part = pc.fill_null(sieve.amounts(sieve.text(name), _CENTS, "value_invalid"), 0)
        rest = pc.subtract(rest, part)
    wanted = pc.fill_null(pc.greater(rest, 0), False)
    yield {
        **total, "value_cents": rest, "transport": "other", "present": wanted,
        "printed": sieve.constant(None), "quantity_milli": None, "quantity_unit": None,
    }


def _to_date(sieve: Sieve, last: Column) -> Iterator[Figure]:
    """The year to date; in January it is the month itself."""
    name = next((n for n in ("GEN_VAL_YR", "ALL_VAL_YR") if sieve.has(n)), None)
    if name is None:
        return
    january = pc.multiply(pc.divide(last, 12), pa.scalar(12, pa.int32()))
    figure = dict(_money(sieve, name)) | {"first_month": january}
    later = pc.greater(last, january)
    no_month = sieve.constant(not sieve.has("GEN_VAL_MO", "ALL_VAL_MO"), pa.bool_())
    wanted = pc.or_(pc.fill_null(later, False), no_month)
    figure["present"] = pc.and_(pc.is_valid(figure["value_cents"]), wanted)
    yield figure


def _money(sieve: Sieve, name: str) -> Figure:
    printed = sieve.text(name)
    value = sieve.amounts(printed, _CENTS, "value_invalid")
    basis = "CIF" if "CIF" in name else "FOB"
    return {"value_cents": value, "step_cents": sieve.steps(printed, _CENTS), "printed": printed,
            "currency": "USD", "basis": basis, "present": pc.is_valid(value)}


SOURCE = Source("census", "US Census international trade", matches, read)
