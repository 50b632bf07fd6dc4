"""Arrow tables as the frames that people ask for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from customhouse.errors import MissingExtra

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow


def to_pandas(table: pyarrow.Table) -> pandas.DataFrame:
    """A `pandas.DataFrame` in Arrow types, so without NaN. Raises MissingExtra."""
    kinds = _module("pandas", "making pandas frames")
    frame: pandas.DataFrame = table.to_pandas(types_mapper=kinds.ArrowDtype)
    return frame


def to_polars(table: pyarrow.Table) -> polars.DataFrame:
    """A `polars.DataFrame`. Raises MissingExtra."""
    frame: polars.DataFrame = _module("polars", "making Polars frames").from_arrow(table)
    return frame


def _module(name: str, what: str) -> Any:
    try:
        return import_module(name)
    except ImportError as error:
        raise MissingExtra(what, "frames") from error
