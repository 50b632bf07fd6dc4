"""What the page about growth is asked: a slice and a period, from its address; and its form."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, get_args

from customhouse.errors import CustomhouseError, QueryError, StoreError
from customhouse.web.growth_model import By, Wanted
from customhouse.web.pages.query_asked import Choices, Question, settled, understood
from customhouse.web.pages.query_asked import choices_of as all_choices
from customhouse.web.pages.query_form import Field, Form, Option, form, shortcuts
from customhouse.web.pages.query_offer import Offer, offer
from customhouse.web.problems import Problem, problem_of
from customhouse.web.words import word

if TYPE_CHECKING:
    from starlette.datastructures import QueryParams

    from customhouse.web.counter import Counter
    from customhouse.web.held import HeldDesk

SLICE = ("flow", "partner", "commodity", "hs", "enterprise", "region", "regime", "transport", "reporter")
OPTIONS = (*SLICE, "period")
"""What a slice and its period are named by, as on the Query page."""
FLOWS = ("imports", "exports", "trade")
BY: tuple[By, ...] = get_args(By)
_MORE = ("enterprise", "region", "regime", "transport", "as_of", "currency", "system", "partner_by",
         "returned")  # fmt: skip
_ASIDE = ("part", "indices", "page")


@dataclass(frozen=True, slots=True)
class Asking:
    """What is asked, with its form: `wanted` is None where `problem` says why nothing is."""

    choices: Choices
    by: By
    form: Form
    shortcuts: list[tuple[str, str, bool]]
    question: Question | None = None
    wanted: Wanted | None = None
    problem: Problem | None = None

    def pairs(self, **changed: object) -> list[tuple[str, str]]:
        """What is asked as parameters of an address, some of them changed."""
        usual = {} if self.by == BY[0] else {"indices": self.by}
        return self.choices.pairs(**(usual | changed))


def choices_of(params: QueryParams) -> Choices:
    """The choices in an address; imports where no flow is named. Raises QueryError."""
    told = all_choices(params)
    options = {name: told.options[name] for name in OPTIONS if name in told.options}
    beside = [name for name in told.options if name not in options]
    passed = tuple(name for name in (*told.passed, *beside) if name not in _ASIDE)
    return Choices("", (), {"flow": FLOWS[0]} | options, told.which, 1, passed)


def asking(desk: HeldDesk, counter: Counter, params: QueryParams, language: str) -> Asking:
    """What an address asks for, understood as far as it can be."""
    choices, by = Choices("", (), {"flow": FLOWS[0]}), BY[0]
    try:
        choices, by = choices_of(params), _by(params)
        question, wanted = want(desk, counter, choices, by)
        chosen = replace(settled(question), text="", measures=(), passed=choices.passed)
    except StoreError:
        raise
    except CustomhouseError as error:
        there = _offer(desk, counter, choices.which.get("source"))
        made = form(choices, there, counter.sources, language)
        return Asking(choices, by, _few(made, by, language), [], problem=problem_of(error))
    key = (str(counter.path), counter.state, question.source, question.statistics.currency, question.as_of)
    there = offer(question.statistics, key)
    made, near = form(chosen, there, counter.sources, language), shortcuts(chosen, there, language)
    return Asking(chosen, by, _few(made, by, language), near, question, wanted)


def want(desk: HeldDesk, counter: Counter, choices: Choices, by: By) -> tuple[Question, Wanted]:
    """The one slice and period of choices. Raises QueryError, Problem."""
    question = understood(desk, counter, choices)
    first = question.first
    if first.each:
        name, codes = first.each[0]
        raise QueryError(f"{name}: {len(codes)} codes; growth is taken apart for one, or for several with +")
    if first.slice.flow not in FLOWS:
        raise QueryError(f"flow {choices.get('flow')[:40]!r}: growth is of {', '.join(FLOWS)}, one of them")
    if len(first.periods) != 1:
        raise QueryError(f"period {choices.get('period')[:40]!r}: name one, such as 2025-03 or 2025-Q1")
    known = [v.known_on for v in counter.vintages if v.source == question.source]
    which = (question.source, question.as_of or max(known), choices.which.get("currency"), question.concepts)
    return question, Wanted(first.slice, first.periods[0], *which, by)


def _by(params: QueryParams) -> By:
    """What indices are on. Raises QueryError."""
    told = params.get("indices") or BY[0]
    if told not in BY:
        raise QueryError(f"indices {told[:40]!r}: there are {', '.join(BY)}")
    return told


def _few(made: Form, by: By, language: str) -> Form:
    """The fields that this page has, of those of the Query page, and what indices are on."""
    what = tuple(replace(one, options=_flows(one)) if one.name == "flow" else one for one in made.what)
    options = tuple(Option(one, word(f"growth_by_{one}", language), one == by) for one in BY)
    index = Field("indices", word("growth_by", language), by, (("", options),))
    more = tuple(one for one in (*made.parts, *made.more) if one.name in _MORE)
    opened = any(one.value for one in more)
    return Form((), what, made.parts[:3], (*made.times[:1], index), more, opened)


def _flows(field: Field) -> tuple[tuple[str, tuple[Option, ...]], ...]:
    return tuple((title, tuple(o for o in many if o.value in FLOWS)) for title, many in field.options)


def _offer(desk: HeldDesk, counter: Counter, source: str | None) -> Offer:
    source = source if source in counter.sources else counter.source()
    if source is None:
        raise StoreError(f"{counter.path}: no figures in it; load some with: customhouse load")
    statistics = desk.statistics(source=source)
    return offer(statistics, (str(counter.path), counter.state, source, statistics.currency, None))
