"""The figures of a row put together to cells."""

from __future__ import annotations

from itertools import count
from typing import Any

_Cell = dict[str, Any]


def put(cells: dict[tuple[Any, ...], _Cell], head: _Cell, figure: _Cell) -> None:
    """Adds a figure to the cell that it belongs to; one that says otherwise stands beside it."""
    for again in count():
        key = (*head.values(), again)
        cell = cells.get(key)
        if cell is None:
            cells[key] = head | figure
            return
        if all(
            cell.get(name) in (None, value) or name == "printed"
            for name, value in figure.items()
            if value is not None
        ):
            printed = cell.get("printed") if cell.get("value_cents") is not None else figure.get("printed")
            cell |= {name: value for name, value in figure.items() if value is not None}
            if printed is not None:
                cell["printed"] = printed
            return


def with_re_imports(cell: _Cell) -> list[_Cell]:
    """Imports from the reporter itself are re-imports; as those they have no further partner."""
    if cell["flow"] == "imports" and cell["partner"] is not None and cell["partner"] == cell["reporter"]:
        return [cell, cell | {"flow": "re_imports", "partner": None}]
    return [cell]
