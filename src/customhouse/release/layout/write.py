"""All files of a release, written whole or not at all."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from customhouse.errors import OutputError, PeriodError
from customhouse.period import Period
from customhouse.release import charts_draw
from customhouse.release.charts_beside import Drawing
from customhouse.release.model import Chart, Release, Section

FORMATS = ("html", "docx", "md", "xlsx", "csv", "svg", "png")
"""The formats that a release is written in, by the ending of their files."""
_WITH_CHARTS = frozenset({"html", "docx", "svg", "png"})
Content = str | bytes
_LENGTHS = {3: "Q", 6: "H"}
_STEM = re.compile(r"(?P<year>\d{4})(-(?:(?P<part>Q[1-4]|H[12])|(?P<month>\d{2}(_\d{4}-\d{2})?)))?", re.ASCII)


@dataclass(frozen=True)
class Edition:
    """A release with its charts drawn, once, as they are first asked for.

    `others` are the languages of the other releases, `beside` the names of further files.
    """

    release: Release
    others: tuple[str, ...]
    formats: tuple[str, ...]
    drawing: Drawing
    beside: tuple[str, ...] = ()

    @property
    def stem(self) -> str:
        """The beginning of the names of all files."""
        return stem(self.release.period)

    @property
    def language(self) -> str:
        """The language of the release."""
        return self.release.language

    @cached_property
    def charts(self) -> tuple[Chart, ...]:
        """The charts in the order in which they are shown: those of sections, then the rest."""
        by_code = {chart.code: chart for chart in self.release.charts}
        shown = (section.chart for section in self.release.sections if section.chart in by_code)
        return tuple(by_code[code] for code in dict.fromkeys((*shown, *by_code)) if code)

    def shown_with(self, section: Section) -> Iterator[tuple[int, Chart]]:
        """The charts of a section with their numbers; a chart is shown where it is named first."""
        first = next(s for s in self.release.sections if s.chart == section.chart)
        for number, chart in enumerate(self.charts, 1):
            if chart.code == section.chart and first is section:
                yield number, chart

    @property
    def apart(self) -> list[tuple[int, Chart]]:
        """The charts that no section shows, with their numbers."""
        placed = {section.chart for section in self.release.sections}
        return [(n, chart) for n, chart in enumerate(self.charts, 1) if chart.code not in placed]

    @cached_property
    def drawn(self) -> dict[str, str]:
        """The charts as SVG by code, for a page."""
        return {c.code: self.drawing.pictures[self.language, c.code][0] for c in self.charts}

    @cached_property
    def pictures(self) -> dict[str, bytes]:
        """The charts as PNG by code."""
        return {c.code: self.drawing.pictures[self.language, c.code][1] for c in self.charts}

    def picture(self, code: str, ending: str) -> str:
        """The name of a chart's file below the folder."""
        return f"charts/{self.stem}.{code}.{self.language}.{ending}"

    def table(self, code: str) -> str:
        """The name of a table's CSV file below the folder."""
        return f"tables/{self.stem}.{code}.csv"

    def file(self, ending: str, language: str | None = None) -> str:
        """The name of a document below the folder."""
        return f"{self.stem}.{language or self.language}.{ending}"


def write_release(
    releases: Sequence[Release],
    folder: str | Path,
    formats: Sequence[str] = FORMATS,
    beside: Mapping[str, Content] | None = None,
    drawing: Drawing | None = None,
) -> list[Path]:
    """Write the releases of one period, one a language, into a folder, which is made where it is not there.

    `beside` has further files by their names, written with the others; `drawing` the charts where they are
    being drawn already (see `draw`). Nothing is written unless all
    could be made. Raises OutputError, and MissingExtra where charts or Word files need an extra.
    """
    wanted = _formats(formats)
    editions = editions_of(releases, wanted, tuple(beside or ()), drawing)
    return _put({**(beside or {}), **contents(editions)}, Path(folder))


def contents(editions: Sequence[Edition]) -> dict[str, Content]:
    """The files of editions by their names, in all their formats. Raises MissingExtra."""
    wanted = editions[0].formats
    made = {}
    for ending in sorted(wanted, key=_WITH_CHARTS.__contains__):  # the others while charts are drawn
        made[ending] = dict(_MAKERS[ending](editions))
    return {name: content for ending in wanted for name, content in made[ending].items()}


def draw(releases: Sequence[Release]) -> Drawing:
    """The charts of releases, being drawn from now on."""
    return Drawing({(one.language, chart.code): chart for one in releases for chart in one.charts})


def stem(period: Period) -> str:
    """How files of a period are named: `2025`, `2025-H1`, `2025-Q1`, `2025-03`, `2025-01_2025-05`."""
    year, first = divmod(period.first, 12)
    if period.months == 12 and first == 0:
        return f"{year}"
    sign = _LENGTHS.get(period.months)
    if sign and first % period.months == 0:
        return f"{year}-{sign}{first // period.months + 1}"
    return str(period).replace("/", "_")


def period_of(name: str) -> Period | None:
    """The period whose files are named so; None where that is the name of none."""
    found = _STEM.fullmatch(name)
    if not found:
        return None
    year = int(found["year"])
    with suppress(PeriodError):
        if part := found["part"]:
            months = 3 if part[0] == "Q" else 6
            return Period.of(year, months * int(part[1]) - months + 1, months * int(part[1]))
        period = Period.parse(name.replace("_", "/")) if found["month"] else Period.of(year)
        return period if stem(period) == name else None
    return None


def _formats(formats: Sequence[str]) -> tuple[str, ...]:
    unknown = [name for name in formats if name not in FORMATS]
    if unknown or not formats:
        named = f"{unknown[0]!r}: no format of releases" if unknown else "no format was named"
        raise OutputError(f"{named}; choose from {', '.join(FORMATS)}")
    return tuple(name for name in FORMATS if name in formats)


def editions_of(
    releases: Sequence[Release], formats: tuple[str, ...], beside: tuple[str, ...], drawing: Drawing | None
) -> list[Edition]:
    """The releases of one period, one a language, as they are laid out. Raises OutputError."""
    languages = [release.language for release in releases]
    if not releases or len({release.period for release in releases}) > 1:
        raise OutputError("a release is of one period; give at least one, and all of the same period")
    if len(set(languages)) < len(languages):
        raise OutputError("two releases in one language: their files would have one name; give one of each")
    if drawing is None:
        drawing = draw(releases if _WITH_CHARTS & {*formats} else ())
    return [
        Edition(release, tuple(to for to in languages if to != release.language), formats, drawing, beside)
        for release in releases
    ]


def _html(editions: Sequence[Edition]) -> Iterator[tuple[str, Content]]:
    from customhouse.release.layout.page import page

    for edition in editions:
        yield edition.file("html"), page(edition)


def _docx(editions: Sequence[Edition]) -> Iterator[tuple[str, Content]]:
    from customhouse.release.layout.word import document

    for edition in editions:
        yield edition.file("docx"), document(edition)


def _markdown(editions: Sequence[Edition]) -> Iterator[tuple[str, Content]]:
    from customhouse.release.layout.markdown import text

    for edition in editions:
        yield edition.file("md"), text(edition)


def _xlsx(editions: Sequence[Edition]) -> Iterator[tuple[str, Content]]:
    from customhouse.release.layout.workbook import workbook

    for edition in editions:
        if edition.release.tables:
            yield edition.file("xlsx"), workbook(edition.release)


def _csv(editions: Sequence[Edition]) -> Iterator[tuple[str, Content]]:
    from customhouse.release.layout.tidy import tidy

    for table in editions[0].release.tables:
        same = {
            edition.language: next(t for t in edition.release.tables if t.code == table.code)
            for edition in editions
        }
        yield editions[0].table(table.code), tidy(same)


def _svg(editions: Sequence[Edition]) -> Iterator[tuple[str, Content]]:
    named = [(ed.picture(code, "svg"), svg) for ed in editions for code, svg in ed.drawn.items()]
    alone = charts_draw.alone([svg for _, svg in named]) if named else []
    yield from ((name, svg) for (name, _), svg in zip(named, alone, strict=True))


def _png(editions: Sequence[Edition]) -> Iterator[tuple[str, Content]]:
    for edition in editions:
        yield from ((edition.picture(code, "png"), data) for code, data in edition.pictures.items())


_MAKERS: dict[str, Callable[[Sequence[Edition]], Iterator[tuple[str, Content]]]] = {
    "html": _html, "docx": _docx, "md": _markdown, "xlsx": _xlsx, "csv": _csv, "svg": _svg, "png": _png,
}  # fmt: skip


def _put(files: Mapping[str, Content], folder: Path) -> list[Path]:
    """All files into a new folder beside the wanted one, then each to its place."""
    folder = Path(os.path.realpath(folder))
    staged: Path | None = None
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        staged = Path(tempfile.mkdtemp(prefix=f".{folder.name[:80]}.", suffix=".part", dir=folder.parent))
        for name, content in files.items():
            _stage(staged / name, content)
        return _moved(staged, folder, list(files))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        wrong = f"{folder}: the release cannot be written ({reason}); choose another folder or free the place"
        raise OutputError(wrong) from error
    finally:
        if staged is not None:
            shutil.rmtree(staged, ignore_errors=True)


def _stage(path: Path, content: Content) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(content.encode() if isinstance(content, str) else content)
        file.flush()
        os.fsync(file.fileno())


def _moved(staged: Path, folder: Path, names: list[str]) -> list[Path]:
    """A new folder takes its name at once; into one that is there the files move one after another."""
    os.chmod(staged, 0o777 & ~_mask())
    if not folder.exists():
        os.rename(staged, folder)
        return [folder / name for name in names]
    for name in names:  # whatever could not be moved there is told before the first is
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        if place.is_dir():
            raise IsADirectoryError(None, f"{name} is a folder there")
    for name in names:
        os.replace(staged / name, folder / name)
    return [folder / name for name in names]


def _mask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
