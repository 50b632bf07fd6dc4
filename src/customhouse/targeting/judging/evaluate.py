"""A ranking judged in one go: leaks first, then tops, curves, calibration, groups and fairness."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from customhouse.errors import TargetingError
from customhouse.targeting.columns import numbers_of
from customhouse.targeting.evaluation import SHARES, refuse
from customhouse.targeting.judging import comparing, timing
from customhouse.targeting.judging.asked import Asked, Resample, Scored, scored, trusted_of
from customhouse.targeting.judging.baselines import Earlier, baselines
from customhouse.targeting.judging.calibrating import calibrated
from customhouse.targeting.judging.fairness import fairness
from customhouse.targeting.judging.finding import data, found
from customhouse.targeting.judging.groups import groups
from customhouse.targeting.judging.leaking import leaking
from customhouse.targeting.judging.model import OURS, Absent, Evaluation, Fairness, Group
from customhouse.targeting.judging.ranking import Rank
from customhouse.targeting.judging.resampling import Resampling
from customhouse.targeting.judging.truth import By
from customhouse.targeting.leakage import Leakage
from customhouse.targeting.listing import day_of

if TYPE_CHECKING:
    from customhouse.targeting.history import Floats


def evaluate(
    frame: Any, scores: Any, truth: Any = None, *, past: Any = None, last_year: Any = None,
    trusted: Any = None, selection: Any = None, by: By = "known", shares: Sequence[float] = SHARES,
    focus: float = 0.05, begin: Any = None, known_by: Any = None, simulated: bool = False,
    resample: Resample = "traders", samples: int = 200, seed: int = 1,
) -> Evaluation:  # fmt: skip
    """Judge a ranking of declarations by what was found of them.

    `frame` is a DataFrame in the declaration schema, each declaration later than whatever the ranking learnt
    from. `scores`: a fitted model (`Targeting`, or what has `decision_function`), its `Scores`, or a number
    each, highest first. `truth`: a table with `fraud` (0, 1, null where nobody inspected), `revenue_cny` and,
    where some were inspected only, `inspected` and `probability` (of inspection), joined by `declaration_id`
    (and `line`) where both have it, else row by row; None where `frame` has these columns. Inspected ones
    without a probability among others with one do not count. `selection` is
    that under which they were inspected, with the logged probabilities of its draws: `by` known, outcomes of
    what was targeted in any case count beside the draws; by draws, these alone do.
    `past`: earlier declarations with outcomes, for the trader's rate and who is new; a model remembers its
    own. `last_year`: scores or a model of the year before, or its declarations with outcomes. `trusted`: a
    list of the accredited, or a truth value each, without which the column `aeo` is taken.
    Groups and fairness are judged at the share `focus`. Declarations before the day `begin` are set aside.
    Raises TargetingError, also for labels from the future: whatever was learnt from has to be known before
    the first declaration that is judged (`known_by`: the last day of which the ranking knows anything).
    """
    asked = Asked.of(frame, truth, selection, begin, by, resample)
    told = sorted({*shares, focus})
    refuse(told, samples)
    if not len(shares):
        raise TargetingError("no share to inspect: it lies above 0, up to 1")
    if known_by is not None:
        timing.refuse(day_of(known_by, "known_by"), asked.days, "the ranking")
    earlier = None if past is None else Earlier.of(past, "past")
    model = scores if hasattr(scores, "memory_") else None
    leak, unchecked = _leak(asked, earlier, tuple(getattr(model, "keys", ())))
    ours = scored(scores, asked)
    others = baselines(asked.frame, asked.days, model, earlier, _each(asked, last_year))
    how = Resampling(asked.cluster, samples, seed)
    rankings, differences = comparing.compared(
        {OURS: ours.score, **others.scores}, asked.labels, told, how
    )
    grouped, ungrouped = _groups(asked, ours.score, others.seen, trusted, focus, how)
    fair, unfair = _fairness(asked, ours.score, focus)
    absent = [one for one in (unchecked, *others.absent, *ungrouped, unfair, *_lacking(asked, ours)) if one]
    return Evaluation(
        data(asked, how, simulated), leak, rankings, differences,
        None if ours.probability is None
        else calibrated(ours.probability, ours.expected, asked.labels, how),
        grouped, fair, found(asked, selection), focus, comparing.best_curve(asked.labels), tuple(absent),
    )  # fmt: skip


def _leak(
    asked: Asked, past: Earlier | None, keys: tuple[str, ...]
) -> tuple[Leakage | None, Absent | None]:
    now = (asked.frame, asked.days, asked.labels.inspected, asked.labels.fraud)
    before = [] if past is None else [
        (past.frame, past.days, past.history.inspected, past.history.fraud.astype(float))
    ]  # fmt: skip
    return leaking([*before, now], keys)


def _each(asked: Asked, last_year: Any) -> Any:
    """Last year's scores of what is judged; a model or a table as it is."""
    if last_year is None or hasattr(last_year, "decision_function") or hasattr(last_year, "columns"):
        return last_year
    return asked.each(getattr(last_year, "score", last_year), "last_year")


def _groups(
    asked: Asked, score: Floats, seen: Any, trusted: Any, focus: float, how: Resampling
) -> tuple[tuple[Group, ...], list[Absent]]:
    """The groups, and those that cannot be told apart."""
    import numpy as np

    held = trusted_of(asked, trusted)
    columns = {
        "office": asked.texts("office"),
        "trusted": None if held is None else np.where(held, "trusted", "other"),
        "seen": None if seen is None else np.where(seen, "seen", "new"),
    }
    lacking = {"office": "no column office", "trusted": "no list of the accredited, nor a column aeo"}
    made = [
        one for by, values in columns.items() if values is not None
        for one in groups(by, values, score, asked.labels, focus, how)
    ]  # fmt: skip
    return tuple(made), [Absent(by, reason) for by, reason in lacking.items() if columns[by] is None]


def _fairness(asked: Asked, score: Floats, focus: float) -> tuple[Fairness | None, Absent | None]:
    if (origin := asked.texts("partner")) is None:
        return None, Absent("fairness", "no column partner (origin)")
    chosen = Rank.of(score, len(score)).chosen(focus)
    value = numbers_of(asked.frame, "value_cny")
    return fairness(origin, chosen, asked.labels, value, focus, asked.cluster), None


def _lacking(asked: Asked, ours: Scored) -> list[Absent]:
    """What the outcomes and the ranking do not tell."""
    found = []
    if not asked.labels.has_revenue:
        found.append(Absent("revenue", "no column revenue_cny among the outcomes"))
    if ours.probability is None:
        reason = "scores alone were given; a model or its Scores have probabilities"
        found.append(Absent("calibration", reason))
    return found
