"""Official tables as they enter: one row a figure, at whatever level the table has it.

Money and amounts are whole numbers (hundredths of the currency, thousandths of a unit, grams),
so that no total depends on the order in which it is added.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import pyarrow as pa

from customhouse.records.noticed import Notice

TABLE_SCHEMA = pa.schema(
    [
        pa.field("reporter", pa.string(), nullable=False),  # ISO 3166 alpha-3, or a bloc
        pa.field("first_month", pa.int32(), nullable=False),  # running month numbers as in period.month
        pa.field("last_month", pa.int32(), nullable=False),
        pa.field("flow", pa.string(), nullable=False),  # exports imports trade balance re_exports re_imports
        pa.field("partner", pa.string()),  # a code of partners.csv; null is the world
        pa.field("hs", pa.string()),  # 2 to 10 digits; null is all goods
        pa.field("commodity", pa.string()),  # a code of commodities.csv, where it is no HS code
        pa.field("enterprise", pa.string()),
        pa.field("region", pa.string()),
        pa.field("regime", pa.string()),
        pa.field("transport", pa.string()),
        pa.field("currency", pa.string()),
        pa.field("basis", pa.string()),  # CIF, FOB or null
        pa.field("value_cents", pa.int64()),
        pa.field("step_cents", pa.int64()),  # the unit of the last printed digit
        pa.field("quantity_milli", pa.int64()),
        pa.field("quantity_unit", pa.string()),
        pa.field("net_mass_g", pa.int64()),
        pa.field("growth_percent", pa.float64()),  # printed: on the same months a year earlier
        pa.field("printed", pa.string()),  # the value's own characters, where it was text
        pa.field("file", pa.string(), nullable=False),
        pa.field("place", pa.string(), nullable=False),  # line 17; sheet Imports, row 20; item 3
    ]
)
"""The columns of every official table. A null dimension means all of it."""

TABLE_DIMENSIONS = ("partner", "hs", "commodity", "enterprise", "region", "regime", "transport")
"""The dimensions of a table cell besides reporter, months and flow."""


class Held(NamedTuple):
    """A figure that a row would have given but for the codes that are `lost`, or for the figure itself.

    `codes` are by dimension, with reporter, currency and flow; None is all of one, or one that is lost.
    """

    first_month: int
    last_month: int
    flow: str
    lost: tuple[str, ...]
    codes: Mapping[str, str | None]
    value_cents: int | None


@dataclass(frozen=True, slots=True)
class SetAside:
    """A row that could not be used: where it stands, the reasons (codes of reasons.csv), the row itself.

    `held` are its figures as far as they can be told: none where its months cannot, or it is of a group.
    """

    file: str
    place: str
    reasons: tuple[str, ...]
    row: Mapping[str, str] = field(default_factory=dict)
    held: tuple[Held, ...] = ()


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of an official table, as `TABLE_SCHEMA` has them, and the rows that were set aside.

    `rows_in` counts the rows of the outside file that the batch comes from, and always equals
    `rows_used + len(set_aside)`; one row of a wide file can give several figures. `notices` are of
    partner codes that want a word.
    """

    table: pa.Table
    set_aside: tuple[SetAside, ...] = ()
    rows_in: int = 0
    rows_used: int = 0
    notices: tuple[Notice, ...] = ()
