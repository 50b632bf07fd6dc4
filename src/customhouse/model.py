"""The nouns: what a figure is about, the claim that states it, where it comes from, what was found.

Everything that customhouse says is a `Claim` or a `Finding`, and both lead back to origins.
The fields are those of the claim format (docs/reference/claims.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from functools import cache
from operator import attrgetter
from typing import Any, Literal, TypeVar

from customhouse.errors import ClaimFormatError, PeriodError
from customhouse.period import Period
from customhouse.quantity import Bound, Interval, Rounding, interval, printed_step

DIMENSIONS = ("flow", "partner", "commodity", "enterprise", "region", "regime", "transport", "reporter")
_ISO = 2
"""Parts of a code of ISO 3166-2: country and province."""
HOME = "CHN"
"""The reporter that is left out."""
SEASONALLY, BY_DAYS = "seasonally_adjusted", "working_day_adjusted"
ADJUSTED = (SEASONALLY, BY_DAYS)
"""Terms of figures that were adjusted: they are never those of the figures as they stand."""

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")
"""Of texts, of what is said of them, and of everything that is shown."""

_One = TypeVar("_One")

Dims = tuple[tuple[str, str | None], ...]
"""Dimensions that differ from a claim's own; `None` widens one to everything."""


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of trade. `None` means all of it (for `reporter`: China; for `flow`: not about a flow)."""

    flow: str | None = None
    partner: str | None = None
    commodity: str | None = None
    enterprise: str | None = None
    region: str | None = None
    regime: str | None = None
    transport: str | None = None
    reporter: str | None = None
    subject: str | None = None

    def given(self) -> dict[str, str]:
        """The dimensions that are set, without `subject`."""
        return {d: v for d in DIMENSIONS if (v := getattr(self, d)) is not None}

    def narrowing(self) -> tuple[str, ...]:
        """The dimensions that make it a part: all that are set but flow and reporter."""
        return tuple(d for d in self.given() if d not in ("flow", "reporter"))

    def widen(self, dims: Dims) -> Slice:
        """The slice with the named dimensions changed."""
        return changed(self, **dict(dims))


@dataclass(frozen=True, slots=True)
class Document:
    """A text as extracted; offsets of claims refer to `text`. `published` is a day or a month, or None."""

    name: str
    text: str
    source: str = ""
    published: str | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start` to `end` (code points, end left out) of a document, and those characters."""

    doc: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Derivation:
    """The rule and the claims that a figure was derived from, with the interval that they leave."""

    rule: str
    claims: tuple[Claim, ...]
    interval: Interval
    arithmetic: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """Codes of a table that were added up where it has neither a total nor, it seems, all of them.

    `axis` is what they are codes of (partner, hs6), `count` how many; of goods the chapters that they are in.
    """

    axis: str
    count: int
    chapters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CellOrigin:
    """Cells of a store: whose they are, the vintages that they stand in, how many were added up.

    `listed`: they are what the table lists and may not be all.
    """

    source: str
    vintages: tuple[int, ...]
    cells: int
    listed: Listed | None = None


Origin = Span | Derivation | CellOrigin


@dataclass(frozen=True, slots=True)
class Claim:
    """One figure: what it measures, of which slice of trade, in which period, and its origin.

    `value` is in base units (yuan, dollars, per cent, points, tonnes, pieces); `step` is the
    unit of the last printed digit in the same units.
    """

    measure: str
    value: float
    unit: str
    origin: Origin
    bound: Bound = "exact"
    of: str | None = None
    slice: Slice = Slice()
    period: Period | None = None
    base: Period | None = None
    whole: Dims | None = None
    against: Dims | None = None
    threshold: float | None = None
    factor: str | None = None
    status: str | None = None
    terms: str | None = None
    note: str | None = None
    step: float = 0.0

    @property
    def span(self) -> Span | None:
        """The place in a text, where it has one."""
        return self.origin if isinstance(self.origin, Span) else None

    def interval(self, rounding: Rounding = "half_up") -> Interval:
        """What the true figure may be."""
        if isinstance(self.origin, Derivation):
            return self.origin.interval
        if isinstance(self.origin, CellOrigin) and not self.step:
            return Interval(self.value, self.value)
        return interval(self.value, self.step, self.bound, rounding)

    def cells(self) -> Iterator[CellOrigin]:
        """The cells of statistics under it, however it was derived; none where it is of a text."""
        if isinstance(self.origin, CellOrigin):
            yield self.origin
        elif isinstance(self.origin, Derivation):
            for claim in self.origin.claims:
                yield from claim.cells()

    def to_dict(self) -> dict[str, Any]:
        """The claim as the claim format has it: only fields that are set, numbers without `.0`.

        The format knows regions by ISO 3166-2, to provinces. Of a text that tells of a city `region` is its
        province, and `place` the city.
        """
        row: dict[str, Any] = {}
        if isinstance(self.origin, Span):
            row |= {f.name: getattr(self.origin, f.name) for f in fields(Span)}
        row |= {"measure": self.measure, "of": self.of, "value": _plain(self.value), "unit": self.unit}
        row |= {"bound": self.bound} | self.slice.given() | {"subject": self.slice.subject}
        row |= {"period": _text(self.period), "base": _text(self.base)}
        row |= {"whole": self.whole and dict(self.whole), "against": self.against and dict(self.against)}
        row |= {n: getattr(self, n) for n in ("factor", "status", "terms", "note")}
        row["threshold"] = None if self.threshold is None else _plain(self.threshold)
        if row.get("reporter") == HOME:
            del row["reporter"]
        if self.span and (place := self.slice.region) and (region := province_of(place)) != place:
            row |= {"region": region, "place": place}
        return {k: v for k, v in row.items() if v is not None}

    @classmethod
    def from_dict(cls, row: dict[str, Any]) -> Claim:
        """A claim from one object of the claim format. Raises ClaimFormatError."""
        try:
            value, text = float(row["value"]), str(row.get("text", ""))
            span = Span(str(row["doc"]), int(row["start"]), int(row["end"]), text)
            return cls(
                measure=str(row["measure"]), value=value, unit=str(row.get("unit", "1")), origin=span,
                bound=row.get("bound", "exact"), of=row.get("of"),
                slice=_slice(row),
                period=_period(row.get("period")), base=_period(row.get("base")),
                whole=_dims(row.get("whole")), against=_dims(row.get("against")),
                threshold=row.get("threshold"), factor=row.get("factor"), status=row.get("status"),
                terms=row.get("terms"), note=row.get("note"), step=printed_step(text, value),
            )
        except (KeyError, TypeError, ValueError, PeriodError) as error:
            wrong = f"not a claim ({type(error).__name__}: {error}); see the claim format"
            raise ClaimFormatError(wrong) from error


FindingKind = Literal["contradiction", "revision", "caution"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What does not hold, or wants care: an irreducible set of claims and why, in both languages.

    `revision` findings are contradictions that vanish if a year-earlier base was revised by
    between `revision[0]` and `revision[1]` (fractions: -0.005 is down by 0.5%). `rounding` tells
    in which modes of rounding the finding stands (both, unless said otherwise). `mentions` has
    the other statements of the figures in `claims`.
    """

    kind: FindingKind
    code: str
    claims: tuple[Claim, ...]
    en: str
    zh: str
    rounding: tuple[Rounding, ...] = ("half_up", "truncate")
    revision: tuple[float, float] | None = None
    mentions: tuple[Claim, ...] = ()


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What reconciling claims gives: findings, most serious first, and derived claims."""

    findings: tuple[Finding, ...] = ()
    derived: tuple[Claim, ...] = ()


def changed(one: _One, **values: Any) -> _One:
    """A dataclass with some fields changed, as `dataclasses.replace` gives it in a third of its time."""
    kind: Any = type(one)
    names, read = _fields_of(kind)
    made: _One = kind(**(dict(zip(names, read(one), strict=True)) | values))
    return made


@cache
def _fields_of(kind: Any) -> tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]]]:
    """The names of the fields of a dataclass of several, and what reads them all."""
    names = tuple(field.name for field in fields(kind))
    return names, attrgetter(*names)


def _slice(row: dict[str, Any]) -> Slice:
    """The slice of an object of the claim format, of a city where it names one."""
    given = {d: row.get(d) for d in (*DIMENSIONS, "subject")}
    return Slice(**given | {"region": row.get("place") or row.get("region")})


def province_of(region: str) -> str:
    """The provinces of a region's codes, which those of cities begin with: `CN-GD-SZX` is in `CN-GD`."""
    return "+".join(sorted({"-".join(code.split("-")[:_ISO]) for code in region.split("+")}))


def _plain(value: float) -> float | int:
    return int(value) if value == int(value) and abs(value) < 1e17 else value


def _text(period: Period | None) -> str | None:
    return None if period is None else str(period)


def _period(text: str | None) -> Period | None:
    return None if text is None else Period.parse(text)


def _dims(row: dict[str, str | None] | None) -> Dims | None:
    return None if row is None else tuple(sorted(row.items()))
