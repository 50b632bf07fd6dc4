"""Targeting in a few lines: from files or DataFrames of declarations to a model, a ranking and lanes.

    >>> from customhouse.desk import targeting
    >>> model = targeting.fit("declarations.csv", "outcomes.csv")          # doctest: +SKIP
    >>> model.save("model.chm")                                            # doctest: +SKIP
    >>> ranked = targeting.score("today.csv", "model.chm")                 # doctest: +SKIP
    >>> ranked.table.to_pandas().head(20)                                  # doctest: +SKIP
    >>> lanes = targeting.lanes("today.csv", "model.chm", seed=20250301)   # doctest: +SKIP
    >>> lanes.table.filter(lanes.selection.inspected).to_pandas()          # doctest: +SKIP

Declarations are paths, globs or folders (CSV, Parquet, XLSX, packed or not), or a DataFrame of any kind; so
are outcomes. What cannot be used is set aside and told: see `customhouse.targeting.intake`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from customhouse.desk import targeting_tables as tables
from customhouse.desk.targeting_tables import Judgement, Lanes, Learnt, Ranked
from customhouse.errors import TargetingError
from customhouse.targeting.intake import declarations as taking
from customhouse.targeting.intake import outcomes as told
from customhouse.targeting.intake.declarations import Asked, Declared
from customhouse.targeting.intake.outcomes import DELAY_DAYS, Outcomes

if TYPE_CHECKING:
    import pyarrow as pa

    from customhouse.targeting.budgets import Policy
    from customhouse.targeting.estimator import Targeting
    from customhouse.targeting.leakage import Leakage
    from customhouse.targeting.log import Log
    from customhouse.targeting.rulebook import Rulebook
    from customhouse.targeting.saved import Saved, Trained
    from customhouse.targeting.selection import Selection
    from customhouse.targeting.trusted import Trusted

Source = str | Path | Sequence[str | Path] | Any
"""Paths, or a DataFrame."""


def fit(
    declarations: Source, outcomes: Source | None = None, *, asked: Asked | None = None,
    as_of: date | None = None, delay_days: int = DELAY_DAYS, outcomes_map: str | Path | None = None,
    **settings: Any,
) -> Learnt:  # fmt: skip
    """Learn which declarations to inspect from those that were inspected.

    `outcomes` are a table by declaration_id with fraud and, where there are any, line, inspected, revenue_cny
    and finished; without one the declarations have these columns. With `as_of` nothing counts that was not
    known on that day: later declarations are left out, later outcomes are not known yet. `settings` are those
    of `customhouse.targeting.estimator.Targeting`: weight, booster, keys, iterations, seed, ... Raises
    InputError, TargetingError, MissingExtra.
    """
    from customhouse.targeting.estimator import Targeting

    how = _until(asked, as_of)
    model = Targeting(**{**settings, "keys": how.keys, "delay_days": delay_days})
    declared = taken(declarations, how)
    found = judged(declared, outcomes, delay_days, as_of, outcomes_map)
    revenue = found.revenue_cny if found.has_revenue else None
    model.fit(declared.frame(), found.fraud, revenue=revenue, finished=found.days())
    return Learnt(model, _trained(declared, found, as_of), declared, found, _leak(declared, found, how.keys))


def load(path: str | Path) -> Saved:
    """A model that was saved, and its manifest. Raises UnreadableFile, BrokenFile, MissingExtra."""
    from customhouse.targeting import saved

    return saved.read(path)


def refuse(path: str | Path) -> None:
    """Raises OutputError for a place where no model can be written."""
    from customhouse.targeting import saved

    saved.refuse(path)


def score(
    declarations: Source, model: Any, *, asked: Asked | None = None, reasons: int = 0, language: str = "en",
    most: int = 4,
) -> Ranked:  # fmt: skip
    """Rank declarations for inspection, the highest score first.

    `model`: a path, or what `fit` or `load` gave. `reasons`: for how many at the top to say why, in
    `language`, at most `most` each. Raises InputError, TargetingError, MissingExtra.
    """
    import numpy as np

    known = model_of(model)
    declared = taken(declarations, _keyed(asked, known))
    frame = declared.frame()
    found = known.scores(frame)
    rows = np.lexsort((np.arange(len(found)), -found.score))
    columns: dict[str, Any] = {"rank": np.arange(1, len(rows) + 1)}
    columns |= {name: one.take(rows) for name, one in tables.shown(frame).items()}
    columns |= {name: one.take(rows) for name, one in tables.scored(found, known).items()}
    if reasons:
        columns["reasons"] = tables.why(known, frame, rows[:reasons], len(rows), language, most)
    return Ranked(tables.table(columns), rows, declared, known.fingerprint)


def lanes(
    declarations: Source, model: Any, policy: Policy | None = None, *, seed: int, asked: Asked | None = None,
    rules: Rulebook | None = None, trusted: Trusted | None = None, log: str | Path | None = None,
    reasons: bool = False, language: str = "en", again: bool = False,
) -> Lanes:  # fmt: skip
    """Give each declaration its lane: green, yellow (documents) or red (inspection).

    `policy` has the shares (5% inspected, a tenth of it at random, unless told), `rules` and `trusted` the
    criteria and accredited traders beside the model. `seed` repeats the draws: another one for each day,
    that nobody can guess. With `log` every decision is kept in that folder, with reasons in both languages;
    where the policy has budgets of several days, what the log decided of them before counts.
    Raises InputError, TargetingError, OutputError, MissingExtra.
    """
    from customhouse.targeting.budgets import Policy
    from customhouse.targeting.lanes import assign

    known = model_of(model)
    declared = taken(declarations, _keyed(asked, known))
    frame = declared.frame()
    found = known.scores(frame)
    coder = known.memory_.coders.keys.get("trader")
    selection = assign(
        frame, found.score, policy or Policy(), rules=rules, trusted=trusted, unsure=found.unsure,
        known=None if coder is None else coder.values.tolist(), before=_before(log, policy, again), seed=seed,
    )  # fmt: skip
    why = tables.chosen(known, frame, selection, rules) if reasons or log is not None else None
    entry = None if log is None else tables.logged(log, selection, frame, why, known.fingerprint, again)
    columns = tables.decided(selection, found, known)
    columns |= {"reasons": tables.said(why, language)} if reasons and why is not None else {}
    return Lanes(tables.table(tables.shown(frame) | columns), selection, declared, known.fingerprint, entry)


def evaluate(
    declarations: Source, model: Any, outcomes: Source | None = None, *, asked: Asked | None = None,
    outcomes_map: str | Path | None = None, last_year: Any = None, trusted: Trusted | None = None,
    log: str | Path | None = None, **judging: Any,
) -> Judgement:  # fmt: skip
    """Judge a model by what was found of declarations that are later than what it learnt from.

    `last_year` is a model of the year before (a path, or as `model`); `log` the folder of decisions under
    which the declarations were inspected, with the probabilities of its draws. Other options are those of
    `customhouse.targeting.judging.evaluate`. Raises InputError, TargetingError.
    """
    from customhouse.targeting.judging import evaluate as judge
    from customhouse.targeting.log import read
    from customhouse.targeting.watched import watched

    known = model_of(model)
    declared = taken(declarations, _keyed(asked, known))
    found = judged(declared, outcomes, known.delay_days, None, outcomes_map)
    decided = None if log is None else read(log)
    truth = found.table(declared) if decided is None else _with_draws(found, declared, decided)
    before = None if last_year is None else model_of(last_year)
    made = judge(declared.frame(), known, truth, last_year=before, trusted=trusted, **judging)
    seen = None if decided is None else watched(decided, truth)
    return Judgement(made, declared, found, known, seen)


def model_of(given: Any) -> Targeting:
    """The model of a path, of `fit` or `load`, or a fitted one. Raises TargetingError and as `load` does."""
    given = load(given) if isinstance(given, str | Path) else given
    found: Any = getattr(given, "model", given)
    if not hasattr(found, "scores"):
        raise TargetingError(f"{type(given).__name__}: no model; give a path or what fit gave")
    found.fingerprint  # noqa: B018 - raises for a model that has learnt nothing
    return found  # type: ignore[no-any-return]


def taken(source: Source, asked: Asked | None = None) -> Declared:
    """Declarations of paths or of a DataFrame. Raises InputError, TargetingError."""
    paths, how = _paths(source), asked or Asked()
    return taking.of_frame(source, how) if paths is None else taking.declarations(paths, how)


def judged(
    declared: Declared, outcomes: Source | None, delay_days: int = DELAY_DAYS, as_of: date | None = None,
    wanted: str | Path | None = None,
) -> Outcomes:  # fmt: skip
    """The outcomes of declarations: of paths, of a DataFrame, or of their own columns. Raises as `taken`."""
    if outcomes is None:
        return told.of_columns(declared, delay_days, as_of)
    paths = _paths(outcomes)
    if paths is None:
        return told.of_frame(declared, outcomes, delay_days, as_of)
    return told.of_files(declared, paths, wanted, delay_days, as_of)


def _paths(source: Source) -> list[str] | None:
    if isinstance(source, str | Path):
        return [str(source)]
    if isinstance(source, list | tuple) and all(isinstance(one, str | Path) for one in source):
        return [str(one) for one in source]
    return None


def _until(asked: Asked | None, as_of: date | None) -> Asked:
    how = asked or Asked()
    if as_of is None:
        return how
    return replace(how, last=as_of if how.last is None else min(how.last, as_of))


def _before(log: str | Path | None, policy: Policy | None, again: bool) -> Sequence[Selection]:
    """What a log has decided, where budgets run over several days."""
    from customhouse.targeting.log import ENTRIES, read

    if log is None or policy is None or policy.every_days == 1 or again:
        return ()
    if not any((Path(log) / ENTRIES).glob("*.json")):
        return ()
    return read(log).selections()


def _keyed(asked: Asked | None, model: Targeting) -> Asked:
    """With the further columns that the model keeps profiles of."""
    how = asked or Asked()
    return replace(how, keys=tuple(dict.fromkeys((*how.keys, *model.keys))))


def _leak(declared: Declared, found: Outcomes, keys: Sequence[str]) -> Leakage | None:
    """How well a plain look-up tells the outcomes; None where there are too few to tell."""
    import narwhals as nw
    import numpy as np

    from customhouse.targeting.columns import days
    from customhouse.targeting.judging.leaking import leaking

    frame = nw.from_native(declared.frame(), eager_only=True)
    part = (frame, days(frame["date"], "date"), found.inspected, np.nan_to_num(found.fraud))
    return leaking([part], keys)[0]


def _trained(declared: Declared, found: Outcomes, as_of: date | None) -> Trained:
    import numpy as np

    from customhouse.targeting.saved import Trained

    first, last = declared.span()
    return Trained(
        str(first), str(last), len(declared), int(found.inspected.sum()), int(np.nansum(found.fraud)),
        round(float(np.nansum(found.revenue_cny)), 2), None if as_of is None else str(as_of),
        tuple(Path(name).name for name in declared.names),
    )  # fmt: skip


def _with_draws(found: Outcomes, declared: Declared, log: Log) -> pa.Table:
    """Outcomes with the probability with which each declaration of the log was inspected: 1 where targeted,
    its draw's where drawn; none for what was chosen otherwise, since it hung on the draws of others.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    from customhouse.targeting.logged import keyed

    decided = log.table
    place = pc.index_in(keyed(declared.table), value_set=keyed(decided).combine_chunks())
    columns = (decided[name].to_numpy(zero_copy_only=False) for name in ("probability", "targeted", "drawn"))
    draws, targeted, drawn = columns
    chance = np.append(np.where(targeted, 1.0, np.where(drawn, draws, np.nan)), np.nan)
    at = place.fill_null(len(decided)).to_numpy()
    return found.table(declared).append_column("probability", pa.array(chance[at], from_pandas=True))
