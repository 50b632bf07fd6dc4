"""On which basis the figures of an answer stand: whose trade, by which concepts, valued how, known when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from customhouse import describe as words
from customhouse.errors import VocabularyError
from customhouse.groups import members
from customhouse.period import Period, stretches
from customhouse.query import Answer
from customhouse.vocabulary import rows
from customhouse.web.pages.query_asked import Question
from customhouse.web.words import fill, word

if TYPE_CHECKING:
    from customhouse.store import Vintage

Facts = list[tuple[str, str]]
_MONEY = ("value", "price", "share", "growth", "change", "contribution", "share_change", "multiple", "gap")


def basis(question: Question, answers: Iterable[Answer], known: Iterable[Vintage], language: str) -> Facts:
    """What the figures rest on, as labels and words."""
    answers = list(answers)
    there = [v for v in known if v.source == question.source and v.months()]
    found: Facts = [("query_source", _source(question, there, language))]
    found += _concepts(question, there, language)
    found.append(("query_currency", _money(question, language)))
    found.append(("query_known", _known(question, language)))
    found.append(("query_loads", _loads(answers, there, language)))
    if blocs := list(_blocs(question, language)):
        found.append(("query_blocs", " ".join(blocs)))
    found += [("query_lacking", text) for text in lacking(answers, language)]
    return [(word(code, language), text) for code, text in found]


def lacking(answers: Iterable[Answer], language: str) -> list[str]:
    """What the statistics do not have of what was asked."""
    absent = [missing for answer in answers for _, missing in answer.missing]
    months = sorted({month for missing in absent for month in missing.months})
    reasons = dict.fromkeys(missing.reason for missing in absent if not missing.months)
    runs = ", ".join(map(str, stretches(months)))
    told = [words.fill("months_lacking", language, months=runs)] if months else []
    return told + list(reasons)[:5]


def vintages(answers: Iterable[Answer]) -> list[int]:
    """The numbers of the loads behind figures."""
    claims = (claim for answer in answers for claim in answer.claims)
    return sorted({n for claim in claims for origin in claim.cells() for n in origin.vintages})


def _source(question: Question, there: list[Vintage], language: str) -> str:
    kind = words.word(f"kind_{there[-1].kind}", language) if there else ""
    reporter = words.name(question.first.slice.reporter or question.statistics.reporter, language, "reporter")
    return fill("query_basis_source", language, source=question.source, kind=kind, reporter=reporter)


def _concepts(question: Question, there: list[Vintage], language: str) -> Facts:
    """Trade system, partner, returned goods, valuation: as compiled here, or as a table's source has it."""
    if not there or there[-1].kind != "declarations":
        return [("query_concepts", word("query_basis_table", language))]
    chosen = question.concepts
    return [
        ("query_system", word(f"query_basis_{chosen.system}", language)),
        ("query_partner_by", word(f"query_basis_{chosen.partner}", language)),
        ("query_returned", word(f"query_basis_{chosen.returned}", language)),
        ("query_valuation", word("query_basis_valuation", language)),
    ]


def _money(question: Question, language: str) -> str:
    mine, others = question.statistics.currency, question.statistics.currencies
    text = fill("query_basis_money", language, currency=mine)
    rest = sorted(others - {mine})
    return text + (fill("query_basis_others", language, currencies=", ".join(rest)) if rest else "")


def _known(question: Question, language: str) -> str:
    kind = word(f"query_basis_known_{question.first.ask.known}", language)
    if question.as_of is None:
        return kind
    return kind + fill("query_basis_as_of", language, day=question.as_of.isoformat())


def _loads(answers: list[Answer], there: list[Vintage], language: str) -> str:
    numbers = set(vintages(answers))
    gap = words.word("separator", language)
    told = [
        fill("query_basis_load", language, n=v.number, day=v.known_on) for v in there if v.number in numbers
    ]
    return gap.join(told) or "\N{EN DASH}"


def _blocs(question: Question, language: str) -> Iterator[str]:
    """How the members of blocs that are asked for are counted."""
    query = question.first
    asked = {query.slice.partner, *dict(query.each).get("partner", ())}
    for code in sorted({part for one in asked if one for part in one.removeprefix("!").split("+")}):
        try:
            counted = [len(members("partner", code, month).codes) for month in _ends(query.periods)]
        except VocabularyError:
            continue
        if max(counted, default=0) > 1:
            n = str(counted[0]) if len(set(counted)) == 1 else f"{min(counted)}–{max(counted)}"
            yield fill("query_basis_bloc", language, bloc=words.name(code, language, "partner"), n=n)
            if language == "en":
                yield from (f"({row['why']})" for row in rows("bloc_lists") if row["bloc"] == code)


def _ends(periods: Iterable[Period]) -> list[int]:
    return [month for period in periods for month in (period.first, period.last)]
