"""Levels by code that are made as they are looked up."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.cube.coded import Coded
from customhouse.cube.sums import Month, together
from customhouse.model import CellOrigin
from customhouse.statistics import Level

MONTHS = st.builds(
    Month, st.none() | st.integers(-5, 5), st.integers(1, 3), st.sets(st.sampled_from("ab")).map(frozenset)
)
RECORDED = st.dictionaries(st.tuples(st.sampled_from("xyz"), st.sampled_from(["exports", "imports"])), MONTHS)
SIGNS = st.sampled_from([{"exports": 1}, {"imports": 1}, {"exports": 1, "imports": 1},
                         {"exports": 1, "imports": -1}])


def made(month: Month) -> Level:
    return Level(Fraction(month.amount or 0), "CNY", CellOrigin("x", (1,), month.cells))


@given(RECORDED, SIGNS)
def test_it_is_the_table_that_it_stands_for(
    recorded: dict[tuple[str, str], Month], signs: dict[str, int]
) -> None:
    table = {}
    for code in dict.fromkeys(code for code, _ in recorded):
        flows = [(signs[flow], recorded[code, flow]) for flow in signs if (code, flow) in recorded]
        if flows:
            month = together(flows)
            if month.amount and len(month.units) <= 1:
                table[code] = made(month)
    coded = Coded(recorded, signs, made)
    assert {code for code in "xyz" if code in coded} == set(table)
    assert dict(coded.items()) == table
    assert len(coded) == len(table)
    with pytest.raises(KeyError):
        coded["none"]
