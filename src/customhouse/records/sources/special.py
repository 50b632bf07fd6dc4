"""Codes that services use and that no code list has: flows, units, marks of what is missing."""

from __future__ import annotations

from functools import cache

from customhouse.vocabulary.tables import rows


@cache
def special(source: str, dimension: str) -> dict[str, str]:
    """A source's own codes of `source_codes.csv`: outside code in lower case -> ours."""
    return {
        row["outside"].lower(): row["code"] for row in rows("source_codes")
        if row["source"] == source and row["dimension"] == dimension
    }
