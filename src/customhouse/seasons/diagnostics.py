"""How good an adjustment is: its diagnostics as rows, with a verdict by the limits that manuals give.

Limits are data (season_diagnostics.csv). M and Q below 1: Lothian and Morry, A Set of Quality Control
Statistics for the X-11-ARIMA Seasonal Adjustment Method (Statistics Canada 1978); Q up to 1.2 is taken with
reasons. QS above a probability of 0.01, sliding spans S% below 15 (25 at most), MM% below 35 (40 at most):
X-13ARIMA-SEATS Reference Manual, sections 7.18 and 7.19, and Findley, Monsell, Shulman and Pugh (JASA 85,
1990). Peaks: none of the spectra may have one that is visually significant.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from customhouse.interface import say
from customhouse.seasons.adjusted import Adjusted
from customhouse.vocabulary import rows as words

Verdict = Literal["good", "fair", "bad", ""]
_TABLE = "season_diagnostics"


@dataclass(frozen=True, slots=True)
class Row:
    """A diagnostic: its code, its value, and what to think of it (nothing where no limit is agreed)."""

    code: str
    value: float
    verdict: Verdict

    def label(self, language: str) -> str:
        """What it is, in `en` or `zh`."""
        return word(self.code, language)

    def said(self, language: str) -> str:
        """The verdict in words, empty where there is none."""
        return word(f"verdict_{self.verdict}", language) if self.verdict else ""


def rows(adjusted: Adjusted) -> tuple[Row, ...]:
    """The diagnostics that an adjustment has, in the order to print them."""
    found = adjusted.diagnostics
    return tuple(
        Row(limit["code"], found[limit["code"]], _verdict(limit, found[limit["code"]]))
        for limit in words(_TABLE)
        if limit["code"] in found
    )


def word(code: str, language: str) -> str:
    """The word for a diagnostic or a verdict. Raises VocabularyError for a code that has none."""
    return say(_TABLE, code, language)


def _verdict(limit: Mapping[str, str], value: float) -> Verdict:
    """By the limits of a row."""
    if not limit["better"] or value != value:
        return ""
    sign = 1 if limit["better"] == "low" else -1
    if sign * value < sign * float(limit["good"]):
        return "good"
    return "fair" if sign * value < sign * float(limit["fair"]) else "bad"
