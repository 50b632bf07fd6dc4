"""The code lists as tables: one CSV file a list, one row an entry, loaded once on first use."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from customhouse.errors import VocabularyError

DIMENSION_LISTS = {
    "partners": "partner", "commodities": "commodity", "enterprises": "enterprise",
    "regions": "region", "regimes": "regime", "transport": "transport",
}
WORD_LISTS = ("flows", "cues", "bounds", "units", "counts", "subjects", "noise", "offices")


@dataclass(frozen=True, slots=True)
class Entry:
    """A code with its words. `kind` is the dimension or the part that the words play in a sentence."""

    kind: str
    code: str
    en: str
    zh: str
    en_forms: tuple[str, ...]
    zh_forms: tuple[str, ...]
    row: Mapping[str, str]

    def forms(self, language: str) -> tuple[str, ...]:
        """All forms to read in `en` or `zh`, the form to write first."""
        first, rest = (self.en, self.en_forms) if language == "en" else (self.zh, self.zh_forms)
        return (first, *rest) if first else rest

    def more(self, column: str) -> tuple[str, ...]:
        """A further `|`-separated column, empty where the list has none."""
        return split(self.row.get(column))


def split(cell: str | None) -> tuple[str, ...]:
    """The parts of a `|`-separated cell."""
    return tuple(part.strip() for part in (cell or "").split("|") if part.strip())


@cache
def rows(table: str) -> tuple[dict[str, str], ...]:
    """All rows of one CSV file of the vocabulary. Raises VocabularyError where there is none."""
    path = files("customhouse.vocabulary") / "data" / f"{table}.csv"
    try:
        text = path.read_bytes().decode("utf-8")
    except FileNotFoundError as error:
        raise VocabularyError(f"{table}: no such code list; see docs/reference/vocabulary.md") from error
    return tuple(csv.DictReader(io.StringIO(text, newline="")))


@dataclass(frozen=True, slots=True)
class Returned:
    """Returned goods: the regime that claims have them as, the flow they are recorded as and are within."""

    regime: str
    flow: str
    within: str


@cache
def returned_goods() -> Mapping[str, Returned]:
    """Re-exports and re-imports by their regime."""
    found = (Returned(row["regime"], row["flow"], row["within"]) for row in rows("returned_goods"))
    return {one.regime: one for one in found}


@cache
def entries(table: str) -> tuple[Entry, ...]:
    """All entries of one code list, in the order of its file."""
    kind = DIMENSION_LISTS.get(table)
    return tuple(_entry(kind or row["kind"], row) for row in rows(table))


def _entry(kind: str, row: dict[str, str]) -> Entry:
    return Entry(kind, row["code"], row.get("en") or "", row.get("zh") or "",
                 split(row.get("en_forms")), split(row.get("zh_forms")), row)


def all_entries() -> Iterator[Entry]:
    """Every entry of every list that the reader matches."""
    for table in (*WORD_LISTS, *DIMENSION_LISTS):
        yield from entries(table)


@cache
def _names() -> dict[tuple[str, str], Entry]:
    names: dict[tuple[str, str], Entry] = {}
    for table in reversed((*DIMENSION_LISTS, "flows", "counts", "subjects", "units")):
        for entry in entries(table):
            names[entry.kind, entry.code] = entry
            names["", entry.code] = entry
    return names


def name(code: str, language: str, kind: str | None = None) -> str:
    """The word to write for a code in `en` or `zh`; joined codes and `!USA` are written out.

    A code in no list is written as it stands, underscores as spaces.
    """
    if "+" in code and (kind or "", code) not in _names():
        return phrase("list_separator", language).join(name(part, language, kind) for part in code.split("+"))
    if code.startswith("!"):
        return phrase("all_but", language).format(name(code[1:], language, kind))
    entry = _names().get((kind or "", code))
    words = entry and (entry.en if language == "en" else entry.zh)
    return words or code.replace("_", " ")


@cache
def phrase(code: str, language: str) -> str:
    """A phrase that names and notes are put together with, in `en` or `zh`; `{}` takes its parts."""
    return next(row[language] for row in rows("phrases") if row["code"] == code)
