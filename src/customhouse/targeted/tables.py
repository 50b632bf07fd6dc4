"""Tables of an evaluation in either language: figures with their intervals, warnings, notes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from customhouse.targeted.summary import money, summary, warnings
from customhouse.targeted.words import Printer
from customhouse.targeting.judging import Evaluation
from customhouse.targeting.judging.model import MEASURES, Difference, Fair, Figure, Group, Origin, Top

if TYPE_CHECKING:
    from customhouse.targeting.watched import Watched

GROUPED = ("office", "trusted", "seen")
_STAR = "*"
_MONEY = ("revenue_recall", "best_revenue_recall", "own_revenue_recall", "revenue_cny")
"""Columns that are left out where there is no revenue to be recovered."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table in words: `code` names it; its first column tells what a row is about.

    `warnings` hold for every figure in it, `notes` explain. `strong` are the cells (row, column) whose
    figures depart from others by more than chance gives; their text ends in a star.
    """

    code: str
    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    warnings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    strong: frozenset[tuple[int, int]] = frozenset()


def text(evaluation: Evaluation, language: str = "en", seen: Watched | None = None) -> tuple[Table, ...]:
    """The tables of an evaluation, the summary first: a table without heads, a sentence a row.

    `seen` is what a log's decisions found over time, whose alarms come last. Raises OutputError for a
    language other than en and zh.
    """
    from customhouse.targeted.alarms import alarms  # which makes a table of this module's

    to = Printer.of(evaluation, language)
    told = tuple((line,) for line in summary(evaluation, language))
    first = Table("summary", to.word("summary"), (), told, warnings(evaluation, language))
    found = None if seen is None else alarms(seen, to, warnings(evaluation, language))
    return (first, *tables(evaluation, language), *([found] if found else ()))


def tables(evaluation: Evaluation, language: str = "en") -> tuple[Table, ...]:
    """The tables without the summary, those that have something to show."""
    to = Printer.of(evaluation, language)
    makers: list[Callable[[Evaluation, Printer], Table | None]] = [
        _tops, _differences, _calibration, _amounts, *(_grouped(by) for by in GROUPED), _fairness, _found,
        _data,
    ]  # fmt: skip
    return tuple(table for make in makers if (table := make(evaluation, to)) is not None)


def _table(
    code: str, columns: tuple[str, ...], rows: Sequence[tuple[str, ...]], evaluation: Evaluation, to: Printer,
    notes: tuple[str, ...] = (), title: str = "",
) -> Table:  # fmt: skip
    """A table, its stars taken for strong cells."""
    heads = tuple(to.word(f"col_{column}") for column in columns)
    short = tuple(to.word(f"warn_{one}_short") for one in evaluation.warnings)
    marked = tuple(f"{to.mark} {one}".strip() if n == 0 else one for n, one in enumerate(short))
    strong = frozenset(
        (r, c) for r, row in enumerate(rows) for c, cell in enumerate(row) if cell.endswith(_STAR)
    )
    whole = Table(code, title or to.word(f"table_{code}"), heads, tuple(rows), marked, notes, strong)
    return whole if money(evaluation) else _without(whole, [one not in _MONEY for one in columns])


def _without(table: Table, kept: list[bool]) -> Table:
    """A table without some of its columns."""
    places = {old: new for new, old in enumerate(n for n, keep in enumerate(kept) if keep)}
    heads, *rows = (tuple(row[n] for n in places) for row in (table.heads, *table.rows))
    strong = frozenset((row, places[column]) for row, column in table.strong if column in places)
    return replace(table, heads=heads, rows=tuple(rows), strong=strong)


def _tops(evaluation: Evaluation, to: Printer) -> Table:
    best = evaluation.data.basis == "all"
    rows = [
        (to.word(f"ranking_{one.name}"), *_top(top, to, best))
        for one in evaluation.rankings for top in one.tops
    ]  # fmt: skip
    of_best = ("best_precision", "best_revenue_recall") if best else ()
    columns = ("ranking", "share", "inspected", *(() if best else ("known",)), *MEASURES, *of_best)
    notes = (_intervals(evaluation, to), to.word("note_ties"), to.word("note_baselines"))
    about = (to.word("note_best"),) if best else _partly(evaluation, to)
    return _table("tops", columns, rows, evaluation, to, (*notes, *about))


def _top(top: Top, to: Printer, best: bool) -> Iterator[str]:
    yield to.share(top.share)
    yield from (to.count(one) for one in (top.inspected, *(() if best else (top.known,))))
    yield from (to.figure(getattr(top, measure)) for measure in MEASURES)
    if best:
        yield from (to.percent(top.of_best(measure)) for measure in ("precision", "revenue_recall"))


def _differences(evaluation: Evaluation, to: Printer) -> Table | None:
    found: dict[tuple[str, float], dict[str, Difference]] = {}
    for one in evaluation.differences:
        found.setdefault((one.baseline, one.share), {})[one.measure] = one
    rows = [
        (to.word(f"ranking_{name}"), to.share(share), *(_difference(by[measure], to) for measure in MEASURES))
        for (name, share), by in found.items()
    ]
    notes = (to.word("note_differences"), to.word("note_holds"))
    return _table("differences", ("other", "share", *MEASURES), rows, evaluation, to, notes) if rows else None


def _difference(one: Difference, to: Printer) -> str:
    return to.points(one.value, one.low, one.high) + (f" {_STAR}" if one.holds else "")


def _calibration(evaluation: Evaluation, to: Printer) -> Table | None:
    found = evaluation.calibration
    if found is None:
        return None
    rows = [
        (to.count(one.count), to.percent(one.predicted),
         to.figure(_figure(one.observed, one.interval))) for one in found.rates
    ]  # fmt: skip
    skill = to.percent(found.skill)
    note = to.word("note_calibration", brier=f"{found.brier:.4f}{to.mark}", skill=skill)
    return _table("calibration", ("bin", "predicted", "observed"), rows, evaluation, to, (note,))


def _amounts(evaluation: Evaluation, to: Printer) -> Table | None:
    if evaluation.calibration is None or not evaluation.calibration.revenue:
        return None
    rows = []
    for one in evaluation.calibration.revenue:
        found = to.amount(one.found.value)
        if one.found.low == one.found.low:
            low, high = (f"{end:,.0f}" for end in (one.found.low, one.found.high))
            found = to.word("figure", value=found, low=low, high=high)
        rows.append((to.count(one.count), to.amount(one.expected), found))
    return _table("amounts", ("bin", "expected_cny", "found_cny"), rows, evaluation, to)


def _grouped(by: str) -> Callable[[Evaluation, Printer], Table | None]:
    return lambda evaluation, to: _groups(by, evaluation, to)


def _groups(by: str, evaluation: Evaluation, to: Printer) -> Table | None:
    found = [one for one in evaluation.groups if one.by == by]
    if not found:
        return None
    rows = [_group(one, to) for one in found]
    columns = (by, "inspected", "rate", "selected", *MEASURES, "own_precision", "own_revenue_recall", "auc")
    pooled = [to.word("note_pooled", codes=to.listed(one.pooled)) for one in found if one.pooled]
    notes = (to.word("note_groups"), *pooled)
    title = to.word(f"table_{by}", share=to.share(evaluation.focus))
    return _table(by, columns, rows, evaluation, to, notes, title)


def _group(one: Group, to: Printer) -> tuple[str, ...]:
    measures = (to.figure(getattr(one, measure)) for measure in MEASURES)
    own = (to.percent(one.own_precision), to.percent(one.own_revenue_recall))
    name = to.group(one.by, one.code, len(one.pooled))
    return (name, to.count(one.count), to.percent(one.rate), to.percent(one.selected), *measures, *own,
            to.number(one.auc))  # fmt: skip


def _fairness(evaluation: Evaluation, to: Printer) -> Table | None:
    found = evaluation.fairness
    if found is None:
        return None
    rows = [_origin(one, to) for one in (found.whole, *found.origins)]
    columns = ("origin", "inspected", "of_value", "rate", "selected", "ratio", "precision", "false_positive",
               "recall")  # fmt: skip
    pooled = [one.pooled for one in found.origins if one.pooled]
    few = str(found.fewest)
    told = [to.word("note_fair_pooled", fewest=few, codes=_origins(codes, to)) for codes in pooled]
    notes = (to.word("note_fair_what"), to.word("note_fair_not"), *told)
    title = to.word("table_fairness", share=to.share(found.share))
    return _table("fairness", columns, rows, evaluation, to, notes, title)


def _origin(one: Origin, to: Printer) -> tuple[str, ...]:
    name = to.group("origin", one.code, len(one.pooled)) if one.code else to.word("all_origins")
    value = to.percent(one.value_share, plain=True)
    rates = [_rate(rate, to) for rate in (one.selected, one.precision, one.false_positive, one.recall)]
    return (name, to.count(one.count), value, to.percent(one.fraud_rate), rates[0],
            to.ratio(one.selected.ratio), *rates[1:])  # fmt: skip


def _origins(codes: Sequence[str], to: Printer) -> str:
    return to.listed(to.group("origin", one, 0) for one in codes)


def _rate(one: Fair, to: Printer) -> str:
    return to.figure(_figure(one.rate, (one.low, one.high))) + (f" {_STAR}" if one.departs else "")


def _found(evaluation: Evaluation, to: Printer) -> Table | None:
    if not evaluation.found:
        return None
    rows = [
        (to.word(f"basis_{one.basis}"), to.count(one.inspected), to.count(one.frauds), to.figure(one.rate),
         to.amount(one.revenue_cny)) for one in evaluation.found
    ]  # fmt: skip
    columns = ("basis", "inspected", "frauds", "precision", "revenue_cny")
    return _table("found", columns, rows, evaluation, to, (to.word("note_found"),))


def _data(evaluation: Evaluation, to: Printer) -> Table:
    data, leak = evaluation.data, evaluation.leak
    days = to.word("to", low=data.first.isoformat(), high=data.last.isoformat())
    told = to.word("data_unchecked") if leak is None else to.word(
        "data_leak_figure", auc=f"{leak.auc:.2f}", columns=to.columns(leak.columns)
    )  # fmt: skip
    rows = [
        ("count", to.count(data.count)), ("period", days), ("traders", to.count(data.traders)),
        ("known", to.count(data.known)), ("rate", to.figure(data.rate)),
        ("revenue", to.yuan(data.revenue_cny.value)), ("value", to.yuan(data.value_cny)), ("leak", told),
    ]  # fmt: skip
    named = [(to.word(f"data_{code}"), figure) for code, figure in rows]
    aside = [(to.word(f"aside_{reason}"), to.count(number)) for reason, number in data.set_aside]
    return _table("data", ("what", "figure"), [*named, *aside], evaluation, to, _partly(evaluation, to))


def _intervals(evaluation: Evaluation, to: Printer) -> str:
    return to.word("note_interval", samples=str(evaluation.data.samples))


def _partly(evaluation: Evaluation, to: Printer) -> tuple[str, ...]:
    """How known outcomes stand for the others."""
    basis = evaluation.data.basis
    return (to.word(f"note_{basis}"),) if basis in ("known", "draws") else ()


def _figure(value: float, interval: tuple[float, float]) -> Figure:
    return Figure(value, *interval)
