"""What is proposed for a file: keys of a mapping, and remarks."""

from __future__ import annotations

from dataclasses import dataclass, field

from customhouse.records.mapping.model import Mapping
from customhouse.records.propose.found import Raw


@dataclass
class Proposal:
    """A proposed mapping: as keys, as a mapping where it would load, and the remarks to it."""

    raw: Raw
    remarks: list[str] = field(default_factory=list)
    mapping: Mapping | None = None
    guesses: dict[str, list[str]] = field(default_factory=dict)
    """The columns of one guess."""

    @property
    def checks(self) -> list[str]:
        """The remarks on what is a guess or cannot be told."""
        return [remark for remark in self.remarks if remark.startswith("CHECK")]
