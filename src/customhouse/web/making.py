"""Results of long work: made once for all who ask at the same time, and kept while there is room."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

from customhouse.errors import CustomhouseError
from customhouse.web.problems import Problem, busy, problem_of

T = TypeVar("T")

_FAILED_S = 10.0
"""For so long a failure is told again before the work is tried anew: whoever waits comes back to see it."""


class Makings(Generic[T]):
    """What was made, up to so many bytes; the least lately asked for goes first.

    `at_once` is how many may be in the making, others are sent away; `size` tells what one takes in bytes.
    """

    def __init__(self, most_bytes: int, size: Callable[[T], int], at_once: int = 8) -> None:
        self._most, self._size, self._at_once = most_bytes, size, at_once
        self._kept: OrderedDict[Hashable, T] = OrderedDict()
        self._held = 0
        self._making: dict[Hashable, asyncio.Task[T]] = {}
        self._failed: dict[Hashable, tuple[float, Problem]] = {}

    @property
    def held(self) -> int:
        """How many bytes are kept."""
        return self._held

    def get(self, key: Hashable) -> T | None:
        """What is kept under a key."""
        if key in self._kept:
            self._kept.move_to_end(key)
        return self._kept.get(key)

    async def made(
        self, key: Hashable, make: Callable[[], Awaitable[T]], wait: float | None = None
    ) -> T | None:
        """What is kept or made, for all who ask; None where it takes longer than `wait` seconds.

        The work goes on then, and when whoever asked for it goes away. Raises Problem.
        """
        if (found := self.get(key)) is not None:
            return found
        self._tell_failure(key)
        if key not in self._making:
            if len(self._making) >= self._at_once:
                raise busy()
            self._making[key] = asyncio.ensure_future(self._make(key, make))
            self._making[key].add_done_callback(_heard)
        done, _ = await asyncio.wait({task := self._making[key]}, timeout=wait)
        return task.result() if done else None

    async def _make(self, key: Hashable, make: Callable[[], Awaitable[T]]) -> T:
        try:
            found = await make()
        except CustomhouseError as error:
            self._failed[key] = (time.monotonic(), problem_of(error))
            raise
        finally:
            self._making.pop(key, None)
        self._keep(key, found)
        return found

    def _keep(self, key: Hashable, found: T) -> None:
        if self._size(found) > self._most:
            return
        self._kept[key] = found
        self._held += self._size(found)
        while self._held > self._most:
            _, oldest = self._kept.popitem(last=False)
            self._held -= self._size(oldest)

    def _tell_failure(self, key: Hashable) -> None:
        now = time.monotonic()
        self._failed = {k: (at, p) for k, (at, p) in self._failed.items() if now - at < _FAILED_S}
        if key in self._failed:
            raise self._failed[key][1]


def _heard(task: asyncio.Task[T]) -> None:
    """Nobody may be waiting any more for what went wrong; it is remembered."""
    if not task.cancelled():
        task.exception()
