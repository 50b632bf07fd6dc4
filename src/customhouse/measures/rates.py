"""Measures against a base: growth, change, multiple. The base is a year earlier unless given."""

from __future__ import annotations

from fractions import Fraction

from customhouse.groups import counted_back, counted_through
from customhouse.measures.figures import Figure, minus, percent, ratio, shown
from customhouse.measures.levels import LEVELS, claim_of, figure_of, level, period_of
from customhouse.measures.request import Lacking, Request
from customhouse.model import changed
from customhouse.period import Period
from customhouse.statistics import Level, Statistics

_YEAR = 12
_ADDED_UP = ("value", "quantity")
"""Levels that grow with the length of the period, so that only periods of one length compare."""


def growth(ask: Request, statistics: Statistics) -> Figure:
    """Relative change on the base in per cent: level / base level - 1.

    On the base as first published or as revised, by `ask.base_known`. A balance grows only from
    surplus to surplus; otherwise its change is what can be told.
    """
    try:
        now, base = both(ask, statistics)
    except Lacking as lacking:
        there = lacking.missing.code in ("slice", "months")
        printed = _printed(ask, statistics) if there else None
        if printed is None:
            raise
        return printed
    _check_base(ask, base)
    if ask.slice.flow == "balance" and now.low <= 0:
        raise _of_balance(ask)
    return percent(ratio(now, base, "%", "growth", _zero(ask)), _rule("growth", ask), 1)


def _printed(ask: Request, statistics: Statistics) -> Figure | None:
    """The growth that a table prints where it has no levels to work it out from."""
    tell, period = getattr(statistics, "printed_growth", None), period_of(ask)
    if tell is None or ask.metric != "value" or ask.base not in (None, period.year_earlier()):
        return None
    found: Level | None = tell(ask.slice, period, ask.known)
    if found is None:
        return None
    return figure_of(claim_of(found, ask.slice, period, "growth", found.unit, Fraction(1)), found)


def multiple(ask: Request, statistics: Statistics) -> Figure:
    """How many times the base: level / base level."""
    now, base = both(ask, statistics)
    _check_base(ask, base)
    found = ratio(now, base, "x", _rule("multiple", ask), _zero(ask))
    return changed(found, text=f"{found.text} = {shown(found.value)}")


def change(ask: Request, statistics: Statistics) -> Figure:
    """Absolute change on the base: of a level in its unit, of growth or a share in points."""
    if ask.metric in LEVELS:
        now, base = both(ask, statistics)
        return minus(now, base, now.unit, _rule("change", ask))
    if ask.metric == "growth":
        period = period_of(ask)
        now, base = (growth(changed(ask.about("growth", p), unit=None), statistics)
                     for p in (period, earlier(ask)))
        return minus(now, base, "pp", "change")
    raise Lacking("measure", f"there is no change of {ask.metric}; a share changes by share_change")


def both(ask: Request, statistics: Statistics) -> tuple[Figure, Figure]:
    """The level of the period and that of the base, in one unit. Raises Lacking."""
    if ask.metric not in LEVELS:
        raise Lacking("measure", f"{ask.measure} of {ask.metric} is no measure")
    base = base_of(ask)
    now = level(ask.about(ask.metric, slice=counted_through(ask.slice, period_of(ask))), statistics)
    back = counted_back(ask.slice, base, period_of(ask))
    before = level(ask.about(ask.metric, base, known=ask.base_known, slice=back), statistics)
    if now.unit != before.unit:
        raise Lacking("unit", f"{ask.period} is in {now.unit}, {base} in {before.unit}")
    return now, before


def base_of(ask: Request) -> Period:
    """The period compared with: of the same length where amounts add up over months. Raises Lacking."""
    period, base = period_of(ask), earlier(ask)
    if ask.metric in _ADDED_UP and base.months != period.months:
        raise Lacking("lengths", f"{period} has {period.months} months, its base {base} has {base.months}")
    return base


def earlier(ask: Request) -> Period:
    """The base that is given, else the same months a year earlier. Raises Lacking where they overlap."""
    period = period_of(ask)
    if ask.base is None and period.months > _YEAR:
        raise Lacking("base", f"{period} has {period.months} months, so that the same months a year earlier "
                              "are partly in it; name the base, or ask by year")
    return ask.base or period.year_earlier()


def _check_base(ask: Request, base: Figure) -> None:
    if ask.slice.flow == "balance" and base.value <= 0:
        raise _of_balance(ask)
    if base.value < 0:
        raise Lacking("base", f"the base of {ask.period} is negative ({shown(base.value)})")


def _of_balance(ask: Request) -> Lacking:
    wrong = f"the balance of {ask.period} or of its base is no surplus, so it has no growth"
    return Lacking("balance", f"{wrong}; ask for its change")


def _zero(ask: Request) -> str:
    return f"the base of {ask.period} is 0, or may be within its rounding"


def _rule(rule: str, ask: Request) -> str:
    return f"{rule}_on_first_published" if ask.base_known == "first" else rule
