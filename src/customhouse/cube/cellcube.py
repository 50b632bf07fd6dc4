"""Statistics from cells that were compiled of declarations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from customhouse.cube.cellrows import CellRows
from customhouse.cube.coded import Coded, Recorded
from customhouse.cube.concepts import as_recorded, flows
from customhouse.cube.index import CellIndex
from customhouse.cube.membership import COLUMNS as MEMBERS
from customhouse.cube.monthly import FlowTable, Monthly, monthly
from customhouse.cube.standing import Standing
from customhouse.cube.sums import Month
from customhouse.engine import Engine
from customhouse.errors import VocabularyError
from customhouse.groups import unfounded
from customhouse.model import CellOrigin, Slice, changed
from customhouse.period import Period
from customhouse.statistics import Concepts, Known, Level, What
from customhouse.store import Store, Vintage

if TYPE_CHECKING:
    from customhouse.cube.indexing import Progress

_SCALE = {"value": 100, "quantity": 1000, "mass": 1000, "lines": 1, "traders": 1}
_REMEMBERED = 4096
"""Slices that are remembered, of each kind."""
_UNIT = {"mass": "kg", "lines": "line", "traders": "enterprise", "partners": "country"}


class CellCube:
    """`Statistics` of one source of declarations, from the vintages that are handed in."""

    def __init__(
        self,
        store: Store,
        engine: Engine,
        vintages: Sequence[Vintage],
        currency: str | None,
        concepts: Concepts,
    ) -> None:
        self._concepts, self._standing = concepts, Standing(vintages)
        self.engine = engine
        """What the cells are queried with."""
        self.source = vintages[-1].source
        self.reporter = vintages[-1].reporter
        """Whose trade is meant where a slice does not say."""
        self._currency = currency or vintages[-1].currency
        self._recorded: dict[
            tuple[Slice, What, Known], Mapping[tuple[int, str], Month] | FlowTable | None
        ] = {}
        self._series: dict[tuple[Slice, What, Known], Monthly | None] = {}
        self._parts: dict[tuple[Slice, str, Period, What, Known], Mapping[tuple[str, str], Month]] = {}
        self._distinct: dict[tuple[Slice, Period, Known], Level | None] = {}
        self._rows = CellRows(store, engine, self._standing, self._currency, concepts)

    def index(self, engine: Engine, progress: Progress | None = None) -> CellIndex:
        """All cells put in order in memory, so that slices need no scans; read by an engine of its own.

        It holds for statistics of the same source in any currency, by any concept and as of any day of
        which it has the cells: have each `hold` it. Some 100 bytes a cell (docs/design.md).
        """
        from customhouse.cube.indexing import index_of

        return index_of(self._rows.versions(engine), progress)

    def hold(self, index: CellIndex) -> None:
        """Answer from an index from now on, as far as it has the cells that are asked for."""
        self._rows.hold(index)

    @property
    def cells(self) -> int:
        """How many cells stand, as last revised."""
        return sum(file.rows for files in self._standing.files("latest").values() for file in files)

    def sizes(self, known: Known = "latest") -> Mapping[int, int]:
        """How many cells each month has."""
        found = self._standing.files(known)
        return {month: sum(file.rows for file in files) for month, files in found.items()}

    @property
    def revised(self) -> bool:
        """Whether any month has more than one version."""
        return self._standing.version("first") == "first"

    @property
    def currencies(self) -> frozenset[str]:
        """The currencies that the cells have values in."""
        return self._rows.currencies()

    @property
    def rows(self) -> CellRows:
        """What stands in the cells."""
        return self._rows

    @property
    def goods(self) -> frozenset[str]:
        """The HS codes, of eight digits at the most, that the cells have in any month."""
        return self._rows.goods

    @property
    def currency(self) -> str:
        """The currency of values; values in another are never added to them."""
        return self._currency

    def months(self) -> tuple[int, ...]:
        """The running numbers of all months with cells, in order."""
        return tuple(sorted(self._standing.files("latest")))

    def level(
        self, part: Slice, period: Period, what: What = "value", known: Known = "latest"
    ) -> Level | None:
        """See `Statistics.level`."""
        wanted, recorded = range(period.first, period.last + 1), as_recorded(part, self._rows.records)
        if recorded is None or unfounded(part, period) or not self._covers(part, wanted, known):
            return None
        part = recorded
        if what == "partners":
            found = self.parts(part, "partner", period, "value", known)
            return self._made(
                len(found), what, sum(level.origin.cells for level in found.values()), wanted, known
            )
        if what == "traders":
            return self._traders(part, period, known)
        series = self._monthly(part, what, known)
        if series is None:
            return None
        total = series.over(period.first, period.last)
        if total.amount is None or len(total.units) > 1:
            return None  # unlike units do not add up, and what is not known is not 0
        amount, unit = Fraction(total.amount, _SCALE[what]), next(iter(total.units), "")
        return self._made(amount, what, total.cells, wanted, known, unit)

    def parts(
        self, part: Slice, dimension: str, period: Period, what: What = "value", known: Known = "latest"
    ) -> Mapping[str, Level]:
        """See `Statistics.parts`."""
        wanted, recorded = range(period.first, period.last + 1), as_recorded(part, self._rows.records)
        if recorded is None or not self._covers(part, wanted, known) or what == "partners":
            return {}
        part = recorded
        flow = part.flow or "trade"
        by_code = self._by_code(part, dimension, period, what, known)
        signs = {"": 1} if what == "traders" else flows(flow, self._concepts)

        def made(month: Month) -> Level:
            amount, unit = Fraction(month.amount or 0, _SCALE.get(what, 1)), next(iter(month.units), "")
            return self._made(amount, what, month.cells, wanted, known, unit)

        return Coded(by_code, signs, made)

    def broken_down(self, dimension: str) -> bool:
        """Whether any cell has a code in a dimension."""
        return self._rows.has(MEMBERS[dimension])

    def untold(self, part: Slice, period: Period) -> str | None:
        """The dimension of a slice that the lines do not tell apart so finely; None where they all are."""
        recorded = as_recorded(part, self._rows.records)
        try:
            return None if recorded is None else self._rows.untold(recorded, period.last)
        except VocabularyError:
            return None

    def vintages_of(self, period: Period) -> tuple[int, ...]:
        """The numbers of the vintages that the months of a period stand in."""
        return self._standing.numbers(range(period.first, period.last + 1), "latest")

    def _by_code(self, part: Slice, dimension: str, period: Period, what: What, known: Known) -> Recorded:
        """A slice by the codes of a dimension; one scan answers for every flow (traders have no sums)."""
        flow = part.flow or "trade"
        key = (part if what == "traders" else changed(part, flow=None), dimension, period, what, known)
        if key not in self._parts:
            _bound(self._parts)
            self._parts[key] = self._rows.by_code(
                changed(key[0], flow=flow if what == "traders" else None), *key[1:]
            )
        return self._parts[key]

    def _monthly(self, part: Slice, what: What, known: Known) -> Monthly | None:
        """All months of a slice: one scan answers for every period and every flow."""
        key = (part, what, self._standing.version(known))
        if key not in self._series:
            _bound(self._series)
            self._series[key] = self._of_flow(*key)
        return self._series[key]

    def _of_flow(self, part: Slice, what: What, known: Known) -> Monthly | None:
        """The months of a slice's flow, put together of the flows that are recorded."""
        key = (changed(part, flow=None), what, known)
        if key not in self._recorded:
            _bound(self._recorded)
            self._recorded[key] = self._rows.by_month(*key)
        by_flow = self._recorded[key]
        return None if by_flow is None else monthly(by_flow, flows(part.flow or "trade", self._concepts))

    def _traders(self, part: Slice, period: Period, known: Known) -> Level | None:
        """Distinct traders, from the lines: counts of cells do not add up."""
        key = (part, period, self._standing.version(known))
        if key not in self._distinct:
            found, wanted = self._rows.traders(*key), range(period.first, period.last + 1)
            made = None if found is None else self._made(found[0], "traders", found[1], wanted, known)
            _bound(self._distinct)
            self._distinct[key] = made
        return self._distinct[key]

    def _made(
        self,
        amount: Fraction | int,
        what: What,
        cells: int,
        months: Sequence[int],
        known: Known,
        unit: str = "",
    ) -> Level:
        unit = self.currency if what == "value" else _UNIT.get(what, unit)
        numbers = self._standing.numbers(months, known)
        exact = amount if isinstance(amount, Fraction) else Fraction(amount)
        return Level(exact, unit, CellOrigin(self.source, numbers, cells))

    def _covers(self, part: Slice, months: Sequence[int], known: Known) -> bool:
        covered, reporter = self._standing.files(known), self._standing.vintages[-1].reporter
        mine = (part.reporter or self.reporter) == reporter and part.subject is None
        return mine and all(month in covered for month in months)


def _bound(remembered: dict[Any, Any]) -> None:
    """Room for one more: what was remembered first is forgotten."""
    if len(remembered) >= _REMEMBERED:
        del remembered[next(iter(remembered))]
