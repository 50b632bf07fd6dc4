"""Answers that name something: the largest partners, the goods that grew fastest, the best month."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from customhouse.ask.model import Refused, Wanted
from customhouse.ask.parting import Amounts, amounts, dimension_of
from customhouse.ask.working import Found, Worker, plain, slices
from customhouse.measures import Request
from customhouse.measures.ordering import peers
from customhouse.model import Claim, Slice
from customhouse.period import Period
from customhouse.query import Query
from customhouse.query.model import TIMES

SHOWN = 5
"""How many are listed where no number is asked for."""
SAID, MOST_SAID = 3, 10
"""How many of those are also said in prose, and at the most where a number is asked for."""
LEADERS = 20
"""Of how many, the largest, the growth is compared: among the smallest any rate may occur."""
_GROWN = ("fastest", "fallen")


def which(wanted: Wanted, worker: Worker) -> Found:
    """Which of an axis is first by value or growth, with those after it."""
    axis = wanted.axis or "partner"
    if axis in TIMES:
        return _when(wanted, axis, worker)
    part, period = slices(wanted.query)[0], wanted.query.cut()[0]
    sizes = amounts(part, axis, period, worker.statistics)
    if not sizes and worker.claim("value", part, period) is None:
        return Found(plain(wanted.query))  # nothing of it is there at all
    if not sizes:
        named = "goods" if axis.startswith("hs") else axis
        raise Refused(worker.fill("ask_no_axis", axis=worker.fill(f"ask_axis_{named}")))
    ordered = order(wanted, part, axis, period, sizes, worker)
    beyond = wanted.relation is not None or wanted.query.ask.threshold is not None
    if beyond:
        ordered = _beyond(wanted, part, axis, period, sizes, worker)
    chosen = ordered[: wanted.top or (len(ordered) if beyond else max(SHOWN, wanted.place))]
    found = _found(replace(wanted, order="beyond") if beyond else wanted, part, axis, chosen, worker)
    if wanted.relation is not None and wanted.query.ask.threshold is None:
        found.add(*worker.level(part, period))
    first = chosen[wanted.place - 1 : wanted.place] or chosen[:1]
    grown = beyond or wanted.order in _GROWN
    for code in list(dict.fromkeys((*first, *chosen)))[: min(wanted.top or SAID, MOST_SAID)]:
        one = replace(part, **{dimension_of(axis): code})
        placed: list[Claim | None] = []
        if not grown and (code in first or wanted.share):
            placed = worker.place(one, period, axis == "partner", dimension_of(axis))
        found.add(*worker.level(one, period), *placed)
    _note(found, replace(wanted, order=None) if beyond else wanted, axis, part, sizes, worker)
    return found


def order(
    wanted: Wanted, part: Slice, axis: str, period: Period, sizes: Amounts, worker: Worker
) -> list[str]:
    """The codes, the one asked for first: by value, or by growth among the largest."""
    largest = sorted(sizes, key=lambda code: (-sizes[code], code))
    if wanted.order == "smallest":
        return largest[::-1]
    if wanted.order not in _GROWN:
        return largest
    before = amounts(part, axis, period.year_earlier(), worker.statistics)
    grown = {code: sizes[code] / before[code] for code in largest[:LEADERS] if before.get(code)}
    if not grown:
        worker.claim("growth", part, period)
    return sorted(grown, key=lambda code: (grown[code], code), reverse=wanted.order == "fastest")


def _beyond(
    wanted: Wanted, part: Slice, axis: str, period: Period, sizes: Amounts, worker: Worker
) -> list[str]:
    """The codes that grew faster (or slower) than the whole; with a threshold, those above or below it."""
    before = amounts(part, axis, period.year_earlier(), worker.statistics)
    grown = {code: sizes[code] / before[code] for code in sizes if before.get(code)}
    ask = wanted.query.ask
    if ask.threshold is not None:
        least = Fraction(str(ask.threshold))
        of_growth = wanted.order in _GROWN or wanted.direction is not None
        values = {code: (rate - 1) * 100 for code, rate in grown.items()} if of_growth else sizes
        below = ask.below
    else:
        whole = worker.claim("growth", part, period)
        if whole is None:
            return []
        least, below = Fraction(whole.value) / 100 + 1, wanted.relation == "below"
        values = grown
    inside = [code for code in values if (values[code] < least if below else values[code] > least)]
    return sorted(inside, key=lambda code: (-values[code], code), reverse=below)


def _found(wanted: Wanted, part: Slice, axis: str, chosen: list[str], worker: Worker) -> Found:
    """The table of those that are shown, and the query that gives it."""
    dimension = dimension_of(axis)
    around = replace(part, **{dimension: None})
    each = tuple((d, codes) for d, codes in wanted.query.each if d != dimension)
    if (
        wanted.order in (None, "largest")
        and axis not in ("partner", "goods")
        and getattr(part, dimension) is None
    ):
        query = plain(wanted.query, around, each, by=(dimension,), top=len(chosen))
    elif len(chosen) == 1:
        query = plain(wanted.query, replace(part, **{dimension: chosen[0]}), each)
    else:
        query = plain(wanted.query, around, (*each, (dimension, tuple(chosen))))
    return Found(query, table=worker.table(query))


def _note(found: Found, wanted: Wanted, axis: str, part: Slice, sizes: Amounts, worker: Worker) -> None:
    """Among what was sought, and what else the word may mean."""
    if wanted.order in _GROWN and len(sizes) > LEADERS:
        found.notes.append(worker.fill("ask_among_largest", n=str(LEADERS)))
    if axis == "goods":
        found.notes.append(worker.fill("ask_main_goods"))
    if axis == "country" and part.partner is None:
        found.notes.append(worker.fill("ask_single_countries"))
    if axis == "partner" and part.partner is None and any(code in peers("partner") for code in sizes):
        found.notes.append(worker.fill("ask_with_blocs"))


def _when(wanted: Wanted, axis: str, worker: Worker) -> Found:
    """In which month, quarter or year a figure was highest or lowest."""
    query = wanted.query
    months = query.periods[0].months
    if not query.time:
        step = TIMES[axis]
        end = query.periods[-1].last
        whole = query.periods if months > step else (Period(end - max(12, step * 4) + 1, end),)
        query = replace(query, periods=whole, by=(axis, *query.by))
    query = plain(query, by=query.by)
    found = Found(query, table=worker.table(query))
    rows = [row for row in (found.table.figures if found.table else ()) if row.claim is not None]
    grown = wanted.order in _GROWN
    rows = [row for row in rows if not grown or isinstance(row.growth, Claim)]
    key = [(row.growth if grown else row.claim) for row in rows]
    ranked = sorted(
        zip(key, rows, strict=True),
        key=lambda pair: pair[0].value if isinstance(pair[0], Claim) else 0,
        reverse=wanted.order not in ("smallest", "fallen"),
    )
    for _, row in ranked[: wanted.top or 1]:
        found.add(row.claim, row.growth if isinstance(row.growth, Claim) else None)
    return found


def contributions(part: Slice, axis: str, period: Period, worker: Worker) -> dict[str, Fraction]:
    """The change of each part on a year earlier, by which the whole changed."""
    now, before = (amounts(part, axis, one, worker.statistics) for one in (period, period.year_earlier()))
    return {code: now.get(code, Fraction(0)) - before.get(code, Fraction(0)) for code in {*now, *before}}


def request(part: Slice, dimension: str, code: str, period: Period) -> Request:
    """The contribution of one part to the growth of the whole."""
    return Request(
        "contribution",
        replace(part, **{dimension: code}),
        period,
        whole=((dimension, getattr(part, dimension)),),
    )


def query_of(query: Query, dimension: str, codes: tuple[str, ...]) -> Query:
    """The contributions of parts as a query."""
    whole = ((dimension, getattr(query.slice, dimension)),)
    if len(codes) == 1:
        part = replace(query.slice, **{dimension: codes[0]})
        return plain(query, part, (), measure="contribution", whole=whole)
    return plain(query, each=((dimension, codes),), measure="contribution", whole=whole)
