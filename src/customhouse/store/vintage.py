"""What a manifest says: a load with its files, its counts, and the day from which it is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Literal

from customhouse.period import Period

Kind = Literal["declarations", "table", "texts"]
Part = Literal["cells", "tables", "lines", "flags", "quarantine", "claims"]
PARTS: tuple[Part, ...] = ("cells", "tables", "lines", "flags", "quarantine", "claims")


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A Parquet file of the store: its part, month (None where it has none), path in the store, rows."""

    part: Part
    month: int | None
    path: str
    rows: int


@dataclass(frozen=True, slots=True)
class Counts:
    """Lines of a load. `taken_in` is always `accepted + quarantined`; `flagged` are among the accepted."""

    taken_in: int = 0
    accepted: int = 0
    flagged: int = 0
    quarantined: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(a + b for a, b in zip(asdict(self).values(), asdict(other).values(), strict=True)))


@dataclass(frozen=True, slots=True)
class Vintage:
    """One load, committed: its number, source and kind, the day it was known, its files and counts.

    `replaces`: its months stand alone, lines of earlier loads no longer count. `resolves` has the
    quarantined lines (`vintage:input:row`) that it puts right.
    """

    number: int
    source: str
    kind: Kind
    known_on: date
    committed_at: str
    files: tuple[StoredFile, ...] = ()
    counts: Counts = Counts()
    reasons: Mapping[str, int] = field(default_factory=dict)
    inputs: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    currency: str = "CNY"
    reporter: str = "CHN"
    replaces: bool = False
    resolves: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    intake: Mapping[str, Any] = field(default_factory=dict)

    @property
    def order(self) -> tuple[date, int]:
        """By the day it was known, then by number: what comes later revises what came before."""
        return (self.known_on, self.number)

    def months(self) -> tuple[int, ...]:
        """The months that it has cells or figures for."""
        return tuple(
            sorted({f.month for f in self.files if f.month is not None and f.part in ("cells", "tables")})
        )

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        row = asdict(self) | {"known_on": self.known_on.isoformat()}
        row["files"] = [asdict(f) | {"month": month_text(f.month)} for f in self.files]
        return row

    @classmethod
    def from_dict(cls, row: dict[str, Any]) -> Vintage:
        """From JSON."""
        files = tuple(
            StoredFile(f["part"], month_number(f["month"]), f["path"], f["rows"]) for f in row["files"]
        )
        plain: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in row.items()}
        plain |= {
            "files": files,
            "counts": Counts(**row["counts"]),
            "known_on": date.fromisoformat(row["known_on"]),
        }
        return cls(**plain)


def month_text(month: int | None) -> str | None:
    """A month as 2025-03."""
    return None if month is None else str(Period(month, month))


def month_number(text: str | None) -> int | None:
    """The running number of a month written 2025-03."""
    return None if text is None else Period.parse(text).first
