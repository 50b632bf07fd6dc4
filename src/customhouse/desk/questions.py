"""Questions at the desk: what they leave open is filled from the store that they are put to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from customhouse import query
from customhouse.errors import QueryError
from customhouse.model import HOME
from customhouse.query import Query
from customhouse.store import Store


def first_known(store: Store, wanted: Query, source: str | None) -> date | None:
    """The day from which a period was known, where growth is asked for as it was first published.

    Its base is then as it stood on that day. None where nothing of the kind is asked for.
    """
    ask, periods = wanted.ask, wanted.cut()
    if (ask.known, ask.base_known, wanted.base_said, len(periods)) != ("first", "latest", False, 1):
        return None
    lacking = set(range(periods[0].first, periods[0].last + 1))
    for vintage in store.vintages():
        if source in (None, vintage.source):
            lacking -= set(vintage.months())
            if not lacking:
                return vintage.known_on
    return None


def asked(
    store: Store, text: str, options: Mapping[str, Any], as_of: date | None, source: str | None
) -> Query:
    """The query that a question puts to a source: its latest month, and whose trade it has."""
    until = as_of
    for _ in range(2):  # a day that is told in the words moves the latest month
        vintages = [v for v in store.vintages(until) if v.months() and source in (None, v.source)]
        latest = max((month for v in vintages for month in v.months()), default=None)
        given = options.get("reporter")
        home = str(given) if given else vintages[-1].reporter if vintages else HOME
        wanted = query.parse(text, options, latest, home, {v.reporter for v in vintages})
        if until is not None or wanted.as_of is None:
            break
        until = wanted.as_of
    return wanted


def day(given: date | str | None) -> date | None:
    """A day that may be written as text. Raises QueryError."""
    if not isinstance(given, str):
        return given
    try:
        return date.fromisoformat(given)
    except ValueError as error:
        raise QueryError(f"as_of {given!r}: write the day as 2025-04-30") from error
