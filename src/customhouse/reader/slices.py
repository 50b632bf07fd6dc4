"""Which slice each number of a list is about, and the whole or other thing it is compared with."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from customhouse.model import HOME
from customhouse.period import Period
from customhouse.reader.frames import DIMS, FLOWS, Frame, Mention
from customhouse.reader.measures import Reading
from customhouse.reader.tokens import Number, When
from customhouse.vocabulary import mapping, pattern, words

if TYPE_CHECKING:
    from customhouse.reader.interpret import Draft, Group, Zone, _Pass

Dims = dict[str, str | None]


def _counted_flow(walk: _Pass, g: Group, end: int, stop: int) -> int:
    """A count of traders takes in the flow that its verb names: `firms recorded import and export activity`."""
    flows = [m for m in walk.mentions if end <= m.start < stop and m.dim == "flow" and not walk._zoned(m)]
    if flows and g.numbers[0].kind == "count" and "flow" not in walk.since:
        return flows[0].end
    return end


def absorb(walk: _Pass, g: Group, limit: int, meaning: Reading) -> Frame:
    """The frame with what follows the numbers and belongs to them: `a 7% rise in trade with ASEAN`."""
    if walk.s.language == "zh" and not meaning.absorbs and meaning.measure not in ("count", "share", "quantity", "streak", "rank"):
        return walk.frame
    stop = min(limit, walk.s.end)
    end = _counted_flow(walk, g, _reach(walk, g.end, stop), stop)
    for mention in walk.mentions:
        if g.end <= mention.start < end and not walk._zoned(mention):
            if mention.dim != "flow" and mention.dim in walk.since and meaning.measure not in ("share", "count") and \
                    not meaning.absorbs and not walk.frame.dims.get(mention.dim) is None:
                continue
            walk._see(mention)
            walk.cursor = max(walk.cursor, mention.end)
    for word in walk.s.cues(g.end, end, "subject"):
        if not any(z.start <= word.start < z.end and z.kind == "against" for z in walk.zones):
            walk._subject(word.start, word.tags["subject"])
    return walk.frame


def _reach(walk: _Pass, start: int, stop: int) -> int:
    """The end of the noun phrase and its prepositions after a number, at most `stop`."""
    if walk.s.language == "zh":
        return stop
    position = start
    connect = pattern("reached_by_en")
    marks = [w for w in walk.s.words if start <= w.start < stop]
    plain = {(n.start, n.end) for n in walk.s.whens if start <= n.start < stop}
    index, named = 0, False
    while position < stop:
        if walk.s.lower[position] in " \n":
            position += 1
            continue
        close = walk.s.lower.find(")", position, stop) if walk.s.lower[position] == "(" else -1
        if close >= 0 and any(position < x.start < close for x in walk.groups):
            position = close + 1
            continue
        when = next((e for s, e in plain if s == position), None)
        if when:
            position = when
            continue
        while index < len(marks) and marks[index].start < position:
            index += 1
        word = marks[index] if index < len(marks) and marks[index].start == position else None
        if word and word.tags.keys() & {*DIMS, "flow", "adjective", "home", "count", "subject", "same", "anaphor"}:
            position, named = word.end, bool(word.tags.keys() & {*DIMS, "adjective"})
            continue
        match = connect.match(walk.s.lower, position)
        if match and not named and match[0] in words("conjunctions"):
            break
        named = named and bool(match) and match[0] in words("list_glue_en")
        if match and not (word and word.tags.keys() & {"whereas"}):
            position = match.end()
            continue
        if word and word.tags.keys() & {"up", "down", "yoy", "mom", "overall", "price"} and position - start < 30:
            position = word.end
            continue
        match = re.compile(r"[a-z][a-z-]*").match(walk.s.lower, position)
        if match and position - start < 60 and not word and not match[0] in words("noun_stops_en"):
            position = match.end()
            continue
        break
    return position


def distribute(walk: _Pass, g: Group, meaning: Reading, frame: Frame, begin: int, limit: int) -> list[Draft]:
    """One draft for each number and member of the list that it is said of."""
    frames = _frames(walk, g, frame, meaning, limit)
    pairs = list(zip(g.numbers, frames, strict=True)) if len(frames) == len(g.numbers) and len(g.numbers) > 1 else [
        (n, f) for n in g.numbers for f in frames]
    drafts = [_draft(walk, g, n, f, meaning, limit, i) for i, (n, f) in enumerate(pairs)]
    _signs(walk, g, drafts)
    if g.ranged and len(drafts) == 2:
        _ends(drafts)
    return drafts


def _signs(walk: _Pass, g: Group, drafts: list[Draft]) -> None:
    """In `up 0.6% and down 0.3% respectively` each number has the sign of its own verb."""
    if len(g.numbers) < 2 or drafts[0].sense.measure not in ("growth", "change"):
        return
    for before, number in pairwise(g.numbers):
        verbs = walk.s.cues(before.end, number.start, "up", "down")
        for draft in drafts:
            if draft.number is number and verbs:
                draft.sense = replace(draft.sense, sign=-1.0 if "down" in verbs[-1].tags else 1.0)
            elif draft.number is number and (same := next((d for d in drafts if d.number is before), None)):
                draft.sense = replace(draft.sense, sign=same.sense.sign)


def _ends(drafts: list[Draft]) -> None:
    """`from x to y` over several years: x is of the first year, y of the last."""
    period = drafts[0].period
    if period and period.months >= 24 and period.months % 12 == 0:
        drafts[0].period = Period(period.first, period.first + 11)
        drafts[1].period = Period(period.last - 11, period.last)


def _frames(walk: _Pass, g: Group, frame: Frame, meaning: Reading, limit: int) -> list[Frame]:
    count = len(g.numbers)
    if (dated := _dated_frames(walk, g, frame)):
        return dated
    if g.ranged:
        return [frame] * count
    if count == 1 and (paired := _paired(walk, g, frame)):
        return paired
    lists = [m for m in frame.lists if len(m.codes) > 1]
    after = [m for m in walk.mentions if g.end <= m.start < limit and len(m.codes) == count > 1 and not walk._zoned(m)]
    if count > 1:
        for mention in (*after, *reversed(lists)):
            if len(mention.codes) == count:
                return [_only(frame, mention, code) for code in mention.codes]
        if frame.flow == "trade" and count == 2 and (order := _flow_order(walk, g)):
            return [_with_flow(frame, flow) for flow in order]
        return [frame] * count
    if count == 1 and lists and _each(walk, g, lists[-1], meaning, limit):
        mention = lists[-1]
        if mention.dim == "flow" and frame.flow in mention.codes or frame.dims.get(mention.dim) == mention.codes:
            return [_only(frame, mention, code) for code in mention.codes]
    return [_flows_joined(walk, frame)]


def _dated_frames(walk: _Pass, g: Group, frame: Frame) -> list[Frame]:
    """`1.3% and 4.5% in the first and second quarters`: one frame for each period of a list."""
    gap = pattern("list_gap_zh" if walk.s.language == "zh" else "list_gap")
    begin = walk._previous_end(g)
    whens = [w for w in walk.s.whens if begin <= w.start < g.start and w.period and not w.base and not w.since]
    run = whens[-1:]
    for when in reversed(whens[:-1]):
        between = walk.s.lower[when.end:run[0].start]
        if between.strip() and gap.fullmatch(between):
            run.insert(0, when)
        else:
            break
    each = walk.s.cues(run[-1].end, g.start, "all", "respectively") if run else []
    if len(g.numbers) > 1 and len(run) != len(g.numbers):
        after = [w for w in walk.s.whens if g.end <= w.start < g.end + 60 and w.period and not w.base]
        run = after if len(after) == len(g.numbers) else run
        each = each or run
    if len(run) < 2 or not each or len(g.numbers) not in (1, len(run)):
        return []
    return [_at(frame, when) for when in run]


def _at(frame: Frame, when: When) -> Frame:
    single = frame.copy()
    single.period = when.period
    return single


def _paired(walk: _Pass, g: Group, frame: Frame) -> list[Frame]:
    """`A to X and B to Y both grew by n`: the number is said of each pair."""
    begin = walk._previous_end(g)
    named = [m for m in walk.mentions if begin <= m.start < g.start and m.dim in DIMS and not walk._zoned(m)
             and not m.reporter and len(m.codes) == 1]
    dims = [m.dim for m in named]
    if len(dims) != 4 or dims[:2] != dims[2:] or dims[0] == dims[1] or not walk.s.cues(named[-1].end, g.end, "all"):
        return []
    frames = []
    for first, second in (named[:2], named[2:]):
        single = frame.copy()
        single.dims[first.dim], single.dims[second.dim] = list(first.codes), list(second.codes)
        frames.append(single)
    return frames


def _flows_joined(walk: _Pass, frame: Frame) -> Frame:
    if set(frame.flows) == {"exports", "imports"} and frame.flow in frame.flows:
        return _with_flow(frame, "trade")
    return frame


def _each(walk: _Pass, g: Group, mention: Mention, meaning: Reading, limit: int) -> bool:
    """Whether one number is said of each member of a list, not of all together."""
    if mention.end > g.start and not meaning.absorbs:
        return False
    start = min(mention.end, g.start)
    if walk.s.cues(mention.end - 60, limit, "combined"):
        return False
    said = [w for w in walk.s.cues(start, max(g.start, limit), "all", "respectively")
            if not any(z.start <= w.start < z.end for z in walk.zones)]
    if said and said[0].start < limit:
        return not any("down" in w.tags or "up" in w.tags for w in said)
    return meaning.of == "price" and meaning.measure == "growth"


def _flow_order(walk: _Pass, g: Group) -> list[str] | None:
    """The order of the two flows in the nearest `exports and imports`."""
    words_ = [w for w in walk.s.cues(walk.s.start, g.start, "flow") if w.tags["flow"] == "trade"]
    if not words_:
        return None
    text = walk.s.lower[words_[-1].start:words_[-1].end]
    places = [(text.find(name), code) for code in ("exports", "imports") for name in (code[:6],) if name in text]
    zh = [(text.find(w), c) for w, c in zip(words("flow_words_zh"), ("exports", "imports"), strict=True) if w in text]
    found = sorted(places or zh)
    return [code for _, code in found] if len(found) == 2 else None


def _only(frame: Frame, mention: Mention, code: str) -> Frame:
    if mention.dim == "flow":
        return _with_flow(frame, FLOWS.get(code, code))
    single = frame.copy()
    single.dims[mention.dim] = [code]
    return single


def _with_flow(frame: Frame, flow: str) -> Frame:
    single = frame.copy()
    single.flow = flow
    return single


def _draft(walk: _Pass, g: Group, number: Number, frame: Frame, meaning: Reading, limit: int, index: int) -> Draft:
    from customhouse.reader.interpret import Draft as Made

    period, base = _periods(walk, g, meaning, limit, number, frame)
    if g.ranged and (own := _end_period(walk, number)):
        period, base = own, None
    dims = {d: "+".join(sorted(set(frame.dims[d]))) for d in DIMS if frame.dims.get(d)}
    draft = Made(number, meaning, frame.copy(), dims, frame.flow, period, base)
    draft.subject = frame.subject
    draft.since = next((w.period.first for w in walk.s.whens if w.since and w.period), None)
    clause = max([walk.s.start, *(p for p in walk.s.commas if p < g.start)])
    registry = walk.s.cues(clause, limit, "registry")
    draft.flow_near = not registry and bool(walk.s.cues(walk.s.start, walk.s.end, "flow", "among", "anaphor")) or "flow" in walk.fresh
    _whole(walk, g, draft, limit)
    _against(walk, g, draft)
    if meaning.measure == "value" and frame.flow == "balance" and frame.deficit:
        number.negative = True
    draft.terms = next((w.tags["terms"] for w in walk.s.cues(walk.s.start, walk.s.end, "terms")), None)
    status = walk.s.cues(walk.s.start, g.end, "status")
    draft.status = status[-1].tags["status"] if status else None
    return draft


# --- periods ---------------------------------------------------------------------------------


def _periods(walk: _Pass, g: Group, meaning: Reading, limit: int, number: Number,
             frame: Frame) -> tuple[Period | None, Period | None]:
    own = _own_period(walk, g, limit)
    period = own.period if own else frame.period or walk.period
    if number.compared and not own:
        period = _compared_period(walk, g, limit, period)
    if _current(walk, number):
        return None, None
    if own is None and (early := _bracketed(walk, g)):
        period = early
    status = walk.s.cues(walk.s.start, g.end, "status")
    full = [w.full_year for w in walk.s.whens if w.full_year]
    if status and full and status[-1].tags["status"] in ("forecast", "target"):
        period = Period.of(full[-1])
    base = _base(walk, g, limit, period)
    if meaning.measure == "rank" and not walk.scope.dated:
        named = [w for w in walk.s.whens if not w.base and not w.since and w.period and w.start < limit]
        period = period if named else None
    return period, base


def _end_period(walk: _Pass, number: Number) -> Period | None:
    """The period of one end of a range: `from 19.2% in 2018 to 14.7% in 2024`."""
    for when in walk.s.whens:
        near = 0 <= when.start - number.end < 6 if walk.s.language == "en" else 0 <= number.start - when.end < 2
        if near and when.period:
            return when.period
    return None


def _own_period(walk: _Pass, g: Group, limit: int) -> When | None:
    """The period right after the numbers, as English likes to put it."""
    if walk.s.language != "en":
        return None
    for when in walk.s.whens:
        if g.end <= when.start <= _past_figures(walk, g, limit) and not when.since and not when.base:
            between = walk.s.lower[g.end:when.start]
            if len(between) < 70 and not walk.s.cues(g.end, when.start, "noise"):
                return when
    return None


def _past_figures(walk: _Pass, g: Group, limit: int) -> int:
    """The limit, past a record or streak that stands right there."""
    position = g.end
    for other in (x for x in walk.groups if x.start >= g.end):
        special = other.start == limit and other.numbers[0].measure in ("record", "streak")
        bridged = pattern("bridge_en").fullmatch(walk.s.lower, position, other.start)
        if not special and not bridged:
            break
        position = other.end
        close = walk.s.lower[position:position + 1] == ")"
        limit = max(limit, walk._stop(position + close))
    return limit


def _compared_period(walk: _Pass, g: Group, limit: int, period: Period | None) -> Period | None:
    """The period of a level compared with: the base that the words before or after it name."""
    before = [w for w in walk.s.whens if w.base and w.end <= g.start and g.start - w.end < 40 and w.period and not walk.s.cues(w.end, g.start, "up", "down")]
    if before:
        return before[-1].period
    reach = min(walk.s.end, g.end + 48)
    if period and walk.s.cues(g.end, reach, "yoy") or walk.s.language == "zh":
        return period.year_earlier() if period else None
    if period and period.months == 1 and walk.s.cues(g.end, reach, "mom"):
        return period.shift(-1)
    return period


def _current(walk: _Pass, number: Number) -> bool:
    """`from x at the beginning to the current y`: the text does not tell of which period either is."""
    before = walk.s.lower[max(walk.s.start, number.start - 12):number.start]
    after = walk.s.lower[number.end:number.end + 70]
    return before.endswith(words("current_words")) or bool(pattern("to_current_en").match(after))


def _bracketed(walk: _Pass, g: Group) -> Period | None:
    """The base period of a level in brackets right after it: `compared with March 2023 (270.4 bn)`."""
    if walk.s.lower[g.start - 1:g.start] != "(" or g.numbers[0].kind != "money":
        return None
    bases = [w for w in walk.s.whens if w.base and 0 <= g.start - w.end < 4]
    return bases[-1].period if bases else None


def _base(walk: _Pass, g: Group, limit: int, period: Period | None) -> Period | None:
    """The period compared with, where it is not the same months a year earlier."""
    begin = walk._previous_end(g)
    reach = limit if walk.s.language == "zh" else min(walk.s.end, limit + 45, _next_number(walk, g))
    bases = [w for w in walk.s.whens if w.base and begin <= w.start < reach and w.period]
    if bases:
        after = [w for w in bases if w.start >= g.end]
        nearest = after[0] if after and walk.s.language == "en" else [w for w in bases if w not in after][-1:] or after
        return _same_months(walk, nearest if isinstance(nearest, When) else nearest[0], period)
    if period is None:
        return None
    cue = _base_cue(walk, g, begin, limit)
    if cue == "mom":
        return period.shift(-period.months) if period.months in (1, 3) else None
    if cue == "qoq":
        return period.shift(-3) if period.months == 3 else None
    stop = min([p for p in walk.s.strong if p > g.end], default=walk.s.end)
    local = [w for w in walk.s.whens if w.local and g.end <= w.start < stop and w.period]
    if local and not cue and local[0].period not in (period, period.year_earlier()) and _fewer(walk, g, local[0].start):
        return local[0].period
    return None


def _base_cue(walk: _Pass, g: Group, begin: int, limit: int) -> str | None:
    """What the numbers are compared with: the nearest of year, month and quarter before them, else after."""
    kinds = ("mom", "qoq", "yoy")
    found = walk.s.cues(begin, g.start, *kinds)[-1:] or walk.s.cues(g.end, limit, *kinds)[:1]
    return next((k for k in kinds if k in found[0].tags), None) if found else None


def _fewer(walk: _Pass, g: Group, end: int) -> bool:
    """Whether at most two further numbers stand before a place: `rose a to b from c in March`."""
    return sum(1 for x in walk.groups if g.end <= x.start < end) <= 2


def _next_number(walk: _Pass, g: Group) -> int:
    return min((x.start for x in walk.groups if x.start >= g.end), default=walk.s.end)


def _same_months(walk: _Pass, when: When, period: Period | None) -> Period | None:
    """The base that a period names; `the same period of 2022` is the same months of that year."""
    base = when.period
    if base is None or period is None:
        return base
    before = walk.s.lower[max(walk.s.start, when.start - 24):when.end + 6]
    if when.unit == "year" and period.months < 12 and any(w in before for w in words("same_words")):
        base = period.shift(12 * (base.year - period.year))
    if base.months == 12 and period.months < 12 and base.year == period.year - 1 and when.explicit_year is None:
        return None
    return None if base in (period, period.year_earlier()) else base


# --- wholes and things compared with -----------------------------------------------------------


def _zone(walk: _Pass, g: Group, kind: str) -> list[Zone]:
    begin, end = walk._previous_end(g), walk._stop(g.end)
    return [z for z in walk.zones if z.kind == kind and (begin <= z.start <= end + 1)]


def _whole(walk: _Pass, g: Group, draft: Draft, limit: int) -> None:
    if draft.sense.measure not in ("share", "share_change"):
        return
    zones = _zone(walk, g, "whole")
    named = [m for m in walk.mentions if any(z.start <= m.start < z.end for z in zones)]
    subjects = [w for z in zones for w in walk.s.cues(z.start, z.end, "subject")]
    world = any(w.tags.get("subject", "") in words("world_trade_subjects") for w in subjects) or any(
        w.tags.get("partner") == "WLD" for z in zones for w in walk.s.cues(z.start, z.end, "partner"))
    if subjects and not world:
        draft.subject = subjects[-1].tags["subject"]
        return
    own = set(draft.dims)
    kept: set[str] = set()
    for m in named:
        if m.dim == "flow":
            if draft.flow is None or not walk.fresh & {"flow"}:
                draft.flow = FLOWS.get(m.codes[-1], m.codes[-1])
                draft.subject = None
        elif m.reporter:
            continue
        else:
            kept.add(m.dim)
            draft.dims.setdefault(m.dim, "+".join(sorted(m.codes)))
            walk.frame.dims.setdefault(m.dim, list(m.codes))
    if world:
        _world(draft, subjects)
        return
    if draft.sense.measure == "share":
        draft.whole = _widened(walk, zones, draft, own, kept)


def _world(draft: Draft, subjects: list[object]) -> None:
    if draft.frame.reporter is None and not draft.dims:
        draft.whole = {"reporter": "WLD"}
        draft.subject = None
        code = next((getattr(w, "tags")["subject"] for w in subjects), "")
        draft.flow = draft.flow or mapping("world_flows").get(code)
    else:
        draft.subject = "world_trade"


def _widened(walk: _Pass, zones: list[Zone], draft: Draft, own: set[str], kept: set[str]) -> Dims | None:
    dims = [d for d in DIMS if d in draft.dims]
    if len(dims) < 2:
        return None
    loose = [d for d in dims if d not in kept]
    same = any(walk.s.cues(z.start, z.end, "same") for z in zones)
    if kept and loose:
        return {d: None for d in loose}
    if same and len(loose) > 1:
        return {d: None for d in loose if d != "commodity"}
    anaphor = [w.tags["anaphor"] for z in zones for w in walk.s.cues(z.start, z.end, "anaphor")]
    for dim in anaphor:
        if dim in dims:
            return {d: None for d in dims if d != dim}
    home = any("home" in w.tags or w.tags.get("overall") == "national" for z in zones
               for w in walk.s.cues(z.start, z.end, "home", "overall"))
    if home and "region" in dims:
        return {"region": None}
    if draft.number.extra.get("ratio"):
        inside = [m.dim for m in walk.mentions if draft.number.start <= m.start < draft.number.end]
        return {d: None for d in dims if d not in inside and d in walk.fresh} or None
    if draft.sense.absorbs and draft.number.end < walk.s.end:
        first = [m.dim for m in walk.mentions if m.start >= draft.number.end and m.dim in dims][:1]
        if first:
            return {d: None for d in dims if d not in first and d in walk.fresh} or None
    fresh = [d for d in dims if d in walk.fresh]
    if len(fresh) == 1:
        return {fresh[0]: None}
    for dim in ("enterprise", "commodity", "regime", "transport", "partner"):
        if dim in dims:
            return {dim: None}
    return None


def _against(walk: _Pass, g: Group, draft: Draft) -> None:
    if draft.sense.measure != "gap":
        return
    zones = _zone(walk, g, "against")
    changed: Dims = {}
    for m in walk.mentions:
        if any(z.start <= m.start < z.end for z in zones) and m.dim != "flow" and not m.reporter:
            code = "+".join(sorted(m.codes))
            if draft.dims.get(m.dim) != code:
                changed[m.dim] = code
    if changed:
        draft.against = changed
        return
    dims = [d for d in DIMS if d in draft.dims]
    national = any(walk.s.cues(z.start, z.end, "home", "overall") for z in zones)
    if national and "region" in dims:
        draft.against = {"region": None}
    elif dims:
        fresh = [d for d in dims if d in walk.fresh] or dims
        draft.against = {d: None for d in fresh} if len(fresh) == 1 else {fresh[0]: None}
    elif draft.flow in ("exports", "imports"):
        draft.against = {"flow": "trade"}


def reporter_of(draft: Draft, home: str) -> str | None:
    """The reporter to write: none for China."""
    code = draft.frame.reporter or home
    return None if code == HOME else code


__all__ = ["absorb", "distribute", "pairwise", "reporter_of"]
