"""A mapping bound to the columns of one file: what stands where."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from customhouse.errors import MappingError
from customhouse.records.files import Row
from customhouse.records.mapping import fiscal
from customhouse.records.mapping.fiscal import Pairs
from customhouse.records.mapping.model import Figure, Table
from customhouse.records.numerals import Marks

_DOTTED = re.compile(r"\s*\d{4}\.0[1-9]\s*")


@dataclass(slots=True)
class Column:
    """A column of figures: its place and figure, the marks of its numbers, the period of its name."""

    at: int
    name: str
    figure: Figure
    marks: Marks | None = None
    whole: bool = False
    period: str | None = None
    unit_at: int | None = None


@dataclass(slots=True)
class Plan:
    """A table's mapping with the places of its columns."""

    table: Table
    names: list[str]
    place: str
    figures: list[Column]
    at: dict[str, int]
    dotted: bool = False
    pairs: Pairs = field(default_factory=Pairs)
    heads: Pairs = field(default_factory=Pairs)
    header: frozenset[str] = field(default_factory=frozenset)

    def text(self, row: Row, column: str) -> str:
        """The cell of a column that the mapping names; empty where the row is too short."""
        at = self.at[column]
        return row.cells[at] if at < len(row.cells) else ""

    def said(self, row: Row, why: str) -> dict[str, str]:
        """The cells of a row by name, for a row that is set aside."""
        found = {
            name or f"({n})": cell
            for n, (name, cell) in enumerate(zip(self.names, row.cells, strict=False), 1)
            if cell.strip()
        }
        return found | ({"because": why} if why else {})

    def notice_period(self, row: Row) -> None:
        """Notices months written 2001.01, in which 2001.1 is an October that lost its zero, and what tells
        a fiscal year 2011-12 from a month."""
        period = self.table.period
        if not period or not (name := period.column or (period.month is None and period.year)):
            return
        text = self.text(row, name)
        self.pairs.notice(text)
        if not self.dotted and period.column and _DOTTED.fullmatch(text):
            self.dotted = True


def bare(cells: Sequence[str]) -> tuple[str, ...]:
    """The cells of a row, no spaces around them and no empty ones behind: the same where a row repeats."""
    found = [cell.strip() for cell in cells]
    while found and not found[-1]:
        found.pop()
    return tuple(found)


def joined(above: Sequence[Sequence[str]]) -> list[str]:
    """The names of columns out of one or several rows; a name over several columns counts for each.

    A name that stands twice is `name`, then `name (2)`.
    """
    width = max(map(len, above))
    rows = [[" ".join(cell.split()) for cell in row] + [""] * (width - len(row)) for row in above]
    for lower, upper in pairwise(reversed(rows)):
        for at in range(1, width):
            if not upper[at] and lower[at]:
                upper[at] = upper[at - 1]
    names: list[str] = []
    for parts in zip(*rows, strict=True):
        name = " ".join(dict.fromkeys(part for part in parts if part))
        again = (
            sum(
                known == name or known.startswith(f"{name} (") and known[len(name) + 2 : -1].isdigit()
                for known in names
            )
            if name
            else 0
        )
        names.append(f"{name} ({again + 1})" if again else name)
    return names


def bind(table: Table, names: list[str], place: str) -> Plan:
    """The plan of a table for columns of these names. Raises MappingError for one that is not there."""
    where = {name: at for at, name in reversed(list(enumerate(names))) if name}
    for at, name in enumerate(names):
        if not name:
            where.setdefault(f"({at + 1})", at)
    plan = Plan(table, names, place, [], {})
    for use, column in _wanted(table):
        if column not in where:
            raise _missing(use, column, where, place)
        plan.at[column] = where[column]
    for figure in table.figures:
        plan.figures += _columns(figure, names, where, place)
    for found in plan.figures:
        plan.heads.notice(found.period or "")
    return plan


def _wanted(table: Table) -> list[tuple[str, str]]:
    """Each column that is asked for besides those of figures, and for what."""
    period = table.period
    found = (
        [("period", name) for name in (period.column, period.year, period.month) if name] if period else []
    )
    found += [(use, source.column) for use, source in table.dimensions.items() if source.column]
    found += [(f"{use} name", source.name) for use, source in table.dimensions.items() if source.name]
    found += [("unit", figure.unit_column) for figure in table.figures if figure.unit_column]
    found += [("scale", figure.scale.column) for figure in table.figures if figure.scale]
    found += [("totals", where.column) for where in table.totals]
    found += [("groups", where.column) for where in table.groups]
    for figure in table.figures:
        found += [("figures", where.column) for where in (figure.only, figure.but) if where]
    return found + [("leave_out", where.column) for where in table.leave_out]


def _columns(figure: Figure, names: list[str], where: dict[str, int], place: str) -> list[Column]:
    if figure.pattern is None:
        if figure.column not in where:
            raise _missing("figures", figure.column, where, place)
        unit_at = where[figure.unit_column] if figure.unit_column else None
        return [Column(where[figure.column], figure.column, figure, period=figure.period, unit_at=unit_at)]
    found = []
    for at, name in enumerate(names):
        match = figure.pattern.fullmatch(name)
        if match:
            found.append(Column(at, name, figure, period=_period(match) or figure.period))
    if not found:
        raise _missing("figures", figure.column, where, place)
    return found


def _period(match: re.Match[str]) -> str | None:
    """The period that the groups of a pattern give."""
    groups = match.groupdict()
    if "year" not in groups:
        return groups.get("period")
    if groups.get("quarter"):
        return f"{groups['year']}Q{groups['quarter']}"
    return f"{groups['year']}-{groups['month']}" if groups.get("month") else fiscal.joined(match)


def _missing(use: str, column: str, where: dict[str, int], place: str) -> MappingError:
    near = difflib.get_close_matches(column, where, 1, 0.6)
    remedy = f"did you mean {near[0]!r}?" if near else f"it has {', '.join(map(repr, where)) or 'no names'}"
    return MappingError(place, f"no column {column!r}, which the mapping wants for `{use}`", remedy)
