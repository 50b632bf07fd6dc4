"""What a number measures, from its unit and the cue words nearest to it."""

from __future__ import annotations

from collections.abc import Callable

from customhouse.reader.amounts import mass, money, multiple, time
from customhouse.reader.context import Context
from customhouse.reader.counts import bare, count
from customhouse.reader.drafts import Draft
from customhouse.reader.frames import Frame
from customhouse.reader.groups import Group
from customhouse.reader.percents import percent
from customhouse.reader.points import points
from customhouse.reader.scope import Scope
from customhouse.reader.senses import Sense
from customhouse.reader.stated import stated
from customhouse.reader.tokens import Sentence

__all__ = ["sense"]

_BY_KIND: dict[str, Callable[[Context], Sense | None]] = {
    "%": percent, "pp": points, "money": money, "mass": mass,
    "count": count, "x": multiple, "time": time, "bare": bare,
}


def sense(s: Sentence, g: Group, begin: int, limit: int, frame: Frame, drafts: list[Draft],
          scope: Scope) -> Sense | None:
    """What a group of numbers measures, or None where it is no figure."""
    number = g.numbers[-1]
    context = Context(s, g, begin, limit, frame, drafts, scope)
    return stated(context, number) if number.measure else _BY_KIND[number.kind](context)
