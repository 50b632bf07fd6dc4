"""The words of China customs' tables: what a header says, which period a title names, whose name a row is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from customhouse.errors import PeriodError
from customhouse.period import month
from customhouse.records import printed_periods, printed_units
from customhouse.records.coding import WORLD, by_name
from customhouse.vocabulary.lexicon import fold
from customhouse.vocabulary.tables import rows, split

ROW_DIMENSIONS = ("partner", "regime", "region", "enterprise", "commodity", "hs")
COLUMN_DIMENSIONS = ("enterprise", "regime", "region", "partner")
_RANGE = re.compile(r"(?<![\d.])M?(\d{1,2}) ?- ?M?(\d{1,2})m?(?![\d.])")
_SINGLE = re.compile(r"(?<![\d.\-])(?:M(\d{1,2})|(\d{1,2})m?)(?![\d.\-])")
_YEAR_FIRST = re.compile(r"(\d{4})[y.\-] ?(\d{1,2})(?: ?- ?(\d{1,2}))?m?(?!\d)")
_YEAR_LAST = re.compile(r"M?(\d{1,2})(?: ?- ?M?(\d{1,2}))?(?:\s*[.,/]\s*|\s+)(\d{4})(?!\d)")
_YEAR = re.compile(r"(?<!\d)\d{4}[y.]?(?!\d)")
_NUMBERING = re.compile(r"^[\s#*\u00b7'\u2022]*(?:\d{1,3}[.\u3001)]\s*)?")


def plain(text: str) -> str:
    """A text folded, in lower case, with single spaces."""
    return " ".join(fold(text).lower().split())


@cache
def _forms(kinds: tuple[str, ...]) -> tuple[tuple[str, str, str], ...]:
    """Form, kind and code of the words of some kinds, longest first."""
    found = [
        (plain(form), row["kind"], row["code"]) for row in rows("gacc_tables") if row["kind"] in kinds
        for form in (*split(row["en_forms"]), *split(row["zh_forms"]))
    ]
    return tuple(sorted(found, key=lambda word: -len(word[0])))


_HEADER_KINDS = ("flow", "measure", "window", "total", "column")


def _bounded(text: str, at: int, form: str) -> bool:
    """Whether an English form stands as a whole word."""
    before, after = text[at - 1:at], text[at + len(form):at + len(form) + 1]
    starts = not (form[0].isascii() and form[0].isalpha() and before.isascii() and before.isalpha())
    return starts and not (form[-1].isascii() and form[-1].isalpha() and after.isascii() and after.isalpha())


def words_in(text: str, kinds: tuple[str, ...] = _HEADER_KINDS) -> tuple[list[tuple[str, str]], str]:
    """The words of a header cell in order (kind and code), and what is left of it without them."""
    text, found, rest, at = plain(text), [], "", 0
    while at < len(text):
        here = (word for word in _forms(kinds) if text.startswith(word[0], at))
        hit = next((word for word in here if _bounded(text, at, word[0])), None)
        if hit:
            found.append((hit[1], hit[2]))
            at += len(hit[0])
        else:
            rest += text[at]
            at += 1
    return found, rest.strip(" .,:;/()[]-\u00b1%")


def period_in(text: str) -> tuple[int, int] | None:
    """The months that a title names: `3.2025`, `March 2025`, `1-5.2024`; None where it names none."""
    normal = printed_periods.normal(text)
    for pattern, order in ((_YEAR_FIRST, (1, 2, 3)), (_YEAR_LAST, (3, 1, 2))):
        for match in pattern.finditer(normal):
            year, first, last = (int(match[i]) if match[i] else None for i in order)
            if found := _months(year or 0, first or 0, last or first or 0):
                return found
    return None


def _months(year: int, first: int, last: int) -> tuple[int, int] | None:
    try:
        found = month(year, first), month(year, last)
    except PeriodError:
        return None
    return found if found[0] <= found[1] and 1949 <= year <= 2200 else None


@dataclass(frozen=True, slots=True)
class Window:
    """The months of a column: `first` is 1 for the year to date, else the same as `last`."""

    first: int
    last: int


def window_in(text: str) -> tuple[Window | None, str]:
    """The months that a header cell names by number (`3`, `1 to 3`), and the cell without them."""
    normal = _YEAR.sub("", printed_periods.normal(text)).strip()
    for pattern in (_RANGE, _SINGLE):
        if match := pattern.search(normal):
            numbers = [int(number) for number in match.groups() if number]
            if all(1 <= number <= 12 for number in numbers) and numbers == sorted(numbers):
                rest = normal[:match.start()] + normal[match.end():]
                return Window(numbers[0], numbers[-1]), rest.strip()
    return None, text


def flow_of_title(text: str) -> str | None:
    """The one flow that a title names."""
    flows = {code for kind, code in words_in(text, ("flow",))[0]}
    return next(iter(flows)) if len(flows) == 1 else None


def unit_in(lines: list[str]) -> printed_units.Unit | None:
    """The unit line of a table, such as `Unit: US$1,000`; what a line says besides is passed over."""
    for line in lines:
        for form, _, _ in _forms(("unit_line",)):
            text = plain(line)
            at = text.find(form)
            if at >= 0 and _bounded(text, at, form):
                unit = printed_units.parse(text[at + len(form):].lstrip(" :"), lenient=True)
                if unit and unit.kind in ("money", "number"):
                    return unit
    return None


def currency_in(text: str) -> str | None:
    """The currency that a title names, such as `(in CNY)`."""
    return next((code for _, code in words_in(text, ("currency",))[0]), None)


def is_note(text: str) -> bool:
    """Whether a row begins as a note does."""
    start = _NUMBERING.sub("", plain(text))
    return any(start.startswith(form) for form, _, _ in _forms(("note",)))


def row_name(text: str) -> str:
    """A row's name without its indents, its numbering, `of which`."""
    name = _NUMBERING.sub("", fold(text).strip())
    for form, _, _ in _forms(("of_which",)):
        if plain(name).startswith(form) and len(plain(name)) > len(form):
            name = name.strip()[len(form):].strip(" :")
            break
    return name


@cache
def _patterns(kind: str) -> tuple[re.Pattern[str], ...]:
    """The forms of a kind that have a number in them: digits, or the numerals of sections."""
    number = r"([0-9]{1,2})" if kind == "chapter" else r"([0-9]{1,2}|[ivx]+|[\u4e00-\u9fff]{1,3})"
    return tuple(re.compile(re.escape(form).replace(re.escape("{n}"), number) + r"(?![0-9a-z])")
                 for form, _, _ in _forms((kind,)))


def _counted(kind: str, text: str) -> str | None:
    """The number of the chapter or section that a row's name begins with."""
    matches = (pattern.match(plain(text)) for pattern in _patterns(kind))
    return next((match[1] for match in matches if match), None)


def is_section(text: str) -> bool:
    """Whether a row is a section of the HS: its chapters are rows of their own."""
    return _counted("section", text) is not None


def by_other_list(texts: list[str]) -> bool:
    """Whether a title or header says that goods are classified by another list than the HS."""
    forms = [form for form, _, _ in _forms(("other_list",))]
    return any(form in plain(text) for text in texts for form in forms)


@cache
def quantity_unit(text: str) -> printed_units.Unit | None:
    """The unit of a cell for units, also by forms that are units there alone; None where it is none."""
    found = printed_units.parse(text)
    if found is not None and found.kind != "money":
        return printed_units.Unit("quantity", found.code or "unit", found.scale)
    name = plain(text)
    for form, code in _unit_forms():
        if name == form or (name.endswith(form) and (not form[0].isascii() or name[-len(form) - 1] == " ")):
            scale = printed_units.parse(name[:-len(form)]) if name != form else None
            if name == form or (scale and scale.kind == "number"):
                return printed_units.Unit("quantity", code, scale.scale if scale else printed_units.ONE)
    return None


@cache
def _unit_forms() -> tuple[tuple[str, str], ...]:
    listed = rows("quantity_units")
    found = [(plain(form), row["code"]) for row in listed for form in split(row["other_forms"])]
    return tuple(sorted(found, key=lambda pair: -len(pair[0])))


@cache
def member(dimension: str, text: str) -> tuple[bool, str | None]:
    """Whether a row's or column's name is known in a dimension, and its code: None for the total."""
    name = row_name(text)
    key = plain(name)
    if dimension == "hs" and not is_total(text):
        chapter = _counted("chapter", text)
        return chapter is not None, chapter and chapter.zfill(2)
    for form, kind, code in _forms(("total", dimension)):
        if key == form:
            return True, None if kind == "total" else code
    found = None if dimension == "hs" else by_name(dimension, name)
    return found is not None, None if found == WORLD else found


def is_total(text: str) -> bool:
    """Whether a name is that of the total."""
    return any(plain(row_name(text)) == form for form, _, _ in _forms(("total",)))


def dimension_of(names: list[str]) -> str | None:
    """The dimension in which most of the rows' names are known; None where in none."""
    counts = [(sum(member(d, name)[0] for name in names if not is_total(name)), d) for d in ROW_DIMENSIONS]
    best = max(count for count, _ in counts)
    return next(d for count, d in counts if count == best) if best else None


def labels(text: str) -> Iterator[tuple[str, str]]:
    """Members that a header cell may name: (dimension, code), in every dimension that has the name."""
    for dimension in COLUMN_DIMENSIONS:
        known, code = member(dimension, text)
        if known and code:
            yield dimension, code
