"""What X-13ARIMA-SEATS is told: a spec file and its data.

Specs, arguments and limits are those of the X-13ARIMA-SEATS Reference Manual (US Census Bureau, version 1.1,
chapter 7). Lines of a spec are read up to 132 characters, so that numbers go into files of their own, in
`datevalue` format. User-defined regressors have the type `holiday` (a group each festival) or `td`: effects
of these types leave the adjusted series, those of the type `user` stay in it unless `final=user` is set.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import floor, log10
from typing import TYPE_CHECKING

from customhouse.errors import SeasonsError
from customhouse.seasons.monthly import Monthly
from customhouse.seasons.settings import AIRLINE, Method, OutlierType

if TYPE_CHECKING:
    from customhouse.seasons.monthly import Floats

LONGEST, SHORTEST, MOST_REGRESSORS = 780, 36, 52
"""Limits of the program: months of a series, and user-defined regressors (manual, section 2.7)."""
GROUPS = ("holiday", "holiday2", "holiday3", "holiday4", "holiday5")
"""The types of regressors of holidays, a festival each."""
_MISSING = -99999
X11_TABLES = ("d8", "d9", "d10", "d11", "d12", "d13", "d16")
SEATS_TABLES = ("s10", "s11", "s12", "s13", "s16", "s18")


@dataclass(frozen=True, slots=True, eq=False)
class Regressor:
    """A user-defined regressor: a value a month, over the series, its backcasts and forecasts.

    `group` is its festival (`trading` for working days and leap years). Coefficients are left to be
    estimated: with fixed ones (`b=(1f)`) version 1.1 build 62 gives wrong standard errors and outliers.
    """

    name: str
    group: str
    values: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Spec:
    """One run: the series and what is done with it. `regressors` cover `reach`."""

    series: Monthly
    log: bool
    regressors: tuple[Regressor, ...] = ()
    variables: tuple[str, ...] = ()
    model: str = AIRLINE
    outliers: tuple[OutlierType, ...] = ()
    critical: float | None = None
    forecast: int = 12
    backcast: int = 12
    method: Method = "x11"
    seasonal: str = "msr"
    sigma: tuple[float, float] | None = None
    stability: bool = False

    def __post_init__(self) -> None:
        """Raises SeasonsError for what the program would refuse."""
        _check(self)

    @property
    def reach(self) -> range:
        """The months that regressors must have: the series with its backcasts and forecasts."""
        months = self.series.months
        return range(months.start - self.backcast, months.stop + self.forecast)

    @property
    def scale(self) -> float:
        """The power of ten that the series is divided by, to lie well within the program's formats."""
        return scale_of(self.series)

    def files(self) -> dict[str, str]:
        """The files to run, by name."""
        found = {"run.spc": "\n".join(_lines(self)) + "\n", "series.dat": _series(self)}
        if self.regressors:
            found["regressors.dat"] = _table(self)
        return found


def scale_of(series: Monthly) -> float:
    """A power of ten about a thousandth of the largest value."""
    import numpy as np

    largest = float(np.nanmax(np.abs(series.values)))
    return float(10.0 ** (floor(log10(largest)) - 3)) if largest else 1.0


def _check(spec: Spec) -> None:
    """Raises SeasonsError for a setting that X-13 does not know or a length that it does not take."""
    name, length = spec.series.name or "series", len(spec.series)
    if not SHORTEST <= length <= LONGEST:
        raise SeasonsError(
            f"{name}: {length} months; X-13ARIMA-SEATS takes {SHORTEST} to {LONGEST}: take a longer span, or "
            "a shorter one"
        )
    if len(spec.regressors) > MOST_REGRESSORS or len(_groups(spec)) > len(GROUPS):
        raise SeasonsError(
            f"{len(spec.regressors)} regressors of {len(_groups(spec))} festivals: X-13ARIMA-SEATS takes "
            f"{MOST_REGRESSORS} of {len(GROUPS)}; leave some out"
        )
    for one in spec.regressors:
        if len(one.values) != len(spec.reach):
            needed = len(spec.reach)
            raise SeasonsError(f"regressor {one.name}: {len(one.values)} months; {needed} are needed")


def _groups(spec: Spec) -> list[str]:
    """The festivals, in order."""
    return list(dict.fromkeys(r.group for r in spec.regressors if r.group != "trading"))


def _lines(spec: Spec) -> Iterator[str]:
    """The spec file."""
    yield 'series { title="customhouse" name="run" file="series.dat" format="datevalue" period=12 decimals=5'
    yield f"  missingcode={_MISSING} save=(a1 mv) }}"
    yield f"transform {{ function={'log' if spec.log else 'none'} }}"
    yield from _regression(spec)
    if spec.model == "auto":
        yield "automdl { maxorder=(2 1) maxdiff=(2 1) }"
    else:
        yield f"arima {{ model={spec.model} }}"
    yield "estimate { maxiter=3000 save=(est mdl) }"
    if spec.outliers:
        critical = "" if spec.critical is None else f" critical={spec.critical:.4f}"
        yield f"outlier {{ types=({' '.join(spec.outliers)}){critical} }}"
    yield f"forecast {{ maxlead={spec.forecast} maxback={spec.backcast} save=(fct) }}"
    yield "check { maxlag=24 print=none save=(acf) }"
    yield from _decomposition(spec)
    if spec.stability:
        yield "slidingspans { cutseas=3.0 cutchng=3.0 }"
        yield "history { estimates=(sadj sadjchng trend) }"


def _regression(spec: Spec) -> Iterator[str]:
    """The regression, in lines that are never too long."""
    if not (spec.regressors or spec.variables):
        return
    yield "regression {"
    yield from _listed("variables", spec.variables)
    if spec.regressors:
        groups = dict(zip(_groups(spec), GROUPS, strict=False))
        yield from _listed("user", [f"u{n:02}" for n, _ in enumerate(spec.regressors, 1)])
        yield from _listed("usertype", [groups.get(r.group, "td") for r in spec.regressors])
        yield '  file="regressors.dat" format="datevalue"'
    yield "  save=(td hol ao ls tc) }"


def _listed(name: str, values: object) -> Iterator[str]:
    """`name=(a b c)`, eight values a line."""
    items = [str(v) for v in values] if isinstance(values, (list, tuple)) else []
    if items:
        yield f"  {name}=("
        yield from ("    " + " ".join(items[at : at + 8]) for at in range(0, len(items), 8))
        yield "  )"


def _decomposition(spec: Spec) -> Iterator[str]:
    """X-11 or SEATS."""
    if spec.method == "seats":
        yield f"seats {{ save=({' '.join(SEATS_TABLES)}) }}"
        return
    limits = "" if spec.sigma is None else f" sigmalim=({spec.sigma[0]:.2f} {spec.sigma[1]:.2f})"
    yield f"x11 {{ mode={'mult' if spec.log else 'add'} seasonalma={spec.seasonal}{limits}"
    yield f"  save=({' '.join(X11_TABLES)}) }}"


def _series(spec: Spec) -> str:
    """`year month value`, a line a month."""
    import numpy as np

    scaled = np.where(np.isnan(spec.series.values), _MISSING, spec.series.values / spec.scale)
    return "".join(
        f"{m // 12:4d} {m % 12 + 1:2d} {value!r}\n"
        for m, value in zip(spec.series.months, scaled.tolist(), strict=True)
    )


def _table(spec: Spec) -> str:
    """`year month value value ...`, a line a month."""
    rows = zip(*(r.values.tolist() for r in spec.regressors), strict=True)
    return "".join(
        f"{m // 12:4d} {m % 12 + 1:2d} " + " ".join(f"{v:.14E}" for v in row) + "\n"
        for m, row in zip(spec.reach, rows, strict=True)
    )


