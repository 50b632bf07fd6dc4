"""A text as markup: paragraphs and headings, with its figures marked, and nothing lost.

Spans may share characters, nest, cross one another and run over line ends. So a block is cut
wherever any span, emphasis or mark begins or ends, and each piece names all spans it belongs to.
Every character of the text stands in the output once, in order; those that HTML cannot hold
or that would act on the page (controls, lone surrogates) are shown by a stand-in.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from markupsafe import Markup, escape


@dataclass(frozen=True, slots=True)
class Figure:
    """A marked span: `number` is its place on the page, `classes` say how it looks."""

    number: int
    start: int
    end: int
    classes: str = ""


Stop = Callable[[Markup, Sequence[Figure], str, bool], Markup]
"""Makes the element of a piece of text that belongs to figures: from its inside, the figures, their
classes, and whether it is the first piece that belongs to these."""


@dataclass(frozen=True, slots=True)
class Block:
    """Characters `start` to `end` that stand as one element: `tag` with class `kind`."""

    start: int
    end: int
    tag: str = "p"
    kind: str = "para"


_LINE = re.compile(r"[^\n]*\n?")
_HASHES = re.compile(r"\s*(#{1,6})\s+\S")
_RULE = re.compile(r"\s*([-*_=])\1{2,}\s*")
_ITEM = re.compile(r"\s*(?:[-*\u2022\u00b7]|\d{1,2}[.)\u3001])\s+\S")
_EMPHASIS = re.compile(r"(\*\*|__)(?=\S)([^\n]{1,300}?)(?<=\S)\1")
_SENTENCE_END = re.compile(r"[.!?,;:\u3002\uff01\uff1f\uff0c\uff1b\uff1a\u2026][\"'\u201d\u2019)\u300d]?$")
_SPEAKER = re.compile(r"[^.!?\u3002\uff01\uff1f]{1,60}[:\uff1a]$")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_HAN = re.compile("[\u3400-\u9fff]")
_WRAP_MOST, _WRAP_LINES, _HEADING_MOST, _TITLE_MOST = 120, 6, 60, 120


def blocks(text: str) -> list[Block]:
    """The text cut into blocks that cover it from end to end."""
    lines = [(m.start(), m.end()) for m in _LINE.finditer(text) if m.end() > m.start()]
    body = _front_matter(text, lines)
    found = [Block(lines[0][0], lines[body - 1][1], "pre", "front")] if body else []
    if _wrapped([text[a:b].strip() for a, b in lines[body:]]):
        return found + _merged(_paragraphs(text, lines[body:]))
    return found + _merged(_lines(text, lines[body:], first=not found))


def _lines(text: str, lines: list[tuple[int, int]], first: bool) -> Iterator[Block]:
    """A block for each line; the first that is not blank may be a title."""
    for start, end in lines:
        block = _line_block(text, start, end, first)
        first = first and block.kind == "blank"
        yield block


def _merged(parts: Iterable[Block]) -> list[Block]:
    """The blocks, with runs of blank ones made one."""
    found: list[Block] = []
    for block in parts:
        if block.kind == "blank" and found and found[-1].kind == "blank":
            found[-1] = replace(block, start=found[-1].start)
        else:
            found.append(block)
    return found


def _front_matter(text: str, lines: list[tuple[int, int]]) -> int:
    """How many lines at the beginning stand between two `---` lines."""
    stripped = [text[a:b].strip() for a, b in lines[:60]]
    return stripped.index("---", 1) + 1 if stripped[:1] == ["---"] and "---" in stripped[1:] else 0


def _wrapped(lines: list[str]) -> bool:
    """Whether the text was broken at a line width, so that a line is no paragraph."""
    lengths = sorted(len(line) for line in lines if line)
    if len(lengths) < _WRAP_LINES or lengths[-1] > _WRAP_MOST:
        return False
    full = lengths[int(len(lengths) * 0.9)] * 0.75
    return full > 20 and len(lengths) - bisect_left(lengths, full) >= 0.6 * len(lengths)


def _paragraphs(text: str, lines: list[tuple[int, int]]) -> Iterator[Block]:
    """Blocks of wrapped lines: one ends at a blank line or at a short line that ends a sentence."""
    width = max(len(text[a:b].strip()) for a, b in lines)
    held: list[tuple[int, int]] = []
    for start, end in lines:
        line = text[start:end].strip()
        alone = not line or bool(_HASHES.match(line) or _RULE.fullmatch(line) or _ITEM.match(line))
        if held and alone:
            yield Block(held[0][0], held[-1][1], kind="wrap")
            held = []
        if alone:
            yield _line_block(text, start, end, first=False)
            continue
        held.append((start, end))
        if (len(line) < 0.75 * width and _SENTENCE_END.search(line)) or len(line) < 0.4 * width:
            alone = len(held) == 1
            yield _line_block(text, start, end, first=False) if alone else Block(held[0][0], end, kind="wrap")
            held = []
    if held:
        yield Block(held[0][0], held[-1][1], kind="wrap")


def _line_block(text: str, start: int, end: int, first: bool) -> Block:
    """One line as a block, by its looks."""
    line = text[start:end].strip()
    if not line:
        return Block(start, end, "div", "blank")
    if hashes := _HASHES.match(line):
        return Block(start, end, f"h{min(len(hashes[1]) + 2, 6)}", "heading")
    if _RULE.fullmatch(line):
        return Block(start, end, "div", "rule")
    if _ITEM.match(line):
        return Block(start, end, "p", "item")
    if _SPEAKER.fullmatch(line):
        return Block(start, end, "p", "speaker")
    if not _SENTENCE_END.search(line) and len(line) <= (_TITLE_MOST if first else _HEADING_MOST):
        return Block(start, end, "h3", "heading") if first else Block(start, end, "h5", "heading")
    return Block(start, end)


def mark(text: str, figures: Sequence[Figure], stop: Stop | None = None) -> Markup:
    """The text's blocks as HTML. `stop` makes the elements of figures; by default they are buttons."""
    ordered = sorted(figures, key=lambda f: (f.start, f.end))
    marking = _Marking(stop or button)
    return Markup("").join(_block(text, b, f, marking) for b, f in _shared_out(blocks(text), ordered))


@dataclass(slots=True)
class _Marking:
    """How figures are made into elements, and which of them there are already."""

    stop: Stop
    seen: set[tuple[int, ...]] = field(default_factory=set)

    def figure(self, inner: Markup, figures: Sequence[Figure]) -> Markup:
        """The element of a piece of one or more figures."""
        numbers = tuple(f.number for f in figures)
        classes = " ".join(dict.fromkeys(c for f in figures for c in f.classes.split()))
        first = numbers not in self.seen
        self.seen.add(numbers)
        return self.stop(inner, figures, classes, first)


def _shared_out(parts: list[Block], figures: list[Figure]) -> Iterator[tuple[Block, list[Figure]]]:
    """Each block with the figures that touch it, in one pass."""
    waiting, open_figures = 0, list[Figure]()
    for block in parts:
        while waiting < len(figures) and figures[waiting].start < block.end:
            open_figures.append(figures[waiting])
            waiting += 1
        yield block, list(open_figures)
        open_figures = [f for f in open_figures if f.end > block.end]


def _block(text: str, block: Block, figures: list[Figure], marking: _Marking) -> Markup:
    found = () if block.kind == "front" else _EMPHASIS.finditer(text, block.start, block.end)
    emphasis = [m.span() for m in found]
    quiet = list(_syntax(text, block, emphasis))
    edges = {block.start, block.end}
    for start, end in [*((f.start, f.end) for f in figures), *emphasis, *quiet]:
        edges |= {max(start, block.start), min(end, block.end)}
    cuts = sorted(edges)
    spans = [(f.start, f.end) for f in figures]
    layers = zip(*(_covering(cuts, s) for s in (spans, emphasis, quiet)), strict=True)
    pieces = [
        _piece(shown(text[a:b]), [figures[i] for i in over], bool(bold), bool(low), marking)
        for a, b, (over, bold, low) in zip(cuts, cuts[1:], layers, strict=False)
    ]
    kind = block.kind if _HAN.search(text, block.start, block.end) else f"{block.kind} latin"
    return Markup('<{0} class="{1}" dir="auto">{2}</{0}>').format(block.tag, kind, Markup("").join(pieces))


def _covering(cuts: list[int], spans: Sequence[tuple[int, int]]) -> list[list[int]]:
    """For each piece between two cuts, the numbers of the spans that cover it."""
    over: list[list[int]] = [[] for _ in cuts[1:]]
    for number, (start, end) in enumerate(spans):
        for piece in range(bisect_left(cuts, start), min(bisect_left(cuts, end), len(over))):
            over[piece].append(number)
    return over


def _syntax(text: str, block: Block, emphasis: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Where markup signs stand that are to be shown quietly."""
    if block.kind == "heading" and (hashes := _HASHES.match(text, block.start, block.end)):
        yield hashes.span(1)
    if block.kind == "rule":
        yield block.start, block.end
    for start, end in emphasis:
        yield start, start + 2
        yield end - 2, end


def _piece(text: str, figures: list[Figure], bold: bool, quiet: bool, marking: _Marking) -> Markup:
    inner = escape(text).replace("\r", Markup("&#13;"))
    if quiet:
        inner = Markup('<span class="sign">{}</span>').format(inner)
    if bold and not quiet:
        inner = Markup("<b>{}</b>").format(inner)
    return marking.figure(inner, figures) if figures else inner


def button(inner: Markup, figures: Sequence[Figure], classes: str, first: bool) -> Markup:
    """A stop for the keyboard the first time, a continuation after."""
    numbers = [str(f.number) for f in figures]
    if not first:
        more = Markup('<span class="fig more {}" data-f="{}">{}</span>')
        return more.format(classes, " ".join(numbers), inner)
    role = Markup('role="button" tabindex="0" aria-haspopup="dialog"')
    stop = Markup('<span class="fig {}" data-f="{}" id="f{}" {}>{}</span>')
    return stop.format(classes, " ".join(numbers), "-".join(numbers), role, inner)


def shown(text: str) -> str:
    """The text with characters that cannot stand in a page replaced, one for one."""
    return _CONTROL.sub(_stand_in, text)


def _stand_in(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code == 13:
        return match[0]
    return chr(0x2400 + code) if code < 32 else "\N{REPLACEMENT CHARACTER}"
