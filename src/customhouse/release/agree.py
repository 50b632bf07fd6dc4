"""Printed figures that agree with one another: sums as printed, gaps as printed, shares that add up.

Each figure is rounded by itself, so that what is printed need not add up although the cells do. Digits are
chosen so that it does; where no digits do, the figure that says least is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from customhouse.release.digits import at
from customhouse.release.facts import Fact, Item, rounded

_TRIED: tuple[tuple[int, int, int | None], ...] = (
    (0, 0, 0), (0, 1, 0), (-1, 0, 0), (0, 0, 1), (0, 0, None), (0, 1, None), (-1, 0, None), (-2, 0, None),
    (-3, 0, None),
)
"""Powers of ten by which the coarsest unit is changed, and by which trade and the balance are coarser yet."""
_DIGITS = 10
"""A balance is not printed to fewer than two digits."""
_ALL = 99.95
_WHOLE = 100.0


def flows(trade: Item | None, exports: Item, imports: Item, balance: Item | None) -> tuple[Item, ...] | None:
    """Levels of flows to digits at which exports and imports add up to trade and differ by the balance.

    The balance is left out where no digits suit it. None where exports and imports alone do not add up.
    """
    levels = [item.get("level") for item in (trade, exports, imports) if item]
    coarsest = max(level.nominal for level in levels if level)
    for power, of_trade, of_balance in _TRIED:
        step = float(f"{coarsest * 10.0**power:.12g}")
        steps = (_step(trade, step) * 10.0**of_trade, _step(exports, step), _step(imports, step),
                 None if of_balance is None else _step(balance, step) * 10.0**of_balance)
        tried = [None if item is None or unit is None else _at(item, unit)
                 for item, unit in zip((trade, exports, imports, balance), steps, strict=True)]
        lost = sum(item is None for item in tried) > (trade is None) + (balance is None or of_balance is None)
        levels_tried = [item.get("level") if item else None for item in tried]
        if not lost and _adds_up(*levels_tried):
            return tuple(item for item in tried if item is not None)
    return None


def _step(item: Item | None, step: float) -> float:
    """The unit of an item's level: its usual one, or `step` where that is finer."""
    level = item.get("level") if item else None
    return step if level is None else min(level.nominal, step)


def _at(item: Item, step: float) -> Item | None:
    """The item with its level to a unit."""
    level = item.get("level")
    if level is None or step == level.nominal:
        return item
    made = at(level, float(f"{step:.12g}"))
    if made is None or abs(made.value) < _DIGITS * made.nominal:
        return None
    return Item(tuple((name, made if name == "level" else fact) for name, fact in item.facts))


def _adds_up(trade: Fact | None, exports: Fact | None, imports: Fact | None, balance: Fact | None) -> bool:
    if exports is None or imports is None:
        return True
    sums = ((trade, 1), (balance, -1))
    return all(agree(whole, exports, imports, sign) for whole, sign in sums if whole is not None)


def agree(whole: Fact, one: Fact, other: Fact, sign: int) -> bool:
    """Whether one plus (less) the other is the whole, as printed, to the coarsest of their units."""
    step = max(fact.nominal for fact in (whole, one, other))
    total = Decimal(repr(one.value)) + sign * Decimal(repr(other.value))
    return rounded(float(total), step) == rounded(whole.value, step)


def gap(fact: Fact | None, part: Fact | None, whole: Fact | None) -> Fact | None:
    """A difference of two rates, where it is that of the rates as printed."""
    if fact is None or part is None or whole is None:
        return None
    difference = Decimal(repr(part.value)) - Decimal(repr(whole.value))
    return fact if float(difference) == fact.value else None


def split(items: Sequence[Item]) -> tuple[Item, ...]:
    """Shares of a complete breakdown that add up to 100 as printed; else the last goes without."""
    shares = [fact for item in items if (fact := item.get("share"))]
    complete = sum(fact.computed.value for fact in shares) >= _ALL
    added = sum((Decimal(repr(fact.value)) for fact in shares), Decimal(0))
    if not complete or float(added) == _WHOLE:
        return tuple(items)
    last = max(i for i, item in enumerate(items) if item.get("share"))
    return tuple(item.without("share", "share_change") if i == last else item for i, item in enumerate(items))
