"""What one figure rests on: its arithmetic, the levels behind it, their cells and loads."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from customhouse import describe as words
from customhouse.errors import QueryError
from customhouse.measures import Missing
from customhouse.model import CellOrigin, Claim, Derivation
from customhouse.query import run
from customhouse.query.run import Prefetched
from customhouse.store import Vintage
from customhouse.web.pages.query_asked import Question
from customhouse.web.words import fill


@dataclass(frozen=True, slots=True)
class Behind:
    """A level that a figure rests on: in words, its amount, how many cells of which loads, how exact."""

    what: str
    figure: str
    cells: str
    loads: str
    range: str


@dataclass(frozen=True, slots=True)
class Derived:
    """A figure, its steps of arithmetic, its levels; `missing` says why there is none."""

    title: str
    figure: str
    rule: str
    steps: tuple[str, ...]
    levels: tuple[Behind, ...]
    range: str
    note: str
    missing: str


def derived(question: Question, known: tuple[Vintage, ...], language: str) -> Derived:
    """The derivation of the one figure that a question is about. Raises QueryError where it is about more."""
    first = question.first
    if first.by or first.each or len(first.periods) != 1 or len(question.queries) != 1:
        raise QueryError(
            "a derivation is of one figure; leave out `by` and name one period and one code each"
        )
    row = run(first, Prefetched(question.statistics), growth=False).figures[0]
    if isinstance(row.found, Missing):
        return Derived("", "", "", (), (), "", "", row.found.reason)
    claim = row.found
    assert isinstance(claim.origin, Derivation)
    what = words.describe(claim, language).rpartition(
        words.fill("colon", language, what="", figure="").strip()
    )[0]
    levels = tuple(_behind(one, known, language) for one in _levels(claim))
    steps = words.arithmetic(claim.origin.arithmetic, language)
    measure = words.name(claim.measure, language, "measure")
    return Derived(
        what,
        words.figure(claim, language),
        measure,
        steps,
        levels,
        _range(claim, language),
        claim.note or "",
        "",
    )


def _levels(claim: Claim) -> Iterator[Claim]:
    """The claims of cells behind a claim, each once."""
    seen: set[Claim] = set()
    stack = [claim]
    while stack:
        one = stack.pop(0)
        if isinstance(one.origin, Derivation):
            stack = [*one.origin.claims, *stack]
        elif one not in seen:
            seen.add(one)
            yield one


def _behind(level: Claim, known: tuple[Vintage, ...], language: str) -> Behind:
    colon = words.fill("colon", language, what="", figure="").strip()
    what = words.describe(level, language).rpartition(colon)[0]
    origin = level.origin
    if not isinstance(origin, CellOrigin):
        return Behind(what, words.figure(level, language), "", "", _range(level, language))
    days = {v.number: v.known_on.isoformat() for v in known}
    told = [fill("query_basis_load", language, n=n, day=days.get(n, "")) for n in origin.vintages]
    exact = f"{level.value:,.3f}".rstrip("0").rstrip(".")
    unit = words.name(level.unit, language, "count")
    return Behind(
        what, f"{exact} {unit}", f"{origin.cells:,}", words.word("separator", language).join(told),
        _range(level, language),
    )  # fmt: skip


def _range(claim: Claim, language: str) -> str:
    """Where the figure lies, as far as rounding in the source leaves that open."""
    ends = claim.interval()
    if not math.isfinite(ends.high) or ends.high - ends.low <= 1e-9 * max(abs(ends.high), 1):
        return ""
    return words.bracket(ends, claim.unit, language)
