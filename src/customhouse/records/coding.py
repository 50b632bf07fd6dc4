"""From a code or name in a table to a code of the vocabulary.

Names are matched whole, whatever their case, spacing, accents or order of words: `Korea, Republic of`
is `Republic of Korea`. A name that two codes share is neither.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TypeVar

from customhouse.records import bilingual
from customhouse.vocabulary import codes
from customhouse.vocabulary.lexicon import fold
from customhouse.vocabulary.tables import DIMENSION_LISTS, entries, rows, split

NAMES = "names"
SYSTEMS = (*codes.SYSTEMS, NAMES)
WORLD = "WLD"
FLOWS = ("exports", "imports", "trade", "balance", "re_exports", "re_imports")
OTHERS = "other"
_WITH_OTHERS = frozenset({"enterprise", "regime", "transport"})
"""Dimensions that have a code for all that is not listed."""
SUMS = frozenset({"subtotal", "of_which"})
"""Words of rows that sum others, or say so of the rows that follow."""
_NEAR = 0.75
_LETTERS = 4
_Form = TypeVar("_Form")
_NOTED = re.compile(
    r"\s*(?:[*\u2020\u2021\u00a7#]+|[(\[]\s*(?:\d{1,2}|[a-z])\s*[)\]]|\d{1,2}[/)]|[\u00b9\u00b2\u00b3\u2070-\u2079]+)+\s*$"
)
"""Marks of footnotes: `*`, `(1)`, `1/`, a raised 1."""
_WORD = re.compile(r"[^\W_]+")
_LANGUAGES = ("en_forms", "zh_forms", "other_forms")
"""Forms of the heads of tables: English, Chinese, and those of other offices' languages."""
_LISTS = {dimension: table for table, dimension in DIMENSION_LISTS.items()}


@dataclass(frozen=True, slots=True)
class Coded:
    """What a cell is read as: a code, everything (`whole`), or neither, with the reason why."""

    code: str | None
    whole: bool = False
    reason: str | None = None


WHOLE = Coded(None, True)


@cache
def _same() -> Mapping[str, str]:
    """Short words and the long ones that they stand for; empty for words that do not tell names apart."""
    return {
        form: row["code"]
        for row in rows("headers")
        if row["kind"] == "same"
        for form in split(row["en_forms"])
    }


def key(name: str) -> tuple[str, ...]:
    """What two writings of one name have in common: their words without accents, sorted."""
    text = unicodedata.normalize("NFKD", fold(name).lower())
    text = "".join(char for char in text if not unicodedata.combining(char)).replace("'", "")
    found = _WORD.findall(text.replace("&", " & ")) or [text.strip()]
    if len(found) > 1 and all(len(word) == 1 and word.isascii() for word in found):
        return ("".join(found),)  # E.U.A. is not U.A.E.
    words = (_same().get(word, word) for word in found)
    return tuple(sorted(word for word in words if word))


def written(dimension: str) -> Iterator[tuple[str, str]]:
    """The forms that the names of a dimension have in tables, each with its code."""
    if dimension == "flow":
        for entry in entries("flows"):
            yield from ((form, entry.code) for form in (*entry.forms("en"), *entry.forms("zh")))
        yield from header_forms("flow")
        return
    if dimension in ("basis", "unit"):
        yield from header_forms(dimension)
    if dimension in _LISTS:
        for entry in entries(_LISTS[dimension]):
            yield from ((form, entry.code) for form in (*entry.forms("en"), *entry.forms("zh")))
    extra = {"partner": "remainders", "unit": "quantity_units"}.get(dimension)
    for row in rows(extra) if extra else ():
        more = split(row.get("forms"))
        yield from ((form, row["code"]) for form in (row["en"], row["zh"], *more))


def header_forms(kind: str) -> Iterator[tuple[str, str]]:
    """The forms of one kind of words of tables, each with its code."""
    for row in rows("headers"):
        if row["kind"] == kind:
            yield from ((form, row["code"]) for name in _LANGUAGES for form in split(row[name]))


@cache
def _names(dimension: str) -> Mapping[tuple[str, ...], str | None]:
    """The names of a dimension by key. A form to write comes before what is only read; a tie is nobody's."""
    found: dict[tuple[str, ...], str | None] = {}
    first: dict[str, str] = {}
    for form, code in written(dimension):
        first.setdefault(code, form)
        known = found.setdefault(key(form), code)
        if known != code:
            found[key(form)] = None
    found |= {key(form): code for code, form in first.items()}
    return found


def by_name(dimension: str, name: str) -> str | None:
    """The code of a name, in English or Chinese, a country's in other languages of tables too; None where
    it is no name, or that of several.

    Marks of footnotes behind a name and `of which` before it are passed over. Words for all that a table
    does not list are no names: `Rest of the world` is not the world. A country that is named in two
    languages at once is that country, where both name it.
    """
    code = _one_name(dimension, name)
    if code is None and dimension == "partner" and _names("partner").get(key(name), "") == "":
        return bilingual.agreed(name, lambda part: _one_name(dimension, part))
    return code


def _one_name(dimension: str, name: str) -> str | None:
    if not name.strip() or (dimension == "partner" and row_word(name) == "rest"):
        return None
    if dimension in _WITH_OTHERS and row_word(name) == "rest":
        return OTHERS
    known = _names(dimension)
    bare = _of_which().sub("", _NOTED.sub("", name))
    code = known.get(key(name)) or (known.get(key(bare)) if bare.strip() else None)
    if code is None and dimension == "partner":
        code = _elsewhere(name) or (_elsewhere(bare) if bare.strip() else None)
    return None if dimension == "partner" and code and _is_rest_of(name, code) else code


def _elsewhere(name: str) -> str | None:
    """The code of a name of a country in other languages of tables, where English and Chinese have none."""
    if key(name) in _names("partner"):
        return None
    keyed, written = _territories()
    return written.get(_exact(name)) or keyed.get(key(name))


def is_foreign(name: str) -> bool:
    """Whether a text is a country's name in another language than English and Chinese alone."""
    return key(name) not in _names("partner") and _elsewhere(name) is not None


@cache
def _territories() -> tuple[Mapping[tuple[str, ...], str | None], Mapping[str, str | None]]:
    """Names of countries in other languages, by key and as written. A name that two codes share is neither.

    Keys of few Latin letters are left out: without its accents a name such as Y is anything.
    """
    keyed: dict[tuple[str, ...], str | None] = {}
    exact: dict[str, str | None] = {}
    for row in rows("territory_names"):
        for form in split(row["forms"]):
            if (parts := key(form)) and _tells("".join(parts)) and not {*parts} <= {*_same().values()}:
                _claim(keyed, parts, row["code"])
            if _tells(form) or form.isupper():
                _claim(exact, _exact(form), row["code"])
    return keyed, exact


def _tells(text: str) -> bool:
    return len(text) >= _LETTERS or not text.isascii()


def _claim(known: dict[_Form, str | None], form: _Form, code: str) -> None:
    if known.setdefault(form, code) != code:
        known[form] = None


def _exact(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", fold(name)).casefold().split())


def _is_rest_of(name: str, code: str) -> bool:
    """Whether a name is that of the others of a group, which prose may take for the group."""
    other = any(name.strip().startswith(form) for form in _chinese_others())
    return code not in single_partners() and (other or bool({*key(name)} & _others()))


@cache
def _chinese_others() -> tuple[str, ...]:
    forms = (form for form, code in header_forms("row") if code == "rest" and not form.isascii())
    return tuple(form for form in forms if len(form) == 2)


@cache
def _others() -> frozenset[str]:
    """The single Latin words for what is not listed."""
    forms = (key(form) for form, code in header_forms("row") if code == "rest")
    return frozenset(form[0] for form in forms if len(form) == 1 and form[0].isascii())


def row_word(text: str) -> str | None:
    """What a text says of its row: `rest`, `subtotal` or `of_which`; None where it says none of them."""
    return _row_words().get(key(text)) or bilingual.agreed(text, lambda part: _row_words().get(key(part)))


@cache
def _row_words() -> Mapping[tuple[str, ...], str]:
    return {key(form): code for form, code in header_forms("row")}


@cache
def _of_which() -> re.Pattern[str]:
    forms = [form for form, code in header_forms("row") if code == "of_which"]
    marks = "|".join(re.escape(form) for form in sorted(forms, key=lambda form: -len(form)))
    return re.compile(rf"^\s*(?:{marks})(?:[\s:,\uff1a\uff0c]+|(?<=[^\x00-\x7f]))", re.I)


def near(dimension: str, text: str, most: int = 3) -> list[tuple[str, str]]:
    """The names of a dimension that are nearest to a text, each with its code, a code once."""
    forms = _forms_of(dimension)
    close = difflib.get_close_matches(fold(text).lower().strip(), forms, most, _NEAR)
    return list({forms[form][1]: forms[form] for form in close}.values())


@cache
def _forms_of(dimension: str) -> Mapping[str, tuple[str, str]]:
    return {fold(form).lower(): (form, code) for form, code in written(dimension)}


def by_code(dimension: str, system: str, text: str, month: int) -> Coded:
    """The code that one cell is read as in a system (or in `names`). The world is everything."""
    if system == NAMES:
        return _coded(by_name(dimension, text), None)
    if dimension in ("flow", "basis", "commodity"):
        known = {code.lower(): code for _, code in written(dimension)}
        return _coded(known.get(text.strip().lower()), None)
    resolved = codes.resolve(system, "partner" if dimension == "reporter" else dimension, text, month)
    return _coded(resolved.code, resolved.note)


def _coded(code: str | None, note: str | None) -> Coded:
    if code == WORLD:
        return WHOLE
    return Coded(code, reason=None if code else note or "unknown")


@lru_cache(maxsize=100_000)
def resolve(dimension: str, systems: tuple[str, ...], text: str, month: int) -> Coded:
    """The code that a cell is read as in the first of several systems that has it."""
    found = Coded(None, reason="unknown")
    for system in systems:
        coded = by_code("partner" if dimension == "reporter" else dimension, system, text, month)
        if coded.code or coded.whole:
            return coded
        found = coded if coded.reason != "unknown" else found
    return found


def share(dimension: str, system: str, texts: Iterable[str], month: int) -> float:
    """The share of distinct texts that a system, or the names, can read."""
    distinct = {text.strip() for text in texts if text.strip()}
    read = [text for text in distinct if resolve(dimension, (system,), text, month).reason is None]
    return len(read) / len(distinct) if distinct else 0.0


def systems(dimension: str, texts: Iterable[str]) -> list[tuple[str, float]]:
    """The code systems that texts may be in, likeliest first, with the share that each knows."""
    found = codes.system_of(texts, dimension) if dimension in codes.CODED_DIMENSIONS else []
    best = max((share for _, share in found), default=0.0)
    # The letters of ISO are in other lists too; where they fit as well they are likelier.
    return sorted(found, key=lambda pair: (pair[1] < best - 0.02, not pair[0].startswith("iso")))


@cache
def single_partners() -> frozenset[str]:
    """The codes of partners that are no groups of others."""
    return codes.single("partner")
