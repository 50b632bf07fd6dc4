"""Texts at the desk: which files of a load are texts, their figures as a vintage, and series of them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from glob import glob
from pathlib import Path
from typing import TYPE_CHECKING

from customhouse.errors import EmptyFile, InputError, QueryError, UnreadableFile
from customhouse.model import Document
from customhouse.records import files, sources
from customhouse.series.dating import stated
from customhouse.series.model import Series, Stated
from customhouse.series.stored import SOURCE, Texts, load_texts, stored_texts
from customhouse.store import Store, Vintage
from customhouse.texts import CLAIMS_FILE, gather

if TYPE_CHECKING:
    from customhouse.compiling.load import Progress
    from customhouse.desk import Desk
    from customhouse.statistics import Concepts

_ENDINGS = (".md", ".html", ".htm", ".docx", ".pdf")
_PAGES = (".html", ".htm")
"""What may be a table of a service too, which its reader knows."""
_DELIMITERS = "\t;|,"
_LINES = 20
_HEAD = 64_000


def are_texts(paths: Sequence[str]) -> bool:
    """Whether paths name texts, and no tables. Raises InputError where they name both.

    A folder with a table in it is one of tables. A `.txt` is a table where its lines fall into columns,
    a `.jsonl` where its lines are no claims.
    """
    kinds = {path: _is_text(path) for path in paths}
    if len(set(kinds.values())) > 1:
        places = ", ".join(list(kinds)[:3])
        raise InputError(places, "texts and tables together", "load each kind by itself")
    return bool(paths) and all(kinds.values())


def _is_text(path: str) -> bool:
    place = Path(path)
    if place.is_dir():
        try:
            return not files.find([path])
        except UnreadableFile:
            return True
    if not place.exists():
        found = sorted(glob(path, recursive=True))
        return bool(found) and all(map(_is_text, found))
    ending = place.suffix.lower()
    if ending in _PAGES and sources.detect(place):
        return False
    if ending in (".txt", CLAIMS_FILE):
        with open(place, "rb") as file:
            head = file.read(_HEAD).decode("utf-8", "replace")
        return _is_claim(head) if ending == CLAIMS_FILE else not _in_columns(head)
    return ending in _ENDINGS


def _is_claim(head: str) -> bool:
    """Whether the first line of a file is a claim of the claim format."""
    try:
        row = json.loads(head.partition("\n")[0])
    except ValueError:
        return False
    return isinstance(row, dict) and {"doc", "measure", "value"} <= set(row)


def _in_columns(head: str) -> bool:
    """Whether all of the first lines have the same number of one delimiter."""
    lines = [line for line in head.splitlines() if line.strip()][:_LINES]
    counts = ({line.count(delimiter) for line in lines} for delimiter in _DELIMITERS)
    return len(lines) > 1 and any(len(found) == 1 and 0 not in found for found in counts)


def load(
    desk: Desk, paths: Sequence[str], source: str | None, published: date | None, progress: Progress | None
) -> Vintage:
    """Read texts and commit their figures, whole or not at all. Raises InputError, ClaimFormatError."""
    claims, documents = _read(paths, published.isoformat() if published else None, progress)
    if not claims:
        raise EmptyFile(", ".join(paths), "no figures in it", "name texts about trade")
    places = {document.name: document.source for document in documents}
    names = dict.fromkeys([*places, *(one.place for one in claims)])
    desk.store = Store.create(desk.store.path)
    wanted = Texts(claims, source or SOURCE, tuple(places.get(name) or name for name in names))
    return load_texts(desk.store, wanted, date.today())


def series(
    desk: Desk, paths: Sequence[str], published: str | None, as_of: date | None, source: str | None,
    concepts: Concepts | None, progress: Progress | None, options: Mapping[str, object],
) -> Series:
    """The series of a figure from the tables and texts of a store and from further texts."""
    from customhouse.series import make, wanted
    from customhouse.series.tables import shelves

    asked = wanted(options)
    given = _read(paths, published, progress)[0] if paths else []
    given = [one for one in given if as_of is None or one.known_on is None or one.known_on <= as_of]
    told = stored_texts(desk.store, as_of, source) + given
    tables = shelves(desk.store, desk.engine, as_of, source, asked.currency, concepts)
    if source is not None and not tables and not any(one.vintage for one in told):
        raise QueryError(f"{source}: the store has neither figures nor texts of this source")
    return make(asked, told, tables)


def _read(
    paths: Sequence[str], published: str | None, progress: Progress | None
) -> tuple[list[Stated], list[Document]]:
    """The claims of texts with their days. Raises what is wrong with the first text that cannot be read."""
    tell = (lambda done, of: progress(done, of, "reading")) if progress else None
    found = gather(paths, published, tell)
    if found.problems:
        raise found.problems[0]
    return stated(found.claims, found.documents, published), found.documents
