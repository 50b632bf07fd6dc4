"""Trade prose in Chinese and English to claims: the one public door is `read_text`."""

from __future__ import annotations

from customhouse.model import Claim
from customhouse.reader import directions as said
from customhouse.reader import structure
from customhouse.reader.calendar import Calendar
from customhouse.reader.claims import build
from customhouse.reader.dates import date_of, parse_published
from customhouse.reader.headlines import dated_from_body
from customhouse.reader.interpret import Interpreter
from customhouse.reader.scope import Scope
from customhouse.reader.text import Block, Reading, reading
from customhouse.reader.thresholds import unless_told
from customhouse.reader.tokenize import split, tokenize
from customhouse.reader.tokens import Sentence
from customhouse.reader.topics import flow_of, names_statistics_of, ports, short_names, topics
from customhouse.reader.undated import likely_year
from customhouse.reader.unsaid import settle
from customhouse.reader.years import names_years

__all__ = ["read_text"]

_PARAGRAPHS = 3
"""A text of fewer is a passage, and has no topic beyond what its sentences name."""


def read_text(text: str, published: str | None = None, doc: str = "text", *,
              directions: bool = False) -> tuple[Claim, ...]:
    """Every figure that a text states, as claims in text order.

    `published` is the day (`2025-04-14`) or month (`2025-04`) that relative periods count from;
    without it the date is sought in the text. `doc` names the document in the claims' spans.
    With `directions`, also what it says without a number: a deficit, exports that fell.
    Raises PeriodError for a `published` that is no day or month, and nothing else.
    """
    month = parse_published(published)
    seen = reading(text)
    if month is None:
        month = date_of(seen.lower)
    year, own = (None, None) if month else likely_year(seen.lower)
    fixed = month is None and names_years(seen.lower)
    scope = Scope(Calendar(published=month, year=year, own=own, fixed=fixed))
    parts = split(seen)
    flat = [sentence for _, mine in parts for sentence in mine]
    scope.reporter = structure.reporter(flat)
    scope.region = structure.region(flat, scope.reporter)
    if len(parts) >= _PARAGRAPHS:
        scope.topics, scope.told_flow = topics(flat, scope.reporter), flow_of(flat)
        scope.short = short_names(flat, scope.topics.get("commodity"))
    if _is_at_port(scope):
        scope.region = None
    scope.own_figures = names_statistics_of(flat, scope.topics.get("partner"))
    turns: list[Claim] | None = [] if directions else None
    read = _walk(seen, parts, scope, text, doc, turns)
    claims = dated_from_body(unless_told(read), scope.main)
    if not turns:
        return tuple(claims)
    return tuple(sorted([*claims, *said.with_headlines(turns, claims)], key=_place))


def _is_at_port(scope: Scope) -> bool:
    """Whether the place that a document is about is only where the port lies that it tells of."""
    province = ports().get(scope.topics.get("transport", ""))
    return bool(province) and scope.region is not None and scope.region.startswith(f"{province}-")


def _place(claim: Claim) -> int:
    return claim.span.start if claim.span else 0


def _walk(seen: Reading, parts: list[tuple[Block, list[Sentence]]], scope: Scope, raw: str,
          doc: str, turns: list[Claim] | None) -> list[Claim]:
    """The claims of all blocks in text order, read sentence by sentence; directions go to `turns`."""
    claims: list[Claim] = []
    interpreter = Interpreter(scope)
    paragraph = -1
    for block, sentences in parts:
        if structure.is_speaker(seen, block):
            continue
        if block.paragraph != paragraph:
            interpreter.new_paragraph(block.language)
            paragraph = block.paragraph
        for sentence in sentences:
            tokenize(sentence, scope.calendar)
            settle(sentence, scope)
            ways = [] if turns is None else said.read(sentence, scope, seen, raw, doc)
            figures = build(interpreter.read(sentence), sentence, seen, raw, doc, scope)
            claims += figures
            if turns is not None:
                turns += said.unsaid(ways, figures)
    return claims
