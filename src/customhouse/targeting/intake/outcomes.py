"""What inspections found, put beside the declarations that they are of.

Outcomes are columns of the declarations, or a file of their own with `declaration_id` (and `line`, where
declarations have several items). One without a line is of all items of its declaration, which share its
revenue evenly. Uninspected is not clean: a row without an outcome has none.

An outcome is set aside, and its declaration counts as uninspected, for these reasons:

    outcome_ragged         other fields than the heading: nobody knows which cell is which
    outcome_unmatched      no declaration has its number
    outcome_duplicate      a second time, saying the same
    outcome_contradictory  twice, saying different things: neither counts
    inspected_invalid      neither inspected nor not
    outcome_invalid        inspected, and neither fraud nor none
    revenue_invalid        less than 0 recovered, no number, or in a currency without a rate
    finished_invalid       no day
    finished_early         finished before the declaration was lodged

and is counted without being set aside where it is not known yet or is of no use here:

    outcome_pending        inspected, and blank
    outcome_later          finished after the day as of which is asked, or else after today
    outcome_unasked        inspected is no, and there is an outcome all the same
    outcome_left           of a declaration that is set aside, or outside of the days asked for
    outcome_blank          says nothing: no outcome, and not that there was an inspection; also a blank beside
                           an outcome of the same declaration, which holds

Every row (`outcome_rows`) is in one of these counts, or in `outcomes_used` or `outcomes_aside`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from customhouse.errors import TargetingError
from customhouse.interface import say
from customhouse.targeting.columns import NO_DAY, days
from customhouse.targeting.intake import matching, notes, reading, told
from customhouse.targeting.intake.declarations import Declared, counted, first_reasons, set_aside
from customhouse.targeting.intake.notes import Note
from customhouse.targeting.intake.raw import lined
from customhouse.targeting.intake.reading import Columns
from customhouse.targeting.intake.told import Said
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
    whether any file tells revenue. `notes`: what to mind.
    """

    fraud: Floats
    revenue_cny: Floats
    finished: Whole
    aside: pa.Table
    counts: Mapping[str, int]
    has_revenue: bool
    notes: tuple[Note, ...] = ()

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
        place = ", ".join(declared.names[:3])
        raise TargetingError(f"{place}: no outcomes: the declarations have no column fraud; name a file of "
                             "outcomes")  # fmt: skip
    when = _When(delay_days, as_of)
    return _judged(declared, declared.table, np.arange(len(declared)), {}, declared.names, when)


def of_files(
    declared: Declared, paths: Iterable[str | Path], wanted: str | Path | None = None,
    delay_days: int = DELAY_DAYS, as_of: date | None = None,
) -> Outcomes:  # fmt: skip
    """The outcomes of files by the number of the declaration. Raises InputError, TargetingError."""
    import pyarrow as pa

    names, columns = reading.found(paths), Columns.of(wanted)
    parts = [told.typed(lined(path, columns.layout), columns, str(path), number)
             for number, path in enumerate(names)]  # fmt: skip
    table = pa.concat_tables(parts, promote_options="default").combine_chunks()
    return _matched(declared, table, tuple(map(str, names)), _When(delay_days, as_of))


def of_frame(
    declared: Declared, frame: Any, delay_days: int = DELAY_DAYS, as_of: date | None = None
) -> Outcomes:
    """The outcomes of a DataFrame. Raises TargetingError, MappingError."""
    table = told.typed(reading.framed(frame), Columns(), "outcomes", 0)
    return _matched(declared, table, ("outcomes",), _When(delay_days, as_of))


@dataclass(frozen=True, slots=True)
class _When:
    """How long outcomes take that do not say when they were known, and the day as of which is asked."""

    delay_days: int
    as_of: date | None
    today: date = field(default_factory=date.today)

    def known(self, said: Whole, finished: Whole) -> Flags:
        """Which outcomes are known: `said` is the day that they tell, `finished` the one that is taken.

        Without a day as of which is asked, whatever is there is known, but for what is said to be later.
        """
        import numpy as np

        if self.as_of is None:
            return ~self.to_come(said)
        return np.asarray(finished <= day_of(self.as_of, "as_of"))

    def to_come(self, said: Whole) -> Flags:
        """Which outcomes are said to be of a day after today."""
        import numpy as np

        return np.asarray(said > day_of(self.today, "today"))


def _matched(declared: Declared, table: pa.Table, names: tuple[str, ...], when: _When) -> Outcomes:
    """Outcomes by number, each of one item or of all items of a declaration."""
    import numpy as np
    import pyarrow as pa

    line = "line" in table.column_names
    keys = ["declaration_id", *(["line"] if line else [])]
    mine, left = declared.table.select(keys), declared.left.select(keys)
    parts = pa.concat_tables([mine, left.cast(mine.schema), table.select(keys).cast(mine.schema)])
    codes = matching.numbered(parts.combine_chunks(), line).to_numpy()
    of, _, given = np.split(codes, [len(mine), len(mine) + len(left)])
    torn, blank = told.torn(table), told.blank(table)
    here = np.isin(given, codes[: -len(given)]) & (given >= 0)
    _refuse_strangers(declared, table, torn | here, names)
    refused = first_reasons({
        "outcome_ragged": torn, "outcome_unmatched": ~here,
        **told.twice(table, np.where(blank | torn | ~here, -1, given)),
    })  # fmt: skip
    usable = ~_any(refused, len(given))
    place = np.full(int(codes.max(initial=0)) + 1, -1)
    for rows in (np.flatnonzero(usable & blank), np.flatnonzero(usable & ~blank)):  # what is said goes before
        place[given[rows]] = rows
    beside = usable & blank & np.isin(given, given[usable & ~blank])
    found = _judged(declared, table, place[of], refused, names, when, beside)
    _refuse_useless(found, names)
    return found


def _refuse_strangers(declared: Declared, table: pa.Table, here: Flags, names: Sequence[str]) -> None:
    """Raises TargetingError where no outcome is of a declaration that was read."""
    if here.any():
        return
    (note,) = notes.unmatched(table, ~here, declared.table, names)
    which = f"the first {note.said['text']!r}, where declarations have {note.said['other']!r}"
    place, other = (", ".join(one[:3]) for one in (names, declared.names))
    raise TargetingError(
        f"{place}: no outcome, of {note.count:,}, is of a declaration in {other} ({which}); look whether "
        "both are of the same declarations and write declaration_id (and line) alike"
    )


def _refuse_useless(found: Outcomes, names: Sequence[str]) -> None:
    """Raises TargetingError where no outcome can be used, with what became of them."""
    if found.counts["outcomes_used"]:
        return
    parts = {f"reason_{one}": n for one, n in found.reasons().items()}
    parts |= {f"count_{one}": n for one, n in found.counts.items() if not one.startswith("outcomes_")}
    rows = parts.pop("count_outcome_rows")
    why = ", ".join(f"{n:,} {say('targeting_words', one, 'en')}" for one, n in parts.items() if n)
    remedy = "take other declarations or days, or inspect first"
    remedy = next((_mending(one.said) for one in found.notes if one.code.startswith("unread")), remedy)
    raise TargetingError(f"{', '.join(names[:3])}: no outcome, of {rows:,}, can be used ({why}); {remedy}")


def _mending(said: Mapping[str, str]) -> str:
    """What to do about a cell that could not be read."""
    place = f"{said['file']}, row {said['row']}: {said['column']} {said['text']!r} cannot be read"
    return f"{place}, accepted are {said['yes']}, {said['no']}" if "yes" in said else place


def _any(refused: Mapping[str, Flags], size: int) -> Flags:
    import numpy as np

    return np.asarray(np.logical_or.reduce([np.zeros(size, dtype=bool), *refused.values()]))


def _judged(
    declared: Declared, table: pa.Table, at: Whole, refused: Mapping[str, Flags], names: tuple[str, ...],
    when: _When, beside: Flags | None = None,
) -> Outcomes:  # fmt: skip
    """Outcomes looked through one by one, and put beside declarations: `at` is the outcome of each, or -1.

    `beside`: blanks that stand beside an outcome of the same declaration.
    """
    import numpy as np

    size, lodged = table.num_rows, days(declared.table["date"], "date")
    day, rate = np.full(size, NO_DAY), np.ones(size)
    day[at[at >= 0]], rate[at[at >= 0]] = lodged[at >= 0], declared.rate[at >= 0]
    said = Said.of(table, rate)
    finished = np.where(said.finished == NO_DAY, day + when.delay_days, said.finished)
    matched = ~_any(refused, size)
    every = dict(refused) | {one: bad & matched for one, bad in said.refused(day, finished).items()}
    usable = ~_any(every, size)
    there = usable & (said.inspected != 0) & ~np.isnan(said.fraud)
    used = there & (day != NO_DAY) & when.known(said.finished, finished)
    pending = usable & (said.inspected == 1) & np.isnan(said.fraud) & ~(False if beside is None else beside)
    counts = {
        "outcome_rows": np.ones(size, dtype=bool),
        "outcomes_used": used, "outcomes_aside": ~usable, "outcome_later": there & (day != NO_DAY) & ~used,
        "outcome_pending": pending,
        "outcome_unasked": usable & (said.inspected == 0) & ~np.isnan(said.fraud),
        "outcome_left": there & (day == NO_DAY), "outcome_blank": usable & np.isnan(said.fraud) & ~pending,
    }  # fmt: skip
    has = any(name in table.column_names for name in ("revenue", "revenue_cny"))
    mine = (at >= 0) & used[at]
    shares = np.maximum(np.bincount(at[mine], minlength=size), 1)
    return Outcomes(
        np.where(mine, said.fraud[at], np.nan),
        np.where(mine, (np.nan_to_num(said.revenue) / shares)[at], np.nan),
        np.where(mine, finished[at], lodged + when.delay_days), set_aside(table, every, names),
        {name: int(flag.sum()) for name, flag in counts.items()}, has,
        notes.of_outcomes(table, declared.table, every, when.to_come(said.finished) & there, names),
    )  # fmt: skip
