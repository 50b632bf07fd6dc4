"""Countries that a line of text names, and whether as whose trade it is or as with whom."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from customhouse.records import coding, printed_units
from customhouse.records.propose import words
from customhouse.vocabulary.lexicon import fold
from customhouse.vocabulary.tables import entries, rows, split

_LONGEST = 6
"""Words of a name at most."""
_SHORT = 3
"""A name of so few letters is in capitals: US, U.K., UAE."""
_STEM = 3
_CYRILLIC = re.compile("[\u0400-\u04ff]+")
_ENDS = "\u0430\u0435\u0438\u0439\u043e\u0443\u044b\u044c\u044e\u044f"
"""Letters that end the cases of Russian names."""
_WIDE = re.compile("[\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_COMMA = "\u3001"
_BEHIND = 6
"""Signs behind a Chinese name that its flow stands in: `from China` is whose trade, where exports follow."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A country that a text names, and whether it is the partner of the trade."""

    code: str
    partner: bool


def spoken(text: str) -> list[Spoken]:
    """The countries that a text names, in order; the names of currencies are none of them."""
    found = [*_in_words(text), *_in_signs(text)]
    return [one for one in dict.fromkeys(found) if one.code != coding.WORLD]


def _in_words(text: str) -> Iterator[Spoken]:
    """Countries in a text that parts its words with spaces."""
    parts = [*printed_units.pieces(text)]
    tokens = [piece if what == "word" else "" for what, piece in parts]
    at, toward, flow = 0, "", ""
    while at < len(tokens):
        token = tokens[at].rstrip(".")
        length, code = _longest(tokens, at)
        if code:
            yield Spoken(code, _is_partner(toward, flow))
            at += length
            continue
        said = words.is_a("toward", token) if token else None
        if said in words.TOWARD:
            toward = str(said)
        elif said not in ("joined", "article") or not toward:
            toward = ""
        flow = words.is_a("flow", token) or flow if token else flow
        at += 1


def _is_partner(toward: str, flow: str) -> bool:
    """Whether a country behind a word such as `to` is the partner: exports from it, imports to it are its."""
    return bool(toward) and (toward, flow) not in (("from", "exports"), ("to", "imports"))


def _longest(tokens: list[str], at: int) -> tuple[int, str | None]:
    """How many words from a place on are a country's name, and its code."""
    for length in range(min(_LONGEST, len(tokens) - at), 0, -1):
        some = tokens[at : at + length]
        if all(some) and _may_begin(some) and (code := _named(" ".join(some))):
            return length, code
    after = tokens[at + 1 :]
    adjective = _adjectives().get(tokens[at].rstrip("."))
    if adjective and any(is_trade(word) for word in after[:3]):
        return 1, adjective
    return 0, None


def _may_begin(some: list[str]) -> bool:
    first = some[0][0]
    letters = "".join(some).replace(".", "")
    short = len(letters) <= _SHORT and letters.isascii()
    return first.isalpha() and (letters.isupper() if short else first == first.upper())


def _named(name: str) -> str | None:
    """The code of a name, in a case of its own too: Deutschlands, России."""
    if code := coding.by_name("partner", name):
        return code
    if _CYRILLIC.fullmatch(name):
        return _stems().get(_stem(name))
    genitive = len(name) > _SHORT + 2 and name.endswith("s") and " " not in name
    return coding.by_name("partner", name[:-1]) if genitive else None


def _stem(name: str) -> str:
    return name.lower().rstrip(_ENDS)


@cache
def _stems() -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for row in rows("territory_names"):
        for form in split(row["forms"]):
            stem = _stem(form)
            if _CYRILLIC.fullmatch(form) and len(stem) >= _STEM:
                found[stem] = row["code"] if found.get(stem, row["code"]) == row["code"] else None
    return found


@cache
def _adjectives() -> dict[str, str]:
    return {
        word: entry.code
        for entry in entries("partners")
        for word in entry.more("en_adjectives")
        if entry.row["kind"] == "country"
    }


def _in_signs(text: str) -> Iterator[Spoken]:
    """Countries in a text that does not part its words: Chinese, Japanese, Korean."""
    text = fold(text)
    codes, names = _signs()
    end, toward = -1, ""
    for match in names.finditer(text) if _WIDE.search(text) else ():
        before = text[: match.start()]
        joined = end >= 0 and before[end:] in _before("joined") | _before("partner")
        said = next((code for code in words.TOWARD if before.endswith(tuple(_before(code)))), "")
        toward = toward if joined and toward else said
        flow = words.flow_in([text[match.end() : match.end() + _BEHIND]]) or ""
        end = match.end()
        yield Spoken(codes[match[0]], _is_partner(toward, flow))


@cache
def _before(code: str) -> frozenset[str]:
    """The Chinese words of a kind that stand before partners."""
    forms = (form for form, one in coding.header_forms("toward") if one == code and _WIDE.search(form))
    return frozenset(forms) | ({_COMMA} if code == "joined" else set())


@cache
def _signs() -> tuple[dict[str, str], re.Pattern[str]]:
    found: dict[str, str] = {}
    more = ((form, row["code"]) for row in rows("territory_names") for form in split(row["forms"]))
    for form, code in (*coding.written("partner"), *more):
        if len(form) > 1 and _WIDE.search(form):
            found.setdefault(fold(form), code)
    ordered = sorted(found, key=lambda form: -len(form))
    return found, re.compile("|".join(map(re.escape, ordered)))


def is_trade(text: str) -> bool:
    """Whether a text speaks of trade, customs or statistics."""
    return words.says("trade_word", text) is not None


def is_source(text: str) -> bool:
    """Whether a text says where figures are from."""
    return any(form for form in _sources() if form in f" {words.plain(text)} ")


@cache
def _sources() -> tuple[str, ...]:
    forms = (form for form, code in coding.header_forms("trade_word") if code == "source")
    return tuple(form if _WIDE.search(form) else f" {words.plain(form)} " for form in forms)
