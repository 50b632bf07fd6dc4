"""Which of the encodings older than UTF-8 a text is in: the one in which its letters make sense.

Each candidate has to decode the text strictly. It is then judged by how many of its letters belong to one
language that the encoding was made for, and how many stand in words that tables are known to have. What
reads otherwise in another encoding and makes nearly as much sense there is in doubt.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from ahocorasick_rs import AhoCorasick, MatchKind
from opencc import OpenCC

from customhouse.vocabulary.tables import rows, split

WESTERN = "cp1252"
"""What a text is read in that fits nothing: every byte but five is a letter or sign of it."""
_CLOSE = 0.2
_POOR = 0.7
_SHOWN = 30
_WORDS = ("headers", "territory_names", "partners", "units", "commodities", "flows", "regions")
_COLUMNS = ("forms", "en_forms", "zh_forms", "other_forms", "zh")
_CHINESE = ("zh", "zh_forms")
_VARIANTS = {"zh-Hant": ("s2t",), "ja": ("s2t", "t2jp")}
"""What turns the simplified characters of the vocabulary into those of others, one after another."""
_INNER = "\u2018\u2019\u2013\u2014\u00b7\u00a0\u00ad\u30fb"
"""Signs that may stand between letters."""
_SIGNS = frozenset(
    f"{_INNER}\u201a\u201c\u201d\u201e\u2020\u2021\u2022\u2026\u20ac\u2116\u2122\u00a3\u00a5\u00a7\u00ab\u00b0\u00bb"
)
_NUMBERS = frozenset("\u00b1\u00b2\u00b3\u00b9\u00bc\u00bd\u00be\u00a9\u00ae\u00d7\u00b5")
"""Signs that tables have, and those that no letter follows."""
_ONE_CASE = 0.85
_ALONE = 0.5
_FEW = 8


@dataclass(frozen=True, slots=True)
class Guess:
    """An encoding, and what speaks against it; `doubt` is empty where nothing does."""

    name: str
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class _Reading:
    name: str
    text: str
    score: float
    sense: float
    """The share of letters that belong to the language."""


def guess(sample: bytes) -> list[Guess]:
    """The encodings in which a sample of lines can be read, the likeliest first. cp1252 is always one."""
    readings = sorted(_readings(sample), key=lambda one: -one.score)
    found = [Guess(one.name, _doubt(one, readings)) for one in readings]
    return found if any(one.name == WESTERN for one in found) else [*found, Guess(WESTERN, "it fits none")]


def _doubt(one: _Reading, readings: list[_Reading]) -> str:
    others = [
        other
        for other in readings
        if other.name != one.name and other.text != one.text and other.score > one.score - _CLOSE
    ]
    if others:
        ours, theirs = _difference(one.text, others[0].text)
        return f"{others[0].name} may be meant, which reads {theirs!r} for {ours!r}"
    if one.sense < _POOR:
        shown = next((word for word in one.text.split() if not word.isascii()), "")[:_SHOWN]
        return f"its letters make little sense, such as {shown!r}"
    return ""


def _difference(one: str, other: str) -> tuple[str, str]:
    """The first words in which two readings differ."""
    pairs = zip(one.split(), other.split(), strict=False)
    ours, theirs = next(((a, b) for a, b in pairs if a != b), (one, other))
    return ours[:_SHOWN], theirs[:_SHOWN]


def _readings(sample: bytes) -> Iterator[_Reading]:
    languages: dict[str, list[str]] = {}
    for row in rows("alphabets"):
        for name in split(row["encodings"]):
            languages.setdefault(name, []).append(row["language"])
    for name, spoken in languages.items():
        if (text := _decoded(sample, name)) is not None:
            sense = max(_sense(text, _alphabet(language)) for language in spoken)
            yield _Reading(name, text, sense + _known(text), sense)


def _decoded(sample: bytes, name: str) -> str | None:
    """The text in an encoding, None where it cannot be: text has no control characters."""
    try:
        text = sample.decode(name)
    except UnicodeDecodeError:
        return None
    return None if any("\x7f" <= char <= "\x9f" for char in text) else text


def _sense(text: str, alphabet: frozenset[str]) -> float:
    """The share of a text's letters and signs beyond ASCII that are a language's, where they may stand."""
    around = zip(f" {text}", text, f"{text[1:]} ", strict=False)
    marks = [_mark(*three, alphabet) for three in around if not three[1].isascii()]
    share = sum(marks) / len(marks) if marks else 0.5
    odd = not any(map(_is_wide, alphabet)) and not any(map(_is_latin, alphabet)) and _is_of_one_case(text)
    return share * _ONE_CASE if odd else share


def _mark(before: str, char: str, after: str, alphabet: frozenset[str]) -> float:
    """1 for a character that belongs where it stands, 0 for one that does not."""
    kind = unicodedata.category(char)
    if char not in alphabet and char.lower() not in alphabet:
        if kind[0] in "LMC":
            return 0
        fits = _is_wide(char) or char in _SIGNS or (char in _NUMBERS and not after.isalpha())
        return float(fits and (char in _INNER or not (before.isalpha() and after.isalpha())))
    if _is_wide(char):
        return 1
    if (char.isupper() and before.islower()) or (kind == "Mn" and not _is_of_word(before)):
        return 0
    beside = [other for other in (before, after) if _is_of_word(other)]
    if any(_is_latin(other) != _is_latin(char) for other in beside if other.isalpha()):
        return 0
    return 1 if beside else _ALONE


def _is_of_word(char: str) -> bool:
    return unicodedata.category(char)[0] in "LM"


@cache
def _is_latin(char: str) -> bool:
    return char.isascii() or unicodedata.name(char, "").startswith("LATIN") or char in "ªº"


@cache
def _is_wide(char: str) -> bool:
    """Whether a character is one of East Asian print, which has no spaces around it."""
    return unicodedata.east_asian_width(char) in "WF"


def _is_of_one_case(text: str) -> bool:
    """Whether letters that have capitals are all capitals, or none of them, which no table's are."""
    cased = [char for char in text if not char.isascii() and _cased(char)]
    return len(cased) >= _FEW and (all(map(str.isupper, cased)) or all(map(str.islower, cased)))


def _known(text: str) -> float:
    """The share of a text's letters beyond ASCII that stand in words that tables are known to have."""
    lower = text.lower()
    covered = sum(
        not char.isascii()
        for start, end in ((found[1], found[2]) for found in _words().find_matches_as_indexes(lower))
        if _whole(lower, start, end)
        for char in lower[start:end]
    )
    letters = sum(char.isalpha() and not char.isascii() for char in text)
    return min(1.0, covered / letters) if letters else 0.0


def _whole(text: str, start: int, end: int) -> bool:
    """Whether a match is no part of a longer word, in scripts that part their words."""
    before, after = text[start - 1 : start], text[end : end + 1]
    return not (_cased(before) and _cased(text[start])) and not (_cased(after) and _cased(text[end - 1]))


def _cased(char: str) -> bool:
    return char.lower() != char.upper()


@cache
def _words() -> AhoCorasick:
    """Words beyond ASCII of tables, in all languages and in traditional and Japanese characters too."""
    common = (form for row in rows("alphabets") for form in split(row["words"]))
    forms = (*_forms(_COLUMNS), *common)
    plain = {form.lower() for form in forms if len(form) > 1 and not form.isascii()}
    traditional = _converted(plain, "s2t")
    return AhoCorasick(
        sorted(plain | traditional | _converted(traditional, "t2jp")), matchkind=MatchKind.LeftmostLongest
    )


def _forms(columns: Iterable[str]) -> Iterator[str]:
    for table in _WORDS:
        for row in rows(table):
            for column in columns:
                yield from split(row.get(column))


@cache
def _alphabet(language: str) -> frozenset[str]:
    """The letters of a language; of those written in characters, all that the vocabulary has."""
    letters = next(row["letters"] for row in rows("alphabets") if row["language"] == language)
    if letters:
        return frozenset(letters)
    columns = _CHINESE if language.startswith("zh") else _COLUMNS
    chars = {char for form in _forms(columns) for char in form if _is_wide(char)}
    hangul = {char for char in chars if "\uac00" <= char <= "\ud7a3"}
    if language == "ko":
        return frozenset(hangul)
    chars -= hangul
    for name in _VARIANTS.get(language, ()):
        chars |= _converted(chars, name)
    kana = set(map(chr, range(0x3041, 0x30FF))) if language == "ja" else set()
    return frozenset(chars | kana)


def _converted(texts: Iterable[str], name: str) -> set[str]:
    return set(OpenCC(name).convert("\n".join(texts)).split("\n"))
