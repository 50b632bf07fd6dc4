"""Drafts out of a group of numbers: one for each number and each member of a list that it is said of."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from customhouse.period import Period
from customhouse.reader.adjustments import terms_of
from customhouse.reader.bases import base_of
from customhouse.reader.causes import KIND as CAUSE
from customhouse.reader.dating import dated_rank, end_period, is_current, period_of, status_of
from customhouse.reader.drafts import Draft
from customhouse.reader.frames import DIMS, Frame
from customhouse.reader.groups import Group
from customhouse.reader.lists import frames_of, levels_of
from customhouse.reader.senses import Sense
from customhouse.reader.tokens import Number
from customhouse.reader.walk import Walk
from customhouse.reader.wholes import set_against, set_whole
from customhouse.vocabulary import pattern, phrase, words

_LEVELS_OF = ("quantity", "count", "price")
_PAIR = 2
_LEAD, _TAIL = 40, 10
"""Characters before and after an amount of money within which it may be called a balance."""


def distribute(walk: Walk, group: Group, meaning: Sense, limit: int) -> list[Draft]:
    """One draft for each number and member of the list that it is said of."""
    frames = frames_of(walk, group, meaning, limit)
    if len(frames) == len(group.numbers) > 1:
        pairs = list(zip(group.numbers, frames, strict=True))
    else:
        pairs = [(number, frame) for number in group.numbers for frame in frames]
    levels = levels_of(walk, group) if len(frames) == len(group.numbers) > 1 else []
    drafts = [_draft(walk, group, number, frame, meaning, limit) for number, frame in pairs]
    for draft, level in zip(drafts, levels, strict=False):
        if meaning.of is None and level.sense.measure in _LEVELS_OF:
            draft.sense = replace(draft.sense, of=level.sense.measure)
    _set_paired(walk, group, drafts)
    _set_signs(walk, group, drafts)
    if meaning.measure == "contribution":  # of goods that the cause leaves out one is said of all
        drafts = [d for n, d in enumerate(drafts) if not any(_same(d, other) for other in drafts[:n])]
    if group.ranged and len(drafts) == 2:
        _set_end_years(*drafts)
        based = any(w.base and w.end <= group.start for w in walk.sentence.whens)
        if walk.sentence.language == "zh" and not based:
            _set_earlier(*drafts)
    return drafts


def _same(one: Draft, other: Draft) -> bool:
    """Whether two drafts say the same of one number."""
    told = (one.number, one.dims, one.flow, one.subject)
    return told == (other.number, other.dims, other.flow, other.subject)


def _set_paired(walk: Walk, group: Group, drafts: list[Draft]) -> None:
    """In Chinese two rates in one list may be those of the quantity and of the value of one good."""
    s = walk.sentence
    if s.language != "zh" or len(drafts) != _PAIR:
        return
    if told := pattern("paired_measures_zh").search(s.lower, s.start, group.start):
        for draft, of in zip(drafts, ("quantity", None) if told["q"] else (None, "quantity"), strict=True):
            draft.sense = replace(draft.sense, of=of)


def _draft(walk: Walk, group: Group, number: Number, frame: Frame, meaning: Sense, limit: int) -> Draft:
    """The draft of one number in one frame."""
    s = walk.sentence
    current = is_current(walk, number)
    period, base = _periods(walk, group, number, frame, meaning, limit, current)
    dims = {d: "+".join(sorted(set(frame.dims[d]))) for d in DIMS if frame.dims.get(d)}
    draft = Draft(number, meaning, frame.copy(), dims, frame.flow, period, base, subject=frame.subject)
    if meaning.measure == "count" and number.unit == "country" and "partner" not in walk.fresh:
        draft.dims.pop("partner", None)  # as many countries are not of one of them
    draft.since = next((w.period.first for w in s.whens if w.since and w.period), None)
    draft.flow_near = _flow_near(walk, group, limit)
    set_whole(walk, group, draft)
    set_against(walk, group, draft)
    if meaning.measure == "value":
        _set_balance(walk, draft)
    elif (meaning.measure, meaning.of, draft.flow) == ("change", None, "balance") and frame.deficit:
        draft.sense = replace(meaning, sign=-meaning.sign)  # a deficit that grows is a balance that falls
    draft.note = draft.note or _note(number, current or period is None and _undated(walk, number))
    draft.terms = terms_of(walk, group)
    draft.status = status_of(walk, group)
    if meaning.measure == "contribution" and CAUSE in number.extra:
        _set_cause(walk, draft)
    own = s.cues(number.start, number.end, "subject")
    if own and number.extra.get("days"):
        draft.subject = own[0].tags["subject"]  # working days, whatever they did to exports
    return draft


def _set_balance(walk: Walk, draft: Draft) -> None:
    """The sign of a balance, and its flow where only the words right around the amount call it one."""
    s, number = walk.sentence, draft.number
    before = s.lower[max(s.start, number.start - _LEAD):number.start]
    after = s.lower[number.end:number.end + _TAIL]
    english = s.language == "en"
    named = pattern("balance_of_en").search(before) if english else pattern("balance_zh_after").match(after)
    if named and number.kind == "money":
        draft.flow = "balance"
        number.negative = number.negative or named["word"] in words("deficit_words")
    elif draft.flow == "balance" and draft.frame.deficit:
        number.negative = True


def _set_cause(walk: Walk, draft: Draft) -> None:
    """What moved growth; where it is that of a part alone, the whole is what the part is of.

    `working days` are what moved it, and no subject of their own.
    """
    cause = draft.number.extra[CAUSE]
    draft.factor, draft.sense = cause.factor, replace(draft.sense, sign=cause.sign)
    part = dict(cause.part)
    start, end = walk.clause_start(draft.number.start), draft.number.start
    if not any(m.dim == "commodity" and start <= m.start < end for m in walk.mentions):
        draft.dims.pop("commodity", None)  # prices of some goods moved the growth of all
    draft.dims = part if cause.overall else draft.dims | part
    if part and draft.whole is None:
        draft.whole = dict.fromkeys(part)
    if draft.subject in words("cause_subjects"):
        draft.subject = None
        draft.flow = draft.flow or walk.scope.flow


def _undated(walk: Walk, number: Number) -> bool:
    """Whether the words before a number say that it is of no period in particular: `at present`."""
    cues = walk.sentence.cues(walk.sentence.start, number.start, "when")
    return any(word.tags["when"] == "anyperiod" for word in cues)


def _note(number: Number, current: bool) -> str | None:
    """Which readings a figure has where the words leave more than one."""
    if current:
        return phrase("note_period", "en")
    return phrase("note_fold", "en").format(number.value) if number.extra.get("fold") else None


def _periods(walk: Walk, group: Group, number: Number, frame: Frame, meaning: Sense,
             limit: int, current: bool) -> tuple[Period | None, Period | None]:
    """The period of a number and the one that it is compared with."""
    if group.ranged and (own := end_period(walk, number)):
        return own, None
    if current:
        return None, None
    period = period_of(walk, group, limit, number, frame)
    base = base_of(walk, group, limit, period, meaning.measure)
    return period if dated_rank(walk, meaning, limit) else None, base


def _flow_near(walk: Walk, group: Group, limit: int) -> bool:
    """Whether a count is of traders by flow, not of a register."""
    s = walk.sentence
    if "aeo" in walk.frame.dims.get("enterprise", []):  # they are on a list, whatever they trade
        return any(m.dim == "flow" and m.start < group.start for m in walk.mentions)
    if group.numbers[0].unit == "train":
        start = walk.clause_start(group.start)
        return any(m.dim == "flow" and start <= m.start < group.start for m in walk.mentions)
    if "flow" in walk.fresh:
        return True
    if s.cues(walk.clause_start(group.start), limit, "registry"):
        return False
    return bool(s.cues(s.start, s.end, "flow", "among", "anaphor"))


def _set_signs(walk: Walk, group: Group, drafts: list[Draft]) -> None:
    """In `up 0.6% and down 0.3% respectively` each number has the sign of its own verb."""
    if len(group.numbers) < 2 or drafts[0].sense.measure not in ("growth", "change"):
        return
    if len(group.numbers) == 2 and (told := _opposites(walk, group)):
        for draft in drafts:
            draft.sense = replace(draft.sense, sign=told[draft.number is not group.numbers[0]])
        return
    sign = next(d.sense.sign for d in drafts if d.number is group.numbers[0])
    for before, number in pairwise(group.numbers):
        verbs = walk.sentence.cues(before.end, number.start, "up", "down")
        if verbs:
            sign = -1.0 if "down" in verbs[-1].tags else 1.0
        for draft in drafts:
            if draft.number is number:
                draft.sense = replace(draft.sense, sign=sign)


def _opposites(walk: Walk, group: Group) -> tuple[float, float] | None:
    """The signs of two numbers of which one is a rise and one a fall: `一降一升，幅度分别为`."""
    s = walk.sentence
    told = None
    if s.language == "zh":
        told = pattern("opposite_zh").search(s.lower, max(s.start, group.start - _LEAD), group.start)
    return told and ((1.0, -1.0) if told["first"] else (-1.0, 1.0))


def _set_earlier(first: Draft, last: Draft) -> None:
    """`from x to y` of one period: a rate that moved is of the month before, a share of the year before."""
    period = last.period
    if period is None or first.period != period or first.number.kind != "%":
        return
    if first.sense.measure == "growth" and period.months == 1:
        first.period = period.shift(-1)
    elif first.sense.measure == "share":
        first.period = period.year_earlier()


def _set_end_years(first: Draft, last: Draft) -> None:
    """`from x to y` over several years: x is of the first year, y of the last."""
    period = first.period
    if period and period.months >= 24 and period.months % 12 == 0:
        first.period = Period(period.first, period.first + 11)
        last.period = Period(period.last - 11, period.last)
