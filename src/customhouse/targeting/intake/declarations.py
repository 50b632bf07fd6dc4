"""Declarations and outcomes taken in for targeting: what can be used, what was set aside, what to mind.

A row is set aside only where nothing could be done with it: without a number or a day, a second time, or
no import. Everything else can be ranked and so can be inspected; what is odd in it is counted as a flag:

    trader_missing     no trader: the profiles of traders know nothing of the row
    hs_invalid         no code of 6 to 10 digits: taken as missing
    hs_unknown         a code that the HS of the time does not have: kept, a good like any other
    <code>_unknown     a partner, consignment, regime, ... that the vocabulary does not have: kept as it is
    value_missing      no value above 0, or none that can be put in yuan: no price is compared
    mass_missing       no net mass above 0: no price is compared
    value_invalid, mass_invalid   something that is no number: taken as missing
    rate_missing       a currency without a rate: its amounts are taken as missing
    <field>_invalid    no number or flag in a field: taken as missing

A row with other fields than the heading is set aside, since nobody knows which cell is which, and so is one
that was lodged after today, as everywhere. Every row that was read is used, set aside, or outside of the days
asked for; the counts add up. `notes` tell where something stands first that wants mending.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from customhouse.errors import CustomhouseError, EmptyFile, TargetingError
from customhouse.interface import say
from customhouse.targeting.intake import coded, matching, notes, reading
from customhouse.targeting.intake.money import ExchangeRates
from customhouse.targeting.intake.notes import Note
from customhouse.targeting.intake.reading import FILE, OUTCOMES, RAGGED, ROW, WRONG, Columns

if TYPE_CHECKING:
    import pyarrow as pa

    from customhouse.targeting.history import Flags, Floats

ASIDE = ("file", "row", "declaration_id", "line", "reason")
"""Columns of what was set aside: where it stands (rows from 1, after the names), which it is, and why."""
_IMPORTS = ("imports", "re_imports")
_DROPPED = ("flow", "value", "currency", "basis", "value_cif", "value_fob", "quantity", "quantity_unit",
            "supplementary_quantity", "supplementary_unit", "duty_rate_percent")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """How declarations are taken in.

    `map` is a mapping, by its path or name; `keys` further columns to keep profiles of; `rates` what other
    currencies are in yuan; `first` and `last` bound the days of declarations that are wanted; `today` is the
    last day that can be one of a declaration, None for that of the computer.
    """

    map: str | Path | None = None
    keys: tuple[str, ...] = ()
    rates: ExchangeRates = field(default_factory=ExchangeRates)
    first: date | None = None
    last: date | None = None
    today: date | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Declared:
    """What was taken in: declarations in the order of the files, and an account of all rows.

    `table` has the columns of `customhouse.targeting` that the files have; `aside` those of `ASIDE`;
    `flags` how many declarations have which oddity; `rows` how many rows were read, `outside` how many of
    them lie outside of the days asked for; `names` the files; `rate` the yuan for one of the currency of
    each declaration; `left` the numbers and lines of the rows that are not used; `notes` what to mind.
    """

    table: pa.Table
    aside: pa.Table
    flags: Mapping[str, int]
    rows: int
    outside: int
    names: tuple[str, ...]
    rate: Floats
    left: pa.Table
    notes: tuple[Note, ...] = ()

    def __len__(self) -> int:
        return int(self.table.num_rows)

    def frame(self) -> pa.Table:
        """The declarations as models take them: without outcomes, and without what the intake keeps apart."""
        return self.table.select([name for name in self.table.column_names if not _apart(name)])

    def span(self) -> tuple[date, date]:
        """The first and the last day of the declarations."""
        return coded.span(self.table)

    def reasons(self) -> dict[str, int]:
        """How many rows were set aside for which reason."""
        return counted(self.aside["reason"])


def _apart(name: str) -> bool:
    return name in (ROW, FILE, RAGGED, *OUTCOMES) or name.startswith(WRONG)


def declarations(paths: Iterable[str | Path], asked: Asked = Asked()) -> Declared:
    """Declarations of files, folders and globs. Raises InputError, TargetingError."""
    names = reading.found(paths)
    parts = list(reading.tables(names, Columns.of(asked.map), asked.keys))
    return _taken(parts, [str(name) for name in names], asked)


def of_frame(frame: Any, asked: Asked = Asked()) -> Declared:
    """Declarations of a DataFrame. Raises TargetingError, MappingError."""
    table = reading.framed(frame)
    if not table.num_rows:
        raise TargetingError("no declarations in the table")
    return _taken([reading.typed(table, Columns.of(asked.map), "table", 0, asked.keys)], ["table"], asked)


def _taken(parts: Sequence[pa.Table], names: Sequence[str], asked: Asked) -> Declared:
    import pyarrow as pa

    whole = pa.concat_tables(parts, promote_options="default").combine_chunks()
    outside = _outside(whole, asked)
    refused = _refused(whole, asked.today or date.today())
    refused = {reason: at & ~outside for reason, at in refused.items()}
    aside, out = set_aside(whole, refused, names), outside.copy()
    for at in refused.values():
        out |= at
    kept = whole.filter(pa.array(~out))
    if not kept.num_rows:
        raise _nothing(whole, outside, aside, names)
    told = notes.of_declarations(whole, kept, refused, names)
    flags: dict[str, Any] = {}
    rate = asked.rates.of(kept["currency"], kept["date"])
    systems = Columns.of(asked.map).intake.systems
    table = coded.missing(coded.coded(_priced(kept, rate, flags), systems, flags), flags)
    counts = {name: int(at.sum()) for name, at in flags.items() if at.any()}
    dropped = [name for name in table.column_names if name in _DROPPED]
    sizes = (whole.num_rows, int(outside.sum()))
    left = whole.select(["declaration_id", "line"]).filter(pa.array(out))
    return Declared(table.drop_columns(dropped), aside, counts, *sizes, tuple(names), rate, left, told)


def _nothing(whole: pa.Table, outside: Flags, aside: pa.Table, names: Sequence[str]) -> CustomhouseError:
    """The error that no row can be used: a question without an answer where days were left out."""
    import pyarrow as pa

    place = ", ".join(names[:3])
    why = {reason: say("targeting_words", f"reason_{reason}", "en") for reason in counted(aside["reason"])}
    told = ", ".join(f"{count:,} {why[reason]}" for reason, count in counted(aside["reason"]).items())
    if not outside.any():
        return EmptyFile(place, "no declaration that can be used", f"of {whole.num_rows:,} rows: {told}")
    first, last = coded.span(whole.filter(pa.array(outside)))
    rest = f", the others cannot be used ({told})" if told else ""
    return TargetingError(f"{place}: no declaration of the days asked for: of {whole.num_rows:,} rows "
                          f"{int(outside.sum()):,} outside of the days asked for{rest}; "
                          f"there are declarations of {first} to {last}")  # fmt: skip


def _outside(whole: pa.Table, asked: Asked) -> Flags:
    """Which rows lie outside of the days that are wanted; those without a day do not."""
    import numpy as np

    day = whole["date"].to_numpy(zero_copy_only=False).astype("datetime64[D]")
    out = np.zeros(len(day), dtype=bool)
    if asked.first is not None:
        out |= day < np.datetime64(asked.first)
    if asked.last is not None:
        out |= day > np.datetime64(asked.last)
    return np.asarray(out & ~np.isnat(day))


def _refused(whole: pa.Table, today: date) -> dict[str, Flags]:
    """Which rows cannot be used, by the first reason that holds."""
    import numpy as np
    import pyarrow.compute as pc

    def null(name: str) -> Any:
        return pc.is_null(whole[name]).to_numpy(zero_copy_only=False)

    flow = pc.is_in(whole["flow"], value_set=coded.array(_IMPORTS)).to_numpy(zero_copy_only=False)
    later = pc.fill_null(pc.greater(whole["date"], today), False).to_numpy(zero_copy_only=False)
    torn = ~null(RAGGED) if RAGGED in whole.column_names else np.zeros(whole.num_rows, dtype=bool)
    found = {"ragged": torn, "id_missing": null("declaration_id"), "line_invalid": null("line"),
             "date_invalid": null("date"), "date_in_future": later, "no_import": ~flow}  # fmt: skip
    usable = ~np.logical_or.reduce(list(found.values()))
    return first_reasons(found | _again(whole, usable))


def first_reasons(found: Mapping[str, Flags]) -> dict[str, Flags]:
    """Rows by reason, each row by the first of its reasons alone."""
    import numpy as np

    told: dict[str, Flags] = {}
    for reason, at in found.items():
        told[reason] = at & ~np.logical_or.reduce([np.zeros_like(at), *told.values()])
    return told


def _again(whole: pa.Table, usable: Flags) -> dict[str, Flags]:
    """Which usable rows have the number of an earlier one: all the same, or with other content."""
    import numpy as np

    again, other = np.zeros(len(usable), dtype=bool), np.zeros(len(usable), dtype=bool)
    at = np.flatnonzero(usable)
    numbered = matching.numbered(whole).to_numpy()[at]
    first = matching.firsts(numbered)
    later = np.flatnonzero(first != np.arange(len(at)))
    if len(later):
        again[at[later]] = True
        rest = whole.drop_columns([one for one in (FILE, ROW, RAGGED) if one in whole.column_names])
        other[at[later]] = ~matching.alike(rest.take(at[later]), rest.take(at[first[later]]))
    return {"duplicate": again & ~other, "duplicate_differs": other}


def set_aside(whole: pa.Table, refused: Mapping[str, Flags], names: Sequence[str]) -> pa.Table:
    """Rows with the reasons why they were refused, as the columns of `ASIDE`."""
    import numpy as np
    import pyarrow as pa

    at = np.concatenate([np.flatnonzero(one) for one in refused.values()])
    why = np.repeat(list(refused), [int(one.sum()) for one in refused.values()])
    order = np.argsort(at, kind="stable")
    rows = whole.select(["declaration_id", FILE, ROW]).take(pa.array(at[order]))
    line = whole["line"].take(pa.array(at[order])) if "line" in whole.column_names else pa.nulls(len(at))
    return pa.table({
        "file": pa.array(np.array(names, dtype=object)[rows[FILE].to_numpy()], pa.string()),
        "row": rows[ROW], "declaration_id": rows["declaration_id"], "line": line.cast(pa.int64()),
        "reason": pa.array(why[order], pa.string()),
    })  # fmt: skip


def _priced(table: pa.Table, rate: Floats, flags: dict[str, Any]) -> pa.Table:
    """Values in yuan, and rates of duty as shares."""
    import numpy as np

    flags["rate_missing"] = np.isnan(rate)
    value = table["value"].to_numpy(zero_copy_only=False) * rate
    if "value_cny" in table.column_names:  # of some files perhaps
        yuan = table["value_cny"].to_numpy(zero_copy_only=False)
        value = np.where(np.isnan(yuan), value, yuan)
        table = table.drop_columns(["value_cny"])
    table = table.append_column("value_cny", [value])
    if "duty_rate_percent" in table.column_names and "duty_rate" not in table.column_names:
        share = table["duty_rate_percent"].to_numpy(zero_copy_only=False) / 100
        table = table.append_column("duty_rate", [share])
    return table


def counted(column: Any) -> dict[str, int]:
    """How often each value of a column occurs, the most frequent first."""
    import pyarrow.compute as pc

    counts = {row["values"]: row["counts"] for row in pc.value_counts(column).to_pylist()}
    return dict(sorted(counts.items(), key=lambda pair: -pair[1]))
