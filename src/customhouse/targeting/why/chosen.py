"""Why a selection chose each declaration: by the model, by a rule, to learn from, or by chance."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from customhouse.errors import TargetingError
from customhouse.model import LANGUAGES
from customhouse.targeting.selection import EXPLORATION, MODEL, RANDOM, RED, RULE, YELLOW
from customhouse.targeting.why.facts import Fact
from customhouse.targeting.why.reasons import Cause, causes
from customhouse.targeting.why.wording import sentence

if TYPE_CHECKING:
    from customhouse.targeting.rulebook import Rulebook
    from customhouse.targeting.selection import Selection
    from customhouse.targeting.why.disclosure import Disclosure

Words = Mapping[str, Mapping[str, str]]
_RANKED = (Cause("rank", 0.0, Fact("ranked")),)
"""Of what the model chose though nothing raises its score: others of its office and day have lower ones."""


def chosen(
    model: Any, frame: Any, selection: Selection, rules: Rulebook | None = None, *, most: int = 4,
    lanes: Collection[int] = (YELLOW, RED), disclosure: Disclosure | None = None,
) -> tuple[tuple[Cause, ...], ...]:  # fmt: skip
    """For each row of a selection from a table why it is in its lane; nothing for rows in other `lanes`.

    A draw is told with its probability, a rule in its words (`rules` has them; else its name), what the
    model or exploration chose by the topics that raise its score (see `causes`). `model` may be None where
    there was none. Raises TargetingError for a table of another length.
    """
    import numpy as np

    if len(frame) != len(selection):
        raise TargetingError(f"{len(frame)} declarations, a selection of {len(selection)}; give its table")
    there = np.isin(selection.lane, list(lanes))
    scored = np.flatnonzero(there & np.isin(selection.basis, (MODEL, EXPLORATION))).tolist()
    found = causes(model, frame, scored, most=most, disclosure=disclosure) if model is not None else ()
    by_row = dict(zip(scored, found, strict=False))
    words = {rule.name: rule.words for rule in rules.rules} if rules is not None else {}
    return tuple(
        (*_basis(selection, row, words), *_model(selection, row, by_row), *_also(selection, row, words))
        if there[row] else ()
        for row in range(len(selection))
    )  # fmt: skip


def logged(given: Sequence[Sequence[Cause]]) -> list[dict[str, tuple[str, ...]] | None]:
    """The sentences of each row by language, as the decision log takes them; None for a row without."""
    return [
        {lang: tuple(sentence(one.fact, lang) for one in row) for lang in LANGUAGES} if row else None
        for row in given
    ]


def _basis(selection: Selection, row: int, words: Words) -> Iterator[Cause]:
    """The draw, the rule or the wish to learn that chose a row."""
    basis = int(selection.basis[row])
    if basis == RANDOM:
        yield Cause("random", 0.0, Fact("random", {"chance": float(selection.probability[row])}))
    if basis == EXPLORATION:
        yield Cause("exploration", 0.0, Fact("exploration"))
    if basis == RULE:
        yield _rule("rule", selection, int(selection.rule[row]), words)


def _model(selection: Selection, row: int, found: Mapping[int, tuple[Cause, ...]]) -> tuple[Cause, ...]:
    return found.get(row) or (_RANKED if int(selection.basis[row]) == MODEL else ())


def _also(selection: Selection, row: int, words: Words) -> Iterator[Cause]:
    """The rules that hold of a row besides."""
    by = int(selection.rule[row]) if int(selection.basis[row]) == RULE else -1
    for place in selection.matched(row):
        if place != by:
            yield _rule("rule_also", selection, place, words)


def _rule(code: str, selection: Selection, place: int, words: Words) -> Cause:
    name = selection.rules[place].name
    return Cause("rule", 0.0, Fact(code, {"rule": words.get(name, dict.fromkeys(LANGUAGES, name))}))
