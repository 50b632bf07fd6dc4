"""Charts drawn in a process beside this one, which is at the files that need none meanwhile.

Run as a module it is that process: charts come in by standard input, pictures go out by standard output,
both pickled. Where it cannot be started, or fails, the charts are drawn here, which also tells errors.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
import weakref
from collections.abc import Mapping
from functools import cached_property
from importlib.util import find_spec

from customhouse.release import charts_draw
from customhouse.release.model import Chart

Key = tuple[str, str]
"""A language and the code of a chart."""
Picture = tuple[str, bytes]
"""A chart as SVG for a page, and as PNG."""


class Drawing:
    """Charts being drawn, from the beginning of this object on; `pictures` waits for them."""

    def __init__(self, charts: Mapping[Key, Chart]) -> None:
        self._charts = dict(charts)
        self._process = _started(self._charts) if charts and find_spec("vl_convert") else None
        if self._process:
            self._ended = weakref.finalize(self, _end, self._process)

    @cached_property
    def pictures(self) -> dict[Key, Picture]:
        """The pictures by the keys of the charts. Raises MissingExtra."""
        return self._received() or drawn(self._charts)

    def _received(self) -> dict[Key, Picture] | None:
        if self._process is None:
            return None
        made, _ = self._process.communicate()
        return pickle.loads(made) if self._process.returncode == 0 else None  # what our own process made


def drawn(charts: Mapping[Key, Chart]) -> dict[Key, Picture]:
    """The pictures of charts, drawn in this process. Raises MissingExtra."""
    texts = {key: charts_draw.svg(chart) for key, chart in charts.items()}
    return {key: (text, charts_draw.png(text)) for key, text in texts.items()}


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process whose pictures nobody waits for."""
    if process.poll() is None:
        process.kill()
        process.communicate()


def _started(charts: Mapping[Key, Chart]) -> subprocess.Popen[bytes] | None:
    command = [sys.executable, "-P", "-m", __name__]
    try:
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        assert process.stdin
        with process.stdin as to:
            pickle.dump(charts, to)
    except OSError:
        return None
    process.stdin = None
    return process


if __name__ == "__main__":
    pickle.dump(drawn(pickle.load(sys.stdin.buffer)), sys.stdout.buffer)
