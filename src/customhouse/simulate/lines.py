"""The lines of a block: which relation each is of, which declaration it stands on, what it is worth.

A block is a fixed share of a month with its own random numbers, so that what is drawn does not depend
on how blocks are put into files. The values of a relation's lines add up to its plan to the fen.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from customhouse.simulate.plan import Plan

Ints = npt.NDArray[np.int64]

BLOCK = 250_000
"""About how many lines a block has."""
_JOINED = 0.6
"""The chance that a line stands on the declaration of the line before it."""
_SPREAD = 1.0
"""Standard deviation of the logarithm of a line's value within its relation."""


@dataclass(frozen=True, slots=True)
class Draft:
    """Lines before they have codes: relation, declaration, position in it, value in fen.

    `trader` has one entry a declaration.
    """

    relation: Ints
    declaration: Ints
    line: Ints
    fen: Ints
    trader: Ints


def blocks(lines: int) -> int:
    """How many blocks a month of so many lines has."""
    return -(-lines // BLOCK)


def draft_block(plan: Plan, at: int, block: int, seed: int, rng: np.random.Generator) -> Draft:
    """The lines of block number `block` of the month at position `at` of the plan."""
    counts, fen = _share(plan, at, block, seed)
    relation = np.repeat(np.arange(len(counts)), counts)
    starts = _starts(counts, rng)
    values = _values(relation, counts, fen, rng)
    first = np.flatnonzero(starts)
    order, lengths = _shuffled(first, len(relation), rng)
    declaration = np.repeat(np.arange(len(lengths)), lengths)
    begins = np.cumsum(lengths) - lengths
    line = np.arange(len(relation)) - begins[declaration] + 1
    relation = relation[order]
    head = relation[begins]
    turn = rng.integers(0, 1 << 30, len(head))
    trader = plan.population.trader[head] + turn % plan.population.span[head]
    return Draft(relation, declaration, line, values[order], trader)


def _share(plan: Plan, at: int, block: int, seed: int) -> tuple[Ints, Ints]:
    """Lines and fen of each relation that fall into a block: its lines are spread evenly over the blocks."""
    lines, fen = plan.lines[at], plan.fen[at]
    number = blocks(int(lines.sum()))
    offset = np.random.default_rng([seed, 3, plan.months[at]]).integers(0, number, len(lines))
    before = (lines * block + offset) // number
    until = (lines * (block + 1) + offset) // number
    return until - before, _part(fen, lines, until) - _part(fen, lines, before)


def _part(fen: Ints, lines: Ints, upto: Ints) -> Ints:
    """The fen on the first `upto` of a relation's lines, without overflow."""
    each, rest = np.divmod(fen, np.maximum(lines, 1))
    return each * upto + rest * upto // np.maximum(lines, 1)


def _starts(counts: Ints, rng: np.random.Generator) -> npt.NDArray[np.bool_]:
    """Where a declaration begins: at the first line of a relation and at random."""
    total = int(counts.sum())
    starts = rng.random(total, np.float32) >= _JOINED
    ends = np.cumsum(counts)
    starts[(ends - counts)[counts > 0]] = True
    return starts


def _values(relation: Ints, counts: Ints, fen: Ints, rng: np.random.Generator) -> Ints:
    """Log-normal values that add up to `fen` within each relation; what rounding leaves goes to its first."""
    there = np.flatnonzero(counts)
    if not len(there):
        return np.zeros(0, np.int64)
    first = (np.cumsum(counts) - counts)[there]
    z = rng.standard_normal(len(relation), np.float32)
    weight = np.exp(np.clip(z, -2.5, 2.5) * _SPREAD).astype(np.float64)
    floor = np.minimum(100, fen // np.maximum(counts, 1))
    scale = np.zeros(len(counts))
    scale[there] = (fen[there] - floor[there] * counts[there]) / np.add.reduceat(weight, first)
    values = (weight * scale[relation]).astype(np.int64) + floor[relation]
    values[first] += fen[there] - np.add.reduceat(values, first)
    return np.asarray(values)


def _shuffled(first: Ints, total: int, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """The order that shuffles declarations and keeps the lines of each together, and their lengths."""
    lengths = np.diff(np.append(first, total))
    shuffled = rng.permutation(len(first))
    lengths = lengths[shuffled]
    begins = np.cumsum(lengths) - lengths
    return np.repeat(first[shuffled] - begins, lengths) + np.arange(total), lengths
