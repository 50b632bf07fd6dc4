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

from customhouse.engine import Engine, open_engine
from customhouse.errors import QueryError
from customhouse.model import HOME, Claim, Slice
from customhouse.period import Period
from customhouse.store import Store, Vintage

if TYPE_CHECKING:
    from customhouse.compiling.load import Progress
    from customhouse.cube import CellCube, Concepts, Revision, TableCube
    from customhouse.desk.routes import Lines
    from customhouse.measures import Comparison
    from customhouse.query import Answer
    from customhouse.records.controls import Doubt
    from customhouse.records.sources import Options
    from customhouse.records.sources.asking import Query as Asked
    from customhouse.records.table import Batch
    from customhouse.statistics import What

_LEVELS: dict[str, What] = {"value": "value", "quantity": "mass"}


@dataclass(frozen=True, slots=True)
class Loading:
    """How a load is done, besides which files.

    `source` names whose figures they are (by default the reader's or the mapping's name); `map` is
    a mapping, by its path or its name; `known_on` the day from which the figures are known
    (today); `replaces` lets declared months stand alone; `accept` names doubts that shall not stop it.
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


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a load: the vintage, and the doubts that did not stop it."""

    vintage: Vintage
    doubts: tuple[Doubt, ...] = ()


class Desk:
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

        Files of declarations, of the formats that have readers, or of any other by a mapping; which
        it is, the files show. Raises InputError (MappingError where no reader takes a file,
        ControlFailure where figures look valid and are not), OutputError, StoreBusy.
        """
        from customhouse.desk import routes
        from customhouse.records import files

        found = files.find([str(path) for path in paths])
        way = routes.route(found, how.source, how.map, how.options)
        if isinstance(way, routes.Lines):
            return self._declarations(found, way, how, progress)
        return self._tables(way.batches(), way.source, found, how, progress, way.adds_up)

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
        from customhouse.records.sources import fetch

        batches = fetch(name, asked, cache, progress, how.options, **service)
        source = how.source or name.removesuffix("-bulk")
        return self._tables(batches, source, [Path(f"{name} {' '.join(asked.periods)}")], how, progress)

    def statistics(
        self,
        as_of: date | None = None,
        source: str | None = None,
        currency: str | None = None,
        concepts: Concepts | None = None,
    ) -> CellCube | TableCube:
        """The statistics of one source as known on a day. Raises QueryError, StoreError."""
        from customhouse.cube import open_cube

        return open_cube(self.store, self.engine, as_of, source, currency, concepts)

    def query(
        self,
        text: str = "",
        *,
        as_of: date | None = None,
        source: str | None = None,
        currency: str | None = None,
        concepts: Concepts | None = None,
        **options: Any,
    ) -> Answer:
        """Answer a question in words, in options, or both; see `customhouse.query`. Raises QueryError."""
        from customhouse import query

        wanted = query.parse(text, options, self._latest(as_of))
        statistics = self.statistics(as_of or wanted.as_of, source, currency or wanted.currency, concepts)
        return query.run(wanted, statistics)

    def history(
        self, part: Slice, period: Period, what: What = "value", source: str | None = None
    ) -> tuple[Revision, ...]:
        """What a figure was from each vintage on that changed it, oldest first."""
        from customhouse.cube import history

        return history(self.store, self.engine, part, period, what, source)

    def revisions(self, text: str, source: str | None = None) -> tuple[Revision, ...]:
        """The same of the figure that a question is about: `exports to ASEAN 2025-03`. Raises QueryError."""
        from customhouse import query

        wanted = query.parse(text, {}, self._latest())
        what = _LEVELS.get(wanted.ask.measure)
        periods = wanted.cut()
        if what is None or len(periods) != 1 or wanted.by or wanted.each:
            raise QueryError(
                f"{text!r}: ask for one value or quantity of one period, as: exports to ASEAN 2025-03"
            )
        return self.history(wanted.slice, periods[0], what, source)

    def check(
        self,
        claims: Iterable[Claim],
        as_of: date | None = None,
        source: str | None = None,
        currency: str | None = None,
    ) -> list[Comparison]:
        """Each claim about trade beside the same figure computed from the statistics.

        Claims about other subjects are left out.
        """
        from customhouse.measures import compare

        statistics = self.statistics(as_of, source, currency)
        statistics.reporter = HOME  # what a claim means that names no reporter
        return [compare(claim, statistics) for claim in claims if claim.slice.subject is None]

    def vintages(self, as_of: date | None = None) -> tuple[Vintage, ...]:
        """All loads known on a day, in the order in which they revise one another."""
        return self.store.vintages(as_of)

    def _latest(self, as_of: date | None = None) -> int | None:
        return max((m for v in self.store.vintages(as_of) for m in v.months()), default=None)

    def _declarations(self, found: list[Path], way: Lines, how: Loading, progress: Progress | None) -> Taken:
        from customhouse.compiling.load import Declarations, load_declarations

        intake = way.intake
        if how.currency:
            intake = replace(intake, currency=how.currency)
        if how.reporter:
            intake = replace(intake, reporter=how.reporter)
        wanted = Declarations(
            found, how.source or way.source, intake, how.known_on or date.today(), how.replaces
        )
        self.store = Store.create(self.store.path)
        return Taken(load_declarations(self.store, wanted, self.engine, progress))

    def _tables(
        self,
        batches: Iterable[Batch],
        source: str,
        found: list[Path],
        how: Loading,
        progress: Progress | None,
        adds_up: bool = True,
    ) -> Taken:
        from customhouse.compiling.tables import Tables, load_tables

        day, inputs = how.known_on or date.today(), tuple(map(str, found))
        wanted = Tables(batches, how.source or source, day, inputs, how.accept, adds_up)
        self.store = Store.create(self.store.path)
        loaded = load_tables(self.store, wanted, progress, how.language)
        return Taken(loaded.vintage, loaded.doubts)


def open_store(path: str | Path, engine: str = "duckdb", create: bool = False) -> Desk:
    """Open a store for work; with `create` one is made by the first load where there is none.

    `engine` is duckdb, spark, or a Spark master's address. Raises StoreError, EngineError, MissingExtra.
    """
    there = not create or (Path(path) / "store.json").exists()
    return Desk(Store.open(path) if there else Store(Path(path)), open_engine(engine))
