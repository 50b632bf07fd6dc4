"""The charts of the overview: what `overview_figures` found, named in a language and linked to queries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from customhouse.model import Claim
from customhouse.period import Period
from customhouse.release import charts_theme as theme
from customhouse.release.labels import label, row_label
from customhouse.web import charts
from customhouse.web.charts import Chart, Mark
from customhouse.web.counter import Counter
from customhouse.web.pages import overview_figures as figures
from customhouse.web.pages.overview_figures import LARGEST, Part, Which
from customhouse.web.pages.query_options import pretty
from customhouse.web.pages.query_tree import hs_names
from customhouse.web.words import fill, word

_SEGMENTS = 6
"""More kinds than this cannot be told apart in one bar."""
Months = Mapping[str, Sequence[tuple[Period, Claim | None, Claim | None]]]


@dataclass(frozen=True, slots=True)
class Naming:
    """What charts of a page share: which statistics, the language, and how addresses of queries are made."""

    which: Which
    language: str
    query: Callable[..., str]

    @property
    def flow(self) -> str:
        """The flow in words."""
        return label(f"flow_{self.which.flow}", self.language)

    def address(self, axis: str, code: str, **others: str) -> str:
        """Where a query of a part is put."""
        option = "hs" if axis.startswith("hs") else axis
        told = {"flow": self.which.flow, "period": pretty(self.which.period), option: code}
        return self.query(**(told | others))

    def name(self, axis: str, code: str) -> str:
        """What a part is called."""
        if axis.startswith("hs"):
            text = hs_names().get(code, ("", ""))[self.language == "zh"]
            return fill("overview_hs", self.language, hs=code, name=text).strip(" ·")
        return row_label(code, self.language, axis)

    def marks(self, axis: str, parts: Iterable[Part], **others: str) -> list[Mark]:
        """Parts as marks of a chart."""
        return [
            Mark(self.name(axis, part.code), part.claim, part.growth,
                 self.address(axis, part.code, **others)) for part in parts
        ]  # fmt: skip

    def title(self, code: str) -> str:
        """The title of a chart, with the flow that it is of."""
        return fill(f"overview_chart_{code}", self.language, flow=self.flow)


@dataclass(frozen=True, slots=True)
class Shown:
    """The charts of the page by section; one that is empty is left out."""

    months: tuple[Chart, ...]
    moved: tuple[Chart, ...]
    partners: tuple[Chart, ...]
    goods: tuple[Chart, ...]
    kinds: tuple[Chart, ...]


async def shown(held: Counter, naming: Naming, axes: Sequence[str]) -> Shown:
    """The charts that the statistics have figures for, of the dimensions that they have. Raises Problem."""
    asked, which = held.quick, naming.which
    ways = [axis for axis in ("partner", "hs2") if axis in axes]
    parts = {axis: await asked(figures.largest, which, axis) for axis in (*ways, "region") if axis in axes}
    blocs = await asked(figures.blocs, which) if "partner" in axes else ()
    kinds_of = await asked(figures.shared, which)
    return Shown(
        _there(months(naming, await asked(figures.series, which))),
        _there([moved(naming, axis, await asked(figures.moved, which, axis)) for axis in ways]),
        _there([ranked(naming, "partner", "partner", parts.get("partner", ())),
                ranked(naming, "blocs", "partner", blocs)]),
        _there([ranked(naming, "goods", "commodity", await asked(figures.goods, which)),
                ranked(naming, "hs2", "hs2", parts.get("hs2", ()))]),
        _there([*(kinds(naming, axis, flows) for axis, flows in kinds_of.items()),
                ranked(naming, "region", "region", parts.get("region", ()))]),
    )  # fmt: skip


def _there(made: Iterable[Chart | None]) -> tuple[Chart, ...]:
    return tuple(chart for chart in made if chart is not None)


def months(naming: Naming, series: Months) -> list[Chart | None]:
    """Exports and imports by month, and the growth of these and of both together."""
    to = naming.language
    names = {flow: label(f"flow_{flow}", to) for flow in series}
    colours = {names[flow]: theme.FLOWS[flow] for flow in series}
    shown = [flow for flow in series if flow != "trade"] or list(series)
    levels = [
        Mark(names[flow], value, growth, naming.query(flow=flow, period=pretty(month)), month)
        for flow in shown for month, value, growth in series[flow]
    ]  # fmt: skip
    rates = [
        Mark(names[flow], growth, address=naming.query(flow=flow, period=pretty(month), measure="growth"),
             period=month)
        for flow in series for month, _, growth in series[flow]
    ]  # fmt: skip
    return [
        charts.over_time("levels", naming.title("levels"), levels, to, colours),
        charts.over_time("growth", naming.title("growth"), rates, to, colours),
    ]


def ranked(naming: Naming, code: str, axis: str, parts: Sequence[Part]) -> Chart | None:
    """Bars of parts, where there are at least two."""
    if len(parts) < 2:
        return None
    return charts.ranked(code, naming.title(code), naming.marks(axis, parts), naming.language)


def moved(naming: Naming, axis: str, parts: Sequence[Part]) -> Chart | None:
    """Bars of contributions to growth."""
    if len(parts) < 2:
        return None
    marks, code = naming.marks(axis, parts, measure="contribution"), f"moved_{axis}"
    return charts.contributions(code.replace("_", "-"), naming.title(code), marks, naming.language)


def kinds(naming: Naming, axis: str, flows: Mapping[str, Sequence[Part]]) -> Chart | None:
    """Shares of kinds, a bar a flow; ranked bars of the page's flow where there are too many kinds."""
    if len({part.code for parts in flows.values() for part in parts}) > _SEGMENTS:
        return ranked(naming, axis, axis, flows.get(naming.which.flow, ())[:LARGEST])
    groups = {
        label(f"flow_{flow}", naming.language): [
            Mark(naming.name(axis, part.code), part.claim, part.growth,
                 naming.address(axis, part.code, flow=flow)) for part in parts
        ] for flow, parts in flows.items()
    }  # fmt: skip
    title = word(f"overview_share_{axis}", naming.language)
    return charts.shares(axis, title, groups, naming.language)
