"""Many series adjusted in one run: what came of them, in words and as rows."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

from customhouse import describe
from customhouse.adjusting import frames
from customhouse.adjusting.words import Table, named, word
from customhouse.export import save, write_table
from customhouse.period import Period
from customhouse.seasons.batch import Failure, Many, Progress, adjust_many
from customhouse.seasons.monthly import Monthly
from customhouse.seasons.settings import Settings

CODES = ("series", "period", "on_previous", "method", "model")
FORMS = ("csv", "json", "parquet")
_ASIDE = "set_aside.csv"


@dataclass(frozen=True, slots=True)
class Run:
    """The results of many series, and those set aside, whether they could not be read or not be adjusted.

    `questions`: names are questions to a store, which can be said in either language.
    """

    results: Many
    failures: tuple[Failure, ...]
    questions: bool = False


def run(
    series: Iterable[Monthly], settings: Settings | Mapping[str, Settings], folder: str | Path | None = None,
    progress: Progress | None = None, failures: Iterable[Failure] = (), processes: int | None = None,
    questions: bool = False,
) -> Run:
    """Adjust series; in a folder the results are kept, and a list of those set aside is written.

    Raises as `adjust_many` does.
    """
    results = adjust_many(series, settings, folder, processes, progress)
    found = Run(results, (*failures, *results.failures), questions)
    if folder is not None:
        save(aside_csv(found.failures), str(Path(folder) / _ASIDE))
    return found


def table(found: Run, language: str = "en") -> Table:
    """One row a series: its last month, adjusted growth on the month before, method and model."""
    rows = []
    for name, result in found.results.items():
        last = result.original.period.last
        rate = float(result.growth()[-1])
        shown = f"{rate:+.1f}%".replace("-", "\N{MINUS SIGN}") if isfinite(rate) else ""
        period = describe.period_words(Period(last, last), language)
        what, method = named(name, language, found.questions), word(f"short_{result.method}", language)
        rows.append((what, period, shown, method, result.model))
    return CODES, tuple(word(f"column_{code}", language) for code in CODES), tuple(rows)


def aside(failures: Iterable[Failure], language: str = "en") -> Table:
    """One row a series that was set aside, with the reason."""
    codes = ("series", "why")
    rows = tuple((failure.name, failure.reason) for failure in failures)
    return codes, tuple(word(f"column_{code}", language) for code in codes), rows


def told(found: Run, language: str = "en") -> str:
    """How many were adjusted, kept from before, and set aside."""
    numbers = {"done": len(found.results), "kept": found.results.kept, "aside": len(found.failures)}
    return word("many_done", language, **{name: f"{number:,}" for name, number in numbers.items()})


def write(found: Run, form: str, path: str | None = None) -> str:
    """All results as rows to a file, or as a text of CSV or JSON."""
    if form == "parquet" and path is not None:
        write_table(frames.to_arrow(found.results), path)
        return ""
    text = frames.to_csv(found.results) if form == "csv" else _json(found)
    if path is not None:
        save(text, path)
    return text


def aside_csv(failures: Iterable[Failure]) -> str:
    """Series set aside and why, a line each."""
    page = io.StringIO()
    writer = csv.writer(page, lineterminator="\n")
    writer.writerow(("series", "reason"))
    writer.writerows((failure.name, failure.reason) for failure in failures)
    return page.getvalue()


def _json(found: Run) -> str:
    """Every series with how it was adjusted and its months, and those set aside."""
    rows: dict[str, list[dict[str, Any]]] = {}
    made: Mapping[str, list[Any]] = frames.columns(found.results)
    for cells in zip(*made.values(), strict=True):
        row = dict(zip(made, cells, strict=True))
        rows.setdefault(row.pop("series"), []).append(row | {"month": f"{row['month']:%Y-%m}"})
    told_ = [
        {"series": name, **frames.described(result), "months": rows.get(name, [])}
        for name, result in found.results.items()
    ]
    aside_ = [{"series": failure.name, "reason": failure.reason} for failure in found.failures]
    return json.dumps({"series": told_, "set_aside": aside_}, ensure_ascii=False, indent=2) + "\n"
