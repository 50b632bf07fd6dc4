"""A reading as sentences, and a sentence as tokens: its words, figures, periods and clause ends."""

from __future__ import annotations

import re
from collections.abc import Iterator

from customhouse.reader import numbers, periods, wordfigures
from customhouse.reader.calendar import Calendar
from customhouse.reader.text import Block, Reading, sentences
from customhouse.reader.tokens import Number, Sentence
from customhouse.vocabulary import lexicon, pattern, triggers, words
from customhouse.vocabulary.lexicon import Match

_COMPARISONS = ("yoy", "mom", "qoq")
_NAMES = ("partner", "commodity", "region", "transport")
"""Kinds of names that may have a month's name in them: Jan Mayen."""
_STOPS = re.compile("[,\uff0c\uff1a:;\uff1b]")
_STRONG = ";\uff1b"


def split(seen: Reading) -> list[tuple[Block, list[Sentence]]]:
    """The blocks with their sentences, each with its words of the vocabulary and the finders they call."""
    places = [(block, sentences(seen.text, block)) for block in seen.blocks]
    flat = [place for _, mine in places for place in mine]
    named = _words_by_place(flat, lexicon().find(seen.folded, seen.lower))
    calls = _calls_by_place(flat, triggers(seen.lower))
    return [
        (block, [
            Sentence(seen.folded, seen.lower, start, end, block.language, next(named), triggers=next(calls))
            for start, end in mine
        ])
        for block, mine in places
    ]


def _words_by_place(places: list[tuple[int, int]], found: list[Match]) -> Iterator[list[Match]]:
    """The words that lie within each place; both are in text order."""
    index = 0
    for start, end in places:
        first = index
        while index < len(found) and found[index].start < end:
            index += 1
        yield [word for word in found[first:index] if word.start >= start and word.end <= end]


def _calls_by_place(places: list[tuple[int, int]],
                    calls: Iterator[tuple[int, frozenset[str]]]) -> Iterator[set[str]]:
    """The finders that the trigger words in each place call; both are in text order."""
    call = next(calls, None)
    for start, end in places:
        names: set[str] = set()
        while call and call[0] < end:
            if call[0] >= start:
                names |= call[1]
            call = next(calls, None)
        yield names


def tokenize(sentence: Sentence, calendar: Calendar) -> None:
    """Finds the periods, numbers and clause ends of a sentence."""
    sentence.words = _compared(sentence)
    worded = wordfigures.find(sentence)
    if "periods" in sentence.triggers:
        taken = [(n.start, n.end) for n in worded if n.measure in ("record", "streak")]
        taken += [(w.start, w.end) for w in sentence.words
                  if not w.tags.keys().isdisjoint((*_COMPARISONS, *_NAMES))
                  and not sentence.lower.startswith(words("whole_year"), w.end)]
        sentence.whens = periods.find(sentence, calendar, taken)
    sentence.numbers = _numbers(sentence, worded)
    _find_clause_ends(sentence)


def _compared(sentence: Sentence) -> list[Match]:
    """The words, with those of Chinese comparisons: `exceeds growth overall by 2 points`, `than before`."""
    if sentence.language != "zh":
        return sentence.words
    exceeds = pattern("exceeds_whole_zh")
    known = [Match(w.start, w.end, {**w.tags, "gapup": "gapup"})
             if "bound" in w.tags and exceeds.match(sentence.lower, w.start) else w for w in sentence.words
             if not _cuts_month(sentence, w)]
    for match in pattern("more_than_zh").finditer(sentence.lower, sentence.start, sentence.end):
        start, end = match.span("w")
        way = "up" if match["w"] in words("more_zh") else "down"
        over = [w for w in known if w.start < end and start < w.end]
        if all((w.start, w.end) == (start, end) for w in over):
            known = [w for w in known if w not in over] + [Match(start, end, {way: way})]
    return sorted(known, key=lambda w: w.start)


def _cuts_month(sentence: Sentence, word: Match) -> bool:
    """Whether a Chinese word for month on month is the end of a month and the word that follows it."""
    month = sentence.lower.startswith(words("month_words"), word.start)
    return month and "mom" in word.tags and sentence.lower[word.start - 1:word.start].isdigit()


def _numbers(sentence: Sentence, found: list[Number]) -> list[Number]:
    """All numbers in text order: those in words, and those in numerals that overlap none before them."""
    numerals = numbers.find(sentence)
    if sentence.language == "zh":
        numerals += numbers.chinese(sentence)
    else:
        numerals += numbers.english(sentence)
    for number in numerals:
        over = [n for n in found if n.start < number.end and number.start < n.end]
        if not over:
            found.append(number)
        elif over[0].measure == "record":
            over[0].extra["level"] = number
    return sorted(found, key=lambda n: (n.start, n.end))


def _find_clause_ends(sentence: Sentence) -> None:
    """Stops outside numbers end clauses; semicolons and words such as `whereas` end strong ones too."""
    stops = [(m.start(), m[0]) for m in _STOPS.finditer(sentence.lower, sentence.start, sentence.end)]
    turns = [word.start for word in sentence.words if "whereas" in word.tags]
    strong = [at for at, mark in stops if mark in _STRONG] + turns
    whole = [(n.start, n.end) for n in sentence.numbers] + [(w.start, w.end) for w in sentence.words]
    weak = [at for at, mark in stops
            if mark not in _STRONG and not any(start <= at < end for start, end in whole)]
    sentence.strong, sentence.commas = sorted(strong), sorted(strong + weak)
