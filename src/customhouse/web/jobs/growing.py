"""What growth is made of, for the counter: prices and volumes of a slice, its working days, its seasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import isfinite
from typing import TYPE_CHECKING, Any

from customhouse.errors import CustomhouseError, SeasonsError
from customhouse.measures import Missing, Request
from customhouse.model import LANGUAGES
from customhouse.period import Period
from customhouse.statistics import Concepts
from customhouse.web.growth_model import Days, Decomposed, Indexed, Note, Prices, Season, Told, Wanted

if TYPE_CHECKING:
    from customhouse.adjusting import Adjustment
    from customhouse.cube import CellCube, TableCube
    from customhouse.prices.linking import Row
    from customhouse.seasons.monthly import Floats
    from customhouse.web.held import HeldDesk

MONTHS = 25
"""So many months have indices, up to the end of the period."""
LEAST_MONTHS = 36
"""Without three years X-13ARIMA-SEATS has no season to tell from the rest."""


def warm(desk: HeldDesk) -> None:
    """Load what the work needs."""
    import customhouse.factors.days
    import customhouse.prices.of_slice  # noqa: F401


def growth_prices(desk: HeldDesk, wanted: Wanted) -> Prices:
    """What growth is made of, and prices and volumes by month. Raises QueryError, StoreError."""
    statistics = _statistics(desk, wanted)
    made = _decomposed(statistics, wanted)
    lacking = (made,) if isinstance(made, Note) else ()
    decomposed = None if isinstance(made, Note) else made
    months = _indices(statistics, wanted)
    if isinstance(months, Note):
        lacking, months = (*lacking, months), ()
    return Prices(
        statistics.currency, statistics.reporter, decomposed, months, wanted.by, "fisher",
        tuple(dict.fromkeys(lacking)),
    )  # fmt: skip


def prices(desk: HeldDesk, given: Mapping[str, Any]) -> dict[str, Any]:
    """Prices and volumes as the API has them, from its parameters. Raises QueryError, PriceError."""
    from customhouse.prices.frames import rows
    from customhouse.prices.of_slice import Asked, prices
    from customhouse.query import describe
    from customhouse.web.api.asked import Asked as Given
    from customhouse.web.api.asked import open_statistics
    from customhouse.web.api.growth import understood

    query = understood(desk, given)
    told = {name: one for name, one in given.items() if name not in ("by", "formula", "method")}
    statistics = open_statistics(desk, Given.of(told), query)
    how = {name: given[name] for name in ("by", "formula", "method") if name in given}
    found = prices(statistics, Asked(query.slice, query.periods[0], **how))
    day = given.get("as_of")
    return {
        "question": {to: describe(query, to) for to in LANGUAGES}, "source": statistics.source,
        "reporter": statistics.reporter, "currency": found.currency,
        "as_of": day.isoformat() if day else None,
        "by": found.asked.by, "formula": found.asked.formula, "method": found.asked.method,
        "set_aside": found.edits.num_rows,
        "rows": [{name: _steady(one) for name, one in row.items()} for row in rows(found)],
    }  # fmt: skip


def _statistics(desk: HeldDesk, wanted: Wanted) -> CellCube | TableCube:
    concepts = None if wanted.concepts == Concepts() else wanted.concepts
    return desk.statistics(wanted.as_of, wanted.source, wanted.currency, concepts)


def _decomposed(statistics: CellCube | TableCube, wanted: Wanted) -> Decomposed | Note:
    from customhouse.prices.contributions import contributions

    found = contributions(statistics, wanted.part, wanted.period)
    if isinstance(found, Missing):
        return Note(found.code, found.reason)
    return Decomposed(
        found.period, found.base, found.growth, tuple(found.points.items()), found.coverage, found.imputed,
        found.grade, _days(statistics, wanted, found.growth),
    )  # fmt: skip


def _days(statistics: CellCube | TableCube, wanted: Wanted, growth: float) -> Days | Note:
    """What working days did, or why that cannot be told: no extra, no calendar of the reporter."""
    from customhouse.factors.days import days_effect

    found = days_effect(wanted.part, wanted.period, None, growth, statistics)
    if isinstance(found, Missing):
        return Note("working_days", found.reason)
    days = (found.points, found.days, found.base_days, found.method)
    return Days(*days, found.per_day, found.error, found.note)


def _indices(statistics: CellCube | TableCube, wanted: Wanted) -> tuple[Indexed, ...] | Note:
    """Prices and volumes of the months up to the end of the period, as far as there are any."""
    from customhouse.prices.of_slice import Asked, prices

    last = wanted.period.last
    there = [month for month in statistics.months() if last - MONTHS < month <= last]
    if not there:
        return Note("months", f"the statistics have no month up to {wanted.period}")
    try:
        found = prices(statistics, Asked(wanted.part, Period(there[0], last), wanted.by))
    except CustomhouseError as error:
        return Note("prices", str(error))
    return tuple(_indexed(row) for row in found.rows)


def _indexed(row: Row) -> Indexed:
    price, volume = _number(row.price), _number(row.volume)
    value, coverage = _number(row.value), _number(row.coverage)
    return Indexed(row.period.first, row.base, price, volume, value, coverage, row.grade, row.lacking)


def growth_season(desk: HeldDesk, wanted: Wanted) -> Season:
    """The value of the slice by month, adjusted for its seasons. Raises StoreError, MissingExtra."""
    from customhouse.adjusting.drawing import adjustment, pieces
    from customhouse.query import Query
    from customhouse.seasons.settings import Settings

    statistics = _statistics(desk, wanted)
    reporter = wanted.part.reporter or statistics.reporter
    money = statistics.currency
    found, failures = pieces(Query(Request("value", wanted.part), ()), statistics)
    if not found:
        why = tuple(Note("months", one.reason) for one in failures)
        return Season(money, reporter, 0, (), lacking=why)
    series = found[0].found.series
    plain = Season(money, reporter, series.first, _numbers(series.values))
    if series.observed < LEAST_MONTHS:
        reason = f"{series.observed} months have a figure; adjustment needs {LEAST_MONTHS} or more"
        values = (("there", series.observed), ("needs", LEAST_MONTHS))
        return replace(plain, lacking=(Note("season_too_short", reason, values),))
    settings = Settings(reporter, together="split", forecast=0)
    try:
        return _adjusted(plain, adjustment(found[0], settings, money))
    except SeasonsError as error:
        return replace(plain, lacking=(Note("season_refused", str(error)),))


def _adjusted(plain: Season, made: Adjustment) -> Season:
    found = made.result
    si = found.seasonal * found.irregular if found.multiplicative else found.seasonal + found.irregular
    two = tuple((one.period.first, one.adjusted_growth) for one in made.two_months)
    return replace(
        plain, original=_numbers(found.original.values), adjusted=_numbers(found.adjusted),
        trend=_numbers(found.trend), seasonal=_numbers(found.seasonal), si=_numbers(si),
        growth=_numbers(found.growth()), together=tuple(one for one in two if isfinite(one[1])),
        outliers=tuple((one.month, one.kind.upper()) for one in found.outliers),
        multiplicative=found.multiplicative, method=found.method, model=found.model,
        windows=tuple((name, tuple(one.lengths)) for name, one in found.windows.items()),
        diagnostics=tuple((code, value) for code, value in found.diagnostics.items() if isfinite(value)),
        notes=tuple((one.code, tuple(one.values.items())) for one in found.notes),
        told=tuple(_told(made, language) for language in LANGUAGES),
    )  # fmt: skip


def _told(made: Adjustment, language: str) -> Told:
    """How it was adjusted and how well, in a language."""
    from customhouse.adjusting import words

    _, heads, rows = words.diagnostics(made, language)
    return Told(language, tuple(words.notes(made, language)), heads, rows)


def _numbers(values: Floats) -> tuple[float | None, ...]:
    return tuple(_number(float(one)) for one in values)


def _steady(value: Any) -> Any:
    """A value to twelve digits: past them sums of fractions depend on the order in which threads add them."""
    return float(f"{value:.12g}") if isinstance(value, float) else value


def _number(number: float) -> float | None:
    return number if isfinite(number) else None
