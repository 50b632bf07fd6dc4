"""An adjustment to a file, its form by the ending."""

from __future__ import annotations

from pathlib import Path

from customhouse.adjusting import frames
from customhouse.adjusting.model import Adjustment
from customhouse.errors import OutputError
from customhouse.export import save as save_whole
from customhouse.export import write_table

CHARTS = ("svg", "png", "html")
ENDINGS = ("csv", "json", "parquet", *CHARTS)


def save(one: Adjustment, path: str | Path, language: str = "en", chart: str = "adjusted") -> None:
    """Write an adjustment, whole or not at all. Raises OutputError for another ending, MissingExtra."""
    form = Path(path).suffix.lower().lstrip(".")
    if form not in ENDINGS:
        endings = ", ".join(f".{one}" for one in ENDINGS)
        raise OutputError(f"{path}: no format has this ending; name it one of {endings}")
    write(one, form, str(path), language, chart)


def write(one: Adjustment, form: str, path: str, language: str = "en", chart: str = "adjusted") -> None:
    """Write an adjustment in one of the forms ENDINGS."""
    if form == "parquet":
        write_table(frames.to_arrow(one.results), path)
    elif form in CHARTS:
        from customhouse.adjusting import charts
        from customhouse.release.charts_save import drawn

        save_whole(drawn(charts.chart(one, chart, language), form), path)
    else:
        save_whole(text(one, form, language), path)


def text(one: Adjustment, form: str, language: str = "en") -> str:
    """An adjustment as CSV or JSON."""
    return frames.to_json(one, language) if form == "json" else frames.to_csv(one.results)
