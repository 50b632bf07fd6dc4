"""Which festivals belong in the model of a series, over which windows, and whether working days do: by AICc.

A festival changes a month's trade by the factor e = 1 + s b, where s are the shares of its windows that
fall into the month and b what each window is worth, in months of ordinary trade; without logarithms it adds
s b. A month may lose a third of its trade, where log(1 + x) is far from x, so that the factor is linearized
at the current estimate (Gauss and Newton): log e is about log e0 + (1 + s b - e0) / e0. All windows of a
festival then share one response, and each is a regression with airline errors whose moving averages were
estimated before (`regarima`; the algebra of one is in `windows`).

The effect is that of the best windows, or the mean over all of them with Akaike weights exp(-AICc/2)
(Burnham and Anderson, Model Selection and Multimodel Inference, 2002, chapter 4): few windows can be told
apart in ten or twenty holidays, and the mean errs less than any choice of one. A smooth curve over days
errs less still (`curve`); the windows then say whether the festival matters, and over which days. With
logarithms the curves of all festivals, their years and working days are estimated together, by day (`worth`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from customhouse.seasons import curve, daily, unusual, worth
from customhouse.seasons.regarima import Fit, Whitener, aicc, difference, fit, profile
from customhouse.seasons.shares import Shares
from customhouse.seasons.windows import Effect, Ground, curved, effect, month_of_trade, nothing, shaped

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from customhouse.seasons.settings import OutlierType, Shape

    Floats = NDArray[np.float64]

_ROUNDS = 3


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """What to choose for: `y` over the months of the series, in logarithms where `log`.

    `fixed` has columns that are in the model anyway (missing months), `trading` those for working days and
    leap years, all over the months of `reach`, in which `span` are those of the series. `worked` says which
    of its days are worked, where that is known.
    `trading_in`: the sets of columns of `trading` to choose from. Festivals in `held` stay, with all parts
    of their windows.
    """

    y: Floats
    log: bool
    reach: range
    span: slice
    fixed: Floats
    trading: Floats
    trading_in: tuple[tuple[int, ...], ...]
    worked: daily.Workdays | None
    shares: tuple[Shares, ...]
    held: frozenset[str]
    outliers: tuple[OutlierType, ...]
    critical: float
    shape: Shape


@dataclass(frozen=True, slots=True, eq=False)
class Chosen:
    """What was chosen, and the model that it was chosen with; `taken` has the columns of its outliers.

    `trading` are the columns of working days and leap years that were chosen, `days` their values over the
    reach: as in the problem, or as days are worth in this series.
    """

    effects: tuple[Effect, ...]
    trading: tuple[int, ...]
    days: Floats
    fit: Fit
    outliers: tuple[tuple[OutlierType, int], ...]
    taken: Floats


class _Search:
    """The state of a search: what is thought of festivals, working days and outliers so far."""

    def __init__(self, problem: Problem) -> None:
        import numpy as np

        self.problem = problem
        self.effects = {s.festival: nothing(s) for s in problem.shares}
        self.trading = max(problem.trading_in, key=len)
        self.by_day: Floats | None = None
        self.outliers: list[tuple[OutlierType, int]] = []
        self.taken = np.empty((len(problem.y), 0))
        self.fit = fit(problem.y, self._first())

    def columns(self, leave: str = "") -> Floats:
        """The regression over the months of the series, without one festival, of full rank."""
        import numpy as np

        span = self.problem.span
        parts = [self.problem.fixed[span], self.days()[span], self.taken]
        parts += [e.values[span, None] for name, e in self.effects.items() if name != leave]
        columns = np.column_stack(parts)
        return columns[:, independent(columns)]

    def days(self) -> Floats:
        """The columns of working days and leap years, over the reach."""
        found: Floats = self.problem.trading[:, list(self.trading)] if self.by_day is None else self.by_day
        return found

    def _first(self) -> Floats:
        """With the shares of middling windows, before any effect is known."""
        import numpy as np

        span = self.problem.span
        middling = [s.values[len(s.windows) // 2, s.reach][span] for s in self.problem.shares]
        columns = np.column_stack([self.columns(), *middling])
        return columns[:, independent(columns)]

    def estimate(self) -> None:
        """The moving averages anew, with the regression as it is."""
        self.fit = fit(self.problem.y, self.columns(), (self.fit.theta, self.fit.seasonal))

    def look_for_outliers(self) -> None:
        """Outliers anew, and the moving averages with them."""
        import numpy as np

        problem = self.problem
        self.taken = np.empty((len(problem.y), 0))
        self.outliers, self.taken = unusual.find(
            problem.y, self.columns(), self.fit, problem.critical, problem.outliers
        )
        self.estimate()

    def weigh(self) -> None:
        """Every festival anew beside the others, then working days."""
        white = Whitener.of(len(self.problem.y), self.fit.theta, self.fit.seasonal)
        for _ in range(2):
            for shares in self.problem.shares:
                self.effects[shares.festival] = self._festival(shares, white)
        self.trading = min(self.problem.trading_in, key=lambda chosen: self._cost(chosen, white))

    def _festival(self, shares: Shares, white: Whitener) -> Effect:
        """The effect of one festival beside the others as they are."""
        problem = self.problem
        level = self.effects[shares.festival].level[shares.reach][problem.span]
        ground = self._ground(shares.festival, level, white)
        columns = shares.values[:, shares.reach][:, problem.span] / level[None, :, None]
        held = shares.festival in problem.held
        return effect(shares, columns, ground, log=problem.log, held=held, average=problem.shape != "best")

    def _ground(self, festival: str, level: Floats, white: Whitener) -> Ground:
        """The model without a festival, for a response that is linear in it near a level (1 without logs)."""
        import numpy as np

        y = self.problem.y + (level - 1) / level - np.log(level)
        without = self.columns(festival)
        none, basis, left = _residual(without, y, white)
        return Ground(white, basis, left, without.shape[1], none)

    def smooth(self) -> None:
        """Every festival whose windows are not held as a curve over days, then year by year."""
        white = Whitener.of(len(self.problem.y), self.fit.theta, self.fit.seasonal)
        free = [s for s in self.problem.shares if s.festival not in self.problem.held]
        for _ in range(2):
            for shares in free:
                self.effects[shares.festival] = self._curve(shares, white)
        for shares in free:
            self.effects[shares.festival] = self._by_year(shares, white)

    def by_days(self) -> None:
        """Festivals whose windows are not held, and working days that matter, by what days are worth."""
        problem = self.problem
        free = [s for s in problem.shares if s.festival not in problem.held]
        worked = problem.worked if 0 in self.trading else None
        if not free and worked is None:
            return
        days = daily.Days.of(problem.reach, free, worked)
        state = worth.estimated(problem.y, problem.span, days, self._beside(free, worked), self.fit)
        plain, added = days.parts(state)
        for shares, curve_of, here in zip(free, state.curves, added, strict=True):
            self.effects[shares.festival] = curved(self.effects[shares.festival], shares, curve_of, here)
        if worked is not None:
            self.trading = (0,)
            self.by_day = daily.column(plain, problem.reach.start, worked, state.off)[:, None]

    def _beside(self, free: Sequence[Shares], worked: daily.Workdays | None) -> Floats:
        """The columns of the regression that days do not make."""
        import numpy as np

        span, names = self.problem.span, {s.festival for s in free}
        parts = [self.problem.fixed[span], self.taken]
        parts += [e.values[span, None] for name, e in self.effects.items() if name not in names]
        if worked is None:
            parts.append(self.days()[span])
        columns = np.column_stack(parts)
        return columns[:, independent(columns)]

    def _curve(self, shares: Shares, white: Whitener) -> Effect:
        """The effect of one festival as a curve, beside the others as they are."""
        problem, before = self.problem, self.effects[shares.festival]
        level = before.level[shares.reach][problem.span]
        ground = self._ground(shares.festival, level, white)
        unit = 1.0 if problem.log else month_of_trade(ground)
        added = curve.directions(shares, unit)
        columns = white(added[shares.reach][problem.span] / level[:, None])
        columns = columns - ground.basis @ (ground.basis.T @ columns)
        found = curve.weighed(columns, ground.left, ground.regressors)
        return shaped(before, shares, added @ found, problem.log)

    def _by_year(self, shares: Shares, white: Whitener) -> Effect:
        """The effect of one festival, larger or smaller by year within the series."""
        problem, before = self.problem, self.effects[shares.festival]
        _, basis, left = _residual(self.columns(), problem.y, white)
        effect_of = before.uncentred[shares.reach][problem.span]
        months = range(shares.first + problem.span.start, shares.first + problem.span.stop)
        values = before.values.copy()
        values[problem.span] += curve.deviations(effect_of, months, white, basis, left)
        return replace(before, values=values)

    def _cost(self, trading: tuple[int, ...], white: Whitener) -> float:
        """AICc with some regressors of working days."""
        before, self.trading = self.trading, trading
        columns = self.columns()
        self.trading = before
        return _residual(columns, self.problem.y, white)[0]


def choose(problem: Problem) -> Chosen:
    """Festivals, windows and working days for a series of more than 13 months."""
    search = _Search(problem)
    for turn in range(_ROUNDS):
        if turn:
            search.estimate()
            if problem.outliers:
                search.look_for_outliers()
        search.weigh()
    if problem.shape == "curve" and problem.log:
        search.by_days()
    elif problem.shape == "curve":
        search.smooth()
    search.estimate()
    return Chosen(
        tuple(search.effects.values()), search.trading, search.days(), search.fit, tuple(search.outliers),
        search.taken,
    )  # fmt: skip


def independent(columns: Floats, tolerance: float = 1e-5) -> list[int]:
    """The columns that differencing leaves, and leaves independent of those before them."""
    import numpy as np

    changes = difference(columns)
    kept: list[int] = []
    basis = np.empty((len(changes), 0))
    for place, change in enumerate(changes.T):
        length = float(np.linalg.norm(change))
        left = change - basis @ (basis.T @ change)
        left = left - basis @ (basis.T @ left)
        size = float(np.linalg.norm(left))
        if length > 1e-9 * max(1.0, float(np.abs(columns[:, place]).max())) and size > tolerance * length:
            kept.append(place)
            basis = np.column_stack([basis, left / size])
    return kept


def _residual(columns: Floats, y: Floats, white: Whitener) -> tuple[float, Floats, Floats]:
    """AICc of a regression, a basis of its whitened columns, and what is left of the response."""
    import numpy as np

    both = white(np.column_stack([columns, y]))
    basis, _ = np.linalg.qr(both[:, :-1])
    left = both[:, -1] - basis @ (basis.T @ both[:, -1])
    used = len(left)
    return aicc(profile(float(left @ left), white.logdet, used), columns.shape[1], used), basis, left
