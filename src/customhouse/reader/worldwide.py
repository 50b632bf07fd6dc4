"""Shares of what the whole world trades."""

from __future__ import annotations

from customhouse.reader.drafts import Draft
from customhouse.reader.frames import DIMS, WORLD
from customhouse.reader.groups import Group
from customhouse.reader.walk import Walk
from customhouse.vocabulary import mapping, pattern, words


def is_world(walk: Walk, group: Group, subjects: list[str]) -> bool:
    """Whether the whole is the trade of the world, by the subjects in it or the words around a share."""
    if any(subject in words("world_trade_subjects") for subject in subjects):
        return True
    s, start = walk.sentence, walk.clause_start(group.start)
    if s.language == "zh":
        return bool(pattern("world_share_zh").search(s.lower, start, group.start))
    return bool(pattern("world_whole_en").match(s.lower, group.end))


def set_world(draft: Draft, subjects: list[str], kept: set[str]) -> None:
    """The reporter's share of world trade, or that of a part of its trade, of which the whole names some."""
    if draft.sense.measure == "share":
        parts = (dim for dim in DIMS if dim in draft.dims and dim not in kept)
        draft.whole = {"reporter": WORLD} | dict.fromkeys(parts)
    draft.subject = None
    if subjects:
        draft.flow = draft.flow or mapping("world_flows").get(subjects[0])
