"""What a sentence takes over from those before it, and may not mean.

`Exports of private enterprises rose 7%. Imports fell 2%.` leaves open whether the second figure is of
private enterprises too. Where a figure is contradicted as it was read, but holds without a partner,
product or owner that its own sentence does not name, it is not called wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import combinations

from customhouse.check.comparing import Figures, compare
from customhouse.check.model import Comparison, Verdict
from customhouse.model import Claim
from customhouse.vocabulary.tables import DIMENSION_LISTS, entries

_TABLES = {dimension: table for table, dimension in DIMENSION_LISTS.items()}


def without_carried(found: Comparison, sentence: str, figures: Figures) -> Comparison | None:
    """The comparison without dimensions that the sentence does not name, where the figure holds then."""
    text = sentence.lower()
    if not text:
        return None
    for left in _unnamed(found.read, text):
        wider = replace(found.read, slice=replace(found.read.slice, **dict.fromkeys(left)))
        again = compare(wider, figures)
        if again.verdict in (Verdict.HOLDS, Verdict.OTHER_BASE):
            return replace(again, read=found.read, without=left)
    return None


def _unnamed(read: Claim, text: str) -> Iterator[tuple[str, ...]]:
    """The dimensions that a sentence does not name: all of them, then fewer."""
    carried = [d for d in read.slice.narrowing() if not _names(text, d, getattr(read.slice, d))]
    for count in range(len(carried), 0, -1):
        yield from combinations(carried, count)


def _names(text: str, dimension: str, code: str) -> bool:
    """Whether a text, in lower case, names a code or one of those joined in it."""
    forms = _forms(dimension)
    return any(form in text for part in code.strip("!").split("+") for form in forms.get(part, ()))


@cache
def _forms(dimension: str) -> dict[str, tuple[str, ...]]:
    """The forms of every code of a dimension, in lower case."""
    return {
        entry.code: tuple(form.lower() for form in (*entry.forms("en"), *entry.forms("zh")))
        for entry in entries(_TABLES[dimension])
    }
