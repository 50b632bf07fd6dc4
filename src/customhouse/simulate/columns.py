"""Columns of Arrow made from NumPy arrays without a loop over lines."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Ints = npt.NDArray[np.int64]


def pick(names: Sequence[str] | pa.Array, index: Ints) -> Any:
    """The names at an index, as a dictionary column (which is written as plain strings). Names differ."""
    words = names if isinstance(names, pa.Array) else _words(tuple(names))
    return pa.DictionaryArray.from_arrays(pa.array(index.astype(np.int32)), words)


@lru_cache(maxsize=64)
def _words(names: tuple[str, ...]) -> Any:
    return pa.array(names, pa.string())


def decimals(whole: Ints, scale: int, valid: npt.NDArray[np.bool_] | None = None) -> Any:
    """Whole numbers of the last decimal place as decimals of 18 digits; null where not `valid`."""
    wide = np.empty((len(whole), 2), np.int64)
    wide[:, 0] = whole
    wide[:, 1] = whole >> 63
    bitmap = None if valid is None else pa.py_buffer(np.packbits(valid, bitorder="little").tobytes())
    return pa.Array.from_buffers(pa.decimal128(18, scale), len(whole), [bitmap, pa.py_buffer(wide)])


def digits(numbers: Ints, width: int, prefix: str = "") -> Any:
    """Numbers as strings of `width` digits with leading zeros, behind a prefix. At most 18 digits."""
    words = pc.utf8_slice_codeunits(pa.array(numbers + 10**width).cast(pa.string()), 1)
    return pc.binary_join_element_wise(prefix, words, "") if prefix else words
