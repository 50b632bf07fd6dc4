"""A figure read from a text beside the same figure computed from statistics."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from customhouse.check.judging import judged, prints
from customhouse.check.model import Base, Comparison, Verdict
from customhouse.factors import measure
from customhouse.measures import Missing, Request
from customhouse.measures.levels import units
from customhouse.model import Claim, Slice
from customhouse.period import Period
from customhouse.statistics import Statistics

BASED = ("growth", "change", "multiple", "share_change", "contribution", "gap")
"""Measures that depend on a base, so that they are tried on the first-published and the revised one."""
LARGEST = 40
"""How many partners are tried for the one that a figure belongs to."""
ORDER = {verdict: place for place, verdict in enumerate(Verdict)}


class Figures:
    """Statistics with all figures that were computed from them, so that none is computed twice."""

    def __init__(self, statistics: Statistics) -> None:
        self.statistics = statistics
        self._revised = getattr(statistics, "revised", True)
        self._found: dict[Request, Claim | Missing] = {}
        self._large: dict[Period, tuple[str, ...]] = {}

    def __call__(self, ask: Request) -> Claim | Missing:
        """The figure of a request, or why there is none."""
        if not self._revised and (ask.known, ask.base_known) != ("latest", "latest"):
            ask = replace(ask, known="latest", base_known="latest")
        found = self._found.get(ask)
        if found is None:
            found = self._found[ask] = measure(ask, self.statistics)
        return found

    def largest(self, period: Period) -> tuple[str, ...]:
        """The largest partners of a period by their trade, largest first."""
        if period not in self._large:
            found = self.statistics.parts(Slice(flow="trade"), "partner", period)
            ordered = sorted(found, key=lambda code: -found[code].amount)
            self._large[period] = tuple(ordered[:LARGEST])
        return self._large[period]


def compare(read: Claim, statistics: Statistics | Figures) -> Comparison:
    """The best verdict on a claim over all that it may mean: its bases, and what words leave open.

    Growth is computed on the revised base and on the base as first published. A rank is sought among
    single codes and groups, a record among the same months and all periods; a number of countries may
    be that of partners or of those with growth; `rebounded` may be against a year or a period earlier.
    What holds in no reading but may in another that the claim format cannot tell (a count under a
    condition) is `NO_STATISTICS`, no contradiction.
    """
    figures = statistics if isinstance(statistics, Figures) else Figures(statistics)
    if read.status is not None:
        missing = Missing("status", f"a {read.status} is no outcome")
        return Comparison(Verdict.NO_STATISTICS, read, missing, Request.of_claim(read))
    best = _best(read, figures)
    if best.verdict is Verdict.CONTRADICTED and _open(read):
        return replace(best, verdict=Verdict.NO_STATISTICS)
    return _on_bases(best, figures)


def holds(read: Claim, figures: Figures) -> Claim | None:
    """The computed figure with which a claim holds to its last digit, in one of its readings."""
    before: Claim | Missing | None = None
    for ask in readings(read):
        computed = figures(ask)
        if computed is not before and isinstance(computed, Claim) and prints(read, computed):
            return computed
        before = computed
    return None


def readings(read: Claim) -> Iterator[Request]:
    """The requests that a claim may be the answer to, the likeliest first."""
    ask = Request.of_claim(read)
    yield ask
    if read.measure != "record":
        yield replace(ask, known="first")
    if based(read):
        yield replace(ask, base_known="first")
        yield replace(ask, base_known="first", known="first")
    if read.measure == "record":
        yield replace(ask, window="all")
        yield replace(ask, below=True)
    if read.measure == "rank":
        yield replace(ask, grouped=True)
    if read.measure == "streak":
        yield replace(ask, below=True)
    if _condition_open(read):
        yield replace(ask, of="growth")
    if _base_open(read) and read.period:
        yield replace(ask, base=read.period.previous())


def based(read: Claim) -> bool:
    """Whether a figure depends on the figure of a base."""
    return read.measure in BASED or read.of in BASED or (read.measure == "direction" and read.of is not None)


def _best(read: Claim, figures: Figures) -> Comparison:
    best: Comparison | None = None
    for ask in readings(read):
        found = _compared(read, ask, figures)
        if best is None or (ORDER[found.verdict] < ORDER[best.verdict] and not _left_open(best, found)):
            best = found
        if best.verdict is Verdict.HOLDS:
            break
    assert best is not None
    return best


def _left_open(first: Comparison, other: Comparison) -> bool:
    """Whether a streak of a length that the statistics cannot tell is contradicted as one of falls alone."""
    open_ = first.read.measure == "streak" and isinstance(first.computed, Claim)
    return open_ and first.verdict is Verdict.NO_STATISTICS and other.verdict is Verdict.CONTRADICTED


def _compared(read: Claim, ask: Request, figures: Figures) -> Comparison:
    computed = figures(ask)
    verdict, modes = judged(read, computed)
    if read.measure == "record" and verdict is Verdict.CONTRADICTED and _since_some_time(computed):
        verdict = Verdict.NO_STATISTICS
    if verdict is Verdict.HOLDS and ask.base_known == "first":
        verdict = Verdict.OTHER_BASE
    return Comparison(verdict, read, computed, ask, modes)


def _on_bases(best: Comparison, figures: Figures) -> Comparison:
    """The comparison with the figure on the other base, where the figure does not hold there as well."""
    if best.verdict not in (Verdict.HOLDS, Verdict.OTHER_BASE) or not based(best.read):
        return best
    on_revised = best.request.base_known == "latest"
    other = figures(replace(best.request, base_known="first" if on_revised else "latest"))
    if isinstance(other, Missing) or judged(best.read, other)[0] is Verdict.HOLDS:
        return best
    base: Base = "revised" if on_revised else "first_published"
    return replace(best, base=base, on_other=other)


def _since_some_time(computed: Claim | Missing) -> bool:
    """Whether a figure that is no record is yet higher than the periods before it: the window is not told."""
    if isinstance(computed, Missing) or computed.base is None or computed.period is None:
        return False
    return computed.base.last < computed.period.first - 12


def _open(read: Claim) -> bool:
    return _condition_open(read) or (read.measure == "streak" and read.threshold is None and read.of is None)


def _condition_open(read: Claim) -> bool:
    """Whether a count of countries may be of those that meet a condition that the claim does not hold."""
    counts = read.measure == "count" or read.of == "count"
    unit = units().get(read.unit)
    return counts and unit is not None and unit.dimension is not None and read.threshold is None


def _base_open(read: Claim) -> bool:
    """Whether a word such as `rebounded` leaves open what it compares with: its note names the readings."""
    return read.measure == "direction" and read.base is None and bool(read.note)
