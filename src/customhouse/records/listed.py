"""Lists of Python as columns of Arrow.

Not by `pyarrow.array`: where pandas is installed it imports that, which a load would wait for and never use.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa


def texts(values: Sequence[str | None]) -> pa.Array:
    """A column of text; None is null."""
    encoded = [(value or "").encode() for value in values]
    ends = np.cumsum([0, *map(len, encoded)], dtype=np.int32)
    buffers = [_there(values), pa.py_buffer(ends), pa.py_buffer(b"".join(encoded))]
    return pa.Array.from_buffers(pa.string(), len(values), buffers)


def floats(values: Sequence[float | None]) -> pa.Array:
    """A column of numbers; None is null."""
    numbers = np.array([0.0 if value is None else value for value in values], np.float64)
    return pa.Array.from_buffers(pa.float64(), len(values), [_there(values), pa.py_buffer(numbers)])


def none_yet(schema: pa.Schema) -> pa.Table:
    """A table without rows."""
    return pa.Table.from_arrays([pa.nulls(0, kind) for kind in schema.types], schema=schema)


def _there(values: Sequence[object]) -> pa.Buffer:
    """Which values are not null, a bit each, the first one lowest."""
    return pa.py_buffer(np.packbits([value is not None for value in values], bitorder="little"))
