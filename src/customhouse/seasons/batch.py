"""Many series adjusted, on several processes, in a run that can be stopped and begun again.

Each worker is a process of its own that is handed one series after another. One that dies over a series
(killed, out of memory) is begun anew; the series is tried once more, then set aside. With a folder each
result is kept as soon as it is there: a run that was killed goes on where it was, and does again what has
changed since.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING

from customhouse.errors import CustomhouseError, MissingExtra, SeasonsError
from customhouse.seasons.monthly import Monthly
from customhouse.seasons.settings import Settings
from customhouse.seasons.workers import Worker, WorkerDied

if TYPE_CHECKING:
    from customhouse.seasons.adjusted import Adjusted
    from customhouse.seasons.keeping import Shelf

Progress = Callable[[int, int, str], object]
"""Called with how many are done, of how many, and the name of the last one."""
Answer = tuple[str, "Adjusted | str | Exception"]
"""A series by its name, and what came of it: a result, the reason why not, or what ends the run."""
FEW = 4
"""So few series are done in this process: starting others would take longer."""
PROCESSES = 2


@dataclass(frozen=True, slots=True)
class Failure:
    """A series that was set aside, and why."""

    name: str
    reason: str


class Many(Mapping[str, "Adjusted"]):
    """Results by the names of their series, in the order given; `failures` are the series without one.

    `kept` is how many of them had been there before.
    """

    def __init__(
        self, names: tuple[str, ...], find: Callable[[str], Adjusted], failures: tuple[Failure, ...],
        kept: int,
    ) -> None:
        self._names, self._find, self.failures, self.kept = names, find, failures, kept
        self._known = frozenset(names)

    def __getitem__(self, name: str) -> Adjusted:
        if name not in self._known:
            raise KeyError(name)
        return self._find(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def adjust_many(
    series: Iterable[Monthly], settings: Settings | Mapping[str, Settings] | None = None,
    folder: str | Path | None = None, processes: int | None = None, progress: Progress | None = None,
) -> Many:
    """Adjust series, each by its name. What cannot be adjusted is set aside with the reason.

    `settings` of all, or of each by its name.
    `folder` keeps results (see `keeping`); without it they are in memory alone. `processes`: 2 unless there
    are few. Raises SeasonsError where two have one name or one has none, OutputError where the folder
    cannot be written, MissingExtra.
    """
    given = _named(series)
    told = _told(settings, given)
    if processes is not None and processes < 1:
        raise SeasonsError(f"processes {processes}: give a number from 1")
    shelf = _shelf(folder)
    marks = _marks(given, told) if shelf is not None else {}
    todo = [name for name in given if shelf is None or not shelf.has(name, marks[name])]
    run = _Run(given, told, shelf, marks, len(given) - len(todo), progress)
    alone = 1 if len(todo) < FEW else PROCESSES
    run.all(todo, min(processes or alone, max(len(todo), 1)))
    failures = tuple(Failure(name, run.failed[name]) for name in given if name in run.failed)
    done = tuple(name for name in given if name not in run.failed)
    find = run.found.__getitem__ if shelf is None else shelf.get
    return Many(done, find, failures, len(given) - len(todo))


def _named(series: Iterable[Monthly]) -> dict[str, Monthly]:
    given: dict[str, Monthly] = {}
    for place, one in enumerate(series, 1):
        if not one.name:
            raise SeasonsError(f"series {place} has no name; give each one its own")
        if one.name in given:
            raise SeasonsError(f"{one.name}: two series have this name; give each one its own")
        given[one.name] = one
    return given


def _shelf(folder: str | Path | None) -> Shelf | None:
    if folder is None:
        return None
    from customhouse.seasons.keeping import Shelf

    shelf = Shelf(Path(folder))
    shelf.sweep()
    return shelf


def _told(settings: Settings | Mapping[str, Settings] | None, names: Iterable[str]) -> dict[str, Settings]:
    """The settings of each series. Raises SeasonsError where one has none."""
    if isinstance(settings, Mapping):
        if lacking := [name for name in names if name not in settings]:
            raise SeasonsError(f"{lacking[0]}: no settings for it; give some for every series")
        return dict(settings)
    return dict.fromkeys(names, settings or Settings())


def _marks(given: Mapping[str, Monthly], settings: Mapping[str, Settings]) -> dict[str, str]:
    from customhouse.seasons.keeping import fingerprint

    return {name: fingerprint(one, settings[name]) for name, one in given.items()}


class _Run:
    """One run: what is to do, what came of it."""

    def __init__(
        self, given: Mapping[str, Monthly], settings: Mapping[str, Settings], shelf: Shelf | None,
        marks: Mapping[str, str], kept: int, progress: Progress | None,
    ) -> None:
        self.given, self.settings, self.shelf, self.marks, self.kept = given, settings, shelf, marks, kept
        self.progress = progress
        self.found: dict[str, Adjusted] = {}
        self.failed: dict[str, str] = {}

    def all(self, todo: list[str], processes: int) -> None:
        """Do them, here or on workers."""
        self._tell("")
        if processes == 1:
            for name in todo:
                self._take(name, attempt(self.given[name], self.settings[name]))
        elif todo:
            self._shared(todo, processes)

    def _shared(self, todo: list[str], processes: int) -> None:
        """A thread for each worker takes names as it has time; results come back here."""
        waiting: SimpleQueue[str | None] = SimpleQueue()
        back: SimpleQueue[Answer] = SimpleQueue()
        for name in [*todo, *[None] * processes]:
            waiting.put(name)
        workers = [Worker() for _ in range(processes)]
        threads = [
            threading.Thread(
                target=_serve, args=(worker, waiting, back, self.given, self.settings), daemon=True
            )
            for worker in workers
        ]
        try:
            for thread in threads:
                thread.start()
            for _ in todo:
                name, result = back.get()
                if isinstance(result, Exception):
                    raise result
                self._take(name, result)
        finally:
            for worker in workers:
                worker.end()
            for thread in threads:
                thread.join()

    def _take(self, name: str, result: Adjusted | str) -> None:
        """Keep what came of a series."""
        if isinstance(result, str):
            self.failed[name] = result
        elif self.shelf is None:
            self.found[name] = result
        else:
            self.shelf.put(name, self.marks[name], result)
        self.kept += 1
        self._tell(name)

    def _tell(self, name: str) -> None:
        if self.progress is not None:
            self.progress(self.kept, len(self.given), name)


def attempt(series: Monthly, settings: Settings) -> Adjusted | str:
    """A series adjusted, or the reason why it cannot be. Raises MissingExtra alone."""
    from customhouse.seasons.adjust import adjust

    try:
        return adjust(series, settings)
    except MissingExtra:
        raise
    except CustomhouseError as error:
        return str(error)


def _serve(
    worker: Worker, waiting: SimpleQueue[str | None], back: SimpleQueue[Answer],
    given: Mapping[str, Monthly], settings: Mapping[str, Settings],
) -> None:
    """Hand names to a worker until none is left; whatever goes wrong is told, so that nobody waits."""
    while not worker.ended and (name := waiting.get()) is not None:
        try:
            back.put((name, _tried(worker, given[name], settings[name])))
        except Exception as error:  # the run ends with it
            back.put((name, error))
            return


def _tried(worker: Worker, series: Monthly, settings: Settings) -> Adjusted | str:
    """What a worker says of a series; a second one is asked where the first dies over it."""
    for _ in range(2):
        try:
            answer = worker.ask(series, settings)
            return attempt(series, settings) if answer is None else answer
        except WorkerDied as died:
            why = str(died)
    return f"{series.name}: the process that adjusted it ended twice ({why}); set aside"
