"""One file, or standard input, to one Document. Only InputError and MissingExtra leave this module."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable

from customhouse.errors import BrokenFile, CustomhouseError, EmptyFile, UnreadableFile, UnsupportedFile
from customhouse.model import Document
from customhouse.reader.documents import docx_text, html_text, pdf_text
from customhouse.reader.documents.encoding import decode
from customhouse.reader.documents.find import STDIN, SUPPORTED, place

MAX_BYTES = 200 * 2**20
"""Larger files are refused: texts about trade are far smaller."""

Extracted = tuple[str, str | None]
_Reader = Callable[[bytes, str], Extracted]
_ZIP, _OLE, _PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF-"
_IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*", b"RIFF")
_TAG = re.compile(rb"<(?:!doctype\s+html|html|head|body|meta|article|div|h[1-6]|p)[\s>]", re.IGNORECASE)
_INVISIBLE = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]*")


def load(path: str) -> Document:
    """The text of a .txt, .md, .html, .htm, .pdf or .docx file, or of `-`, standard input.

    `text` is what offsets refer to: the characters of the file for .txt and .md (line ends are
    `\\n`, without byte order mark), the prose for the others, without tables, navigation and
    running heads. `published` is the day that a web page gives as that of its publication.
    Raises UnreadableFile, UnsupportedFile, BrokenFile, EmptyFile, or MissingExtra.
    """
    where = place(path)
    ending = _ending(path, where)
    data = _stdin(where) if path == STDIN else _file(path, where)
    name = "stdin" if path == STDIN else os.path.splitext(os.path.basename(path))[0]
    return _document(data, ending, where, name, path)


def load_bytes(data: bytes, file_name: str) -> Document:
    """What `load` gives for a file of this name with these bytes; nothing is looked up on the disk."""
    path = os.path.basename(file_name.replace("\\", "/").replace("\0", ""))
    where = place(path)
    ending = os.path.splitext(path)[1].lower()
    if ending not in SUPPORTED:
        raise _unsupported(ending, where)
    return _document(_bounded(data, where), ending, where, os.path.splitext(path)[0], path)


def _document(data: bytes, ending: str | None, where: str, name: str, path: str) -> Document:
    if not data.strip():
        raise EmptyFile(where, "the file is empty", "check that it was saved or downloaded whole")
    kind = ending or sniff(data)
    _refuse_other(data, kind, where)
    text, published = _extract(kind, data, where)
    if _INVISIBLE.fullmatch(text):
        raise EmptyFile(where, "there is no text in it", "check that it was saved or downloaded whole")
    return Document(name, text, path, published)


def sniff(data: bytes) -> str:
    """The kind of file that bytes are, as one of the supported endings."""
    start = data[:2048]
    if _PDF in start[:1024]:
        return ".pdf"
    if start.startswith((_ZIP, _OLE)):
        return ".docx"
    return ".html" if _TAG.search(start.replace(b"\0", b"")) else ".txt"


def _ending(path: str, where: str) -> str | None:
    if path == STDIN:
        return None
    ending = os.path.splitext(path)[1].lower()
    if ending not in SUPPORTED and not os.path.isdir(path):
        raise _unsupported(ending, where)
    return ending


def _unsupported(ending: str, where: str) -> UnsupportedFile:
    what = f"{place(ending)} files are not read" if ending else "a file without an ending is not read"
    return UnsupportedFile(where, what, f"save it as one of {', '.join(SUPPORTED)}")


def _file(path: str, where: str) -> bytes:
    try:
        if os.path.isdir(path):
            raise UnreadableFile(where, "a folder, not a file", "name a file in it")
        with open(path, "rb") as file:
            return _bounded(file.read(MAX_BYTES + 1), where)
    except FileNotFoundError as error:
        raise UnreadableFile(where, "no such file", "check the path and its spelling") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UnreadableFile(where, f"cannot be read ({reason})", "check its permissions") from error


def _stdin(where: str) -> bytes:
    try:
        return _bounded(sys.stdin.buffer.read(MAX_BYTES + 1), where)
    except (OSError, ValueError, AttributeError) as error:
        raise UnreadableFile(where, "cannot be read", "pipe a text into it, or name a file") from error


def _bounded(data: bytes, where: str) -> bytes:
    if len(data) > MAX_BYTES:
        raise BrokenFile(where, f"larger than {MAX_BYTES >> 20} MB", "split it, or keep only the text")
    return data


def _refuse_other(data: bytes, kind: str, where: str) -> None:
    """Raise BrokenFile where the bytes are of another kind than the name says."""
    if data.startswith(_IMAGES):
        raise BrokenFile(where, "an image, not a text", "run OCR first")
    seen = sniff(data)
    binary = seen in (".pdf", ".docx")
    if (binary and seen != kind) or (kind in (".pdf", ".docx") and seen == ".html"):
        if seen == ".docx":
            remedy = f"open it in the program that wrote it and save it as {kind}"
        else:
            remedy = f"rename it to end in {seen}, or download it again"
        shown = {".pdf": "a PDF", ".docx": "an office or zip file", ".html": "a web page"}[seen]
        raise BrokenFile(where, f"its name says {kind} but it is {shown}", remedy)


def _extract(kind: str, data: bytes, where: str) -> Extracted:
    try:
        return _READERS[kind](data, where)
    except CustomhouseError:
        raise
    except Exception as error:
        # The libraries below raise anything on damaged files; none of it may stop other files.
        remedy = "open it in the program that wrote it and save it again"
        raise BrokenFile(where, f"damaged ({type(error).__name__} while reading it)", remedy) from error


def _plain(data: bytes, where: str) -> Extracted:
    return decode(data, where).replace("\r\n", "\n").replace("\r", "\n"), None


_READERS: dict[str, _Reader] = {
    ".txt": _plain,
    ".md": _plain,
    ".html": html_text.extract,
    ".htm": html_text.extract,
    ".pdf": pdf_text.extract,
    ".docx": docx_text.extract,
}
