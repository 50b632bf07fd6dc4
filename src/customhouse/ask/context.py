"""What was said before a question: statements and earlier questions tell what it leaves open."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from customhouse.ask.hearing import BALANCES, Heard, walk
from customhouse.ask.parting import dimension_of
from customhouse.ask.sentences import Sentence
from customhouse.errors import QueryError
from customhouse.model import HOME
from customhouse.query.model import TIMES
from customhouse.query.said import Said
from customhouse.query.tokens import Token

_SLICED = ("flow", "partner", "commodity", "enterprise", "region", "regime", "transport")


def overhear(sentence: Sentence, latest: int | None) -> Said:
    """What a statement is about, as far as it can be told: the last word for each dimension, its period."""
    said = Said(sentence.text, latest)
    dims: dict[str, Token] = {}
    for token in sentence.tokens:
        if token.kind in _SLICED and token.code != HOME:
            dims[token.kind] = token
    for kind, token in dims.items():
        said.mention(kind, ["balance" if token.code in BALANCES else token.code], token.start)
    times = [t for t in sentence.tokens if t.kind in ("when", "latest", "last")]
    if times:
        _walk_leniently(said, times[-1:])
    return said


def inherit(said: Said, context: Said, everything: bool, sought: Collection[str] = ()) -> None:
    """Take what was said before: the slice where none is named (or what is left open), the period."""
    own = {m.dimension for m in said.mentions}
    if everything or not own:
        said.mentions += [
            replace(m, at=-1) for m in context.mentions if m.dimension not in (own | set(sought))
        ]
    if not said.periods and not said.by and context.periods:
        said.periods = list(context.periods)
        said.to_date = context.to_date


def sought(heard: Heard) -> set[str]:
    """The dimensions that are asked for, which nothing said before fills."""
    seeks = heard.has("which") or heard.has("order")
    return {dimension_of(axis) for axis in heard.codes("axis") if axis not in TIMES} if seeks else set()


def complete(heard: Heard, context: Said) -> None:
    """One thing compared is compared with what was spoken of before, by the measure of that."""
    said = heard.said
    if not heard.has("hole", "compare") or not heard.has("refer"):
        return
    before = {m.dimension: m for m in context.mentions}
    other = [m for m in said.mentions if m.dimension in before and before[m.dimension].codes != m.codes]
    if len(other) == 1 and len(other[0].codes) == 1:
        other[0].codes = list(dict.fromkeys((*before[other[0].dimension].codes, *other[0].codes)))
        said.measures = said.measures or list(context.measures)


def unreferred(heard: Heard) -> list[str]:
    """Words such as `these regions` where no region was spoken of."""
    told = {m.dimension for m in heard.said.mentions}
    named = heard.cues.get("refer", [])
    return [words for code, words in named if code != "refer" and code not in told]


def _walk_leniently(said: Said, found: list[Token]) -> None:
    try:
        walk(said, found)
    except QueryError:
        return
