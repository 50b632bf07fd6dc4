"""Columns that are periods: whose names have a month, a quarter or a year in them, beside other words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from customhouse.errors import PeriodError
from customhouse.records import coding, printed_periods
from customhouse.records.mapping.fiscal import label
from customhouse.records.propose.columns import Raw, Roles
from customhouse.records.propose.look import Column, Look, is_period
from customhouse.records.propose.words import INSIDE, is_total, says
from customhouse.vocabulary.tables import rows, split

_WORDS = ("flow", "measure", "months", "basis", "transport")
_EDGES = " -/.:,;_*\u2020\uff1a\uff0c"
_SHORTEST = 3
"""Shorter words are parts of periods: M is imports, and 2024M01 a month."""
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
_FEWEST = 2
_MONTHS = re.compile(r"M(\d{1,2})(?: ?- ?M(\d{1,2}))?|(?:(\d{1,2})m?-)?(\d{1,2})m")
"""A month, or a month to a month, in the signs of `printed_periods.normal`."""
_Span = tuple[int, int]


def periods(look: Look, found: Roles, proposed: dict[str, Raw]) -> None:
    """Gives each column of a table without a column of periods the period that its name says.

    Of columns that name months alone the year is that of a column, or of title, sheet or file.
    """
    if "period" in found.raw and not isinstance(found.raw["period"], dict):
        return
    by_name = {name: spec for name, spec in proposed.items() if "period" not in spec}
    yearly = _yearly(found)
    if not found.raw.get("period"):
        for name, spec in by_name.items():
            if text := period_in(name):
                spec["period"] = text
    left = [name for name, spec in by_name.items() if "period" not in spec]
    months = {name: span for name in left if (span := months_in(name))}
    if len({*months.values()}) >= _FEWEST:
        _of_a_year(look, found, proposed, months, yearly)
    _tell(found, proposed)


def _yearly(found: Roles) -> Column | None:
    """The column of periods, where all of them are whole years."""
    column = found.columns.get("period")
    whole = column is not None and all(_YEAR.search(t) and _is_year(t) for t in column.distinct)
    return column if whole else None


def _is_year(text: str) -> bool:
    if (found := label(text)) and found.sure:
        return found.span is None
    try:
        first, last = printed_periods.parse(text)
    except PeriodError:
        return False
    return last - first == 11


def _of_a_year(
    look: Look, found: Roles, proposed: dict[str, Raw], months: dict[str, _Span], yearly: Column | None
) -> None:
    if yearly is not None:
        _of_rows(proposed, months)
        return
    if found.raw.get("period"):
        return
    year = _one_year((*look.title, look.sheet or "", look.path.stem))
    if year is None:
        _of_rows(proposed, months)
        found.remarks.append("CHECK period: nothing says the year of the months; add it as `period: 2024`")
        return
    for name, (first, last) in months.items():
        proposed[name]["period"] = f"{year}-{first:02}" + (f"/{year}-{last:02}" if first < last else "")
    found.remarks.append(f"CHECK period: the months are of {year}, the only year above them")


def _of_rows(proposed: dict[str, Raw], months: dict[str, _Span]) -> None:
    """Months of the year that the period of a row is."""
    for name, (first, last) in months.items():
        if first in (1, last):
            proposed[name]["month"] = str(last)
            proposed[name] |= {"months": "year_to_date"} if first < last else {}


def _one_year(texts: Iterable[str]) -> str | None:
    """The year of the first text that has one, None where that has several."""
    years = next((found for text in texts if (found := {*_YEAR.findall(text)})), set())
    return years.pop() if len(years) == 1 else None


def _tell(found: Roles, proposed: dict[str, Raw]) -> None:
    """Says how many columns are periods, and leaves out those that are none beside them."""
    named = [name for name, spec in proposed.items() if "period" in spec or "month" in spec]
    different = {proposed[name].get("period", proposed[name].get("month")) for name in named}
    if len(different) < _FEWEST:
        _one_period(found, proposed, [name for name in named if not is_period(name)])
        return
    found.remarks.append(
        f"period: {len(named)} columns have periods of their own, from {named[0]!r} to {named[-1]!r}"
    )
    _of_the_others(found, proposed, named)
    for name in [name for name in proposed if name not in named]:
        if "month" in proposed[named[0]] or "period" not in found.raw:
            del proposed[name]
            why = "it is the total of the others" if is_total(name) else "nothing says its period"
            found.remarks.append(f"CHECK figures: {name!r} is left out, for {why}")


def _of_the_others(found: Roles, proposed: dict[str, Raw], named: list[str]) -> None:
    """Gives columns that say `this month` or `year to date` the months of the others, which end at once."""
    texts = {*(str(proposed[name].get("period", "")) for name in named)}
    spans = {text: span for text in texts if (span := _months_of(text))}
    if found.raw.get("period") or len(spans) < len(texts) or len({last for _, last in spans.values()}) != 1:
        return
    single = {text for text, (first, last) in spans.items() if first == last}
    to_date = {text for text, (first, last) in spans.items() if last > first == last - last % 12}
    for name in [name for name in proposed if name not in named]:
        said = says("months", name)
        if fits := {"month": single, "year_to_date": to_date or single}.get(said or "", set()):
            proposed[name]["period"] = next(iter(fits))
            named.append(name)
            found.remarks.append(f"period: {name!r} is of {proposed[name]['period']}, as the other columns")


def _months_of(text: str) -> _Span | None:
    try:
        return printed_periods.parse(text)
    except PeriodError:
        return None


def _one_period(found: Roles, proposed: dict[str, Raw], named: list[str]) -> None:
    """A period that is the same in all names is that of the table."""
    said = [(name, period) for name in named if (period := proposed[name].pop("period", None))]
    if said and "period" not in found.raw:
        found.raw["period"] = {"is": said[0][1]}
        found.remarks.append(f"CHECK period: {said[0][1]} as said in {said[0][0]!r}")


def period_in(text: str) -> str | None:
    """The one period that a name of a column has in it, beside words of flow, measure and unit."""
    if is_period(text):
        return text
    if part := _of_a_fiscal_year(text):
        return part
    for piece in (INSIDE.sub(" ", text), *INSIDE.findall(text)):
        tokens = _tokens(piece)
        for length in range(len(tokens), 0, -1):
            spans = [tokens[at : at + length] for at in range(len(tokens) - length + 1)]
            fits = {period for span in spans if (period := _period(span))}
            if fits:
                alone = length == len(tokens) or not all(map(_is_year, fits))
                return fits.pop() if len(fits) == 1 and alone else None
    return None


def _of_a_fiscal_year(text: str) -> str | None:
    """A fiscal year with the months of it that stand behind in brackets: `Exports 2023-24 (April-June)`."""
    for inside in INSIDE.findall(text):
        tokens = _tokens(INSIDE.sub(" ", text))
        whole = f"{' '.join(tokens)} ({inside})"
        if (found := label(whole)) and found.span and found.sure:
            return whole
    return None


def _period(tokens: list[str]) -> str | None:
    return next((text for text in (" ".join(tokens), "".join(tokens)) if is_period(text)), None)


def months_in(text: str) -> _Span | None:
    """The month, or the first and last month, that a name has in it without a year: `Exports Jan`."""
    fits = {span for token in _tokens(INSIDE.sub(" ", text)) if (span := _months(token))}
    return fits.pop() if len(fits) == 1 and not _YEAR.search(text) else None


def _months(token: str) -> _Span | None:
    found = _MONTHS.fullmatch(printed_periods.normal(token))
    if found is None:
        return None
    numbers = [int(number) for number in found.groups() if number]
    first, last = numbers[0], numbers[-1]
    return (first, last) if 1 <= first <= last <= 12 else None


def bare(text: str) -> str:
    """A name without the words that say what it counts, and without its brackets."""
    return " ".join(_tokens(INSIDE.sub(" ", text)))


def _tokens(text: str) -> list[str]:
    """The parts of a name, without the words that say what it counts."""
    for pattern in _removed():
        text = pattern.sub(" ", text)
    return [part for token in text.replace("_", " ").split() if (part := token.strip(_EDGES))]


@cache
def _removed() -> tuple[re.Pattern[str], ...]:
    forms = sorted({form for form in _forms() if form}, key=lambda form: -len(form))
    return tuple(re.compile(_whole(form), re.I) for form in forms)


def _whole(form: str) -> str:
    """A pattern for a word: one of Latin letters stands alone."""
    escaped = re.escape(form)
    return rf"(?<![^\W\d_]){escaped}(?![^\W\d_])" if form.isascii() else escaped


def _forms() -> Iterator[str]:
    for kind in _WORDS:
        for form, _ in coding.header_forms(kind):
            if len(form) >= _SHORTEST or not form.isascii():
                yield form
    for row in rows("headers"):
        if row["kind"] == "word":
            yield from (form for form in split(row["en_forms"]) if len(form) > _SHORTEST)


__all__ = ["bare", "months_in", "period_in", "periods"]
