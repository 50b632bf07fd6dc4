"""Rows that several outside codes turned into one figure."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from customhouse.compiling.adding import added_up
from customhouse.compiling.kept import FIGURE_KEY as KEY
from customhouse.records.table import TABLE_SCHEMA

BLANK = dict.fromkeys(TABLE_SCHEMA.names)
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["GBR", "FRA", None]),
        st.integers(0, 10**15) | st.none(),
        st.sampled_from(["kg", None]),
    ),
    max_size=20,
)


def table(rows: list[tuple[str | None, int | None, str | None]]) -> pa.Table:
    return pa.Table.from_pylist(
        [
            BLANK
            | {
                "reporter": "CHN",
                "first_month": 24300,
                "last_month": 24300,
                "flow": "exports",
                "partner": partner,
                "currency": "EUR",
                "value_cents": value,
                "step_cents": 1,
                "quantity_unit": unit,
                "growth_percent": 5.0,
                "file": "f",
                "place": f"line {n}",
            }
            for n, (partner, value, unit) in enumerate(rows, 2)
        ],
        TABLE_SCHEMA,
    )


@given(ROWS)
def test_each_figure_stands_once_and_nothing_is_lost(
    rows: list[tuple[str | None, int | None, str | None]],
) -> None:
    found = added_up(table(rows), KEY).to_pylist()
    assert [(r["partner"], r["quantity_unit"]) for r in found] == list(
        dict.fromkeys((p, u) for p, _, u in rows)
    )
    for row in found:
        parts = [v for p, v, u in rows if (p, u) == (row["partner"], row["quantity_unit"])]
        known = [v for v in parts if v is not None]
        assert row["value_cents"] == (sum(known) if known else None)
        assert row["growth_percent"] == (5.0 if len(parts) == 1 else None)
