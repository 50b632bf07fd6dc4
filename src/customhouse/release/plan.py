"""What is worth saying of a period, in the order of a customs release.

What is said, and when:

- Totals come first: trade, exports, imports and the balance, with growth where there is a year earlier.
- A record is said where at least three earlier periods of its kind were lower; a streak from three periods
  of growth, or four above a round number, where the statistics also show the period that it began after.
- Within the period: the growth of its months (quarters, in a half or a year), its last month (quarter),
  and a flow whose growth changed sign in it. Of a month, the year to date.
- What growth is made of, where the statistics bear it: prices and volumes, working days, and of a month
  growth on the month before, freed of seasons (`plan_factors`).
- Of each dimension the parts that customs name (topics.csv), else the largest single codes, by size; the
  largest with its flows. A share is said with its change where that prints as 0.1 point at least.
- Growth contributions of partners: the two largest, and the largest that slowed growth.
- Of goods: the groups that customs name, and inside them those that are large or moved most.

What the statistics lack is left out. Where the text grows too long, the statements of least weight go.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from customhouse.errors import QueryError
from customhouse.model import HOME
from customhouse.period import Period
from customhouse.release.facts import Paragraph, Plan, Section, Statement
from customhouse.release.plan_goods import exported, imported
from customhouse.release.plan_partners import partners
from customhouse.release.plan_parts import enterprises, regimes, regions
from customhouse.release.plan_totals import noted, totals
from customhouse.release.survey import Survey
from customhouse.statistics import Statistics

_MOST = 34
"""Statements of a release: more than that nobody reads."""
_NOTED = {"factors": "note_prices", "adjusted": "note_adjusted"}
Planner = Callable[[Survey, Period], list[Paragraph]]
_SECTIONS: tuple[tuple[str, Planner, str | None, str | None], ...] = (
    ("totals", totals, "total", "trend"),
    ("partners", partners, "partner", "partner"),
    ("regimes", regimes, "regime", None),
    ("enterprises", enterprises, "enterprise", "contribution_enterprise"),
    ("regions", regions, "region", None),
    ("exports", exported, "exports_goods", None),
    ("imports", imported, "imports_goods", None),
)


def plan_release(statistics: Statistics, period: Period, reporter: str | None = None) -> Plan:
    """What is worth saying of a period, as far as the statistics have it.

    `reporter` is whose trade it is: that of the statistics, where it is left out. Raises QueryError
    where the statistics lack the period.
    """
    reporter = reporter or getattr(statistics, "reporter", None)
    survey = Survey(statistics, None if reporter == HOME else reporter)
    sections = []
    for code, planner, table, chart in _SECTIONS:
        paragraphs = tuple(p for p in planner(survey, period) if p.statements)
        if paragraphs:
            sections.append(Section(code, paragraphs, table, chart))
    if not sections:
        raise QueryError(f"{period}: the statistics have no trade of all its months; name another period")
    plan = Plan(period, survey.reporter, survey.currency, tuple(sections), noted(survey, period))
    plan = plan.without(_lightest(plan))
    return replace(plan, notes=(*plan.notes, *_notes(plan)))


def _notes(plan: Plan) -> list[tuple[str, Period | None]]:
    """What to mind with kinds of statements that are said."""
    said = {s.kind for section in plan.sections for p in section.paragraphs for s in p.statements}
    return [(note, None) for kind, note in _NOTED.items() if kind in said]


def _lightest(plan: Plan) -> list[Statement]:
    """The statements that are one too many."""
    said = [s for section in plan.sections for p in section.paragraphs for s in p.statements]
    return sorted(said, key=lambda statement: statement.weight)[: max(0, len(said) - _MOST)]
