"""The period in view at each place of a sentence, as it is read from left to right."""

from __future__ import annotations

from customhouse.period import Period
from customhouse.reader.drafts import Draft
from customhouse.reader.layout import Layout
from customhouse.reader.periods import opens_with_same
from customhouse.reader.scope import Scope
from customhouse.reader.tokens import Sentence, When
from customhouse.vocabulary import pattern, words

_LATE = 2
"""Months within which statistics are told after their period."""


class Timed(Layout):
    """A sentence with the period in view and the drafts made so far.

    `told_of`: the period in view before the same months of another year were looked back at.
    `aside_end`: where the clause ends that has a period of its own.
    """

    def __init__(self, sentence: Sentence, scope: Scope) -> None:
        super().__init__(sentence, scope)
        self.scope = scope
        self.drafts: list[Draft] = []
        self.period = scope.period
        self.told_of: Period | None = None
        self.aside_end: int | None = None

    def take_periods(self, start: int, end: int) -> None:
        """Periods between two places that hold for the figures from here on."""
        for when in self.sentence.whens:
            if start <= when.start < end and not when.base and not when.since and not when.local:
                if self._looks_back(when) or self._turns_aside(when):
                    continue
                self.period, self.told_of = when.period, None
                if when.period:
                    self.scope.calendar.current = when.period
                    self.scope.dated = True
                elif self.scope.calendar.undated:
                    self.scope.calendar.current = None
        for word in self.sentence.cues(start, end, "when"):
            if not self._dated(word.start, end):
                now = self.scope.calendar.published
                if word.tags["when"] != "now":
                    self.period = None
                elif now and (self.period is None or self._dated(self.sentence.start, word.start)):
                    self.period = self._present(now)

    def _present(self, now: int) -> Period:
        """What `now` means: the period of the document where it ended of late, else the month of the text."""
        main = self.scope.main
        return main if main and 0 <= now - main.last <= _LATE else Period(now, now)

    def _looks_back(self, when: When) -> bool:
        """Takes in, for the figures of its clause alone, the same months of a year (`2014年同期`), or those
        that a text has left behind: it ended the fall of 0.8% of October."""
        s, period, year = self.sentence, self.told_of or self.period, when.period
        if period is None or year is None:
            return False
        chinese, yearly = s.language == "zh", when.unit == "year"
        if chinese and not yearly and self.drafts and pattern("left_behind_zh").match(s.lower, when.end):
            self.told_of, self.period = period, year
            return True
        same = chinese and yearly and s.lower.startswith(words("same_words"), when.end)
        if not (opens_with_same(s, when) or same and period.months < year.months):
            return False
        self.told_of, self.period = period, period.shift(12 * (year.year - period.year))
        return True

    def _turns_aside(self, when: When) -> bool:
        """Takes in a period that only a clause is of: `firms, which in 2005 had 58%, were down`."""
        s = self.sentence
        if s.language != "en" or self.period is None or when.period is None or when.period == self.period:
            return False
        clauses = pattern("relative_told_en").finditer(s.lower, s.start, s.end)
        clause = next((m for m in clauses if m.start() < when.start < m.end()), None)
        if clause is None:
            return False
        if not any(clause.start() < g.start < clause.end() for g in self.groups):
            return True  # of no figure: `which Beijing placed under licensing in April, rose 23%`
        self.told_of, self.period, self.aside_end = self.period, when.period, clause.end()
        return True

    def look_ahead(self) -> None:
        """Ends what was looked back at: the period before it holds again."""
        self.period, self.told_of, self.aside_end = self.told_of or self.period, None, None

    def _dated(self, start: int, end: int) -> bool:
        """Whether a period stands between two places."""
        return any(start <= w.start < end and not w.base for w in self.sentence.whens)
