"""The rows of an answer, measured as they are looked at, and what a table has of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from time import monotonic

from customhouse.measures import Request
from customhouse.query import Answer, Row
from customhouse.query.assemble import with_base
from customhouse.query.run import Prefetched, asks, row
from customhouse.web.pages.query_asked import Question
from customhouse.web.problems import timed_out

_BARS, _SERIES, _POINTS = 20, 6, 2000
"""The bars of a chart, its lines, and the points of all of them."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure as it prints, all its digits, where it leads, and why there is none."""

    text: str
    exact: str = ""
    address: str = ""
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A heading, and what growth in it is on."""

    heading: str
    base: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the table: `row`, `others` (what the rows leave) or `total`."""

    kind: str
    heads: tuple[str, ...]
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The part of the table on a page; `count` rows on `pages` pages in all, `notes` on the totals."""

    heads: tuple[str, ...]
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    count: int
    page: int
    pages: int
    notes: tuple[str, ...]


class Making:
    """What the parts of one answer share while they are made; rows are measured as they are looked at."""

    def __init__(self, question: Question, statistics: Prefetched, language: str, seconds: float) -> None:
        self.question, self.language, self.statistics = question, language, statistics
        self.asks: tuple[Request, ...] = tuple(asks(question.first, statistics))
        self._rows: dict[tuple[int, int], Row] = {}
        self._seconds, self._until = seconds, monotonic() + seconds

    def row(self, column: int, number: int) -> Row:
        """A row as the question of a column measures it. Raises Problem (503) where time is up."""
        if (column, number) not in self._rows:
            if monotonic() > self._until:
                raise timed_out(self._seconds)
            self._rows[column, number] = self.measured(column, self.asks[number])
        return self._rows[column, number]

    def measured(self, column: int, asked: Request) -> Row:
        """What the question of a column measures of the slice and period of a request."""
        query = self.question.queries[column]
        assert asked.period is not None
        ask = asked if column == 0 else replace(with_base(query, asked.period), slice=asked.slice)
        return row(query, ask, self.statistics)

    def columns(self) -> list[int]:
        """The questions that have a column; growth stands beside its level anyway."""
        queries = self.question.queries
        beside = any(q.ask.measure == "value" and q.ask.of is None and q.ask.base is None for q in queries)
        plain = [(q.ask.measure, q.ask.of) == ("growth", None) and beside for q in queries]
        return [n for n in range(len(queries)) if n == 0 or not plain[n]]

    def answer(self, column: int, numbers: Iterable[int]) -> Answer:
        """Some rows of a column."""
        rows = tuple(self.row(column, number) for number in numbers)
        return Answer(self.question.queries[column], rows, self.statistics.currency)

    def drawn(self) -> list[int]:
        """The rows that a chart has room for: the first series over time, else the first parts."""
        if len({ask.period for ask in self.asks}) == 1:
            return list(range(min(len(self.asks), _BARS)))
        kept = set(list(dict.fromkeys(ask.slice for ask in self.asks))[:_SERIES])
        return [number for number, ask in enumerate(self.asks) if ask.slice in kept][:_POINTS]
