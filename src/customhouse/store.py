"""The store: a folder of append-only Parquet, a month a folder, and a manifest that commits each load whole.

    STORE/store.json              what it is
    STORE/manifest/000001.json    one file a vintage: what was loaded, when, which files belong to it
    STORE/cells/month=2025-03/    compiled cells (declarations)
    STORE/tables/month=2025-03/   figures of official tables, under the last month of their period
    STORE/lines/month=2025-03/    declared lines with their verdicts: those with `rejected` 0 are accepted
    STORE/flags/month=2025-03/    lines that are suspicious beside others
    STORE/quarantine/             rows of official tables that were set aside, with every reason

A file counts only once a manifest names it: data are written first under names of their own, then
the manifest appears in one step (a hard link, which fails where the number is taken). A process
that dies in between leaves files that nothing names; the next load sweeps them away. Nothing that a
manifest names is ever changed.
"""

from __future__ import annotations

import json
import os
import shutil
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal

from customhouse.errors import OutputError, StoreBusy, StoreError
from customhouse.period import Period

try:
    import fcntl
except ImportError:  # pragma: no cover - not on Windows
    fcntl = None  # type: ignore[assignment]

FORMAT = 1
Part = Literal["cells", "tables", "lines", "flags", "quarantine"]
PARTS: tuple[Part, ...] = ("cells", "tables", "lines", "flags", "quarantine")
_PATIENCE_S = 600.0


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A Parquet file of the store: its part, month (None where it has none), path in the store, rows."""

    part: Part
    month: int | None
    path: str
    rows: int


@dataclass(frozen=True, slots=True)
class Counts:
    """Lines of a load. `taken_in` is always `accepted + quarantined`; `flagged` are among the accepted."""

    taken_in: int = 0
    accepted: int = 0
    flagged: int = 0
    quarantined: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(a + b for a, b in zip(asdict(self).values(), asdict(other).values(), strict=True)))


@dataclass(frozen=True, slots=True)
class Vintage:
    """One load, committed: its number, source and kind, the day it was known, its files and counts.

    `replaces`: its months stand alone, lines of earlier loads no longer count. `resolves` has the
    quarantined lines (`vintage:input:row`) that it puts right.
    """

    number: int
    source: str
    kind: Literal["declarations", "table"]
    known_on: date
    committed_at: str
    files: tuple[StoredFile, ...] = ()
    counts: Counts = Counts()
    reasons: Mapping[str, int] = field(default_factory=dict)
    inputs: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    currency: str = "CNY"
    reporter: str = "CHN"
    replaces: bool = False
    resolves: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    intake: Mapping[str, Any] = field(default_factory=dict)

    @property
    def order(self) -> tuple[date, int]:
        """By the day it was known, then by number: what comes later revises what came before."""
        return (self.known_on, self.number)

    def months(self) -> tuple[int, ...]:
        """The months that it has cells or figures for."""
        return tuple(sorted({f.month for f in self.files if f.month is not None and f.part in ("cells", "tables")}))

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        row = asdict(self) | {"known_on": self.known_on.isoformat()}
        row["files"] = [asdict(f) | {"month": _month_text(f.month)} for f in self.files]
        return row

    @classmethod
    def from_dict(cls, row: dict[str, Any]) -> Vintage:
        """From JSON."""
        files = tuple(StoredFile(f["part"], _month_number(f["month"]), f["path"], f["rows"]) for f in row["files"])
        plain = {k: tuple(v) if isinstance(v, list) else v for k, v in row.items()}
        plain |= {"files": files, "counts": Counts(**row["counts"]), "known_on": date.fromisoformat(row["known_on"])}
        return cls(**plain)


class Store:
    """A folder of vintages. Reading needs no lock: what is committed never changes."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def open(cls, path: str | Path) -> Store:
        """An existing store. Raises StoreError."""
        store = cls(Path(path))
        about = store.path / "store.json"
        try:
            text = about.read_text(encoding="utf-8")
            written = int(json.loads(text)["format"])
        except FileNotFoundError as error:
            raise StoreError(f"{path}: no store there; make one with: customhouse load PATH --into {path}") from error
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise StoreError(f"{about}: cannot be read as a store ({error}); restore it from a copy") from error
        if written != FORMAT:
            raise StoreError(f"{path}: a store of format {written}, this customhouse writes {FORMAT}; "
                             "use the customhouse that made it")
        return store

    @classmethod
    def create(cls, path: str | Path) -> Store:
        """The store at `path`, made if there is none. Raises StoreError where something else stands there."""
        folder = Path(path)
        if (folder / "store.json").exists():
            return cls.open(folder)
        try:
            if folder.exists() and (not folder.is_dir() or any(p.name != "lock" for p in folder.iterdir())):
                raise StoreError(f"{path}: exists and is no store; name a new folder")
            for part in ("manifest", *PARTS):
                (folder / part).mkdir(parents=True, exist_ok=True)
            _write_whole(folder / "store.json", json.dumps({"customhouse": "store", "format": FORMAT}) + "\n")
        except OSError as error:
            raise OutputError(f"{path}: cannot be made ({error.strerror or error})") from error
        return cls(folder)

    def vintages(self, as_of: date | None = None) -> tuple[Vintage, ...]:
        """All loads known on a day, in the order in which they revise one another. Raises StoreError."""
        found = []
        for path in sorted((self.path / "manifest").glob("*.json")):
            try:
                found.append(Vintage.from_dict(json.loads(path.read_text(encoding="utf-8"))))
            except (OSError, ValueError, KeyError, TypeError) as error:
                raise StoreError(f"{path}: a damaged manifest ({error}); restore it from a copy") from error
        known = (v for v in found if as_of is None or v.known_on <= as_of)
        return tuple(sorted(known, key=lambda v: v.order))

    def file(self, stored: StoredFile) -> Path:
        """Where a stored file lies. Raises StoreError where it is gone."""
        path = self.path / stored.path
        if not path.exists():
            raise StoreError(f"{path}: named by a manifest but gone; restore it from a copy")
        return path

    def current(self, part: Part, source: str, month: int, vintages: Iterable[Vintage]) -> tuple[StoredFile, ...]:
        """The files of the last vintage of a source that has this part of a month; empty where none has."""
        for vintage in sorted(vintages, key=lambda v: v.order, reverse=True):
            if vintage.source == source:
                found = tuple(f for f in vintage.files if f.part == part and f.month == month)
                if found:
                    return found
        return ()

    @contextmanager
    def loading(self, patience_s: float = _PATIENCE_S, told: Any = None) -> Iterator[Loading]:
        """The right to load, one load at a time; others wait in line, `patience_s` at most.

        Raises StoreBusy after that. What was not committed when the block ends is swept away.
        """
        with _lock(self.path / "lock", patience_s, told):
            self.sweep()
            load = Loading(self)
            try:
                yield load
            finally:
                load.clear()

    def sweep(self) -> None:
        """Remove files that no manifest names: what loads that died have left."""
        named = {f.path for v in self.vintages() for f in v.files}
        for part in PARTS:
            for path in (self.path / part).rglob("*"):
                if path.is_file() and str(path.relative_to(self.path)) not in named:
                    path.unlink(missing_ok=True)
        shutil.rmtree(self.path / "staging", ignore_errors=True)
        for path in (self.path / "manifest").glob(".*"):
            path.unlink(missing_ok=True)


class Loading:
    """A load under way: where to write, and how to commit."""

    def __init__(self, store: Store) -> None:
        self.store = store
        earlier = [v.number for v in store.vintages()]
        self.number = max(earlier, default=0) + 1
        self.staging = store.path / "staging" / uuid.uuid4().hex
        self.staging.mkdir(parents=True, exist_ok=True)

    def adopt(self, part: Part, month: int | None, paths: Iterable[Path], rows: int) -> tuple[StoredFile, ...]:
        """Move written files to their place in the store; they count once `commit` names them."""
        folder = self.store.path / part
        if month is not None or part == "lines":
            folder = folder / f"month={_month_text(month) or 'unknown'}"
        folder.mkdir(parents=True, exist_ok=True)
        moved = []
        for n, path in enumerate(paths):
            place = folder / f"v{self.number:06}-{n:03}-{uuid.uuid4().hex[:8]}.parquet"
            _sync(path)
            os.replace(path, place)
            moved.append(StoredFile(part, month, str(place.relative_to(self.store.path)), rows if n == 0 else 0))
        return tuple(moved)

    def commit(self, vintage: Vintage) -> Vintage:
        """Make the load count, all of it in one step. Raises OutputError, StoreBusy."""
        stamped = replace(vintage, number=self.number, committed_at=datetime.now(UTC).isoformat(timespec="seconds"))
        text = json.dumps(stamped.to_dict(), ensure_ascii=False, indent=1) + "\n"
        path = self.store.path / "manifest" / f"{self.number:06}.json"
        try:
            for stored in stamped.files:
                _sync((self.store.path / stored.path).parent)
            _write_whole(path, text, fresh=True)
        except FileExistsError as error:
            raise StoreBusy(f"{path}: another load took this number; load again") from error
        except OSError as error:
            raise OutputError(f"{path}: cannot be written ({error.strerror or error}); nothing was loaded") from error
        return stamped

    def clear(self) -> None:
        """Remove what was staged."""
        shutil.rmtree(self.staging, ignore_errors=True)


@contextmanager
def _lock(path: Path, patience_s: float, told: Any) -> Iterator[None]:
    """An exclusive lock that the system drops when its process ends, however it ends."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "a+", encoding="utf-8") as handle:
        waited_until = time.monotonic() + patience_s
        while fcntl is not None:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError as error:
                if time.monotonic() > waited_until:
                    raise StoreBusy(f"{path.parent}: another load is under way; try again when it has ended") from error
                if told:
                    told()
                time.sleep(0.1)
        yield


def _write_whole(path: Path, text: str, fresh: bool = False) -> None:
    """Write a small file in one step; `fresh`: fail with FileExistsError where it is there."""
    draft = path.with_name(f".{path.name}-{uuid.uuid4().hex}")
    try:
        with open(draft, "w", encoding="utf-8") as handle:
            handle.write(text)
            handle.flush()
            os.fsync(handle.fileno())
        if fresh:
            os.link(draft, path)
        else:
            os.replace(draft, path)
        _sync(path.parent)
    finally:
        draft.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _month_text(month: int | None) -> str | None:
    return None if month is None else str(Period(month, month))


def _month_number(text: str | None) -> int | None:
    return None if text is None else Period.parse(text).first
