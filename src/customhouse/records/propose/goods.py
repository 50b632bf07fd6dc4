"""Columns of codes of goods: those of the Harmonized System; other classifications are no list here."""

from __future__ import annotations

import re

from customhouse.records.propose import words
from customhouse.records.propose.found import Roles
from customhouse.records.propose.look import Column, Look

_DIGITS = re.compile(r"[\d.\s]{1,14}")
_CHAPTER = 2
_MOST = 0.9
_LAST = 97
"""The last chapter: other numbers of two digits are no chapters."""


def codes(look: Look, found: Roles) -> None:
    """Finds the column of HS codes, and that of another classification, whose totals alone can be read."""
    if _of_another(look, found):
        return
    for column in sorted(found.named(look, "hs"), key=lambda c: -_digits(c)):
        lengths = {len(text) for text in column.distinct if _DIGITS.fullmatch(text)}
        if _digits(column) < _MOST or (min(lengths) == 1 and not _are_chapters(column)):
            continue
        width = max(lengths)
        exact = lengths <= {width, width - 1} and width % 2 == 0
        found.raw["hs"] = {"column": column.name} | ({"width": str(width)} if exact else {})
        found.take(
            "hs", column, f"by its name and its codes of {', '.join(map(str, sorted(lengths)))} digits"
        )
        if width - 1 in lengths and exact:
            found.remarks.append(
                "CHECK hs: codes that are one digit short lost the zero in front; it is put back"
            )
        return


def _are_chapters(column: Column) -> bool:
    """Whether numbers of one or two digits are chapters that lost their zeros."""
    numbers = [int(text) for text in column.distinct if text.isdigit()]
    lengths = {len(text) for text in column.distinct if _DIGITS.fullmatch(text)}
    return max(lengths) == _CHAPTER and bool(numbers) and min(numbers) > 0 and max(numbers) <= _LAST


def _digits(column: Column) -> float:
    texts = [text for text in column.distinct if not words.is_total(text)]
    return sum(bool(_DIGITS.fullmatch(text)) for text in texts) / len(texts) if texts else 0.0


def _of_another(look: Look, found: Roles) -> bool:
    """Whether goods are by another classification than the HS: its rows cannot be read, but for totals."""
    above = next((code for text in look.title if (code := words.says("other_list", text))), None)
    for column in look.columns:
        role = words.is_a("column", column.name)
        named = words.says("other_list", column.name)
        explicit = words.says("hs_word", column.name) is not None
        if not column.filled or not (named or (above and role in ("hs", "description") and not explicit)):
            continue
        system = named or above
        totals = [text for text in column.distinct if words.is_total(text)]
        found.remarks.append(
            f"CHECK hs: {column.name!r} is by {system}, which is no list here; "
            + ("the rows of totals alone are read" if totals else "its rows cannot be read")
        )
        if totals and "commodity" not in found.columns:
            found.raw["commodity"] = {"column": column.name}
            found.take("commodity", column, f"for its rows of {totals[0]!r} are totals")
        found.taken.add(column.at)
    return any(remark.startswith("CHECK hs: ") for remark in found.remarks)
