"""Spark on a cluster."""

from __future__ import annotations

import os
import re
import shutil
import uuid
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from customhouse.engine.files import BATCH, Codec, line, parts, unreadable
from customhouse.errors import EngineError, MissingExtra, OutputError

if TYPE_CHECKING:
    import narwhals as nw
    import pyarrow as pa


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
            # Else each step of a plan asks Java several times more, to say where in Python it stands.
            "spark.python.sql.dataFrameDebugging.enabled": "false",
        }
        for key, value in (defaults | settings).items():
            builder = builder.config(key, value)
        try:
            self._session = builder.getOrCreate()
        except Exception as error:  # Java's errors come as many types
            raise EngineError(
                f"{address}: Spark does not start ({line(error)}); is Java 17 there?"
            ) from error

    def parquet(self, paths: Sequence[Path]) -> nw.LazyFrame[Any]:
        """See `Engine`."""
        import narwhals as nw

        try:
            return nw.from_native(self._session.read.parquet(*(_literal(path) for path in paths)))
        except Exception as error:
            raise unreadable(paths, error) from error

    def csv(self, path: Path, delimiter: str = ",") -> nw.LazyFrame[Any]:
        """See `Engine`."""
        import narwhals as nw

        read = self._session.read.option("header", True).option("sep", delimiter).option("mode", "FAILFAST")
        return nw.from_native(read.option("escape", '"').csv(_literal(path)))

    def arrow(self, table: pa.Table) -> nw.LazyFrame[Any]:
        """See `Engine`."""
        import narwhals as nw

        return nw.from_native(self._session.createDataFrame(table))

    def again(
        self, rows: nw.LazyFrame[Any], key: Hashable, plan: Callable[[nw.LazyFrame[Any]], nw.LazyFrame[Any]]
    ) -> nw.LazyFrame[Any]:
        """See `Engine`. A plan of Spark holds its files and is made anew."""
        return plan(rows)

    def collect(self, frame: nw.LazyFrame[Any]) -> pa.Table:
        """See `Engine`."""
        try:
            return frame.to_native().toArrow()
        except Exception as error:
            raise EngineError(f"Spark stopped: {line(error)}") from error

    def batches(self, frame: nw.LazyFrame[Any], rows: int = BATCH) -> Iterator[pa.RecordBatch]:
        """See `Engine`."""
        yield from self.collect(frame).to_batches(rows)

    @contextmanager
    def aside(self) -> Iterator[Spark]:
        """See `Engine`."""
        yield self

    def write(self, frame: nw.LazyFrame[Any], folder: Path, stem: str, codec: Codec = "zstd") -> list[Path]:
        """See `Engine`."""
        folder.mkdir(parents=True, exist_ok=True)
        written = folder / f".{stem}-{uuid.uuid4().hex}"
        try:
            frame.to_native().write.option("compression", codec).parquet(_address(written))
            found = sorted(written.glob("part-*.parquet"))
            return [part.rename(folder / f"{stem}-{n:03}.parquet") for n, part in enumerate(found)]
        except Exception as error:
            raise OutputError(f"{folder}/{stem}: cannot be written ({line(error)})") from error
        finally:
            shutil.rmtree(written, ignore_errors=True)

    def split(self, frame: nw.LazyFrame[Any], column: str, folder: Path) -> dict[str, list[Path]]:
        """See `Engine`."""
        try:
            frame.to_native().write.partitionBy(column).parquet(_address(folder))
        except Exception as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise OutputError(f"{folder}: cannot be written ({line(error)})") from error
        return parts(folder, column)

    @contextmanager
    def beside(self, most: int) -> Iterator[Sequence[Spark]]:
        """See `Engine`; the cluster works side by side by itself."""
        yield [self]

    def stop(self) -> None:
        """See `Engine`."""
        self._session.sparkContext.cancelAllJobs()

    def close(self) -> None:
        """See `Engine`."""
        self._session.stop()


def _address(path: Path) -> str:
    """A path as Hadoop wants it: nothing encoded."""
    return f"file://{path.resolve().as_posix()}"


def _literal(path: Path) -> str:
    """The same for reading, where it would take some characters for a pattern."""
    return re.sub(r"([\\{}\[\]*?^])", r"\\\1", _address(path))
