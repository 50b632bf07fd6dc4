"""Years to date and other sums in the months of one flow, while the other flow has its months."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from customhouse.records.controls.accumulation import accumulated
from customhouse.records.controls.case import Case
from customhouse.records.controls.doubt import Doubt
from customhouse.records.controls.panel import Panel
from customhouse.records.controls.sheet import EXPORTS, IMPORTS, Bools
from customhouse.records.controls.windows import summed


def accumulated_flow(case: Case, done: Bools) -> Iterator[Doubt]:
    """Months of one flow that grow through the year as years to date do."""
    yield from _each(case, done, accumulated)


def summed_flow(case: Case, done: Bools) -> Iterator[Doubt]:
    """Months of one flow whose figures are the sum of the months of a window that ends with them."""
    yield from _each(case, done, summed)


def _each(case: Case, done: Bools, run: Callable[[Case, Bools], Iterator[Doubt]]) -> Iterator[Doubt]:
    """What a check finds in one flow of a table that has both, and not in the other in the same months."""
    flows = [_only(case.months, flow) for flow in (EXPORTS, IMPORTS)]
    if not all(flow.columns for flow in flows):
        return
    found = [list(run(replace(case, months=flow), done.copy())) for flow in flows]
    for mine, other in (found, found[::-1]):
        ends = {int(case.sheet.last[cell]) for one in other for cell in one.cells}
        for one in mine:
            if not ends & {int(case.sheet.last[cell]) for cell in one.cells}:
                done[list(one.cells)] = True
                yield one


def _only(panel: Panel, flow: int) -> Panel:
    """The lines of a flow and the months that they are there in."""
    mine = panel.flow == flow
    there = (panel.row[mine] >= 0).any(axis=0)
    return Panel(
        panel.last[there], panel.span[there], panel.chain[there], panel.load[there], panel.item[mine],
        panel.flow[mine], panel.value[mine][:, there], panel.row[mine][:, there],
    )  # fmt: skip
