"""What is told of the partner codes of a load: in words, with their rows and the likeliest cause."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from customhouse.interface import say
from customhouse.model import LANGUAGES
from customhouse.period import Period
from customhouse.records import coding
from customhouse.records.controls.doubt import Doubt
from customhouse.records.noticed import MISSING, NAMED, TITLE, UNKNOWN, WITHHELD, Notice, merged
from customhouse.records.other_lists import LISTS, OtherList, other_list
from customhouse.vocabulary import codes
from customhouse.vocabulary.tables import name, rows, split

_Fields = dict[str, dict[str, str]]
"""What a sentence is filled with, by language."""
_LETTERS = ("iso2", "comext")
"""Systems in which the code of Namibia is NA."""
_ISO = ("iso2", "iso3", "m49")
"""Systems with one code a country: other lists have several in use side by side."""
_NAMIBIA = "NA"
_NAMED = 5
"""As many texts that are in no list are told one by one."""
_FEW = 5
"""Blanks are told where they are at most one row in so many."""


def told(notices: Iterable[Notice], rows_in: int, partners: Collection[str] = ()) -> tuple[Doubt, ...]:
    """The notices that want telling, as cautions; `rows_in` is how many rows were read in all.

    Codes of another list stop the load where others of them were misread; `partners` are what was read.
    """
    every = merged(notices)
    unknown = [notice for notice in every if notice.reading.note == UNKNOWN]
    other = other_list(unknown, partners)
    unknown = [one for one in unknown if other is None or one.reading.text.upper() not in other.texts]
    withheld = [notice for notice in every if notice.reading.note == WITHHELD]
    titles = [_of_title(notice) for notice in every if notice.reading.note == TITLE]
    every = tuple(one for one in every if one.reading.note not in (UNKNOWN, WITHHELD, TITLE))
    named = [notice for notice in every if notice.reading.note == NAMED]
    found = [doubt for notice in every if (doubt := _of_code(notice))]
    blank = [notice for notice in every if notice.reading.note == MISSING]
    there = any(notice.reading.text == _NAMIBIA for notice in every)
    lost = [_doubt(notice, "na_lost", {}) for notice in blank if not there and _is_lost(notice, rows_in)]
    kept_back = [_doubt(notice, "withheld", {}) for notice in withheld]
    of_list = [_of_list(other)] if other else []
    return (*titles, *of_list, *_named_otherwise(named), *found, *lost, *unlisted(unknown), *kept_back)


def _of_title(notice: Notice) -> Doubt:
    """A sheet that is named after one month and whose title names another."""
    fields: _Fields = {language: {"sheet": notice.reading.beside} for language in LANGUAGES}
    return replace(_doubt(notice, "title", fields), code="sheet_title_unlike", cause="sheet_title_unlike")


def _named_otherwise(notices: Sequence[Notice]) -> Iterator[Doubt]:
    """Codes beside the names of other partners: those of most rows one by one, the rest together."""
    ordered = sorted(notices, key=lambda notice: -notice.rows)
    for notice in ordered[:_NAMED]:
        code = _beside(notice)
        fields: _Fields = {
            language: {"now": code, "beside": notice.reading.beside} for language in LANGUAGES
        }
        yield replace(_doubt(notice, "named", fields), severity="stop")
    if more := ordered[_NAMED:]:
        rest = merged(replace(one, reading=replace(one.reading, text="", beside="")) for one in more)
        count: _Fields = {language: {"count": f"{len(more):,}"} for language in LANGUAGES}
        yield replace(_doubt(rest[0], "named_more", count), severity="stop")


def _beside(notice: Notice) -> str:
    """The code of the name that stands beside a code; empty where it has none."""
    return coding.by_name("partner", notice.reading.beside) or ""


def _of_list(other: OtherList) -> Doubt:
    """Codes of another list than the one that their column is read by."""
    fields: _Fields = {}
    for language in LANGUAGES:
        wrong = [
            _word("misread", language).format(
                text=text, read=name(read, language, "partner"), there=name(there, language, "partner")
            )
            for text, read, there in other.misread[:_NAMED]
        ]
        fields[language] = {
            "texts": _word("comma", language).join(other.texts[:_NAMED]),
            "count": f"{len(other.texts):,}",
            "own": _word(f"system_{other.own}", language),
            "other": _word(f"system_{other.system}", language),
            "key": other.system,
            "misread": _word("all_misread", language).format(texts=_word("semicolon", language).join(wrong))
            if wrong
            else "",
        }
    doubt = _doubt(other.rows, "of_list", fields)
    return replace(doubt, severity="stop" if other.misread else "caution")


def _is_lost(notice: Notice, rows_in: int) -> bool:
    return notice.reading.system in _LETTERS and notice.rows * _FEW <= rows_in


def unlisted(unknown: Sequence[Notice]) -> Iterator[Doubt]:
    """Texts that are in no list: those of most rows one by one, with what may be meant and what to write."""
    by_dimension: dict[str, list[Notice]] = defaultdict(list)
    for notice in unknown:
        by_dimension[notice.reading.dimension].append(notice)
    for notices in by_dimension.values():
        ordered = sorted(notices, key=lambda notice: -notice.rows)
        for notice in ordered[:_NAMED]:
            hints: _Fields = {language: {"why": _hint(notice, language)} for language in LANGUAGES}
            yield _doubt(notice, "unknown", hints)
        if more := ordered[_NAMED:]:
            rest = merged(replace(one, reading=replace(one.reading, text="")) for one in more)
            count: _Fields = {language: {"count": f"{len(more):,}"} for language in LANGUAGES}
            yield _doubt(rest[0], "unknown_more", count)


def _hint(notice: Notice, language: str) -> str:
    """What a text is likeliest to be, and what to write."""
    text, dimension = notice.reading.text, notice.reading.dimension
    fields = {"text": text, "key": dimension}
    word = coding.row_word(text)
    if word in ("rest", "subtotal") and (dimension == "partner" or word == "subtotal"):
        return _word(f"why_{word}", language).format(**fields)
    if dimension == "partner" and (code := _beside(notice)):
        return _of_name(notice, code, language)
    if dimension == "partner" and (known := _in_list(text, notice.last)):
        code, system = known
        named = {"name": name(code, language, "partner"), "system": _word(f"system_{system}", language)}
        return _word("why_code", language).format(**fields, **named, code=code)
    if near := coding.near(dimension, text):
        names = ", ".join(f"{form} ({code})" for form, code in near)
        return _word("why_near", language).format(**fields, near=names, code=near[0][1])
    return _word("why_plain", language).format(**fields)


def _of_name(notice: Notice, code: str, language: str) -> str:
    """What to write for a code that is not read, from the name beside it."""
    text, beside = notice.reading.text, notice.reading.beside
    return _word("why_beside", language).format(text=text, beside=beside, code=code, key="partner")


def _in_list(text: str, month: int) -> tuple[str, str] | None:
    """What a text is a code of in some list, and in which."""
    for system in LISTS:
        code = codes.resolve(system, "partner", text, month).code
        if code in codes.single("partner"):
            return str(code), system
    return None


def _of_code(notice: Notice) -> Doubt | None:
    reading = notice.reading
    if past := codes.ended(reading.system, "partner", reading.text, notice.last):
        return _ended(notice, *past) if reading.note == "obsolete" else None
    if reading.note == "not_yet_valid":
        return _early(notice)
    proper = _written(reading.system, reading.code or "") if reading.system in _ISO else ""
    lasting = codes.lasting(reading.system, "partner", reading.text)
    if reading.note in ("renamed", "homograph") and lasting and proper not in ("", reading.text):
        return _of_another_list(notice, proper)
    return None


def _ended(notice: Notice, code: str | None, until: int) -> Doubt:
    reading, state = notice.reading, _state(notice.reading.system, notice.reading.text, code)
    now = [reading.code] if reading.code else split(state["now"]) if state else ()
    fields: _Fields = {
        language: {
            "state": state[language] if state else name(code or reading.text, language, "partner"),
            "until": _month(until),
            "now": ", ".join(_written(reading.system, one) or one for one in now) or _word("none", language),
        }
        for language in LANGUAGES
    }
    if reading.code is None and (named := _beside(notice)):
        for language in LANGUAGES:
            fields[language]["why"] = _of_name(notice, named, language)
        return _doubt(notice, "ended_named", fields)
    return _doubt(notice, "ended_read" if reading.code else "ended_aside", fields)


def _early(notice: Notice) -> Doubt | None:
    """A code of later months, unless ours is not valid then either, which the control totals tell."""
    reading = notice.reading
    since = codes.begins(reading.system, "partner", reading.text)
    ours = codes.resolve("own", "partner", reading.code or "", notice.first).note
    if since is None or reading.code is None or ours == "not_yet_valid":
        return None
    return _doubt(notice, "early_read", {language: {"since": _month(since)} for language in LANGUAGES})


def _of_another_list(notice: Notice, proper: str) -> Doubt:
    reading = notice.reading
    others = [
        system
        for system in codes.SYSTEMS
        if system not in codes.RARE
        and codes.resolve(system, "partner", reading.text, notice.last) == codes.Resolved(reading.code, None)
    ]
    fields: _Fields = {}
    for language in LANGUAGES:
        lists = ", ".join(_word(f"system_{system}", language) for system in others)
        why = _word("why_list", language).format(lists=lists) if others else _word("why_usage", language)
        fields[language] = {"system": _word(f"system_{reading.system}", language), "now": proper, "why": why}
    return _doubt(notice, "other_read", fields)


def _doubt(notice: Notice, code: str, fields: _Fields) -> Doubt:
    words = {
        language: _word(f"note_{code}", language).format(
            **_common(notice, language), **fields.get(language, {})
        )
        for language in LANGUAGES
    }
    evidence = {
        "count": float(notice.rows),
        "first_month": float(notice.first),
        "last_month": float(notice.last),
    }
    return Doubt(
        f"code_{code}", "caution", (notice.place,), words["en"], words["zh"], evidence, f"code_{code}", ()
    )


def _common(notice: Notice, language: str) -> dict[str, str]:
    one, reading = notice.rows == 1, notice.reading
    return {
        "code": reading.text,
        "text": reading.text,
        "dimension": _word(f"column_{reading.dimension}", language) if reading.dimension else "",
        "name": name(reading.code, language, "partner") if reading.code else "",
        "figures": _word("figures_1" if one else "figures_n", language).format(count=f"{notice.rows:,}"),
        "rows": _word("rows_1" if one else "rows_n", language).format(count=f"{notice.rows:,}"),
        "period": str(Period(notice.first, notice.last)),
        "place": notice.place,
    }


def _state(system: str, text: str, code: str | None) -> Mapping[str, str] | None:
    """The former state that a code was that of, where it has a name of its own."""
    column = "iso2" if system == "comext" else system
    known = rows("code_states")
    return next((row for row in known if code and row["iso3"] == code), None) or next(
        (row for row in known if text in split(row.get(column))), None
    )


def _written(system: str, code: str) -> str:
    """One of our codes as a system writes it; empty where it has none that is told apart."""
    column = {"iso2": "iso2", "m49": "m49"}.get(system)
    if column is None:
        return code if system in ("iso3", "own") else _only(system, code)
    return next((row[column] for row in rows("partners") if row["code"] == code), "")


@cache
def _only(system: str, code: str) -> str:
    """The one code without a note that a system has for one of ours."""
    found = [
        row["outside"]
        for row in rows("outside_codes")
        if (row["system"], row["dimension"], row["code"]) == (system, "partner", code)
        and not row["note"]
        and not row["to"]
    ]
    return found[0] if len(found) == 1 else ""


def _month(number: int) -> str:
    return str(Period(number, number))


def _word(code: str, language: str) -> str:
    return say("intake_notes", code, language)


def unread_sheets(path: Path, names: Sequence[str]) -> Doubt:
    """Sheets of a workbook that have something else in them than the lines that were taken in."""
    said = {
        language: _word("sheets_unread", language).format(
            path=path, names=_word("comma", language).join(names[:_NAMED]), count=len(names)
        )
        for language in LANGUAGES
    }
    return Doubt("sheets_unread", "caution", (), said["en"], said["zh"], {}, "sheets_unread", ())


def idle_option(name: str, text: str, by: str) -> Doubt:
    """An option that changed nothing, since `by` (mapping or lines) says what it says."""
    said = {
        language: _word("option_idle", language).format(
            name=name, text=text, by=_word(f"idle_{by}", language)
        )
        for language in LANGUAGES
    }
    return Doubt("option_idle", "caution", (), said["en"], said["zh"], {}, "option_idle", ())
