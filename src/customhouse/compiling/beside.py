"""Months side by side: each is a unit of work of its own, so that an engine can have several under way."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from typing import TypeVar

from customhouse.engine import Engine

Item = TypeVar("Item")
Result = TypeVar("Result")
_PAUSE_S = 0.05


def each(engine: Engine, items: Sequence[Item], work: Callable[[Engine, Item], Result]) -> Iterator[Result]:
    """What `work` makes of each item, in order; as many at a time as the engine allows.

    The first error ends it: what has begun is stopped, the rest is not begun.
    """
    with engine.beside(max(1, len(items))) as engines:
        if len(engines) < 2:
            yield from (work(engines[0], item) for item in items)
            return
        run = _one_of(engines, work)
        with ThreadPoolExecutor(len(engines)) as pool:
            futures = [pool.submit(run, item) for item in items]
            try:
                for future in futures:
                    yield future.result()
            finally:
                _end(futures, engines)


def _end(futures: Sequence[Future[Result]], engines: Sequence[Engine]) -> None:
    """Begin nothing more, and stop what runs, until nothing does: a query may begin after the first stop."""
    for future in futures:
        future.cancel()
    while any(future.running() for future in futures):
        for engine in engines:
            engine.stop()
        time.sleep(_PAUSE_S)


def _one_of(engines: Sequence[Engine], work: Callable[[Engine, Item], Result]) -> Callable[[Item], Result]:
    """The work by whichever engine is free."""
    free: SimpleQueue[Engine] = SimpleQueue()
    for engine in engines:
        free.put(engine)

    def run(item: Item) -> Result:
        mine = free.get()
        try:
            return work(mine, item)
        finally:
            free.put(mine)

    return run
