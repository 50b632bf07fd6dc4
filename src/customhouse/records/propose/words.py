"""What the words of headers and titles say: of a column's part, of flow, measure, months and units."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path

from customhouse.period import month
from customhouse.records import coding, printed_units
from customhouse.records.printed_units import Unit
from customhouse.vocabulary.lexicon import fold

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
INSIDE = re.compile(r"[(\[（【]([^)\]）】]*)[)\]）】]")
_WHEN = month(2020, 1)
_LABELS = ("unit", "quantity_unit", "currency")
TOWARD = ("partner", "to", "from")
"""Words before a partner: `with`, `to`, `from`."""
_COMMAS = re.compile("[,;\uff0c\uff1b]")
_KNOWN = ("flow", "measure", "months", "basis", "total", "row", "column", "transport", "scope", "base")
_FEW = 2
_LEAST = 1000
_RUN = re.compile(r"[A-Za-z]+|\d+")


def spaced(text: str) -> str:
    """A text with spaces between words that only capitals part."""
    return _CAMEL.sub(" ", text)


def plain(text: str) -> str:
    """A text in lower case with single spaces for all that is neither letter, digit nor sign of growth."""
    return " ".join(re.findall(r"[^\W_]+|[%#±]", fold(_CAMEL.sub(" ", text)).lower()))


@cache
def _forms(kind: str) -> tuple[tuple[str, str], ...]:
    """The forms of a kind of words with their codes, the longest first."""
    found = {(plain(form) or fold(form), code) for form, code in coding.header_forms(kind)}
    return tuple(sorted(found, key=lambda pair: (-len(pair[0]), pair)))


def is_a(kind: str, text: str) -> str | None:
    """The code whose word a text is as a whole, without what it has in brackets."""
    bare = INSIDE.sub(" ", text)
    wanted = {plain(text), plain(bare), plain(text.lower()), plain(bare.lower())}
    return next((code for form, code in _forms(kind) if form in wanted), None)


def says(kind: str, text: str) -> str | None:
    """The code of the longest word of a kind in a text."""
    bare = fold(text).lower()
    padded = f" {plain(text)} | {plain(bare)} "  # YoY is one word, tradeBalance two
    for form, code in _forms(kind):
        if f" {form} " in padded or (not form.isascii() and form in bare):
            return code
    return None


def unit_in(text: str) -> Unit | None:
    """The unit that a header or title names, in brackets or at large, with a currency or a scale."""
    text = _without_label(text)
    inside = [_without_label(part) for part in INSIDE.findall(text)]
    for unit in (
        *map(printed_units.parse, inside),
        *(printed_units.parse(part, True) for part in (*inside, text)),
    ):
        if unit and unit.kind == "number" and unit.scale >= _LEAST:
            return replace(unit, kind="money") if _names_other_money(text) else unit
        if unit and unit.kind == "money":
            return unit
    return None


def _names_other_money(text: str) -> bool:
    """Whether a text with a scale counts in what is no unit that is known: `(millions of kwacha)`."""
    at_large = _without_label(INSIDE.sub(" ", text))
    inside = [part for found in INSIDE.findall(text) for part in _COMMAS.split(_without_label(found))]
    return any(map(_is_other_money, [*inside, *_COMMAS.split(at_large)])) or _of_what(at_large)


def _is_other_money(part: str) -> bool:
    """Whether a part is a scale and words that nothing is known of, the scale first or behind `in`."""
    pieces = [(what, piece) for what, piece in printed_units.pieces(part) if not _is_filler(what, piece)]
    words = [piece for what, piece in pieces if what == "word"]
    scaled = bool(pieces) and pieces[0][0] == "form" and printed_units.is_scale(pieces[0][1])
    return scaled and 0 < len(words) <= _FEW and all(_is_unknown(word) for word in words)


def _of_what(text: str) -> bool:
    """Whether a scale is one of what nothing is known of: `in millions of kwacha`."""
    pieces = [*printed_units.pieces(text)]
    of = {form for form, code in coding.header_forms("word") if code == "of"}
    for at, (what, piece) in enumerate(pieces[:-1]):
        scaled = what == "form" and printed_units.is_scale(piece)
        ends = scaled and piece.split()[-1] in of
        after = at + 1 + (scaled and pieces[at + 1][1].lower() in of)
        if scaled and (ends or after > at + 1) and after < len(pieces):
            return pieces[after][0] == "word" and _is_unknown(pieces[after][1])
    return False


def _is_filler(what: str, piece: str) -> bool:
    return what == "word" and (piece.lower() in printed_units.fillers() or not piece[0].isalpha())


def _is_unknown(word: str) -> bool:
    word = word.lower()
    known = word in printed_units.fillers() or any(is_a(kind, word) for kind in _KNOWN)
    return (len(word) > 1 or not word.isascii()) and not known


def unit_text(unit: Unit) -> str:
    """A unit as a mapping writes it: `USD 1000`."""
    return f"{unit.code or ''} {unit.scale.normalize():f}".strip()


def is_unit_label(text: str) -> bool:
    """Whether a text, or what it has in brackets, says that it is of a unit: `Unit: USD million`."""
    return any(_without_label(part) != part for part in (text, *INSIDE.findall(text)))


def _without_label(text: str) -> str:
    """What stands behind a label: `USD million` of `Unit: USD million`."""
    label, colon, rest = text.replace("\uff1a", ":").partition(":")
    return rest if colon and rest.strip() and is_a("column", label) in _LABELS else text


def quantity_unit_in(text: str) -> str | None:
    """The unit of quantity that a name has in brackets, as the name writes it."""
    for part in INSIDE.findall(text):
        unit = printed_units.parse(part)
        if (unit and unit.kind == "quantity") or (
            unit is None and coding.resolve("unit", ("own", "names"), part, _WHEN).code
        ):
            return str(part).strip()
    return None


def countries_in(path: Path) -> list[tuple[str, bool]]:
    """The countries that the words of a file's name are, in order, and whether the name says that they
    are partners: `to Japan and Korea`."""
    found: dict[str, bool] = {}
    toward = False
    for word in _RUN.findall(path.stem):
        code = coding.by_name("partner", word) if len(word) > 3 else None
        if code and len(code) == 3:
            found.setdefault(code, toward)
        else:
            said = is_a("toward", word)
            toward = said in TOWARD or (toward and said == "joined")
    return list(found.items())


def begins_with(path: Path) -> str | None:
    """The country that a file's name begins with: `japan_exports`."""
    first = _RUN.match(path.stem)
    return coding.by_name("partner", first[0]) if first and len(first[0]) > 3 else None


def flow_in(texts: Iterable[str]) -> str | None:
    """The one flow that some texts speak of, None where it is none or more than one."""
    texts = list(texts)
    found = {
        flow
        for text in texts
        for word in re.split(r"[^\w]+|_", text)
        if (flow := is_a("flow", word)) and flow in coding.FLOWS and len(word) > 2
    } | {flow for text in texts for flow in _chinese_flows(text)}
    found -= {"trade", "balance"}
    return found.pop() if len(found) == 1 else None


def _chinese_flows(text: str) -> set[str]:
    """The flows that a text without spaces between its words speaks of."""
    found, text = set(), fold(text)
    for form, code in _forms("flow"):
        if not form.isascii() and form in text:
            text = text.replace(form, " ")
            found.add(code)
    return found & {*coding.FLOWS}


def is_total(text: str) -> bool:
    """Whether a text is a word for all together."""
    return is_a("total", text) is not None
