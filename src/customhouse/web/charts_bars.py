"""Charts of parts: ranked bars, contributions to growth, shares of a whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from customhouse.describe import period_words
from customhouse.release import charts_theme as theme
from customhouse.release.labels import label
from customhouse.web import charts_views as views
from customhouse.web.charts_model import Cell, Chart, Mark, Scale, rate
from customhouse.web.words import fill, word


def ranked(code: str, title: str, marks: Sequence[Mark], language: str) -> Chart | None:
    """Bars in the order of `marks`, coloured by whether they grew where that is known; None without any."""
    there = [mark for mark in marks if mark.claim is not None]
    if not there:
        return None
    kinds = {
        label("legend_up", language): theme.UP, label("legend_down", language): theme.DOWN,
        label("legend_unknown", language): theme.UNKNOWN,
    }  # fmt: skip
    names = list(kinds)
    if all(mark.rate is None for mark in there):
        kinds = {names[2]: theme.EXPORTS}
    return _bars(code, title, there, [names[_kind(mark)] for mark in there], kinds, language)


def contributions(code: str, title: str, marks: Sequence[Mark], language: str) -> Chart | None:
    """Bars to both sides of zero, in the order of `marks`; None without any."""
    there = [mark for mark in marks if mark.claim is not None]
    if not there:
        return None
    kinds = {label("legend_adds", language): theme.UP, label("legend_takes", language): theme.DOWN}
    names = list(kinds)
    signs = [names[mark.claim.value < 0] for mark in there if mark.claim]
    return _bars(code, title, there, signs, kinds, language)


def shares(
    code: str, title: str, groups: Mapping[str, Sequence[Mark]], language: str,
    colours: Mapping[str, str] | None = None,
) -> Chart | None:  # fmt: skip
    """One bar a group, parted by the shares of its marks; None without any.

    The claims are levels of one unit, none below zero; shares are of their sum in the group, so that
    the marks are to be the parts of a whole, what is left over among them.
    """
    there = {name: [m for m in marks if m.claim and m.claim.value > 0] for name, marks in groups.items()}
    every = [mark for marks in there.values() for mark in marks]
    if not every:
        return None
    scale = Scale.of([mark.claim for mark in every if mark.claim], language, spread=True)
    named = {name: marks for name, marks in there.items() if marks}
    rows = [row for at, name in enumerate(named) for row in _segments(at, name, named[name], scale)]
    kinds = dict.fromkeys(mark.name for mark in every)
    shown = {kind: (colours or {}).get(kind, views.PALETTE[at % len(views.PALETTE)])
             for at, kind in enumerate(kinds)}  # fmt: skip
    note = _note(scale, every, language, shares=True)
    first = rows[0]["name"]
    told = [f"{row['kind']} {row['text']}" for row in rows if row["name"] == first]
    text = fill("chart_shares_text", language, title=title, note=note, name=first,
                figures=word("separator", language).join(told))  # fmt: skip
    heads = (word("chart_part_of", language), word("chart_part", language),
             _headed(scale, language), word("chart_share_head", language))  # fmt: skip
    cells = tuple(_segment_cells(row, mark, scale) for row, mark in zip(rows, every, strict=True))
    spec = views.specification(rows, views.shares(rows, len(named), shown))
    legend = tuple((colour, kind) for kind, colour in shown.items())
    return Chart(code, title, note, text, spec, legend, heads, cells, language, words=2)


def _segments(at: int, name: str, marks: Sequence[Mark], scale: Scale) -> list[dict[str, Any]]:
    total = sum(mark.claim.value for mark in marks if mark.claim)
    rows, low = [], 0.0
    for mark in marks:
        assert mark.claim
        share = mark.claim.value / total * 100
        text = f"{share:.1f}%"
        rows.append({
            "at": at, "name": name, "kind": mark.name,
            "low": low, "high": low + share, "middle": low + share / 2,
            "text": text, "tip": "\n".join((name, f"{mark.name}\t{text}", scale.amount(mark.claim))),
        })  # fmt: skip
        low += share
    return rows


def _segment_cells(row: Mapping[str, Any], mark: Mark, scale: Scale) -> tuple[Cell, ...]:
    assert mark.claim
    share = str(row["text"]).removesuffix("%")
    return Cell(row["name"]), Cell(mark.name, mark.address), Cell(scale.digits(mark.claim)), Cell(share)


def _kind(mark: Mark) -> int:
    if mark.rate is None:
        return 2
    return 0 if mark.rate.value >= 0 else 1


def _bars(
    code: str, title: str, marks: Sequence[Mark], kinds: Sequence[str], colours: Mapping[str, str],
    language: str,
) -> Chart:  # fmt: skip
    """Bars with their figures and, where there is one, their growth."""
    scale = Scale.of([mark.claim for mark in marks if mark.claim], language, spread=True)
    rows = [
        {"at": at, "name": mark.name, "value": scale.plotted(mark.claim), "kind": kind,
         "text": _short(mark, scale), "tip": _tip(mark, scale, language),
         **({"address": mark.address} if mark.address else {})}
        for at, (mark, kind) in enumerate(zip(marks, kinds, strict=True))
    ]  # fmt: skip
    shown = {name: colour for name, colour in colours.items() if name in kinds}
    note = _note(scale, marks, language)
    largest = max(marks, key=lambda mark: abs(mark.claim.value) if mark.claim else 0.0)
    text = fill("chart_ranked_text", language, title=title, note=note, name=largest.name,
                value=scale.told(largest))  # fmt: skip
    legend = tuple((colour, name) for name, colour in shown.items()) if len(shown) > 1 else ()
    spec = views.specification(rows, views.bars(rows, shown))
    return Chart(code, title, note, text, spec, legend, *_table(marks, scale, language), language)


def _tip(mark: Mark, scale: Scale, language: str) -> str:
    """What a row says when it is pointed at: name, period and figure, growth and what that is on."""
    assert mark.claim
    lines = [mark.name, f"{period_words(mark.when, language)}\t{scale.amount(mark.claim)}"]
    if mark.rate:
        lines.append(f"{scale.on(mark)}\t{rate(mark.rate)}%")
    return "\n".join(lines)


def _short(mark: Mark, scale: Scale) -> str:
    """The figure without its unit, with its growth."""
    assert mark.claim
    digits = f"{scale.digits(mark.claim)}%" if mark.claim.unit == "%" else scale.digits(mark.claim)
    if mark.rate is None or scale.signed:
        return digits
    return label("bar_grown", scale.language, n=digits, growth=rate(mark.rate))


def _note(scale: Scale, marks: Sequence[Mark], language: str, shares: bool = False) -> str:
    """Unit and period; the period alone where the figures need no unit beside them."""
    periods = {mark.when for mark in marks}
    when = period_words(periods.pop(), language) if len(periods) == 1 else ""
    parts = [word("chart_share", language) if shares else scale.words.strip("%"), when]
    return word("separator", language).join(part for part in parts if part)


def _headed(scale: Scale, language: str) -> str:
    """The heading of a column of figures: their unit."""
    return scale.words or word("figure", language)


def _table(
    marks: Sequence[Mark], scale: Scale, language: str
) -> tuple[tuple[str, ...], tuple[tuple[Cell, ...], ...]]:
    grown = any(mark.rate for mark in marks) and not scale.signed
    heads = [word("chart_part", language), _headed(scale, language)]
    if grown:
        heads.append(word("chart_growth_head", language))
    rows = []
    for mark in marks:
        assert mark.claim
        cells = [Cell(mark.name, mark.address), Cell(scale.digits(mark.claim))]
        if grown:
            cells.append(Cell(rate(mark.rate) if mark.rate else word("chart_dots", language)))
        rows.append(tuple(cells))
    return tuple(heads), tuple(rows)
