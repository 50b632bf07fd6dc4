"""The words of a judged ranking, from `vocabulary/data/targeting_report.csv`, and its figures as printed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import isfinite, isnan

from customhouse import interface
from customhouse.errors import OutputError
from customhouse.model import LANGUAGES
from customhouse.targeting.judging import Evaluation
from customhouse.targeting.judging.groups import UNKNOWN
from customhouse.targeting.judging.model import OTHERS, Figure

_MINUS = "\N{MINUS SIGN}"
_TABLE, _WAYS = "targeting_report", "targeting_words"
_KINDS = {"origin": "partner", "office": "office"}
"""Groups whose codes are those of a list of the vocabulary."""
_UNSHOWN = (*range(0x7F, 0xA0), *range(0xD800, 0xE000))
_CONTROLS = {c: 0x2400 + c for c in range(32)} | dict.fromkeys(_UNSHOWN, 0xFFFD)


def shown(text: str) -> str:
    """A name from a file, one character for one, with signs for what no page or picture may have in it."""
    return text.translate(_CONTROLS)


def say(code: str, language: str, **places: str) -> str:
    """Words with their `{places}` filled. Raises VocabularyError for a code or language that is lacking."""
    return interface.say(_TABLE, code, language, **places)


@dataclass(frozen=True, slots=True)
class Printer:
    """Prints the figures of an evaluation in a language; `mark` stands at each where its data leak."""

    language: str
    mark: str = ""

    @classmethod
    def of(cls, evaluation: Evaluation, language: str) -> Printer:
        """The printer for an evaluation. Raises OutputError for a language that is not there."""
        if language not in LANGUAGES:
            raise OutputError(f"language {language!r}: no such words; choose en or zh")
        return cls(language, say("mark", language) if "leakage" in evaluation.warnings else "")

    def word(self, code: str, **places: str) -> str:
        """A word or sentence."""
        return say(code, self.language, **places)

    def percent(self, value: float, plain: bool = False) -> str:
        """A share as `45.3%`, marked where the data leak (not where it is `plain`, no result)."""
        if not isfinite(value):
            return self.word("missing")
        return f"{self._digits(100 * value)}%{'' if plain else self.mark}"

    def share(self, value: float) -> str:
        """A share inspected, with as many digits as it has."""
        return f"{100 * value:.6g}%"

    def figure(self, one: Figure) -> str:
        """A share with its interval."""
        value = self.percent(one.value)
        if isnan(one.value) or isnan(one.low):
            return value
        ends = (self._digits(100 * end) for end in (one.low, one.high))
        return self.word("figure", value=value, **dict(zip(("low", "high"), ends, strict=True)))

    def number(self, one: Figure) -> str:
        """A figure between 0 and 1 to three digits, with its interval."""
        if isnan(one.value):
            return self.word("missing")
        value = f"{one.value:.3f}{self.mark}"
        if isnan(one.low):
            return value
        return self.word("figure", value=value, low=f"{one.low:.3f}", high=f"{one.high:.3f}")

    def points(self, value: float, low: float, high: float) -> str:
        """A difference of shares in percentage points, with its interval."""
        if isnan(value):
            return self.word("missing")
        told = [self._signed(100 * one) for one in (value, low, high) if isfinite(one)]
        first = told[0] + self.mark
        return first if len(told) < 3 else self.word("interval", value=first, low=told[1], high=told[2])

    def apart(self, value: float, low: float, high: float) -> str:
        """The same in a sentence."""
        if not isfinite(low):
            return self.word("points", n=self.points(value, low, high))
        told = [self._signed(100 * one) for one in (value, low, high)]
        return self.word("apart", value=told[0] + self.mark, low=told[1], high=told[2])

    def count(self, number: float) -> str:
        """A whole number in groups of three."""
        return f"{round(number):,}"

    def ratio(self, value: float) -> str:
        """A ratio to two digits."""
        return f"{value:.2f}{self.mark}" if isfinite(value) else self.word("missing")

    def yuan(self, value: float) -> str:
        """An amount in yuan, as text says it."""
        if not isfinite(value):
            return self.word("missing")
        text = interface.number(float(f"{value:.3g}"), self.language)
        return interface.with_unit(text, "CNY", self.language, value) + self.mark

    def amount(self, value: float) -> str:
        """An amount as it stands in a table."""
        return f"{value:,.0f}".replace("-", _MINUS) + self.mark if isfinite(value) else self.word("missing")

    def listed(self, names: Iterable[str]) -> str:
        """Names one after the other."""
        return self.word("listing").join(names)

    def columns(self, names: Iterable[str]) -> str:
        """Columns of declarations in words, one after the other; those of a user by their names."""
        rows = interface.words(_TABLE)
        told = (self.word(f"column_{one}") if f"column_{one}" in rows else shown(one) for one in names)
        return self.listed(told)

    def way(self, name: str) -> str:
        """What a way of targeting is called: in words where it is a usual one, else by its name."""
        row = interface.words(_WAYS).get(f"way_{name}")
        return row[self.language] if row else name

    def group(self, by: str, code: str, pooled: int) -> str:
        """What a group is called: a word, a name of the vocabulary, its code; small ones taken together.

        Codes come from files, as `shown` has them.
        """
        if code == OTHERS and pooled:
            return self.word("others", n=str(pooled))
        if code == UNKNOWN:
            return self.word("unknown")
        if by in _KINDS:
            return shown(interface.name(code, self.language, _KINDS[by]))
        return self.word(f"group_{by}_{code}")

    def _digits(self, value: float) -> str:
        return f"{value:.1f}".replace("-", _MINUS)

    def _signed(self, value: float) -> str:
        return f"{value:+.1f}".replace("-", _MINUS)
