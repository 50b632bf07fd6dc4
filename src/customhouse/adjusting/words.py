"""An adjustment in words: its title, the tables of a terminal, and notes. Words are in adjust_words.csv."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import isfinite

from customhouse import describe
from customhouse.adjusting.model import Adjustment
from customhouse.interface import say
from customhouse.period import Period
from customhouse.query import describe as in_words
from customhouse.query import parse
from customhouse.release.charts_axis import Unit
from customhouse.release.tables_print import printed
from customhouse.seasons.adjusted import Note, Outlier
from customhouse.seasons.combine import Composed, Quality
from customhouse.seasons.diagnostics import rows as diagnostic_rows

Table = tuple[tuple[str, ...], tuple[str, ...], tuple[tuple[str, ...], ...]]
"""Codes of the columns, headings, rows."""
MONTHS = 13
CODES = ("period", "original", "on_year", "per_day", "adjusted", "on_previous")
_MINUS = "\N{MINUS SIGN}"


def word(code: str, language: str, **places: object) -> str:
    """A word with its `{places}` filled. Raises VocabularyError for a code or language that it lacks."""
    return say("adjust_words", code, language, **places)


def known(code: str) -> bool:
    """Whether there is a word of this code."""
    return code in describe.words("adjust_words")


def name(one: Adjustment, language: str) -> str:
    """What the series is of, without its period."""
    return in_words(one.query, language) if one.query is not None else named(one.name, language, False)


def named(text: str, language: str, question: bool) -> str:
    """The name of a series in words: a flow, a question to a store (which its words give again), a column."""
    if describe.known(text):
        return describe.name(text, language, "flow")
    return in_words(replace(parse(text, {}, 0), periods=()), language) if question else text


def title(one: Adjustment, language: str) -> str:
    """What the series is of, its months, and its unit."""
    what, unit = name(one, language), unit_of(one, language).words
    span = describe.period_words(one.period, language)
    return describe.word("separator", language).join(filter(None, (what, span, unit)))


def unit_of(one: Adjustment, language: str) -> Unit:
    """What the figures of a series are printed in."""
    currency = one.unit if len(one.unit) == 3 and one.unit.isupper() else ""
    unit = "" if currency or not one.unit else describe.name(one.unit, language, "count")
    return Unit.of(list(one.result.original.values), language, currency, unit)


def table(one: Adjustment, language: str = "en", months: int = MONTHS) -> Table:
    """The last months: as they are and adjusted, with growth; January and February also as one."""
    unit, last = unit_of(one, language), one.period.last
    shown = range(max(one.period.first, last - months + 1), last + 1)
    rows = [_row(one, period, unit, language) for month in shown for period in _periods(month, one)]
    return CODES, tuple(word(f"column_{code}", language) for code in CODES), tuple(rows)


def two_months(one: Adjustment, language: str = "en", years: int = 10) -> Table:
    """January and February as one, of the last years."""
    unit = unit_of(one, language)
    rows = [_row(one, two.period, unit, language) for two in one.two_months[-years:]]
    return CODES, tuple(word(f"column_{code}", language) for code in CODES), tuple(rows)


def quality(composed: Composed, language: str = "en") -> Table:
    """Direct and indirect adjustment beside each other: their last growth, roughness, revisions."""
    ways = [way for way in ("direct", "indirect") if way in composed.quality]
    codes = ("figure", *ways)
    last = word("quality_last", language, period=_period(composed.original.period.last, language))
    rows = [(last, *(_rate(_last(composed, way)) for way in ways))] + [
        (word(f"quality_{code}", language), *(_plain(getattr(composed.quality[way], code)) for way in ways))
        for code in Quality.__dataclass_fields__ if _asked(composed, code)
    ]  # fmt: skip
    rows = rows if any(rows[0][1:]) else rows[1:]
    return codes, tuple(word(f"column_{code}", language) for code in codes), tuple(rows)


def composed_title(one: Adjustment, composed: Composed, language: str) -> str:
    """Which sum was adjusted by its parts, and how far apart the two ways are."""
    asked = one.query is not None
    signs = {key: "+" if sign > 0 else _MINUS for key, sign in composed.signs.items()}
    parts = " ".join(f"{signs[key]} {named(key, language, asked)}" for key in composed.parts)
    parts = parts.removeprefix("+ ")
    text = word("composed", language, name=named(composed.name, language, False), parts=parts)
    apart = [abs(float(d)) for d in composed.difference if isfinite(d)]
    if not apart:
        return text
    mean = sum(apart) / len(apart)
    return text + word("composed_apart", language, mean=f"{mean:.2f}", most=f"{max(apart):.2f}")


def diagnostics(one: Adjustment, language: str = "en") -> Table:
    """The diagnostics of an adjustment that are worth a reader's time, with their limits and verdicts."""
    codes = ("diagnostic", "value", "limit", "verdict")
    rows = tuple(
        (row.label(language), f"{row.value:.4g}", _limit(row.code), row.said(language))
        for row in diagnostic_rows(one.result) if row.verdict
    )
    return codes, tuple(word(f"column_{code}", language) for code in codes), rows


def _limit(code: str) -> str:
    """The limit of good values of a diagnostic."""
    limits = describe.words("season_diagnostics")[code]
    return f"{'<' if limits['better'] == 'low' else '>'} {limits['good']}"


def notes(one: Adjustment, language: str = "en") -> list[str]:
    """By what method and model, with what calendar effects and outliers, and what to be careful with."""
    result = one.result
    told = [word(f"method_{_way(one)}", language, model=result.model).strip()]
    if result.windows:
        effects = [word("window", language, festival=word(f"festival_{festival}", language), before=w.before,
                        during=w.lengths[1], after=w.after) for festival, w in result.windows.items()]
        told.append(word("windows", language, windows=_listed(effects, language)))
    if result.outliers:
        told.append(word("outliers", language, outliers=_listed(
            [_outlier(o, language) for o in result.outliers], language)))
    return [*told, *(note(n, language) for n in result.notes)]


def note(one: Note, language: str) -> str:
    """A note of an adjustment in words; its code and values where there are none for it."""
    code, values = f"note_{one.code}", dict(one.values)
    if known(f"festival_{values.get('festival')}"):
        values["festival"] = word(f"festival_{values['festival']}", language)
    if known(code):
        return word(code, language, **values)
    return f"{one.code}: " + ", ".join(f"{key} {value}" for key, value in one.values.items())


def _way(one: Adjustment) -> str:
    if one.result.method == "stl":
        return "stl"
    return "indirect" if one.result.model == "" and one.composed else one.settings.method


def _periods(month: int, one: Adjustment) -> Iterator[Period]:
    yield Period(month, month)
    if month % 12 == 1 and month - 1 >= one.period.first:
        yield Period(month - 1, month)


def _row(one: Adjustment, period: Period, unit: Unit, language: str) -> tuple[str, ...]:
    original, adjusted = one.months(period)
    earlier, before = one.months(period.year_earlier())[0], one.months(period.previous())[1]
    return (
        describe.period_words(period, language), unit.digits(original) + _mark(one, period),
        _rate(one.on_year(period)) or _change(original - earlier, unit), _rate(one.per_day(period)),
        unit.digits(adjusted), _rate(one.on_previous(period)) or _change(adjusted - before, unit),
    )  # fmt: skip


def _mark(one: Adjustment, period: Period) -> str:
    """A star at a month that was not published by itself."""
    return word("split_mark", "en") if period.months == 1 and period.first in one.split else ""


def _change(difference: float, unit: Unit) -> str:
    """The change in the unit, where there is no growth since the base is not above 0."""
    if not isfinite(difference):
        return ""
    return ("+" if difference > 0 else "") + unit.digits(difference)


def _rate(number: float) -> str:
    """Per cent to one decimal with its sign; nothing where there is none."""
    if not isfinite(number):
        return ""
    text = printed(number, 0, 1)
    return f"{'+' if number > 0 and text != '0.0' else ''}{text}%"


def _plain(number: float) -> str:
    return f"{number:,.2f}" if isfinite(number) else ""


def _last(composed: Composed, way: str) -> float:
    rates = composed.growth() if way == "indirect" or composed.direct is None else composed.direct.growth()
    return float(rates[-1])


def _asked(composed: Composed, code: str) -> bool:
    return any(isfinite(getattr(one, code)) for one in composed.quality.values())


def _period(month: int, language: str) -> str:
    return describe.period_words(Period(month, month), language)


def _outlier(one: Outlier, language: str) -> str:
    kind, month = word(f"outlier_{one.kind}", language), _period(one.month, language)
    return word("outlier", language, kind=kind, month=month, t=f"{one.t:.1f}".replace("-", _MINUS))


def _listed(parts: Sequence[str], language: str) -> str:
    return describe.word("separator", language).join(parts)
