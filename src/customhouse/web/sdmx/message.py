"""A data message before it is written in any format."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from customhouse.web.sdmx.answering import Series
from customhouse.web.sdmx.catalogue import Catalogue
from customhouse.web.sdmx.model import ATTRIBUTES, OF_OBSERVATION, OF_SERIES, Dataflow

Action = Literal["Information", "Replace", "Delete"]
FLAT = "AllDimensions"
TIME = "TIME_PERIOD"
_LEVELS = {
    "dsd": ATTRIBUTES, "all": ATTRIBUTES, "none": (), "msd": (), "dataset": (), "series": OF_SERIES,
    "obs": OF_OBSERVATION,
}  # fmt: skip
CHUNK = 64 * 1024
"""Bytes that are sent at a time."""


@dataclass(frozen=True, slots=True)
class DataSet:
    """Series that were added or changed (`Replace`), are gone (`Delete`), or just are (`Information`)."""

    action: Action
    series: Iterator[Series]
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """Which components are told: identifiers of attributes; whether values are; whether series alone are."""

    attributes: frozenset[str] = frozenset(one.id for one in ATTRIBUTES)
    values: bool = True
    series_alone: bool = False

    def series(self) -> list[tuple[int, str]]:
        """The attributes of series that are told, each with its place in a series."""
        return [(at, one.id) for at, one in enumerate(OF_SERIES) if one.id in self.attributes]

    def observation(self) -> list[tuple[int, str]]:
        """The attributes of observations that are told, each with its place in an observation."""
        return [(at, one.id) for at, one in enumerate(OF_OBSERVATION) if one.id in self.attributes]


@dataclass(frozen=True, slots=True)
class Message:
    """What all formats need to know beside the data."""

    id: str
    prepared: datetime
    catalogue: Catalogue
    dataflow: Dataflow
    base: str
    """The address of the service."""
    language: str = "en"
    at_observation: str = TIME
    shown: Shown = Shown()
    history: bool = False


def shown(attributes: Sequence[str], values: bool, detail: str | None = None) -> Shown:
    """What is told, from the names of levels and attributes that are asked for."""
    ids: set[str] = set()
    for name in attributes:
        ids |= {one.id for one in _LEVELS[name]} if name in _LEVELS else {name}
    observed = any(one.id in ids for one in OF_OBSERVATION)
    alone = detail == "serieskeysonly" or (not values and not observed)
    return Shown(frozenset(ids), values, alone)


def known_attribute(name: str) -> bool:
    """Whether a name is that of an attribute, or of a level of attributes."""
    return name in _LEVELS or any(one.id == name for one in ATTRIBUTES)


def chunks(parts: Iterator[str], first: int = 1) -> Iterator[bytes]:
    """Texts put together to pieces that are worth sending; the first so many at once."""
    held: list[str] = []
    size = 0
    for at, part in enumerate(parts):
        held.append(part)
        size += len(part)
        if size >= CHUNK or at < first:
            yield "".join(held).encode()
            held, size = [], 0
    if held:
        yield "".join(held).encode()
