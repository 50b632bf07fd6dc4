"""What a selection does to declarations of each origin: how often it takes them, and how often in vain.

    selected         the share of an origin's declarations that is selected
    precision        the share of fraud among those selected: where it is lower than for other origins,
                     more of the selections are in vain (outcome test: Becker, The Economics of
                     Discrimination, 1957)
    false positive   the share of the clean that is selected: what the honest bear
    recall           the share of fraud that is selected

Where origins differ in their rate of fraud, precision and false positives cannot both be alike (Chouldechova,
Big Data 5, 2017), and an outcome test compares averages, not those at the edge (Simoiu, Corbett-Davies and
Goel, Annals of Applied Statistics 11, 2017). So these rates show where to look, and judge nobody.

Rates are tested against all other origins by Fisher's exact test, with p-values adjusted for the number of
origins (Benjamini and Hochberg, Journal of the Royal Statistical Society B 57, 1995). Declarations of a
trader are alike: counts are divided by the design effect first (Rao and Scott, Biometrics 48, 1992), for
Wilson's intervals as well.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil, isnan
from typing import TYPE_CHECKING, Any

from customhouse.targeting.intervals import wilson
from customhouse.targeting.judging.groups import Pooled
from customhouse.targeting.judging.model import Fair, Fairness, Origin
from customhouse.targeting.judging.resampling import effective

if TYPE_CHECKING:
    from customhouse.targeting.history import Flags, Floats, Whole
    from customhouse.targeting.judging.truth import Labels

FEWEST, EXPECTED = 100, 5
"""Origins with fewer declarations, or of which fewer would be selected by chance, are taken together."""
_RATES = ("selected", "precision", "false_positive", "recall")
_NAN = float("nan")


@dataclass(frozen=True, slots=True, eq=False)
class _Rate:
    """A rate as a ratio of sums: of each declaration what counts, and whether it does what is counted."""

    counted: Floats
    done: Floats

    def of(self, rows: Flags) -> float:
        whole = float(self.counted[rows].sum())
        return float((self.counted * self.done)[rows].sum()) / whole if whole > 0 else _NAN

    def cases(self, rows: Flags, cluster: Whole) -> float:
        """Effective cases: fewer where weights differ, or where declarations of a trader are alike."""
        import numpy as np

        rate, counted = self.of(rows), self.counted[rows]
        equal = effective(counted)
        if isnan(rate) or not 0 < rate < 1:
            return equal
        apart = np.bincount(cluster[rows], weights=counted * (self.done[rows] - rate))
        number = len(np.unique(cluster[rows][counted > 0]))
        if number < 2:
            return 1.0
        variance = float((apart**2).sum()) * number / (number - 1) / float(counted.sum()) ** 2
        effect: float = max(1.0, variance * equal / (rate * (1 - rate)))
        return equal / effect


def fairness(
    origin: Any, chosen: Floats, labels: Labels, value: Floats, share: float, cluster: Whole
) -> Fairness:
    """A selection across origins: texts, the chance of each declaration to be selected, its value in yuan."""
    import numpy as np

    fewest = max(FEWEST, ceil(EXPECTED / share))
    found = Pooled.of(origin, fewest)
    known, fraud, _ = labels.weighted
    ones = np.ones(len(labels))
    rates = (
        _Rate(ones, chosen), _Rate(known * chosen, labels.fraud), _Rate(known - fraud, chosen),
        _Rate(fraud, chosen),
    )  # fmt: skip
    everyone = np.ones(len(labels), dtype=bool)
    money = np.where(np.isfinite(value) & (value > 0), value, 0.0)
    whole = _origin("", everyone, (), rates, None, money, labels, cluster)
    whole = replace(whole, selected=replace(whole.selected, low=_NAN, high=_NAN))  # so many by design
    each = [
        _origin(code, found.number == number, found.pooled(code), rates, whole, money, labels, cluster)
        for number, code in enumerate(found.codes)
    ]
    return Fairness(share, whole, _adjusted(each), fewest)


def _origin(
    code: str, rows: Flags, pooled: tuple[str, ...], rates: tuple[_Rate, ...], whole: Origin | None,
    money: Floats, labels: Labels, cluster: Whole,
) -> Origin:  # fmt: skip
    known, fraud, _ = labels.only(rows).weighted
    told = {
        name: _fair(rate, rows, cluster, None if whole is None else getattr(whole, name).rate)
        for name, rate in zip(_RATES, rates, strict=True)
    }
    of_value = float(money[rows].sum() / money.sum()) if money.sum() > 0 else _NAN
    rate = float(fraud.sum() / known.sum()) if known.sum() > 0 else _NAN
    return Origin(code, int(rows.sum()), float(rows.mean()), of_value, rate, **told, pooled=pooled)


def _fair(rate: _Rate, rows: Flags, cluster: Whole, overall: float | None) -> Fair:
    found, cases = rate.of(rows), rate.cases(rows, cluster)
    if isnan(found) or cases <= 0:
        return Fair(_NAN, _NAN, _NAN, _NAN, 0.0, _NAN, _NAN)
    ratio = found / overall if overall else 1.0 if overall is None else _NAN
    p_value = _NAN if overall is None else _exact(found, cases, rate.of(~rows), rate.cases(~rows, cluster))
    return Fair(found, *wilson(found, cases), ratio, cases, p_value, _NAN)


def _exact(mine: float, cases: float, other: float, others: float) -> float:
    """Fisher's exact test of two rates by their effective cases; NaN where one of them has none."""
    sizes = (round(cases), round(others))
    if isnan(mine) or isnan(other) or min(sizes) < 1:
        return _NAN
    return exact(round(mine * sizes[0]), sizes[0], round(other * sizes[1]), sizes[1])


def exact(hits: int, size: int, others: int, rest: int) -> float:
    """Fisher's exact test, both sides: how seldom chance parts the hits of two groups as unlikely as this."""
    import numpy as np
    from scipy.special import gammaln

    every = hits + others
    could = np.arange(max(0, every - rest), min(every, size) + 1)

    def ways(whole: int, part: Any) -> Any:
        return gammaln(whole + 1) - gammaln(part + 1) - gammaln(whole - part + 1)

    chance = np.exp(ways(size, could) + ways(rest, every - could) - ways(size + rest, every))
    mine = chance[hits - could[0]]
    return min(1.0, float(chance[chance <= mine * (1 + 1e-7)].sum()))


def _adjusted(origins: list[Origin]) -> tuple[Origin, ...]:
    """The origins with p-values adjusted for their number, each rate by itself."""
    columns = {name: adjusted([getattr(one, name).p_value for one in origins]) for name in _RATES}
    return tuple(
        replace(one, **{name: replace(getattr(one, name), adjusted=columns[name][n]) for name in _RATES})
        for n, one in enumerate(origins)
    )


def adjusted(p_values: list[float]) -> list[float]:
    """P-values after Benjamini and Hochberg, NaN for those that are none."""
    there = sorted((value, place) for place, value in enumerate(p_values) if not isnan(value))
    found, least = [_NAN] * len(p_values), 1.0
    for number in range(len(there), 0, -1):
        value, place = there[number - 1]
        least = min(least, value * len(there) / number)
        found[place] = least
    return found
