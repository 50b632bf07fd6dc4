"""SDMX-ML data messages: structure-specific of 3.0 and 2.1, and generic of 2.1, written as they come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Literal
from xml.sax.saxutils import escape

from customhouse.web.sdmx.answering import Observation, Series
from customhouse.web.sdmx.message import FLAT, DataSet, Message, chunks
from customhouse.web.sdmx.model import AGENCY, DSD, IDS, VERSION, urn

Flavour = Literal["specific3.0", "specific2.1", "generic2.1"]
_ROOT = "http://www.sdmx.org/resources/sdmxml/schemas/v{}/"
_STRUCTURE = "TRADE"
"""What data sets call the structure that the header names."""
_QUOTES = {'"': "&quot;", "\n": "&#10;", "\t": "&#9;", "\r": "&#13;"}


def write(message: Message, datasets: Iterable[DataSet], flavour: Flavour) -> Iterator[bytes]:
    """The message, a piece at a time, the header first."""
    writer = _Generic(message) if flavour == "generic2.1" else _Specific(message, flavour)
    return chunks(writer.parts(datasets))


def attributes(pairs: Iterable[tuple[str, str | None]]) -> str:
    """XML attributes, each after a space; those without a value are left out."""
    return "".join(f' {name}="{escape(value, _QUOTES)}"' for name, value in pairs if value is not None)


def header(id: str, prepared: str, inside: str = "") -> str:
    """The head of a message of any kind."""
    return (
        f"<mes:Header><mes:ID>{escape(id)}</mes:ID><mes:Test>false</mes:Test>"
        f"<mes:Prepared>{escape(prepared)}</mes:Prepared>"
        f'<mes:Sender id="{AGENCY}"/>{inside}</mes:Header>'
    )


class _Specific:
    """Structure-specific data: codes and values are XML attributes under the names of their components."""

    root = "StructureSpecificData"

    def __init__(self, message: Message, flavour: Flavour) -> None:
        self._message, self._shown = message, message.shown
        self._version = "3_0" if flavour == "specific3.0" else "2_1"
        self._flat = message.at_observation == FLAT and not message.shown.series_alone
        self._observed = message.shown.observation()
        self._tails: dict[tuple[str | None, ...], str] = {}

    def parts(self, datasets: Iterable[DataSet]) -> Iterator[str]:
        """The parts of the message."""
        yield self._start()
        for one in datasets:
            yield self._dataset(one)
            for series in one.series:
                yield from self._series(series)
            yield "</mes:DataSet>"
        yield f"</mes:{self.root}>"

    def _start(self) -> str:
        prepared = self._message.prepared.isoformat(timespec="seconds")
        spaces = "".join(f' xmlns:{prefix}="{name}"' for prefix, name in self._namespaces().items())
        return (
            f'<?xml version="1.0" encoding="UTF-8"?>\n<mes:{self.root}{spaces}>'
            + header(self._message.id, prepared, self._structure())
        )

    def _namespaces(self) -> dict[str, str]:
        root = _ROOT.format(self._version)
        return {
            "mes": f"{root}message", "com": f"{root}common", "ss": f"{root}data/structurespecific",
            "ns1": self._own_namespace(), "xsi": "http://www.w3.org/2001/XMLSchema-instance",
        }  # fmt: skip

    def _own_namespace(self) -> str:
        return f"{urn('datastructure', DSD)}:ObsLevelDim:{self._message.at_observation}"

    def _structure(self) -> str:
        own = f' namespace="{escape(self._own_namespace())}"' if self.root == "StructureSpecificData" else ""
        return (
            f'<mes:Structure structureID="{_STRUCTURE}"{own} '
            f'dimensionAtObservation="{self._message.at_observation}">{self._usage()}</mes:Structure>'
        )

    def _usage(self) -> str:
        flow = self._message.dataflow.id
        if self._version == "3_0":
            return f"<com:StructureUsage>{urn('dataflow', flow)}</com:StructureUsage>"
        reference = attributes([("agencyID", AGENCY), ("id", flow), ("version", VERSION)])
        return f"<com:StructureUsage><Ref{reference}/></com:StructureUsage>"

    def _dataset(self, one: DataSet) -> str:
        scope = "DataStructure" if self._version == "2_1" else None
        told = [
            ("ss:dataScope", scope), ("xsi:type", "ns1:DataSetType"), ("ss:structureRef", _STRUCTURE),
            *_when("ss:", one),
        ]  # fmt: skip
        return f"<mes:DataSet{attributes(told)}>"

    def _series(self, series: Series) -> Iterator[str]:
        key = attributes([*zip(IDS, series.key, strict=True), *self._group(series)])
        if self._flat:
            yield from (f"<Obs{key}{self._observation(one)}/>" for one in series.observations)
        elif self._shown.series_alone:
            yield f"<Series{key}/>"
        else:
            some = "".join(f"<Obs{self._observation(one)}/>" for one in series.observations)
            yield f"<Series{key}>{some}</Series>"

    def _group(self, series: Series) -> list[tuple[str, str]]:
        return [(id, series.attributes[at]) for at, id in self._shown.series()]

    def _observation(self, one: Observation) -> str:
        value = f' OBS_VALUE="{one.value}"' if self._shown.values and one.value else ""
        told = self._tails.get(one.attributes)
        if told is None:
            told = attributes((id, one.attributes[at]) for at, id in self._observed)
            self._tails[one.attributes] = told
        return f' TIME_PERIOD="{one.period}"{value}{told}'


class _Generic(_Specific):
    """Generic data: components are named by values."""

    root = "GenericData"

    def __init__(self, message: Message) -> None:
        super().__init__(message, "generic2.1")

    def _namespaces(self) -> dict[str, str]:
        root = _ROOT.format(self._version)
        return {"mes": f"{root}message", "com": f"{root}common", "gen": f"{root}data/generic"}

    def _dataset(self, one: DataSet) -> str:
        told = [("structureRef", _STRUCTURE), *_when("", one)]
        return f"<mes:DataSet{attributes(told)}>"

    def _series(self, series: Series) -> Iterator[str]:
        key = _values(zip(IDS, series.key, strict=True))
        level = self._group(series)
        if self._flat:
            for one in series.observations:
                time = _values([("TIME_PERIOD", one.period)])
                yield f"<gen:Obs><gen:ObsKey>{key}{time}</gen:ObsKey>{self._rest(one, level)}</gen:Obs>"
            return
        some = "" if self._shown.series_alone else "".join(
            f'<gen:Obs><gen:ObsDimension value="{one.period}"/>{self._rest(one)}</gen:Obs>'
            for one in series.observations
        )  # fmt: skip
        yield f"<gen:Series><gen:SeriesKey>{key}</gen:SeriesKey>{_attributes(level)}{some}</gen:Series>"

    def _rest(self, one: Observation, level: Sequence[tuple[str, str]] = ()) -> str:
        value = f'<gen:ObsValue value="{one.value}"/>' if self._shown.values and one.value else ""
        return value + _attributes([*level, *((id, one.attributes[at]) for at, id in self._observed)])


def _values(pairs: Iterable[tuple[str, str]]) -> str:
    return "".join(f"<gen:Value{attributes([('id', id), ('value', value)])}/>" for id, value in pairs)


def _attributes(pairs: Iterable[tuple[str, str | None]]) -> str:
    told = _values((id, value) for id, value in pairs if value is not None)
    return f"<gen:Attributes>{told}</gen:Attributes>" if told else ""


def _when(prefix: str, one: DataSet) -> list[tuple[str, str | None]]:
    return [
        (f"{prefix}action", one.action), (f"{prefix}validFromDate", _moment(one.valid_from)),
        (f"{prefix}validToDate", _moment(one.valid_to)),
    ]  # fmt: skip


def _moment(day: date | None) -> str | None:
    return None if day is None else f"{day.isoformat()}T00:00:00Z"
