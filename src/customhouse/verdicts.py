"""Verdicts on the figures of texts, in a terminal and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from customhouse.describe import describe as claim_words
from customhouse.describe import figure, fill, word
from customhouse.measures import Comparison, Missing, Verdict
from customhouse.model import Derivation
from customhouse.query import claim_json

_VERDICTS = {
    Verdict.HOLDS: ("\N{CHECK MARK}", "green"),
    Verdict.OFF_BY_ROUNDING: ("\N{ALMOST EQUAL TO}", "yellow"),
    Verdict.CONTRADICTED: ("\N{BALLOT X}", "bold red"),
    Verdict.NO_STATISTICS: ("\N{EN DASH}", "dim"),
}


def show_checks(
    found: Sequence[Comparison], console: Console, language: str, everything: bool = False
) -> None:
    """Every figure with its verdict, what the statistics have where it does not hold, then how many of each.

    With `everything`, also what they have where it holds, and the figures that they lack.
    """
    for one in found:
        if one.verdict is Verdict.NO_STATISTICS and not everything:
            continue
        span = one.read.span
        place = f"{span.doc}: {' '.join(span.text.split())}" if span else ""
        sign, style = _VERDICTS[one.verdict]
        console.print(
            Text(f"{sign} {place}  ", style=style) + Text(claim_words(one.read, language), style="dim")
        )
        if everything or one.verdict is not Verdict.HOLDS:
            console.print(Text("    " + _computed(one, language)))
    counted = Counter(one.verdict for one in found)
    console.print(
        Text(
            "  ".join(
                fill(
                    "verdict_count",
                    language,
                    sign=_VERDICTS[v][0],
                    n=str(counted[v]),
                    verdict=word(f"verdict_{v.value}", language),
                )
                for v in Verdict
            ),
            style="bold",
        )
    )


def _computed(one: Comparison, language: str) -> str:
    if isinstance(one.computed, Missing):
        return fill("not_there", language, why=one.computed.reason)
    words_ = fill("statistics_have", language, figure=figure(one.computed, language))
    origin = one.computed.origin
    arithmetic = origin.arithmetic if isinstance(origin, Derivation) else ""
    return f"{words_}  {arithmetic}".rstrip()


def check_json(one: Comparison) -> dict[str, Any]:
    """The claim read, the verdict, and the computed claim or why there is none."""
    computed = (
        {"missing": one.computed.reason} if isinstance(one.computed, Missing) else claim_json(one.computed)
    )
    return {
        "read": one.read.to_dict(),
        "verdict": one.verdict.value,
        "rounding": list(one.roundings),
        "computed": computed,
    }
