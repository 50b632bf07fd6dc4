"""A series to a file, its form by the ending."""

from __future__ import annotations

from pathlib import Path

from customhouse.errors import OutputError
from customhouse.export import save as save_whole
from customhouse.export import write_table
from customhouse.series import frames
from customhouse.series.model import Series

TEXTS = ("csv", "json")
CHARTS = ("svg", "png", "html")
ENDINGS = (*TEXTS, "parquet", *CHARTS)


def save(series: Series, path: Path, sources: bool = False, language: str = "en") -> None:
    """Write a series, whole or not at all. Raises OutputError for another ending, MissingExtra."""
    form = path.suffix.lower().lstrip(".")
    if form not in ENDINGS:
        endings = ", ".join(f".{one}" for one in ENDINGS)
        raise OutputError(f"{path}: no format has this ending; name it one of {endings}")
    write(series, form, str(path), sources, language)


def write(series: Series, form: str, path: str, sources: bool = False, language: str = "en") -> None:
    """Write a series in one of the forms ENDINGS."""
    if form == "parquet":
        write_table(frames.to_arrow(series, sources, language), path)
    elif form in CHARTS:
        from customhouse.series.chart import drawn

        save_whole(drawn(series, form, language), path)
    else:
        save_whole(text(series, form, sources, language), path)


def text(series: Series, form: str, sources: bool = False, language: str = "en") -> str:
    """A series as CSV or JSON."""
    if form == "json":
        return frames.to_json(series, language)
    return frames.to_csv(series, sources, language)
