"""The prose of a PDF, in reading order; its characters come from a process of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from customhouse.errors import BrokenFile, EmptyFile, MissingExtra
from customhouse.reader.documents.encoding import refuse_damage
from customhouse.reader.documents.extras import EXTRA
from customhouse.reader.documents.layout import Run, ordered
from customhouse.reader.documents.paragraphs import paragraphs

_SECONDS = 600
_WORKER = Path(__file__).with_name("pdf_worker.py")
_ERRORS = {
    "password": ("password-protected", "save a copy without password"),
    "damaged": ("truncated, damaged or no PDF", "download or copy it again"),
    "long": ("more text than any document about trade has", "split it"),
    "died": ("it cannot be read within the limits of memory and time", "split it, or save it as text"),
}


def extract(data: bytes, place: str) -> tuple[str, str | None]:
    """The text, paragraphs parted by blank lines; no date. Raises BrokenFile, EmptyFile, MissingExtra."""
    if find_spec("pypdfium2") is None:
        raise MissingExtra("reading PDF files", EXTRA)
    found = _read(data)
    if "error" in found:
        raise BrokenFile(place, *_ERRORS[found["error"]])
    pages = [[Run(*run) for run in page] for page in found["pages"]]
    if not any(pages):
        raise EmptyFile(place, "no text layer, only images", "run OCR first")
    text = "\n\n".join(paragraphs(ordered(pages)))
    refuse_damage(text, place, "its fonts hide the characters: run OCR on it")
    return text, None


def _read(data: bytes) -> dict[str, Any]:
    """What the worker prints; a worker that does not end well is an error of the file."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    command = [sys.executable, "-P", str(_WORKER)]
    try:
        done = subprocess.run(
            command, input=data, capture_output=True, timeout=_SECONDS, env=environment, check=True
        )
        found: dict[str, Any] = json.loads(done.stdout)
        return found
    except (subprocess.SubprocessError, OSError, ValueError):
        return {"error": "died"}
