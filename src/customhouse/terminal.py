"""Claims, findings and derived figures in a terminal, in colour where the console has it.

The console is the caller's, so its width, `NO_COLOR` and pipes are respected as rich does.
Texts are printed as they are: markup and control characters in them do nothing.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from customhouse.describe import arithmetic, bracket, describe, fill, rule_name, word, words
from customhouse.model import Claim, Derivation, Document, Finding, Reconciliation, Span

STYLES = {"value": "bold blue", "growth": "bold green", "share": "bold magenta", "other": "bold yellow"}
KIND_STYLES = {"contradiction": "bold red", "revision": "bold yellow", "caution": "bold cyan"}
SIGNS = {"contradiction": "\N{NOT EQUAL TO}", "revision": "\N{CLOCKWISE OPEN CIRCLE ARROW}", "caution": "?"}
_OUT_OF_SCOPE = "dim"
_UNSHOWN = (*range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0xD800, 0xE000))
_CONTROLS = {c: 0x2400 + c for c in range(32)} | dict.fromkeys(_UNSHOWN, 0xFFFD)
_MOST_CONTEXT = 240


def show_claims(document: Document, claims: Sequence[Claim], console: Console, language: str = "en") -> None:
    """The lines of a text that hold figures, the figures coloured, each claim in words beneath."""
    console.print(Text(plain(document.name), style="bold underline"))
    starts = _line_starts(document.text)
    by_line: dict[int, list[Claim]] = {}
    for claim in sorted((c for c in claims if c.span and c.span.doc == document.name), key=_order):
        by_line.setdefault(bisect_right(starts, _order(claim)[0]) - 1, []).append(claim)
    if not by_line:
        console.print(Text(word("no_claims", language), style="dim"))
    for line, found in by_line.items():
        _show_line(document.text, starts, line, found, console, language)


def _show_line(
    text: str, starts: list[int], line: int, claims: list[Claim], console: Console, language: str
) -> None:
    spans = [c.span for c in claims if c.span]
    start, end = _window(starts[line], _line_end(text, starts[line], spans), spans)
    shown = Text(plain(text[start:end]))
    for claim, span in zip(claims, spans, strict=True):
        shown.stylize(style(claim), span.start - start, span.end - start)
    console.print(Text(fill("terminal_line", language, n=str(line + 1)), style="dim"))
    console.print(Padding(shown, (0, 0, 0, 2)))
    for claim in claims:
        console.print(Padding(_claim_line(claim, language), (0, 0, 0, 4)))


def show_findings(reconciliation: Reconciliation, console: Console, language: str) -> None:
    """What does not hold or wants care, each with the claims it rests on and where they stand."""
    if not reconciliation.findings:
        console.print(Text(word("no_findings", language), style="dim"))
    for finding in reconciliation.findings:
        _show_finding(finding, console, language)


def _show_finding(finding: Finding, console: Console, language: str) -> None:
    kind = f"{SIGNS[finding.kind]} {word(f'kind_{finding.kind}', language)}"
    console.print(Text(kind, style=KIND_STYLES[finding.kind]))
    console.print(Padding(Text(plain(finding.en if language == "en" else finding.zh)), (0, 0, 0, 2)))
    _show_basis(finding.claims, console, language)
    if finding.mentions:
        console.print(Padding(Text(word("mentions", language), style="dim"), (0, 0, 0, 2)))
        _show_basis(finding.mentions, console, language)
    console.print()


def show_derived(
    reconciliation: Reconciliation, console: Console, language: str, most: int | None = None
) -> None:
    """The first `most` figures that follow from the claims (by default all), each with its arithmetic."""
    if not reconciliation.derived:
        console.print(Text(word("no_derived", language), style="dim"))
        return
    console.print(Text(word("derived", language), style="bold underline"))
    for claim in reconciliation.derived[:most]:
        console.print(_claim_line(claim, language))
        if isinstance(claim.origin, Derivation):
            _show_derivation(claim.origin, console, language)
    left = len(reconciliation.derived) - len(reconciliation.derived[:most])
    if left:
        console.print(Text(fill("more_derived", language, n=str(left)), style="dim"))


def _show_derivation(origin: Derivation, console: Console, language: str) -> None:
    for line in (rule_name(origin.rule, language), *arithmetic(plain(origin.arithmetic), language)):
        console.print(Padding(Text(line, style="dim"), (0, 0, 0, 2)))
    _show_basis(origin.claims, console, language)


def _show_basis(claims: Iterable[Claim], console: Console, language: str) -> None:
    for claim in claims:
        shown = _claim_line(claim, language)
        shown.append(f"  {bracket(claim.interval(), claim.unit, language)}", style="dim")
        if claim.span:
            shown.append(f"  {plain(claim.span.doc)}:{claim.span.start}", style="dim")
        console.print(Padding(shown, (0, 0, 0, 4)))


def style(claim: Claim) -> str:
    """The rich style of a claim's figure: by kind, dimmed where it is not about goods trade."""
    if claim.slice.subject:
        return _OUT_OF_SCOPE
    row = words("measures").get(claim.measure)
    return STYLES[row["group"] if row else "other"]


def _claim_line(claim: Claim, language: str) -> Text:
    """The claim in words, its figure (the end of the line) in the claim's style."""
    line = plain(describe(claim, language))
    shown = Text(line)
    separator = fill("colon", language, what="", figure="")
    shown.stylize(style(claim), line.rfind(separator) + len(separator) if separator in line else 0)
    return shown


def _line_starts(text: str) -> list[int]:
    return [0, *(i + 1 for i, c in enumerate(text) if c == "\n")]


def _line_end(text: str, start: int, spans: list[Span]) -> int:
    """Where the line ends, or a later one where a figure runs over its end."""
    end = text.find("\n", max([start, *(s.end - 1 for s in spans)]))
    return len(text) if end < 0 else end


def _window(start: int, end: int, spans: list[Span]) -> tuple[int, int]:
    """The line, or in a very long one only the stretch around its figures."""
    first, last = min(s.start for s in spans), max(s.end for s in spans)
    return max(start, first - _MOST_CONTEXT), min(end, last + _MOST_CONTEXT)


def plain(text: str) -> str:
    """The text, one character for one, without anything that a terminal would act on."""
    return text.replace("\n", " ").replace("\t", " ").translate(_CONTROLS)


def _order(claim: Claim) -> tuple[int, int]:
    span = claim.span
    return (span.start, span.end) if span else (0, 0)
