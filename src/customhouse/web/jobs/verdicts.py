"""A text with a verdict on each of its figures, in the words of one language, for the page Check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from customhouse.describe import bracket, describe, period_words, word
from customhouse.measures import Missing
from customhouse.model import Claim, Document, Finding, Span
from customhouse.period import stretches
from customhouse.web import words
from customhouse.web.jobs.reading import Given, gather

if TYPE_CHECKING:
    from customhouse.check import Comparison
    from customhouse.web.held import HeldDesk

WITHIN = "within"
"""What stands in place of a verdict for a figure that only a contradiction within the text is about."""


@dataclass(frozen=True, slots=True)
class Told:
    """A claim of a text with its verdict; what has no words is empty.

    `question` asks the statistics for the same figure in the query language, of `source` in `currency`.
    """

    verdict: str
    claim: str
    said: str = ""
    computed: str = ""
    arithmetic: tuple[str, ...] = ()
    origin: str = ""
    others: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    question: str = ""
    source: str = ""
    vintages: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """A figure of the text: characters `start` to `end`, and the claims that it states."""

    start: int
    end: int
    text: str
    told: tuple[Told, ...]
    findings: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Within:
    """What does not agree within the text: of which kind, in words, and the figures that it is about.

    A figure is the number of its place (None where the text has none), its claim, and its interval.
    """

    kind: str
    words: str
    figures: tuple[tuple[int | None, str, str], ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """A text that was checked. `read` is how many claims it makes, those about other subjects among them."""

    name: str
    text: str
    published: str | None
    read: int
    places: tuple[Place, ...]
    within: tuple[Within, ...]

    def verdicts(self) -> dict[str, int]:
        """How many claims have each verdict."""
        counts: dict[str, int] = {}
        for told in (one for place in self.places for one in place.told if one.verdict != WITHIN):
            counts[told.verdict] = counts.get(told.verdict, 0) + 1
        return counts


def warm(desk: HeldDesk) -> None:
    """Load what checking needs, and open the statistics that are asked for most."""
    from customhouse.desk.worlds import worlds
    from customhouse.reconcile import reconcile

    reconcile(())
    worlds(desk, None, None, None)


def check(
    desk: HeldDesk, given: Given, language: str, as_of: date | None = None, source: str | None = None
) -> Checked:
    """Each figure of a text about trade beside the statistics, and whether the text agrees with itself.

    Raises InputError, PeriodError, QueryError, Problem (413).
    """
    from customhouse.reconcile import reconcile

    (document,), claims = gather((given,), directions=True)
    found = desk.check(claims, as_of, source, None, (document,))
    findings = reconcile([claim for claim in claims if claim.measure != "direction"]).findings
    return _put_together(document, claims, found, findings, language)


def _put_together(
    document: Document,
    claims: Sequence[Claim],
    found: Sequence[Comparison],
    findings: Sequence[Finding],
    language: str,
) -> Checked:
    told: dict[Span, list[Told]] = {}
    for one in found:
        if one.read.span:
            told.setdefault(one.read.span, []).append(telling(one, language))
    involved = {c.span: c for finding in findings for c in _involved(finding) if c.span}
    for span, claim in involved.items():
        told.setdefault(span, [Told(WITHIN, describe(claim, language))])
    spans = sorted(told, key=lambda span: (span.start, span.end))
    numbers = {span: number for number, span in enumerate(spans)}
    about: dict[Span, list[int]] = {}
    for number, finding in enumerate(findings):
        for place in dict.fromkeys(c.span for c in _involved(finding) if c.span):
            about.setdefault(place, []).append(number)
    places = tuple(Place(s.start, s.end, s.text, tuple(told[s]), tuple(about.get(s, ()))) for s in spans)
    within = tuple(_within(finding, numbers, language) for finding in findings)
    return Checked(document.name, document.text, document.published, len(claims), places, within)


def _involved(finding: Finding) -> tuple[Claim, ...]:
    return (*finding.claims, *finding.mentions)


def _within(finding: Finding, numbers: dict[Span, int], language: str) -> Within:
    figures = tuple(
        (numbers.get(c.span) if c.span else None, describe(c, language),
         bracket(c.interval(), c.unit, language))
        for c in finding.claims
    )  # fmt: skip
    return Within(finding.kind, finding.en if language == "en" else finding.zh, figures)


def telling(one: Comparison, language: str) -> Told:
    """A comparison in words."""
    from customhouse.check import words as saying

    computed = one.computed
    return Told(
        one.verdict.value, describe(one.read, language), saying.verdict_words(one, language),
        _computed(one, language),
        saying.arithmetic_words(computed, language) if isinstance(computed, Claim) else (),
        saying.origin_words(one, language), saying.other_words(one, language),
        saying.reason_words(one, language), _question(one, language), one.source or "", one.vintages,
    )  # fmt: skip


def _computed(one: Comparison, language: str) -> str:
    """What the statistics have, or why they have nothing."""
    from customhouse.check.words import computed_words

    missing = one.computed
    if not isinstance(missing, Missing):
        return computed_words(one, language)
    if missing.months:
        months = word("separator", language).join(
            period_words(period, language) for period in stretches(missing.months)
        )
        return words.fill("check_lacks_months", language, months=months)
    code = f"check_lacks_{missing.code}"
    return words.word(code if words.known(code) else "check_lacks", language)


def _question(one: Comparison, language: str) -> str:
    """The question in the query language whose answer is the computed figure; empty where it has none."""
    from customhouse.measures.levels import CURRENCIES
    from customhouse.query import Query
    from customhouse.query import describe as question

    ask = one.request
    special = ask.terms or ask.factor or ask.every or ask.among or ask.grouped or ask.since
    if isinstance(one.computed, Missing) or ask.period is None or special or ask.measure == "direction":
        return ""
    levels = {origin_unit for origin_unit in (one.computed.unit, one.read.unit) if origin_unit in CURRENCIES}
    currency = levels.pop() if len(levels) == 1 else None
    unit = None if ask.unit in CURRENCIES else ask.unit
    asked = Query(replace(ask, period=None, unit=unit), (ask.period,), currency=currency)
    return question(asked, language)
