"""Every error that customhouse raises on purpose, as one tree.

    CustomhouseError
    ├── InputError            a file or stream that cannot be used
    │   ├── UnreadableFile    missing, no permission, a folder where a file is meant
    │   ├── UnsupportedFile   a kind of file that no reader takes
    │   ├── BrokenFile        truncated, password-protected, or not what its name says
    │   └── EmptyFile         no text in it
    ├── ClaimFormatError      a line that is not a claim
    ├── VocabularyError       a code list that breaks its own rules, or an unknown code
    ├── PeriodError           a period that cannot be parsed
    ├── OutputError           an output that cannot be written
    └── MissingExtra          an optional part that is not installed

A message names the place, what is wrong and what to do about it.
"""

from __future__ import annotations


class CustomhouseError(Exception):
    """Base of all errors; `str(error)` is one line, ready to be shown to a user."""


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


class EmptyFile(InputError):
    """A file without text."""


class ClaimFormatError(CustomhouseError):
    """A line that is not a claim in the claim format."""


class VocabularyError(CustomhouseError):
    """A code list that breaks its own rules, or a code that is in none."""


class PeriodError(CustomhouseError):
    """A period or date that cannot be parsed."""


class OutputError(CustomhouseError):
    """An output that cannot be written whole."""


class MissingExtra(CustomhouseError):
    """An optional part that is not installed."""

    def __init__(self, what: str, extra: str) -> None:
        remedy = f"pip install 'customhouse[{extra}]'"
        super().__init__(f"{what} needs an optional part; install it with: {remedy}")
