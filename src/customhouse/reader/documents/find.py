"""Which files a list of paths means: files, folders, patterns, `-` for standard input."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Sequence

from customhouse.errors import UnreadableFile

SUPPORTED = (".txt", ".md", ".html", ".htm", ".pdf", ".docx")
"""The endings that `load` takes, in small letters."""

STDIN = "-"
_KINDS = "readable are " + ", ".join(SUPPORTED)


def discover(paths: Sequence[str]) -> list[str]:
    """The files that the paths name, in their order, each once.

    A folder stands for the supported files under it at any depth, sorted, without hidden ones;
    a pattern (`2025/**/*.html`) for the supported files that match. A file named outright is
    taken as it is: `load` says what is wrong with it. Raises UnreadableFile for a path that
    comes to nothing.
    """
    found: dict[str, str] = {}
    for path in paths:
        for file in _expand(path):
            found.setdefault(file if file == STDIN else os.path.abspath(file), file)
    return list(found.values())


def place(path: str) -> str:
    """A path as a message shows it, on one line whatever its characters."""
    shown = "".join(c if c.isprintable() else "\ufffd" for c in path)
    return "standard input" if path == STDIN else shown or "(no name)"


def _expand(path: str) -> list[str]:
    if path == STDIN:
        return [path]
    if "\0" in path:
        raise UnreadableFile(place(path), "not a possible path", "check how it is written")
    if os.path.isdir(path):
        return _inside(path)
    if os.path.lexists(path):
        return [path]
    if glob.has_magic(path):
        return _matching(path)
    raise UnreadableFile(place(path), "no such file or folder", "check the path and its spelling")


def _inside(folder: str) -> list[str]:
    files = sorted(_walk(folder), key=lambda file: file.split(os.sep))
    if not files:
        raise UnreadableFile(place(folder), "a folder without a file that can be read", _KINDS)
    return files


def _walk(folder: str) -> Iterator[str]:
    for root, folders, names in os.walk(folder, onerror=_cannot_list):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (os.path.join(root, name) for name in names if _wanted(name))


def _cannot_list(error: OSError) -> None:
    raise UnreadableFile(
        place(str(error.filename)), f"the folder cannot be listed ({error.strerror})", "check its permissions"
    )


def _matching(pattern: str) -> list[str]:
    matches = glob.glob(pattern, recursive=True)
    files = sorted(file for file in matches if _wanted(os.path.basename(file)) and os.path.isfile(file))
    if not files:
        raise UnreadableFile(place(pattern), "no file that can be read matches the pattern", _KINDS)
    return sorted(files, key=lambda file: file.split(os.sep))


def _wanted(name: str) -> bool:
    """Supported, not hidden, not the lock file (`~$...`) that Word leaves beside an open document."""
    return name.lower().endswith(SUPPORTED) and not name.startswith((".", "~$"))
