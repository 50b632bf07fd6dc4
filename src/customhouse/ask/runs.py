"""Answers about many periods: for how long something has risen, and whether it is a record."""

from __future__ import annotations

from dataclasses import replace

from customhouse.ask.model import Wanted
from customhouse.ask.working import Found, Worker, plain, slices
from customhouse.measures import Request
from customhouse.measures.request import LENGTHS
from customhouse.model import Claim, Slice
from customhouse.period import Period
from customhouse.query.model import TIMES


def streak(wanted: Wanted, worker: Worker) -> Found:
    """For how many months (or quarters, years) up to the last one it has grown or fallen."""
    query, part = wanted.query, slices(wanted.query)[0]
    every = TIMES.get(query.time or "month", 1)
    end = query.periods[-1]
    period = Period(end.last - every + 1, end.last)
    below = wanted.direction == "down"
    least = query.ask.threshold if not query.ask.below else None
    of = None if least is not None else "growth"
    asked = Request(
        "streak", part, period, of=of, every=every, below=below and of is not None, threshold=least
    )
    counted = worker.ask(asked)
    found = Found(plain(query, by=(_axis(every),)))
    found.query = replace(found.query, periods=(_stretch(period, every, worker),))
    found.table = worker.table(found.query)
    growth = worker.claim(of or "value", part, period)
    if counted is not None and counted.value >= 1:
        found.add(counted)
        found.falling += [counted] if below else []
        if counted.interval().high > 10**6:
            found.notes.append(worker.fill("ask_streak_open"))
    elif growth is not None:
        found.truth = False
        code = "above" if least is not None else "down" if below else "up"
        found.lead = worker.fill(f"ask_no_streak_{code}")
    found.add(growth)
    return found


def _axis(every: int) -> str:
    return next(axis for axis, months in TIMES.items() if months == every)


def _stretch(period: Period, every: int, worker: Worker) -> Period:
    """A year up to the last period, or as much of it as the statistics have."""
    months = worker.statistics.months()
    first = max(months[0], period.last - max(12, 4 * every) + 1)
    first += -first % every
    return Period(min(first, period.first), period.last)


def record(wanted: Wanted, worker: Worker) -> Found:
    """Whether it is the highest of all periods, or of the same months of every year."""
    query, part = wanted.query, slices(wanted.query)[0]
    period = query.cut()[-1]
    below = wanted.order == "smallest"
    of = query.ask.of or (query.ask.measure if query.ask.measure in ("growth", "share", "quantity") else None)
    found = Found(plain(query), table=worker.table(plain(query)))
    found.add(*worker.level(part, period))
    if period.months not in LENGTHS:
        return found
    asked = Request("record", part, period, of=of, below=below)
    claims = [worker.ask(replace(asked, window="all")), worker.ask(asked)]
    if any(claim is not None for claim in claims):
        worker.missing = [one for one in worker.missing if one[1].code != "earlier"]
    best = next((claim for claim in claims if claim is not None and claim.value), None)
    known = [claim for claim in claims if claim is not None]
    found.truth = None if not known else best is not None
    if found.truth is not None:
        found.lead = worker.fill("ask_yes" if found.truth else "ask_no")
    _supported(found, best, known, part, worker)
    found.notes.append(worker.fill("ask_record_window", first=_first(worker)))
    return found


def _supported(found: Found, best: Claim | None, known: list[Claim], part: Slice, worker: Worker) -> None:
    """The record as a claim, or the period that was higher."""
    if best is not None:
        found.groups[-1:] = [[*found.groups[-1], best]] if found.groups else [[best]]
    elif known and known[0].base is not None:
        found.add(*worker.level(part, known[0].base))


def _first(worker: Worker) -> str:
    from customhouse.describe import period_words

    first = worker.statistics.months()[0]
    return period_words(Period(first, first), worker.language)
