"""What the words of headers and titles say: of a column's part, of flow, measure, months and units."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from customhouse.period import month
from customhouse.records import coding, printed_units
from customhouse.records.printed_units import Unit

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
INSIDE = re.compile(r"[(\[（【]([^)\]）】]*)[)\]）】]")
_WHEN = month(2020, 1)
_LABELS = ("unit", "quantity_unit", "currency")
_RUN = re.compile(r"[A-Za-z]+|\d+")


def spaced(text: str) -> str:
    """A text with spaces between words that only capitals part."""
    return _CAMEL.sub(" ", text)


def plain(text: str) -> str:
    """A text in lower case with single spaces for all that is neither letter, digit nor sign of growth."""
    return " ".join(re.findall(r"[^\W_]+|[%#±]", _CAMEL.sub(" ", text).lower()))


@cache
def _forms(kind: str) -> tuple[tuple[str, str], ...]:
    """The forms of a kind of words with their codes, the longest first."""
    found = {(plain(form) or form, code) for form, code in coding.header_forms(kind)}
    return tuple(sorted(found, key=lambda pair: (-len(pair[0]), pair)))


def is_a(kind: str, text: str) -> str | None:
    """The code whose word a text is as a whole, without what it has in brackets."""
    wanted = {plain(text), plain(INSIDE.sub(" ", text))}
    return next((code for form, code in _forms(kind) if form in wanted), None)


def says(kind: str, text: str) -> str | None:
    """The code of the longest word of a kind in a text."""
    padded, bare = f" {plain(text)} ", text.lower()
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
        if unit and (unit.kind == "money" or (unit.kind == "number" and unit.scale >= 1000)):
            return unit
    return None


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
            toward = said == "partner" or (toward and said == "joined")
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
    found = set()
    for form, code in _forms("flow"):
        if not form.isascii() and form in text:
            text = text.replace(form, " ")
            found.add(code)
    return found & {*coding.FLOWS}


def is_total(text: str) -> bool:
    """Whether a text is a word for all together."""
    return is_a("total", text) is not None
