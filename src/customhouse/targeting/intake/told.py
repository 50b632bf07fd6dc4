"""Outcomes as their files tell them, before they are put beside declarations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from customhouse.records.mapping.model import Source
from customhouse.targeting.columns import NO_DAY, days
from customhouse.targeting.intake import kinds, lacking, matching, reading
from customhouse.targeting.intake.declarations import first_reasons
from customhouse.targeting.intake.reading import FILE, OUTCOMES, RAGGED, ROW, WRONG, Columns

if TYPE_CHECKING:
    import pyarrow as pa

    from customhouse.targeting.history import Flags, Floats, Whole


def typed(table: pa.Table, columns: Columns, place: str, number: int) -> pa.Table:
    """A table of outcomes as typed columns. Raises MappingError for one without a number or an outcome."""
    import numpy as np
    import pyarrow as pa

    names = {one: columns.intake.columns.get(one, one) for one in ("declaration_id", "line")}
    ragged = {RAGGED: table[RAGGED]} if RAGGED in table.column_names else {}
    table = table.drop_columns(list(ragged))
    fraud = columns.added.get("fraud", Source(column="fraud"))
    wanted = {"declaration_id": [names["declaration_id"]]}
    wanted |= {} if fraud.column is None else {"fraud": [fraud.column]}
    lacking.refuse(place, table.column_names, wanted, "--outcomes-map")
    made: dict[str, Any] = {"declaration_id": kinds.texts(table[names["declaration_id"]])[0]}
    if names["line"] in table.column_names:
        line = kinds.numbers(table[names["line"]])[0]
        made["line"] = np.nan_to_num(line, nan=-1).astype(np.int64)
    for name in OUTCOMES:
        if (column := reading.added(name, columns.added, table, place)) is not None:
            made[name], unread = kinds.converted(name, column)
            made[WRONG + name] = kinds.unread(column, unread)
    size = table.num_rows
    return pa.table(made | ragged | {ROW: np.arange(1, size + 1), FILE: np.full(size, number)})


def torn(table: pa.Table) -> Flags:
    """Which rows are ragged."""
    import numpy as np
    import pyarrow.compute as pc

    if RAGGED not in table.column_names:
        return np.zeros(table.num_rows, dtype=bool)
    return np.asarray(pc.is_valid(table[RAGGED]).to_numpy(zero_copy_only=False))


def blank(table: pa.Table) -> Flags:
    """Which outcomes say nothing: neither what was found nor that nobody inspected."""
    import numpy as np
    import pyarrow.compute as pc

    found = np.isnan(table["fraud"].to_numpy(zero_copy_only=False))
    for name in ("fraud", "inspected"):
        if WRONG + name in table.column_names:
            found &= pc.is_null(table[WRONG + name]).to_numpy(zero_copy_only=False)
    if "inspected" in table.column_names:
        found &= table["inspected"].to_numpy(zero_copy_only=False) != 0
    return np.asarray(found)


def twice(table: pa.Table, codes: Whole) -> dict[str, Flags]:
    """Outcomes of one number: which say the same a second time, and which contradict one another."""
    import numpy as np

    first = matching.firsts(codes)
    later = (first != np.arange(len(codes))) & (codes >= 0)
    said = table.select([name for name in table.column_names if name in OUTCOMES])
    differs = np.zeros(len(codes), dtype=bool)
    differs[later] = ~matching.alike(said.take(np.flatnonzero(later)), said.take(first[later]))
    torn = np.isin(codes, codes[differs])
    return {"outcome_contradictory": torn, "outcome_duplicate": later & ~torn}


@dataclass(frozen=True, slots=True, eq=False)
class Said:
    """The columns of outcomes as arrays, NaN and `NO_DAY` where nothing is said."""

    inspected: Floats
    fraud: Floats
    revenue: Floats
    finished: Whole
    wrong: Mapping[str, Flags]
    unpriced: Flags

    @classmethod
    def of(cls, table: pa.Table, rate: Floats) -> Said:
        """Those of a table; `rate` is the yuan for one of the currency of each row."""
        import numpy as np
        import pyarrow.compute as pc

        def column(name: str, otherwise: float) -> Any:
            if name not in table.column_names:
                return np.full(table.num_rows, otherwise)
            return table[name].to_numpy(zero_copy_only=False)

        def wrong(name: str) -> Any:
            return pc.is_valid(table[WRONG + name]).to_numpy(zero_copy_only=False) \
                if WRONG + name in table.column_names else np.zeros(table.num_rows, dtype=bool)  # fmt: skip

        yuan = "revenue_cny" in table.column_names
        money = column("revenue_cny", np.nan) if yuan else column("revenue", np.nan) * rate
        there = "finished" in table.column_names
        day = days(table["finished"], "finished") if there else np.full(table.num_rows, NO_DAY)
        unread = {name: wrong(name) for name in OUTCOMES}
        unpriced = ~np.isnan(column("revenue", np.nan)) & np.isnan(money)
        return cls(column("inspected", np.nan), column("fraud", np.nan), money, day, unread, unpriced)

    def refused(self, day: Whole, finished: Whole) -> dict[str, Flags]:
        """Which outcomes cannot be used, by the first reason that holds; `day` is that of the declaration."""
        import numpy as np

        asked = self.inspected != 0
        there = asked & ~np.isnan(self.fraud)
        money = self.wrong["revenue"] | self.wrong["revenue_cny"] | self.unpriced
        return first_reasons({
            "inspected_invalid": self.wrong["inspected"], "outcome_invalid": asked & self.wrong["fraud"],
            "revenue_invalid": there & (money | (self.revenue < 0)),
            "finished_invalid": there & self.wrong["finished"],
            "finished_early": there & (finished < day),
        })  # fmt: skip
