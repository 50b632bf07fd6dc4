"""What a service answered: a table, whole or not; a page or message; or that it is too much."""

from __future__ import annotations

import re
from pathlib import Path

from customhouse.errors import BrokenFile, ServiceError
from customhouse.records.answers import said_in
from customhouse.records.http import TooMuch
from customhouse.records.sources import comtrade


def whole(file: Path, limit: int, periods: tuple[str, ...] = ()) -> bool:
    """Whether an answer has rows of all periods. Refuses one that is none, and one at the limit."""
    try:
        rows, found = comtrade.rows_in(file)
    except BrokenFile as error:
        raise ServiceError("comtrade", f"{error.wrong}{_words_of(file)}", "try again later") from error
    if rows >= limit:
        raise TooMuch("comtrade", f"{rows} rows, as many as it gives at once", "ask for less")
    return rows > 0 and set(periods) <= found


def _words_of(file: Path) -> str:
    """What a page or message says that stands in the place of a table, in brackets."""
    with file.open("rb") as stream:
        said = said_in(stream.read(20_000))
    return f" (it says: {said})" if said else ""


class Queued(ServiceError):
    """The service will have the answer later, under this number."""

    def __init__(self, number: str) -> None:
        super().__init__("comext", "the answer is being made", "ask again later")
        self.number = number


def is_csv(file: Path) -> bool:
    """Whether a table has a row under its header. Refuses an answer that is a message instead of a table."""
    with file.open("rb") as stream:
        start = stream.read(20_000)
    if start.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] not in (b"<", b"{"):
        return b"\n" in start.strip()
    if b"TOO_BIG" in start:
        raise TooMuch("service", "the answer would be too large", "ask for less")
    number = re.search(rb"<id>\s*([\w-]+)\s*</id>", start)
    if number and re.search(rb"<status>\s*(?:SUBMITTED|PROCESSING|QUEUED)", start):
        raise Queued(number[1].decode())
    wrong = f"a page or message instead of a table{_words_of(file)}"
    raise ServiceError("service", wrong, "check the request, or try again later")


def is_array(file: Path) -> bool:
    """Whether an array has a row under its header. Refuses a page or message."""
    with file.open("rb") as stream:
        start = stream.read(20_000)
    if start.lstrip()[:1] != b"[":
        wrong = f"a page or message instead of a table{_words_of(file)}"
        raise ServiceError("census", wrong, "check the key and the request")
    return start.count(b"[") > 2
