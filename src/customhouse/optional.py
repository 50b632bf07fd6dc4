"""Libraries that come with an extra, imported where they are needed, and the frames that people ask for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from customhouse.errors import MissingExtra

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow


def module(name: str, what: str, extra: str = "frames") -> Any:
    """The module of that name, which `what` needs. Raises MissingExtra where it is not installed."""
    try:
        return import_module(name)
    except ImportError as error:
        raise MissingExtra(what, extra) from error


def to_pandas(table: pyarrow.Table) -> pandas.DataFrame:
    """A `pandas.DataFrame` of an Arrow table in Arrow types, so without NaN. Raises MissingExtra."""
    kinds = module("pandas", "making pandas frames")
    frame: pandas.DataFrame = table.to_pandas(types_mapper=kinds.ArrowDtype)
    return frame


def to_polars(table: pyarrow.Table) -> polars.DataFrame:
    """A `polars.DataFrame` of an Arrow table. Raises MissingExtra."""
    frame: polars.DataFrame = module("polars", "making Polars frames").from_arrow(table)
    return frame
