"""Questions in plain words answered, in the words of one language, for the page Ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal, cast

from customhouse.check.model import origins
from customhouse.describe import describe
from customhouse.model import Claim

if TYPE_CHECKING:
    from customhouse.ask import Part
    from customhouse.web.held import HeldDesk


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of an answer: characters `start` to `end` of its text, and how it was computed."""

    start: int
    end: int
    text: str
    claim: str
    arithmetic: tuple[str, ...]
    origin: str
    source: str
    vintages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Answered:
    """The reply to one question. Where it was refused, `refusal` says why, `words` which words were not
    understood, and `nearest` what can be asked instead; else these are empty.
    """

    question: str
    lead: str = ""
    text: str = ""
    figures: tuple[Figure, ...] = ()
    notes: tuple[str, ...] = ()
    query: str = ""
    command: str = ""
    python: str = ""
    headings: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    numeric: tuple[bool, ...] = ()
    """Which columns hold numbers."""
    refusal: str = ""
    words: str = ""
    nearest: str = ""


def warm(desk: HeldDesk) -> None:
    """Load what answering needs."""
    from customhouse.ask import ask  # noqa: F401 - loads what it needs


def ask(
    desk: HeldDesk,
    text: str,
    language: str,
    as_of: date | None = None,
    source: str | None = None,
    currency: str | None = None,
) -> tuple[Answered, ...]:
    """The replies to the questions in a text, in order. Raises QueryError."""
    to = cast("Literal['en', 'zh']", language)
    reply = desk.ask(text, language=to, as_of=as_of, source=source, currency=currency)
    return tuple(_answered(part, language) for part in reply.parts)


def _answered(part: Part, language: str) -> Answered:
    from customhouse.ask import showing

    if part.refusal is not None:
        refusal = part.refusal
        return Answered(
            part.question, notes=part.notes, refusal=refusal.reason, words=refusal.words,
            nearest=refusal.nearest or "",
        )  # fmt: skip
    headings, rows = part.table.table(language) if part.table is not None else ((), ())
    grown = part.table is not None and any(isinstance(row.growth, Claim) for row in part.table)
    figures = 2 if grown else 1
    command, python = (showing.command(part.query), showing.python(part.query)) if part.query else ("", "")
    return Answered(
        part.question, part.lead, part.passage.text if part.passage else "", _figures(part, language),
        part.notes, part.query, command, python, headings, rows,
        tuple(heading >= len(headings) - figures for heading in range(len(headings))),
    )  # fmt: skip


def _figures(part: Part, language: str) -> tuple[Figure, ...]:
    """The figures that the answer states, each with the exact claim behind it."""
    if part.passage is None:
        return ()
    behind = dict(enumerate(part.computed))
    return tuple(
        _figure(stated, behind.get(number, stated), language)
        for number, stated in enumerate(part.passage.claims) if stated.span is not None
    )  # fmt: skip


def _figure(stated: Claim, computed: Claim, language: str) -> Figure:
    from customhouse.check.words import arithmetic_words, cells_words

    assert stated.span is not None
    span, cells = stated.span, origins(computed)
    vintages = tuple(sorted({number for origin in cells for number in origin.vintages}))
    return Figure(
        span.start, span.end, span.text, describe(computed, language), arithmetic_words(computed, language),
        cells_words(cells, language), cells[0].source if cells else "", vintages,
    )  # fmt: skip
