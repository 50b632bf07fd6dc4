"""The charts of a release: months, growth, partners, contributions to growth, balance, parts of growth.

The codes are `CODES` and `GROWTH`; a chart is left out where the statistics have nothing to show in it. Each
is a Vega-Lite specification with its data inside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from customhouse.groups import members
from customhouse.measures import Request, measure
from customhouse.model import Claim, Slice
from customhouse.period import Period
from customhouse.release import charts_growth, charts_months, charts_parts
from customhouse.release.charts_parts import Part
from customhouse.release.labels import label, money, row_label
from customhouse.release.model import Chart
from customhouse.release.tables_print import printed, scale
from customhouse.release.tables_rows import flows, listed, sizes
from customhouse.release.tables_scan import Scans
from customhouse.statistics import Statistics

CODES = ("trend", "growth", "partner", "contribution_partner", "contribution_enterprise", "balance")
"""The charts in their order."""
GROWTH = ("factors_imports", "factors_exports", "adjusted")
"""Those that stand beside them where the statistics have prices, or years enough."""
MONTHS = 25
"""How many months charts go back."""
PARTS = 12
"""How many partners a chart has."""
_FEWEST = 2
_BOTH = ("growth", "balance")
"""Charts that set exports and imports side by side."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What all charts of a release share: statistics, period, words, the flow and the unit of amounts.

    `flow` is trade, or the one flow that the statistics have.
    """

    scans: Scans
    period: Period
    language: str
    source: str
    flow: str
    power: int
    decimals: int

    @property
    def unit(self) -> str:
        """The unit of amounts in words."""
        return money(self.scans.currency, self.power, self.language)

    @property
    def traded(self) -> str:
        """The flow in words."""
        return label(f"flow_{self.flow}", self.language)

    def scaled(self, claim: Claim) -> float:
        """An amount in the unit."""
        return claim.value / float(10**self.power)

    def digits(self, claim: Claim) -> str:
        """An amount as it prints in a chart, without its unit: to one decimal."""
        return printed(claim.value, self.power, min(1, self.decimals))

    def amount(self, claim: Claim) -> str:
        """An amount as it prints, with its unit."""
        digits = printed(claim.value, self.power, self.decimals)
        return label("amount", self.language, n=digits, unit=self.unit)

    def measured(self, what: str, part: Slice, period: Period) -> Claim | None:
        """A measure of a slice, None where there is none."""
        return _measured(self.scans, what, part, period)

    def lines(self, about: str) -> tuple[str, ...]:
        """What stands below a title: unit and period, then the source."""
        source = label("source_line", self.language, source=self.source)
        return (about, source) if self.source else (about,)


def release_charts(
    statistics: Statistics, period: Period, language: str, source: str = ""
) -> tuple[Chart, ...]:
    """The charts of a period in one language; `source` is named under their titles."""
    scans = statistics if isinstance(statistics, Scans) else Scans(statistics)
    flow, *others = flows(scans, period)
    values = _series(scans, period, "value", flow)
    power, decimals = scale((claim.value for claim in values.values()), language)
    setting = Setting(scans, period, language, source, flow, power, decimals)
    codes = [code for code in (*CODES, *GROWTH) if others or code not in _BOTH]
    made = (_MAKERS[code](setting) for code in codes)
    return tuple(chart for chart in made if chart is not None)


def _measured(scans: Scans, what: str, part: Slice, period: Period) -> Claim | None:
    found = measure(Request(what, part, period), scans)
    return found if isinstance(found, Claim) else None


def _series(scans: Scans, period: Period, what: str, flow: str) -> dict[int, Claim]:
    """A measure month by month up to the end of a period, as far as the statistics have it."""
    months = [m for m in scans.months() if period.last - MONTHS < m <= period.last]
    found = {m: _measured(scans, what, Slice(flow=flow), Period(m, m)) for m in months}
    return {month: claim for month, claim in found.items() if claim is not None}


def _trend(setting: Setting) -> Chart | None:
    sides = ("exports", "imports") if setting.flow == "trade" else (setting.flow,)
    shown = {flow: _all(setting, "value", flow) for flow in sides}
    total, growth = _all(setting, "value", setting.flow), _all(setting, "growth", setting.flow)
    if len(total) < _FEWEST:
        return None
    return charts_months.trend(setting, shown, total, growth)


def _all(setting: Setting, what: str, flow: str) -> dict[int, Claim]:
    return _series(setting.scans, setting.period, what, flow)


def _growth(setting: Setting) -> Chart | None:
    shown = {flow: _all(setting, "growth", flow) for flow in ("exports", "imports")}
    if min(len(found) for found in shown.values()) < _FEWEST:
        return None
    return charts_months.growth(setting, shown)


def _balance(setting: Setting) -> Chart | None:
    found = _all(setting, "value", "balance")
    return charts_months.balance(setting, found) if len(found) >= _FEWEST else None


def _partner(setting: Setting) -> Chart | None:
    parts = _parts(setting, "partner", _partners(setting), "value")
    largest = sorted(parts, key=lambda part: -part.claim.value)[:PARTS]
    return charts_parts.levels(setting, "partner", largest) if len(largest) >= _FEWEST else None


def _contribution(dimension: str) -> Callable[[Setting], Chart | None]:
    def made(setting: Setting) -> Chart | None:
        there = sizes(setting.scans, dimension, setting.period)
        codes = _partners(setting) if dimension == "partner" else list(there)
        parts = _parts(setting, dimension, codes, "contribution")
        largest = sorted(parts, key=lambda part: -abs(part.claim.value))[:PARTS]
        if len(largest) < _FEWEST:
            return None
        ordered = sorted(largest, key=lambda part: -part.claim.value)
        return charts_parts.contributions(setting, dimension, ordered)

    return made


def _partners(setting: Setting) -> list[str]:
    """The blocs that customs rank like a country, then the countries that are in none of them."""
    there = sizes(setting.scans, "partner", setting.period)
    month = setting.period.last
    blocs = [code for code in listed("chart_partner") if members("partner", code, month).codes & there.keys()]
    inside = {code for bloc in blocs for code in members("partner", bloc, month).codes}
    alone = sorted((code for code in there if code not in inside), key=lambda code: -there[code])
    return [*blocs, *alone[: 2 * PARTS]]


def _parts(setting: Setting, dimension: str, codes: Iterable[str], what: str) -> list[Part]:
    found = []
    for code in codes:
        part = Slice(flow=setting.flow, **{dimension: code})
        claim = setting.measured(what, part, setting.period)
        if claim is not None:
            growth = setting.measured("growth", part, setting.period)
            found.append(Part(row_label(code, setting.language, dimension), claim, growth))
    return found


_MAKERS: dict[str, Callable[[Setting], Chart | None]] = {
    "trend": _trend, "growth": _growth, "balance": _balance, "partner": _partner,
    "contribution_partner": _contribution("partner"), "contribution_enterprise": _contribution("enterprise"),
    "factors_imports": partial(charts_growth.made_of_growth, flow="imports"),
    "factors_exports": partial(charts_growth.made_of_growth, flow="exports"),
    "adjusted": charts_growth.adjusted_series,
}  # fmt: skip

