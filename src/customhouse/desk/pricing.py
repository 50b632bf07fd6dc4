"""Prices of a slice out of a store: a question in words or options, to indices and what growth is made of."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from customhouse.desk import questions
from customhouse.errors import BrokenFile, QueryError, UnreadableFile
from customhouse.prices.carried import IMPUTED
from customhouse.prices.comparing import LOG_SCHEMA
from customhouse.prices.itemrows import BETWEEN
from customhouse.prices.of_slice import Asked, Prices, prices, with_terms
from customhouse.prices.pairing import Spared

if TYPE_CHECKING:
    from customhouse.cube import Concepts
    from customhouse.desk import Desk
    from customhouse.query.model import Query

_KEY = ("period", "base", "item", "unit", "reason")


def priced(
    desk: Desk, text: str, how: Asked, terms: bool, as_of: date | None, source: str | None,
    currency: str | None, concepts: Concepts | None, options: Mapping[str, object],
) -> Prices:
    """Prices of what a question is about; `how` has all else. Raises QueryError, PriceError, StoreError."""
    wanted = questions.asked(desk.store, text, options, as_of, source)
    _check(wanted)
    statistics = desk.statistics(as_of or wanted.as_of, source, currency or wanted.currency, concepts)
    asked = replace(how, part=wanted.slice, period=wanted.periods[0])
    return (with_terms if terms else prices)(statistics, asked)


def kept(path: str | Path) -> dict[tuple[str, str], Spared]:
    """The edits that a log of them (CSV, as `prices` writes it) lists, by period and base: they are not made.

    Raises UnreadableFile, BrokenFile.
    """
    relatives: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    bare: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for row in _rows(path):
        key = row["period"], row["base"]
        if row["reason"] in IMPUTED.values():
            bare[key].add(row["item"])
        else:
            relatives[key].add(f"{row['item']}{BETWEEN}{row['unit']}")
    return {
        key: Spared(frozenset(relatives[key]), frozenset(bare[key])) for key in relatives.keys() | bare.keys()
    }


def _rows(path: str | Path) -> list[dict[str, str]]:
    """The rows of a log, each with all that tells one edit from another."""
    remedy = "take a log that --edits wrote, or some of its rows"
    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            rows, names = list(reader), reader.fieldnames or ()
    except OSError as error:
        raise UnreadableFile(str(path), f"cannot be read ({error.strerror})", remedy) from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise BrokenFile(str(path), f"no CSV ({error})", remedy) from error
    lacking = [name for name in _KEY if name not in names]
    if lacking:
        raise BrokenFile(str(path), f"no column {lacking[0]}", remedy)
    for number, row in enumerate(rows, 1):
        if any(row[name] is None for name in _KEY):
            raise BrokenFile(str(path), f"row {number} is cut off", remedy)
    return rows


def log_csv(found: Prices) -> str:
    """The log of edits as CSV, which `kept` reads."""
    import io

    page = io.StringIO()
    writer = csv.writer(page, lineterminator="\n")
    writer.writerow(LOG_SCHEMA.names)
    writer.writerows(zip(*(column.to_pylist() for column in found.edits.columns), strict=True))
    return page.getvalue()


def listed(text: str | Sequence[str]) -> tuple[str, ...]:
    """Names with commas between them, or already apart."""
    parts = text.split(",") if isinstance(text, str) else text
    return tuple(part.strip() for part in parts if part.strip())


def _check(wanted: Query) -> None:
    if wanted.by or wanted.each or len(wanted.periods) != 1:
        raise QueryError("prices are of one slice and one period; they come by month within it")
    if wanted.ask.measure not in ("value", "price"):
        raise QueryError(f"prices: {wanted.ask.measure} is asked for; leave the measure out")
