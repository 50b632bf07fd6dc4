"""Which member of a list each number is said of: one frame for each number, or for each member."""

from __future__ import annotations

from customhouse.period import Period
from customhouse.reader.drafts import Draft
from customhouse.reader.frames import DIMS, FLOWS, Frame, Mention
from customhouse.reader.groups import Group
from customhouse.reader.numerals import number_word
from customhouse.reader.senses import Sense
from customhouse.reader.tokens import LEVELS, When
from customhouse.reader.walk import Walk
from customhouse.vocabulary import pattern, words

_RESPECTIVELY = 24
"""Characters after numbers within which `respectively` is theirs."""


def frames_of(walk: Walk, group: Group, meaning: Sense, limit: int) -> list[Frame]:
    """The frames that a group of numbers is said of: one a number, or all for one number."""
    dated = _dated(walk, group)
    if dated:
        return dated
    if group.ranged:
        return [walk.frame] * len(group.numbers)
    if len(group.numbers) > 1:
        return _of_levels_before(walk, group) or _respective(walk, group, limit)
    return _paired(walk, group) or _shared(walk, group, meaning, limit)


def _of_levels_before(walk: Walk, group: Group) -> list[Frame]:
    """`This was 0.9% and 3.9% less, respectively`: the levels of the sentence before, in their order."""
    s, pair = walk.sentence, walk.scope.pair
    if s.language != "en" or walk.drafts or len(pair) != len(group.numbers) or walk.fresh:
        return []
    if not pattern("that_was_en").match(s.lower, s.start):
        return []
    return [frame.copy() for frame in pair] if s.cues(s.start, s.end, "respectively") else []


# --- periods -----------------------------------------------------------------------------------


def _dated(walk: Walk, group: Group) -> list[Frame]:
    """`1.3% and 4.5% in the first and second quarters`: one frame for each period of a list."""
    run, count = _period_list(walk, group), len(group.numbers)
    if quarters := _quarters(walk, group):
        return [_in(walk.frame, quarter) for quarter in quarters]
    if count > 1 and (months := _months_listed(walk, run, count)):
        return [_in(walk.frame, month) for month in months]
    if count > 1 and len(run) != count:
        run = [w for w in walk.sentence.whens
               if group.end <= w.start < group.end + 60 and w.period and not w.base]
        return [_at(walk.frame, when) for when in run] if len(run) == count else []
    kinds = ("all",) if count == 1 else ("all", "respectively")
    if len(run) < 2 or not walk.sentence.cues(run[-1].end, group.start, *kinds):
        return []
    return [_at(walk.frame, when) for when in run]


def _months_listed(walk: Walk, run: list[When], count: int) -> list[Period]:
    """The months of `November and December` where as many numbers are of them respectively."""
    period = run[0].period if len(run) == 1 else None
    if period is None or period.months != count:
        return []
    s = walk.sentence
    apart = any(mark in s.lower[run[0].start:run[0].end] for mark in words("month_joints"))
    return [Period(m, m) for m in range(period.first, period.last + 1)] if apart else []


def _quarters(walk: Walk, group: Group) -> list[Period]:
    """The quarters of the year in view where as many numbers are theirs: `四个季度进出口分别为`."""
    s, view = walk.sentence, walk.period or walk.scope.main
    told = pattern("quarters_zh").search(s.lower, s.start, group.start) if s.language == "zh" else None
    count = number_word(told["n"], "zh") if told else None
    if view is None or count != len(group.numbers):
        return []
    return [Period.of(view.year, 3 * n + 1, 3 * n + 3) for n in range(count)]


def _in(frame: Frame, period: Period) -> Frame:
    """The frame in a period."""
    single = frame.copy()
    single.period = period
    return single


def _period_list(walk: Walk, group: Group) -> list[When]:
    """The last list of periods before a group of numbers."""
    s, begin = walk.sentence, walk.previous_end(group)
    gap = pattern(f"list_gap_{s.language}")
    whens = [w for w in s.whens
             if begin <= w.start < group.start and w.period and not w.base and not w.since]
    run = whens[-1:]
    for when in reversed(whens[:-1]):
        between = s.lower[when.end:run[0].start]
        if not between.strip() or not gap.fullmatch(between):
            break
        run.insert(0, when)
    return run


# --- several numbers ---------------------------------------------------------------------------


def _respective(walk: Walk, group: Group, limit: int) -> list[Frame]:
    """Several numbers and a list of as many members: each has its own."""
    frame, count = walk.frame, len(group.numbers)
    after = [m for m in walk.mentions
             if group.end <= m.start < limit and len(m.codes) == count and not walk.zoned(m.start)]
    for mention in (*after, *reversed(frame.lists)):
        if len(mention.codes) == count:
            return [_only(frame, mention, code) for code in mention.codes]
    if levels := levels_of(walk, group):
        return [d.frame.copy() for d in levels]
    order = _flow_order(walk, group) if frame.flow == "trade" and count == 2 else []
    return [_with_flow(frame, flow) for flow in order] or [frame] * count


def levels_of(walk: Walk, group: Group) -> list[Draft]:
    """The levels right before numbers that are theirs: `exports were a, imports b, up c and d respectively`.

    None where there are not as many."""
    s, count = walk.sentence, len(group.numbers)
    levels = [d for d in walk.drafts if d.number.kind in LEVELS and not d.number.compared][-count:]
    if len(levels) < count or walk.drafts[-1] is not levels[-1]:
        return []
    slices = {(d.flow, d.sense.measure, d.period, *sorted(d.dims.items())) for d in levels}
    begin = levels[-1].number.end
    reach = group.start if s.language == "zh" else min(s.end, group.end + _RESPECTIVELY)
    if len(slices) < count or not s.cues(begin, reach, "respectively"):
        return []
    return levels


def _flow_order(walk: Walk, group: Group) -> list[str]:
    """The order of the two flows in the nearest `exports and imports`; none where it names not both."""
    s = walk.sentence
    named = [w for w in s.cues(s.start, group.start, "flow") if w.tags["flow"] == "trade"]
    if not named:
        return []
    text = s.lower[named[-1].start:named[-1].end]
    english = zip(("export", "import"), ("exports", "imports"), strict=True)
    chinese = zip(words("flow_words_zh"), ("exports", "imports"), strict=True)
    places = [(text.find(form), code) for form, code in english if form in text] or [
        (text.find(form), code) for form, code in chinese if form in text]
    return [code for _, code in sorted(places)] if len(places) == 2 else []


# --- one number --------------------------------------------------------------------------------


def _paired(walk: Walk, group: Group) -> list[Frame]:
    """`A to X and B to Y both grew by n`: the number is said of each pair."""
    begin = walk.previous_end(group)
    named = [m for m in walk.mentions if begin <= m.start < group.start and m.dim in DIMS
             and not walk.zoned(m.start) and not m.reporter and len(m.codes) == 1]
    dims = [m.dim for m in named]
    if len(dims) != 4 or dims[:2] != dims[2:] or dims[0] == dims[1]:
        return []
    if not walk.sentence.cues(named[-1].end, group.end, "all"):
        return []
    return [_pair(walk.frame, *named[:2]), _pair(walk.frame, *named[2:])]


def _pair(frame: Frame, first: Mention, second: Mention) -> Frame:
    """The frame of two mentions that go together."""
    single = frame.copy()
    single.dims[first.dim], single.dims[second.dim] = list(first.codes), list(second.codes)
    return single


def _shared(walk: Walk, group: Group, meaning: Sense, limit: int) -> list[Frame]:
    """One number: said of each member of the last list, or of all together."""
    frame = walk.frame
    if frame.lists and _each(walk, group, frame.lists[-1], meaning, limit):
        mention = frame.lists[-1]
        flows = mention.dim == "flow" and frame.flow in mention.codes
        if flows or frame.dims.get(mention.dim) == mention.codes:
            return [_only(frame, mention, code) for code in mention.codes]
    if set(frame.flows) == {"exports", "imports"} and frame.flow in frame.flows:
        return [_with_flow(frame, "trade")]
    return [frame]


def _each(walk: Walk, group: Group, mention: Mention, meaning: Sense, limit: int) -> bool:
    """Whether one number is said of each member of a list, not of all together."""
    s = walk.sentence
    if mention.end > group.start and not meaning.absorbs:
        return False
    if s.cues(mention.end - 60, limit, "combined"):
        return False
    start = min(mention.end, group.start)
    said = [w for w in s.cues(start, max(group.start, limit), "all", "respectively")
            if not walk.zoned(w.start)]
    if said and said[0].start < limit:
        return not any("down" in w.tags or "up" in w.tags for w in said)
    return meaning.of == "price" and meaning.measure == "growth"


# --- frames with one thing changed -------------------------------------------------------------


def _at(frame: Frame, when: When) -> Frame:
    """The frame at a period."""
    single = frame.copy()
    single.period = when.period
    return single


def _only(frame: Frame, mention: Mention, code: str) -> Frame:
    """The frame of one member of a list."""
    if mention.dim == "flow":
        return _with_flow(frame, FLOWS.get(code, code))
    single = frame.copy()
    single.dims[mention.dim] = [code]
    return single


def _with_flow(frame: Frame, flow: str) -> Frame:
    """The frame of another flow."""
    single = frame.copy()
    single.flow = flow
    return single
