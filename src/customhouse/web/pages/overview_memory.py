"""What the overview remembers of a desk: answers, and statistics as they were asked of the last periods."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from customhouse.period import Period
from customhouse.release.tables_scan import Scans
from customhouse.web.held import HeldDesk

_KEPT = 256
F = TypeVar("F")
P = ParamSpec("P")


class Memory:
    """What a desk remembers: answers while nothing is loaded, and statistics as they were asked last."""

    def __init__(self) -> None:
        self.state = ""
        self.answers: OrderedDict[Any, Any] = OrderedDict()
        self.scans: OrderedDict[tuple[int, Period], tuple[object, Scans]] = OrderedDict()


_memories: WeakKeyDictionary[HeldDesk, Memory] = WeakKeyDictionary()


def memory(desk: HeldDesk) -> Memory:
    """The memory of a desk; it goes with the desk, and is emptied by a load."""
    found = _memories.setdefault(desk, Memory())
    if found.state != desk.store.state:
        found.answers.clear()
        found.scans.clear()
        found.state = desk.store.state
    return found


def kept(function: Callable[Concatenate[HeldDesk, P], F]) -> Callable[Concatenate[HeldDesk, P], F]:
    """A function of the desk and of what is asked, whose answers are kept until something is loaded."""

    @wraps(function)
    def asked(desk: HeldDesk, /, *args: P.args, **options: P.kwargs) -> F:
        answers: OrderedDict[Any, F] = memory(desk).answers
        key = (function.__name__, args, tuple(sorted(options.items())))
        if key not in answers:
            answers[key] = function(desk, *args, **options)
            while len(answers) > _KEPT:
                answers.popitem(last=False)
        answers.move_to_end(key)
        return answers[key]

    return asked
