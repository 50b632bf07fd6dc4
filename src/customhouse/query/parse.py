"""A question in words to a query; what is not understood is refused, never passed over."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date

from customhouse.model import HOME
from customhouse.period import Period
from customhouse.query.assemble import assemble
from customhouse.query.dates import calendar_of, dated
from customhouse.query.model import Query
from customhouse.query.options import apply
from customhouse.query.reasons import refused
from customhouse.query.said import Said
from customhouse.query.steps import STEPS
from customhouse.query.tokens import misplaced, tokens

_SPACED = re.compile(r"(?<=\d)[^\S\n]+(?=[\u3400-\u9fff])")
_YEAR_FIRST = re.compile(r"(?<![\d.-])((?:19|20)\d\d) ([A-Za-z]{3,9})(?![A-Za-z]|\.? ?\d)")
Options = Mapping[str, object]


def parse(
    text: str = "", options: Options | None = None, latest: int | Period | date | None = None,
    home: str = HOME, reporters: Collection[str] = (),
) -> Query:
    """The query that a question in English or Chinese, with or without options, puts.

    `latest` is the latest month of the statistics (running number, period or day): periods such as
    `last 12 months` count from it, and a question without a period is about it. `home` is whose trade
    is meant where nothing is said, `reporters` are all whose trade the statistics have. Options have the
    names of `customhouse.query.OPTIONS`; they may not contradict the words. Raises QueryError, which
    names what is not understood and the nearest word that is.
    """
    month = _month(latest)
    text = _tidied(text)
    said = Said(text, month, home, frozenset(reporters) | {home})
    found = tokens(text, calendar_of(month)) if text else []
    at = 0
    while at < len(found):
        step = STEPS.get(found[at].kind)
        if step is None:
            raise misplaced(found[at].text)
        at = step(said, found, at)
    apply(said, options or {})
    query = assemble(said)
    points = said.single.get("points")
    if points and not _in_points(query):
        raise refused("points_of_what", word=points, measure=query.ask.measure)
    return query


def _in_points(query: Query) -> bool:
    """Whether the figures are in percentage points."""
    ask = query.ask
    moved = (ask.measure, ask.of) == ("change", "growth")
    return moved or ask.measure in ("contribution", "gap", "share_change")


def _tidied(text: str) -> str:
    """Without spaces between numbers and Chinese, and with months before their year: `2024 March`."""
    def turned(found: re.Match[str]) -> str:
        after = f"{found[2]} {found[1]}"
        whole = any((a, b) == (0, len(after)) for a, b, *_ in dated(after, after.lower(), calendar_of(None)))
        return after if whole else found[0]

    return _YEAR_FIRST.sub(turned, _SPACED.sub("", text))


def _month(latest: int | Period | date | None) -> int | None:
    if isinstance(latest, Period):
        return latest.last
    if isinstance(latest, date):
        return latest.year * 12 + latest.month - 1
    return latest
