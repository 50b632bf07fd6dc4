"""Optional libraries, imported when a file needs them."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from customhouse.errors import MissingExtra

EXTRA = "documents"


def optional(module: str, what: str) -> Any:
    """The module of that name. Raises MissingExtra where it is not installed."""
    try:
        return import_module(module)
    except ImportError as error:
        raise MissingExtra(what, EXTRA) from error
