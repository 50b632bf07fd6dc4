"""The wholes of which the rows of an answer are parts, and what the parts leave of them, exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from customhouse.errors import VocabularyError
from customhouse.measures import Missing, Request, measure
from customhouse.measures.door import figure
from customhouse.measures.figures import Figure
from customhouse.measures.request import Lacking
from customhouse.model import Claim, Derivation, Slice
from customhouse.period import Period
from customhouse.quantity import Interval
from customhouse.query import Query
from customhouse.query.assemble import with_base
from customhouse.query.model import PARTS, dimension_of
from customhouse.statistics import Statistics

ADDITIVE = ("value", "quantity", "change", "share", "contribution", "share_change")
"""Measures whose parts add up to the whole."""
_NONE = ("rank", "record", "streak", "gap", "direction")
"""Measures that a whole beside its parts has not."""


@dataclass(frozen=True, slots=True)
class Group:
    """Rows (by their numbers) that are parts of one whole along `axis`: an axis of parts, `list` or `time`.

    `end` is the row after which the total stands, `dimension` what the rows differ in.
    """

    rows: tuple[int, ...]
    whole: Slice
    period: Period
    axis: str
    dimension: str | None
    end: int


@dataclass(frozen=True, slots=True)
class Sum:
    """What the rows of a group leave of its whole in one column.

    `rest` is the whole less the rows, exactly; None where a part is missing or parts do not add up.
    `open_by` is what separate rounding explains of it.
    """

    whole: Claim | Missing | None
    rest: Fraction | None = None
    open_by: float = 0.0

    @property
    def rounded(self) -> bool:
        """Whether the rest is no more than what separate rounding explains."""
        return self.rest is not None and self.rest != 0 and abs(self.rest) <= self.open_by

    @property
    def left(self) -> bool:
        """Whether something is left that rounding does not explain."""
        return bool(self.rest) and not self.rounded


def groups(query: Query, asks: Sequence[Request]) -> tuple[Group, ...]:
    """The wholes of an answer's rows, in their order; none where rows are no parts of one."""
    axis, dimension = _along(query)
    if axis is None:
        return ()
    found: dict[object, list[int]] = {}
    for number, ask in enumerate(asks):
        found.setdefault(_others(ask, dimension), []).append(number)
    made = [one for many in found.values() if (one := _group(query, asks, many, axis, dimension))]
    together = all(group.rows[-1] - group.rows[0] == len(group.rows) - 1 for group in made)
    return tuple(made if together else [replace(group, end=len(asks) - 1) for group in made])


def summed(group: Group, query: Query, asks: Sequence[Request], statistics: Statistics) -> Sum:
    """The whole of a group in the column of `query`, and what the rows of these requests leave of it."""
    ask = whole_of(group, query)
    if ask.measure in _NONE:
        return Sum(None)
    try:
        whole, exact = _whole(ask, statistics)
    except (VocabularyError, Lacking):
        return Sum(None)
    if (
        exact is None
        or isinstance(whole, Missing)
        or ask.measure not in ADDITIVE
        or ask.of not in (None, "quantity")
    ):
        return Sum(whole)
    try:
        parts = [figure(_of_column(query, ask), statistics) for ask in asks]
    except Lacking:
        return Sum(whole)
    if any(part.unit != whole.unit for part in parts):
        return Sum(whole)
    rest = exact.value - sum(part.value for part in parts)
    return Sum(whole, rest, float(sum(one.top - one.low for one in (exact, *parts)) / 2))


def _whole(ask: Request, statistics: Statistics) -> tuple[Claim | Missing, Figure | None]:
    """The figure of a whole, with all its digits; of a share or contribution in itself by what it is."""
    itself = ask.whole is not None and ask.slice.widen(ask.whole) == ask.slice
    if not itself or ask.measure not in ("share", "share_change", "contribution"):
        whole = measure(ask, statistics)
        return whole, None if isinstance(whole, Missing) else figure(ask, statistics)
    if ask.measure == "contribution":
        exact = replace(figure(replace(ask, measure="growth", whole=None), statistics), unit="pp")
    else:
        constant, unit = (Fraction(100), "%") if ask.measure == "share" else (Fraction(0), "pp")
        exact = Figure(constant, constant, constant, unit, ask.measure, ())
    ends = Interval(float(exact.low), float(exact.top))
    origin = Derivation(exact.rule, exact.claims, ends, exact.text)
    return Claim(
        ask.measure, float(exact.value), exact.unit, origin, slice=ask.slice, period=ask.period
    ), exact


def _of_column(query: Query, ask: Request) -> Request:
    """The request for a row in the column of a question."""
    assert ask.period is not None
    return replace(with_base(query, ask.period), slice=ask.slice)


def whole_of(group: Group, query: Query) -> Request:
    """The request for the whole of a group in the column of a question."""
    return replace(with_base(query, group.period), slice=group.whole)


def rest_claim(found: Sum) -> Claim | None:
    """What the rows leave of the whole as a figure of its own."""
    whole = found.whole
    if not isinstance(whole, Claim) or found.rest is None:
        return None
    value = float(found.rest)
    ends = Interval(value - found.open_by, value + found.open_by)
    return replace(whole, value=value, origin=Derivation("partition", (whole,), ends))


def hidden(group: Group, query: Query, shown: int, statistics: Statistics) -> int:
    """How many codes along the axis `top` cuts."""
    if query.top is None or group.axis not in PARTS:
        return 0
    ask = whole_of(group, query)
    return max(0, len(statistics.parts(group.whole, group.axis, group.period, "value", ask.known)) - shown)


def _along(query: Query) -> tuple[str | None, str | None]:
    """What the rows of a group differ in: the last axis of parts, a list of codes, or the period."""
    axis = next((axis for axis in reversed(query.by) if axis in PARTS), None)
    if axis is not None:
        return axis, dimension_of(axis)
    if query.each:
        return "list", query.each[-1][0]
    return (None if query.time == "ytd" else "time"), None


def _others(ask: Request, dimension: str | None) -> object:
    if dimension is None:
        return ask.slice
    return ask.period, replace(ask.slice, **{dimension: None})


def _group(
    query: Query, asks: Sequence[Request], many: Sequence[int], axis: str, dimension: str | None
) -> Group | None:
    first, end = asks[many[0]], many[-1]
    if axis == "time":
        period = _joined([asks[number].period for number in many])
        return Group(tuple(many), first.slice, period, axis, None, end) if period else None
    if dimension is None or first.period is None:
        return None
    code = getattr(query.slice, dimension) if axis != "list" else _listed(query, dimension)
    if axis == "list" and (code is None or len(many) == 1):
        return None
    return Group(tuple(many), replace(first.slice, **{dimension: code}), first.period, axis, dimension, end)


def _listed(query: Query, dimension: str) -> str | None:
    """The code of all codes of a list together; None where they are no parts of one whole."""
    codes = dict(query.each)[dimension]
    if dimension == "flow":
        return "trade" if set(codes) == {"exports", "imports"} else None
    return None if any(code.startswith("!") for code in codes) else "+".join(sorted(codes))


def _joined(periods: Sequence[Period | None]) -> Period | None:
    """The period that periods make up together, where each begins where the one before ended."""
    known = sorted(period for period in periods if period is not None)
    if len(known) < 2 or len(known) < len(periods):
        return None
    ends_meet = all(earlier.last + 1 == later.first for earlier, later in pairwise(known))
    return Period(known[0].first, known[-1].last) if ends_meet else None
