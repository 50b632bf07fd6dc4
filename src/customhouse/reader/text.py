"""A raw text as a reader sees it: broken lines joined, markup and stray spaces dropped, offsets kept.

`Reading.text` is what rules match on; `Reading.raw` leads any place in it back to the raw text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field

from customhouse.vocabulary import words
from customhouse.vocabulary.lexicon import fold

_IDEOGRAPHS = r"\u3400-\u9fff\uf900-\ufaff"
_CJK = _IDEOGRAPHS + r"\u3001-\u3011\uff00-\uff0f\uff1a-\uff1f\u201c\u201d"
_DROP = re.compile(
    rf"\*\*|__|[ \t]?[\u2713\u2717][\u2032\u2033]?|https?://[!-(*-~]{{1,2000}}|(?<=[{_CJK}])[ \t\u3000]+"
    rf"|(?<![ \t\u3000])[ \t\u3000]+(?=[{_CJK}]|\Z)|\A[ \t\u3000]*#{{1,6}} +|\A[ \t\u3000>]+"
)
_HAS_CJK = re.compile(rf"[{_CJK}]")
_IDEOGRAPH = re.compile(rf"[{_IDEOGRAPHS}]")
_LOWER_START = re.compile(r"[a-z(\[\"']*[a-z0-9]")
_HEADING = re.compile(r"[ \t]*(?:#{1,6} |[-*=_]{3,}\s*$)")
_CLOSERS = r"['\")\]\u2019\u201d\u300d\u300f\uff09\u300b]*"
_END = re.compile(rf"[.!?:;\u2026\u3002\uff01\uff1f\uff1a\uff1b]{_CLOSERS}\s*\Z")
_LABEL = re.compile(r"[:\uff1a]\s*\Z")
"""A line that ends so is a label of the lines right below it."""
_OPEN_ZH = re.compile(r"[\u3001\uff0c,]\Z")
_PAIRS = (("\u201c", "\u201d"), ("\uff08", "\uff09"), ("\u300a", "\u300b"), ("(", ")"))
_STOP = re.compile(
    rf"[\u3002\uff01\uff1f!?]+{_CLOSERS}|\.{_CLOSERS}(?=\s+[\"\u201c\u2018'(\[]?[A-Z0-9$])|[\r\n]+"
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:[A-Z]|Mr|Mrs|Ms|Dr|No|St|Inc|Ltd|Co|Corp|vs|approx"
    r"|Jan|Feb|Mar|Apr|Aug|Sept?|Oct|Nov|Dec|U\.S|U\.K|a\.m|p\.m))\Z"
)
_CELL = 60
MAX_SENTENCE = 2000
_CLAUSE_MARKS = ("\uff0c", "\uff1b", "; ", ", ")


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading or the like: its place in the reading, its paragraph number, its language."""

    start: int
    end: int
    paragraph: int
    heading: bool
    language: str


@dataclass(slots=True)
class Reading:
    """The joined text with its blocks; `folded` and `lower` have the same length as `text`."""

    text: str
    blocks: list[Block]
    starts: list[int] = field(repr=False)
    shifts: list[int] = field(repr=False)
    folded: str = ""
    lower: str = ""

    def raw(self, start: int, end: int) -> tuple[int, int]:
        """The place in the raw text of a place in the reading."""
        first = start + self.shifts[bisect_right(self.starts, start) - 1]
        last = end - 1 + self.shifts[bisect_right(self.starts, end - 1) - 1]
        return first, last + 1


@dataclass(slots=True)
class _Line:
    start: int
    text: str


class _Builder:
    """A reading in the making: its pieces with their places, its blocks, and the block under way."""

    def __init__(self) -> None:
        self.blocks: list[tuple[int, int, int, bool]] = []
        self.begin, self.paragraph, self.heading = 0, 0, False
        self.parts: list[str] = []
        self.length = 0
        self.starts: list[int] = []
        self.shifts: list[int] = []

    def add(self, piece: str, origin: int) -> None:
        """A piece of text and the place in the raw text that it comes from."""
        if piece:
            self.starts.append(self.length)
            self.shifts.append(origin - self.length)
            self.parts.append(piece)
            self.length += len(piece)

    def line(self, line: _Line) -> None:
        """The line without what is dropped."""
        position = 0
        for match in _DROP.finditer(line.text):
            self.add(line.text[position:match.start()], line.start + position)
            position = match.end()
        self.add(line.text[position:], line.start + position)

    def close_block(self) -> None:
        """The block under way is complete."""
        if self.length > self.begin:
            self.blocks.append((self.begin, self.length, self.paragraph, self.heading))

    def end_block(self, last: _Line, new_paragraph: bool) -> None:
        """The block under way ends with a line, and another begins."""
        self.close_block()
        self.add("\n", last.start + len(last.text) - 1)
        self.begin = self.length
        self.paragraph += new_paragraph

    def reading(self) -> Reading:
        """All that was added, as a reading."""
        text = "".join(self.parts)
        folded = fold(text)
        blocks = [Block(*block, _language(text, *block[:2])) for block in self.blocks]
        return Reading(text, blocks, self.starts, self.shifts, folded, folded.lower())


def reading(raw: str) -> Reading:
    """The reading of a raw text."""
    lines = [_Line(m.start(), m[0]) for m in re.finditer(r"[^\n]+", raw)]
    lines = [line for line in lines if not line.text.isspace()]
    wrapped = _hard_wrapped(lines)
    builder = _Builder()
    for index, line in enumerate(lines):
        previous = lines[index - 1] if index else None
        joint = _joint(raw, previous, line, wrapped) if previous else None
        if joint is None:
            if previous:
                builder.end_block(previous, _new_paragraph(raw, previous, line, wrapped))
            builder.heading = bool(_HEADING.match(line.text))
        else:
            builder.add(joint, line.start - 1)
        builder.line(line)
    builder.close_block()
    return builder.reading()


def _language(text: str, start: int, end: int) -> str:
    piece = text[start:min(end, start + 400)]
    return "zh" if len(_IDEOGRAPH.findall(piece)) * 6 > len(piece) else "en"


def _hard_wrapped(lines: list[_Line]) -> bool:
    """Whether English lines break in mid-sentence as a rule: then a line end is a space."""
    open_ended = [
        lines[i + 1].text for i, line in enumerate(lines[:-1])
        if len(line.text) >= _CELL and not _END.search(line.text) and not _HAS_CJK.search(line.text)
    ]
    lower = sum(bool(_LOWER_START.match(t.lstrip())) for t in open_ended)
    return bool(open_ended) and 2 * lower > len(open_ended)


def _new_paragraph(raw: str, previous: _Line, line: _Line, wrapped: bool) -> bool:
    if raw.count("\n", previous.start + len(previous.text), line.start) > 1:
        return True
    if not _END.search(previous.text) or _LABEL.search(previous.text):
        return False
    return not (wrapped and len(previous.text) >= _CELL)


def _joint(raw: str, previous: _Line, line: _Line, wrapped: bool) -> str | None:
    """What joins two lines into one block, or None where a block ends between them."""
    if _HEADING.match(previous.text) or _HEADING.match(line.text) or _END.search(previous.text):
        return None
    before, after = previous.text.rstrip(), line.text.lstrip()
    apart = raw.count("\n", previous.start + len(previous.text), line.start) > 1
    if _HAS_CJK.match(before[-1]) or _HAS_CJK.match(after[0]) and _IDEOGRAPH.search(before):
        return "" if _continues_zh(before, apart) else None
    if not wrapped and not (apart and _LOWER_START.match(after)):
        return None
    if _LOWER_START.match(after):
        return " "
    return " " if wrapped and not apart and len(before) >= _CELL else None


def _continues_zh(before: str, apart: bool) -> bool:
    """Whether a Chinese line that ends without a full stop goes on in the next."""
    if _OPEN_ZH.search(before):
        return True
    if any(before.count(a) > before.count(b) for a, b in _PAIRS):
        return True
    if before[-1] in words("closing_zh")[0]:
        return False
    return len(before) >= _CELL or any(stop in before for stop in words("sentence_end_zh"))


def sentences(text: str, block: Block) -> list[tuple[int, int]]:
    """The sentences of a block as places in the reading; none is longer than MAX_SENTENCE."""
    found, begin = [], block.start
    for match in _STOP.finditer(text, block.start, block.end):
        if match[0][0] == "." and _ABBREVIATION.search(text, max(begin, match.start() - 6), match.start()):
            continue
        found.append((begin, match.end()))
        begin = match.end()
    if begin < block.end:
        found.append((begin, block.end))
    return [piece for start, end in found for piece in _cut(text, start, end)]


def _cut(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """A sentence in pieces of at most MAX_SENTENCE characters, cut at a clause mark or else a space."""
    pieces = []
    while end - start > MAX_SENTENCE:
        piece = text[start:start + MAX_SENTENCE]
        at = max(piece.rfind(mark) for mark in _CLAUSE_MARKS) + 1 or piece.rfind(" ") + 1 or MAX_SENTENCE
        pieces.append((start, start + at))
        start += at
    return [*pieces, (start, end)]
