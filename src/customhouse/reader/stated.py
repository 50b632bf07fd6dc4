"""Records, ranks, streaks, multiples, flat growth: figures in words whose measure the words state."""

from __future__ import annotations

from customhouse.reader.amounts import multiple
from customhouse.reader.context import Context
from customhouse.reader.senses import Sense
from customhouse.reader.tokens import Number
from customhouse.vocabulary import pattern

_CLOSE, _TOLD = 10, 14
"""Characters after a run of periods within which a word for a move is that of the run."""
_BESIDE = 12
"""Characters between a run of periods and the amount that it is about."""


def stated(c: Context, number: Number) -> Sense:
    """The sense of a number whose measure is known: what it is of is not."""
    rule = _RULES.get(number.measure or "")
    return rule(c, number) if rule else _other(c, number)


def _record(c: Context, number: Number) -> Sense:
    return Sense("record", _record_of(c))


def _record_of(c: Context) -> str | None:
    """What stands at a record: growth, a count, a quantity, a share, or (None) the value."""
    if _record_rate(c):
        return "growth"
    level = c.number.extra.get("level")
    if isinstance(level, Number) and level.unit == "enterprise":
        return "count"
    if c.before("share") and not c.english:
        return "share"
    if c.before("number", wide=True) or c.counting():
        return "count"
    last = c.previous
    priced = last is not None and "price" in (last.sense.measure, last.sense.of)
    if c.before("price") or last and priced and not c.since(last.number.end, "flow", "volume"):
        return "price"
    if c.before("volume") or c.counted_before() == "quantity":
        return "quantity"
    if c.sentence.cues(c.begin, c.limit, "share") or c.last and c.last.measure == "share":
        return "share"
    return None


def _record_rate(c: Context) -> bool:
    rate = pattern(f"record_rate_{c.sentence.language}")
    own = c.since(c.near, "flow", "number")
    start = c.near if own or not c.drafts else c.clause_start(c.drafts[-1].number.start)
    clause = c.sentence.lower[start:c.group.start]
    return bool(rate.search(clause) or rate.search(c.number.extra.get("text", "")))


def _rank(c: Context, number: Number) -> Sense:
    """A place by value, unless the words right around it say by what else: `ranked second in growth`."""
    rate = pattern(f"record_rate_{c.sentence.language}")
    opened = c.english and pattern("in_terms_of_growth_en").match(c.sentence.lower, c.sentence.start)
    if opened or rate.search(c.sentence.lower, c.near, c.group.start) or c.followed("in_growth_en"):
        return Sense("rank", "growth")
    word = c.before("volume", "number")
    return Sense("rank", None if word is None else c.of())


def _streak(c: Context, number: Number) -> Sense:
    """A run of periods: of growth where moves are named and no amount stands by."""
    if not c.english and c.sentence.cues(number.end, number.end + _CLOSE, "up", "down"):
        return Sense("streak", "growth")
    masses = (n for n in c.sentence.numbers if n.kind == "mass")
    if any(number.start - n.end < _BESIDE and n.start - number.end < _BESIDE for n in masses):
        return Sense("streak", "quantity")
    grows = c.sentence.cues(c.near, min(c.limit, number.end + 40), "up", "down")
    moves = pattern(f"move_of_streak_{c.sentence.language}")
    if grows and moves.search(c.sentence.lower, c.near, number.end + _TOLD):
        return Sense("streak", "growth")
    amounts = (n for n in c.sentence.numbers if n.kind == "money" and c.near <= n.start < c.limit + 30)
    return Sense("streak", "growth" if grows and not any(amounts) else None)


def _growth(c: Context, number: Number) -> Sense:
    falls = number.negative or c.before("down") and not number.extra.get("flat")
    return Sense("growth", c.growth_of(), -1.0 if falls else 1.0)


def _multiple(c: Context, number: Number) -> Sense:
    return multiple(c)


def _share(c: Context, number: Number) -> Sense:
    return Sense("share", c.of() or number.of)


def _other(c: Context, number: Number) -> Sense:
    return Sense(number.measure or "", number.of)


_RULES = {
    "record": _record, "rank": _rank, "streak": _streak, "growth": _growth, "multiple": _multiple,
    "share": _share,
}
