"""Random claims that the claim format allows, for the round trip through prose."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from random import Random

from customhouse.model import CellOrigin, Claim, Slice
from customhouse.period import Period
from customhouse.quantity import Bound
from customhouse.vocabulary import entries, members, words
from customhouse.vocabulary.tables import DIMENSION_LISTS

ORIGIN = CellOrigin("random", (1,), 1)
FLOWS = ("exports", "imports", "trade", "balance")
NARROWING = ("partner", "commodity", "enterprise", "region", "regime", "transport")
UNSAID = {"partner": {"CHN", "WLD"}, "region": {"CN-HK", "CN-MO", "CN-TW"}}
"""Codes that are no part of China's trade: itself, the world, and regions that are its partners."""
PIECES = words("goods_counts")
COUNTED = tuple(e.code for e in entries("counts") if e.code not in PIECES)
MONEY = ("CNY", "CNY", "CNY", "USD", "USD", *(e.code for e in entries("units") if e.kind == "money"))
MASSES = tuple(e.code for e in entries("units") if e.kind == "mass")
MEASURES = ("value", "quantity", "price", "growth", "change", "share", "share_change", "gap", "contribution",
            "count", "rank", "streak", "record", "multiple", "index", "direction")


@cache
def codes(dim: str) -> tuple[str, ...]:
    table = next(table for table, kind in DIMENSION_LISTS.items() if kind == dim)
    return tuple(e.code for e in entries(table) if e.code not in UNSAID.get(dim, ()))


@cache
def countries() -> tuple[str, ...]:
    return tuple(e.code for e in entries("partners") if e.row["kind"] == "country" and e.code != "CHN")


def code_of(random: Random, dim: str) -> str:
    """A code of a dimension; at times several joined with `+`, or all but one."""
    draw = random.random()
    if draw < 0.1:
        plain = [c for c in codes(dim) if "+" not in c]
        return "+".join(sorted(random.sample(plain, random.randint(2, 4))))
    code = random.choice(codes(dim))
    return f"!{code}" if draw < 0.16 and dim in ("partner", "commodity") else code


def slice_of(random: Random, flows: tuple[str, ...] = FLOWS, least: int = 0, most: int = 3) -> Slice:
    dims = random.sample(NARROWING, random.randint(least, most))
    reporter = random.choice(countries()) if random.random() < 0.1 else None
    if reporter:
        dims = [d for d in dims if d != "region"] or ["partner"] * min(least, 1)
    found = {dim: code_of(random, dim) for dim in dims}
    while reporter and reporter in found.get("partner", ""):
        found["partner"] = code_of(random, "partner")
    return Slice(flow=random.choice(flows), reporter=reporter, **found)


def period_of(random: Random) -> Period:
    year = random.randint(2001, 2026)
    match random.randrange(8):
        case 0 | 1:
            first = random.randint(1, 12)
            return Period.of(year, first, first)
        case 2:
            quarter = random.randrange(4)
            return Period.of(year, quarter * 3 + 1, quarter * 3 + 3)
        case 3:
            return Period.of(year, *random.choice([(1, 6), (7, 12)]))
        case 4:
            return Period.of(year)
        case 5:
            return Period.of(year, 1, random.randint(2, 11))
        case 6:
            first = random.randint(1, 11)
            return Period.of(year, first, random.randint(first + 1, 12))
        case _:
            first = Period.of(year, 1, 1).first
            if random.random() < 0.5:
                return Period(first, first + 12 * random.randint(2, 6) - 1)
            begin = first + random.randint(1, 11)
            return Period(begin, begin + random.randint(12, 20))


def base_of(random: Random, period: Period) -> Period | None:
    """A base that is not the year before: the months before, or the same months of an earlier year."""
    draw = random.random()
    if draw < 0.6:
        return None
    if draw < 0.75 and period.previous() != period.year_earlier():
        return period.previous()
    return period.shift(-12 * random.randint(2, 6))


def number_of(random: Random, low: int = -1, high: int = 13) -> float:
    """A number of one to five digits, from 10**low to 10**high."""
    figures = random.randint(1, 5)
    number = random.randint(1, 10**figures - 1)
    return float(f"{number}e{random.randint(low, high - figures)}")


def rate_of(random: Random) -> float:
    tenths, hundredths = random.randint(1, 999) / 10, random.randint(1, 9999) / 100
    return random.choice([tenths, float(random.randint(1, 120)), hundredths])


def bound_of(random: Random) -> Bound:
    choices: list[Bound] = ["exact", "exact", "exact", "exact", "over", "under", "about"]
    return random.choice(choices)


def claim_of(random: Random, measure: str) -> Claim:
    """A random claim of a measure, as the format allows it."""
    claim = _MAKERS[measure](random, period_of(random))
    undated = random.random() < 0.04 and not claim.base and measure not in ("multiple", "streak")
    return replace(claim, period=None) if undated else claim


def sign(random: Random) -> int:
    return random.choice([1, 1, -1])


def _claim(measure: str, value: float, unit: str, part: Slice, period: Period, **more: object) -> Claim:
    return Claim(measure, value, unit, ORIGIN, slice=part, period=period, **more)  # type: ignore[arg-type]


def _value(random: Random, period: Period) -> Claim:
    part = slice_of(random)
    value = number_of(random) * (sign(random) if part.flow == "balance" else 1)
    return _claim("value", value, random.choice(MONEY), part, period, bound=bound_of(random))


def _goods(random: Random) -> Slice:
    part = slice_of(random, FLOWS[:3], 0, 2)
    return replace(part, commodity=part.commodity or code_of(random, "commodity"))


def _quantity(random: Random, period: Period) -> Claim:
    pieces = random.random() < 0.3
    value = float(random.randint(2, 90000)) if pieces else number_of(random, 0, 10)
    unit = random.choice(PIECES if pieces else MASSES)
    return _claim("quantity", value, unit, _goods(random), period, bound=bound_of(random))


def _price(random: Random, period: Period) -> Claim:
    return _claim("price", number_of(random, 0, 6), random.choice(MONEY), _goods(random), period,
                  bound=bound_of(random))


def _of(random: Random, *others: str) -> str | None:
    return random.choice(others) if random.random() < 0.4 else None


def _about(random: Random, of: str | None) -> Slice:
    """A slice that has a figure of the measure: traders have a flow, goods a quantity and a price."""
    if of in ("quantity", "price"):
        return _goods(random)
    return slice_of(random, FLOWS[:3] if of == "count" else FLOWS)


def _adjusted(random: Random, period: Period) -> Claim:
    """Growth of values freed of seasons on the month before, or of working days on a year earlier."""
    seasonal = period.months in (1, 3) and random.random() < 0.7
    base = period.previous() if seasonal else None
    terms = "seasonally_adjusted" if seasonal else "working_day_adjusted"
    part = slice_of(random, FLOWS[:3])
    return _claim("growth", rate_of(random) * sign(random), "%", part, period, base=base,
                  bound=bound_of(random), terms=terms)


def _growth(random: Random, period: Period) -> Claim:
    if random.random() < 0.15:
        return _adjusted(random, period)
    of = _of(random, "quantity", "price", "count")
    flat = random.random() < 0.03
    return _claim("growth", 0.0 if flat else rate_of(random) * sign(random), "%", _about(random, of), period,
                  of=of, base=base_of(random, period), bound="about" if flat else bound_of(random))


def _change(random: Random, period: Period) -> Claim:
    of = _of(random, "quantity", "price", "count", "growth")
    value, unit = {
        None: (number_of(random), random.choice(MONEY)),
        "price": (number_of(random, 0, 6), random.choice(MONEY)),
        "quantity": (number_of(random, 0, 10), random.choice(MASSES)),
        "count": (float(random.randint(2, 90000)), random.choice(COUNTED)), "growth": (rate_of(random), "pp"),
    }[of]
    return _claim("change", value * sign(random), unit, _about(random, of), period, of=of,
                  base=base_of(random, period), bound=bound_of(random))


def _wider(random: Random, dim: str, code: str) -> str | None:
    """A bloc that a country is in, or everything."""
    if dim == "partner" and random.random() < 0.3:
        blocs = [b for b in ("ASEAN", "EU", "RCEP", "AFRICA") if code in members(b, 2025 * 12)]
        return random.choice(blocs) if blocs else None
    return None


def _dropped(random: Random, part: Slice) -> tuple[tuple[str, str | None], ...] | None:
    """What the whole of a part drops: some or all of its dimensions."""
    narrowing = part.narrowing()
    if len(narrowing) < 2:
        return None
    dims = random.sample(narrowing, random.randint(1, len(narrowing)))
    given = part.given()
    return tuple(sorted((dim, _wider(random, dim, given[dim])) for dim in dims))


def _share(random: Random, period: Period) -> Claim:
    of = _of(random, "quantity", "count", "change")
    part = _about(random, of)
    if not part.narrowing() and random.random() < 0.7:
        part = slice_of(random, FLOWS[:3], 1, 3)
    whole = _dropped(random, part)
    if whole and part.flow in ("exports", "imports") and random.random() < 0.15:
        whole = tuple(sorted({**dict(whole), "flow": "trade"}.items()))
    if of is None and not part.narrowing() and part.flow in ("exports", "imports") and part.reporter is None:
        whole = (("reporter", "WLD"),)
    return _claim("share", min(rate_of(random), 99.9), "%", part, period, of=of, whole=whole,
                  bound=bound_of(random))


def _share_change(random: Random, period: Period) -> Claim:
    of = _of(random, "quantity", "count")
    part = slice_of(random, FLOWS[:3], 1, 3)
    return _claim("share_change", rate_of(random) * sign(random), "pp", part, period, of=of,
                  base=base_of(random, period), bound=bound_of(random))


def _gap(random: Random, period: Period) -> Claim:
    part = slice_of(random, FLOWS, 1, 3)
    dims = random.sample(part.narrowing(), random.randint(1, len(part.narrowing()))) or ["flow"]
    against: dict[str, str | None] = dict.fromkeys(dims)
    if random.random() < 0.2:
        dim = random.choice(part.narrowing())
        other = code_of(random, dim)
        if other != part.given()[dim]:
            against = {dim: other}
    if part.flow in ("exports", "imports") and random.random() < 0.15:
        against["flow"] = "trade"
    of = "share" if random.random() < 0.15 and part.flow != "balance" else None
    return _claim("gap", rate_of(random) * sign(random), "pp", part, period, of=of,
                  against=tuple(sorted(against.items())), bound=bound_of(random))


WAYS = {"entry": (1,), "exit": (-1,)}
"""The ways that factors can move growth: goods newly traded can only raise it."""
FACTORS = ("price", "volume", "working_days", "exchange_rate", "entry", "exit")


def _factor(random: Random, period: Period) -> Claim:
    """What prices and the like gave to the growth of a slice, or a part's prices to that of its whole."""
    factor = random.choice(FACTORS)
    value = rate_of(random) * random.choice(WAYS.get(factor, (1, -1)))
    part = slice_of(random, FLOWS[:3], 0, 3)
    plain = part.narrowing() in (("commodity",), ("partner",))
    whole = ((part.narrowing()[0], None),) if plain and factor in ("price", "volume") else None
    whole = whole if random.random() < 0.5 else None
    return _claim("contribution", value, "pp", part, period, bound=bound_of(random), factor=factor,
                  whole=whole)


def _contribution(random: Random, period: Period) -> Claim:
    if random.random() < 0.4:
        return _factor(random, period)
    part = slice_of(random, FLOWS[:3], 1, 3)
    return _claim("contribution", rate_of(random) * sign(random), "pp", part, period, bound=bound_of(random))


def _count(random: Random, period: Period) -> Claim:
    number, part = float(random.randint(2, 90000)), slice_of(random, FLOWS[:3])
    registered = not (part.regime or part.reporter) and part.narrowing() not in ((), ("region",))
    if registered and random.random() < 0.2:
        part = replace(part, flow=None)
    return _claim("count", number, random.choice(COUNTED), part, period, bound=bound_of(random))


def _rank(random: Random, period: Period) -> Claim:
    of = _of(random, "growth", "quantity", "count")
    part = slice_of(random, FLOWS, 1, 3) if of in (None, "growth") else _about(random, of)
    return _claim("rank", float(random.randint(1, 30)), "rank", part, period, of=of)


def _streak(random: Random, period: Period) -> Claim:
    unit, number = random.choice([1, 3, 12]), random.randint(2, 20)
    end = Period.of(random.randint(2010, 2026)).first + unit * random.randint(1, 12 // unit) - 1
    of = random.choice(["growth", "growth", None, None, "quantity"])
    threshold = None if of == "growth" else number_of(random, 4, 13)
    return _claim("streak", float(number), "period", _about(random, of),
                  Period(end - unit * number + 1, end), of=of, threshold=threshold)


def _record(random: Random, period: Period) -> Claim:
    of = _of(random, "growth", "count", "quantity", "share", "price")
    part = slice_of(random, FLOWS[:3], 1, 3) if of == "share" else _about(random, of)
    return _claim("record", 1.0, "1", part, period, of=of)


def _multiple(random: Random, period: Period) -> Claim:
    of = _of(random, "quantity", "count", "price")
    return _claim("multiple", random.randint(11, 99) / 10, "x", _about(random, of), period, of=of,
                  base=base_of(random, period), bound=bound_of(random))


def _index(random: Random, period: Period) -> Claim:
    return _claim("index", random.randint(300, 1500) / 10, "index", slice_of(random, FLOWS[:3]), period,
                  of=_of(random, "quantity", "price"), bound=bound_of(random))


def _direction(random: Random, period: Period) -> Claim:
    """A rise or fall without a number, or a surplus or deficit; of a year at most."""
    while period.months > 12:
        period = period_of(random)
    of = random.choice(["growth", None])
    part = slice_of(random, FLOWS if of else ("balance",))
    base = base_of(random, period) if of else None
    return _claim("direction", float(sign(random)), "1", part, period, of=of, base=base)


_MAKERS: dict[str, Callable[[Random, Period], Claim]] = {
    "value": _value, "quantity": _quantity, "price": _price, "growth": _growth, "change": _change,
    "share": _share, "share_change": _share_change, "gap": _gap, "contribution": _contribution,
    "count": _count, "rank": _rank, "streak": _streak, "record": _record, "multiple": _multiple,
    "index": _index, "direction": _direction,
}


# --- related claims ---------------------------------------------------------------------------


def group_of(random: Random, period: Period) -> list[Claim]:
    """Claims that a release would tell together: one slice, its flows, or slices that differ in one code."""
    kinds = [_one_slice, _one_slice, _flows, _parallel, _parallel, _traded, _traders]
    return random.choice(kinds)(random, period)


def _strand(random: Random, part: Slice, period: Period, measures: tuple[str, ...]) -> list[Claim]:
    """Claims of a slice, one for each measure."""
    return [_related(random, measure, part, period) for measure in measures]


def _related(random: Random, measure: str, part: Slice, period: Period) -> Claim:
    rate = rate_of(random) * sign(random)
    base = base_of(random, period) if random.random() < 0.2 else None
    narrowing = part.narrowing()
    match measure:
        case "value":
            value = number_of(random, 6, 13) * (sign(random) if part.flow == "balance" else 1)
            return _claim("value", value, "CNY", part, period)
        case "growth":
            return _claim("growth", rate, "%", part, period, base=base)
        case "share":
            whole = _dropped(random, part)
            return _claim("share", min(abs(rate), 99.9), "%", part, period, whole=whole)
        case "gap":
            return _claim("gap", rate, "pp", part, period, against=((random.choice(narrowing), None),))
        case "rank":
            return _claim("rank", float(random.randint(1, 12)), "rank", part, period)
        case "record":
            return _claim("record", 1.0, "1", part, period, of=random.choice([None, "growth", "share"]))
        case "change":
            return _claim("change", number_of(random, 6, 12) * sign(random), "CNY", part, period, base=base)
        case _:
            return _claim(measure, rate, "pp", part, period, base=base if measure == "share_change" else None)


def _one_slice(random: Random, period: Period) -> list[Claim]:
    part = slice_of(random, FLOWS[:3], 1, 2)
    tails = ["growth", "share", "share_change", "gap", "contribution", "rank", "record", "change"]
    chosen = sorted(random.sample(tails, random.randint(1, 5)), key=tails.index)
    return _strand(random, part, period, ("value", *chosen))


def _traded(random: Random, period: Period) -> list[Claim]:
    """A quantity, its price and its value, each with its growth."""
    part, found = _goods(random), list[Claim]()
    for measure in random.sample(["quantity", "price", "value"], random.randint(1, 3)):
        of = None if measure == "value" else measure
        unit = random.choice(MASSES) if measure == "quantity" else "CNY"
        found.append(_claim(measure, number_of(random, 1, 9), unit, part, period))
        growth = _related(random, "growth", part, period)
        found += [replace(growth, of=of)] * random.randrange(2)
        share = replace(_related(random, "share", part, period), of=of)
        found += [share] * (measure != "price" and random.random() < 0.3)
        found += [replace(_related(random, "record", part, period), of=of)] * (random.random() < 0.2)
    return found


def _traders(random: Random, period: Period) -> list[Claim]:
    """A number of traders, its growth, its share, and a record; runs of growth; a multiple."""
    part = slice_of(random, FLOWS[:3], 1, 1)
    count = _claim("count", float(random.randint(2, 90000)), "enterprise", part, period)
    growth = replace(_related(random, "growth", part, period), of="count", base=None)
    share = replace(_related(random, "share", part, period), of="count")
    record = replace(_related(random, "record", part, period), of=random.choice(["count", "share"]))
    flat = _claim("growth", 0.0, "%", part, period, bound="about")
    value = _related(random, "value", part, period)
    multiple = _claim("multiple", random.randint(11, 99) / 10, "x", part, period)
    faster = _claim("change", rate_of(random) * sign(random), "pp", part, period, of="growth")
    streak = replace(_streak(random, period), slice=part, of="growth", threshold=None)
    stretch = streak.period or period
    last = Period(stretch.last - stretch.months // int(streak.value) + 1, stretch.last)
    told = random.sample([count, growth, share, record], random.randint(1, 4))
    more = random.choice([[], [flat], [streak], [streak, faster], [multiple]])
    return [c if c is streak else replace(c, period=last) for c in (*told, value, *more)]


def _flows(random: Random, period: Period) -> list[Claim]:
    part = slice_of(random, ("trade",), 0, 2)
    flows = ["trade", "exports", "imports"] + ["balance"] * random.randrange(2)
    measures = ("value", "growth")[: random.randint(1, 2)]
    return [c for flow in flows for c in _strand(random, replace(part, flow=flow), period, measures)]


def _parallel(random: Random, period: Period) -> list[Claim]:
    dim = random.choice(NARROWING)
    part = slice_of(random, FLOWS, 0, 1)
    picked = random.sample(codes(dim), random.randint(2, 5))
    choices = [("value",), ("value", "growth"), ("growth",), ("value", "growth", "share")]
    measures: tuple[str, ...] = random.choice(choices)
    if part.flow == "balance":
        measures = tuple(m for m in measures if m != "share")
    parts = [replace(part, reporter=None, **{dim: code}) for code in picked if "+" not in code]
    return [c for one in parts for c in _strand(random, one, period, measures)]
