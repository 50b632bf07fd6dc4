"""What was set aside of a load, with examples that name nobody; and how figures changed from load to load."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from customhouse.model import Claim, Slice
from customhouse.period import Period
from customhouse.web.problems import Problem
from customhouse.web.provenance import file_name

if TYPE_CHECKING:
    from customhouse.compiling.aside import Aside
    from customhouse.cube import CellCube, TableCube
    from customhouse.store import Vintage
    from customhouse.web.held import HeldDesk

EXAMPLES = 3
"""Rows that are shown for each reason."""
ROWS = 200_000
"""Rows that are looked through for examples."""
LOADS = 24
"""The loads of a source whose revisions are worked out: the last."""
FLOWS = ("exports", "imports")
_CODED = ("flow", "partner", "consignment", "region", "enterprise", "regime", "transport", "currency",
          "basis", "quantity_unit", "supplementary_unit")  # fmt: skip
"""Fields of a declaration that hold codes of lists."""
_FIELDS = ("date", "hs_code", *_CODED, "value", "value_cif", "value_fob", "quantity",
           "supplementary_quantity", "net_mass_kg")  # fmt: skip
"""Fields that are shown, by `shown`; those that tell who trades are not among them."""
_LONGEST = 4
"""Letters of a code of no list that is shown as it is; numbers of traders are longer."""
_SHAPE = 20
_CELL = 80
_DAY = re.compile(r"(19|20)\d\d-\d\d-", re.ASCII)


@dataclass(frozen=True, slots=True)
class Example:
    """A row that was set aside: its file and place there, and what it said as far as it may be shown."""

    file: str
    place: str
    month: int | None
    said: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class SetAside:
    """What a load set aside for one reason: rows by month (None: no day tells it), and examples."""

    reason: str
    months: tuple[tuple[int | None, int], ...]
    examples: tuple[Example, ...]

    @property
    def rows(self) -> int:
        """How many rows in all; one with two reasons counts for both."""
        return sum(n for _, n in self.months)

    def columns(self) -> tuple[str, ...]:
        """The columns of the examples, those that are empty in all of them left out."""
        said = (pair for example in self.examples for pair in example.said)
        return tuple(dict.fromkeys(column for column, value in said if value))


@dataclass(frozen=True, slots=True)
class Revised:
    """A figure of a month from load to load: its number, the day it was known, and what it said."""

    steps: tuple[tuple[int, date, Claim], ...]

    @property
    def change(self) -> float | None:
        """From first published to last, in per cent."""
        first, last = self.steps[0][2].value, self.steps[-1][2].value
        return (last / first - 1) * 100 if first else None


def set_aside(desk: HeldDesk, number: int) -> tuple[SetAside, ...]:
    """What a load set aside, the most frequent reason first. Raises Problem (404), StoreError."""
    from customhouse.compiling import aside

    vintage = next((v for v in desk.vintages() if v.number == number), None)
    if vintage is None:
        raise Problem(404, f"There is no load {number}.", "no_load")
    counts = aside.counted(desk.store, vintage)
    examples = _examples(vintage, aside.of_vintage(desk.store, vintage), {r for _, r in counts})
    by_reason: dict[str, list[tuple[int | None, int]]] = {}
    for (month, reason), rows in sorted(counts.items(), key=lambda item: item[0][0] or 0):
        by_reason.setdefault(reason, []).append((month, rows))
    found = (SetAside(r, tuple(months), tuple(examples.get(r, ()))) for r, months in by_reason.items())
    return tuple(sorted(found, key=lambda one: (-one.rows, one.reason)))


def _examples(vintage: Vintage, lines: Iterable[Aside], wanted: set[str]) -> dict[str, list[Example]]:
    found: dict[str, list[Example]] = {reason: [] for reason in wanted}
    for at, line in enumerate(lines):
        for reason in line.reasons:
            if len(found.setdefault(reason, [])) < EXAMPLES:
                said = shown(line.said, vintage, line.month)
                found[reason].append(Example(file_name(line.file), line.place, line.month, said))
        if at >= ROWS or all(len(rows) >= EXAMPLES for rows in found.values()):
            break
    return found


def shown(said: Mapping[str, str], vintage: Vintage, month: int | None) -> tuple[tuple[str, str], ...]:
    """What a row said, as far as it names nobody.

    Of declarations, which are confidential, only fields of code lists are shown, as codes, with the month of
    the day and the heading of the goods; of amounts, and of what is no code, only how it is written: 9 for
    a digit, a for a letter. Numbers of declarations and traders, and columns that are no field, are left
    out. Rows of official tables are public.
    """
    if vintage.kind != "declarations":
        return tuple((name, value[:_CELL]) for name, value in said.items() if value)
    columns: Mapping[str, str] = vintage.intake.get("columns", {})
    known = _known(vintage, month)
    found = []
    for name in _FIELDS:
        value = said.get(columns.get(name, name))
        if value is not None:
            found.append((name, _masked(name, value.strip(), known)))
    return tuple(found)


def _known(vintage: Vintage, month: int | None) -> Mapping[str, frozenset[str]]:
    """The codes of each field that are in a list: they name no trader."""
    from customhouse.records.checks import FLOWS
    from customhouse.records.parse import Intake
    from customhouse.records.valid import Valid

    day = vintage.known_on.year * 12 + vintage.known_on.month - 1
    valid = Valid.of(day if month is None else month, Intake(**vintage.intake))
    codes = {name: frozenset(found) for name, found in valid.codes.items()}
    units = frozenset(valid.units)
    return codes | {
        "flow": frozenset(FLOWS), "quantity_unit": units, "supplementary_unit": units,
        "hs_code": frozenset(code[:4] for code in valid.headings),
    }  # fmt: skip


def _masked(name: str, value: str, known: Mapping[str, frozenset[str]]) -> str:
    short = len(value) <= _LONGEST and value.isalnum()
    if name in _CODED and (short or value in known.get(name, ())):
        return value
    open_to = 0
    if name == "date" and _DAY.match(value):
        open_to = 7
    elif name == "hs_code" and value[:4] in known[name]:
        open_to = 4
    return value[:open_to] + written(value[open_to:])


def written(value: str) -> str:
    """How something is written: `99.9`, `aaa 9`; signs as they are."""
    short = value if len(value) <= _SHAPE else value[:_SHAPE] + "\N{HORIZONTAL ELLIPSIS}"
    return "".join("9" if c.isdigit() else "a" if c.isalpha() else c for c in short)


def revised(desk: HeldDesk, source: str, as_of: date | None) -> tuple[Revised, ...]:
    """The exports and imports of each month that changed from one load to another, the last month first.

    Raises QueryError, StoreError.
    """
    from customhouse.cube import of_vintages

    mine = [v for v in desk.vintages(as_of) if v.source == source and v.files]
    times = Counter(month for vintage in mine for month in vintage.months())
    steps: dict[tuple[int, str], list[tuple[int, date, Claim]]] = {}
    for upto in range(max(1, len(mine) - LOADS + 1), len(mine) + 1):
        vintage = mine[upto - 1]
        months = [month for month in vintage.months() if times[month] > 1]
        cube = of_vintages(desk.store, desk.engine, mine[:upto]) if months else None
        for month, flow in ((m, f) for m in months for f in FLOWS):
            told = steps.setdefault((month, flow), [])
            claim = _level(cube, flow, month) if cube else None
            if claim is not None and (not told or claim.value != told[-1][2].value):
                told.append((vintage.number, vintage.known_on, claim))
    ordered = sorted(steps.items(), key=lambda item: (-item[0][0], FLOWS.index(item[0][1])))
    return tuple(Revised(tuple(told)) for _, told in ordered if len(told) > 1)


def _level(cube: CellCube | TableCube, flow: str, month: int) -> Claim | None:
    part, period = Slice(flow=flow), Period(month, month)
    level = cube.level(part, period)
    if level is None:
        return None
    return Claim("value", float(level.amount), level.unit, level.origin, slice=part, period=period)
