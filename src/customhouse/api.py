"""Reading from Python and notebooks: `read`, `read_files`, and the `Claims` that they return.

    >>> import customhouse
    >>> claims = customhouse.read("Exports were 6.13 trillion yuan, up 6.9%.", published="2025-04-14")
    >>> claims.to_pandas()                            # doctest: +SKIP

What each method needs loads when it is called.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from customhouse.errors import CustomhouseError, OutputError
from customhouse.model import Claim, Document, Language, Reconciliation
from customhouse.texts import Progress, check_published, gather, read_document

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

    from customhouse.check import Comparison
    from customhouse.digest import Digest
    from customhouse.series import Series
    from customhouse.versions import Versions

_SHOWN = 200


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

    def series(self, published: str | None = None, **options: object) -> Series:
        """All that these texts say of one thing, period by period; see `customhouse.series`.

        Options are those of `Desk.query`: measure, flow, partner, ..., period, by. Raises QueryError.
        """
        from customhouse.series import make, wanted
        from customhouse.series.dating import stated

        return make(wanted(options), stated(self._claims, self.documents, published))

    def report(self, path: str | Path | None = None, language: Language = "en") -> str:
        """The self-contained HTML page about these texts; also written to `path` where one is given."""
        from customhouse import export
        from customhouse.report import write_report

        page = write_report(self.documents, self._claims, self.reconcile(), language)
        if path is not None:
            export.save(page, str(path))
        return page


def read(text: str, published: str | None = None, doc: str = "text", *, directions: bool = False) -> Claims:
    """Every figure in `text` as a claim. `published` is a day or month, `2025-04-14` or `2025-04`.

    Without it the date is looked for in the text. With `directions`, also what the text says without
    a number: that exports fell, that there was a deficit. Raises PeriodError for another kind of date.
    """
    if published is not None:
        check_published(published)
    document = Document(doc, text, published=published)
    return Claims(read_document(document, published, directions), [document])


def read_files(
    paths: str | Path | Iterable[str | Path],
    published: str | None = None,
    progress: Progress | None = None,
    *,
    directions: bool = False,
) -> Claims:
    """Every figure in the files, folders and globs named by `paths` (`.jsonl` files hold claims already).

    Files that cannot be read are left out, warned about and kept in `Claims.problems`; where none
    can be read the first problem is raised.
    """
    given = [paths] if isinstance(paths, (str, Path)) else list(paths)
    claims = collect([str(path) for path in given], published, progress, directions=directions)
    if claims.problems and not claims.documents and not claims:
        raise claims.problems[0]
    for problem in claims.problems:
        warnings.warn(str(problem), stacklevel=2)
    return claims


def collect(
    paths: Sequence[str],
    published: str | None = None,
    progress: Progress | None = None,
    *,
    directions: bool = False,
) -> Claims:
    """`read_files` that neither warns nor raises for a file: what is wrong with it is in `problems`."""
    return Claims(*gather(paths, published, progress, directions))


def compare_texts(
    first: str | Path | Claims, second: str | Path | Claims | None = None, published: str | None = None
) -> Versions:
    """Where two versions of a text differ in what they claim; files, or claims that were read before.

    Without `second` the first holds both versions, in two languages. Raises InputError for a file that
    cannot be read and QueryError for a single text in one language.
    """
    from customhouse.versions import compare
    from customhouse.versions.halves import two_versions

    given = [side for side in (first, second) if side is not None]
    sides = [side if isinstance(side, Claims) else read_files(side, published, directions=True)
             for side in given]
    return compare(*two_versions([(side, side.documents) for side in sides]))


def series(
    paths: str | Path | Iterable[str | Path], published: str | None = None, **options: object
) -> Series:
    """All that texts say of one thing, period by period: `read_files`, then `Claims.series`."""
    return read_files(paths, published).series(published, **options)


def digest(
    path: str | Path,
    languages: Sequence[Language] = ("zh", "en"),
    published: str | None = None,
    source: str | None = None,
    verdicts: Iterable[Comparison] = (),
) -> Digest:
    """A short digest of an article in each language, written from its figures; see `customhouse.digest`.

    `source` is the address to name; `verdicts` are those of `Desk.check` on the article's claims.
    Raises InputError for a file that cannot be read, EmptyFile where there is no figure to tell.
    """
    from customhouse.digest import digest

    claims = read_files(path, published, directions=True)
    return digest(claims.documents[0], claims, languages, published, source, verdicts)


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
