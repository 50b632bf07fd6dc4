"""The boosters under the estimator: scikit-learn's by default, LightGBM or CatBoost where installed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from customhouse.errors import MissingExtra, TargetingError

_AT_ONCE = 2000
Booster = Literal["histogram", "lightgbm", "catboost"]


_LEAST_LEAF, _LEAVES, _MANY_TREES = 60, 15, 100
"""Rows of a leaf, of a large table; leaves of a tree; trees from which on each split sees few features."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What every booster is made with; `rows` are how many it learns from, `rising` where more is riskier."""

    iterations: int
    rate: float
    threads: int
    seed: int
    rows: int
    rising: Sequence[bool]

    @property
    def leaf(self) -> int:
        """The fewest rows of a leaf of the classifier: less of a small table, which few leaves would part."""
        return min(_LEAST_LEAF, max(5, self.rows // 50))

    @property
    def features(self) -> float:
        """The share of features a split may choose from: where there are many trees, unlike ones gain."""
        return 0.1 if self.iterations >= _MANY_TREES else 0.25


def boosters(name: Booster, settings: Settings) -> tuple[Any, Any]:
    """A classifier, whose probability rises with the features that shall, and a regressor; not fitted.

    Small trees on few features a split and monotone in what inspections found: with few labels that keeps
    chance from looking like a habit. Raises TargetingError, MissingExtra.
    """
    if name not in get_args(Booster):
        raise TargetingError(f"{name!r}: no such booster; there are {', '.join(get_args(Booster))}")
    if settings.iterations < 1 or not 0 < settings.rate <= 1 or settings.threads < 1:
        raise TargetingError("iterations and threads are at least 1, a learning rate lies above 0, up to 1")
    try:
        return _MAKERS[name](settings)
    except ImportError as error:
        if name == "histogram":
            raise MissingExtra("boosting", "targeting") from error
        raise TargetingError(f"{name} is not installed: pip install {name}, or take histogram") from error


def _histogram(of: Settings) -> tuple[Any, Any]:
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

    shared: dict[str, Any] = {
        "max_iter": of.iterations, "learning_rate": of.rate, "early_stopping": False, "random_state": of.seed,
        "l2_regularization": 1.0, "max_leaf_nodes": _LEAVES, "max_features": of.features,
    }  # fmt: skip
    classifier = HistGradientBoostingClassifier(
        **shared, min_samples_leaf=of.leaf, monotonic_cst=[int(one) for one in of.rising]
    )
    return Held(classifier, of.threads), Held(HistGradientBoostingRegressor(**shared), of.threads)


def _lightgbm(of: Settings) -> tuple[Any, Any]:
    from lightgbm import LGBMClassifier, LGBMRegressor

    shared: dict[str, Any] = {
        "n_estimators": of.iterations, "learning_rate": of.rate, "n_jobs": of.threads,
        "random_state": of.seed, "reg_lambda": 1.0, "num_leaves": _LEAVES,
        "feature_fraction_bynode": of.features, "deterministic": True, "verbose": -1,
    }  # fmt: skip
    classifier = LGBMClassifier(
        **shared, min_child_samples=of.leaf, monotone_constraints=[int(one) for one in of.rising]
    )
    return classifier, LGBMRegressor(**shared)


def _catboost(of: Settings) -> tuple[Any, Any]:
    from catboost import CatBoostClassifier, CatBoostRegressor

    shared: dict[str, Any] = {
        "iterations": of.iterations, "learning_rate": of.rate, "thread_count": of.threads,
        "random_seed": of.seed, "rsm": of.features, "verbose": False, "allow_writing_files": False,
    }  # fmt: skip
    classifier = CatBoostClassifier(**shared, monotone_constraints=[int(one) for one in of.rising])
    return classifier, CatBoostRegressor(**shared)


_MAKERS = {"histogram": _histogram, "lightgbm": _lightgbm, "catboost": _catboost}


class Held:
    """A booster of scikit-learn held to so many threads: on a busy machine more take many times as long."""

    def __init__(self, booster: Any, threads: int) -> None:
        self.booster, self.threads = booster, threads

    def fit(self, values: Any, outcome: Any) -> Held:
        """Fit the booster."""
        with self._limits():
            self.booster.fit(_told(values), outcome)
        return self

    def predict(self, values: Any) -> Any:
        """What the booster predicts."""
        return self._in_parts(self.booster.predict, values)

    def predict_proba(self, values: Any) -> Any:
        """The probabilities of the classes."""
        return self._in_parts(self.booster.predict_proba, values)

    def _in_parts(self, predict: Any, values: Any) -> Any:
        """A part at a time, which a cache holds while all trees pass over it: four times as fast."""
        import numpy as np

        with self._limits():
            if not len(values):  # of which scikit-learn predicts nothing
                return predict(np.zeros((1, values.shape[1])))[:0]
            parts = range(0, len(values), _AT_ONCE)
            return np.concatenate([predict(values[start : start + _AT_ONCE]) for start in parts])

    def _limits(self) -> Any:
        from threadpoolctl import threadpool_limits

        return threadpool_limits(self.threads, user_api="openmp")


def _told(values: Any) -> Any:
    """Values with 0 in columns that have none at all: scikit-learn cannot put those into bins."""
    import numpy as np

    empty = np.isnan(values).all(axis=0)
    return np.where(empty, np.float32(0), values) if empty.any() else values
