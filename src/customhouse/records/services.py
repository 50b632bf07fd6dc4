"""What is known of a statistics service, and how patiently it is asked."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Service:
    """A statistics service: where it is, how its key is given, how fast it may be asked.

    The key comes from the environment variable `key_variable` and goes into the header or the query
    parameter of the name given. CUSTOMHOUSE_<NAME>_URL stands in for `url`.
    """

    name: str
    url: str
    key_variable: str | None = None
    key_header: str | None = None
    key_parameter: str | None = None
    per_minute: float = 60.0

    def base(self) -> str:
        """The address in use, without a slash at its end."""
        variable = f"CUSTOMHOUSE_{self.name.upper().replace('-', '_')}_URL"
        return (os.environ.get(variable) or self.url).rstrip("/")

    def key(self) -> str | None:
        """The key from the environment, None where there is none."""
        return (os.environ.get(self.key_variable) or None) if self.key_variable else None


@dataclass(frozen=True, slots=True)
class Patience:
    """How often and how long to wait. Times are seconds, `largest` is bytes."""

    attempts: int = 6
    first_wait: float = 1.0
    longest_wait: float = 120.0
    timeout: float = 120.0
    largest: int = 4 * 1024**3
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
