"""A question in words to a query; what is not understood is refused, never passed over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from customhouse.period import Period
from customhouse.query.assemble import assemble
from customhouse.query.dates import calendar_of
from customhouse.query.model import Query
from customhouse.query.options import apply
from customhouse.query.said import Said
from customhouse.query.steps import STEPS
from customhouse.query.tokens import misplaced, tokens

Options = Mapping[str, object]


def parse(text: str = "", options: Options | None = None, latest: int | Period | date | None = None) -> Query:
    """The query that a question in English or Chinese, with or without options, puts.

    `latest` is the latest month of the statistics (running number, period or day): periods such as
    `last 12 months` count from it, and a question without a period is about it. Options have the
    names of `customhouse.query.OPTIONS`; they may not contradict the words. Raises QueryError, which
    names what is not understood and the nearest word that is.
    """
    month = _month(latest)
    said = Said(text, month)
    found = tokens(text, calendar_of(month)) if text else []
    at = 0
    while at < len(found):
        step = STEPS.get(found[at].kind)
        if step is None:
            raise misplaced(found[at].text)
        at = step(said, found, at)
    apply(said, options or {})
    return assemble(said)


def _month(latest: int | Period | date | None) -> int | None:
    if isinstance(latest, Period):
        return latest.last
    if isinstance(latest, date):
        return latest.year * 12 + latest.month - 1
    return latest
