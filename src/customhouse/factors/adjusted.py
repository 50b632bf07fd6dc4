"""Statistics freed of seasons: levels that measures ask for as of any others.

Exports and imports are adjusted by themselves; trade is their sum and the balance their difference
(indirect adjustment), so that they keep adding up. A level is an estimate: it is off by what the irregular
part leaves in the seasonal factors of the last years.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import partial
from math import isfinite

from customhouse.errors import MissingExtra, SeasonsError
from customhouse.factors.memory import remembered, reporter_of
from customhouse.factors.monthly import monthly
from customhouse.measures import Missing
from customhouse.measures.request import Lacking
from customhouse.model import HOME, SEASONALLY, CellOrigin, Claim, Derivation, Slice, changed
from customhouse.period import Period
from customhouse.seasons.adjust import Adjusted, Settings, adjust
from customhouse.seasons.claims import Drawn
from customhouse.seasons.settings import Together
from customhouse.statistics import Known, Level, Statistics, What

_SIGNS = {"trade": 1, "balance": -1}
_WEIGHTS = 0.2625
"""The sum of the squared weights with which the 3x5 filter of X-11 takes the last years into a seasonal
factor (0.150, 0.283, 0.283, 0.283; Ladiray and Quenneville, Seasonal Adjustment with the X-11 Method, 2001):
the variance of the factor, in units of that of the irregular part."""
_SURE = 1.96
_HUNDREDTHS = 100


class Seasonally:
    """`Statistics` of values adjusted with all months up to one, as they are when that one is published.

    Raises Lacking for what cannot be adjusted.
    """

    def __init__(self, statistics: Statistics, upto: int) -> None:
        self._statistics, self._upto = statistics, upto

    @property
    def currency(self) -> str:
        """See `Statistics.currency`."""
        return self._statistics.currency

    def months(self) -> tuple[int, ...]:
        """See `Statistics.months`."""
        return tuple(month for month in self._statistics.months() if month <= self._upto)

    def level(
        self, part: Slice, period: Period, what: What = "value", known: Known = "latest"
    ) -> Level | None:
        """The adjusted value of a slice, always as last revised."""
        if what != "value":
            raise Lacking("adjusted", f"values alone are adjusted for seasons, not {what}")
        sign = _SIGNS.get(part.flow or "")
        if sign is None:
            return self._of_flow(part, period)
        exports = self._of_flow(changed(part, flow="exports"), period)
        imports = self._of_flow(changed(part, flow="imports"), period)
        return None if exports is None or imports is None else _added(exports, imports, sign)

    def parts(
        self, part: Slice, dimension: str, period: Period, what: What = "value", known: Known = "latest"
    ) -> Mapping[str, Level]:
        """None: each part is adjusted when it is asked for."""
        return {}

    def adjusted(self, part: Slice) -> Adjusted:
        """The adjustment of one flow of a slice. Raises Lacking."""
        key = (SEASONALLY, part, self._upto)
        found = remembered(self._statistics, key, partial(self._made, part))
        if isinstance(found, str):
            raise Lacking("adjusted", found)
        return found

    def _made(self, part: Slice) -> Adjusted | str:
        """The adjustment, or why there is none."""
        drawn = monthly(part, self._statistics, self._upto)
        if isinstance(drawn, Missing):
            return drawn.reason
        reporter = part.reporter or reporter_of(self._statistics) or HOME
        together: Together = "split" if drawn.joined else "refuse"
        try:
            return adjust(drawn.series, Settings(reporter=reporter, together=together))
        except (SeasonsError, MissingExtra) as error:
            return str(error)

    def _of_flow(self, part: Slice, period: Period) -> Level | None:
        drawn = monthly(part, self._statistics, self._upto)
        if isinstance(drawn, Missing) or not _has(drawn, period):
            return None
        made = self.adjusted(part)
        first = made.original.first
        values = [float(value) for value in made.adjusted[period.first - first:period.last - first + 1]]
        if len(values) < period.months or not all(map(isfinite, values)):
            return None
        step = 2 * error(made) * sum(map(abs, values))
        cells = _cells(drawn.claims[period.last])
        return Level(_whole(sum(values)), self.currency, cells, _whole(step))


def _cells(claim: Claim) -> CellOrigin:
    """The cells that a level comes from."""
    origin = claim.origin
    if isinstance(origin, Derivation):
        return _cells(origin.claims[-1])
    assert isinstance(origin, CellOrigin)
    return origin


def _has(drawn: Drawn, period: Period) -> bool:
    """Whether a series has every month of a period, January and February apart or both of them."""
    months = range(period.first, period.last + 1)
    if period.last not in drawn.claims or any(m in months and m - 1 not in months for m in drawn.joined):
        return False
    return all(m in drawn.claims or m + 1 in drawn.joined for m in months)


def error(made: Adjusted) -> float:
    """How far an adjusted value may be off, as a fraction of it, so that growth holds in 95 of 100 cases.

    The errors of two months in a growth rate are taken to be independent, each with the variance that the
    irregular part (by its median, which outliers do not move) gives to a seasonal factor.
    """
    import numpy as np

    parts = np.asarray(made.irregular, dtype=np.float64)
    parts = parts[np.isfinite(parts)]
    if made.multiplicative:
        parts = np.log(parts[parts > 0])
    else:
        level = float(np.nanmean(np.abs(made.adjusted)))
        parts = parts / level if level else parts
    if not len(parts):
        return 0.0
    spread = 1.4826 * float(np.median(np.abs(parts - np.median(parts))))
    return _SURE * spread * float(np.sqrt(_WEIGHTS / 2))


def told(made: Adjusted) -> str:
    """How a series was adjusted: method, model and months."""
    how = "X-13ARIMA-SEATS" if made.method == "x13" else "STL"
    model = f", model {made.model}" if made.model else ""
    return f"adjusted by {how}{model}, {made.original.period}"


def _whole(value: float) -> Fraction:
    """An amount to the hundredth of a unit."""
    return Fraction(round(value * _HUNDREDTHS), _HUNDREDTHS)


def _added(exports: Level, imports: Level, sign: int) -> Level:
    return Level(
        exports.amount + sign * imports.amount, exports.unit, exports.origin, exports.step + imports.step
    )
