"""A worker process as the server sees it: started, talked to, and killed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from multiprocessing import Pipe
from pathlib import Path
from typing import Any

from customhouse.web.packets import NotPlain, Reply, Start, unpack
from customhouse.web.scratch import Scratch

_READY_S = 60.0
"""How long a new worker may take to be ready."""
_REPLY_BYTES = 2**28
"""The largest reply that is taken."""


class Worker:
    """A worker process as its thread sees it."""

    def __init__(self, start: Start, scratch: Scratch) -> None:
        self._scratch = scratch
        self.folder = Path(tempfile.mkdtemp(dir=scratch.folder))
        self._pipe, theirs = Pipe()
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "customhouse.web.worker", str(theirs.fileno())],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()], start_new_session=True, cwd=self.folder,
                env=_environment(self.folder),
            )  # fmt: skip
        finally:
            theirs.close()
        scratch.note(self.pid)
        self._late = self._ended = False
        self._lock = threading.Lock()
        self._job: object = None
        """What it is doing: whoever ends a job shall not end the one after it."""
        with suppress(OSError):
            self._pipe.send(start)

    @property
    def pid(self) -> int:
        """The number of the process, which is that of its group too."""
        return self._process.pid

    @property
    def dead(self) -> bool:
        """Whether the process has ended."""
        return self._ended or self._process.poll() is not None

    def start(self) -> bool:
        """Wait until it is ready; False where it does not become so, after which it is dead."""
        try:
            return self._talk(None, _READY_S).outcome == "ready"
        except (EOFError, OSError, NotPlain):
            self.kill()
            return False

    def do(self, job: object, name: str, args: tuple[Any, ...], seconds: float) -> Reply:
        """Do a job, which `kill(job)` ends. The worker may be dead after it."""
        with self._lock:
            self._job, self._late = job, False
        try:
            reply = self._talk((name, args, seconds), seconds)
        except NotPlain as error:
            reply = Reply("broken", last=True, detail=f"a reply that is refused: {error}")
        except (EOFError, OSError):  # killed by us, by the system, or of itself; or too large a reply
            reply = Reply("timed_out" if self._late else "died", last=True)
        except Exception as error:  # such as arguments that cannot be sent
            reply = Reply("broken", last=True, detail=f"{type(error).__name__} while talking to a worker")
        with self._lock:
            self._job = None
        if reply.last:
            self.kill()
        return reply

    def _talk(self, message: object, seconds: float) -> Reply:
        """Send a message and wait for the reply; past its time the worker is killed, which ends the wait."""
        timer = threading.Timer(seconds, self._too_late, (self._job,))
        timer.start()
        try:
            if message is not None:
                self._pipe.send(message)
            found = unpack(self._pipe.recv_bytes(_REPLY_BYTES))
        finally:
            timer.cancel()
        if not isinstance(found, Reply):
            raise NotPlain(f"{type(found).__name__} in place of a reply")
        return found

    def _too_late(self, job: object) -> None:
        with self._lock:
            self._late = self._late or self._job is job
        self.kill(job)

    def kill(self, job: object = None) -> None:
        """End the process and those that it has started; with `job`, only while it does that.

        From any thread; does not wait until it has ended.
        """
        with self._lock:
            if self._ended or (job is not None and self._job is not job):
                return
            with suppress(OSError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._ended = True

    def end(self) -> None:
        """Kill it, wait for its end and remove its files. From the thread that it works for."""
        self.kill()
        self._process.wait()
        self._scratch.forget(self.pid)
        self._pipe.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def _environment(folder: Path) -> dict[str, str]:
    """What a worker knows of the server's surroundings: no more than it needs."""
    kept = ("PATH", "LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH", "CUSTOMHOUSE_MEMORY", "CUSTOMHOUSE_THREADS")
    found = {name: os.environ[name] for name in kept if name in os.environ}
    places = os.pathsep.join(path for path in sys.path if path)
    own = {"TMPDIR": str(folder), "HOME": str(folder), "PYTHONPATH": places, "PYTHONDONTWRITEBYTECODE": "1"}
    few = {"CUSTOMHOUSE_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    plain = {"ARROW_DEFAULT_MEMORY_POOL": "system"}  # the others reserve a gigabyte, which would count
    return few | plain | found | own
