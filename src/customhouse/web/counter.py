"""What all requests share: the store, open for reading; a thread for statistics; processes for heavy work."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from customhouse.cube import sources
from customhouse.period import Period
from customhouse.store import Vintage
from customhouse.web.held import HeldDesk, HeldStore, open_held
from customhouse.web.indexed import Aside, Indexes, PromptDesk, Turns, at_once
from customhouse.web.problems import busy, timed_out
from customhouse.web.scratch import Scratch
from customhouse.web.settings import DEFAULTS, Settings
from customhouse.web.working import Workers

P = ParamSpec("P")
T = TypeVar("T")


class Counter:
    """The one store that a server answers from."""

    def __init__(self, path: str | Path, settings: Settings = DEFAULTS) -> None:
        self.path, self.settings = Path(path), settings
        self._scratch = Scratch()
        self.desk: HeldDesk = open_held(path, settings.cubes, self._scratch.folder)
        self.indexes = Indexes(self.path, settings.index_cells, self._scratch.folder)
        self.desk.indexes = self.indexes.held
        self._prompt = PromptDesk(HeldStore(self.desk.store.path), settings.cubes, self.indexes.held)
        self._thread = ThreadPoolExecutor(1, "statistics")
        self._waiting, self._turns = 0, Turns()
        self.workers = Workers(self.path, settings, self._scratch)
        self.long = asyncio.Semaphore(max(1, settings.working - 1))
        """For work that takes longer than a request: one worker stays free for the rest."""

    @property
    def state(self) -> str:
        """A tag that changes when a load is committed. Raises StoreError."""
        return self.desk.store.state

    @property
    def vintages(self) -> tuple[Vintage, ...]:
        """All loads, in the order in which they revise one another."""
        return self.desk.store.vintages()

    @property
    def sources(self) -> tuple[str, ...]:
        """The sources with figures, in the order of their first loads."""
        return sources(self.desk.store)

    def source(self, named: str | None = None) -> str | None:
        """The source that is meant: the one that is named, else the first of the store."""
        return named or next(iter(self.sources), None)

    def months(self, source: str | None = None) -> tuple[int, ...]:
        """The running numbers of the months that a source (or any) has, in order."""
        return tuple(
            sorted({m for v in self.vintages if source in (None, v.source) for m in v.months()})
        )

    def latest(self, source: str | None = None) -> Period | None:
        """The last month."""
        months = self.months(source)
        return Period(months[-1], months[-1]) if months else None

    async def brief(
        self, function: Callable[Concatenate[HeldDesk, P], T], *args: P.args, **options: P.kwargs
    ) -> T:
        """`function(desk, ...)` at once where the index answers within a moment, else as `quick` does.

        The function is begun anew then: it must change nothing. Raises Problem (503).
        """
        self.indexes.keep(self.state)
        if self.indexes.held:
            async with self._turns:
                try:
                    found: T = at_once(self._prompt, function, *args, **options)
                    return found
                except Aside:
                    pass
        return await self.quick(function, *args, **options)

    async def quick(
        self, function: Callable[Concatenate[HeldDesk, P], T], *args: P.args, **options: P.kwargs
    ) -> T:
        """`function(desk, ...)` in the thread of the statistics, one at a time. Raises Problem (503)."""
        if self._waiting >= self.settings.waiting:
            raise busy()
        self._waiting += 1
        try:
            work = asyncio.get_running_loop().run_in_executor(
                self._thread, lambda: function(self.desk, *args, **options)
            )
            return await asyncio.wait_for(work, self.settings.seconds)
        except TimeoutError as error:
            raise timed_out(self.settings.seconds) from error
        finally:
            self._waiting -= 1

    async def work(self, name: str, *args: Any, seconds: float | None = None) -> Any:
        """A job of `web/jobs/` by its name, in a process of its own. Raises Problem."""
        return await self.workers.run(name, *args, seconds=seconds or self.settings.seconds)

    def close(self) -> None:
        """End the processes and give back what the engine holds."""
        self.workers.close()
        self._thread.shutdown(wait=True, cancel_futures=True)
        self.indexes.close()
        self.desk.close()
        self._scratch.close()
