"""Sentences to drafts: each number gets the measure, slice and period that the words around it give."""

from __future__ import annotations

from dataclasses import replace

from customhouse.model import HOME
from customhouse.reader.causes import mark_causes
from customhouse.reader.closings import close_walk
from customhouse.reader.comparisons import mark_compared
from customhouse.reader.drafts import Draft
from customhouse.reader.frames import WORLD, Frame
from customhouse.reader.groups import Group
from customhouse.reader.measures import sense
from customhouse.reader.openings import open_walk
from customhouse.reader.paragraphs import Paragraph, goes_on
from customhouse.reader.reach import absorb
from customhouse.reader.scope import Scope
from customhouse.reader.slices import distribute
from customhouse.reader.tokens import Sentence
from customhouse.reader.walk import Walk
from customhouse.reader.zones import mark_zones
from customhouse.vocabulary import mapping, pattern, words

_CONVERSIONS = ("(", "($", "(us$", "\uff08")
"""What stands between an amount and the same amount in another currency."""
_OPENINGS = (" (", "(u", "($")
_NEAR_STREAK = 60
"""Characters between a rank and how long it has been held."""
_NEAR_RANK = 16
"""Characters between two ranks of one list."""
_LASTING = {"en": {"region", "enterprise", "partner", "regime", "transport"}, "zh": {"region", "enterprise"}}
"""The dimensions that last into a strong clause which names its own, by language."""


class Interpreter:
    """Reads the sentences of one document in order."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self._paragraph = Paragraph()

    def read(self, sentence: Sentence) -> list[Draft]:
        """The drafts of one sentence; what it is about becomes the scope of the next."""
        walk = Walk(sentence, self.scope)
        mark_causes(walk)
        mark_zones(walk)
        open_walk(walk)
        mark_compared(walk)
        clause = 0
        for index, group in enumerate(walk.groups):
            last, clause = clause, sentence.strong_clause(group.start)
            if clause != last and walk.drafts:
                _enter_clause(walk, group, clause)
            walk.advance(walk.cursor, group.end)
            _read_group(walk, index)
            walk.frame, walk.beside = walk.beside or walk.frame, None
        walk.advance(walk.cursor, sentence.end)
        walk.look_ahead()
        close_walk(walk)
        self._paragraph.see(walk)
        return walk.drafts

    def new_paragraph(self, language: str) -> None:
        """What a paragraph was about does not hold for the next; its period is again the document's."""
        scope = self.scope
        self._paragraph.close(scope)
        self._paragraph = Paragraph()
        scope.ended = scope.frame, scope.period
        if not goes_on(scope, language):
            scope.period = scope.calendar.current = scope.headed or scope.main
        scope.frame = Frame()
        scope.share, scope.counted = False, None
        scope.seen, scope.goods, scope.regime = {}, [], []
        scope.dated = scope.off_topic = False


def _enter_clause(walk: Walk, group: Group, clause: int) -> None:
    """After a semicolon or `while`: what only the last clause named is dropped if this one names its own."""
    s = walk.sentence
    begin = s.strong[clause - 1] if clause else walk.cursor
    walk.advance(walk.cursor, begin)
    walk.look_ahead()
    named = {m.dim for m in walk.mentions
             if begin <= m.start < group.start and not walk.zoned(m.start)}
    if not named or s.cues(begin, group.start, "among"):
        return
    own = named - {"flow"}
    if bool(own) == (s.language == "zh"):
        walk.frame.widen(keep=(_LASTING[s.language] | set(walk.scope.topics)) - (own & {"region"}))


def _read_group(walk: Walk, index: int) -> None:
    """Makes the drafts of one group of numbers."""
    group = walk.groups[index]
    begin, limit = walk.previous_end(group), walk.stop(group.end)
    meaning = sense(walk.sentence, group, begin, limit, walk.frame, walk.drafts, walk.scope)
    if meaning is None or _convert(walk, group):
        return
    limit = _past_conversion(walk, index, limit)
    absorb(walk, group, limit, meaning)
    if meaning.measure in ("quantity", "price"):
        _take_up_goods(walk)
    made = distribute(walk, group, meaning, limit)
    if meaning.measure == "rank":
        _set_rank_flow(walk, group, made)
        _set_rank_owner(walk, group, made)
    elif meaning.measure == "streak":
        _of_rank_before(walk, made)
    walk.drafts.extend(made)
    walk.named_since = set()
    if meaning.measure in ("share", "share_change"):
        walk.scope.share = True


def _of_rank_before(walk: Walk, made: list[Draft]) -> None:
    """A streak right behind a rank says how long that has been held: it is of the same."""
    last = walk.drafts[-1] if walk.drafts else None
    if last is None or last.sense.measure != "rank" or made[0].number.start - last.number.end > _NEAR_STREAK:
        return
    for draft in made:
        draft.flow, draft.dims, draft.subject = last.flow, dict(last.dims), last.subject
        draft.frame, draft.owned = last.frame.copy(), last.owned


def _take_up_goods(walk: Walk) -> None:
    """A quantity is always of some goods: those of the last quantity where none are named."""
    goods = walk.frame.dims.get("commodity")
    if goods:
        walk.scope.goods = list(goods)
    elif walk.scope.goods and not walk.frame.subject and not walk.frame.dims.get("transport"):
        walk.frame.dims["commodity"] = list(walk.scope.goods)


def _convert(walk: Walk, group: Group) -> bool:
    """An amount in brackets right after an amount in another currency says the same again."""
    last = walk.drafts[-1] if walk.drafts else None
    number = group.numbers[0]
    if not last or number.kind != "money" or last.number.kind != "money" or len(group.numbers) > 1:
        return False
    between = walk.sentence.lower[last.number.end:group.start].strip(" ")
    if between not in _CONVERSIONS or number.unit == last.number.unit:
        return False
    number.negative = last.number.negative
    walk.drafts.append(replace(last, number=number, frame=last.frame.copy()))
    return True


def _past_conversion(walk: Walk, index: int, limit: int) -> int:
    """The limit after a conversion in brackets, so that `X yen (Y dollars) deficit` is read whole."""
    group, lower = walk.groups[index], walk.sentence.lower
    after = walk.groups[index + 1] if index + 1 < len(walk.groups) else None
    if not after or after.start != limit:
        return limit
    if group.numbers[0].kind != "money" or lower[group.end:group.end + 2] not in _OPENINGS:
        return limit
    close = lower.find(")", after.end, after.end + 3)
    return walk.stop(close + 1) if close >= 0 else limit


def _set_rank_owner(walk: Walk, group: Group, made: list[Draft]) -> None:
    """`China is Africa's largest partner`: the rank is China's among the partners of another."""
    s = walk.sentence
    if walk.scope.reporter != HOME:
        return
    owns = pattern(f"owns_rank_{s.language}")
    owner = next((w for w in s.cues(s.start, group.start, "partner") if w.tags["partner"] not in (HOME, WORLD)
                  and owns.fullmatch(s.lower, w.end, group.start)
                  and not s.lower.endswith(words(f"within_{s.language}"), 0, w.start)), None)
    code = owner.tags["partner"] if owner else None
    if owner is None:
        code = _goes_on_rank(walk, group)
    elif not any(w.tags["home"] == "home" for w in s.cues(s.start, owner.start, "home")):
        return
    for draft in made if code else ():
        draft.frame.reporter, draft.owned = code, True
        draft.dims = {d: c for d, c in draft.dims.items() if d != "partner"} | {"partner": HOME}


def _goes_on_rank(walk: Walk, group: Group) -> str | None:
    """Whose rank the one before in a list is: `the second-largest partner and third-largest market of`."""
    last = walk.drafts[-1] if walk.drafts else None
    if last is None or last.sense.measure != "rank" or last.dims.get("partner") != HOME:
        return None
    near = group.start - last.number.end < _NEAR_RANK
    return last.frame.reporter if near else None


def _set_rank_flow(walk: Walk, group: Group, made: list[Draft]) -> None:
    """`second-largest importer` says what flow it is about."""
    s = walk.sentence
    noun = group.numbers[0].extra.get("noun") or s.lower[group.end:group.end + 8]
    for word, flow in mapping(f"rank_flows_{s.language}").items():
        if word in noun:
            if "flow" not in walk.fresh or walk.frame.flow is None:
                walk.frame.see_flow(flow)
            for draft in made:
                draft.flow, draft.subject = flow, None
            return
