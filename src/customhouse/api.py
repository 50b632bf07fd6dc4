"""Reading from Python and notebooks: `read`, `read_files`, and the `Claims` that they return.

    >>> import customhouse
    >>> claims = customhouse.read("Exports were 6.13 trillion yuan, up 6.9%.", published="2025-04-14")
    >>> claims.to_pandas()                            # doctest: +SKIP

What each method needs loads when it is called.
"""

from __future__ import annotations

import logging
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from glob import glob
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, overload

from customhouse.errors import CustomhouseError, OutputError, PeriodError
from customhouse.model import Claim, Document, Reconciliation
from customhouse.period import parse_month

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

Language = Literal["en", "zh"]
Progress = Callable[[int, int], object]
"""Called after each file with the number of files done and of all files."""

CLAIMS_FILE = ".jsonl"
_SHOWN = 200
_log = logging.getLogger("customhouse")


class Claims(Sequence[Claim]):
    """Claims in text order, with the documents that they were read from; it cannot be changed.

    `problems` has what could not be read, one error for each file.
    """

    __slots__ = ("_claims", "documents", "problems")

    def __init__(
        self,
        claims: Iterable[Claim] = (),
        documents: Iterable[Document] = (),
        problems: Iterable[CustomhouseError] = (),
    ) -> None:
        self._claims = tuple(claims)
        self.documents: tuple[Document, ...] = tuple(documents)
        self.problems: tuple[CustomhouseError, ...] = tuple(problems)

    @overload
    def __getitem__(self, index: int) -> Claim: ...
    @overload
    def __getitem__(self, index: slice) -> Claims: ...
    def __getitem__(self, index: int | slice) -> Claim | Claims:
        if isinstance(index, slice):
            return Claims(self._claims[index], self.documents, self.problems)
        return self._claims[index]

    def __len__(self) -> int:
        return len(self._claims)

    def __iter__(self) -> Iterator[Claim]:
        return iter(self._claims)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Claims):
            return NotImplemented
        return (self._claims, self.documents) == (other._claims, other.documents)

    def __hash__(self) -> int:
        return hash((self._claims, self.documents))

    def __repr__(self) -> str:
        return f"<Claims: {len(self)} from {len(self.documents)} documents>"

    def _repr_html_(self) -> str:
        """A table for notebooks: the first 200 claims, the columns that any of them fills."""
        return _html_table([claim.to_dict() for claim in self._claims[:_SHOWN]], len(self))

    def to_pandas(self) -> pandas.DataFrame:
        """One row a claim, columns as in the claim format. Raises MissingExtra without pandas."""
        from customhouse import export

        frame: pandas.DataFrame = export.to_pandas(self._claims)
        return frame

    def to_polars(self) -> polars.DataFrame:
        """One row a claim, columns as in the claim format. Raises MissingExtra without Polars."""
        from customhouse import export

        frame: polars.DataFrame = export.to_polars(self._claims)
        return frame

    def to_arrow(self) -> pyarrow.Table:
        """One row a claim, columns as in the claim format. Raises MissingExtra without pyarrow."""
        from customhouse import export

        table: pyarrow.Table = export.to_arrow(self._claims)
        return table

    def to_jsonl(self) -> str:
        """One JSON object a line, as the claim format has it."""
        from customhouse import export

        return export.to_jsonl(self._claims)

    def save(self, path: str | Path) -> None:
        """Write to a `.jsonl`, `.csv` or `.parquet` file, whole or not at all. Raises OutputError."""
        from customhouse import export

        ending = Path(path).suffix.lower()
        if ending == ".parquet":
            export.write_parquet(self._claims, str(path))
        elif ending in (".jsonl", ".csv"):
            export.save(self.to_jsonl() if ending == ".jsonl" else export.to_csv(self._claims), str(path))
        else:
            raise OutputError(f"{path}: no format has this ending; name it .jsonl, .csv or .parquet")

    def reconcile(self) -> Reconciliation:
        """Do these claims agree with one another, and what follows from them?"""
        from customhouse.reconcile import reconcile

        return reconcile(self._claims)

    def report(self, path: str | Path | None = None, language: Language = "en") -> str:
        """The self-contained HTML page about these texts; also written to `path` where one is given."""
        from customhouse import export
        from customhouse.report import write_report

        page = write_report(self.documents, self._claims, self.reconcile(), language)
        if path is not None:
            export.save(page, str(path))
        return page


def read(text: str, published: str | None = None, doc: str = "text") -> Claims:
    """Every figure in `text` as a claim. `published` is a day or month, `2025-04-14` or `2025-04`.

    Without it the date is looked for in the text. Raises PeriodError for another kind of date.
    """
    if published is not None:
        check_published(published)
    document = Document(doc, text, published=published)
    return Claims(_read_document(document, published), [document])


def read_files(
    paths: str | Path | Iterable[str | Path],
    published: str | None = None,
    progress: Progress | None = None,
) -> Claims:
    """Every figure in the files, folders and globs named by `paths` (`.jsonl` files hold claims already).

    Files that cannot be read are left out, warned about and kept in `Claims.problems`; where none
    can be read the first problem is raised.
    """
    given = [paths] if isinstance(paths, (str, Path)) else list(paths)
    claims = collect([str(path) for path in given], published, progress)
    if claims.problems and not claims.documents and not claims:
        raise claims.problems[0]
    for problem in claims.problems:
        warnings.warn(str(problem), stacklevel=2)
    return claims


def collect(paths: Sequence[str], published: str | None = None, progress: Progress | None = None) -> Claims:
    """`read_files` that neither warns nor raises for a file: what is wrong with it is in `problems`."""
    from customhouse.jsonio import load_claims

    if published is not None:
        check_published(published)
    claims: list[Claim] = []
    documents: list[Document] = []
    problems: list[CustomhouseError] = []
    files = list(_discover(paths, problems))
    for done, path in enumerate(files, 1):
        try:
            if path.endswith(CLAIMS_FILE):
                claims += load_claims(path)
            else:
                documents.append(_load(path, {document.name for document in documents}))
                claims += _read_document(documents[-1], published)
        except CustomhouseError as error:
            problems.append(error)
        if progress:
            progress(done, len(files))
    return Claims(claims, documents, problems)


def _read_document(document: Document, published: str | None) -> tuple[Claim, ...]:
    from customhouse.reader import read_text

    began = time.perf_counter()
    claims = read_text(document.text, published or document.published, document.name)
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


def _html_table(rows: list[dict[str, Any]], total: int) -> str:
    from html import escape

    columns = list(dict.fromkeys(key for row in rows for key in row if key not in ("start", "end")))
    head = "".join(f"<th>{escape(column)}</th>" for column in columns)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(str(row.get(column, '')))}</td>" for column in columns) + "</tr>"
        for row in rows
    )
    more = f"<p>{total - len(rows)} more</p>" if total > len(rows) else ""
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"
