"""What is odd in declarations that can be used all the same, and their codes as ours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from customhouse.period import month as month_number
from customhouse.targeting.intake.reading import WRONG
from customhouse.vocabulary import codes, hs

if TYPE_CHECKING:
    import pyarrow as pa

_CODED = ("partner", "consignment", "region", "enterprise", "regime", "transport")
_DIMENSION = {"consignment": "partner"}
_FORM = r"^[0-9]{6,10}$"


def coded(table: pa.Table, systems: Mapping[str, str], flags: dict[str, Any]) -> pa.Table:
    """Codes of the vocabulary in place of the source's; which ones it does not have."""
    import pyarrow.compute as pc

    low, high = (month_number(day.year, day.month) for day in span(table))
    for name in (one for one in _CODED if one in table.column_names):
        dimension = _DIMENSION.get(name, name)
        given = table[name]
        known = {one: _ours(systems.get(name, "own"), dimension, one, (high, low))
                 for one in pc.unique(given).to_pylist() if one is not None}  # fmt: skip
        unknown = [one for one, ours in known.items() if ours is None]
        flags[f"{name}_unknown"] = _among(given, unknown)
        put = {one: ours for one, ours in known.items() if ours is not None and ours != one}
        if put:
            place = pc.index_in(given, value_set=array(put))
            table = _replaced(table, name, pc.coalesce(pc.take(array(put.values()), place), given))
    given = table["hs_code"]
    fits = pc.fill_null(pc.match_substring_regex(given, _FORM), False)
    flags["hs_invalid"] = pc.invert(fits).to_numpy(zero_copy_only=False)
    table = _replaced(table, "hs_code", pc.if_else(fits, given, None))
    strange = [one for one in pc.unique(table["hs_code"]).to_pylist()
               if one is not None and not hs.listed(one, high) and not hs.listed(one, low)]  # fmt: skip
    flags["hs_unknown"] = _among(given, strange)
    return table


def _ours(system: str, dimension: str, given: str, months: Sequence[int]) -> str | None:
    return next((found for month in months
                 if (found := codes.resolve(system, dimension, given, month).code) is not None), None)


def _among(column: Any, values: Sequence[str]) -> Any:
    import pyarrow.compute as pc

    return pc.is_in(column, value_set=array(values)).to_numpy(zero_copy_only=False)


def _replaced(table: pa.Table, name: str, column: Any) -> pa.Table:
    return table.set_column(table.schema.get_field_index(name), name, column)


def missing(table: pa.Table, flags: dict[str, Any]) -> pa.Table:
    """Amounts that are none as NaN; where a field that is there has nothing that can be used."""
    import numpy as np
    import pyarrow.compute as pc

    if "trader_id" in table.column_names:
        flags["trader_missing"] = pc.is_null(table["trader_id"]).to_numpy(zero_copy_only=False)
    else:
        flags["trader_missing"] = np.ones(table.num_rows, dtype=bool)
    for name, flag, unread in (("value_cny", "value", ("value_cny", "value")),
                               ("net_mass_kg", "mass", ("net_mass_kg",))):  # fmt: skip
        given = table[name].to_numpy(zero_copy_only=False) if name in table.column_names else np.full(
            table.num_rows, np.nan)  # fmt: skip
        with np.errstate(invalid="ignore"):
            none = ~(given > 0)
        wrong = none & np.logical_or.reduce([_unread(table, one) for one in unread])
        flags[f"{flag}_missing"], flags[f"{flag}_invalid"] = none & ~wrong, wrong
        if name in table.column_names:
            table = _replaced(table, name, [np.where(none, np.nan, given)])
    for name in ("duty_cny", "duty_rate", "duty_rate_percent", "aeo"):
        if WRONG + name in table.column_names:
            flags[f"{name}_invalid"] = _unread(table, name)
    return table


def _unread(table: pa.Table, name: str) -> Any:
    """Where a field has something that could not be read."""
    import numpy as np
    import pyarrow.compute as pc

    if WRONG + name not in table.column_names:
        return np.zeros(table.num_rows, dtype=bool)
    return pc.is_valid(table[WRONG + name]).to_numpy(zero_copy_only=False)


def span(table: pa.Table) -> tuple[date, date]:
    """The first and the last day of declarations."""
    import pyarrow.compute as pc

    ends = pc.min_max(table["date"]).as_py()
    return ends["min"], ends["max"]


def array(values: Iterable[str]) -> Any:
    """Texts as an Arrow array."""
    import pyarrow as pa

    return pa.array(list(values), pa.string())
