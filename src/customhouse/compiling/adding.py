"""Rows of a table that several outside codes turned into one figure of ours, added up."""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc

from customhouse.vocabulary.tables import rows

_AMOUNTS = ("value_cents", "quantity_milli", "net_mass_g")
_ROW = re.compile(r",? *(row|line|item) \d+.*$")
"""What is left of a place without it is the sheet."""


def once_each(figures: pa.Table, key: tuple[str, ...], all_add_up: bool) -> pa.Table:
    """Each figure once, where rows with one key can be told to be the same or parts of one.

    The same amount in another sheet or file is the same figure, printed in two breakdowns. Rows of
    remainders (`other Asian countries`) are parts; so are all others where `all_add_up`.
    """
    figures = _without_repeats(figures, key)
    if all_add_up:
        return added_up(figures, key)
    rest = pc.is_in(figures["partner"], value_set=pa.array([row["code"] for row in rows("remainders")]))
    if not pc.any(rest).as_py():
        return figures
    parts = added_up(figures.filter(rest), key)
    return pa.concat_tables([figures.filter(pc.invert(rest)), parts])


def _without_repeats(figures: pa.Table, key: tuple[str, ...]) -> pa.Table:
    """Without rows that say again what another sheet or file has said; what says most stays."""
    numbered = figures.append_column("row_number", pa.array(range(figures.num_rows), pa.int64()))
    by = [*key, *_AMOUNTS]
    often = numbered.group_by(by).aggregate([("row_number", "count"), ("row_number", "list")])
    dropped: set[int] = set()
    for numbers in often.filter(pc.greater(often["row_number_count"], 1))["row_number_list"].to_pylist():
        rows_ = figures.take(sorted(numbers)).select(["file", "place", "growth_percent"]).to_pylist()
        if len({(row["file"], _ROW.sub("", row["place"])) for row in rows_}) == len(rows_):
            stays = next((n for n, row in enumerate(rows_) if row["growth_percent"] is not None), 0)
            dropped |= {number for n, number in enumerate(sorted(numbers)) if n != stays}
    if not dropped:
        return figures
    return figures.take([number for number in range(figures.num_rows) if number not in dropped])


def added_up(figures: pa.Table, key: tuple[str, ...]) -> pa.Table:
    """Each figure once: amounts of rows with the same key and unit are summed, their steps too.

    Northern Ireland and Great Britain are one partner of ours, several ships' registers one `areas`.
    A growth printed for one of several rows says nothing of their sum and is left out. Rows keep
    their order, and the place of the first.
    """
    by = [*key, "quantity_unit"]
    numbered = figures.append_column("row_number", pa.array(range(figures.num_rows), pa.int64()))
    counted = numbered.group_by(by).aggregate([("row_number", "count"), ("row_number", "min")])
    if counted.num_rows == figures.num_rows:
        return figures
    often = pc.greater(counted["row_number_count"], 1)
    firsts = counted.filter(often)["row_number_min"]
    sums = (
        numbered.group_by(by, use_threads=False)
        .aggregate(
            [(name, "sum", pc.ScalarAggregateOptions(min_count=1)) for name in (*_AMOUNTS, "step_cents")]
            + [("row_number", "min")]
        )
        .sort_by("row_number_min")
    )
    order = sums["row_number_min"]
    once = figures.take(order)
    for name in (*_AMOUNTS, "step_cents"):
        once = once.set_column(once.schema.get_field_index(name), name, sums[f"{name}_sum"])
    mixed = pc.is_in(order, value_set=firsts.combine_chunks())
    growth = pc.if_else(mixed, pa.scalar(None, pa.float64()), once["growth_percent"])
    return once.set_column(once.schema.get_field_index("growth_percent"), "growth_percent", growth).cast(
        figures.schema
    )
