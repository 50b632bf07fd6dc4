"""Quantities with their units: a unit of ours where the code is known, else the outside code as it stands."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from customhouse.records.sources.columns import Column, Sieve
from customhouse.records.sources.special import special
from customhouse.vocabulary.codes import SYSTEMS, resolve

MILLI = 1000


def unit(system: str, code: str) -> str | None:
    """The unit of ours for an outside unit; `m49:36` where there is none; None for no unit."""
    code = code.strip()
    known = special(system, "unit").get(code.lower())
    if known == "none" or not code:
        return None
    resolved = resolve(system, "unit", code, 0) if system in SYSTEMS else None
    if known is None and resolved and resolved.note == "unspecified":
        return None
    return known or (resolved and resolved.code) or f"{system}:{code}"


def with_quantity(
    sieve: Sieve, system: str, quantity: tuple[str, ...], units: tuple[str, ...]
) -> dict[str, Column]:
    """The quantity columns of a figure: thousandths of the unit; null where there is no unit."""
    codes = pc.replace_substring_regex(sieve.text(*units), r"\.0$", "")
    names = sieve.codes(codes, lambda text: (unit(system, text), None))
    amounts = sieve.amounts(sieve.text(*quantity), MILLI, "quantity_invalid")
    known = pc.is_valid(names)
    amounts = pc.if_else(known, amounts, pa.scalar(None, pa.int64()))
    names = pc.if_else(pc.is_valid(amounts), names, pa.scalar(None, pa.string()))
    return {"quantity_milli": amounts, "quantity_unit": names}
