"""A slice of trade in a period beside its base: month by month, so that what adds up over months does."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import pyarrow as pa

from customhouse.groups import counted_back
from customhouse.model import Slice
from customhouse.period import Period
from customhouse.prices.carried import EDIT_SCHEMA
from customhouse.prices.matched import Sums
from customhouse.prices.pairing import How, Pair, Spared, pair
from customhouse.prices.sources import Source

LOG_SCHEMA = pa.schema([("period", pa.string()), ("base", pa.string()), *EDIT_SCHEMA])
"""A row of the log of edits: two periods, and the edit."""
Paired = tuple[Period, Period, Slice]
"""A period, its base, and the slice in the base."""
SIDE_BY_SIDE = 2
"""Pairs of periods that are summed up at a time: each takes the memory of the items of both."""
Keep = Mapping[tuple[str, str], Spared]
"""The edits of each period and base that are not made."""


@dataclass(slots=True)
class Comparing:
    """Compares periods of a slice; remembers what it compared, and what was edited out on the way."""

    source: Source
    part: Slice
    how: How = field(default_factory=How)
    keep: Keep = field(default_factory=dict)
    _known: dict[Paired, Sums] = field(default_factory=dict)
    _edits: dict[tuple[Period, Period], pa.Table] = field(default_factory=dict)

    def compare(self, period: Period, base: Period, averages: bool = False) -> Sums:
        """The sums of a period on a base of as many months: month by month, added up.

        A base of more months is taken as its average; with `averages` both are. Groups have the members
        in the base that they have in the period, as growth has them.
        """
        pairs = self._pairs(period, base, averages)
        self._work_out(pairs)
        return sum((self._known[one] for one in pairs), Sums())

    def ahead(self, wanted: Sequence[tuple[Period, Period]], averages: bool = False) -> None:
        """Compare several periods with their bases, since they will be asked for."""
        self._work_out([one for period, base in wanted for one in self._pairs(period, base, averages)])

    def _pairs(self, period: Period, base: Period, averages: bool) -> list[Paired]:
        """A period and its base month by month, where their months can be told apart."""
        before = counted_back(self.part, base, period)
        apart = base.months == period.months and not averages
        if not apart or self.source.whole(self.part, period) or self.source.whole(before, base):
            return [(period, base, before)]
        return [
            (Period(period.first + at, period.first + at), Period(base.first + at, base.first + at), before)
            for at in range(period.months)
        ]

    def _work_out(self, pairs: Sequence[Paired]) -> None:
        """Sum up pairs that are not known yet: their items first, then several side by side."""
        lacking = [one for one in dict.fromkeys(pairs) if one not in self._known]
        months: defaultdict[Slice, set[int]] = defaultdict(set)
        for period, base, before in lacking:
            months[self.part].update(range(period.first, period.last + 1))
            months[before].update(range(base.first, base.last + 1))
        for part, there in months.items():
            self.source.prepare(part, sorted(there))
        with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
            for one, found in zip(lacking, pool.map(self._pair, lacking), strict=True):
                self._known[one] = found.sums
                self._edits[one[0], one[1]] = found.edits

    def beside(self) -> Comparing:
        """The same for comparisons whose edits are not to be logged."""
        return replace(self, _edits={})

    @property
    def edits(self) -> pa.Table:
        """What was edited out, columns as in `LOG_SCHEMA`, in the order of periods."""
        found = [self._edits[key] for key in sorted(self._edits)]
        return pa.concat_tables(found) if found else LOG_SCHEMA.empty_table()

    def _pair(self, paired: Paired) -> Pair:
        """One pair; a longer base is taken as its average of as many months."""
        period, base, before = paired
        how = replace(self.how, spared=self.keep.get((str(period), str(base)), self.how.spared))
        found = pair(
            self.source.items(before, base), self.source.items(self.part, period), how,
            base.months / period.months,
        )  # fmt: skip
        rest = self._rest(found.sums, period, base, before)
        return Pair(found.sums + rest, _dated(found.edits, period, base))

    def _rest(self, sums: Sums, period: Period, base: Period, before: Slice) -> Sums:
        """What a slice has beyond its items: tables tell of more than they break down."""
        then, now = self.source.total(before, base), self.source.total(self.part, period)
        if then is None or now is None:
            return Sums()
        rest0 = (then if base.months == period.months else then * period.months / base.months) - sums.value0
        return Sums(value0=rest0, value1=now - sums.value1, left0=rest0, left1=now - sums.value1)


def _dated(edits: pa.Table, period: Period, base: Period) -> pa.Table:
    columns = [pa.array([str(one)] * len(edits), pa.string()) for one in (period, base)]
    return pa.table([*columns, *edits.columns], schema=LOG_SCHEMA)
