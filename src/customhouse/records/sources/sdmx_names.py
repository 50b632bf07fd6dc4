"""The names that dimensions have in SDMX structures of trade, and columns without labels."""

from __future__ import annotations

from dataclasses import replace

import pyarrow.compute as pc

from customhouse.errors import MappingError
from customhouse.records.sources.base import Options
from customhouse.records.sources.chunks import Chunk, simple
from customhouse.records.sources.columns import Column, Sieve, among

NAMES = {
    "reporter": ("REF_AREA", "REPORTER", "REPORTING_COUNTRY", "DECLARANT", "GEO", "COUNTRY"),
    "partner": ("COUNTERPART_AREA", "PARTNER", "PARTNER_COUNTRY", "COUNTERPART", "VIS_AREA", "PARTNER_AREA",
                "COUNTERPART_COUNTRY"),
    "flow": ("TRADE_FLOW", "FLOW", "STK_FLOW", "FLOW_TYPE", "INDICATOR"),
    "commodity": ("COMMODITY", "CMD", "PRODUCT", "COMMODITY_CODE", "PRODUCT_CODE", "CN", "HS"),
    "transport": ("TRANSPORT_MODE", "MODE_OF_TRANSPORT", "TRANSPORT", "MOT"),
    "regime": ("CUSTOMS_PROC", "CUSTOMS_PROCEDURE", "REGIME", "STAT_PROCEDURE", "PROCEDURE"),
    "period": ("TIME_PERIOD", "TIME", "PERIOD"),
    "value": ("OBS_VALUE", "VALUE"),
    "multiplier": ("UNIT_MULT", "UNIT_MULTIPLIER", "POWERCODE", "SCALE"),
    "unit": ("UNIT_MEASURE", "UNIT", "CURRENCY", "MEASURE_UNIT"),
    "basis": ("VALUATION", "BASIS", "CIF_FOB"),
    "adjustment": ("SEASONAL_ADJUST", "ADJUSTMENT", "SEASONAL_ADJUSTMENT", "S_ADJUST"),
    "action": ("ACTION",),
    "consignment": ("COUNTERPART_AREA_2", "PARTNER2", "CONSIGNMENT_AREA", "SECOND_PARTNER"),
    "transformation": ("TRANSFORMATION", "DATA_TRANSFORMATION"),
    "prices": ("PRICES", "PRICE_BASE"),
}
TOLD_APART = ("reporter", "partner", "flow", "commodity", "transport", "regime")
"""The dimensions, besides months, units and basis, that tell one figure from another."""
ATTRIBUTES = frozenset(map(simple, (
    "OBS_STATUS", "OBS_FLAG", "OBS_CONF", "CONF_STATUS", "OBS_PRE_BREAK", "OBS_COM", "COMMENT", "COMMENT_OBS",
    "COMMENT_TS", "COMMENT_DSET", "DECIMALS", "DECIMALS_DISPLAYED", "TIME_FORMAT", "COLLECTION",
    "COMPILATION", "LAST_UPDATE", "LAST UPDATE", "UPDATED", "TITLE", "TITLE_COMPL", "SOURCE", "SOURCE_AGENCY",
    "OBS_NOTE",
    "NOTE", "NOTES", "FOOTNOTE", "DISS_ORG", "EMBARGO_TIME", "FREQ", "FREQUENCY", "STRUCTURE", "KEY",
    "SERIES_KEY", "PRECISION", "FLAG", "STATUS", "OBS_EDP_WBB", "PRE_BREAK_VALUE", "BREAKS", "NAT_TITLE",
)))
"""Columns that say something about an observation and do not tell it from another."""
TOTALS = ("", "_T", "_Z", "W", "W0", "W00", "W1", "G001", "0", "WLD", "WORLD", "TOTAL")
"""Codes of all of a dimension."""
_LABELLED = r"^([A-Za-z0-9_.@+\-]{1,32}): .+$"
_REMEDIES = {
    "reporter": "say whose trade it is, with --reporter DEU",
    "flow": "say it with --flow exports",
    "period": "say it with --period 2024-01",
    "unit": "say in what the values are, with --unit EUR",
}


def known(name: str) -> tuple[str, ...]:
    """The names that a dimension may have, ours at the end."""
    return (*NAMES[name], name)


def plain(chunk: Chunk, options: Options) -> Chunk:
    """The chunk under the standard names, its labels (`CN: China`) taken off, options applied."""
    outside = {simple(theirs): ours for theirs, ours in options.columns.items()}
    columns: dict[str, Column] = {}
    printed: dict[str, str] = {}
    for key, column in chunk.columns.items():
        code = chunk.printed[key].partition(":")[0].strip()
        name = simple(outside.get(key) or outside.get(simple(code)) or code)
        labelled = ":" in chunk.printed[key] or _all_labelled(column)
        columns[name] = _codes(column) if labelled else column
        printed[name] = chunk.printed[key]
    return replace(chunk, columns=columns, printed=printed)


def _all_labelled(column: Column) -> bool:
    """Whether every cell that is filled is a code, a colon, a blank and a label."""
    filled = pc.drop_null(pc.unique(column))
    filled = filled.filter(pc.not_equal(filled, ""))
    return bool(len(filled)) and bool(pc.all(pc.match_substring_regex(filled, _LABELLED)).as_py())


def _codes(column: Column) -> Column:
    return pc.replace_substring_regex(column, r"^([^:]*):.*$", r"\1")


def dimension(sieve: Sieve, name: str, stand_in: str | None = None, needed: bool = False) -> Column:
    """A dimension by its names or by ours; the option's value where the file has none of them.

    Raises MappingError where it is `needed` and nothing stands in.
    """
    if sieve.has(*known(name)):
        return sieve.text(*known(name))
    if needed and stand_in is None:
        wrong = f"no column for the {name} (looked for {', '.join(known(name))})"
        remedy = _REMEDIES.get(name, f"name its column, or give the {name}")
        raise MappingError(sieve.chunk.file, wrong, remedy)
    return sieve.constant(stand_in or "")


def marked(sieve: Sieve, name: str) -> Column:
    """A dimension in capitals, a blank for all marks of its total."""
    values = pc.utf8_upper(dimension(sieve, name))
    return pc.if_else(among(values, TOTALS), "", values)
