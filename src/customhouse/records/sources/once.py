"""Each observation once: rows whose outside keys are the same say one figure, and do not add up.

Several outside codes can be one of ours, so that figures of one key of ours are added. Two rows with
the same codes of the source are something else: the same row again, or two that contradict each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Column: TypeAlias = Any
"""An Arrow array: Arrow has no types that a checker knows."""
Hashes = npt.NDArray[np.uint64]
Ints = npt.NDArray[np.int64]
_ODD = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(29)
_NOTHING = -(1 << 62) - 1


@lru_cache(maxsize=100_000)
def _of_text(text: str) -> int:
    return int.from_bytes(blake2b(text.encode("utf-8", "replace"), digest_size=8).digest(), "little")


def hashes(columns: Sequence[Column], size: int) -> Hashes:
    """One number for each combination of the values of some columns; the same in every run."""
    found = np.zeros(size, np.uint64)
    for column in columns:
        one = _numbered(column) if pa.types.is_integer(column.type) else _texts(column)
        found = ((found ^ (found >> _SHIFT)) * _ODD + one) * _ODD
    return found


def _numbered(column: Column) -> Hashes:
    filled = pc.fill_null(pc.cast(column, pa.int64()), _NOTHING).to_numpy(zero_copy_only=False)
    return np.asarray(filled, np.int64).view(np.uint64)


def _texts(column: Column) -> Hashes:
    texts = pc.fill_null(column, "").dictionary_encode()
    known = np.array([_of_text(text) for text in texts.dictionary.to_pylist()], np.uint64)
    found: Hashes = known[texts.indices.to_numpy(zero_copy_only=False)]
    return found


@dataclass(frozen=True, slots=True)
class Clash:
    """Two rows of one key that differ: the later, by its number in the chunk, and the earlier.

    `earlier` is its number where it is in the same chunk; `place` says where it stands.
    """

    row: int
    earlier: int | None
    place: str


@dataclass(slots=True)
class Seen:
    """The observations of a load: their keys and amounts as numbers, and where each stands."""

    _files: dict[str, int] = field(default_factory=dict)
    _parts: list[tuple[Hashes, Hashes, Ints]] = field(default_factory=list)

    def look(self, file: str, places: Column, keys: Hashes, amounts: Hashes) -> tuple[Ints, Clash | None]:
        """The rows that say again what was said before, and the first that contradicts it."""
        number = self._files.setdefault(file, len(self._files))
        order = np.argsort(keys, kind="stable")
        first = np.ones(len(order), bool)
        first[1:] = keys[order][1:] != keys[order][:-1]
        lead = np.empty(len(order), np.int64)
        lead[order] = order[np.maximum.accumulate(np.where(first, np.arange(len(order)), 0))]
        later = np.flatnonzero(lead != np.arange(len(keys)))
        unlike = later[amounts[later] != amounts[lead[later]]]
        if len(unlike):
            one = int(unlike[0])
            return later, Clash(one, int(lead[one]), f"{file}: {places[int(lead[one])].as_py()}")
        fresh = np.sort(order[first])
        known, clash = self._known(keys[fresh], amounts[fresh])
        if clash is not None:
            return later, Clash(int(fresh[clash[0]]), None, self._place(clash[1], places[0].as_py()))
        wanted = fresh[~known]
        self._keep(keys[wanted], amounts[wanted], number << 40 | _numbers(places)[wanted])
        return np.sort(np.concatenate([later, fresh[known]])), None

    def _known(self, keys: Hashes, amounts: Hashes) -> tuple[npt.NDArray[np.bool_], tuple[int, int] | None]:
        """Which keys are known; the first whose amounts differ, with where the known one stands."""
        known = np.zeros(len(keys), bool)
        for had, amount, where in self._parts:
            at = np.minimum(np.searchsorted(had, keys), len(had) - 1)
            same = had[at] == keys
            unlike = np.flatnonzero(same & (amount[at] != amounts))
            if len(unlike):
                return known, (int(unlike[0]), int(where[at[unlike[0]]]))
            known |= same
        return known, None

    def _keep(self, keys: Hashes, amounts: Hashes, where: Ints) -> None:
        """In sorted parts, of which each is at least twice as long as the next: few to look through."""
        if not len(keys):
            return
        part = keys, amounts, where
        while self._parts and len(self._parts[-1][0]) < 2 * len(part[0]):
            before = self._parts.pop()
            part = (np.concatenate([before[0], part[0]]), np.concatenate([before[1], part[1]]),
                    np.concatenate([before[2], part[2]]))
        order = np.argsort(part[0], kind="stable")
        self._parts.append((part[0][order], part[1][order], part[2][order]))

    def _place(self, where: int, like: str) -> str:
        """Where a known row stands, in the words of the places of its kind: `a.csv: line 3`."""
        file = next(name for name, number in self._files.items() if number == where >> 40)
        return f"{file}: {like.rpartition(' ')[0]} {where & ((1 << 40) - 1)}"


def _numbers(places: Column) -> Ints:
    """The numbers in places such as `line 17`."""
    digits = pc.replace_substring_regex(places, r"^.*?([0-9]*)$", r"\1")
    whole = pc.if_else(pc.equal(digits, ""), "0", digits)
    return np.asarray(pc.cast(whole, pa.int64()).to_numpy(zero_copy_only=False), np.int64)
