"""Runs of characters out of a PDF: a program of its own, PDF on standard input, JSON on standard output.

It runs apart so that a file made to fill memory, to loop or to crash the PDF library ends this
process and not the caller's. It imports nothing of customhouse. Output is one object:
`{"pages": [[[x0, x1, base, size, text], ...], ...]}` with y downwards and lengths in points,
or `{"error": "password" | "damaged" | "long"}`.
"""

from __future__ import annotations

import ctypes
import json
import math
import signal
import sys
from collections.abc import Iterator
from typing import Any

MEMORY = 3 * 2**29
"""Bytes of address space that reading one PDF may take (where the system can limit it)."""

MAX_CHARACTERS = 10_000_000
_GAP = 0.8
"""A gap wider than this many font sizes ends a run: it may be a gutter between columns."""

_PR_SET_PDEATHSIG = 1

Char = tuple[str, float, float, float, float]
Run = list[Any]


def limit_memory() -> None:
    """Let allocation fail beyond MEMORY. Windows has no such limit."""
    try:
        import resource
    except ImportError:
        return
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY if hard < 0 else min(MEMORY, hard), hard))


def read(data: bytes) -> dict[str, Any]:
    """What the program prints, for the bytes of a PDF."""
    import pypdfium2

    raw = pypdfium2.raw
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError:
        protected = raw.FPDF_GetLastError() in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY)
        return {"error": "password" if protected else "damaged"}
    pages: list[list[Run]] = []
    left = MAX_CHARACTERS
    for number in range(len(document)):
        found, characters = _page(document, number, raw, left)
        left -= characters
        if left < 0:
            return {"error": "long"}
        pages.append(found)
    return {"pages": pages}


def _page(document: Any, number: int, raw: Any, left: int) -> tuple[list[Run], int]:
    """The runs of a page and how many characters it has; nothing for a page that cannot be read."""
    try:
        page = document[number]
        text = page.get_textpage()
    except Exception:
        return [], 0
    try:
        return runs(_upright(list(_chars(text.raw, raw, left)))), raw.FPDFText_CountChars(text.raw)
    finally:
        text.close()
        page.close()


def _chars(text: Any, raw: Any, left: int) -> Iterator[tuple[Char, int]]:
    """Characters of a page with x0, x1, base line and size, and their quarter turns."""
    box, x, y = raw.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    matrix = raw.FS_MATRIX()
    for i in range(min(raw.FPDFText_CountChars(text), left + 1)):
        char = chr(code) if 0 < (code := raw.FPDFText_GetUnicode(text, i)) < 0x110000 else "\ufffd"
        if raw.FPDFText_IsGenerated(text, i) == 1:
            yield (" " if char.isspace() else char, math.nan, math.nan, math.nan, 0.0), -1
            continue
        if 0xD800 <= ord(char) < 0xE000 or not raw.FPDFText_GetLooseCharBox(text, i, ctypes.byref(box)):
            continue
        raw.FPDFText_GetCharOrigin(text, i, ctypes.byref(x), ctypes.byref(y))
        raw.FPDFText_GetMatrix(text, i, ctypes.byref(matrix))
        size = raw.FPDFText_GetFontSize(text, i) * math.hypot(matrix.c, matrix.d)
        turn = round(raw.FPDFText_GetCharAngle(text, i) / (math.pi / 2)) % 4
        yield (char, *_turned(box, x.value, y.value, turn), size), turn


def _turned(box: Any, x: float, y: float, turn: int) -> tuple[float, float, float]:
    """x0, x1 and base line (downwards) as a reader sees them who turns the page upright."""
    if turn == 1:
        return -box.top, -box.bottom, x
    if turn == 2:
        return -box.right, -box.left, y
    if turn == 3:
        return box.bottom, box.top, -x
    return box.left, box.right, -y


def _upright(chars: list[tuple[Char, int]]) -> list[Char]:
    """The characters that stand as most of the page does; side notes and water marks lie across."""
    turns = [turn for _, turn in chars if turn >= 0]
    main = max(set(turns), key=turns.count) if turns else 0
    return [char for char, turn in chars if turn in (main, -1)]


def runs(chars: list[Char]) -> list[Run]:
    """Neighbouring characters on one base line, of one size, without a wide gap."""
    found: list[Run] = []
    space = False
    for char, x0, x1, base, size in chars:
        if math.isnan(x0) or char.isspace():
            space = True
            continue
        last = found[-1] if found else None
        if last is not None and _follows(last, x0, base, size):
            last[4] += (" " if space else "") + char
            last[1] = max(last[1], x1)
        elif all(map(math.isfinite, (x0, x1, base, size))):
            found.append([x0, x1, base, size, char])
        space = False
    return found


def _follows(run: Run, x0: float, base: float, size: float) -> bool:
    em = max(run[3], 1.0)
    level = abs(base - run[2]) < 0.1 * em and abs(size - run[3]) < 0.2 * em
    return bool(level and -0.5 * em < x0 - run[1] < _GAP * em)


def end_with_caller() -> None:
    """Have the system end this process when its caller is killed (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def main() -> None:
    """Read standard input, print what was found."""
    end_with_caller()
    limit_memory()
    sys.stdout.buffer.write(json.dumps(read(sys.stdin.buffer.read())).encode())


if __name__ == "__main__":
    main()
