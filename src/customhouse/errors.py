"""Every error that customhouse raises on purpose, as one tree.

    CustomhouseError
    ├── InputError            a file or stream that cannot be used
    │   ├── UnreadableFile    missing, no permission, a folder where a file is meant
    │   ├── UnsupportedFile   a kind of file that no reader takes
    │   ├── BrokenFile        truncated, password-protected, or not what its name says
    │   ├── EmptyFile         no text in it
    │   ├── MappingError      a mapping that is wrong in itself or does not fit its file
    │   └── ControlFailure    figures that look valid and are not: a control total stopped the load
    ├── ServiceError          a statistics service that refused, failed or answered something else
    ├── StoreError            a folder that is no store, or a store that is damaged
    │   └── StoreBusy         another load holds the store
    ├── QueryError            a question that cannot be understood or answered
    ├── EngineError           an engine that is missing, unreachable or out of room
    ├── ClaimFormatError      a line that is not a claim
    ├── VocabularyError       a code list that breaks its own rules, or an unknown code
    ├── PeriodError           a period that cannot be parsed
    ├── PriceError            prices and quantities that no index can be made of
    ├── SeasonsError          a series, calendar or setting that no seasonal adjustment can be made with
    ├── SurveyError           answers, indices or weights that no index can be made of
    ├── TargetingError        declarations, outcomes or settings that no targeting can learn from or rank
    ├── WordingError          a claim that no sentence says so that it is read back as it is
    ├── OutputError           an output that cannot be written
    ├── RequestError          a request that the web counter refuses
    └── MissingExtra          an optional part that is not installed

A message names the place, what is wrong and what to do about it.
"""

from __future__ import annotations


class CustomhouseError(Exception):
    """Base of all errors; `str(error)` is one line, ready to be shown to a user.

    Some are told in Chinese too, which `in_chinese` is then.
    """

    def __init__(self, message: str = "", in_chinese: str | None = None) -> None:
        self.in_chinese = in_chinese
        super().__init__(message)

    def told(self, language: str) -> str:
        """The message in a language, in English where there is no other."""
        return self.in_chinese if language == "zh" and self.in_chinese else str(self)


class InputError(CustomhouseError):
    """A file or stream that cannot be used; others can go on without it."""

    def __init__(self, place: str, wrong: str, remedy: str) -> None:
        self.place, self.wrong, self.remedy = place, wrong, remedy
        super().__init__(f"{place}: {wrong}; {remedy}")


class UnreadableFile(InputError):
    """Missing, not permitted, or not a file."""


class UnsupportedFile(InputError):
    """A kind of file that no reader takes."""


class BrokenFile(InputError):
    """Truncated, password-protected, mis-encoded, or not what its name says."""


class RaggedFile(BrokenFile):
    """A table with a row that has more cells than there are names of columns."""


class EmptyFile(InputError):
    """A file without text."""


class MappingError(InputError):
    """A mapping file that is wrong in itself, or that does not fit the file it is for."""


class ControlFailure(InputError):
    """Figures that look valid and are not; nothing of the load was kept."""


class ServiceError(CustomhouseError):
    """A statistics service that refused, failed or answered something else than promised."""

    def __init__(self, place: str, wrong: str, remedy: str) -> None:
        self.place, self.wrong, self.remedy = place, wrong, remedy
        super().__init__(f"{place}: {wrong}; {remedy}")


class StoreError(CustomhouseError):
    """A folder that is no store, or a store that is damaged."""


class StoreBusy(StoreError):
    """Another load holds the store."""


class QueryError(CustomhouseError):
    """A question that cannot be understood, or that the statistics cannot answer."""


class EngineError(CustomhouseError):
    """An engine that is missing, unreachable or out of room."""


class ClaimFormatError(CustomhouseError):
    """A line that is not a claim in the claim format."""


class VocabularyError(CustomhouseError):
    """A code list that breaks its own rules, or a code that is in none."""


class PeriodError(CustomhouseError):
    """A period or date that cannot be parsed."""


class PriceError(CustomhouseError):
    """Prices and quantities that no index can be made of."""


class SeasonsError(CustomhouseError):
    """A series, calendar or setting that no seasonal adjustment can be made with."""


class SurveyError(CustomhouseError):
    """Answers, indices or weights of a survey that no index can be made of."""


class TargetingError(CustomhouseError):
    """Declarations, outcomes or settings that no targeting can learn from or rank."""


class MissingColumns(TargetingError):
    """A table that lacks columns: `wrong` says which, `remedy` what to do."""

    def __init__(self, place: str, wrong: str, remedy: str) -> None:
        self.wrong, self.remedy = wrong, remedy
        super().__init__(f"{place}: {wrong}; {remedy}")


class BudgetError(TargetingError):
    """Budgets of inspection that are wrong, or that leave out an office or a day."""


class WordingError(CustomhouseError):
    """A claim that no sentence says so that it is read back as it is."""


class OutputError(CustomhouseError):
    """An output that cannot be written whole."""


class RequestError(CustomhouseError):
    """A request that the web counter refuses."""


class MissingExtra(CustomhouseError):
    """An optional part that is not installed."""

    def __init__(self, what: str, extra: str) -> None:
        remedy = f"pip install 'customhouse[{extra}]'"
        super().__init__(f"{what} needs an optional part; install it with: {remedy}")
