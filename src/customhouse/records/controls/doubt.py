"""What a check reports: a doubt in words, with the figures it rests on and the likeliest cause."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal, NamedTuple

from customhouse.errors import VocabularyError
from customhouse.model import LANGUAGES
from customhouse.period import Period
from customhouse.records.controls.sheet import Ints, Sheet
from customhouse.vocabulary.tables import name, rows

Severity = Literal["stop", "caution"]
SHOWN = 5
"""How many places are listed."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Figures that look valid and may not be.

    `code` says what does not hold, `cause` the likeliest reason (codes of controls.csv), `en` and
    `zh` both in words. `evidence` has the numbers (money in cents), `cells` the rows of the load
    that are meant and `places` where the first of them stand.
    """

    code: str
    severity: Severity
    places: tuple[str, ...]
    en: str
    zh: str
    evidence: Mapping[str, float]
    cause: str
    cells: tuple[int, ...]


class Row(NamedTuple):
    """A row to be named in a sentence."""

    number: int


class Code(NamedTuple):
    """A code to be named in a sentence."""

    dimension: str
    code: str


class Word(NamedTuple):
    """A word of controls.csv to be put in a sentence; a text that is no such word stands as it is."""

    code: str


class Month(NamedTuple):
    """A period to be named in a sentence, as running month numbers."""

    first: int
    last: int


def spanned(sheet: Sheet, rows: Ints) -> Month:
    """From the first month of some rows to the last."""
    return Month(int(sheet.first[rows].min()), int(sheet.last[rows].max()))


class Amount(NamedTuple):
    """A number to be written in its unit: cents or percent."""

    value: float
    unit: str


class _Shown(float):
    """A number that a sentence shows in its own way unless it says how."""

    text = ""

    def __format__(self, how: str) -> str:
        return float.__format__(self, how) if how else self.text


Field = str | float | Row | Code | Word | Month | Amount


def doubt(
    sheet: Sheet, code: str, cause: str, severity: Severity, cells: Iterable[int], /, **fields: Field
) -> Doubt:
    """A doubt about rows of the load (others are left out), its sentences filled in from `fields`.

    Fields that end in `_cents` are written as money, in `_percent` as per cent, `factor` as a
    multiple; `what` is the first cell in words where no other is given.
    """
    rows_ = tuple(dict.fromkeys(int(cell) for cell in cells if 0 <= cell < sheet.rows))
    if rows_:
        fields.setdefault("what", Row(rows_[0]))
    fields["count"] = float(len(rows_))
    words = {language: _sentence(sheet, code, cause, language, fields, rows_) for language in LANGUAGES}
    plain = {key: value.value if isinstance(value, Amount) else value for key, value in fields.items()}
    evidence = {key: float(value) for key, value in plain.items() if isinstance(value, int | float)}
    places = tuple(dict.fromkeys(_place(sheet, row) for row in rows_[:SHOWN]))
    return Doubt(code, severity, places, words["en"], words["zh"], evidence, cause, rows_)


def about(sheet: Sheet, row: int, language: str) -> str:
    """A figure in words: flow, what it is of, period."""
    parts = [name(sheet.text("flow", row) or "", language, "flow")]
    for dimension in ("partner", "hs", "commodity", "enterprise", "region", "regime", "transport"):
        if (code := sheet.name(dimension, row)) is not None:
            parts.append(_named(dimension, code, language))
    parts.append(_period(Month(int(sheet.first[row]), int(sheet.last[row]))))
    return word("comma", language).join(parts)


def word(code: str, language: str) -> str:
    """A word or sentence of controls.csv. Raises VocabularyError where there is none."""
    try:
        return _words()[code][language]
    except KeyError:
        raise VocabularyError(f"controls.csv: no row {code!r} with {language}; add it") from None


def rank(code: str) -> int:
    """The place of a doubt's code among all, the most telling first."""
    return list(_words()).index(f"doubt_{code}")


@cache
def _words() -> dict[str, dict[str, str]]:
    return {row["code"]: row for row in rows("controls")}


def _sentence(
    sheet: Sheet, code: str, cause: str, language: str, fields: Mapping[str, Field], cells: tuple[int, ...]
) -> str:
    currency = sheet.name("currency", cells[0]) if cells else None
    filled = {key: _written(sheet, key, value, language, currency or "") for key, value in fields.items()}
    wrong = word(f"doubt_{code}", language).format(**filled)
    why = word(f"cause_{cause}", language).format(**filled)
    return word("sentence", language).format(wrong=wrong, why=why)


def _written(sheet: Sheet, key: str, value: Field, language: str, currency: str) -> str | _Shown:
    if isinstance(value, Amount):
        key, value = f"{key}_{value.unit}", value.value
    if isinstance(value, str | Row | Code | Word | Month):
        return _called(sheet, value, language)
    if value != value:
        return word("nothing", language)
    shown = _Shown(value)
    if key.endswith("_cents"):
        shown.text = f"{value / 100:,.0f} {currency}".strip()
    elif value == int(value) or key == "factor" and value >= 1000:
        shown.text = f"{value:,.0f}"
    else:
        shown.text = f"{value:.4g}"
    if key.endswith("_percent"):
        shown.text += "%"
    return shown


def _called(sheet: Sheet, value: str | Row | Code | Word | Month, language: str) -> str:
    """What is no number, in words."""
    if isinstance(value, Row):
        return about(sheet, value.number, language)
    if isinstance(value, Code):
        return _named(value.dimension, value.code, language)
    if isinstance(value, Word):
        return word(value.code, language) if value.code in _words() else value.code
    return _period(value) if isinstance(value, Month) else value


def _named(dimension: str, code: str, language: str) -> str:
    return f"HS {code}" if dimension == "hs" else name(code, language, dimension)


def _period(value: Month) -> str:
    return str(Period(value.first, value.last))


def _place(sheet: Sheet, row: int) -> str:
    return f"{sheet.text('file', row)}: {sheet.text('place', row)}"
