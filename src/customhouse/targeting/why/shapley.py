"""The exact Shapley values of trees, many rows at once.

The game is that of TreeSHAP (Lundberg and others, Nature Machine Intelligence 2, 2020, "tree path
dependent"): of features that are left out, a row goes both ways, in the shares of the rows that the tree was
learnt from. A leaf of value v whose path asks D distinct features gives feature j

    v (o_j - z_j) * integral over t from 0 to 1 of the product over i other than j of (t o_i + (1 - t) z_i),

o_i being 1 where the row goes with the path in feature i, else 0, and z_i the share of rows that did: the
integral of t^s (1 - t)^(D-1-s) is the weight of coalitions of s features. It is a polynomial of degree
D - 1, so that Gauss-Legendre quadrature with half as many points is exact. What a leaf gives depends on
which of its D features a row goes along with: at most 2^D patterns, worked out once and looked up for
all rows (as Yang, Fast TreeSHAP, 2021, and Nadel and Wettenstein, From Decision Trees to Boolean Logic,
2025).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from customhouse.errors import TargetingError
from customhouse.targeting.why.trees import Path, Tree

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from customhouse.targeting.history import Flags, Floats

    Places = NDArray[np.int64]

_MOST_STEPS = 62
"""Distinct features on a path: patterns are the bits of a whole number."""
_BLOCK = 4096
"""Rows that are worked on at a time."""


def shapley(trees: Sequence[Tree], values: Floats) -> tuple[float, Floats]:
    """The mean prediction of trees, and what each feature adds to that of each row: rows by features.

    Both together are the trees' prediction, but for the last digits. Raises TargetingError.
    """
    import numpy as np

    base, found = 0.0, np.zeros(values.shape[::-1])
    for tree in trees:
        paths = [path for path in tree.paths() if path.value]
        base += sum(path.expected for path in paths)
        for start in range(0, len(values), _BLOCK):
            rows = slice(start, start + _BLOCK)
            _add(found[:, rows], paths, tree.goes_left(values[rows]))
    return base, np.ascontiguousarray(found.T)


def _add(found: Floats, paths: Sequence[Path], left: Flags) -> None:
    """Add what the leaves of a tree give to each feature of a block of rows."""
    for path in paths:
        if path.steps:
            table, place = _looked_up(path, _patterns(path, left))
            for step, given in zip(path.steps, table, strict=True):
                found[step.feature] += given.take(place)


def _patterns(path: Path, left: Flags) -> Places:
    """Which features each row goes along with, as the bits of a number: the first step's is the lowest."""
    import numpy as np

    if len(path.steps) > _MOST_STEPS:
        raise TargetingError(f"a path of {len(path.steps)} features; grow trees of {_MOST_STEPS} at most")
    found = np.zeros(left.shape[1], np.int64)
    for bit, step in enumerate(path.steps):
        along = left[step.nodes[0]] == step.lefts[0]
        for node, goes in zip(step.nodes[1:], step.lefts[1:], strict=True):
            along &= left[node] == goes
        found |= along.astype(np.int64) << bit
    return found


def _looked_up(path: Path, patterns: Places) -> tuple[Floats, Places]:
    """What the leaf gives each feature, a column a pattern, and the column for each row."""
    import numpy as np

    if 1 << len(path.steps) <= len(patterns):
        return _given(path, np.arange(1 << len(path.steps))), patterns
    distinct, place = np.unique(patterns, return_inverse=True)
    return _given(path, distinct), place


def _given(path: Path, patterns: Places) -> Floats:
    """The Shapley values of a leaf's features for patterns: features by patterns."""
    import numpy as np

    share = np.array([step.share for step in path.steps])
    along = (patterns[:, None] >> np.arange(len(share)) & 1).astype(np.float64)
    points, weights = _quadrature((len(share) + 1) // 2)
    parts = along[:, :, None] * points + share[:, None] * (1 - points)
    rest = np.ones_like(parts)
    np.cumprod(parts[:, :-1], axis=1, out=rest[:, 1:])
    after = np.cumprod(parts[:, :0:-1], axis=1)[:, ::-1]
    rest[:, :-1] *= after
    return np.ascontiguousarray((path.value * (along - share) * (rest @ weights)).T)


@cache
def _quadrature(count: int) -> tuple[Any, Any]:
    """The points and weights of Gauss and Legendre on 0 to 1."""
    import numpy as np

    points, weights = np.polynomial.legendre.leggauss(count)
    return (points + 1) / 2, weights / 2
