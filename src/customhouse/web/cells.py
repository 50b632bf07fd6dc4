"""What a figure in a table of a release says: measured again, from what the page knows of the cell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from customhouse.model import DIMENSIONS, Claim
from customhouse.period import Period
from customhouse.release.layout.body import claim_card
from customhouse.release.model import Column
from customhouse.release.tables import cell
from customhouse.web.chosen import Chosen
from customhouse.web.problems import Problem

if TYPE_CHECKING:
    from customhouse.web.held import HeldDesk

FLOWS = ("exports", "imports", "trade", "balance")
MEASURES = ("value", "growth", "share", "quantity", "quantity_growth", "value_to_date", "growth_to_date")
_LONGEST = 60
"""Letters of a code, and months of a period."""


def claim_in(desk: HeldDesk, which: Chosen, told: Mapping[str, str], language: str) -> str | None:
    """What a cell says, as HTML; None where the statistics have no such figure. Raises Problem (422).

    `told` has the column's `measure`, `flow` and `period`, and the row's `dimension` and `code`, or its
    period (`row`).
    """
    column = Column("", told["measure"], told["flow"], _period(told["period"]), "")
    row, dimension, code = _period(told["row"]), told["dimension"], told["code"]
    known = column.measure in MEASURES and column.flow in FLOWS and len(code) <= _LONGEST
    if not known or (code and dimension not in DIMENSIONS[1:7]) or (row or column.period) is None:
        raise Problem(422, "There is no such cell in a release's table.", "no_cell")
    statistics = desk.statistics(which.as_of, which.source, which.currency)
    claim = cell(statistics, column, dimension, code, row)
    return None if claim is None else claim_card(claim, language, _asked(claim, which))


def _asked(claim: Claim, which: Chosen) -> str:
    """Where the same is asked of the statistics, from the page of a release on."""
    given = claim.slice.given() | {
        "measure": ",".join(filter(None, (claim.measure, claim.of))), "period": str(claim.period)
    }
    return f"../query?{urlencode(given)}&{which.query()}"


def _period(told: str) -> Period | None:
    period = Period.parse(told) if told else None
    if period is not None and period.months > _LONGEST:
        raise Problem(422, f"{told!r}: too long a period for a table.", "no_cell")
    return period
