"""What a desk works out beyond figures of the statistics: prices and volumes, and series free of seasons."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, cast

from customhouse.model import Slice
from customhouse.period import Period

if TYPE_CHECKING:
    from customhouse.adjusting.many import Run
    from customhouse.adjusting.model import Adjustment
    from customhouse.cube import Concepts
    from customhouse.desk import Desk
    from customhouse.prices import Formula, Method
    from customhouse.prices.editing import Rule
    from customhouse.prices.linking import By
    from customhouse.prices.of_slice import Prices
    from customhouse.seasons.settings import Settings


class Analysis:
    """The part of a `Desk` that analyses; it has no use without one."""

    def prices(
        self,
        text: str = "",
        *,
        by: By = "year",
        formula: Formula = "fisher",
        method: Method = "bennet",
        rule: Rule | None = None,
        impute: bool = True,
        finer: Sequence[str] = (),
        keep: str | Path | None = None,
        drift: bool = False,
        terms: bool = False,
        as_of: date | None = None,
        source: str | None = None,
        currency: str | None = None,
        concepts: Concepts | None = None,
        **options: object,
    ) -> Prices:
        """Price and volume indices of a slice, and what its growth is made of; see `customhouse.prices`.

        `rule` is what outliers are edited out by, `keep` a log of edits that are not to be made, `finer`
        region or enterprise. Options are those of `query`: flow, partner, ..., period. Raises QueryError,
        PriceError, StoreError.
        """
        from customhouse.desk.pricing import kept, priced
        from customhouse.prices.editing import Rule
        from customhouse.prices.of_slice import Asked
        from customhouse.prices.pairing import How

        how = Asked(Slice(), Period(0, 0), by, formula, method, How(rule or Rule(), impute=impute),
                    kept(keep) if keep else {}, tuple(finer), drift)
        return priced(cast("Desk", self), text, how, terms, as_of, source, currency, concepts, options)

    def adjust(
        self,
        text: str = "",
        *,
        settings: Settings | None = None,
        by: str = "direct",
        revisions: int = 0,
        as_of: date | None = None,
        source: str | None = None,
        concepts: Concepts | None = None,
        **options: object,
    ) -> Adjustment:
        """A slice by month, free of seasons, moving holidays and working days; see `customhouse.seasons`.

        `by` is direct or indirect: trade by exports and imports, which the balance always is, or the sum of
        all codes of a list or an axis. `revisions`: over how many last months to see how growth was revised.
        Options are those of `query`. Raises QueryError, SeasonsError, MissingExtra.
        """
        from customhouse.desk.adjusting import adjusted

        return adjusted(cast("Desk", self), text, options, settings, by, revisions, as_of, source, concepts)

    def adjust_many(
        self,
        text: str,
        *,
        folder: str | Path | None = None,
        settings: Settings | None = None,
        progress: Callable[[int, int, str], object] | None = None,
        processes: int | None = None,
        as_of: date | None = None,
        source: str | None = None,
        concepts: Concepts | None = None,
        **options: object,
    ) -> Run:
        """Every series of a question (`exports by partner`) adjusted; what cannot be is set aside.

        `folder` keeps the results of a run, so that one that was stopped goes on. Raises as `adjust` does.
        """
        from customhouse.desk.adjusting import many

        desk = cast("Desk", self)
        return many(desk, text, options, settings, folder, progress, processes, as_of, source, concepts)
