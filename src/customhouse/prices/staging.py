"""Items of months, worked out in stages: few months at a time, within bounds of memory.

Few months of few cells are one query. Where the months of a slice have more than `IN_MEMORY` cells
together, the items of each wait in a file of a scratch folder; an index then reads two months at a time.
"""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import narwhals as nw
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.feather as feather

from customhouse.compiling.beside import each
from customhouse.engine import Engine
from customhouse.errors import OutputError
from customhouse.prices.itemrows import COLUMNS, items

if TYPE_CHECKING:
    Scan = Callable[[Engine, Sequence[int]], "nw.LazyFrame[Any]"]

AT_ONCE = 300_000
"""Cells that one query takes at the most, where a month has not more."""
IN_MEMORY = 2_000_000
"""Cells of all months whose items are held in memory: some 100 bytes an item."""
SCHEMA = pa.schema(
    [("month_number", pa.int32()), ("item", pa.string()), ("flow", pa.string()), ("hs8", pa.string()),
     ("unit", pa.string()), ("value_cents", pa.int64()), ("quantity_milli", pa.int64())]
)  # fmt: skip


class Staged:
    """The items of months; `scan` gives the cells (or lines) of some months by an engine."""

    def __init__(
        self, scan: Scan, sizes: Mapping[int, int], engine: Engine, finer: Sequence[str] = ()
    ) -> None:
        self._scan, self._sizes, self._engine, self._finer = scan, sizes, engine, finer
        self._held: dict[int, pa.Table] = {}
        self._files: dict[int, Path] = {}
        self._scratch: Path | None = None

    def prepare(self, months: Sequence[int]) -> None:
        """Work out the items of months that are not there yet, several queries side by side."""
        lacking = sorted(set(months) - self._held.keys() - self._files.keys())
        if not lacking:
            return
        spill = sum(self._sizes.get(month, 0) for month in lacking) > IN_MEMORY
        if spill and self._scratch is None:
            self._scratch = Path(tempfile.mkdtemp(prefix="customhouse-items-"))
            weakref.finalize(self, shutil.rmtree, self._scratch, ignore_errors=True)
        work = self._spilled if spill else self._parts
        for found in each(self._engine, _batches(lacking, self._sizes), work):
            for month, there in found.items():
                if isinstance(there, Path):
                    self._files[month] = there
                else:
                    self._held[month] = there

    def items(self, month: int) -> pa.Table:
        """The items of a month, columns as in `itemrows.COLUMNS`."""
        self.prepare([month])
        if month in self._held:
            return self._held[month]
        return feather.read_table(self._files[month])

    def over(self, first: int, last: int) -> pa.Table:
        """The items of a stretch of months, values and quantities added up."""
        if first == last:
            return self.items(first)
        self.prepare(range(first, last + 1))
        together = pa.concat_tables([self.items(month) for month in range(first, last + 1)])
        keys = ["item", "flow", "hs8", "unit"]
        summed = together.group_by(keys).aggregate([("value_cents", "sum"), ("quantity_milli", "sum")])
        numbered = summed.append_column("month_number", pa.array([last] * len(summed), pa.int32()))
        renamed = numbered.rename_columns([name.removesuffix("_sum") for name in numbered.column_names])
        return renamed.select(list(COLUMNS))

    def _parts(self, engine: Engine, months: Sequence[int]) -> dict[int, pa.Table | Path]:
        found = engine.collect(items(self._scan(engine, months), self._finer)).cast(SCHEMA)
        if len(months) == 1:
            return {months[0]: found}
        return {month: found.filter(pc.equal(found["month_number"], month)) for month in months}

    def _spilled(self, engine: Engine, months: Sequence[int]) -> dict[int, pa.Table | Path]:
        assert self._scratch is not None
        files: dict[int, pa.Table | Path] = {}
        for month, found in self._parts(engine, months).items():
            place = self._scratch / f"{month}.arrow"
            try:
                feather.write_feather(found, str(place), compression="lz4")
            except OSError as error:
                wrong = f"{place}: items cannot wait there ({error}); name a folder in TMPDIR"
                raise OutputError(wrong) from error
            files[month] = place
        return files


def nothing() -> pa.Table:
    """The items of a month without trade."""
    return SCHEMA.empty_table()


def _batches(months: Sequence[int], sizes: Mapping[int, int]) -> list[list[int]]:
    """Months that one query takes: as many as have not too many cells together."""
    batches: list[list[int]] = []
    size = 0
    for month in months:
        mine = sizes.get(month, 0)
        if batches and size + mine <= AT_ONCE:
            batches[-1].append(month)
            size += mine
        else:
            batches.append([month])
            size = mine
    return batches
