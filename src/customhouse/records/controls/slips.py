"""Single figures that are wrong: the one cell that every failing identity has in common."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from customhouse.records.controls.accumulation import links
from customhouse.records.controls.case import Case
from customhouse.records.controls.doubt import Doubt, Row, Word, doubt
from customhouse.records.controls.mistyped import mistyped
from customhouse.records.controls.panel import apart, usual
from customhouse.records.controls.sheet import BALANCE, EXPORTS, IMPORTS, TRADE, Bools, Floats, Ints
from customhouse.records.controls.turned import swapped_beside

PLAIN = ("sign_lost", "power_of_ten")
"""Those that one identity shows even where there is nothing to compare with."""
CELLS = 8
"""So many wrong figures are looked for one by one."""
CROWD = 4000
"""More identities than this that fail are no slips."""
REVISED = 4e-3
"""What a month may be revised by before the year to date does not fit any more."""
STRONG = ("sign_lost", "value_lost", "power_of_ten", "digits_swapped")


class System(NamedTuple):
    """Identities: number `of[j]` adds `weight[j]` times the value of row `row[j]`; the sum should be 0."""

    of: Ints
    row: Ints
    weight: Floats
    off: Floats
    slack: Floats
    sharp: Bools


class Slip(NamedTuple):
    """A figure, what it should be, how it came about, how many identities say so."""

    row: int
    should: float
    cause: str
    votes: int
    slack: float


def slips(case: Case, done: Bools) -> Iterator[Doubt]:
    """Figures that several identities, or one identity and the pattern of a slip, show to be wrong."""
    system = identities(case, done)
    bad = np.abs(system.off) > system.slack
    if bad.sum() > CROWD:
        return
    for _ in range(CELLS):
        slip = _worst(case, system, bad)
        if slip is None:
            return
        touched = system.of[system.row == slip.row]
        bad[touched] = False
        done[slip.row] = True
        turned = swapped_beside(case, slip.row) if slip.cause == "sign_lost" else None
        if turned is not None:
            done[list(turned.cells)] = True
            yield turned
        elif slip.row < case.sheet.rows:
            yield doubt(
                case.sheet,
                "figure_wrong",
                slip.cause,
                "stop",
                [slip.row],
                row=Row(slip.row),
                sign=Word("sign_was_added" if case.sheet.value[slip.row] < 0 else "sign_was_lost"),
                stated_cents=float(case.sheet.value[slip.row]),
                should_cents=slip.should,
                off_cents=float(case.sheet.value[slip.row]) - slip.should,
                identities=float(slip.votes),
                factor=abs(float(case.sheet.value[slip.row])) / max(abs(slip.should), 1.0),
            )


def identities(case: Case, done: Bools) -> System:
    """Every identity that figures of the load enter: flows, years to date, complete wholes."""
    pieces = [*flow_rows(case), *_chain_rows(case)]
    of, row, weight, slack, sharp = [], [], [], [], []
    count = 0
    for rows, weights, wide, is_sharp in pieces:
        n = len(rows)
        of.append(np.repeat(np.arange(n) + count, rows.shape[1]))
        row.append(rows.ravel())
        weight.append(np.tile(weights, n))
        slack.append(wide)
        sharp.append(np.full(n, is_sharp))
        count += n
    w = case.wholes
    fit = np.zeros(len(w.whole), bool)
    fit[w.complete] = True
    number = np.cumsum(fit) - 1 + count
    of += [number[w.of[fit[w.of]]], number[fit]]
    row += [w.part[fit[w.of]], w.whole[fit]]
    weight += [np.ones(int(fit[w.of].sum())), -np.ones(int(fit.sum()))]
    slack.append(w.slack[fit])
    sharp.append(np.ones(int(fit.sum()), bool))
    return _summed(case, done, *(np.concatenate(x) for x in (of, row, weight, slack, sharp)))


def _summed(
    case: Case, done: Bools, of: Ints, row: Ints, weight: Floats, slack: Floats, sharp: Bools
) -> System:
    """The residuals; identities with a figure already doubted, or without one of the load, count as kept."""
    value = np.nan_to_num(case.sheet.value)
    off = np.bincount(of, weight * value[row], len(slack))
    spoilt = np.bincount(of, done[row], len(slack)) > 0
    spoilt |= np.bincount(of, row < case.sheet.rows, len(slack)) == 0
    return System(of, row, weight, np.where(spoilt, 0.0, off), slack, sharp)


def flow_rows(case: Case) -> Iterator[tuple[Ints, Floats, Floats, bool]]:
    """Trade and balance with the exports and imports that make them up: rows, weights, slack, sharp."""
    there = (case.flows >= 0) & ~np.isnan(np.where(case.flows >= 0, case.sheet.value[case.flows], np.nan))
    for flow, sign in ((TRADE, -1.0), (BALANCE, 1.0)):
        rows = case.flows[there[:, [EXPORTS, IMPORTS, flow]].all(axis=1)][:, [flow, EXPORTS, IMPORTS]]
        rows = rows[(rows < case.sheet.rows).all(axis=1)]
        yield rows, np.array([1.0, -1.0, sign]), np.maximum(case.sheet.step[rows].sum(axis=1), 2.0), True


def _chain_rows(case: Case) -> Iterator[tuple[Ints, Floats, Floats, bool]]:
    step = case.sheet.step
    for year, month, before in links(case.sheet):
        rows = np.stack([year, before, month], axis=1)
        wide = 4 * step[rows].max(axis=1) + REVISED * np.abs(case.sheet.value[year])
        yield rows, np.array([1.0, -1.0, -1.0]), wide, False


def _worst(case: Case, system: System, bad: Bools) -> Slip | None:
    """The figure that most failing identities agree on, with the same correction, and no kept one denies."""
    use = bad[system.of]
    if not (use & system.sharp[system.of]).any():
        return None
    rows, wrong, of = system.row[use], (system.off[system.of] / system.weight)[use], system.of[use]
    sharp = system.sharp[of]
    cells, at = np.unique(rows, return_inverse=True)
    low, high = np.full(len(cells), -np.inf), np.full(len(cells), np.inf)
    np.maximum.at(low, at[sharp], (wrong - system.slack[of])[sharp])
    np.minimum.at(high, at[sharp], (wrong + system.slack[of])[sharp])
    votes = np.bincount(at, sharp, len(cells))
    kept = _denied(
        system,
        bad,
        cells,
        np.where(np.isfinite(low), low, 0.0) / 2 + np.where(np.isfinite(high), high, 0.0) / 2,
    )
    agree = (kept == 0) & (low <= high) & (votes > 0) & np.isfinite(low)
    if not agree.any():
        return None
    most = votes[agree].max()
    chosen = np.flatnonzero(agree & (votes == most))
    found = [
        _slip(case, int(cells[c]), float((low[c] + high[c]) / 2), float(high[c] - low[c]) / 2, int(most))
        for c in chosen
    ]
    return _pick(case, found, alone=all(_of_flows(case, system, int(one)) for one in np.unique(of[sharp])))


def _of_flows(case: Case, system: System, number: int) -> bool:
    """Whether an identity is of exports, imports and what they make up: then no further figure is missing."""
    rows = system.row[system.of == number]
    return len(rows) == len(np.unique(case.sheet.flow[rows]))


def _denied(system: System, bad: Bools, cells: Ints, wrong: Floats) -> Ints:
    """How many identities that hold would not, were a figure wrong by so much."""
    fine = np.flatnonzero(~bad[system.of] & system.sharp[system.of] & np.isin(system.row, cells))
    at = np.searchsorted(cells, system.row[fine])
    with np.errstate(invalid="ignore"):
        sees = 2 * system.slack[system.of[fine]] < np.abs(wrong[at])
    found: Ints = np.bincount(at, sees, len(cells)).astype(np.int64)
    return found


def _pick(case: Case, found: list[Slip], *, alone: bool) -> Slip | None:
    """Of figures that would explain the same, the one whose correction is the pattern of a slip and fits.

    `alone`: other identities deny that any other figure is wrong.
    """
    if len(found) == 1 and (found[0].votes >= 2 or alone):
        return found[0]
    strong, votes = [s for s in found if s.cause in STRONG], found[0].votes
    for cause in STRONG:
        same = [s for s in strong if s.cause == cause]
        if cause == "value_lost" and votes < 2:
            same = [s for s in same if not _rather_missing(case, s)]
        gain = {s.row: _better(case, s) for s in same}
        likely = [
            s for s in same if votes >= 2 or gain[s.row] > 0 or (np.isnan(gain[s.row]) and cause in PLAIN)
        ]
        if len(likely) == 1:
            return likely[0]
        if likely:
            best = max(likely, key=lambda s: np.nan_to_num(gain[s.row]))
            return best if gain[best.row] > 0.02 else None
    return None


def _better(case: Case, slip: Slip) -> float:
    """By how much the correction brings a figure nearer to its neighbours (in logarithms)."""
    values = np.array([case.sheet.value[slip.row], slip.should])
    both = apart((case.months, case.ranges), slip.row, values) if slip.should > 0 else None
    if both is None:
        return np.nan
    return float((1.0 if np.isnan(both[0]) else both[0]) - both[1])


def _rather_missing(case: Case, slip: Slip) -> bool:
    """Whether a row that other months have, and this one lacks, is nearer in size to what is missing."""
    sheet = case.sheet
    for panel in (case.months, case.ranges):
        line, column = np.nonzero(panel.row == slip.row)
        if not len(line) or slip.should <= 0:
            continue
        past = usual(panel, panel.neighbours(int(column[0])))
        off = np.abs(past - np.log(slip.should / panel.span[column[0]]))
        lacking = np.flatnonzero((panel.row[:, column[0]] < 0) & (panel.flow == panel.flow[line[0]]))
        near = lacking[off[lacking] < np.nan_to_num(off[line[0]], nan=1.0) - 0.05]
        same = [d for d in ("reporter", "currency", "hs", "commodity") if d in sheet.code]
        heads = panel.row[near].max(axis=1)
        if any(all(sheet.code[d][row] == sheet.code[d][slip.row] for d in same) for row in heads):
            return True
    return False


def _slip(case: Case, row: int, wrong: float, slack: float, votes: int) -> Slip:
    stated = float(case.sheet.value[row])
    should = stated - wrong
    step = max(float(case.sheet.step[row]), 1.0)
    signed = stated < 0 or bool(case.sheet.flow[row] == BALANCE)
    if signed and abs(stated + should) <= slack and abs(should) > 2 * slack:
        return Slip(row, should, "sign_lost", votes, slack)
    return Slip(row, should, mistyped(stated, should, slack, step), votes, slack)
