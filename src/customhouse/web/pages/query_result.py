"""The table of an answer: a column for each measure, rows with links to what they rest on, totals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from customhouse import describe as words
from customhouse.measures import Missing, Request
from customhouse.model import CellOrigin, Claim
from customhouse.query import Answer, Query, Row
from customhouse.query.run import Prefetched, row
from customhouse.query.table import DASH, decimals_of, formatted, power_of, varying_dimensions
from customhouse.web.pages.query_asked import Question
from customhouse.web.pages.query_options import options_of
from customhouse.web.pages.query_rows import Cell, Column, Line, Making, Table
from customhouse.web.pages.query_totals import Group, Sum, groups, hidden, rest_claim, summed, whole_of
from customhouse.web.pages.query_tree import hs_names
from customhouse.web.problems import Problem
from customhouse.web.settings import Settings
from customhouse.web.words import fill, word

_CHARTS = 2
"""The charts of a page, of the first columns."""
_LEVELS = ("value", "quantity", "price", "count")


@dataclass(frozen=True, slots=True)
class Answered:
    """Each column's rows on the page and what its chart shows, and the table of them."""

    answers: tuple[Answer, ...]
    drawn: tuple[Answer, ...]
    table: Table


def answered(question: Question, statistics: Prefetched, language: str, settings: Settings) -> Answered:
    """The table of a question, so many rows on a page. Raises QueryError, Problem."""
    making = Making(question, statistics, language, settings.figures_seconds)
    count, most = len(making.asks), settings.page_rows
    if count > settings.rows:
        raise Problem(
            422, f"The answer has more than {settings.rows} figures; narrow it.", "too_many_figures"
        )
    pages = max(1, -(-count // most))
    page = min(question.choices.page, pages)
    numbers = range((page - 1) * most, min(count, page * most))
    made = _Table(making, numbers, range(min(count, most)))
    table = Table(made.heads(), made.headings(), tuple(made.lines()), count, page, pages, tuple(made.notes))
    drawn = tuple(making.answer(column, making.drawn()) for column in making.columns()[:_CHARTS])
    return Answered(tuple(made.answers), drawn, table)


class _Table:
    """The lines of one page, and what is to be said of them. `scaled` are the rows that set the units."""

    def __init__(self, making: Making, numbers: range, scaled: range) -> None:
        self.making, self.numbers = making, numbers
        self.language, self.query = making.language, making.question.first
        self.answers = [making.answer(column, numbers) for column in making.columns()]
        self.whole = [making.answer(column, scaled) for column in making.columns()]
        self.varying = varying_dimensions(self.whole[0])
        claims = [list(answer.claims) for answer in self.whole]
        self.powers = [power_of(many, self.language) for many in claims]
        self.decimals = [decimals_of(many, power) for many, power in zip(claims, self.powers, strict=True)]
        self.grown = [any(isinstance(r.growth, Claim) for r in answer) for answer in self.whole]
        self.notes: dict[str, None] = {}
        self.said: dict[str, None] = {}

    def heads(self) -> tuple[str, ...]:
        """The headings of what varies."""
        return (words.word("period", self.language), *(words.word(d, self.language) for d in self.varying))

    def headings(self) -> tuple[Column, ...]:
        """The headings of the figures."""
        found: list[Column] = []
        several = sum(answer.query.ask.measure in _LEVELS for answer in self.answers) > 1
        for at, answer in enumerate(self.whole):
            told, _ = answer.table(self.language)
            rate = answer.query.ask.measure in (
                "growth",
                "change",
                "multiple",
                "contribution",
                "share_change",
            )
            found.append(Column(told[1 + len(self.varying)], self._base(answer.query) if rate else ""))
            if self.grown[at]:
                heading = told[-1]
                if several:
                    what = words.name(answer.query.ask.measure, self.language, "measure")
                    grown = words.fill("phrase_growth", self.language, what=what)
                    heading = words.word("separator", self.language).join((grown, "%"))
                found.append(
                    Column(heading, self._base(replace(answer.query, ask=_without_base(answer.query))))
                )
        return tuple(found)

    def lines(self) -> Iterator[Line]:
        """The rows of the page, each total after the last row of its group."""
        ends: dict[int, list[Group]] = {}
        for group in groups(self.query, self.making.asks):
            ends.setdefault(group.end, []).append(group)
        for place, number in enumerate(self.numbers):
            yield Line("row", self._heads(self.answers[0].figures[place]), self._cells(place))
            for group in ends.get(number, ()):
                yield from self._totals(group)
        self._remark()

    def _cells(self, place: int) -> tuple[Cell, ...]:
        found: list[Cell] = []
        for at, answer in enumerate(self.answers):
            row = answer.figures[place]
            found.append(self._cell(at, row.found, row.ask))
            if self.grown[at]:
                found.append(self._growth(row, answer.query))
        return tuple(found)

    def _cell(self, at: int, found: Claim | Missing | None, ask: Request | None) -> Cell:
        if found is None or isinstance(found, Missing):
            return Cell(DASH, missing=found.reason if found else "")
        text = formatted(found, self.powers[at], self.decimals[at])
        return Cell(text, exactly(found.value), self._address(ask) if ask else "")

    def _growth(self, row: Row, query: Query) -> Cell:
        if not isinstance(row.growth, Claim):
            return Cell(DASH, missing=row.growth.reason if row.growth else "")
        base = row.ask.period.previous() if query.previous and row.ask.period else None
        of = None if row.ask.measure == "value" else row.ask.measure
        ask = replace(row.ask, measure="growth", of=of, base=base, unit=row.ask.unit if of else None)
        return Cell(formatted(row.growth, 0, 1), exactly(row.growth.value), self._address(ask))

    def _totals(self, group: Group) -> Iterator[Line]:
        """The line of what the rows leave of a whole, where something is left, and that of the whole."""
        queries = [answer.query for answer in self.answers]
        asked = [self.making.asks[number] for number in group.rows]
        sums = [summed(group, query, asked, self.making.statistics) for query in queries]
        if not isinstance(sums[0].whole, Claim):
            return
        cut = hidden(group, self.query, len(group.rows), self.making.statistics)
        self._say(group, sums, cut)
        if group.axis not in ("list", "time") and (cut or any(one.left for one in sums)):
            label = (
                fill("query_others", self.language, n=f"{cut:,}")
                if cut
                else word("query_untold", self.language)
            )
            yield Line("others", self._labelled(group, label), self._rest_cells(sums))
        yield Line(
            "total", self._labelled(group, word("query_total", self.language)), self._whole_cells(group, sums)
        )

    def _rest_cells(self, sums: Sequence[Sum]) -> tuple[Cell, ...]:
        found: list[Cell] = []
        for at, one in enumerate(sums):
            found.append(self._cell(at, rest_claim(one), None))
            found += [Cell("")] if self.grown[at] else []
        return tuple(found)

    def _whole_cells(self, group: Group, sums: Sequence[Sum]) -> tuple[Cell, ...]:
        found: list[Cell] = []
        for at, (one, column) in enumerate(zip(sums, self.making.columns(), strict=True)):
            query = self.making.question.queries[column]
            whole = row(query, whole_of(group, query), self.making.statistics)
            found.append(self._cell(at, one.whole, whole.ask if whole.claim else None))
            found += [self._growth(whole, query)] if self.grown[at] else []
        return tuple(found)

    def _heads(self, one: Row) -> tuple[str, ...]:
        period = one.claim.period if one.claim else one.ask.period
        told = DASH if period is None else words.period_words(period, self.language)
        return (told, *(self._named(one.ask, d) for d in self.varying))

    def _named(self, ask: Request, dimension: str) -> str:
        code = getattr(ask.slice, dimension)
        if not code:
            return DASH
        if not code.isdigit():
            return words.name(code, self.language, dimension)
        en, zh = hs_names().get(code, ("", ""))
        return f"HS {code} {en if self.language == 'en' else zh}".strip()

    def _labelled(self, group: Group, label: str) -> tuple[str, ...]:
        """The heads of a total: its label in the place of what its rows differ in."""
        period = words.period_words(group.period, self.language)
        if group.axis == "time":
            rest = [
                words.name(c, self.language, d) if (c := getattr(group.whole, d)) else ""
                for d in self.varying
            ]
            return (f"{label} {period}" if self.language == "en" else f"{period}{label}", *rest)
        told = {d: getattr(group.whole, d) for d in self.varying}
        named = {d: words.name(code, self.language, d) if code else "" for d, code in told.items()}
        return (period, *(label if d == group.dimension else named[d] for d in self.varying))

    def _say(self, group: Group, sums: Sequence[Sum], cut: int) -> None:
        """What is to be said of how parts and whole agree."""
        for one, answer in zip(sums, self.answers, strict=True):
            kind = answer.query.ask.measure
            if one.rest is None:
                self.notes[f"query_sum_{kind}" if kind in ("count", "price") else "query_sum_rates"] = None
            elif one.rounded:
                self.notes["query_sum_rounded"] = None
            elif group.axis == "list" and one.left:
                self.notes["query_sum_overlap"] = None
            elif group.axis == "time" and one.left and (rest := rest_claim(one)):
                told = replace(rest, value=abs(rest.value), origin=CellOrigin("", (), 0))
                self.said[fill("query_sum_time", self.language, x=words.figure(told, self.language))] = None
            elif kind in ("value", "quantity"):
                self.notes["query_sum_left" if one.left and not cut else "query_sum_adds"] = None

    def _remark(self) -> None:
        if self.query.time == "ytd":
            self.notes["query_sum_ytd"] = None
        if any(power for power in self.powers):
            self.notes["query_sum_printed"] = None
        self.notes = self.said | dict.fromkeys(word(code, self.language) for code in self.notes)

    def _address(self, ask: Request | None) -> str:
        """Where the derivation of a figure is shown."""
        if ask is None or ask.period is None:
            return ""
        told = options_of(Query(ask, (ask.period,)), plainly=True)
        which: Mapping[str, str] = {
            **self.making.question.choices.which,
            "source": self.making.question.source,
        }
        return f"/{self.language}/query/figure?{urlencode([*told.items(), *which.items()])}"

    def _base(self, query: Query) -> str:
        """What growth is on."""
        if query.ask.base is not None:
            return fill("query_on", self.language, x=words.period_words(query.ask.base, self.language))
        code = "query_on_previous" if query.previous else "query_on_year"
        first = word("query_on_first", self.language) if query.ask.base_known == "first" else ""
        return word(code, self.language) + first


def exactly(value: float) -> str:
    """All digits of a figure."""
    return str(int(value)) if value == int(value) and abs(value) < 1e16 else repr(value)


def titled(answer: Answer, language: str) -> str:
    """What the figures of a column are, as the title of their chart: growth of exports."""
    flow = None if "flow" in dict(answer.query.each) else answer.query.ask.slice.flow
    what = words.name(flow, language, "flow") if flow else word("query_trade_each", language)
    for measure in filter(None, (answer.query.ask.of, answer.query.ask.measure)):
        phrase = f"phrase_{measure}"
        what = words.fill(phrase, language, what=what) if words.known(phrase) else what
    return what[:1].upper() + what[1:]


def _without_base(query: Query) -> Request:
    return replace(query.ask, base=None)
