"""Jobs that misbehave, each in a way of its own, for the tests of the worker processes."""

from __future__ import annotations

import ctypes
import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from typing import Any

from customhouse.errors import QueryError
from customhouse.web.problems import Problem

PLACES = (
    "echo", "pid", "sleep", "spin", "spin_in_c", "eat", "crash", "leave", "kill_self", "smuggle",
    "smuggle_class", "fail", "refuse", "refuse_so", "recurse", "fill_disk", "keep", "large", "children",
    "opened", "months", "unsendable", "limits", "print_much",
)  # fmt: skip
JOBS = {name: f"hostile_jobs:{name}" for name in PLACES}


def echo(desk: Any, *args: Any) -> Any:
    return args[0] if len(args) == 1 else args


def pid(desk: Any) -> int:
    return os.getpid()


def sleep(desk: Any, seconds: float) -> int:
    time.sleep(seconds)
    return os.getpid()


def spin(desk: Any) -> None:
    while True:
        pass


def spin_in_c(desk: Any) -> None:
    """Never lets another thread of the process run."""
    re.match(r"(a+)+$", "a" * 60 + "b")


def eat(desk: Any) -> None:
    kept = []
    while True:
        kept.append(bytearray(10_000_000))


def crash(desk: Any) -> None:
    ctypes.string_at(0)


def leave(desk: Any) -> None:
    os._exit(0)


def kill_self(desk: Any) -> None:
    os.kill(os.getpid(), 9)


class _Bomb:
    def __reduce__(self) -> Any:
        return os.mkdir, ("pwned",)


def smuggle(desk: Any) -> Any:
    return _Bomb()


@dataclass
class Own:
    """A dataclass, but none of customhouse."""

    value: int


def smuggle_class(desk: Any) -> Any:
    return Own(1)


def unsendable(desk: Any) -> Any:
    return lambda: 1


def fail(desk: Any, text: str) -> None:
    raise ValueError(text)


def refuse(desk: Any) -> None:
    raise QueryError("exports to nowhere: no such partner")


def refuse_so(desk: Any) -> None:
    raise Problem(413, "Too much.", "own_code", {"X-Own": "1"})


def recurse(desk: Any) -> Any:
    return recurse(desk)


def fill_disk(desk: Any) -> int:
    with open("large", "wb") as file:
        for _ in range(1000):
            file.write(bytes(1_000_000))
    return os.path.getsize("large")


def keep(desk: Any, text: str) -> str:
    with tempfile.NamedTemporaryFile("w", delete=False) as file:
        file.write(text)
    return file.name


def large(desk: Any, size: int) -> bytes:
    return bytes(size)


def children(desk: Any) -> int:
    """Start a process, note its number and go on for ever."""
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(1000)"])
    with open("child", "w") as file:
        file.write(str(child.pid))
    time.sleep(1000)
    return 0


def opened(desk: Any) -> dict[str, Any]:
    """What a worker has open, and what it knows of its surroundings."""
    return {"fds": sorted(int(n) for n in os.listdir("/proc/self/fd")), "environment": dict(os.environ),
            "stdin": os.readlink("/proc/self/fd/0"), "read": sys.stdin.read()}  # fmt: skip


def months(desk: Any) -> int:
    return sum(len(v.months()) for v in desk.vintages())


def limits(desk: Any) -> dict[str, int]:
    import resource

    names = ("RLIMIT_DATA", "RLIMIT_FSIZE", "RLIMIT_CORE", "RLIMIT_CPU")
    return {name: resource.getrlimit(getattr(resource, name))[0] for name in names}


def print_much(desk: Any) -> str:
    """What a library prints goes nowhere, and not among the messages."""
    print("x" * 1_000_000)  # noqa: T201
    print("x" * 1_000_000, file=sys.stderr)  # noqa: T201
    os.write(1, b"y" * 1_000_000)
    return "done"
