"""What a file is that is no table: a page, a service's own error, or a format that is not read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from customhouse.errors import BrokenFile, InputError, UnsupportedFile
from customhouse.records.answers import said_in
from customhouse.records.sources.comtrade import refuse_old
from customhouse.records.sources.files import begins
from customhouse.records.sources.jsonstream import JsonBroken, of_text

_LOOK = 20_000
_QUEUED = ("SUBMITTED", "PROCESSING", "QUEUED", "ASYNCHRONOUS_RESPONSE")
_ERRORS = frozenset({"statusCode", "message", "error", "errors", "errorMessage", "errorObject", "fault"})
_ASK_CSV = "ask the service for SDMX-CSV (format=SDMX-CSV), and load that"
_AGAIN = "mend the request or the key, and ask the service again"


@dataclass(frozen=True, slots=True)
class _Kind:
    """A format that is not read: what it is called, and the marks that its beginning has."""

    name: str
    marks: tuple[str, ...]


_FORMATS = (
    _Kind("SDMX-ML", ("<", "StructureSpecificData")), _Kind("SDMX-ML", ("<", "GenericData")),
    _Kind("SDMX-ML", ("<", "CompactData")), _Kind("SDMX-ML", ("<", "StructureSpecificTimeSeriesData")),
    _Kind("JSON-stat", ("{", '"class"', '"dataset"', '"dimension"')),
    _Kind("JSON-stat", ("{", '"dimension"', '"size"', '"value"')),
    _Kind("SDMX-JSON", ("{", '"dataSets"')), _Kind("SDMX-JSON", ("{", '"meta"', "sdmx-json")),
)


def refuse(path: Path) -> None:
    """Raises what is true of a file that no reader takes, where its beginning shows it.

    UnsupportedFile for formats that are not read, BrokenFile for pages and for a service's own errors,
    with its words. Nothing happens where the file may be a table.
    """
    start = begins(path).lstrip()
    found = _stranger(path, start) if start else None
    if found is not None:
        raise found
    refuse_old(path, start)


def _stranger(path: Path, start: str) -> InputError | None:
    format_ = _format(start)
    if format_:
        return UnsupportedFile(str(path), f"{format_}, which is not read", _ASK_CSV)
    said = said_in(start[:_LOOK].encode("utf-8", "replace"))
    if any(mark in start[:_LOOK] for mark in _QUEUED) and _is_message(start):
        wrong = "a note that the answer is being made, no table"
        return BrokenFile(str(path), wrong, "ask for it again later")
    if start.startswith("<"):
        return _marked(path, start, said)
    if start.startswith("{") and _is_message(start):
        return BrokenFile(str(path), f"an error of the service, no table{_quoted(said)}", _AGAIN)
    if start.startswith("[") and _is_rows(start):
        wrong = "the rows of an answer of UN Comtrade without the envelope that counts them"
        return UnsupportedFile(str(path), wrong, "keep the whole answer as the service gives it, or its CSV")
    if start.lower().startswith("error:"):
        return BrokenFile(str(path), f"an error of the service, no table{_quoted(said)}", _AGAIN)
    return None


def _format(start: str) -> str | None:
    """The name of a format that is not read; Eurostat's TSV by its first cell: dimensions, a backslash."""
    for kind in _FORMATS:
        if start.startswith(kind.marks[0]) and all(mark in start for mark in kind.marks[1:]):
            return kind.name
    head = start.partition("\t")[0]
    return "Eurostat's TSV" if "," in head and "\\TIME_PERIOD" in head.upper() else None


def _marked(path: Path, start: str, said: str) -> InputError | None:
    """A page or message in XML that has no table in it."""
    lower = start.lower()
    if "<table" in lower or "<div" in lower:
        return None
    what = "a message of the service" if "fault" in lower or "<env:" in lower else "a web page or XML"
    return BrokenFile(str(path), f"{what} in the place of a table{_quoted(said)}", _AGAIN)


def _quoted(said: str) -> str:
    return f" (it says: {said})" if said else ""


def _is_message(start: str) -> bool:
    """Whether an object in JSON is an error: it says one, and has no list of anything else; XML may be."""
    if not start.startswith("{"):
        return start.startswith("<")
    said = False
    try:
        stream = of_text(start)
        for key in stream.fields():
            listed = stream.colon() == "["
            value = stream.value()
            if listed and key not in _ERRORS and value:
                return False
            said = said or _is_error(key, value)
    except (JsonBroken, UnicodeError):
        return False
    return said


def _is_error(key: str, value: object) -> bool:
    if key == "statusCode":
        return str(value) >= "400"
    return key in _ERRORS and bool(value) and (isinstance(value, str) or key.startswith(("error", "fault")))


def _is_rows(start: str) -> bool:
    return start[1:].lstrip().startswith("{") and '"primaryValue"' in start and '"reporterCode"' in start
