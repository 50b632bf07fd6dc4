"""A claim in the making: what the walk over a sentence knows of a number before it is written as a claim."""

from __future__ import annotations

from dataclasses import dataclass

from customhouse.model import HOME
from customhouse.period import Period
from customhouse.reader.frames import Frame
from customhouse.reader.senses import Sense
from customhouse.reader.tokens import Number

Changes = dict[str, str | None]
"""How another slice differs from a draft's own: dimension -> code, or None where it is dropped."""


@dataclass(slots=True)
class Draft:
    """A claim in the making: its number, sense, slice and periods.

    `owned`: a rank among the partners of another country."""

    number: Number
    sense: Sense
    frame: Frame
    dims: dict[str, str]
    flow: str | None
    period: Period | None
    base: Period | None
    whole: Changes | None = None
    against: Changes | None = None
    subject: str | None = None
    terms: str | None = None
    factor: str | None = None
    status: str | None = None
    note: str | None = None
    threshold: float | None = None
    since: int | None = None
    flow_near: bool = True
    owned: bool = False


def reporter_of(draft: Draft, home: str) -> str | None:
    """The reporter to write: none for China."""
    code = draft.frame.reporter or home
    return None if code == HOME else code
