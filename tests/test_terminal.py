"""The terminal view: figures and claims shown, colours only where wanted, texts inert."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Literal

import pytest
from rich.cells import cell_len
from rich.console import Console

import report_material as material
from customhouse.describe import describe
from customhouse.model import Document, Reconciliation
from customhouse.terminal import show_claims, show_derived, show_findings

Show = Callable[[Console], None]
VIEWS: dict[str, Show] = {
    "claims": lambda c: show_claims(material.EN, material.CLAIMS, c),
    "hostile": lambda c: show_claims(material.BAD, material.CLAIMS, c, "zh"),
    "findings": lambda c: show_findings(material.FOUND, c, "en"),
    "derived": lambda c: show_derived(material.FOUND, c, "zh"),
}


def printed(show: Show, width: int = 300, terminal: bool = False, **options: bool) -> str:
    stream = io.StringIO()
    colours: Literal["standard", "auto"] = "standard" if terminal else "auto"
    show(Console(file=stream, width=width, force_terminal=terminal, color_system=colours, **options))
    return stream.getvalue()


def test_claims_stand_under_the_line_that_holds_them() -> None:
    lines = [line.strip() for line in printed(VIEWS["claims"]).splitlines()]
    for claim in material.CLAIMS:
        if claim.span and claim.span.doc == "english":
            line = lines.index(describe(claim, "en"))
            assert any(claim.span.text.replace("\n", " ") in above for above in lines[:line])
    assert "quarters the most." in " ".join(lines)


def test_lines_without_figures_are_left_out() -> None:
    assert "Ruritania" not in printed(VIEWS["claims"])


def test_claims_of_other_texts_are_left_out() -> None:
    assert describe(material.CHINESE, "zh") not in printed(VIEWS["hostile"])


@pytest.mark.parametrize("view", VIEWS)
def test_colour_only_in_a_terminal(view: str) -> None:
    assert "\x1b[" in printed(VIEWS[view], terminal=True)
    assert "\x1b" not in printed(VIEWS[view])


@pytest.mark.parametrize("view", VIEWS)
def test_no_colour_leaves_the_same_words(view: str) -> None:
    bare = printed(VIEWS[view], terminal=True, no_color=True)
    assert not any(f"\x1b[{n}" in bare or f";{n}m" in bare for n in range(31, 38))


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("width", [40, 80])
def test_no_line_is_wider_than_the_console(view: str, width: int) -> None:
    assert max(cell_len(line) for line in printed(VIEWS[view], width).splitlines()) <= width


def test_texts_are_inert() -> None:
    text = "\x1b[31mred\x07 [bold]5%[/bold] \u202eend"
    document = Document("a", text)
    one = material.claim(document, "5%", 5.0, "%", "growth")
    shown = printed(lambda c: show_claims(document, [one], c))
    assert "\x1b" not in shown and "\x07" not in shown and "\u202e" not in shown
    assert "[bold]5%[/bold]" in shown


def test_long_lines_are_cut_around_their_figures() -> None:
    document = Document("a", "word " * 5000 + "5% " + "word " * 5000)
    one = material.claim(document, "5%", 5.0, "%", "growth")
    assert len(printed(lambda c: show_claims(document, [one], c))) < 1000


def test_findings_name_their_figures_and_places() -> None:
    shown = printed(VIEWS["findings"])
    for part in ("\u2260 Contradiction", "\u21bb", "? Caution", "[2.45, 2.55) trillion yuan", "english:"):
        assert part in shown


def test_derived_figures_show_their_arithmetic() -> None:
    shown = printed(VIEWS["derived"])
    assert "2.5 / 1.081" in shown and describe(material.GROWTH, "zh") in shown


@pytest.mark.parametrize("show", [show_findings, show_derived])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_nothing_found_says_so(show: Callable[[Reconciliation, Console, str], None], language: str) -> None:
    assert printed(lambda c: show(Reconciliation(), c, language)).strip()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_is_left_out_is_counted(language: str) -> None:
    count = len(material.FOUND.derived)
    whole = printed(lambda c: show_derived(material.FOUND, c, language))
    none = printed(lambda c: show_derived(material.FOUND, c, language, 0))
    assert "--all" not in whole
    assert "--all" in none and str(count) in none and len(none.splitlines()) == 2
