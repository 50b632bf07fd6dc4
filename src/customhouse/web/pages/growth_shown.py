"""What the page about growth shows: charts, tables and words of prices and of seasons, in one language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import nan

from customhouse.describe import period_words
from customhouse.period import Period
from customhouse.release import charts_theme as theme
from customhouse.release.charts_axis import Unit, rate
from customhouse.release.charts_factors import parts_of, signed
from customhouse.release.charts_seasons import COLOURS, LINES, STYLES
from customhouse.release.labels import label
from customhouse.web.charts_factors import seasonal, waterfall
from customhouse.web.charts_figures import Line, Look, figures_over_time
from customhouse.web.charts_model import Chart
from customhouse.web.growth_model import Days, Decomposed, Indexed, Note, Numbers, Prices, Season
from customhouse.web.words import fill, known, word

GRADES = "ABCD"
_INDEX = Unit(0, 1, "")
_POINTS = 2


@dataclass(frozen=True, slots=True)
class Factor:
    """A part of growth: its name, its points with a sign, what it is, and which way it goes."""

    name: str
    points: str
    meaning: str
    way: str


@dataclass(frozen=True, slots=True)
class Made:
    """What growth is made of: the headline, the waterfall, its parts, how far it is to be trusted."""

    headline: str
    chart: Chart
    factors: tuple[Factor, ...]
    growth: str
    grade: str
    trust: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PricesShown:
    """The part of the page about prices; what is lacking in `lacking`, as errors say it."""

    made: Made | None
    index: Chart | None
    head: tuple[str, ...]
    months: tuple[tuple[str, ...], ...]
    lacking: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SeasonShown:
    """The part of the page about seasons."""

    charts: tuple[Chart, ...]
    notes: tuple[str, ...]
    heads: tuple[str, ...]
    diagnostics: tuple[tuple[str, ...], ...]
    lacking: tuple[str, ...]


def prices_shown(found: Prices, language: str) -> PricesShown:
    """What growth is made of, prices and volumes by month."""
    made = None if found.decomposed is None else _made(found.decomposed, language)
    head, rows = _index_table(found, language)
    return PricesShown(
        made, _index_chart(found, language), head, rows, tuple(note.text for note in found.lacking)
    )


def _made(found: Decomposed, language: str) -> Made:
    days = found.days.points if isinstance(found.days, Days) else None
    parts = parts_of(dict(found.points), days)
    note = fill("growth_on", language, period=period_words(found.period, language),
                base=period_words(found.base, language))  # fmt: skip
    chart = waterfall("factors", word("growth_chart", language), parts, language, note)
    factors = tuple(
        Factor(part.named(language), signed(part.points), word(f"growth_means_{part.code}", language),
               "up" if part.points > 0 else "down" if part.points < 0 else "")
        for part in parts
    )  # fmt: skip
    growth = f"{rate(found.growth)}%"
    largest = max(parts, key=lambda part: abs(part.points))
    headline = fill("growth_headline", language, growth=growth, name=largest.named(language),
                    points=signed(largest.points))  # fmt: skip
    trust, notes = _trust(found, language), _notes(found, language)
    return Made(headline, chart, factors, growth, found.grade, trust, notes)


def _trust(found: Decomposed, language: str) -> tuple[tuple[str, str], ...]:
    """Coverage, estimated quantities and working days, as labels and words."""
    told = [("growth_coverage", _share(found.coverage))]
    told += [("growth_imputed", _share(found.imputed))] if found.imputed else []
    if isinstance(found.days, Days):
        days = fill("growth_days_told", language, now=found.days.now, before=found.days.before,
                    per_day=rate(found.days.per_day))  # fmt: skip
        told += [("growth_days", days)]
    return tuple((word(code, language), text) for code, text in told)


def _notes(found: Decomposed, language: str) -> tuple[str, ...]:
    notes = [word("growth_bias", language)]
    if not isinstance(found.days, Days):
        return (*notes, fill("growth_days_lacking", language, why=found.days.text))
    notes.append(word(f"growth_days_{found.days.method}", language))
    if found.days.error is not None:
        notes[-1] = fill(f"growth_days_{found.days.method}", language, error=f"{found.days.error:.2f}")
    return tuple(notes)


def _index_chart(found: Prices, language: str) -> Chart | None:
    lines = [
        Line(word(f"growth_{what}", language), _by_month(found.months, what), colour, style)
        for what, colour, style in (
            ("price", theme.IMPORTS, {}), ("volume", theme.EXPORTS, {}),
            ("value", theme.UNKNOWN, {"strokeWidth": 1.5}),
        )
    ]  # fmt: skip
    title = word(f"growth_index_{found.by}", language)
    return figures_over_time("indices", title, lines, Look(_INDEX), language)


def _by_month(months: tuple[Indexed, ...], what: str) -> Mapping[Period, float]:
    return {
        Period(one.month, one.month): figure for one in months if (figure := getattr(one, what)) is not None
    }


def _index_table(found: Prices, language: str) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """A row a month: price, volume, value, coverage, grade; what is lacking as dots."""
    heads = ("growth_month", "growth_price", "growth_volume", "growth_value", "growth_coverage_head",
             "growth_grade")  # fmt: skip
    dots = word("chart_dots", language)
    rows = tuple(
        (period_words(Period(one.month, one.month), language),
         *(dots if n is None else _INDEX.digits(n) for n in (one.price, one.volume, one.value)),
         dots if one.coverage is None or one.price is None else _share(one.coverage), one.grade or dots)
        for one in reversed(found.months)
    )  # fmt: skip
    there = rows if any(one.price is not None for one in found.months) else ()
    return tuple(word(code, language) for code in heads), there


def season_shown(found: Season, language: str) -> SeasonShown:
    """The series before and after adjustment, its season, growth on the month before, diagnostics."""
    lacking = tuple(_lack(note, language) for note in found.lacking)
    if not found.adjusted:
        return SeasonShown((), (), (), (), lacking)
    charts = (_adjusted_chart(found, language), _monthly_chart(found, language), _si_chart(found, language))
    told = next(one for one in found.told if one.language == language)
    return SeasonShown(
        tuple(chart for chart in charts if chart), told.notes, told.heads, told.diagnostics, lacking
    )


def _lack(note: Note, language: str) -> str:
    return fill(note.code, language, **dict(note.values)) if known(note.code) else note.text


def _adjusted_chart(found: Season, language: str) -> Chart | None:
    series = {"original": found.original, "adjusted": found.adjusted, "trend": found.trend}
    unit = Unit.of([one for one in found.original if one is not None], language, found.currency)
    lines = [
        Line(_capital(label(f"line_{line}", language), language), _months(found.first, series[line]),
             COLOURS[line], STYLES[line])
        for line in LINES
    ]  # fmt: skip
    ringed = {Period(month, month): kind for month, kind in found.outliers}
    title = word("season_chart", language)
    return figures_over_time("adjusted", title, lines, Look(unit, ringed=ringed), language)


def _monthly_chart(found: Season, language: str) -> Chart | None:
    """Growth on the month before of the last three years, January and February as one."""
    figures = dict(_months(found.first, found.growth))
    for first, grown in found.together:
        figures.pop(Period(first, first), None)
        figures.pop(Period(first + 1, first + 1), None)
        figures[Period(first, first + 1)] = grown
    last = max((period.last for period in figures), default=0)
    recent = {period: grown for period, grown in figures.items() if period.first > last - 36}
    line = Line(word("season_growth", language), recent)
    look = Look(Unit(0, 1, "%"), rates=True, columns=True)
    return figures_over_time("monthly", word("season_monthly", language), [line], look, language)


def _si_chart(found: Season, language: str) -> Chart:
    ratios, factors = ([nan if one is None else one for one in line] for line in (found.si, found.seasonal))
    money = "" if found.multiplicative else found.currency
    return seasonal("si", word("season_si", language), found.months, ratios, factors, language, money)


def _months(first: int, numbers: Numbers) -> Mapping[Period, float]:
    return {Period(first + at, first + at): one for at, one in enumerate(numbers) if one is not None}


def _capital(text: str, language: str) -> str:
    return text[:1].upper() + text[1:] if language == "en" else text


def _share(part: float) -> str:
    return f"{100 * part:.1f}%"
