"""The rules by name: whether they reject or flag, their words, and their places in a bit mask."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Literal

from customhouse.vocabulary.tables import rows

Severity = Literal["reject", "flag"]
_JOINED = {"en": "; ", "zh": "\N{FULLWIDTH SEMICOLON}"}


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that a line can break. `bit` is its place among the rules of its severity."""

    code: str
    severity: Severity
    bit: int
    en: str
    zh: str
    remedy_en: str
    remedy_zh: str

    def words(self, language: str) -> str:
        """What is wrong and what to do, in `en` or `zh`."""
        wrong, remedy = (self.en, self.remedy_en) if language == "en" else (self.zh, self.remedy_zh)
        return f"{wrong}{_JOINED[language]}{remedy}" if remedy else wrong


@cache
def rules(severity: Severity) -> tuple[Rule, ...]:
    """All rules of one severity, in the order of their bits."""
    chosen = [row for row in rows("rules") if row["severity"] == severity]
    return tuple(
        Rule(row["code"], severity, bit, row["en"], row["zh"], row["remedy_en"], row["remedy_zh"])
        for bit, row in enumerate(chosen)
    )


@cache
def bits(severity: Severity) -> dict[str, int]:
    """Each rule's number in a mask: 1, 2, 4 ..."""
    return {rule.code: 1 << rule.bit for rule in rules(severity)}


def mask(severity: Severity, codes: Iterable[str]) -> int:
    """The mask of some rules."""
    return sum(bits(severity)[code] for code in codes)


def codes(severity: Severity, mask: int) -> tuple[str, ...]:
    """The rules in a mask, in order."""
    return tuple(rule.code for rule in rules(severity) if mask >> rule.bit & 1)


def words(code: str, language: str) -> str:
    """A reason in `en` or `zh`, of a rule or of a row of a table; unknown ones stand for themselves."""
    for severity in ("reject", "flag"):
        for rule in rules(severity):
            if rule.code == code:
                return rule.words(language)
    return next((row[language] for row in rows("reasons") if row["code"] == code), code.replace("_", " "))
