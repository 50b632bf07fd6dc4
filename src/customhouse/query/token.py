"""A word or phrase of a question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Token:
    """A word or phrase with its place, what kind it is, its code, and what it carries (period, number)."""

    start: int
    end: int
    kind: str
    code: str
    text: str
    carries: Any = None
