"""The document around the sentences: its language halves, speakers, reporter and region."""

from __future__ import annotations

from collections import Counter

from customhouse.model import HOME
from customhouse.reader.frames import owns, preposition
from customhouse.reader.text import Block, Reading
from customhouse.reader.tokens import Sentence
from customhouse.vocabulary import pattern
from customhouse.vocabulary.lexicon import Match

_HEAD_SENTENCES = 40


def is_speaker(reading: Reading, block: Block) -> bool:
    """Whether a block is only the name of who speaks next."""
    text = reading.text[block.start:block.end]
    return block.language == "en" and len(text) < 80 and bool(pattern("speaker_en").search(text))


def reporter(sentences: list[Sentence]) -> str:
    """Whose trade a document is about: the country named most as the owner of flows, China when in doubt."""
    votes: Counter[str] = Counter()
    for index, sentence in enumerate(sentences[:_HEAD_SENTENCES * 5]):
        weight = 2 if index < 4 else 1
        for word in sentence.words:
            code = word.tags.get("partner") or word.tags.get("adjective")
            if "home" in word.tags and "flow" not in word.tags:
                votes[HOME] += weight if _home_owns(sentence, word) else 0
            elif code and code != "WLD" and "noise" not in word.tags and _owns(sentence, word):
                votes[code] += weight
    if not votes:
        return HOME
    code, count = votes.most_common(1)[0]
    return code if count > votes[HOME] else HOME


def _owns(sentence: Sentence, word: Match) -> bool:
    return not preposition(sentence, word) and owns(sentence, word, "")


def _home_owns(sentence: Sentence, word: Match) -> bool:
    return not preposition(sentence, word)


def region(sentences: list[Sentence], home: str) -> str | None:
    """The province or city that a document is about, where its first trade sentences name just one."""
    if home != HOME:
        return None
    heads = [s for s in sentences[:12] if any("flow" in w.tags for w in s.words)][:2]
    if not heads:
        return None
    found: Counter[str] = Counter()
    for sentence in sentences[:_HEAD_SENTENCES]:
        for word in sentence.words:
            if "region" in word.tags and "noise" not in word.tags:
                found[word.tags["region"]] += 1
    for sentence in heads:
        if _national(sentence):
            return None
    named = {w.tags["region"] for s in heads for w in s.words if "region" in w.tags}
    places = {r for r in named if r.startswith("CN-")}
    if len(places) != 1 or named - places:
        return None
    place = places.pop()
    return place if found[place] >= 2 else None


def _national(sentence: Sentence) -> bool:
    flows = [w for w in sentence.words if "flow" in w.tags]
    homes = [w for w in sentence.words if "home" in w.tags]
    regions = [w for w in sentence.words if "region" in w.tags]
    if not homes:
        return False
    return not regions or homes[0].start < regions[0].start and bool(flows)
