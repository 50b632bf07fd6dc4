"""The boosters under the estimator: scikit-learn's by default, LightGBM or CatBoost where installed."""

from __future__ import annotations

from typing import Any, Literal, get_args

from customhouse.errors import MissingExtra, TargetingError

Booster = Literal["histogram", "lightgbm", "catboost"]


def boosters(name: Booster, iterations: int, rate: float, threads: int, seed: int) -> tuple[Any, Any]:
    """A classifier and a regressor, not fitted. Raises TargetingError, MissingExtra."""
    if name not in get_args(Booster):
        raise TargetingError(f"{name!r}: no such booster; there are {', '.join(get_args(Booster))}")
    if iterations < 1 or not 0 < rate <= 1 or threads < 1:
        raise TargetingError("iterations and threads are at least 1, a learning rate lies above 0, up to 1")
    try:
        return _MAKERS[name](iterations, rate, threads, seed)
    except ImportError as error:
        if name == "histogram":
            raise MissingExtra("boosting", "targeting") from error
        raise TargetingError(f"{name} is not installed: pip install {name}, or take histogram") from error


def _histogram(iterations: int, rate: float, threads: int, seed: int) -> tuple[Any, Any]:
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

    shared = {"max_iter": iterations, "learning_rate": rate, "early_stopping": False, "random_state": seed}
    classifier, regressor = (
        one(**shared, l2_regularization=1.0)
        for one in (HistGradientBoostingClassifier, HistGradientBoostingRegressor)
    )
    return _Held(classifier, threads), _Held(regressor, threads)


def _lightgbm(iterations: int, rate: float, threads: int, seed: int) -> tuple[Any, Any]:
    from lightgbm import LGBMClassifier, LGBMRegressor

    shared = {"n_estimators": iterations, "learning_rate": rate, "n_jobs": threads, "random_state": seed}
    quiet = {"verbose": -1, "deterministic": True}
    return LGBMClassifier(**shared, **quiet), LGBMRegressor(**shared, **quiet)


def _catboost(iterations: int, rate: float, threads: int, seed: int) -> tuple[Any, Any]:
    from catboost import CatBoostClassifier, CatBoostRegressor

    shared = {"iterations": iterations, "learning_rate": rate, "thread_count": threads, "random_seed": seed}
    quiet = {"verbose": False, "allow_writing_files": False}
    return CatBoostClassifier(**shared, **quiet), CatBoostRegressor(**shared, **quiet)


_MAKERS = {"histogram": _histogram, "lightgbm": _lightgbm, "catboost": _catboost}


class _Held:
    """A booster of scikit-learn held to so many threads: on a busy machine more take many times as long."""

    def __init__(self, booster: Any, threads: int) -> None:
        self.booster, self.threads = booster, threads

    def fit(self, values: Any, outcome: Any) -> _Held:
        """Fit the booster."""
        with self._limits():
            self.booster.fit(values, outcome)
        return self

    def predict(self, values: Any) -> Any:
        """What the booster predicts."""
        with self._limits():
            return self.booster.predict(values)

    def predict_proba(self, values: Any) -> Any:
        """The probabilities of the classes."""
        with self._limits():
            return self.booster.predict_proba(values)

    def _limits(self) -> Any:
        from threadpoolctl import threadpool_limits

        return threadpool_limits(self.threads, user_api="openmp")
