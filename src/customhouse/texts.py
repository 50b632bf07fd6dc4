"""Files of texts to claims: which files are meant, each read once under a name of its own."""

from __future__ import annotations

import logging
import time
from calendar import monthrange
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from glob import glob
from pathlib import Path
from typing import NamedTuple

from customhouse.errors import CustomhouseError, PeriodError
from customhouse.jsonio import load_claims
from customhouse.model import Claim, Document
from customhouse.period import Period, parse_month

Progress = Callable[[int, int], object]
"""Called after each file with the number of files done and of all files."""
CLAIMS_FILE = ".jsonl"
_log = logging.getLogger("customhouse")
_DATES = ("DATE", "DATEZH")
_NUMBERS = {"dm": "dd", "em": "ed", "im": "id"}
"""In the patterns of dates: the group of the month, and that of the day beside it."""
_HEAD, _FOOT = 2500, 400


class Gathered(NamedTuple):
    """Claims in text order, the documents that they were read from, and one error for each file without."""

    claims: list[Claim]
    documents: list[Document]
    problems: list[CustomhouseError]


def gather(
    paths: Sequence[str], published: str | None = None, progress: Progress | None = None,
    directions: bool = False,
) -> Gathered:
    """Every figure in the files, folders and globs named by `paths`; `.jsonl` files hold claims already.

    Raises PeriodError for a `published` that is no day or month; what is wrong with a file is told
    beside the rest.
    """
    if published is not None:
        check_published(published)
    found = Gathered([], [], [])
    files = list(_discover(paths, found.problems))
    for done, path in enumerate(files, 1):
        try:
            if path.endswith(CLAIMS_FILE):
                found.claims.extend(load_claims(path))
            else:
                found.documents.append(_load(path, {document.name for document in found.documents}))
                found.claims.extend(read_document(found.documents[-1], published, directions))
        except CustomhouseError as error:
            found.problems.append(error)
        if progress:
            progress(done, len(files))
    return found


def read_document(document: Document, published: str | None, directions: bool = False) -> tuple[Claim, ...]:
    """The claims of one document."""
    from customhouse.reader import read_text

    began = time.perf_counter()
    claims = read_text(document.text, published or document.published, document.name, directions=directions)
    took = time.perf_counter() - began
    _log.info("%s: %d characters, %d claims, %.3f s", document.name, len(document.text), len(claims), took)
    return claims


def check_published(published: str) -> None:
    """Raises PeriodError unless `published` is a month, `2025-03`, or a day, `2025-03-14`."""
    try:
        parse_month(published)
        date.fromisoformat(published if published.count("-") == 2 else f"{published}-01")
    except (PeriodError, ValueError) as error:
        raise PeriodError(f"{published!r}: not a month or day; write it as 2025-03 or 2025-03-14") from error


def _discover(paths: Sequence[str], problems: list[CustomhouseError]) -> Iterator[str]:
    """The files that `paths` name, each once; paths that name none go to `problems`."""
    from customhouse.reader.documents import discover

    seen: set[str] = set()
    for path in paths:
        try:
            names = _claims_files(path) if path.endswith(CLAIMS_FILE) else discover([path])
        except CustomhouseError as error:
            problems.append(error)
            continue
        for name in names:
            if name not in seen:
                seen.add(name)
                yield name


def _claims_files(path: str) -> list[str]:
    """The files that a pattern of claims files matches; else the path as it is."""
    return sorted(glob(path, recursive=True)) or [path]


def _load(path: str, taken: set[str]) -> Document:
    """The document at `path`, under a name that no other document has."""
    from customhouse.reader.documents import load

    document = load(path)
    if document.name not in taken:
        return document
    name, number = f"{Path(path).parent.name}/{Path(path).name}", 1
    while name in taken:
        number += 1
        name = f"{Path(path).name}#{number}"
    return replace(document, name=name)


def known_day(text: str) -> date:
    """A day, or the last day of a month. Raises PeriodError."""
    if text.count("-") == 2:
        try:
            return date.fromisoformat(text[:10])
        except ValueError as error:
            raise PeriodError(f"{text!r}: not a day; write it as 2025-03-14") from error
    return last_day(parse_month(text))


def day_of(document: Document, published: str | None = None) -> date | None:
    """The day that a document is known from; the last of the month where only that is told."""
    told = date_told(document, published)
    return None if told is None else known_day(told)


def date_told(document: Document, published: str | None = None) -> str | None:
    """The day (`2025-04-14`) or month (`2025-04`) of a document: as given, else as its text says."""
    from customhouse.reader.dates import date_of
    from customhouse.reader.text import reading

    given = published or document.published
    if given is not None:
        return given[:10]
    lower = reading(document.text).lower
    month = date_of(lower)
    if month is None:
        return None
    found = next(_days(lower[:_HEAD], month), None) or next(_days(lower[-_FOOT:], month), None)
    return str(Period(month, month)) if found is None else found.isoformat()


def _days(text: str, month: int) -> Iterator[date]:
    """The days of a month that a text names, in text order for each way of writing them."""
    from customhouse.vocabulary import pattern

    year, number = divmod(month, 12)
    for match in (m for name in _DATES for m in pattern(name).finditer(text)):
        groups = match.groupdict()
        for place, beside in _NUMBERS.items():
            named, day = groups.get(place), groups.get(beside)
            if named and day and _month_number(named) == number + 1:
                with suppress(ValueError):
                    yield date(year, number + 1, int(day))


def _month_number(named: str) -> int:
    from customhouse.vocabulary import words

    return int(named) if named.isdigit() else words("months_en").index(named[:3]) + 1


def last_day(month: int) -> date:
    """The last day of a month by its running number."""
    year, number = divmod(month, 12)
    return date(year, number + 1, monthrange(year, number + 1)[1])
