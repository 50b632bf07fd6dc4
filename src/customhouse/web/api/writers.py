"""Arrow batches as text or Parquet, as they come: nothing is held but what makes up one group of rows."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

import orjson

if TYPE_CHECKING:
    import pyarrow as pa

_GROUP = 50_000
"""Rows of a group of a Parquet file."""


class Writer(Protocol):
    """Takes batches and gives bytes."""

    def add(self, cells: pa.RecordBatch) -> bytes:
        """What a batch adds."""

    def end(self) -> bytes:
        """What stands at the end."""


def rows(cells: pa.RecordBatch) -> list[dict[str, Any]]:
    """Cells as objects, without what is not set."""
    return [{name: one for name, one in row.items() if one is not None} for row in cells.to_pylist()]


class Lines:
    """One JSON object a line."""

    def __init__(self, columns: tuple[str, ...]) -> None:
        pass

    def add(self, cells: pa.RecordBatch) -> bytes:
        """A batch."""
        return b"".join(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in rows(cells))

    def end(self) -> bytes:
        """Nothing more."""
        return b""


class Csv:
    """A header and one line a cell."""

    def __init__(self, columns: tuple[str, ...]) -> None:
        self._head = (",".join(columns) + "\n").encode()

    def add(self, cells: pa.RecordBatch) -> bytes:
        """A batch."""
        from pyarrow import csv

        out = io.BytesIO()
        out.write(self._taken())
        csv.write_csv(cells, out, csv.WriteOptions(include_header=False, quoting_style="needed"))
        return out.getvalue()

    def end(self) -> bytes:
        """The header, where there were no cells."""
        return self._taken()

    def _taken(self) -> bytes:
        head, self._head = self._head, b""
        return head


class Parquet:
    """A Parquet file, some batches a group of rows."""

    def __init__(self, columns: tuple[str, ...]) -> None:
        self._sink, self._columns = _Sink(), columns
        self._held: list[pa.RecordBatch] = []
        self._writer: Any = None

    def add(self, cells: pa.RecordBatch) -> bytes:
        """A batch: held until there are enough for a group."""
        self._held.append(cells)
        return self._group() if sum(one.num_rows for one in self._held) >= _GROUP else b""

    def end(self) -> bytes:
        """The last group and the foot of the file."""
        import pyarrow as pa

        if self._writer is None and not self._held:
            schema = pa.schema([(name, pa.string()) for name in self._columns])
            self._held = [pa.RecordBatch.from_pylist([], schema=schema)]
        written = self._group()
        self._writer.close()
        return written + self._sink.taken()

    def _group(self) -> bytes:
        import pyarrow as pa
        import pyarrow.parquet as pq

        if not self._held:
            return b""
        if self._writer is None:
            self._writer = pq.ParquetWriter(pa.PythonFile(self._sink, "w"), self._held[0].schema)
        self._writer.write_table(pa.Table.from_batches(self._held))
        self._held = []
        return self._sink.taken()


class _Sink(io.RawIOBase):
    """Keeps what is written until it is taken."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._parts.append(bytes(data))
        return len(self._parts[-1])

    def taken(self) -> bytes:
        found, self._parts = b"".join(self._parts), []
        return found


WRITERS: Mapping[str, Callable[[tuple[str, ...]], Writer]] = {
    "ndjson": Lines, "csv": Csv, "parquet": Parquet,
}  # fmt: skip
"""How batches are written, by the name of the format."""
