"""DuckDB embedded in this process."""

from __future__ import annotations

import copy
import os
import shutil
import tempfile
import weakref
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from customhouse.engine.files import BATCH, Codec, line, parts, unreadable
from customhouse.engine.plans import PLANS
from customhouse.errors import EngineError, MissingExtra, OutputError

if TYPE_CHECKING:
    import narwhals as nw
    import pyarrow as pa

MEMORY = "1200MB"
SCRATCH = "50GB"
_UNITS = ("bytes", "KiB", "MiB", "GiB", "TiB")
_SHARE = 400 * 2**20
"""Bytes that one of several at work needs at the least."""
_PARQUET = "FORMAT parquet, ROW_GROUP_SIZE 122880, DICTIONARY_SIZE_LIMIT 5000"
"""Columns of more values a group, such as numbers of declarations, are not worth a dictionary."""
_ROWS, _GIVEN, _PLANS = "rows_of_a_plan", "sql_of_the_rows_of_a_plan", 50
"""What plans that are kept call the rows which are put into them, and their SQL; and how many are kept."""
_AS_WRITTEN: dict[str, Any] = {"quotechar": '"', "escapechar": '"', "comment": "", "skiprows": 0}
"""Not to be guessed from a sample, lest what looks like a comment is left out. `strict_mode` holds anyway:
said, it has DuckDB 2.0 find no line in a file with CRLF."""


class DuckDB:
    """DuckDB embedded, within bounds of memory and of scratch space.

    `CUSTOMHOUSE_MEMORY` and `CUSTOMHOUSE_THREADS` in the environment set bounds for all runs.
    """

    name = "duckdb"

    def __init__(
        self,
        threads: int | None = None,
        memory: str | None = None,
        scratch: str = SCRATCH,
        scratch_in: Path | None = None,
        within: Path | None = None,
    ) -> None:
        """`scratch_in` is where the folder for scratch files is made (that of the system, unless told).

        With `within`, files of that folder can be read, and no others, and nothing of a network.
        """
        try:
            import asyncio  # noqa: F401 - where it is not loaded, DuckDB 2.0 prints of leaks at the end

            import duckdb
            import pyarrow  # noqa: F401 - what comes out of DuckDB
        except ImportError as error:
            raise MissingExtra("Compiling statistics", "compile") from error
        self._errors, self._unwritten = duckdb.Error, duckdb.IOException
        try:
            self._scratch = tempfile.mkdtemp(prefix="customhouse-", dir=scratch_in)
        except OSError as error:
            raise EngineError(
                f"no room for scratch files ({line(error)}); name a folder in TMPDIR"
            ) from error
        self._plans: dict[Hashable, tuple[str, object]] = {}
        self._planning = Lock()
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
            if within is not None:
                self._confine(within)
        except (duckdb.Error, ValueError) as error:
            shutil.rmtree(self._scratch, ignore_errors=True)
            raise EngineError(
                f"DuckDB does not start ({line(error)}); look at CUSTOMHOUSE_MEMORY"
            ) from error

    def _confine(self, folder: Path) -> None:
        """Let nothing be opened but what lies in a folder; it cannot be taken back."""
        quoted = str(folder.absolute()).replace("'", "''")
        self._connection.execute(f"SET allowed_directories = ['{quoted}']")
        self._connection.execute("SET enable_external_access = false")

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
            raise unreadable([path], error) from error

    def arrow(self, table: pa.Table) -> nw.LazyFrame[Any]:
        """See `Engine`."""
        import narwhals as nw

        listed = self._connection.from_arrow(table)
        PLANS.note(listed, table)
        return nw.from_native(listed)

    def again(
        self, rows: nw.LazyFrame[Any], key: Hashable, plan: Callable[[nw.LazyFrame[Any]], nw.LazyFrame[Any]]
    ) -> nw.LazyFrame[Any]:
        """See `Engine`. A plan is kept as a macro, parsed once, and bound once; Narwhals binds each step."""
        import narwhals as nw

        native = rows.to_native()
        try:
            columns = tuple(zip(native.columns, map(str, native.types), strict=True))
            with self._planning:  # what a plan holds is gone once another takes its place
                kept = self._plans.get((key, columns)) or self._planned((key, columns), columns, plan)
            if kept is None:
                return plan(rows)
            given = native.sql_query().replace("'", "''")
            return nw.from_native(self._connection.query(f"FROM {kept[0]}('{given}')"))
        except self._errors as error:  # a file that is no longer what it was
            raise EngineError(f"DuckDB stopped: {line(error)}") from error

    def _planned(
        self, key: Hashable, columns: Sequence[tuple[str, str]], plan: Callable[..., Any]
    ) -> tuple[str, object] | None:
        """The name of a plan's macro, kept with the lists that it reads; None where many are kept already."""
        if len(self._plans) >= _PLANS or _GIVEN in dict(columns):
            return None
        if shared := PLANS.get(key):
            sql, lists = shared.within(self._connection.from_arrow)
        else:
            sql, lists = self._made(key, columns, plan)
        name = f"plan_{len(self._plans)}"
        source = f"WITH {_ROWS} AS NOT MATERIALIZED (FROM query({_GIVEN}))"
        self._connection.execute(f"CREATE MACRO {name}({_GIVEN}) AS TABLE {source} FROM ({sql})")
        self._plans[key] = name, lists
        return self._plans[key]

    def _made(
        self, key: Hashable, columns: Sequence[tuple[str, str]], plan: Callable[..., Any]
    ) -> tuple[str, object]:
        """A plan over no rows: SQL, and what holds its lists.

        Shared by all that are opened in this process: to make one takes longer than to load a small file.
        """
        import narwhals as nw

        named = ((name.replace('"', '""'), kind) for name, kind in columns)
        empty = ", ".join(f'CAST(NULL AS {kind}) AS "{name}"' for name, kind in named)
        self._connection.execute(f"CREATE OR REPLACE TEMP VIEW {_ROWS} AS SELECT {empty} WHERE false")
        with PLANS.noting() as lists:
            made = plan(nw.from_native(self._connection.view(_ROWS))).to_native()
        PLANS.keep(key, made.sql_query(), lists)
        return made.sql_query(), made

    def collect(self, frame: nw.LazyFrame[Any]) -> pa.Table:
        """See `Engine`."""
        try:
            return frame.to_native().to_arrow_table()
        except self._errors as error:
            raise EngineError(f"DuckDB stopped: {line(error)}") from error

    def batches(self, frame: nw.LazyFrame[Any], rows: int = BATCH) -> Iterator[pa.RecordBatch]:
        """See `Engine`."""
        try:
            yield from frame.to_native().to_arrow_reader(rows)
        except (self._errors, OSError) as error:
            raise EngineError(f"DuckDB stopped: {line(error)}") from error

    @contextmanager
    def aside(self) -> Iterator[DuckDB]:
        """See `Engine`."""
        other = self._cursor()
        try:
            yield other
        finally:
            other._connection.close()

    def write(self, frame: nw.LazyFrame[Any], folder: Path, stem: str, codec: Codec = "zstd") -> list[Path]:
        """See `Engine`."""
        path = folder / f"{stem}.parquet"
        quoted = str(path).replace("'", "''")
        try:
            folder.mkdir(parents=True, exist_ok=True)
            wanted = frame.to_native().sql_query()
            self._connection.execute(f"COPY ({wanted}) TO '{quoted}' ({_PARQUET}, COMPRESSION {codec})")
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
        return parts(folder, column)

    @contextmanager
    def beside(self, most: int) -> Iterator[Sequence[DuckDB]]:
        """See `Engine`. One thread for each costs less than all threads on one query after the other."""
        threads = int(self._setting("threads"))
        count = min(most, threads, max(1, _bytes(self._setting("memory_limit")) // _SHARE))
        if count < 2:
            yield [self]
            return
        others = [self._cursor() for _ in range(count)]
        self._connection.execute(f"SET threads = {threads - count + 1}")
        try:
            yield others
        finally:
            self._connection.execute(f"SET threads = {threads}")

    def stop(self) -> None:
        """See `Engine`."""
        self._connection.interrupt()

    def _cursor(self) -> DuckDB:
        other = copy.copy(self)
        other._connection = self._connection.cursor()
        return other

    def _setting(self, name: str) -> str:
        return str(self._connection.execute(f"SELECT current_setting('{name}')").fetchall()[0][0])

    def close(self) -> None:
        """See `Engine`."""
        self._plans.clear()
        self._connection.close()
        self._cleared()

    def _failed(self, place: Path, error: Exception) -> OutputError | EngineError:
        """The place could not be written, or what was to be written could not be worked out."""
        if isinstance(error, (OSError, self._unwritten)):
            return OutputError(f"{place}: cannot be written ({line(error)}); nothing was kept of it")
        return EngineError(f"DuckDB stopped: {line(error)}")

    def _scan(self, paths: Sequence[Path]) -> nw.LazyFrame[Any]:
        import narwhals as nw

        try:
            return nw.from_native(
                self._connection.read_parquet([str(p) for p in paths], hive_partitioning=False)
            )
        except self._errors as error:
            raise unreadable(paths, error) from error


def _bytes(size: str) -> int:
    """A size as DuckDB prints it, such as `1.1 GiB`."""
    number, unit = size.split()
    return int(float(number) * 1024 ** _UNITS.index(unit))
