"""Units of weights that heads of columns say."""

from __future__ import annotations

from pathlib import Path

import pytest

from customhouse.records.mapping import parse
from customhouse.records.propose import propose, to_yaml
from customhouse.records.propose.weights import mass_in, unit_text


@pytest.mark.parametrize(
    ("head", "unit"),
    [
        ("Export net weight (tonnes)", "t"),
        ("export_net_weight_tonnes", "t"),
        ("Weight (t)", "t"),
        ("weightTonnes", "t"),
        ("重量（吨）", "t"),
        ("出口重量万吨", "t 10000"),
        ("净重（万吨）", "t 10000"),
        ("净重（千克）", "kg"),
        ("重量（公斤）", "kg"),
        ("Net Mass (Kg)", "kg"),
        ("net_wgt_kg", "kg"),
        ("Weight (1,000 kg)", "kg 1000"),
        ("Net weight, 1 000 kg", "kg 1000"),
        ("Weight in thousands of metric tons", "t 1000"),
        ("Weight (lb)", "pound"),
        ("weight_pounds", "pound"),
        ("Short tons, net weight", "short_ton"),
        ("net_wgt", None),
        ("Weight", None),
        ("Export weight (m3)", None),
        ("重量", None),
    ],
)
def test_units_of_mass_in_heads(head: str, unit: str | None) -> None:
    found = mass_in(head)
    assert (unit_text(found) if found else None) == unit


@pytest.mark.parametrize(
    "head", ["Exports weight (tonnes)", "Exports weight lbs", "出口重量（万吨）", "Exports weight"]
)
def test_weights_load_in_the_unit_of_their_heads(head: str, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f"month,Exports (USD),{head}\n2024-01,5,6\n2024-02,7,9\n", encoding="utf-8")
    proposal = propose(path)
    mapping = parse(to_yaml(proposal), "t.csv")
    (figure,) = [figure for table in mapping.tables for figure in table.figures if figure.measure == "mass"]
    said = mass_in(head)
    assert figure.unit and figure.unit.code == (said.code if said else "kg")
    assert figure.unit.scale == (said.scale if said else 1)
    assert any("taken to be in kilograms" in remark for remark in proposal.checks) == (said is None)
