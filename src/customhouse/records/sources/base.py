"""What all readers of official tables share: their options, and the shape of a reader."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from customhouse.records.sources.once import Seen
from customhouse.records.table import Batch

BATCH_ROWS = 100_000


@dataclass(frozen=True, slots=True)
class Options:
    """What a file does not say about itself, and what to take from it.

    `reporter`, `flow`, `period` (as `Period.parse` takes it) and `unit` (as a table prints it:
    `USD 1,000`) stand in where the file is silent. `breakdowns` names dimensions whose breakdown
    rows are wanted beside the totals (`transport`). `value` names another value column than the
    usual one. `columns` maps outside column names to the names that the reader knows.

    `together` are the files of the same load, and `seen` what was read of them: what one file says
    again is not added to what another says. Without them each file is read by itself.
    """

    reporter: str | None = None
    flow: str | None = None
    period: str | None = None
    unit: str | None = None
    breakdowns: frozenset[str] = frozenset()
    value: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    batch_rows: int = BATCH_ROWS
    together: tuple[Path, ...] = ()
    seen: Seen | None = None


Read = Callable[[Path, Options], Iterator[Batch]]
Matches = Callable[[Path], bool]


@dataclass(frozen=True, slots=True)
class Source:
    """A reader of one outside format: its name, what it is, how to tell its files, how to read them."""

    name: str
    title: str
    matches: Matches
    read: Read
