"""The document around the sentences: its language halves, speakers, reporter and region."""

from __future__ import annotations

from collections import Counter

from customhouse.model import HOME, province_of
from customhouse.reader.asides import dateline
from customhouse.reader.owners import owns, preposition, shortened
from customhouse.reader.text import Block, Reading
from customhouse.reader.tokens import Sentence
from customhouse.vocabulary import mapping, pattern, words
from customhouse.vocabulary.lexicon import Match

_HEAD_SENTENCES = 40
_MUCH_MORE = 3
_VOTING_SENTENCES = 200
_OWNER_REACH = 24
_HOME_REGIONS = "CN-"
_OFFICE_REACH = 60
_OWNER, _OFFICE = 2, 4
"""The votes of a country that owns a flow and of an office; one that is only named has a single vote."""


def is_speaker(reading: Reading, block: Block) -> bool:
    """Whether a block is only the name of who speaks next."""
    text = reading.text[block.start:block.end]
    return block.language == "en" and len(text) < 80 and bool(pattern("speaker_en").search(text))


def reporter(sentences: list[Sentence]) -> str:
    """Whose trade a document is about: the country named most as the owner of flows, China when in doubt."""
    votes: Counter[str] = Counter()
    for index, sentence in enumerate(sentences[:_VOTING_SENTENCES]):
        weight = 2 if index < 4 else 1
        for word in sentence.words:
            if vote := _vote(sentence, word):
                votes[vote[0]] += weight * vote[1]
    if not votes:
        return _by_currency(sentences)
    code, count = votes.most_common(1)[0]
    return code if count > votes[HOME] else HOME


def _vote(sentence: Sentence, word: Match) -> tuple[str, int] | None:
    """The country that a word speaks for, and how loudly."""
    tags = word.tags
    code = tags.get("partner") or tags.get("adjective")
    if tags.get("home") == "home" and "flow" not in tags:
        return HOME, 0 if preposition(sentence, word) else _OWNER if _owns(sentence, word) else 1
    if tags.get("anaphor") == "place":
        return HOME, _OWNER
    if "office" in tags:
        return None if _of_province(sentence, word) else (tags["office"], _OFFICE)
    if tags.get("region", "").startswith(_HOME_REGIONS) and "partner" not in tags and "noise" not in tags:
        return None if dateline(sentence, word) else (HOME, _OWNER)
    if code and code != "WLD" and "noise" not in tags:
        if _names_office(sentence, word):
            return code, _OFFICE
        return (code, _OWNER) if _owns(sentence, word) else None
    return None


def _names_office(sentence: Sentence, word: Match) -> bool:
    """Whether a country is that of an office, or its trade is named in full: `Customs Agency of Kenya`."""
    if sentence.language == "zh":
        return bool(pattern("office_of_zh").match(sentence.lower, word.end))
    before = sentence.lower[max(sentence.start, word.start - _OFFICE_REACH):word.start]
    return bool(pattern("office_of_en").search(before))


def _of_province(sentence: Sentence, word: Match) -> bool:
    """Whether an office is that of a part of a country: `Provincial Department of Commerce`."""
    before = sentence.lower[max(sentence.start, word.start - 14):word.start].rstrip()
    return before.endswith(words("provincial_words"))


def _by_currency(sentences: list[Sentence]) -> str:
    """The country of the currency that amounts are in, where only one country has it."""
    homes = mapping("currency_homes")
    tags = [w.tags for s in sentences[:_HEAD_SENTENCES] for w in s.words]
    if any("region" in t and "partner" not in t for t in tags):
        return HOME
    named = (homes.get(t.get(kind, "")) for t in tags for kind in ("money", "prefix"))
    found = Counter(home for home in named if home)
    if not found or any(t.get("money") == "CNY" for t in tags):
        return HOME
    return found.most_common(1)[0][0]


def _owns(sentence: Sentence, word: Match) -> bool:
    """Whether a country is named as the owner of a flow, not as a partner."""
    if preposition(sentence, word) or shortened(sentence, word):
        return False
    if sentence.language != "zh":
        return owns(sentence, word, "")
    if owns(sentence, word, HOME):
        return True
    later = [w for w in sentence.words if word.end <= w.start < word.end + _OWNER_REACH]
    if pattern("toward_zh").match(sentence.lower, word.end):
        return True
    flow = next((w for w in later if "flow" in w.tags and "noise" not in w.tags), None)
    return flow is not None and not pattern("break_zh").search(sentence.lower, word.end, flow.start)


def region(sentences: list[Sentence], home: str) -> str | None:
    """The province or city that a document is about: what it calls its own, or the only one it opens with."""
    if home != HOME:
        return None
    head = sentences[:_HEAD_SENTENCES]
    found = _places(head)
    if not found:
        return None
    if not any(w.tags.get("anaphor") == "place" for s in head for w in s.words) or _of_country(sentences):
        return _titled(sentences) or _only_place(sentences, found)
    if _city(head):
        return found.most_common(1)[0][0]
    provinces: Counter[str] = Counter()
    for code, count in found.items():
        provinces[province_of(code)] += count
    return provinces.most_common(1)[0][0]


def _of_country(sentences: list[Sentence]) -> bool:
    """Whether a document tells of the country much more often than of a place that it calls its own."""
    tags = [w.tags for s in sentences for w in s.words]
    country = sum("home" in found or found.get("overall") == "national" for found in tags)
    return country > _MUCH_MORE * sum(found.get("anaphor") == "place" for found in tags)


def _titled(sentences: list[Sentence]) -> str | None:
    """The place that a title on its trade or economy begins with, where it names no other."""
    title = sentences[0]
    places = [w for w in title.words if w.tags.get("region", "").startswith(_HOME_REGIONS)]
    if len({w.tags["region"] for w in places}) != 1 or dateline(title, places[0]):
        return None
    first = title.lower[title.start:places[0].start].strip()
    about = any("flow" in w.tags for w in title.words) or any(
        word in title.lower[title.start:title.end] for word in words("title_words"))
    place = places[0].tags["region"]
    return place if not first and about and _trades(sentences[:_HEAD_SENTENCES], place) else None


def _places(head: list[Sentence]) -> Counter[str]:
    """How often the places of the home country are named, the first sentences counting thrice."""
    found: Counter[str] = Counter()
    for index, sentence in enumerate(head):
        for word in sentence.words:
            code = word.tags.get("region", "")
            if code.startswith(_HOME_REGIONS) and "noise" not in word.tags and not dateline(sentence, word):
                found[code] += 3 if index < 3 else 1
    return found


def _city(sentences: list[Sentence]) -> bool:
    """Whether a document calls a city its own."""
    return any(s.lower[w.start:w.end].endswith(words("city_words")) for s in sentences for w in s.words
               if w.tags.get("anaphor") == "place")


def _only_place(sentences: list[Sentence], found: Counter[str]) -> str | None:
    """The one place that the first sentences on trade name, where they speak of no more than it."""
    heads = [s for s in sentences[:12] if any("flow" in w.tags for w in s.words)][:2]
    if not heads or any(_national(s) for s in heads):
        return None
    named = {w.tags["region"] for s in heads for w in s.words if "region" in w.tags and not dateline(s, w)}
    places = {r for r in named if r.startswith(_HOME_REGIONS)}
    places = {r for r in places if province_of(r) == r or province_of(r) not in places}
    named = {r for r in named if province_of(r) == r}
    if len(places) != 1 or named - places:
        return None
    place = places.pop()
    return place if found[place] >= 2 and _trades(sentences[:_HEAD_SENTENCES], place) else None


def _trades(sentences: list[Sentence], place: str) -> bool:
    """Whether an English text tells of the trade of a place: `Beijing` alone is the government."""
    if sentences[0].language != "en":
        return True
    trades = pattern("capital_trades_en" if place in words("capitals") else "trades_en")
    return any(w.tags.get("region") == place and trades.match(s.lower, w.end)
               for s in sentences for w in s.words)


def _national(sentence: Sentence) -> bool:
    """Whether a sentence names the country before any of its regions."""
    homes = [w for w in sentence.words if "home" in w.tags or w.tags.get("overall") == "national"]
    regions = [w for w in sentence.words if "region" in w.tags]
    return bool(homes) and (not regions or homes[0].start < regions[0].start)
