"""What the Query page is asked: the choices in its address, and the questions that they become."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from starlette.datastructures import QueryParams

from customhouse.cube import sources
from customhouse.errors import QueryError
from customhouse.period import Period
from customhouse.query import Query, parse
from customhouse.statistics import Concepts
from customhouse.web.api.asked import Asked, one_source, open_statistics
from customhouse.web.pages.query_options import options_of, pretty

if TYPE_CHECKING:
    from customhouse.cube import CellCube, TableCube
    from customhouse.desk import Desk
    from customhouse.web.counter import Counter
    from customhouse.web.held import HeldDesk

CHOICES = (
    "flow", "partner", "commodity", "hs", "enterprise", "region", "regime", "transport", "reporter", "period",
    "by", "top", "base", "known", "base_known", "whole", "against", "threshold", "below", "unit", "window",
    "factor", "terms",
)  # fmt: skip
"""Options of a question besides its measures, by the names of the command line and the API."""
WHICH = ("source", "as_of", "currency", "system", "partner_by", "returned")
"""Which statistics: of whom, as known when, in which currency, by which concepts."""
USUAL = {"system": "general", "partner_by": "origin", "returned": "included", "known": "latest",
         "base_known": "latest"}  # fmt: skip
"""What is meant where nothing is chosen."""
_CONCEPTS = {
    "system": ("general", "special"),
    "partner_by": ("origin", "consignment"),
    "returned": ("included", "apart"),
}
_BESIDE = ("page", "q", "measure", "kind", "node", "search")
_LONGEST, _MOST_MEASURES = 400, 8
_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Choices:
    """What the address says: words, measures (a column each), options, which statistics, the page.

    `passed` are the names of parameters that mean nothing here.
    """

    text: str = ""
    measures: tuple[str, ...] = ()
    options: Mapping[str, str] = field(default_factory=dict)
    which: Mapping[str, str] = field(default_factory=dict)
    page: int = 1
    passed: tuple[str, ...] = ()

    @property
    def bare(self) -> bool:
        """Whether nothing is asked yet."""
        return not (self.text or self.measures or self.options)

    def get(self, name: str) -> str:
        """A choice as the form shows it; empty where nothing is chosen."""
        return self.options.get(name) or self.which.get(name) or ""

    def pairs(self, **changed: object) -> list[tuple[str, str]]:
        """The choices as parameters of an address, some of them changed; None leaves one out."""
        told: list[tuple[str, str]] = [("q", self.text)] if self.text else []
        told += [("measure", one) for one in self.measures]
        given = {**self.options, **self.which}
        told += [(name, given[name]) for name in (*CHOICES, *WHICH) if given.get(name)]
        kept = [(name, one) for name, one in told if name not in changed]
        return kept + [(name, str(one)) for name, one in changed.items() if one not in (None, "")]


@dataclass(frozen=True, slots=True)
class Question:
    """The questions that the choices became, one for each measure, and the statistics that answer them."""

    choices: Choices
    queries: tuple[Query, ...]
    statistics: CellCube | TableCube
    source: str
    as_of: date | None
    concepts: Concepts

    @property
    def first(self) -> Query:
        """The question whose rows the table has."""
        return self.queries[0]


def choices_of(params: QueryParams) -> Choices:
    """The choices in an address; of one that is given several times, all. Raises QueryError."""
    given: dict[str, list[str]] = {}
    for name, one in params.multi_items():
        if one.strip():
            given.setdefault(name, []).append(one.strip())
    for name, many in given.items():
        if max(map(len, many)) > (2000 if name == "q" else _LONGEST):
            raise QueryError(f"{name}: {_LONGEST} characters are the most")
    measures = tuple(dict.fromkeys(given.get("measure", ())))
    if len(measures) > _MOST_MEASURES:
        raise QueryError(f"measure: {_MOST_MEASURES} columns are the most")
    known = (*CHOICES, *WHICH, *_BESIDE)
    return Choices(
        " ".join(given.get("q", ())), measures,
        {name: ",".join(dict.fromkeys(given[name])) for name in CHOICES if _told(name, given)},
        {name: given[name][-1] for name in WHICH if _told(name, given)},
        _page(given.get("page", ["1"])[-1]), tuple(name for name in given if name not in known),
    )  # fmt: skip


def untidy(params: QueryParams) -> bool:
    """Whether an address has parts that say nothing, as a form sends them without scripts."""
    names = [name for name, _ in params.multi_items() if name != "measure"]
    empty = any(not one.strip() for _, one in params.multi_items())
    return empty or len(set(names)) < len(names) or any(params.get(n) == u for n, u in USUAL.items())


def understood(desk: HeldDesk, counter: Counter, choices: Choices) -> Question:
    """The questions of the choices. Raises QueryError, Problem."""
    as_of = _day(choices.which.get("as_of"))
    source = _source(desk, choices, as_of)
    month = _latest(desk, source, as_of)
    options = _options(choices, counter, source, month)
    columns: tuple[str | None, ...] = choices.measures or (None,)
    queries = tuple(parse(choices.text, {**options, "measure": one}, month) for one in columns)
    as_of = as_of or queries[0].as_of
    concepts = _concepts(choices)
    asked = Asked("", {}, source, as_of, choices.which.get("currency"), concepts)
    statistics = open_statistics(desk, asked, queries[0])
    return Question(choices, queries, statistics, source, as_of, concepts)


def settled(question: Question) -> Choices:
    """The choices with all that the words and the latest month decided written out."""
    first = question.first
    which = {name: one for name, one in question.choices.which.items() if USUAL.get(name) != one}
    which["source"] = question.source
    if question.as_of:
        which["as_of"] = question.as_of.isoformat()
    told = options_of(first)
    text, measures = told.pop("q", ""), tuple(options_of(q, True)["measure"] for q in question.queries)
    told.pop("measure", None)
    told.pop("as_of", None)
    if "currency" in told:
        which["currency"] = told.pop("currency")
    return replace(
        question.choices, text=text, measures=() if text else measures, options=told, which=which, passed=()
    )


def _options(choices: Choices, counter: Counter, source: str, month: int | None) -> dict[str, object]:
    """The options of the questions; trade by month of the last year, where nothing is asked."""
    if choices.bare:
        recent = [m for m in counter.months(source) if month is None or m <= month][-_MONTHS:]
        if recent:
            return {"flow": "trade", "by": "month", "period": pretty(Period(recent[0], recent[-1]))}
    told: dict[str, object] = dict(choices.options)
    if "below" in told:
        told["below"] = told["below"] == "true"
    if "base" in told and told["base"] not in ("year", "previous"):
        told["base"] = parse("", {"period": told["base"]}).periods[0]
    return told


def _told(name: str, given: Mapping[str, list[str]]) -> bool:
    return name in given and given[name][-1] != USUAL.get(name)


def _page(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:9]) <= 1_000_000:
        raise QueryError(f"page {text[:20]!r}: write a whole number from 1")
    return int(text)


def _source(desk: HeldDesk, choices: Choices, as_of: date | None) -> str:
    """The source that is named, else the first with figures on that day. Raises Problem."""
    return one_source(
        desk, choices.which.get("source") or next(iter(sources(desk.store, as_of)), None), as_of
    )


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise QueryError(f"as_of {text[:40]!r}: write the day as 2025-04-30") from error


def _latest(desk: Desk, source: str, as_of: date | None) -> int | None:
    """The last month that the source has: periods such as `last 12 months` count from it."""
    mine = (v for v in desk.vintages(as_of) if v.source == source)
    return max((months[-1] for v in mine if (months := v.months())), default=None)


def _concepts(choices: Choices) -> Concepts:
    for name, there in _CONCEPTS.items():
        told = choices.which.get(name, there[0])
        if told not in there:
            raise QueryError(f"{name} {told[:40]!r}: there are {', '.join(there)}")
    chosen = {name: choices.which.get(name, there[0]) for name, there in _CONCEPTS.items()}
    return Concepts(chosen["system"], chosen["partner_by"], chosen["returned"])  # type: ignore[arg-type]
