"""Zones: words that name the whole of a share, what a gap is measured against, or a part told aside."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from customhouse.reader.causes import KIND as CAUSE
from customhouse.reader.groups import Group
from customhouse.reader.layout import Layout, Zone
from customhouse.reader.tokens import Sentence
from customhouse.vocabulary import pattern, words
from customhouse.vocabulary.lexicon import Match


def mark_zones(layout: Layout) -> None:
    """Sets the zones of a sentence apart, so that what they name is not taken for its topic."""
    _mark_asides(layout)
    for group in layout.groups:
        if group.numbers[0].kind in ("%", "pp"):
            _mark_whole(layout, group)
        if group.numbers[-1].kind == "pp" and CAUSE not in group.numbers[-1].extra:
            _mark_against(layout, group)


def _mark_asides(layout: Layout) -> None:
    """What stands between commas after `including` is a part of what the sentence is about."""
    s = layout.sentence
    if s.language == "zh" and layout.groups:
        for match in pattern("aside_zh").finditer(s.lower, s.start, s.end):
            layout.zones.append(Zone(match.start(), match.end(), "aside"))
    if s.language == "en" and layout.groups and any(mark in s.lower[s.start:s.end] for mark in ",("):
        for match in pattern("relative_en").finditer(s.lower, s.start, layout.groups[-1].start):
            layout.zones.append(Zone(match.start(), match.end() - 1, "aside"))
        for match in pattern("aside_en").finditer(s.lower, s.start, layout.groups[-1].start):
            layout.zones.append(Zone(match.start(), match.end(), "aside"))
    if s.language == "en" and layout.groups:
        layout.zones += [*_examples(s), *_circumstance(layout)]


def _circumstance(layout: Layout) -> Iterator[Zone]:
    """What a sentence opens with before its own flow: `When prices of coal collapsed, trade sank`."""
    s = layout.sentence
    first = layout.groups[0].start
    told = pattern("subordinate_en").match(s.lower, s.start, first)
    if told and any(m.dim == "flow" and told.end() <= m.start < first for m in layout.mentions):
        yield Zone(s.start, told.end() - 1, "aside")


def _examples(s: Sentence) -> Iterator[Zone]:
    """The goods that only are examples of the one before them: `light goods such as garments and toys`."""
    goods = s.cues(s.start, s.end, "commodity")
    for kind, first in pairwise(goods):
        if s.lower[kind.end:first.start] not in words("such_as_en"):
            continue
        last = first
        for good in goods[goods.index(first) + 1:]:
            if not pattern("list_gap_en").fullmatch(s.lower, last.end, good.start):
                break
            last = good
        yield Zone(kind.end, last.end, "aside")


def zones_of(layout: Layout, group: Group, kind: str) -> list[Zone]:
    """The zones of a kind that belong to a group of numbers."""
    begin, end = layout.previous_end(group), layout.stop(group.end)
    return [z for z in layout.zones if z.kind == kind and begin <= z.start <= end + 1]


def _mark_whole(layout: Layout, group: Group) -> None:
    """The whole stands between the word for a share and its number, in English also after either."""
    s = layout.sentence
    shares = s.cues(layout.previous_end(group), group.start, "share")
    if not shares and s.language == "zh" and pattern("part_of_zh").search(s.lower, s.start, group.start):
        shares = s.cues(layout.previous_end(group), group.start, "contrib")
    if not shares and s.language == "en":
        layout.zones += _whole_after(layout, group)
    if not shares:
        return
    if s.language == "zh":
        if not _told_before(s, shares[0], group):
            layout.zones.append(Zone(shares[0].end, group.start, "whole"))
        return
    match = pattern("of_the_whole_en").match(s.lower, group.end)
    if match and match.end() > group.end:
        layout.zones.append(Zone(group.end, layout.stop(group.end), "whole"))
    if _share_of(layout, shares[-1]):
        start = shares[-1].end
        part = pattern("part_in_en").search(s.lower[start:group.start])
        start += part.end() if part else 0
        layout.zones.append(Zone(start, _noun_phrase_end(layout, start, group.start), "whole"))


def _told_before(s: Sentence, share: Match, group: Group) -> bool:
    """Whether a clause before the number's says of a share that it moved, and names no whole."""
    comma = next((p for p in s.commas if share.end < p < group.start), None)
    return comma is not None and bool(s.cues(share.end, comma, "up", "down"))


def _whole_after(layout: Layout, group: Group) -> Iterator[Zone]:
    """The whole after a number that no word for a share stands before: `a 40% share of`, `, or 5% of`."""
    s = layout.sentence
    noun = pattern("share_noun_en").match(s.lower, group.end)
    if noun or pattern("or_share_en").search(s.lower, s.start, group.start):
        yield Zone(noun.end() if noun else group.end, layout.stop(group.end), "whole")


def _share_of(layout: Layout, word: Match) -> bool:
    """Whether the whole follows the word for a share: `its share of imports`."""
    s = layout.sentence
    if not any(mark in s.lower[word.end - 3:word.end + 4] for mark in words("of_en")):
        return False
    before = s.lower[max(s.start, word.start - 14):word.start]
    return bool(pattern("possessive_before_en").search(before))


def _noun_phrase_end(layout: Layout, start: int, end: int) -> int:
    """Where the noun phrase after a word ends: at the next verb or number."""
    verbs = layout.sentence.cues(start, end, "up", "down", "level")
    return verbs[0].start if verbs else end


def _mark_against(layout: Layout, group: Group) -> None:
    """What points are measured against: after `higher than`, or before the number."""
    s = layout.sentence
    begin, stop = layout.previous_end(group), layout.stop(group.end)
    ahead = s.cues(group.end, stop, "gapup", "gapdown")
    if ahead and ahead[0].start - group.end < 30:
        layout.zones.append(Zone(ahead[0].end, stop, "against"))
        return
    before = s.cues(begin, group.start, "gapup", "gapdown")
    if before:
        start = _than(layout, begin, before[-1])
        layout.zones.append(Zone(min(start, group.start), group.start, "against"))


def _than(layout: Layout, begin: int, gap: Match) -> int:
    """Where what is compared with begins: in Chinese at the last `than` before the word for the gap."""
    s = layout.sentence
    if s.language == "zh":
        names = [(w.start, w.end) for w in s.between(begin, gap.start)]
        thans = [m.start() for m in pattern("than_zh").finditer(s.lower, begin, gap.start)
                 if not any(start <= m.start() and m.end() <= end and m.span() != (start, end)
                            for start, end in names)]
        if thans:
            return thans[-1]
    return gap.end
