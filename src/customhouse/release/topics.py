"""What a release looks at in each dimension, as data, and the order of size in which it is said."""

from __future__ import annotations

import csv
import io
from functools import cache
from importlib.resources import files


@cache
def _rows() -> tuple[dict[str, str], ...]:
    text = (files("customhouse.release") / "topics.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(io.StringIO(text)))


@cache
def topics(dimension: str, role: str, flow: str = "") -> tuple[str, ...]:
    """The codes of a dimension that have a role in a release, those of a flow where it matters."""
    return tuple(
        row["code"] for row in _rows()
        if (row["dimension"], row["role"]) == (dimension, role) and row["flow"] in ("", flow)
    )
