"""A plan to releases, one a language, each stating the same facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from customhouse.describe import period_words
from customhouse.model import Claim, Language, Span
from customhouse.period import Period
from customhouse.prose import Passage
from customhouse.release.facts import Plan
from customhouse.release.model import Figure, Paragraph, Release, Section
from customhouse.release.plan import plan_release
from customhouse.release.proof import Proved, agreed
from customhouse.release.wording import fill
from customhouse.statistics import Statistics


def compose_release(
    statistics: Statistics,
    period: Period,
    language: Language,
    published: date | None = None,
    source: str = "",
) -> Release:
    """The release of a period in one language; `published` is the day that it goes out (today)."""
    return write_releases(plan_release(statistics, period), (language,), published, source)[language]


def write_releases(
    plan: Plan, languages: Sequence[Language] = ("zh", "en"), published: date | None = None, source: str = ""
) -> Mapping[Language, Release]:
    """The releases of one plan: the same facts in each language, without tables and charts.

    Each text was read back, and gave exactly the claims that it was written from; the claims were
    reconciled, and none contradicts another.
    """
    day = published or date.today()
    plan, proved = agreed(plan, languages, day.isoformat())
    return {language: _release(plan, language, proved[language], day, source) for language in languages}


def body(release: Release) -> Passage:
    """Title, headings and paragraphs as Markdown, with the claims of all figures; what the proof reads."""
    text = f"# {release.title}\n"
    claims: list[Claim] = []
    for section in release.sections:
        text += f"\n## {section.heading}\n" if section.heading else ""
        for paragraph in section.paragraphs:
            text += "\n"
            claims += [_moved(figure.printed, len(text)) for figure in paragraph.figures]
            text += f"{paragraph.passage.text}\n"
    return Passage(text, tuple(claims))


def _moved(claim: Claim, by: int) -> Claim:
    """The claim with its place so many characters further on."""
    if not isinstance(claim.origin, Span):
        return claim
    span = claim.origin
    return replace(claim, origin=replace(span, start=span.start + by, end=span.end + by))


def _release(plan: Plan, language: Language, proved: Proved, day: date, source: str) -> Release:
    sections = []
    for number, section in enumerate(plan.sections):
        paragraphs = tuple(_paragraph(proved, number, index) for index in range(len(section.paragraphs)))
        heading = proved.draft.headings[number]
        sections.append(Section(section.code, heading, paragraphs, section.table, section.chart))
    notes = tuple(_note(code, place, language) for code, place in plan.notes)
    return Release(proved.draft.title, language, plan.period, day, source, tuple(sections), notes=notes)


def _note(code: str, since: Period | None, language: Language) -> str:
    return fill(code, language, p=period_words(since, language) if since else "")


def _paragraph(proved: Proved, number: int, index: int) -> Paragraph:
    """The text of a paragraph, and its figures with places in it."""
    mine = [(placed, pairs) for placed, pairs in zip(proved.draft.placed, proved.read, strict=True)
            if placed.paragraph == (number, index)]
    start, end = mine[0][0].start, mine[-1][0].end
    figures = tuple(Figure(_moved(claim, -start), replace(fact.computed, step=0.0), fact.ask)
                    for _, pairs in mine for fact, claim in pairs)
    return Paragraph(Passage(proved.draft.text[start:end], tuple(f.printed for f in figures)), figures)
