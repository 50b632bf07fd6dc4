"""SDMX-CSV 2.0 (and 1.0): a row an observation, with identifiers, names or both."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from customhouse.web.sdmx.answering import Observation, Series
from customhouse.web.sdmx.message import DataSet, Message, chunks
from customhouse.web.sdmx.model import COMPONENTS, IDS
from customhouse.web.sdmx.times import parse_period
from customhouse.web.words import word

_ACTIONS = {"Information": "I", "Replace": "R", "Delete": "D"}
_CODED = {one.id: one.codelist for one in COMPONENTS if one.codelist}


@dataclass(frozen=True, slots=True)
class Layout:
    """What SDMX-CSV leaves open: how codes and periods are told, and whether keys have columns."""

    version: int = 2
    labels: Literal["id", "name", "both"] = "id"
    normalized: bool = False
    keys: Literal["none", "obs", "series", "both"] = "none"


def write(message: Message, datasets: Iterable[DataSet], layout: Layout = Layout()) -> Iterator[bytes]:
    """The message, a piece at a time, the header first."""
    return chunks(_Writer(message, layout).lines(datasets))


class _Writer:
    def __init__(self, message: Message, layout: Layout) -> None:
        self._message, self._layout, self._shown = message, layout, message.shown
        self._attributes = self._shown.series()
        self._observed = self._shown.observation()
        self._names: dict[tuple[str, str], str] = {}
        self._tell: Callable[[str, str], str] = self._told if layout.labels != "id" else lambda _, code: code
        self._periods: dict[str, str] = {}
        self._tails: dict[tuple[str | None, ...], str] = {}

    def lines(self, datasets: Iterable[DataSet]) -> Iterator[str]:
        """The lines of the message."""
        yield self._header()
        for one in datasets:
            start = self._start(one)
            tail = f",{one.valid_from or one.valid_to or ''}" if self._message.history else ""
            for series in one.series:
                yield from self._series(series, start, tail)

    def _header(self) -> str:
        if self._layout.version == 1:
            names = ["DATAFLOW"]
        else:
            names = ["STRUCTURE", "STRUCTURE_ID", *self._beside("STRUCTURE_NAME"), "ACTION", *self._keys()]
        components = [*IDS, "TIME_PERIOD", *self._value(), *self._ids()]
        names += [name for id in components for name in self._heading(id)]
        names += ["VALID_FROM"] if self._message.history else []
        return ",".join(map(quoted, names)) + "\n"

    def _series(self, series: Series, start: str, tail: str) -> Iterator[str]:
        tell = self._tell
        key = ",".join(tell(id, code) for id, code in zip(IDS, series.key, strict=True))
        middle = "".join(f",{tell(id, series.attributes[at])}" for at, id in self._attributes)
        identity = ".".join(series.key)
        if self._shown.series_alone:
            observed = "," * len(self._observed) * (2 if self._layout.labels == "name" else 1)
            yield f"{start}{self._key(identity, '')}{key},{middle}{observed}{tail}\n"
            return
        for one in series.observations:
            yield f"{start}{self._key(identity, one.period)}{key},{self._observation(one, middle)}{tail}\n"

    def _observation(self, one: Observation, middle: str) -> str:
        value = f",{one.value}" if self._shown.values else ""
        if self._layout.labels == "name":
            value += "," if self._shown.values else ""
        tail = self._tails.get(one.attributes)
        if tail is None:
            told = (self._tell(id, one.attributes[at] or "") for at, id in self._observed)
            tail = self._tails[one.attributes] = "".join(f",{text}" for text in told)
        return f"{self._period(one.period)}{value}{middle}{tail}"

    def _start(self, one: DataSet) -> str:
        flow = self._message.dataflow
        name = flow.names[self._message.language]
        both = f"{flow.reference}: {name}" if self._layout.labels == "both" else flow.reference
        if self._layout.version == 1:
            return f"{quoted(both)},"
        beside = f",{quoted(name)}" if self._layout.labels == "name" else ""
        return f"dataflow,{quoted(both)}{beside},{_ACTIONS[one.action]},"

    def _keys(self) -> list[str]:
        return [name for name, asked in (("SERIES_KEY", "series"), ("OBS_KEY", "obs"))
                if self._layout.keys in (asked, "both")]

    def _key(self, identity: str, period: str) -> str:
        if self._layout.keys == "none" or self._layout.version == 1:
            return ""
        told = {"SERIES_KEY": identity, "OBS_KEY": f"{identity}.{period}"}
        return "".join(f"{told[name]}," for name in self._keys())

    def _value(self) -> list[str]:
        return ["OBS_VALUE"] if self._shown.values and not self._shown.series_alone else []

    def _ids(self) -> list[str]:
        return [id for _, id in (*self._attributes, *self._observed)]

    def _beside(self, name: str) -> list[str]:
        return [name] if self._layout.labels == "name" else []

    def _heading(self, id: str) -> list[str]:
        if self._layout.labels == "id":
            return [id]
        name = word(f"sdmx_concept_{id}", self._message.language)
        return [f"{id}: {name}"] if self._layout.labels == "both" else [id, name]

    def _period(self, text: str) -> str:
        if not self._layout.normalized and self._layout.labels != "name":
            return text
        if text not in self._periods:
            last = parse_period(text).last
            shown = f"{last // 12:04}-{last % 12 + 1:02}" if self._layout.normalized else text
            self._periods[text] = f"{shown}," if self._layout.labels == "name" else shown
        return self._periods[text]

    def _told(self, id: str, code: str) -> str:
        """A code with its name, in one column or two."""
        at = (id, code)
        if at not in self._names:
            coded = _CODED.get(id)
            name = self._message.catalogue.name(coded, code, self._message.language) if coded and code else ""
            if self._layout.labels == "both":
                self._names[at] = quoted(f"{code}: {name}" if name else code)
            else:
                self._names[at] = f"{quoted(code)},{quoted(name)}"
        return self._names[at]


def quoted(text: str) -> str:
    """A field as RFC 4180 has it."""
    if any(one in text for one in ',"\r\n'):
        return '"' + text.replace('"', '""') + '"'
    return text
