"""Verdicts on the figures of texts: in a terminal, as JSON, and as findings for the page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from customhouse.check import Comparison, Slip, Verdict
from customhouse.check.context import sentence_starts
from customhouse.check.words import (
    SIGNS,
    arithmetic_words,
    computed_words,
    origin_words,
    other_words,
    reason_words,
    slip_words,
    verdict_words,
)
from customhouse.describe import describe as claim_words
from customhouse.describe import fill, word
from customhouse.measures import Missing
from customhouse.model import LANGUAGES, Claim, Document, Finding, FindingKind, Reconciliation
from customhouse.query import claim_json
from customhouse.terminal import plain

_STYLES = {
    Verdict.HOLDS: "green",
    Verdict.OTHER_BASE: "cyan",
    Verdict.OFF_BY_ROUNDING: "yellow",
    Verdict.CONTRADICTED: "bold red",
    Verdict.NO_STATISTICS: "dim",
}
_FINDINGS: dict[Verdict, FindingKind] = {
    Verdict.CONTRADICTED: "contradiction",
    Verdict.OTHER_BASE: "revision",
    Verdict.OFF_BY_ROUNDING: "caution",
}
_QUIET = (Verdict.HOLDS, Verdict.NO_STATISTICS)
"""Verdicts that are shown in their sentence, and told of only where everything is."""


def show_checks(
    found: Sequence[Comparison],
    console: Console,
    language: str,
    everything: bool = False,
    documents: Sequence[Document] = (),
) -> None:
    """The sentences with a figure that does not hold, each figure in the colour of its verdict; what the
    statistics have in its place, with the arithmetic and the likeliest slip; then how many of each.

    With `everything`, also the sentences whose figures hold, and what the statistics lack.
    """
    for document, start, end, mine in _sentences(found, documents):
        told = [one for one in mine if everything or one.verdict not in _QUIET]
        if told:
            _show_sentence(document, start, end, mine, console, language)
            for one in told:
                _show_one(one, console, language)
            console.print()
    console.print(_counted(found, language))


def _sentences(
    found: Sequence[Comparison], documents: Sequence[Document]
) -> Iterator[tuple[Document | None, int, int, list[Comparison]]]:
    """The figures sentence by sentence, in the order of the texts; those without a text each by itself."""
    texts = {document.name: document for document in documents}
    starts = {document.name: sentence_starts(document.text) for document in documents}
    by_sentence: dict[tuple[str, int], list[Comparison]] = {}
    for number, one in enumerate(found):
        span = one.read.span
        if span is None or span.doc not in texts:
            by_sentence[("", -number - 1)] = [one]
        else:
            at = sum(start <= span.start for start in starts[span.doc]) - 1
            by_sentence.setdefault((span.doc, at), []).append(one)
    for (doc, at), mine in by_sentence.items():
        if at < 0:
            yield None, 0, 0, mine
        else:
            ends = [one.read.span.end for one in mine if one.read.span]
            yield texts[doc], starts[doc][at], max([starts[doc][at + 1], *ends]), mine


def _show_sentence(
    document: Document | None, start: int, end: int, mine: Sequence[Comparison], console: Console,
    language: str
) -> None:
    """The sentence with its figures coloured, under its place; the figure alone where there is no text."""
    if document is None:
        span = mine[0].read.span
        if span:
            console.print(Text(f"{plain(span.doc)}: {plain(span.text)}", style="dim"))
        return
    raw = document.text[start:end]
    begin = start + len(raw) - len(raw.lstrip())
    line = document.text.count("\n", 0, begin) + 1
    place = f"{plain(document.name)}, {fill('terminal_line', language, n=str(line))}"
    console.print(Text(place, style="dim"))
    shown = Text(plain(document.text[begin:end].rstrip()))
    for one in mine:
        if one.read.span:
            style = f"{_STYLES[one.verdict]} underline" if one.verdict not in _QUIET else _STYLES[one.verdict]
            shown.stylize(style, one.read.span.start - begin, one.read.span.end - begin)
    console.print(Padding(shown, (0, 0, 0, 2)))


def _show_one(one: Comparison, console: Console, language: str) -> None:
    """A figure with its verdict, what the statistics have and how, and what may have gone wrong."""
    head = Text(f"{SIGNS[one.verdict]} {verdict_words(one, language)}  ", style=_STYLES[one.verdict])
    span = one.read.span
    if span:
        head.append(f"{plain(span.text)}  ", style="bold")
    head.append(plain(claim_words(one.read, language)), style="dim")
    console.print(Padding(head, (0, 0, 0, 2)))
    for text, style in _lines(one, language):
        console.print(Padding(Text(plain(text), style=style), (0, 0, 0, 6)))


def _lines(one: Comparison, language: str) -> Iterator[tuple[str, str]]:
    """What is told of a figure under its verdict, with a style each."""
    yield computed_words(one, language), ""
    if isinstance(one.computed, Claim):
        for step in arithmetic_words(one.computed, language):
            yield step, "dim"
    if origin := origin_words(one, language):
        yield origin, "dim"
    for other in other_words(one, language):
        yield other, "dim"
    for place, reason in enumerate(reason_words(one, language)):
        yield reason, "dim" if place or not one.slips else "bold"


def _counted(found: Sequence[Comparison], language: str) -> Text:
    """How many figures have each verdict."""
    counted = Counter(one.verdict for one in found)
    shown = Text()
    for verdict in Verdict:
        if counted[verdict] or verdict is not Verdict.OTHER_BASE:
            words = fill("verdict_count", language, sign=SIGNS[verdict], n=str(counted[verdict]),
                         verdict=word(f"verdict_{verdict.value}", language))
            shown.append(("  " if shown else "") + words, style=f"bold {_STYLES[verdict]}")
    return shown


def check_json(one: Comparison) -> dict[str, Any]:
    """The claim read, the verdict, the computed claim with its origin or why there is none, and the slips."""
    return {
        "read": one.read.to_dict(),
        "verdict": one.verdict.value,
        "words": _both(verdict_words, one),
        "rounding": list(one.roundings),
        "computed": _computed_json(one.computed),
        "source": one.source,
        "vintages": list(one.vintages),
        "cells": one.cells,
        "arithmetic": {} if isinstance(one.computed, Missing)
        else {to: list(arithmetic_words(one.computed, to)) for to in LANGUAGES},
        "base": one.base,
        "without": list(one.without),
        "on_other_base": None if one.on_other is None else claim_json(one.on_other),
        "slip": one.slips[0].kind if one.slips else None,
        "slips": [_slip_json(one.read, slip) for slip in one.slips],
        "others": [
            {"verdict": o.verdict.value, "source": o.source, "computed": _computed_json(o.computed)}
            for o in one.others
        ],
    }


def _computed_json(computed: Claim | Missing) -> dict[str, Any]:
    return {"missing": computed.reason} if isinstance(computed, Missing) else claim_json(computed)


def _slip_json(read: Claim, slip: Slip) -> dict[str, Any]:
    """A slip with the claim as it would be right and the figure that proves it."""
    rate = {} if slip.rate is None else {"rate": slip.rate, "rate_source": slip.rate_source}
    return {
        "kind": slip.kind,
        "weight": round(slip.weight, 4),
        "words": {to: slip_words(read, slip, to) for to in LANGUAGES},
        "corrected": slip.corrected.to_dict(),
        "computed": claim_json(slip.computed),
    } | rate


def _both(words: Any, one: Comparison) -> dict[str, str]:
    return {to: words(one, to) for to in LANGUAGES}


def as_findings(found: Sequence[Comparison]) -> Reconciliation:
    """What does not hold as findings, with the computed figures as derived claims: for the page."""
    told = [one for one in found if one.verdict in _FINDINGS]
    findings = [
        Finding(_FINDINGS[one.verdict], one.slips[0].kind if one.slips else one.verdict.value, (one.read,),
                _paragraph(one, "en"), _paragraph(one, "zh"))
        for one in sorted(told, key=lambda one: list(_FINDINGS).index(one.verdict))
    ]
    computed = dict.fromkeys(one.computed for one in told if isinstance(one.computed, Claim))
    return Reconciliation(tuple(findings), tuple(computed))


def _paragraph(one: Comparison, language: str) -> str:
    """What is told of a figure, as one paragraph."""
    mark = word("verdict_stop", language)
    words = [verdict_words(one, language), *(text for text, _ in _lines(one, language))]
    return "".join(f"{text[:1].upper()}{text[1:]}{mark}" for text in words).strip()
