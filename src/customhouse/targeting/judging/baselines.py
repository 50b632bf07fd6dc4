"""What a ranking has to beat: chance, the trader's rate of fraud, declared duty, last year's ranking.

Chance is a ranking of equal scores, which every top cuts as a random order would on average. The trader's
rate is what inspections of the past found of it, drawn to the rate of all. Declared duty and tax is a strong
ranking for revenue, and needs no model. Last year's ranking is a model or scores of then, or else the list
that finds of the year before give: what an inspection of the trader's goods of a heading recovered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from customhouse.targeting import labels
from customhouse.targeting.coding import Coder
from customhouse.targeting.columns import Texts, numbers
from customhouse.targeting.features import STRENGTH
from customhouse.targeting.judging import timing
from customhouse.targeting.judging.model import DECLARED_DUTY, LAST_YEAR, RANDOM, TRADER_RATE, Absent
from customhouse.targeting.profiles import Ledger, Past, smoothed

if TYPE_CHECKING:
    from customhouse.targeting.history import Flags, Floats, History, Whole

YEAR = 365
_TRADER, _GOODS = "trader_id", "hs_code"
_HEADING = 4


@dataclass(frozen=True, slots=True, eq=False)
class Earlier:
    """Declarations before those that are judged, with what was found of them."""

    frame: Any
    days: Whole
    history: History

    @classmethod
    def of(cls, table: Any, what: str, delay: int = 0) -> Earlier:
        """Earlier declarations: `fraud` (null where nobody inspected), `revenue_cny`, `finished` (the day).

        Without `finished` an outcome was known on the day of its declaration. Raises TargetingError.
        """
        frame, days = timing.opened(table, what)
        columns = {name: frame[name] if name in frame.columns else None
                   for name in ("fraud", "revenue_cny", "finished")}  # fmt: skip
        fraud = [None] * len(frame) if columns["fraud"] is None else _looked(frame, columns["fraud"])
        history = labels.told(days, fraud, columns["revenue_cny"], columns["finished"], delay)
        return cls(frame, days, history)

    @property
    def last(self) -> int:
        """The last day of which it knows anything."""
        known = self.history.finished[self.history.inspected]
        return max(int(self.days.max()), int(known.max()) if len(known) else 0)

    def past(self, frame: Any, keys: tuple[str, ...], moment: int, window: int | None = None) -> Past | None:
        """What was known of keys of declarations at a moment; None where a table lacks a column of them."""
        import numpy as np

        if not all(key in one.columns for key in keys for one in (self.frame, frame)):
            return None
        mine, asked = (_keyed(one, keys) for one in (self.frame, frame))
        coder = Coder.of(mine)
        ledger = Ledger.of(coder.codes(mine), self.history)
        return ledger.past(coder.codes(asked), np.full(len(frame), moment), window)


@dataclass(frozen=True, slots=True, eq=False)
class Baselines:
    """Scores by the name of the ranking, who is known from before, and what could not be made and why."""

    scores: Mapping[str, Floats]
    seen: Flags | None
    absent: tuple[Absent, ...]


def baselines(
    frame: Any, days: Whole, model: Any = None, past: Earlier | None = None, last_year: Any = None
) -> Baselines:
    """The baselines of declarations to judge. Raises TargetingError, also for labels from the future."""
    import numpy as np

    if past is not None:
        timing.refuse(past.last, days, "past")
    found: dict[str, Floats | None] = {RANDOM: np.zeros(len(frame))}
    found[TRADER_RATE], seen = _trader(frame, int(days.min()), model, past)
    found[DECLARED_DUTY] = _duty(frame)
    found[LAST_YEAR] = _last_year(frame, days, past, last_year)
    reasons = {
        TRADER_RATE: "no column trader_id, or no earlier declarations with outcomes (past)",
        DECLARED_DUTY: "no column duty_cny, nor duty_rate and value_cny",
        LAST_YEAR: "no scores, model or declarations of the year before (last_year, or past)",
    }
    absent = [Absent(name, reasons[name]) for name, one in found.items() if one is None]
    if seen is None:
        absent.append(Absent("seen", reasons[TRADER_RATE]))
    return Baselines({name: one for name, one in found.items() if one is not None}, seen, tuple(absent))


def _trader(
    frame: Any, moment: int, model: Any, past: Earlier | None
) -> tuple[Floats | None, Flags | None]:
    """The trader's smoothed rate, and whether it declared anything before."""
    import numpy as np

    if past is not None and (known := past.past(frame, (_TRADER,), moment)) is not None:
        whole = past.history.inspected.sum()
        overall = float(past.history.fraud.sum() / whole) if whole else 0.0
        return smoothed(known.frauds, known.inspections, overall, STRENGTH), known.since >= 0
    if getattr(model, "memory_", None) is None or "trader" not in model.memory_.ledgers:
        return None, None
    seen = model.features(frame.to_native())
    rate = np.asarray(seen.column("trader_rate"), np.float64)
    return rate, seen.column("trader_declarations") > 0


def _duty(frame: Any) -> Floats | None:
    """Duty and tax as declared, or rate times value; what is missing counts as none."""
    import numpy as np

    if "duty_cny" in frame.columns:
        found = numbers(frame["duty_cny"], "duty_cny")
    elif {"duty_rate", "value_cny"} <= set(frame.columns):
        found = numbers(frame["duty_rate"], "duty_rate") * numbers(frame["value_cny"], "value_cny")
    else:
        return None
    return np.where(np.isfinite(found), found, 0.0)


def _last_year(frame: Any, days: Whole, past: Earlier | None, last_year: Any) -> Floats | None:
    if last_year is None:
        return None if past is None else _list(past, frame, int(days.min()), YEAR)
    if hasattr(last_year, "decision_function"):
        timing.refuse(timing.learnt_by(last_year), days, "last year's model")
        return _floats(last_year.decision_function(frame.to_native()))
    if hasattr(last_year, "columns"):
        then = Earlier.of(last_year, "last_year")
        timing.refuse(then.last, days, "last_year")
        return _list(then, frame, int(days.min()), None)
    return _floats(getattr(last_year, "score", last_year))


def _list(past: Earlier, frame: Any, moment: int, window: int | None) -> Floats | None:
    """What an inspection recovered, of the trader's goods of a heading, drawn to the trader's, and to all.

    Where nothing was recovered at all, as without amounts, frauds count instead.
    """
    import numpy as np

    known = [past.past(frame, keys, moment, window) for keys in ((_TRADER,), (_TRADER, _GOODS))]
    if known[0] is None:
        return None
    what = "revenue_cents" if past.history.revenue_cents.any() else "frauds"
    recent = past.history.inspected & (past.days >= moment - (window or moment))
    every = past.history.revenue_cents if what == "revenue_cents" else past.history.fraud
    prior: Any = np.full(len(frame), float(every[recent].mean()) if recent.any() else 0.0)
    for one in known:
        if one is not None:
            prior = smoothed(getattr(one, what), one.inspections, prior, STRENGTH)
    return np.asarray(prior, dtype=np.float64)


def _looked(frame: Any, fraud: Any) -> Any:
    """Outcomes, nothing where a column `inspected` says that nobody looked."""
    import numpy as np

    if "inspected" not in frame.columns:
        return fraud
    return np.where(numbers(frame["inspected"], "inspected") == 1, numbers(fraud, "fraud"), np.nan)


def _keyed(frame: Any, keys: tuple[str, ...]) -> Any:
    """A text for each row, "" where a part is missing; of goods their heading."""
    import numpy as np

    found = None
    for key in keys:
        column = Texts.of(frame[key])
        if key == _GOODS:
            column = column.map(lambda code: code[:_HEADING])
        rows = column.rows()
        found = rows if found is None else np.where(
            (found == "") | (rows == ""), "", np.char.add(np.char.add(found, "\t"), rows)
        )  # fmt: skip
    return found


def _floats(values: Any) -> Floats:
    import numpy as np

    return np.asarray(values, dtype=np.float64)
