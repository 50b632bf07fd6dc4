"""Fiscal years in a table, and the month that they begin in: told by the file, else guessed or asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from customhouse.period import month
from customhouse.records import coding, printed_periods
from customhouse.records.mapping.fiscal import Label, Pairs, label
from customhouse.records.propose.found import Roles
from customhouse.records.propose.labels import label_in
from customhouse.records.propose.look import Look
from customhouse.records.propose.proposal import Proposal
from customhouse.vocabulary import words

_WHEN = month(2020, 1)
_SPAN = re.compile(r"M(\d{1,2})(?!\d)[^M]{0,14}?-[^M]{0,14}?M(\d{1,2})(?!\d)")
_BIKRAM = 2050
"""Later years are of Nepal's calendar."""
_FEWEST = 2


def bikram(found: Roles, look: Look) -> None:
    """Years of Nepal's calendar, as 2080/81."""
    period = found.raw.get("period", {})
    labels = _labels(found, look)
    if isinstance(period, dict) and labels and all(a.pair and a.year > _BIKRAM for a in labels.values()):
        found.raw["period"] = period | {"calendar": "bs"}
        found.remarks.append(f"CHECK period: {next(iter(labels))!r} is taken as a year of Nepal's calendar")


def fiscal(tables: list[tuple[Look, Roles]], proposal: Proposal) -> None:
    """Says in what month the fiscal years of each table begin."""
    for look, found in tables:
        period = found.raw.get("period", {})
        labels = _labels(found, look)
        if not isinstance(period, dict) or "calendar" in period:
            continue
        if not _is_fiscal(found, look, labels):
            proposal.remarks += _either(look, found, proposal) or _spoken_of(look, labels)
            continue
        shown = next((text for text, one in labels.items() if not one.pair), next(iter(labels)))
        first, why = _first(look, found, labels, proposal)
        if first is None:
            proposal.remarks.append(
                f"CHECK period: {shown!r} is a fiscal year, and nothing says its first month; add it, as "
                "`period: {..., fiscal: 4}`"
            )
        else:
            found.raw["period"] = period | {"fiscal": str(first)}
            proposal.remarks.append(why)
        if any(not one.pair for one in labels.values()):
            proposal.remarks.append(
                f"CHECK period: one year alone, such as {shown!r}, is taken as the fiscal year that ends in "
                "it; add `named: begin` where it begins in it"
            )


def _either(look: Look, found: Roles, proposal: Proposal) -> list[str]:
    """What a word for years is taken as that means fiscal years in some countries and any years in others:
    2021年度. It gives the table its first month where the reporter is one of those."""
    period = found.raw.get("period", {})
    texts = [*_texts(found, look), _name(period), *(look.title if _of_a_title(found) else ())]
    compared = "|".join(words("year_compared_zh"))
    for form, reporter in coding.header_forms("either_year"):
        years = re.compile(rf"(?:^|\d\s*){form}(?!\w*(?:{compared}))")
        shown = next((text for text in texts if years.search(text)), None)
        if shown is None:
            continue
        first = next((int(m) for code, m in coding.header_forms("fiscal_year") if code == reporter), None)
        if first and _reporter(look, found, proposal) == reporter:
            found.raw["period"] = period | {"fiscal": str(first)}
            return [
                f"CHECK period: {shown[:80]!r} is taken as a fiscal year that begins in month {first} of the "
                f"year that it names, a guess from the reporter {reporter}; nothing in the file says it"
            ]
        return [
            f"CHECK period: {shown[:80]!r} is taken as a calendar year; where it is a fiscal one, add the "
            f"month that it begins in, as `period: {{..., fiscal: {first or 4}}}`"
        ]
    return []


def _spoken_of(look: Look, labels: dict[str, Label]) -> list[str]:
    """A doubt where years stand alone, and a title or note speaks of fiscal years."""
    for text in (*look.title, *look.notes) if any(not one.pair for one in labels.values()) else ():
        if _says_fiscal(text):
            return [
                f"CHECK period: {text[:80]!r} speaks of fiscal years; where those of the table are, add "
                f"the month that they begin in, as `period: {{..., fiscal: {begins(text) or 4}}}`"
            ]
    return []


def _says_fiscal(text: str) -> bool:
    return "f" in re.findall(r"[a-z]+", printed_periods.normal(text))


def _texts(found: Roles, look: Look) -> list[str]:
    """The printed periods of a table."""
    period = found.raw.get("period", {})
    heads = [spec["period"] for spec in found.raw.get("figures", {}).values() if "period" in spec]
    if not isinstance(period, dict) or ("month" in period and "is" not in period):
        return heads
    name = period.get("column") or period.get("year")
    column = next((c for c in look.columns if c.name == name), None) if name else None
    return [*(column.distinct if column else []), *([period["is"]] if "is" in period else []), *heads]


def _labels(found: Roles, look: Look) -> dict[str, Label]:
    return {text: one for text in _texts(found, look) if (one := label(text))}


def _is_fiscal(found: Roles, look: Look, labels: dict[str, Label]) -> bool:
    """Whether the periods of a table are fiscal years: some can be nothing else, or all years follow so."""
    if any(one.sure for one in labels.values()):
        return True
    pairs = Pairs()
    for text in _texts(found, look):
        pairs.notice(text)
    several = len(labels) >= _FEWEST and not pairs.months
    if labels and all(one.pair for one in labels.values()) and (several or _of_a_title(found)):
        return True
    period = found.raw.get("period", {})
    return bool(labels) and _says_fiscal(_name(period))


def _of_a_title(found: Roles) -> bool:
    return "is" in found.raw.get("period", {})


def _name(period: dict[str, str]) -> str:
    return period.get("column") or period.get("year") or ""


def _first(look: Look, found: Roles, labels: Iterable[str], proposal: Proposal) -> tuple[int | None, str]:
    """The first month of fiscal years, with the remark that says why."""
    for text in labels:
        if first := begins(text):
            return first, f"period: fiscal years begin in month {first}, as {text!r} says"
    heads = [column.name for column in look.columns]
    for text in (*look.title, *look.notes, *heads, look.sheet or "", look.path.stem.replace("_", " ")):
        if first := begins(text):
            return first, f"CHECK period: fiscal years begin in month {first}, as {text[:80]!r} says"
    reporter = _reporter(look, found, proposal)
    months = {form: int(code) for form, code in coding.header_forms("fiscal_year")}
    first = months.get(reporter or "")
    return first, (
        f"CHECK period: fiscal years are taken to begin in month {first}, a guess from the reporter "
        f"{reporter}; nothing in the file says it"
    )


def begins(text: str) -> int | None:
    """The month in which a year begins that a text speaks of: `April-March`, `year ended June`."""
    plain = printed_periods.normal(text)
    for match in _SPAN.finditer(plain):
        if (int(match[2]) - int(match[1])) % 12 == 11:
            return int(match[1])
    ended = _ended().search(plain)
    return int(ended[1]) % 12 + 1 if ended else None


@cache
def _ended() -> re.Pattern[str]:
    forms = sorted((form for form, _ in coding.header_forms("fiscal_word")), key=lambda form: -len(form))
    return re.compile(rf"(?:{'|'.join(map(re.escape, forms))})(?:\W+(?:\w+\W+){{0,2}}?|)M(\d{{1,2}})(?!\d)")


def _reporter(look: Look, found: Roles, proposal: Proposal) -> str | None:
    """The one reporter of a table, None where it has several."""
    reporter = found.raw.get("reporter") or proposal.raw.get("reporter")
    if isinstance(reporter, str):
        return reporter
    codes = {*_codes(found)}
    return codes.pop() if len(codes) == 1 else None


def _codes(found: Roles) -> Iterator[str | None]:
    column, spec = found.columns.get("reporter"), found.raw.get("reporter", {})
    systems = (spec["codes"],) if "codes" in spec else ("names", "own")
    for text in column.distinct if column else ():
        yield coding.resolve("reporter", systems, text, _WHEN).code


__all__ = ["begins", "bikram", "fiscal", "label_in"]
