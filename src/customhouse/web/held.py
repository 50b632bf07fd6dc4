"""A store and its statistics held open: read, remembered while nothing is loaded, and never written to."""

from __future__ import annotations

import hashlib
import os
from collections import OrderedDict
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from customhouse.cube import CellCube
from customhouse.desk import Desk
from customhouse.errors import OutputError, StoreError
from customhouse.store import Store, Vintage

if TYPE_CHECKING:
    from customhouse.cube import Concepts, TableCube
    from customhouse.cube.index import CellIndex
    from customhouse.engine import Engine

_GLANCE_S = 0.005
"""For how long a look at the store holds."""
SCRATCH = "4GB"
"""What a question may put on the disk while it is worked out."""


class HeldStore(Store):
    """A store whose manifests are read again only when a load has added one."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._seen, self._until, self._manifest = -1, 0.0, str(path / "manifest")
        self._known: list[Vintage] = []
        self._tag = ""
        self._ordered: dict[date | None, tuple[Vintage, ...]] = {}

    @property
    def state(self) -> str:
        """A tag that changes when a load is committed, and only then. Raises StoreError."""
        self._manifests()
        return self._tag

    def vintages(self, as_of: date | None = None) -> tuple[Vintage, ...]:
        """See `Store.vintages`."""
        self._manifests()
        if as_of not in self._ordered:
            if len(self._ordered) > 400:
                self._ordered.clear()
            self._ordered[as_of] = super().vintages(as_of)
        return self._ordered[as_of]

    def _manifests(self) -> list[Vintage]:
        clock = perf_counter()
        if clock < self._until:  # asked for ten times a request
            return self._known
        try:
            now = os.stat(self._manifest).st_mtime_ns
        except OSError as error:
            raise StoreError(f"{self.path / 'manifest'}: gone; restore it from a copy") from error
        if now != self._seen:
            self._known = super()._manifests()
            told = repr([(v.number, v.source, v.committed_at) for v in self._known])
            self._tag = hashlib.sha256(told.encode()).hexdigest()[:16]
            self._ordered, self._seen = {}, now
        self._until = clock + _GLANCE_S
        return self._known

    def loading(self, *_: Any, **__: Any) -> Any:
        """Refused: who only reads does not load. Raises OutputError."""
        raise OutputError(f"{self.path}: open for reading; load with: customhouse load")


class HeldDesk(Desk):
    """A desk that keeps the statistics open that were asked for last."""

    store: HeldStore

    def __init__(self, store: HeldStore, engine: Engine, most: int) -> None:
        super().__init__(store, engine)
        self._most, self._state = most, ""
        self._open: OrderedDict[tuple[Any, ...], CellCube | TableCube] = OrderedDict()
        self.indexes: Mapping[str, CellIndex] = {}
        """Cells in order in memory by source, as soon as there are any (`indexed`)."""

    def statistics(
        self,
        as_of: date | None = None,
        source: str | None = None,
        currency: str | None = None,
        concepts: Concepts | None = None,
        reporter: str | None = None,
    ) -> CellCube | TableCube:
        """See `Desk.statistics`; the same object for the same question while nothing is loaded."""
        if self.store.state != self._state:
            self._open.clear()
            self._state = self.store.state
        known = self.store.vintages(as_of)
        key = (known[-1].order if known else None, len(known), source, currency, concepts, reporter)
        if key not in self._open:
            self._open[key] = super().statistics(as_of, source, currency, concepts, reporter)
            while len(self._open) > self._most:
                self._open.popitem(last=False)
        self._open.move_to_end(key)
        cube = self._open[key]
        index = self.indexes.get(cube.source)
        if index is not None and isinstance(cube, CellCube):
            cube.hold(index)
        return cube


def open_held(path: str | Path, most: int = 12, scratch: Path | None = None) -> HeldDesk:
    """Open a store for reading, with an engine that sees nothing but the store.

    `scratch` is the folder in which the engine may make temporary files. Raises StoreError, EngineError,
    MissingExtra.
    """
    from customhouse.engine import open_engine

    HeldStore.open(path)
    place = Path(path).resolve()
    engine = open_engine(within=place, scratch_in=scratch, scratch=SCRATCH)
    return HeldDesk(HeldStore(place), engine, most)
