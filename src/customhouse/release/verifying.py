"""A release that was written before, laid beside the statistics: what of it does not hold.

Each figure is computed again from its request, on the statistics as they were known on the day of the
release, and its place in the texts is looked up.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from customhouse.check.judging import satisfies
from customhouse.check.model import Verdict
from customhouse.errors import BrokenFile, CustomhouseError
from customhouse.factors import measure
from customhouse.measures import Missing
from customhouse.model import CellOrigin, Claim, Derivation
from customhouse.period import Period
from customhouse.release.figures import FILE, FORMAT, request_of
from customhouse.release.layout import stem
from customhouse.statistics import Statistics

_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Failure:
    """A figure that does not hold: its number, its text, a code and the reason in words.

    Codes: `text` (a text has other words in its place), `missing` (the statistics lack it), `changed`
    (it computes to another value), `vintages` (it comes from other loads), `contradicted` (what is
    printed is not what is computed).
    """

    number: int
    text: str
    code: str
    reason: str


def load(folder: Path) -> dict[str, Any]:
    """The machine-readable file of a release. Raises BrokenFile."""
    path = folder / FILE
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BrokenFile(str(path), f"cannot be read ({error})", "name the folder of a release") from error
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise BrokenFile(str(path), "not the figures of a release", "write one with: customhouse release")
    return found


def texts_of(folder: Path, found: Mapping[str, Any]) -> dict[str, str]:
    """The Markdown files of a release by language, those that are there."""
    name = stem(Period.parse(str(found["period"])))
    texts = {}
    for language in found["texts"]:
        path = folder / f"{name}.{language}.md"
        if path.exists():
            texts[language] = path.read_text(encoding="utf-8")
    return texts


def verify(found: Mapping[str, Any], statistics: Statistics, texts: Mapping[str, str]) -> list[Failure]:
    """The figures that do not hold in the statistics or do not stand in the texts (by language).

    Raises BrokenFile where the file is damaged.
    """
    failures = []
    for row in found["figures"]:
        try:
            failures += [*_placed(row, found["texts"], texts), *_recomputed(row, statistics)]
        except (KeyError, TypeError, ValueError, AttributeError, IndexError, CustomhouseError) as error:
            wrong = f"figure {row.get('id')} is damaged ({type(error).__name__}: {error})"
            raise BrokenFile(FILE, wrong, "write the release anew") from error
    return failures


def _placed(row: Mapping[str, Any], said: Mapping[str, Any], texts: Mapping[str, str]) -> list[Failure]:
    failures = []
    for language, place in row["texts"].items():
        text = texts.get(language, said[language]["text"])
        if text[place["start"]:place["end"]] != place["text"]:
            reason = f"the text in {language} does not have {place['text']!r} in its place"
            failures.append(Failure(row["id"], place["text"], "text", reason))
    return failures


def _recomputed(row: Mapping[str, Any], statistics: Statistics) -> list[Failure]:
    ask = request_of(row["request"])
    text = next((place["text"] for place in row["texts"].values()), "")
    again = measure(ask, statistics)
    if isinstance(again, Missing):
        return [Failure(row["id"], text, "missing", again.reason)]
    if _digits(again.value) != _digits(row["computed"]["value"]):
        reason = f"it was {row['computed']['value']:.10g}, it is {again.value:.10g}"
        return [Failure(row["id"], text, "changed", reason)]
    before = sorted({number for cell in row["cells"] for number in cell.get("vintages", ())})
    after = sorted(_vintages(again))
    if before != after:
        return [Failure(row["id"], text, "vintages", f"it was from loads {before}, it is from {after}")]
    verdict = satisfies(_printed(row), again)
    if verdict is not Verdict.HOLDS:
        return [Failure(row["id"], text, "contradicted", f"it computes to {again.value:.10g}")]
    return []


def _digits(value: float) -> str:
    return f"{value:.{_DIGITS}g}"


def _vintages(claim: Claim) -> set[int]:
    levels = claim.origin.claims if isinstance(claim.origin, Derivation) else ()
    return {n for level in levels if isinstance(level.origin, CellOrigin) for n in level.origin.vintages}


def _printed(row: Mapping[str, Any]) -> Claim:
    """The claim as printed, with the step of its digits."""
    claim = Claim.from_dict({**row, "doc": "release", "start": 0, "end": 0, "text": ""})
    return replace(claim, step=float(row["step"]))
