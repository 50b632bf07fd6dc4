"""All statistics of a store that a claim can be checked against."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from customhouse.model import HOME

if TYPE_CHECKING:
    from customhouse.cube import CellCube, TableCube
    from customhouse.desk import Desk


def worlds(
    desk: Desk, as_of: date | None, source: str | None, currency: str | None
) -> list[CellCube | TableCube]:
    """The statistics of every source (or one) in each of its currencies (or one), a source's own first."""
    tabled = [v.source for v in desk.store.vintages(as_of) if v.kind != "texts" and v.months()]
    found: list[CellCube | TableCube] = []
    for name in (source,) if source else dict.fromkeys(tabled or (None,)):
        # A claim that names no reporter means home.
        first = desk.statistics(as_of, name, currency, reporter=HOME)
        rest = () if currency else sorted(first.currencies - {first.currency})
        found += [first, *(desk.statistics(as_of, name, other, reporter=HOME) for other in rest)]
    return found
