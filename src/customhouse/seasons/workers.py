"""Processes that adjust series, handed one at a time through a pipe of their own.

No pool of the standard library: a worker that is killed must stop nobody else, one must not outlive its
parent, and a script without a guard for its main part must be able to start them.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import subprocess
import sys
import threading
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from customhouse.seasons.adjusted import Adjusted
    from customhouse.seasons.monthly import Monthly
    from customhouse.seasons.settings import Settings

_ONE_CORE = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


class WorkerDied(Exception):
    """A worker ended instead of answering."""


class Worker:
    """A process that adjusts series; begun when it is first asked, and anew when it died."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self.ended = False
        self._lock = threading.Lock()

    def ask(self, series: Monthly, settings: Settings) -> Adjusted | str | None:
        """The series adjusted, or the reason why it cannot be; None where an optional part is missing.

        Raises WorkerDied.
        """
        process = self._running()
        try:
            _send(process.stdin, (series, settings))
            answer = _receive(process.stdout)
        except (OSError, EOFError, ValueError, pickle.UnpicklingError) as error:
            raise WorkerDied(self._buried(process)) from error
        result: Adjusted | str | None = answer
        return result

    def end(self) -> None:
        """End the process, in the middle of a series if need be."""
        with self._lock:
            self.ended = True
            if self._process is not None and self._process.poll() is None:
                self._process.terminate()
                self._process.wait()
            if self._process is not None:
                _close(self._process)

    def _running(self) -> subprocess.Popen[bytes]:
        with self._lock:
            if self.ended:
                raise WorkerDied("stopped")
            if self._process is None or self._process.poll() is not None:
                self._process = subprocess.Popen(
                    [sys.executable, "-m", __name__], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                    env=os.environ | _ONE_CORE | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
                )
            return self._process

    def _buried(self, process: subprocess.Popen[bytes]) -> str:
        """How it ended."""
        process.kill()
        code = process.wait()
        _close(process)
        with self._lock:
            self._process = None
        return f"signal {-code}" if code < 0 else f"exit code {code}"


def _close(process: subprocess.Popen[bytes]) -> None:
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with contextlib.suppress(OSError):  # what was not sent is of no use any more
                stream.close()


def _send(stream: IO[bytes] | None, message: object) -> None:
    assert stream is not None
    pickle.dump(message, stream)
    stream.flush()


def _receive(stream: IO[bytes] | None) -> Any:
    assert stream is not None
    return pickle.load(stream)


def main() -> None:
    """A worker: series come in by standard input, results go out by standard output, until it closes.

    What else is printed goes to standard error. An interrupt is the parent's to handle.
    """
    from customhouse.errors import MissingExtra
    from customhouse.seasons.batch import attempt

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    while True:
        try:
            series, settings = _receive(sys.stdin.buffer)
        except EOFError:
            return
        answer: object = None
        with contextlib.suppress(MissingExtra):  # which the parent finds too, and raises
            answer = attempt(series, settings)
        try:
            _send(answers, answer)
        except BrokenPipeError:
            return


if __name__ == "__main__":
    main()
