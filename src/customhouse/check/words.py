"""Verdicts, slips and arithmetic in words of either language; the words are data (interface.csv)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from customhouse.check.judging import WHOLE
from customhouse.check.model import Comparison, Slip, Verdict
from customhouse.describe import describe, figure, fill, name, number, period_words, word
from customhouse.measures import Missing, default_whole
from customhouse.model import DIMENSIONS, CellOrigin, Claim, Derivation, Slice

_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?%?")
_PHRASES = tuple(
    (re.compile(pattern), code) for pattern, code in (
        (r"(?P<n>\S+) of (?P<m>\S+) above (?P<x>.+)", "verdict_of_above"),
        (r"(?P<n>\S+) of (?P<m>\S+) below (?P<x>.+)", "verdict_of_below"),
        (r"(?P<n>\S+) of (?P<m>\S+) growing", "verdict_of_growing"),
        (r"(?P<n>\S+) of (?P<m>\S+) falling", "verdict_of_falling"),
        (r"(?P<n>.+) against (?P<m>.+)", "verdict_beside"),
        (r"(?P<n>.+): the last (?P<m>\S+) above (?P<x>.+)", "verdict_last_above"),
        (r"(?P<n>.+): the last (?P<m>\S+) below (?P<x>.+)", "verdict_last_below"),
    )
)
"""What measures say in words between their numbers, and the codes of the words in both languages."""
_WORDED = 1e6
"""From this size on numbers are written with scale words."""
_DECIMALS = 3
ALTERNATIVES = 2
"""How many slips are told beside the likeliest."""


def verdict_words(one: Comparison, language: str) -> str:
    """The verdict in a few words; for a growth that holds on one base alone, on which."""
    if one.base is not None and one.on_other is not None:
        return fill(f"verdict_only_{one.base}", language, other=figure(one.on_other, language))
    said = word(f"verdict_is_{one.verdict.value}", language)
    if one.without:
        names = [name(getattr(one.read.slice, d), language, d) for d in one.without]
        said = fill("verdict_without", language, verdict=said, x=word("separator", language).join(names))
    return said


def computed_words(one: Comparison, language: str) -> str:
    """What the statistics have, or why they have nothing."""
    if isinstance(one.computed, Missing):
        return fill("not_there", language, why=one.computed.reason)
    return fill("statistics_have", language, figure=figure(one.computed, language))


def other_words(one: Comparison, language: str) -> tuple[str, ...]:
    """What further sources have, each with its verdict."""
    return tuple(
        fill("verdict_also", language, figure=figure(other.computed, language), source=other.source or "",
             verdict=verdict_words(other, language))
        for other in one.others if isinstance(other.computed, Claim)
    )


def reason_words(one: Comparison, language: str) -> tuple[str, ...]:
    """What may have gone wrong, the likeliest slip first; or that no single slip explains it."""
    codes = ("verdict_why", *["verdict_or"] * ALTERNATIVES)
    if one.slips:
        pairs = zip(codes, one.slips, strict=False)
        return tuple(fill(code, language, x=slip_words(one.read, slip, language)) for code, slip in pairs)
    unexplained = one.verdict is Verdict.CONTRADICTED and one.read.measure not in WHOLE
    return (word("verdict_unexplained", language),) if unexplained else ()


def origin_words(one: Comparison, language: str) -> str:
    """Where the computed figure comes from: source, vintages, how many cells."""
    return cells_words(one.origins, language)


def cells_words(found: Sequence[CellOrigin], language: str) -> str:
    """Cells of one source in words: whose they are, the vintages that they stand in, how many there are."""
    if not found:
        return ""
    comma = word("separator", language)
    numbers = comma.join(map(str, sorted({n for one in found for n in one.vintages})))
    counted = fill("verdict_cells", language, n=f"{sum(one.cells for one in found):,}")
    vintages = numbers or word("unlimited", language)
    return comma.join((fill("from_source", language, source=found[0].source, vintages=vintages), counted))


def arithmetic_words(computed: Claim, language: str) -> tuple[str, ...]:
    """The steps of the arithmetic with large numbers in words, then the levels that it starts from."""
    origin = computed.origin
    if not isinstance(origin, Derivation):
        return ()
    found = [_plainly(step, language) for step in origin.arithmetic.split("; ") if step]
    levels = [one for one in origin.claims if (one.value, one.slice) != (computed.value, computed.slice)]
    if len(levels) <= len(found) + 3:
        found += [describe(level, language) for level in levels]
    return tuple(found)


def slip_words(read: Claim, slip: Slip, language: str) -> str:
    """What went wrong, what it should read or is the figure of, and what the statistics have of that.

    Where the figure alone is wrong, the statistics have just been told.
    """
    corrected = slip.corrected
    told, right = _said(read, corrected, language), _said(corrected, read, language)
    what = fill(_code(slip, read), language, a=told, b=right)
    if slip.rate is not None:
        source = slip.rate_source or word("slip_rate_of_text", language)
        rate = f"{max(slip.rate, 1 / slip.rate):.4f}"
        what = fill("slip_at_rate", language, x=what, rate=rate, source=source)
    if (corrected.measure, corrected.slice, corrected.period) == (read.measure, read.slice, read.period):
        return what
    tested = fill("slip_tested", language, x=describe(corrected, language),
                  figure=figure(slip.computed, language))
    return fill("slip_and_test", language, slip=what, test=tested)


def _code(slip: Slip, read: Claim) -> str:
    """The form of a slip: some kinds have one for each way."""
    if slip.kind == "level_for_change":
        return "slip_level_for_change" if slip.corrected.measure in ("change", "share_change") \
            else "slip_change_for_level"
    if slip.kind == "translation_drop" and slip.corrected.bound != read.bound:
        return "slip_bound"
    return f"slip_{slip.kind}"


def _said(claim: Claim, other: Claim, language: str) -> str:
    """What of a claim differs from another: names of codes, periods, measures; else its figure."""
    found = list(_differing(claim, other, language))
    return word("separator", language).join(found) if found else figure(claim, language)


def _differing(claim: Claim, other: Claim, language: str) -> Iterator[str]:
    if (claim.measure, claim.of) != (other.measure, other.of):
        measures = [name(m, language, "measure") for m in (claim.measure, claim.of) if m]
        yield word("slip_measure_of", language).join(measures)
        return
    for dimension in DIMENSIONS:
        code, before = getattr(claim.slice, dimension), getattr(other.slice, dimension)
        if code != before:
            yield name(code, language, dimension) if code else word(f"all_{dimension}", language)
    if claim.period != other.period and claim.period:
        yield period_words(claim.period, language)
    elif claim.base != other.base and (base := claim.base or (claim.period and claim.period.year_earlier())):
        yield period_words(base, language)
    if claim.whole != other.whole:
        dims = claim.whole if claim.whole is not None else default_whole(claim.slice)
        yield _part(claim.slice.widen(dims or ()), language)


def _part(part: Slice, language: str) -> str:
    """A slice by the names of its codes."""
    names = [name(code, language, d) for d, code in part.given().items() if d != "reporter"]
    return word("separator", language).join(names)


def _plainly(step: str, language: str) -> str:
    """A step of arithmetic with a minus sign, scale words and no more decimals than tell something."""
    text = _NUMBER.sub(lambda found: _short(found[0], language), step)
    text = re.sub(r"(?<![\w)])-(?=\s|\d)", "\N{MINUS SIGN}", text)
    for pattern, code in _PHRASES:
        if found := pattern.fullmatch(text):
            return fill(code, language, **found.groupdict())
    return text


def _short(text: str, language: str) -> str:
    size = float(text.replace(",", "").rstrip("%"))
    if size >= _WORDED:
        return number(size, language)
    if "." not in text:
        return text
    shown = f"{size:.{_DECIMALS}f}".rstrip("0").rstrip(".")
    return shown + ("%" if text.endswith("%") else "")


SIGNS = {
    Verdict.HOLDS: "\N{CHECK MARK}",
    Verdict.OTHER_BASE: "\N{CLOCKWISE OPEN CIRCLE ARROW}",
    Verdict.OFF_BY_ROUNDING: "\N{ALMOST EQUAL TO}",
    Verdict.CONTRADICTED: "\N{BALLOT X}",
    Verdict.NO_STATISTICS: "\N{EN DASH}",
}
"""A sign for each verdict."""
