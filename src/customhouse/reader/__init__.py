"""Trade prose in Chinese and English to claims: the one public door is `read_text`."""

from __future__ import annotations

import re
from dataclasses import replace

from customhouse.model import Claim
from customhouse.reader import numbers, periods, structure, wordfigures
from customhouse.reader.claims import build
from customhouse.reader.interpret import Interpreter
from customhouse.reader.periods import Calendar, date_of, likely_year, parse_published
from customhouse.reader.scope import Scope
from customhouse.reader.text import Block, Reading, reading, sentences
from customhouse.reader.tokens import Sentence
from customhouse.vocabulary import lexicon, triggers
from customhouse.vocabulary.lexicon import Match

__all__ = ["read_text"]

_COMPARISONS = ("yoy", "mom", "qoq")
_STOPS = re.compile("[,\uff0c\uff1a:;\uff1b]")


def read_text(text: str, published: str | None = None, doc: str = "text") -> tuple[Claim, ...]:
    """Every figure that a text states, as claims in text order.

    `published` is the day (`2025-04-14`) or month (`2025-04`) that relative periods count from;
    without it the date is sought in the text. `doc` names the document in the claims' spans.
    Raises PeriodError for a `published` that is no day or month, and nothing else.
    """
    month = parse_published(published)
    seen = reading(text)
    if month is None:
        month = date_of(seen.text, seen.lower)
    year = None if month else likely_year(seen.lower)
    parts = _split(seen)
    scope = Scope(Calendar(published=month, year=year, fixed=year is not None))
    flat = [s for _, ss in parts for s in ss]
    scope.reporter = structure.reporter(flat)
    scope.region = structure.region(flat, scope.reporter)
    return tuple(_walk(seen, parts, scope, text, doc))


def _split(seen: Reading) -> list[tuple[Block, list[Sentence]]]:
    """The blocks with their sentences and the vocabulary's words in each."""
    found = lexicon().find(seen.folded, seen.lower)
    parts, index = [], 0
    calls = triggers(seen.lower)
    call = next(calls, None)
    for block in seen.blocks:
        made = []
        for start, end in sentences(seen.text, block):
            mine: list[Match] = []
            while index < len(found) and found[index].start < end:
                if found[index].start >= start and found[index].end <= end:
                    mine.append(found[index])
                index += 1
            sentence = Sentence(seen.folded, seen.lower, start, end, block.language, mine)
            while call and call[0] < end:
                if call[0] >= start:
                    sentence.triggers |= call[1]
                call = next(calls, None)
            made.append(sentence)
        parts.append((block, made))
    return parts


def _walk(seen: Reading, parts: list[tuple[Block, list[Sentence]]], scope: Scope, raw: str, doc: str) -> list[Claim]:
    claims: list[Claim] = []
    interpreter = Interpreter(scope)
    paragraph = -1
    for block, made in parts:
        if structure.is_speaker(seen, block):
            continue
        if block.paragraph != paragraph:
            interpreter.new_paragraph(block.language)
            paragraph = block.paragraph
        scope.heading = block.heading
        for sentence in made:
            _prepare(sentence, scope)
            drafts = interpreter.read(sentence)
            claims += build(drafts, sentence, seen, raw, doc, scope)
    return _headlines(claims)


def _headlines(claims: list[Claim]) -> list[Claim]:
    """Figures before the first dated one stand in headlines: the body says what they are about and when."""
    first = next((i for i, c in enumerate(claims) if c.period and not c.slice.subject), None)
    if not first:
        return claims
    return [_from_body(c, claims[first:]) if i < first else c for i, c in enumerate(claims)]


def _from_body(head: Claim, body: list[Claim]) -> Claim:
    def said(claim: Claim) -> tuple[object, ...]:
        return claim.measure, claim.of, claim.value, claim.unit

    twin = next((c for c in body if said(c) == said(head) and c.period), None)
    if twin and (head.slice.subject in (None, "unclassified")) and not twin.slice.subject:
        given = {k: v for k, v in head.slice.given().items() if k != "flow"}
        if all(twin.slice.given().get(k) == v for k, v in given.items()):
            return replace(head, slice=twin.slice, period=twin.period, base=twin.base)
    if head.slice.subject or head.measure == "rank":
        return head
    return replace(head, period=body[0].period)


def _prepare(sentence: Sentence, scope: Scope) -> None:
    """Finds the periods, numbers and clause ends of a sentence."""
    language = sentence.language
    found = wordfigures.find(sentence)
    taken = [(n.start, n.end) for n in found if n.measure in ("record", "streak")]
    taken += [(w.start, w.end) for w in sentence.words if not w.tags.keys().isdisjoint(_COMPARISONS)]
    if "periods" in sentence.triggers:
        sentence.whens = periods.find(sentence.text, sentence.lower, sentence.start, sentence.end, language,
                                      scope.calendar, taken)
    digits = numbers.find(sentence)
    if language == "zh":
        digits += numbers.chinese(sentence)
    for number in digits:
        if not any(n.start < number.end and number.start < n.end for n in found):
            found.append(number)
    sentence.numbers = sorted(found, key=lambda n: (n.start, n.end))
    inside = [(n.start, n.end) for n in sentence.numbers]
    for match in _STOPS.finditer(sentence.lower, sentence.start, sentence.end):
        at = match.start()
        if match[0] in ";\uff1b":
            sentence.strong.append(at)
            sentence.commas.append(at)
        elif not any(s <= at < e for s, e in inside):
            sentence.commas.append(at)
    for word in sentence.words:
        if "whereas" in word.tags:
            sentence.strong.append(word.start)
            sentence.commas.append(word.start)
    sentence.commas.sort()
    sentence.strong.sort()

