"""Periods in the names of columns: beside words of flow, measure and unit, or months without a year."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from customhouse.records import coding, printed_periods
from customhouse.records.mapping.fiscal import label
from customhouse.records.propose.look import is_period
from customhouse.records.propose.published import undated
from customhouse.records.propose.said import across, lasting, said
from customhouse.records.propose.words import INSIDE, unit_in
from customhouse.vocabulary.tables import rows, split

_WORDS = ("flow", "measure", "months", "basis", "transport")
_EDGES = " -/.:,;_*\u2020\uff1a\uff0c"
_SHORTEST = 3
"""Shorter words are parts of periods: M is imports, and 2024M01 a month."""
YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")


def is_year(text: str) -> bool:
    """Whether a text is a whole year, fiscal or not."""
    if (found := label(text)) and found.sure:
        return found.span is None
    span = printed_periods.maybe(text)
    return span is not None and span[1] - span[0] == 11


def period_in(text: str) -> str | None:
    """The one period that a name of a column has in it, beside words of flow, measure and unit.

    A year is all of it only where the name has nothing else of a period that was not understood.
    """
    text = undated(text)
    if ending := lasting(text):
        return ending.period
    found = across(text) or _period_in(text)
    if found is None or "/" in found or found == text or not YEAR.search(found) or not is_year(found):
        return found
    return said(text).period


def _period_in(text: str) -> str | None:
    if is_period(text):
        return text
    if part := _of_a_fiscal_year(text):
        return part
    for piece in (INSIDE.sub(" ", text), *INSIDE.findall(text)):
        tokens = _tokens(piece)
        for length in range(len(tokens), 0, -1):
            spans = [tokens[at : at + length] for at in range(len(tokens) - length + 1)]
            fits = {period for span in spans if (period := _period(span))}
            if fits:
                alone = length == len(tokens) or not all(map(is_year, fits)) or _is_unit(tokens, fits)
                return fits.pop() if len(fits) == 1 and alone else None
    return None


def _is_unit(tokens: list[str], periods: set[str]) -> bool:
    """Whether what stands beside a year is a unit: `Rs. Crore 2022-23`."""
    rest = " ".join(token for token in tokens if token not in periods)
    return unit_in(rest) is not None


def _of_a_fiscal_year(text: str) -> str | None:
    """A fiscal year with the months of it that stand behind in brackets: `Exports 2023-24 (April-June)`."""
    for inside in INSIDE.findall(text):
        tokens = _tokens(INSIDE.sub(" ", text))
        whole = f"{' '.join(tokens)} ({inside})"
        if (found := label(whole)) and found.span and found.sure:
            return whole
    return None


def _period(tokens: list[str]) -> str | None:
    return next((text for text in (" ".join(tokens), "".join(tokens)) if is_period(text)), None)


def months_in(text: str) -> tuple[int, int] | None:
    """The month, or the first and last month, that a name has in it without a year: `Exports Jan`."""
    tokens = _tokens(INSIDE.sub(" ", text))
    fits = {span for token in tokens if (span := printed_periods.months(token))}
    if not fits and (part := printed_periods.part(" ".join(tokens))):
        return part
    return fits.pop() if len(fits) == 1 and not YEAR.search(text) else None


def bare(text: str) -> str:
    """A name without the words that say what it counts, and without its brackets."""
    return " ".join(_tokens(INSIDE.sub(" ", text)))


def _tokens(text: str) -> list[str]:
    """The parts of a name, without the words that say what it counts."""
    for pattern in _removed():
        text = pattern.sub(" ", text)
    return [part for token in text.replace("_", " ").split() if (part := token.strip(_EDGES))]


@cache
def _removed() -> tuple[re.Pattern[str], ...]:
    forms = sorted({form for form in _forms() if form}, key=lambda form: -len(form))
    return tuple(re.compile(whole_word(form), re.I) for form in forms)


def whole_word(form: str) -> str:
    """A pattern for a word: one of letters that have capitals stands alone."""
    escaped = re.escape(form)
    alone = form.isascii() or form.lower() != form.upper()
    return rf"(?<![^\W\d_]){escaped}(?![^\W\d_])" if alone else escaped


def _forms() -> Iterator[str]:
    for kind in _WORDS:
        for form, _ in coding.header_forms(kind):
            if len(form) >= _SHORTEST or not form.isascii():
                yield form
    for row in rows("headers"):
        if row["kind"] == "word":
            yield from (form for form in split(row["en_forms"]) if len(form) > _SHORTEST)
