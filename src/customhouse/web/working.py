"""Worker processes for heavy work and for what strangers send: killed when they take too long or too much.

Each worker has a connection of its own and a thread here that feeds it, so that one which dies at any
moment, also in the middle of a message, disturbs no other. (Pools that share one queue among processes,
as those of concurrent.futures and pebble, cannot promise that: a process killed while it holds the
queue's lock stops them all.)
"""

from __future__ import annotations

import asyncio
import importlib
import logging
import os
import queue
import threading
import time
from collections import Counter as Counts
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from customhouse.web.killable import Worker
from customhouse.web.packets import Reply, Start
from customhouse.web.problems import Problem, busy, timed_out
from customhouse.web.scratch import Scratch
from customhouse.web.settings import DEFAULTS, Settings

_LATER = {"Retry-After": "30"}
_log = logging.getLogger("customhouse.web")
Told = Callable[[str, str, float], object]
"""Called after each job with its name, its outcome and the seconds that it took."""


@dataclass(eq=False, slots=True)
class _Job:
    """A job that waits or is being done. `worker` is the one that does it."""

    name: str
    args: tuple[Any, ...]
    seconds: float
    future: Future[Any] = field(default_factory=Future)
    asked: float = field(default_factory=time.monotonic)
    worker: Worker | None = None
    given_up: bool = False

    def give_up(self) -> None:
        """Nobody waits for the result any more: end the work."""
        self.given_up = True
        if self.worker is not None:
            self.worker.kill(self)


class Workers:
    """Some worker processes over one store, and the jobs that wait for them."""

    def __init__(
        self,
        path: str | Path,
        settings: Settings = DEFAULTS,
        scratch: Scratch | None = None,
        jobs: str = "customhouse.web.jobs",
    ) -> None:
        self.path, self.settings, self.jobs = Path(path), settings, jobs
        self.told: list[Told] = []
        self.outcomes: Counts[tuple[str, str]] = Counts()
        self._names = frozenset(importlib.import_module(jobs).JOBS)
        self._queue: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._waiting, self._lock, self._closed = 0, threading.Lock(), False
        self._workers: set[Worker] = set()
        self._scratch, self._owns_scratch = scratch, scratch is None

    @property
    def waiting(self) -> int:
        """How many jobs wait for a worker."""
        return self._waiting

    def pids(self) -> list[int]:
        """The processes that are at work or ready."""
        return [worker.pid for worker in list(self._workers)]

    def start(self) -> None:
        """Start the workers; the first job does so too. Does not wait until they are ready."""
        with self._lock:
            if self._threads or self._closed:
                return
            self._scratch = self._scratch or Scratch()
            for number in range(self.settings.working):
                thread = threading.Thread(target=self._serve, name=f"worker-{number}", daemon=True)
                self._threads.append(thread)
                thread.start()

    async def run(self, name: str, *args: Any, seconds: float | None = None) -> Any:
        """The result of a job. Raises Problem: 503 `busy` or `timed_out`, 422 `too_complex`, or its own."""
        if name not in self._names:
            raise LookupError(f"{name}: no such job in {self.jobs}")
        job = _Job(name, args, seconds or self.settings.seconds)
        self.start()
        with self._lock:
            if self._closed or self._waiting >= self.settings.waiting:
                self._count(job, "busy")
                raise busy()
            self._waiting += 1
        self._queue.put(job)
        try:
            return await asyncio.wrap_future(job.future)
        except asyncio.CancelledError:
            job.give_up()
            raise

    def close(self) -> None:
        """Kill the workers and remove their files; jobs that wait or are being done end as `busy`."""
        with self._lock:
            closed, self._closed = self._closed, True
        if closed:
            return
        for _ in self._threads:
            self._queue.put(None)
        for worker in list(self._workers):
            worker.kill()
        for thread in self._threads:
            thread.join(10)
        self._refuse_rest()
        if self._scratch is not None and self._owns_scratch:
            self._scratch.close()

    def _serve(self) -> None:
        """The thread of one worker: it lives as long as the server, for a worker ends with its thread."""
        worker = self._fresh()
        while (job := self._queue.get()) is not None:
            with self._lock:
                self._waiting -= 1
            if self._skipped(job):
                continue
            if worker is None or worker.dead:  # it died while it waited
                worker = self._replaced(worker)
            self._finish(job, worker)
            if worker is None or worker.dead:
                worker = self._replaced(worker)
        self._end(worker)

    def _replaced(self, worker: Worker | None) -> Worker | None:
        """A new worker in the place of one that is dead."""
        self._end(worker)
        return self._fresh()

    def _fresh(self) -> Worker | None:
        """A worker that is ready; None where there is none to be had.

        Jobs wait until it is, and are not put down to it: what nobody waits for any more does not end it.
        """
        if self._closed or self._scratch is None:
            return None
        start = Start(str(self.path), self.jobs, self.settings, os.getpid())
        try:
            worker = Worker(start, self._scratch)
        except OSError:
            _log.exception("no worker process can be started")
            return None
        self._workers.add(worker)
        if self._is_closed():
            worker.kill()
        if worker.start():
            return worker
        if not self._is_closed():
            _log.error("a worker process did not become ready")
        self._end(worker)
        return None

    def _is_closed(self) -> bool:
        return self._closed

    def _end(self, worker: Worker | None) -> None:
        if worker is not None:
            self._workers.discard(worker)
            worker.end()

    def _skipped(self, job: _Job) -> bool:
        """Whether a job is not to be done: nobody waits for it, or it has waited too long."""
        if job.given_up or not job.future.set_running_or_notify_cancel():
            self._count(job, "given_up")
            return True
        if self._closed or time.monotonic() - job.asked > job.seconds:
            self._count(job, "busy")
            job.future.set_exception(busy())
            return True
        return False

    def _finish(self, job: _Job, worker: Worker | None) -> None:
        """Have a job done, and tell who waits for it."""
        began = time.monotonic()
        job.worker = worker
        if worker is None:
            reply = Reply("none")
        elif job.given_up:
            reply = Reply("given_up")
        else:
            reply = worker.do(job, job.name, job.args, job.seconds)
        if self._closed and reply.outcome in ("died", "none"):
            reply = Reply("busy")
        self._count(job, "given_up" if job.given_up else reply.outcome, time.monotonic() - began)
        if reply.detail:
            _log.error("job %s: %s", job.name, reply.detail)
        with suppress(Exception):  # the future may be cancelled in between
            if reply.outcome == "done":
                job.future.set_result(reply.result)
            else:
                job.future.set_exception(_problem(reply, job.seconds))

    def _count(self, job: _Job, outcome: str, seconds: float = 0.0) -> None:
        self.outcomes[job.name, outcome] += 1
        for told in self.told:
            told(job.name, outcome, seconds)

    def _refuse_rest(self) -> None:
        """Send those away who still wait."""
        with suppress(queue.Empty):
            while True:
                job = self._queue.get_nowait()
                if job is not None and job.future.set_running_or_notify_cancel():
                    job.future.set_exception(busy())


def _problem(reply: Reply, seconds: float) -> Problem:
    """What is told of a job that did not end well."""
    if reply.outcome == "problem":
        return Problem(*reply.result)
    if reply.outcome == "timed_out":
        return timed_out(seconds)
    if reply.outcome in ("memory", "died"):
        detail = "What was sent needs more room or time than is allowed; send less, or simpler text."
        return Problem(422, detail, "too_complex")
    if reply.outcome == "busy":
        return busy()
    if reply.outcome == "none":
        return Problem(503, "No worker process is to be had; the server's log says why.", None, _LATER)
    return Problem(500, "An error that was not foreseen; it stands in the server's log.")
