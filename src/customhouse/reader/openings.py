"""What a sentence begins with: the slice it takes over from the text before, or starts anew."""

from __future__ import annotations

from dataclasses import dataclass

from customhouse.model import HOME
from customhouse.reader.frames import FLOWS, Frame
from customhouse.reader.owners import opens_clause, owns, preposition
from customhouse.reader.tokens import Sentence
from customhouse.reader.topics import ANY_PORT
from customhouse.reader.walk import OTHERS, Walk
from customhouse.vocabulary import pattern, words
from customhouse.vocabulary.lexicon import Match

_SOON = 24
"""Characters between such a word and the flow that it may be of."""
_NEXT = 3
"""Characters between a word for the whole and the flow that it is of."""
_TAKEN_UP = ("partner", "enterprise", "commodity")
"""Dimensions that an anaphor (`these firms`) can take up."""


@dataclass(frozen=True, slots=True)
class _Head:
    """What stands before the first number.

    `own`: the dimensions named. `flow`: whether a flow is. `anaphors`: what is taken up again.
    `among`: whether a part of the last slice follows. `home`: whether the whole country's trade does.
    `again`: whether the partner of the last slice is named again.
    `turn`: whether the text turns to another view of the same flow, as `by quarter` in Chinese.
    """

    own: set[str]
    flow: bool
    anaphors: set[str]
    among: bool
    home: bool
    turn: bool = False
    again: bool = False


def open_walk(walk: Walk) -> None:
    """Sets the slice and period that a sentence begins with."""
    first = walk.groups[0].start if walk.groups else walk.sentence.end
    head, previous = _head(walk, first), walk.scope.frame
    if walk.scope.first and walk.sentence.language == "en" and pattern("it_opens_en").match(
            walk.sentence.lower, walk.sentence.start):
        previous = walk.scope.first
    if walk.scope.ended and _begins_among(walk.sentence):
        previous, walk.period = walk.scope.ended
    if walk.scope.ended and _begins(walk.sentence, "same_time_zh"):
        walk.period = walk.scope.ended[1]
    walk.frame = _inherited(previous, head, walk.sentence.language)
    walk.frame.deficit = previous.deficit and walk.frame.flow == "balance"
    if not head.among and head.anaphors <= {"place"} and _tells_of_traders(walk.sentence):
        walk.frame.widen(keep=("region", "transport"))
    _take_up(walk, head)
    here = walk.scope.region_codes()
    if here and "region" not in head.own and "region" not in walk.frame.dims and not _national(walk, first):
        walk.frame.dims["region"] = here
    _stay_on_topic(walk, first, head)
    if _undated_since(walk):
        walk.period = None


def _tells_of_traders(s: Sentence) -> bool:
    """Whether all who traded are counted, as customs put it: `firms with import or export records`."""
    return bool(pattern(f"all_traders_{s.language}").search(s.lower, s.start, s.end))


def _begins_among(s: Sentence) -> bool:
    """Whether a sentence begins with a part of what was told last: `Among them, ...`."""
    return any(w.start - s.start <= _NEXT and s.lower[w.start:w.end] in words("parts_told")
               for w in s.cues(s.start, s.end, "among"))


def begins_point(s: Sentence) -> bool:
    """Whether a Chinese sentence begins another point of several: `third, new forms of trade`."""
    return _begins(s, "next_point_zh")


def _begins(s: Sentence, name: str) -> bool:
    """Whether a Chinese sentence begins as a pattern tells."""
    return s.language == "zh" and bool(pattern(name).match(s.lower, s.start))


def _stay_on_topic(walk: Walk, first: int, head: _Head) -> None:
    """What a document is about is meant where a sentence names nothing else of its kind, nor all trade.

    Nor where it names the country whose trade it tells: `China's exports` stands for itself."""
    s, scope = walk.sentence, walk.scope
    flows = [m for m in walk.mentions if m.dim == "flow"]
    whole = s.cues(s.start, first, "overall")
    named = any(m.dim in scope.topics and scope.topics[m.dim] in m.codes for m in walk.mentions)
    if not named and (whole and any(0 <= m.start - whole[-1].end < _NEXT for m in flows) or any(
            s.lower[m.start:m.end].endswith(words("whole_trade")) for m in flows)):
        scope.off_topic = True
    side = pattern(f"our_side_{s.language}").search(s.lower, s.start, first)
    balance = bool(flows) and all(FLOWS.get(m.codes[-1], m.codes[-1]) == "balance" for m in flows)
    home = head.home and not head.turn and not side and not balance
    apart = scope.off_topic or walk.frame.subject is not None or home
    headed = {d: c for d, c in scope.headed_by.items() if d == "partner" or "enterprise" not in head.own}
    for dim, code in (scope.topics | headed).items() if not apart else ():
        if dim not in walk.frame.dims and not any(
                m.dim == dim and m.codes != [ANY_PORT] or m.reporter for m in walk.mentions):
            walk.frame.dims[dim] = [code]


def _head(walk: Walk, first: int) -> _Head:
    """What stands before the first number, zones left out."""
    s = walk.sentence
    named = {m.dim for m in walk.mentions if m.start < first and not walk.zoned(m.start)}
    cues = [w for w in s.cues(s.start, first, "anaphor", "among", "home", "overall") if walk.at_home(w)]
    anaphors = {w.tags["anaphor"] for w in cues if "anaphor" in w.tags and not _within(walk, w, cues)}
    if not any(m.dim == "partner" for m in walk.mentions):
        anaphors |= {w.tags["anaphor"] for w in s.cues(first, s.end, "anaphor")} & {"partner"}
    among = any("among" in w.tags for w in cues)
    home = any(_wide(w) and _of_flow(walk, w) for w in cues)
    home = home or any(of_home(s, w) for w in s.cues(s.start, first, "region"))
    if any(_place_owns(s, w) for w in s.cues(s.start, first, "region")):
        home, anaphors = True, anaphors - {"any"}
    home = home or any(m.reporter for m in walk.mentions if m.start < first and not walk.zoned(m.start))
    home = (home or _names_owner(walk, first)) and "place" not in anaphors
    turn = begins_point(s) or _begins(s, "turns_to_zh")
    if OTHERS in anaphors:
        named.add("partner")
        anaphors.remove(OTHERS)
    partners = next((m.codes for m in walk.mentions if m.dim == "partner" and m.start < first), None)
    again = partners is not None and partners == walk.scope.frame.dims.get("partner")
    return _Head(named - {"flow"}, "flow" in named, anaphors, among, home or turn, turn, again)


def _of_flow(walk: Walk, word: Match) -> bool:
    """Whether an English word for the whole is that of a flow: `total exports`, and not `June's total`."""
    if walk.sentence.language != "en" or word.tags.get("overall") != "overall":
        return True
    return any(m.dim == "flow" and 0 <= m.start - word.end < _SOON for m in walk.mentions)


def _names_owner(walk: Walk, first: int) -> bool:
    """Whether the country whose trade a text is about is named as the owner, where that is not China."""
    s, reporter = walk.sentence, walk.scope.reporter
    found = (w for w in s.cues(s.start, first, "partner") if w.tags["partner"] == reporter)
    owners = (w for w in found if not walk.zoned(w.start) and not preposition(s, w))
    return reporter != HOME and any(owns(s, w, HOME) for w in owners)


def of_home(s: Sentence, word: Match) -> bool:
    """Whether a region is the country's, as its name says, or owns the trade: `Guangdong's exports`."""
    if s.lower.startswith(words("possessives_en"), word.end):
        return True
    if s.lower.startswith(words("home_first_zh"), word.start):
        return True
    flows = s.cues(word.end, s.end, "flow") if s.language == "zh" and opens_clause(s, word) else ()
    return any(flow.start == word.end for flow in flows)


def _place_owns(s: Sentence, word: Match) -> bool:
    """Whether a region opens an English sentence as whose trade it tells: `Zhejiang saw its exports`."""
    opens = s.language == "en" and word.start - s.start < _NEXT
    return opens and bool(pattern("place_owns_en").match(s.lower, word.end))


def _within(walk: Walk, word: Match, cues: list[Match]) -> bool:
    """Whether `their` takes up what the sentence itself opened with: China's exports saw their share rise."""
    if word.tags["anaphor"] != "any":
        return False
    flows = [m.start for m in walk.mentions if m.dim == "flow" and m.start < word.start]
    owners = [w.start for w in cues if _wide(w)] + [m.start for m in walk.mentions if m.reporter]
    return any(owner < flow for owner in owners for flow in flows)


def _wide(word: Match) -> bool:
    """Whether a word means the whole country."""
    return "home" in word.tags or "overall" in word.tags


def _inherited(previous: Frame, head: _Head, language: str) -> Frame:
    """The last slice where the sentence names none of its own, else what of it still holds."""
    if head.among or not head.own and ("any" in head.anaphors or not head.home):
        return previous.copy() if head.among or head.anaphors else previous.singled()
    frame = Frame()
    if head.home and not head.anaphors:
        frame.flow = previous.flow if head.turn and not head.flow else None
        return frame
    for dim in _lasting(previous, head, language):
        if dim in previous.dims:
            frame.dims[dim] = list(previous.dims[dim])
    if head.own and not head.flow:
        frame.flow = previous.flow
    return frame


def _lasting(previous: Frame, head: _Head, language: str) -> list[str]:
    """The dimensions that last while a sentence names others."""
    finer = "commodity" in head.own and "commodity" not in previous.dims
    dropped = set(head.own)
    if "regime" in head.own:
        dropped.add("enterprise")
    if language == "en" and head.flow and head.own == {"transport"}:
        dropped.add("region")
    if language == "en" and "region" in head.own:
        dropped.add("enterprise")
    if "transport" in head.own and len(previous.dims.get("region", ())) > 1:
        dropped.add("region")  # several provinces do not run one line
    lasting = [] if finer else [d for d in ("enterprise", "region") if d not in dropped]
    if language == "en" or head.home:
        return lasting
    if head.own <= {"commodity"}:
        lasting.append("partner")
    if head.own <= {"partner"} and _by_partner(previous) and not head.again:
        lasting.append("commodity")
    return lasting


def _by_partner(previous: Frame) -> bool:
    """Whether one good was told of by partner, so that another partner's figure is of it too."""
    return previous.single("commodity") and "partner" in previous.dims


def _take_up(walk: Walk, head: _Head) -> None:
    """`these countries`, `the two provinces`: what the text named before is meant again."""
    previous, scope = walk.scope.frame, walk.scope
    if "list" in head.anaphors and scope.last_list:
        walk.frame.see(scope.last_list)
        walk.pinned.add(scope.last_list.dim)
    for dim in _TAKEN_UP:
        if dim in head.anaphors and dim not in head.own and dim in previous.dims:
            walk.frame.dims[dim] = list(previous.dims[dim])
            walk.pinned.add(dim)
    seen = scope.seen.get("partner", [])
    topic = scope.topics.get("partner")
    told = seen[-1:] or ([topic] if topic else [])
    if "partner" in head.anaphors and "partner" not in {*head.own, *previous.dims} and told:
        walk.frame.dims["partner"] = told
    if scope.spoken and "commodity" not in head.own and pattern("they_open_en").match(
            walk.sentence.lower, walk.sentence.start):
        walk.frame.dims["commodity"] = list(scope.spoken)
        walk.pinned.add("commodity")
    if "regime" in head.anaphors and "regime" not in head.own and scope.regime:
        walk.frame.dims["regime"] = list(scope.regime)
        walk.pinned.add("regime")
    if "region" in head.anaphors and "region" not in head.own:
        regions = scope.regions or previous.dims.get("region")
        if regions is not None:
            walk.frame.dims["region"] = list(regions)


def _national(walk: Walk, first: int) -> bool:
    """Whether the whole country is meant in a text about one region."""
    s = walk.sentence
    national = any("home" in w.tags or w.tags["overall"] == "national"
                   for w in s.cues(s.start, first, "home", "overall"))
    return national and not any(w.tags["anaphor"] == "place" for w in s.cues(s.start, first, "anaphor"))


def _undated_since(walk: Walk) -> bool:
    """What has been so since something undated has no period."""
    s = walk.sentence
    if s.language != "en" or any(w.since and w.period for w in s.whens):
        return False
    return bool(s.cues(s.start, s.end, "since"))
