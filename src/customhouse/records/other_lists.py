"""Partner codes of another list than the one that a column is read by.

Lists of two or three letters share most of their codes, not always for the same country: CH is Switzerland in
ISO 3166 and China in FIPS 10-4. What one list does not have shows that the column is of another, and then
what both have was misread.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from customhouse.records.noticed import Notice, merged
from customhouse.vocabulary import codes

LISTS = ("iso2", "iso3", "m49", *codes.RARE)
"""The lists that a column may be of in place of its own."""
_FEWEST, _MOST = 3, 0.8
"""So many texts that a column's own list does not have, and of all such so large a share, tell another."""


@dataclass(frozen=True, slots=True)
class OtherList:
    """Codes of `system` in a column read by the codes of `own`.

    `texts` are those that `own` does not have, `misread` those that it has for another country (text, what it
    was read as, what it is in `system`); `rows` has all of `texts` as one notice.
    """

    own: str
    system: str
    texts: tuple[str, ...]
    misread: tuple[tuple[str, str, str], ...]
    rows: Notice


def other_list(unknown: Sequence[Notice], partners: Collection[str]) -> OtherList | None:
    """The list that the unknown partner codes of a load are of; None where none has nearly all of them.

    `partners` are the codes, of the vocabulary, of the rows that were read.
    """
    mine = [one for one in unknown if one.reading.dimension == "partner" and one.reading.system in LISTS]
    ranked = sorted(
        ((len(found), system, found) for system in LISTS if (found := _of(system, mine))), reverse=True
    )
    if not ranked or ranked[0][0] < max(_FEWEST, _MOST * len(mine)):
        return None
    _, system, found = ranked[0]
    own = found[0].reading.system
    texts = tuple(one.reading.text.upper() for one in found)
    return OtherList(own, system, texts, _misread(own, system, partners, found[0].last), _together(found))


def _of(system: str, unknown: Iterable[Notice]) -> list[Notice]:
    """The notices whose text is a code of a system, those of most rows first."""
    found = [
        one
        for one in unknown
        if one.reading.system != system
        and codes.resolve(system, "partner", one.reading.text, one.last).code in codes.single("partner")
    ]
    return sorted(found, key=lambda one: -one.rows)


def _misread(
    own: str, system: str, partners: Collection[str], month: int
) -> tuple[tuple[str, str, str], ...]:
    there = codes.table(system, "partner", month)
    return tuple(
        (text, read, there[text])
        for text, read in codes.table(own, "partner", month).items()
        if read in partners and there.get(text, read) != read and not text.isdigit()
    )


def _together(found: Sequence[Notice]) -> Notice:
    first = found[0].reading
    (whole,) = merged(Notice(first, one.rows, one.first, one.last, one.place) for one in found)
    return whole
