"""The Python door: prices and volumes of a tidy frame.

    >>> from customhouse import prices
    >>> found = prices.of_frame(frame, item=["hs8", "partner"], unit="unit")     # doctest: +SKIP
    >>> found.to_pandas()                                                         # doctest: +SKIP

What each method needs loads when it is called.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from customhouse.prices.decomposition import Method
    from customhouse.prices.editing import Rule
    from customhouse.prices.formulas import Formula
    from customhouse.prices.linking import By, Terms
    from customhouse.prices.results import FramePrices


def of_frame(
    frame: Any, *, period: str = "month", item: str | Sequence[str] = ("hs8", "partner"),
    value: str = "value_cny", quantity: str = "net_mass_kg", unit: str | None = None,
    strata: Sequence[str | Sequence[str]] = (), by: By = "year", formula: Formula = "fisher",
    method: Method = "bennet", rule: Rule | None = None, impute: bool = True, drift: bool = False,
) -> FramePrices:  # fmt: skip
    """Price, volume and value indices of a frame of pandas, Polars, Arrow or DuckDB, with their grades.

    One row an item and month, or several, which are added up: `item` names the columns that make an item,
    `period` dates or months, `value` money, `quantity` units (of the column `unit`, which is then part of
    the item). Outliers are judged within `strata`, columns or lists of them, finest first; without any by
    the first column of the item. `by`: year, average, month, chain or chain_year, see `indices`. Missing
    quantities are estimated where `impute`; `drift` has GEKS beside a chain.

    Raises PriceError for columns that are missing or no numbers, months that are none, values that are
    missing or infinite, and where nothing can be compared. Quantities that are zero, negative or infinite
    are logged in `edits`.
    """
    from customhouse.prices.editing import Rule
    from customhouse.prices.imputing import impute as estimated
    from customhouse.prices.results import Asked, make
    from customhouse.prices.tidy import Columns, trade_of

    keys = (item,) if isinstance(item, str) else tuple(item)
    levels = tuple((one,) if isinstance(one, str) else tuple(one) for one in strata)
    trade = trade_of(frame, Columns(period, keys, value, quantity, unit, levels))
    asked = Asked(by, formula, method, rule or Rule(), drift, value)
    return make(estimated(trade) if impute else trade, asked)


def terms_of_trade(exports: FramePrices, imports: FramePrices) -> tuple[Terms, ...]:
    """The prices of exports over those of imports, for each period that both have on the same base."""
    from customhouse.prices.linking import terms_of_trade as made

    return made(exports.rows, imports.rows)
