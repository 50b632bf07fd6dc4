"""What a figure can mean: its measure, what the measure is of, and its sign."""

from __future__ import annotations

from dataclasses import dataclass

from customhouse.vocabulary.lexicon import Match


@dataclass(slots=True)
class Sense:
    """The measure of a group of numbers, what it is of, and its sign."""

    measure: str
    of: str | None = None
    sign: float = 1.0
    absorbs: bool = False
    cue: Match | None = None


def sign_of(move: Match) -> float:
    """-1.0 for a word of falling, 1.0 for one of rising and for one that can be both."""
    return -1.0 if "down" in move.tags and "up" not in move.tags else 1.0


def gap_sign(gap: Match) -> float:
    """-1.0 for a comparison downwards, 1.0 for one upwards and for one that can be both."""
    return -1.0 if "gapdown" in gap.tags and "gapup" not in gap.tags else 1.0
