"""customhouse: an open foreign-trade statistics system built around the claim.

    errors      every error, drawn as a tree
    period      months, ranges, the same months a year earlier
    quantity    a printed number and the interval that it allows
    model       the nouns: Slice, Claim, Span, Derivation, Finding
    vocabulary  code lists and their words in Chinese and English
    reader      text -> claims
    reconcile   do claims agree with one another, and what follows from them
    api         read(), read_files() and the Claims that they return, for Python and notebooks
    report      a page that shows it all on the text itself
    cli         one thin command per step

The names below load on first use, so that importing the package costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from customhouse.api import Claims, read, read_files

__version__ = "0.1.0"
__all__ = ["Claims", "__version__", "read", "read_files"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        from customhouse import api

        return getattr(api, name)
    raise AttributeError(f"module 'customhouse' has no attribute {name!r}")
