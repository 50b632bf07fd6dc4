"""Statistics that answer at once: from cells held in order in memory, without the engine and without waiting.

The indexes are made by a thread of their own when the server starts and after each load. What they
cannot answer, or not within moments, is left to the thread of the statistics (`Counter.quick`).
"""

from __future__ import annotations

import asyncio
import gc
import logging
import threading
from collections import deque
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from time import perf_counter, thread_time
from typing import TYPE_CHECKING, Any

from customhouse.cube import CellCube, sources
from customhouse.errors import CustomhouseError
from customhouse.model import Slice
from customhouse.period import Period
from customhouse.statistics import Concepts, Known, Level, What
from customhouse.web.held import SCRATCH, HeldDesk, HeldStore

if TYPE_CHECKING:
    from customhouse.cube import TableCube
    from customhouse.cube.index import CellIndex

MOMENT_S = 0.02
"""Processor time that an answer may take while all others wait."""
_FROZEN = 10_000
"""Objects that Python freezes of itself are fewer; where there are more, freezing is another's business."""
_LOG = logging.getLogger(__name__)


class Aside(Exception):
    """An answer that needs the engine, or more than a moment."""


class _NoEngine:
    """Stands where an engine would: whatever is asked of it is not for this thread."""

    name = "none"

    def close(self) -> None:
        """Nothing is held."""

    def __getattr__(self, name: str) -> Any:
        raise Aside(name)


class PromptDesk(HeldDesk):
    """A desk whose statistics answer from the indexes within moments, or raise `Aside`."""

    def __init__(self, store: HeldStore, most: int, indexes: Mapping[str, CellIndex]) -> None:
        super().__init__(store, _NoEngine(), most)
        self.indexes = indexes
        self._until, self._worked = 0.0, 0.0

    def begin(self) -> None:
        """An answer begins: its moment is from now on."""
        self._until, self._worked = perf_counter() + MOMENT_S, thread_time()

    def in_time(self) -> None:
        """Raises Aside where the moment is over, by the time that this thread had the processor."""
        if perf_counter() > self._until:
            left = MOMENT_S - (thread_time() - self._worked)  # a call to the system, so not each time
            if left <= 0:
                raise Aside("moment")
            self._until = perf_counter() + left

    def statistics(
        self,
        as_of: date | None = None,
        source: str | None = None,
        currency: str | None = None,
        concepts: Concepts | None = None,
        reporter: str | None = None,
    ) -> CellCube | TableCube:
        """See `Desk.statistics`. Raises Aside where there is no index of the source."""
        cube = super().statistics(as_of, source, currency, concepts, reporter)
        if cube.source not in self.indexes:
            raise Aside(cube.source)
        return _Prompt(cube, self)  # type: ignore[return-value]


class _Prompt:
    """Statistics that are asked for a moment and no longer."""

    __slots__ = ("_cube", "_desk", "_level", "_parts", "currency")

    def __init__(self, cube: Any, desk: PromptDesk) -> None:
        self._cube, self._desk, self.currency = cube, desk, cube.currency
        self._level, self._parts = cube.level, cube.parts

    def level(
        self, part: Slice, period: Period, what: What = "value", known: Known = "latest"
    ) -> Level | None:
        """See `Statistics.level`. Raises Aside."""
        self._desk.in_time()
        found: Level | None = self._level(part, period, what, known)
        return found

    def parts(
        self, part: Slice, dimension: str, period: Period, what: What = "value", known: Known = "latest"
    ) -> Mapping[str, Level]:
        """See `Statistics.parts`. Raises Aside."""
        self._desk.in_time()
        found: Mapping[str, Level] = self._parts(part, dimension, period, what, known)
        return found

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cube, name)


class Turns:
    """One answer in each round of the event loop, in the order of asking.

    Between two of them new connections are taken and everything else goes on; without that, a round
    with many answers keeps whoever comes new waiting, since a round takes up one connection.
    """

    def __init__(self) -> None:
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._taken = False

    async def __aenter__(self) -> None:
        if self._taken:
            turn = asyncio.get_running_loop().create_future()
            self._waiting.append(turn)
            try:
                await turn
            except asyncio.CancelledError:
                if turn.done() and not turn.cancelled():  # it was this one's turn
                    self._next()
                raise
        self._taken = True

    async def __aexit__(self, *error: object) -> None:
        if self._waiting:
            self._next()  # who is next goes on in the next round
        else:
            asyncio.get_running_loop().call_soon(self._next)

    def _next(self) -> None:
        """The turn of who has waited longest."""
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self._taken = False


class Indexes:
    """The indexes of all sources of declarations, made anew in the background after each load."""

    def __init__(self, path: Path, most: int, scratch: Path | None = None) -> None:
        self.held: dict[str, CellIndex] = {}
        self._path, self._most, self._scratch = path, most, scratch
        self._wanted: str | None = None
        self._lock, self._ended = threading.Lock(), threading.Event()
        self._thread: threading.Thread | None = None
        self._frozen = False

    def keep(self, state: str) -> None:
        """See to it that there are indexes of the store in this state, soon."""
        if state == self._wanted or not self._most:
            return
        with self._lock:
            if state != self._wanted and (self._thread is None or not self._thread.is_alive()):
                self._wanted = state
                self._thread = threading.Thread(target=self._make, name="index", daemon=True)
                self._thread.start()

    def join(self, seconds: float | None = None) -> None:
        """Wait until the indexes are made."""
        if self._thread is not None:
            self._thread.join(seconds)

    def close(self) -> None:
        """Stop making them, and let go of them."""
        self._ended.set()
        self.join()
        self.held.clear()
        if self._frozen:
            gc.unfreeze()  # what is given back at the end of the process must not look like a leak

    def _make(self) -> None:
        from customhouse.engine import open_engine

        try:
            store = HeldStore(self._path.resolve())
            engine = open_engine(within=store.path, scratch_in=self._scratch, scratch=SCRATCH)
            desk = HeldDesk(store, engine, 1)
            with desk:
                for source in sources(store):
                    self._index(desk, source)
            self._freeze()
        except _Ended:
            return
        except (CustomhouseError, MemoryError) as error:  # answers come the slower way
            _LOG.warning("no index: %s", error)

    def _freeze(self) -> None:
        """What is held for good is not to be looked through again and again."""
        if self._frozen or gc.get_freeze_count() < _FROZEN:
            gc.collect()
            gc.freeze()
            self._frozen = True

    def _index(self, desk: HeldDesk, source: str) -> None:
        cube = desk.statistics(source=source)
        if not isinstance(cube, CellCube):
            return
        if cube.cells > self._most:
            self.held.pop(source, None)
            _LOG.warning("%s: %d cells, more than the %d that are held", source, cube.cells, self._most)
            return
        began = perf_counter()
        self.held[source] = made = cube.index(desk.engine, self._go_on)
        took, size = perf_counter() - began, made.bytes() / 2**20
        _LOG.info("%s: %d cells in order in %.1f s, %.0f MB", source, len(made), took, size)

    def _go_on(self, done: int, of: int) -> None:
        if self._ended.is_set():
            raise _Ended


class _Ended(Exception):
    """The server ends."""


def at_once(desk: PromptDesk, function: Callable[..., Any], *args: Any, **options: Any) -> Any:
    """`function(desk, ...)` within a moment. Raises Aside where it would take longer, or a scan."""
    desk.begin()
    return function(desk, *args, **options)
