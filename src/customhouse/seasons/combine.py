"""Sums of series, adjusted directly and indirectly; the balance derived from adjusted exports and imports.

Direct: the sum is adjusted as a series of its own. Indirect: its parts are adjusted and added up, so that
adjusted parts make the adjusted sum. Neither is always better; what tells is which is smoother and is
revised less as months come in. Dagum, On the Seasonal Adjustment of Economic Time Series Aggregates (1979);
the `composite` spec of the X-13ARIMA-SEATS Reference Manual; Handbook on Seasonal Adjustment (Eurostat
2018), chapter 10.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from customhouse.errors import SeasonsError
from customhouse.seasons.adjust import adjust
from customhouse.seasons.adjusted import Adjusted
from customhouse.seasons.monthly import Monthly
from customhouse.seasons.settings import Settings

if TYPE_CHECKING:
    from customhouse.seasons.monthly import Floats

RECENT = 36
"""Months of what is told of the end of a series."""
_HENDERSON = 13
_LEAST = 36
"""Months that a series keeps when its end is taken off to see how it is revised."""


@dataclass(frozen=True, slots=True)
class Quality:
    """How good an adjusted series is; all in per cent of its growth, or in its units where it is a balance.

    `roughness` is the root mean square of changes from month to month (R1), `from_trend` of what lies off a
    Henderson trend of 13 months (R2), both over the whole and over the last three years; `revision` how far
    growth as first estimated was from what it is now, in the mean over the last months (NaN where not asked).
    """

    roughness: float
    roughness_recent: float
    from_trend: float
    from_trend_recent: float
    revision: float


@dataclass(frozen=True, slots=True, eq=False)
class Composed:
    """A sum of series, adjusted by its parts (`indirect`) and, where that makes sense, as one (`direct`).

    `signs` by part: 1 is added, -1 taken off. `difference` is the indirect less the direct, in per cent of
    the direct. All arrays run over `original`, the months that all parts have.
    """

    name: str
    parts: Mapping[str, Adjusted]
    signs: Mapping[str, int]
    original: Monthly
    indirect: Floats
    direct: Adjusted | None
    difference: Floats
    quality: Mapping[str, Quality]

    @property
    def months(self) -> range:
        """The months that all parts have."""
        return self.original.months

    def growth(self) -> Floats:
        """Growth of the indirect series on the month before in per cent, NaN from or to below 0."""
        return growth(self.indirect)


def compose(
    parts: Mapping[str, Monthly], signs: Mapping[str, int] | None = None, settings: Settings | None = None,
    name: str = "", revisions: int = 0,
) -> Composed:
    """Adjust the parts of a sum, add them up, and adjust the sum beside where nothing is taken off.

    `revisions`: over how many of the last months to see how growth was revised; each takes an adjustment
    of every series. Raises SeasonsError as `adjust` does, or where parts have no months in common.
    """
    told, signed = settings or Settings(), _signed(parts, signs)
    results = {key: adjust(one, told) for key, one in parts.items()}
    original = added({key: result.original for key, result in results.items()}, signed, name)
    direct = adjust(original, told) if min(signed.values()) > 0 else None
    return composed(results, signed, original, direct, told, revisions)


def composed(
    parts: Mapping[str, Adjusted], signs: Mapping[str, int], original: Monthly, direct: Adjusted | None,
    settings: Settings, revisions: int = 0,
) -> Composed:
    """The same of parts, and a sum, that are adjusted already."""
    import numpy as np

    indirect = added({key: result.series for key, result in parts.items()}, signs, original.name)
    beside = direct.series.window(original.period).values if direct else np.full(len(original), np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        difference = np.where(beside != 0, 100 * (indirect.values / beside - 1), np.nan)
    first = _first_estimates(parts, settings, revisions)
    quality = {"indirect": measured(indirect.values, _revision(indirect, first, signs))}
    if direct is not None:
        alone = _first_estimates({"": direct}, settings, revisions)
        quality["direct"] = measured(direct.adjusted, _revision(direct.series, alone, {"": 1}))
    return Composed(original.name, parts, signs, original, indirect.values, direct, difference, quality)


def indirect_result(made: Composed) -> Adjusted:
    """The sum as adjusted by its parts, in the form of an adjusted series: effects that add up.

    Its trend is the sum of trends; what parts are taken off for holidays and working days adds up likewise.
    """
    import numpy as np

    def total(name: str) -> Floats:
        given = {
            key: Monthly(one.original.first, _effect(one, name), key) for key, one in made.parts.items()
        }
        return added(given, made.signs).values

    parts = list(made.parts.values())
    trend, holiday, trading = total("trend"), total("holiday"), total("trading")
    seasonal = made.original.values - made.indirect - holiday - trading
    method: Literal["x13", "stl"] = "stl" if any(one.method == "stl" for one in parts) else "x13"
    notes = tuple({note.code: note for one in parts for note in one.notes}.values())
    return Adjusted(
        made.original, made.indirect, trend, seasonal, np.asarray(made.indirect - trend), holiday, trading,
        multiplicative=False, method=method, notes=notes,
    )


def _effect(one: Adjusted, name: str) -> Floats:
    """The trend, or an effect in the units of the series: a factor takes off what it takes of the rest."""
    import numpy as np

    values: Floats = getattr(one, name)
    if name == "trend" or not one.multiplicative:
        return values
    return np.asarray(one.original.values * (1 - 1 / values))


def trade(
    exports: Monthly, imports: Monthly, settings: Settings | None = None, revisions: int = 0
) -> tuple[Composed, Composed]:
    """Trade (exports and imports added up) and the balance, both from adjusted exports and imports."""
    told = settings or Settings()
    total = compose({"exports": exports, "imports": imports}, None, told, "trade", revisions)
    signs = {"exports": 1, "imports": -1}
    balance = added({key: one.original for key, one in total.parts.items()}, signs, "balance")
    return total, composed(total.parts, signs, balance, None, told, revisions)


def added(parts: Mapping[str, Monthly], signs: Mapping[str, int], name: str = "") -> Monthly:
    """The sum of series over the months that all of them have. Raises SeasonsError where there is none."""
    import numpy as np

    first = max(one.first for one in parts.values())
    last = min(one.first + len(one) for one in parts.values())
    if first >= last:
        raise SeasonsError(f"{', '.join(parts)}: no month in common; give series of the same months")
    values = np.zeros(last - first)
    for key, one in parts.items():
        values = values + signs[key] * one.values[first - one.first : last - one.first]
    return Monthly(first, values, name)


def growth(adjusted: Floats) -> Floats:
    """Growth on the month before in per cent, NaN in the first month, on a base of 0 and from or to below."""
    import numpy as np

    base = np.concatenate([[np.nan], adjusted[:-1]])
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where((base > 0) & (adjusted >= 0), (adjusted / base - 1) * 100, np.nan))


def measured(adjusted: Floats, revision: float = float("nan")) -> Quality:
    """The quality of an adjusted series; in its units where a figure of it is not above 0."""
    import numpy as np

    if np.all(adjusted[~np.isnan(adjusted)] > 0):
        with np.errstate(invalid="ignore"):
            scaled = 100 * np.log(adjusted)
    else:
        scaled = adjusted
    steps, off = np.diff(scaled), scaled - henderson(scaled)
    return Quality(_rms(steps), _rms(steps[-RECENT:]), _rms(off), _rms(off[-RECENT:]), revision)


def henderson(values: Floats, terms: int = _HENDERSON) -> Floats:
    """A Henderson trend of an odd number of terms, NaN where the window is not whole.

    Henderson, Note on Graduation by Adjusted Average (1916); weights as in Kenny and Durbin, Local Trend
    Estimation and Seasonal Adjustment (JRSS A 145, 1982).
    """
    import numpy as np

    half, n = terms // 2, terms // 2 + 2
    j = np.arange(-half, half + 1, dtype=np.float64)
    weights = 315 * ((n - 1) ** 2 - j**2) * (n**2 - j**2) * ((n + 1) ** 2 - j**2)
    weights *= 3 * n**2 - 16 - 11 * j**2
    weights /= 8 * n * (n**2 - 1) * (4 * n**2 - 1) * (4 * n**2 - 9) * (4 * n**2 - 25)
    found = np.full(len(values), np.nan)
    if len(values) >= terms:
        found[half : len(values) - half] = np.convolve(values, weights, "valid")
    return found


def _signed(parts: Mapping[str, Monthly], signs: Mapping[str, int] | None) -> Mapping[str, int]:
    if len(parts) < 2:
        raise SeasonsError(f"{', '.join(parts) or 'no part'}: a sum has at least two parts")
    found = dict.fromkeys(parts, 1) if signs is None else dict(signs)
    if found.keys() != parts.keys() or not set(found.values()) <= {1, -1}:
        raise SeasonsError(f"signs of {', '.join(found)}: give 1 or -1 for each of {', '.join(parts)}")
    return found


def _first_estimates(
    parts: Mapping[str, Adjusted], settings: Settings, months: int
) -> dict[int, dict[str, tuple[float, float]]]:
    """What each series was for the month before and the month itself when that month was the last.

    The windows of holidays stay those of the whole series, as they would from year to year in production.
    """
    found: dict[int, dict[str, tuple[float, float]]] = {}
    for back in range(1, months + 1):
        for key, result in parts.items():
            end = result.original.period.last - back
            if end - result.original.first < _LEAST:
                continue
            shorter = result.original.window(replace(result.original.period, last=end))
            then = adjust(shorter, replace(settings, windows=result.windows, stability=False))
            found.setdefault(end, {})[key] = (float(then.adjusted[-2]), float(then.adjusted[-1]))
    return found


def _revision(
    now: Monthly, first: Mapping[int, Mapping[str, tuple[float, float]]], signs: Mapping[str, int]
) -> float:
    """The mean distance of growth as first estimated from what it is now, NaN where nothing was estimated."""
    import numpy as np

    distances = []
    for month, parts in first.items():
        if parts.keys() != signs.keys():
            continue
        before, then = (sum(signs[key] * pair[at] for key, pair in parts.items()) for at in (0, 1))
        values = np.array([before, then, now.at(month - 1), now.at(month)])
        rates = [growth(pair)[1] if np.all(values > 0) else pair[1] - pair[0] for pair in np.split(values, 2)]
        distances.append(abs(rates[1] - rates[0]))
    return float(np.mean(distances)) if distances else float("nan")


def _rms(values: Floats) -> float:
    import numpy as np

    there = values[~np.isnan(values)]
    return float(np.sqrt(np.mean(there**2))) if len(there) else float("nan")
