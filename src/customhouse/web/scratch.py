"""A folder for temporary files that goes when its process goes, and processes that go with it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

_GROUP = "group-"
_SWEEP = f"""
import contextlib, os, shutil, signal, sys, time
sys.stdin.read()
for name in os.listdir(sys.argv[1]):
    if name.startswith({_GROUP!r}):
        with contextlib.suppress(OSError):
            os.killpg(int(name[{len(_GROUP)}:]), signal.SIGKILL)
for pause in (0.05, 0.2, 1, 5):
    time.sleep(pause)
    shutil.rmtree(sys.argv[1], ignore_errors=True)
"""
"""What a helper does: wait until the server is gone, end the groups of processes that it had noted, and
remove the folder, and again what one that was just ending may still have put there."""


class Scratch:
    """A private folder, and a small process that removes it should this one be killed."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="customhouse-counter-"))
        self._sweeper = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _SWEEP, str(self.folder)],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True, cwd="/",
        )  # fmt: skip

    def note(self, group: int) -> None:
        """Have a group of processes ended with this one."""
        (self.folder / f"{_GROUP}{group}").touch()

    def forget(self, group: int) -> None:
        """The group has ended."""
        (self.folder / f"{_GROUP}{group}").unlink(missing_ok=True)

    def close(self) -> None:
        """Remove the folder."""
        shutil.rmtree(self.folder, ignore_errors=True)
        if self._sweeper.poll() is None:
            self._sweeper.kill()
        self._sweeper.communicate()
