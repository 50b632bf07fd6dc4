"""Claims of texts and figures of tables as sources, with their intervals under each mode of rounding."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from customhouse.model import Claim
from customhouse.quantity import Interval
from customhouse.series.model import MODES, Computed, Ends, Role, Source, Stated
from customhouse.series.solving import said


def source_of_text(one: Stated, mentions: int = 1) -> Source:
    """A claim of a text as a source."""
    ends = ends_of(one.claim)
    return Source(one.claim, "text", one.place, ends, one.known_on, one.vintage, mentions=mentions)


def source_of_table(one: Computed) -> Source:
    """A computed figure as a source."""
    role: Role = "counts" if one.latest else "superseded"
    return Source(one.claim, "table", one.source, ends_of(one.claim), one.known_on, one.vintage, role)


def ends_of(claim: Claim) -> Ends:
    """What a claim allows under each mode of rounding."""
    return {mode: clean(said(claim, mode)) for mode in MODES}


def clean(ends: Interval) -> Interval:
    """The interval without the noise of binary fractions."""
    low, high = (float(f"{end:.12g}") for end in (ends.low, ends.high))
    return Interval(low, high, ends.open_low, ends.open_high)


def texts(stated: Iterable[Stated]) -> list[Source]:
    """Texts as sources, the earliest first; a figure that a text states again and again is one."""
    groups: dict[tuple[object, ...], list[Stated]] = {}
    for one in stated:
        c = one.claim
        groups.setdefault((one.place, one.vintage, c.value, c.bound, c.step), []).append(one)
    found = [source_of_text(group[0], len(group)) for group in groups.values()]
    return sorted(found, key=when)


def when(source: Source) -> tuple[date, int]:
    """The order in which sources were known; those without a day come last."""
    return source.known_on or date.max, source.vintage or 0
