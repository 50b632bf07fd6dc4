"""What a store was loaded with, for people: loads, coverage month by month, reasons. No path, no person."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath, PureWindowsPath

from customhouse.period import Period, stretches
from customhouse.records import reasons
from customhouse.store import Vintage

SHADES = 5
"""Grades of how much there is."""
YEAR = 12


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule that rows of a load broke: how many, in words, and whether they were set aside for it."""

    code: str
    rows: int
    sets_aside: bool


@dataclass(frozen=True, slots=True)
class Month:
    """A month of a source: how many figures stand for it, of which loads, and its shade (0: none).

    Without any it is a `gap`, unless it is `within` longer periods that there are figures of.
    """

    month: int
    figures: int
    loads: tuple[int, ...]
    shade: int
    gap: bool = False
    within: bool = False


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a source has by year, twelve months each, the last first; `gaps` are months missing in between."""

    source: str
    kind: str
    years: tuple[tuple[int, tuple[Month, ...]], ...]
    gaps: tuple[Period, ...]


def file_names(vintage: Vintage) -> tuple[str, ...]:
    """The names of the files that were loaded, without the folders that they lay in."""
    return tuple(dict.fromkeys(map(file_name, vintage.inputs)))


def file_name(told: str) -> str:
    """The last part of a path of any system."""
    return PureWindowsPath(PurePath(told).name).name


def doubts(vintage: Vintage) -> tuple[str, ...]:
    """The doubts that did not stop the load, files by their names."""
    found = []
    for doubt in vintage.doubts:
        for told in sorted(vintage.inputs, key=len, reverse=True):
            doubt = doubt.replace(told, file_name(told))
        found.append(doubt)
    return tuple(found)


def broken_rules(vintages: Iterable[Vintage]) -> tuple[Reason, ...]:
    """The rules that rows broke, those that set aside first, then by how many rows."""
    rows: dict[str, int] = {}
    for vintage in vintages:
        for code, n in vintage.reasons.items():
            rows[code] = rows.get(code, 0) + n
    flags = frozenset(reasons.bits("flag"))
    found = (Reason(code, n, code not in flags) for code, n in rows.items())
    return tuple(sorted(found, key=lambda one: (not one.sets_aside, -one.rows, one.code)))


def put_right(vintages: Iterable[Vintage]) -> Mapping[int, int]:
    """How many lines of each load later ones have put right."""
    found: dict[int, int] = {}
    for line in (line for vintage in vintages for line in vintage.resolves):
        number = int(line.partition(":")[0])
        found[number] = found.get(number, 0) + 1
    return found


def month(number: int) -> Period:
    """The period of one month."""
    return Period(number, number)


def coverage(
    vintages: Sequence[Vintage], within: Mapping[str, Collection[int]] | None = None
) -> tuple[Coverage, ...]:
    """How much each source has of each month; `within`: the months that some figure is about, by source."""
    sources = dict.fromkeys(v.source for v in vintages if v.months())
    about = within or {}
    return tuple(
        _covered(source, [v for v in vintages if v.source == source], about.get(source, ()))
        for source in sources
    )


def _covered(source: str, vintages: Sequence[Vintage], about: Collection[int]) -> Coverage:
    loads: dict[int, list[Vintage]] = {}
    for vintage in vintages:
        for month in vintage.months():
            loads.setdefault(month, []).append(vintage)
    figures = {month: _figures(month, found) for month, found in loads.items()}
    most, first, last = max(figures.values(), default=0), min(loads), max(loads)
    missing = {month for month in range(first, last + 1) if month not in loads and month not in about}

    def told(month: int) -> Month:
        numbers = tuple(v.number for v in loads.get(month, ()))
        shade = _shade(figures.get(month, 0), most)
        within = month in about and month not in loads
        return Month(month, figures.get(month, 0), numbers, shade, month in missing, within)

    years = tuple(
        (year, tuple(map(told, range(year * YEAR, year * YEAR + YEAR))))
        for year in range(last // YEAR, first // YEAR - 1, -1)
    )
    return Coverage(source, vintages[-1].kind, years, stretches(missing))


def _figures(month: int, vintages: Sequence[Vintage]) -> int:
    """Cells are written anew by each load that touches a month; figures of tables stand side by side."""
    standing = vintages[-1:] if vintages[-1].kind == "declarations" else vintages
    files = (f for v in standing for f in v.files if f.month == month)
    return sum(f.rows for f in files if f.part in ("cells", "tables"))


def _shade(figures: int, most: int) -> int:
    return 0 if not figures else 1 + min(SHADES - 1, SHADES * figures // (most + 1))
