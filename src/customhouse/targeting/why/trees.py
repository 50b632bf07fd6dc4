"""Ensembles of trees as the paths to their leaves, each with its distinct features.

A path asks a feature perhaps more than once; for a Shapley value only this counts: whether a row goes with
the path in all its questions of the feature, and which share of the rows that the tree was learnt from did
(Mitchell, Frank and Holmes, GPUTreeShap, PeerJ Computer Science 8, 2022, section 3.1).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from customhouse.errors import TargetingError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from customhouse.targeting.history import Flags, Floats

    Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Step:
    """A path's questions of one feature: nodes, whether it goes left there, and the share that went along."""

    feature: int
    nodes: tuple[int, ...]
    lefts: tuple[bool, ...]
    share: float


@dataclass(frozen=True, slots=True)
class Path:
    """The way to a leaf: a step for each distinct feature that it asks, and the leaf's value."""

    steps: tuple[Step, ...]
    value: float

    @property
    def expected(self) -> float:
        """What the leaf adds to the mean prediction of the rows that the tree was learnt from."""
        found = self.value
        for step in self.steps:
            found *= step.share
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Tree:
    """A tree of questions `value <= threshold`, arrays with an entry each node; `cover` counts its rows.

    A leaf has -1 as its feature. What is missing (NaN) goes left where `missing_left`.
    """

    feature: Places
    threshold: Floats
    missing_left: Flags
    left: Places
    right: Places
    value: Floats
    cover: Floats

    def __post_init__(self) -> None:
        if (self.cover <= 0).any():
            raise TargetingError("a node of a tree that no row went through: its share is not known")

    def goes_left(self, values: Floats) -> Flags:
        """Whether each row goes left at each node: nodes by rows, False at leaves."""
        import numpy as np

        asked = values[:, np.maximum(self.feature, 0)].T
        found = np.where(np.isnan(asked), self.missing_left[:, None], asked <= self.threshold[:, None])
        return np.asarray(found & (self.feature >= 0)[:, None])

    def paths(self) -> Iterator[Path]:
        """The paths to all leaves."""
        waiting: list[tuple[int, dict[int, Step]]] = [(0, {})]
        while waiting:
            node, steps = waiting.pop()
            if self.feature[node] < 0:
                yield Path(tuple(steps.values()), float(self.value[node]))
                continue
            for child, left in ((int(self.left[node]), True), (int(self.right[node]), False)):
                step = self._step(steps, node, child, left)
                waiting.append((child, steps | {step.feature: step}))

    def _step(self, steps: dict[int, Step], node: int, child: int, left: bool) -> Step:
        feature = int(self.feature[node])
        before = steps.get(feature, Step(feature, (), (), 1.0))
        share = before.share * float(self.cover[child] / self.cover[node])
        return Step(feature, (*before.nodes, node), (*before.lefts, left), share)


def histogram(booster: Any) -> tuple[float, tuple[Tree, ...]]:
    """The base and the trees of one of scikit-learn's histogram boosters. Raises TargetingError.

    They are read from where scikit-learn keeps them (`_predictors`), as nothing public tells of them; that
    base and trees make the booster's raw prediction is tested.
    """
    import numpy as np

    if any(len(round_) != 1 for round_ in booster._predictors):
        raise TargetingError("contributions are worked out for two classes, or an amount; not for several")
    return float(np.ravel(booster._baseline_prediction)[0]), tuple(
        _read(round_[0].nodes) for round_ in booster._predictors
    )


def _read(nodes: Any) -> Tree:
    import numpy as np

    if nodes["is_categorical"].any():
        raise TargetingError("contributions are not worked out for trees that ask for categories")
    leaf = nodes["is_leaf"].astype(bool)
    return Tree(
        np.where(leaf, -1, nodes["feature_idx"]).astype(np.int64), nodes["num_threshold"].astype(np.float64),
        nodes["missing_go_to_left"].astype(bool), nodes["left"].astype(np.int64),
        nodes["right"].astype(np.int64), nodes["value"].astype(np.float64), nodes["count"].astype(np.float64),
    )  # fmt: skip
