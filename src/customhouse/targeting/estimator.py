"""The estimator: risk profiles and peers under gradient boosting, with the interface of scikit-learn.

Two heads learn from inspected declarations alone, each seen as it was when it was lodged: the probability of
fraud, and what an inspection recovers where there is fraud. They combine to

    score = probability * recovered ** weight

With a weight of 0 the ranking finds the most fraud, with 1 the most revenue; 0.5 lies between. Amounts that
frauds recover are learnt in logarithms and brought back by Duan's smearing (Journal of the American
Statistical Association 78, 1983), since few of them are most of the revenue.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from customhouse.errors import MissingExtra, TargetingError
from customhouse.targeting.boosting import Booster, boosters
from customhouse.targeting.features import Features, Memory
from customhouse.targeting.history import History

try:
    from sklearn.base import BaseEstimator, ClassifierMixin
except ImportError as error:
    raise MissingExtra("targeting", "targeting") from error

if TYPE_CHECKING:
    from customhouse.targeting.history import Flags, Floats, Whole

DATE = "date"
_FEWEST = 20
"""Inspections, and frauds for the head of revenue, that a model is learnt from at least."""
_CENTS = 100


class Targeting(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Ranks declarations for inspection.

    `weight` is explained at the top of the file. `booster` is histogram (scikit-learn's), lightgbm or
    catboost. `delay_days` is how long after its declaration an outcome is known, where `fit` is not told.
    The same seed and data give the same model; `threads` more than one do not make it another.
    """

    def __init__(
        self, *, weight: float = 0.5, booster: Booster = "histogram", delay_days: int = 14,
        iterations: int = 200, learning_rate: float = 0.06, threads: int = 1, seed: int = 1,
    ) -> None:  # fmt: skip
        self.weight, self.booster, self.delay_days = weight, booster, delay_days
        self.iterations, self.learning_rate = iterations, learning_rate
        self.threads, self.seed = threads, seed

    def fit(self, X: Any, y: Any, *, revenue: Any = None, finished: Any = None) -> Self:
        """Learn from declarations in the declaration schema (any DataFrame with a column `date`).

        `y` is 1 for fraud, 0 for none, NaN or None where nobody inspected; `revenue` what an inspection
        recovered in yuan; `finished` the day on which its outcome was known. Raises TargetingError for a
        single class, too few inspections, and outcomes that are known before the declaration.
        """
        import numpy as np

        frame, days = framed(X)
        outcome = np.array([np.nan if one is None else float(one) for one in list(y)])
        inspected = ~np.isnan(outcome)
        cents = None if revenue is None else _cents(revenue, inspected)
        done = None if finished is None else _days(list(finished), days, inspected)
        history = History.of(days, inspected, np.where(inspected, outcome, 0), cents, done, self.delay_days)
        self._refuse(history)
        self.memory_ = Memory.of(frame, history)
        seen = self.memory_.features(frame.filter(inspected.tolist()), days[inspected])
        self._learn(seen, history.fraud[inspected], history.revenue_cents[inspected] / _CENTS)
        self.feature_names_in_ = np.array(seen.names)
        self.classes_ = np.array([0, 1])
        return self

    def features(self, X: Any) -> Features:
        """What the model sees of declarations. Raises TargetingError."""
        if not hasattr(self, "memory_"):
            raise TargetingError("the model has learnt nothing yet; fit it first")
        frame, days = framed(X)
        return self.memory_.features(frame, days)

    def predict_proba(self, X: Any) -> Floats:
        """The probabilities of no fraud and of fraud: a row a declaration."""
        import numpy as np

        found = self._probability(self.features(X))
        return np.stack([1 - found, found], axis=1)

    def predict(self, X: Any) -> Whole:
        """1 where fraud is more likely than not."""
        import numpy as np

        return np.asarray(self.predict_proba(X)[:, 1] > 0.5, dtype=np.int64)

    def recovered(self, X: Any) -> Floats:
        """What an inspection is expected to recover where there is fraud, in yuan."""
        return self._recovered(self.features(X))

    def expected_revenue(self, X: Any) -> Floats:
        """What an inspection is expected to recover, in yuan: probability times `recovered`."""
        seen = self.features(X)
        return self._probability(seen) * self._recovered(seen)

    def decision_function(self, X: Any) -> Floats:
        """The score to rank by, highest first."""
        import numpy as np

        seen = self.features(X)
        return np.asarray(self._probability(seen) * self._recovered(seen) ** self.weight)

    def _refuse(self, history: History) -> None:
        if not 0 <= self.weight <= 1:
            raise TargetingError(f"a weight of {self.weight:g}: it lies between 0 (fraud) and 1 (revenue)")
        count = int(history.inspected.sum())
        if count < _FEWEST:
            raise TargetingError(f"{count} inspections: a model needs {_FEWEST}; inspect at random first")
        if len(history.classes()) < 2:
            told = "fraud" if True in history.classes() else "no fraud"
            raise TargetingError(f"all {count} inspections found {told}; a model needs both outcomes")

    def _learn(self, seen: Features, fraud: Flags, revenue: Floats) -> None:
        import numpy as np

        settings = (self.iterations, self.learning_rate, self.threads, self.seed)
        classifier, regressor = boosters(self.booster, *settings)
        self.classifier_ = classifier.fit(seen.values, fraud.astype(int))
        paid = fraud & (revenue > 0)
        self.regressor_, self.smearing_ = None, float(revenue[fraud].mean())
        if paid.sum() >= _FEWEST:
            logs = np.log(revenue[paid])
            self.regressor_ = regressor.fit(seen.values[paid], logs)
            spread = logs - self.regressor_.predict(seen.values[paid])
            self.smearing_ = float(np.exp(spread).mean())

    def _probability(self, seen: Features) -> Floats:
        import numpy as np

        return np.asarray(self.classifier_.predict_proba(seen.values)[:, 1], dtype=np.float64)

    def _recovered(self, seen: Features) -> Floats:
        """Where too few frauds recovered anything, their mean is expected of all."""
        import numpy as np

        if self.regressor_ is None:
            return np.full(len(seen.values), max(self.smearing_, 1.0))
        return np.asarray(np.exp(self.regressor_.predict(seen.values)) * self.smearing_, dtype=np.float64)


def framed(table: Any) -> tuple[Any, Whole]:
    """A DataFrame as narwhals has it, and the day of each row. Raises TargetingError."""
    import narwhals as nw

    try:
        frame = nw.from_native(table, eager_only=True)
    except TypeError as error:
        raise TargetingError(f"{type(table).__name__}: no table; give a DataFrame of declarations") from error
    if DATE not in frame.columns:
        raise TargetingError(f"the column {DATE} is lacking; targeting needs the day of each declaration")
    return frame, _days(frame[DATE].to_list())


def _days(given: list[Any], other: Whole | None = None, used: Flags | None = None) -> Whole:
    """Days since 1970; where not `used` those of `other`. Raises TargetingError for what is no day."""
    import numpy as np

    try:
        found = np.array([str(one)[:10] for one in given], dtype="datetime64[D]").astype(np.int64) \
            if used is None or other is None else np.array(
                [np.datetime64(str(one)[:10], "D").astype(np.int64) if use else day
                 for one, use, day in zip(given, used, other, strict=True)], dtype=np.int64)  # fmt: skip
    except (ValueError, TypeError) as error:
        raise TargetingError(f"{DATE}: not a day ({error}); write days as 2025-03-31") from error
    if (found < -(2**31)).any():
        raise TargetingError(f"{DATE}: a day is missing; leave those declarations out")
    return found


def _cents(revenue: Any, inspected: Flags) -> Whole:
    import numpy as np

    found = np.array([0.0 if one is None else float(one) for one in list(revenue)])
    if found.shape != inspected.shape or not np.isfinite(found[inspected]).all():
        raise TargetingError("revenue: each inspected declaration needs a number, 0 where none was due")
    return np.round(np.where(inspected, found, 0) * _CENTS).astype(np.int64)
