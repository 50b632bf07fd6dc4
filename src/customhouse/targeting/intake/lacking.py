"""Columns that a file lacks: all of them at once, with those whose names come near."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence

from customhouse.errors import MappingError
from customhouse.records.propose import words

_NEAR = 0.75


def refuse(
    place: str, names: Sequence[str], wanted: Mapping[str, Sequence[str]], option: str = "--map"
) -> None:
    """Raises MappingError where a table has no column for some fields.

    `names` are the columns of the table, `wanted` the columns that each field may have, one of which has to
    be there; `option` is that of the command line by which a mapping is named.
    """
    lacking = {field: columns for field, columns in wanted.items() if not set(columns) & set(names)}
    if not lacking:
        return
    taken = {one for columns in wanted.values() for one in columns}
    spare = [name for name in names if name not in taken]
    told = ", ".join(_told(field, columns, spare) for field, columns in lacking.items())
    remedy = f"rename columns, or name them in a mapping with {option}; it has {', '.join(names)}"
    raise MappingError(place, f"no column {told}", remedy)


def _told(field: str, columns: Sequence[str], names: Sequence[str]) -> str:
    """A field that is lacking, the column that a mapping names for it, and those that may be it."""
    others = [one for one in columns if one != field]
    either = f"{field} (or {others[0]})" if others else field
    said = either if field in columns else f"{columns[0]!r} for {field}"
    found = [name for name in names if _alike(field, name)]
    return f"{said} (is it {' or '.join(map(repr, found[:2]))}?)" if found else said


def _alike(field: str, name: str) -> bool:
    """Whether a column may be a field: a known word for it, a part of its name, or nearly its name."""
    if words.is_a("field", name) == field:
        return True
    mine, theirs = set(field.split("_")), set(words.plain(name).split())
    if theirs and (theirs <= mine or mine <= theirs):
        return True
    plain = "_".join(words.plain(name).split())
    return difflib.SequenceMatcher(None, field, plain).ratio() >= _NEAR
