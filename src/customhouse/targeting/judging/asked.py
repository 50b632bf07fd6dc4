"""What is asked to be judged: declarations, scores, outcomes, and who is trusted, row by row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

from customhouse.errors import TargetingError
from customhouse.targeting.columns import Texts, numbers
from customhouse.targeting.judging import timing
from customhouse.targeting.judging.truth import By, Labels, labelled
from customhouse.targeting.listing import date_of, day_of

if TYPE_CHECKING:
    from customhouse.targeting.history import Flags, Floats, Whole

Resample = Literal["traders", "declarations"]
_FEWEST = 20
"""With fewer traders declarations are resampled."""
_TRADER = "trader_id"


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """Declarations to judge, an entry each: `keep` is which of those given they are."""

    frame: Any
    days: Whole
    labels: Labels
    keep: Flags
    cluster: Whole
    resampled: Resample
    traders: int

    @classmethod
    def of(cls, frame: Any, truth: Any, selection: Any, begin: Any, by: By, resample: Resample) -> Asked:
        """The declarations from the day `begin` on with their outcomes. Raises TargetingError."""
        import numpy as np

        opened, days = timing.opened(frame, "declarations")
        labels = labelled(opened, truth, selection, by)
        keep = np.ones(len(days), dtype=bool)
        if begin is not None:
            keep = days >= day_of(begin, "begin")
        if not keep.any():
            last = date_of(days.max())
            raise TargetingError(f"begin: no declaration from {begin} on; the last is of {last}")
        if not (labels.weight[keep] > 0).any():
            raise TargetingError("truth: no outcome of these declarations is known; wait for inspections")
        judged = opened.filter(keep.tolist())
        cluster, traders = _clusters(judged)
        if resample not in get_args(Resample):
            raise TargetingError(f"{resample!r}: bootstrap samples are of {' or '.join(get_args(Resample))}")
        if resample == "declarations" or traders < _FEWEST:
            cluster, resample = np.arange(len(judged)), "declarations"
        return cls(judged, days[keep], labels.only(keep), keep, cluster, resample, traders)

    def each(self, values: Any, what: str) -> Any:
        """Values of the declarations given, of those that are judged. Raises TargetingError."""
        import numpy as np

        found = np.asarray(values)
        if found.shape != self.keep.shape:
            raise TargetingError(
                f"{what} has the shape {found.shape} for {len(self.keep)} declarations; give one each"
            )
        return found[self.keep]

    def texts(self, name: str) -> Any:
        """A column as text, "" where missing; None where there is none."""
        return Texts.of(self.frame[name]).rows() if name in self.frame.columns else None


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """A ranking that is judged: scores, and what a model says besides, where it does."""

    score: Floats
    probability: Floats | None = None
    expected: Floats | None = None


def scored(scores: Any, asked: Asked) -> Scored:
    """The scores of declarations, by a model, its `Scores` or an array. Raises TargetingError."""
    import numpy as np

    if hasattr(scores, "decision_function"):
        timing.refuse(timing.learnt_by(scores), asked.days, "the model")
        native = asked.frame.to_native()
        if hasattr(scores, "scores"):
            return _told(scores.scores(native))
        return Scored(np.asarray(scores.decision_function(native), dtype=np.float64))
    if hasattr(scores, "score") and hasattr(scores, "probability"):
        told = _told(scores)
        assert told.probability is not None and told.expected is not None
        columns = (told.score, told.probability, told.expected)
        return Scored(*(asked.each(one, "scores") for one in columns))
    return Scored(asked.each(np.asarray(scores, dtype=np.float64), "scores"))


def _told(scores: Any) -> Scored:
    import numpy as np

    columns = (scores.score, scores.probability, scores.probability * scores.recovered)
    return Scored(*(np.asarray(one, dtype=np.float64) for one in columns))


def trusted_of(asked: Asked, trusted: Any) -> Any:
    """Whether each declaration is of a trusted trader: by a list, an array, or the column `aeo`; or None."""
    import numpy as np

    if trusted is None:
        if "aeo" not in asked.frame.columns:
            return None
        return numbers(asked.frame["aeo"], "aeo") == 1
    if not hasattr(trusted, "holds"):
        return asked.each(trusted, "trusted").astype(bool)
    if (trader := asked.texts(_TRADER)) is None:
        raise TargetingError(f"trusted: no column {_TRADER}; a list of the accredited names traders")
    scope = {name: asked.texts(name) for name in ("hs_code", "regime", "office")}
    return np.asarray(trusted.holds(trader, asked.days, **scope), dtype=bool)


def _clusters(frame: Any) -> tuple[Whole, int]:
    """A number for each trader, one of its own for each declaration without; how many traders there are."""
    import numpy as np

    if _TRADER not in frame.columns:
        return np.arange(len(frame)), 0
    found = Texts.of(frame[_TRADER])
    missing = found.places < 0
    number = found.places.astype(np.int64)
    number[missing] = len(found.values) + np.arange(int(missing.sum()))
    _, number = np.unique(number, return_inverse=True)
    return number, len(np.unique(number[~missing]))
