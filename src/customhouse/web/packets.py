"""What goes between the server and its workers: plain data, so that a worker can make the server run nothing.

A worker reads what strangers send, with libraries in C. Were one of them taken over, it would still be
in a process of its own; what it sends back is unpacked without importing or calling anything but
dataclasses and enumerations of customhouse and a few types of the standard library.
"""

from __future__ import annotations

import dataclasses
import enum
import io
import pickle
import sys
from dataclasses import dataclass
from typing import Any

from customhouse.web.settings import Settings

PLAIN = frozenset({
    ("datetime", "date"), ("datetime", "datetime"), ("datetime", "timedelta"), ("decimal", "Decimal"),
    ("fractions", "Fraction"), ("builtins", "set"), ("builtins", "frozenset"),
    ("builtins", "bytearray"), ("collections", "OrderedDict"), ("collections", "Counter"),
    ("markupsafe", "Markup"),
})  # fmt: skip
"""Types of the standard library that a result may hold."""


@dataclass(frozen=True, slots=True)
class Start:
    """What a worker is told first: the store, the module with the jobs, what they may, the server."""

    store: str
    jobs: str
    settings: Settings
    parent: int


@dataclass(frozen=True, slots=True)
class Reply:
    """How a job ended: `done` with its result, `problem` with the arguments of one, `memory`, or `broken`.

    `last` says that the worker ends after it. `detail` is for the log: where in the code, and no text.
    """

    outcome: str
    result: Any = None
    last: bool = False
    detail: str = ""


class NotPlain(Exception):
    """A result that holds something else than data."""


def pack(value: object) -> bytes:
    """Any value as bytes."""
    return pickle.dumps(value, protocol=5)


def unpack(data: bytes) -> Any:
    """The value in bytes that came from a worker. Raises NotPlain for what is not plain data."""
    try:
        return _Plain(io.BytesIO(data)).load()
    except NotPlain:
        raise
    except Exception as error:  # what is damaged can raise anything
        raise NotPlain(f"damaged ({type(error).__name__})") from error


class _Plain(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in PLAIN:
            return super().find_class(module, name)
        if module.startswith("customhouse.") and "." not in name:
            found = getattr(sys.modules.get(module), name, None) or super().find_class(module, name)
            if isinstance(found, type) and (dataclasses.is_dataclass(found) or issubclass(found, enum.Enum)):
                return found
        raise NotPlain(f"{module}.{name} is no plain data")
