"""Lines to paragraphs, across columns and pages, with words joined that line ends broke."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median

from customhouse.reader.documents.layout import Block, Line, is_wide

_ENDS = re.compile(r"[.!?:;\u3002\uff01\uff1f\uff1a\uff1b\u2026][\"'\u201d\u2019\u300d\u300f)\uff09\]]*$")
_FORMS = re.compile(r"[\u2e80-\u2fdf\uf900-\ufaff\ufb00-\ufb06]")
_SPACED_WIDE = re.compile(r"(?<=[\u2e80-\u9fff\uff00-\uffef])[ \t]+(?=[\u2e80-\u9fff\uff00-\uffef])")
_HYPHENS = "-\u00ad\u2010\x02\ufffe"
_LISTED = re.compile(r"[\u2022\u25cf\u25a0\u25aa\u2023*]\s|\(?\d{1,2}[.)\u3001]\s?\D|[-\u2013\u2014]\s")


def paragraphs(blocks: Sequence[Block]) -> list[str]:
    """The text of the lines, one item a paragraph or heading."""
    whole = " ".join(line.text for block in blocks for line in block)
    words = frozenset(re.findall(r"[a-z]+(?:-[a-z]+)*", whole.lower()))
    grouped: list[list[Line]] = []
    for line, begins in _marked(blocks):
        if begins or not grouped:
            grouped.append([line])
        else:
            grouped[-1].append(line)
    return [text for group in grouped if (text := _joined(group, words))]


def _marked(blocks: Sequence[Block]) -> Iterator[tuple[Line, bool]]:
    """Lines, and whether each begins a paragraph."""
    indents = _has_indents(blocks)
    before: Line | None = None
    for block in blocks:
        step = _leading(block)
        for i, line in enumerate(block):
            if before is None:
                yield line, True
            elif i:
                yield line, line.base - before.base > 1.35 * step or _parted(before, line)
            else:
                # Across columns and pages the end of a sentence is all there is to go by, unless
                # paragraphs are indented here.
                yield line, _parted(before, line) or (not indents and bool(_ENDS.search(before.text)))
            before = line


def _leading(block: Block) -> float:
    """The usual distance of base lines; 0 for a block of one line."""
    steps = [b.base - a.base for a, b in pairwise(block) if b.base > a.base]
    return median(steps) if steps else 0.0


def _has_indents(blocks: Sequence[Block]) -> bool:
    """Whether most lines that follow a line with room to spare are indented."""
    pairs = [(a, b) for block in blocks for a, b in pairwise(block) if _short(a, b) and a.size == b.size]
    return 2 * sum(_indented(a, b) for a, b in pairs) > len(pairs)


def _parted(before: Line, line: Line) -> bool:
    """Whether a line begins a paragraph by its size, its indent, or the short line before it."""
    resized = abs(before.size - line.size) > 0.12 * max(before.size, line.size)
    return resized or _indented(before, line) or _short(before, line) or bool(_LISTED.match(line.text))


def _indented(before: Line, line: Line) -> bool:
    indent, least = line.x0 - line.left, 0.8 * line.size
    return indent > least and indent > before.x0 - before.left + least


def _short(before: Line, line: Line) -> bool:
    """Whether the first word of a line would have had room on the line before."""
    room = before.right - before.x1
    if is_wide(line.text[0]):
        return room > 2.5 * line.size
    word = len(line.text.split(maxsplit=1)[0]) / max(1, len(line.text)) * (line.x1 - line.x0)
    return room > word + 1.0 * line.size


def _joined(lines: list[Line], words: frozenset[str]) -> str:
    text = lines[0].text
    for line in lines[1:]:
        text = _append(text, line.text, words)
    return _normal(text)


def _append(text: str, following: str, words: frozenset[str]) -> str:
    if text[-1] in _HYPHENS and text[-2:-1].isalnum():
        return (text if _keeps_hyphen(text, following, words) else text[:-1]) + following
    return text + ("" if is_wide(text[-1]) or is_wide(following[0]) else " ") + following


def _keeps_hyphen(text: str, following: str, words: frozenset[str]) -> bool:
    """Whether the hyphen at a line end belongs to the word (`year-on-year`), by its parts and the text."""
    if text[-1] not in "-\u2010":
        return False
    if not (text[-2].islower() and following[0].islower()):
        return True
    start = re.search(r"[\w-]*$", text[:-1])
    end = re.match(r"[\w-]*", following)
    head, tail = (start[0].lower() if start else ""), (end[0].lower() if end else "")
    if head + tail in words:
        return False
    return f"{head}-{tail}" in words or "-" in head or "-" in tail


def _normal(text: str) -> str:
    """Without the compatibility forms and spaces that PDF fonts and justification leave in text."""
    text = _FORMS.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)
    text = text.replace("\u00ad", "").replace("\x02", "").replace("\ufffe", "")
    return _SPACED_WIDE.sub("", text).strip()
