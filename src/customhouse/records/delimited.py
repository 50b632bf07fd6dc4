"""Delimited text: its encoding and delimiter sniffed, its rows in bounded memory."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from customhouse.errors import BrokenFile, EmptyFile, MappingError
from customhouse.records import encodings, unpacking
from customhouse.records.encodings import Guess

_SAMPLE = 1 << 16
_PIECE = 1 << 20
_LONGEST_LINE = 1 << 22
_END = "\x00the end of the file\x00"
_FEWEST_CUTS = 3
"""A line within a cell that is cut less often may be prose."""
DELIMITERS = ",;\t|"
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HIGH = re.compile(rb"[^\r\n,;\t]*[\x80-\xff][^\r\n,;\t]*[\r\n,;\t]?")
"""A cell with more than ASCII in it, as far as bytes tell: no second byte of a character ends it."""
_JUDGED = 12_000
"""So many bytes of cells beyond ASCII tell an encoding."""
_ESCAPED = re.compile(rb"\x1b\$[@B]")
_NEARLY = 10
"""A text in UTF-8 with one bad place among so many letters is damaged, not in another encoding."""


def encoding_of(path: Path) -> str:
    """The encoding of a text file: UTF-8 with or without BOM, UTF-16, UTF-32, else the likeliest of those
    of one language or few, of which `guess` says what is in doubt. Raises BrokenFile for what is no text.
    """
    return guess(path).name


def guess(path: Path) -> Guess:
    """The encoding of a text file with what is in doubt. Raises BrokenFile for what is no text."""
    with unpacking.stream(path) as stream:
        head = stream.read(_SAMPLE)
    for bom, name in _BOMS:
        if head.startswith(bom):
            return Guess(name)
    if b"\0" in head:
        return Guess(_wide(head, path))
    if _is(path, "utf-8"):
        return Guess("iso2022_jp" if _ESCAPED.search(head) and _is(path, "iso2022_jp") else "utf-8")
    return _legacy(path)


def _wide(head: bytes, path: Path) -> str:
    """UTF-16 without a BOM has the zeros of its line ends, digits and marks all in every second byte."""
    even, odd = head[::2].count(0), head[1::2].count(0)
    if min(even, odd) * 4 < max(even, odd) and max(even, odd) * 100 >= len(head):
        name = "utf-16-be" if even > odd else "utf-16-le"
        text = head[: len(head) // 2 * 2].decode(name, "replace")
        if sum(char.isprintable() or char.isspace() for char in text) > 0.99 * len(text):
            return name
    raise BrokenFile(str(path), "neither text nor a kind of table that is known", "export it as CSV or XLSX")


def _pieces(path: Path) -> Iterator[bytes]:
    with unpacking.stream(path) as stream:
        while piece := stream.read(_PIECE):
            yield piece


def _is(path: Path, encoding: str) -> bool:
    """Whether a file is text in an encoding from beginning to end."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for piece in _pieces(path):
            decoder.decode(piece)
        decoder.decode(b"", True)
    except UnicodeDecodeError:
        return False
    return True


def _legacy(path: Path) -> Guess:
    """The likeliest encoding of a sample in which the whole file can be read."""
    sample = _beyond_ascii(path)
    nearly = sample.decode("utf-8", "replace")
    bad = nearly.count("\ufffd")
    if bad * _NEARLY < sum(char > "\x7f" for char in nearly) - bad:
        return Guess("utf-8", "it is damaged")
    guesses = encodings.guess(sample)
    return next((one for one in guesses if _is(path, one.name)), guesses[0])


def _beyond_ascii(path: Path) -> bytes:
    """The first different cells that have more than ASCII in them."""
    found: dict[bytes, None] = {}
    size, rest = 0, b""
    for piece in _pieces(path):
        piece = rest + piece
        whole = piece.rfind(b"\n") + 1 if len(piece) < _LONGEST_LINE else len(piece)
        rest = piece[whole:]
        for cell in _HIGH.findall(piece[:whole]):
            size += 0 if cell in found else len(cell)
            found[cell] = None
            if size > _JUDGED:
                return b"".join(found)
    return b"".join([*found, *_HIGH.findall(rest)])


def delimiter_of(sample: list[str]) -> str:
    """The delimiter that cuts the most lines into the same number of cells, more than one."""
    best, delimiter = (0.0, 0), ","
    for mark in DELIMITERS:
        try:
            widths = [len(row) for row in csv.reader(sample, delimiter=mark) if row]
        except csv.Error:
            continue
        common = max(set(widths), key=widths.count, default=1)
        if common > 1 and (widths.count(common) / len(widths), common) > best:
            best, delimiter = (widths.count(common) / len(widths), common), mark
    return delimiter


def sample_of(path: Path, encoding: str, lines: int = 200) -> list[str]:
    """The first lines of a text file."""
    found: list[str] = []
    with unpacking.stream(path) as stream:
        for line in _lines(stream, encoding, str(path)):
            found.append(line)
            if len(found) == lines:
                break
    return found


def rows(
    path: Path, encoding: str | None = None, delimiter: str | None = None
) -> Iterator[tuple[int, list[str]]]:
    """The rows of a delimited file, each with the number of its first line. Raises InputError."""
    place = str(path)
    encoding = encoding or encoding_of(path)
    delimiter = delimiter or delimiter_of(sample_of(path, encoding))
    with unpacking.stream(path) as stream:
        reader = csv.reader(_ended(_lines(stream, encoding, place)), delimiter=delimiter)
        line, width = 1, 0
        while True:
            try:
                row = next(reader)
            except csv.Error as error:
                raise _unclosed(place, line, f"no row can be read ({error})") from error
            if row == [_END]:
                break
            if reader.line_num > line and _swallows(row, delimiter, width):
                raise _unclosed(place, line, f"one cell has {reader.line_num - line} further lines in it")
            width = max(width, len(row))
            yield line, row
            line = reader.line_num + 1
    if not width:
        raise EmptyFile(place, "there is no row in the file", "leave it out, or fetch it again")


def lines(path: Path) -> int:
    """How many lines a text file has, in UTF-8 and without empty ones at its end."""
    count = after = 0
    for piece in _pieces(path):
        kept = len(piece.rstrip(b"\r\n"))
        after = piece.count(b"\n", kept) + (0 if kept else after)
        count += piece.count(b"\n")
    return count - after + 1


def _ended(lines: Iterator[str]) -> Iterator[str]:
    """The lines and a last row that a reader gives back unless a quotation mark is still open there."""
    for line in lines:
        yield line if line.endswith(("\n", "\r")) else f"{line}\n"
    yield _END


def _swallows(row: list[str], delimiter: str, width: int) -> bool:
    """Whether a cell holds the end of the file, or rows: lines that are cut as often as the widest row."""
    inner = (line for cell in row if "\n" in cell or "\r" in cell for line in cell.splitlines()[1:])
    cuts = max(width - 1, _FEWEST_CUTS)
    return any(line == _END or line.count(delimiter) == cuts for line in inner)


def _unclosed(place: str, line: int, wrong: str) -> BrokenFile:
    return BrokenFile(f"{place}, line {line}", wrong, "look for a quotation mark that is not closed")


def _lines(stream: IO[bytes], encoding: str, place: str) -> Iterator[str]:
    """The lines of a stream with their ends; a line that does not end is an error, not a heap of memory."""
    try:
        text = io.TextIOWrapper(stream, encoding, newline="")
    except LookupError as error:
        raise MappingError(place, f"{encoding}: no such encoding", "say utf-8, gb18030 or cp1252") from error
    number = 0
    try:
        while line := text.readline(_LONGEST_LINE):
            number += 1
            if len(line) == _LONGEST_LINE:
                raise BrokenFile(
                    f"{place}, line {number}",
                    "a line of more than 4 million characters",
                    "look whether it is a table at all",
                )
            yield line
    except UnicodeError as error:
        raise BrokenFile(
            f"{place}, after line {number}", f"not {encoding} ({error})", "name its encoding in the mapping"
        ) from error
