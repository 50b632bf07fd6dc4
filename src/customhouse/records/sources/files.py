"""Outside files as byte streams and beginnings, with our errors alone."""

from __future__ import annotations

import codecs
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

from customhouse import optional
from customhouse.errors import (
    BrokenFile,
    EmptyFile,
    InputError,
    MissingExtra,
    UnreadableFile,
    UnsupportedFile,
)
from customhouse.records import unpacking

HEAD_BYTES = 65_536
_SEVEN_ZIP = b"7z\xbc\xaf\x27\x1c"
_TABLES = (".csv", ".tsv", ".txt", ".dat", ".json")
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """The bytes of a file, unpacked where it is packed; .7z through py7zr.

    Raises UnreadableFile, BrokenFile, EmptyFile, UnsupportedFile, and MissingExtra for .7z without its
    library, and turns what the system and the text decoders raise inside into BrokenFile.
    """
    with ExitStack() as stack:
        try:
            yield _stream(path, stack)
        except UnicodeError as error:
            wrong = "not in the encoding that its beginning has"
            raise BrokenFile(str(path), wrong, "save it as UTF-8") from error
        except OSError as error:
            wrong = error.strerror or str(error) or type(error).__name__
            raise BrokenFile(str(path), wrong, "fetch or copy it again") from error


def _stream(path: Path, stack: ExitStack) -> IO[bytes]:
    with unpacking.opened(path) as plain:
        seven = plain.read(len(_SEVEN_ZIP)) == _SEVEN_ZIP
    return _from_seven_zip(path, stack) if seven else stack.enter_context(unpacking.stream(path))


def _from_seven_zip(path: Path, stack: ExitStack) -> IO[bytes]:
    """The one table in a .7z archive, unpacked to a folder that is removed afterwards."""
    py7zr = optional.module("py7zr", "reading .7z archives", "archives")
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    try:
        with py7zr.SevenZipFile(path) as archive:
            sizes = {info.filename: info.uncompressed for info in archive.list()}
            name = _only(path, sizes)
            archive.extract(folder, [name])
    except InputError:
        raise
    except Exception as error:  # the library raises what its parts raise
        wrong = f"cannot be unpacked ({error or type(error).__name__})"
        raise BrokenFile(str(path), wrong, "fetch it again") from error
    return stack.enter_context((folder / name).open("rb"))


def _only(path: Path, sizes: dict[str, int]) -> str:
    """The name of the one table in an archive; refused where it unpacks to more than tables ever do."""
    tables = [name for name in sizes if name.lower().endswith(_TABLES)]
    if len(tables) != 1:
        raise UnsupportedFile(str(path), f"an archive with {len(tables)} tables", "unpack it and name one")
    packed = max(path.stat().st_size, 1)
    if sizes[tables[0]] > max(unpacking.RATIO_FROM, packed * unpacking.LARGEST_RATIO):
        wrong = f"unpacks to more than {unpacking.LARGEST_RATIO} times its size"
        raise BrokenFile(str(path), wrong, "no table does that; unpack it yourself if it is meant so")
    return tables[0]


def head(path: Path) -> bytes:
    """The first bytes of a file, unpacked. Raises as `opened` does."""
    with opened(path) as stream:
        start = stream.read(HEAD_BYTES)
        while len(start) < HEAD_BYTES and (piece := stream.read(HEAD_BYTES - len(start))):
            start += piece
    return start


def encoding_of(start: bytes) -> str:
    """The encoding that the beginning of a text is in: by its mark, UTF-8 where it fits, else GB 18030."""
    for mark, name in _BOMS:
        if start.startswith(mark):
            return name
    for name in ("utf-8", "gb18030"):
        try:
            codecs.getincrementaldecoder(name)().decode(start)
        except UnicodeDecodeError:
            continue
        return name
    return "cp1252"


def text_head(path: Path) -> str:
    """The beginning of a file as text without its byte order mark. Raises as `opened` does."""
    start = head(path)
    return start.decode(encoding_of(start), errors="replace").lstrip("\ufeff")


def begins(path: Path) -> str:
    """The beginning of a file as text, for a look at what it is; empty where it cannot be read."""
    try:
        return text_head(path)
    except (UnreadableFile, BrokenFile, EmptyFile, UnsupportedFile, MissingExtra):
        return ""
