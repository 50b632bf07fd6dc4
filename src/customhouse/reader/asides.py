"""Names that say nothing of what is told: an agency's place, whose office told, who is outranked."""

from __future__ import annotations

from customhouse.reader.tokens import Sentence
from customhouse.vocabulary import pattern, words
from customhouse.vocabulary.lexicon import Match

_OPENING = ("(", "\uff08")
_CAPITAL = "CN-BJ"
_VENUE = 40
"""Characters before a place that may say that one only met there."""


def dateline(sentence: Sentence, word: Match) -> bool:
    """Whether a place in capitals opens the text of an agency: `BEIJING, July 14`."""
    if sentence.language == "zh":
        return bool(pattern("dateline_zh").match(sentence.lower, word.end))
    line = pattern("dateline_line_en").match(sentence.text, sentence.start)
    if line and word.end <= line.end():
        return True
    if word.start - sentence.start >= 3 or word.end - word.start <= 3:
        return False
    after = pattern("dateline_after").match(sentence.lower, word.end)
    return bool(after) and sentence.text[word.start:word.end].isupper()


def named_aside(sentence: Sentence, word: Match) -> bool:
    """Whether a name says whom another comes behind (`second only to Saudi Arabia`) or is a mere place."""
    before = sentence.lower[max(sentence.start, word.start - _VENUE):word.start]
    if "region" in word.tags and _place_aside(sentence, word, before):
        return True
    within = sentence.language == "zh" and before.endswith(words("within_zh"))
    if within and pattern("place_of_rank_zh").match(sentence.lower, word.end):
        return True
    told = sentence.lower[word.end:word.end + 3].lstrip()[:2]  # whose own figure follows in brackets
    bracketed = told[:1] in _OPENING and told[1:].isdigit()
    return not bracketed and bool(pattern(f"outranked_{sentence.language}").search(before))


def _is_government(sentence: Sentence, word: Match) -> bool:
    """Whether the capital stands for the country, as English likes it: `Beijing's surplus`, `worrying for
    Beijing`, and not `Beijing municipality`."""
    lower = sentence.lower
    if word.tags["region"] != _CAPITAL or pattern("capital_trades_en").match(lower, word.end):
        return False
    before = lower[max(sentence.start, word.start - _VENUE):word.start]
    return lower.startswith(words("possessives_en"), word.end) or bool(
        pattern("to_government_en").search(before) or pattern("government_acts_en").match(lower, word.end))


def _place_aside(sentence: Sentence, word: Match, before: str) -> bool:
    """Whether a region only says where a rank holds, where one met, or whose office or people told."""
    if sentence.lower.startswith(words("ordinal_mark_zh"), word.end):
        return True
    if pattern(f"office_after_{sentence.language}").match(sentence.lower, word.end):
        return True
    if sentence.language == "en":
        aside = pattern("venue_en").search(before) or pattern("rank_place_en").search(before)
        return _is_government(sentence, word) or bool(aside)
    if word.tags["region"] == _CAPITAL and pattern("capital_acts_zh").match(sentence.lower, word.end):
        return True
    return bool(pattern("someone_of_zh").match(sentence.lower, word.end))
