"""Marks of footnotes behind years in names of columns, and the months that their notes say: `2024 1/`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from customhouse.records import printed_periods
from customhouse.records.printed_parts import unread
from customhouse.records.propose.found import Raw, Roles
from customhouse.records.propose.look import Look
from customhouse.records.propose.published import is_published
from customhouse.records.propose.said import months_of, of_year
from customhouse.records.propose.titled import is_year, period_in

_YEAR = r"(?<!\d)(?P<year>(?:19|20)\d{2})"
_MARK = re.compile(
    _YEAR + r"(?P<pair>[-/]\d{2,4}(?!\d))?\s*(?:(?P<a>(?:(?<=\s)\d{1,2}|[a-z]{1,2}))/(?!\w)|"
    r"(?<=\s)/(?P<b>\d{1,2}|[a-z])(?!\w)|[(\[](?P<c>\d{1,2}|[a-z*])[)\]]|(?<=\s)(?P<d>\d)\)|"
    r"(?P<e>[\u00b9\u00b2\u00b3\u2070-\u2079])|(?P<f>\*{1,3}|\u2020))\s*(?=$|[^\w\s])",
    re.I,
)
_SLASHED = ("a", "b", "e")
"""Marks with a stroke, and raised ones, are read as months, or not at all, where no note tells of them."""
_NOTE = r"^\s*[(\[/]?\s*{mark}\s*[)\]/.:]?(?!\w)\s*(?P<rest>\S.*)$"
_DATED = re.compile(r"(?:^|\W)M\d{1,2}(?!\d)")


@dataclass(frozen=True, slots=True)
class _Marked:
    """A year with a mark behind it: the name without it, what the mark is, and how it is printed."""

    bare: str
    year: str
    mark: str
    shown: str
    slashed: bool


def give(look: Look, found: Roles, proposed: dict[str, Raw]) -> None:
    """The periods of columns whose year has a mark behind it, by the note that begins with the mark."""
    for name in list(proposed):
        marked = _marked(name)
        note = _note(marked.mark, (*look.notes, *look.title)) if marked else None
        if marked is None or (note is None and not marked.slashed):
            continue
        spec = proposed[name]
        own = period_in(marked.bare)
        if own and not is_year(own):  # a month, with a mark behind its year
            spec["period"] = own
        elif note is None:
            spec["period"] = marked.year
            found.remarks.append(
                f"CHECK period: {name!r} is taken as {marked.year}; no note says what {marked.shown!r} means"
            )
        elif period := _of_note(marked.year, note):
            spec["period"] = period
            doubt = "" if period == marked.year else "CHECK "
            found.remarks.append(f"{doubt}period: {name!r} is of {period}, for its note says {note!r}")
        else:
            del proposed[name]
            found.remarks.append(
                f"CHECK figures: {name!r} is left out, for of its note {note!r} no months were understood"
            )


def _marked(name: str) -> _Marked | None:
    found = _MARK.search(name)
    if found is None:
        return None
    kind = next(key for key in "abcdef" if found[key])
    year = found["year"] + (found["pair"] or "")
    bare = name[: found.start()] + year + name[found.end() :]
    mark, shown = unicodedata.normalize("NFKC", found[kind]), found[0][len(year) :].strip()
    return _Marked(bare, year, mark, shown, kind in _SLASHED)


def _note(mark: str, notes: Iterable[str]) -> str | None:
    """What a note says that begins with a mark."""
    pattern = re.compile(_NOTE.format(mark=re.escape(mark)), re.I)
    plain = (unicodedata.normalize("NFKC", text) for text in notes)
    return next((match["rest"] for text in plain if (match := pattern.match(text))), None)


def _of_note(year: str, note: str) -> str | None:
    """The months of a year that a note says, all of it where it says none; None where they are not clear."""
    if is_published(note):
        return year
    months = months_of(re.sub(r"(?:19|20)\d{2}", " ", note))
    if len(months) == 1 and re.fullmatch(r"\d{4}", year):
        first, last = next(iter(months))
        return of_year(year, {(first, last)}) if first < last else None
    spoken = _DATED.search(printed_periods.normal(note))
    return None if months or spoken or any(unread(note)) else year
