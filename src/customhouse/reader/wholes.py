"""The whole that a share is of, and the thing that a gap is against, as changes to a draft's slice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from customhouse.reader.drafts import Changes, Draft
from customhouse.reader.frames import DIMS, FLOWS, WORLD, Mention
from customhouse.reader.groups import Group
from customhouse.reader.layout import Zone
from customhouse.reader.openings import of_home
from customhouse.reader.walk import Walk
from customhouse.reader.worldwide import is_world, set_world
from customhouse.reader.zones import zones_of
from customhouse.vocabulary import pattern, phrase, words
from customhouse.vocabulary.lexicon import Match


@dataclass(frozen=True, slots=True)
class _Share:
    """A share, the zones that name its whole, and the dimensions that they name.

    `dims`: the dimensions of the part. `kept`: those that the words for the whole name too.
    """

    walk: Walk
    draft: Draft
    zones: list[Zone]
    dims: list[str]
    kept: set[str]

    def cues(self, *kinds: str) -> list[Match]:
        """The words of the given kinds in the words for the whole."""
        return _cues(self.walk, self.zones, *kinds)


def set_whole(walk: Walk, group: Group, draft: Draft) -> None:
    """Sets what a share is of; a share of something else than trade gets that as its subject."""
    if draft.sense.measure not in ("share", "share_change"):
        return
    zones = zones_of(walk, group, "whole")
    subjects = [w.tags["subject"] for w in _cues(walk, zones, "subject")]
    named = any(c.tags["partner"] == WORLD for c in _cues(walk, zones, "partner"))
    world = named or is_world(walk, group, subjects)
    if subjects and not world:
        draft.subject = subjects[-1]
        return
    other = _other_codes(walk, zones, draft)
    flow = _other_flow(walk, zones, draft)
    kept = _take_named(walk, zones, draft)
    if world:
        kept |= {m.dim for m in walk.mentions if group.end <= m.start < walk.stop(group.end)}
        set_world(draft, subjects, kept)
    elif draft.number.compared and (last := walk.drafts[-1:]) and last[0].sense.measure == "share":
        draft.whole = last[0].whole
    elif draft.sense.measure == "share" and (flow or other) and _in_full(walk, zones):
        draft.whole = other | flow | dict.fromkeys(d for d in DIMS if d in draft.dims and d not in kept)
    elif other and draft.sense.measure == "share":
        draft.whole = dict(other)
    elif draft.sense.measure == "share" and not _named(walk, zones) and (parent := _parent(walk, draft)):
        draft.whole = parent
    elif draft.sense.measure == "share":
        _widen(_Share(walk, draft, zones, [d for d in DIMS if d in draft.dims], kept))


def _parent(walk: Walk, draft: Draft) -> Changes:
    """How the slice that a part is told of differs from it, where it has a code of the part's dimension."""
    parent = walk.parent if walk.sentence.language == "zh" else None
    told = parent.dims if parent else {}
    codes = {d: "+".join(sorted(told.get(d, ()))) or None for d in DIMS}
    changed: Changes = {d: codes[d] for d in DIMS if draft.dims.get(d) != codes[d]}
    if parent and told and not changed and parent.flow == "trade" and draft.flow in ("exports", "imports"):
        return {"flow": "trade"}
    return changed if len(changed) == 1 and any(changed.values()) else {}


def set_against(walk: Walk, group: Group, draft: Draft) -> None:
    """Sets what a gap is measured against: another slice named, else the same without one dimension."""
    if draft.sense.measure != "gap":
        return
    zones = zones_of(walk, group, "against")
    if _in_full(walk, zones) and (told := _told_against(walk, zones, draft)):
        draft.against = told
        return
    dims = [d for d in DIMS if d in draft.dims]
    named = {m.dim: "+".join(sorted(m.codes)) for m in _named(walk, zones)
             if m.dim != "flow" and not m.reporter}
    changed = {dim: code for dim, code in named.items() if draft.dims.get(dim) != code}
    loose = [d for d in dims if d not in named]
    other = {} if _cues(walk, zones, "home", "overall") else _other_flow(walk, zones, draft)
    if changed:
        draft.against = dict(changed)
    elif other and not named:
        draft.against = other
    elif named and loose:
        draft.against = {next((d for d in loose if d in walk.fresh), loose[0]): None}
    elif "region" in dims and _cues(walk, zones, "home", "overall") and not _of_own_place(walk, zones, draft):
        draft.against = {"region": None}
    elif dims:
        draft.against = {next((d for d in dims if d in walk.fresh), dims[0]): None}
    elif draft.flow in ("exports", "imports"):
        draft.against = {"flow": "trade"}


def _of_own_place(walk: Walk, zones: list[Zone], draft: Draft) -> bool:
    """Whether a part of the place that a document is about is set beside the whole of that place."""
    here = "+".join(sorted(walk.scope.region_codes()))
    national = _names_country(_cues(walk, zones, "home", "overall"))
    return not national and draft.dims.get("region") == here and len(draft.dims) > 1


def _names_country(cues: list[Match]) -> bool:
    """Whether words for the country or the whole mean the country."""
    return any("home" in w.tags or w.tags["overall"] == "national" for w in cues)


# --- looking into zones ------------------------------------------------------------------------


def _cues(walk: Walk, zones: list[Zone], *kinds: str) -> list[Match]:
    """The words of the given kinds in any of the zones."""
    return [w for z in zones for w in walk.sentence.cues(z.start, z.end, *kinds)]


def _named(walk: Walk, zones: list[Zone]) -> list[Mention]:
    """The mentions in any of the zones."""
    return [m for m in walk.mentions if any(z.holds(m.start) for z in zones)]


def _in_full(walk: Walk, zones: list[Zone]) -> bool:
    """Whether a flow is named in full: whose it is, or that it is all of it (`China's total exports`)."""
    owners = {walk.scope.reporter, walk.frame.reporter}
    taken_up = any(w.tags.get("anaphor") != "any" for w in _cues(walk, zones, "anaphor", "same"))
    if taken_up or not any(m.dim == "flow" for m in _named(walk, zones)):
        return False
    national = any(w.tags["overall"] == "national" for w in _cues(walk, zones, "overall"))
    national = national or any(of_home(walk.sentence, w) for w in _cues(walk, zones, "region"))
    if national or _cues(walk, zones, "home") or any(m.reporter for m in _named(walk, zones)):
        return True
    return any(w.tags["partner"] in owners for w in _cues(walk, zones, "partner"))


def _other_flow(walk: Walk, zones: list[Zone], draft: Draft) -> Changes:
    """The flow of a whole or of what is compared with, where it is not that of the figure."""
    named = [FLOWS.get(m.codes[-1], m.codes[-1]) for m in _named(walk, zones) if m.dim == "flow"]
    if not named or draft.flow is None or "flow" not in walk.fresh or named[-1] == draft.flow:
        return {}
    return {"flow": named[-1]}


def _told_against(walk: Walk, zones: list[Zone], draft: Draft) -> Changes:
    """How a slice that is named in full differs from the figure's own."""
    mentions = [m for m in _named(walk, zones) if m.dim != "flow" and not m.reporter]
    found = {m.dim: "+".join(sorted(m.codes)) for m in mentions}
    changed: Changes = {d: found.get(d) for d in DIMS if draft.dims.get(d) != found.get(d)}
    return changed | _other_flow(walk, zones, draft)


def _take_named(walk: Walk, zones: list[Zone], draft: Draft) -> set[str]:
    """What the words for the whole name holds for the part too; the dimensions named."""
    kept: set[str] = set()
    for mention in _named(walk, zones):
        if mention.dim == "flow":
            if draft.flow is None or "flow" not in walk.fresh:
                draft.flow, draft.subject = FLOWS.get(mention.codes[-1], mention.codes[-1]), None
        elif not mention.reporter:
            kept.add(mention.dim)
            draft.dims.setdefault(mention.dim, "+".join(sorted(mention.codes)))
            walk.frame.dims.setdefault(mention.dim, list(mention.codes))
    return kept


def _other_codes(walk: Walk, zones: list[Zone], draft: Draft) -> dict[str, str]:
    """A wider code of the part's own dimension: `of trade with Central Asia`."""
    others: dict[str, str] = {}
    for mention in _named(walk, zones):
        own = draft.dims.get(mention.dim)
        code = "+".join(sorted(mention.codes))
        if own is not None and not mention.reporter and own not in (code, *mention.codes):
            others[mention.dim] = code
    return others


# --- shares of the reporter's own trade --------------------------------------------------------


def _widen(share: _Share) -> None:
    """The whole is the part without some of its dimensions; a part with one alone needs no telling."""
    if len(share.dims) < 2:
        return
    for rule in _RULES:
        dropped = rule(share)
        if dropped is not None:
            share.draft.whole = _of_topic(share, dropped) or None
            return
    share.draft.note = phrase("note_whole", "en").format(", ".join(share.dims))


def _of_topic(share: _Share, dropped: list[str]) -> Changes:
    """What is dropped; of one that belongs to the partner that a document is about it is that partner's."""
    topic = share.walk.scope.topics.get("partner")
    changed: Changes = dict.fromkeys(dropped)
    own = share.draft.dims.get("partner")
    return changed | {"partner": topic} if dropped == ["partner"] and topic and own != topic else changed


def _unnamed(share: _Share) -> list[str] | None:
    """What the words for the whole do not name is dropped."""
    loose = [d for d in share.dims if d not in share.kept]
    return loose if share.kept and loose else None


def _everything(share: _Share) -> list[str] | None:
    """`of China's total exports`: the flow in full and nothing else leaves nothing of the part."""
    return share.dims if not share.kept and _in_full(share.walk, share.zones) else None


def _same(share: _Share) -> list[str] | None:
    """`of all such exports`: the good is the same, the rest is dropped."""
    if len(share.dims) - len(share.kept) < 2 or not share.cues("same"):
        return None
    return [d for d in share.dims if d not in share.kept and d != "commodity"]


def _taken_up(share: _Share) -> list[str] | None:
    """`of these firms' exports`: what is taken up again is kept."""
    for word in share.cues("anaphor"):
        dim = "region" if word.tags["anaphor"] == "place" else word.tags["anaphor"]
        if dim in share.dims:
            return [d for d in share.dims if d != dim]
    return None


def _national(share: _Share) -> list[str] | None:
    """`of the country's exports`: the region is dropped."""
    if "region" not in share.dims:
        return None
    return ["region"] if _names_country(share.cues("home", "overall")) else None


def _ratio(share: _Share) -> list[str] | None:
    """`one in three exporters`: what the figure itself names is kept."""
    number = share.draft.number
    if not number.extra.get("ratio"):
        return None
    inside = {m.dim for m in share.walk.mentions if number.start <= m.start < number.end}
    return [d for d in share.dims if d not in inside and d in share.walk.fresh]


def _absorbed(share: _Share) -> list[str] | None:
    """`72% of bags came from the EU`: what stands first after the number is kept."""
    number = share.draft.number
    if not share.draft.sense.absorbs or number.end >= share.walk.sentence.end:
        return None
    first = next((m.dim for m in share.walk.mentions if m.start >= number.end and m.dim in share.dims), None)
    return [d for d in share.dims if d != first and d in share.walk.fresh] if first else None


def _bound_for(share: _Share) -> list[str] | None:
    """`nine-tenths of it from Brazil`: whom it comes from or goes to is what is dropped."""
    s, number = share.walk.sentence, share.draft.number
    if "partner" not in share.dims:
        return None
    before = s.language == "zh" and pattern("from_whom_zh").search(s.lower, s.start, number.start)
    return ["partner"] if before or share.walk.bound_for(number.end) else None


def _of_place(share: _Share) -> list[str] | None:
    """In a text about a place the whole is of that place, unless it is said to be of the country."""
    here = "+".join(sorted(share.walk.scope.region_codes()))
    if not here or share.draft.dims.get("region") != here:
        return None
    others = [d for d in share.dims if d != "region"]
    fresh = [d for d in others if d in share.walk.fresh]
    return others if len(others) == 1 else fresh if len(fresh) == 1 else None


def _part_of(share: _Share) -> list[str] | None:
    """In Chinese what stands behind a flow as in `of soybean imports Brazil has 70%` is dropped."""
    walk, number = share.walk, share.draft.number
    s = walk.sentence
    flows = [m for m in walk.mentions if m.dim == "flow" and m.end < number.start
             and s.lower.startswith(words("part_marks_zh"), m.end)]
    if s.language != "zh" or not flows:
        return None
    behind = {m.dim for m in walk.mentions if flows[-1].end < m.start < number.start}
    dropped = [d for d in share.dims if d in behind]
    return dropped if 0 < len(dropped) < len(share.dims) else None


def _only_fresh(share: _Share) -> list[str] | None:
    """The one dimension that this sentence named is dropped."""
    fresh = [d for d in share.dims if d in share.walk.fresh]
    return fresh if len(fresh) == 1 else None


_RULES: tuple[Callable[[_Share], list[str] | None], ...] = (
    _unnamed, _same, _everything, _taken_up, _national, _ratio, _bound_for, _absorbed, _part_of, _of_place,
    _only_fresh)
"""What tells the dimensions that the whole drops; the first that knows decides, else it stays open."""
