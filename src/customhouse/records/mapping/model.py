"""A mapping as nouns: how a file is laid out. `mapping.py` says how they are written."""

from __future__ import annotations

import re
from collections.abc import Mapping as Dict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from customhouse.records.mapping.fiscal import FiscalStyle
from customhouse.records.numerals import Marks
from customhouse.records.printed_units import Unit

Measure = Literal["value", "quantity", "mass", "growth"]
Months = Literal["month", "year_to_date"]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a code comes from: a `constant`, or a `column` read by `codes` after its own `values`.

    `name` is a column in which the same stands as a name, which is read for nothing but to contradict.
    """

    column: str | None = None
    constant: str | None = None
    codes: tuple[str, ...] = ()
    values: Dict[str, str] = field(default_factory=dict)
    width: int | None = None
    fill: bool = False
    blank: str | None = None
    name: str | None = None


_PLAIN = FiscalStyle()


@dataclass(frozen=True, slots=True)
class Period:
    """Where the months come from: a constant, one column, or a column each for year and month.

    A month beside a constant, or alone, is of the year that the constant or the head of a column is. With
    none of them it says alone how the periods of heads of columns are printed.
    """

    column: str | None = None
    year: str | None = None
    month: str | None = None
    constant: str | None = None
    style: FiscalStyle = _PLAIN
    fill: bool = False
    years: bool = False
    """Whether a month without a year is of the year above it in the same column."""
    whole: frozenset[str] = frozenset()
    """Texts in place of a month that stand for its whole year."""

    @property
    def told(self) -> bool:
        """Whether rows have a period, and not their columns alone."""
        return bool(self.column or self.year or self.constant)


@dataclass(frozen=True, slots=True)
class Where:
    """Rows in which one column has one of some values, or fits a pattern; `why` is the reason."""

    column: str
    values: frozenset[str] = frozenset()
    pattern: re.Pattern[str] | None = None
    of: tuple[str, ...] = ()
    why: str = ""

    def holds(self, text: str) -> bool:
        """Whether a cell of the column is meant."""
        text = " ".join(text.split())
        return text in self.values or bool(self.pattern and self.pattern.search(text))


@dataclass(frozen=True, slots=True)
class Scale:
    """A column whose cells say by how much each row is scaled: words and multipliers, or powers of ten."""

    column: str
    values: Dict[str, Decimal] = field(default_factory=dict)
    exponents: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure in a column: its measure, unit, months and what it fixes of its cell.

    `column` is a name, or with `pattern` every column whose whole name fits; groups of the pattern
    (year, month, quarter) then give the period that a name stands for. `month` is the month of the
    year of its row that a column is of.
    """

    column: str
    measure: Measure = "value"
    months: Months = "month"
    unit: Unit | None = None
    unit_column: str | None = None
    unit_values: Dict[str, str] = field(default_factory=dict)
    scale: Scale | None = None
    fixed: Dict[str, str] = field(default_factory=dict)
    period: str | None = None
    month: int | None = None
    pattern: re.Pattern[str] | None = None
    marks: Marks | None = None
    decimals: int | None = None
    empty: frozenset[str] = frozenset()
    only: Where | None = None
    but: Where | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """How the file is read: sheets, rows of names, first row of data, the row at which to stop."""

    sheet: str | None = None
    header: tuple[int, ...] = (1,)
    first: int | None = None
    until: re.Pattern[str] | None = None
    encoding: str | None = None
    delimiter: str | None = None
    items: str | None = None
    empty: frozenset[str] = frozenset()

    @property
    def start(self) -> int:
        """The first row of data."""
        return self.first or max(self.header) + 1


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a file: its layout, and where each part of its cells comes from."""

    layout: Layout = Layout()
    period: Period | None = None
    dimensions: Dict[str, Source] = field(default_factory=dict)
    figures: tuple[Figure, ...] = ()
    totals: tuple[Where, ...] = ()
    groups: tuple[Where, ...] = ()
    leave_out: tuple[Where, ...] = ()
    basis: Dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Mapping:
    """A whole mapping: of tables of figures, or (`fields`) of declarations to the fields of the schema."""

    name: str
    source: str
    files: tuple[str, ...]
    kind: Literal["table", "declarations"] = "table"
    tables: tuple[Table, ...] = ()
    fields: Dict[str, Source] = field(default_factory=dict)
    layout: Layout = Layout()
    place: str = ""
