"""Patterns as data: regular expressions of `patterns.csv`, with their shared parts filled in."""

from __future__ import annotations

import re
from functools import cache

from customhouse.vocabulary.tables import rows

_PART = re.compile(
    r"OFYEAR<(\w+)>|YEARZH<(\w+)>|\b(MONTH|NTH|NUM|YEAR)\b|(?<=<dm>)MONTH|(?<=<em>)MONTH"
    r"|\b(?:ROSE|RISEN|RISE|RISING|FELL|FALLEN|FALL|FALLING|GAIN|LOSS|ADVERB|ADJECTIVE|BALANCEADJECTIVE)\b"
)


@cache
def source(name: str) -> str:
    """The text of a pattern, its shared parts filled in."""
    text = next(row["pattern"] for row in rows("patterns") if row["name"] == name)
    return _PART.sub(_fill, text)


def _fill(match: re.Match[str]) -> str:
    if match[1] or match[2]:
        return source("OFYEAR" if match[1] else "YEARZH").replace("{p}", f"{match[1] or match[2]}_")
    return source(match[0])


@cache
def pattern(*names: str) -> re.Pattern[str]:
    """The named patterns as one alternation, compiled."""
    return re.compile("|".join(f"(?:{source(name)})" for name in names))


@cache
def guarded(start: str, *names: str) -> re.Pattern[str]:
    """The named patterns as one alternation, tried only where the pattern `start` holds."""
    return re.compile(f"{source(start)}(?:{pattern(*names).pattern})")


@cache
def words(name: str) -> tuple[str, ...]:
    """A `|`-separated list that stands among the patterns."""
    return tuple(source(name).split("|"))


@cache
def mapping(name: str) -> dict[str, str]:
    """A list of `word=value` pairs that stands among the patterns."""
    return dict(pair.split("=", 1) for pair in words(name))
