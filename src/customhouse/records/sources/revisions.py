"""Which revision of the HS is taken where a load has the same trade by several: each trade once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from customhouse.records.sources.chunks import Chunk
from customhouse.records.sources.columns import Column, Sieve, among, by_value

_APART = "\x1f"
_TRADE = (("reporterCode", "reporterISO"), ("period", "refPeriodId"), ("refYear", "year"), ("refMonth",),
          ("flowCode", "flowDesc"), ("typeCode",))
_LIST = ("classificationCode",)
_TRUE = ("true", "1", "yes")


@dataclass(frozen=True, slots=True)
class Revisions:
    """Of each trade (reporter, period, flow; totals and goods apart) by several lists, the list taken."""

    taken: dict[str, str]

    def reject(self, sieve: Sieve) -> None:
        """Set aside the rows of the other lists."""
        if not self.taken or not sieve.has(*_LIST):
            return
        (wanted,) = by_value(_trades(sieve), lambda trade: (self.taken.get(trade),), (pa.string(),))
        lists = pc.utf8_upper(sieve.text(*_LIST))
        by_hs = pc.or_(_is_total(sieve), pc.starts_with(lists, "H"))
        sieve.reject(pc.and_(by_hs, pc.not_equal(wanted, lists)), "other_revision")


def revisions_in(chunks: Iterable[Chunk]) -> Revisions:
    """The revision that is taken of each trade: as reported before converted, the HS, then the latest."""
    found: dict[str, dict[str, bool]] = {}
    for chunk in chunks:
        sieve = Sieve(chunk)
        if not chunk.size or not sieve.has(*_LIST):
            continue
        wanted = pc.or_(_is_total(sieve), pc.starts_with(pc.utf8_upper(sieve.text(*_LIST)), "H"))
        original = among(pc.utf8_lower(sieve.text("isOriginalClassification")), _TRUE)
        parts = (_trades(sieve), pc.utf8_upper(sieve.text(*_LIST)), pc.cast(original, pa.string()))
        for key in pc.unique(pc.binary_join_element_wise(*parts, "\x1e").filter(wanted)).to_pylist():
            trade, code, reported = key.split("\x1e")
            lists = found.setdefault(trade, {})
            lists[code] = lists.get(code, False) or reported == "true"
    several = {trade: lists for trade, lists in found.items() if len(lists) > 1}
    return Revisions({trade: max(lists, key=lambda code: _rank(code, lists[code]))
                      for trade, lists in several.items()})


def _trades(sieve: Sieve) -> Column:
    total = pc.cast(_is_total(sieve), pa.string())
    return pc.binary_join_element_wise(*(sieve.text(*names) for names in _TRADE), total, _APART)


def _is_total(sieve: Sieve) -> Column:
    return pc.equal(pc.utf8_upper(sieve.text("cmdCode")), "TOTAL")


def _rank(code: str, original: bool) -> tuple[bool, bool, str]:
    return code.startswith("H"), original, code
