"""What is asked of a service, and how it is asked in pieces that the service's limits allow."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from customhouse.errors import ServiceError
from customhouse.period import Period
from customhouse.records.answers import Answer
from customhouse.records.http import Progress, TooMuch

__all__ = ["Axis", "Query", "Request", "TooMuch", "asked_in_pieces"]


@dataclass(frozen=True, slots=True)
class Query:
    """What is wanted of a service, in codes of ours or of the service; empty means all.

    `periods` are months (`2025-03`) or years (`2025`), or ranges of them (`2024-01/2025-03`).
    `frequency` is M or A. `dataset` names a service's own data set, `extra` its own parameters.
    """

    periods: tuple[str, ...]
    reporters: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()
    commodities: tuple[str, ...] = ("TOTAL",)
    flows: tuple[str, ...] = ("exports", "imports")
    frequency: str = "M"
    dataset: str | None = None
    extra: Mapping[str, str] = field(default_factory=dict)

    def months(self) -> tuple[str, ...]:
        """The periods one by one: months as `2025-03`, years as `2025`. Raises PeriodError."""
        found: dict[str, None] = {}
        for text in self.periods:
            first, _, last = text.partition("/")
            if self.frequency == "A":
                start, end = (Period.parse(f"{year[:4]}-01").year for year in (first, last or first))
                found |= {f"{year:04}": None for year in range(start, end + 1)}
            else:
                found |= dict.fromkeys(_months(first, last or first))
        return tuple(found)


def _months(first: str, last: str) -> list[str]:
    start = f"{first}-01" if len(first) == 4 else first
    end = f"{last}-12" if len(last) == 4 else last
    period = Period.parse(f"{start}/{end}")
    return [f"{m // 12:04}-{m % 12 + 1:02}" for m in range(period.first, period.last + 1)]


@dataclass(frozen=True, slots=True)
class Axis:
    """A dimension of a request. `values` empty is all of it, which `everything` lists where that is known.

    No piece has more than `most` of the values.
    """

    name: str
    values: tuple[str, ...] = ()
    everything: tuple[str, ...] = ()
    most: int | None = None

    def pieces(self) -> tuple[Axis, ...]:
        """The axis in two halves, in the pieces of all values, or in none where it is a single value."""
        values = self.values or self.everything
        if len(values) < 2:
            return ()
        size = min((len(values) + 1) // 2, self.most or len(values))
        return tuple(replace(self, values=values[i:i + size]) for i in range(0, len(values), size))

    @property
    def too_long(self) -> bool:
        """Whether it has more values than a request may."""
        return self.most is not None and len(self.values) > self.most


@dataclass(frozen=True, slots=True)
class Request:
    """A request by its axes, in the order in which they are to be split."""

    axes: tuple[Axis, ...]

    def __getitem__(self, name: str) -> tuple[str, ...]:
        return next(axis.values for axis in self.axes if axis.name == name)

    def pieces(self) -> list[Request]:
        """The request in pieces along the first axis that can be split; none where it cannot."""
        for axis in self.axes:
            if pieces := axis.pieces():
                return [self._with(piece) for piece in pieces]
        return []

    def _with(self, piece: Axis) -> Request:
        return Request(tuple(piece if axis.name == piece.name else axis for axis in self.axes))

    def __str__(self) -> str:
        return " ".join(f"{a.name} {_short(a.values)}" for a in self.axes if a.values)


def _short(values: tuple[str, ...]) -> str:
    return ",".join(values) if len(values) < 4 else f"{values[0]} to {values[-1]} ({len(values)})"


def asked_in_pieces(
    request: Request, ask: Callable[[Request], Answer | None], progress: Progress | None, name: str
) -> Iterator[Answer]:
    """Answers to a request, in pieces wherever it is too much; each piece in order.

    Raises ServiceError where a piece that cannot be split any further is still too much.
    """
    waiting, done = deque([request]), 0
    while waiting:
        piece = waiting.popleft()
        if any(axis.too_long for axis in piece.axes):
            long = next(axis for axis in piece.axes if axis.too_long)
            waiting.extendleft(reversed([piece._with(part) for part in long.pieces()]))
            continue
        if progress:
            progress(done, done + len(waiting) + 1, f"{name}: {piece}")
        try:
            answer = ask(piece)
        except TooMuch as error:
            if not (pieces := piece.pieces()):
                remedy = "ask for less: name commodities or partners"
                raise ServiceError(error.place, error.wrong, remedy) from error
            waiting.extendleft(reversed(pieces))
            continue
        done += 1
        if answer is not None:
            yield answer
    if progress:
        progress(done, done, name)
