"""Columns in which some rows have decimal points and others decimal commas: which rows, and what to do."""

from __future__ import annotations

from collections.abc import Iterable

from customhouse.records.files import Digits, Row
from customhouse.records.mapping.flags import unflagged
from customhouse.records.numerals import Sniffer

_SHOWN = 5


def mixed(rows: Iterable[Row], at: int) -> tuple[str, str] | None:
    """What is wrong with the decimal marks of a column, and the remedy; None where they are all alike.

    The rows that are fewer are named: no setting reads a column that has both marks.
    """
    places: dict[str, list[str]] = {".": [], ",": []}
    for row in rows:
        if at < len(row.cells) and row.cells[at] and not isinstance(row.cells[at], Digits):
            sniffer = Sniffer()
            sniffer.add(unflagged(row.cells[at]))
            for mark in places:
                if sniffer.votes[mark]:
                    places[mark].append(row.place)
    rest, few = sorted(places, key=lambda mark: -len(places[mark]))
    if not places[few]:
        return None
    named = ", ".join(places[few][:_SHOWN])
    if len(places[few]) > _SHOWN:
        named += f" … {places[few][-1]}"
    count = {mark: len(found) for mark, found in places.items()}
    return (
        f"the decimal mark cannot be told: {few!r} in {count[few]} rows ({named}), {rest!r} in {count[rest]}",
        "write these rows as the others are; to say `decimal: .` or `decimal: ,` cures neither: one of "
        "the two would be read wrongly",
    )
