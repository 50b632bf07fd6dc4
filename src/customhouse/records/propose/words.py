"""What the words of headers and titles say: of a column's part, of flow, measure, months and units."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path

from customhouse.period import month
from customhouse.records import bilingual, coding, printed_units
from customhouse.records.printed_units import Reading, Unit
from customhouse.vocabulary.lexicon import fold

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
INSIDE = re.compile(r"[(\[（【]([^)\]）】]*)[)\]）】]")
_WHEN = month(2020, 1)
_LABELS = ("unit", "quantity_unit", "currency")
TOWARD = ("partner", "to", "from")
"""Words before a partner: `with`, `to`, `from`."""
_COMMAS = re.compile("[,;\uff0c\uff1b]")
_WHOSE = re.compile(r"^\S+['\u2019]s\s+")
_DIFFERENCES = {"surplus": "balance"}
_KNOWN = ("flow", "measure", "months", "basis", "total", "row", "column", "transport", "scope", "base")
_FEW = 2
_LEAST = 1000
_LEAST_LETTERS = 3
_RUN = re.compile(r"[A-Za-z]+|\d+")


def spaced(text: str) -> str:
    """A text with spaces between words that only capitals part."""
    return _CAMEL.sub(" ", text)


def plain(text: str) -> str:
    """A text in lower case with single spaces for all that is neither letter, digit nor sign of growth."""
    text = fold(_CAMEL.sub(" ", text)).lower().replace("+/-", "\u00b1")
    return " ".join(re.findall(r"[^\W_]+|[%#\u00b1]", text))


@cache
def _forms(kind: str) -> tuple[tuple[str, str], ...]:
    """The forms of a kind of words with their codes, the longest first."""
    found = {(plain(form) or fold(form), code) for form, code in coding.header_forms(kind)}
    return tuple(sorted(found, key=lambda pair: (-len(pair[0]), pair)))


def is_a(kind: str, text: str) -> str | None:
    """The code whose word a text is as a whole, without what it has in brackets, in one or two languages."""
    return _whole(kind, text) or bilingual.agreed(text, lambda part: _whole(kind, part))


def _whole(kind: str, text: str) -> str | None:
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


def all_said(kind: str, text: str, least: int = 1) -> list[str]:
    """The codes of all words of a kind in a text, those of the longest words first; a word counts once.

    Words of fewer than the `least` Latin letters are passed over."""
    bare = fold(text).lower()
    padded = f" {plain(text)} | {plain(bare)} "
    found: list[str] = []
    for form, code in _forms(kind):
        if form.isascii():
            if len(form) >= least and f" {form} " in padded:
                padded = padded.replace(f" {form} ", "  ")
                found.append(code)
        elif form in bare or f" {form} " in padded:
            bare = bare.replace(form, " ")
            padded = padded.replace(form, " ")
            found.append(code)
    return list(dict.fromkeys(found))


def unit_in(text: str) -> Unit | None:
    """The unit that a header or title names, in brackets or at large, with a currency or a scale."""
    return unit_read(text).unit


def unit_read(text: str, context: str = "") -> Reading:
    """The unit that a header or title names, with what makes it doubtful: names of countries do not."""
    text = _without_label(text)
    inside = [_without_label(part) for part in INSIDE.findall(text)]
    whole = printed_units.read(text, True, context)
    for found in (
        *(printed_units.read(part, False, f"{text} {context}") for part in inside),
        *(printed_units.read(part, True, f"{text} {context}") for part in inside),
        whole,
    ):
        unit = found.unit
        if unit and whole.unit and whole.unit.kind == "money" and (unit.scale == 1 or unit.kind == "number"):
            found, unit = whole, whole.unit
        if unit and unit.kind == "number" and unit.scale >= _LEAST:
            named = replace(unit, kind="money") if _names_other_money(text) else unit
            return replace(found, unit=named, scales=whole.scales or found.scales)
        if unit and unit.kind == "money":
            unread = tuple(word for word in found.unread if not coding.by_name("partner", word))
            return replace(found, scales=whole.scales or found.scales, unread=unread)
    return Reading(None)


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
    found = {flow for text in texts for flow in all_said("flow", text, _LEAST_LETTERS)} & {*coding.FLOWS}
    found -= {"trade", "balance"}
    return found.pop() if len(found) == 1 else None


def is_total(text: str) -> bool:
    """Whether a text is a word for all together, beside whose and of what flow: `India's Total Import`."""
    if is_a("total", text) is not None:
        return True
    text = _WHOSE.sub("", text)
    return says("total", text) is not None and not without(text, "total", "flow", "flow_filler")


def flows_said(text: str) -> set[str]:
    """The flows of one direction that a text speaks of: those of `Total exports`."""
    return {*all_said("flow", text)} - {"trade", "balance"}


def row_flow(text: str) -> str | None:
    """The flow that a text of a row is and nothing else: `Exports of goods (FOB)`, in a language or two."""
    if says("percent", text):
        return None
    if code := coding.by_name("flow", text):
        return code if code in coding.FLOWS else _DIFFERENCES.get(code)
    if code := bilingual.agreed(text, row_flow):
        return code
    text = INSIDE.sub(" ", text)
    said = all_said("flow", text)
    said = [code for code in said if code != "trade"] or said  # the total of exports is no trade
    alone = len(said) == 1 and said[0] in coding.FLOWS and not without(text, "flow", "flow_filler")
    return said[0] if alone else None


def without(text: str, *kinds: str) -> str:
    """A text in plain letters without the words of some kinds."""
    left = f" {plain(text)} "
    for kind in kinds:
        for form, _ in _forms(kind):
            while f" {form} " in left or (not form.isascii() and form in left):
                left = left.replace(f" {form} " if f" {form} " in left else form, "  ")
    return " ".join(left.split())
