"""A release from statistics to files: planned, written in each language, with tables, charts and figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from customhouse.model import Language
from customhouse.period import Period
from customhouse.release import figures
from customhouse.release.charts_beside import Drawing
from customhouse.release.compose import write_releases
from customhouse.release.figures import Basis
from customhouse.release.model import Chart, Release
from customhouse.release.plan import plan_release
from customhouse.release.tables_scan import Scans
from customhouse.release.wording import fill
from customhouse.statistics import Statistics

LANGUAGES: tuple[Language, ...] = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Published:
    """A release in each language, and its machine-readable file as text."""

    releases: tuple[Release, ...]
    figures: str
    drawing: Drawing

    def save(self, folder: str | Path, formats: Sequence[str] | None = None) -> list[Path]:
        """Write all files into a folder, whole or not at all. Raises OutputError, MissingExtra."""
        from customhouse.release.layout import FORMATS, write_release

        beside = {figures.FILE: self.figures}
        return write_release(self.releases, folder, formats or FORMATS, beside, self.drawing)


def publish(
    statistics: Statistics,
    period: Period,
    basis: Basis,
    languages: Sequence[Language] = LANGUAGES,
    published: date | None = None,
    charts: bool = True,
) -> Published:
    """The release of a period: the same facts in each language, with tables and, if wanted, charts.

    Raises QueryError where the statistics lack the period.
    """
    from customhouse.release.tables import gather
    from customhouse.release.tables_words import word

    scans = Scans(statistics)
    plan = plan_release(scans, period, basis.reporter)
    written = write_releases(plan, tuple(dict.fromkeys(languages)), published or basis.as_of, basis.source)
    drawn = {to: _charts(scans, period, to, basis.source) if charts else () for to in written}
    drawing = Drawing({(to, chart.code): chart for to, found in drawn.items() for chart in found})
    grids = gather(scans, period)
    releases = []
    for language, release in written.items():
        tables = tuple(word(grid, language) for grid in grids)
        known = fill("note_as_of", language, day=basis.as_of.isoformat())
        notes = (*release.notes, known)
        releases.append(replace(release, tables=tables, notes=notes, charts=drawn[language]))
    found = figures.document({release.language: release for release in releases}, basis, scans)
    return Published(tuple(releases), figures.to_json(found), drawing)


def _charts(scans: Scans, period: Period, language: Language, source: str) -> tuple[Chart, ...]:
    from customhouse.release.charts import release_charts

    return release_charts(scans, period, language, source)
