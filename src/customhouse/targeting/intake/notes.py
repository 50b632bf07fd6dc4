"""What to mind in declarations and outcomes beyond counts: where it stands first, and what it says there.

A note is data: its words in both languages are in targeting_words.csv, as `note_` and its code.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from customhouse.period import month as month_number
from customhouse.records.schema import ADDED
from customhouse.targeting import written
from customhouse.targeting.intake import kinds
from customhouse.targeting.intake.reading import FILE, OUTCOMES, RAGGED, ROW, WRONG
from customhouse.vocabulary import hs

if TYPE_CHECKING:
    import pyarrow as pa

    from customhouse.targeting.history import Flags

_ODD = (5, 7, 9)
"""Digits that codes have which lost a zero in front."""
_NEEDED = ("date", "line")
"""Fields without which a row is set aside."""
_AMOUNTS = ("value", "value_cny", "net_mass_kg", "duty_cny", "duty_rate", "duty_rate_percent", "aeo")
"""Fields that a row can do without, but for those of outcomes, which have notes of their own."""
_CODE = r"^[0-9]{6,10}$"


@dataclass(frozen=True, slots=True)
class Note:
    """Something to mind: a code, how many it is of, and by name what its words tell."""

    code: str
    count: int
    said: Mapping[str, str] = field(default_factory=dict)


def of_declarations(
    whole: pa.Table, kept: pa.Table, refused: Mapping[str, Flags], names: Sequence[str]
) -> tuple[Note, ...]:
    """The notes on declarations: `whole` as read, `kept` what is used of it, `names` the files."""
    return (
        *ragged(whole, names), *future(whole, refused["date_in_future"], names),
        *unread(whole_rows(whole), _NEEDED, names), *unread(kept, _AMOUNTS, names), *_hs(kept, names),
        *_percent(kept, names),
    )  # fmt: skip


def of_outcomes(
    table: pa.Table, declared: pa.Table, refused: Mapping[str, Flags], later: Flags, names: Sequence[str]
) -> tuple[Note, ...]:
    """The notes on outcomes: `refused` by reason, `later` those of days that have not come yet."""
    return (
        *ragged(table, names), *unmatched(table, refused.get("outcome_unmatched"), declared, names),
        *unread(whole_rows(table), OUTCOMES, names), *future(table, later, names, "finished"),
    )  # fmt: skip


def unmatched(table: pa.Table, at: Flags | None, declared: pa.Table, names: Sequence[str]) -> Iterator[Note]:
    """Outcomes of declarations that are not there."""
    import numpy as np

    if at is not None and at.any():
        first = int(np.argmax(at))
        said = {"text": _number(table, first), "other": _number(declared, 0), "of": f"{table.num_rows:,}"}
        yield Note("unmatched", int(at.sum()), said | place_of(table, first, names))


def _number(table: pa.Table, row: int) -> str:
    """The number of a declaration as it stands there, with its line where there is one."""
    number = table["declaration_id"][row].as_py() or ""
    line = table["line"][row].as_py() if "line" in table.column_names else None
    return number if line in (None, 1) else f"{number}, {line}"


def whole_rows(table: pa.Table) -> pa.Table:
    """The rows of a table that are not ragged: of what the others say nobody knows which field it is of."""
    import pyarrow.compute as pc

    return table.filter(pc.is_null(table[RAGGED])) if RAGGED in table.column_names else table


def ragged(whole: pa.Table, names: Sequence[str]) -> Iterator[Note]:
    """Rows with other fields than the heading."""
    import pyarrow.compute as pc

    if RAGGED in whole.column_names and (count := pc.count(whole[RAGGED]).as_py()):
        first = pc.index(pc.is_valid(whole[RAGGED]), value=True).as_py()
        place = {"file": names[whole[FILE][first].as_py()], "line": str(whole[RAGGED][first].as_py())}
        yield Note("ragged", count, place)


def future(table: pa.Table, at: Flags, names: Sequence[str], column: str = "date") -> Iterator[Note]:
    """Days that have not come yet."""
    import numpy as np

    if at.any():
        first = int(np.argmax(at))
        said = {"column": column, "text": str(table[column][first].as_py())}
        yield Note("future", int(at.sum()), said | place_of(table, first, names))


def unread(table: pa.Table, fields: Sequence[str], names: Sequence[str]) -> Iterator[Note]:
    """Cells that are no value of their kind, a note a column, with the text of the first."""
    import pyarrow.compute as pc

    told = [one for one in fields if WRONG + one in table.column_names]
    if "value_cny" in told and "value" in told and table[WRONG + "value"].equals(table[WRONG + "value_cny"]):
        told.remove("value")  # one column, which stands for both
    for name in told:
        texts = table[WRONG + name]
        if count := pc.count(texts).as_py():
            first = pc.index(pc.is_valid(texts), value=True).as_py()
            text = texts[first].as_py()
            code, more = _kind(name, text)
            yield Note(code, count, {"column": name, "text": text} | more | place_of(table, first, names))


def _kind(name: str, text: str) -> tuple[str, dict[str, str]]:
    """The words for a cell of a field that could not be read, and what they tell besides."""
    kind = ADDED[name].kind if name in ADDED else {"date": "date", "line": "line"}.get(name, "number")
    if kind == "flag":
        words = kinds.flag_words()
        return "unread_flag", {
            "yes": ", ".join(one for one, said in words.items() if said),
            "no": ", ".join(one for one, said in words.items() if not said),
        }
    if kind == "date" and written.ambiguous(text):
        return "unread_day_order", {}
    return f"unread_{kind}", {}


def place_of(table: pa.Table, row: int, names: Sequence[str]) -> dict[str, str]:
    """Where a row of a table stands: its file, and its number there from 1, after the heading."""
    return {"file": names[table[FILE][row].as_py()], "row": str(table[ROW][row].as_py())}


def _hs(kept: pa.Table, names: Sequence[str]) -> Iterator[Note]:
    """Codes that have lost a zero in front, and others that are too short or no codes at all."""
    import pyarrow as pa
    import pyarrow.compute as pc

    column = kept["hs_code"]
    given = [one for one in pc.unique(column).to_pylist() if one is not None]
    month = _last_month(kept)
    lost = [one for one in given if len(one) in _ODD and hs.listed(f"0{one}", month)]
    none = pc.invert(pc.fill_null(pc.match_substring_regex(column, _CODE), False))
    short = pc.and_(pc.and_(none, pc.is_valid(column)), pc.invert(_among(column, lost)))
    for code, at in (("hs_zero", _among(column, lost)), ("hs_invalid", short)):
        if count := pc.sum(at.cast(pa.int64())).as_py():
            first = pc.index(at, value=True).as_py()
            text = column[first].as_py()
            yield Note(code, count, {"text": text, "whole": f"0{text}"} | place_of(kept, first, names))


def _among(column: Any, values: Sequence[str]) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.is_in(column, value_set=pa.array(values, pa.string()))


def _last_month(kept: pa.Table) -> int:
    import pyarrow.compute as pc

    day = pc.max(kept["date"]).as_py()
    return month_number(day.year, day.month)


def _percent(kept: pa.Table, names: Sequence[str]) -> Iterator[Note]:
    """Rates of duty that are above 1 in most rows which have one: per cent, by all appearance."""
    import numpy as np

    if "duty_rate" not in kept.column_names:
        return
    rate = kept["duty_rate"].to_numpy(zero_copy_only=False)
    with np.errstate(invalid="ignore"):
        above, some = rate > 1, rate > 0
    if above.sum() * 2 > some.sum():
        first = int(np.argmax(above))
        said = {"text": f"{rate[first]:g}", "of": f"{some.sum():,}", "share": f"{rate[first] / 100:g}",
                "percent": f"{100 * rate[first]:g}%"}  # fmt: skip
        yield Note("percent", int(above.sum()), said | place_of(kept, first, names))
