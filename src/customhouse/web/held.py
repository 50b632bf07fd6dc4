"""A store and its statistics held open: read, remembered while nothing is loaded, and never written to."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from customhouse.desk import Desk
from customhouse.errors import OutputError, StoreError
from customhouse.store import Store, Vintage

if TYPE_CHECKING:
    from customhouse.cube import CellCube, Concepts, TableCube
    from customhouse.engine import Engine


class HeldStore(Store):
    """A store whose manifests are read again only when a load has added one."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._seen = -1
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
        try:
            now = (self.path / "manifest").stat().st_mtime_ns
        except OSError as error:
            raise StoreError(f"{self.path / 'manifest'}: gone; restore it from a copy") from error
        if now != self._seen:
            self._known = super()._manifests()
            told = repr([(v.number, v.source, v.committed_at) for v in self._known])
            self._tag = hashlib.sha256(told.encode()).hexdigest()[:16]
            self._ordered, self._seen = {}, now
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

    def statistics(
        self,
        as_of: date | None = None,
        source: str | None = None,
        currency: str | None = None,
        concepts: Concepts | None = None,
    ) -> CellCube | TableCube:
        """See `Desk.statistics`; the same object for the same question while nothing is loaded."""
        if self.store.state != self._state:
            self._open.clear()
            self._state = self.store.state
        known = self.store.vintages(as_of)
        key = (known[-1].order if known else None, len(known), source, currency, concepts)
        if key not in self._open:
            self._open[key] = super().statistics(as_of, source, currency, concepts)
            while len(self._open) > self._most:
                self._open.popitem(last=False)
        self._open.move_to_end(key)
        return self._open[key]


def open_held(path: str | Path, engine: str = "duckdb", most: int = 12) -> HeldDesk:
    """Open a store for reading. Raises StoreError, EngineError, MissingExtra."""
    from customhouse.engine import open_engine

    HeldStore.open(path)
    return HeldDesk(HeldStore(Path(path)), open_engine(engine), most)
