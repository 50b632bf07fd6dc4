"""What a question said, put together to a query: measure, slice, whole, periods, axes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from customhouse.measures import Request, default_whole
from customhouse.model import DIMENSIONS, SEASONALLY, Dims, Slice
from customhouse.period import Period
from customhouse.query.model import PARTS, TIMES, Query, dimension_of, pieces
from customhouse.query.reasons import refused
from customhouse.query.said import Mention, Said
from customhouse.vocabulary.tables import returned_goods

ORDER = ("record", "streak", "rank", "gap", "contribution", "share_change", "change", "share", "multiple",
         "growth", "price", "quantity", "count", "value")
"""Of two measures named, the first here is about the other: growth of quantity, record of growth."""
OF_WHOLE = ("share", "share_change", "contribution", "rank", "gap")
"""Measures that set a part beside a whole, or a slice against another."""
_IMPLIED = {("contribution", "growth"), ("contribution", "change"), ("gap", "growth")}
_RATE = "share_of_change"
"""The share of a part in the change of the whole, which is its contribution in per cent."""
_FACTORS = {"price": "price", "quantity": "volume"}
"""What prices and quantities are called where they move growth."""
_SENSELESS = {("change", "share"), ("price", "quantity"), ("price", "count"), ("quantity", "count")}
_RECENT = {"month": 12, "quarter": 8, "half": 4, "year": 5, "ytd": 1}
"""How many of the latest periods a question is about that names none."""
_COPIED = ("threshold", "unit", "known", "base_known", "below", "window", "base", "factor", "terms")


Lists = tuple[tuple[str, tuple[str, ...]], ...]
"""Codes of dimensions that are asked for one by one."""


@dataclass(frozen=True, slots=True)
class _Sides:
    """The mentions of the part and those of what it is set beside."""

    part: list[Mention]
    whole: list[Mention]


def assemble(said: Said) -> Query:
    """The query that was put. Raises QueryError for what does not fit together."""
    _factor(said)
    measure, of = _measure(said)
    _adjusted(said, measure, of)
    if _RATE in said.measures or measure == "contribution" and "top" not in said.single:
        said.single.pop("side", None)  # what a part gave to a fall is its contribution all the same
    _step(said, measure)
    sides = _sides(said, measure)
    part, each = _dimensions(said, sides.part)
    around, _ = _dimensions(said, sides.whole, joined=True)
    kept = _kept(sides, each)
    part, whole = _whole(said, measure, part, {d: c for d, c in around.items() if d not in kept}, each, kept)
    _check_directions(said, part, each)
    whole = whole or _moved(said)
    reporter = said.single.get("reporter")
    given: dict[str, Any] = {name: said.single[name] for name in _COPIED if name in said.single}
    given |= {"against" if measure == "gap" else "whole": whole} if whole else {}
    ask = Request(measure, Slice(**part, reporter=reporter), None, of, **given)
    query = Query(
        ask, _periods(said), tuple(said.by), each, said.single.get("top"),
        bool(said.single.get("previous")), said.single.get("currency"), said.single.get("as_of"),
        said.single.get("base_known") == "latest", said.single.get("side"),
    )
    return _checked(query)


def _measure(said: Said) -> tuple[str, str | None]:
    """The measure and what it is of."""
    if _RATE in said.measures:
        if others := set(said.measures) - {_RATE, "value", "growth", "change", "contribution"}:
            raise refused("many_measures", measures=", ".join((_RATE, *sorted(others))))
        return "share", "change"
    named = sorted((m for m in said.measures if m != "value"), key=ORDER.index)
    counted = said.single.pop("counted", None)
    if len(named) > 2:
        raise refused("many_measures", measures=", ".join(named))
    if not named:
        compared = "previous" in said.single or "base" in said.single
        return ("growth" if compared and "value" not in said.measures else "value"), None
    if len(named) == 1:
        return named[0], counted
    if (named[0], named[1]) in _SENSELESS or counted:
        raise refused("no_such_pair", measure=named[0], of=named[1])
    return named[0], None if (named[0], named[1]) in _IMPLIED else named[1]


def _factor(said: Said) -> None:
    """A contribution of prices or quantities is what they gave to growth."""
    moved = [m for m in said.measures if m in _FACTORS]
    if "contribution" in said.measures and len(moved) == 1 and "factor" not in said.single:
        said.measures.remove(moved[0])
        said.single["factor"] = _FACTORS[moved[0]]


def _moved(said: Said) -> Dims | None:
    """`price contribution of crude oil to import growth`: the whole whose growth a part moved."""
    at = next((at for code, at in said.marks if code == "moved"), None)
    if "factor" not in said.single or at is None:
        return None
    named = {m.dimension for m in said.mentions if m.at < at} - {"flow"}
    return tuple((dimension, None) for dimension in sorted(named)) or None


def _adjusted(said: Said, measure: str, of: str | None) -> None:
    """What is freed of seasons is compared with the period before; what a factor gave is a contribution."""
    if "factor" in said.single and measure != "contribution":
        raise refused("factor_alone", measure=measure, factor=said.single["factor"])
    moves = "growth" in (measure, of) or measure in ("change", "multiple")
    if said.single.get("terms") == SEASONALLY and moves and "base" not in said.single:
        said.single.setdefault("previous", True)


def _step(said: Said, measure: str) -> None:
    """`month on month` and the steps of a streak are of single periods, also where a year is named."""
    step, axis = said.single.pop("step", None), next((a for a in said.by if a in TIMES), None)
    if measure == "streak" and axis in TIMES and axis != "ytd":
        said.by.remove(axis)
        periods = _periods(said) if said.periods else (_recent(said, axis),)
        said.periods = [pieces(periods[-1], axis)[-1]]
        return
    if step and axis not in (None, step):
        raise refused("step_and_axis", step=step, axis=axis)
    if step and axis is None and any(p.months != TIMES[step] for p in said.periods):
        said.axis(step)


def _sides(said: Said, measure: str) -> _Sides:
    """Part and whole by the words between them: `A in B`, `A's share of B`, and their like in Chinese."""
    named = said.mentions
    if measure not in OF_WHOLE:
        return _Sides(named, [])
    start, rated = said.measured_at or 0, _RATE in said.measures
    before = [m for m in named if m.at < start and m.dimension != "flow"]
    for code, at in sorted(said.marks, key=lambda mark: mark[1]):
        earlier = [m for m in named if m.at < at]
        later = [m for m in named if m.at > at]
        if not earlier or not (later or code == "moved"):
            continue
        if code == "zh_whole":
            return _Sides(later, earlier)
        inside = code == "in" and (before or any(m.at > start for m in earlier))
        if code == "moved" and "factor" not in said.single and (measure == "contribution" or rated):
            return _moving(named, earlier, [m for m in named if m.at >= at])
        if code in ("zh_part", "growth", "against") or inside or (code == "of" and before and at > start):
            return _Sides(earlier, later)
    flows = [m.at for m in named if m.dimension == "flow"]
    if (measure == "contribution" or rated) and flows and min(flows) < start < max(flows):
        return _Sides([m for m in named if m.at < start], [m for m in named if m.at > start])
    return _Sides(named, [])


def _moving(named: list[Mention], earlier: list[Mention], later: list[Mention]) -> _Sides:
    """A part of one dimension moves the growth of its flow as a whole, which goes without saying."""
    flows = {code for m in named if m.dimension == "flow" for code in m.codes}
    plain = len(flows) == 1 and len({m.dimension for m in earlier} - {"flow"}) == 1
    return _Sides(named, []) if plain and {m.dimension for m in later} == {"flow"} else _Sides(earlier, later)


def _dimensions(said: Said, mentions: list[Mention], joined: bool = False) -> tuple[dict[str, str], Lists]:
    """The code of each dimension, and the lists of codes that are asked for one by one."""
    found: dict[str, Mention] = {}
    for mention in mentions:
        other = found.setdefault(mention.dimension, mention)
        if other.codes != mention.codes:
            if mention.dimension != "flow":
                both = " and ".join((*other.codes, *mention.codes))
                raise refused("both_of_one", both=both, dimension=mention.dimension)
            codes = dict.fromkeys((*other.codes, *mention.codes))
            found["flow"] = Mention("flow", list(codes), other.at)
    single = {d: m.codes[0] for d, m in found.items() if len(m.codes) == 1}
    many = {d: m for d, m in found.items() if len(m.codes) > 1}
    together = {d for d, m in many.items() if joined or m.joined or said.together and d != "flow"}
    single |= {d: "+".join(sorted(set(many[d].codes))) for d in together}
    if "flow" in together or said.together and "flow" in many:
        many.pop("flow")
        single["flow"] = _added(found["flow"], together - {"flow"})
        together.discard("flow")
    apart = sorted(many.keys() - together, key=DIMENSIONS.index)
    return single, tuple((d, tuple(dict.fromkeys(many[d].codes))) for d in apart)


def _added(flows: Mention, together: set[str]) -> str:
    """Exports and imports together are trade; beside another list it is not told which of them is meant."""
    if set(flows.codes) != {"exports", "imports"} or together:
        raise refused("together_of_what")
    return "trade"


def _kept(sides: _Sides, each: Lists) -> set[str]:
    """The dimensions in which part and whole run over the same list, one by one."""
    lists = dict(each)
    same = (m for m in sides.whole if set(m.codes) == set(lists.get(m.dimension, ())))
    return {m.dimension for m in same if not m.joined}


def _whole(
    said: Said, measure: str, part: dict[str, str], around: dict[str, str],
    each: Lists, kept: set[str],
) -> tuple[dict[str, str], Dims | None]:
    """The slice of the part, and the dimensions in which the whole differs."""
    given = said.single.get("whole") or said.single.get("against")
    listed = {d for d, _ in each}
    full = around | part
    if "flow" not in full and "flow" not in listed:
        returned = returned_goods().get(full.get("regime", ""))
        full["flow"] = returned.within if returned else "trade"
    if measure not in OF_WHOLE:
        for name in ("whole", "against"):
            if name in said.single:
                raise refused("has_no_whole", name=name, measure=measure)
        return full, None
    own = (set(part) | listed) - {"flow"} - kept
    if around.get("flow", full.get("flow")) != full.get("flow"):
        own.add("flow")
    told = around or kept
    changed = {d: around.get(d) for d in own if d in listed or around.get(d) != part.get(d)} if told else {}
    changed |= dict.fromkeys(said.widened)
    dims: Dims | None = given or tuple(sorted(changed.items())) or None
    axes = {dimension_of(axis) for axis in said.by if axis in PARTS}
    if dims is None and axes and measure != "rank":
        dims = tuple(sorted((axis, None) for axis in axes))
    if dims is None and axes:
        dims = tuple((axis, None) for axis in sorted(axes)[:1])
    varied = {d: codes[0] for d, codes in each}
    clear = "factor" in said.single or measure == "gap"
    if dims is None and not clear and default_whole(Slice(**(full | varied))) is None:
        choices = ", ".join(sorted(own)) or "partner, commodity and the like"
        raise refused("which_whole", measure=measure, choices=choices)
    return full, dims


def _check_directions(said: Said, part: dict[str, str], each: Lists) -> None:
    flows = set(dict(each).get("flow", ())) | {part.get("flow", "")}
    for wrong, flow, right in (("from", "exports", "to"), ("to", "imports", "from")):
        if flows == {flow, ""} or flows == {flow}:
            bad = next((m for m in said.mentions if (wrong, m.at) in said.marks), None)
            if bad is not None:
                raise refused("wrong_direction", flow=flow, wrong=wrong, code=bad.codes[0], right=right)


def _periods(said: Said) -> tuple[Period, ...]:
    """The periods named, or the latest; cumulated ones begin in January."""
    axis = next((a for a in said.by if a in TIMES), None)
    periods = list(dict.fromkeys(said.periods)) or [_recent(said, axis)]
    if not said.to_date:
        return tuple(periods)
    if axis in (None, "ytd"):
        return tuple(Period(p.last // 12 * 12, p.last) for p in periods)
    if axis != "month":
        raise refused("to_date_by", axis=axis)
    said.by[said.by.index("month")] = "ytd"
    return tuple(periods)


def _recent(said: Said, axis: str | None) -> Period:
    if said.latest is None:
        raise refused("no_period")
    if axis is None:
        return Period(said.latest, said.latest)
    if axis == "ytd":
        return Period(said.latest // 12 * 12, said.latest)
    step = TIMES[axis]
    end = (said.latest + 1) // step * step - 1
    return Period(end - step * _RECENT[axis] + 1, end)


def _checked(query: Query) -> Query:
    """The query, where it can be answered. Raises QueryError."""
    _check_side(query)
    axes = [axis for axis in query.by if axis in TIMES]
    if len(axes) > 1:
        raise refused("many_times", axes=" and by ".join(axes))
    dimensions = [dimension_of(axis) for axis in query.by if axis in PARTS]
    for dimension, axis in zip(dimensions, (a for a in query.by if a in PARTS), strict=True):
        code = getattr(query.slice, dimension) or ""
        if dimensions.count(dimension) > 1 or dimension in dict(query.each):
            raise refused("varies_twice", axis=axis, dimension=dimension)
        if dimension == "commodity" and code and not (code.isdigit() and len(code) < int(axis[2:])):
            raise refused("no_shorter_code", axis=axis, code=code)
    if query.top and not dimensions:
        raise refused("top_of_what")
    if query.ask.base is not None and (query.previous or len(query.cut()) > 1):
        raise refused("base_and_series")
    if query.time:
        for period in query.periods:
            pieces(period, query.time)
    return query


def _check_side(query: Query) -> None:
    """Deficits and falls are figures below 0, which records, shares and thresholds would turn round."""
    counted = query.ask.measure not in ("growth", "change") or query.ask.of == "count"
    if query.side == "fall" and (counted or query.ask.threshold):
        raise refused("fall_of", measure=query.ask.measure)
    if query.side == "deficit" and (query.ask.measure not in ("value", "change") or query.ask.threshold):
        raise refused("deficit_of", measure=query.ask.measure)


def with_base(query: Query, period: Period) -> Request:
    """The request for one of the periods, with its base."""
    base = period.previous() if query.previous else query.ask.base
    return replace(query.ask, period=period, base=base)
