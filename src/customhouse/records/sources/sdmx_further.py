"""Dimensions of SDMX-CSV that figures have no place for: their totals are taken, nothing is added over them.

A column that tells observations apart which are one figure by all that is known (another edition,
other prices, goods beside services) would otherwise be summed over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from customhouse.errors import MappingError
from customhouse.records.sources.chunks import Chunk, simple
from customhouse.records.sources.columns import Sieve, among
from customhouse.records.sources.once import Hashes, hashes
from customhouse.records.sources.sdmx_names import (
    ATTRIBUTES,
    NAMES,
    TOLD_APART,
    TOTALS,
    dimension,
    known,
    marked,
)

_KNOWN = frozenset(simple(name) for ours in NAMES for name in known(ours))
_MARKS = TOTALS[1:]
_SHOWN = 4

Bools = npt.NDArray[np.bool_]
Chunks = Callable[[], Iterator[tuple[Chunk, Hashes, Bools]]]
"""Chunks with the key of each row, and the rows that have a figure; from the beginning at each call."""


@dataclass(slots=True)
class _Rows:
    """Rows whose key comes more than once: their keys, and the values of a further column as numbers."""

    keys: list[Hashes] = field(default_factory=list)
    values: dict[str, list[Hashes]] = field(default_factory=dict)
    totals: dict[str, list[Hashes]] = field(default_factory=dict)
    shown: dict[str, dict[str, None]] = field(default_factory=dict)


def keys_of(sieve: Sieve) -> Hashes:
    """The key of each row by the dimensions that are known, the period as it is printed."""
    texts = [marked(sieve, name) for name in TOLD_APART]
    texts += [pc.utf8_upper(dimension(sieve, name)) for name in ("unit", "basis", "period")]
    return hashes(texts, sieve.size)


def totals_wanted(file: str, chunks: Chunks) -> frozenset[str]:
    """The further columns of which only the totals are to be taken, by their simple names.

    Raises MappingError where one varies within a figure and has no total.
    """
    often = _often(chunks)
    if not len(often):
        return frozenset()
    found = _gathered(chunks, often)
    keys = np.concatenate(found.keys) if found.keys else often[:0]
    values = {name: np.concatenate(parts) for name, parts in found.values.items()}
    totals = {name: np.concatenate(parts).astype(bool) for name, parts in found.totals.items()}
    left, wanted = np.ones(len(keys), bool), set()
    for name, whole in totals.items():
        if _varies(keys[left], values[name][left]):
            if not set(keys[left]) <= set(keys[left & whole]):
                raise _unplaced(file, name, found)
            left &= whole
            wanted.add(name)
    return frozenset(wanted)


def reject_parts(sieve: Sieve, wanted: frozenset[str]) -> None:
    """Set aside the rows that are no totals of the columns of which only totals are wanted."""
    for name in wanted:
        values = pc.utf8_upper(sieve.text(name))
        sieve.reject(pc.invert(among(values, _MARKS)), "breakdown_row")


def _often(chunks: Chunks) -> Hashes:
    every = [keys[some] for _, keys, some in chunks()]
    found, counts = np.unique(np.concatenate(every), return_counts=True) if every else (_none(), _none())
    return np.asarray(found[counts > 1], np.uint64)


def _none() -> Hashes:
    return np.zeros(0, np.uint64)


def _gathered(chunks: Chunks, often: Hashes) -> _Rows:
    found = _Rows()
    for chunk, keys, some in chunks():
        at = np.flatnonzero(some & np.isin(keys, often))
        found.keys.append(keys[at])
        for name, column in chunk.columns.items():
            if name and name not in _KNOWN and name not in ATTRIBUTES:
                texts = pc.utf8_upper(pc.utf8_trim_whitespace(column.take(at)))
                found.values.setdefault(name, []).append(hashes([texts], len(at)))
                whole = among(texts, _MARKS).to_numpy(zero_copy_only=False)
                found.totals.setdefault(name, []).append(whole.astype(np.uint64))
                shown = found.shown.setdefault(chunk.printed.get(name, name), {})
                shown |= dict.fromkeys(pc.unique(texts).to_pylist()[:_SHOWN])
    return found


def _varies(keys: Hashes, values: Hashes) -> bool:
    """Whether rows of one key have several values."""
    pairs = np.unique(np.stack([keys, values], axis=1), axis=0)
    return len(pairs) > len(np.unique(keys))


def _unplaced(file: str, name: str, found: _Rows) -> MappingError:
    printed = next((shown for shown in found.shown if simple(shown.partition(":")[0]) == name), name)
    values = ", ".join(repr(value) for value in list(found.shown.get(printed, {}))[:_SHOWN])
    wrong = f"{printed} tells rows apart that are one figure by all else ({values}), and has no total"
    return MappingError(file, wrong, f"keep the rows of one {printed}, and load those")
