"""A plan as text in one language, each statement in the form that is tried, and where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from customhouse.errors import WordingError
from customhouse.model import Language
from customhouse.prose import write
from customhouse.prose.wording import opened
from customhouse.release import facts as planned
from customhouse.release.sentences import SELF_DATED, Setting, say
from customhouse.release.wording import dated, fill, owner

FORMS = ("register", "dated", "plain")
"""How a statement is tried: in the register, with the year said, each figure in a sentence of its own."""
_HEADINGS = {"title": "# ", "section": "## "}


@dataclass(frozen=True, slots=True)
class Placed:
    """A statement with the characters that it takes in the text, and in which paragraph of which section."""

    statement: planned.Statement
    start: int
    end: int
    paragraph: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Draft:
    """The text as Markdown, the title, the headings, and where statements stand."""

    text: str
    title: str
    headings: tuple[str, ...]
    placed: tuple[Placed, ...]


def draft(plan: planned.Plan, language: Language, year: int, forms: Mapping[int, int]) -> Draft:
    """The text of a plan; `forms` has the form of each statement by its id, the register unless told.

    `year` is that of publication: periods of another year are said with theirs. Raises WordingError for a
    statement that has no words.
    """
    when = dated(plan.period, language)
    places = {"owner": owner(plan.reporter, language), "in": when, "when": when}
    title = opened(fill(f"title_{_main(plan)}", language, **places))
    pieces, at = [f"{_HEADINGS['title']}{title}\n"], len(title) + len(_HEADINGS["title"]) + 1
    headings, placed = [], []
    for number, section in enumerate(plan.sections):
        heading = fill(f"section_{section.code}", language)
        headings.append(heading)
        pieces.append(f"\n{_HEADINGS['section']}{heading}\n")
        at += len(pieces[-1])
        for index, paragraph in enumerate(section.paragraphs):
            pieces.append("\n")
            at += 1
            for text, statement in _said(paragraph, language, year, forms):
                placed.append(Placed(statement, at, at + len(text.rstrip()), (number, index)))
                pieces.append(text)
                at += len(text)
            pieces.append("\n")
            at += 1
    return Draft("".join(pieces), title, tuple(headings), tuple(placed))


def _main(plan: planned.Plan) -> str:
    """The flow that the release is about: that of its overview."""
    first = plan.sections[0].paragraphs[0].statements[0] if plan.sections else None
    flow = first.items[0].first.ask.slice.flow if first and first.kind == "overview" else None
    return flow or "trade"


def _said(
    paragraph: planned.Paragraph, language: Language, year: int, forms: Mapping[int, int]
) -> list[tuple[str, planned.Statement]]:
    """The texts of a paragraph's statements, with the space between them."""
    found = []
    before: planned.Statement | None = None
    for index, statement in enumerate(paragraph.statements):
        form = FORMS[forms.get(id(statement), 0)]
        shared = any(_of_trade(fact) for s in paragraph.statements[:index] for fact in s.facts())
        how = Setting(language, _opens(statement, before), _with_year(statement, form, year), shared)
        text = _plain(statement, language) if form == "plain" else say(statement, how)
        last = index == len(paragraph.statements) - 1
        found.append((text if last or language == "zh" else f"{text} ", statement))
        before = statement
    return found


def _of_trade(fact: planned.Fact) -> bool:
    """Whether a fact is a share of trade, after which the next ones need not say what they are of."""
    return fact.ask.measure == "share" and fact.ask.of is None


def _plain(statement: planned.Statement, language: Language) -> str:
    return write([fact.printed for fact in statement.facts()], language).text


def _opens(statement: planned.Statement, before: planned.Statement | None) -> bool:
    """Whether a statement has to say its period: first in its paragraph, or after one of another period."""
    if before is None:
        return True
    mine, other = (s.items[-1].first.ask.period for s in (statement, before))
    return mine != other or (before.kind in SELF_DATED and before.kind != "overview")


def _with_year(statement: planned.Statement, form: str, year: int) -> bool:
    period = statement.items[0].first.ask.period
    return form == "dated" or (period is not None and period.year != year)


def worded(statement: planned.Statement, language: Language, form: str = FORMS[0]) -> bool:
    """Whether there are words for all of a statement in a form."""
    try:
        _plain(statement, language) if form == "plain" else say(statement, Setting(language, True, True))
    except (WordingError, KeyError):
        return False
    return True
