"""A series through X-13ARIMA-SEATS, with the calendar effects that were chosen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from customhouse.errors import SeasonsError
from customhouse.seasons import output
from customhouse.seasons.adjusted import Adjusted, Coefficient, Note
from customhouse.seasons.choice import Chosen, independent
from customhouse.seasons.design import BACK, Calendar
from customhouse.seasons.monthly import Monthly
from customhouse.seasons.regressors import PARTS
from customhouse.seasons.runner import Output, run
from customhouse.seasons.settings import AIRLINE, Settings
from customhouse.seasons.spec import Regressor, Spec

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_TABLES = {
    "x11": {"adjusted": "d11", "trend": "d12", "seasonal": "d10", "irregular": "d13"},
    "seats": {"adjusted": "s11", "trend": "s12", "seasonal": "s10", "irregular": "s13"},
}  # fmt: skip
_OF_X11 = frozenset((*(f"m{n}" for n in range(1, 12)), "q", "q2", "ic_ratio", "msr", "f_stable", "f_stable_p",
                     "f_moving", "f_moving_p", "kruskal_wallis", "kruskal_wallis_p"))  # fmt: skip
_HARMLESS = ("visually significant", "will not generate backcasts", "AIC")
_FILTERS = ((0.50, "s3x3"), (0.65, "s3x5"), (0.80, "s3x9"))
"""X-11's seasonal filter by the seasonal moving average of the model: the steadier the seasons, the longer.
After Depoutot and Planas, Comparing Seasonal Adjustment and Trend Extraction Filters with Application to a
Model-Based Selection of X11 Linear Filters (Eurostat 1998)."""


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """A run that gave tables: its spec, its output, and what had to be changed for it."""

    spec: Spec
    output: Output
    notes: tuple[Note, ...]


def adjusted(series: Monthly, log: bool, about: Calendar, chosen: Chosen, settings: Settings) -> Adjusted:
    """The series adjusted. Raises SeasonsError where X-13 finds no way to, MissingExtra without it."""
    spec = specified(series, log, about, chosen, settings)
    x11 = attempt(replace(spec, method="x11", stability=spec.stability and spec.method == "x11"), settings)
    final, notes = x11, x11.notes
    if spec.method == "seats":
        try:
            final = attempt(replace(x11.spec, method="seats", stability=spec.stability), settings)
        except SeasonsError as error:
            notes = (*notes, Note("seats_failed", {"reason": str(error)}))
        else:
            notes = (*notes, *(one for one in final.notes if one not in notes))
    return _read(final, x11, series, about, chosen, settings, notes)


def specified(series: Monthly, log: bool, about: Calendar, chosen: Chosen, settings: Settings) -> Spec:
    """The spec: festivals and working days as regressors whose coefficients X-13 estimates."""
    made = _averaged(chosen) if settings.shape != "best" else _by_parts(about, chosen, log)
    days = zip(chosen.trading, chosen.days.T, strict=True)
    regressors = [*made, *(Regressor(about.names[n], "trading", values) for n, values in days)]
    span = slice(BACK, BACK + len(series))
    kept = independent(_beside(regressors, len(about.reach))[span])
    return Spec(
        series, log, tuple(regressors[n] for n in kept), model=settings.model, outliers=settings.outliers,
        critical=settings.critical, forecast=len(about.reach) - len(series) - BACK, backcast=BACK,
        method=settings.method, seasonal=_filter(chosen, settings), stability=settings.stability,
    )  # fmt: skip


def _beside(regressors: Sequence[Regressor], months: int) -> Floats:
    """Regressors beside each other: months x their number."""
    import numpy as np

    return np.column_stack([np.empty((months, 0)), *(one.values for one in regressors)])


def _averaged(chosen: Chosen) -> list[Regressor]:
    """The effects of all festivals as one regressor: its coefficient, near 1, says whether they fit.

    Were each festival free again, small ones would lose what they have been shrunk by.
    """
    import numpy as np

    total = sum((one.values for one in chosen.effects), np.zeros(1))
    return [Regressor("holidays", "holidays", total)] if np.abs(total).max() > 0 else []


def _by_parts(about: Calendar, chosen: Chosen, log: bool) -> list[Regressor]:
    """The parts of each festival's best windows. With logarithms a part has its share of the logarithm of
    the whole, log(e) / (e - 1) of what it adds to e, so that coefficients keep their meaning."""
    import numpy as np

    found = []
    for of, one in zip(about.shares, chosen.effects, strict=True):
        if one.windows is None:
            continue
        change = one.level - 1
        small = np.abs(change) < 1e-9
        curve = np.where(small, 1.0, np.log(one.level) / np.where(small, 1.0, change)) if log else 1.0
        shares = of.values[of.windows.index(one.windows)]
        found += [
            Regressor(f"{one.festival} {part}", one.festival, of.centred(shares[:, place] * curve))
            for place, part in enumerate(PARTS)
            if part in one.parts
        ]
    return found


def _filter(chosen: Chosen, settings: Settings) -> str:
    """X-11's seasonal filter."""
    if settings.seasonal != "model":
        return settings.seasonal
    return next((name for below, name in _FILTERS if chosen.fit.seasonal < below), "s3x15")


def attempt(spec: Spec, settings: Settings) -> Run:
    """A run of the spec, or of one that asks for less. Raises SeasonsError with X-13's own words."""
    found = None
    wanted = _TABLES[spec.method]["adjusted"]
    for tried, notes in _easier(spec):
        found = run(tried, settings.seconds)
        if not found.errors and wanted in found.files:
            return Run(tried, found, notes)
    said = "; ".join(found.errors if found else ()) or "it ended without an adjusted series"
    raise SeasonsError(
        f"{spec.series.name or 'series'}: X-13ARIMA-SEATS cannot adjust it ({said[:400]}); take a longer "
        "span, fewer festivals, or another model"
    )


def _easier(spec: Spec) -> Iterator[tuple[Spec, tuple[Note, ...]]]:
    """The spec, then ones that are easier to estimate, each with what its result must say."""
    yield spec, ()
    if "ls" in spec.outliers or "tc" in spec.outliers:
        yield replace(spec, outliers=("ao",)), (Note("outliers_fewer", {"types": "ao"}),)
    if spec.outliers:
        yield replace(spec, outliers=()), (Note("outliers_none", {}),)
    if spec.model != AIRLINE:
        yield replace(spec, model=AIRLINE), (Note("model_replaced", {"model": spec.model}),)
    if spec.seasonal != "msr" and spec.method == "x11":
        yield replace(spec, outliers=(), model=AIRLINE, seasonal="msr"), (Note("outliers_none", {}),)


def _read(
    final: Run, x11: Run, series: Monthly, about: Calendar, chosen: Chosen, settings: Settings,
    notes: tuple[Note, ...],
) -> Adjusted:  # fmt: skip
    """The result in our terms."""
    import numpy as np

    spec, files = final.spec, final.output.files
    log, months, scale = spec.log, series.months, spec.scale
    tables = {name: output.table(files[of], months) for name, of in _TABLES[spec.method].items()}
    for name in tables:
        if name in ("adjusted", "trend") or not log:
            tables[name] = tables[name] * scale
    effects = {}
    for name, of in (("holiday", "hol"), ("trading", "td")):
        neutral = 1.0 if log else 0.0
        effects[name] = np.full(len(months), neutral)
        if of in files:
            effects[name] = output.table(files[of], months) * (1.0 if log else scale)
    missing = np.isnan(series.values)
    tables["adjusted"][missing] = np.nan
    entries = output.udg(files.get("udg", ""))
    outliers = tuple(
        one if log else replace(one, value=one.value * scale) for one in output.outliers(entries)
    )
    found = _diagnostics(final, x11)
    return Adjusted(
        series, tables["adjusted"], tables["trend"], tables["seasonal"], tables["irregular"],
        effects["holiday"], effects["trading"], log, "x13", entries.get("arimamdl", spec.model),
        {one.festival: one.windows for one in chosen.effects if one.windows}, outliers,
        (*(parts(chosen, 1.0 if log else scale) if settings.shape != "best" else ()),
         *_coefficients(spec, entries, scale)),
        found, _forecast(final, series, settings), (*notes, *_said(final), *_lacking(spec, found)),
    )  # fmt: skip


def parts(chosen: Chosen, unit: float) -> Iterator[Coefficient]:
    """What each window of a festival is worth, by the model that its windows were chosen with.

    In months of ordinary trade where `unit` is 1, else in units of the series.
    """
    for one in chosen.effects:
        for part, value, error in zip(one.parts, one.coefficients, one.errors, strict=True):
            yield Coefficient(f"{one.festival} {part}", value * unit, error * unit)


def _coefficients(spec: Spec, entries: Mapping[str, str], scale: float) -> Iterator[Coefficient]:
    """The coefficients that X-13 estimated, in units of the series."""
    names = {f"u{n:02}": one.name for n, one in enumerate(spec.regressors, 1)}
    for one in output.coefficients(entries, names):
        plain = spec.log or one.name.startswith(("MA ", "AR ", "holidays"))
        by = 1.0 if plain else scale
        yield Coefficient(one.name, one.value * by, one.error * by)


def _diagnostics(final: Run, x11: Run) -> dict[str, float]:
    """The figures of the final run, and those that X-11 alone has (M and Q) from a run with it."""
    found = output.diagnostics(output.udg(x11.output.files.get("udg", "")))
    found = {code: value for code, value in found.items() if code in _OF_X11}
    found |= output.diagnostics(output.udg(final.output.files.get("udg", "")))
    return found | output.ljung_box(final.output.files.get("acf", ""))


def _forecast(final: Run, series: Monthly, settings: Settings) -> Monthly | None:
    """The forecasts asked for, of the series as it is published."""
    if not settings.forecast or "fct" not in final.output.files:
        return None
    months = range(series.months.stop, series.months.stop + settings.forecast)
    values = output.table(final.output.files["fct"], months) * final.spec.scale
    return Monthly(months.start, values, series.name)


def _lacking(spec: Spec, found: Mapping[str, float]) -> Iterator[Note]:
    """The tests of stability that were asked for and that the series is too short for."""
    if spec.stability and "spans_seasonal" not in found:
        yield Note("no_spans", {})
    if spec.stability and "revision_level" not in found:
        yield Note("no_history", {})


def _said(final: Run) -> Iterator[Note]:
    """X-13's own warnings, but for those that say nothing which the diagnostics do not."""
    for text in dict.fromkeys(final.output.warnings):
        if not any(word in text for word in _HARMLESS):
            yield Note("x13_warning", {"text": text[:300]})
