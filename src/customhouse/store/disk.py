"""What a store does to a disk: the lock, files that appear whole, and making sure that they are there."""

from __future__ import annotations

import errno
import os
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from customhouse.errors import StoreBusy

try:
    import fcntl
except ImportError:  # pragma: no cover - not on Windows
    fcntl = None  # type: ignore[assignment]


@contextmanager
def lock(path: Path, patience_s: float, told: Any) -> Iterator[None]:
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
                    raise StoreBusy(
                        f"{path.parent}: another load is under way; try again when it has ended"
                    ) from error
                if told:
                    told()
                time.sleep(0.1)
        yield


def write_whole(path: Path, content: str | bytes, fresh: bool = False) -> None:
    """Write a file in one step, text as UTF-8; `fresh`: fail with FileExistsError where it is there."""
    draft = path.with_name(f".{path.name}-{uuid.uuid4().hex}")
    try:
        with open(draft, "wb") as handle:
            handle.write(content.encode() if isinstance(content, str) else content)
            handle.flush()
            os.fsync(handle.fileno())
        if fresh:
            _link(draft, path)
        else:
            os.replace(draft, path)
        sync(path.parent)
    finally:
        draft.unlink(missing_ok=True)


def _link(draft: Path, path: Path) -> None:
    """Give a file its name; FileExistsError where it is taken. Some disks have no links: a rename then."""
    try:
        os.link(draft, path)
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK):
            raise
        if path.exists():
            raise FileExistsError(errno.EEXIST, "exists", str(path)) from error
        os.replace(draft, path)


def sync(path: Path) -> None:
    """Have a file or a folder on the disk, and not on its way there."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
