"""What inspections found, put beside the declarations that they are of.

Outcomes are columns of the declarations, or a file of their own with `declaration_id` (and `line`, where
declarations have several items). One without a line is of all items of its declaration, which share its
revenue evenly. Uninspected is not clean: a row without an outcome has none.

An outcome is set aside, and its declaration counts as uninspected, for these reasons:

    outcome_unmatched      no declaration has its number
    outcome_duplicate      a second time, saying the same
    outcome_contradictory  twice, saying different things: neither counts
    outcome_invalid        inspected, and neither fraud nor none, or a flag that is none
    revenue_invalid        less than 0 recovered, no number, or in a currency without a rate
    finished_invalid       no day
    finished_early         finished before the declaration was lodged

and is counted without being set aside where it is not known yet (`outcome_pending`: inspected, and blank;
`outcome_later`: finished after the day as of which is asked) or is of what nobody inspected
(`outcome_unasked`: inspected is no, and there is an outcome all the same), or of a declaration that is not
used itself (`outcome_left`: set aside, or outside of the days asked for).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from customhouse.errors import MappingError, TargetingError
from customhouse.targeting.columns import NO_DAY, days
from customhouse.targeting.intake import kinds, matching, reading
from customhouse.targeting.intake.declarations import Declared, counted, first_reasons, set_aside
from customhouse.targeting.intake.reading import FILE, OUTCOMES, ROW, WRONG, Columns
from customhouse.targeting.listing import day_of

if TYPE_CHECKING:
    import pyarrow as pa

    from customhouse.targeting.history import Flags, Floats, Whole

DELAY_DAYS = 14
"""How long after its declaration an outcome is known that does not say when."""


@dataclass(frozen=True, slots=True, eq=False)
class Outcomes:
    """Arrays of one entry a declaration, in its order, and an account of the outcomes.

    `fraud` is 1 or 0, NaN where nobody inspected or nothing is known yet; `revenue_cny` what was recovered
    (0 where the outcome does not say), NaN there; `finished` the day, in days since 1970. `has_revenue`:
    whether any file tells revenue.
    """

    fraud: Floats
    revenue_cny: Floats
    finished: Whole
    aside: pa.Table
    counts: Mapping[str, int]
    has_revenue: bool

    @property
    def inspected(self) -> Flags:
        """Which declarations have an outcome."""
        import numpy as np

        return np.asarray(~np.isnan(self.fraud))

    def days(self) -> list[Any]:
        """The day on which each outcome was known; None where there is none."""
        import numpy as np

        known = np.where(self.inspected, self.finished, 0).astype("datetime64[D]").tolist()
        return [day if there else None for day, there in zip(known, self.inspected.tolist(), strict=True)]

    def table(self, declared: Declared) -> pa.Table:
        """The outcomes by declaration: fraud and revenue_cny, null where there is none."""
        import numpy as np
        import pyarrow as pa

        money = np.where(self.inspected, np.nan_to_num(self.revenue_cny), np.nan)
        columns = {"fraud": pa.array(self.fraud, from_pandas=True)}
        columns |= {"revenue_cny": pa.array(money, from_pandas=True)} if self.has_revenue else {}
        return pa.table({name: declared.table[name] for name in ("declaration_id", "line")} | columns)

    def reasons(self) -> dict[str, int]:
        """How many outcomes were set aside for which reason."""
        return counted(self.aside["reason"])


def of_columns(declared: Declared, delay_days: int = DELAY_DAYS, as_of: date | None = None) -> Outcomes:
    """The outcomes that the declarations have themselves. Raises TargetingError where there are none."""
    import numpy as np

    if "fraud" not in declared.table.column_names:
        raise TargetingError("no outcomes: the declarations have no column fraud; name a file of outcomes")
    when = _When(delay_days, as_of)
    return _judged(declared, declared.table, np.arange(len(declared)), {}, declared.names, when)


def of_files(
    declared: Declared, paths: Iterable[str | Path], wanted: str | Path | None = None,
    delay_days: int = DELAY_DAYS, as_of: date | None = None,
) -> Outcomes:  # fmt: skip
    """The outcomes of files by the number of the declaration. Raises InputError, TargetingError."""
    import pyarrow as pa

    names, columns = reading.found(paths), Columns.of(wanted)
    parts = [_typed(reading.raw(path, columns.layout), columns, str(path), number)
             for number, path in enumerate(names)]  # fmt: skip
    table = pa.concat_tables(parts, promote_options="default").combine_chunks()
    return _matched(declared, table, tuple(map(str, names)), _When(delay_days, as_of))


def of_frame(
    declared: Declared, frame: Any, delay_days: int = DELAY_DAYS, as_of: date | None = None
) -> Outcomes:
    """The outcomes of a DataFrame. Raises TargetingError, MappingError."""
    table = _typed(reading.framed(frame), Columns(), "outcomes", 0)
    return _matched(declared, table, ("outcomes",), _When(delay_days, as_of))


@dataclass(frozen=True, slots=True)
class _When:
    """How long outcomes take that do not say when they were known, and the day as of which is asked."""

    delay_days: int
    as_of: date | None

    def known(self, finished: Whole) -> Flags:
        import numpy as np

        if self.as_of is None:
            return np.ones(len(finished), dtype=bool)
        return np.asarray(finished <= day_of(self.as_of, "as_of"))


def _typed(table: pa.Table, columns: Columns, place: str, number: int) -> pa.Table:
    """A table of outcomes as typed columns. Raises MappingError for one without a number or an outcome."""
    import numpy as np
    import pyarrow as pa

    names = {one: columns.intake.columns.get(one, one) for one in ("declaration_id", "line")}
    if names["declaration_id"] not in table.column_names:
        has = ", ".join(table.column_names)
        wrong = f"no column {names['declaration_id']!r}"
        raise MappingError(place, wrong, f"outcomes tell their declaration_id; it has {has}")
    made: dict[str, Any] = {"declaration_id": kinds.texts(table[names["declaration_id"]])[0]}
    if names["line"] in table.column_names:
        line = kinds.numbers(table[names["line"]])[0]
        made["line"] = np.nan_to_num(line, nan=-1).astype(np.int64)
    for name in OUTCOMES:
        if (column := reading.added(name, columns.added, table)) is not None:
            made[name], made[WRONG + name] = kinds.converted(name, column)
    if "fraud" not in made:
        raise MappingError(place, "no column fraud", "outcomes tell fraud as 1 or 0, by declaration_id")
    size = table.num_rows
    return pa.table(made | {ROW: np.arange(1, size + 1), FILE: np.full(size, number)})


def _matched(declared: Declared, table: pa.Table, names: tuple[str, ...], when: _When) -> Outcomes:
    """Outcomes by number, each of one item or of all items of a declaration."""
    import numpy as np
    import pyarrow as pa

    line = "line" in table.column_names
    keys = ["declaration_id", *(["line"] if line else [])]
    mine, left = declared.table.select(keys), declared.left.select(keys)
    parts = pa.concat_tables([mine, left.cast(mine.schema), table.select(keys).cast(mine.schema)])
    codes = matching.numbered(parts.combine_chunks(), line).to_numpy()
    of, _, told = np.split(codes, [len(mine), len(mine) + len(left)])
    refused = _twice(table, told) | {"outcome_unmatched": ~np.isin(told, codes[: -len(told)]) | (told < 0)}
    usable = np.flatnonzero(~_any(refused, len(told)))
    place = np.full(int(codes.max(initial=0)) + 1, -1)
    place[told[usable]] = usable
    return _judged(declared, table, place[of], refused, names, when)


def _twice(table: pa.Table, codes: Whole) -> dict[str, Flags]:
    """Outcomes of one number: which say the same a second time, and which contradict one another."""
    import numpy as np

    first = matching.firsts(codes)
    later = (first != np.arange(len(codes))) & (codes >= 0)
    said = table.select([name for name in table.column_names if name in OUTCOMES])
    differs = np.zeros(len(codes), dtype=bool)
    differs[later] = ~matching.alike(said.take(np.flatnonzero(later)), said.take(first[later]))
    torn = np.isin(codes, codes[differs])
    return {"outcome_contradictory": torn, "outcome_duplicate": later & ~torn}


def _any(refused: Mapping[str, Flags], size: int) -> Flags:
    import numpy as np

    return np.asarray(np.logical_or.reduce([np.zeros(size, dtype=bool), *refused.values()]))


@dataclass(frozen=True, slots=True, eq=False)
class _Said:
    """The columns of outcomes as arrays, NaN and `NO_DAY` where nothing is said."""

    inspected: Floats
    fraud: Floats
    revenue: Floats
    finished: Whole
    wrong: Mapping[str, Flags]
    unpriced: Flags

    @classmethod
    def of(cls, table: pa.Table, rate: Floats) -> _Said:
        import numpy as np
        import pyarrow.compute as pc

        def column(name: str, otherwise: float) -> Any:
            if name not in table.column_names:
                return np.full(table.num_rows, otherwise)
            return table[name].to_numpy(zero_copy_only=False)

        def wrong(name: str) -> Any:
            return pc.fill_null(table[WRONG + name], False).to_numpy(zero_copy_only=False) \
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
            "outcome_invalid": asked & self.wrong["fraud"] | self.wrong["inspected"],
            "revenue_invalid": there & (money | (self.revenue < 0)),
            "finished_invalid": there & self.wrong["finished"],
            "finished_early": there & (finished < day),
        })  # fmt: skip


def _judged(
    declared: Declared, table: pa.Table, at: Whole, refused: Mapping[str, Flags], names: tuple[str, ...],
    when: _When,
) -> Outcomes:  # fmt: skip
    """Outcomes looked through one by one, and put beside declarations: `at` is the outcome of each, or -1."""
    import numpy as np

    size, lodged = table.num_rows, days(declared.table["date"], "date")
    day, rate = np.full(size, NO_DAY), np.ones(size)
    day[at[at >= 0]], rate[at[at >= 0]] = lodged[at >= 0], declared.rate[at >= 0]
    said = _Said.of(table, rate)
    finished = np.where(said.finished == NO_DAY, day + when.delay_days, said.finished)
    matched = ~_any(refused, size)
    every = dict(refused) | {one: bad & matched for one, bad in said.refused(day, finished).items()}
    usable = ~_any(every, size)
    there = usable & (said.inspected != 0) & ~np.isnan(said.fraud)
    used = there & (day != NO_DAY) & when.known(finished)
    counts = {
        "outcomes_used": used, "outcomes_aside": ~usable, "outcome_later": there & (day != NO_DAY) & ~used,
        "outcome_pending": usable & (said.inspected == 1) & np.isnan(said.fraud),
        "outcome_unasked": usable & (said.inspected == 0) & ~np.isnan(said.fraud),
        "outcome_left": there & (day == NO_DAY),
    }  # fmt: skip
    has = any(name in table.column_names for name in ("revenue", "revenue_cny"))
    mine = (at >= 0) & used[at]
    shares = np.maximum(np.bincount(at[mine], minlength=size), 1)
    return Outcomes(
        np.where(mine, said.fraud[at], np.nan),
        np.where(mine, (np.nan_to_num(said.revenue) / shares)[at], np.nan),
        np.where(mine, finished[at], lodged + when.delay_days), set_aside(table, every, names),
        {name: int(flag.sum()) for name, flag in counts.items()}, has,
    )  # fmt: skip
