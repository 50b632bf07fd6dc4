"""A release of a store's statistics, and one verified."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, cast

from customhouse.errors import QueryError
from customhouse.model import HOME
from customhouse.period import Period
from customhouse.query import parse

if TYPE_CHECKING:
    from customhouse.desk import Desk
    from customhouse.model import Language
    from customhouse.release.publish import Published
    from customhouse.release.verifying import Failure


def released(
    desk: Desk,
    period: str | Period,
    languages: Sequence[str],
    as_of: date | None,
    source: str | None,
    reporter: str | None,
    currency: str | None,
    published: date | None,
    charts: bool,
) -> Published:
    """See `Desk.release`."""
    from customhouse.release.figures import Basis
    from customhouse.release.publish import LANGUAGES, publish

    unknown = [language for language in languages if language not in LANGUAGES]
    if unknown or not languages:
        raise QueryError(f"{', '.join(unknown)}: no language of releases; there are {', '.join(LANGUAGES)}")
    statistics = desk.statistics(as_of, source, currency, reporter=reporter)
    known = max(v.known_on for v in desk.vintages(as_of) if v.source == statistics.source)
    whose = None if statistics.reporter == HOME else statistics.reporter
    basis = Basis(statistics.source, statistics.currency, as_of or known, whose)
    chosen = cast("Sequence[Language]", languages)
    return publish(statistics, _one(period, desk), basis, chosen, published or known, charts)


def _one(period: str | Period, desk: Desk) -> Period:
    """The one period that is named: `2025-Q1`, `2025-03`, `2024`. Raises QueryError."""
    if isinstance(period, Period):
        return period
    latest = max((m for v in desk.vintages() for m in v.months()), default=None)
    try:
        found = parse("", {"period": period}, latest).periods
    except QueryError as error:
        known = "2025-03, 2025-Q1, 2025-H1, 2025 or 2025-01/2025-05"
        raise QueryError(f"{period!r}: not a period; name one, such as {known}") from error
    if len(found) != 1:
        raise QueryError(f"{period!r}: a release is of one period; name one, such as 2025-Q1")
    return found[0]


def verified(desk: Desk, folder: Path) -> list[Failure]:
    """See `Desk.verify`."""
    from customhouse.release.tables_scan import Scans
    from customhouse.release.verifying import load, texts_of, verify

    found = load(folder)
    as_of = date.fromisoformat(found["as_of"])
    statistics = desk.statistics(as_of, found["source"], found["currency"], reporter=found.get("reporter"))
    return verify(found, Scans(statistics), texts_of(folder, found))
