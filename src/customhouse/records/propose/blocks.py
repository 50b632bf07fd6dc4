"""Periods that stand once above the rows they are of, as cells are merged or left empty in workbooks."""

from __future__ import annotations

from collections.abc import Iterator

from customhouse.records.propose import words
from customhouse.records.propose.found import Roles
from customhouse.records.propose.look import Column, Look

_BLANK = 0.3
"""The share of empty cells from which a column may say its texts once for several rows."""
_PERIODS = 0.9
_TEXTS = 0.5
_KEPT = ("filled", "distinct", "sniffed", "numbers", "periods")


def fill(look: Look) -> list[Column]:
    """Fills the columns of periods that are printed once for a block of rows; gives them back."""
    found = []
    for column in look.columns:
        empty = [not cell.strip() for cell in column.cells]
        if not any(empty) or empty[0] or sum(empty) < _BLANK * len(empty) or column.periods < _PERIODS:
            continue
        if _are_blocks(look, column, empty):
            for at, blank in enumerate(empty):
                if blank:
                    column.cells[at] = column.cells[at - 1]
            for name in _KEPT:
                column.__dict__.pop(name, None)
            found.append(column)
    return found


def _are_blocks(look: Look, column: Column, empty: list[bool]) -> bool:
    """Whether the rows of a block differ, and no total stands below the last block alone."""
    others = [
        other
        for other in look.columns
        if other is not column and other.filled and (other.numbers < _TEXTS or _is_month(other))
    ]
    blocks: list[list[tuple[str, ...]]] = []
    for at, blank in enumerate(empty):
        if not blank:
            blocks.append([])
        blocks[-1].append(tuple(" ".join(other.cells[at].split()) for other in others))
    differ = others and all(len({*block}) == len(block) for block in blocks)
    return bool(differ) and (len(blocks) == 1 or {*_totals(blocks[-1])} <= {*_totals(blocks[0])})


def _is_month(column: Column) -> bool:
    return words.is_a("column", column.name) == "month"


def _totals(block: list[tuple[str, ...]]) -> Iterator[str]:
    return (text for texts in block for text in texts if words.is_total(text))


def say(found: Roles, filled: list[Column]) -> None:
    """Says of the period that it repeats, where its column is one of those that were filled."""
    period = found.raw.get("period")
    for column in filled:
        if isinstance(period, dict) and column.name in (period.get("column"), period.get("year")):
            period["fill"] = "down"
            found.remarks.append(
                f"period: an empty cell of {column.name!r} repeats the one above, as it stands once for "
                "several rows"
            )
