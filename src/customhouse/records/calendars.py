"""Years that are counted from other beginnings, as those of the Gregorian calendar.

A year with the name of its era says so itself, wherever it stands: 令和6年, 民國113年, พ.ศ. 2567. One without
it is read so where a mapping says it: 113 (`roc`), R6 (`japanese`), 2567 (`buddhist`).
"""

from __future__ import annotations

import re
from functools import cache

from customhouse.vocabulary import words
from customhouse.vocabulary.tables import rows, split

ROC, JAPANESE, BUDDHIST = "roc", "japanese", "buddhist"
COUNTED = (ROC, JAPANESE, BUDDHIST)
_ROC_YEARS, _BUDDHIST_YEARS = 1911, -543
_MINGUO = re.compile(r"^\D*(\d{2,3})(?!\d)")
_THAI = re.compile(r"(?<!\d)(2[45]\d{2})(?!\d)")
_SHORT = re.compile(r"(M\d{1,2}\.?[-/., ]*)(\d{2})(?!\d)")
"""A month in the signs of `printed_periods.normal` with the last two digits of a year."""


def named(text: str) -> str:
    """A text in lower case with the years of named eras as others."""
    if text.isascii() and not _ascii().search(text):
        return text
    text = _shifted(_buddhist(), _BUDDHIST_YEARS, text)
    for pattern, begin in _eras():
        text = _shifted(pattern, begin, text)
    return text


def counted(text: str, calendar: str) -> str:
    """A period in the signs of `printed_periods.normal` with its year by a calendar as a Gregorian one."""
    if calendar == ROC:
        return _shifted(_MINGUO, _ROC_YEARS, text)
    if calendar == JAPANESE:
        for pattern, begin in _letters():
            text = _shifted(pattern, begin, text)
    if calendar == BUDDHIST:
        text = _shifted(_THAI, _BUDDHIST_YEARS, text)
        text = _SHORT.sub(lambda m: m[1] + _year(f"25{m[2]}", _BUDDHIST_YEARS), text)
    return text


def _shifted(pattern: re.Pattern[str], begin: int, text: str) -> str:
    return pattern.sub(lambda found: _year(found[1], begin), text)


def _year(text: str, begin: int) -> str:
    return str((int(text) if text.isdigit() else 1) + begin)


@cache
def _forms() -> tuple[tuple[str, int], ...]:
    """The names of eras with the year before their first, the longest names first."""
    found = [
        (form, int(row["code"]))
        for row in rows("headers")
        if row["kind"] == "era"
        for name in ("en_forms", "zh_forms", "other_forms")
        for form in split(row[name])
    ]
    return tuple(sorted(found, key=lambda pair: -len(pair[0])))


@cache
def _eras() -> tuple[tuple[re.Pattern[str], int], ...]:
    """Names of eras before a year of one to three digits, or the word for the first."""
    first = "|".join(re.escape(row["zh_forms"]) for row in rows("headers") if row["kind"] == "era_first")
    # The name of Korea in Japanese ends as that of an era does.
    edge = r"(?<![^\W\d_])", f"(?<!{'|'.join(words('not_era_zh'))})"
    year = rf" ?(\d{{1,3}}(?!\d)|{first})(?: (?=[^\0-\x7f]))?"
    return tuple(
        (re.compile(f"{edge[not form.isascii()]}{re.escape(form)}{year}"), begin)
        for form, begin in _forms()
        if len(form) > 1 and begin != _BUDDHIST_YEARS
    )


@cache
def _buddhist() -> re.Pattern[str]:
    """A year of four digits with the words of the Buddhist era before it."""
    forms = "|".join(re.escape(form) for form, begin in _forms() if begin == _BUDDHIST_YEARS)
    return re.compile(rf"(?<![a-z])(?:{forms}) ?(2[45]\d{{2}})(?!\d)")


@cache
def _ascii() -> re.Pattern[str]:
    return re.compile("|".join(re.escape(form) for form, _ in _forms() if form.isascii() and len(form) > 1))


@cache
def _letters() -> tuple[tuple[re.Pattern[str], int], ...]:
    """The first letters of Japanese eras, before a year of one or two digits."""
    return tuple(
        (re.compile(rf"(?<![^\W\d_]){form}[. ]?(\d{{1,2}})(?!\d)", re.I), begin)
        for form, begin in _forms()
        if len(form) == 1
    )
