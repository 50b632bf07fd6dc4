"""Where queries run: DuckDB in this process, or Spark on a cluster. The one place that knows them.

Everything else writes Narwhals expressions on the frames that an engine hands out; the engine
turns them into its own plan. Narwhals was chosen because the seven queries of the suite (scan,
cells, headline, dated groups, index, validation, duplicates) give the same rows, to the last
unit, on DuckDB 2 and on Spark 4 through it (tests/test_engines.py).
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import uuid
import weakref
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

from customhouse.errors import BrokenFile, EngineError, MissingExtra, OutputError, UnreadableFile

if TYPE_CHECKING:
    import narwhals as nw
    import pyarrow as pa

Codec = Literal["zstd", "snappy"]
MEMORY = "1200MB"
SCRATCH = "50GB"
_PARQUET = "FORMAT parquet, ROW_GROUP_SIZE 122880, DICTIONARY_SIZE_LIMIT 5000"
"""Columns of more values a group, such as numbers of declarations, are not worth a dictionary."""
_AS_WRITTEN: dict[str, Any] = {"quotechar": '"', "escapechar": '"', "comment": "", "skiprows": 0}
"""Not to be guessed from a sample, lest what looks like a comment is left out. `strict_mode` holds anyway:
said, it has DuckDB 2.0 find no line in a file with CRLF."""


class Engine(Protocol):
    """What the rest of the system may ask of an engine. Frames are lazy until collected or written."""

    name: str

    def parquet(self, paths: Sequence[Path]) -> nw.LazyFrame[Any]:
        """The rows of Parquet files of one schema. Raises UnreadableFile, BrokenFile."""

    def csv(self, path: Path, delimiter: str = ",") -> nw.LazyFrame[Any]:
        """The rows of a CSV file (also .gz, .zst) with a header, every column as text."""

    def arrow(self, table: pa.Table) -> nw.LazyFrame[Any]:
        """A table in memory as a frame."""

    def collect(self, frame: nw.LazyFrame[Any]) -> pa.Table:
        """Run a frame; its rows, in no order that means anything."""

    def write(self, frame: nw.LazyFrame[Any], folder: Path, stem: str, codec: Codec = "zstd") -> list[Path]:
        """Run a frame into Parquet files `folder/stem*.parquet`. Raises OutputError; leaves nothing then."""

    def split(self, frame: nw.LazyFrame[Any], column: str, folder: Path) -> dict[str, list[Path]]:
        """Run a frame into Parquet files apart by a column's values, which become text; null is ""."""

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


class DuckDB:
    """DuckDB embedded, within bounds of memory and of scratch space.

    `CUSTOMHOUSE_MEMORY` and `CUSTOMHOUSE_THREADS` in the environment set bounds for all runs.
    """

    name = "duckdb"

    def __init__(self, threads: int | None = None, memory: str | None = None, scratch: str = SCRATCH) -> None:
        try:
            import duckdb
            import pyarrow.dataset  # noqa: F401 - where it is not loaded, DuckDB prints of leaks at the end
        except ImportError as error:
            raise MissingExtra("Compiling statistics", "compile") from error
        self._errors, self._unwritten = duckdb.Error, duckdb.IOException
        try:
            self._scratch = tempfile.mkdtemp(prefix="customhouse-")
        except OSError as error:
            raise EngineError(
                f"no room for scratch files ({_line(error)}); name a folder in TMPDIR"
            ) from error
        self._cleared = weakref.finalize(self, shutil.rmtree, self._scratch, ignore_errors=True)
        settings: dict[str, Any] = {
            "memory_limit": memory or os.environ.get("CUSTOMHOUSE_MEMORY") or MEMORY,
            "max_temp_directory_size": scratch,
            "temp_directory": self._scratch,
            "preserve_insertion_order": False,
            "autoinstall_known_extensions": False,
        }
        count = threads or os.environ.get("CUSTOMHOUSE_THREADS")
        try:
            self._connection = duckdb.connect(config=settings | ({"threads": int(count)} if count else {}))
        except (duckdb.Error, ValueError) as error:
            shutil.rmtree(self._scratch, ignore_errors=True)
            raise EngineError(
                f"DuckDB does not start ({_line(error)}); look at CUSTOMHOUSE_MEMORY"
            ) from error

    def __enter__(self) -> DuckDB:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def parquet(self, paths: Sequence[Path]) -> nw.LazyFrame[Any]:
        """See `Engine`."""
        return self._scan(paths)

    def csv(self, path: Path, delimiter: str = ",") -> nw.LazyFrame[Any]:
        """See `Engine`."""
        import narwhals as nw

        try:
            return nw.from_native(
                self._connection.read_csv(
                    str(path), header=True, all_varchar=True, sep=delimiter, **_AS_WRITTEN
                )
            )
        except self._errors as error:
            raise _unreadable([path], error) from error

    def arrow(self, table: pa.Table) -> nw.LazyFrame[Any]:
        """See `Engine`."""
        import narwhals as nw

        return nw.from_native(self._connection.from_arrow(table))

    def collect(self, frame: nw.LazyFrame[Any]) -> pa.Table:
        """See `Engine`."""
        try:
            return frame.to_native().to_arrow_table()
        except self._errors as error:
            raise EngineError(f"DuckDB stopped: {_line(error)}") from error

    def write(self, frame: nw.LazyFrame[Any], folder: Path, stem: str, codec: Codec = "zstd") -> list[Path]:
        """See `Engine`."""
        path = folder / f"{stem}.parquet"
        quoted = str(path).replace("'", "''")
        try:
            folder.mkdir(parents=True, exist_ok=True)
            frame.to_native().query(
                "written", f"COPY (FROM written) TO '{quoted}' ({_PARQUET}, COMPRESSION {codec})"
            )
        except (self._errors, OSError) as error:
            path.unlink(missing_ok=True)
            raise self._failed(path, error) from error
        return [path]

    def split(self, frame: nw.LazyFrame[Any], column: str, folder: Path) -> dict[str, list[Path]]:
        """See `Engine`."""
        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
            frame.to_native().write_parquet(str(folder), compression="snappy", partition_by=[column])
        except (self._errors, OSError) as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise self._failed(folder, error) from error
        return _parts(folder, column)

    def close(self) -> None:
        """See `Engine`."""
        self._connection.close()
        self._cleared()

    def _failed(self, place: Path, error: Exception) -> OutputError | EngineError:
        """The place could not be written, or what was to be written could not be worked out."""
        if isinstance(error, (OSError, self._unwritten)):
            return OutputError(f"{place}: cannot be written ({_line(error)}); nothing was kept of it")
        return EngineError(f"DuckDB stopped: {_line(error)}")

    def _scan(self, paths: Sequence[Path]) -> nw.LazyFrame[Any]:
        import narwhals as nw

        try:
            return nw.from_native(
                self._connection.read_parquet([str(p) for p in paths], hive_partitioning=False)
            )
        except self._errors as error:
            raise _unreadable(paths, error) from error


class Spark:
    """Spark, on the cluster whose master is named (by default `SPARK_MASTER`, else in this process).

    The store and the files must lie where the workers can read them under the same path.
    """

    name = "spark"

    def __init__(self, master: str | None = None, **settings: str) -> None:
        try:
            from pyspark.sql import SparkSession
        except ImportError as error:
            raise MissingExtra("Spark", "spark") from error
        address = master or os.environ.get("SPARK_MASTER") or "local[2]"
        builder = SparkSession.builder.appName("customhouse")
        builder = builder.remote(address) if address.startswith("sc://") else builder.master(address)
        defaults = {
            "spark.sql.session.timeZone": "UTC",
            "spark.ui.enabled": "false",
            "spark.sql.shuffle.partitions": "8",
            "spark.sql.ansi.enabled": "true",
        }
        for key, value in (defaults | settings).items():
            builder = builder.config(key, value)
        try:
            self._session = builder.getOrCreate()
        except Exception as error:  # Java's errors come as many types
            raise EngineError(
                f"{address}: Spark does not start ({_line(error)}); is Java 17 there?"
            ) from error

    def parquet(self, paths: Sequence[Path]) -> nw.LazyFrame[Any]:
        """See `Engine`."""
        import narwhals as nw

        try:
            return nw.from_native(self._session.read.parquet(*(_literal(path) for path in paths)))
        except Exception as error:
            raise _unreadable(paths, error) from error

    def csv(self, path: Path, delimiter: str = ",") -> nw.LazyFrame[Any]:
        """See `Engine`."""
        import narwhals as nw

        read = self._session.read.option("header", True).option("sep", delimiter).option("mode", "FAILFAST")
        return nw.from_native(read.option("escape", '"').csv(_literal(path)))

    def arrow(self, table: pa.Table) -> nw.LazyFrame[Any]:
        """See `Engine`."""
        import narwhals as nw

        return nw.from_native(self._session.createDataFrame(table))

    def collect(self, frame: nw.LazyFrame[Any]) -> pa.Table:
        """See `Engine`."""
        try:
            return frame.to_native().toArrow()
        except Exception as error:
            raise EngineError(f"Spark stopped: {_line(error)}") from error

    def write(self, frame: nw.LazyFrame[Any], folder: Path, stem: str, codec: Codec = "zstd") -> list[Path]:
        """See `Engine`."""
        folder.mkdir(parents=True, exist_ok=True)
        parts = folder / f".{stem}-{uuid.uuid4().hex}"
        try:
            frame.to_native().write.option("compression", codec).parquet(_address(parts))
            found = sorted(parts.glob("part-*.parquet"))
            return [part.rename(folder / f"{stem}-{n:03}.parquet") for n, part in enumerate(found)]
        except Exception as error:
            raise OutputError(f"{folder}/{stem}: cannot be written ({_line(error)})") from error
        finally:
            shutil.rmtree(parts, ignore_errors=True)

    def split(self, frame: nw.LazyFrame[Any], column: str, folder: Path) -> dict[str, list[Path]]:
        """See `Engine`."""
        try:
            frame.to_native().write.partitionBy(column).parquet(_address(folder))
        except Exception as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise OutputError(f"{folder}: cannot be written ({_line(error)})") from error
        return _parts(folder, column)

    def close(self) -> None:
        """See `Engine`."""
        self._session.stop()


def _address(path: Path) -> str:
    """A path as Hadoop wants it: nothing encoded."""
    return f"file://{path.resolve().as_posix()}"


def _literal(path: Path) -> str:
    """The same for reading, where it would take some characters for a pattern."""
    return re.sub(r"([\\{}\[\]*?^])", r"\\\1", _address(path))


def _parts(folder: Path, column: str) -> dict[str, list[Path]]:
    found: dict[str, list[Path]] = {}
    for part in sorted(folder.glob(f"{column}=*")):
        value = part.name.partition("=")[2]
        found["" if value == "__HIVE_DEFAULT_PARTITION__" else value] = sorted(part.glob("*.parquet"))
    return found


def _line(error: BaseException) -> str:
    return " ".join(str(error).split())[:300]


def _unreadable(paths: Iterable[Path], error: BaseException) -> UnreadableFile | BrokenFile:
    """Which of the files is the cause, and how."""
    for path in paths:
        if not path.exists():
            return UnreadableFile(str(path), "no such file", "look at the name")
        if not os.access(path, os.R_OK):
            return UnreadableFile(str(path), "not permitted", "ask for the right to read it")
    place = next((str(path) for path in paths if str(path) in str(error)), str(next(iter(paths), "")))
    return BrokenFile(place, f"not a whole file of its kind ({_line(error)})", "fetch it again")
