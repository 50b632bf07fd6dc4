"""The estimator: risk profiles and peers under gradient boosting, with the interface of scikit-learn.

Two heads learn from inspected declarations alone, each seen as it was when it was lodged: the probability of
fraud, and what an inspection recovers where there is fraud. They combine to

    score = probability * recovered ** weight

With a weight of 0 the ranking finds the most fraud. Revenue is found best a little below 1, since of large
amounts those lead whose probability is taken too high: 0.8 is the default, 0.5 a middle way. Amounts are
learnt as shares of the declared value, in logarithms, brought back by Duan's smearing (Journal of the
American Statistical Association 78, 1983), since few of them are most of the revenue. That inspections of a
key found more never lowers the probability (monotone trees), which steadies it where labels are few.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from customhouse.errors import MissingExtra, TargetingError
from customhouse.targeting.boosting import Booster, Settings, boosters
from customhouse.targeting.columns import DATE, NO_DAY, days, frame_of
from customhouse.targeting.features import Features, Memory, rising
from customhouse.targeting.fingerprints import digest, fingerprint
from customhouse.targeting.labels import CENTS, FEWEST, latest, refuse, told
from customhouse.targeting.uncertainty import uncertainty

try:
    from sklearn.base import BaseEstimator, ClassifierMixin
except ImportError as error:
    raise MissingExtra("targeting", "targeting") from error

if TYPE_CHECKING:
    from customhouse.targeting.history import Flags, Floats, Whole

SIZE = "log_value"


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """What the model says of declarations, an entry each.

    `probability` of fraud; `recovered`, what an inspection recovers in yuan where there is fraud; `score` to
    rank by, highest first; `unsure`, the standard deviation of the probability, largest for what is new.
    """

    probability: Floats
    recovered: Floats
    score: Floats
    unsure: Floats

    def __len__(self) -> int:
        return len(self.score)

    @property
    def expected_revenue(self) -> Floats:
        """What an inspection is expected to recover, in yuan."""
        return self.probability * self.recovered


class Targeting(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Ranks declarations for inspection.

    `weight` is explained at the top of the file. `booster` is histogram (scikit-learn's), lightgbm or
    catboost. `delay_days` is how long after its declaration an outcome is known, where `fit` is not told.
    `keys` names further columns of categories that profiles are kept of, beside those of the schema.
    Profiles are of the whole past; the boosters learn from the `most` latest inspections at most, which
    bounds memory. The same seed and data give the same model; `threads` more than one do not make it another.
    """

    def __init__(
        self, *, weight: float = 0.8, booster: Booster = "histogram", delay_days: int = 14,
        keys: Sequence[str] = (), iterations: int = 200, learning_rate: float = 0.06, most: int = 500_000,
        threads: int = 1, seed: int = 1,
    ) -> None:  # fmt: skip
        self.weight, self.booster, self.delay_days = weight, booster, delay_days
        self.keys, self.iterations, self.learning_rate = keys, iterations, learning_rate
        self.most, self.threads, self.seed = most, threads, seed

    def fit(self, X: Any, y: Any, *, revenue: Any = None, finished: Any = None) -> Self:
        """Learn from declarations in the declaration schema (any DataFrame with a column `date`).

        `y` is 1 for fraud, 0 for none, NaN or None where nobody inspected; `revenue` what an inspection
        recovered in yuan; `finished` the day on which its outcome was known. Raises TargetingError for a
        single class, too few inspections, and outcomes that are known before the declaration.
        """
        frame, lodged = framed(X)
        if not 0 <= self.weight <= 1:
            raise TargetingError(f"a weight of {self.weight:g}: it lies between 0 (fraud) and 1 (revenue)")
        history = told(lodged, y, revenue, finished, self.delay_days)
        refuse(history)
        rows = latest(history, self.most)
        self.memory_, seen = Memory.learnt(frame, history, rows, keys=self.keys)
        fraud, money = history.fraud[rows], history.revenue_cents[rows] / CENTS
        self.learnt_ = digest(self.memory_, seen, fraud, money)
        return self.learn(seen, fraud, money)

    def learn(self, seen: Features, fraud: Flags, revenue: Floats) -> Self:
        """Learn from features of inspected declarations that are at hand, and what they recovered in yuan.

        Such a model scores features (`scored`); only `fit` gives it a memory to see declarations with.
        """
        import numpy as np

        self._learn(seen, fraud, revenue)
        self.feature_names_in_ = np.array(seen.names)
        self.classes_ = np.array([0, 1])
        return self

    def scores(self, X: Any) -> Scores:
        """All that the model says of declarations, in one pass over their features. Raises TargetingError."""
        return self.scored(self.features(X))

    def scored(self, seen: Features) -> Scores:
        """The same of features that `features` gave."""
        probability, recovered = self._probability(seen), self._recovered(seen)
        score = probability * recovered**self.weight
        return Scores(probability, recovered, score, uncertainty(seen, probability))

    @property
    def fingerprint(self) -> str:
        """The same for models of the same settings that learnt from the same, another for any other.

        Raises TargetingError for a model that has learnt nothing.
        """
        self._fitted()
        return fingerprint(self.learnt_, self.get_params())

    def features(self, X: Any) -> Features:
        """What the model sees of declarations. Raises TargetingError."""
        self._fitted()
        return self.memory_.features(*framed(X))

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
        return self.scores(X).expected_revenue

    def decision_function(self, X: Any) -> Floats:
        """The score to rank by, highest first."""
        return self.scores(X).score

    def _fitted(self) -> None:
        if not hasattr(self, "memory_"):
            raise TargetingError("the model has learnt nothing yet; fit it first")

    def _learn(self, seen: Features, fraud: Flags, revenue: Floats) -> None:
        import numpy as np

        settings = Settings(
            self.iterations, self.learning_rate, self.threads, self.seed, len(fraud), rising(seen.names)
        )
        classifier, regressor = boosters(self.booster, settings)
        self.classifier_ = classifier.fit(seen.values, fraud.astype(int))
        paid = fraud & (revenue > 0)
        self.regressor_, self.smearing_, self.middle_ = None, float(revenue[fraud].mean()), 0.0
        if paid.sum() >= FEWEST:
            some = Features(seen.names, seen.values[paid])
            self.middle_ = _middle(some.column(SIZE))
            logs = np.log(revenue[paid]) - self.offset(some)
            self.regressor_ = regressor.fit(some.values, logs)
            self.smearing_ = float(np.exp(logs - self.regressor_.predict(some.values)).mean())

    def offset(self, seen: Features) -> Floats:
        """What the logarithm of `recovered` has beside what `regressor_` says: the size of a declaration.

        The logarithm of the value less its mean among frauds, 0 where no value is declared: twice the value
        is twice the revenue, as far as nothing learnt says otherwise, beyond the largest fraud seen too.
        """
        import numpy as np

        return np.nan_to_num(seen.column(SIZE).astype(np.float64) - self.middle_, nan=0.0)

    def _probability(self, seen: Features) -> Floats:
        import numpy as np

        return np.asarray(self.classifier_.predict_proba(seen.values)[:, 1], dtype=np.float64)

    def _recovered(self, seen: Features) -> Floats:
        """Where too few frauds recovered anything, their mean is expected of all."""
        import numpy as np

        if self.regressor_ is None:
            return np.full(len(seen.values), max(self.smearing_, 1.0))
        logs = self.regressor_.predict(seen.values) + self.offset(seen)
        return np.asarray(np.exp(logs) * self.smearing_, dtype=np.float64)


def framed(table: Any) -> tuple[Any, Whole]:
    """A DataFrame as narwhals has it, and the day of each row. Raises TargetingError."""
    frame = frame_of(table)
    if DATE not in frame.columns:
        raise TargetingError(f"the column {DATE} is lacking; targeting needs the day of each declaration")
    found = days(frame[DATE], DATE)
    if (found == NO_DAY).any():
        raise TargetingError(f"{DATE}: a day is missing; leave those declarations out")
    return frame, found


def _middle(sizes: Any) -> float:
    import numpy as np

    there = sizes[np.isfinite(sizes)]
    return float(there.mean()) if len(there) else 0.0
