"""Control totals: what stops official figures that look valid and are not.

    sheet, panel, wholes, case     the figures as columns; series by month; parts and wholes; all three
    doubt, factors                 what is reported, in words; what a multiple may be
    cells, shift, printed, ...     the checks, each a function of the case that yields doubts

Checks run from those that explain most to those that explain least; a check leaves alone what an
earlier one has explained.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date

import numpy as np
import pyarrow as pa

from customhouse.records.controls.accumulation import accumulated, beside, chained
from customhouse.records.controls.beyond import beyond
from customhouse.records.controls.blocks import cut_short
from customhouse.records.controls.case import Case
from customhouse.records.controls.cells import equal_flows, impossible, not_ended, obsolete, twice
from customhouse.records.controls.chain import chain
from customhouse.records.controls.columns import columns
from customhouse.records.controls.doubt import Doubt, rank, word
from customhouse.records.controls.exchanged import exchanged
from customhouse.records.controls.february import two_months
from customhouse.records.controls.groups import some_rows
from customhouse.records.controls.growth_slips import growths
from customhouse.records.controls.held import large_shares, periods_lost
from customhouse.records.controls.holes import counted, holes, strays
from customhouse.records.controls.lengths import lengths
from customhouse.records.controls.levels import stepped, stepped_years
from customhouse.records.controls.misplaced import copied, shifted
from customhouse.records.controls.month_or_year import crossed, swapped_rest
from customhouse.records.controls.months import units
from customhouse.records.controls.moved_row import moved
from customhouse.records.controls.one_flow import accumulated_flow, summed_flow
from customhouse.records.controls.one_way import one_way
from customhouse.records.controls.parts import absent, parts
from customhouse.records.controls.permuted import permuted
from customhouse.records.controls.printed import digits_lost, marks
from customhouse.records.controls.quantities import quantities
from customhouse.records.controls.replaced import replaced
from customhouse.records.controls.rest import without_a_row
from customhouse.records.controls.runs import row_runs
from customhouse.records.controls.sheet import Bools, Sheet
from customhouse.records.controls.shift import combined, lagged
from customhouse.records.controls.skipped import skipped
from customhouse.records.controls.slips import slips
from customhouse.records.controls.spans import spans
from customhouse.records.controls.totals import flows, twofold
from customhouse.records.controls.windows import summed
from customhouse.records.controls.year_labels import labels
from customhouse.records.table import SetAside

Check = Callable[[Case, Bools], Iterator[Doubt]]
"""A check: of a case and the rows that are explained already, which it may add to."""

CHECKS: tuple[Check, ...] = (
    not_ended,
    lagged,
    copied,
    combined,
    skipped,
    strays,
    counted,
    cut_short,
    marks,
    twice,
    equal_flows,
    columns,
    shifted,
    labels,
    swapped_rest,
    crossed,
    two_months,
    stepped_years,
    chain,
    one_way,
    beside,
    accumulated,
    accumulated_flow,
    chained,
    lengths,
    stepped,
    summed_flow,
    summed,
    moved,
    exchanged,
    spans,
    permuted,
    units,
    some_rows,
    impossible,
    twofold,
    absent,
    large_shares,
    row_runs,
    slips,
    parts,
    without_a_row,
    flows,
    replaced,
    growths,
    quantities,
    beyond,
    digits_lost,
    obsolete,
    holes,
    periods_lost,
)

SUMS: Check = impossible
"""From this check on rows are held against one another: what is only noted is not explained there."""


def check(
    load: pa.Table, known: pa.Table | None, loaded_on: date, set_aside: Sequence[SetAside] = ()
) -> tuple[Doubt, ...]:
    """What is doubtful in the figures of a load, most serious first.

    `load` and `known` are tables in TABLE_SCHEMA; `known` holds other months, earlier vintages and
    other tables of the same store, the latest vintage of a figure once, and may be None or empty.
    `set_aside` are the rows of the same files that could not be used.
    """
    if not load.num_rows:
        return ()
    case = Case.of(Sheet.of(load, known), loaded_on, set_aside)
    done = np.zeros(len(case.sheet.first), bool)
    found: list[Doubt] = []
    for run in CHECKS:
        if run is SUMS:
            done[_only_noted(found)] = False
        found += run(case, done)
    return tuple(sorted(found, key=lambda one: (one.severity != "stop", rank(one.code))))


def _only_noted(found: Sequence[Doubt]) -> list[int]:
    """The rows that a caution is about, and nothing that stops."""
    rows = {
        grave: {row for one in found for row in one.cells if (one.severity == "stop") == grave}
        for grave in (True, False)
    }
    return sorted(rows[False] - rows[True])


__all__ = ["CHECKS", "Check", "Doubt", "check", "word"]
