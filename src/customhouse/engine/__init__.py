"""Where queries run: DuckDB in this process, or Spark on a cluster. The one place that knows them.

Everything else writes Narwhals expressions on the frames that an engine hands out; the engine
turns them into its own plan. Narwhals was chosen because the seven queries of the suite (scan,
cells, headline, dated groups, index, validation, duplicates) give the same rows, to the last
unit, on DuckDB 2 and on Spark 4 through it (tests/test_engines.py).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from customhouse.engine.cluster import Spark
from customhouse.engine.embedded import DuckDB
from customhouse.engine.files import BATCH, Codec
from customhouse.errors import EngineError

if TYPE_CHECKING:
    import narwhals as nw
    import pyarrow as pa

__all__ = ["BATCH", "Codec", "DuckDB", "Engine", "Spark", "distinct", "open_engine"]

class Engine(Protocol):
    """What the rest of the system may ask of an engine. Frames are lazy until collected or written."""

    name: str

    def parquet(self, paths: Sequence[Path]) -> nw.LazyFrame[Any]:
        """The rows of Parquet files of one schema. Raises UnreadableFile, BrokenFile."""

    def csv(self, path: Path, delimiter: str = ",") -> nw.LazyFrame[Any]:
        """The rows of a CSV file (also .gz, .zst) with a header, every column as text."""

    def arrow(self, table: pa.Table) -> nw.LazyFrame[Any]:
        """A table in memory as a frame."""

    def again(
        self, rows: nw.LazyFrame[Any], key: Hashable, plan: Callable[[nw.LazyFrame[Any]], nw.LazyFrame[Any]]
    ) -> nw.LazyFrame[Any]:
        """What `plan` makes of the rows of files: for one key and the same columns always the same.

        To make a plan can take longer than to run it over a small month, so that an engine may keep it and
        put other rows into it, and share it with all others of this process.
        """

    def collect(self, frame: nw.LazyFrame[Any]) -> pa.Table:
        """Run a frame; its rows, in no order that means anything."""

    def batches(self, frame: nw.LazyFrame[Any], rows: int = BATCH) -> Iterator[pa.RecordBatch]:
        """Run a frame; its rows as they come, so many at a time, in the order that it is sorted by.

        Until the last of them the engine runs nothing else, so ask one that stands `aside`.
        """

    def aside(self) -> AbstractContextManager[Engine]:
        """An engine for one stream of rows, within the bounds of this one; its frames are for no other."""

    def write(self, frame: nw.LazyFrame[Any], folder: Path, stem: str, codec: Codec = "zstd") -> list[Path]:
        """Run a frame into Parquet files `folder/stem*.parquet`. Raises OutputError; leaves nothing then."""

    def split(self, frame: nw.LazyFrame[Any], column: str, folder: Path) -> dict[str, list[Path]]:
        """Run a frame into Parquet files apart by a column's values, which become text; null is ""."""

    def beside(self, most: int) -> AbstractContextManager[Sequence[Engine]]:
        """Engines for threads that work at the same time, `most` at the most, within the bounds of this one.

        Frames of one are for no other.
        """

    def stop(self) -> None:
        """End what it is running in another thread; there it raises EngineError or OutputError."""

    def close(self) -> None:
        """Give back what it holds."""


def open_engine(name: str = "duckdb", **options: Any) -> Engine:
    """An engine by its name: `duckdb`, or `spark` or a Spark master's address (`spark://host:7077`).

    Raises EngineError for another name, MissingExtra where its package is not installed.
    """
    if name == "duckdb":
        return DuckDB(**options)
    if name == "spark" or name.startswith(("spark://", "local", "yarn", "k8s://", "sc://")):
        return Spark(None if name == "spark" else name, **options)
    raise EngineError(f"{name}: no such engine; say duckdb, spark, or a master such as spark://host:7077")


def distinct(frame: nw.LazyFrame[Any], *columns: str) -> nw.LazyFrame[Any]:
    """The values of columns that occur, each once. Grouped: `unique` would number all rows in a window."""
    import narwhals as nw

    return frame.group_by(*columns).agg(nw.len().alias("there")).select(*columns)
