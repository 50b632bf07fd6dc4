"""Releases made for the counter: both languages, their pages and all their files at once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from customhouse.web.bundle import KEPT, Bundle, ReleasePage, packed

if TYPE_CHECKING:
    from customhouse.period import Period
    from customhouse.release.layout.body import Frame
    from customhouse.release.layout.write import Edition
    from customhouse.release.model import Figure, Row, Table
    from customhouse.release.publish import Published
    from customhouse.web.held import HeldDesk


def release(desk: HeldDesk, period: Period, source: str, as_of: date, currency: str | None) -> Bundle:
    """The release of a period as known on a day. Raises QueryError, StoreError, MissingExtra."""
    from customhouse.release import figures
    from customhouse.release.layout.write import FORMATS, contents, editions_of, stem

    made = desk.release(period, as_of=as_of, source=source, currency=currency)
    beside = {figures.FILE: made.figures}
    editions = editions_of(made.releases, FORMATS, tuple(beside), made.drawing)
    about = json.loads(made.figures)
    files, names = packed({**contents(editions), **beside}.items(), made.releases[0].published)
    asked = _questions(made)
    pages = {edition.language: _page(edition, asked) for edition in editions}
    return Bundle(
        stem(period), about["source"], about["currency"], as_of, made.releases[0].published, pages, files,
        names,
    )  # fmt: skip


def _page(edition: Edition, asked: Mapping[str, str | None]) -> ReleasePage:
    from customhouse.release.layout.body import body

    made, release = body(edition, _frame(edition, asked)), edition.release
    parts = (str(made.text), str(made.beside), str(made.cards), str(made.notes))
    return ReleasePage(release.title, release.source, *parts)


def _frame(edition: Edition, asked: Mapping[str, str | None]) -> Frame:
    """Addresses from the release's own on: its files below it, the query page beside all releases."""
    from customhouse.release.layout.body import Frame

    def address(name: str) -> str:
        return f"{edition.stem}/{name}?{KEPT}"

    def ask(figure: Figure) -> str | None:
        question = asked.get(_key(figure))
        return _query({"q": question}) if question else None

    def row(table: Table, row: Row) -> str | None:
        return _query(_asked_of(edition.release.period, table, row))

    return Frame(address, ask, row)


def _query(options: Mapping[str, str]) -> str:
    return f"../query?{urlencode(options)}&{KEPT}"


def _asked_of(period: Period, table: Table, row: Row) -> dict[str, str]:
    """What the query page is asked for a row: its figures of each flow that the table has."""
    flows = dict.fromkeys(column.flow for column in table.columns if column.flow != "balance")
    options = {"flow": ",".join(flows), "period": str(row.period or period)}
    return options | ({table.dimension: row.code} if row.code and row.period is None else {})


def _questions(made: Published) -> dict[str, str | None]:
    """The question in words that gives a figure, by the request for it."""
    rows = json.loads(made.figures)["figures"]
    return {json.dumps(row["request"], sort_keys=True): row["query"] for row in rows}


def _key(figure: Figure) -> str:
    from customhouse.release.figures import request_json

    return json.dumps(request_json(figure.ask), sort_keys=True)
