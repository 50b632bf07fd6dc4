"""The prose of a Word document: headings and paragraphs in order; table cells are left out.

Read straight from the parts of the file (ECMA-376, part 1, WordprocessingML). Text that is
deleted, moved away or hidden is left out, text that is inserted is kept, and a text box
follows the paragraph that holds it.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree as ET

from customhouse.errors import BrokenFile
from customhouse.reader.documents.encoding import refuse_damage

_MAX_PART = 100 * 2**20
_MAX_DEPTH = 400
_MAIN = "word/document.xml"
_OLE = b"\xd0\xcf\x11\xe0"
_SKIPPED = frozenset({"tbl", "del", "moveFrom", "Fallback", "instrText", "delText", "rPr", "pPr", "rt"})
_CHARACTERS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_RESAVE = "open it in the program that wrote it and save it again as .docx"


def extract(data: bytes, place: str) -> tuple[str, str | None]:
    """The text, paragraphs parted by blank lines; never a date. Raises BrokenFile."""
    if data.startswith(_OLE):
        raise _ole(data, place)
    root = _parse(_main_part(data, place), place)
    body = next((child for child in root if _name(child) == "body"), None)
    if body is None:
        raise BrokenFile(place, "not a Word document", _RESAVE)
    texts = (text.strip("\n") for text in _paragraphs(body))
    whole = "\n\n".join(text for text in texts if text.strip())
    refuse_damage(whole, place, _RESAVE)
    return whole, None


def _ole(data: bytes, place: str) -> BrokenFile:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return BrokenFile(place, "password-protected", "save a copy without password")
    return BrokenFile(place, "an old .doc file, not .docx", _RESAVE)


def _main_part(data: bytes, place: str) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            name = _main_name(archive)
            return _bounded(archive, name, place)
    except KeyError as error:
        raise BrokenFile(place, "an archive without the text of a Word document", _RESAVE) from error
    except RuntimeError as error:  # what zipfile says of an encrypted member
        raise BrokenFile(place, "password-protected", "save a copy without password") from error
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError) as error:
        raise BrokenFile(place, "truncated or damaged", "download or copy it again") from error


def _main_name(archive: zipfile.ZipFile) -> str:
    """The name of the main part; some writers number it (`word/document2.xml`)."""
    names = archive.namelist()
    other = [n for n in names if n.lower().startswith("word/document") and n.lower().endswith(".xml")]
    return _MAIN if _MAIN in names or not other else other[0]


def _bounded(archive: zipfile.ZipFile, name: str, place: str) -> bytes:
    """The part, unpacked no further than the limit, whatever size its header declares."""
    with archive.open(name) as part:
        data = part.read(_MAX_PART + 1)
    if len(data) > _MAX_PART:
        wrong = f"its text unpacks to more than {_MAX_PART >> 20} MB"
        raise BrokenFile(place, wrong, "split the document, or save it again as .docx")
    return data


def _parse(xml: bytes, place: str) -> ET.Element:
    """The tree. Word writes no document type, and without one no entity can grow."""
    if b"<!DOCTYPE" in xml.replace(b"\0", b""):
        raise BrokenFile(place, "its text declares a document type, which no Word document has", _RESAVE)
    depth = 0
    root = ET.Element("nothing")
    try:
        for event, element in ET.iterparse(io.BytesIO(xml), ("start", "end")):
            depth += 1 if event == "start" else -1
            root = element
            if depth > _MAX_DEPTH:
                raise BrokenFile(place, "its parts are nested too deeply", _RESAVE)
    except ET.ParseError as error:
        raise BrokenFile(place, f"its text is damaged ({error})", "download or copy it again") from error
    return root


def _name(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _paragraphs(element: ET.Element) -> Iterator[str]:
    """Texts of the paragraphs under an element, in order; those in text boxes after their own."""
    for child in element:
        name = _name(child)
        if name == "p":
            yield "".join(_text(child))
            yield from (text for box in _boxes(child) for text in _paragraphs(box))
        elif name not in _SKIPPED:
            yield from _paragraphs(child)


def _boxes(element: ET.Element) -> Iterator[ET.Element]:
    for child in element:
        if _name(child) == "txbxContent":
            yield child
        elif _name(child) not in _SKIPPED:
            yield from _boxes(child)


def _text(element: ET.Element) -> Iterator[str]:
    for child in element:
        name = _name(child)
        if name == "t":
            yield child.text or ""
        elif name in _CHARACTERS:
            yield _CHARACTERS[name]
        elif name not in _SKIPPED and name != "txbxContent" and not _hidden(child):
            yield from _text(child)


def _hidden(run: ET.Element) -> bool:
    marks = (mark for part in run if _name(part) == "rPr" for mark in part if _name(mark) == "vanish")
    return any(_value(mark) not in ("0", "false") for mark in marks)


def _value(mark: ET.Element) -> str:
    return next((value for key, value in mark.attrib.items() if key.endswith("val")), "true")
