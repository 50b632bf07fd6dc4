"""What the commands `target` tell of what was read: counts that add up, what to mind, in the singular too."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from customhouse.desk import targeting_words as words
from customhouse.desk.targeting_words import word
from customhouse.terminal import plain
from customhouse.vocabulary.lexicon import plural

if TYPE_CHECKING:
    from customhouse.targeting.intake.declarations import Declared
    from customhouse.targeting.intake.notes import Note
    from customhouse.targeting.intake.outcomes import Outcomes

_COUNTED = ("outcome_blank", "outcome_rows")
_NOUNS = ("row", "declaration", "simulated declaration", "outcome", "inspection", "budget", "rule",
          "accredited trader")  # fmt: skip
_ONE = {plural(one): one for one in _NOUNS}
_MANY = re.compile(rf"(?<![\d.,\w-])1 ({'|'.join(_ONE)})\b")
_INDENT = "  "
_LONGEST = 60
"""Characters of what is quoted from a file at most."""


def account(declared: Declared, language: str, outcomes: Outcomes | None = None) -> list[str]:
    """What was read, set aside and flagged, and where something stands first that wants mending."""
    of_declared = words.account(declared, language)
    lines = [*of_declared, *notes(declared.notes, language)]
    if outcomes is not None:
        lines += words.account(declared, language, outcomes)[len(of_declared) :]
        counts = ((code, outcomes.counts[code]) for code in _COUNTED)
        lines += [f"{_INDENT}{words.count(n)} {word(f'count_{code}', language)}" for code, n in counts if n]
        lines += notes(outcomes.notes, language)
    return lines


def notes(found: Iterable[Note], language: str) -> list[str]:
    """What to mind, a line each."""
    return [
        word(f"note_{one.code}", language, count=words.count(one.count),
             **{name: cut(said) for name, said in one.said.items()})
        for one in found
    ]  # fmt: skip


def cut(text: str) -> str:
    """What is quoted from a file: nothing that a terminal would act on, and no more than fits a line."""
    shown = plain(text)
    return shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}\N{HORIZONTAL ELLIPSIS}"


def one_of(line: str) -> str:
    """A line with one of a kind in the singular."""
    return _MANY.sub(lambda found: f"1 {_ONE[found[1]]}", line)


def as_data(found: Iterable[Note]) -> list[dict[str, Any]]:
    """Notes as plain data."""
    return [{"code": one.code, "count": one.count, **one.said} for one in found]
