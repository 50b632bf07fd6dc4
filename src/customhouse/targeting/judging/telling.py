"""An evaluation as JSON holds it: what is no number is null, and every row of figures has its warnings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from math import isfinite
from typing import Any

from customhouse.targeting.judging.model import MEASURES, Absent, Difference, Evaluation, Fair, Figure, Top
from customhouse.targeting.leakage import Leakage

WARNINGS = "warnings"
_WITHIN = (Figure, Fair, Leakage, Absent)
"""What stands within a row that has the warnings, or has no figures of a ranking."""
_DERIVED: Mapping[type, tuple[str, ...]] = {Difference: ("holds",)}


def told(evaluation: Evaluation) -> dict[str, Any]:
    """All of it by name; `warnings` stands at the top and in each row."""
    warnings = list(evaluation.warnings)
    parts = {field.name: _plain(getattr(evaluation, field.name), warnings) for field in fields(evaluation)}
    leak = parts.pop("leak")
    if evaluation.leak is not None and leak is not None:
        leak["leaks"] = evaluation.leak.leaks
    return {WARNINGS: warnings, "leakage": leak, **parts}


def _plain(one: Any, warnings: list[str]) -> Any:
    if isinstance(one, float):
        return one if isfinite(one) else None
    if isinstance(one, date):
        return one.isoformat()
    if isinstance(one, (tuple, list)):
        return [_plain(each, warnings) for each in one]
    if is_dataclass(one) and not isinstance(one, type):
        return _row(one, warnings)
    return _plain(one.tolist(), warnings) if hasattr(one, "tolist") else one


def _row(one: Any, warnings: list[str]) -> dict[str, Any]:
    row = {field.name: _plain(getattr(one, field.name), warnings) for field in fields(one)}
    row |= {name: getattr(one, name) for name in _DERIVED.get(type(one), ())}
    if isinstance(one, Top):
        row["of_best"] = {name: _plain(one.of_best(name), warnings) for name in MEASURES}
    if not isinstance(one, _WITHIN):
        row[WARNINGS] = warnings
    return row
