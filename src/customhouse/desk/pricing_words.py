"""Prices of a slice in words: the title, the cells of printed tables, sentences, and what to mind."""

from __future__ import annotations

import math

from customhouse.describe import fill, period_words, word
from customhouse.measures import Request
from customhouse.prices.linking import Row
from customhouse.prices.matched import PARTS
from customhouse.prices.of_slice import Prices
from customhouse.query import describe
from customhouse.query.model import Query

Table = tuple[tuple[str, ...], tuple[str, ...], tuple[tuple[str, ...], ...]]
"""Codes of the columns, headings, rows."""
_NOTHING = "\N{EN DASH}"
_LINKED = ("chain", "chain_year")
_UNSAID = 0.005
"""Points below this print as 0.00, and are not said."""


def title(found: Prices, language: str) -> str:
    """What the indices are of, on which base, by which formula."""
    asked = found.asked
    base, formula = word(f"prices_by_{asked.by}", language), word(asked.formula, language)
    return fill("prices_title", language, what=_slice(found, language), base=base, formula=formula)


def chart_title(found: Prices, language: str) -> str:
    """What a picture of the parts of growth is of."""
    return fill("prices_chart", language, what=_slice(found, language))


def on_base(row: Row, language: str) -> str:
    """A period and its base."""
    return fill("prices_on", language, period=period_words(row.period, language), base=_base(row, language))


def _slice(found: Prices, language: str) -> str:
    asked = found.asked
    return describe(Query(Request("value", asked.part, asked.period), (asked.period,)), language)


def tables(found: Prices, language: str) -> list[Table]:
    """The indices with what they rest on; what growth is made of; terms of trade."""
    made = [_indices(found, language)]
    if found.asked.by not in _LINKED:
        made.append(_parts(found, language))
    if found.terms:
        made.append(_terms(found, language))
    return made


def sentences(found: Prices, language: str) -> list[str]:
    """What growth of the whole period (else of the last month) is made of, in a sentence."""
    row = found.main
    if not row.points:
        return []
    parts = [
        fill(f"prices_{part}_{'up' if row.points[part] > 0 else 'down'}", language,
             n=_plain(abs(row.points[part])))
        for part in PARTS if abs(row.points[part]) >= _UNSAID
    ]  # fmt: skip
    way = "up" if row.growth > 0 else "down"
    said = fill(f"prices_grew_{way}", language, when=period_words(row.period, language),
                n=_plain(abs(row.growth)), base=_base(row, language))
    return [fill("prices_made_of", language, growth=said, parts=word("prices_and", language).join(parts))]


def notes(found: Prices, language: str) -> list[str]:
    """That unit values are biased; what was edited, imputed or could not be had; drift of a chain."""
    asked, said = found.asked, [word("prices_biased", language)]
    if aside := sum(row.aside for row in found.rows):
        said.append(fill("prices_edited", language, n=f"{aside:,}"))
    if any(row.imputed > 0 for row in found.rows):
        said.append(word("prices_imputed_note", language))
    if asked.drift and not math.isnan(found.drift):
        said.append(fill("prices_drift", language, n=_signed(found.drift)))
    lacking = dict.fromkeys(row.lacking for row in (*found.rows, found.whole) if row and row.lacking)
    return [*said, *(fill("not_there", language, why=reason) for reason in lacking)]


def _base(row: Row, language: str) -> str:
    said = period_words(row.base, language)
    return said if row.base.months == row.period.months else fill("prices_average", language, base=said)


def _indices(found: Prices, language: str) -> Table:
    codes = [
        "period", "base", "price", "volume", "value", "coverage", "imputed", "dispersion", "grade", "aside",
    ]  # fmt: skip
    if found.asked.by in _LINKED:
        codes.remove("base")
    if found.asked.drift:
        codes.insert(codes.index("price") + 1, "geks")
    rows = tuple(tuple(_cell(row, code, language) for code in codes) for row in _rows(found))
    return tuple(codes), _headings(codes, language), rows


def _parts(found: Prices, language: str) -> Table:
    codes = ["period", "growth", *PARTS, "grade"]
    rows = []
    for row in _rows(found):
        points = [_signed(row.points[part]) if row.points else _NOTHING for part in PARTS]
        rows.append((period_words(row.period, language), _signed(row.growth), *points, row.grade or _NOTHING))
    headings = ("prices_period", "prices_growth", *(f"prices_part_{part}" for part in PARTS), "prices_grade")
    return tuple(codes), tuple(word(one, language) for one in headings), tuple(rows)


def _terms(found: Prices, language: str) -> Table:
    codes = ["period", "exports", "imports", "terms"]
    rows = tuple(
        (period_words(one.period, language), _plain(one.exports), _plain(one.imports), _plain(one.terms))
        for one in found.terms
    )
    return tuple(codes), _headings(codes, language), rows


def _rows(found: Prices) -> list[Row]:
    return [*found.rows, *([found.whole] if found.whole else [])]


def _headings(codes: list[str], language: str) -> tuple[str, ...]:
    return tuple(word(f"prices_{code}", language) for code in codes)


def _cell(row: Row, code: str, language: str) -> str:
    if code in ("period", "base"):
        return period_words(row.period, language) if code == "period" else _base(row, language)
    if code == "grade":
        return row.grade or _NOTHING
    if code == "aside":
        return f"{row.aside:,}"
    value = getattr(row, code)
    if math.isnan(value):
        return _NOTHING
    if code in ("coverage", "imputed"):
        return f"{100 * value:.1f}%"
    return f"{value:.2f}" if code == "dispersion" else _plain(value)


def _plain(value: float) -> str:
    return _NOTHING if math.isnan(value) else f"{value:,.2f}"


def _signed(value: float) -> str:
    if math.isnan(value):
        return _NOTHING
    text = f"{abs(value):,.2f}"
    return text if not text.strip("0.,") else ("\N{MINUS SIGN}" if value < 0 else "+") + text
