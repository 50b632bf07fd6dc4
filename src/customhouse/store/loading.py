"""A load under way: where it writes, what it revises, and how it commits."""

from __future__ import annotations

import json
import os
import shutil
import uuid
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from customhouse.errors import OutputError, StoreBusy, StoreError
from customhouse.store.disk import sync, write_whole
from customhouse.store.vintage import Kind, Part, StoredFile, Vintage, month_text

if TYPE_CHECKING:
    from customhouse.store import Store


class Loading:
    """A load under way: where to write, and how to commit."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._vintages = store.vintages()
        self.number = len(self._vintages) + 1
        self._manifest = store.path / "manifest" / f"{self.number:06}.json"
        self._moved: list[Path] = []
        self.staging = store.path / "staging" / uuid.uuid4().hex
        self.staging.mkdir(parents=True, exist_ok=True)

    def earlier(self, source: str, kind: Kind, known_on: date, reporter: str | None = None) -> list[Vintage]:
        """The loads of a source that one known on a day revises, in order.

        Raises StoreError where the source is of another kind, or declares to another country than `reporter`.
        """
        mine = [v for v in self._vintages if v.source == source]
        for vintage in mine:
            if vintage.kind != kind:
                raise StoreError(
                    f"{self.store.path}: {source} is a source of kind {vintage.kind}, not {kind}; "
                    "name another source with --source"
                )
            if reporter and vintage.reporter != reporter:
                raise StoreError(
                    f"{self.store.path}: {source} has declarations of {vintage.reporter}, not {reporter}; "
                    "name another source with --source"
                )
        return [v for v in mine if v.known_on <= known_on]

    def unresolved(self, ids: Iterable[str]) -> None:
        """Raises StoreError where another load has put one of the quarantined lines right."""
        done = {line: v.number for v in self._vintages for line in v.resolves}
        for one in ids:
            if one in done:
                raise StoreError(f"{self.store.path}: {one} was put right by load {done[one]}; leave it out")

    def adopt(
        self, part: Part, month: int | None, paths: Iterable[Path], rows: int
    ) -> tuple[StoredFile, ...]:
        """Move written files to their place in the store; they count once `commit` names them."""
        folder = self.store.path / part
        if month is not None or part == "lines":
            folder = folder / f"month={month_text(month) or 'unknown'}"
        folder.mkdir(parents=True, exist_ok=True)
        moved = []
        for n, path in enumerate(paths):
            place = folder / f"v{self.number:06}-{n:03}-{uuid.uuid4().hex[:8]}.parquet"
            sync(path)
            os.replace(path, place)
            self._moved.append(place)
            moved.append(
                StoredFile(part, month, str(place.relative_to(self.store.path)), rows if n == 0 else 0)
            )
        return tuple(moved)

    def commit(self, vintage: Vintage) -> Vintage:
        """Make the load count, all of it in one step. Raises OutputError, StoreBusy."""
        stamped = replace(
            vintage, number=self.number, committed_at=datetime.now(UTC).isoformat(timespec="seconds")
        )
        text = json.dumps(stamped.to_dict(), ensure_ascii=False, indent=1) + "\n"
        path = self._manifest
        try:
            for folder in {up for f in stamped.files for up in (self.store.path / f.path).parents[:2]}:
                sync(folder)
            write_whole(path, text, fresh=True)
        except FileExistsError as error:
            raise StoreBusy(f"{path}: another load took this number; load again") from error
        except OSError as error:
            raise OutputError(
                f"{path}: cannot be written ({error.strerror or error}); nothing was loaded"
            ) from error
        return stamped

    def clear(self) -> None:
        """Remove what was staged, and what was moved into the store for a load that did not commit."""
        shutil.rmtree(self.staging, ignore_errors=True)
        if not self._manifest.exists():
            for place in self._moved:
                place.unlink(missing_ok=True)
