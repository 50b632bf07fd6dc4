"""In what terms a rate is: the currency of its values, or what they were adjusted for.

A currency holds for its sentence. An adjustment holds for the figure that it stands at and for the later
ones of its clause, but for a figure that is said to be on a year earlier: `after seasonal adjustment,
exports rose by 1% month on month and 5% year on year`.
"""

from __future__ import annotations

from customhouse.model import ADJUSTED
from customhouse.reader.groups import Group
from customhouse.reader.layout import Layout
from customhouse.vocabulary.lexicon import Match

_MARKS = " ,.()!\uff0c\u3002\uff08\uff09"
_CLOSE = 3
"""Characters to a word that stands right behind a figure."""
_OPENING = "(\uff08"


def terms_of(layout: Layout, group: Group) -> str | None:
    """The terms of a group of numbers; None where the text does not tell them."""
    s = layout.sentence
    found = s.cues(s.start, s.end, "terms")
    adjusted = [w for w in found if w.tags["terms"] in ADJUSTED]
    own = _behind(layout, group, adjusted) or _ahead(layout, group, adjusted) if adjusted else None
    if own is not None:
        return own.tags["terms"]
    return next((w.tags["terms"] for w in found if w.tags["terms"] not in ADJUSTED), None)


def _behind(layout: Layout, group: Group, words: list[Match]) -> Match | None:
    """The adjustment told after the numbers: right behind them, in brackets, or at the end of the clause."""
    word = next((w for w in words if group.end <= w.start < layout.next_group(group.end)), None)
    return word if word and _trails(layout, group, word) else None


def _trails(layout: Layout, group: Group, word: Match) -> bool:
    """Whether an adjustment belongs to the figure before it rather than to the next."""
    s = layout.sentence
    if any(group.end <= p <= word.start for p in s.strong):
        return False
    if s.lower[word.start - 1] in _OPENING or s.lower[word.start] in _OPENING:
        return True
    after = layout.next_group(word.end)
    if _yearly(layout, group, word.start) and after < s.end and not _yearly(layout, layout.at(after)):
        return False
    commas = [p for p in s.commas if group.end <= p < word.start]
    stop = min([p for p in (*s.commas, *s.strong) if p >= word.end], default=s.end)
    if not s.lower[word.end:stop].strip(_MARKS):
        return True
    return not commas and s.language == "en" and stop <= layout.next_group(group.end)


def _ahead(layout: Layout, group: Group, words: list[Match]) -> Match | None:
    """The adjustment told before the numbers, in their clause and not of the figure before."""
    s = layout.sentence
    begin = max([s.start, *(p for p in s.strong if p <= group.start)])
    word = next((w for w in reversed(words) if begin <= w.start and w.end <= group.start), None)
    if word is None:
        return None
    earlier = [g for g in layout.groups if g.end <= word.start]
    if earlier and _behind(layout, earlier[-1], words) is word:
        return None
    first = layout.next_group(word.end) >= group.start
    return word if first or not _yearly(layout, group) else None


def _yearly(layout: Layout, group: Group, end: int | None = None) -> bool:
    """Whether a figure is said to be on a year earlier, in the words around it, at most up to `end`."""
    s, stop = layout.sentence, layout.stop(group.end)
    own = s.cues(layout.previous_end(group), group.start, "yoy", "mom", "qoq")[-1:]
    behind = s.cues(group.end, stop if end is None else end, "yoy", "mom", "qoq")[:1]
    close = behind and behind[0].start - group.end < _CLOSE
    told = behind if close or not own else own
    return bool(told) and "yoy" in told[0].tags
