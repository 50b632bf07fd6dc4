"""What each feature adds to the heads of a model, and to its score.

The heads are explained by the exact Shapley values of their trees, in log odds of fraud and in the logarithm
of yuan recovered. The score is probability * recovered ** weight, and its logarithm a sum of both; log odds
become logarithms of probability by the slope of the line between the mean prediction and the row's (the
rescale rule of DeepLIFT, by which Chen, Lundberg and Lee carry Shapley values through a series of models:
Nature Communications 13, 4512, 2022). So contributions add up to the logarithm of the score.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from customhouse.errors import TargetingError
from customhouse.targeting.why.shapley import shapley
from customhouse.targeting.why.trees import histogram

if TYPE_CHECKING:
    from customhouse.targeting.features import Features
    from customhouse.targeting.history import Floats

_CLOSE = 1e-9
"""Log odds nearer to the mean prediction than this are carried over by the slope there."""


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """A head's raw prediction of each row: `base` for all, and what each feature adds, rows by features."""

    base: float
    values: Floats

    @property
    def raw(self) -> Floats:
        """The raw prediction of each row: log odds, or the logarithm of yuan."""
        return self.base + self.values.sum(axis=1)  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True, eq=False)
class Contributions:
    """Contributions by feature (`names`) to both heads, and together to the logarithm of the score.

    `revenue` is None for a model that learnt no revenue. `base` and `values` are those of log(score): the
    base for all, and what each feature adds, rows by features.
    """

    names: tuple[str, ...]
    probability: Head
    revenue: Head | None
    base: float
    values: Floats

    @property
    def log_score(self) -> Floats:
        """The logarithm of each row's score."""
        return self.base + self.values.sum(axis=1)  # type: ignore[no-any-return]


def contributions(model: Any, features: Features) -> Contributions:
    """The exact contributions to a fitted `Targeting`'s predictions of rows.

    Of scikit-learn's booster some 0.6 ms a row and head with 200 trees; LightGBM and CatBoost tell their
    own. Raises TargetingError for a model that has learnt nothing, and for an unknown booster.
    """
    import numpy as np

    if not hasattr(model, "classifier_"):
        raise TargetingError("the model has learnt nothing yet; fit it first")
    fraud = head(model.classifier_, features)
    money = None if model.regressor_ is None else _sized(head(model.regressor_, features), model, features)
    constant = np.log(max(model.smearing_, 1.0)) if money is None else np.log(model.smearing_) + money.base
    base = float(_log_probability(np.float64(fraud.base)) + model.weight * constant)
    found = fraud.values * _slope(fraud)[:, None]
    if money is not None:
        found = found + model.weight * money.values
    return Contributions(features.names, fraud, money, base, found)


def _sized(found: Head, model: Any, features: Features) -> Head:
    """The head of revenue with the size of declarations, which the model adds to what its trees say.

    It is a feature by itself, 0 in the mean of frauds: its Shapley value in a sum is what it adds.
    """
    from customhouse.targeting.estimator import SIZE

    found.values[:, features.names.index(SIZE)] += model.offset(features)
    return found


def head(booster: Any, features: Features) -> Head:
    """The contributions to the raw predictions of one fitted booster. Raises TargetingError."""
    import numpy as np

    inner, values = getattr(booster, "booster", booster), features.values.astype(np.float64)
    if hasattr(inner, "_predictors"):
        base, trees = histogram(inner)
        mean, found = shapley(trees, values)
        return Head(base + mean, found)
    if hasattr(inner, "booster_"):
        return _with_base(inner.booster_.predict(values, pred_contrib=True))
    if hasattr(inner, "get_feature_importance"):
        from catboost import Pool

        return _with_base(inner.get_feature_importance(Pool(values), type="ShapValues"))
    raise TargetingError(f"{type(inner).__name__}: no contributions are known for this booster")


def _with_base(found: Any) -> Head:
    """LightGBM and CatBoost put the base, the same for all rows, into a last column."""
    import numpy as np

    table = np.array(found, dtype=np.float64)
    return Head(float(table[0, -1]) if len(table) else 0.0, table[:, :-1])


def _slope(fraud: Head) -> Floats:
    """By how much log(probability) rises for each unit of log odds, between the base and each row."""
    import numpy as np

    away = fraud.values.sum(axis=1)
    start = _log_probability(np.float64(fraud.base))
    rise = _log_probability(fraud.raw) - start
    near = np.abs(away) < _CLOSE
    return np.asarray(np.where(near, -np.expm1(start), rise / np.where(near, 1.0, away)))


def _log_probability(log_odds: Any) -> Any:
    """The logarithm of the probability that log odds are."""
    import numpy as np

    return -np.logaddexp(0.0, -log_odds)
