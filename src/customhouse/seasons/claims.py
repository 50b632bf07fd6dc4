"""Growth of adjusted figures as claims, and the series of a slice out of statistics.

A claim of growth on the month before has the measure growth, the month before as its base and the terms
`seasonally_adjusted`. It is derived from the levels of all months that the adjustment saw: another month, or
a revision of any, may change it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import isnan

from customhouse.measures import Missing, Request, measure
from customhouse.model import HOME, SEASONALLY, Claim, Derivation, Slice, changed
from customhouse.period import Period
from customhouse.quantity import Interval
from customhouse.seasons.adjust import adjust
from customhouse.seasons.adjusted import Adjusted
from customhouse.seasons.keeping import fingerprint
from customhouse.seasons.monthly import Monthly
from customhouse.seasons.settings import Settings
from customhouse.seasons.together import january_february
from customhouse.statistics import Statistics

_REMEMBERED = 64
_known: OrderedDict[str, Adjusted] = OrderedDict()


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """A slice of statistics by month: the series, and the claim that each month's level is.

    `joined` are months whose figure is that of January and February together, for the statistics have
    no other; the month before is missing.
    """

    series: Monthly
    claims: Mapping[int, Claim]
    joined: tuple[int, ...] = ()


def drawn(
    ask: Request, statistics: Statistics, name: str = "", span: Period | None = None
) -> Drawn | Missing:
    """The levels that a request is about (`ask.measure` or `ask.of`), month by month, all or those of `span`.

    Of years for which the statistics have January and February together alone, the sum stands in
    February. Missing where no month has a level.
    """
    import numpy as np

    months = [m for m in statistics.months() if span is None or span.first <= m <= span.last]
    wanted = range(months[0], months[-1] + 1) if months else range(0)
    claims: dict[int, Claim] = {}
    joined: list[int] = []
    why = Missing("months", "the statistics have no month of it")
    for month in wanted:
        found = _level(ask, statistics, Period(month, month))
        if isinstance(found, Missing) and month % 12 == 1 and month - 1 not in claims:
            both = _level(ask, statistics, Period(month - 1, month))
            joined += [month] if isinstance(both, Claim) else []
            found = both
        if isinstance(found, Claim):
            claims[month] = found
        elif not found.months:
            why = found
    if not claims:
        return why
    first, end = min(claims), max(claims)
    values = [claims[m].value if m in claims else np.nan for m in range(first, end + 1)]
    return Drawn(Monthly(first, np.array(values, dtype=np.float64), name), claims, tuple(joined))


def adjusted_growth(
    ask: Request, statistics: Statistics, settings: Settings | None = None
) -> Claim | Missing:
    """Growth of adjusted figures on the month before (January and February: on November and December).

    `ask` has the slice, the period and the base. Statistics of up to the period's end are adjusted, as
    they would be when it is published; the same series is adjusted once. Raises SeasonsError where
    the series cannot be adjusted, and MissingExtra.
    """
    period = ask.period
    if period is None or ask.base not in (None, period.previous()):
        return Missing("base", "adjusted figures are compared with the period just before")
    if period.months > 2 or (period.months == 2 and period.first % 12):
        return Missing("period", "adjusted growth is of a month, or of January and February as one")
    found = drawn(ask, statistics, span=Period(0, period.last))
    if isinstance(found, Missing):
        return found
    if found.series.period.last != period.last:
        return Missing("months", f"the statistics lack {period}", (period.last,))
    told = settings or Settings(reporter=ask.slice.reporter or HOME)
    if found.joined:
        told = replace(told, together="split", split=found.joined)
    return growth_claim(remembered(found.series, told), ask.slice, period, found.claims)


def growth_claim(
    result: Adjusted, part: Slice, period: Period, claims: Mapping[int, Claim] | Iterable[Claim] = ()
) -> Claim | Missing:
    """The growth of a month, or of January and February as one, on the period just before, as a claim."""
    if period.months == 1:
        at = period.first - result.original.first
        rate = float(result.growth()[at]) if 0 < at < len(result.months) else float("nan")
    else:
        two = next((t for t in january_february(result) if t.period == period), None)
        rate = two.adjusted_growth if two else float("nan")
    if isnan(rate):
        return Missing("base", f"no adjusted figure above 0 in {period.previous()}, or none in {period}")
    levels = tuple(claims.values() if isinstance(claims, Mapping) else claims)
    base = period.previous()
    origin = Derivation(SEASONALLY, levels, Interval(rate, rate), _arithmetic(result, period, base, rate))
    return Claim("growth", rate, "%", origin, slice=part, period=period, base=base, terms=SEASONALLY)


def remembered(series: Monthly, settings: Settings) -> Adjusted:
    """The series adjusted, from memory where it was adjusted a short while ago."""
    mark = fingerprint(series, settings)
    if mark not in _known:
        _known[mark] = adjust(series, settings)
        if len(_known) > _REMEMBERED:
            _known.popitem(last=False)
    _known.move_to_end(mark)
    return _known[mark]


def _level(ask: Request, statistics: Statistics, period: Period) -> Claim | Missing:
    metric = ask.of or (ask.measure if ask.measure != "growth" else "value")
    unit = ask.unit if ask.unit != "%" else None
    return measure(changed(ask, measure=metric, of=None, period=period, base=None, terms=None, unit=unit),
                   statistics)  # fmt: skip


def _arithmetic(result: Adjusted, period: Period, base: Period, rate: float) -> str:
    """How the growth comes about, in figures."""
    now, before = (
        sum(result.series.at(m) for m in range(p.first, p.last + 1)) for p in (period, base)
    )
    return f"adjusted {period} {now:.6g} / {base} {before:.6g} - 1 = {rate:.6f}% ({result.model})"
