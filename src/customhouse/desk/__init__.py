"""A store opened for work: load, fetch, query, revisions. For Python, notebooks and the command line.

    >>> import customhouse
    >>> with customhouse.open_store("STORE") as desk:            # doctest: +SKIP
    ...     desk.load(["declarations-2025-*.parquet"])
    ...     desk.query("exports to ASEAN by month 2024").to_pandas()

What each method needs loads when it is called.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal

from customhouse.desk.analysis import Analysis
from customhouse.engine import Engine, open_engine
from customhouse.errors import QueryError
from customhouse.model import Claim, Document, Slice
from customhouse.period import Period
from customhouse.store import Store, Vintage

if TYPE_CHECKING:
    from customhouse.ask import Reply
    from customhouse.check import Comparison
    from customhouse.compiling.load import Progress
    from customhouse.cube import CellCube, Concepts, Revision, TableCube
    from customhouse.query import Answer
    from customhouse.records.controls import Doubt
    from customhouse.records.sources import Options
    from customhouse.records.sources.asking import Query as Asked
    from customhouse.release.publish import Published
    from customhouse.release.verifying import Failure
    from customhouse.series import Series
    from customhouse.statistics import What

_LEVELS: dict[str, What] = {"value": "value", "quantity": "mass"}


@dataclass(frozen=True, slots=True)
class Loading:
    """How a load is done, besides which files.

    `source` names whose figures they are (by default the reader's or the mapping's name); `map` is
    a mapping, by its path or its name; `known_on` the day from which the figures are known
    (today; for texts the day that each of them gives); `replaces` lets declared months stand alone;
    `accept` names doubts that shall not stop it; `texts` takes the files for texts whatever they look like.
    """

    source: str | None = None
    map: str | None = None
    known_on: date | None = None
    replaces: bool = False
    accept: frozenset[str] = frozenset()
    currency: str | None = None
    reporter: str | None = None
    options: Options | None = None
    language: Literal["en", "zh"] = "en"
    texts: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a load: the vintage, and the doubts that did not stop it."""

    vintage: Vintage
    doubts: tuple[Doubt, ...] = ()


class Desk(Analysis):
    """A store and an engine, open together; close it, or use it in a `with` block."""

    def __init__(self, store: Store, engine: Engine) -> None:
        self.store, self.engine = store, engine

    def __enter__(self) -> Desk:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give back what the engine holds."""
        self.engine.close()

    def load(
        self, paths: Sequence[str | Path], how: Loading = Loading(), progress: Progress | None = None
    ) -> Taken:
        """Take files in, validate them, compile the months that they touch, and commit it all at once.

        Files of declarations, of the formats that have readers, or of any other by a mapping; or texts,
        whose figures are kept beside those of tables; which it is, the files show. Raises InputError
        (MappingError where no reader takes a file, ControlFailure where figures look valid and are not),
        OutputError, StoreBusy.
        """
        from customhouse.desk import loading, routes, texts
        from customhouse.records import files, sources

        names = [str(path) for path in paths]
        if how.texts or (how.map is None and how.source not in sources.NAMES and texts.are_texts(names)):
            return Taken(texts.load(self, names, how.source, how.known_on, progress))
        found = files.find(names)
        way = routes.route(found, how.source, how.map, how.options)
        if isinstance(way, routes.Lines):
            taken = Taken(*loading.declarations(self, found, way, how, progress))
        else:
            taken = Taken(*loading.tables(self, way.batches(), way.source, found, how, progress, way.adds_up))
        return replace(taken, doubts=(*taken.doubts, *routes.idle(way, how.options)))

    def fetch(
        self,
        name: str,
        asked: Asked,
        how: Loading = Loading(),
        cache: Path | None = None,
        progress: Progress | None = None,
        **service: Any,
    ) -> Taken:
        """Ask a statistics service and load what it answers. Raises ServiceError and as `load` does."""
        from customhouse.desk import loading
        from customhouse.records.sources import fetch

        batches = fetch(name, asked, cache, progress, how.options, **service)
        source = how.source or name.removesuffix("-bulk")
        named = [Path(f"{name} {' '.join(asked.periods)}")]
        return Taken(*loading.tables(self, batches, source, named, how, progress))

    def statistics(
        self,
        as_of: date | None = None,
        source: str | None = None,
        currency: str | None = None,
        concepts: Concepts | None = None,
        reporter: str | None = None,
    ) -> CellCube | TableCube:
        """The statistics of one source as known on a day. Raises QueryError, StoreError.

        `reporter` is whose trade is meant where nothing else is said; by default that of the last load.
        """
        from customhouse.cube import open_cube

        cube = open_cube(self.store, self.engine, as_of, source, currency, concepts)
        cube.reporter = reporter or cube.reporter
        return cube

    def query(
        self,
        text: str = "",
        *,
        as_of: date | str | None = None,
        source: str | None = None,
        currency: str | None = None,
        concepts: Concepts | None = None,
        **options: Any,
    ) -> Answer:
        """Answer a question in words, in options, or both; see `customhouse.query`. Raises QueryError.

        `as_of` is a day, or one as text: 2025-02-01.
        """
        from customhouse import query
        from customhouse.desk import questions

        day = questions.day(as_of)
        wanted = questions.asked(self.store, text, options, day, source)
        if day is None and wanted.as_of is None:
            wanted = replace(wanted, as_of=questions.first_known(self.store, wanted, source))
        statistics = self.statistics(day or wanted.as_of, source, currency or wanted.currency, concepts)
        return query.run(wanted, statistics)

    def ask(
        self,
        text: str,
        *,
        language: Literal["en", "zh"] | None = None,
        as_of: date | None = None,
        source: str | None = None,
        currency: str | None = None,
    ) -> Reply:
        """Answer the questions in a text in prose with claims and a table; see `customhouse.ask`.

        The answer is in the language of the text unless another is named. A question that cannot be
        answered is refused in its part of the reply. Raises QueryError where there is no question at all.
        """
        from customhouse.ask import ask

        return ask(text, self.statistics(as_of, source, currency), language)

    def history(
        self, part: Slice, period: Period, what: What = "value", source: str | None = None,
        as_of: date | None = None,
    ) -> tuple[Revision, ...]:
        """What a figure was from each vintage on that changed it, oldest first, as known on a day."""
        from customhouse.cube import history

        return history(self.store, self.engine, part, period, what, source, as_of=as_of)

    def revisions(
        self, text: str, source: str | None = None, as_of: date | None = None
    ) -> tuple[Revision, ...]:
        """The same of the figure that a question is about: `exports to ASEAN 2025-03`. Raises QueryError.

        `as_of`: up to the loads known on that day.
        """
        from customhouse.desk import questions

        wanted = questions.asked(self.store, text, {}, as_of, source)
        what = _LEVELS.get(wanted.ask.measure)
        periods = wanted.cut()
        if what is None or len(periods) != 1 or wanted.by or wanted.each:
            raise QueryError(
                f"{text!r}: ask for one value or quantity of one period, as: exports to ASEAN 2025-03"
            )
        return self.history(wanted.slice, periods[0], what, source, as_of or wanted.as_of)

    def check(
        self,
        claims: Iterable[Claim],
        as_of: date | None = None,
        source: str | None = None,
        currency: str | None = None,
        documents: Sequence[Document] = (),
    ) -> list[Comparison]:
        """Each claim about trade beside the same figure from the statistics; see `customhouse.check`.

        Every source of the store that has the figure is asked, or `source` alone, in each of its
        currencies or in `currency` alone. `documents` are the texts that the claims are from; `Claims`
        bring their own. Claims about other subjects are left out.
        """
        from customhouse.check import check
        from customhouse.desk.worlds import worlds

        texts = documents or getattr(claims, "documents", ())
        return check(claims, worlds(self, as_of, source, currency), texts)

    def series(
        self,
        texts: str | Path | Sequence[str | Path] = (),
        *,
        published: str | None = None,
        as_of: date | None = None,
        source: str | None = None,
        concepts: Concepts | None = None,
        progress: Progress | None = None,
        **options: object,
    ) -> Series:
        """All that the store and `texts` say of one thing, period by period; see `customhouse.series`.

        Options are those of `query`: measure, flow, partner, ..., period, by, currency. Raises QueryError,
        and InputError for a text that cannot be read.
        """
        from customhouse.desk.texts import series

        given = [texts] if isinstance(texts, str | Path) else texts
        return series(self, [*map(str, given)], published, as_of, source, concepts, progress, options)

    def release(
        self,
        period: str | Period,
        languages: Sequence[str] = ("zh", "en"),
        *,
        as_of: date | None = None,
        source: str | None = None,
        reporter: str | None = None,
        currency: str | None = None,
        published: date | None = None,
        charts: bool = True,
    ) -> Published:
        """What is worth saying of a period, as a release in each language; `save` it into a folder.

        It is published on the day of the last load, unless told. Raises QueryError, StoreError.
        """
        from customhouse.desk.releasing import released

        return released(self, period, languages, as_of, source, reporter, currency, published, charts)

    def verify(self, folder: str | Path) -> list[Failure]:
        """The figures of a written release that do not hold. Raises BrokenFile, QueryError, StoreError."""
        from customhouse.desk.releasing import verified

        return verified(self, Path(folder))

    def vintages(self, as_of: date | None = None) -> tuple[Vintage, ...]:
        """All loads known on a day, in the order in which they revise one another."""
        return self.store.vintages(as_of)

def open_store(path: str | Path, engine: str = "duckdb", create: bool = False) -> Desk:
    """Open a store for work; with `create` one is made by the first load where there is none.

    `engine` is duckdb, spark, or a Spark master's address. Raises StoreError, EngineError, MissingExtra.
    """
    there = not create or (Path(path) / "store.json").exists()
    return Desk(Store.open(path) if there else Store(Path(path)), open_engine(engine))
