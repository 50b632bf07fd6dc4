"""A series freed of seasons, holidays and working days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from customhouse import optional
from customhouse.period import Period
from customhouse.seasons.adjusted import Adjusted, Coefficient, Note, Outlier
from customhouse.seasons.monthly import Monthly
from customhouse.seasons.settings import Settings

if TYPE_CHECKING:
    from customhouse.seasons.choice import Chosen
    from customhouse.seasons.design import Calendar
    from customhouse.seasons.monthly import Floats

__all__ = ["Adjusted", "Coefficient", "Note", "Outlier", "Settings", "adjust"]


def adjust(series: Monthly, settings: Settings | None = None) -> Adjusted:
    """The series with its parts, by X-13ARIMA-SEATS or, where that is not installed, by STL.

    Takes 36 to 780 months, of which at most a quarter may be missing; months before the first value and
    after the last have no parts. Raises SeasonsError for a series or settings that nothing can be done
    with, and MissingExtra.
    """
    optional.module("scipy.linalg", "seasonal adjustment", "seasons")
    from customhouse.seasons import choice, design, runner, stl, x13
    from customhouse.seasons.split import held_months, split

    told = settings or Settings()
    used = design.trimmed(series)
    about = design.calendar(used, told)
    held = held_months(used, told)
    given = used
    if held:
        used = split(used, held, about, told)
    log = design.logged(used, about, told)
    problem = design.problem(used, log, about, told)
    chosen = choice.choose(problem)
    if told.method == "stl":
        found = replace(stl.adjusted(used, problem, about, chosen), notes=())
    elif runner.binary() is None and told.fallback:
        found = stl.adjusted(used, problem, about, chosen)
    else:
        found = x13.adjusted(used, log, about, chosen, told)
    notes = (*_notes(given, held, log, told), *about.notes, *_left_out(chosen, about, told), *found.notes)
    return _whole(replace(found, notes=notes), series)


def _notes(given: Monthly, held: dict[int, tuple[int, ...]], log: bool, told: Settings) -> Iterator[Note]:
    """What was done to the series itself."""
    import numpy as np

    missing = int(np.isnan(given.values).sum()) - sum(len(before) for before in held.values())
    if held:
        months = ", ".join(str(Period(given.first + i, given.first + i)) for i in sorted(held))
        yield Note("split", {"count": len(held), "months": months})
    if missing:
        yield Note("missing", {"count": missing})
    if not log and told.mode == "auto":
        lowest = float(np.nanmin(given.values))
        yield Note("not_positive", {"lowest": lowest}) if lowest <= 0 else Note("no_logarithms", {})
    if len(given) < 60:
        yield Note("short", {"months": len(given)})


def _left_out(chosen: Chosen, about: Calendar, told: Settings) -> Iterator[Note]:
    """Festivals and working days that AICc leaves out of the model."""
    for one in chosen.effects:
        if one.windows is None:
            yield Note("festival_left_out", {"festival": one.festival, "aicc": round(-one.gain, 1)})
    if about.names and told.trading is None and 0 not in chosen.trading:
        yield Note("trading_left_out", {})


def _whole(found: Adjusted, series: Monthly) -> Adjusted:
    """The result over all months of the series as given, with nothing where it has no value at its ends."""
    import numpy as np

    before = found.original.first - series.first
    after = len(series) - before - len(found.original)
    if not before and not after:
        return found

    def longer(values: Floats) -> Floats:
        return np.pad(values, (before, after), constant_values=np.nan)

    return replace(
        found, original=Monthly(series.first, longer(found.original.values), series.name),
        adjusted=longer(found.adjusted), trend=longer(found.trend), seasonal=longer(found.seasonal),
        irregular=longer(found.irregular), holiday=longer(found.holiday), trading=longer(found.trading),
    )  # fmt: skip
