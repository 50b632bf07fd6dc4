"""What makes a word of direction none: a doubt, a wish, a figure that it belongs to, a longer expression."""

from __future__ import annotations

from customhouse.reader.clauses import Clauses, Turn, ends
from customhouse.reader.tokens import Number
from customhouse.vocabulary import pattern, words

_SAID = ("%", "pp", "x", "streak", "record", "rank", "mass")
"""Figures that a word of direction before them belongs to; to an amount only where it says by how much."""


_LONG = ("streak", "record")
"""Figures that say of a balance how long or how rare it is, not that there is one."""


def holds(layout: Clauses, turn: Turn) -> bool:
    """Whether a word of direction states something of its own."""
    return not any(rule(layout, turn) for rule in _REFUSED)


def _doubtful(layout: Clauses, turn: Turn) -> bool:
    """A negation, wish, plan or condition in the clause, times such as May aside."""
    s = layout.sentence
    begin = min(layout.clause_of(turn.start), turn.head)
    found = pattern(f"direction_unsure_{s.language}").finditer(s.lower, begin, turn.end)
    foreseen = s.language == "zh" and s.cues(begin, turn.start, "status")
    future = words("direction_future_zh") if foreseen else ()
    return any(m[0] not in future and not layout.within(m.start()) for m in found)


def _cut_short(layout: Clauses, turn: Turn) -> bool:
    """What follows makes it part of something else: `growth momentum`, `deficit reduction`."""
    s = layout.sentence
    if any(turn.end <= w.start <= turn.end + 1 for w in s.whens):
        return False
    attributive = s.language == "zh" and s.lower[turn.start - 1] in words("attributive_mark_zh")
    if attributive and turn.of == "growth":
        return True
    run = pattern(f"direction_run_{s.language}")
    if run.search(s.lower, layout.clause_of(turn.start), ends(s, turn.end)):
        return True
    return not pattern(f"direction_after_{s.language}").match(s.lower[turn.stop:s.end])


def _figured(layout: Clauses, turn: Turn) -> bool:
    """A figure in the clause that the word belongs to: after it, or right before it."""
    s = layout.sentence
    stop = layout.clause_end(turn.end)
    flows = [w.start for w in layout.flows(turn.end, stop)]
    limit = min([stop, *flows[1:2]] if turn.of == "growth" and flows else [stop])
    after = [n for n in s.numbers if turn.end <= n.start < limit]
    if after and _belongs(layout, turn, after[0]):
        return True
    before = [n for n in s.numbers if n.end <= turn.start]
    return bool(before) and _said_before(layout, turn, before[-1])


def _belongs(layout: Clauses, turn: Turn, number: Number) -> bool:
    """Whether a figure after a word of direction is its size, or how long it lasted."""
    if turn.of == "value":
        return number.kind in ("money", "%", "pp", "x")
    if number.kind in _SAID:
        return True
    return number.kind != "time" and not pattern(f"to_{layout.sentence.language}").search(
        layout.sentence.lower[turn.end:number.start])


def _said_before(layout: Clauses, turn: Turn, number: Number) -> bool:
    """Whether a figure right before it is its size, or counts those of whom it is said."""
    if turn.of == "value" and number.kind in _LONG:
        return False
    between = layout.flows(number.end, turn.start)
    if number.end > layout.clause_of(turn.start) and number.kind in ("count", "bare", "streak", "record"):
        return True
    return not between and number.end >= layout.clause_of(turn.start)


def _driven(layout: Clauses, turn: Turn) -> bool:
    """A verb of driving before it without a time after: `drive growth of trade` says not that it grew."""
    s = layout.sentence
    drives = pattern(f"direction_drive_{s.language}").finditer(s.lower, turn.head, turn.start)
    last = max((m.end() for m in drives if not layout.within(m.start())), default=None)
    return last is not None and not any(last <= w.start < turn.start for w in s.whens)


def _lasting(layout: Clauses, turn: Turn) -> bool:
    """A beginning in the clause, `since 2018`: no one period has grown."""
    begin, end = layout.clause_of(turn.start), ends(layout.sentence, turn.end)
    return any(w.since and begin <= w.start < end for w in layout.sentence.whens)


def _compared(layout: Clauses, turn: Turn) -> bool:
    """`higher than` something else than an earlier time: `higher than imports`, `lower than expected`."""
    s = layout.sentence
    bare = s.language == "en" and pattern("direction_bare_en").search(s.lower, turn.start, turn.end)
    if not bare or not pattern("direction_than_en").match(s.lower, turn.end):
        return False
    end = ends(s, turn.end)
    timed = any(turn.end <= w.start < end for w in s.whens if w.base)
    return not timed and not s.cues(turn.end, end, "yoy", "mom", "qoq")


_REFUSED = (_compared, _lasting, _driven, _doubtful, _cut_short, _figured)
