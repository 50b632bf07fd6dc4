"""A series in words: its title with the unit, and the cells of a printed table, all in that unit."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal

from customhouse.describe import SIGNED, fill, known, name, period_words, rule_name, word
from customhouse.model import Derivation
from customhouse.period import Period
from customhouse.quantity import Interval
from customhouse.query import describe
from customhouse.query.model import Query
from customhouse.series.model import Point, Revision, Series, Source
from customhouse.series.wanted import RATES

Table = tuple[tuple[str, ...], tuple[str, ...], tuple[tuple[str, ...], ...]]
"""Codes of the columns, headings, rows."""
_CODES = (
    "period", "figure", "interval", "status", "sources", "first_published", "latest_published", "revision",
)
_SOURCE_CODES = ("period", "figure", "interval", "kind", "source", "known_on", "vintage", "role")
_MOST = 9


@dataclass(frozen=True, slots=True)
class Scale:
    """The power of ten that the figures of a series are printed in, and its unit in words.

    `least` is the step of the sixth digit of the largest figure: exact figures are printed to it.
    """

    power: int
    unit: str
    signed: bool
    least: float
    language: str

    @classmethod
    def of(cls, series: Series, language: str) -> Scale:
        """The largest power that has a word and that the largest figure reaches."""
        values = [abs(p.value) for p in series.points if p.value is not None]
        size = max(values, default=0.0) if series.unit not in ("%", "pp") else 0.0
        powers = (10**n for n in range(15, 0, -1))
        power = next((p for p in powers if size >= p and _word_of(p, language)), 1)
        scaled = "" if power == 1 else fill(f"scale_{power}", language, n="")
        unit = _unit(series.unit, scaled, language).strip()
        least = 10.0 ** (math.floor(math.log10(max(values))) - 5) if any(values) else 0.0
        return cls(power, unit, series.ask.measure in SIGNED, least, language)

    def number(self, value: float, step: float = 0.0, rounding: str = ROUND_HALF_EVEN) -> str:
        """A number to the digits of a step (six digits if 0), with a sign where the measure has one."""
        scaled = Decimal(f"{value:.12g}") / self.power
        decimals = _decimals(scaled, step / self.power)
        shown = scaled.quantize(Decimal(1).scaleb(-decimals), rounding)
        text = f"{abs(shown):,f}" if abs(shown) >= 10_000 else f"{abs(shown):f}"
        sign = "\N{MINUS SIGN}" if shown < 0 else "+" if self.signed and shown > 0 else ""
        return sign + text

    def interval(self, ends: Interval | None) -> str:
        """An interval in brackets, its ends rounded outward; nothing where it is as good as a point."""
        if ends is None or ends.high - ends.low <= self.least:
            return ""
        width = ends.high - ends.low
        step = 10.0 ** (math.floor(math.log10(width)) - 1) if math.isfinite(width) else 0.0
        low = self.number(ends.low, step, ROUND_FLOOR) if math.isfinite(ends.low) else ""
        high = self.number(ends.high, step, ROUND_CEILING) if math.isfinite(ends.high) else ""
        opening = "(" if ends.open_low or not low else "["
        closing = ")" if ends.open_high or not high else "]"
        return f"{opening}{low}, {high}{closing}"

    def source(self, source: Source) -> str:
        """The figure of a source as it was printed, or the middle of what was derived."""
        claim = source.claim
        if isinstance(claim.origin, Derivation):
            return self.best(claim.value, source.interval)
        size = self.number(claim.value, claim.step)
        return size if claim.bound == "exact" else fill(f"bound_{claim.bound}", self.language, n=size)

    def best(self, value: float, interval: Interval | None) -> str:
        """A figure with the digits that its interval warrants."""
        width = interval.high - interval.low if interval else 0.0
        if not self.least < width < math.inf:
            return self.number(value, 0.0 if value == int(value) and self.power == 1 else self.least)
        step = 10.0 ** math.floor(math.log10(width))
        return self.number(round(value / step) * step, step)


def _word_of(power: int, language: str) -> bool:
    return known(f"scale_{power}") and bool(word(f"scale_{power}", language))


def _unit(unit: str, scaled: str, language: str) -> str:
    """The words of a unit after a scale: `trillion yuan`, `enterprises`."""
    counted = name(unit, language, "count")
    unnamed = "unit_unknown" if counted == unit.replace("_", " ") else "unit_counted"
    form = word(f"unit_{unit}" if known(f"unit_{unit}") else unnamed, language).rpartition("|")[2]
    return form.replace("{n}", scaled).replace("{unit}", counted)


def _decimals(scaled: Decimal, step: float) -> int:
    """How many decimals to print: those of the step, else enough for six digits."""
    if step > 0:
        return min(max(0, -math.floor(math.log10(step) + 1e-9)), _MOST)
    digits = Decimal(f"{scaled:.6g}").normalize().as_tuple().exponent
    return max(0, -digits) if isinstance(digits, int) else 0


def asked(series: Series, language: str) -> str:
    """What the series is of: `exports to ASEAN by month 2024`."""
    periods = [point.period for point in series.points]
    span = (Period(periods[0].first, periods[-1].last),) if periods else ()
    return describe(Query(series.ask, span, (series.by,)), language)


def title(series: Series, language: str) -> str:
    """What the series is of, and its unit: `exports to ASEAN by month 2024, billion yuan`."""
    unit = Scale.of(series, language).unit
    parts = [asked(series, language), *([unit] if unit and series.points else [])]
    return word("separator", language).join(parts)


def table(series: Series, language: str = "en") -> Table:
    """One row a period; a stretch of periods of which nothing is known is one row."""
    headings = tuple(word(f"column_{code}", language) for code in _CODES)
    scale, found, gap = Scale.of(series, language), list[tuple[str, ...]](), list[Point]()
    for point in (*series.points, None):
        if point is not None and point.status == "missing" and not point.sources:
            gap.append(point)
            continue
        if gap:
            found.append(_gap_row(gap, language))
            gap = []
        if point is not None:
            found.append(_row(scale, point, series.ask.measure in RATES))
    return _CODES, headings, tuple(found)


def source_table(series: Series, language: str = "en") -> Table:
    """One row a source of each period, in the order in which they were known."""
    headings = tuple(word(f"column_{code}", language) for code in _SOURCE_CODES)
    scale = Scale.of(series, language)
    rows = tuple(_source_row(scale, p, s) for p in series.points for s in p.sources)
    return _SOURCE_CODES, headings, rows


def notes(series: Series, language: str = "en") -> list[str]:
    """What conflicts are about, and which figures are in other units."""
    told = [
        fill("colon", language, what=period_words(p.period, language),
             figure=p.finding.zh if language == "zh" else p.finding.en)
        for p in series.points if p.finding is not None
    ]
    if series.others:
        units = word("separator", language).join(f"{unit} ({n})" for unit, n in series.others.items())
        told.append(fill("series_others", language, units=units))
    return told


def _gap_row(gap: list[Point], language: str) -> tuple[str, ...]:
    first, last = (period_words(p.period, language) for p in (gap[0], gap[-1]))
    if len(gap) == 1:
        return (first, "", "", word("series_missing", language), "", "", "", "")
    span = fill("range", language, low=first, high=last)
    return (span, "", "", fill("series_gap", language, n=str(len(gap))), "", "", "", "")


def _row(scale: Scale, point: Point, rate: bool) -> tuple[str, ...]:
    return (
        period_words(point.period, scale.language),
        "" if point.value is None else scale.best(point.value, point.interval),
        scale.interval(point.interval),
        _status(point, scale.language),
        str(sum(source.role == "counts" for source in point.sources) or ""),
        _published(scale, point.first),
        _published(scale, point.latest) if point.latest is not point.first else "",
        _revised(point.revision, rate, scale.language),
    )


def _status(point: Point, language: str) -> str:
    """The status, with what explains a conflict or by what rule a gap was filled."""
    said = word(f"series_{point.status}", language)
    derived = next((s for s in point.sources if s.kind == "derived"), None)
    if point.explained:
        why = word(f"series_by_{point.explained}", language)
    elif point.rounding == "truncate":
        why = word("series_by_truncation", language)
    elif point.status == "derived" and derived is not None:
        why = _rule(derived, language)
    else:
        return said
    return fill("series_explained", language, status=said, why=why)


def _rule(source: Source, language: str) -> str:
    return rule_name(getattr(source.claim.origin, "rule", ""), language)


def _published(scale: Scale, source: Source | None) -> str:
    if source is None:
        return ""
    said = scale.source(source)
    if source.known_on is None:
        return said
    return fill("series_dated", scale.language, figure=said, day=str(source.known_on))


def _revised(revision: Revision | None, rate: bool, language: str) -> str:
    if revision is None:
        return ""
    low, high = (f"{end:+.2g}".replace("-", "\N{MINUS SIGN}") for end in (revision.low, revision.high))
    said = low if low == high else fill("range", language, low=low, high=high)
    return word(f"unit_{'pp' if rate else '%'}", language).rpartition("|")[2].replace("{n}", said)


def _source_row(scale: Scale, point: Point, source: Source) -> tuple[str, ...]:
    language, span = scale.language, source.claim.span
    kind = _rule(source, language) if source.kind == "derived" else word(f"series_{source.kind}", language)
    return (
        period_words(point.period, language), scale.source(source), scale.interval(source.interval), kind,
        f"{source.place}:{span.start}" if span else source.place, str(source.known_on or ""),
        "" if source.vintage is None else str(source.vintage), word(f"series_role_{source.role}", language),
    )
