"""One worker: a process that does jobs, one after the other, within limits of memory, time and files.

Started by `working` as `python -m customhouse.web.worker FD`; the first message over that descriptor says
what it is for. It ends when the server ends, however that ends.
"""

from __future__ import annotations

import ctypes
import importlib
import os
import resource
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from math import ceil
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any

from customhouse.web.jobs.allowed import allow
from customhouse.web.packets import Reply, Start, pack

if TYPE_CHECKING:
    from customhouse.web.held import HeldDesk

FILE_BYTES = 2**26
"""The largest file that a worker may write into its own temporary folder."""
RESERVED = 2**37
"""Address space beyond memory: the engine that draws charts (V8) reserves 64 GiB and uses next to none."""
_MORE_CPU_S = 5
_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Do jobs until the server closes the connection."""
    told = Connection(int(sys.argv[1]))
    start: Start = told.recv()
    die_with(start.parent)
    limit(start.settings.worker_bytes)
    allow(start.settings)
    bench = _Bench(start)
    bench.warm()
    told.send_bytes(pack(Reply("ready")))
    with suppress(EOFError, OSError):
        while True:
            name, args, seconds = told.recv()
            reply = bench.do(name, args, seconds)
            told.send_bytes(_packed(reply))
            if reply.last:
                return
            del name, args, reply


def die_with(parent: int) -> None:
    """End this process when its parent ends: by the system where it can, else by looking now and then."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)
    else:
        threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: int) -> None:
    pause = threading.Event()
    while os.getppid() == parent:
        pause.wait(0.5)
    os._exit(1)


def limit(memory: int) -> None:
    """Limits that hold for all jobs. Address space is wider than memory: allocators reserve it in advance."""
    for what, most in (
        (resource.RLIMIT_DATA, memory), (resource.RLIMIT_AS, memory + RESERVED),
        (resource.RLIMIT_FSIZE, FILE_BYTES), (resource.RLIMIT_CORE, 0),
    ):  # fmt: skip
        hard = resource.getrlimit(what)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        with suppress(ValueError, OSError):  # a system that does not know one of them
            resource.setrlimit(what, (most, most))


class _Bench:
    """The desk, opened once, and the jobs."""

    def __init__(self, start: Start) -> None:
        self._start = start
        self._jobs: dict[str, str] = dict(importlib.import_module(start.jobs).JOBS)
        self._desk: HeldDesk | None = None

    def warm(self) -> None:
        """Import what jobs need. What is wrong shows again in the job that needs it, and is told there."""
        for module in dict.fromkeys(place.partition(":")[0] for place in self._jobs.values()):
            with suppress(Exception):
                warm = getattr(importlib.import_module(module), "warm", None)
                if warm is not None:
                    warm(self.desk())

    def desk(self) -> HeldDesk:
        """The store, open for reading. Raises StoreError."""
        if self._desk is None:
            from customhouse.web.held import open_held

            self._desk = open_held(self._start.store)
        return self._desk

    def do(self, name: str, args: tuple[Any, ...], seconds: float) -> Reply:
        """Do one job."""
        self._guard(seconds)
        try:
            return Reply("done", self._job(name)(self.desk(), *args), last=self._grown())
        except MemoryError:
            return Reply("memory", last=True)
        except RecursionError:
            return Reply("memory")
        except Exception as error:
            return self._failed(error)

    def _failed(self, error: Exception) -> Reply:
        from customhouse.errors import CustomhouseError, StoreError
        from customhouse.web.problems import Problem, problem_of

        if isinstance(error, CustomhouseError):
            found: Problem = problem_of(error)
            why = str(error) if isinstance(error, StoreError) else ""
            return Reply("problem", found.parts(), self._grown(), why)
        # The message of an error can have a piece of what was sent, which no log shall keep.
        where = "".join(traceback.format_tb(error.__traceback__))
        return Reply("broken", detail=f"{type(error).__name__}\n{where}", last=self._grown())

    def _job(self, name: str) -> Callable[..., Any]:
        module, _, function = self._jobs[name].partition(":")
        found: Callable[..., Any] = getattr(importlib.import_module(module), function)
        return found

    def _guard(self, seconds: float) -> None:
        """Processor time that one job may take, should the server be unable to end it."""
        used = resource.getrusage(resource.RUSAGE_SELF)
        spent = used.ru_utime + used.ru_stime
        most = ceil(spent + seconds * (os.cpu_count() or 1)) + _MORE_CPU_S
        with suppress(ValueError):  # less is allowed already
            resource.setrlimit(resource.RLIMIT_CPU, (most, resource.getrlimit(resource.RLIMIT_CPU)[1]))

    def _grown(self) -> bool:
        """Whether so much memory stays in use after a job that a fresh worker is better."""
        try:
            with open("/proc/self/statm", encoding="ascii") as file:
                resident = int(file.read().split()[1]) * resource.getpagesize()
            return resident > self._start.settings.worker_bytes // 2
        except (OSError, ValueError, IndexError):
            return False


def _packed(reply: Reply) -> bytes:
    """The reply as bytes; where there is no room for them, or they cannot be made, that it is so."""
    try:
        return pack(reply)
    except MemoryError:
        return pack(Reply("memory", last=True))
    except Exception as error:
        return pack(Reply("broken", detail=f"a result that cannot be sent ({type(error).__name__})"))


if __name__ == "__main__":
    main()
