"""A balance of the wrong sign that is right: the exports and imports beside it are swapped."""

from __future__ import annotations

import numpy as np

from customhouse.records.controls.case import Case
from customhouse.records.controls.doubt import Doubt, Month, Row, doubt
from customhouse.records.controls.panel import apart
from customhouse.records.controls.sheet import BALANCE, EXPORTS, IMPORTS

NEARER, CLEARLY = 0.5, 0.05
"""Put back, both figures are this much nearer to their other periods, and by so much (logarithm)."""


def swapped_beside(case: Case, balance: int) -> Doubt | None:
    """Exports and imports that put back fit their other periods; None where they fit as they stand.

    `balance` is the row of one that is imports less exports.
    """
    sheet = case.sheet
    at = np.flatnonzero(case.flows[:, BALANCE] == balance)
    if not len(at) or (pair := case.flows[at[0], [EXPORTS, IMPORTS]]).min() < 0 or pair.max() >= sheet.rows:
        return None
    values = sheet.value[pair]
    panels = (case.months, case.ranges)
    found = [apart(panels, int(row), both) for row, both in zip(pair, (values, values[::-1]), strict=True)]
    if found[0] is None or found[1] is None:
        return None
    stands, put_back = found[0] + found[1]
    if not (put_back < NEARER * stands and stands - put_back > CLEARLY):
        return None
    return doubt(
        sheet,
        "flows_swapped",
        "balance_of_swapped",
        "stop",
        [int(row) for row in pair],
        row=Row(balance),
        period=Month(int(sheet.first[balance]), int(sheet.last[balance])),
        near=float(put_back),
        far=float(stands),
        stated_cents=float(sheet.value[balance]),
    )
