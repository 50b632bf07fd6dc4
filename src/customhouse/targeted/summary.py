"""What an evaluation comes to, in sentences, and what has to be known before any of its figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isfinite

from customhouse.targeted.words import Printer
from customhouse.targeting.judging import Evaluation
from customhouse.targeting.judging.model import (
    DECLARED_DUTY,
    LAST_YEAR,
    RANDOM,
    TRADER_RATE,
    Difference,
    Judged,
    Origin,
    Top,
)

_MEASURED = {DECLARED_DUTY: "revenue_recall", TRADER_RATE: "recall", LAST_YEAR: "revenue_recall"}
"""What the summary compares each baseline by."""


def warnings(evaluation: Evaluation, language: str) -> tuple[str, ...]:
    """What has to be known before any figure, in sentences."""
    to, leak, data = Printer.of(evaluation, language), evaluation.leak, evaluation.data
    found = []
    if leak is not None and leak.leaks:
        found.append(to.word(
            "warn_leakage", columns=to.columns(leak.columns), auc=f"{leak.auc:.2f}", mark=to.mark,
            repeated=to.percent(leak.repeated, plain=True),
        ))  # fmt: skip
    if data.basis == "inspected":
        found.append(to.word("warn_inspected", known=to.count(data.known), count=to.count(data.count)))
    if data.simulated:
        found.append(to.word("warn_simulated"))
    return tuple(found)


def summary(evaluation: Evaluation, language: str) -> tuple[str, ...]:
    """What inspecting the top of the ranking finds, beside the baselines, for whom, and how fairly."""
    return tuple(_lines(evaluation, Printer.of(evaluation, language)))


def _lines(evaluation: Evaluation, to: Printer) -> Iterator[str]:
    ours = _top(evaluation.ours, evaluation.focus)
    data, basis = evaluation.data, evaluation.data.basis
    ending = {"all": "", "inspected": "_inspected"}.get(basis, "_part")
    yield to.word(
        f"sum_ours{ending}", share=to.share(ours.share), count=to.count(data.count),
        inspected=to.count(ours.inspected), known=to.count(ours.known), **_measures(ours, to),
    )  # fmt: skip
    by_name = {one.name: _top(one, evaluation.focus) for one in evaluation.rankings}
    yield to.word("sum_random", **_measures(by_name[RANDOM], to))
    for name, measure in _MEASURED.items():
        if name in by_name:
            told = measure if money(evaluation) else "recall"
            apart = _difference(evaluation, name, told)
            yield to.word(
                f"sum_{name}", verdict=to.word(_verdict(apart)), measure=to.word(f"measure_{told}"),
                difference=to.apart(apart.value, apart.low, apart.high), **_measures(by_name[name], to),
            )  # fmt: skip
    if basis == "all":
        yield _best(ours, to)
    if basis != "inspected":
        amount = to.word("with_recovered", n=to.yuan(data.revenue_cny.value)) if money(evaluation) else ""
        yield to.word(f"sum_rate{ending}", rate=to.figure(data.rate), recovered=amount)
    yield from _besides(evaluation, to)


def _besides(evaluation: Evaluation, to: Printer) -> Iterator[str]:
    """New traders, calibration, fairness: where they were judged."""
    by_code = {one.code: one for one in evaluation.groups if one.by == "seen"}
    if {"new", "seen"} <= by_code.keys():
        new, seen = by_code["new"], by_code["seen"]
        yield to.word(
            "sum_new", count=to.count(new.count), recall=to.percent(new.recall.value),
            other=to.percent(seen.recall.value),
        )  # fmt: skip
    if evaluation.calibration is not None:
        last, error = evaluation.calibration.rates[-1], 100 * evaluation.calibration.error
        yield to.word(
            "sum_calibration", error=to.word("points", n=f"{error:.1f}{to.mark}"),
            predicted=to.percent(last.predicted), observed=to.percent(last.observed),
        )  # fmt: skip
        yield from _expected(evaluation, to)
    if evaluation.fairness is not None:
        yield _fairly(evaluation.fairness.origins, to)


def _fairly(origins: Sequence[Origin], to: Printer) -> str:
    """How many origins depart from the others."""
    if len(origins) < 2:
        return to.word("sum_fairness_one")

    def told(departing: int) -> str:
        kind = {0: "none", 1: "one"}.get(departing, "many")
        return to.word(f"departing_{kind}", n=str(departing), mark=to.mark)

    return to.word(
        "sum_fairness", origins=str(len(origins)),
        departing=told(sum(one.selected.departs for one in origins)),
        false_positive=told(sum(one.false_positive.departs for one in origins)),
    )  # fmt: skip


def _expected(evaluation: Evaluation, to: Printer) -> Iterator[str]:
    """What the model expects to recover in all beside what there was, where that is known of all."""
    bins = evaluation.calibration.revenue if evaluation.calibration is not None else ()
    if bins and evaluation.data.basis == "all" and money(evaluation):
        expected = sum(one.count * one.expected for one in bins)
        found = to.yuan(evaluation.data.revenue_cny.value)
        yield to.word("sum_expected", expected=to.yuan(expected), found=found)


def money(evaluation: Evaluation) -> bool:
    """Whether there is revenue to be recovered at all."""
    return evaluation.data.revenue_cny.value > 0


def _best(ours: Top, to: Printer) -> str:
    there = isfinite(ours.best_revenue_recall)
    return to.word(
        "sum_best_revenue" if there else "sum_best", best=to.percent(ours.best_recall),
        of_recall=to.percent(ours.of_best("recall")), best_revenue=to.percent(ours.best_revenue_recall),
        of_revenue=to.percent(ours.of_best("revenue_recall")),
    )  # fmt: skip


def _measures(top: Top, to: Printer) -> dict[str, str]:
    """The measures of a top as places of a sentence; nothing of revenue where there is none."""
    amount = top.revenue_recall.value
    told = to.word("with_revenue", n=to.percent(amount)) if isfinite(amount) else ""
    rates = {name: to.percent(getattr(top, name).value) for name in ("precision", "recall")}
    return {"revenue": told, **rates}


def _difference(evaluation: Evaluation, name: str, measure: str) -> Difference:
    wanted = (name, evaluation.focus, measure)
    return next(one for one in evaluation.differences if (one.baseline, one.share, one.measure) == wanted)


def _verdict(one: Difference) -> str:
    if one.low != one.low:
        return "untested"
    return ("better" if one.value > 0 else "worse") if one.holds else "undecided"


def _top(one: Judged, share: float) -> Top:
    return next(top for top in one.tops if top.share == share)
