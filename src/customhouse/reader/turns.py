"""Words that say which way trade went without a number: `fell`, `a trade deficit`, `kept growing`.

A word counts only where every word of its clause up to it is understood, where it stands at a flow
of trade, and where nothing makes it a wish, a doubt, a plan, a condition or a question. What it
leaves out is better unread than read wrongly: a text is held to what these words say.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import replace

from customhouse.reader.clauses import Clauses, Turn, ends
from customhouse.reader.doubts import holds
from customhouse.reader.tokens import Number
from customhouse.vocabulary import pattern, words
from customhouse.vocabulary.lexicon import Match

KIND = "direction"
_BALANCE = ("surplus", "deficit")
_LONGEST = 40
"""Characters of adverbs that may stand before a Chinese verb."""

Finder = Callable[[Clauses], Iterator[Turn]]


def find(layout: Clauses) -> list[Turn]:
    """The words of direction of a sentence that say something of trade, in order, none overlapping."""
    s = layout.sentence
    if pattern(f"direction_if_{s.language}").search(s.lower, s.start, s.end):
        return []
    found: list[Turn] = []
    for finder in _FINDERS[s.language]:
        for turn in finder(layout):
            if not any(t.start < turn.end and turn.start < t.end for t in found) and holds(layout, turn):
                found.append(replace(turn, mutual=_mutual(layout, turn)))
    return sorted(found, key=lambda t: t.start)


def _mutual(layout: Clauses, turn: Turn) -> bool:
    """Whether it is said of trade between two sides, not of a mode such as `border mutual trade`."""
    s = layout.sentence
    found = pattern(f"mutual_{s.language}").finditer(s.lower, turn.head, turn.start)
    names = [m for m in layout.mentions if m.dim != "flow" and turn.head <= m.start < turn.start]
    return any(not any(name.start <= m.start() < name.end for name in names) for m in found)


# --- what finders look for -----------------------------------------------------------------------


def _matches(layout: Clauses, name: str) -> Iterator[re.Match[str]]:
    """Where a pattern holds in the sentence; words in names such as `contracted projects` say nothing."""
    s = layout.sentence
    found = pattern(name).finditer(s.lower, s.start, s.end)
    return (m for m in found if not layout.mentioned(m.start("span" if "span" in m.re.groupindex else 0)))


def _sign(match: re.Match[str]) -> int:
    """1 for a rise, -1 for a fall, by the name of the group that matched."""
    return 1 if any(text and name.startswith("up") for name, text in match.groupdict().items()) else -1


def _turn(match: re.Match[str], of: str, head: int, sign: int | None = None) -> Turn:
    return Turn(*match.span("span"), of, _sign(match) if sign is None else sign, head, match.end())


def _moves(layout: Clauses) -> Iterator[Turn]:
    """`exports fell`: a verb whose subject is a flow, or goes on with that of the verb before."""
    last: Turn | None = None
    ended = layout.sentence.start
    for match in _matches(layout, f"direction_{layout.sentence.language}"):
        start = match.start("span")
        head = max(layout.phrase_start(start), ended)
        joint = last is not None and _goes_on(layout, last, start)
        if joint or _subject(layout, head, start):
            last = _turn(match, _turned(layout, head, start, match["span"]), start if joint else head)
            yield last
        ended = match.end()


def _turned(layout: Clauses, head: int, start: int, text: str) -> str:
    """`growth`, or `value` where a balance turns positive or negative."""
    balance = any(w.tags["flow"] == "balance" for w in layout.flows(head, start))
    turned = text.endswith(words(f"turned_words_{layout.sentence.language}"))
    return "value" if balance and turned else "growth"


def _goes_on(layout: Clauses, last: Turn, start: int) -> bool:
    """Whether a verb shares the subject of the one before: `fell in March and rose in April`."""
    s, between, position = layout.sentence, "", last.end
    for when in s.whens:
        if last.end <= when.start and when.end <= start:
            between, position = between + s.lower[position:when.start], when.end
    between += s.lower[position:start]
    glue = between.replace(" in ", " ").replace(" for ", " ")
    return bool(pattern(f"direction_joint_{s.language}").fullmatch(glue))


def _subject(layout: Clauses, head: int, start: int) -> bool:
    """Whether the words before a verb name one flow of trade, and nothing that is not understood."""
    flows = layout.flows(head, start)
    if len([m for m in layout.mentions if m.dim == "flow" and head <= m.start < start]) != 1 or any(
            w.tags["flow"] in _BALANCE for w in flows):
        return False
    if not layout.understood(head, _adverbs(layout, start)):
        return False
    return layout.sentence.language == "en" or _close(layout, flows[0], start)


def _adverbs(layout: Clauses, start: int) -> int:
    """Where the adverbs before a Chinese verb begin."""
    s = layout.sentence
    if s.language != "zh":
        return start
    before = bisect_left(layout.named, (start, 0))
    floor = max((end for _, end in layout.named[max(0, before - 2):before] if end <= start), default=s.start)
    floor = max(floor, start - _LONGEST)
    plain = pattern("direction_adverbs_zh")
    return next((at for at in range(floor, start) if plain.fullmatch(s.lower, at, start)), start)


def _close(layout: Clauses, flow: Match, start: int) -> bool:
    """Whether only names, times and adverbs stand between a Chinese flow and its verb."""
    return layout.understood(flow.end, _adverbs(layout, start))


def _balance_moves(layout: Clauses) -> Iterator[Turn]:
    """`the surplus widened`: growth of a balance, which a wider deficit makes smaller."""
    for match in _matches(layout, f"balance_grows_{layout.sentence.language}"):
        start = match.start("span")
        head = layout.phrase_start(start)
        flows = layout.flows(head, start)
        if len(flows) == 1 and flows[0].tags["flow"] in _BALANCE and layout.understood(head, start):
            sign = _sign(match) * (-1 if flows[0].tags["flow"] == "deficit" else 1)
            yield _turn(match, "growth", head, sign)


def _headlines(layout: Clauses) -> Iterator[Turn]:
    """`Exports fall in March`: the present of headlines, right at the beginning of a clause.

    In a headline, which has no full stop, a clause may begin with `as` or the like too.
    """
    s = layout.sentence
    open_ended = not s.lower[s.start:s.end].rstrip().endswith(words("full_stops"))
    for match in _matches(layout, "direction_headline_en"):
        head, begin = layout.phrase_start(match.start()), layout.clause_of(match.start())
        joined = open_ended and s.lower[begin:head].endswith(words("headline_joints_en"))
        if (head == begin or joined) and _subject(layout, head, match.start()):
            yield _turn(match, "growth", head)


def _circumstances(layout: Clauses) -> Iterator[Turn]:
    """`with exports rising and imports down`."""
    s, ended = layout.sentence, layout.sentence.start
    for match in _matches(layout, "direction_with_en"):
        head = layout.phrase_start(match.start())
        head = max(head, ended)
        phrase = s.lower[max(s.start, head - 6):match.start()].split()
        if not set(phrase[:3]).isdisjoint(words("direction_with_words_en")) and _subject(
                layout, head, match.start()):
            yield _turn(match, "growth", head)
        ended = match.end()


def _forecasts(layout: Clauses) -> Iterator[Turn]:
    """`exports are expected to fall`: a claim too, with its status."""
    for match in _matches(layout, "direction_forecast_en"):
        head = layout.phrase_start(match.start())
        if _subject(layout, head, match.start()):
            yield Turn(*match.span(), "growth", _sign(match), head, match.end())


def _nouns(layout: Clauses) -> Iterator[Turn]:
    """`shows a decline in imports`: the flow follows."""
    for match in _matches(layout, "direction_noun_en"):
        end = ends(layout.sentence, match.end())
        flow = next(iter(layout.flows(match.end(), end)), None)
        if flow and flow.tags["flow"] not in _BALANCE and layout.understood(match.end(), end):
            yield Turn(*match.span("span"), "growth", _sign(match), match.start("span"), match.end("span"))


def _balances(layout: Clauses) -> Iterator[Turn]:
    """`posted a trade surplus`, `after a deficit`: what the balance was."""
    s = layout.sentence
    for name in _BALANCES[s.language]:
        for match in _matches(layout, name):
            head = layout.phrase_start(match.start())
            apart = match.groupdict().get("lead", "").startswith(words("direction_apart_en"))
            plain = layout.understood(head, _adverbs(layout, match.start()))
            known = _dated(layout, match) if apart else plain
            if known and _of_trade(layout, match):
                yield _turn(match, "value", match.start() if apart else head)


_BALANCES = {
    "en": ("balance_to_en", "balance_have_en", "balance_alone_en"),
    "zh": ("balance_zh", "balance_from_zh", "balance_turn_zh"),
}


def _dated(layout: Clauses, match: re.Match[str]) -> bool:
    """Whether a balance that went before has a period of its own: `after a deficit in March`."""
    s, (start, end) = layout.sentence, match.span("span")
    if not match["lead"].startswith(words("direction_past_en")):
        return True
    return any(match.start() <= w.start < start for w in s.whens) or any(
        w.start >= end and s.lower[end:w.start].strip() in words("direction_in_en") for w in s.whens)


def _of_trade(layout: Clauses, match: re.Match[str]) -> bool:
    """Whether a balance is that of trade: it says so, or its sentence does."""
    s = layout.sentence
    before = layout.clause_of(match.start()), match.start()
    start, end = match.span("span")
    own = any(m.dim == "flow" and start <= m.start < end for m in layout.mentions)
    if not own and not layout.flows(*before):
        return False
    return s.language == "zh" or bool(pattern("direction_trade_en").search(s.lower, s.start, s.end))


def _events(layout: Clauses) -> Iterator[Turn]:
    """`The fall in exports in March ...` at the beginning of a clause, dated: what is told of as a fact."""
    s = layout.sentence
    for match in _matches(layout, "direction_event_en"):
        end, first = ends(s, match.end()), not s.lower[layout.clause_of(match.start()):match.start()].strip()
        dated = next((w for w in s.whens if match.end() <= w.start < end and w.period and not w.base), None)
        flow = next(iter(layout.flows(match.end(), dated.start)), None) if dated else None
        if not (first and dated and flow) or flow.tags["flow"] in _BALANCE:
            continue
        if layout.understood(match.end(), dated.start) and _sure(layout, match.end(), end):
            yield Turn(*match.span("span"), "growth", _sign(match), match.start("span"), match.end("span"))


def _sure(layout: Clauses, start: int, end: int) -> bool:
    """Whether nothing that follows an event makes it one that may be, or is expected."""
    s = layout.sentence
    found = pattern("direction_unsure_en").finditer(s.lower, start, end)
    doubts = any(not layout.within(m.start()) for m in found)
    return not doubts and not s.cues(start, layout.clause_end(start), "status")


_FINDERS: dict[str, tuple[Finder, ...]] = {
    "en": (_forecasts, _balances, _balance_moves, _nouns, _events, _moves, _circumstances, _headlines),
    "zh": (_balances, _balance_moves, _moves),
}


def numbers(turns: list[Turn]) -> list[Number]:
    """The words of direction as figures in words, for the walk over the sentence to read like others."""
    return [Number(t.start, t.end, float(t.sign), KIND, "1",
                   measure="growth" if t.of == "growth" else "value", extra={KIND: t}) for t in turns]
