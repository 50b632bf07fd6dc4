"""Two versions of a text in a terminal: what differs, each place with its sentence, one above the other."""

from __future__ import annotations

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from customhouse.describe import describe, fill, word
from customhouse.model import Claim
from customhouse.terminal import plain
from customhouse.versions import Kind, Pair, Versions
from customhouse.versions.places import Places
from customhouse.versions.telling import aspect_words, counted, kind_words

_STYLES = {
    Kind.SAME: ("=", "green"), Kind.DIFFERENT: ("\N{NOT EQUAL TO}", "bold red"),
    Kind.LESS_PRECISE: ("\N{ALMOST EQUAL TO}", "yellow"), Kind.MISSING: ("\N{MINUS SIGN}", "bold magenta"),
    Kind.ADDED: ("+", "bold cyan"), Kind.REPEATED: ("\N{IDENTICAL TO}", "dim"),
}
_MOST = 240
"""Characters of a sentence that are shown on either side of its figure."""


def show_versions(versions: Versions, first: Places, second: Places, console: Console, language: str,
                  everything: bool = False) -> None:
    """What is missing, added, different or less precise; with `everything`, all other claims too."""
    for pair in versions.pairs if everything else versions.told:
        _show(pair, first, second, console, language)
        console.print()
    if not versions.differences:
        console.print(Text(word("versions_none", language), style="green"))
    console.print(Text(counted(versions, language), style="bold"))


def _show(pair: Pair, first: Places, second: Places, console: Console, language: str) -> None:
    sign, style = _STYLES[pair.kind]
    claim = pair.first or pair.second
    head = Text(f"{sign} {kind_words(pair, language)}  ", style=style)
    if claim:
        head.append(plain(describe(claim, language)))
    console.print(head)
    for aspect in pair.aspects:
        console.print(Padding(Text(plain(aspect_words(pair, aspect, language)), style="bold"), (0, 0, 0, 4)))
    grid = Table.grid(padding=(0, 2), expand=True)
    grid.add_column(ratio=1)
    grid.add_column(ratio=1)
    grid.add_row(_place("first", pair.first, first, language, style),
                 _place("second", pair.second, second, language, style))
    console.print(Padding(grid, (0, 0, 0, 4)))


def _place(side: str, claim: Claim | None, places: Places, language: str, style: str) -> Text:
    """The version, the line, and the sentence with the figure marked."""
    named = word(f"versions_{side}", language)
    place = places.of(claim) if claim else None
    if claim is None or claim.span is None or place is None:
        return Text(f"{named}  {word('versions_nowhere', language)}", style="dim")
    line = f", {fill('terminal_line', language, n=str(place.line))}" if place.line else ""
    head = Text(f"{named}  {plain(place.doc)}{line}\n", style="dim")
    begin = max(0, place.offset - _MOST)
    end = place.offset + len(claim.span.text) + _MOST
    shown = Text(plain(place.sentence[begin:end]))
    at = place.offset - begin
    shown.stylize(f"{style} underline", at, at + len(claim.span.text))
    return Text.assemble(head, shown)
