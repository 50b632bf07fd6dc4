"""What the words and options of a question have said so far."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from customhouse.model import HOME
from customhouse.period import Period
from customhouse.query.reasons import refused


@dataclass(slots=True)
class Mention:
    """Codes of a dimension that were named, where, and whether they stand for their sum."""

    dimension: str
    codes: list[str]
    at: int
    joined: bool = False


@dataclass(slots=True)
class Said:
    """A question in the making. `single` has what can be said once, by name."""

    text: str
    latest: int | None
    home: str = HOME
    """Whose trade it is where nothing else is said: as a partner it is only meant after `to` and its like."""
    reporters: frozenset[str] | None = None
    """Who else reports; None where a country before a flow is not asked back."""
    mentions: list[Mention] = field(default_factory=list)
    measures: list[str] = field(default_factory=list)
    measured_at: int | None = None
    periods: list[Period] = field(default_factory=list)
    by: list[str] = field(default_factory=list)
    marks: list[tuple[str, int]] = field(default_factory=list)
    widened: list[str] = field(default_factory=list)
    together: bool = False
    to_date: bool = False
    single: dict[str, Any] = field(default_factory=dict)

    def put(self, name: str, value: object, words: str) -> None:
        """Say something once. Raises QueryError where something else was said."""
        if self.single.setdefault(name, value) != value:
            raise refused("already", word=words, name=name, value=self.single[name])

    def measure(self, code: str, at: int | None = None) -> None:
        """A measure is named."""
        if code not in self.measures:
            self.measures.append(code)
        if self.measured_at is None:
            self.measured_at = at

    def axis(self, code: str) -> None:
        """An axis is named."""
        if code not in self.by:
            self.by.append(code)

    def mention(self, dimension: str, codes: Iterable[str], at: int, joined: bool = False) -> Mention:
        """Codes are named."""
        self.mentions.append(Mention(dimension, list(codes), at, joined))
        return self.mentions[-1]
