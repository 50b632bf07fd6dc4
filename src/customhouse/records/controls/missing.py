"""Which part of a sum is not there: one that other months or flows have, or that a bloc must have."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from customhouse.records.controls.case import Case
from customhouse.records.controls.panel import Panel, usual
from customhouse.records.controls.sheet import IMPORTS
from customhouse.records.controls.wholes import within
from customhouse.vocabulary import codes

FAR = float(np.log(4.0))
"""A row whose usual size is as far as this from a gap (logarithm) is not what is missing."""
TOGETHER, CLEARLY = 0.25, 0.15
"""Several rows together are at most so far from it, and by so much nearer than one alone."""


def dimension_of(case: Case, number: int) -> str:
    """The dimension by which the parts make up a whole."""
    return case.wholes.kinds[int(case.wholes.kind[number])].dimension


def missing(case: Case, number: int, size: float) -> tuple[str, ...]:
    """Parts that other months or flows have and that fit the gap, the largest first, or one of a bloc's.

    One that fits alone goes before several that fit together.
    """
    sheet, dimension = case.sheet, dimension_of(case, number)
    whole = int(case.wholes.whole[number])
    here = {sheet.name(dimension, int(r)) for r in case.wholes.parts(number)}
    best: tuple[float, tuple[str, ...]] = (FAR, ())
    for panel in (case.months, case.ranges):
        absent = dict(_elsewhere(case, panel, whole, dimension, here))
        alone = min(((_apart(size, one), (code,)) for code, one in absent.items()), default=best)
        best = min(best, alone, key=lambda pair: pair[0])
        together = _apart(size, sum(absent.values()))
        if len(absent) > 1 and together < TOGETHER and together + CLEARLY < best[0]:
            best = (together, tuple(sorted(absent, key=lambda code: -absent[code])))
    if best[1]:
        return best[1]
    code = absent_member(case, number, size) or _in_other_flow(case, number, size)
    return (code,) if code else ()


def _in_other_flow(case: Case, number: int, size: float) -> str | None:
    """The one part that the same whole of another flow of the load has and this one lacks."""
    w, sheet = case.wholes, case.sheet
    whole, dimension = int(w.whole[number]), dimension_of(case, number)
    same = (w.kind == w.kind[number]) & (sheet.item[w.whole] == sheet.item[whole])
    same &= (sheet.first[w.whole] == sheet.first[whole]) & (sheet.last[w.whole] == sheet.last[whole])
    same &= (np.arange(len(w.whole)) != number) & (sheet.flow[w.whole] <= IMPORTS) & (w.whole < sheet.rows)
    here = {sheet.name(dimension, int(row)) for row in w.parts(number)}
    beside: dict[str | None, int] = {}
    for other in np.flatnonzero(same & (np.abs(w.off) <= w.slack)):
        beside |= {sheet.name(dimension, int(row)): int(row) for row in w.parts(int(other))}
    absent = {code: row for code, row in beside.items() if code is not None and code not in here}
    if len(absent) != 1:
        return None
    ((code, row),) = absent.items()
    return code if _apart(size, float(sheet.value[row])) < FAR else None


def _apart(size: float, usual_size: float) -> float:
    """How far a size is from the usual one, as a logarithm."""
    return float(abs(np.log(size / usual_size))) if usual_size > 0 else np.inf


def _elsewhere(
    case: Case, panel: Panel, whole: int, dimension: str, here: set[str | None]
) -> Iterator[tuple[str, float]]:
    """Codes that stand beside a whole in other months but not in its own, with their usual size."""
    sheet = case.sheet
    same = np.flatnonzero((panel.flow == sheet.flow[whole]) & (panel.row.max(axis=1, initial=-1) >= 0))
    column = np.flatnonzero(panel.last == sheet.last[whole])
    span = int(sheet.last[whole] - sheet.first[whole]) + 1
    if not len(column) or (panel.span[column[0]] != span):
        return
    absent = same[panel.row[same, column[0]] < 0]
    level = usual(panel, panel.neighbours(int(column[0]))[:6])[absent]
    others = [d for d in sheet.code if d not in (dimension, "basis", "quantity_unit")]
    kind = case.wholes.kinds[int(case.wholes.kind[np.flatnonzero(case.wholes.whole == whole)[0]])]
    fit = within(kind.whole, int(sheet.last[whole])) if kind.whole and dimension == "partner" else None
    for line, size in zip(absent, level, strict=True):
        row = int(panel.row[line].max())
        code = sheet.name(dimension, row)
        if code is None or code in here or np.isnan(size) or (fit is not None and code not in fit):
            continue
        if all(sheet.code[d][row] == sheet.code[d][whole] for d in others) and _part(case, row, dimension):
            yield code, float(np.exp(size)) * span


def _part(case: Case, row: int, dimension: str) -> bool:
    """Whether a code is a part elsewhere (and no group)."""
    code = case.sheet.name(dimension, row)
    return dimension != "partner" or code is None or code not in _grouped()


def _grouped() -> frozenset[str]:
    return frozenset(codes.own_codes("partner")) - codes.single("partner")


def absent_member(case: Case, number: int, size: float) -> str | None:
    """The one member of a bloc that no row of the file is of, where the world misses the same."""
    w, sheet = case.wholes, case.sheet
    whole = int(w.whole[number])
    near = (sheet.first[w.whole] == sheet.first[whole]) & (sheet.last[w.whole] == sheet.last[whole])
    near &= sheet.flow[w.whole] == sheet.flow[whole]
    short = near & (np.abs(w.off + size) <= w.slack + w.slack[number]) & w.complete
    blocs = [
        k.whole for k in (w.kinds[int(i)] for i in w.kind[short]) if k.dimension == "partner" and k.whole
    ]
    there = set(sheet.names["partner"])
    inside = [within(b, int(sheet.last[whole])) - there for b in blocs]
    both = frozenset.intersection(*inside) if inside else frozenset()
    return min(both) if len(both) == 1 else None
