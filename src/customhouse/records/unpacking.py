"""Opening compressed files as streams that cannot grow without bound.

What is inside is read piece by piece. A file that unpacks to far more than tables ever do is refused,
so that a small malicious file takes neither memory nor disk.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, cast

from customhouse.errors import BrokenFile, EmptyFile, InputError, UnreadableFile, UnsupportedFile

LARGEST_RATIO = 250
"""Tables compress 5 to 50 times; above this, once `RATIO_FROM` bytes came out, it is no table."""
RATIO_FROM = 1 << 28
LARGEST_WORKBOOK = 1 << 30
"""Bytes of a workbook when unpacked; the format itself is read whole."""
_DEFLATE = 1032
"""The most that one byte of deflate can become."""
_PIECE = 1 << 16
_SPOOL = 1 << 24

MAGIC = (
    (b"\x1f\x8b", "gz"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"BZh", "bz2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x28\xb5\x2f\xfd", "zst"),
    (b"PAR1", "parquet"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "excel"),
)
_BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, gzip.BadGzipFile)
_Opener = Callable[[Path], Any]


def magic(path: Path) -> str | None:
    """What the first bytes of a file say that it is, None where they say nothing. Raises InputError."""
    with opened(path) as stream:
        head = stream.read(8)
    if not head:
        raise EmptyFile(str(path), "the file is empty", "leave it out, or fetch it again")
    return next((kind for start, kind in MAGIC if head.startswith(start)), None)


def opened(path: Path) -> IO[bytes]:
    """The bytes of a file as they stand. Raises UnreadableFile."""
    try:
        return path.open("rb")
    except FileNotFoundError as error:
        raise UnreadableFile(str(path), "no such file", "check the name") from error
    except IsADirectoryError as error:
        raise UnreadableFile(str(path), "a folder, not a file", "name a file in it") from error
    except OSError as error:
        raise UnreadableFile(
            str(path), f"cannot be read ({error.strerror})", "check its permissions"
        ) from error


class _Guarded(io.RawIOBase):
    """A decompressing stream that counts what comes out, and says in one way when it breaks."""

    def __init__(self, inner: IO[bytes], place: str, packed: int) -> None:
        self._inner, self._place, self._packed, self._out = inner, place, max(packed, 1), 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            piece = self._inner.read(len(buffer))
        except (*_BROKEN, OSError, RuntimeError) as error:
            raise _broken(self._place, error) from error
        self._out += len(piece)
        if self._out > max(RATIO_FROM, self._packed * LARGEST_RATIO):
            raise BrokenFile(
                self._place,
                f"unpacks to more than {LARGEST_RATIO} times its size",
                "no table does that; unpack it yourself if it is meant so",
            )
        buffer[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        self._inner.close()
        super().close()


def _broken(place: str, error: Exception) -> BrokenFile:
    if isinstance(error, RuntimeError):
        return BrokenFile(place, "protected by a password, or packed in an unknown way", "unpack it first")
    return BrokenFile(place, f"cannot be unpacked ({error or 'truncated'})", "fetch the file again")


def stream(path: Path) -> IO[bytes]:
    """The bytes of a file, unpacked where it is packed. Raises InputError, also while it is read."""
    kind = magic(path)
    if kind not in _OPENERS or (kind == "zip" and is_workbook(path)):
        return opened(path)
    try:
        inner: IO[bytes] = _OPENERS[kind](path)
    except InputError:
        raise
    except (*_BROKEN, OSError, RuntimeError) as error:
        raise _broken(str(path), error) from error
    return io.BufferedReader(_Guarded(inner, str(path), path.stat().st_size), _PIECE)


def inner_name(path: Path) -> str:
    """The name of what is inside: `table.csv` for table.csv.gz, the member's for a .zip."""
    kind = magic(path)
    if kind == "zip" and not is_workbook(path):
        return _member(path).filename
    packed = kind in _OPENERS and path.suffix.lower() in (".gz", ".bz2", ".xz", ".zst", ".zip")
    return path.stem if packed else path.name


def is_workbook(path: Path) -> bool:
    """Whether a zip archive is a workbook (XLSX, XLSB, ODS)."""
    return any(name == "[Content_Types].xml" or name == "mimetype" for name in _names(path))


def _names(path: Path) -> list[str]:
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.namelist()
    except (zipfile.BadZipFile, OSError) as error:
        raise _broken(str(path), error) from error


def _member(path: Path) -> zipfile.ZipInfo:
    """The one table in an archive."""
    try:
        with zipfile.ZipFile(path) as archive:
            found = [
                info
                for info in archive.infolist()
                if not info.is_dir()
                and not info.filename.startswith("__MACOSX/")
                and not Path(info.filename).name.startswith(".")
            ]
    except zipfile.BadZipFile as error:
        raise _broken(str(path), error) from error
    if len(found) == 1:
        return found[0]
    if not found:
        raise EmptyFile(str(path), "there is no file in the archive", "leave it out, or fetch it again")
    raise UnsupportedFile(str(path), f"there are {len(found)} files in the archive", "unpack it and name one")


def _zipped(path: Path) -> IO[bytes]:
    archive = zipfile.ZipFile(path)
    return archive.open(_member(path))


def _zst(path: Path) -> IO[bytes]:
    import pyarrow as pa

    return cast("IO[bytes]", pa.CompressedInputStream(pa.OSFile(str(path)), "zstd"))


_OPENERS: dict[str | None, _Opener] = {
    "gz": gzip.GzipFile,
    "bz2": bz2.BZ2File,
    "xz": lzma.LZMAFile,
    "zip": _zipped,
    "zst": _zst,
}


def unpacked(path: Path) -> IO[bytes]:
    """A file as bytes that can be jumped about in; what was unpacked is on disk where it is large."""
    kind = magic(path)
    if kind not in _OPENERS or (kind == "zip" and is_workbook(path)):
        return opened(path)
    spool = cast("IO[bytes]", tempfile.SpooledTemporaryFile(max_size=_SPOOL))  # noqa: SIM115
    size = 0
    with stream(path) as source:
        while piece := source.read(_PIECE):
            size += len(piece)
            if size > LARGEST_WORKBOOK:
                spool.close()
                raise BrokenFile(
                    str(path), "unpacks to more than 1 GiB", "unpack it yourself if it is meant so"
                )
            spool.write(piece)
    spool.seek(0)
    return spool


def check_workbook(source: IO[bytes], place: str) -> None:
    """Raises BrokenFile where the parts of a workbook unpack to more than `LARGEST_WORKBOOK`.

    What the archive says of their sizes is not trusted: doubtful parts are unpacked and counted.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            infos = archive.infolist()
            total = sum(info.file_size for info in infos)
            most = sum(info.compress_size * _DEFLATE for info in infos)
            if total > LARGEST_WORKBOOK or (most > LARGEST_WORKBOOK and _count(archive) > LARGEST_WORKBOOK):
                raise BrokenFile(place, "the workbook unpacks to more than 1 GiB", "export the sheet as CSV")
    except (*_BROKEN, RuntimeError, NotImplementedError) as error:
        raise _broken(place, error) from error
    finally:
        source.seek(0)


def _count(archive: zipfile.ZipFile) -> int:
    """The bytes of all parts; a part that is longer or shorter than the archive says fails its checksum."""
    total = 0
    for info in archive.infolist():
        with archive.open(info) as part:
            while piece := part.read(_PIECE):
                total += len(piece)
    return total
