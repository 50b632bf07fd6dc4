"""Whose trade is told and with whom: countries that own a flow, or that a preposition marks as partners."""

from __future__ import annotations

from customhouse.model import HOME
from customhouse.reader.tokens import Sentence
from customhouse.vocabulary import lexicon, pattern, words
from customhouse.vocabulary.lexicon import Match

_MARKED = 60
"""Characters before a name that may mark it as the partner."""


def shortened(sentence: Sentence, word: Match) -> bool:
    """Whether a country is named by one character after a preposition, which is part of the word."""
    text = sentence.lower[word.start:word.end]
    return text.startswith(words("short_before_zh")) and "partner" not in lexicon().tags(text)


def preposition(sentence: Sentence, word: Match) -> bool:
    """Whether a country is marked as the partner: `to`, `from`, `with` and their like before it."""
    if sentence.language == "en" and pattern("bound_suffix_en").match(sentence.lower, word.end):
        return True
    if sentence.language == "zh" and pattern("except_zh").search(_before(sentence, word.start)):
        return True
    return partner_before(sentence, word.start)


def partner_before(sentence: Sentence, position: int) -> bool:
    """Whether what stands at a place is traded with: `to`, `from`, `with` and their like right before it."""
    return bool(pattern(f"partner_before_{sentence.language}").search(_before(sentence, position)))


def _before(sentence: Sentence, position: int) -> str:
    """The words before a place that may mark it as the partner."""
    return sentence.lower[max(sentence.start, position - _MARKED):position]


def _owns_clause(sentence: Sentence, word: Match, after: str) -> bool:
    """Whether a Chinese clause opens with a country and its possessive mark, and goes on to its flow."""
    owned = pattern("owned_zh").match(after) or pattern("month_owned_zh").match(after)
    return opens_clause(sentence, word) and bool(owned)


def opens_clause(sentence: Sentence, word: Match) -> bool:
    """Whether a Chinese word stands at the beginning of a clause, or after its time or comparison."""
    before = pattern("clause_opens_zh").search(sentence.lower, word.start - 1, word.start)
    return word.start == sentence.start or bool(before)


def _by_own_office(sentence: Sentence, word: Match, after: str) -> bool:
    """Whether an office of the country gives the figures of its flow: `韩国关税厅统计显示，9月韩国出口额`."""
    if not pattern("own_flow_zh").match(after):
        return False
    code = word.tags.get("partner")
    told = (w for w in sentence.words if w.end <= word.start and w.tags.get("partner") == code)
    return any(pattern("foreign_office_zh").match(sentence.lower, w.end) for w in told)


def owns(sentence: Sentence, word: Match, reporter: str) -> bool:
    """Whether a country is the one whose trade is meant: `Vietnam's exports`."""
    after = sentence.lower[word.end:min(sentence.end, word.end + 80)]
    match = pattern(f"owner_after_{sentence.language}").match(after)
    if sentence.language == "zh" and (
            pattern("toward_zh").match(after) or _owns_clause(sentence, word, after)):
        return True
    if sentence.language == "en" and pattern("owner_were_en").match(after):
        return any("flow" in w.tags and w.end <= word.start for w in sentence.words)
    if sentence.language == "zh" and _by_own_office(sentence, word, after):
        return True
    if not match:
        return False
    if sentence.language == "en" and after.startswith(words("possessives_en")) and any(
            w.start == word.end + 3 and ("up" in w.tags or "down" in w.tags) for w in sentence.words):
        return True
    if sentence.language == "zh" and reporter == HOME:
        return bool(pattern("owner_toward_zh").match(after) or pattern("toward_zh").match(after))
    position = word.end + match.end()
    return any(w.start <= position + 1 < w.end + 2 and ("flow" in w.tags) for w in sentence.words)
