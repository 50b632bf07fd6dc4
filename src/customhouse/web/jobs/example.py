"""A text to try the check on: the first sections of a release of the store, with some slips put in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from customhouse.errors import StoreError
from customhouse.model import Claim
from customhouse.period import Period

if TYPE_CHECKING:
    from customhouse.model import Language
    from customhouse.release.model import Figure
    from customhouse.web.held import HeldDesk

_SECTIONS = 2
_DIGIT = re.compile(r"[0-9](?=[^0-9]*$)")
_kept: dict[tuple[str, str, str | None], tuple[str, str]] = {}
_MOST_KEPT = 8


def example(desk: HeldDesk, language: str, source: str | None = None, slips: bool = True) -> str:
    """Sentences of a release of the latest quarter, or month, that hold but for a few planted slips.

    Two rates have changed places, a digit of a value is wrong, and the last digit of another is off by one.
    Raises StoreError where the store has no statistics, QueryError.
    """
    key = (desk.store.state, language, source)
    if key not in _kept:
        if len(_kept) >= _MOST_KEPT:
            _kept.clear()
        text, figures = _release(desk, language, source)
        _kept[key] = text, _changed(text, _slips(figures))
    return _kept[key][slips]


def _release(desk: HeldDesk, language: str, source: str | None) -> tuple[str, list[Figure]]:
    """The text of the first sections, and its figures with their places in it."""
    from customhouse.cube import sources
    from customhouse.release.compose import body

    there = source or next(iter(sources(desk.store)), None)
    if there is None:
        raise StoreError("the store has no statistics yet; load some with: customhouse load")
    period = _period(desk.statistics(None, there).months())
    to = cast("Language", language)
    (release,) = desk.release(period, (to,), source=there, charts=False).releases
    sections = release.sections[:_SECTIONS]
    passage = body(replace(release, sections=sections))
    figures = (figure for section in sections for part in section.paragraphs for figure in part.figures)
    return passage.text, [
        replace(figure, printed=printed) for figure, printed in zip(figures, passage.claims, strict=True)
    ]


def _period(months: Sequence[int]) -> Period:
    """The last quarter that is whole, where it is among the last months; else the last month."""
    last = (months[-1] + 1) // 3 * 3 - 1
    quarter = Period(last - 2, last)
    return quarter if set(months).issuperset(range(last - 2, last + 1)) else Period(months[-1], months[-1])


def _slips(figures: Sequence[Figure]) -> Iterator[tuple[int, int, str]]:
    """What is put in the place of which characters."""
    exact = [one for one in figures if one.printed.span and one.printed.bound == "exact"]
    yield from _exchanged([one.printed for one in exact if one.printed.measure == "growth"])
    values = [one for one in exact if one.printed.measure == "value" and one.printed.slice.narrowing()]
    for number, one in enumerate(values[:2]):
        upward = one.computed.value > one.printed.value
        yield from _digit(one.printed, 4 if number == 0 else 1 if upward else -1)


def _exchanged(rates: Sequence[Claim]) -> Iterator[tuple[int, int, str]]:
    """Two rates of one direction that are not alike, each in the place of the other."""
    for number, one in enumerate(rates):
        for other in rates[number + 1 :]:
            apart = abs(one.value - other.value) > max(one.step, other.step)
            if one.span and other.span and apart and (one.value < 0) == (other.value < 0):
                yield one.span.start, one.span.end, other.span.text
                yield other.span.start, other.span.end, one.span.text
                return


def _digit(claim: Claim, by: int) -> Iterator[tuple[int, int, str]]:
    """The last digit of a figure changed, where it needs no other."""
    found = _DIGIT.search(claim.span.text) if claim.span else None
    if claim.span and found:
        at, digit = claim.span.start + found.start(), int(found[0])
        yield at, at + 1, str(digit + by if 0 <= digit + by < 10 else digit - by)


def _changed(text: str, changes: Iterator[tuple[int, int, str]]) -> str:
    for start, end, put in sorted(changes, reverse=True):
        text = text[:start] + put + text[end:]
    return text
