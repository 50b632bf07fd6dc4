"""What was found of a table: the parts of its columns, keys of a mapping, what was noticed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from customhouse.records.propose import words
from customhouse.records.propose.look import Column, Look

Raw = dict[str, Any]


@dataclass
class Roles:
    """What the columns of a table are, as keys of a mapping, and what was noticed."""

    raw: Raw = field(default_factory=dict)
    columns: dict[str, Column] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    taken: set[int] = field(default_factory=set)

    def take(self, role: str, column: Column, remark: str) -> None:
        """Gives a column its part."""
        self.columns[role] = column
        self.taken.add(column.at)
        self.remarks.append(f"{role}: column {column.name!r}, {remark}")

    def free(self, look: Look) -> Iterator[Column]:
        """The columns without a part so far."""
        return (
            column for column in look.columns if column.at not in self.taken and column.filled and column.name
        )

    def named(self, look: Look, role: str) -> list[Column]:
        """The columns without a part so far whose name is a word for a part."""
        return [column for column in self.free(look) if words.is_a("column", column.name) == role]
