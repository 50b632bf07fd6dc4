"""What targeting at the desk gives: models, rankings and lanes, with their tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from customhouse.targeting.intake.declarations import Declared
from customhouse.targeting.intake.outcomes import Outcomes

if TYPE_CHECKING:
    import pyarrow as pa

    from customhouse.targeting.estimator import Scores, Targeting
    from customhouse.targeting.judging import Evaluation
    from customhouse.targeting.leakage import Leakage
    from customhouse.targeting.rulebook import Rulebook
    from customhouse.targeting.saved import Manifest, Trained
    from customhouse.targeting.selection import Selection
    from customhouse.targeting.watched import Watched
    from customhouse.targeting.why import Dependence, Importance

_LOOKED_AT = 2000
"""Declarations from which the report tells what the model looks at."""
_DEPENDENCE, _BINS = 3, 12
"""Features whose dependence it shows, and in how many bins."""
_SHOWN = ("declaration_id", "line", "date", "office", "trader_id", "hs_code", "partner", "value_cny",
          "duty_cny")  # fmt: skip
"""Columns of declarations that rankings and lanes repeat."""


@dataclass(frozen=True, slots=True, eq=False)
class Learnt:
    """A model with what it was learnt from; `leak`: how well a plain look-up tells the outcomes."""

    model: Targeting
    trained: Trained
    declared: Declared
    outcomes: Outcomes
    leak: Leakage | None

    def save(self, path: str | Path) -> Manifest:
        """Write the model to a file, whole or not at all. Raises OutputError, MissingExtra."""
        from customhouse.targeting import saved

        return saved.write(path, self.model, self.trained)


@dataclass(frozen=True, slots=True, eq=False)
class Ranked:
    """Declarations from the highest score down, and what was taken in.

    `table`: rank, what the declaration is, `fraud_probability`, `recovered_cny` where there is fraud,
    `expected_revenue_cny` of an inspection, `score`, and `unsure`, the deviation of the probability; with
    reasons where they were asked for. `rows` are the places of its rows among the declarations.
    """

    table: pa.Table
    rows: Any
    declared: Declared
    model: str


@dataclass(frozen=True, slots=True, eq=False)
class Lanes:
    """Declarations in their order with their lanes, and what was taken in; `entry`: the number in the log.

    `table`: what the declaration is, `lane`, `basis` (model, rule, random, exploration, none), `rule`,
    `trusted`, `score`, `fraud_probability`, `expected_revenue_cny`, `draw_probability` (that of being drawn
    at random), and `reasons` where they were asked for.
    """

    table: pa.Table
    selection: Selection
    declared: Declared
    model: str
    entry: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Judgement:
    """A model judged: the evaluation, what was taken in, and where there is a log what it found over time."""

    evaluation: Evaluation
    declared: Declared
    outcomes: Outcomes
    model: Targeting
    watched: Watched | None = None

    def write_page(self, path: str | Path, language: str | None = "en") -> list[Path]:
        """Write the report page; without a language one in each. Raises OutputError, MissingExtra."""
        from customhouse.targeted import write_page

        topics, features = self.looked_at()
        more: dict[str, Any] = {"importance": topics, "dependence": features, "run": self.watched}
        return write_page(self.evaluation, path, language, **more)

    def importance(self) -> Sequence[Importance]:
        """What the model looks at, over declarations spread evenly among those judged."""
        return self.looked_at()[0]

    def looked_at(self) -> tuple[Sequence[Importance], Sequence[Sequence[Dependence]]]:
        """The same, and how the score goes with the features that matter most, where it may be shown."""
        import numpy as np

        from customhouse.targeting.why import contributions, dependence, importance

        frame = self.declared.frame()
        rows = np.unique(np.linspace(0, len(frame) - 1, min(_LOOKED_AT, len(frame))).astype(np.int64))
        part = frame.take(rows)
        features = self.model.features(part)
        found = contributions(self.model, features)
        told: list[tuple[Dependence, ...]] = []
        if "trader_id" in part.column_names:
            traders = [one or "" for one in part["trader_id"].cast("string").to_pylist()]
            most = importance(found, by="feature")[:_DEPENDENCE]
            told = [dependence(found, features, traders, one.name, _BINS) for one in most]
        return importance(found, self.model.memory_.ledgers), told


def shown(frame: pa.Table) -> dict[str, Any]:
    """What rankings and lanes repeat of declarations."""
    return {name: frame[name] for name in _SHOWN if name in frame.column_names}


def scored(found: Scores, model: Targeting) -> dict[str, Any]:
    """What a model says of declarations, as columns; amounts are null where it was never told any."""
    import pyarrow as pa

    money = {"recovered_cny": found.recovered, "expected_revenue_cny": found.expected_revenue}
    if not model.smearing_ > 0:
        money = dict.fromkeys(money, pa.nulls(len(found), pa.float64()))
    return {"fraud_probability": found.probability, **money, "score": found.score, "unsure": found.unsure}


def table(columns: Mapping[str, Any]) -> pa.Table:
    """Columns as a table, with nothing where a number is none."""
    import pyarrow as pa
    import pyarrow.compute as pc

    made = pa.table(dict(columns))
    for place, one in enumerate(made.schema):
        if pa.types.is_floating(one.type):
            finite = pc.is_finite(made[one.name])
            made = made.set_column(place, one, pc.if_else(finite, made[one.name], pa.scalar(None, one.type)))
    return made


def why(model: Targeting, frame: pa.Table, rows: Any, size: int, language: str, most: int) -> Any:
    """The reasons of some rows, nothing for the rest."""
    import pyarrow as pa

    from customhouse.targeting.why import reasons

    found = [[one.text for one in row] for row in reasons(model, frame, rows.tolist(), language, most)]
    return pa.array([*found, *([None] * (size - len(found)))], pa.list_(pa.string()))


def chosen(model: Targeting, frame: pa.Table, selection: Selection, rules: Rulebook | None) -> Any:
    """Why a selection chose each row, in both languages, as the log takes it."""
    import narwhals as nw

    from customhouse.targeting.why.chosen import chosen as causes
    from customhouse.targeting.why.chosen import logged as sentences

    return sentences(causes(model, nw.from_native(frame, eager_only=True), selection, rules))


def said(why: Iterable[Any], language: str) -> Any:
    """Those reasons in one language."""
    import pyarrow as pa

    said = [None if one is None else list(one[language]) for one in why]
    return pa.array(said, pa.list_(pa.string()))


def logged(
    log: str | Path, selection: Selection, frame: pa.Table, why: Any, model: str, again: bool
) -> int:
    """Keep a selection in a log; its number there."""
    from customhouse.targeting.log import write

    return int(write(log, selection, frame, why, model=model, again=again).number)


def decided(selection: Selection, found: Scores, model: Targeting) -> dict[str, Any]:
    """What was decided of each declaration, as columns."""
    import numpy as np

    from customhouse.targeting.selection import BASES, LANES

    said = scored(found, model)
    rules = np.array([*(one.name for one in selection.rules), ""], dtype=object)
    return {
        "lane": np.array(LANES)[selection.lane], "basis": np.array(BASES)[selection.basis],
        "rule": _texts(rules[selection.rule]), "trusted": selection.trusted,
        **{name: said[name] for name in ("score", "fraud_probability", "expected_revenue_cny")},
        "draw_probability": selection.probability,
    }  # fmt: skip


def _texts(values: Any) -> Any:
    import pyarrow as pa

    return pa.array([one or None for one in values], pa.string())
