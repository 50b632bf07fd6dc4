"""The store: a folder of append-only Parquet, a month a folder, and a manifest that commits each load whole.

    STORE/store.json              what it is
    STORE/manifest/000001.json    one file a vintage: what was loaded, when, which files belong to it
    STORE/cells/month=2025-03/    compiled cells (declarations)
    STORE/tables/month=2025-03/   figures of official tables, under the last month of their period
    STORE/lines/month=2025-03/    declared lines with their verdicts: those with `rejected` 0 are accepted,
                                  those with -1 are cancelled or cancel
    STORE/flags/month=2025-03/    lines that are suspicious beside others
    STORE/quarantine/             rows of official tables that were set aside, with every reason
    STORE/claims/                 figures that texts state, with their places and the day of each text

A file counts only once a manifest names it: data are written first under names of their own, then
the manifest appears in one step (a hard link, which fails where the number is taken). A process
that dies in between leaves files that nothing names; the next load sweeps them away. Nothing that a
manifest names is ever changed.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from customhouse.errors import CustomhouseError, OutputError, StoreError
from customhouse.store.disk import lock, write_whole
from customhouse.store.loading import Loading
from customhouse.store.vintage import PARTS, Counts, Kind, Part, StoredFile, Vintage

__all__ = ["PARTS", "Counts", "Kind", "Loading", "Part", "Store", "StoredFile", "Vintage"]

FORMAT = 1
_PATIENCE_S = 600.0


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
            raise StoreError(
                f"{path}: no store there; make one with: customhouse load PATH --into {path}"
            ) from error
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise StoreError(
                f"{about}: cannot be read as a store ({error}); restore it from a copy"
            ) from error
        if written != FORMAT:
            raise StoreError(
                f"{path}: a store of format {written}, this customhouse writes {FORMAT}; "
                "use the customhouse that made it"
            )
        return store

    @classmethod
    def create(cls, path: str | Path) -> Store:
        """The store at `path`, made if there is none. Raises StoreError where something else stands there."""
        folder = Path(path)
        if (folder / "store.json").exists():
            return cls.open(folder)
        try:
            if folder.exists() and (not folder.is_dir() or any(not _ours(p.name) for p in folder.iterdir())):
                raise StoreError(f"{path}: exists and is no store; name a new folder")
            for part in ("manifest", *PARTS):
                (folder / part).mkdir(parents=True, exist_ok=True)
            write_whole(folder / "store.json", json.dumps({"customhouse": "store", "format": FORMAT}) + "\n")
        except OSError as error:
            raise OutputError(f"{path}: cannot be made ({error.strerror or error})") from error
        return cls(folder)

    def vintages(self, as_of: date | None = None) -> tuple[Vintage, ...]:
        """All loads known on a day, in the order in which they revise one another. Raises StoreError."""
        found = self._manifests()
        known = (v for v in found if as_of is None or v.known_on <= as_of)
        return tuple(sorted(known, key=lambda v: v.order))

    def _manifests(self) -> list[Vintage]:
        """Every vintage, by number. Raises StoreError where one is damaged or one before the last is gone."""
        folder = self.path / "manifest"
        if not folder.is_dir():
            raise StoreError(f"{folder}: gone; restore it from a copy")
        found = []
        for number, path in enumerate(sorted(folder.glob("[0-9]*.json")), 1):
            try:
                vintage = Vintage.from_dict(json.loads(path.read_text(encoding="utf-8")))
            except (OSError, ValueError, KeyError, TypeError, AttributeError, CustomhouseError) as error:
                raise StoreError(
                    f"{path}: a damaged manifest ({_plainly(error)}); restore it from a copy"
                ) from error
            if (path.stem, vintage.number) != (f"{number:06}", number):
                raise StoreError(
                    f"{path}: number {number} should stand there; restore what is gone from a copy"
                )
            found.append(vintage)
        return found

    def file(self, stored: StoredFile) -> Path:
        """Where a stored file lies. Raises StoreError where it is gone."""
        path = self.path / stored.path
        if not path.exists():
            raise StoreError(f"{path}: named by a manifest but gone; restore it from a copy")
        return path

    @contextmanager
    def loading(self, patience_s: float = _PATIENCE_S, told: Any = None) -> Iterator[Loading]:
        """The right to load, one load at a time; others wait in line, `patience_s` at most.

        Raises StoreBusy after that. What was not committed when the block ends is swept away.
        """
        try:
            with lock(self.path / "lock", patience_s, told):
                self.sweep()
                load = Loading(self)
                try:
                    yield load
                finally:
                    load.clear()
        except OSError as error:
            place = error.filename or self.path
            raise OutputError(f"{place}: {error.strerror or error}; nothing was loaded") from error

    def sweep(self) -> None:
        """Remove what loads that died left. Raises StoreError where files show that manifests are gone."""
        vintages = self._manifests()
        named = {f.path for v in vintages for f in v.files}
        left = [
            path
            for part in PARTS
            for path in (self.path / part).rglob("v*.parquet")
            if str(path.relative_to(self.path)) not in named
        ]
        for path in left:
            if path.name[1:7] != f"{len(vintages) + 1:06}":
                raise StoreError(
                    f"{path}: no manifest names it, and no load that died left it; "
                    f"restore {self.path / 'manifest'} from a copy, or move the file away"
                )
        for path in [*left, *(self.path / "manifest").glob(".*"), *self.path.glob(".store.json-*")]:
            path.unlink(missing_ok=True)
        shutil.rmtree(self.path / "staging", ignore_errors=True)


def _ours(name: str) -> bool:
    """Whether it can stand in a store that another process is just making."""
    return name in ("lock", "manifest", "store.json", *PARTS) or name.startswith(".store.json-")


def _plainly(error: Exception) -> str:
    """An error in one line."""
    return " ".join(f"{type(error).__name__}: {error}".split())
