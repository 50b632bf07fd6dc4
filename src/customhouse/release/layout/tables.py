"""The headings of a table as cells that span rows and columns, for every format."""

from __future__ import annotations

from dataclasses import dataclass

from customhouse.release.model import Table


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading from column `first` (the stub is 0), over so many columns and rows."""

    text: str
    first: int
    columns: int = 1
    rows: int = 1


def headings(table: Table) -> list[list[Heading]]:
    """Rows of headings: the stub and spanning headings, then those of single columns.

    A span without words leaves its columns to stand over both rows; without any span there is one row.
    """
    names = [column.label for column in table.columns]
    if not any(text for text, _ in table.groups):
        return [[Heading(text, at) for at, text in enumerate([table.stub, *names])]]
    above, below, at = [Heading(table.stub, 0, 1, 2)], list[Heading](), 1
    for text, width in table.groups:
        columns = [(place, names[place - 1]) for place in range(at, at + width)]
        if text:
            above.append(Heading(text, at, width))
            below += [Heading(name, place) for place, name in columns]
        else:
            above += [Heading(name, place, 1, 2) for place, name in columns]
        at += width
    return [above, below]
