"""What growth of a slice is made of, as a waterfall: of the whole period, else of its last month."""

from __future__ import annotations

from customhouse.describe import fill
from customhouse.desk import pricing_words as words
from customhouse.errors import OutputError
from customhouse.prices.matched import PARTS
from customhouse.prices.of_slice import Prices
from customhouse.release import charts_factors, charts_save
from customhouse.release.model import Chart


def drawn(found: Prices, form: str, language: str = "en") -> str | bytes:
    """The chart as `svg`, `png` or a page of `html` that stands alone. Raises OutputError, MissingExtra."""
    return charts_save.drawn(chart(found, language), form)


def chart(found: Prices, language: str = "en") -> Chart:
    """The specification of the waterfall. Raises OutputError where indices are linked or nothing is known."""
    row = found.main
    if not row.points:
        why = row.lacking or "indices that are linked have no parts of growth; ask for them by year or month"
        raise OutputError(f"chart: {why}")
    parts = [charts_factors.Part(part, row.points[part]) for part in PARTS]
    covered = fill("prices_covered", language, n=f"{100 * row.coverage:.0f}", grade=row.grade)
    about = (words.on_base(row, language), covered)
    return charts_factors.waterfall(parts, language, words.chart_title(found, language), about)
