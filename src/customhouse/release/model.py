"""What a release is made of, before it is laid out as HTML, Word or Markdown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from customhouse.measures import Request
from customhouse.model import Claim, Language
from customhouse.period import Period
from customhouse.prose import Passage


@dataclass(frozen=True, slots=True)
class Figure:
    """A printed figure: the claim as the text has it, with its span, and the claim computed from cells.

    `ask` is what the statistics were asked for it.
    """

    printed: Claim
    computed: Claim
    ask: Request | None = None


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Sentences about one topic; `figures` in the order of the text, their spans offsets into it."""

    passage: Passage
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading (may be empty) and its paragraphs; `table` and `chart` name what is shown beside them."""

    code: str
    heading: str
    paragraphs: tuple[Paragraph, ...]
    table: str | None = None
    chart: str | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table: the exact number in base units, None where there is none, and how it prints.

    It prints in units of ten to the `power`, with so many `decimals`: 10294.1 for 1.02941e12 yuan in
    hundred millions (8, 1). `measured` is the unit of a number whose column does not tell it.
    """

    number: float | None
    text: str
    power: int = 0
    decimals: int = 0
    measured: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, and what its cells measure, of which flow, in which months (None: the row's).

    `measure` is value, growth, share, quantity, quantity_growth or unit (the unit of the quantities).
    """

    label: str
    measure: str
    flow: str
    period: Period | None
    unit: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its code, label, depth of indentation (`of which`), and cells in the order of the columns."""

    code: str
    label: str
    depth: int
    cells: tuple[Cell, ...]
    period: Period | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A statistical table. `groups` are spanning headings with the number of columns under each.

    `unit` is said once above the table; `notes` stand below it. `dimension` is what its rows are
    (partner, period, ...); documents print the first `shown` rows, files of data have all of them.
    """

    code: str
    title: str
    unit: str
    stub: str
    groups: tuple[tuple[str, int], ...]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    dimension: str = ""
    shown: int = 1000


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart as a Vega-Lite specification with its data inside, and the sentence that it shows."""

    code: str
    title: str
    text: str
    specification: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Release:
    """A release in one language."""

    title: str
    language: Language
    period: Period
    published: date
    source: str
    sections: tuple[Section, ...]
    tables: tuple[Table, ...] = ()
    charts: tuple[Chart, ...] = ()
    notes: tuple[str, ...] = ()
