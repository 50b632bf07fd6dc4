"""Claims without a number: that trade rose or fell, that it left a surplus or a deficit.

Each word of direction is set among the figures of its sentence and read by the same walk, so that it
takes its slice, period and base as a figure in the same place would. The figures themselves are read
apart and stay as they are.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from copy import deepcopy
from dataclasses import replace

from customhouse.model import HOME, Claim
from customhouse.period import Period
from customhouse.reader import turns
from customhouse.reader.claims import build
from customhouse.reader.clauses import Clauses, Turn, ends
from customhouse.reader.drafts import Draft
from customhouse.reader.interpret import Interpreter
from customhouse.reader.scope import Scope
from customhouse.reader.text import Reading
from customhouse.reader.tokens import Sentence, When
from customhouse.vocabulary import pattern, phrase, words
from customhouse.vocabulary.lexicon import Match

MEASURE = "direction"
_FLOWS = ("exports", "imports", "trade", "balance")
_LONGEST = 12
_REACH = 40
_BESIDE = 6
_COUNTRY = len("CHN")
_BLOCS = ("ASEAN",)
"""Other groups with longer codes are those that a text trades with: they report no trade of their own."""


def read(sentence: Sentence, scope: Scope, reading: Reading, raw: str, doc: str) -> list[Claim]:
    """The directions that one sentence states; `scope` is as the text before left it, and stays so."""
    if not any("flow" in word.tags for word in sentence.words):
        return []
    clauses = Clauses(sentence, scope)
    found = turns.find(clauses)
    if not found:
        return []
    own = deepcopy(scope)
    marks = turns.numbers(found)
    numbers = sorted([*sentence.numbers, *marks], key=lambda n: (n.start, n.end))
    cuts = {ends(sentence, turn.end) for turn in found} - {sentence.end}
    trial = replace(sentence, numbers=[replace(n) for n in numbers], whens=_whens(sentence, found),
                    commas=sorted({*sentence.commas, *cuts}))
    drafts = [d for d in Interpreter(own).read(trial) if turns.KIND in d.number.extra and _told(d)]
    for draft in drafts:
        turn = draft.number.extra[turns.KIND]
        draft.period = _beyond(trial, turn) or draft.period
        draft.status = draft.status if draft.status != "forecast" or _foreseen(sentence, turn) else None
    named = {m.dim for m in clauses.mentions}
    return [_claim(claim, draft, sentence) for draft in drafts if _named(draft, named)
            for claim in build([draft], trial, reading, raw, doc, own) if _of_goods(claim)]


def _named(draft: Draft, named: set[str]) -> bool:
    """Whether the sentence itself names what narrows the slice; the region may be that of the document."""
    return draft.dims.keys() <= named | {"region"}


def _foreseen(sentence: Sentence, turn: Turn) -> bool:
    """Whether a word for a forecast is said of it, not beside it: `better than expected`."""
    return any("forecast" in word.tags.values() and not _beside(sentence, word)
               for word in sentence.cues(min(turn.head, turn.start), turn.end, "status"))


def _beside(sentence: Sentence, word: Match) -> bool:
    before = sentence.lower[max(sentence.start, word.start - _BESIDE):word.start].rstrip()
    return before.endswith(words("direction_beside_en"))


def _beyond(sentence: Sentence, turn: Turn) -> Period | None:
    """The period at the end of a clause that goes on with why: `fell as demand weakened in March`.

    None where one stands nearer to the word, or where what goes on tells of another time.
    """
    cut = ends(sentence, turn.end)
    after, before = bisect_right(sentence.commas, cut), bisect_left(sentence.commas, turn.start)
    stop = sentence.commas[after] if after < len(sentence.commas) else sentence.end
    begin = sentence.commas[before - 1] if before else sentence.start
    nearer = any(begin <= w.start < cut and not w.base for w in sentence.whens)
    if nearer or cut >= stop or not pattern("direction_why_en").match(sentence.lower, cut):
        return None
    return next((w.period for w in sentence.whens if cut <= w.start < stop and not (w.base or w.since)), None)


def _of_goods(claim: Claim) -> bool:
    """Whether a claim is of goods trade that a country or a bloc reports."""
    reporter = claim.slice.reporter or HOME
    return claim.slice.subject is None and (len(reporter) <= _COUNTRY or reporter in _BLOCS)


def _told(draft: Draft) -> bool:
    """Whether a draft is of a level of trade in one stretch of at most a year."""
    turn: Turn = draft.number.extra[turns.KIND]
    if draft.flow not in _FLOWS or draft.sense.of or draft.subject:
        return False
    if turn.mutual and "partner" not in draft.dims:
        return False
    if turn.of == "value" and draft.flow != "balance":
        return False
    return draft.period is None or draft.period.months <= _LONGEST


def _claim(claim: Claim, draft: Draft, sentence: Sentence) -> Claim:
    turn: Turn = draft.number.extra[turns.KIND]
    of = None if turn.of == "value" else turn.of
    base = claim.base if of else None
    note = phrase("note_direction", "en") if of and base is None and _open(sentence, turn) else None
    return replace(claim, measure=MEASURE, of=of, value=float(turn.sign), unit="1", bound="exact", base=base,
                   whole=None, against=None, threshold=None, note=note, step=0.0)


def _open(sentence: Sentence, turn: Turn) -> bool:
    """Whether a word such as `rebounded` leaves open whether a year or a month earlier is meant."""
    text = sentence.lower[turn.start:turn.end]
    return bool(pattern(f"direction_open_{sentence.language}").search(text))


def _whens(sentence: Sentence, found: list[Turn]) -> list[When]:
    """The periods of a sentence; one that only tells what came before is no base."""
    kept = []
    for when in sentence.whens:
        if not when.base:
            kept.append(replace(when))
        elif any(_right_after(sentence, turn, when) for turn in found if turn.of == "value"):
            kept.append(replace(when, base=False))
        elif not _apart(sentence, when) and not _of_another(sentence, found, when):
            kept.append(replace(when))
    return kept


def _of_another(sentence: Sentence, found: list[Turn], when: When) -> bool:
    """Whether a base is that of another clause, which says something of its own."""
    stop = next((p for p in sentence.commas if p >= when.end), sentence.end)
    own = any(turn.start < stop and turn.end > when.start - _REACH for turn in found)
    return not own and bool(sentence.cues(when.end, stop, "flow", "up", "down", "speed", "slow"))


def _right_after(sentence: Sentence, turn: Turn, when: When) -> bool:
    """Whether a period is that of a balance: after it in English, before it in Chinese."""
    first, last = (turn.end, when.start) if sentence.language == "en" else (when.end, turn.start)
    between = sentence.lower[first:last].strip() if first <= last else "."
    return between in words(f"direction_in_{sentence.language}")


def _apart(sentence: Sentence, when: When) -> bool:
    """Whether a period only tells what was before: `rose in April after falling in March`."""
    before = sentence.lower[max(sentence.start, when.start - _REACH):when.start]
    return bool(pattern(f"direction_apart_when_{sentence.language}").search(before))


def with_headlines(found: list[Claim], figures: list[Claim]) -> list[Claim]:
    """Directions without a period stand in headlines or the like: the same in the body tells when."""
    body: dict[tuple[object, ...], Claim] = {}
    for claim in (*found, *figures):
        if claim.period and not claim.slice.subject:
            body.setdefault(_way(claim), claim)
    return [c if c.period else _dated(c, body.get(_way(c))) for c in found]


def _dated(head: Claim, twin: Claim | None) -> Claim:
    return replace(head, period=twin.period, base=twin.base) if twin else head


def _way(claim: Claim) -> tuple[object, ...]:
    """Of which slice a claim says that it has a value or growth, and of which sign."""
    if claim.measure == MEASURE:
        return claim.slice, claim.of or "value", claim.value > 0
    return claim.slice, claim.measure if claim.of is None else "", claim.value > 0


def unsaid(found: list[Claim], figures: list[Claim]) -> list[Claim]:
    """The directions that no figure of the same sentence says with a number."""
    told = {(c.slice, c.period, c.base, c.value > 0) for c in figures if c.measure == "growth" and not c.of}
    return [c for c in found if c.of is None or (c.slice, c.period, c.base, c.value > 0) not in told]
